//! The search of one swap: fewest faults first, then fewest steps.
//!
//! The engine is the `search` crate; [`packed`](crate::packed) tells it what a step is.
//! The number of faults is part of a state, so the first state that breaks a property is a
//! certified minimum: every state with fewer faults, or as many and fewer steps, has been
//! judged before it.

use crate::limits::{Cut, Limits};
use crate::packed::System;
use crate::way_out::Rescuer;
use model::{Action, Contract, Faults, Swap};
use properties::{Breach, Property, Witness};
use search::System as _;
use std::collections::{BTreeMap, HashSet};

/// What a search found.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// Distinct states judged.
    pub states: u64,
    /// Steps taken between them.
    pub transitions: u64,
    /// The most steps from the initial state to any state, by a shortest way among those
    /// with fewest faults.
    pub depth: u32,
    /// Why the search stopped early, if it did.
    pub cut: Option<Cut>,
    /// States known and not judged when it was cut.
    pub frontier: u64,
    /// The first breach of each property that was broken, by the property's name.
    pub found: BTreeMap<&'static str, Found>,
    /// What was seen.
    pub witnesses: HashSet<Witness, foldhash::fast::FixedState>,
}

/// The minimal run that breaks a property.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its steps.
    pub actions: Vec<Action>,
    /// The faults in them.
    pub faults: Faults,
    /// The conjunct that is false at the end, or, for a way-out property, that no
    /// continuation can make true.
    pub breach: Breach,
    /// How many states were judged before: none of them breaks the property, and they are
    /// all those with fewer faults, or as many faults and fewer steps.
    pub before: u64,
}

/// Told now and then how far a search is.
pub type Progress<'a> = &'a (dyn Fn(&search::Progress) + Sync);

/// Explores everything that `swap` can do, and judges `properties` in every state.
///
/// # Panics
/// If what the search finds does not happen on whole states: a defect of this crate, after
/// which no verdict can be given.
pub fn explore<C: Contract>(
    swap: &Swap<C>,
    properties: &[Property],
    limits: Limits,
    progress: Progress<'_>,
) -> Exploration {
    let system = System::new(swap, properties, false);
    let report = search::Search::new(&system, 1).run(&limits.into(), &mut |p| progress(p));
    let found = report.findings.iter().zip(properties).filter_map(|(finding, property)| {
        let found = found(&system, swap, property, finding.as_ref()?);
        // To say nothing of it would be to say that the property holds.
        let found = found.expect("what the search finds happens on whole states too");
        Some((property.name, found))
    });
    Exploration {
        found: found.collect(),
        states: report.judged,
        transitions: report.transitions,
        depth: report.depth,
        frontier: report.cut.as_ref().map_or(0, |cut| cut.frontier),
        cut: report.cut.map(|cut| Cut::of(&cut.reason, &limits)),
        witnesses: system.witnesses(),
    }
}

/// The run to a finding, and what is false at its end.
fn found<C: Contract>(
    system: &System<'_, C>,
    swap: &Swap<C>,
    property: &Property,
    finding: &search::Finding,
) -> Option<Found> {
    let actions = system.unfold(&finding.path, &mut system.scratch())?;
    let mut state = swap.initial();
    for action in &actions {
        state = swap.step(&state, action)?.state;
    }
    let breach = property.judge(&swap.situation(&state)).err()?;
    let trapped = || Rescuer::new(swap).way_out(property, &state).is_err();
    if property.is_way_out() && !trapped() {
        return None;
    }
    Some(Found { actions, faults: state.spent.faults, breach, before: finding.judged_before })
}
