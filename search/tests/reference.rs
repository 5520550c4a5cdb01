//! The reference workload through the interned actors: its counts are known from other tools.

#[path = "../benches/reference/mod.rs"]
mod reference;

use reference::{LARGE, SMALL};
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
        assert_holds(
            &explore(&SMALL.interned::<5>(), threads),
            658_503,
            7_084_584,
        );
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes long without optimisation")]
fn the_large_size_has_the_counts_of_spin_rumur_and_tlc() {
    assert_holds(&explore(&LARGE.interned::<6>(), 2), 9_834_496, 98_344_960);
}
