//! Wrong verdicts that other checkers gave, each as a test.

mod graphs;

use std::time::Duration;

use graphs::{Graph, explore, explore_within};
use search::{Fingerprint, Limits, ModelSystem, Reason, Report, Search, System, Until};
use stateright::{Model, Property};

/// 0 → 1 → … → `last`.
fn chain(last: u8) -> Graph {
    let edges: Vec<(u8, u8)> = (0..last).map(|node| (node, node + 1)).collect();
    Graph::new(&edges)
}

fn reason(report: &Report) -> Option<&Reason> {
    report.cut.as_ref().map(|cut| &cut.reason)
}

/// Counts up forever, so that only limits end the search.
struct Counter {
    lowers_cost: bool,
    fails_at: Option<u64>,
}

const ENDLESS: Counter = Counter { lowers_cost: false, fails_at: None };

impl System for Counter {
    type State = u64;
    type Draft = u64;
    type Scratch = ();

    fn scratch(&self) {}

    fn initial(&self, (): &mut ()) -> Vec<u64> {
        vec![0]
    }

    fn fingerprint(&self, state: &u64) -> Fingerprint {
        search::content_hash(state).into()
    }

    fn cost(&self, state: &u64) -> u32 {
        u32::from(self.lowers_cost && *state == 0)
    }

    fn successors(&self, state: &u64, (): &mut (), mut push: impl FnMut(u32, Fingerprint, u64)) {
        for (action, next) in [(0, state * 2 + 1), (1, state * 2 + 2)] {
            push(action, self.fingerprint(&next), next);
        }
    }

    fn build(&self, _: &u64, draft: u64, (): &mut ()) -> u64 {
        draft
    }

    fn judge(&self, _: &u64, (): &mut ()) -> u64 {
        0
    }

    fn properties(&self) -> usize {
        0
    }

    fn failure(&self) -> Option<String> {
        self.fails_at.map(|_| "a handler could not be evaluated".to_owned())
    }
}

#[test]
fn a_depth_limit_that_cuts_states_is_not_reported_as_success() {
    let limits = Limits { depth: Some(3), ..Limits::default() };
    let report = explore_within(&chain(9).fires(9, 1), 1, &limits);
    assert_eq!(reason(&report), Some(&Reason::Depth));
    assert_eq!((report.judged, report.depth), (4, 3));
    assert_eq!(report.cut.unwrap().frontier, 1);
}

#[test]
fn a_depth_limit_counts_steps_and_judges_the_states_at_it() {
    for (depth, found) in [(4, false), (5, true)] {
        let limits = Limits { depth: Some(depth), ..Limits::default() };
        let report = explore_within(&chain(9).fires(5, 1), 1, &limits);
        assert_eq!(report.findings[0].is_some(), found);
    }
}

#[test]
fn a_depth_limit_beyond_all_states_leaves_the_search_complete() {
    let limits = Limits { depth: Some(9), ..Limits::default() };
    assert!(explore_within(&chain(9), 1, &limits).complete());
}

#[test]
fn the_time_limit_holds_with_one_thread_and_with_two() {
    for threads in [1, 2] {
        let limits = Limits { time: Some(Duration::from_millis(50)), ..Limits::default() };
        let start = std::time::Instant::now();
        let report = explore_within(&ENDLESS, threads, &limits);
        assert_eq!(reason(&report), Some(&Reason::Time));
        assert!(start.elapsed() < Duration::from_secs(5));
        assert_eq!(report.cut.unwrap().frontier, report.states - report.judged);
    }
}

#[test]
fn a_time_limit_of_zero_proves_nothing_and_says_so() {
    let limits = Limits { time: Some(Duration::ZERO), ..Limits::default() };
    let report = explore_within(&chain(5), 1, &limits);
    assert_eq!(reason(&report), Some(&Reason::Time));
}

#[test]
fn a_memory_limit_ends_the_search_cleanly() {
    for threads in [1, 2] {
        let limits = Limits { memory: Some(200 << 20), ..Limits::default() };
        let report = explore_within(&ENDLESS, threads, &limits);
        assert_eq!(reason(&report), Some(&Reason::Memory));
        assert!(report.states > 100_000);
    }
}

#[test]
fn a_limit_of_states_is_exact_for_every_number_of_threads() {
    let limits = Limits { states: Some(12_345), ..Limits::default() };
    let [one, two] = [1, 2].map(|threads| explore_within(&ENDLESS, threads, &limits));
    assert_eq!(one, two);
    assert_eq!(one.judged, 12_345);
    assert_eq!(reason(&one), Some(&Reason::States));
}

#[test]
fn a_cost_limit_is_reported() {
    let limits = Limits { cost: Some(0), ..Limits::default() };
    let report = explore_within(&chain(4).costs(4, 1).fires(4, 1), 1, &limits);
    assert_eq!(reason(&report), Some(&Reason::Cost));
    assert!(report.findings[0].is_none());
}

#[test]
fn a_search_that_was_cut_resumes_to_the_same_result() {
    for limits in [
        Limits { states: Some(777), ..Limits::default() },
        Limits { depth: Some(5), ..Limits::default() },
        Limits { time: Some(Duration::ZERO), ..Limits::default() },
    ] {
        let until = Limits { depth: Some(11), ..Limits::default() };
        let mut search = Search::new(&ENDLESS, 2);
        let cut = search.run(&limits, &mut |_| ());
        assert!(!cut.complete());
        let report = search.run(&until, &mut |_| ());
        assert_eq!(report, explore_within(&ENDLESS, 1, &until));
    }
}

#[test]
fn whole_layers_are_judged_before_a_finding_in_a_cut_layer() {
    for fires in 1..7 {
        let edges: Vec<(u8, u8)> = (1..7).map(|node| (0, node)).collect();
        let graph = Graph::new(&edges).fires(fires, 1);
        let mut search = Search::new(&graph, 1);
        search.run(&Limits { states: Some(4), ..Limits::default() }, &mut |_| ());
        graph.confirm(&search.run(&Limits::default(), &mut |_| ()));
    }
}

#[test]
fn a_cheaper_violation_found_after_a_cut_replaces_a_dearer_one() {
    let graph = Graph::new(&[(0, 1), (1, 2), (2, 3), (0, 9)]);
    let graph = graph.costs(9, 1).fires(9, 1).fires(3, 1);
    let mut search = Search::new(&graph, 1);
    let limits = Limits { depth: Some(2), ..Limits::default() };
    let bounded = search.run(&limits, &mut |_| ());
    assert_eq!(bounded.findings[0].as_ref().unwrap().cost, 1);
    let report = search.run(&Limits::default(), &mut |_| ());
    assert_eq!(report.findings[0].as_ref().unwrap().cost, 0);
}

#[test]
fn a_violation_in_the_last_layer_is_found() {
    let graph = chain(9).fires(9, 1);
    graph.confirm(&explore(&graph, 1));
}

#[test]
fn a_violation_in_an_initial_state_is_found_with_an_empty_path() {
    let graph = chain(3).fires(0, 1);
    let report = explore(&graph, 1);
    let finding = report.findings[0].as_ref().unwrap();
    assert_eq!((finding.depth, finding.judged_before), (0, 0));
    assert!(finding.path.actions.is_empty());
    graph.confirm(&report);
}

#[test]
fn the_shortest_path_is_reported_though_a_longer_one_violates() {
    let mut edges: Vec<(u8, u8)> = (0..30).map(|node| (node, node + 1)).collect();
    edges.extend([(0, 40), (40, 41)]);
    let graph = Graph::new(&edges).fires(30, 1).fires(41, 1);
    let report = explore(&graph, 1);
    assert_eq!(report.findings[0].as_ref().unwrap().depth, 2);
}

#[test]
fn a_longer_way_with_fewer_faults_is_preferred() {
    let graph = Graph::new(&[(0, 1), (1, 2), (2, 3), (0, 4)]);
    let graph = graph.costs(4, 1).fires(4, 1).fires(3, 1);
    let report = explore(&graph, 1);
    let finding = report.findings[0].as_ref().unwrap();
    assert_eq!((finding.cost, finding.depth), (0, 3));
}

#[test]
fn a_state_first_met_on_a_long_cheap_way_keeps_its_fewest_steps() {
    // 7 costs 2: met first from 3 (cost 0, four steps), later from 5 (cost 1, two steps).
    let graph = Graph::new(&[(0, 1), (1, 2), (2, 3), (3, 7), (0, 5), (5, 7), (7, 8)]);
    let graph = graph.costs(5, 1).costs(7, 2).costs(8, 2).fires(8, 1);
    for threads in [1, 2] {
        let report = explore(&graph, threads);
        graph.confirm(&report);
        assert_eq!(report.findings[0].as_ref().unwrap().depth, 3);
    }
}

#[test]
fn states_where_ways_join_are_judged_once_and_expanded_once() {
    let graph = Graph::new(&[(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (4, 0)]).fires(4, 1);
    graph.confirm(&explore(&graph, 2));
}

#[test]
fn all_violated_properties_are_found_in_one_run() {
    let graph = chain(6).fires(2, 0b001).fires(4, 0b010).fires(6, 0b100);
    let report = explore(&graph, 1);
    let depths: Vec<u32> = report.findings.iter().flatten().map(|one| one.depth).collect();
    assert_eq!(depths, [2, 4, 6]);
}

#[test]
fn a_state_that_violates_two_properties_counts_for_both() {
    let graph = chain(3).fires(2, 0b11);
    let report = explore(&graph, 1);
    assert_eq!(report.findings[0], report.findings[1]);
    assert!(report.findings[0].is_some());
}

#[test]
fn a_state_at_which_every_property_fires_is_still_expanded() {
    let report = explore(&chain(3).fires(0, 1), 1);
    assert_eq!(report.states, 4);
}

#[test]
fn without_properties_every_state_is_explored() {
    let report = explore(&chain(9), 1);
    assert_eq!(report.states, 10);
    assert!(report.complete());
}

#[test]
fn stopping_at_a_violation_is_a_cut_unless_nothing_was_left() {
    let first = Limits { until: Until::First, ..Limits::default() };
    let report = explore_within(&chain(6).fires(2, 1).fires(5, 2), 1, &first);
    assert_eq!(reason(&report), Some(&Reason::Found));
    assert!(report.findings[0].is_some() && report.findings[1].is_none());
    let all = Limits { until: Until::All, ..Limits::default() };
    let report = explore_within(&chain(6).fires(2, 1).fires(5, 2), 1, &all);
    assert_eq!(report.depth, 5);
    assert!(explore_within(&chain(6).fires(6, 1), 1, &first).complete());
}

#[test]
fn until_all_without_properties_does_not_stop_at_once() {
    let all = Limits { until: Until::All, ..Limits::default() };
    assert_eq!(explore_within(&chain(6), 1, &all).states, 7);
}

#[test]
fn a_system_without_initial_states_has_no_states() {
    let graph = Graph::default();
    graph.confirm(&explore(&graph, 2));
}

#[test]
fn initial_states_given_twice_count_once() {
    let mut graph = chain(3);
    graph.initial = vec![1, 0, 1];
    graph.confirm(&explore(&graph, 1));
}

#[test]
fn a_failure_of_the_system_is_never_a_success() {
    let system = Counter { fails_at: Some(0), ..ENDLESS };
    let report = explore(&system, 1);
    assert!(matches!(reason(&report), Some(Reason::Failure(_))));
}

#[test]
#[should_panic(expected = "a step lowered the cost from 1 to 0")]
fn a_step_that_lowers_the_cost_is_refused() {
    explore(&Counter { lowers_cost: true, ..ENDLESS }, 1);
}

struct Eventual;

impl Model for Eventual {
    type State = u8;
    type Action = u8;

    fn init_states(&self) -> Vec<u8> {
        vec![0]
    }

    fn actions(&self, _: &u8, _: &mut Vec<u8>) {}

    fn next_state(&self, _: &u8, _: u8) -> Option<u8> {
        None
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::eventually("comes to rest", |_, _| false)]
    }
}

#[test]
fn a_model_that_says_eventually_is_refused_by_name() {
    let Err(error) = ModelSystem::new(Eventual) else {
        panic!("it was accepted");
    };
    assert!(error.to_string().contains("'comes to rest' says eventually"));
}

#[test]
fn the_bound_of_a_collision_grows_with_the_square_of_the_states() {
    let mut report = explore(&chain(9), 1);
    report.states = 1_000_000_000;
    assert!((report.collision_bound() - 0.0271).abs() < 0.0001);
}

/// 0 → 1 → … → this, where it fires.
struct Line(u32);

impl System for Line {
    type State = u32;
    type Draft = u32;
    type Scratch = ();

    fn scratch(&self) {}

    fn initial(&self, (): &mut ()) -> Vec<u32> {
        vec![0]
    }

    fn fingerprint(&self, state: &u32) -> Fingerprint {
        search::content_hash(state).into()
    }

    fn successors(&self, state: &u32, (): &mut (), mut push: impl FnMut(u32, Fingerprint, u32)) {
        if *state < self.0 {
            push(*state, self.fingerprint(&(state + 1)), state + 1);
        }
    }

    fn build(&self, _: &u32, draft: u32, (): &mut ()) -> u32 {
        draft
    }

    fn judge(&self, state: &u32, (): &mut ()) -> u64 {
        u64::from(*state == self.0)
    }

    fn properties(&self) -> usize {
        1
    }
}

#[test]
fn a_long_thin_graph_is_searched_and_its_path_found() {
    let report = explore(&Line(200_000), 2);
    let finding = report.findings[0].as_ref().unwrap();
    assert_eq!(finding.path.actions, (0..200_000).collect::<Vec<u32>>());
}

#[test]
fn what_is_deeper_than_any_search_goes_is_said_to_be_left() {
    let report = explore(&Line(Limits::DEEPEST), 1);
    assert!(report.complete() && report.findings[0].is_some());
    let report = explore(&Line(Limits::DEEPEST + 1), 1);
    assert_eq!(reason(&report), Some(&Reason::Depth));
    assert!(report.findings[0].is_none());
}
