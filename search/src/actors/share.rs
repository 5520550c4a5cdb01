//! What each part of a global state adds to its fingerprint, by XOR.

use std::fmt::Debug;
use std::hash::Hash;
use std::ops::{BitXor, BitXorAssign};

use crate::system::Fingerprint;

/// The share of a part in the fingerprint of a state, or the XOR of several.
///
/// There are two. A `u64` is a public hash of content: for actors whose states nobody chooses
/// with a purpose. A [`Fingerprint`] has an identity beside it which is keyed by a secret: for
/// actors that follow what somebody else wrote. Only properties that [identify](Identify) parts
/// can have it.
pub trait Share<P: ?Sized>:
    BitXor<Output = Self> + BitXorAssign + Copy + Debug + Default + Eq + Into<Fingerprint> + Send + Sync
{
    /// The share of a part, by the order that was derived from its content. Different parts of
    /// one state differ in `part`, of whatever kind they are.
    fn of(properties: &P, order: u64, part: &impl Hash) -> Self;
}

/// Gives parts of states an identity that nobody can foresee.
pub trait Identify {
    /// A number for all that a part hashes, keyed by a secret of this run: the same for equal
    /// parts, and for any others the same by chance only.
    fn identity(&self, part: &impl Hash) -> u64;
}

impl<P: ?Sized> Share<P> for u64 {
    fn of(_: &P, order: u64, _: &impl Hash) -> Self {
        order
    }
}

impl<P: Identify + ?Sized> Share<P> for Fingerprint {
    fn of(properties: &P, order: u64, part: &impl Hash) -> Self {
        Self { order, identity: properties.identity(part) }
    }
}

impl BitXor for Fingerprint {
    type Output = Self;

    #[inline]
    fn bitxor(self, other: Self) -> Self {
        Self { order: self.order ^ other.order, identity: self.identity ^ other.identity }
    }
}

impl BitXorAssign for Fingerprint {
    #[inline]
    fn bitxor_assign(&mut self, other: Self) {
        *self = *self ^ other;
    }
}

/// What a part is: parts of two kinds hash differently whatever is in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Part<T> {
    Local(T),
    /// An envelope in flight.
    Envelope(T),
    /// So many faults of one kind.
    Faults(T),
}

/// The shares of counted faults, by kind and count.
pub(super) type FaultShares<F> = [[F; 256]; 2];

/// The shares of counted faults, duplicates first.
pub(super) fn of_faults<P, F: Share<P>>(properties: &P) -> FaultShares<F> {
    std::array::from_fn(|kind| {
        std::array::from_fn(|count| {
            let order = order_of_faults((kind * 256 + count) as u64 + 256);
            F::of(properties, order, &Part::Faults((kind, count)))
        })
    })
}

fn order_of_faults(seed: u64) -> u64 {
    let mixed = (seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 32
}

#[cfg(test)]
mod tests {
    use super::Part;
    use crate::system::content_hash;

    /// Were they the same, one of each would undo the other in a XOR.
    #[test]
    fn equal_parts_of_two_kinds_hash_differently() {
        let [local, envelope, faults] =
            [Part::Local(7), Part::Envelope(7), Part::Faults(7)].map(|part| content_hash(&part));
        assert!(local != envelope && envelope != faults && faults != local);
    }
}
