//! `--json` is what its schema says.

use crate::recorded::{self, AGAIN, LOST};
use explorer::document::SCHEMA;
use explorer::export::Format;
use explorer::replay::Replay;
use jsonschema::Validator;
use serde_json::Value;

fn validator() -> Validator {
    let schema = include_str!("../../schema/trace-1.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

fn json(replay: &Replay) -> Value {
    serde_json::from_str(&Format::Json.write(replay)).expect("JSON")
}

#[test]
fn every_counterexample_follows_the_schema() {
    let validator = validator();
    for (name, replay) in recorded::all() {
        let data = json(&replay);
        let wrong: Vec<_> =
            validator.iter_errors(&data).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(wrong.is_empty(), "{name}: {}", wrong.join("\n"));
        assert_eq!(data["schema"], SCHEMA);
    }
}

#[test]
fn there_is_one_of_everything_for_the_start_and_each_step() {
    for (name, replay) in recorded::all() {
        let data = json(&replay);
        let length = |field: &str| data[field].as_array().map(Vec::len);
        let steps = replay.trace.len();
        assert_eq!(length("steps"), Some(steps), "{name}");
        for field in ["balance", "details", "choices"] {
            assert_eq!(length(field), Some(steps + 1), "{field} of {name}");
        }
    }
}

#[test]
fn every_field_that_the_schema_asks_for_is_needed() {
    let validator = validator();
    let good = json(&recorded::one(AGAIN));
    for field in good.as_object().expect("an object").keys() {
        let mut data = good.clone();
        data.as_object_mut().expect("an object").remove(field);
        assert!(!validator.is_valid(&data), "without {field}");
    }
}

#[test]
fn what_contradicts_itself_does_not_follow_the_schema() {
    let validator = validator();
    let contradictions = [
        (AGAIN, "/steps/2/fault", Value::Null),
        (AGAIN, "/steps/2/kind", "deliver".into()),
        (AGAIN, "/steps/2/kind", "missing".into()),
        (AGAIN, "/steps/0/step", 0.into()),
        (AGAIN, "/ending/faults", "a few".into()),
        (AGAIN, "/details/2/sheet/totals/0/change", Value::Null),
        (AGAIN, "/details/0/judgements/0/standing", "doomed".into()),
        (AGAIN, "/choices/0/0/kind", "deliver".into()),
        (LOST, "/ending/trap/states", 0.into()),
        (LOST, "/parties/0/role", "king".into()),
    ];
    for (name, place, value) in contradictions {
        let mut data = json(&recorded::one(name));
        assert!(validator.is_valid(&data), "{name}");
        *data.pointer_mut(place).unwrap_or_else(|| panic!("{name} has no {place}")) = value;
        assert!(!validator.is_valid(&data), "{place}");
    }
}
