//! How strong the promises of a page are: its processes are given one small mistake after another,
//! and it is seen which of them a promise notices.

use super::told::how;
use super::{cut, platform::on, text_of};
use crate::commands::Failure;
use crate::progress::Watcher;
use crate::review::mutation::{MOST, Mutant, mutants};
use crate::settings::Settings;
use explorer::escape::Told;
use explorer::escaped;
use model::Profile;
use page::steps::Steps;
use page::verdict::{Kind, Verdict};
use page::{Checked, How, Page, Place};
use serde::Serialize;
use std::sync::Arc;

/// The results for all small mistakes.
#[derive(Debug, Serialize)]
pub struct Mutation {
    pub noticed: usize,
    /// How many make no difference that anybody can see.
    pub same: usize,
    pub survived: usize,
    pub undecided: usize,
    /// How many were not tried, because a limit was met.
    pub not_tried: usize,
    /// All of them: those that survived first, each kind in the order of the lines.
    pub mistakes: Vec<Tried>,
}

/// A small mistake, and the result.
#[derive(Debug, Serialize)]
pub struct Tried {
    pub process: String,
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What kind of mistake it is.
    pub sentence: &'static str,
    /// What stands there.
    pub before: String,
    /// What stood there instead.
    pub after: String,
    #[serde(flatten)]
    pub outcome: Outcome,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Somebody can see it, and no promise notices.
    Survived {
        what: String,
    },
    Undecided {
        why: String,
    },
    /// Each evaluation looks as before, and so do all that come up.
    Same,
    /// A promise breaks that held, or what was seen is not.
    Noticed {
        promise: String,
        how: String,
    },
    /// The file does not load any more, or a promise cannot be judged.
    Refused {
        why: String,
    },
}

/// What is checked, and how.
pub struct Trial<'a> {
    pub place: Place<'a>,
    pub profile: Option<&'a Profile>,
    pub settings: &'a Settings,
    pub quiet: bool,
}

/// The system without a mistake.
struct Base {
    checked: Checked,
    steps: Arc<Steps>,
}

impl Trial<'_> {
    /// Tries every small mistake in the files of the page.
    ///
    /// # Errors
    /// What is wrong with the page, or a file that cannot be taken apart.
    pub fn all(&self) -> Result<Mutation, Failure> {
        let read = page::read::read(self.place, text_of).map_err(|error| Failure::usage(&error))?;
        let steps = Arc::default();
        let checked = self.checked(&|_| (), Some(&steps)).map_err(|why| Failure::usage(&why))?;
        let base = Base { checked, steps };
        let written = read.page.processes.iter().enumerate();
        let written = written.filter(|(_, process)| !process.is_built_in);
        let mut known = Vec::new();
        for (place, process) in written {
            let found = mutants(&process.file, &process.source, MOST);
            let found = found.map_err(|error| Failure::usage(&error))?;
            known.extend(found.all.into_iter().map(|mutant| (place, process, mutant)));
        }
        let watcher = Watcher::of(known.len(), "small mistakes", self.quiet);
        let mut mistakes = Vec::new();
        for (place, process, mutant) in &known {
            if base.checked.cut.is_some() || self.settings.limits.over().is_some() {
                break;
            }
            let source = mutant.source(&process.source);
            let outcome = self.outcome(&base, *place, &source);
            mistakes.push(Tried::of((&process.name, &process.file), mutant, outcome));
            watcher.finished(0);
        }
        watcher.done();
        Ok(Mutation::of(mistakes, known.len()))
    }

    /// The result of a mistake: first without faults, where less is to be searched, and then as
    /// the page has it.
    fn outcome(&self, base: &Base, place: usize, source: &str) -> Outcome {
        let (lost, repeated) = (base.checked.lost, base.checked.repeated);
        if lost + repeated > 0 {
            let calm = |page: &mut Page| {
                source.clone_into(&mut page.processes[place].source);
                (page.lost, page.repeated) = (0, 0);
            };
            match self.checked(&calm, None) {
                Err(why) => return Outcome::Refused { why },
                Ok(checked) => {
                    let broken = |one: &&Verdict| one.kind == Kind::Violated;
                    if let Some(noticed) = noticed(base, &checked, broken) {
                        return noticed;
                    }
                }
            }
        }
        let steps = Arc::new(Steps::beside(&base.steps));
        let changed = |page: &mut Page| source.clone_into(&mut page.processes[place].source);
        let checked = match self.checked(&changed, Some(&steps)) {
            Err(why) => return Outcome::Refused { why },
            Ok(checked) => checked,
        };
        let other = |one: &&Verdict| {
            matches!(one.kind, Kind::Violated | Kind::NotSeen | Kind::HoldsAfterAll)
        };
        if let Some(noticed) = noticed(base, &checked, other) {
            return noticed;
        }
        if let Some(why) = cut(&checked, self.settings) {
            return Outcome::Undecided { why };
        }
        steps.difference().map_or(Outcome::Same, |what| Outcome::Survived { what })
    }

    fn checked(
        &self,
        change: &dyn Fn(&mut Page),
        steps: Option<&Arc<Steps>>,
    ) -> Result<Checked, String> {
        let change = |page: &mut Page| {
            if let Some(profile) = self.profile {
                on(profile, page);
            }
            change(page);
        };
        let how = How { change: Some(&change), steps, with_variants: false };
        let (limits, threads) = (self.settings.limits.into(), self.settings.threads);
        let checked = page::check_as(&how, self.place, text_of, (&limits, threads), &mut |_| ());
        checked.map_err(|error| error.to_string())
    }
}

/// The first promise that stands otherwise than without the mistake, if one does.
fn noticed(
    base: &Base,
    checked: &Checked,
    is_other: impl Fn(&&Verdict) -> bool,
) -> Option<Outcome> {
    let mut others = checked.verdicts.iter().filter(is_other);
    let other = others.find(|verdict| {
        let before = base.checked.verdicts.iter().find(|one| one.promise == verdict.promise);
        before.is_some_and(|before| before.kind != verdict.kind)
    })?;
    Some(Outcome::Noticed { promise: other.promise.clone(), how: how(other) })
}

impl Tried {
    fn of((process, file): (&str, &str), mutant: &Mutant, outcome: Outcome) -> Self {
        Self {
            process: process.to_owned(),
            file: mutant.file.clone().unwrap_or_else(|| file.to_owned()),
            line: mutant.line,
            sentence: mutant.sentence,
            before: mutant.before.clone(),
            after: mutant.after.clone(),
            outcome,
        }
    }
}

impl Mutation {
    fn of(mut mistakes: Vec<Tried>, known: usize) -> Self {
        let rank = |outcome: &Outcome| match outcome {
            Outcome::Survived { .. } => 0,
            Outcome::Undecided { .. } => 1,
            Outcome::Same => 2,
            Outcome::Noticed { .. } | Outcome::Refused { .. } => 3,
        };
        mistakes.sort_by_key(|one| (rank(&one.outcome), one.process.clone(), one.line));
        let count = |of: usize| mistakes.iter().filter(|one| rank(&one.outcome) == of).count();
        Self {
            survived: count(0),
            undecided: count(1),
            same: count(2),
            noticed: count(3),
            not_tried: known - mistakes.len(),
            mistakes,
        }
    }

    /// Whether something is left open.
    pub fn is_open(&self) -> bool {
        self.undecided + self.not_tried > 0
    }

    /// What it found: in numbers, and those that survived.
    pub fn told(&self) -> Told {
        let Self { noticed, same, survived, undecided, not_tried, .. } = self;
        let mut text = escaped!(
            "\nSmall mistakes in its Lua: a promise notices {noticed}, nobody can see {same}, {survived} SURVIVE\n",
            noticed,
            same,
            survived
        );
        if self.is_open() {
            text += escaped!(
                "  NOT DECIDED: {undecided}, and not tried: {not_tried}, because a limit was met\n",
                undecided,
                not_tried
            );
        }
        for Tried { process, file, line, sentence, before, after, outcome } in &self.mistakes {
            let Outcome::Survived { what } = outcome else { continue };
            text += escaped!(
                "  {file}:{line} ({process}): {sentence}\n    {before}\n    -> {after}\n    no promise notices: {what}\n",
                file,
                line,
                process,
                sentence,
                before,
                after,
                what
            );
        }
        text
    }
}
