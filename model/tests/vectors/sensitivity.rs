//! That the comparison would notice a difference, of every kind it looks for.

use crate::folder::fixture;
use crate::schema::{Kind, Messages, Num, Recording, Sent, State};
use crate::walk::walk;
use serde_json::Value;

pub const FILE: &str = "08a_full_round_trip.json";

/// Which step of the file is what, counted from 0.
const DEPOSIT: usize = 0;
pub const NOTICE: usize = 1;
pub const BURN: usize = 2;
pub const DEBIT_NOTICE: usize = 4;

pub fn recording(file: &str) -> Messages {
    match fixture(file) {
        Recording::Messages(messages) => *messages,
        other => panic!("{file} is no ao-vector/1: {other:?}"),
    }
}

pub fn state<'a>(recording: &'a mut Messages, step: usize, on: &str) -> &'a mut State {
    let state = recording.steps[step].expect.state.get_mut(on);
    state.unwrap_or_else(|| panic!("{} does not watch {on}", recording.name))
}

pub fn sent(recording: &mut Messages, step: usize) -> &mut Sent {
    let first = recording.steps[step].expect.sent.first_mut();
    first.unwrap_or_else(|| panic!("{}: nothing sent in step {step}", recording.name))
}

/// Asserts that `edit` is noticed in a line that says where and in which field.
pub fn assert_noticed_in(file: &str, step: usize, field: &str, edit: impl FnOnce(&mut Messages)) {
    let mut recording = recording(file);
    edit(&mut recording);
    let found = walk(file, &recording).mismatches;
    let place = format!("{file}, step {} ({})", step + 1, recording.steps[step].note);
    let line = format!("{place}: {field}\n");
    assert!(found.iter().any(|m| m.starts_with(&line)), "{line} is not among {found:#?}");
}

fn assert_noticed(step: usize, field: &str, edit: impl FnOnce(&mut Messages)) {
    assert_noticed_in(FILE, step, field, edit);
}

#[test]
fn an_unchanged_recording_has_no_mismatch() {
    assert_eq!(walk(FILE, &recording(FILE)).mismatches, Vec::<String>::new());
}

#[test]
fn another_balance_or_lua_type_is_noticed() {
    let other = |kind, text: &str| Num { kind, text: text.into() };
    assert_noticed(NOTICE, r#"Balances["alice"]"#, |r| {
        let float = other(Kind::Float, "100.0");
        state(r, NOTICE, "TIM3").balances.insert("alice".into(), float);
    });
    assert_noticed(DEPOSIT, r#"Balances["bob"]"#, |r| {
        let entry = other(Kind::String, "0");
        state(r, DEPOSIT, "USDA").balances.insert("bob".into(), entry);
    });
    assert_noticed(DEPOSIT, "TotalSupply", |r| {
        state(r, DEPOSIT, "USDA").total_supply = other(Kind::String, "1");
    });
    assert_noticed(BURN, "UsdaCollateral", |r| {
        state(r, BURN, "TIM3").usda_collateral = other(Kind::Integer, "100");
    });
}

#[test]
fn another_outbox_is_noticed() {
    assert_noticed(BURN, "sent[0]", |r| sent(r, BURN).target = Some("OTHER".into()));
    assert_noticed(BURN, "sent[0]", |r| {
        sent(r, BURN).tags.push(("X-Note".into(), Value::from("new")));
    });
    assert_noticed(BURN, "sent[0]", |r| r.steps[BURN].expect.sent.clear());
    assert_noticed(DEPOSIT, "sent[0]", |r| sent(r, DEPOSIT).data = Some("thanks".into()));
    assert_noticed(DEPOSIT, "sent[0]", |r| r.steps[DEPOSIT].expect.sent.swap(0, 1));
}

#[test]
fn another_fate_of_the_message_is_noticed() {
    assert_noticed(NOTICE, "error", |r| r.steps[NOTICE].expect.error = Some("boom".into()));
    assert_noticed(NOTICE, "error", |r| r.steps[NOTICE].expect.host_threw = true);
    assert_noticed(DEBIT_NOTICE, "Inbox", |r| {
        let before = r.steps[DEBIT_NOTICE].before["TIM3"].inbox.clone();
        state(r, DEBIT_NOTICE, "TIM3").inbox = before;
    });
}

#[test]
fn a_recording_that_contradicts_itself_is_noticed() {
    let own = |what: &str| format!("the recording itself: {what}");
    assert_noticed(BURN, &own("TIM3 before the step"), |r| {
        state(r, NOTICE, "TIM3").reference.text = "9".into();
    });
    assert_noticed(BURN, &own("USDA, which had no message"), |r| {
        state(r, BURN, "USDA").reference.text = "9".into();
    });
    assert_noticed(BURN, &own("assignment"), |r| r.steps[BURN].deliver.assignment = true);
}
