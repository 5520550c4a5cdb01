//! What the parts of a state add to its fingerprint.

use search::Fingerprint;

/// What a part is worth, or the sum of several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    use super::super::pool::worth_of;
    use super::*;
    use model::{Digest, Part, Secret, Shared};
    use std::collections::HashSet;
    use std::hash::{Hash, Hasher};

    #[test]
    fn every_bit_of_what_is_mixed_is_used() {
        let mixed = || (0..4096).map(|value| mix(value, 7));
        assert_eq!(mixed().fold(0, |all, one| all | one), u64::MAX);
        assert_eq!(mixed().fold(u64::MAX, |all, one| all & one), 0);
        let distinct: HashSet<u64> = mixed().collect();
        assert_eq!(distinct.len(), 4096);
    }

    /// A part that shares its order with all others.
    #[derive(PartialEq, Eq)]
    struct Forged(u64);

    impl Hash for Forged {
        fn hash<H: Hasher>(&self, hasher: &mut H) {
            Digest::hash_part(hasher, self);
        }
    }

    impl Part for Forged {
        fn quick(&self) -> u64 {
            9
        }

        fn number(&self) -> u64 {
            self.0
        }

        fn order(&self) -> u64 {
            9
        }

        fn digest(&self) -> Digest {
            Digest::of(&self.0.to_le_bytes())
        }
    }

    #[test]
    fn no_two_states_share_an_identity_though_all_share_an_order() {
        let secret = Secret::random();
        let part = |last, salt| worth_of(&secret, &Shared::new(Forged(last)), salt);
        // A thousand values of each of two parts, in all combinations.
        let [ones, others] = [1, 2].map(|salt| {
            let of = (0..1000).map(|last| part(last, salt));
            of.collect::<Vec<_>>()
        });
        let mut identities = HashSet::new();
        let mut orders = HashSet::new();
        for one in &ones {
            for other in &others {
                let Fingerprint { order, identity } = one.plus(*other).fingerprint();
                orders.insert(order);
                assert!(identities.insert(identity), "two states are one");
            }
        }
        assert_eq!((identities.len(), orders.len()), (1_000_000, 1));
    }

    #[test]
    fn the_order_of_a_state_is_the_same_whatever_the_secret() {
        let worth = |secret: &Secret| worth_of(secret, &Shared::new("part"), 3);
        let (one, other) = (worth(&Secret::random()), worth(&Secret::random()));
        assert_eq!(one.order, other.order);
        assert_ne!(one.identity, other.identity);
    }
}
