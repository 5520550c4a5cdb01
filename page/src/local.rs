//! What one participant keeps.

use crate::message::Message;
use crate::page::Person;
use crate::process::Wrong;
use crate::world::Awaited;
use aos::State;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a participant keeps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Local {
    Process(OfProcess),
    Person(OfPerson),
    Nobody,
}

/// What a process keeps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OfProcess {
    pub state: State,
    /// What is remembered of it, as Lua would write it, in the order of the page.
    pub records: Vec<Arc<str>>,
    /// The messages whose evaluation changed or sent something, where one may arrive again.
    pub evaluated: BTreeSet<SmolStr>,
    /// What was wrong with its handlers, if that showed.
    pub wrong: Option<Wrong>,
    /// Whether it stands still for good.
    pub is_stopped: bool,
    /// The promises of steps that its last evaluation broke, by their places.
    pub marked: u64,
    /// The place of the instant on its clock.
    pub at: u8,
    /// What it sent and received.
    pub mail: Mail,
}

/// What a person keeps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OfPerson {
    /// How often it did each act.
    pub done: Vec<u8>,
    /// Of what it waits for: the last message by its Action, and the tags that are repeated.
    pub received: BTreeMap<SmolStr, BTreeMap<SmolStr, SmolStr>>,
    /// The place of the instant on its clock.
    pub at: u8,
    /// What it sent and received.
    pub mail: Mail,
}

impl OfPerson {
    /// What a person keeps who did and received nothing.
    pub fn new(person: &Person) -> Self {
        Self {
            done: vec![0; person.acts.len()],
            received: BTreeMap::new(),
            at: 0,
            mail: Mail::default(),
        }
    }

    /// What it keeps after a message, if that changes anything.
    pub fn after(&self, message: &Message, awaited: &Awaited) -> Option<Self> {
        let mut after = self.clone();
        after.mail.receive(message);
        let action = message.tag("Action").unwrap_or_default();
        if let Some(tags) = awaited.get(action) {
            let kept = tags
                .iter()
                .map(|tag| (tag.clone(), SmolStr::from(message.field(tag).unwrap_or_default())));
            after.received.insert(action.into(), kept.collect());
            after.at = after.at.max(message.at);
        }
        (after != *self).then_some(after)
    }
}

/// How many messages were sent to and received from each other participant. Nothing is counted
/// where order means nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mail {
    sent: BTreeMap<SmolStr, u16>,
    received: BTreeMap<SmolStr, u16>,
    again: BTreeSet<SmolStr>,
}

impl Mail {
    /// Gives a message its place behind all that were sent to its target.
    pub fn send(&mut self, message: &mut Message) {
        let sent = self.sent.entry(message.target.clone()).or_default();
        *sent += 1;
        message.place = *sent;
    }

    /// Whether it is the turn of a message, or it has arrived before.
    pub fn may_receive(&self, message: &Message) -> bool {
        message.place <= self.received.get(&message.from).copied().unwrap_or_default() + 1
    }

    /// Counts a message that arrives.
    pub fn receive(&mut self, message: &Message) {
        if message.place == 0 {
            return;
        }
        let received = self.received.entry(message.from.clone()).or_default();
        if message.place > *received {
            *received = message.place;
        } else {
            self.again.insert(message.id.clone());
        }
    }
}
