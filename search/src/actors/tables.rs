//! A whole system as numbers: its local states, messages and steps, and all of its states.
//!
//! For other tools, which count the states without this engine. Written for clarity, like
//! [`plain`](super::plain), so it is for systems that are small.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher, Hash};

use stateright::actor::{Actor, Envelope, Id};

use super::local::{Local, Outcome, act, events, receive, start};
use super::network::{Delivery, Ignored, Network};
use super::properties::Properties;

/// A system as numbers. Local states of an actor and messages are counted from 0, and the local
/// state that an actor begins with is its 0.
pub struct Tables<M> {
    pub network: Network,
    /// How many local states each actor has.
    pub locals: Vec<usize>,
    pub messages: Vec<Sent<M>>,
    /// What an actor does in a local state with a message. Nothing where it leaves the message in
    /// flight.
    pub deliveries: Vec<BTreeMap<(u32, u32), Option<Step>>>,
    /// What an actor may do on its own in a local state.
    pub own: Vec<BTreeMap<u32, Vec<Step>>>,
    /// All states, the first one first, each with the bits of the properties that fire.
    pub states: Vec<(Numbers, u64)>,
}

/// A message, and who gets it.
pub struct Sent<M> {
    pub message: M,
    /// Nobody, if no actor has this id.
    pub receiver: Option<usize>,
    /// Whether the network may deliver it and keep a copy.
    pub may_repeat: bool,
}

/// What an actor does: its local state afterwards, and the messages that it sends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Step {
    pub local: u32,
    pub sent: Vec<u32>,
}

/// A state as numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Numbers {
    /// The local state of each actor.
    pub locals: Vec<u32>,
    /// The messages in flight, each with its status: 1 fresh, 2 kept.
    pub flight: BTreeMap<u32, u8>,
    /// Counted duplicates and losses.
    pub faults: [u8; 2],
}

impl<M> Tables<M> {
    /// Spells out a system of at most so many states.
    ///
    /// # Errors
    /// Why it cannot be: it has more states, its network counts copies, an actor sends messages
    /// before anything happens, or it saves to storage.
    pub fn of<A, P>(
        actors: &[A],
        network: Network,
        judge: &P,
        most_states: usize,
    ) -> Result<Self, String>
    where
        M: Clone + Ord,
        A: Actor<Timer: Ord, Msg = M>,
        P: Properties<A>,
    {
        if network.delivery == Delivery::Multiset {
            return Err("a network that counts copies cannot be spelled out".to_owned());
        }
        let mut walk = Walk {
            actors,
            judge,
            locals: actors.iter().map(|_| Numbered::default()).collect(),
            envelopes: Vec::new(),
            numbers: BTreeMap::new(),
            tables: Self {
                network,
                locals: Vec::new(),
                messages: Vec::new(),
                deliveries: vec![BTreeMap::new(); actors.len()],
                own: vec![BTreeMap::new(); actors.len()],
                states: Vec::new(),
            },
        };
        walk.all(most_states)?;
        walk.tables.locals = walk.locals.iter().map(|one| one.all.len()).collect();
        Ok(walk.tables)
    }
}

/// The distinct local states of an actor.
struct Numbered<A: Actor> {
    all: Vec<Local<A>>,
    by_hash: HashMap<u64, Vec<u32>>,
}

impl<A: Actor> Default for Numbered<A> {
    fn default() -> Self {
        Self { all: Vec::new(), by_hash: HashMap::new() }
    }
}

impl<A: Actor<Timer: Ord>> Numbered<A> {
    fn number(&mut self, local: Local<A>) -> u32 {
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let hash = hasher.hash_one((&local.state, &local.choices, &local.timers));
        let alike = self.by_hash.entry(hash).or_default();
        let known = alike.iter().find(|number| self.all[**number as usize] == local);
        known.copied().unwrap_or_else(|| {
            let number = number_of(self.all.len());
            self.all.push(local);
            alike.push(number);
            number
        })
    }
}

fn number_of(place: usize) -> u32 {
    u32::try_from(place).expect("fewer parts than states")
}

struct Walk<'a, A: Actor, P> {
    actors: &'a [A],
    judge: &'a P,
    locals: Vec<Numbered<A>>,
    envelopes: Vec<Envelope<A::Msg>>,
    numbers: BTreeMap<Envelope<A::Msg>, u32>,
    tables: Tables<A::Msg>,
}

impl<A, P> Walk<'_, A, P>
where
    A: Actor<Timer: Ord, Msg: Ord>,
    P: Properties<A>,
{
    /// Walks through all states, nearest first.
    fn all(&mut self, most: usize) -> Result<(), String> {
        let mut seen = HashSet::new();
        let first = self.first()?;
        self.found(&mut seen, first);
        let mut next = 0;
        while next < self.tables.states.len() {
            let state = self.tables.states[next].0.clone();
            for after in self.after(&state)? {
                self.found(&mut seen, after);
            }
            if let Some(failure) = self.judge.failure() {
                return Err(failure);
            }
            if self.tables.states.len() > most {
                return Err(format!("it has more than {most} states"));
            }
            next += 1;
        }
        Ok(())
    }

    fn found(&mut self, seen: &mut HashSet<Numbers>, state: Numbers) {
        if !seen.insert(state.clone()) {
            return;
        }
        let actors = |actor: usize| self.judge.summary(actor, &self.local(actor, &state).state);
        let in_flight = state
            .flight
            .iter()
            .map(|(message, status)| (self.judge.tag(&self.envelopes[*message as usize]), *status));
        let fires = self.judge.judge(actors, in_flight);
        self.tables.states.push((state, fires));
    }

    fn local(&self, actor: usize, state: &Numbers) -> &Local<A> {
        &self.locals[actor].all[state.locals[actor] as usize]
    }

    fn first(&mut self) -> Result<Numbers, String> {
        let mut locals = Vec::new();
        for (actor, behaviour) in self.actors.iter().enumerate() {
            let step = start(behaviour, Id::from(actor))?;
            let step = self.step(actor, step);
            if !step.sent.is_empty() {
                return Err(format!("actor {actor} sends messages before anything happens"));
            }
            locals.push(step.local);
        }
        Ok(Numbers { locals, flight: BTreeMap::new(), faults: [0; 2] })
    }

    fn step(&mut self, actor: usize, outcome: Outcome<A>) -> Step {
        let local = self.locals[actor].number(outcome.local);
        let sent = outcome.sent.into_iter().map(|envelope| self.message(envelope)).collect();
        Step { local, sent }
    }

    fn message(&mut self, envelope: Envelope<A::Msg>) -> u32 {
        if let Some(known) = self.numbers.get(&envelope) {
            return *known;
        }
        let number = number_of(self.envelopes.len());
        self.tables.messages.push(Sent {
            message: envelope.msg.clone(),
            receiver: Some(usize::from(envelope.dst)).filter(|actor| *actor < self.actors.len()),
            may_repeat: self.judge.may_repeat(&envelope),
        });
        self.envelopes.push(envelope.clone());
        self.numbers.insert(envelope, number);
        number
    }

    /// The states that come directly after this one.
    fn after(&mut self, state: &Numbers) -> Result<Vec<Numbers>, String> {
        let mut after = Vec::new();
        let network = self.tables.network;
        for (message, status) in &state.flight {
            let Sent { receiver, may_repeat, .. } = self.tables.messages[*message as usize];
            if let Some(actor) = receiver
                && let Some(step) = self.delivery(actor, state.locals[actor], *message)?
            {
                let mut without = state.clone();
                without.flight.remove(message);
                after.push(without.then(actor, &step));
                let may_repeat = may_repeat && *status == 1;
                if may_repeat && network.duplicates.allows(state.faults[0]) {
                    let mut kept = state.clone();
                    kept.faults[0] += u8::from(network.duplicates.counted());
                    kept.flight.insert(*message, 2);
                    after.push(kept.then(actor, &step));
                }
            }
            if network.losses.allows(state.faults[1]) {
                let mut lost = state.clone();
                lost.faults[1] += u8::from(network.losses.counted());
                lost.flight.remove(message);
                after.push(lost);
            }
        }
        for (actor, local) in state.locals.iter().enumerate() {
            let steps = self.own(actor, *local)?;
            after.extend(steps.iter().map(|step| state.clone().then(actor, step)));
        }
        Ok(after)
    }

    fn delivery(&mut self, actor: usize, local: u32, message: u32) -> Result<Option<Step>, String> {
        if let Some(known) = self.tables.deliveries[actor].get(&(local, message)) {
            return Ok(known.clone());
        }
        let envelope = &self.envelopes[message as usize];
        let before = &self.locals[actor].all[local as usize];
        let outcome = receive(&self.actors[actor], before, envelope)?;
        let is_left = outcome.ignored && self.tables.network.ignored == Ignored::Left;
        let step = if outcome.ignored {
            Step { local, sent: Vec::new() }
        } else {
            self.step(actor, outcome)
        };
        let step = Some(step).filter(|_| !is_left);
        self.tables.deliveries[actor].insert((local, message), step.clone());
        Ok(step)
    }

    fn own(&mut self, actor: usize, local: u32) -> Result<Vec<Step>, String> {
        if let Some(known) = self.tables.own[actor].get(&local) {
            return Ok(known.clone());
        }
        let before = self.locals[actor].all[local as usize].clone();
        let mut steps = Vec::new();
        for event in events(&before) {
            let outcome = act(&self.actors[actor], Id::from(actor), &before, &event)?;
            if !outcome.ignored {
                steps.push(self.step(actor, outcome));
            }
        }
        self.tables.own[actor].insert(local, steps.clone());
        Ok(steps)
    }
}

impl Numbers {
    /// The state after a step of an actor.
    fn then(mut self, actor: usize, step: &Step) -> Self {
        self.locals[actor] = step.local;
        self.flight.extend(step.sent.iter().map(|message| (*message, 1)));
        self
    }
}
