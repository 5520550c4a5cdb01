//! Logs that are damaged: each is answered, with the place.

mod common;

use audit::schedule::{Flaw, FlawKind};
use common::{audited, change, files};
use serde_json::{Value, json};

const USDA: &str = "USDA.su.json";
const TIM3: &str = "TIM3.su.json";
const RESULTS: &str = "TIM3.results.json";

/// The audit of the clean example after a change of one of its files.
fn changed(name: &str, by: impl FnOnce(&mut Value)) -> audit::Audit {
    let mut files = files("a_round_trip");
    change(&mut files, name, by);
    audited(&files).unwrap_or_else(|error| panic!("{error}"))
}

/// What is said where nothing can be judged.
fn refused(name: &str, by: impl FnOnce(&mut Value)) -> String {
    let mut files = files("a_round_trip");
    change(&mut files, name, by);
    audited(&files).expect_err("this is no log").0
}

fn edges(log: &mut Value) -> &mut Vec<Value> {
    log["edges"].as_array_mut().expect("edges")
}

fn flaw(audit: &audit::Audit, kind: FlawKind) -> &Flaw {
    let found = audit.flaws.iter().find(|flaw| flaw.kind == kind);
    found.unwrap_or_else(|| panic!("no {kind:?} in {:#?}", audit.flaws))
}

fn tag<'a>(log: &'a mut Value, edge: usize, name: &str) -> &'a mut Value {
    let tags = log["edges"][edge]["node"]["message"]["tags"].as_array_mut().expect("tags");
    let tag = tags.iter_mut().find(|tag| tag["name"] == name).expect("a tag of this name");
    &mut tag["value"]
}

#[test]
fn a_gap_is_named_and_nothing_is_known_behind_it() {
    let audit = changed(TIM3, |log| drop(edges(log).remove(2)));
    let gap = flaw(&audit, FlawKind::Gap);
    assert_eq!((gap.process.as_str(), gap.slot), ("tim3", Some(2)));
    assert!(gap.what.contains("2 is missing"), "{}", gap.what);
    let tim3 = audit.processes.iter().find(|one| one.name.as_deref() == Some("tim3"));
    let tim3 = tim3.expect("tim3");
    assert!(!tim3.is_complete);
    assert_eq!(tim3.unknown.as_ref().map(|unknown| unknown.slot), Some(3));
    assert!(audit.is_open() && !audit.is_broken(), "{audit:#?}");
}

#[test]
fn what_a_page_says_that_follows_must_be_there() {
    let audit = changed(TIM3, |log| log["page_info"]["has_next_page"] = json!(true));
    let more = flaw(&audit, FlawKind::Unfinished);
    assert_eq!((more.process.as_str(), more.slot), ("tim3", Some(4)));
}

#[test]
fn swapped_entries_are_named() {
    let audit = changed(TIM3, |log| edges(log).swap(2, 3));
    let swapped = flaw(&audit, FlawKind::Order);
    assert_eq!((swapped.process.as_str(), swapped.slot), ("tim3", Some(2)));
    assert!(swapped.what.contains("edges[3]"), "{}", swapped.what);
    assert!(audit.is_open() && !audit.is_broken());
}

#[test]
fn a_changed_tag_is_not_what_was_sent() {
    let audit = changed(TIM3, |log| *tag(log, 2, "Quantity") = json!("1000"));
    let changed = flaw(&audit, FlawKind::Changed);
    assert_eq!((changed.process.as_str(), changed.slot), ("tim3", Some(2)));
    assert!(changed.what.contains("Quantity was sent as 100, and is 1000"), "{}", changed.what);
    let tim3 = audit.processes.iter().find(|one| one.name.as_deref() == Some("tim3"));
    let differs = tim3.and_then(|tim3| tim3.differs.as_ref()).expect("it answered otherwise");
    assert_eq!(differs.slot, 2);
    assert!(differs.difference.expected.contains("Quantity 1000"), "{differs:?}");
    assert!(differs.difference.recorded.contains("Quantity 100,"), "{differs:?}");
    assert!(audit.is_broken());
}

#[test]
fn a_changed_tag_of_a_person_shows_in_the_answer() {
    let audit = changed(TIM3, |log| *tag(log, 3, "Quantity") = json!("41"));
    let tim3 = audit.processes.iter().find(|one| one.name.as_deref() == Some("tim3"));
    let differs = tim3.and_then(|tim3| tim3.differs.as_ref()).expect("it answered otherwise");
    assert_eq!(differs.slot, 3);
}

#[test]
fn a_broken_chain_is_named_with_its_place() {
    let other = "A".repeat(43);
    let audit = changed(USDA, |log| log["edges"][2]["node"]["assignment"]["id"] = json!(other));
    let broken = flaw(&audit, FlawKind::Chain);
    assert_eq!((broken.process.as_str(), broken.slot), ("usda", Some(3)));
    assert!(broken.what.contains("forged or not complete"), "{}", broken.what);
}

#[test]
fn two_files_with_different_ends_make_one_log() {
    let mut all = files("a_round_trip");
    let mut start = all.iter().find(|file| file.name == TIM3).expect("a file").clone();
    start.name = "TIM3.start.su.json".to_owned();
    all.push(start);
    change(&mut all, "TIM3.start.su.json", |log| edges(log).truncate(3));
    let audit = audited(&all).expect("a log");
    assert_eq!(audit.flaws, []);
    assert!(!audit.is_open(), "{audit:#?}");
}

#[test]
fn a_sender_that_was_read_too_early_is_no_forger() {
    let audit = changed(USDA, |log| edges(log).truncate(2));
    let doubtful = &audit.deliveries.cannot_tell;
    assert_eq!(doubtful.len(), 2, "the notice and the Debit-Notice: {doubtful:?}");
    assert!(doubtful[0].why.contains("may end before"), "{doubtful:?}");
    assert!(!audit.flaws.iter().any(|flaw| flaw.kind == FlawKind::Forged), "{:#?}", audit.flaws);
}

#[test]
fn a_receiver_that_was_read_too_early_lost_nothing() {
    let audit = changed(TIM3, |log| edges(log).truncate(2));
    let [notice, ..] = &audit.deliveries.others[..] else { panic!("{:#?}", audit.deliveries) };
    assert_eq!(notice.verdict, audit::join::Verdict::CannotTell);
    assert!(notice.why.contains("ends before it was sent"), "{}", notice.why);
}

#[test]
fn two_processes_with_different_messages_in_one_slot() {
    let mut all = files("a_round_trip");
    let mut other = all.iter().find(|file| file.name == TIM3).expect("a file").clone();
    other.name = "TIM3.other.su.json".to_owned();
    all.push(other);
    change(&mut all, "TIM3.other.su.json", |log| *tag(log, 3, "Quantity") = json!("1"));
    let audit = audited(&all).expect("a log");
    let conflict = flaw(&audit, FlawKind::Conflict);
    assert_eq!((conflict.process.as_str(), conflict.slot), ("tim3", Some(3)));
    assert!(conflict.what.contains("Quantity is 40 there, and 1 here"), "{}", conflict.what);
}

#[test]
fn a_page_that_is_there_twice_changes_nothing() {
    let mut all = files("a_round_trip");
    let mut copy = all.iter().find(|file| file.name == TIM3).expect("a file").clone();
    copy.name = "TIM3.again.su.json".to_owned();
    all.push(copy);
    let audit = audited(&all).expect("a log");
    assert_eq!(audit.flaws, []);
    assert!(!audit.is_broken() && !audit.is_open());
    assert_eq!(audit.deliveries.others, []);
}

#[test]
fn a_value_that_is_no_text_is_refused_with_its_place() {
    let said = refused(TIM3, |log| *tag(log, 3, "Quantity") = json!(40));
    assert!(said.contains("TIM3.su.json: edges[3].node.message.tags"), "{said}");
    assert!(said.contains("the value of the tag Quantity is a number"), "{said}");
    let said = refused(TIM3, |log| log["edges"][1]["node"]["assignment"]["tags"] = json!({}));
    assert!(said.contains("edges[1].node.assignment.tags: a list belongs here"), "{said}");
    let said = refused(TIM3, |log| log["edges"][2]["node"] = Value::Null);
    assert!(said.contains("edges[2]: there is no 'node'"), "{said}");
    let said = refused(RESULTS, |log| log["edges"][0]["cursor"] = json!("?"));
    assert!(said.contains("TIM3.results.json: edges[0].cursor: the cursor is no base64"), "{said}");
}

#[test]
fn a_file_that_is_no_json_is_refused_with_its_place() {
    let mut all = files("a_round_trip");
    all[0].bytes.truncate(100);
    let said = audited(&all).expect_err("it is cut off").0;
    assert!(said.contains("it is no JSON") && said.contains("line"), "{said}");
}

#[test]
fn unprintable_data_is_data() {
    let data = "\u{1b}[2J\u{0}\u{202e}";
    let audit = changed(TIM3, |log| log["edges"][3]["node"]["message"]["data"] = json!(data));
    assert_eq!(audit.flaws, [], "a person may write anything");
    assert!(!audit.is_broken());
    let audit = changed(TIM3, |log| log["edges"][2]["node"]["message"]["data"] = json!(data));
    assert_eq!(flaw(&audit, FlawKind::Changed).slot, Some(2), "a process sent something else");
}

#[test]
fn an_answer_that_differs_is_named_with_both() {
    let audit = changed(RESULTS, |log| {
        log["edges"][3]["node"]["Messages"].as_array_mut().expect("messages").remove(1);
    });
    let tim3 = audit.processes.iter().find(|one| one.name.as_deref() == Some("tim3"));
    let differs = tim3.and_then(|tim3| tim3.differs.clone()).expect("a difference");
    assert_eq!(differs.slot, 3);
    assert_eq!(flaw(&audit, FlawKind::Results).slot, Some(3), "the result by id still has it");
    assert!(differs.difference.expected.contains("Debit-Notice"), "{differs:?}");
    assert!(!differs.difference.recorded.contains("Debit-Notice"), "{differs:?}");
    assert!(audit.is_broken());
}

#[test]
fn an_error_that_the_handlers_do_not_throw_differs() {
    let audit = changed(RESULTS, |log| log["edges"][2]["node"]["Error"] = json!("out of gas"));
    let tim3 = audit.processes.iter().find(|one| one.name.as_deref() == Some("tim3"));
    let differs = tim3.and_then(|tim3| tim3.differs.clone()).expect("a difference");
    assert!(differs.difference.recorded.contains("out of gas"), "{differs:?}");
}

#[test]
fn what_no_authority_signed_is_named() {
    let mallory = "M".repeat(43);
    let audit = changed(TIM3, |log| {
        log["edges"][2]["node"]["message"]["owner"]["address"] = json!(mallory);
    });
    let forged = flaw(&audit, FlawKind::Forged);
    assert_eq!((forged.process.as_str(), forged.slot), ("tim3", Some(2)));
    assert!(forged.what.contains("no authority"), "{}", forged.what);
}

#[test]
fn a_result_of_another_time_is_named() {
    let cursor = "eyJ0aW1lc3RhbXAiOjEsIm9yZGluYXRlIjoiMyIsInNvcnQiOiJBU0MifQ==";
    let audit = changed(RESULTS, |log| log["edges"][3]["cursor"] = json!(cursor));
    assert_eq!(flaw(&audit, FlawKind::Results).slot, Some(3));
}
