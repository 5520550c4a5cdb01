//! `json.lua` against `serde_json`, and what JSON cannot hold.

use crate::Module;
use mlua::Value as LuaValue;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use std::rc::Rc;

const SOURCE: &str = include_str!("../../lua/json.lua");

const DECODE: &str = "function(json, text) return json.decode(text) end";
const ENCODE: &str = "function(json, value) return json.encode(value) end";
const AGAIN: &str = "function(json, text) return json.encode(json.decode(text)) end";

/// The module, loaded once for each thread.
fn module() -> Rc<Module> {
    thread_local!(static LOADED: Rc<Module> = Rc::new(Module::load(SOURCE)));
    LOADED.with(Rc::clone)
}

fn round_trip(module: &Module, text: &str) -> String {
    module.call(&lua(AGAIN), text).expect(text)
}

/// A function as an expression that Lua can evaluate.
fn lua(function: &str) -> String {
    format!("return {function}")
}

/// The text that encoding what a Lua expression gives yields.
fn encoded(module: &Module, expression: &str) -> String {
    let value: LuaValue = module.lua.load(expression).eval().expect(expression);
    module.call(&lua(ENCODE), value).expect(expression)
}

/// The error that encoding what a Lua expression gives throws.
fn refused(module: &Module, expression: &str) -> String {
    let value: LuaValue = module.lua.load(expression).eval().expect(expression);
    module.error(&lua(ENCODE), value)
}

/// Whether what a text means satisfies a Lua expression about `v`.
fn decoded_is(module: &Module, text: &str, expression: &str) -> bool {
    let check =
        format!("return function(json, text) local v = json.decode(text) return {expression} end");
    module.call(&check, text).expect(text)
}

/// Floats that fourteen digits hold, none of them a number without fraction.
fn fraction() -> impl Strategy<Value = f64> {
    (-99_999_999_i32..=99_999_999, 1_i32..=9, -9_i32..=0).prop_map(|(whole, tenth, exponent)| {
        format!("{whole}.{tenth}e{exponent}").parse().expect("a float")
    })
}

/// JSON without null, which leaves no trace in Lua, and without an empty object, which is
/// encoded like an empty array.
fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        fraction().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\\x00-\\x7f]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        let fields = prop::collection::btree_map(any::<String>(), inner.clone(), 1..6);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            fields.prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The document with every number as a float, as far as fourteen digits hold it.
fn rounded(value: &Value) -> Value {
    match value {
        Value::Number(number) if !number.is_i64() => {
            let float = number.as_f64().expect("a float");
            format!("{float:.8e}").parse::<f64>().expect("a float").into()
        }
        Value::Array(items) => items.iter().map(rounded).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, value)| (name.clone(), rounded(value))).collect()
        }
        other => other.clone(),
    }
}

/// A text with every character escaped as `\uXXXX`, as a JSON string.
fn all_escaped(text: &str) -> String {
    let escapes: Vec<_> = text.encode_utf16().map(|unit| format!("\\u{unit:04X}")).collect();
    format!("\"{}\"", escapes.concat())
}

proptest! {
    #[test]
    fn documents_come_back(document in document()) {
        let module = module();
        for text in [document.to_string(), serde_json::to_string_pretty(&document).unwrap()] {
            let again: Value = serde_json::from_str(&round_trip(&module, &text)).unwrap();
            prop_assert_eq!(&rounded(&again), &rounded(&document));
        }
    }

    #[test]
    fn what_was_encoded_is_a_fixed_point(document in document()) {
        let module = module();
        let once = round_trip(&module, &document.to_string());
        prop_assert_eq!(&round_trip(&module, &once), &once);
    }

    #[test]
    fn escapes_mean_their_characters(text: String) {
        let read: String = module().call(&lua(DECODE), all_escaped(&text)).unwrap();
        prop_assert_eq!(read, text);
    }

    #[test]
    fn strings_are_written_as_serde_writes_them(text: String) {
        let written: String = module().call(&lua(ENCODE), text.as_str()).unwrap();
        prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }

    #[test]
    fn what_serde_refuses_is_refused_and_the_rest_read(
        text in "[\\[\\]{}:, ]{0,3}[-+.eE0-9\"\\\\untrlfas\\[\\]{}:, ]{0,9}",
    ) {
        let module = module();
        let theirs = serde_json::from_str::<Value>(&text);
        let ours = module.call::<LuaValue>(&lua(DECODE), text.as_str());
        // Numbers beyond all floats are infinite here, as tonumber makes them.
        let infinite = |error: &serde_json::Error| error.to_string().contains("out of range");
        if !theirs.as_ref().is_err_and(infinite) {
            prop_assert_eq!(theirs.is_ok(), ours.is_ok(), "{:?}", text);
        }
    }
}

#[test]
fn numbers_are_what_tonumber_makes_of_them() {
    let module = module();
    let table = [
        ("0", "0", "integer"),
        ("-0", "0", "integer"),
        ("-0.0", "-0", "float"),
        ("10", "10", "integer"),
        ("-7", "-7", "integer"),
        ("9223372036854775807", "9223372036854775807", "integer"),
        ("-9223372036854775808", "-9223372036854775808", "integer"),
        ("9223372036854775808", "9.2233720368548e+18", "float"),
        ("1.5", "1.5", "float"),
        ("10.0", "10", "float"),
        ("1e3", "1000", "float"),
        ("1E+3", "1000", "float"),
        ("25e-2", "0.25", "float"),
        ("0.1", "0.1", "float"),
        ("1e100", "1e+100", "float"),
    ];
    for (text, written, kind) in table {
        assert_eq!(round_trip(&module, text), written, "{text}");
        assert!(decoded_is(&module, text, &format!("math.type(v) == '{kind}'")), "{text}");
    }
    assert!(decoded_is(&module, "1e400", "v == math.huge"));
}

#[test]
fn null_leaves_nothing() {
    let module = module();
    assert!(decoded_is(&module, "null", "v == nil"));
    assert!(decoded_is(&module, r#"{"a":null,"b":1}"#, "v.a == nil and v.b == 1"));
    assert!(decoded_is(&module, "[null,1,null]", "v[1] == nil and v[2] == 1 and v[3] == nil"));
    assert_eq!(round_trip(&module, r#"{"a":null}"#), "[]");
    assert_eq!(round_trip(&module, "null"), "null");
}

#[test]
fn the_last_of_two_fields_of_one_name_counts() {
    assert_eq!(round_trip(&module(), r#"{"a":1,"b":2,"a":3}"#), r#"{"a":3,"b":2}"#);
}

#[test]
fn escapes_are_read() {
    let module = module();
    let table = [
        (r#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
        (r#""\u0041\u00e9\u20AC""#, "Aé€"),
        (r#""\ud83d\ude00!""#, "😀!"),
        (r#""\uDBFF\uDFFF""#, "\u{10ffff}"),
        (r#""\u0000""#, "\0"),
        ("\"\u{7f}é😀\"", "\u{7f}é😀"),
        (r#""""#, ""),
    ];
    for (text, meaning) in table {
        assert_eq!(module.call::<String>(&lua(DECODE), text).expect(text), meaning, "{text}");
    }
}

#[test]
fn half_a_surrogate_pair_is_written_as_it_is() {
    let module = module();
    let halves =
        [r#""\ud800""#, r#""\udc00""#, r#""\ud800\ud800""#, r#""\udc00\udc00""#, r#""\ud800x""#];
    let bytes = [
        r"v == '\xED\xA0\x80'",
        r"v == '\xED\xB0\x80'",
        r"v == '\xED\xA0\x80\xED\xA0\x80'",
        r"v == '\xED\xB0\x80\xED\xB0\x80'",
        r"v == '\xED\xA0\x80x'",
    ];
    for (text, check) in halves.into_iter().zip(bytes) {
        assert!(decoded_is(&module, text, check), "{text}");
    }
}

/// What is wrong with each text, and where; position 1 is the first byte.
#[test]
fn malformed_texts_are_refused_with_the_place() {
    let module = module();
    let table = [
        ("", 1, "end of text, expected a value"),
        ("   ", 4, "end of text, expected a value"),
        ("\u{1b}[32mYou received", 1, "byte 27, expected a value"),
        ("You", 1, "'Y', expected a value"),
        ("nul", 1, "'n', expected a value"),
        ("nulls", 1, "'n', expected a value"),
        ("True", 1, "'T', expected a value"),
        ("NaN", 1, "'N', expected a value"),
        ("+1", 1, "'+', expected a value"),
        (".5", 1, "'.', expected a value"),
        ("-", 2, "end of text, expected a digit"),
        ("-x", 2, "'x', expected a digit"),
        ("-.5", 2, "'.', expected a digit"),
        ("01", 2, "'1', expected end of text"),
        ("1.", 2, "'.', expected end of text"),
        ("1e", 2, "'e', expected end of text"),
        ("1.5e+", 4, "'e', expected end of text"),
        ("0x10", 2, "'x', expected end of text"),
        ("1 2", 3, "'2', expected end of text"),
        ("{} x", 4, "'x', expected end of text"),
        ("[", 2, "end of text, expected a value"),
        ("[1", 3, "end of text, expected ',' or ']'"),
        ("[1 2]", 4, "'2', expected ',' or ']'"),
        ("[1,]", 4, "']', expected a value"),
        ("[,1]", 2, "',', expected a value"),
        ("[1}", 3, "'}', expected ',' or ']'"),
        ("]", 1, "']', expected a value"),
        ("{", 2, "end of text, expected a name in quotes"),
        ("{a:1}", 2, "'a', expected a name in quotes"),
        ("{1:1}", 2, "'1', expected a name in quotes"),
        (r#"{"a"}"#, 5, "'}', expected ':'"),
        (r#"{"a" 1}"#, 6, "'1', expected ':'"),
        (r#"{"a":}"#, 6, "'}', expected a value"),
        (r#"{"a":1,}"#, 8, "'}', expected a name in quotes"),
        (r#"{"a":1]"#, 7, "']', expected ',' or '}'"),
        (r#"{"a":1 "b":2}"#, 8, "'\"', expected ',' or '}'"),
        ("'a'", 1, "''', expected a value"),
        (r#""abc"#, 5, "end of text, expected a closing quote"),
        (r#""a\"#, 4, "end of text, expected an escape"),
        (r#""\x41""#, 3, "'x', expected an escape"),
        (r#""\u12g4""#, 6, "'g', expected four hexadecimal digits"),
        (r#""\u12"#, 6, "end of text, expected four hexadecimal digits"),
        (r#""\ud800\u12""#, 12, "'\"', expected four hexadecimal digits"),
        ("\"a\nb\"", 3, "byte 10, expected no control character in a string"),
        ("\"a\0b\"", 3, "byte 0, expected no control character in a string"),
        ("\u{feff}1", 1, "byte 239, expected a value"),
        ("1\0", 2, "byte 0, expected end of text"),
        ("\u{b}1", 1, "byte 11, expected a value"),
    ];
    for (text, place, wrong) in table {
        let expected = format!("invalid JSON at position {place}: unexpected {wrong}");
        assert_eq!(module.error(&lua(DECODE), text), expected, "{text:?}");
    }
}

#[test]
fn only_texts_are_read() {
    let module = module();
    let message = "JSON is read from a string, not from a ";
    assert_eq!(module.error(&lua(DECODE), LuaValue::Nil), format!("{message}nil"));
    assert_eq!(module.error(&lua(DECODE), 10), format!("{message}number"));
    let table = module.lua.create_table().expect("a table");
    assert_eq!(module.error(&lua(DECODE), table), format!("{message}table"));
}

#[test]
fn nesting_is_limited() {
    let module = module();
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(round_trip(&module, &nested(200)), nested(200));
    let message = "invalid JSON at position 201: more than 200 arrays and objects in each other";
    assert_eq!(module.error(&lua(DECODE), nested(201)), message);
    assert_eq!(module.error(&lua(DECODE), "[".repeat(1_000_000)), message);
    let objects = module.error(&lua(DECODE), r#"{"":"#.repeat(100_000));
    assert!(objects.ends_with("more than 200 arrays and objects in each other"), "{objects}");
    let many = format!("[{}[]]", "[],".repeat(1000));
    assert_eq!(round_trip(&module, &many), many);
}

#[test]
fn tables_are_written() {
    let module = module();
    let table = [
        ("{}", "[]"),
        ("{1, 2, 'x', false}", r#"[1,2,"x",false]"#),
        ("{[2] = 'b', [1] = 'a'}", r#"["a","b"]"#),
        ("{b = 1, a = {c = {}}, ['é'] = true}", r#"{"a":{"c":[]},"b":1,"é":true}"#),
        ("{[''] = 0, Z = 1, a = 2, ['1'] = 3}", r#"{"":0,"1":3,"Z":1,"a":2}"#),
        ("(function() local t = {} return {t, t} end)()", "[[],[]]"),
        ("{1.0, 0.5, -0.0, 1e15, 2^53}", "[1,0.5,-0,1e+15,9.007199254741e+15]"),
        ("'a\\0\\1\\31\\127\"\\\\/\\n'", "\"a\\u0000\\u0001\\u001f\u{7f}\\\"\\\\/\\n\""),
        ("setmetatable({1}, { __index = function() return 1 end, __len = error })", "[1]"),
    ];
    for (expression, text) in table {
        assert_eq!(encoded(&module, &format!("return {expression}")), text, "{expression}");
    }
}

#[test]
fn what_json_cannot_hold_is_refused() {
    let module = module();
    let strange = "JSON has no keys but names and the integers from 1";
    let table = [
        ("0/0", "JSON has no NaN"),
        ("{1/0}", "JSON has no infinite numbers"),
        ("-1/0", "JSON has no infinite numbers"),
        ("{1, nil, 3}", "JSON has no arrays with holes"),
        ("{[2] = 1}", "JSON has no arrays with holes"),
        ("{1, a = 1}", "JSON has no tables that are both array and object"),
        ("{[0] = 1}", strange),
        ("{[-1] = 1}", strange),
        ("{[1.5] = 1, a = 1}", strange),
        ("{[true] = 1}", strange),
        ("{[{}] = 1}", strange),
        ("print", "JSON has no values of type function"),
        ("{a = print}", "JSON has no values of type function"),
        ("coroutine.create(print)", "JSON has no values of type thread"),
    ];
    for (expression, message) in table {
        assert_eq!(refused(&module, &format!("return {expression}")), message, "{expression}");
    }
    let cycle = "local t = {} t.a = {{t}} return t";
    assert_eq!(refused(&module, cycle), "JSON has no tables that contain themselves");
}

#[test]
fn serde_reads_what_is_written() {
    let text = encoded(&module(), "return {Target = 'T', Tags = {{name = 'A', value = '1'}}}");
    let expected = json!({ "Target": "T", "Tags": [{ "name": "A", "value": "1" }] });
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), expected);
}
