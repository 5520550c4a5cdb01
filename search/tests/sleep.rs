//! Steps that commute with the one before are left out, and nothing else changes.

#[path = "../benches/reference/mod.rs"]
mod reference;

#[path = "random_actors/actors.rs"]
mod actors;

use std::collections::BTreeMap;

use actors::{Interned, Random, Watch, actor, network};
use proptest::prelude::*;
use reference::{SMALL, Size};
use search::actors::{ActorSystem, Delivery, Faults, Ignored, Network};
use search::{Fingerprint, Limits, Reason, Report, Search, System};

/// All states with their fewest steps, by a walk of its own; and how many steps it followed,
/// and how many more it was told of.
fn walk(system: &impl System) -> (BTreeMap<Fingerprint, usize>, usize, usize) {
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

#[test]
fn nearly_half_of_the_reference_steps_are_left_out() {
    let size = Size { users: 2, ..SMALL };
    let (all, followed, none) = walk(&size.interned::<4>().following_all());
    assert_eq!(none, 0);
    let (same, fewer, left_out) = walk(&size.interned::<4>());
    assert_eq!(same, all);
    assert_eq!(fewer + left_out, followed);
    assert_eq!((fewer, followed), (27_894, 54_288));
}

#[test]
fn where_ignored_messages_stay_in_flight_every_step_is_followed() {
    let size = Size { users: 2, ..SMALL };
    let network = Network { ignored: Ignored::Left, ..size.network() };
    let system: ActorSystem<_, (), 4, 1> =
        ActorSystem::new(reference::actors::Party::all(size), network, ()).unwrap();
    assert_eq!(walk(&system).2, 0);
}

fn consumed(network: Network) -> Network {
    Network { ignored: Ignored::Consumed, ..network }
}

fn counted(network: Network) -> Network {
    let delivery = Delivery::Multiset;
    Network { delivery, duplicates: Faults::Never, ..consumed(network) }
}

/// Reports of the same system: with every step followed, and with one thread and two. Each
/// search ends in the middle of a layer, goes on, and ends again if it is large.
///
/// Also the actions that lead to each finding: their numbers depend on the order of steps.
fn reports<const N: usize, const W: usize>(
    actors: &[Random],
    network: Network,
) -> [(Report, Vec<String>); 3] {
    let system = || ActorSystem::<_, _, N, W>::new(actors.to_vec(), network, Watch).unwrap();
    let report = |system: ActorSystem<Random, Watch, N, W>, threads| {
        let mut search = Search::new(&system, threads);
        let mut run =
            |states| search.run(&Limits { states: Some(states), ..Limits::default() }, &mut |_| ());
        run(100);
        let mut report = run(20_000);
        let findings = report.findings.iter_mut().flatten();
        let paths = findings.map(|finding| std::mem::take(&mut finding.path));
        let actions = paths.map(|path| format!("{:?}", system.actions(&path))).collect();
        (report, actions)
    };
    [report(system().following_all(), 1), report(system(), 1), report(system(), 2)]
}

/// More than three copies of a message end a search, sooner or later in the same layer.
fn failed(report: &Report) -> bool {
    report.cut.as_ref().is_some_and(|cut| matches!(cut.reason, Reason::Failure(_)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn in_sets_reports_are_the_same_as_when_every_step_is_followed(
        actors in prop::collection::vec(actor(3, 3), 3),
        network in network().prop_map(consumed),
    ) {
        let [every, one, two] = reports::<3, 1>(&actors, network);
        prop_assert_eq!(&one, &every);
        prop_assert_eq!(&two, &every);
        if every.0.complete() {
            let system = || Interned::new(actors.clone(), network, Watch).unwrap();
            prop_assert_eq!(walk(&system()).0, walk(&system().following_all()).0);
        }
    }

    #[test]
    fn reports_on_multisets_equal_those_of_the_full_search(
        actors in prop::collection::vec(actor(3, 2), 3),
        network in network().prop_map(counted),
    ) {
        let [every, one, two] = reports::<3, 1>(&actors, network);
        prop_assert_eq!([&one, &two].map(|report| failed(&report.0)), [failed(&every.0); 2]);
        if !failed(&every.0) {
            prop_assert_eq!(&one, &every);
            prop_assert_eq!(&two, &every);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn reports_on_many_envelopes_equal_those_of_the_full_search(
        actors in prop::collection::vec(actor(7, 3), 7),
        network in network().prop_map(consumed),
    ) {
        let [every, one, two] = reports::<7, 4>(&actors, network);
        prop_assert_eq!(&one, &every);
        prop_assert_eq!(&two, &every);
    }
}
