//! Parts of states by number.

use super::Table;
use super::worth::{Worth, mix};
use model::{Part as _, Secret, Shared};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Each distinct value once, with a number that all threads agree on. Numbers depend on the
/// timing of threads; what a value is [worth](Pool::worth) does not. Values are one only if
/// they are equal.
pub(super) struct Pool<T, F = ()> {
    numbers: Mutex<Table<Shared<T>, u32>>,
    values: boxcar::Vec<Part<T, F>>,
    salt: u64,
    secret: Secret,
}

struct Part<T, F> {
    value: Shared<T>,
    worth: Worth,
    facts: F,
}

impl<T: Hash + Eq> Pool<T> {
    /// The number of a value.
    pub(super) fn number(&self, value: T) -> u32 {
        self.number_with(Shared::new(value), |_| ())
    }
}

impl<T: Hash + Eq, F> Pool<T, F> {
    /// An empty pool. Equal values in pools with different salts are worth different things.
    pub(super) fn new(salt: u64, secret: &Secret) -> Self {
        let (numbers, values) = (Mutex::default(), boxcar::Vec::new());
        Self { numbers, values, salt, secret: secret.clone() }
    }

    /// The number of a value. What is derived from it is kept with it.
    ///
    /// # Panics
    /// With 2^32 distinct values, for which no memory suffices.
    pub(super) fn number_with(&self, value: Shared<T>, facts: impl FnOnce(&T) -> F) -> u32 {
        // Parts are added whole, so a panic elsewhere leaves them in order.
        let mut numbers = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = numbers.get(&value) {
            return *number;
        }
        let worth = worth_of(&self.secret, &value, self.salt);
        let facts = facts(&value);
        let number = self.values.push(Part { value: value.clone(), worth, facts });
        let number = u32::try_from(number).expect("fewer than 2^32 distinct parts");
        numbers.insert(value, number);
        number
    }

    /// The change from the value of one number to that of another.
    pub(super) fn delta_to(&self, before: u32, after: u32) -> Delta {
        Delta { number: after, sum: self.worth(after).minus(self.worth(before)) }
    }

    /// Puts one number in the place of another; says what that adds to the sum of a state.
    #[inline]
    pub(super) fn change(&self, number: &mut u32, after: u32) -> Worth {
        if *number == after {
            return Worth::ZERO;
        }
        self.worth(after).minus(self.worth(std::mem::replace(number, after)))
    }

    /// The value of a number.
    pub(super) fn value(&self, number: u32) -> &Shared<T> {
        &self.values[number as usize].value
    }

    /// What is kept with a value.
    pub(super) fn facts(&self, number: u32) -> &F {
        &self.values[number as usize].facts
    }

    /// What a value adds to the fingerprint of a state.
    pub(super) fn worth(&self, number: u32) -> Worth {
        self.values[number as usize].worth
    }
}

/// What a part is worth.
pub(super) fn worth_of<T: Hash>(secret: &Secret, part: &Shared<T>, salt: u64) -> Worth {
    Worth { order: mix(part.order(), salt), identity: secret.number_of(part, salt) }
}

/// Another number for a part, and what it adds to the sum of a state.
#[derive(Clone, Copy, Default)]
pub(super) struct Delta {
    pub(super) number: u32,
    pub(super) sum: Worth,
}
