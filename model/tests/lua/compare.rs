//! One evaluation, by both.

use crate::explore::Case;
use crate::machine::{Machine, Process};
use crate::snapshot::Snapshot;
use model::contract::Tim3;
use model::message::{MU, Outgoing, Tags, tag};
use model::process::Outbox;
use model::{Contract, HandlerError, Handlers, Identity, Label, Message, TIM3, USDA, Variant};

/// What an evaluation came to.
#[derive(Debug, PartialEq)]
struct Outcome {
    threw: bool,
    sent: Vec<Outgoing>,
    after: Snapshot,
}

/// Evaluates a message by both, and then the answers that the contract waits for.
///
/// # Errors
/// Where they differ.
pub fn compare(machine: &Machine, variant: Variant, case: &Case) -> Result<(), String> {
    let process = machine.restored(&case.before);
    let mut state = (*case.before).clone();
    same("restored", &Snapshot::of(&state), &process.snapshot())?;
    step(&process, variant, &mut state, &case.message, case.nth).map_err(|difference| {
        format!("in {:?}\nas number {}:\n{difference}", *case.before, case.nth)
    })?;
    let awaited: Vec<_> = state.pending.keys().cloned().collect();
    let answers = awaited.iter().map(|reference| answer(reference));
    answers.into_iter().try_for_each(|answer| step(&process, variant, &mut state, &answer, 0))
}

/// Loads the source again in this state, by both.
///
/// # Errors
/// Where they differ.
pub fn reload(machine: &Machine, variant: Variant, state: &Tim3) -> Result<(), String> {
    let process = machine.restored(state);
    let handlers = process.handlers();
    let mut after = state.clone();
    variant.reload(&mut after);
    process.load();
    same("handlers", &handlers, &process.handlers())?;
    same(&format!("{variant} reloaded in {state:?}"), &Snapshot::of(&after), &process.snapshot())
}

fn step(
    process: &Process<'_>,
    variant: Variant,
    state: &mut Tim3,
    message: &Message,
    nth: u8,
) -> Result<(), String> {
    let (outcome, sent) = transcribed(variant, state, message, nth);
    let thrown = process.evaluate(message, nth);
    let rust = Outcome { threw: outcome.is_err(), sent, after: Snapshot::of(state) };
    let lua = Outcome { threw: thrown.is_some(), sent: process.sent(), after: process.snapshot() };
    same(&format!("{message:?}\n(Rust: {outcome:?}; Lua: {thrown:?})"), &rust, &lua)?;
    let differ = || format!("{message:?}\nRust: {outcome:?}\nLua: {thrown:?}");
    same_error(&outcome, thrown.as_deref()).then_some(()).ok_or_else(differ)
}

/// Whether the errors, if there are any, read alike up to the name of the value in them.
fn same_error(rust: &Result<Label, HandlerError>, lua: Option<&str>) -> bool {
    let Err(HandlerError(text)) = rust else { return true };
    let stem = text.split_once(" value").map_or(text.as_str(), |(stem, _)| stem);
    lua.is_some_and(|lua| lua.contains(stem))
}

fn transcribed(
    variant: Variant,
    state: &mut Tim3,
    message: &Message,
    nth: u8,
) -> (Result<Label, HandlerError>, Vec<Outgoing>) {
    let mut outbox = Outbox::new(&message.identity, nth);
    let outcome = variant.handle(state, message, &mut outbox);
    (outcome, outbox.into_entries().into_iter().map(sorted).collect())
}

fn sorted(sent: Outgoing) -> Outgoing {
    let mut tags: Vec<_> = sent.tags.iter().collect();
    tags.sort_unstable();
    let tags = tags.into_iter().collect();
    Outgoing { tags, ..sent }
}

/// USDA's answer to a release that it could not carry out.
fn answer(reference: &str) -> Message {
    let tags =
        Tags::default().with(tag::ACTION, "Transfer-Error").with(tag::X_REFERENCE, reference);
    let message = Message::signed(USDA, Identity::named(reference).caused(0, 0), TIM3, tags);
    Message { owner: MU.into(), ..message }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, rust: &T, lua: &T) -> Result<(), String> {
    let differ = || format!("{what}\nRust: {rust:?}\nLua: {lua:?}");
    (rust == lua).then_some(()).ok_or_else(differ)
}
