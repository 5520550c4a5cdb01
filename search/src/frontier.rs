//! States found and not yet judged, in buckets by cost, then depth.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

/// States per chunk: large enough that taking one is rare, small enough to share the work.
pub const CHUNK: usize = 1024;

/// What threads take from a layer and leave in later ones.
pub struct Chunk<S> {
    pub states: Vec<S>,
    /// Found from a layer of lower cost: a shorter way of the same cost may have come up
    /// since, so the table must be asked whether the state still belongs here.
    pub early: bool,
}

/// Cost, then depth: the order in which layers are worked off.
pub type Key = (u32, u32);

pub struct Frontier<S> {
    buckets: BTreeMap<Key, Vec<Chunk<S>>>,
}

impl<S> Frontier<S> {
    pub fn new() -> Self {
        Self { buckets: BTreeMap::new() }
    }

    pub fn add(&mut self, key: Key, chunks: impl IntoIterator<Item = Chunk<S>>) {
        let mut chunks = chunks.into_iter().filter(|chunk| !chunk.states.is_empty());
        if let Some(first) = chunks.next() {
            let bucket = self.buckets.entry(key).or_default();
            bucket.push(first);
            bucket.extend(chunks);
        }
    }

    /// The next layer that satisfies the bounds; `Err` names the first one that does not
    /// when no other is left.
    pub fn next(&self, allowed: impl Fn(Key) -> bool) -> Result<Option<Key>, Key> {
        match self.buckets.keys().find(|key| allowed(**key)) {
            Some(key) => Ok(Some(*key)),
            None => self.buckets.keys().next().map_or(Ok(None), |key| Err(*key)),
        }
    }

    pub fn take(&mut self, key: Key) -> Vec<Chunk<S>> {
        self.buckets.remove(&key).unwrap_or_default()
    }
}

/// The chunks of one layer, taken by any thread.
///
/// First in, first out: states found one after the other have successors in common, which
/// `recent` answers as long as they are worked off in the same order.
pub struct Queue<S>(Mutex<VecDeque<Chunk<S>>>);

impl<S> Queue<S> {
    pub fn new(chunks: Vec<Chunk<S>>) -> Self {
        Self(Mutex::new(chunks.into()))
    }

    pub fn take(&self) -> Option<Chunk<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    pub fn put_back(&self, chunk: Chunk<S>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(chunk);
    }

    pub fn into_rest(self) -> Vec<Chunk<S>> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner).into()
    }
}
