//! `--json` is what its schema says, and its schema says no more.

use crate::{edited, hardened, profiles, replaced, review_of, review_under, variant};
use checker::review::summary::SCHEMA;
use jsonschema::Validator;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

fn validator() -> Validator {
    let schema = include_str!("../../schema/review-1.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

/// Sees that a review follows the schema.
pub fn follows(text: &str) -> Value {
    let data: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("no JSON: {e}: {text}"));
    let validator = validator();
    let wrong: Vec<_> =
        validator.iter_errors(&data).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(data["schema"], SCHEMA);
    data
}

/// Reviews that each have something that the others have not.
fn reviews() -> Vec<Value> {
    let under = profiles(&["reliable", "legacynet-no-su-filter"]);
    let wiped = || edited(replaced("Balances = Balances or {}", "Balances = {}"));
    let reviews = [
        review_of(variant("seed-tags"), variant("hardened"), "tiny"),
        review_of(variant("hardened"), variant("seed-tags"), "tiny"),
        review_under(&under, hardened(), variant("seed"), "tiny"),
        review_under(&under, variant("seed"), variant("seed"), "tiny"),
        review_under(&under, hardened(), wiped(), "tiny"),
    ];
    reviews.iter().map(|summary| follows(&summary.json())).collect()
}

#[test]
fn every_review_follows_the_schema_and_together_they_use_it_all() {
    let reviews = reviews();
    let promises = || reviews.iter().flat_map(|review| review["promises"].as_array().expect("all"));
    let changes: BTreeSet<_> = promises().filter_map(|one| one["change"].as_str()).collect();
    for change in ["broken", "fixed", "still-broken", "still-not-tried", "still-holds"] {
        assert!(changes.contains(change), "nothing is {change}: {changes:?}");
    }
    assert!(changes.contains("no-longer-tried"), "{changes:?}");
    let has = |place: &str| reviews.iter().any(|review| review.pointer(place).is_some());
    for place in ["/upgrade/broken/0/schedule", "/worst_cases/0/old", "/worst_cases/0/new"] {
        assert!(has(place), "nothing has {place}");
    }
    for place in
        ["/promises/0/severity", "/promises/0/faults/0/gained", "/promises/0/faults/0/lost"]
    {
        assert!(has(place), "nothing has {place}");
    }
}

/// The objects in a value, by place.
fn objects(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.push(place.to_owned());
            fields
                .iter()
                .for_each(|(name, field)| objects(field, &format!("{place}/{name}"), found));
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(number, item)| objects(item, &format!("{place}/{number}"), found)),
        _ => {}
    }
}

fn damaged(review: &Value, place: &str, damage: impl Fn(&mut Map<String, Value>)) -> Value {
    let mut review = review.clone();
    let object = review.pointer_mut(place).and_then(Value::as_object_mut).expect(place);
    damage(object);
    review
}

/// What may be missing, as the schema says of it.
const MAY_BE_MISSING: [&str; 7] =
    ["severity", "schedule", "gained", "lost", "old", "new", "besides"];

#[test]
fn nothing_may_be_added_anywhere_and_little_may_be_missing() {
    let under = profiles(&["reliable", "legacynet-no-su-filter"]);
    let summary = review_under(&under, variant("hardened"), variant("dedupe-off"), "tiny");
    let (review, validator) = (follows(&summary.json()), validator());
    let mut places = Vec::new();
    objects(&review, "", &mut places);
    assert!(places.len() > 30, "{places:?}");
    for place in &places {
        let more = damaged(&review, place, |object| _ = object.insert("more".into(), 1.into()));
        assert!(!validator.is_valid(&more), "more at {place}");
        let object = review.pointer(place).and_then(Value::as_object).expect(place);
        for name in object.keys().filter(|name| !MAY_BE_MISSING.contains(&name.as_str())) {
            let less = damaged(&review, place, |object| _ = object.remove(name));
            assert!(!validator.is_valid(&less), "{place} without {name}");
        }
    }
}

#[test]
fn what_contradicts_itself_does_not_follow_it() {
    let under = profiles(&["reliable", "legacynet-no-su-filter"]);
    let summary = review_under(&under, variant("hardened"), variant("dedupe-off"), "tiny");
    let (review, validator) = (follows(&summary.json()), validator());
    let contradictions = [
        ("/exit", Value::from(0)),
        ("/exit", 2.into()),
        ("/schema", "tim3-review/2".into()),
        ("/promises/0/change", "still-holds".into()),
        ("/promises/0/faults/0/old", serde_json::json!(["1 loss"])),
        ("/promises/0/severity/set", "a few".into()),
        ("/promises/0/schedule/parted", Value::Null),
        ("/promises/0/schedule/differences", serde_json::json!([])),
        ("/behaviour/cut", "done".into()),
        ("/profiles", serde_json::json!(["reliable", "reliable"])),
    ];
    for (place, value) in contradictions {
        let mut review = review.clone();
        let (parent, name) = place.rsplit_once('/').expect("a place");
        let parent = review.pointer_mut(parent).and_then(Value::as_object_mut).expect(place);
        parent.insert(name.to_owned(), value);
        assert!(!validator.is_valid(&review), "{place}");
    }
}
