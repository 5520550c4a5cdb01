//! Bad input: each is refused with exit code 2 and a message that helps, and nothing panics.

#[path = "common/command.rs"]
mod command;
#[path = "common/path.rs"]
mod path;

use checker::counterexample::Counterexample;
use checker::replay::Replay;
use command::{Said, tim3};
use model::contract::Tim3;
use model::state::Mode;
use model::{
    Action, Bounds, Copy, Identity, Intent, Mistake, Profile, Reductions, State, Swap, Trick,
    Variant,
};
use path::text;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;
use std::fs::{self, File};
use std::path::Path;

/// A counterexample: the stranger's deposit is minted for, then she burns less than nothing.
const GOOD: &str = r#"{
  "format": "tim3-counterexample/1",
  "variant": "seed-tags",
  "profile": "legacynet",
  "bounds": {"users":2,"deposits":1,"burns":1,"transfers":1,"quantity":10,"each_fault":1,"faults":2},
  "property": "no-mint-without-deposit",
  "actions": [
    {"do":"act","by":"mallory","intent":"deposit"},
    {"do":"deliver","message":"mallory.deposit.1/1"},
    {"do":"act","by":"mallory","intent":"burn-negative"}
  ]
}
"#;

/// The good file with one thing changed.
fn with(old: &str, new: &str) -> Vec<u8> {
    assert!(GOOD.contains(old), "`{old}` is not in the good file");
    GOOD.replace(old, new).into_bytes()
}

/// A file that is refused: its name, its content, and what the message must contain.
type BadFile = (&'static str, Vec<u8>, &'static [&'static str]);

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
    ]
}

/// Files of the right form whose run is not what they say.
fn wrong_runs() -> Vec<BadFile> {
    let last = r#",
    {"do":"act","by":"mallory","intent":"burn-negative"}"#;
    let more = r#""burn-negative"}, {"do":"act","by":"alice","intent":"deposit"}"#;
    let exit = r#""burn-negative"}, {"do":"exit","by":"alice"}"#;
    vec![
        (
            "no-such-message",
            with("mallory.deposit.1/1", "mallory.deposit.2/1"),
            &[
                "step 2",
                "`deliver mallory.deposit.2/1`",
                "possible are: deliver mallory.deposit.1/1, alice: deposit",
            ],
        ),
        (
            "nobody",
            with(
                "\"by\":\"mallory\",\"intent\":\"deposit\"",
                "\"by\":\"zed\",\"intent\":\"deposit\"",
            ),
            &["step 1", "`zed: deposit`", "possible are: alice: deposit", "more"],
        ),
        (
            "honest-trick",
            with(
                "\"by\":\"mallory\",\"intent\":\"burn-negative\"",
                "\"by\":\"alice\",\"intent\":\"burn-negative\"",
            ),
            &["step 3", "`alice: burn-negative`"],
        ),
        (
            "exit-is-no-step",
            with("\"burn-negative\"}", exit),
            &["step 4", "`alice: exit`", "possible are: "],
        ),
        (
            "fault-over-budget",
            with("\"each_fault\":1", "\"each_fault\":0"),
            &["step 3", "`mallory: burn-negative`"],
        ),
        ("not-broken", with(last, ""), &["after its 2 steps no-mint-without-deposit holds"]),
        (
            "no-steps",
            with(&GOOD[GOOD.find("\"actions\"").expect("actions")..], "\"actions\": []}"),
            &["after its 0 steps", "holds"],
        ),
        (
            "other-property",
            with("no-mint-without-deposit", "usda-conserved"),
            &["after its 3 steps usda-conserved holds"],
        ),
        (
            "broken-earlier",
            with("\"burn-negative\"}", more),
            &["no-mint-without-deposit is broken after step 3 already", "the 1 behind it"],
        ),
    ]
}

fn assert_refused(said: &Said, name: &str, fragments: &[&str]) {
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{name}: {said:?}");
    for fragment in fragments {
        assert!(said.err.contains(fragment), "{name}: `{fragment}` is missing: {}", said.err);
    }
    assert!(!said.err.contains("panicked"), "{name}: {}", said.err);
}

fn assert_all_refused(files: Vec<BadFile>) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content, fragments) in files {
        let path = folder.path().join(format!("{name}.json"));
        fs::write(&path, content).expect("a file");
        let said = tim3(&["replay", text(&path)]);
        assert_refused(&said, name, fragments);
        assert!(
            said.err.starts_with(&format!("tim3: {}: ", path.display())),
            "{name}: {}",
            said.err
        );
    }
}

#[test]
fn the_good_file_of_these_tests_is_a_counterexample() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("good.json");
    fs::write(&path, GOOD).expect("a file");
    assert_eq!(tim3(&["replay", text(&path)]).code, 0);
}

#[test]
fn a_damaged_file_is_refused_with_the_place_of_the_damage() {
    assert_all_refused(damaged());
}

#[test]
fn a_wrong_value_is_refused_with_those_that_are_right() {
    assert_all_refused(wrong_values());
}

#[test]
fn a_run_that_is_not_what_its_file_says_is_refused_with_the_step() {
    assert_all_refused(wrong_runs());
}

#[test]
fn a_file_that_cannot_be_read_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing.json");
    assert_refused(
        &tim3(&["replay", text(&missing)]),
        "missing",
        &["missing.json: cannot be read"],
    );
    assert_refused(&tim3(&["replay", text(folder.path())]), "folder", &["cannot be read"]);
    assert_refused(&tim3(&["replay", ""]), "no name", &["<FILE>"]);
}

#[test]
fn a_file_of_100_megabytes_is_refused_unread() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.json");
    let file = File::create(&path).expect("a file");
    file.set_len(100_000_000).expect("a sparse file");
    let said = tim3(&["replay", text(&path)]);
    assert_refused(&said, "large", &["too large for a counterexample", "the limit is"]);
}

#[test]
#[cfg(unix)]
fn a_stream_without_a_length_is_read_up_to_the_limit_only() {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("tim3");
    let spaces = vec![b' '; 5 << 20];
    let output =
        command.args(["replay", "/dev/stdin"]).write_stdin(spaces).output().expect("tim3 runs");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("the limit is"), "{err}");
}

#[test]
fn a_misspelt_intent_is_refused_with_its_name_and_the_right_ones() {
    assert_all_refused(vec![(
        "intent",
        with("burn-negative", "burn-negativ"),
        &["`burn-negativ`", "burn-negative"],
    )]);
}

#[test]
fn a_file_that_is_not_utf_8_is_said_to_be_that() {
    let inside = [b"{\"format\":\"".as_slice(), &[0xff], b"\"}"].concat();
    assert_all_refused(vec![("not-utf-8", inside, &["UTF-8"])]);
}

#[test]
fn a_message_does_not_pass_on_control_characters_of_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("red.json");
    fs::write(&path, with("mallory.deposit.1/1", "\\u001b[31mred")).expect("a file");
    let said = tim3(&["replay", text(&path)]);
    assert!(!said.err.contains('\u{1b}'), "{:?}", said.err);
}

#[test]
fn a_run_too_large_to_judge_is_refused_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.json");
    let deposit = |by: &str| format!("{{\"do\":\"act\",\"by\":\"{by}\",\"intent\":\"deposit\"}}");
    let users = ["alice", "bob", "carol", "dave", "erin", "frank"];
    let mut actions: Vec<_> = users.iter().flat_map(|by| vec![deposit(by); 9]).collect();
    actions.push("{\"do\":\"lose\",\"message\":\"alice.deposit.1/1\"}".to_owned());
    let bounds = "{\"users\":6,\"deposits\":9,\"burns\":1,\"transfers\":0,\"quantity\":10,\"each_fault\":1,\"faults\":1}";
    let head =
        "{\"format\":\"tim3-counterexample/1\",\"variant\":\"hardened\",\"profile\":\"lossy\"";
    let tail =
        format!("\"property\":\"deposits-creditable\",\"actions\":[{}]}}", actions.join(","));
    fs::write(&path, format!("{head},\"bounds\":{bounds},{tail}")).expect("a file");
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("tim3");
    let patience = std::time::Duration::from_secs(10);
    let output =
        command.args(["replay", text(&path)]).timeout(patience).output().expect("tim3 starts");
    assert!(output.status.code().is_some(), "it was still running");
}

/// Flags that are refused, and what the message must contain.
const BAD_FLAGS: &[(&[&str], &[&str])] = &[
    (&[], &["Usage: tim3", "check", "replay", "list", "lua"]),
    (&["chekc"], &["unrecognized subcommand 'chekc'", "check", "--help"]),
    (&["replay"], &["<FILE>"]),
    (
        &["list", "nothing"],
        &["'nothing'", "variants, profiles, properties, bounds, faults, tricks"],
    ),
    (&["lua", "seeds"], &["`seeds`", "there are: seed, seed-json"]),
    (&["check", "seeds"], &["`seeds`", "there are: seed, seed-json", "hardened"]),
    (&["check", "--profile", "reliably"], &["--profile", "`reliably`", "there are: reliable"]),
    (
        &["check", "--property", "all"],
        &["--property", "`all`", "there are: supply-equals-collateral"],
    ),
    (&["check", "--bounds", "huge"], &["--bounds", "`huge`", "there are: tiny, default, large"]),
    (&["check", "--users", "0"], &["users is 0", "from 1 to 6"]),
    (&["check", "--users", "7"], &["users is 7", "from 1 to 6"]),
    (&["check", "--users", "256"], &["--users", "256 is not in 0..=255"]),
    (&["check", "--users", "-1"], &["'-1'"]),
    (&["check", "--users=-1"], &["--users", "'-1'"]),
    (&["check", "--quantity", "0"], &["quantity is 0", "from 1 to"]),
    (&["check", "--quantity", "1.5"], &["--quantity", "'1.5'"]),
    (&["check", "--faults", "21"], &["faults is 21", "from 0 to 20"]),
    (&["check", "--max-time", "abc"], &["--max-time", "`abc` is no number of seconds"]),
    (&["check", "--max-time", "-1"], &["'-1'"]),
    (&["check", "--max-time=-1"], &["--max-time", "`-1` seconds", "negative"]),
    (&["check", "--max-time", "nan"], &["--max-time", "`nan` seconds"]),
    (&["check", "--max-time", "inf"], &["--max-time", "`inf` seconds"]),
    (&["check", "--max-time", ""], &["--max-time"]),
    (&["check", "--max-depth", "deep"], &["--max-depth", "'deep'"]),
    (&["check", "--max-states", "1e6"], &["--max-states", "'1e6'"]),
    (&["check", "--max-memory", "99999999999999999999"], &["--max-memory", "too large"]),
    (&["check", "--format", "xml"], &["--format", "'xml'", "text, json"]),
    (&["check", "--verbose"], &["unexpected argument '--verbose'"]),
];

#[test]
fn a_wrong_command_line_is_refused_with_what_is_wrong_in_it() {
    for (args, fragments) in BAD_FLAGS {
        assert_refused(&tim3(args), &args.join(" "), fragments);
    }
}

#[test]
fn a_negative_number_is_refused_as_the_value_of_its_flag() {
    for flag in ["--users", "--faults", "--max-depth", "--max-time", "--max-memory"] {
        let said = tim3(&["check", flag, "-1"]);
        assert_refused(&said, flag, &[&format!("invalid value '-1' for '{flag}")]);
    }
}

#[test]
fn a_place_that_cannot_be_written_to_is_refused_before_the_search() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    fs::write(&file, "mine").expect("a file");
    for place in [file.clone(), file.join("below")] {
        let said =
            tim3(&["check", "seed", "--profile", "reliable", &format!("--write={}", text(&place))]);
        assert_refused(&said, "--write", &[text(&place), "cannot be written to"]);
    }
    assert_eq!(fs::read_to_string(&file).expect("still there"), "mine");
}

/// One change to a text.
#[derive(Clone, Debug)]
enum Mutation {
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Delete(Index, usize),
    SwapTokens(Index, Index),
    ReplaceToken(Index, String),
}

/// Texts that mean something where a token may stand.
const TOKENS: [&str; 24] = [
    "\"act\"",
    "\"deliver\"",
    "\"lose\"",
    "\"again\"",
    "\"owner\"",
    "\"exit\"",
    "\"alice\"",
    "\"mallory\"",
    "\"deposit\"",
    "\"burn\"",
    "\"burn-negative\"",
    "\"seed\"",
    "\"hardened\"",
    "\"reliable\"",
    "\"hostile\"",
    "\"holders-can-exit\"",
    "\"deposits-minted-at-rest\"",
    "0",
    "1",
    "-1",
    "null",
    "[]",
    "{}",
    "18446744073709551616",
];

fn mutation() -> impl Strategy<Value = Mutation> {
    let bytes = proptest::collection::vec(any::<u8>(), 1..6);
    prop_oneof![
        (any::<Index>(), 1..=255_u8).prop_map(|(at, mask)| Mutation::Flip(at, mask)),
        (any::<Index>(), bytes).prop_map(|(at, bytes)| Mutation::Insert(at, bytes)),
        (any::<Index>(), 1..40_usize).prop_map(|(at, n)| Mutation::Delete(at, n)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Mutation::SwapTokens(a, b)),
        (any::<Index>(), select(&TOKENS[..]))
            .prop_map(|(at, t)| Mutation::ReplaceToken(at, t.into())),
    ]
}

/// The text cut where JSON's punctuation and spaces are; put together again it is the same.
fn tokens(text: &[u8]) -> Vec<Vec<u8>> {
    let is_mark = |byte: &u8| b"{}[]:, \n".contains(byte);
    text.chunk_by(|a, b| !is_mark(a) && !is_mark(b)).map(<[u8]>::to_vec).collect()
}

fn mutate(bytes: &mut Vec<u8>, mutation: Mutation) {
    if bytes.is_empty() {
        return;
    }
    let mut tokens = tokens(bytes);
    match mutation {
        Mutation::Flip(at, mask) => {
            let at = at.index(bytes.len());
            bytes[at] ^= mask;
        }
        Mutation::Insert(at, more) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, more);
        }
        Mutation::Delete(at, n) => {
            let at = at.index(bytes.len());
            bytes.drain(at..bytes.len().min(at + n));
        }
        Mutation::SwapTokens(a, b) => {
            let (a, b) = (a.index(tokens.len()), b.index(tokens.len()));
            tokens.swap(a, b);
            *bytes = tokens.concat();
        }
        Mutation::ReplaceToken(at, token) => {
            let at = at.index(tokens.len());
            tokens[at] = token.into_bytes();
            *bytes = tokens.concat();
        }
    }
}

/// Any JSON, of some depth.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,8}", inner, 0..4)
                .prop_map(|map| Value::from(map.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

/// Whether nothing that helps leads from `state` to one that satisfies the property.
fn is_trapped(swap: &Swap<Variant>, case: &Counterexample, state: &State<Tim3>) -> bool {
    let mut waiting = vec![swap.rescue(state)];
    let mut seen = std::collections::HashSet::new();
    while let Some(state) = waiting.pop() {
        if case.property.judge(&swap.situation(&state)).is_ok() {
            return false;
        }
        let next = swap.enabled(&state).into_iter().filter_map(|a| swap.step(&state, &a));
        waiting.extend(next.map(|step| step.state).filter(|state| seen.insert(state.clone())));
    }
    true
}

/// Whether the run is possible, step by step, and breaks the property with its last step.
fn is_real(case: &Counterexample) -> bool {
    let swap = case.job.swap();
    let broken = |state: &State<Tim3>| {
        let breaks = case.property.judge(&swap.situation(state)).is_err();
        breaks && (!case.property.is_way_out() || is_trapped(&swap, case, state))
    };
    let mut state = swap.initial();
    for action in &case.actions {
        if broken(&state) || !swap.enabled(&state).contains(action) {
            return false;
        }
        state = swap.step(&state, action).expect("an enabled step").state;
    }
    broken(&state)
}

/// Fails unless the text is refused with a message, or is a real counterexample.
fn assert_refused_or_real(bytes: &[u8]) -> Result<(), TestCaseError> {
    let text = String::from_utf8_lossy(bytes);
    let case = match Counterexample::parse(&text, Path::new("case.json")) {
        Ok(case) => case,
        Err(error) => {
            prop_assert!(error.to_string().starts_with("case.json: "), "{error}");
            return Ok(());
        }
    };
    match Replay::of(case.clone()) {
        Ok(_) => prop_assert!(is_real(&case), "accepted: {text}"),
        Err(error) => prop_assert!(!is_real(&case), "refused, {error}: {text}"),
    }
    Ok(())
}

fn any_action() -> impl Strategy<Value = Action> {
    let identity = || ".*".prop_map(Identity::named);
    let by = || ".*".prop_map(model::message::Address::from);
    prop_oneof![
        (by(), any_intent()).prop_map(|(by, intent)| Action::Act { by, intent }),
        identity().prop_map(|message| Action::Deliver { message }),
        identity().prop_map(|message| Action::Lose { message }),
        (identity(), select(&Copy::ALL[..]))
            .prop_map(|(message, copy)| Action::Again { message, copy }),
        select(&Mistake::ALL[..]).prop_map(|mistake| Action::Owner { mistake }),
        by().prop_map(|by| Action::Exit { by }),
    ]
}

fn any_intent() -> impl Strategy<Value = Intent> {
    prop_oneof![
        select(&[Intent::Deposit, Intent::Burn, Intent::Transfer][..]),
        select(Trick::ALL).prop_map(Intent::Trick),
    ]
}

/// Actions about people and messages that there are.
fn likely_action() -> impl Strategy<Value = Action> {
    let who = || select(&["alice", "bob", "mallory", "TIM3", ""][..]);
    let what = select(&["deposit.1", "deposit.1/1", "burn.1", "burn.1/0", "burn-negative.1"][..]);
    let message = (who(), what).prop_map(|(who, what)| Identity::named(format!("{who}.{what}")));
    (any_action(), who(), message).prop_map(|(action, who, named)| match action {
        Action::Act { intent, .. } => Action::Act { by: who.into(), intent },
        Action::Deliver { .. } => Action::Deliver { message: named },
        Action::Lose { .. } => Action::Lose { message: named },
        Action::Again { copy, .. } => Action::Again { message: named, copy },
        Action::Exit { .. } => Action::Exit { by: who.into() },
        Action::Owner { mistake } => Action::Owner { mistake },
    })
}

/// A step that somebody asks for: any, or one of those that are possible.
#[derive(Clone, Debug)]
enum Wish {
    Any(Action),
    Possible(Index),
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        1 => any_action().prop_map(Wish::Any),
        3 => likely_action().prop_map(Wish::Any),
        4 => any::<Index>().prop_map(Wish::Possible),
    ]
}

/// Takes the step where it is possible; fails where `step` and `enabled` disagree on that.
fn grant(
    swap: &Swap<Variant>,
    state: State<Tim3>,
    wish: &Wish,
) -> Result<State<Tim3>, TestCaseError> {
    let enabled = swap.enabled(&state);
    let action = match wish {
        Wish::Any(action) => action.clone(),
        Wish::Possible(_) if enabled.is_empty() => return Ok(state),
        Wish::Possible(index) => index.get(&enabled).clone(),
    };
    let step = swap.step(&state, &action);
    // In a rescue, `step` also lets those exit who hold nothing.
    if state.mode == Mode::Open {
        prop_assert_eq!(step.is_some(), enabled.contains(&action), "{}", action);
    }
    Ok(step.map_or(state, |step| step.state))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_counterexample_is_refused_or_real(
        mutations in proptest::collection::vec(mutation(), 1..4),
    ) {
        let mut bytes = GOOD.as_bytes().to_vec();
        for mutation in mutations {
            mutate(&mut bytes, mutation);
        }
        assert_refused_or_real(&bytes)?;
    }

    #[test]
    fn a_counterexample_with_other_actions_is_refused_or_real(
        variant in select(Variant::all().collect::<Vec<_>>()),
        profile in select(Profile::ALL),
        property in select(&properties::ALL[..]),
        actions in proptest::collection::vec(likely_action(), 0..6),
    ) {
        let bounds = Bounds::default();
        let job = checker::job::Job { variant, profile, bounds, reductions: Reductions::default() };
        let case = Counterexample { job, property, actions };
        assert_refused_or_real(case.to_text().as_bytes())?;
    }

    #[test]
    fn any_json_in_the_place_of_any_field_is_refused_or_real(
        field in select(&["format", "variant", "profile", "bounds", "property", "actions"][..]),
        value in any_json(),
    ) {
        let mut case: Value = serde_json::from_str(GOOD).expect("good JSON");
        case[field] = value.clone();
        assert_refused_or_real(case.to_string().as_bytes())?;
        assert_refused_or_real(value.to_string().as_bytes())?;
    }

    #[test]
    fn any_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        assert_refused_or_real(&bytes)?;
    }

    #[test]
    fn every_action_is_the_same_after_a_file(action in any_action()) {
        let text = serde_json::to_string(&action).expect("JSON");
        let read: Action = serde_json::from_str(&text).expect("an action");
        prop_assert_eq!(read, action);
    }

    #[test]
    fn a_counterexample_is_the_same_after_a_file(
        actions in proptest::collection::vec(any_action(), 0..6),
    ) {
        let path = Path::new("case.json");
        let mut case = Counterexample::parse(GOOD, path).expect("the good file");
        case.actions = actions;
        let read = Counterexample::parse(&case.to_text(), path).expect("what was written");
        prop_assert_eq!(read.to_text(), case.to_text());
        prop_assert_eq!(read.actions, case.actions);
    }

    #[test]
    fn no_list_of_actions_makes_a_step_panic(
        variant in select(Variant::all().collect::<Vec<_>>()),
        profile in select(Profile::ALL),
        wishes in proptest::collection::vec(wish(), 0..24),
        rescued in any::<bool>(),
    ) {
        let swap = Swap::new(variant, variant.usda(), profile, Bounds::NAMED[2].1);
        let mut state = swap.initial();
        for (place, wish) in wishes.iter().enumerate() {
            if rescued && 2 * place == wishes.len() {
                state = swap.rescue(&state);
            }
            state = grant(&swap, state, wish)?;
        }
    }
}
