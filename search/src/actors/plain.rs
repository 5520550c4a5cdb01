//! The same actors without ids, bits and memos: a [`stateright::Model`] to compare with.
//!
//! Written for clarity; it is the oracle of the tests and the opponent in the comparison.

use std::collections::BTreeMap;
use std::fmt::{Debug, Formatter};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use stateright::actor::{Actor, Envelope, Id};
use stateright::{Model, Property};

use super::local::{Action, Local, Outcome, act, events, receive, start};
use super::network::{Delivery, Ignored, Network};
use super::properties::Properties;
use super::system::ActionOf;

/// Actors on a network, as a model. Its property `i` holds where bit `i` does not fire.
pub struct PlainActors<A: Actor, P: Properties<A>> {
    actors: Vec<A>,
    network: Network,
    judge: P,
}

/// A global state, spelled out.
pub struct PlainState<A: Actor> {
    /// Each actor's local state.
    pub locals: Vec<Arc<Local<A>>>,
    /// Envelopes in flight with their status (1 fresh, 2 kept) or number of copies.
    pub flight: BTreeMap<Envelope<A::Msg>, u8>,
    /// Counted duplicates and losses.
    pub faults: [u8; 2],
}

impl<A, P> PlainActors<A, P>
where
    A: Actor<Timer: Ord, Msg: Ord>,
    P: Properties<A>,
{
    /// Puts the actors on the network.
    ///
    /// # Errors
    /// If duplicates are asked of a multiset.
    pub fn new(actors: Vec<A>, network: Network, judge: P) -> Result<Self, String> {
        network.check()?;
        Ok(Self { actors, network, judge })
    }

    /// The properties that fire at a state.
    pub fn judge(&self, state: &PlainState<A>) -> u64 {
        let actors = |actor: usize| self.judge.summary(actor, &state.locals[actor].state);
        let in_flight = state.flight.iter();
        let in_flight = in_flight.map(|(envelope, status)| (self.judge.tag(envelope), *status));
        self.judge.judge(actors, in_flight)
    }

    /// The state after an action, whether or not it is offered; `None` if it does nothing.
    ///
    /// # Panics
    /// Where the interned system would end with a failure.
    fn after(&self, state: &PlainState<A>, action: &ActionOf<A>) -> Option<PlainState<A>> {
        let mut next = state.clone();
        match action {
            Action::Deliver(envelope) => {
                next.remove(envelope, self.network.delivery);
                self.deliver(&mut next, envelope)?;
            }
            Action::DeliverAndKeep(envelope) => {
                next.faults[0] += u8::from(self.network.duplicates.counted());
                next.flight.insert(envelope.clone(), 2);
                self.deliver(&mut next, envelope)?;
            }
            Action::Drop(envelope) => {
                next.faults[1] += u8::from(self.network.losses.counted());
                next.remove(envelope, self.network.delivery);
            }
            Action::Own(id, event) => {
                let actor = usize::from(*id);
                let outcome = act(&self.actors[actor], *id, &next.locals[actor], event);
                let outcome = outcome.unwrap_or_else(|failure| panic!("{failure}"));
                if outcome.ignored {
                    return None;
                }
                self.apply(&mut next, actor, outcome);
            }
        }
        Some(next)
    }

    fn deliver(&self, next: &mut PlainState<A>, envelope: &Envelope<A::Msg>) -> Option<()> {
        let actor = usize::from(envelope.dst);
        let outcome = receive(&self.actors[actor], &next.locals[actor], envelope);
        let outcome = outcome.unwrap_or_else(|failure| panic!("{failure}"));
        if !outcome.ignored {
            self.apply(next, actor, outcome);
        } else if self.network.ignored == Ignored::Left {
            return None;
        }
        Some(())
    }

    fn apply(&self, next: &mut PlainState<A>, actor: usize, outcome: Outcome<A>) {
        next.locals[actor] = Arc::new(outcome.local);
        for envelope in outcome.sent {
            let status = next.flight.entry(envelope).or_insert(0);
            *status = match self.network.delivery {
                Delivery::Set => 1,
                Delivery::Multiset => *status + 1,
            };
        }
    }
}

impl<A, P> Model for PlainActors<A, P>
where
    A: Actor<Timer: Ord, Msg: Ord>,
    P: Properties<A>,
{
    type State = PlainState<A>;
    type Action = ActionOf<A>;

    fn init_states(&self) -> Vec<PlainState<A>> {
        let mut state = PlainState { locals: Vec::new(), flight: BTreeMap::new(), faults: [0; 2] };
        for (actor, behaviour) in self.actors.iter().enumerate() {
            let outcome = start(behaviour, Id::from(actor));
            let outcome = outcome.unwrap_or_else(|failure| panic!("{failure}"));
            state.locals.push(Arc::new(outcome.local.clone()));
            self.apply(&mut state, actor, outcome);
        }
        vec![state]
    }

    fn actions(&self, state: &PlainState<A>, actions: &mut Vec<ActionOf<A>>) {
        for (envelope, status) in &state.flight {
            if usize::from(envelope.dst) < self.actors.len() {
                actions.push(Action::Deliver(envelope.clone()));
                let may_repeat = *status == 1 && self.judge.may_repeat(envelope);
                if may_repeat && self.network.duplicates.allows(state.faults[0]) {
                    actions.push(Action::DeliverAndKeep(envelope.clone()));
                }
            }
            if self.network.losses.allows(state.faults[1]) {
                actions.push(Action::Drop(envelope.clone()));
            }
        }
        for (actor, local) in state.locals.iter().enumerate() {
            let own = events(local).into_iter();
            actions.extend(own.map(|event| Action::Own(Id::from(actor), event)));
        }
    }

    fn next_state(&self, state: &PlainState<A>, action: ActionOf<A>) -> Option<PlainState<A>> {
        self.after(state, &action)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        const MOST: usize = 8;
        let fns = [holds::<A, P, 0>, holds::<A, P, 1>, holds::<A, P, 2>, holds::<A, P, 3>];
        let more = [holds::<A, P, 4>, holds::<A, P, 5>, holds::<A, P, 6>, holds::<A, P, 7>];
        let names = ["0", "1", "2", "3", "4", "5", "6", "7"];
        let count = self.judge.count();
        assert!(count <= MOST, "the plain model names at most {MOST} properties");
        let all = names.into_iter().zip(fns.into_iter().chain(more));
        all.take(count).map(|(name, condition)| Property::always(name, condition)).collect()
    }
}

fn holds<A, P, const BIT: usize>(model: &PlainActors<A, P>, state: &PlainState<A>) -> bool
where
    A: Actor<Timer: Ord, Msg: Ord>,
    P: Properties<A>,
{
    model.judge(state) >> BIT & 1 == 0
}

impl<A: Actor<Msg: Ord>> PlainState<A> {
    /// Takes one copy out of flight.
    fn remove(&mut self, envelope: &Envelope<A::Msg>, delivery: Delivery) {
        match self.flight.get_mut(envelope) {
            Some(copies) if delivery == Delivery::Multiset && *copies > 1 => *copies -= 1,
            _ => drop(self.flight.remove(envelope)),
        }
    }
}

impl<A: Actor> Clone for PlainState<A> {
    fn clone(&self) -> Self {
        Self { locals: self.locals.clone(), flight: self.flight.clone(), faults: self.faults }
    }
}

impl<A: Actor> Hash for PlainState<A> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        for local in &self.locals {
            local.state.hash(hasher);
            local.choices.hash(hasher);
            local.timers.hash(hasher);
        }
        self.flight.hash(hasher);
        self.faults.hash(hasher);
    }
}

impl<A: Actor<Timer: Ord>> PartialEq for PlainState<A> {
    fn eq(&self, other: &Self) -> bool {
        self.locals == other.locals && self.flight == other.flight && self.faults == other.faults
    }
}

impl<A: Actor> Debug for PlainState<A> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let locals = self.locals.iter().map(|local| &local.state);
        f.debug_struct("PlainState")
            .field("locals", &locals.collect::<Vec<_>>())
            .field("flight", &self.flight)
            .field("faults", &self.faults)
            .finish()
    }
}
