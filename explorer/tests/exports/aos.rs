//! The tests that run on the real aos: what stands in them. That aos does what they say is tested
//! in `tests/aos`.

use crate::recorded::{self, AGAIN, LOST};
use explorer::aos_test::{Course, Edge, NoCourse, Part, Place, written};
use explorer::handlers::twin;
use explorer::trace::Trace;
use explorer::world::World;
use model::Variant;

/// What is marked in a file, beside the words at its head.
const MARK: &str = "  // SIMULATED AT THE EDGE:";

fn course(name: &str) -> Course {
    Course::of(&recorded::one(name).trace, name).expect("it has a course")
}

#[test]
fn every_counterexample_has_a_test_with_all_its_steps() {
    for (name, replay) in recorded::all() {
        let course = Course::of(&replay.trace, "a title").expect(&name);
        assert_eq!(course.steps.len(), replay.trace.len(), "{name}");
        let keeps = |part: &Part| matches!(part, Part::Item { then, .. } if then.keeps);
        let kept = course.steps.iter().filter(|step| keeps(&step.part)).count();
        let file = written(&replay).expect(&name);
        assert_eq!(file.matches(MARK).count(), course.edges() + kept, "{name}");
        assert_eq!(file.matches("\n  \"step\": ").count(), replay.trace.len(), "{name}");
    }
}

#[test]
fn a_repeat_has_another_id_and_the_same_reference() {
    let course = course(AGAIN);
    let items = course.steps.iter().filter_map(|step| match &step.part {
        Part::Item { item, then, .. } => Some((serde_json::to_value(item).expect("JSON"), then)),
        Part::Edge { .. } => None,
    });
    let items: Vec<_> = items.collect();
    let [(first, once), (again, twice)] = &items[..] else { panic!("two items: {items:?}") };
    assert_ne!(first["Id"], again["Id"]);
    for (item, after, supply) in [(first, once, 10), (again, twice, 20)] {
        assert_eq!(item["Id"].as_str().map(str::len), Some(43));
        assert_eq!(item["Tags"][3], serde_json::json!({ "name": "Reference", "value": "2" }));
        let supply = Place::Value(format!("integer {supply}"));
        assert_eq!(after.state["TotalSupply"], supply);
    }
}

#[test]
fn what_is_lost_is_the_networks_doing() {
    let course = course(LOST);
    let by = |wanted: Edge| {
        let is = |part: &Part| matches!(part, Part::Edge { by, .. } if *by == wanted);
        course.steps.iter().filter(|step| is(&step.part)).count()
    };
    assert_eq!((by(Edge::Network), by(Edge::Ledger)), (1, 1));
}

#[test]
fn two_contracts_side_by_side_have_no_test() {
    let World { profile, bounds, reductions, .. } = recorded::one(AGAIN).trace.world;
    let subject = twin(Variant::Hardened).expect("its Lua runs");
    let trace = Trace::start(World { subject, profile, bounds, reductions });
    assert_eq!(Course::of(&trace, "a pair").err(), Some(NoCourse::Pair));
}
