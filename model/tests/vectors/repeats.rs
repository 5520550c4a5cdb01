//! The rows of the experiment with the real CU (vector 11) beside [`Dedupe`].

use crate::compare::Difference;
use crate::report::Report;
use crate::schema::{Repeats, Row};
use model::message::{Copy, Message, Tags};
use model::profile::Dedupe;
use model::{Identity, TIM3};

/// Checks every row that is a repeat of an earlier one.
pub fn walk(name: &str, recording: &Repeats) -> Report {
    let mut report = Report::of(name);
    for (index, row) in recording.steps.iter().enumerate() {
        report.at(index + 1, &row.note);
        match repeat(row, &recording.steps[..index]) {
            Some(copy) => report.checked(&difference(row, &recording.steps[..index], copy)),
            None => report.not_applicable("no repeat, so there is nothing to filter".into()),
        }
        report.not_on_host("only the filters of the CU were recorded".into());
    }
    report
}

/// Which kind of repeat a row is. Ids tell, except where a copy was signed anew.
fn repeat(row: &Row, earlier: &[Row]) -> Option<Copy> {
    let known = earlier.iter().any(|other| other.id == row.id);
    match (known, row.assignment) {
        (true, true) => Some(Copy::Assignment),
        (true, false) => Some(Copy::SameId),
        (false, true) => None,
        (false, false) => copy_by_note(&row.note),
    }
}

fn copy_by_note(note: &str) -> Option<Copy> {
    let kinds = [("re-signed", Copy::ReSign), ("/push", Copy::RePush)];
    kinds.into_iter().find_map(|(words, copy)| note.contains(words).then_some(copy))
}

fn difference(row: &Row, earlier: &[Row], copy: Copy) -> Vec<Difference> {
    let assigned = |other: &Row| other.id == row.id && other.assignment;
    let assigned_before = earlier.iter().any(assigned);
    let evaluated = filter(row).evaluates_again(&original(row), copy, assigned_before);
    let (expected, actual) = (row.evaluated_by_wasm, u8::from(evaluated));
    let difference = Difference {
        field: format!("evaluated again, as {copy:?}"),
        expected: expected.to_string(),
        actual: actual.to_string(),
    };
    (expected != actual).then_some(difference).into_iter().collect()
}

fn filter(row: &Row) -> Dedupe {
    if row.note.contains("checkpoint") { Dedupe::None } else { Dedupe::Cu }
}

/// The repeated item: the filters only ask whether a wallet signed it.
fn original(row: &Row) -> Message {
    let identity = Identity::named(row.id.as_str());
    let item = Message::signed("alice", identity, TIM3, Tags::default());
    if row.note.contains("wallet") {
        return item;
    }
    Message { pushed_for: "alice.deposit.1".into(), ..item }
}
