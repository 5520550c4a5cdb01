//! Files of the right shape with a wrong value in them.

use crate::command::tim3;
use crate::path::text;
use crate::{BadFile, assert_all_refused, with};
use std::fs;

/// The good file with this for the reductions that were off.
fn without(value: &str) -> Vec<u8> {
    with("\"actions\"", &format!("\"without\": {value}, \"actions\""))
}

/// Files of the right shape with a wrong value in them.
fn wrong_values() -> Vec<BadFile> {
    vec![
        (
            "other-version",
            with("example/1", "example/2"),
            &["`tim3-counterexample/2`", "reads `tim3-counterexample/1`", "check --write"],
        ),
        (
            "variant",
            with("seed-tags", "seed-tag"),
            &["variant", "`seed-tag`", "there are: seed, seed-json, seed-tags"],
        ),
        ("profile", with("legacynet", "legacy"), &["profile", "`legacy`", "there are: reliable"]),
        (
            "property",
            with("no-mint", "no-mints"),
            &["property", "`no-mints-without-deposit`", "there are: supply-equals-collateral"],
        ),
        ("no-users", with("\"users\":2", "\"users\":0"), &["bounds: users is 0", "from 1 to 6"]),
        ("crowd", with("\"users\":2", "\"users\":255"), &["bounds: users is 255", "from 1 to 6"]),
        (
            "larger-crowd",
            with("\"users\":2", "\"users\":256"),
            &["`bounds.users`", "`256`", "line 5"],
        ),
        (
            "less-than-no-users",
            with("\"users\":2", "\"users\":-1"),
            &["`bounds.users`", "`-1`", "line 5"],
        ),
        (
            "deposits",
            with("\"deposits\":1", "\"deposits\":10"),
            &["bounds: deposits is 10", "from 0 to 9"],
        ),
        (
            "nothing-moved",
            with("\"quantity\":10", "\"quantity\":0"),
            &["bounds: quantity is 0", "from 1 to"],
        ),
        (
            "huge-quantity",
            with("\"quantity\":10", "\"quantity\":18446744073709551615"),
            &["bounds: quantity is 18446744073709551615", "to 100000000000000"],
        ),
        (
            "more-than-64-bits",
            with("\"quantity\":10", "\"quantity\":1e30"),
            &["`bounds.quantity`", "line 5"],
        ),
        (
            "faults",
            with("\"faults\":2", "\"faults\":21"),
            &["bounds: faults is 21", "from 0 to 20"],
        ),
        (
            "bound-missing",
            with(",\"faults\":2", ""),
            &["`bounds`", "missing field `faults`", "line 5"],
        ),
        (
            "action",
            with("\"deliver\"", "\"delivr\""),
            &["actions[1].do", "`delivr`", "`deliver`", "line 9"],
        ),
        (
            "field-of-action",
            with("\"deliver\"", "\"deliver\",\"to\":\"bob\""),
            &["actions[1]", "unknown field `to`", "`message`"],
        ),
        (
            "field-missing",
            with(",\"intent\":\"deposit\"", ""),
            &["actions[0]", "missing field `intent`"],
        ),
        ("intent", with("burn-negative", "burn-negativ"), &["actions[2]", "line 11"]),
        (
            "without",
            without("[\"symetry\"]"),
            &["without", "`symetry`", "did you mean `symmetry`?", "there are: direct-wallets"],
        ),
        ("without-all", without("[\"all\"]"), &["without", "`all`", "there are: direct-wallets"]),
        ("without-no-list", without("\"symmetry\""), &["`without`", "a sequence", "line 7"]),
        ("without-null", without("null"), &["`without`", "null", "a sequence", "line 7"]),
        ("without-number", without("[1]"), &["`without[0]`", "`1`", "a string", "line 7"]),
        ("without-twice", without("[], \"without\": []"), &["duplicate field `without`", "line 7"]),
    ]
}

#[test]
fn a_wrong_value_is_refused_with_those_that_are_right() {
    assert_all_refused(wrong_values());
}

#[test]
fn a_misspelt_intent_is_refused_with_the_right_names() {
    assert_all_refused(vec![(
        "intent",
        with("burn-negative", "burn-negativ"),
        &["`burn-negativ`", "burn-negative"],
    )]);
}

#[test]
fn a_message_does_not_pass_on_control_characters_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("red.json");
    fs::write(&path, with("mallory.deposit.1/1", "\\u001b[31mred")).expect("a file");
    let said = tim3(&["replay", text(&path)]);
    assert!(!said.err.contains('\u{1b}'), "{:?}", said.err);
}
