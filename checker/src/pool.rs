//! Parts of states by number.

use model::Shared;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

/// Each distinct value once, with a number that all threads agree on.
pub(crate) struct Pool<T> {
    parts: RwLock<Parts<T>>,
}

struct Parts<T> {
    numbers: HashMap<Shared<T>, u32, foldhash::fast::FixedState>,
    values: Vec<Shared<T>>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        let parts = Parts { numbers: HashMap::default(), values: Vec::new() };
        Self { parts: RwLock::new(parts) }
    }
}

impl<T: Hash + Eq> Pool<T> {
    /// The number of a value.
    ///
    /// # Panics
    /// With 2^32 distinct values, for which no memory suffices.
    pub(crate) fn number(&self, value: T) -> u32 {
        let value = Shared::new(value);
        // Parts are added whole, so a panic elsewhere leaves them in order.
        let mut parts = self.parts.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = parts.numbers.get(&value) {
            return *number;
        }
        let number = u32::try_from(parts.values.len()).expect("fewer than 2^32 distinct parts");
        parts.values.push(value.clone());
        parts.numbers.insert(value, number);
        number
    }
    /// The value of a number: with a lock, for rare use.
    pub(crate) fn value(&self, number: u32) -> Shared<T> {
        let parts = self.parts.read().unwrap_or_else(PoisonError::into_inner);
        parts.values[number as usize].clone()
    }
}

/// One thread's view of a pool, which it reads without a lock.
pub(crate) struct View<T> {
    seen: Vec<Shared<T>>,
}

impl<T> Default for View<T> {
    fn default() -> Self {
        Self { seen: Vec::new() }
    }
}

impl<T> View<T> {
    /// The value of this number in `pool`.
    pub(crate) fn of(&mut self, pool: &Pool<T>, number: u32) -> &Shared<T> {
        let place = number as usize;
        if place >= self.seen.len() {
            let parts = pool.parts.read().unwrap_or_else(PoisonError::into_inner);
            self.seen.extend(parts.values[self.seen.len()..].iter().cloned());
        }
        &self.seen[place]
    }
}
