//! What a thread has offered lately: a small cache that keeps repetitions from the table.
//!
//! Neighbours in a layer have successors in common. A fifth to a half of all offers repeat
//! one of the last few thousand, and are answered here without a miss.

use std::hint::select_unpredictable;

use crate::table::Claim;

/// Entries of 16 bytes: what fits beside everything else into the second-level cache.
const ENTRIES: usize = 1 << 12;

/// The latest offers, one for each value of the lowest bits of the identity.
pub struct Recent(Box<[(u64, Claim); ENTRIES]>);

impl Recent {
    pub fn new() -> Self {
        let entries = vec![(0, Claim::ROOT); ENTRIES].into_boxed_slice();
        Self(entries.try_into().unwrap_or_else(|_| unreachable!("just so long")))
    }

    /// Notes an offer; says whether one at least as good was made before.
    ///
    /// Such an offer changes nothing, because claims only ever improve. So leaving it out
    /// is never seen from outside. Whether it repeats is a coin toss, so there is no
    /// branch on it here.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "the lowest bits")]
    #[allow(clippy::needless_bitwise_bool, reason = "no branch")]
    pub fn repeats(&mut self, identity: u64, claim: Claim) -> bool {
        let entry = &mut self.0[identity as usize % ENTRIES];
        let repeats = (entry.0 == identity) & (entry.1 >= claim);
        *entry = (identity, select_unpredictable(repeats, entry.1, claim));
        repeats
    }
}
