//! One thread's copy of what it needs of the store: plain arrays, no locks.

use stateright::actor::Actor;

use super::properties::Properties;
use super::share::Share;
use super::sleep::{Ties, order};
use super::state::{Lanes, PER_WORD, in_word};
use super::store::{Step, Store, small};

/// What a thread looks up for every state and step.
pub struct Cache<S, T, const W: usize, F = u64> {
    /// The version of the store this is a copy of.
    pub version: u64,
    /// By actor and local id.
    pub locals: Vec<Vec<LocalEntry<S>>>,
    /// By envelope id.
    pub envelopes: Vec<EnvelopeEntry<T, F>>,
    /// Steps of actors on their own, by event.
    pub own_steps: Vec<Step<F>>,
    /// The actors that take them.
    pub owners: Vec<u32>,
    pub lists: Vec<Box<[u32]>>,
    /// The envelopes that can arrive a second time.
    pub repeatable: Lanes<W>,
    /// Which steps can have to do with each other.
    pub ties: Ties<W>,
}

#[derive(Clone, Copy)]
pub struct LocalEntry<S> {
    pub summary: S,
    pub first_event: u32,
    pub events: u32,
}

pub struct EnvelopeEntry<T, F> {
    /// Its shares in a fingerprint by status.
    pub shares: [F; 4],
    pub tag: T,
    pub receiver: usize,
    /// Its place in an order of envelopes by content, see `sleep`.
    pub order: u8,
    /// By local id of the receiver.
    pub steps: Vec<Step<F>>,
}

impl<S: Copy, T: Copy, const W: usize, F: Copy + Default> Cache<S, T, W, F> {
    pub fn new(actors: usize) -> Self {
        Self {
            version: 0,
            locals: (0..actors).map(|_| Vec::new()).collect(),
            envelopes: Vec::new(),
            own_steps: Vec::new(),
            owners: Vec::new(),
            lists: Vec::new(),
            repeatable: [0; W],
            ties: Ties::new(actors),
        }
    }

    /// Copies what is new in the store.
    pub fn sync<A, P>(&mut self, store: &Store<A, P>, version: u64)
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Summary = S, Tag = T, Share = F>,
        F: Share<P>,
    {
        self.version = version;
        for (own, records) in self.locals.iter_mut().zip(&store.locals) {
            let new = records[own.len()..].iter();
            own.extend(new.map(|record| LocalEntry {
                summary: record.summary,
                first_event: record.first_event,
                events: record.events,
            }));
        }
        let new = store.envelopes.iter().enumerate().skip(self.envelopes.len());
        for (id, _) in new.filter(|(_, record)| record.may_repeat) {
            self.repeatable[id / PER_WORD] |= in_word(id);
        }
        let new = store.envelopes[self.envelopes.len()..].iter();
        self.envelopes.extend(new.map(|record| EnvelopeEntry {
            shares: record.shares,
            tag: record.tag,
            receiver: usize::from(record.envelope.dst),
            order: order(record.envelope.src, record.shares[1].into(), self.locals.len()),
            steps: Vec::new(),
        }));
        self.own_steps.resize(store.events.len(), Step::unknown());
        let new = store.events[self.owners.len()..].iter();
        self.owners.extend(new.map(|record| small(record.actor)));
        let new = &store.lists[self.lists.len()..];
        self.lists.extend_from_slice(new);
        self.ties.sync(store, &self.envelopes);
    }

    /// Remembers the step of an envelope.
    pub fn remember(&mut self, envelope: usize, local: u32, step: Step<F>) {
        let steps = &mut self.envelopes[envelope].steps;
        if steps.len() <= local as usize {
            steps.resize(local as usize + 1, Step::unknown());
        }
        steps[local as usize] = step;
    }
}
