//! What an audit says.

use crate::compare::Difference;
use crate::join::{Again, Verdict};
use crate::money::Sum;
use crate::schedule::Flaw;
use serde::Serialize;

/// All that an audit says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// The page.
    pub system: String,
    /// The logs.
    pub processes: Vec<OfProcess>,
    /// What is wrong with them.
    pub flaws: Vec<Flaw>,
    /// Fate of what was sent.
    pub deliveries: Deliveries,
    /// What faults of the network cost.
    pub sums: Vec<Sum>,
    /// The promises, in the order of the page.
    pub promises: Vec<OfPromise>,
    /// What else to know.
    pub notes: Vec<String>,
}

/// The log of one process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfProcess {
    /// The id of the process, 43 characters of base64url.
    pub id: String,
    /// Its name on the page, if it is there.
    pub name: Option<String>,
    /// How many entries there are.
    pub entries: usize,
    /// The first slot.
    pub first: u64,
    /// The last slot.
    pub last: u64,
    /// Whether nothing is missing and all is in order.
    pub is_complete: bool,
    /// How many links of its hash chain fit; nothing where there is no chain.
    pub chain: Option<usize>,
    /// Evaluations that were compared with what was recorded.
    pub compared: usize,
    /// Evaluations without a record.
    pub unrecorded: usize,
    /// Evals of the owner, which were not run.
    pub evals: Vec<u64>,
    /// The versions that ran, where several were given: file, and from which slot on.
    pub versions: Vec<Ran>,
    /// The first evaluation that differs from what was recorded.
    pub differs: Option<Differs>,
    /// From which slot on its state is not known, and why.
    pub unknown: Option<Unknown>,
    /// Its books at the end.
    pub books: Vec<String>,
}

/// A version of the handlers that ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ran {
    /// The slot from which on it ran.
    pub from: u64,
    /// The file as it was named.
    pub file: String,
}

/// The first difference of a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Differs {
    /// The slot of the evaluation that differs.
    pub slot: u64,
    /// The message that was evaluated, in words.
    pub message: String,
    /// What is expected and what is recorded.
    #[serde(flatten)]
    pub difference: Difference,
}

/// From when on the state of a process is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// The first slot after which it is not known.
    pub slot: u64,
    /// The reason, in words.
    pub why: String,
}

/// Fate of what was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Deliveries {
    /// Entries that arrived once.
    pub delivered: usize,
    /// Entries for wallets, and for processes whose logs are not there.
    pub outside: usize,
    /// Entries that no messenger takes.
    pub untaken: usize,
    /// Items from processes whose logs are not there.
    pub from_outside: usize,
    /// Entries that arrived again, never arrived, or that the log leaves open.
    pub others: Vec<Delivery>,
    /// Messages of people that came again.
    pub repeated: Vec<Repeated>,
    /// Items that the log leaves open whether their senders sent them.
    pub cannot_tell: Vec<Doubtful>,
}

/// Fate of one entry of an outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// What can be said.
    pub verdict: Verdict,
    /// Who sent it.
    pub from: String,
    /// By the evaluation of this slot.
    pub slot: u64,
    /// Its place in the outbox, from 1.
    pub index: usize,
    /// The tag by which its items are found; nothing where its sender writes none.
    pub reference: Option<String>,
    /// Who was to get it.
    pub to: String,
    /// The entry in words: Action, receiver, tags.
    pub message: String,
    /// Where it arrived.
    pub arrivals: Vec<Arrived>,
    /// Why that is so, or why nothing more can be said.
    pub why: String,
}

/// One arrival.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arrived {
    /// Its slot in the log of the receiver.
    pub slot: u64,
    /// The id that it had there.
    pub id: String,
    /// How it came again, if it did.
    pub again: Option<Again>,
    /// Whether it changed or sent something, if that is known.
    pub has_effect: Option<bool>,
}

/// A message of a person that came again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repeated {
    /// The name or id of the process that got it.
    pub process: String,
    /// The slot at which it came again.
    pub slot: u64,
    /// The slot at which it came first.
    pub first: u64,
    /// How it can be told that it came again.
    pub again: Again,
    /// Whether it changed or sent something, if that is known.
    pub has_effect: Option<bool>,
}

/// An item that the log leaves open whether its sender sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Doubtful {
    /// The process that got it.
    pub process: String,
    /// The slot of the item.
    pub slot: u64,
    /// The reason, in words.
    pub why: String,
}

/// How a promise stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfPromise {
    /// Its name.
    pub promise: String,
    /// How it stands.
    pub kind: Stands,
    /// What broke it, or why nobody can tell.
    pub why: String,
    /// Where it was broken, seen, or known for the last time.
    pub at: Option<Moment>,
    /// The books of the process before that message, as far as it changed them.
    pub before: Vec<String>,
    /// The same after it.
    pub after: Vec<String>,
}

/// How a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stands {
    /// It held all the time.
    Kept,
    /// It was broken.
    Broken,
    /// The log does not say.
    CannotTell,
    /// It was to be seen, and was.
    Seen,
    /// It was to be seen, and was not.
    NotSeen,
    /// It is about what is still possible, which no log says.
    NotAsked,
}

/// A message that did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// The name of the process; empty before the first message.
    pub process: String,
    /// The slot of the message.
    pub slot: u64,
    /// The id of the message.
    pub id: String,
    /// The message in words: Action, amount, sender.
    pub message: String,
    /// Milliseconds.
    pub timestamp: i64,
}

impl Audit {
    /// Whether a promise is broken, the handlers differ from what was recorded, or money was
    /// counted twice.
    pub fn is_broken(&self) -> bool {
        let is_doubled = |sum: &Sum| sum.kind == crate::money::Loss::Doubled;
        self.promises.iter().any(|promise| promise.kind == Stands::Broken)
            || self.processes.iter().any(|process| process.differs.is_some())
            || self.sums.iter().any(is_doubled)
    }

    /// Whether the log leaves something open.
    pub fn is_open(&self) -> bool {
        let is_open = |delivery: &Delivery| delivery.verdict == Verdict::CannotTell;
        !self.flaws.is_empty()
            || !self.sums.is_empty()
            || !self.deliveries.cannot_tell.is_empty()
            || self.deliveries.others.iter().any(is_open)
            || self.promises.iter().any(|promise| promise.kind == Stands::CannotTell)
            || self.processes.iter().any(|process| process.unknown.is_some())
    }
}
