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
use std::sync::Arc;

/// A message that was evaluated and may be evaluated again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Logged {
    /// The message as first delivered.
    pub message: Arc<Message>,
    /// How often it was evaluated: at least once.
    pub evaluations: u8,
    /// Whether it was assigned to its target.
    pub assigned: bool,
}

/// All that can still arrive somewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    /// Sent and not yet delivered. Sorted by identity where order does not matter; by
    /// channel, and in each channel by age, where it does.
    in_flight: Vec<Arc<Message>>,
    /// Evaluated, sorted by identity; kept only while a repeat is possible.
    log: Vec<Logged>,
}

impl Network {
    /// The messages in flight.
    pub fn in_flight(&self) -> impl Iterator<Item = &Arc<Message>> {
        self.in_flight.iter()
    }

    /// The messages that may be evaluated again.
    pub fn log(&self) -> impl Iterator<Item = &Logged> {
        self.log.iter()
    }

    /// Puts a message in flight.
    pub fn send(&mut self, order: Order, message: Arc<Message>) {
        let place = match order {
            Order::Any => self.in_flight.partition_point(|m| m.identity < message.identity),
            Order::Fifo => self.in_flight.partition_point(|m| channel(m) <= channel(&message)),
        };
        self.in_flight.insert(place, message);
    }

    /// The messages that may arrive next.
    pub fn deliverable(&self, order: Order) -> impl Iterator<Item = &Arc<Message>> {
        self.in_flight.iter().enumerate().filter_map(move |(i, message)| {
            let waits = order == Order::Fifo
                && i.checked_sub(1).is_some_and(|i| channel(&self.in_flight[i]) == channel(message));
            (!waits).then_some(message)
        })
    }

    /// Takes a message out of flight.
    pub fn take(&mut self, identity: &Identity) -> Option<Arc<Message>> {
        let place = self.in_flight.iter().position(|m| m.identity == *identity)?;
        Some(self.in_flight.remove(place))
    }

    /// Notes that a message was evaluated for the first time and may be repeated.
    pub fn record(&mut self, message: Arc<Message>) {
        let place = self.log.partition_point(|l| l.message.identity < message.identity);
        self.log.insert(place, Logged { message, evaluations: 1, assigned: false });
    }

    /// The copy of a logged message that `copy` delivers and how often it was evaluated
    /// before, if the infrastructure lets it through; notes that it was.
    pub fn repeat(
        &mut self,
        identity: &Identity,
        copy: Copy,
        dedupe: Dedupe,
    ) -> Option<(Message, u8)> {
        let logged = self.log.iter_mut().find(|l| l.message.identity == *identity)?;
        if !dedupe.evaluates_again(&logged.message, copy, logged.assigned) {
            return None;
        }
        let before = logged.evaluations;
        logged.evaluations = before.saturating_add(1);
        logged.assigned |= copy == Copy::Assignment;
        Some((logged.message.copy(copy, before), before))
    }

    /// Forgets what was evaluated, when nothing can be repeated any more.
    pub fn forget(&mut self) {
        self.log.clear();
    }
}

fn channel(message: &Message) -> (&Address, &Address) {
    (&message.from, &message.target)
}
