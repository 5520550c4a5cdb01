//! Steps that commute with the one before are left out, and nothing else changes.

#[path = "../benches/reference/mod.rs"]
mod reference;

#[path = "random_actors/actors.rs"]
mod actors;

use std::collections::BTreeMap;

use actors::{ACTORS, Interned, Random, Watch, actor, network};
use proptest::prelude::*;
use reference::{SMALL, Size};
use search::actors::{ActorSystem, Delivery, Faults, Ignored, Network};
use search::{Cut, Limits, Reason, Report, Search, System};

/// All states with their fewest steps, by a walk of its own; and how many steps it followed,
/// and how many more it was told of.
fn walk(system: &impl System) -> (BTreeMap<u64, usize>, usize, usize) {
    let mut scratch = system.scratch();
    let mut layer = system.initial(&mut scratch);
    let mut depths = BTreeMap::new();
    let (mut followed, mut left_out) = (0, 0);
    for depth in 0.. {
        layer.retain(|state| depths.insert(system.fingerprint(state), depth).is_none());
        if layer.is_empty() {
            break;
        }
        let mut next = Vec::new();
        for state in layer {
            let mut drafts = Vec::new();
            left_out += system.follow(&state, false, &mut scratch, |_, fingerprint, draft| {
                if !depths.contains_key(&fingerprint) {
                    drafts.push(draft);
                }
                followed += 1;
            });
            next.extend(drafts.into_iter().map(|draft| system.build(&state, draft, &mut scratch)));
        }
        layer = next;
    }
    (depths, followed, left_out)
}

fn explore(system: &impl System, threads: usize) -> Report {
    let limits = Limits { states: Some(5_000), ..Limits::default() };
    Search::new(system, threads).run(&limits, &mut |_| ())
}

#[test]
fn nearly_half_of_the_steps_of_the_reference_workload_are_left_out() {
    let size = Size { users: 2, ..SMALL };
    let (all, followed, none) = walk(&size.interned::<4>().following_all());
    assert_eq!(none, 0);
    let (same, fewer, left_out) = walk(&size.interned::<4>());
    assert_eq!(same, all);
    assert_eq!(fewer + left_out, followed);
    assert!(fewer * 100 < followed * 55, "{fewer} of {followed}");
}

#[test]
fn where_ignored_messages_stay_in_flight_every_step_is_followed() {
    let size = Size { users: 2, ..SMALL };
    let network = Network { ignored: Ignored::Left, ..size.network() };
    let system: ActorSystem<_, (), 4, 1> =
        ActorSystem::new(reference::actors::Party::all(size), network, ()).unwrap();
    assert_eq!(walk(&system).2, 0);
}

/// Sets and multisets. In a multiset few messages are sent at a time: three of a kind are enough.
fn systems() -> impl Strategy<Value = (Vec<Random>, Network)> {
    let consumed = |network| Network { ignored: Ignored::Consumed, ..network };
    let counted = move |network| Network {
        delivery: Delivery::Multiset,
        duplicates: Faults::Never,
        ..consumed(network)
    };
    let actors = |sends| prop::collection::vec(actor(sends), ACTORS);
    prop_oneof![
        3 => (actors(3), network().prop_map(consumed)),
        1 => (actors(2), network().prop_map(counted)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn reports_are_the_same_as_when_every_step_is_followed(
        (actors, network) in systems(),
    ) {
        let system = || Interned::new(actors.clone(), network, Watch).unwrap();
        let every = system().following_all();
        let expected = explore(&every, 1);
        // More than three copies of a message end a search.
        let failed = |cut: &Cut| matches!(cut.reason, Reason::Failure(_));
        prop_assume!(!expected.cut.as_ref().is_some_and(failed));
        for threads in [1, 2] {
            let fewer = system();
            let report = explore(&fewer, threads);
            prop_assert_eq!(actions(&fewer, &report), actions(&every, &expected));
            prop_assert_eq!(without_paths(report), without_paths(expected.clone()));
        }
        if expected.complete() {
            prop_assert_eq!(walk(&system()).0, walk(&every).0);
        }
    }
}

/// The actions that lead to each finding; their numbers depend on the order of steps.
fn actions(system: &Interned, report: &Report) -> Vec<String> {
    let found = report.findings.iter().flatten();
    found.map(|finding| format!("{:?}", system.actions(&finding.path))).collect()
}

fn without_paths(mut report: Report) -> Report {
    for finding in report.findings.iter_mut().flatten() {
        finding.path = search::Path::default();
    }
    report
}
