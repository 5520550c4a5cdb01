//! A review as data: what every way to show it says.

mod promises;

use super::mutation::Mutation;
use super::schedule::Schedule;
use super::upgrade::Upgrade;
use super::worst_case::{WorstCase, worst_cases};
use super::{Change, Review, differences};
use crate::exit_code::Exit;
use crate::powers::Changes;
use explorer::escape::{Visible, json_lines};
use model::{Bounds, Faults};
pub use promises::{ByFaults, PromiseInfo, Severity};
use serde::Serialize;
use std::collections::BTreeSet;

/// What is said where a search was cut before it could tell.
pub const UNDECIDED: &str = "not decided within the limit";

/// The version of what `--json` writes.
pub const SCHEMA: &str = "tim3-review/1";

#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The version of tim3.
    pub version: &'static str,
    /// The current version, as it was named.
    pub old: String,
    /// The new version.
    pub new: String,
    /// The file of the current version; nothing for a built-in variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_file: Option<String>,
    /// The file of the new version; nothing for a built-in variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The command that was given. It names places, so that it is not part of the data.
    #[serde(skip)]
    pub command: Visible,
    /// Which files beside the handlers were used, and which were not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    pub bounds: Bounds,
    pub bounds_sentence: String,
    pub profiles: Vec<&'static str>,
    /// What was not tried of the new handlers, a sentence each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_tried: Vec<String>,
    /// The powers that the new version adds or removes.
    #[serde(skip_serializing_if = "Changes::is_empty")]
    pub powers: Changes,
    /// Whether a promise may break in that.
    #[serde(skip)]
    pub leaves_open: bool,
    /// The handlers of the new version that no message reached, except for those that `--untried`
    /// names.
    #[serde(skip)]
    pub never_called: BTreeSet<String>,
    /// The promises, the worst change first, and then what takes the fewest faults.
    pub promises: Vec<PromiseInfo>,
    /// What anybody can see them do differently.
    pub behaviour: Behaviour,
    /// The promises when the new handlers replace the old ones.
    pub upgrade: Upgrade,
    /// The results of small mistakes in the new version, with `--mutate`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutation: Option<Mutation>,
    /// How much can be lost at worst.
    pub worst_cases: Vec<WorstCase>,
    /// How many promises are worse, better and inconclusive.
    pub counts: Counts,
    pub exit: Exit,
}

/// What anybody can see the two versions do differently.
#[derive(Clone, Debug, Serialize)]
pub struct Behaviour {
    pub profile: &'static str,
    /// The platforms that were searched besides, as they have steps that it has not, or undo
    /// what a handler did that throws.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub besides: Vec<&'static str>,
    /// Distinct states of both together, under all of them.
    pub states: u64,
    /// The limits: two faults of a kind are one too many.
    pub bounds: Bounds,
    /// Why the search stopped early, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
    /// The kinds of difference, least faults and steps first.
    pub differences: Vec<DifferenceInfo>,
    /// The file that names those that are meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted_in: Option<String>,
    /// What was accepted and did not occur.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted_in_vain: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct DifferenceInfo {
    /// The message, and what either version does with it: also its name, where it is accepted.
    pub what: String,
    /// Whether it is meant.
    pub accepted: bool,
    /// Whether the two have differed before in the schedule, so that this may follow from that.
    pub follows: bool,
    /// The shortest schedule that shows it.
    pub schedule: Schedule,
}

/// How many promises there are of each change.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Counts {
    /// Broken, broken by less, or no longer tried.
    pub worse: usize,
    /// Kept, or broken by more.
    pub better: usize,
    /// Not decided.
    pub inconclusive: usize,
}

impl Summary {
    pub fn of(review: &Review) -> Self {
        let promises = promises::promises(review);
        let count = |is: fn(Change) -> bool| {
            let names = promises.iter().filter(|one| is(one.change)).map(|one| one.property);
            names.collect::<BTreeSet<_>>().len()
        };
        let summary = Self {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            old: review.old.given.clone(),
            new: review.new.given.clone(),
            old_file: review.old.path().map(str::to_owned),
            file: review.new.path().map(str::to_owned),
            command: review.command.clone(),
            notes: review.notes.clone(),
            bounds: review.bounds,
            bounds_sentence: review.bounds.to_string(),
            profiles: review.old_runs.iter().map(|run| run.world.profile.name).collect(),
            not_tried: not_tried(review),
            powers: Changes::between(review.old.subject.lua(), review.new.subject.lua()),
            leaves_open: review.new.subject.lua().is_some_and(crate::not_tried::leaves_open),
            never_called: never_called(review),
            behaviour: Behaviour::of(review),
            upgrade: Upgrade::of(review),
            mutation: review.mutation.clone(),
            worst_cases: worst_cases(review),
            counts: Counts {
                worse: count(Change::is_worse),
                better: count(|change| matches!(change, Change::Fixed | Change::Better)),
                inconclusive: count(|change| change == Change::Inconclusive),
            },
            promises,
            exit: Exit::Expected,
        };
        Self { exit: summary.comes_to(), ..summary }
    }

    /// Its result, in a line.
    pub fn headline(&self) -> String {
        let Counts { worse, better, inconclusive } = self.counts;
        let more: Vec<_> = self.worst_cases.iter().filter(|case| case.is_worse()).collect();
        let more: Vec<_> = more.into_iter().map(|case| case.measure).collect();
        let undecided = self.worst_cases.iter().filter(|case| case.is_undecided());
        let counted = |n: usize, what: &str| (n > 0).then(|| format!("{n} {what}"));
        let plural = |n, one, many| counted(n, if n == 1 { one } else { many });
        let not_tried = self.mutation.as_ref().and_then(|mutation| mutation.not_tried.as_ref());
        let parts = [
            not_tried.map(ToString::to_string),
            plural(self.never_called.len(), "handler never called", "handlers never called"),
            plural(worse, "promise is worse", "promises are worse"),
            counted(self.upgrade.broken.len(), "broken by the upgrade"),
            (!more.is_empty()).then(|| format!("more can be {}", more.join(", "))),
            counted(inconclusive, "inconclusive"),
            counted(undecided.count(), &format!("worst cases {UNDECIDED}")),
            counted(better, "better"),
            plural(
                self.behaviour.news().count(),
                "kind of difference in behaviour",
                "kinds of difference in behaviour",
            ),
            plural(self.powers.gained.len(), "power gained", "powers gained"),
            plural(self.powers.lost.len(), "power lost", "powers lost"),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        let verdict = match self.exit {
            Exit::Violation => "WORSE",
            Exit::Inconclusive => "INCONCLUSIVE",
            _ if parts.is_empty() => "NOTHING CHANGES",
            _ => "NOTHING WORSE",
        };
        let is_whole = self.not_tried.is_empty() || self.exit != Exit::Expected;
        let verdict = verdict.to_owned() + if is_whole { "" } else { " IN WHAT WAS TRIED" };
        if parts.is_empty() { verdict } else { format!("{verdict}: {}", parts.join("; ")) }
    }

    /// Whether anything is worse, or not known.
    fn comes_to(&self) -> Exit {
        let is_worse = self.counts.worse > 0
            || !self.upgrade.broken.is_empty()
            || self.worst_cases.iter().any(WorstCase::is_worse);
        let was_cut = self.behaviour.cut.is_some()
            || self.upgrade.cut.is_some()
            || self.leaves_open
            || !self.never_called.is_empty()
            || self.mutation.as_ref().is_some_and(|mutation| mutation.not_tried.is_some())
            || self.worst_cases.iter().any(WorstCase::is_undecided);
        if is_worse {
            Exit::Violation
        } else if was_cut || self.counts.inconclusive > 0 {
            Exit::Inconclusive
        } else {
            Exit::Expected
        }
    }

    pub fn json(&self) -> String {
        json_lines(self)
    }
}

fn never_called(review: &Review) -> BTreeSet<String> {
    let lua = review.new.subject.lua();
    let never = lua.map(crate::not_tried::never_called).unwrap_or_default();
    never.into_iter().filter(|handler| !review.untried.contains(handler)).collect()
}

/// All that `check` tells, except for the order of `pairs`, which is tried both ways.
fn not_tried(review: &Review) -> Vec<String> {
    let lua = review.new.subject.lua();
    lua.map(crate::not_tried::lines_but_for_order).unwrap_or_default()
}

/// `1 re-push`, `no fault at all`.
pub(super) fn faults(faults: Faults) -> String {
    match faults.total() {
        0 => "no fault at all".to_owned(),
        _ => faults.to_string(),
    }
}

impl Behaviour {
    fn of(review: &Review) -> Self {
        let (runs, accepted) = (&review.pairs, &review.accepted);
        let info = |difference: super::Difference<'_>| DifferenceInfo {
            what: difference.what.to_owned(),
            accepted: accepted.iter().any(|one| one == difference.what),
            follows: difference.follows,
            schedule: Schedule::of(&difference.run.world, difference.found),
        };
        let mut differences: Vec<_> = differences(runs).into_iter().map(info).collect();
        differences.sort_by_key(|difference| difference.follows);
        let occurs = |name: &&String| differences.iter().any(|one| one.what == **name);
        let mut profiles = runs.iter().map(|run| run.world.profile.name);
        Self {
            profile: profiles.next().unwrap_or_default(),
            besides: profiles.collect(),
            bounds: super::behaviour::within(review.bounds),
            states: runs.iter().map(|run| run.exploration.states).sum(),
            cut: runs.iter().find_map(|run| run.exploration.cut).map(|cut| cut.to_string()),
            accepted_in_vain: accepted.iter().filter(|name| !occurs(name)).cloned().collect(),
            differences,
            accepted_in: review.accepted_in.clone(),
        }
    }

    /// The kinds of difference that are meant.
    pub fn accepted(&self) -> impl Iterator<Item = &DifferenceInfo> {
        self.differences.iter().filter(|difference| difference.accepted)
    }

    /// The kinds of difference that nobody has accepted.
    pub fn news(&self) -> impl Iterator<Item = &DifferenceInfo> {
        self.differences.iter().filter(|difference| !difference.accepted)
    }
}
