//! What aos does around every handler: who is let in, and what a failure leaves.
//!
//! Sources: SEMANTICS A2 (a handler that throws), A3 (trust, assignments).

use crate::identity::Identity;
use crate::message::{Address, MU, Message, Outgoing, Tags, tag};
use crate::shared::Shared;
use aos::Admission;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::fmt;

/// A short, stable name for what a handler did with a message: `mint`,
/// `refused: duplicate`. Witnesses and reports refer to these.
pub type Label = SmolStr;

/// The error a handler threw.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HandlerError(pub SmolStr);

impl HandlerError {
    /// An error with this text.
    pub fn new(text: &'static str) -> Self {
        Self(SmolStr::new_static(text))
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The handlers of one process: a step from state and message to new state and
/// outbox, or to an error.
pub trait Handlers {
    /// Everything the handlers can leave behind.
    type State: Clone;

    /// Handles one message that aos let in.
    ///
    /// # Errors
    /// The error the handler threw. What it had changed and sent by then stays in
    /// `state` and `outbox`; [`Process::evaluate`] decides whether that survives.
    fn handle(
        &self,
        state: &mut Self::State,
        message: &Message,
        outbox: &mut Outbox<'_>,
    ) -> Result<Label, HandlerError>;

    /// Whether a message like this can never change the state nor send anything,
    /// whatever the state. Saying `false` is always sound.
    fn ignores(&self, _message: &Message) -> bool {
        false
    }

    /// Whether aos believes that a message is from whom it says, in this state of a process that
    /// was spawned with these authorities (SEMANTICS A3).
    fn trusts(&self, _state: &Self::State, message: &Message, spawned_with: &[Address]) -> bool {
        aos::trusts(spawned_with, &message.owner, &message.from)
    }

    /// What a platform that undoes all that a throwing handler did goes back to. Handlers
    /// that are watched keep what was seen of them.
    fn undone(&self, before: &Self::State, _after: &Self::State) -> Self::State {
        before.clone()
    }
}

/// The messages that one evaluation has sent so far.
pub struct Outbox<'a> {
    cause: &'a Identity,
    evaluation: u8,
    entries: Vec<Outgoing>,
}

impl<'a> Outbox<'a> {
    /// An empty outbox for evaluation number `evaluation` of `cause`.
    pub fn new(cause: &'a Identity, evaluation: u8) -> Self {
        Self { cause, evaluation, entries: Vec::new() }
    }

    /// `ao.send`: queues a message and returns the Reference it will carry.
    pub fn send(&mut self, target: impl Into<Address>, tags: Tags) -> Identity {
        self.send_with_data(target, tags, SmolStr::default())
    }

    /// `ao.send` with a body.
    pub fn send_with_data(
        &mut self,
        target: impl Into<Address>,
        tags: Tags,
        data: SmolStr,
    ) -> Identity {
        self.entries.push(Outgoing { target: target.into(), tags, data });
        self.cause.caused(self.evaluation, self.entries.len() - 1)
    }

    /// An empty outbox for the same evaluation.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self::new(self.cause, self.evaluation)
    }

    /// How often the message was evaluated before.
    pub fn evaluation(&self) -> u8 {
        self.evaluation
    }

    /// The queued messages, in order.
    pub fn into_entries(self) -> Vec<Outgoing> {
        self.entries
    }
}

/// What survives of an evaluation whose handler threw (SEMANTICS A2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evaluation {
    /// Nothing: the previous memory is kept and nothing is sent (aos 2 on the legacynet CU).
    Atomic,
    /// Mutations and sends up to the error (aos 1, hyper-aos).
    Partial,
}

/// A process: handlers, and the rules of the platform it runs on.
#[derive(Clone, Debug)]
pub struct Process<H> {
    /// Its process id.
    pub address: Address,
    /// What it does with messages.
    pub handlers: H,
    /// What a throwing handler leaves behind.
    pub evaluation: Evaluation,
    /// The Authority tags of the process item. Without one, no pushed message gets in.
    pub authorities: Vec<Address>,
    /// Whether the owner has made Credit-Notices assignable (`ao.addAssignable`), so that
    /// notices addressed to others are handled too.
    pub notices_assignable: bool,
}

/// One evaluation: the state after it, what it sent, and what it says it did.
#[derive(Clone, Debug)]
pub struct Evaluated<S> {
    /// The state that survives.
    pub state: S,
    /// The messages that survive, with their identities.
    pub sent: Vec<Shared<Message>>,
    /// What happened, or the error that was thrown.
    pub outcome: Result<Label, HandlerError>,
}

impl<H: Handlers> Process<H> {
    /// A process as it is usually spawned: atomic, with the messenger as its authority.
    pub fn new(address: &'static str, handlers: H, evaluation: Evaluation) -> Self {
        Self {
            address: SmolStr::new_static(address),
            handlers,
            evaluation,
            authorities: vec![SmolStr::new_static(MU)],
            notices_assignable: false,
        }
    }

    /// Evaluates `message` for the `evaluation`-th time (counted from 0).
    pub fn evaluate(
        &self,
        state: &H::State,
        message: &Message,
        evaluation: u8,
    ) -> Evaluated<H::State> {
        self.evaluate_with(state, message, evaluation, self.notices_assignable)
    }

    /// The same, where whether Credit-Notices are assignable is part of what happened.
    pub fn evaluate_with(
        &self,
        state: &H::State,
        message: &Message,
        evaluation: u8,
        notices_assignable: bool,
    ) -> Evaluated<H::State> {
        let mut outbox = Outbox::new(&message.identity, evaluation);
        let mut after = state.clone();
        let outcome = match self.admits(state, message, notices_assignable) {
            Admission::Handled => self.handlers.handle(&mut after, message, &mut outbox),
            Admission::Untrusted => Ok(Label::new_static("dropped: not trusted")),
            Admission::AssignmentRefused => {
                let text = Admission::REFUSAL.into();
                outbox.send_with_data(message.from.clone(), Tags::default(), text);
                Ok(Label::new_static("refused: assignment"))
            }
        };
        if outcome.is_err() && self.evaluation == Evaluation::Atomic {
            let state = self.handlers.undone(state, &after);
            return Evaluated { state, sent: Vec::new(), outcome };
        }
        let sent = outbox.into_entries().into_iter().enumerate().map(|(entry, sent)| {
            Shared::new(Message::pushed(
                &self.address,
                &message.identity,
                (evaluation, entry),
                sent,
            ))
        });
        Evaluated { state: after, sent: sent.collect(), outcome }
    }

    fn admits(&self, state: &H::State, message: &Message, notices_assignable: bool) -> Admission {
        let is_assignable = notices_assignable && message.action() == "Credit-Notice";
        match self.handlers.trusts(state, message, &self.authorities) {
            false => Admission::Untrusted,
            true if message.target == self.address || is_assignable => Admission::Handled,
            true => Admission::AssignmentRefused,
        }
    }
}

/// The value under `name` that decides, where it is missing: an empty string.
pub(crate) fn first<'a>(message: &'a Message, name: &str) -> &'a str {
    message.tags.first(name).unwrap_or_default()
}

/// The `X-` tags of a message, which a token passes on with its notices (SEMANTICS A4).
/// Of a name that occurs twice, `pick` says which: [`Tags::first`] is what `msg.Tags` has,
/// [`Tags::last`] what `msg` has.
pub(crate) fn forwarded(
    message: &Message,
    pick: for<'a> fn(&'a Tags, &str) -> Option<&'a str>,
) -> impl Iterator<Item = (SmolStr, SmolStr)> {
    let names = message.tags.iter().map(|(name, _)| name);
    let mut passed: Vec<_> = names.filter(|name| name.starts_with("X-")).collect();
    passed.sort_unstable();
    passed.dedup();
    passed
        .into_iter()
        .filter_map(move |name| Some((name.into(), pick(&message.tags, name)?.into())))
}

/// Whether a token may announce this transfer: `Cast` asks it not to.
pub(crate) fn is_announced(message: &Message) -> bool {
    message.tags.last(tag::CAST).is_none()
}
