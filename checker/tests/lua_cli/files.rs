//! Files that cannot be checked, and where their books are.

use crate::command::{Said, tim3};
use crate::folder::{BOOKS, Folder, handler, hardened};
use std::fs;

const ELSEWHERE: &str =
    "Ledger, TotalSupply, UsdaCollateral = {}, 0, 0 Handlers.add('a', 'A', print)\n";
const RELIABLE: [&str; 2] = ["--profile", "reliable"];

/// Nothing was checked, and the message says all of this.
fn assert_refused(said: &Said, words: &[&str]) {
    assert_eq!(said.code, 2, "{said:?}");
    assert_eq!(said.out, "", "{said:?}");
    for word in words {
        assert!(said.err.contains(word), "no `{word}` in {}", said.err);
    }
}

fn refused(source: &str, words: &[&str]) {
    let said = Folder::with(&[("contract.lua", source)]).check("contract.lua", &RELIABLE);
    assert_refused(&said, words);
}

#[test]
fn missing_books_are_named_with_what_is_there_and_a_way_out() {
    let words = ["`Balances`", "Ledger, TotalSupply, UsdaCollateral", "--observe Balances=PATH"];
    refused(ELSEWHERE, &words);
    refused("Balances, TotalSupply, UsdaCollateral = {}, 0, 'plenty'", &["`UsdaCollateral`"]);
}

#[test]
fn books_are_read_where_a_flag_or_the_file_beside_says() {
    let good = r#"{"Balances": "Ledger"}"#;
    let folder =
        Folder::with(&[("a.lua", ELSEWHERE), ("b.lua", ELSEWHERE), ("b.observe.json", good)]);
    let flags = [&RELIABLE[..], &["--observe", "Balances=Ledger"]].concat();
    assert_eq!(folder.check("a.lua", &flags).code, 1);
    assert_eq!(folder.check("b.lua", &RELIABLE).code, 1);
    let flags = [&RELIABLE[..], &["--observe", "Balances=Nothing"]].concat();
    assert_refused(&folder.check("b.lua", &flags), &["`Nothing`"]);
    let flags = [&RELIABLE[..], &["--observe", "Supply=Ledger"]].concat();
    assert_refused(&folder.check("a.lua", &flags), &["Supply", "TotalSupply"]);
}

#[test]
fn the_file_that_says_where_books_are_is_named() {
    let beside = r#"{"Balances": "Ledger"}"#;
    let folder = Folder::with(&[("b.lua", ELSEWHERE), ("b.observe.json", beside)]);
    let said = folder.check("b.lua", &RELIABLE);
    let line = format!("{0}.lua: its books are where {0}.observe.json says\n", folder.path("b"));
    assert!(said.out.contains(&line), "{}", said.out);
}

#[test]
fn a_file_with_the_name_of_a_variant_is_told_from_it() {
    let folder = Folder::with(&[("hardened", &handler(""))]);
    let said = folder.check("hardened", &[&RELIABLE[..], &["hardened"]].concat());
    assert!(said.out.contains("(hardened, hardened (a file))"), "{}", said.out);
    assert!(said.out.contains("2 searches"), "{}", said.out);
}

#[test]
fn a_damaged_file_of_places_is_named() {
    for text in ["{", "[]", r#"{"Balance": "Ledger"}"#, r#"{"Balances": 7}"#] {
        let folder = Folder::with(&[("a.lua", BOOKS), ("a.observe.json", text)]);
        assert_refused(&folder.check("a.lua", &RELIABLE), &["a.observe.json", "damaged"]);
    }
}

#[test]
fn what_does_not_load_is_told_with_file_and_line() {
    refused("Balances = {}\nTotalSupply = = 0\n", &["contract.lua:2"]);
    refused("Balances = {}\nlocal x = nil\nTotalSupply = x.y\n", &["throws", "contract.lua:3"]);
    let module = format!("{BOOKS}local crypto = require('.crypto.cipher')\n");
    refused(&module, &["contract.lua:2", ".crypto.cipher", ".bint", "json"]);
    refused("while true do end", &["contract.lua", "does not end"]);
}

#[test]
fn a_file_that_handles_nothing_is_no_contract() {
    refused(BOOKS, &["contract.lua", "adds no handler", "Handlers.add"]);
    refused(&format!("{BOOKS}function compute() end"), &["adds no handler", "lua@5.3a"]);
}

#[test]
fn a_handler_that_opens_assignments_is_refused_with_no_verdict() {
    let source = handler("ao.addAssignable({})");
    refused(&source, &["contract.lua:3", "ao.addAssignable"]);
}

/// What the first run breaks, a second one looks for, when the handlers do nothing any more.
#[test]
fn a_refusal_after_something_was_broken_is_told_by_every_search() {
    let source =
        handler("TotalSupply = TotalSupply + 1\nif TotalSupply > 1 then ao.addAssignable({}) end");
    let folder = Folder::with(&[("a.lua", &source)]);
    for search in ["layered", "stateright", "stateright-dfs"] {
        let flags = [&RELIABLE[..], &["--search", search, "--threads", "1"]].concat();
        assert_refused(&folder.check("a.lua", &flags), &["a.lua:4", "ao.addAssignable"]);
    }
}

#[test]
fn a_missing_file_is_named() {
    let said = Folder::with(&[]).check("none.lua", &RELIABLE);
    assert_refused(&said, &["none.lua", "cannot be read"]);
}

#[test]
fn a_counterexample_has_its_lua_and_replays_without_the_file() {
    let source = hardened(&[("    if msg.From ~= USDA_PROCESS_ID then return end\n", "")]);
    let (folder, other) = (Folder::with(&[("a.lua", &source)]), Folder::with(&[]));
    let write = format!("--write={}", other.path("found"));
    let flags = ["--profile", "legacynet", "--property", "no-mint-without-deposit", &write];
    let said = folder.check("a.lua", &flags);
    assert_eq!(said.code, 1, "{said:?}");
    let found = other.path("found/a.lua/no-mint-without-deposit.json");
    let text = fs::read_to_string(&found).expect("a counterexample");
    assert!(text.contains("TIM3.Credit-Notice") && text.contains("MAX_SUPPLY"), "{text}");
    drop(folder);
    let moved = other.path("moved.json");
    fs::rename(&found, &moved).expect("it can be moved");
    let said = tim3(&["replay", &moved]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("a.lua breaks no-mint-without-deposit"), "{said:?}");
}

#[test]
fn the_json_report_of_a_file_follows_the_schema() {
    let schema = include_str!("../../schema/check-2.schema.json");
    let schema = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let folder = Folder::with(&[("a.lua", &handler("Balances[msg.From] = 'plenty'"))]);
    for flags in [&RELIABLE[..], &["--profile", "legacynet", "--paranoid"]] {
        let report = folder.report("a.lua", flags);
        let errors: Vec<_> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(report["runs"][0]["variant"], "a.lua");
    }
}
