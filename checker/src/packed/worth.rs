//! What the parts of a state add to its fingerprint.

use search::Fingerprint;

/// What a part is worth, or the sum of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Worth {
    /// Derived from content alone. Who chooses the content can make two parts worth the same.
    pub(super) order: u64,
    /// Derived from content and the secret of a search, which nobody knows who chooses the
    /// content: two states have the same sum only by chance.
    pub(super) identity: u64,
}

impl Worth {
    pub(super) const ZERO: Self = Self { order: 0, identity: 0 };

    #[inline]
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            order: self.order.wrapping_add(other.order),
            identity: self.identity.wrapping_add(other.identity),
        }
    }

    #[inline]
    pub(super) fn minus(self, other: Self) -> Self {
        Self {
            order: self.order.wrapping_sub(other.order),
            identity: self.identity.wrapping_sub(other.identity),
        }
    }

    /// The fingerprint of the state whose parts are worth this: every bit of the order depends
    /// on every part.
    #[inline]
    pub(super) fn fingerprint(self) -> Fingerprint {
        Fingerprint { order: mix(self.order, 0), identity: self.identity }
    }
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
