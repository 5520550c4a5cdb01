//! What a Lua file breaks, compared with the recommended contract.
//!
//! Where `hardened` is broken under the same profile by the same faults, and by the first of them
//! in as few steps, it may be the platform that sets the limit. What breaks it is read off the
//! record, `counterexamples/roster.json`, at the bounds that it was recorded at.

use crate::job::Run;
use crate::roster::{Cell, Roster};
use crate::search::{Broken, Found};
use crate::verdict::Kind;
use explorer::trace::Trace;
use model::usda::Usda;
use model::{Faults, Profile, Subject, Variant};
use properties::Property;
use std::collections::BTreeMap;

/// What breaks the recommended contract.
pub struct Record(Roster);

/// How a file breaks a promise, beside the recommended contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Whether the recommended contract is broken, too, under the first profile under which the
    /// file is.
    pub shares: bool,
    /// What breaks the file alone: the profiles, and the sets of faults.
    pub own: Vec<(Vec<&'static str>, String)>,
}

impl Beside {
    /// Whether the file breaks it only where the recommended contract does.
    pub fn is_limit(&self) -> bool {
        self.shares && self.own.is_empty()
    }
}

/// The sets of faults in a cell, as they are written.
fn texts(cell: &Cell) -> impl Iterator<Item = &String> {
    cell.faults.iter().chain(&cell.or)
}

fn sets(cell: &Cell) -> Vec<Faults> {
    texts(cell).filter_map(|set| set.parse().ok()).collect()
}

/// How many refunds were ordered in a run that was found.
fn refunds(run: &Run, found: &Found) -> usize {
    let trace = Trace::of(run.world.clone(), &found.actions);
    trace.map_or(0, |trace| trace.last().history.count_refunds())
}

impl Record {
    /// As it was when this was built.
    ///
    /// # Errors
    /// What is wrong with the record.
    pub fn built_in() -> Result<Self, String> {
        let record = Self(Roster::expected()?);
        let cells = record.0.runs.iter().flat_map(|run| run.verdicts.values());
        let wrong = cells.flat_map(texts).find_map(|set| set.parse::<Faults>().err());
        wrong.map_or(Ok(record), |error| Err(format!("counterexamples/roster.json: {error}")))
    }

    /// How a promise of the recommended contract beside this ledger is broken, if it is.
    fn cell(&self, usda: Usda, profile: Profile, property: &str) -> Option<&Cell> {
        let hardened = [Variant::Hardened, Variant::HardenedOnUsda2024];
        let hardened = hardened.into_iter().find(|variant| variant.usda() == usda)?;
        let cell = self.0.run(hardened.name(), profile.name)?.verdicts.get(property)?;
        (cell.verdict == Kind::Violated).then_some(cell)
    }

    /// What breaks a promise in a run of a Lua file and not in the recommended contract; nothing
    /// where it is not broken, or no Lua file.
    pub fn own(&self, run: &Run, property: &Property) -> Option<Vec<String>> {
        Some(self.own_sets(run, property)?.into_iter().map(|(_, told)| told).collect())
    }

    /// Where the recommended contract breaks a promise, too: the first run of one contract that
    /// breaks it by faults that are not among those of the weakest platform, and under which the
    /// recommended contract keeps it, and its shortest counterexample; nothing where there is
    /// none.
    pub fn telling<'a>(
        &self,
        runs: &'a [Run],
        property: &Property,
        weakest: &Broken,
    ) -> Option<(&'a Run, &'a Found)> {
        let own = |run: &'a Run| {
            let (set, _) = self.own_sets(run, property)?.into_iter().next()?;
            let mut found = run.violation(property)?.all();
            Some((run, found.find(|found| found.faults == set)?))
        };
        let telling = runs.iter().find_map(own);
        telling.filter(|(_, found)| {
            self.beside(runs, property).shares && !weakest.fault_sets().contains(&found.faults)
        })
    }

    /// The sets of faults, each with its text in reports.
    fn own_sets(&self, run: &Run, property: &Property) -> Option<Vec<(Faults, String)>> {
        let Subject::Lua(_, usda) = run.world.subject else { return None };
        let broken = run.violation(property)?;
        let known = self.cell(usda, run.world.profile, property.name);
        let sets = known.map(sets).unwrap_or_default();
        let is_own = |set: &Faults| !sets.iter().any(|known| known.is_part_of(set));
        let (first, steps) = (broken.first.faults, broken.first.actions.len());
        // The record has the fewest steps of all with as many faults. Each refund saves a burn: the
        // recommended contract pays for nothing else.
        let recorded = known.and_then(|cell| cell.steps).filter(|recorded| steps < *recorded);
        let is_sooner = sets.first().is_some_and(|set| set.total() == first.total())
            && recorded.is_some_and(|recorded| steps + refunds(run, &broken.first) < recorded);
        let told = |set: Faults| match (is_own(&set), is_sooner && set == first) {
            (true, _) if set == Faults::default() => Some((set, "no fault".to_owned())),
            (true, _) => Some((set, set.to_string())),
            (false, true) => Some((set, format!("{set} in {steps} steps"))),
            (false, false) => None,
        };
        Some(broken.fault_sets().into_iter().filter_map(told).collect())
    }

    /// Whether the recommended contract is broken under the same profile, by whatever faults.
    fn is_broken(&self, run: &Run, property: &Property) -> bool {
        self.cell(run.world.subject.usda(), run.world.profile, property.name).is_some()
    }

    /// How the runs of one contract break a promise, beside the recommended one.
    pub fn beside(&self, runs: &[Run], property: &Property) -> Beside {
        let mut beside = Beside::default();
        let mut is_first = true;
        let mut own: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
        for run in runs {
            let Some(sets) = self.own(run, property) else { continue };
            if is_first {
                beside.shares = self.is_broken(run, property);
                is_first = false;
            }
            if !sets.is_empty() {
                own.entry(sets.join(" or ")).or_default().push(run.world.profile.name);
            }
        }
        beside.own = own.into_iter().map(|(sets, profiles)| (profiles, sets)).collect();
        beside
    }
}
