//! What is made once, whichever threads ask for it.

use super::workshop::{Table, lock};
use aos::Digest;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

/// Values by digests of what they are made from.
pub(super) struct Made<V> {
    shards: [Mutex<Table<Digest, Place<V>>>; 16],
}

enum Place<V> {
    /// Some thread makes it, for all that ask.
    Making(Arc<Mutex<Option<V>>>),
    Made(V),
}

impl<V> Default for Made<V> {
    fn default() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()) }
    }
}

impl<V: Clone> Made<V> {
    /// The value of a digest: made by the first thread that asks for it, while others that ask
    /// for the same one wait. Making it must not ask for itself.
    pub(super) fn get_or(&self, key: Digest, make: impl FnOnce() -> V) -> V {
        self.get_or_try(key, || Ok::<_, Infallible>(make())).unwrap_or_else(|never| match never {})
    }

    /// The same, where making it may fail: then the next caller tries again.
    pub(super) fn get_or_try<E>(
        &self,
        key: Digest,
        make: impl FnOnce() -> Result<V, E>,
    ) -> Result<V, E> {
        let shard = &self.shards[usize::from(key.bytes()[0]) % self.shards.len()];
        let making = match lock(shard).entry(key).or_insert_with(|| Place::Making(Arc::default())) {
            Place::Made(value) => return Ok(value.clone()),
            Place::Making(place) => Arc::clone(place),
        };
        let mut place = lock(&making);
        if let Some(value) = &*place {
            return Ok(value.clone());
        }
        let value = place.insert(make()?);
        lock(shard).insert(key, Place::Made(value.clone()));
        Ok(value.clone())
    }

    /// How many values there are that `count` says yes to.
    pub(super) fn count(&self, count: impl Fn(&V) -> bool) -> u64 {
        let counts = |place: &&Place<V>| match place {
            Place::Made(value) => count(value),
            Place::Making(_) => false,
        };
        let made = |shard: &Mutex<Table<Digest, Place<V>>>| {
            lock(shard).values().filter(counts).count() as u64
        };
        self.shards.iter().map(made).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
    use std::thread;
    use std::time::Duration;

    #[test]
    fn a_value_is_made_once_though_threads_ask_at_the_same_moment() {
        let (values, times) = (Made::default(), AtomicU32::new(0));
        let make = || {
            thread::sleep(Duration::from_millis(20));
            times.fetch_add(1, Relaxed)
        };
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| assert_eq!(values.get_or(Digest::of(b"one"), make), 0));
            }
        });
        assert_eq!(values.get_or(Digest::of(b"other"), make), 1);
        assert_eq!(values.count(|_| true), 2);
        assert_eq!(values.count(|value| *value == 1), 1);
    }

    #[test]
    fn what_could_not_be_made_is_tried_again() {
        let (values, seven) = (Made::default(), Digest::of(b"seven"));
        assert_eq!(values.get_or_try(seven, || Err("no time")), Err("no time"));
        assert_eq!(values.count(|_| true), 0);
        assert_eq!(values.get_or_try(seven, || Ok::<_, &str>(1)), Ok(1));
        assert_eq!(values.get_or(seven, || 2), 1);
    }
}
