//! How strong a review is for some handlers: they are given one small mistake after another,
//! and it is seen which of them anything notices.
//!
//! In reading order: a [`source`] is a file taken apart by a [`walk`], with what its [`functions`]
//! do and what its [`statements`] are for; an [`edit`] changes one place, the [`operators`] say
//! which can be made, and each makes a [`mutant`]; a [`trial`] finds an [`outcome`].

mod edit;
mod functions;
mod mutant;
mod operators;
mod outcome;
pub(crate) mod source;
mod statements;
mod trial;
mod walk;

pub use mutant::{MOST, Mutant, Mutants, mutants};
pub use outcome::{Outcome, Shown};
pub use trial::Trial;

use super::{Searches, Side, upgrade};
use crate::commands::Failure;
use crate::exit_code::Exit;
use crate::limits::Cut;
use crate::progress::Watcher;
use crate::watch::watched;
use model::{Bounds, Deployed, Profile, Subject};
use rayon::prelude::*;
use serde::Serialize;
use std::fmt;

/// The results for all small mistakes.
#[derive(Clone, Debug, Serialize)]
pub struct Mutation {
    /// The limits, which are the review's or smaller.
    pub bounds: Bounds,
    pub profiles: Vec<&'static str>,
    /// How many are noticed, by a promise or since they do not load.
    pub noticed: usize,
    /// How many make no visible difference.
    pub same: usize,
    /// How many people can see, and no promise notices.
    pub survived: usize,
    /// How many are undecided, because a search was cut short.
    pub undecided: usize,
    /// What was not tried; nothing where all were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_tried: Option<NotTried>,
    /// All of them: those that survived first, each kind in the order of the lines.
    pub mutants: Vec<Tried>,
}

/// Small mistakes that were not tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotTried {
    /// How many of them are known.
    pub mistakes: usize,
    pub why: String,
}

/// A small mistake, and whether it was found.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// The kind of mistake.
    pub operator: &'static str,
    pub sentence: &'static str,
    /// The module that it is in; nothing where that is the contract's own file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line, counted from 1.
    pub line: usize,
    /// What stands there.
    pub before: String,
    /// What stood there instead.
    pub after: String,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The platforms that suffice to notice each guard of the hardened contract that is taken out:
/// those whose steps no other has all of, users that are processes, and all faults together.
const PROFILES: [&str; 5] =
    ["processes", "legacynet-no-su-filter", "operator", "hyper-aos", "hostile"];

/// The bounds of a review, and no more than these, which suffice for the same.
pub fn within(bounds: Bounds) -> Bounds {
    let most: Bounds = "small".parse().unwrap_or_default();
    Bounds {
        users: bounds.users.min(most.users),
        deposits: bounds.deposits.min(most.deposits),
        burns: bounds.burns.min(most.burns),
        transfers: bounds.transfers.min(most.transfers),
        each_fault: bounds.each_fault.min(most.each_fault),
        faults: bounds.faults.min(most.faults),
        ..bounds
    }
}

/// Those of a review's platforms that mistakes are tried under; all of them where it has none
/// of those that suffice.
pub fn under(profiles: &[Profile]) -> Vec<Profile> {
    let suffices = |profile: &&Profile| PROFILES.contains(&profile.name);
    let mut chosen: Vec<_> = profiles.iter().filter(suffices).copied().collect();
    chosen.sort_by_key(|profile| PROFILES.iter().position(|name| *name == profile.name));
    if chosen.is_empty() { profiles.to_vec() } else { chosen }
}

/// Tries every small mistake in these handlers.
///
/// # Errors
/// What in the file cannot be read, or as [`Searches::of`].
pub fn mutation(
    new: &Side,
    (bounds, profiles): (Bounds, &[Profile]),
    searches: &Searches<'_>,
    is_quiet: bool,
) -> Result<Mutation, Failure> {
    let lua = upgrade::lua(&new.subject).map_err(|error| Failure::usage(&error))?;
    let usda = new.subject.usda();
    let program = lua.program();
    let limits = searches.settings.limits;
    let find = || mutants(&program.file, &program.source, MOST);
    let (found, cut) = watched(limits, find);
    let found = found.map_err(|error| Failure::usage(&error))?;
    let (bounds, profiles) = (within(bounds), under(profiles));
    let names = profiles.iter().map(|profile| profile.name).collect();
    let trial = Trial::of(Subject::Lua(lua.clone(), usda), (bounds, profiles), *searches)?;
    let watcher = Watcher::of(found.all.len(), "mutants", is_quiet);
    let tried = |mutant: &Mutant| {
        if limits.over().is_some() {
            return None;
        }
        let source = mutant.source(&program.source);
        let make = || Deployed::new(&program.file, &source, lua.manner().clone());
        let outcome = match watched(limits, make) {
            (Ok(lua), _) => trial.judge(&Subject::Lua(lua, usda)),
            (Err(_), Some(cut)) => Outcome::Undecided { why: cut.to_string() },
            (Err(error), None) => Outcome::Refused { why: error.to_string() },
        };
        watcher.finished(0);
        Some(Tried::of(mutant, outcome))
    };
    let threads = searches.settings.threads;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(|e| Failure { message: e.to_string(), exit: Exit::Internal })?;
    let all = found.all.par_iter().with_max_len(1);
    let tried: Vec<_> = pool.install(|| all.filter_map(tried).collect());
    watcher.done();
    let not_tried = NotTried::of(&found, (cut, limits.over()), tried.len());
    Ok(Mutation { not_tried, ..Mutation::of(bounds, names, tried) })
}

impl NotTried {
    /// `cut` is why not all were looked for, and `over` why those that are known were left.
    fn of(found: &Mutants, (cut, over): (Option<Cut>, Option<Cut>), tried: usize) -> Option<Self> {
        let mistakes = found.left + found.all.len() - tried;
        let why = match (cut.filter(|_| found.is_cut), over) {
            (Some(cut), _) => format!("and all that were not found: {cut}"),
            (None, Some(over)) if tried < found.all.len() => over.to_string(),
            (None, _) => format!("the limit is {MOST}"),
        };
        (mistakes > 0 || found.is_cut).then_some(Self { mistakes, why })
    }
}

impl fmt::Display for NotTried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} small mistakes NOT TRIED ({})", self.mistakes, self.why)
    }
}

impl Tried {
    fn of(mutant: &Mutant, outcome: Outcome) -> Self {
        let Mutant { operator, sentence, file, line, before, after, .. } = mutant.clone();
        Self { operator, sentence, file, line, before, after, outcome }
    }
}

impl Mutation {
    fn of(bounds: Bounds, profiles: Vec<&'static str>, mut mutants: Vec<Tried>) -> Self {
        mutants.sort_by_key(|tried| (tried.outcome.rank(), tried.file.clone(), tried.line));
        let count =
            |is: fn(&Outcome) -> bool| mutants.iter().filter(|one| is(&one.outcome)).count();
        Self {
            bounds,
            profiles,
            noticed: count(|one| matches!(one, Outcome::Noticed { .. } | Outcome::Refused { .. })),
            same: count(|one| *one == Outcome::Same),
            survived: count(|one| matches!(one, Outcome::Survived(_))),
            undecided: count(|one| matches!(one, Outcome::Undecided { .. })),
            not_tried: None,
            mutants,
        }
    }

    /// What it found, in a line: first what was not tried.
    pub fn headline(&self) -> String {
        let not_tried = self.not_tried.as_ref().map(|not| format!("{not}; ")).unwrap_or_default();
        let Self { noticed, same, survived, undecided, .. } = self;
        let undecided =
            if *undecided > 0 { format!(", {undecided} undecided") } else { String::new() };
        format!(
            "{not_tried}{} small mistakes: {noticed} noticed, {same} that cannot be told from the new handlers, {survived} survived{undecided}",
            self.mutants.len()
        )
    }
}
