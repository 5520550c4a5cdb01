//! The messages between processes: in flight, and evaluated but repeatable.
//!
//! A repeat is modelled as one step, "evaluate this message again", taken from a log of
//! what was evaluated before. That loses nothing: on AO a repeat reads the sender's
//! permanent outbox, so it can happen at any later time; putting a second copy in flight
//! and delivering it later is the same as repeating it then. A repeat that overtakes the
//! original is the same run with the two names exchanged.

use crate::identity::Identity;
use crate::message::{Address, Copy, Message};
use crate::profile::{Dedupe, Order};
use crate::renaming::{Rename, Renaming};
use crate::shared::Shared;

/// A message that was evaluated and may be evaluated again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Logged {
    /// The message as first delivered.
    pub message: Shared<Message>,
    /// How often it was evaluated: at least once.
    pub evaluations: u8,
    /// Whether it was assigned to its target. A re-pushed copy has an Id of its own, which
    /// could be assigned once more; that is not modelled.
    pub assigned: bool,
}

impl Rename for Logged {
    fn renamed(&self, names: &Renaming) -> Self {
        Self { message: self.message.renamed(names), ..self.clone() }
    }
}

/// What one step does to the network, beside what its evaluation sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Change {
    /// This message leaves.
    pub take: Option<Identity>,
    /// This one is evaluated again.
    pub repeat: Option<(Identity, Copy)>,
    /// This one was evaluated and may be repeated.
    pub record: Option<Shared<Message>>,
    /// This one is put in flight.
    pub post: Option<Shared<Message>>,
    /// Nothing can be repeated any more.
    pub forget: bool,
    /// Nothing can be assigned any more.
    pub drop_foreign: bool,
}

impl Change {
    /// Nothing is repeated or assigned any more: what a rescue starts with.
    pub fn to_rescue() -> Self {
        Self { forget: true, drop_foreign: true, ..Self::default() }
    }
}

/// All that can still arrive somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    /// Sent and not yet delivered. Sorted by identity where order does not matter; by
    /// channel, and in each channel by age, where it does.
    in_flight: Vec<Shared<Message>>,
    /// Evaluated, sorted by identity; kept only while a repeat is possible.
    log: Vec<Logged>,
}

impl Network {
    pub fn in_flight(&self) -> impl Iterator<Item = &Shared<Message>> {
        self.in_flight.iter()
    }

    /// Whether nothing is on its way between the processes.
    pub fn is_at_rest(&self) -> bool {
        !self.in_flight.iter().any(|message| message.is_between_processes())
    }

    /// Whether nothing can arrive here that could not in `before`, nor was taken out between
    /// the processes.
    pub fn adds_nothing_to(&self, before: &Self) -> bool {
        let between = |network: &Self| {
            let flying = network.in_flight.iter();
            flying.filter(|m| m.is_between_processes()).cloned().collect::<Vec<_>>()
        };
        let known = |logged: &Logged| before.log.iter().any(|l| l.message == logged.message);
        between(self) == between(before)
            && self.in_flight.iter().all(|m| before.in_flight.contains(m))
            && self.log.iter().all(known)
    }

    /// The same with names exchanged.
    #[must_use]
    pub fn renamed(&self, names: &Renaming, order: Order) -> Self {
        let mut renamed = Self {
            in_flight: self.in_flight.iter().map(|message| message.renamed(names)).collect(),
            log: self.log.iter().map(|logged| logged.renamed(names)).collect(),
        };
        match order {
            Order::Any => renamed.in_flight.sort_by(|a, b| a.identity.cmp(&b.identity)),
            Order::Fifo => renamed.in_flight.sort_by(|a, b| channel(a).cmp(&channel(b))),
        }
        renamed.log.sort_by(|a, b| a.message.identity.cmp(&b.message.identity));
        renamed
    }

    /// The messages of `parts` together, where order does not matter.
    pub fn joined<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut whole = Self::default();
        for part in parts {
            whole.in_flight.extend(part.in_flight.iter().cloned());
            whole.log.extend(part.log.iter().cloned());
        }
        whole.in_flight.sort_by(|a, b| a.identity.cmp(&b.identity));
        whole.log.sort_by(|a, b| a.message.identity.cmp(&b.message.identity));
        whole
    }

    /// The messages that may be evaluated again.
    pub fn log(&self) -> impl Iterator<Item = &Logged> {
        self.log.iter()
    }

    fn send(&mut self, order: Order, message: Shared<Message>) {
        let place = match order {
            Order::Any => self.in_flight.partition_point(|m| m.identity < message.identity),
            Order::Fifo => self.in_flight.partition_point(|m| channel(m) <= channel(&message)),
        };
        self.in_flight.insert(place, message);
    }

    /// The messages that may arrive next.
    pub fn deliverable(&self, order: Order) -> impl Iterator<Item = &Shared<Message>> {
        self.in_flight.iter().enumerate().filter_map(move |(i, message)| {
            let waits = order == Order::Fifo
                && i.checked_sub(1)
                    .is_some_and(|i| channel(&self.in_flight[i]) == channel(message));
            (!waits).then_some(message)
        })
    }

    /// The copy of a logged message that a repeat of this kind delivers, and how often it
    /// was evaluated before; nothing if the infrastructure filters it out.
    pub fn repeated(
        &self,
        identity: &Identity,
        copy: Copy,
        dedupe: Dedupe,
    ) -> Option<(Message, u8)> {
        let logged = self.log.iter().find(|l| l.message.identity == *identity)?;
        dedupe
            .evaluates_again(&logged.message, copy, logged.assigned)
            .then(|| (logged.message.copy(copy, logged.evaluations), logged.evaluations))
    }

    /// Does what one step does to the network, and puts in flight what it has sent.
    pub(crate) fn apply(&mut self, change: &Change, sent: &[Shared<Message>], order: Order) {
        if let Some(identity) = &change.take {
            self.in_flight.retain(|m| m.identity != *identity);
        }
        if let Some((identity, copy)) = &change.repeat {
            self.repeat(identity, *copy);
        }
        if let Some(message) = &change.record {
            self.record(message.clone());
        }
        for message in change.post.iter().chain(sent) {
            self.send(order, message.clone());
        }
        if change.forget {
            self.log.clear();
        }
        if change.drop_foreign {
            self.in_flight.retain(|m| m.is_between_processes());
        }
    }

    fn repeat(&mut self, identity: &Identity, copy: Copy) {
        let logged = self.log.iter_mut().find(|l| l.message.identity == *identity);
        if let Some(logged) = logged {
            logged.evaluations = logged.evaluations.saturating_add(1);
            logged.assigned |= copy == Copy::Assignment;
        }
    }

    fn record(&mut self, message: Shared<Message>) {
        let place = self.log.partition_point(|l| l.message.identity < message.identity);
        self.log.insert(place, Logged { message, evaluations: 1, assigned: false });
    }
}

fn channel(message: &Message) -> (&Address, &Address) {
    (&message.from, &message.target)
}
