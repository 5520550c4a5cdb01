//! Whatever stands in a log, an audit answers or refuses, and never panics.

mod common;

use audit::File;
use common::{audited, files};
use proptest::prelude::*;
use serde_json::{Value, json};

const EXAMPLES: [&str; 4] =
    ["a_round_trip", "b_repushed_notice", "c_lost_notice", "d_hyperbeam_token_repushed"];

/// What may stand anywhere.
fn anything() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::from),
        Just(json!("")),
        Just(json!("-1")),
        Just(json!("99999999999999999999999999")),
        Just(json!(u64::MAX)),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[{ "name": 1 }]])),
        Just(json!({ "Messages": [{ "Tags": [{ "name": "x" }] }] })),
    ]
}

/// All places in a value.
fn places(value: &Value, path: &str, all: &mut Vec<String>) {
    all.push(path.to_owned());
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let key = key.replace('~', "~0").replace('/', "~1");
                places(inner, &format!("{path}/{key}"), all);
            }
        }
        Value::Array(list) => {
            for (place, inner) in list.iter().enumerate() {
                places(inner, &format!("{path}/{place}"), all);
            }
        }
        _ => {}
    }
}

/// Puts something else into one place of one file.
fn damage(files: &mut [File], which: usize, place: usize, value: Value) {
    let count = files.len();
    let file = &mut files[which % count];
    let mut json: Value = serde_json::from_slice(&file.bytes).expect("JSON");
    let mut all = Vec::new();
    places(&json, "", &mut all);
    let path = &all[place % all.len()];
    if let Some(target) = json.pointer_mut(path) {
        *target = value;
    }
    file.bytes = serde_json::to_vec(&json).expect("JSON");
}

/// An answer can be written, and a refusal names a file.
fn must_answer(files: &[File]) -> Result<(), TestCaseError> {
    match audited(files) {
        Ok(audit) => prop_assert!(serde_json::to_string(&audit).is_ok()),
        Err(error) => prop_assert!(error.0.contains(".json"), "{}", error),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn other_values_anywhere_are_answered(
        example in 0..EXAMPLES.len(),
        changes in proptest::collection::vec((any::<usize>(), any::<usize>(), anything()), 1..4),
    ) {
        let mut files = files(EXAMPLES[example]);
        for (which, place, value) in changes {
            damage(&mut files, which, place, value);
        }
        must_answer(&files)?;
    }

    #[test]
    fn other_bytes_anywhere_are_answered(
        example in 0..EXAMPLES.len(),
        which in any::<usize>(),
        place in any::<usize>(),
        byte in any::<u8>(),
    ) {
        let mut files = files(EXAMPLES[example]);
        let count = files.len();
        let bytes = &mut files[which % count].bytes;
        let place = place % bytes.len();
        bytes[place] = byte;
        must_answer(&files)?;
    }
}
