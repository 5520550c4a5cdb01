//! What all threads share: every local state, envelope and step, once.

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashTable};
use stateright::actor::{Actor, Envelope, Id};

use super::local::{Event, Local, Outcome, act, events, receive};
use super::properties::Properties;
use super::share::{Part, Share};
use crate::system::{Fingerprint, content_hash};

/// A memoised step of one actor.
#[derive(Clone, Copy, Debug)]
pub struct Step<F = u64> {
    /// What XOR does to the fingerprint for the new local state.
    pub delta: F,
    /// The new local state.
    pub local: u32,
    /// What is sent, see [`Sends`].
    pub sends: Sends,
}

/// What a step sends, in four bytes: one envelope, a list of them, or one of the constants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sends(pub u32);

impl Sends {
    pub const NOTHING: Self = Self(u32::MAX);
    /// The handler did nothing at all; the step counts for nothing else.
    pub const IGNORED: Self = Self(u32::MAX - 1);
    /// The step has not been looked up yet.
    pub const UNKNOWN: Self = Self(u32::MAX - 2);
    /// From here on, less this, it is the index of a list.
    pub const LISTS: u32 = 1 << 31;

    /// The envelopes that are sent.
    #[inline]
    pub fn envelopes(self, lists: &[Box<[u32]>]) -> impl Iterator<Item = usize> {
        let (one, many) = match self {
            Self::NOTHING | Self::IGNORED => (None, &[][..]),
            Self(list) if list >= Self::LISTS => (None, &*lists[(list - Self::LISTS) as usize]),
            Self(one) => (Some(one), &[][..]),
        };
        one.into_iter().chain(many.iter().copied()).map(|envelope| envelope as usize)
    }
}

impl<F: Default> Step<F> {
    pub fn unknown() -> Self {
        Self { delta: F::default(), local: 0, sends: Sends::UNKNOWN }
    }
}

/// A local state and what is known of it.
pub struct LocalRecord<A: Actor, P: Properties<A>> {
    pub local: Local<A>,
    pub share: P::Share,
    pub summary: P::Summary,
    /// Its own events have consecutive numbers.
    pub first_event: u32,
    pub events: u32,
}

/// An envelope and what is known of it.
pub struct EnvelopeRecord<A: Actor, P: Properties<A>> {
    pub envelope: Envelope<A::Msg>,
    /// Its share of the fingerprint by status; zero where it is not in flight.
    pub shares: [P::Share; 4],
    pub tag: P::Tag,
    pub may_repeat: bool,
}

/// An event of an actor in one of its local states.
pub struct EventRecord<T, R> {
    pub actor: usize,
    pub local: u32,
    pub event: Event<T, R>,
}

type Result<T> = std::result::Result<T, String>;

/// What a memoised step is a step of.
#[derive(Clone, Copy, Debug)]
pub enum Cause {
    Message { envelope: u32, local: u32 },
    Own { event: u32 },
}

/// All records. Ids depend on the timing of threads; shares, and so fingerprints, do not.
pub struct Store<A: Actor, P: Properties<A>> {
    pub locals: Vec<Vec<LocalRecord<A, P>>>,
    /// By identity: the actor, the id, and the identity once more.
    local_index: HashTable<(usize, u32, u64)>,
    pub envelopes: Vec<EnvelopeRecord<A, P>>,
    envelope_index: HashMap<Envelope<A::Msg>, u32, RandomState>,
    pub events: Vec<EventRecord<A::Timer, A::Random>>,
    pub lists: Vec<Box<[u32]>>,
    steps: HashMap<(u32, u32), Step<P::Share>, RandomState>,
    own_steps: HashMap<u32, Step<P::Share>, RandomState>,
    /// Of every step memoised, in order, for those who look at all of them.
    pub causes: Vec<Cause>,
    /// Envelopes that fit a global state.
    most: usize,
}

impl<A: Actor<Timer: Ord>, P: Properties<A>> Store<A, P> {
    pub fn new(actors: usize, most: usize) -> Self {
        Self {
            locals: (0..actors).map(|_| Vec::new()).collect(),
            local_index: HashTable::new(),
            envelopes: Vec::new(),
            envelope_index: HashMap::default(),
            events: Vec::new(),
            lists: Vec::new(),
            steps: HashMap::default(),
            own_steps: HashMap::default(),
            causes: Vec::new(),
            most,
        }
    }

    /// Grows with everything that is new: local states, envelopes, steps.
    pub fn size(&self) -> [usize; 3] {
        let locals = self.locals.iter().map(Vec::len).sum();
        [locals, self.envelopes.len(), self.causes.len()]
    }

    /// The step an envelope causes in a local state of its receiver.
    pub fn message_step(
        &mut self,
        actors: &[A],
        properties: &P,
        envelope: u32,
        local: u32,
    ) -> Result<Step<P::Share>> {
        if let Some(step) = self.steps.get(&(envelope, local)) {
            return Ok(*step);
        }
        let sent = &self.envelopes[envelope as usize].envelope;
        let actor = usize::from(sent.dst);
        let before = &self.locals[actor][local as usize];
        let outcome = receive(&actors[actor], &before.local, sent)?;
        let step = self.step(properties, actor, local, outcome)?;
        self.steps.insert((envelope, local), step);
        self.causes.push(Cause::Message { envelope, local });
        Ok(step)
    }

    /// The step an actor takes on its own.
    pub fn own_step(&mut self, actors: &[A], properties: &P, event: u32) -> Result<Step<P::Share>> {
        if let Some(step) = self.own_steps.get(&event) {
            return Ok(*step);
        }
        let record = &self.events[event as usize];
        let (actor, local) = (record.actor, record.local);
        let before = &self.locals[actor][local as usize].local;
        let outcome = act(&actors[actor], Id::from(actor), before, &record.event)?;
        let step = self.step(properties, actor, local, outcome)?;
        self.own_steps.insert(event, step);
        self.causes.push(Cause::Own { event });
        Ok(step)
    }

    /// What an envelope made its receiver send in a local state, where that is memoised.
    pub fn sent(&self, envelope: u32, local: u32) -> impl Iterator<Item = usize> {
        self.steps[&(envelope, local)].sends.envelopes(&self.lists)
    }

    fn step(
        &mut self,
        properties: &P,
        actor: usize,
        local: u32,
        outcome: Outcome<A>,
    ) -> Result<Step<P::Share>> {
        if outcome.ignored {
            return Ok(Step { delta: P::Share::default(), local, sends: Sends::IGNORED });
        }
        let next = self.local(properties, actor, outcome.local)?;
        let records = &self.locals[actor];
        let delta = records[local as usize].share ^ records[next as usize].share;
        let sent = outcome.sent.into_iter();
        let sent = sent.map(|envelope| self.envelope(properties, envelope));
        let sent = sent.collect::<Result<Vec<u32>>>()?;
        Ok(Step { delta, local: next, sends: self.sends(sent) })
    }

    fn sends(&mut self, sent: Vec<u32>) -> Sends {
        match sent[..] {
            [] => Sends::NOTHING,
            [one] => Sends(one),
            _ => {
                self.lists.push(sent.into());
                Sends(Sends::LISTS + small(self.lists.len() - 1))
            }
        }
    }

    /// The id of a local state.
    pub fn local(&mut self, properties: &P, actor: usize, local: Local<A>) -> Result<u32> {
        let content = (actor, &local.state, &local.choices, &local.timers);
        let share = P::Share::of(properties, content_hash(&content), &Part::Local(content));
        let Fingerprint { identity, .. } = share.into();
        let same = |entry: &(usize, u32, u64)| entry.2 == identity;
        if let Some(&(owner, id, _)) = self.local_index.find(identity, same) {
            let known = &self.locals[owner][id as usize].local;
            if owner != actor || *known != local {
                return Err(format!(
                    "two different local states of actor {actor} have the same hash: {:?} and \
                     {:?}; does Hash cover all that PartialEq compares, lengths included?",
                    known.state, local.state
                ));
            }
            return Ok(id);
        }
        let id = small(self.locals[actor].len());
        let first_event = small(self.events.len());
        let own = events(&local).into_iter();
        self.events.extend(own.map(|event| EventRecord { actor, local: id, event }));
        self.local_index.insert_unique(identity, (actor, id, identity), |entry| entry.2);
        let summary = properties.summary(actor, &local.state);
        self.locals[actor].push(LocalRecord {
            local,
            share,
            summary,
            first_event,
            events: small(self.events.len()) - first_event,
        });
        Ok(id)
    }

    /// The id of an envelope.
    pub fn envelope(&mut self, properties: &P, envelope: Envelope<A::Msg>) -> Result<u32> {
        if let Some(id) = self.envelope_index.get(&envelope) {
            return Ok(*id);
        }
        let id = self.envelopes.len();
        if id == self.most {
            return Err(format!(
                "more than {id} distinct envelopes; give the system more words, 32 envelopes each"
            ));
        }
        self.envelope_index.insert(envelope.clone(), small(id));
        let share = |status: u8| {
            let content = (&envelope, status);
            P::Share::of(properties, content_hash(&content), &Part::Envelope(content))
        };
        self.envelopes.push(EnvelopeRecord {
            shares: [P::Share::default(), share(1), share(2), share(3)],
            tag: properties.tag(&envelope),
            may_repeat: properties.may_repeat(&envelope),
            envelope,
        });
        Ok(small(id))
    }
}

/// Ids take four bytes; their two highest bits are spoken for.
pub fn small(index: usize) -> u32 {
    assert!(index < 1 << 30, "fewer than 2^30 local states and envelopes");
    u32::try_from(index).expect("just checked")
}
