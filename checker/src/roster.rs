//! The record of a check: verdict by variant, profile and property.
//!
//! Reports are drawn from it, and `counterexamples/roster.json` holds the one that is
//! expected of the built-in variants at their usual bounds.

use crate::job::Run;
use crate::verdict::{Kind, Verdict};
use model::{Bounds, Profile};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format this version writes and reads.
pub const FORMAT: &str = "tim3-roster/2";

/// What is expected, as recorded when this binary was built.
const EXPECTED: &str = include_str!("../../counterexamples/roster.json");

/// Verdicts by variant, profile and property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// [`FORMAT`].
    pub format: String,
    /// The searches, weakest profile first within a variant.
    pub runs: Vec<Entry>,
}

/// One search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The variant's name.
    pub variant: String,
    /// The profile's name.
    pub profile: String,
    /// The limits of the world.
    pub bounds: Bounds,
    /// Distinct states.
    pub states: u64,
    /// What was said of each property.
    pub verdicts: BTreeMap<String, Cell>,
}

/// What is said of one property.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    pub verdict: Kind,
    /// The fewest faults that break it: `1 re-push`, `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub faults: Option<String>,
    /// Other minimal sets of faults that do: each suffices, and no part of it does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub or: Vec<String>,
    /// In how many steps they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<usize>,
}

impl From<&Verdict> for Cell {
    fn from(verdict: &Verdict) -> Self {
        let Verdict::Violated(broken) = verdict else {
            return Self { verdict: verdict.kind(), faults: None, or: Vec::new(), steps: None };
        };
        let mut sets = broken.fault_sets().into_iter().map(|set| set.to_string());
        Self {
            verdict: verdict.kind(),
            faults: sets.next(),
            or: sets.collect(),
            steps: Some(broken.first.actions.len()),
        }
    }
}

impl Cell {
    /// All minimal sets of faults: `1 loss or 1 re-push`.
    pub fn alternatives(&self) -> String {
        let sets: Vec<&str> = self.faults.iter().chain(&self.or).map(String::as_str).collect();
        sets.join(" or ")
    }
}

impl Roster {
    /// The record of these runs.
    pub fn of(runs: &[Run]) -> Self {
        let entry = |run: &Run| Entry {
            variant: run.world.subject.name().into(),
            profile: run.world.profile.name.into(),
            bounds: run.world.bounds,
            states: run.exploration.states,
            verdicts: run.verdicts.iter().map(|(p, v)| (p.name.into(), Cell::from(v))).collect(),
        };
        Self { format: FORMAT.into(), runs: runs.iter().map(entry).collect() }
    }

    /// What is expected of the built-in variants at their usual bounds.
    ///
    /// # Errors
    /// What is wrong with the record that was built in.
    pub fn expected() -> Result<Self, String> {
        serde_json::from_str(EXPECTED).map_err(|e| format!("counterexamples/roster.json: {e}"))
    }

    /// The text of its file.
    pub fn to_text(&self) -> String {
        // Nothing in a roster can fail to become JSON.
        let runs = self.runs.iter().map(|e| serde_json::to_string(e).unwrap_or_default());
        let runs: Vec<_> = runs.map(|run| format!("    {run}")).collect();
        format!(
            "{{\n  \"format\": \"{}\",\n  \"runs\": [\n{}\n  ]\n}}\n",
            self.format,
            runs.join(",\n")
        )
    }

    /// The variants, in order.
    pub fn variants(&self) -> Vec<&str> {
        let mut variants: Vec<&str> = self.runs.iter().map(|run| run.variant.as_str()).collect();
        variants.dedup();
        variants
    }

    /// The search of this variant under this profile.
    pub fn run(&self, variant: &str, profile: &str) -> Option<&Entry> {
        self.runs.iter().find(|run| run.variant == variant && run.profile == profile)
    }

    /// The weakest profile that breaks this, with what it takes.
    pub fn weakest(&self, variant: &str, property: &str) -> Option<(Profile, &Cell)> {
        Profile::ALL.iter().find_map(|profile| {
            let cell = self.run(variant, profile.name)?.verdicts.get(property)?;
            (cell.verdict == Kind::Violated).then_some((*profile, cell))
        })
    }

    /// The worst that is said of this over all profiles.
    pub fn worst(&self, variant: &str, property: &str) -> Option<Kind> {
        let runs = self.runs.iter().filter(|run| run.variant == variant);
        let kinds = runs.filter_map(|run| run.verdicts.get(property)).map(|cell| cell.verdict);
        let rank = |kind: &Kind| match kind {
            Kind::Violated => 3,
            Kind::HoldsUpTo => 2,
            Kind::NotTried => 1,
            Kind::Holds => 0,
        };
        kinds.max_by_key(rank)
    }

    /// Where this differs from what is expected, a line each. Only what was searched here
    /// is compared.
    pub fn differences(&self, expected: &Self) -> Vec<String> {
        self.runs.iter().flat_map(|run| run.differences(expected)).collect()
    }
}

impl Entry {
    fn differences(&self, expected: &Roster) -> Vec<String> {
        let name = format!("{} under {}", self.variant, self.profile);
        let Some(known) = expected.run(&self.variant, &self.profile) else {
            return vec![format!("{name}: not recorded")];
        };
        let states = (self.states != known.states)
            .then(|| format!("{name}: {} states, recorded are {}", self.states, known.states));
        let cells = self.verdicts.iter().filter_map(|(property, cell)| {
            let recorded = known.verdicts.get(property);
            (recorded != Some(cell)).then(|| {
                let recorded = recorded.map_or("nothing".into(), Cell::to_string);
                format!("{name}: {property} is {cell}, recorded is {recorded}")
            })
        });
        states.into_iter().chain(cells).collect()
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.verdict)?;
        match self.steps {
            Some(steps) => write!(f, " (faults: {}; {steps} steps)", self.alternatives()),
            None => Ok(()),
        }
    }
}
