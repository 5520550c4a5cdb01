//! What the report tells the author of a file: what to fix, and where to begin.

use crate::folder::{Folder, ID, LEGACYNET, handler, hardened};
use serde_json::{Value, json};

const UNFILTERED: [&str; 2] = ["--profile", "legacynet-no-su-filter"];
const OTHER_ID: &str = "USDA_PROCESS_ID = \"xU9zWgHcm4vbyHTaVsDtFSmVhcqxmMLpNfCgC0dLQpE\"";

/// What stands behind `hint: `, in the text and in the data alike.
fn hint(source: &str, flags: &[&str]) -> Option<String> {
    let folder = Folder::with(&[("a.lua", source)]);
    let said = folder.check("a.lua", flags);
    let line = said.out.lines().find_map(|line| line.strip_prefix("hint: "));
    let report = folder.report("a.lua", flags);
    assert_eq!(report["lua"][0]["hints"].get(0).and_then(Value::as_str), line, "{said:?}");
    line.map(ToOwned::to_owned)
}

#[test]
fn whoever_does_not_name_usda_is_told_how() {
    let wrong_token = "    if msg.From ~= USDA_PROCESS_ID then return end\n";
    let throws = "    assert(msg.From == USDA_PROCESS_ID, 'a wrong token')\n";
    let counts =
        "    Count = (Count or 0) + 1\n    if msg.From ~= USDA_PROCESS_ID then return end\n";
    for body in [wrong_token, throws, counts] {
        let source = hardened(&[(ID, OTHER_ID), (wrong_token, body)]) + "-- for checks: @USDA@\n";
        let hint = hint(&source, &LEGACYNET).unwrap_or_else(|| panic!("{body}"));
        assert!(hint.contains("no text in it is the id of the USDA process"), "{hint}");
        assert!(hint.contains(ID), "{hint}");
        assert_eq!(hint.contains("a wrong token"), body == throws, "{hint}");
    }
}

#[test]
fn a_file_that_names_usda_and_never_mints_is_told_why() {
    let deaf = hardened(&[(
        "hasMatchingTag(\"Action\", \"Credit-Notice\")",
        "hasMatchingTag(\"Action\", \"Deposit\")",
    )]);
    let ignored = hint(&deaf, &LEGACYNET).expect("no deposit is minted for");
    assert!(ignored.contains("changes nothing and sends nothing"), "{ignored}");
    let seed = include_str!("../../../model/lua/seed.lua");
    let thrown = hint(seed, &["--profile", "reliable"]).expect("no deposit is minted for");
    assert!(thrown.contains("makes it throw") && thrown.contains("json"), "{thrown}");
    for hint in [ignored, thrown] {
        assert!(!hint.contains("no text in it"), "{hint}");
    }
}

#[test]
fn whoever_mints_is_told_nothing_of_the_kind() {
    // Whom it takes a notice from is another question.
    let from_anybody =
        hardened(&[(ID, OTHER_ID), ("    if msg.From ~= USDA_PROCESS_ID then return end\n", "")]);
    let by_its_name = hardened(&[(ID, "USDA_PROCESS_ID = 'USDA'")]);
    let quarantines = hardened(&[("    if not sender or", "    if true or not sender or")]);
    for source in [hardened(&[]), from_anybody, by_its_name, quarantines] {
        assert_eq!(hint(&source, &LEGACYNET), None);
    }
    // Nor where nobody deposits, or no search ended.
    let deaf = hardened(&[(ID, OTHER_ID)]);
    assert_eq!(hint(&deaf, &["--profile", "legacynet", "--deposits", "0"]), None);
    assert_eq!(hint(&deaf, &["--profile", "legacynet", "--max-states", "2"]), None);
}

/// The line of a promise, and whether it stands below what hardened breaks in the same way.
fn line<'a>(out: &'a str, property: &str) -> (&'a str, bool) {
    let name = format!("  a.lua {property}: ");
    let (own, limits) = out.split_once("hardened breaks these too").unwrap_or((out, ""));
    let in_part = |part: &'a str| part.lines().find(|line| line.starts_with(&name));
    let below = in_part(limits).map(|line| (line, true));
    below.or_else(|| Some((in_part(own)?, false))).unwrap_or_else(|| panic!("{property}: {out}"))
}

#[test]
fn what_hardened_cannot_keep_either_is_set_apart() {
    let folder = Folder::with(&[("a.lua", &hardened(&[]))]);
    let said = folder.check("a.lua", &UNFILTERED);
    assert!(said.out.contains("only what hardened breaks too"), "{said:?}");
    for property in ["fully-backed", "no-double-release", "holders-can-exit"] {
        assert!(line(&said.out, property).1, "{property} {said:?}");
    }
    let marked = said.out.lines().filter(|line| line.ends_with("; in hardened, too")).count();
    assert_eq!(marked, 3, "{said:?}");
    let report = folder.report("a.lua", &UNFILTERED);
    let verdicts = report["runs"][0]["verdicts"].as_array().expect("verdicts");
    for verdict in verdicts {
        let is_broken = verdict["verdict"] == "violated";
        assert_eq!(verdict.get("broken_in_hardened"), is_broken.then_some(&json!(true)));
    }
}

#[test]
fn what_the_file_alone_breaks_is_not() {
    // Mints for a copy: what it breaks is broken sooner than in hardened.
    let copies = hardened(&[(
        "    if Seen[id] then return end\n    local quantity = amount(msg.Tags.Quantity)\n    Seen[id] = true",
        "    local quantity = amount(msg.Tags.Quantity)",
    )]);
    let said = Folder::with(&[("a.lua", &copies)]).check("a.lua", &UNFILTERED);
    assert!(!line(&said.out, "no-double-mint").1, "{said:?}");
    assert!(!line(&said.out, "fully-backed").1, "{said:?}");
    assert!(line(&said.out, "no-double-release").1, "{said:?}");
    let note = "this file also fails where hardened does not: 1 re-push in 3 steps under legacynet-no-su-filter";
    assert!(said.out.contains(note), "{said:?}");
    // Of no transcription is any of this said.
    let said = crate::command::tim3(&[
        "check",
        "hardened",
        "--bounds",
        "tiny",
        "--quiet",
        UNFILTERED[0],
        UNFILTERED[1],
    ]);
    assert!(!said.out.contains("in hardened"), "{said:?}");
}

#[test]
fn what_is_broken_by_other_faults_besides_is_not() {
    // Whoever reloads it takes what everybody has.
    let wiped = hardened(&[("Balances = Balances or {}  ", "Balances = {}  ")]);
    let folder = Folder::with(&[("a.lua", &wiped)]);
    let flags = ["--profile", "legacynet-no-su-filter", "--profile", "hostile"];
    let said = folder.check("a.lua", &[&flags[..], &["--property", "holders-can-exit"]].concat());
    assert!(!line(&said.out, "holders-can-exit").1, "{said:?}");
    assert!(
        said.out.contains("this file also fails where hardened does not: 1 owner under hostile"),
        "{said:?}"
    );
}

#[test]
fn what_a_handler_threw_is_told_with_the_step() {
    let thrown = handler("TotalSupply = 7\nerror('no\\nway')");
    let folder = Folder::with(&[("a.lua", &thrown)]);
    let flags = ["--profile", "hyper-aos", "--property", "supply-equals-balances"];
    let said = folder.check("a.lua", &flags);
    let mut lines = said.out.lines();
    let found = lines.find(|line| line.starts_with("  a.lua supply-equals-balances: "));
    assert!(found.is_some(), "{said:?}");
    assert_eq!(lines.next(), Some("    step 1: TIM3 throws: a.lua:4: no\\nway"), "{said:?}");
    let report = folder.report("a.lua", &flags);
    let found = &report["runs"][0]["verdicts"][0]["counterexample"];
    let told = json!([{ "step": 1, "at": "TIM3", "text": "a.lua:4: no\nway" }]);
    assert_eq!(found["thrown"], told, "{found}");
}
