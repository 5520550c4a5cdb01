//! The store together with all it takes to ask it something.

use stateright::actor::{Actor, Envelope};

use super::claims::Claims;
use crate::actors::local::Local;
use crate::actors::properties::Properties;
use crate::actors::store::{Cause, Sends, Step, Store};
use crate::actors::system::{ActorSystem, Shared};

type Result<T> = std::result::Result<T, String>;

/// The interned records of a system, locked, with its handlers and the claims about them.
pub struct Records<'a, A: Actor, P: Properties<A, Share = u64>, C> {
    shared: &'a mut Shared<A, P>,
    actors: &'a [A],
    properties: &'a P,
    pub claims: &'a C,
}

/// What a step does, to be compared: the new local id and the ids sent, in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Effect {
    pub local: u32,
    pub sent: Vec<u32>,
}

impl<A, P, C> Records<'_, A, P, C>
where
    A: Actor<Timer: Ord>,
    P: Properties<A, Share = u64>,
    C: Claims<A>,
{
    pub fn new<'a, const N: usize, const W: usize>(
        system: &'a ActorSystem<A, P, N, W>,
        shared: &'a mut Shared<A, P>,
        claims: &'a C,
    ) -> Records<'a, A, P, C> {
        Records { shared, actors: &system.actors, properties: &system.properties, claims }
    }

    pub fn store(&self) -> &Store<A, P> {
        &self.shared.store
    }

    /// A refuted claim ends the search. What else is to be checked still is, so that states
    /// met before can be met again when paths to them are looked for.
    pub fn note(&mut self, checked: Result<()>) {
        if let Err(failure) = checked {
            self.shared.failure.get_or_insert(failure);
        }
    }

    pub fn local(&mut self, actor: usize, local: Local<A>) -> Result<u32> {
        self.shared.store.local(self.properties, actor, local)
    }

    pub fn envelope(&mut self, envelope: Envelope<A::Msg>) -> Result<u32> {
        self.shared.store.envelope(self.properties, envelope)
    }

    pub fn message_step(&mut self, envelope: u32, local: u32) -> Result<Step> {
        self.shared.store.message_step(self.actors, self.properties, envelope, local)
    }

    pub fn own_step(&mut self, event: u32) -> Result<Step> {
        self.shared.store.own_step(self.actors, self.properties, event)
    }

    /// The actor whose step was memoised, its local state before, and the step.
    pub fn memoised(&mut self, cause: Cause) -> Result<(usize, u32, Step)> {
        match cause {
            Cause::Message { envelope, local } => {
                let receiver = usize::from(self.store().envelopes[envelope as usize].envelope.dst);
                Ok((receiver, local, self.message_step(envelope, local)?))
            }
            Cause::Own { event } => {
                let record = &self.store().events[event as usize];
                let (actor, local) = (record.actor, record.local);
                Ok((actor, local, self.own_step(event)?))
            }
        }
    }

    /// What a message does in a local state; `None` if it is ignored.
    pub fn message_effect(&mut self, envelope: u32, local: u32) -> Result<Option<Effect>> {
        let step = self.message_step(envelope, local)?;
        Ok(self.effect(step))
    }

    /// What an actor may do on its own in a local state, by event; without what does nothing.
    pub fn own_effects(&mut self, actor: usize, local: u32) -> Result<Vec<(u32, Effect)>> {
        let record = &self.store().locals[actor][local as usize];
        let events = record.first_event..record.first_event + record.events;
        let mut effects = Vec::new();
        for event in events {
            let step = self.own_step(event)?;
            effects.extend(self.effect(step).map(|effect| (event, effect)));
        }
        Ok(effects)
    }

    fn effect(&self, step: Step) -> Option<Effect> {
        let mut sent = match step.sends {
            Sends::IGNORED => return None,
            Sends::NOTHING => Vec::new(),
            Sends(one) if one < Sends::LISTS => vec![one],
            Sends(list) => self.store().lists[(list - Sends::LISTS) as usize].to_vec(),
        };
        sent.sort_unstable();
        Some(Effect { local: step.local, sent })
    }

    /// An envelope as text, for failures.
    pub fn show_envelope(&self, envelope: u32) -> String {
        let record = &self.store().envelopes[envelope as usize].envelope;
        let (from, to) = (usize::from(record.src), usize::from(record.dst));
        format!("{:?} from actor {from} to actor {to}", record.msg)
    }

    /// A local state as text, for failures.
    pub fn show_local(&self, actor: usize, local: u32) -> String {
        let record = &self.store().locals[actor][local as usize].local;
        format!("actor {actor} in state {:?}", record.state)
    }
}
