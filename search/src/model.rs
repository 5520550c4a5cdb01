//! Adaptor: searches any [`stateright::Model`].
//!
//! The states themselves stay in a store; what the search copies is a fingerprint and a
//! place in the store. A place is freed once its state turns out to be known, or was expanded
//! and what follows it was offered, so the store holds the frontier only.

use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stateright::{Expectation, Model, Property};

use crate::path::Path;
use crate::system::{Fingerprint, System, content_hash};

/// Parts of the store, each with its own lock.
const SHARDS: usize = 64;

/// A model as a system.
///
/// Property `i` is the model's `i`-th: an `always` fires where it is violated, a `sometimes`
/// where it is met. Actions are numbered as [`Model::actions`] lists them.
pub struct ModelSystem<M: Model> {
    model: M,
    properties: Vec<Property<M>>,
    shards: Vec<Mutex<Shard<M::State>>>,
}

/// A state of a model: its fingerprint and its place in the store.
#[derive(Clone, Copy, Debug)]
pub struct Handle {
    fingerprint: u64,
    place: u32,
}

/// A model that cannot be searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// The named property says `eventually`, which a search of states cannot judge.
    Eventually(&'static str),
    /// More than 64 properties.
    Properties(usize),
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eventually(name) => write!(
                f,
                "property '{name}' says eventually; only always and sometimes can be judged \
                 state by state: say what must hold at rest as an always"
            ),
            Self::Properties(count) => write!(f, "{count} properties; at most 64 fit one search"),
        }
    }
}

impl std::error::Error for Unsupported {}

impl<M: Model> ModelSystem<M> {
    /// Wraps a model.
    ///
    /// # Errors
    /// If one of its properties cannot be judged.
    pub fn new(model: M) -> Result<Self, Unsupported> {
        let properties = model.properties();
        if properties.len() > 64 {
            return Err(Unsupported::Properties(properties.len()));
        }
        let eventually = |property: &&Property<M>| property.expectation == Expectation::Eventually;
        if let Some(property) = properties.iter().find(eventually) {
            return Err(Unsupported::Eventually(property.name));
        }
        Ok(Self { model, properties, shards: (0..SHARDS).map(|_| Mutex::default()).collect() })
    }

    pub fn model(&self) -> &M {
        &self.model
    }

    /// The steps of a path: each action with the state it leads to; before them the initial
    /// state. `None` if the path is not one of this model. Uses the model alone.
    #[allow(clippy::type_complexity, reason = "a state and what follows it")]
    pub fn steps(&self, path: &Path) -> Option<(M::State, Vec<(M::Action, M::State)>)>
    where
        M::State: Clone,
        M::Action: Clone,
    {
        let initial = self.model.init_states().into_iter();
        let mut initial = initial.filter(|state| self.model.within_boundary(state));
        let first = initial.nth(path.initial)?;
        let mut state = first.clone();
        let mut steps = Vec::new();
        for &index in &path.actions {
            let mut actions = Vec::new();
            self.model.actions(&state, &mut actions);
            let action = actions.into_iter().nth(index as usize)?;
            state = self.model.next_state(&state, action.clone())?;
            steps.push((action, state.clone()));
        }
        Some((first, steps))
    }
}

impl<M: Model> ModelSystem<M>
where
    M::State: Hash,
{
    fn shard(&self, fingerprint: u64) -> MutexGuard<'_, Shard<M::State>> {
        let shard = &self.shards[(fingerprint >> 20) as usize % SHARDS];
        shard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn store(&self, state: M::State) -> Handle {
        let fingerprint = content_hash(&state);
        let place = self.shard(fingerprint).put(Arc::new(state));
        Handle { fingerprint, place }
    }

    fn state(&self, handle: Handle) -> Arc<M::State> {
        self.shard(handle.fingerprint).get(handle.place)
    }
}

impl<M> System for ModelSystem<M>
where
    M: Model + Sync,
    M::State: Hash + Send + Sync,
    M::Action: Send,
{
    type State = Handle;
    /// What has a fingerprint is a whole state.
    type Draft = Handle;
    type Scratch = Vec<M::Action>;

    fn scratch(&self) -> Self::Scratch {
        Vec::new()
    }

    fn initial(&self, _scratch: &mut Self::Scratch) -> Vec<Handle> {
        let states = self.model.init_states().into_iter();
        states
            .filter(|state| self.model.within_boundary(state))
            .map(|state| self.store(state))
            .collect()
    }

    fn fingerprint(&self, state: &Handle) -> Fingerprint {
        state.fingerprint.into()
    }

    fn successors(
        &self,
        state: &Handle,
        actions: &mut Self::Scratch,
        mut push: impl FnMut(u32, Fingerprint, Handle),
    ) {
        let state = self.state(*state);
        self.model.actions(&state, actions);
        for (index, action) in (0..).zip(actions.drain(..)) {
            if let Some(next) = self.model.next_state(&state, action)
                && self.model.within_boundary(&next)
            {
                let next = self.store(next);
                push(index, next.fingerprint.into(), next);
            }
        }
    }

    fn build(&self, _: &Handle, draft: Handle, _: &mut Self::Scratch) -> Handle {
        draft
    }

    fn discard(&self, draft: Handle) {
        self.release(draft);
    }

    fn judge(&self, state: &Handle, _scratch: &mut Self::Scratch) -> u64 {
        let state = self.state(*state);
        let fires = |property: &Property<M>| {
            let holds = (property.condition)(&self.model, &state);
            holds == (property.expectation == Expectation::Sometimes)
        };
        let bits = self.properties.iter().enumerate();
        bits.filter(|(_, property)| fires(property)).fold(0, |mask, (bit, _)| mask | 1 << bit)
    }

    fn properties(&self) -> usize {
        self.properties.len()
    }

    fn release(&self, state: Handle) {
        let gone = self.shard(state.fingerprint).free(state.place);
        drop(gone);
    }
}

/// Places that are used again once freed.
struct Shard<T> {
    places: Vec<Option<Arc<T>>>,
    free: Vec<u32>,
}

impl<T> Default for Shard<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Shard<T> {
    fn put(&mut self, value: Arc<T>) -> u32 {
        if let Some(place) = self.free.pop() {
            self.places[place as usize] = Some(value);
            return place;
        }
        self.places.push(Some(value));
        u32::try_from(self.places.len() - 1).expect("fewer than 2^32 states wait in a shard")
    }

    fn get(&self, place: u32) -> Arc<T> {
        let value = self.places[place as usize].as_ref();
        Arc::clone(value.expect("a state is read before it is released"))
    }

    fn free(&mut self, place: u32) -> Option<Arc<T>> {
        self.free.push(place);
        self.places[place as usize].take()
    }
}
