//! The reference workload with every combination of reductions.

mod graphs;
#[path = "../benches/reference/mod.rs"]
mod reference;

use graphs::explore;
use reference::claims::Known;
use reference::invariants::Invariants;
use reference::{LARGE, SMALL, Size};
use search::Report;
use search::actors::{PlainActors, ReducedActors};
use stateright::Model;

use crate::reference::actors::Party;

type Reduced<const N: usize> = ReducedActors<Party, Invariants, Known, N, 1>;

/// Searches with these reductions by one thread and by two, which must agree.
fn search<const N: usize>(size: Size, [dead, symmetric, eager]: [bool; 3]) -> (Reduced<N>, Report) {
    let system = || size.reduced::<N>(size.reductions(dead, symmetric, eager));
    let (one, two) = (system(), system());
    let (report, other) = (explore(&one, 1), explore(&two, 2));
    assert!(report.complete());
    assert_eq!((&report.layers, report.unreduced), (&other.layers, other.unreduced));
    for (finding, other) in report.findings.iter().zip(&other.findings) {
        let [run, again] = [(&one, finding), (&two, other)]
            .map(|(system, finding)| finding.as_ref().map(|found| system.actions(&found.path)));
        assert_eq!(run, again);
    }
    (one, report)
}

/// For each property the fewest faults and steps with which it is violated.
fn firsts(report: &Report) -> Vec<Option<(u32, u32)>> {
    let findings = report.findings.iter();
    findings.map(|finding| finding.as_ref().map(|one| (one.cost, one.depth))).collect()
}

/// States visited, and states they stand for.
fn counts<const N: usize>(size: Size, reductions: [bool; 3]) -> (u64, u64) {
    let (_, report) = search::<N>(size, reductions);
    assert!(report.findings.iter().all(Option::is_none));
    (report.states, report.unreduced)
}

const DEAD: [bool; 3] = [true, false, false];
const DEAD_SYMMETRIC: [bool; 3] = [true, true, false];
const ALL: [bool; 3] = [true, true, true];

/// Without losses and dead envelopes a user is in one of 14 states; 8 remain once it
/// has sent all it will: 14⁴, C(14 + 3, 4), and the first state with C(8 + 3, 4) others.
#[test]
fn the_large_size_is_reduced_from_9834496_states_to_331() {
    assert_eq!(counts::<6>(LARGE, DEAD), (38_416, 38_416));
    assert_eq!(counts::<6>(LARGE, DEAD_SYMMETRIC), (2_380, 38_416));
    assert_eq!(counts::<6>(LARGE, ALL), (331, 1 + 8 * 8 * 8 * 8));
}

/// With losses a user has 27 states, and 18 once it has sent everything.
#[test]
fn the_small_size_is_reduced_from_658503_states_to_1141() {
    assert_eq!(counts::<5>(SMALL, DEAD), (27 * 27 * 27, 27 * 27 * 27));
    assert_eq!(counts::<5>(SMALL, DEAD_SYMMETRIC), (3_654, 27 * 27 * 27));
    assert_eq!(counts::<5>(SMALL, ALL), (1_141, 1 + 18 * 18 * 18));
}

#[test]
fn orbits_of_the_small_size_add_up_to_all_its_states() {
    assert_eq!(counts::<5>(SMALL, [false, true, false]), (113_564, 658_503));
}

/// Two users, duplicates, no losses.
fn faulty(dedupe: u8) -> Size {
    Size { users: 2, loss: false, dedupe, ..SMALL }
}

/// All combinations of the three reductions.
fn combinations() -> impl Iterator<Item = [bool; 3]> {
    (0..8).map(|bits| [0, 1, 2].map(|bit| bits >> bit & 1 == 1))
}

#[test]
fn every_combination_of_reductions_has_the_same_verdicts() {
    for dedupe in [0, 1, 2] {
        let size = faulty(dedupe);
        let (_, full) = search::<4>(size, [false; 3]);
        assert_eq!(full.states, [24_883, 3_136, 5_828][usize::from(dedupe)]);
        for [dead, symmetric, eager] in combinations() {
            let (system, report) = search::<4>(size, [dead, symmetric, eager]);
            let (_, flat) = search::<4>(size, [dead, false, eager]);
            assert_eq!(report.unreduced, flat.states);
            assert_eq!(system.certifies_depth(), !eager);
            if eager {
                let violated = |report| firsts(report).iter().map(Option::is_some).collect();
                let [reduced, unreduced]: [Vec<bool>; 2] = [violated(&report), violated(&full)];
                assert_eq!(reduced, unreduced);
            } else {
                assert_eq!(firsts(&report), firsts(&full));
            }
        }
    }
}

#[test]
fn a_path_of_the_reduced_system_is_a_run_of_the_plain_actors() {
    for (dedupe, property) in [(0, 4), (2, 6)] {
        for reductions in combinations() {
            let size = faulty(dedupe);
            let (system, report) = search::<4>(size, reductions);
            let finding = report.findings[property].as_ref().expect("a violation");
            let plain = PlainActors::new(Party::all(size), size.network(), Invariants { size });
            let plain = plain.unwrap();
            let mut state = plain.init_states().remove(0);
            for action in system.actions(&finding.path) {
                assert_eq!(plain.judge(&state) >> property & 1, 0, "not before the end");
                let mut offered = Vec::new();
                plain.actions(&state, &mut offered);
                assert!(offered.contains(&action), "{action:?} is not offered");
                state = plain.next_state(&state, action).unwrap();
            }
            assert_eq!(plain.judge(&state) >> property & 1, 1);
        }
    }
}
