//! Our search against stateright's own, and against itself with the reductions off.

use checker::job::{Job, jobs};
use checker::limits::Limits;
use checker::search::explore;
use checker::verdict::Kind;
use model::{Bounds, Profile, Reduction, Reductions, Swap, Variant};
use rayon::prelude::*;
use stateright::{Checker, Model, Property};
use std::collections::BTreeMap;

fn tiny() -> Bounds {
    "tiny".parse().expect("bounds")
}

fn all_jobs(bounds: Bounds) -> Vec<Job> {
    jobs(&Variant::all().collect::<Vec<_>>(), Profile::ALL, bounds)
}

/// stateright judges nothing here, but stops at once when it has nothing to judge.
fn for_stateright(job: &Job) -> Swap<Variant> {
    let mut swap = job.swap();
    swap.properties.push(Property::always("goes on", |_, _| true));
    swap
}

#[test]
fn unique_states_agree_with_stateright_for_every_variant_and_profile() {
    all_jobs(tiny()).par_iter().for_each(|job| {
        let ours = explore(&job.swap(), &properties::ALL, Limits::default(), &|_| ());
        let breadth = for_stateright(job).checker().spawn_bfs().join();
        let depth = for_stateright(job).checker().spawn_dfs().join();
        let name = format!("{} under {}", job.variant, job.profile);
        assert_eq!(ours.cut, None, "{name}");
        assert_eq!(ours.states, breadth.unique_state_count() as u64, "{name}: breadth first");
        assert_eq!(ours.states, depth.unique_state_count() as u64, "{name}: depth first");
    });
}

/// Verdict and faults by property: steps may differ, since a reduction makes them fewer.
fn verdicts(swap: &Swap<Variant>) -> BTreeMap<&'static str, (Kind, String)> {
    let exploration = explore(swap, &properties::ALL, Limits::default(), &|_| ());
    let verdict = |property: &properties::Property| {
        let found = exploration.found.get(property.name);
        let kind = if found.is_some() { Kind::Violated } else { Kind::Holds };
        (property.name, (kind, found.map_or_else(String::new, |f| f.faults.total().to_string())))
    };
    properties::ALL.iter().map(verdict).collect()
}

#[test]
fn no_reduction_changes_a_verdict_or_the_number_of_faults() {
    let bounds = Bounds { users: 2, transfers: 0, faults: 1, each_fault: 1, ..tiny() };
    let variants = ["seed-tags", "hardened", "refund-by-on-reply", "pause-on-transfer-error"];
    let variants = variants.map(|name| name.parse().expect("a variant"));
    jobs(&variants, Profile::ALL, bounds).par_iter().for_each(|job| {
        let reduced = verdicts(&job.swap());
        let without = Reduction::ALL.map(|one| Reductions::default().without(one));
        for reductions in without.into_iter().chain([Reductions::NONE]) {
            let mut swap = job.swap();
            swap.reductions = reductions;
            let name = format!("{} under {} with {reductions:?}", job.variant, job.profile);
            assert_eq!(verdicts(&swap), reduced, "{name}");
        }
    });
}

#[test]
fn a_message_that_a_contract_ignores_changes_nothing_in_any_reachable_state() {
    use model::Handlers;
    let bounds = Bounds { users: 2, transfers: 0, faults: 1, each_fault: 1, ..tiny() };
    let profile: Profile = "legacynet".parse().expect("a profile");
    jobs(&Variant::all().collect::<Vec<_>>(), &[profile], bounds).par_iter().for_each(|job| {
        let mut swap = job.swap();
        swap.reductions = Reductions::default().without(Reduction::InertMessages);
        let mut seen = std::collections::HashSet::new();
        let mut waiting = vec![swap.initial()];
        while let Some(state) = waiting.pop() {
            for action in swap.enabled(&state) {
                let step = swap.step(&state, &action).expect("an enabled action can be taken");
                let inert = step.evaluation.as_ref().filter(|e| e.at == model::TIM3);
                if inert.is_some_and(|e| swap.tim3.handlers.ignores(&e.message)) {
                    assert_eq!(step.state.tim3, state.tim3, "{}: {action}", job.variant);
                    assert!(step.evaluation.is_some_and(|e| e.sent.is_empty()));
                }
                if seen.insert(step.state.clone()) {
                    waiting.push(step.state);
                }
            }
        }
    });
}
