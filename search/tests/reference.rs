//! The reference workload through the interned actors: its counts are known from other tools.

#[path = "../benches/reference/mod.rs"]
mod reference;

use reference::{LARGE, SMALL, Size};
use search::{Limits, Report, Search, System};

fn explore(system: &impl System, threads: usize) -> Report {
    Search::new(system, threads).run(&Limits::default(), &mut |_| ())
}

fn assert_holds(report: &Report, states: u64, transitions: u64) {
    assert_eq!((report.states, report.transitions), (states, transitions));
    assert_eq!(report.judged, states);
    assert!(report.complete());
    assert!(report.findings.iter().all(Option::is_none));
}

#[test]
fn the_small_size_has_the_counts_of_spin_rumur_and_tlc() {
    for threads in [1, 2] {
        assert_holds(&explore(&SMALL.interned::<5>(), threads), 658_503, 7_084_584);
    }
}

#[test]
fn the_large_size_has_the_counts_of_spin_rumur_and_tlc() {
    assert_holds(&explore(&LARGE.interned::<6>(), 2), 9_834_496, 98_344_960);
}

/// Two users, duplicates, no losses.
fn faulty(dedupe: u8) -> Size {
    Size { users: 2, loss: false, dedupe, ..SMALL }
}

/// The depth of the first violation of a property, which must be the same thing with one
/// thread, with two, and again.
fn first_violation(size: Size, property: usize) -> u32 {
    let firsts = [1, 2, 2].map(|threads| {
        let system = size.interned::<4>();
        let report = explore(&system, threads);
        let finding = report.findings[property].clone().expect("a violation");
        (system.actions(&finding.path), finding.depth, finding.judged_before)
    });
    assert_eq!(firsts[0], firsts[1]);
    assert_eq!(firsts[1], firsts[2]);
    firsts[0].1
}

#[test]
fn without_deduplication_a_deposit_mints_twice_in_four_steps() {
    assert_eq!(first_violation(faulty(0), 4), 4);
}

#[test]
fn without_deduplication_in_usda_ten_steps_make_it_insolvent() {
    assert_eq!(first_violation(faulty(2), 6), 10);
}

#[test]
fn the_hand_packed_baseline_does_the_same_work() {
    for parents in [false, true] {
        let counts = reference::packed::explore(SMALL, parents);
        assert_eq!(counts, (658_503, 7_084_584, 0));
    }
    let (_, _, violated) = reference::packed::explore(faulty(0), true);
    assert_ne!(violated & 1 << 4, 0);
}
