//! The Informal Trace Format: each variable has the type that the file says, in every state,
//! and the values are those of the run.

use crate::recorded::{self, AGAIN, LOST};
use explorer::itf::{VARIABLES, trace};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The parts of a type between separators that stand in no brackets.
fn parts<'a>(of: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (place, c) in of.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            _ if depth == 0 && place >= start && of[place..].starts_with(separator) => {
                parts.push(&of[start..place]);
                start = place + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&of[start..]);
    parts
}

fn inside<'a>(of: &'a str, open: &str, close: &str) -> Option<&'a str> {
    of.strip_prefix(open)?.strip_suffix(close)
}

/// What an object with nothing but this field has in it.
fn only<'a>(value: &'a Value, field: &str) -> Option<&'a Value> {
    value.as_object().filter(|fields| fields.len() == 1)?.get(field)
}

fn all_differ(values: &[&Value]) -> bool {
    values.iter().map(ToString::to_string).collect::<BTreeSet<_>>().len() == values.len()
}

/// Whether a value is of a type in the notation of Apalache, encoded as ADR 15 says.
fn is_of(value: &Value, of: &str) -> bool {
    if let [key, range] = parts(of, " -> ")[..] {
        let pairs = only(value, "#map").and_then(Value::as_array);
        return pairs.is_some_and(|pairs| {
            let keys: Vec<_> = pairs.iter().map(|pair| &pair[0]).collect();
            let is_pair = |pair: &Value| pair.as_array().is_some_and(|pair| pair.len() == 2);
            let is_typed = |pair: &Value| is_of(&pair[0], key) && is_of(&pair[1], range);
            all_differ(&keys) && pairs.iter().all(|pair| is_pair(pair) && is_typed(pair))
        });
    }
    if let Some(inner) = inside(of, "(", ")") {
        return is_of(value, inner);
    }
    let variants = parts(of, " | ");
    if variants.len() > 1 {
        return variants.iter().any(|variant| is_variant(value, variant));
    }
    if let Some(element) = inside(of, "Set(", ")") {
        let elements = only(value, "#set").and_then(Value::as_array);
        return elements.is_some_and(|elements| {
            all_differ(&elements.iter().collect::<Vec<_>>())
                && elements.iter().all(|one| is_of(one, element))
        });
    }
    if let Some(fields) = inside(of, "{ ", " }") {
        return is_record(value, &parts(fields, ", "));
    }
    match of {
        "Str" => value.is_string(),
        "Int" => only(value, "#bigint").and_then(Value::as_str).is_some_and(is_decimal),
        _ => panic!("no type is `{of}`"),
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

fn is_variant(value: &Value, variant: &str) -> bool {
    let (tag, of) = variant.split_once('(').expect("a tag with a type");
    value.as_object().is_some_and(|fields| fields.len() == 2)
        && value["tag"] == tag
        && is_of(&value["value"], of.strip_suffix(')').expect("a type"))
}

fn is_record(value: &Value, fields: &[&str]) -> bool {
    value.as_object().is_some_and(|object| object.len() == fields.len())
        && fields.iter().all(|field| {
            let (name, of) = field.split_once(": ").expect("a name with a type");
            value.get(name).is_some_and(|value| is_of(value, of))
        })
}

#[test]
fn this_checker_tells_types_apart() {
    let ten = json!({ "#bigint": "10" });
    let good = [
        (ten.clone(), "Int"),
        (json!("x"), "Str"),
        (json!({ "tag": "Integer", "value": ten }), "Integer(Int) | Other(Str)"),
        (
            json!({ "#map": [["a", { "tag": "Other", "value": "1.5" }]] }),
            "Str -> (Integer(Int) | Other(Str))",
        ),
        (json!({ "#set": [{ "a": "x", "b": ten }] }), "Set({ a: Str, b: Int })"),
    ];
    for (place, (value, of)) in good.iter().enumerate() {
        assert!(is_of(value, of), "{value} is no {of}");
        for (other, (_, another)) in good.iter().enumerate().filter(|(other, _)| *other != place) {
            assert!(!is_of(value, another), "{value} is {another}, {other}");
        }
    }
    let bad = [
        (json!(10), "Int"),
        (json!({ "#bigint": "1.5" }), "Int"),
        (json!({ "#bigint": 10 }), "Int"),
        (json!({ "tag": "Integer", "value": "10" }), "Integer(Int) | Other(Str)"),
        (json!({ "#set": ["a", "a"] }), "Set(Str)"),
        (json!({ "#map": [["a", "b"], ["a", "c"]] }), "Str -> Str"),
        (json!({ "#map": [["a", "b", "c"]] }), "Str -> Str"),
        (json!({ "a": "x" }), "{ a: Str, b: Str }"),
    ];
    for (value, of) in bad {
        assert!(!is_of(&value, of), "{value} is {of}");
    }
}

#[test]
fn every_variable_of_every_state_has_its_declared_type() {
    let names: Vec<_> = VARIABLES.iter().map(|(name, ..)| *name).collect();
    for (file, replay) in recorded::all() {
        let data = trace(&replay);
        assert_eq!(data["#meta"]["format"], "ITF");
        assert_eq!(data["vars"], json!(names));
        let states = data["states"].as_array().expect("states");
        assert_eq!(states.len(), replay.trace.len() + 1, "{file}");
        for (index, state) in states.iter().enumerate() {
            assert_eq!(state["#meta"], json!({ "index": index }));
            assert_eq!(state.as_object().map(serde_json::Map::len), Some(names.len() + 1));
            for name in &names {
                let of = data["#meta"]["varTypes"][name].as_str().expect("a type");
                assert!(is_of(&state[name], of), "{file}: {name} is no {of}: {}", state[name]);
            }
        }
    }
}

/// The value of a key in a map.
fn at<'a>(map: &'a Value, key: &str) -> &'a Value {
    let pairs = map["#map"].as_array().expect("a map");
    let pair = pairs.iter().find(|pair| pair[0] == key);
    &pair.unwrap_or_else(|| panic!("no {key} in {map}"))[1]
}

fn integer(n: i64) -> Value {
    json!({ "#bigint": n.to_string() })
}

fn whole(n: i64) -> Value {
    json!({ "tag": "Integer", "value": { "amount": integer(n) } })
}

#[test]
fn a_double_mint_can_be_read_off_the_states() {
    let data = trace(&recorded::one(AGAIN));
    let actions: Vec<_> = (0..4).map(|step| data["states"][step]["action"].clone()).collect();
    let expected =
        ["start", "alice: deposit", "deliver alice.deposit.1/1", "re-push alice.deposit.1/1"];
    assert_eq!(actions, expected);
    let flying = &data["states"][1]["in_flight"]["#set"];
    let notice = json!([{
        "identity": "alice.deposit.1/1",
        "sent_by": "USDA",
        "sent_to": "TIM3",
        "says": "Credit-Notice 10 (Sender alice)",
    }]);
    assert_eq!(*flying, notice);
    let last = &data["states"][3];
    assert_eq!(*at(&last["usda"], "TIM3"), integer(10));
    assert_eq!(*at(&last["balances"], "alice"), whole(20));
    assert_eq!((&last["total_supply"], &last["surplus"]), (&whole(20), &whole(-10)));
    assert_eq!(*at(&last["faults"], "re-push"), integer(1));
    assert_eq!(at(&last["deposits"], "alice.deposit.1/1")["mints"], integer(2));
}

#[test]
fn a_loss_and_a_release_can_be_read_off_the_states() {
    let lost = trace(&recorded::one(LOST));
    assert_eq!(*at(&lost["states"][2]["faults"], "loss"), integer(1));
    assert_eq!(lost["states"][2]["in_flight"], json!({ "#set": [] }));
    let released = trace(&recorded::one("hardened/no-double-release"));
    let end = released["states"].as_array().and_then(|states| states.last()).expect("states");
    let release = at(&end["releases"], "alice.burn.1/0");
    let expected = json!({ "amount": integer(10), "paid_to": "alice", "payments": integer(2) });
    assert_eq!(*release, expected);
}

#[test]
fn a_balance_that_is_no_integer_is_written_as_lua_writes_it() {
    let is_other = |value: &Value| value["tag"] == "Other";
    let balances = recorded::all().flat_map(|(_, replay)| {
        let data = trace(&replay);
        let states = data["states"].as_array().cloned().unwrap_or_default();
        let of = |state: &Value| state["balances"]["#map"].as_array().cloned().unwrap_or_default();
        states.iter().flat_map(of).map(|pair| pair[1].clone()).collect::<Vec<_>>()
    });
    let others: BTreeSet<_> =
        balances.filter(is_other).map(|balance| balance["value"]["text"].to_string()).collect();
    assert!(others.contains("\"1.1579208923732e+77\""), "{others:?}");
}
