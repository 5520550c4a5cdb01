//! Two versions of a system: which promises hold for one and not for the other.

use super::mutate::{Mutation, Trial};
use super::review_as::{html, junit, markdown};
use super::told::{clause, code, how, steps};
use super::{check_page, cut, found, refuse};
use crate::cli::{self, BoundsArgs, HowArgs, PAGE};
use crate::commands::{Answer, Failure};
use crate::console::Output;
use crate::exit_code::Exit;
use crate::not_tried::notes;
use crate::outs::{self, Out, one_place_each};
use crate::progress::Watcher;
use crate::settings::Settings;
use explorer::escape::{Told, json_lines};
use explorer::{escaped, text_file};
use page::verdict::{Kind, Verdict};
use page::{Checked, How, Place};
use serde::Serialize;
use std::path::Path;

/// What a review of a system says.
#[derive(Serialize)]
pub struct Review {
    schema: &'static str,
    pub(super) old: String,
    pub(super) new: String,
    /// Whether the new version has another page, which judges nothing about itself.
    other_page: bool,
    pub(super) promises: Vec<Compared>,
    pub(super) not_decided: Vec<String>,
    pub(super) exit: Exit,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mutation: Option<Mutation>,
    /// The people and the processes, for pictures.
    #[serde(skip)]
    pub(super) parties: [Vec<String>; 2],
}

/// A promise of the old page, of both versions.
#[derive(Serialize)]
pub struct Compared {
    pub(super) promise: String,
    pub(super) change: Change,
    pub(super) old: Verdict,
    pub(super) new: Verdict,
}

/// What the new version does to a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It breaks where it held, or sooner, or with fewer faults.
    Worse,
    /// It holds where it broke, or breaks later, or with more faults.
    Better,
    /// It breaks in another way, as soon.
    Otherwise,
    Same,
    /// It is not known.
    NotDecided,
}

/// Compares two versions of a system: the page of the old one judges the files of both.
///
/// # Errors
/// What is wrong with a page, a file that it names, or the command line.
pub fn review(args: &cli::Review) -> Result<Answer, Failure> {
    refuse_options_of_the_swap(args)?;
    let (old, new) = (found(Path::new(&args.old))?, found(Path::new(&args.new))?);
    let folder = Place::of(&new).folder;
    let settings = Settings { limits: (&args.limits).into(), ..Settings::default() };
    let watcher = Watcher::new(2, args.quiet);
    let checked = |place| check_page(&How::default(), place, &settings, &watcher);
    let place = Place { page: &old, folder };
    let both = [checked(Place::of(&old))?, checked(place)?];
    watcher.done();
    let trial = Trial { place, profile: None, settings: &settings, quiet: args.quiet };
    let mutation = args.mutate.then(|| trial.all()).transpose()?;
    let text =
        |path: &Path| text_file::read(path).map_err(|error| Failure::usage(&error.said("a page")));
    let other_page = text(&old)? != text(&new)?;
    let names = [&*args.old, &*args.new];
    let review = Review { mutation, ..Review::of(names, other_page, &both, &settings) };
    let outs: Vec<_> = [
        Out::of("--markdown", args.markdown.as_ref(), markdown as Format),
        Out::of("--html", args.html.as_ref(), html as Format),
        Out::of("--json", args.json.as_ref(), json as Format),
        Out::of("--junit", args.junit.as_ref(), junit as Format),
    ]
    .into_iter()
    .flatten()
    .collect();
    one_place_each(&outs, &[&old, &new])?;
    let is_open = review.mutation.as_ref().is_some_and(Mutation::is_open);
    let exit = match review.exit {
        Exit::Expected if is_open => Exit::Inconclusive,
        exit => exit,
    };
    let output = if outs.is_empty() {
        Output::Told(review.told())
    } else {
        outs::write(&outs, |format| format(&review))?
    };
    Ok(Answer { output, exit })
}

/// A way to write what a review says.
type Format = fn(&Review) -> String;

fn json(review: &Review) -> String {
    json_lines(review)
}

/// What says how a review of the swap of ours is made says nothing of a page.
fn refuse_options_of_the_swap(args: &cli::Review) -> Result<(), Failure> {
    let given = [
        ("--sarif", args.sarif.is_some()),
        ("--platform", !args.profiles.is_empty()),
        ("--write", args.write.is_some()),
        ("--cache", args.cache.is_some()),
        ("--accepted", args.accepted.is_some()),
        ("--new-observe", args.new_observe.is_some()),
        ("--bounds and its parts", args.bounds != BoundsArgs::default()),
        ("an option of Lua", args.how != HowArgs::default()),
    ];
    refuse(&given, "a review of systems does not take this; leave it out")
}

impl Review {
    fn of(names: [&str; 2], other_page: bool, both: &[Checked; 2], settings: &Settings) -> Self {
        let [old, new] = both;
        let promises = old.verdicts.iter().filter_map(|before| {
            let after = new.verdicts.iter().find(|one| one.promise == before.promise)?;
            Some(Compared {
                promise: before.promise.clone(),
                change: change(before, after),
                old: before.clone(),
                new: after.clone(),
            })
        });
        let promises: Vec<_> = promises.collect();
        let not_decided = both.iter().zip(names).flat_map(|(checked, name)| {
            let cut = cut(checked, settings).map(|cut| format!("{name}: the search was {cut}"));
            let never = checked.never_done.iter().map(move |line| format!("{name}: {line}"));
            cut.into_iter().chain(never)
        });
        let not_decided: Vec<_> = not_decided.collect();
        let is = |change| promises.iter().any(|one| one.change == change);
        let exit = if is(Change::Worse) {
            Exit::Violation
        } else if is(Change::NotDecided) || !not_decided.is_empty() || is_newly_untried(both) {
            Exit::Inconclusive
        } else {
            Exit::Expected
        };
        let not_tried = new.unexplained().map(|missed| {
            let code = code(missed);
            format!("{}: no message made this code of {} run: {code}", names[1], missed.file)
        });
        let dependences = notes(&new.dependences).into_iter();
        let dependences = dependences.map(|line| format!("{}: {line}", names[1]));
        let not_decided = not_decided.into_iter().chain(not_tried).chain(dependences).collect();
        let [old, new] = names.map(str::to_owned);
        let parties = [both[1].people.clone(), both[1].processes.clone()];
        let schema = "tim3-system-review/1";
        let mutation = None;
        Self { schema, old, new, other_page, promises, not_decided, exit, mutation, parties }
    }

    fn told(&self) -> Told {
        let (old, new) = (&self.old, &self.new);
        let mut text = escaped!("{old} -> {new}\n", old, new);
        if !self.not_decided.is_empty() {
            let lines: Told =
                self.not_decided.iter().map(|line| escaped!("  {line}\n", line)).sum();
            text += escaped!("\nNOT TRIED:\n{lines}", lines);
        }
        if self.other_page {
            text += escaped!(
                "\nNote: {new} has another {page}; the promises here are those of {old}\n",
                new,
                page = PAGE,
                old
            );
        }
        for (change, heading) in [
            (Change::Worse, "WORSE"),
            (Change::Better, "Better"),
            (Change::Otherwise, "Otherwise"),
            (Change::NotDecided, "Not decided"),
        ] {
            let of_it = self.promises.iter().filter(|one| one.change == change);
            for Compared { promise, old, new, .. } in of_it {
                text += escaped!(
                    "\n{heading}: {promise}\n  was: {was}\n  is:  {is}\n",
                    heading,
                    promise,
                    was = how(old),
                    is = how(new)
                );
                if let (Change::Worse | Change::Otherwise, Some(schedule)) = (change, &new.schedule)
                {
                    text += escaped!("  {why}\n", why = clause(schedule));
                    text += steps(schedule);
                }
            }
        }
        let same = self.promises.iter().filter(|one| one.change == Change::Same).count();
        let all = self.promises.len();
        let mutation = self.mutation.as_ref().map(Mutation::told).unwrap_or_default();
        text + escaped!("\nThe same: {same} of {all} promises\n", same, all) + mutation
    }
}

/// Whether the new version has code or reads something that was not tried, other than the old
/// version has.
fn is_newly_untried([old, new]: &[Checked; 2]) -> bool {
    let count = |checked: &Checked| {
        let missed = checked.unexplained();
        missed.map(|missed| missed.lines.len() + missed.branches.len()).sum::<usize>()
    };
    new.is_untried()
        || count(new) > count(old)
        || notes(&new.dependences).len() > notes(&old.dependences).len()
}

/// How many faults and steps it takes to break a promise; nothing if none do.
fn toll(verdict: &Verdict) -> Option<(usize, usize)> {
    let schedule = verdict.schedule.as_ref()?;
    Some((schedule.lost + schedule.repeated, schedule.steps.len()))
}

fn change(old: &Verdict, new: &Verdict) -> Change {
    use std::cmp::Ordering::{Equal, Greater, Less};
    let is_open = |verdict: &Verdict| verdict.kind == Kind::NotDecided;
    if is_open(old) || is_open(new) {
        return Change::NotDecided;
    }
    // What is to be seen is the better, the sooner it is.
    if [old.kind, new.kind].iter().any(|kind| matches!(kind, Kind::Seen | Kind::NotSeen)) {
        return match (old.kind, new.kind) {
            (Kind::Seen, Kind::NotSeen) => Change::Worse,
            (Kind::NotSeen, Kind::Seen) => Change::Better,
            _ => Change::Same,
        };
    }
    match (toll(old), toll(new)) {
        (None, None) => Change::Same,
        (None, Some(_)) => Change::Worse,
        (Some(_), None) => Change::Better,
        (Some(before), Some(after)) => match after.cmp(&before) {
            Less => Change::Worse,
            Greater => Change::Better,
            Equal if old.schedule == new.schedule => Change::Same,
            Equal => Change::Otherwise,
        },
    }
}
