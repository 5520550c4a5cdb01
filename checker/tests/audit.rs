//! `tim3 audit`, as a user starts it.

#[path = "common/command.rs"]
mod command;

use command::{Said, tim3};
use serde_json::Value;
use std::fs;
use std::path::Path;

const SWAP: &str = "../systems/tim3-v2";
const CLEAN: &str = "../audit/tests/logs/a_round_trip";
const AGAIN: &str = "../audit/tests/logs/b_repushed_notice";
const LOST: &str = "../audit/tests/logs/c_lost_notice";
const NODE: &str = "../audit/tests/logs/d_hyperbeam_token_repushed";

fn audit(log: &str, more: &[&str]) -> Said {
    tim3(&[&["audit", SWAP, "--log", log][..], more].concat())
}

/// A folder with the files of an example.
fn copied(log: &str) -> tempfile::TempDir {
    let folder = tempfile::TempDir::new().expect("a folder");
    for entry in fs::read_dir(log).expect("logs") {
        let path = entry.expect("an entry").path();
        fs::write(
            folder.path().join(path.file_name().expect("a name")),
            fs::read(&path).expect("a file"),
        )
        .expect("it is written");
    }
    folder
}

#[test]
fn the_exit_code_says_clean_open_or_broken() {
    let clean = audit(CLEAN, &[]);
    assert_eq!(clean.code, 0, "{clean:?}");
    assert!(clean.out.ends_with("every promise was kept\n"), "{}", clean.out);
    assert!(clean.out.contains("as recorded: 3 answers"), "{}", clean.out);
    assert_eq!(audit(AGAIN, &[]).code, 0, "a copy that changed nothing broke nothing");
    let lost = audit(LOST, &[]);
    assert_eq!(lost.code, 3, "{lost:?}");
    assert!(lost.out.contains("NEVER ARRIVED: usda, entry 2 of 2, Reference 2"), "{}", lost.out);
    assert!(lost.out.contains("paid, and not credited: 100 of usda"), "{}", lost.out);
    assert_eq!(audit(NODE, &[]).code, 3);
}

#[test]
fn an_answer_fits_one_screen() {
    for log in [CLEAN, AGAIN, LOST] {
        let said = audit(log, &[]);
        assert!(said.out.lines().count() <= 40, "{}", said.out);
    }
}

#[test]
fn a_document_is_as_the_schema_says() {
    let schema = include_str!("../schema/audit-1.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for (log, exit) in [(CLEAN, 0), (AGAIN, 0), (LOST, 3), (NODE, 3)] {
        let said = audit(log, &["--format", "json"]);
        let document: Value = serde_json::from_str(&said.out).expect("JSON");
        let wrong: Vec<_> =
            validator.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{log}: {wrong:#?}");
        assert_eq!(document["exit"], exit, "{log}");
    }
}

#[test]
fn handlers_that_count_twice_are_broken_by_a_copy() {
    let folder = copied(AGAIN);
    let swap = tim3(&["lua", "dedupe-off"]).out;
    let path = folder.path().join("swap.lua");
    fs::write(&path, swap).expect("it is written");
    // The answers that these handlers gave: the copy is credited as the first was.
    let results = folder.path().join("TIM3.results.json");
    let text = fs::read_to_string(&results).expect("results");
    let mut value: Value = serde_json::from_str(&text).expect("JSON");
    let answer = value["edges"][2]["node"].clone();
    value["edges"][3]["node"] = answer;
    fs::write(&results, value.to_string()).expect("it is written");
    fs::remove_file(folder.path().join("TIM3.result-by-id.json")).expect("it is there");
    let log = folder.path().display().to_string();
    let plain = audit(&log, &[]);
    assert_eq!(plain.code, 1, "{plain:?}");
    assert!(plain.out.contains("DIFFERS at 3, Credit-Notice of 100 from usda"), "{}", plain.out);
    let version = format!("tim3={}", path.display());
    let said = audit(&log, &["--version", &version]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains(&format!("from 0 on it ran {}", path.display())), "{}", said.out);
    assert!(said.out.contains("and it COUNTED"), "{}", said.out);
    assert!(said.out.contains("DOUBLED: 100 of usda"), "{}", said.out);
    let broken = said.out.lines().find(|line| line.contains("one deposit is minted once"));
    assert!(broken.is_some_and(|line| line.ends_with("BROKEN")), "{}", said.out);
    assert!(said.out.contains("at tim3 3, Credit-Notice of 100 from usda (EO8J"), "{}", said.out);
    assert!(said.out.contains("before: ") && said.out.contains("supply 200"), "{}", said.out);
}

#[test]
fn an_anonymous_answer_has_no_id_in_it() {
    let said = audit(AGAIN, &["--anonymous"]);
    let expected = fs::read_to_string(Path::new(AGAIN).join("expect.json")).expect("a file");
    let expected: Value = serde_json::from_str(&expected).expect("JSON");
    let ids = expected["ids"].as_object().expect("ids").values();
    for id in ids.map(|id| id.as_str().expect("a text")) {
        assert!(!said.out.contains(id), "{id} is in {}", said.out);
    }
    assert!(said.out.contains("usda id-"), "{}", said.out);
    assert_eq!(said.code, audit(AGAIN, &[]).code);
}

#[test]
fn following_ends_when_something_breaks() {
    let folder = copied(CLEAN);
    let results = folder.path().join("TIM3.results.json");
    let text = fs::read_to_string(&results).expect("results");
    fs::write(&results, text.replace("Debit-Notice", "Note")).expect("it is written");
    fs::remove_file(folder.path().join("TIM3.result-by-id.json")).expect("it is there");
    let said = audit(&folder.path().display().to_string(), &["--follow=1"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("DIFFERS at 3"), "{}", said.out);
}

#[test]
fn what_cannot_be_judged_is_refused_with_the_way_out() {
    let said = audit("../audit/tests/logs", &[]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("there is no file that ends in .json"), "{}", said.err);
    let said = audit(&format!("{CLEAN}/expect.json"), &[]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("it is no page of a scheduler"), "{}", said.err);
    let said = audit(CLEAN, &["--name", "nobody=x"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("the page names nobody 'nobody'; it has usda, tim3"), "{}", said.err);
    let said = audit(CLEAN, &["--name", "tim3=x"]);
    assert!(said.err.contains("there is no log of this process"), "{}", said.err);
    let said = audit("nowhere.json", &[]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("nowhere.json: cannot be read"), "{}", said.err);
}
