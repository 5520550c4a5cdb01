//! Parts of a state that many states have in common.

use aos::{Digest, Secret, order_of};
use std::{
    hash::{Hash, Hasher},
    ops::Deref,
    sync::{Arc, OnceLock},
};

/// An immutable part, kept once and hashed once: cloning it or hashing what contains it
/// does not look at it again.
#[derive(Debug)]
pub struct Shared<T>(Arc<Part<T>>);

#[derive(Debug)]
struct Part<T> {
    /// Another one in each run: see [`keyed`].
    keyed: u64,
    order: OnceLock<u64>,
    digest: OnceLock<Digest>,
    value: T,
}

impl<T: Hash> Shared<T> {
    /// Shares `value`.
    pub fn new(value: T) -> Self {
        let (keyed, order, digest) = (keyed(&value), OnceLock::new(), OnceLock::new());
        Self(Arc::new(Part { keyed, order, digest, value }))
    }

    /// The same in every run: see [`order_of`].
    pub fn order(&self) -> u64 {
        *self.0.order.get_or_init(|| order_of(&self.0.value))
    }

    /// The digest of the value: the same for equal values, and for no others.
    pub fn digest(&self) -> Digest {
        *self.0.digest.get_or_init(|| Digest::of_value(&self.0.value))
    }
}

/// A number of one secret of this run, under which no file can make two values share it.
pub(crate) fn keyed(value: &impl Hash) -> u64 {
    static SECRET: OnceLock<Secret> = OnceLock::new();
    SECRET.get_or_init(Secret::random).number_of(value, 0)
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
        let same = Arc::ptr_eq(&self.0, &other.0);
        same || (self.0.keyed == other.0.keyed && self.0.value == other.0.value)
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
        Digest::hash_part(hasher, self.0.keyed, || self.order(), || self.digest());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::BuildHasher;

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
