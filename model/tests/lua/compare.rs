//! Messages one after the other, evaluated by both.

use crate::host::{Host, Snapshot};
use crate::written::Case;
use aos::{Outcome, Sent, State, TagValue};
use model::contract::Tim3;
use model::message::{MU, Outgoing, ROGUE, Tags, tag};
use model::process::Outbox;
use model::{Contract, HandlerError, Handlers, Identity, Label, Message, TIM3, USDA, Variant};

/// The result of an evaluation.
#[derive(Debug, PartialEq)]
struct Came {
    threw: bool,
    sent: Vec<Outgoing>,
    after: Snapshot,
}

struct Pair<'a> {
    host: &'a Host,
    variant: Variant,
    rust: Tim3,
    lua: State,
}

/// Evaluates the messages by both, and then the answers that the contract waits for.
///
/// # Errors
/// Where they differ.
pub fn compare(host: &Host, variant: Variant, case: &Case) -> Result<(), String> {
    let (rust, lua) =
        if case.is_used { (used(), host.used()) } else { (variant.initial(), host.fresh.clone()) };
    same("before", &Snapshot::of(&rust), &host.snapshot(&lua))?;
    let mut pair = Pair { host, variant, rust, lua };
    case.messages.iter().try_for_each(|(message, nth)| pair.step(message, *nth))?;
    let awaited: Vec<_> = pair.rust.pending.keys().cloned().collect();
    awaited.iter().try_for_each(|reference| pair.step(&answer(reference), 0))
}

/// The state that [`Host::used`] is in.
fn used() -> Tim3 {
    let mut state = Tim3::default();
    for account in [USDA, ROGUE] {
        state.books.balances.insert(account.into(), 10.into());
    }
    state.books.total_supply = 20.into();
    state.books.usda_collateral = 20.into();
    state
}

impl Pair<'_> {
    fn step(&mut self, message: &Message, nth: u8) -> Result<(), String> {
        let (outcome, sent) = self.transcribed(message, nth);
        let rust = Came { threw: outcome.is_err(), sent, after: Snapshot::of(&self.rust) };
        let evaluation = self.host.evaluate(&self.lua, message, nth);
        let after = self.host.snapshot(&evaluation.state);
        let sent = evaluation.sent.iter().map(outgoing).map(sorted).collect();
        let lua = Came { threw: evaluation.outcome != Outcome::Done, sent, after };
        self.lua = evaluation.state;
        let what = format!("{message:?}\nRust: {outcome:?}\nLua: {:?}", evaluation.outcome);
        same(&what, &rust, &lua)?;
        same_error(&outcome, &evaluation.outcome).then_some(()).ok_or(what)
    }

    /// The transcription gets names as aos rewrites them.
    fn transcribed(
        &mut self,
        message: &Message,
        nth: u8,
    ) -> (Result<Label, HandlerError>, Vec<Outgoing>) {
        let message = Message { tags: message.tags.clone().title_cased(), ..message.clone() };
        let mut outbox = Outbox::new(&message.identity, nth);
        let outcome = self.variant.handle(&mut self.rust, &message, &mut outbox);
        (outcome, outbox.into_entries().into_iter().map(sorted).collect())
    }
}

/// Whether the errors, if there are any, read alike up to the name of the value in them, and
/// to what a reader of JSON says of bad JSON.
fn same_error(rust: &Result<Label, HandlerError>, lua: &Outcome) -> bool {
    match (rust, lua) {
        (Ok(_), Outcome::Done) => true,
        (Err(HandlerError(text)), Outcome::Threw(lua)) if text.contains("JSON") => {
            lua.contains("JSON")
        }
        (Err(HandlerError(text)), Outcome::Threw(lua)) => {
            lua.contains(text.split_once(" value").map_or(text.as_str(), |(stem, _)| stem))
        }
        _ => false,
    }
}

fn outgoing(sent: &Sent) -> Outgoing {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let value = |value: &TagValue| text(value.text().expect("every tag is a text"));
    let tags = sent.tags.iter().map(|(name, tag)| (text(name), value(tag)));
    let target = sent.target.as_deref().expect("a target");
    Outgoing { target: text(target).into(), tags: tags.collect(), data: text(&sent.data).into() }
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
