//! What is kept by numbers of 64 bits, and looked up for every state and step.

use search::prefetch;

/// Values by keys of 64 bits: open addressing, at most half full, so that most look-ups read one
/// cache line.
///
/// Keys are compared, and nothing else is: content must have become a number before.
pub(crate) struct Answers<V = u64> {
    /// Keys with their values; none under the key zero. Their number is a power of two.
    slots: Vec<(u64, V)>,
    used: usize,
}

/// Slots of a fresh table.
const FIRST: usize = 64;

/// Spreads keys that are small numbers over the table; of those that are spread already it only
/// changes the order.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl<V: Copy + Default> Default for Answers<V> {
    fn default() -> Self {
        Self { slots: vec![Default::default(); FIRST], used: 0 }
    }
}

impl<V: Copy + Default> Answers<V> {
    /// Zero is read as one.
    #[inline]
    pub(crate) fn get(&self, key: u64) -> Option<V> {
        let (found, value) = self.slots[self.place(key)];
        (found != 0).then_some(value)
    }

    pub(crate) fn insert(&mut self, key: u64, value: V) {
        if 2 * (self.used + 1) > self.slots.len() {
            self.grow();
        }
        let place = self.place(key);
        self.used += usize::from(self.slots[place].0 == 0);
        self.slots[place] = (key.max(1), value);
    }

    /// Asks for the memory that a look-up will read, without waiting for it.
    #[inline]
    pub(crate) fn prefetch(&self, key: u64) {
        prefetch(&self.slots[self.home(key)]);
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "below the number of slots")]
    fn home(&self, key: u64) -> usize {
        (key.max(1).wrapping_mul(SPREAD) >> (64 - self.slots.len().ilog2())) as usize
    }

    /// Where a key is, or would be put.
    #[inline]
    fn place(&self, key: u64) -> usize {
        let mut place = self.home(key);
        while self.slots[place].0 != key.max(1) && self.slots[place].0 != 0 {
            place = (place + 1) & (self.slots.len() - 1);
        }
        place
    }

    #[cold]
    fn grow(&mut self) {
        let larger = vec![Default::default(); 2 * self.slots.len()];
        for (key, value) in std::mem::replace(&mut self.slots, larger) {
            if key != 0 {
                let place = self.place(key);
                self.slots[place] = (key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_own_value() {
        let mut answers = Answers::default();
        // Small numbers, numbers that differ in their highest bits only, and those in between.
        let keys = || {
            let all = (0..64).flat_map(|shift| (1..64_u64).map(move |key| key << shift));
            all.filter(|key| *key != 0)
        };
        for key in keys() {
            answers.insert(key, !key);
        }
        assert!(keys().all(|key| answers.get(key) == Some(!key)));
        assert_eq!(answers.get(0), answers.get(1));
        assert!((0..64).all(|shift| answers.get(65 << shift | 1 << 63 | 5).is_none()));
        answers.insert(3, 7);
        assert_eq!(answers.get(3), Some(7));
    }
}
