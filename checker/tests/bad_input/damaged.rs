//! Files that are not JSON, or JSON of something else.

use crate::{BadFile, GOOD, assert_all_refused, with};

/// Files that are no JSON, or JSON of something else.
fn damaged() -> Vec<BadFile> {
    let doubled = format!("{GOOD}{GOOD}").into_bytes();
    vec![
        ("empty", vec![], &["damaged", "EOF", "line 1 column 0"]),
        ("not-utf-8", vec![0xff, 0xfe, 0x7b], &["damaged", "not UTF-8 at byte 0"]),
        ("not-json", b"hello".into(), &["damaged", "line 1 column 1"]),
        ("lua", b"local x = 1".into(), &["damaged", "line 1 column 1"]),
        ("truncated", GOOD.as_bytes()[..300].into(), &["`actions`", "EOF", "line 8"]),
        ("null", b"null".into(), &["damaged", "null", "line 1"]),
        ("number", b"7".into(), &["damaged", "`7`", "line 1"]),
        ("list", b"[]".into(), &["damaged", "line 1"]),
        ("object", b"{}".into(), &["missing field `format`", "line 1"]),
        (
            "roster",
            br#"{"format":"tim3-roster/1"}"#.into(),
            &["`tim3-roster/1`", "reads `tim3-counterexample/1`"],
        ),
        ("trailing", with("]\n}\n", "]\n}\nx"), &["trailing characters", "line 13 column 1"]),
        ("doubled", doubled, &["trailing characters", "line 13 column 1"]),
        (
            "duplicate-format",
            with("\"variant\"", "\"format\": \"x\", \"variant\""),
            &["duplicate field `format`", "line 3"],
        ),
        (
            "duplicate-variant",
            with("\"profile\"", "\"variant\": \"seed\", \"profile\""),
            &["duplicate field `variant`", "line 4"],
        ),
        (
            "duplicate-do",
            with("\"do\":\"deliver\"", "\"do\":\"deliver\",\"do\":\"lose\""),
            &["actions[1]", "duplicate field `do`", "line 9"],
        ),
        (
            "unknown-field",
            with("\"property\"", "\"note\": \"\", \"property\""),
            &["unknown field `note`", "line 6"],
        ),
        ("nested", vec![b'['; 100_000], &["damaged", "line 1"]),
        ("nested-objects", br#"{"a":"#.repeat(50_000), &["damaged", "line 1"]),
        (
            "nested-actions",
            with("\"actions\": [", &format!("\"actions\": [{}", "[".repeat(50_000))),
            &["`actions`"],
        ),
        (
            "nested-action",
            with(
                "\"do\":\"deliver\",",
                &format!("\"do\":\"deliver\",\"x\":{}", "[".repeat(50_000)),
            ),
            &["`actions"],
        ),
        ("nul-bytes", vec![0; 100], &["damaged", "line 1 column 1"]),
        (
            "nul-in-text",
            with("mallory.deposit.1/1", "mal\0lory"),
            &["`actions", "control character", "line 9"],
        ),
    ]
}

#[test]
fn a_damaged_file_is_refused_with_the_place_of_the_damage() {
    assert_all_refused(damaged());
}

#[test]
fn a_file_that_is_not_utf_8_is_said_to_be_that() {
    let inside = [b"{\"format\":\"".as_slice(), &[0xff], b"\"}"].concat();
    assert_all_refused(vec![("not-utf-8", inside, &["UTF-8"])]);
}
