//! The interned actors as a system to search.

use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use stateright::actor::{Actor, Envelope, Id};

use super::cache::Cache;
use super::local::{Action, start};
use super::network::{Delivery, Network};
use super::properties::Properties;
use super::share::{FaultShares, of_faults};
use super::sleep::Asleep;
use super::state::{Global, Last, PER_WORD};
use super::steps::{DELIVER, DROP, FRESH, KEEP};
use super::store::Store;
use crate::path::Path;
use crate::system::{Fingerprint, System, content_hash};

/// `N` actors on a network with at most `32 * W` distinct envelopes.
///
/// Going beyond is a failure of the search, never a wrong count.
pub struct ActorSystem<A: Actor, P: Properties<A>, const N: usize, const W: usize> {
    pub(super) actors: Vec<A>,
    pub(super) network: Network,
    pub(super) properties: P,
    pub(super) faults: FaultShares<P::Share>,
    pub(super) store: Mutex<Shared<A, P>>,
    /// Whether steps are followed that commute with the step before.
    pub(super) follows_all: bool,
    /// Rises with every change of the store.
    pub(super) version: AtomicU64,
}

pub(super) struct Shared<A: Actor, P: Properties<A>> {
    pub store: Store<A, P>,
    pub failure: Option<String>,
}

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
            store: Mutex::new(Shared { store: Store::new(N, PER_WORD * W), failure: None }),
            faults: of_faults(&properties),
            actors,
            network,
            properties,
            follows_all: false,
            version: AtomicU64::new(1),
        })
    }

    /// The same with every step followed, those too that commute with the step before: a search
    /// takes longer and finds the same, see [`System::follow`].
    #[must_use]
    pub fn following_all(self) -> Self {
        Self { follows_all: true, ..self }
    }

    pub fn judges(&self) -> &P {
        &self.properties
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
    pub fn local_states(&self, state: &Global<N, W, P::Share>) -> Vec<A::State> {
        let store = &self.shared().store;
        let locals = state.locals.iter().zip(&store.locals);
        locals.map(|(id, records)| records[*id as usize].local.state.clone()).collect()
    }

    /// What is in flight in a global state, in no particular order.
    pub fn in_flight(&self, state: &Global<N, W, P::Share>) -> Vec<Envelope<A::Msg>> {
        let store = &self.shared().store;
        state.in_flight().map(|(id, _)| store.envelopes[id].envelope.clone()).collect()
    }

    /// Whether nothing is in flight.
    pub fn is_at_rest(state: &Global<N, W, P::Share>) -> bool {
        state.in_flight().next().is_none()
    }

    /// How many distinct local states and envelopes there are so far.
    pub fn interned(&self) -> (usize, usize) {
        let store = &self.shared().store;
        let locals = store.locals.iter().map(Vec::len).sum();
        (locals, store.envelopes.len())
    }

    pub(super) fn shared(&self) -> MutexGuard<'_, Shared<A, P>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings a thread's copy up to date. Called per state: one load when nothing is new.
    #[inline]
    pub(super) fn refresh(&self, cache: &mut Cache<P::Summary, P::Tag, W, P::Share>) {
        if cache.version != self.version.load(Ordering::Acquire) {
            self.sync(&self.shared(), cache);
        }
    }

    #[cold]
    pub(super) fn sync(
        &self,
        shared: &Shared<A, P>,
        cache: &mut Cache<P::Summary, P::Tag, W, P::Share>,
    ) {
        cache.sync(&shared.store, self.version.load(Ordering::Acquire));
    }

    /// The initial state, if every actor can be started.
    pub(super) fn start(&self, store: &mut Store<A, P>) -> Result<Global<N, W, P::Share>, String> {
        let mut state = Global {
            fingerprint: self.faults[0][0] ^ self.faults[1][0],
            flight: [0; W],
            locals: [0; N],
            faults: [0; 2],
            last: Last::NOTHING,
        };
        for (actor, behaviour) in self.actors.iter().enumerate() {
            let outcome = start(behaviour, Id::from(actor))?;
            let local = store.local(&self.properties, actor, outcome.local)?;
            state.fingerprint ^= store.locals[actor][local as usize].share;
            state.locals[actor] = local;
            for envelope in outcome.sent {
                let id = store.envelope(&self.properties, envelope)? as usize;
                let status = state.status(id);
                let to = match self.network.delivery {
                    Delivery::Set => FRESH,
                    Delivery::Multiset => (status + 1).min(3),
                };
                state.set(id, status, to, &store.envelopes[id].shares);
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
    type State = Global<N, W, P::Share>;
    /// The action that leads there: all it takes is a look-up.
    type Draft = u32;
    type Scratch = Cache<P::Summary, P::Tag, W, P::Share>;

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
    fn fingerprint(&self, state: &Self::State) -> Fingerprint {
        state.fingerprint.into()
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
        mut push: impl FnMut(u32, Fingerprint, u32),
    ) {
        self.refresh(cache);
        self.each_step(state, cache, &Asleep::NOTHING, |_, action, fingerprint| {
            push(action, fingerprint.into(), action);
        });
    }

    #[inline]
    fn follow(
        &self,
        state: &Self::State,
        all: bool,
        cache: &mut Self::Scratch,
        mut push: impl FnMut(u8, Fingerprint, u32),
    ) -> usize {
        self.refresh(cache);
        let asleep = if all { Asleep::NOTHING } else { self.asleep(state, cache) };
        self.each_step(state, cache, &asleep, |priority, action, fingerprint| {
            push(priority, fingerprint.into(), action);
        })
    }

    #[inline]
    fn build(&self, state: &Self::State, action: u32, cache: &mut Self::Scratch) -> Self::State {
        self.take(state, action, cache)
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

    /// Which faults it took: so many duplicates, so many losses.
    fn kind(&self, state: &Self::State, _: usize, _: &mut Self::Scratch) -> u64 {
        u64::from(state.faults[0]) << 8 | u64::from(state.faults[1])
    }

    /// Fewer faults of each kind.
    fn covers(&self, earlier: u64, later: u64) -> bool {
        earlier >> 8 <= later >> 8 && earlier & 255 <= later & 255
    }

    fn rank(&self, action: u32) -> u64 {
        u64::from(action & 3) << 62 | rank(&self.action(action)) >> 2
    }

    fn failure(&self) -> Option<String> {
        self.shared().failure.clone().or_else(|| self.properties.failure())
    }
}

fn rank(action: &impl Hash) -> u64 {
    content_hash(action)
}
