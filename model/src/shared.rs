//! Parts of a state that many states have in common.

use aos::{Digest, Part, Secret, order_of};
use std::{
    hash::{BuildHasher, Hash, Hasher},
    ops::Deref,
    sync::{Arc, OnceLock},
};

/// An immutable part, kept once and hashed at most once in each way: cloning it or hashing what
/// contains it does not look at it again.
#[derive(Debug)]
pub struct Shared<T>(Arc<Kept<T>>);

#[derive(Debug)]
struct Kept<T> {
    taken: Taken,
    value: T,
}

/// What is taken of a part when it is asked for.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    quick: OnceLock<u64>,
    number: OnceLock<u64>,
    order: OnceLock<u64>,
    digest: OnceLock<Digest>,
}

impl Taken {
    /// See [`Part::quick`]: another one in each run, so that no file can fill a table with values
    /// that share it.
    pub(crate) fn quick(&self, value: &impl Hash) -> u64 {
        static SEED: OnceLock<foldhash::quality::RandomState> = OnceLock::new();
        let seed = || SEED.get_or_init(foldhash::quality::RandomState::default);
        *self.quick.get_or_init(|| seed().hash_one(value))
    }

    /// Whether it is known already that they are of two values.
    fn differ(&self, other: &Self) -> bool {
        matches!((self.quick.get(), other.quick.get()), (Some(one), Some(two)) if one != two)
    }

    /// See [`Part::number`].
    pub(crate) fn number(&self, value: &impl Hash) -> u64 {
        static SECRET: OnceLock<Secret> = OnceLock::new();
        *self.number.get_or_init(|| SECRET.get_or_init(Secret::random).number_of(value, 0))
    }

    /// See [`Part::order`].
    pub(crate) fn order(&self, value: &impl Hash) -> u64 {
        *self.order.get_or_init(|| order_of(value))
    }

    /// See [`Part::digest`].
    pub(crate) fn digest(&self, value: &impl Hash) -> Digest {
        *self.digest.get_or_init(|| Digest::of_value(value))
    }
}

impl<T: Hash> Shared<T> {
    pub fn new(value: T) -> Self {
        Self(Arc::new(Kept { taken: Taken::default(), value }))
    }
}

impl<T: Hash> Part for Shared<T> {
    fn quick(&self) -> u64 {
        self.0.taken.quick(&self.0.value)
    }

    fn number(&self) -> u64 {
        self.0.taken.number(&self.0.value)
    }

    fn order(&self) -> u64 {
        self.0.taken.order(&self.0.value)
    }

    fn digest(&self) -> Digest {
        self.0.taken.digest(&self.0.value)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || !self.0.taken.differ(&other.0.taken) && self.0.value == other.0.value
    }
}

impl<T: PartialOrd> PartialOrd for Shared<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.0.value.partial_cmp(&other.0.value)
    }
}

impl<T: Ord> Ord for Shared<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.value.cmp(&other.0.value)
    }
}

impl<T: Eq> Eq for Shared<T> {}

impl<T: Hash> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        Digest::hash_part(hasher, self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_parts_are_equal_and_hash_alike_wherever_they_were_made() {
        let (a, b) = (Shared::new("part"), Shared::new("part"));
        let state = foldhash::fast::RandomState::default();
        assert_eq!(a, b);
        assert_eq!(a.digest(), b.digest());
        assert_eq!(state.hash_one(&a), state.hash_one(&b));
        assert_ne!(a, Shared::new("other part"));
    }
}
