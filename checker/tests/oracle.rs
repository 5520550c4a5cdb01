//! Our search against stateright's own, against itself with reductions off, and with other
//! numbers of threads.

use checker::job::run_all;
use checker::limits::Limits;
use checker::progress::Watcher;
use checker::search::{Exploration, explore};
use checker::settings::{Engine, Settings};
use checker::stateright_search;
use explorer::world::World;
use model::{Bounds, Fault, Faults, Profile, Reduction, Reductions, Subject, Variant};
use rayon::prelude::*;
use std::collections::BTreeMap;

fn tiny() -> Bounds {
    "tiny".parse().expect("bounds")
}

fn variants(names: &[&str]) -> Vec<Variant> {
    names.iter().map(|name| name.parse().expect("a variant")).collect()
}

fn profile(name: &str) -> Profile {
    name.parse().expect("a profile")
}

fn jobs(
    variants: &[Variant],
    profiles: &[Profile],
    bounds: Bounds,
    reductions: Reductions,
) -> Vec<World> {
    let variants: Vec<_> =
        variants.iter().map(|variant| (Subject::from(*variant), bounds)).collect();
    checker::job::jobs(&variants, profiles, reductions)
}

fn name(job: &World) -> String {
    format!("{} under {}", job.subject, job.profile)
}

/// Searched by our engine, on so many threads.
fn ours(job: &World, threads: usize) -> Exploration {
    explore(&job.swap(), &properties::ALL, Limits::default(), (threads, false), &|_| ())
}

fn theirs(job: &World, engine: Engine) -> Exploration {
    stateright_search::explore(
        &std::sync::Arc::new(job.swap()),
        &properties::ALL,
        engine,
        1,
        &|_| (),
    )
}

/// The minimal sets of faults that break each property.
fn breaks(exploration: &Exploration) -> BTreeMap<&'static str, Vec<Faults>> {
    let sets = |broken: &checker::search::Broken| {
        let mut sets = broken.fault_sets();
        sets.sort();
        sets
    };
    exploration.found.iter().map(|(name, broken)| (*name, sets(broken))).collect()
}

#[test]
fn stateright_finds_equal_states_steps_verdicts_and_witnesses() {
    let all: Vec<_> = Variant::all().collect();
    let unexchanged = Reductions::default().without(Reduction::Symmetry);
    let hostile = profile("hostile");
    jobs(&all, Profile::ALL, tiny(), unexchanged).par_iter().for_each(|job| {
        let name = name(job);
        let ours = ours(job, 1);
        assert_eq!(ours.cut, None, "{name}");
        // Depth first visits the same states again: the platform with all faults has to suffice.
        let depth_first = Some(Engine::StaterightDfs).filter(|_| job.profile == hostile);
        for engine in [Engine::Stateright].into_iter().chain(depth_first) {
            let theirs = theirs(job, engine);
            assert_eq!(ours.states, theirs.states, "{name}: states, {engine}");
            assert_eq!(ours.transitions, theirs.transitions, "{name}: transitions, {engine}");
            assert_eq!(ours.witnesses, theirs.witnesses, "{name}: witnesses, {engine}");
            let broken = |e: &Exploration| e.found.keys().copied().collect::<Vec<_>>();
            assert_eq!(broken(&ours), broken(&theirs), "{name}: broken, {engine}");
            for (property, found) in &theirs.found {
                let least = ours.found[property].first.faults.total();
                assert!(found.first.faults.total() >= least, "{name}: {property}, {engine}");
            }
        }
    });
}

#[test]
fn no_reduction_changes_a_verdict_or_a_set_of_faults() {
    let chosen =
        variants(&["seed-tags", "hardened", "refund-by-on-reply", "state-wiped-on-reload"]);
    let bounds = Bounds { transfers: 1, ..tiny() };
    jobs(&chosen, Profile::ALL, bounds, Reductions::default()).par_iter().for_each(|job| {
        let reduced = breaks(&ours(job, 1));
        let without = Reduction::ALL.map(|one| Reductions::default().without(one));
        for reductions in without.into_iter().chain([Reductions::NONE]) {
            let unreduced = ours(&World { reductions, ..job.clone() }, 1);
            assert_eq!(breaks(&unreduced), reduced, "{} with {reductions:?}", name(job));
        }
    });
}

/// Fails unless leaving out idle faults saves states and changes no set of faults. What breaks
/// each property of each job.
fn without_idle_faults(jobs: &[World]) -> Vec<BTreeMap<&'static str, Vec<Faults>>> {
    let compare = |job: &World| {
        let reductions = Reductions::default().without(Reduction::IdleFaults);
        let unreduced = ours(&World { reductions, ..job.clone() }, 1);
        let reduced = ours(job, 1);
        assert!(reduced.states < unreduced.states, "{}", name(job));
        assert_eq!(breaks(&unreduced), breaks(&reduced), "{}", name(job));
        breaks(&reduced)
    };
    jobs.par_iter().map(compare).collect()
}

#[test]
fn two_faults_are_reduced_as_safely_as_one() {
    let chosen = variants(&["seed-tags", "hardened", "dedupe-by-id", "burn-is-a-transfer"]);
    let bounds = Bounds { faults: 2, ..tiny() };
    let profiles = ["legacynet-no-su-filter", "hyper-aos"].map(profile);
    without_idle_faults(&jobs(&chosen, &profiles, bounds, Reductions::default()));
}

#[test]
fn two_faults_of_a_kind_are_reduced_as_safely_as_two_kinds() {
    let bounds = Bounds { faults: 2, each_fault: 2, ..tiny() };
    let worlds = [("balance-check-off", "hyper-aos"), ("wallet-dedupe-off", "hostile")];
    let job = |(variant, platform)| {
        let jobs = jobs(&variants(&[variant]), &[profile(platform)], bounds, Reductions::default());
        jobs[0].clone()
    };
    for broken in without_idle_faults(&worlds.map(job)) {
        let twice = |set: &Faults| Fault::ALL.into_iter().any(|kind| set.of(kind) == 2);
        assert!(broken.values().flatten().any(twice), "nothing takes two of a kind");
    }
}

#[test]
fn the_orbits_of_exchanged_users_add_up_to_all_states() {
    let worlds = [(2, 1, 2), (3, 1, 3), (3, 0, 6), (4, 0, 24)];
    for (users, transfers, exchanges) in worlds {
        let bounds = Bounds { users, transfers, ..tiny() };
        let profiles = ["reliable", "reordering", "lossy"].map(profile);
        let chosen =
            variants(&["seed-tags", "hardened", "first-sender-kept", "transfer-swallowed"]);
        jobs(&chosen, &profiles, bounds, Reductions::default()).par_iter().for_each(|job| {
            assert_eq!(job.swap().symmetries().len(), exchanges);
            let reductions = Reductions::default().without(Reduction::Symmetry);
            let whole = ours(&World { reductions, ..job.clone() }, 1);
            let quotient = ours(job, 1);
            let name = format!("{} with {users} users", name(job));
            assert_eq!(quotient.unreduced, whole.states, "{name}");
            assert!(quotient.states < whole.states, "{name}");
            assert_eq!(breaks(&quotient), breaks(&whole), "{name}");
            let steps = |e: &Exploration| {
                let broken = e.found.values().map(|broken| broken.first.actions.len());
                broken.collect::<Vec<_>>()
            };
            assert_eq!(steps(&quotient), steps(&whole), "{name}");
        });
    }
}

#[test]
fn one_thread_and_several_find_exactly_the_same() {
    let chosen = variants(&["seed-tags", "hardened", "refund-on-transfer-error"]);
    let profiles = ["lossy", "operator", "hyper-aos"].map(profile);
    let small = "small".parse().expect("bounds");
    for job in jobs(&chosen, &profiles, small, Reductions::default()) {
        let one = ours(&job, 1);
        for threads in [2, 4] {
            let several = ours(&job, threads);
            assert_eq!(several.states, one.states, "{}", name(&job));
            assert_eq!(several.transitions, one.transitions, "{}", name(&job));
            assert_eq!(several.witnesses, one.witnesses, "{}", name(&job));
            assert_eq!(format!("{:?}", several.found), format!("{:?}", one.found));
        }
    }
}

#[test]
fn searches_that_share_answers_say_what_each_says_alone() {
    let chosen = variants(&["seed-tags", "hardened", "state-wiped-on-reload"]);
    let bounds = Bounds { transfers: 1, ..tiny() };
    let jobs = jobs(&chosen, Profile::ALL, bounds, Reductions::default());
    let settings = Settings { threads: 2, ..Settings::default() };
    let watcher = Watcher::new(jobs.len(), true);
    let together = run_all(&jobs, &properties::ALL, &settings, &watcher).expect("two threads");
    for (job, together) in jobs.iter().zip(together) {
        let (alone, together) = (ours(job, 1), together.exploration);
        assert_eq!(together.states, alone.states, "{}", name(job));
        assert_eq!(together.transitions, alone.transitions, "{}", name(job));
        assert_eq!(together.witnesses, alone.witnesses, "{}", name(job));
        assert_eq!(format!("{:?}", together.found), format!("{:?}", alone.found));
        assert!(together.keys > alone.keys, "answers of others are counted: {}", name(job));
    }
}

#[test]
fn an_ignored_message_changes_nothing_in_any_reachable_state() {
    use model::Handlers;
    let bounds = Bounds { users: 2, transfers: 0, faults: 1, each_fault: 1, ..tiny() };
    let all: Vec<_> = Variant::all().collect();
    let reductions = Reductions::default().without(Reduction::InertMessages);
    jobs(&all, &[profile("legacynet")], bounds, reductions).par_iter().for_each(|job| {
        let swap = job.swap();
        let mut seen = std::collections::HashSet::new();
        let mut waiting = vec![swap.initial()];
        while let Some(state) = waiting.pop() {
            for action in swap.enabled(&state) {
                let step = swap.step(&state, &action).expect("an enabled action can be taken");
                let inert = step.evaluation.as_ref().filter(|e| e.at == model::TIM3);
                if inert.is_some_and(|e| swap.tim3.handlers.ignores(&e.message)) {
                    assert_eq!(step.state.tim3, state.tim3, "{}: {action}", job.subject);
                    assert!(step.evaluation.is_some_and(|e| e.sent.is_empty()));
                }
                if seen.insert(step.state.clone()) {
                    waiting.push(step.state);
                }
            }
        }
    });
}
