//! The interned actors as a system to search.

use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use stateright::actor::{Actor, Id};

use super::cache::Cache;
use super::local::{Action, start};
use super::network::{Delivery, Ignored, Network};
use super::properties::Properties;
use super::state::{Global, PER_WORD};
use super::store::{Sends, Step, Store, small};
use crate::path::Path;
use crate::system::{System, content_hash};

/// `N` actors on a network with at most `32 * W` distinct envelopes.
///
/// Going beyond is a failure of the search, never a wrong count.
pub struct ActorSystem<A: Actor, P: Properties<A>, const N: usize, const W: usize> {
    actors: Vec<A>,
    network: Network,
    properties: P,
    store: Mutex<Shared<A, P>>,
    /// Rises with every change of the store.
    version: AtomicU64,
}

struct Shared<A: Actor, P: Properties<A>> {
    store: Store<A, P>,
    failure: Option<String>,
}

/// What `Action` numbers mean: an envelope or event, and one of these in the lowest bits.
const DELIVER: u32 = 0;
const KEEP: u32 = 1;
const DROP: u32 = 2;
const OWN: u32 = 3;

/// Statuses of an envelope in a set.
const ABSENT: u8 = 0;
const FRESH: u8 = 1;
const KEPT: u8 = 2;

/// What an action of these actors is.
pub type ActionOf<A> = Action<<A as Actor>::Msg, <A as Actor>::Timer, <A as Actor>::Random>;

impl<A, P, const N: usize, const W: usize> ActorSystem<A, P, N, W>
where
    A: Actor<Timer: Ord>,
    P: Properties<A>,
{
    /// Puts the actors on the network.
    ///
    /// # Errors
    /// If there are not `N` of them, or if duplicates are asked of a multiset.
    pub fn new(actors: Vec<A>, network: Network, properties: P) -> Result<Self, String> {
        if actors.len() != N {
            return Err(format!("{} actors in a system of {N}", actors.len()));
        }
        network.check()?;
        Ok(Self {
            store: Mutex::new(Shared {
                store: Store::new(N, PER_WORD * W),
                failure: None,
            }),
            actors,
            network,
            properties,
            version: AtomicU64::new(1),
        })
    }

    /// What an action number of this run means.
    pub fn action(&self, action: u32) -> ActionOf<A> {
        let store = &self.shared().store;
        let id = (action >> 2) as usize;
        let envelope = || store.envelopes[id].envelope.clone();
        match action & 3 {
            DELIVER => Action::Deliver(envelope()),
            KEEP => Action::DeliverAndKeep(envelope()),
            DROP => Action::Drop(envelope()),
            _ => {
                let record = &store.events[id];
                Action::Own(Id::from(record.actor), record.event.clone())
            }
        }
    }

    /// The actions of a path. Numbers differ between runs with several threads; these do not.
    pub fn actions(&self, path: &Path) -> Vec<ActionOf<A>> {
        path.actions.iter().map(|one| self.action(*one)).collect()
    }

    /// The local states of all actors in a global state.
    pub fn local_states(&self, state: &Global<N, W>) -> Vec<A::State> {
        let store = &self.shared().store;
        let locals = state.locals.iter().zip(&store.locals);
        locals
            .map(|(id, records)| records[*id as usize].local.state.clone())
            .collect()
    }

    /// How many times handlers have run: distinct local states and envelopes.
    pub fn interned(&self) -> (usize, usize) {
        let store = &self.shared().store;
        let locals = store.locals.iter().map(Vec::len).sum();
        (locals, store.envelopes.len())
    }

    fn shared(&self) -> MutexGuard<'_, Shared<A, P>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings a thread's copy up to date. Called per state: one load when nothing is new.
    #[inline]
    fn refresh(&self, cache: &mut Cache<P::Summary, P::Tag>) {
        if cache.version != self.version.load(Ordering::Acquire) {
            self.sync(&self.shared(), cache);
        }
    }

    #[cold]
    fn sync(&self, shared: &Shared<A, P>, cache: &mut Cache<P::Summary, P::Tag>) {
        cache.sync(&shared.store, self.version.load(Ordering::Acquire));
    }

    #[inline]
    fn message_step(
        &self,
        cache: &mut Cache<P::Summary, P::Tag>,
        envelope: usize,
        local: u32,
    ) -> Step {
        match cache.envelopes[envelope].steps.get(local as usize) {
            Some(step) if step.sends != Sends::UNKNOWN => *step,
            _ => self.learn_message(cache, envelope, local),
        }
    }

    #[cold]
    fn learn_message(
        &self,
        cache: &mut Cache<P::Summary, P::Tag>,
        envelope: usize,
        local: u32,
    ) -> Step {
        let step = self.learn(cache, |store| {
            store.message_step(&self.actors, &self.properties, small(envelope), local)
        });
        cache.remember(envelope, local, step);
        step
    }

    #[cold]
    fn learn_own(&self, cache: &mut Cache<P::Summary, P::Tag>, event: u32) -> Step {
        let step = self.learn(cache, |store| {
            store.own_step(&self.actors, &self.properties, event)
        });
        cache.own_steps[event as usize] = step;
        step
    }

    /// Asks the store for a step; an error ends the search and stands for nothing done.
    fn learn(
        &self,
        cache: &mut Cache<P::Summary, P::Tag>,
        ask: impl FnOnce(&mut Store<A, P>) -> Result<Step, String>,
    ) -> Step {
        let mut shared = self.shared();
        let step = ask(&mut shared.store).unwrap_or_else(|failure| {
            shared.failure.get_or_insert(failure);
            Step {
                sends: Sends::IGNORED,
                ..Step::UNKNOWN
            }
        });
        self.version.fetch_add(1, Ordering::Release);
        self.sync(&shared, cache);
        step
    }

    /// Applies a step of `actor` to a state; false if it cannot be represented.
    #[inline]
    fn apply(
        &self,
        cache: &Cache<P::Summary, P::Tag>,
        next: &mut Global<N, W>,
        actor: usize,
        step: Step,
    ) {
        next.fingerprint ^= step.delta;
        next.locals[actor] = step.local;
        if step.sends == Sends::NOTHING {
            return;
        }
        if step.sends.0 < Sends::LISTS {
            self.send(cache, next, step.sends.0);
        } else {
            for envelope in &cache.lists[(step.sends.0 - Sends::LISTS) as usize] {
                self.send(cache, next, *envelope);
            }
        }
    }

    #[inline]
    fn send(&self, cache: &Cache<P::Summary, P::Tag>, next: &mut Global<N, W>, envelope: u32) {
        let envelope = envelope as usize;
        let status = next.status(envelope);
        let to = match self.network.delivery {
            Delivery::Set => FRESH,
            Delivery::Multiset if status < 3 => status + 1,
            Delivery::Multiset => return self.too_many(),
        };
        next.set(envelope, status, to, &cache.envelopes[envelope].values);
    }

    #[cold]
    fn too_many(&self) {
        let text = "more than three copies of one envelope in flight, which two bits cannot count";
        self.shared().failure.get_or_insert(text.to_owned());
    }

    /// Everything that may happen to one envelope in flight.
    #[inline]
    fn envelope_steps(
        &self,
        state: &Global<N, W>,
        cache: &mut Cache<P::Summary, P::Tag>,
        (envelope, status): (usize, u8),
        push: &mut impl FnMut(u32, Global<N, W>),
    ) {
        let action = small(envelope) << 2;
        let receiver = cache.envelopes[envelope].receiver;
        let less = match self.network.delivery {
            Delivery::Set => ABSENT,
            Delivery::Multiset => status - 1,
        };
        if receiver < N {
            let step = self.message_step(cache, envelope, state.locals[receiver]);
            let ignored = step.sends == Sends::IGNORED;
            let values = &cache.envelopes[envelope].values;
            if !ignored || self.network.ignored == Ignored::Consumed {
                let mut deliver = |mut next: Global<N, W>, to: u8, kind: u32| {
                    next.set(envelope, status, to, values);
                    if !ignored {
                        self.apply(cache, &mut next, receiver, step);
                    }
                    push(action | kind, next);
                };
                deliver(*state, less, DELIVER);
                if status == FRESH && self.network.duplicates.allows(state.faults[0]) {
                    deliver(self.count(*state, 0), KEPT, KEEP);
                }
            }
        }
        if self.network.losses.allows(state.faults[1]) {
            let mut next = self.count(*state, 1);
            next.set(envelope, status, less, &cache.envelopes[envelope].values);
            push(action | DROP, next);
        }
    }

    /// Counts a duplicate (0) or loss (1) if such faults are counted.
    #[inline]
    fn count(&self, mut state: Global<N, W>, kind: usize) -> Global<N, W> {
        let faults = [self.network.duplicates, self.network.losses][kind];
        if faults.counted() {
            state.fingerprint ^= fault_value(kind, state.faults[kind]);
            state.faults[kind] += 1;
            state.fingerprint ^= fault_value(kind, state.faults[kind]);
        }
        state
    }

    /// Everything an actor may do on its own.
    #[inline]
    fn own_steps(
        &self,
        state: &Global<N, W>,
        cache: &mut Cache<P::Summary, P::Tag>,
        actor: usize,
        push: &mut impl FnMut(u32, Global<N, W>),
    ) {
        let entry = cache.locals[actor][state.locals[actor] as usize];
        for event in entry.first_event..entry.first_event + entry.events {
            let mut step = cache.own_steps[event as usize];
            if step.sends == Sends::UNKNOWN {
                step = self.learn_own(cache, event);
            }
            if step.sends != Sends::IGNORED {
                let mut next = *state;
                self.apply(cache, &mut next, actor, step);
                push(event << 2 | OWN, next);
            }
        }
    }

    /// The initial state, if every actor can be started.
    fn start(&self, store: &mut Store<A, P>) -> Result<Global<N, W>, String> {
        let mut state = Global {
            fingerprint: fault_value(0, 0) ^ fault_value(1, 0),
            flight: [0; W],
            locals: [0; N],
            faults: [0; 2],
        };
        for (actor, behaviour) in self.actors.iter().enumerate() {
            let outcome = start(behaviour, Id::from(actor))?;
            let local = store.local(&self.properties, actor, outcome.local)?;
            state.fingerprint ^= store.locals[actor][local as usize].value;
            state.locals[actor] = local;
            for envelope in outcome.sent {
                let id = store.envelope(&self.properties, envelope)? as usize;
                let status = state.status(id);
                let to = match self.network.delivery {
                    Delivery::Set => FRESH,
                    Delivery::Multiset => (status + 1).min(3),
                };
                state.set(id, status, to, &store.envelopes[id].values);
            }
        }
        Ok(state)
    }
}

impl<A, P, const N: usize, const W: usize> System for ActorSystem<A, P, N, W>
where
    A: Actor<Timer: Ord + Send + Sync, Msg: Send + Sync, State: Send + Sync, Random: Send + Sync>
        + Sync,
    P: Properties<A>,
{
    type State = Global<N, W>;
    type Scratch = Cache<P::Summary, P::Tag>;

    fn scratch(&self) -> Self::Scratch {
        Cache::new(N)
    }

    fn initial(&self, cache: &mut Self::Scratch) -> Vec<Self::State> {
        let mut shared = self.shared();
        let state = self.start(&mut shared.store);
        self.version.fetch_add(1, Ordering::Release);
        self.sync(&shared, cache);
        match state {
            Ok(state) => vec![state],
            Err(failure) => {
                shared.failure.get_or_insert(failure);
                Vec::new()
            }
        }
    }

    #[inline]
    fn fingerprint(&self, state: &Self::State) -> u64 {
        state.fingerprint
    }

    #[inline]
    fn cost(&self, state: &Self::State) -> u32 {
        u32::from(state.faults[0]) + u32::from(state.faults[1])
    }

    #[inline]
    fn successors(
        &self,
        state: &Self::State,
        cache: &mut Self::Scratch,
        mut push: impl FnMut(u32, Self::State),
    ) {
        self.refresh(cache);
        for envelope in state.in_flight() {
            self.envelope_steps(state, cache, envelope, &mut push);
        }
        for actor in 0..N {
            self.own_steps(state, cache, actor, &mut push);
        }
    }

    #[inline]
    fn judge(&self, state: &Self::State, cache: &mut Self::Scratch) -> u64 {
        self.refresh(cache);
        let actors = |actor: usize| cache.locals[actor][state.locals[actor] as usize].summary;
        let in_flight = state.in_flight();
        let in_flight = in_flight.map(|(id, status)| (cache.envelopes[id].tag, status));
        self.properties.judge(actors, in_flight)
    }

    fn properties(&self) -> usize {
        self.properties.count()
    }

    fn rank(&self, action: u32) -> u64 {
        u64::from(action & 3) << 62 | rank(&self.action(action)) >> 2
    }

    fn failure(&self) -> Option<String> {
        self.shared().failure.clone()
    }
}

fn rank(action: &impl Hash) -> u64 {
    content_hash(action)
}

/// The share of counted faults in the fingerprint.
#[inline]
fn fault_value(kind: usize, count: u8) -> u64 {
    let seed = (kind as u64 + 1) << 8 | u64::from(count);
    let mixed = (seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 32
}
