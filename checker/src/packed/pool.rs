//! Parts of states by number.

use model::Shared;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Each distinct value once, with a number that all threads agree on. Numbers depend on the
/// timing of threads; what a value is [worth](Pool::worth) does not.
pub(super) struct Pool<T, F = ()> {
    numbers: Mutex<HashMap<Shared<T>, u32, foldhash::fast::FixedState>>,
    values: boxcar::Vec<Part<T, F>>,
    salt: u64,
    facts: fn(&T) -> F,
}

struct Part<T, F> {
    value: Shared<T>,
    worth: u64,
    facts: F,
}

impl<T: Hash + Eq> Pool<T> {
    /// An empty pool. Equal values in pools with different salts are worth different things.
    pub(super) fn new(salt: u64) -> Self {
        Self::with_facts(salt, |_| ())
    }
}

impl<T: Hash + Eq, F> Pool<T, F> {
    /// An empty pool that keeps with each value what is asked of it for every state.
    pub(super) fn with_facts(salt: u64, facts: fn(&T) -> F) -> Self {
        Self { numbers: Mutex::default(), values: boxcar::Vec::new(), salt, facts }
    }

    /// The number of a value.
    ///
    /// # Panics
    /// With 2^32 distinct values, for which no memory suffices.
    pub(super) fn number(&self, value: T) -> u32 {
        let value = Shared::new(value);
        // Parts are added whole, so a panic elsewhere leaves them in order.
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = numbers.get(&value) {
            return *number;
        }
        let worth = mix(value.content_hash(), self.salt);
        let facts = (self.facts)(&value);
        let number = self.values.push(Part { value: value.clone(), worth, facts });
        let number = u32::try_from(number).expect("fewer than 2^32 distinct parts");
        numbers.insert(value, number);
        number
    }

    /// The change from one value to another.
    pub(super) fn delta(&self, before: u32, after: T) -> Delta {
        let number = self.number(after);
        Delta { number, sum: self.worth(number).wrapping_sub(self.worth(before)) }
    }

    /// The value of a number.
    pub(super) fn value(&self, number: u32) -> &Shared<T> {
        &self.values[number as usize].value
    }

    /// What is kept with a value.
    pub(super) fn facts(&self, number: u32) -> &F {
        &self.values[number as usize].facts
    }

    /// What a value adds to the fingerprint of a state: derived from its content alone.
    pub(super) fn worth(&self, number: u32) -> u64 {
        self.values[number as usize].worth
    }
}

/// Another number for a part, and what it adds to the sum of a state.
#[derive(Clone, Copy)]
pub(super) struct Delta {
    pub(super) number: u32,
    pub(super) sum: u64,
}

/// A 64-bit value in which every bit depends on all of both. Different values with one salt
/// stay different.
pub(super) fn mix(value: u64, salt: u64) -> u64 {
    spread(value.wrapping_add(spread(salt ^ 0x243f_6a88_85a3_08d3)))
}

/// Every step can be undone, so nothing is lost.
fn spread(value: u64) -> u64 {
    let mixed = (value ^ (value >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    mixed ^ (mixed >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_of_what_is_mixed_is_used() {
        let mixed = || (0..4096).map(|value| mix(value, 7));
        assert_eq!(mixed().fold(0, |all, one| all | one), u64::MAX);
        assert_eq!(mixed().fold(u64::MAX, |all, one| all & one), 0);
        let distinct: std::collections::HashSet<u64> = mixed().collect();
        assert_eq!(distinct.len(), 4096);
    }
}
