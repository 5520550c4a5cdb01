//! The global state of an actor system: ids and bits.

use std::array::from_fn;
use std::ops::{BitXor, BitXorAssign};

use super::store::Sends;

/// Envelopes per word of 64 bits.
pub(crate) const PER_WORD: usize = 32;
const LOW: u64 = 0x5555_5555_5555_5555;

/// Envelopes as a set: of the two bits of each the lower one.
pub(crate) type Lanes<const W: usize> = [u64; W];

/// The set of one envelope.
#[inline]
pub(crate) fn lane<const W: usize>(envelope: usize) -> Lanes<W> {
    from_fn(|word| if word == envelope / PER_WORD { in_word(envelope) } else { 0 })
}

/// Its bit in its word.
#[inline]
pub(crate) fn in_word(envelope: usize) -> u64 {
    1 << (envelope % PER_WORD * 2)
}

/// The members of one word of a set, by id.
#[inline]
pub(crate) fn members(word: usize, mut lanes: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (lanes != 0).then(|| lanes.trailing_zeros() as usize)?;
        lanes &= lanes - 1;
        Some(word * PER_WORD + bit / 2)
    })
}

/// A global state of `N` actors and at most `32 * W` distinct envelopes, with a fingerprint of
/// [shares](super::Share) `F`.
#[derive(Clone, Copy, Debug)]
pub struct Global<const N: usize, const W: usize, F = u64> {
    /// XOR of the shares of all its parts.
    pub(crate) fingerprint: F,
    /// Two bits for each envelope: its status in a set, its copies in a multiset.
    pub(crate) flight: [u64; W],
    /// The id of each actor's local state.
    pub(crate) locals: [u32; N],
    /// Counted faults: duplicates, losses.
    pub(crate) faults: [u8; 2],
    /// How the state was reached when it was built; no part of it.
    pub(crate) last: Last,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Last {
    /// Its number, or [`Self::NOTHING`].
    pub action: u32,
    /// What it sent.
    pub sends: Sends,
}

impl Last {
    pub const NOTHING: Self = Self { action: u32::MAX, sends: Sends::NOTHING };
}

impl<const N: usize, const W: usize, F> Global<N, W, F> {
    /// The status of an envelope, or its number of copies.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "two bits")]
    pub(crate) fn status(&self, envelope: usize) -> u8 {
        (self.flight[envelope / PER_WORD] >> (envelope % PER_WORD * 2)) as u8 & 3
    }

    /// Changes the status of an envelope; `shares` are its shares by status.
    ///
    /// Every word is computed anew rather than one of them changed in memory, here and in
    /// [`Self::set_local`]: the state then stays in registers, where copying it does not have
    /// to wait for a partial store.
    #[inline]
    pub(crate) fn set(&mut self, envelope: usize, from: u8, to: u8, shares: &[F; 4])
    where
        F: Copy + BitXor<Output = F> + BitXorAssign,
    {
        let change = u64::from(from ^ to) << (envelope % PER_WORD * 2);
        let place = envelope / PER_WORD;
        self.flight = from_fn(|word| self.flight[word] ^ if word == place { change } else { 0 });
        self.fingerprint ^= shares[usize::from(from)] ^ shares[usize::from(to)];
    }

    /// Changes the local state of an actor; `delta` is what that does to the fingerprint.
    #[inline]
    pub(crate) fn set_local(&mut self, actor: usize, local: u32, delta: F)
    where
        F: BitXorAssign,
    {
        self.locals = from_fn(|other| if other == actor { local } else { self.locals[other] });
        self.fingerprint ^= delta;
    }

    /// Envelopes in flight, of one word, and those of them with the status 1.
    #[inline]
    pub(crate) fn present(&self, word: usize) -> (u64, u64) {
        let (low, high) = (self.flight[word] & LOW, self.flight[word] >> 1 & LOW);
        (low | high, low & !high)
    }

    /// Envelopes in flight with their status, by id.
    #[inline]
    pub(crate) fn in_flight(&self) -> impl Iterator<Item = (usize, u8)> {
        InFlight { flight: self.flight, word: 0 }
    }
}

struct InFlight<const W: usize> {
    flight: [u64; W],
    word: usize,
}

impl<const W: usize> Iterator for InFlight<W> {
    type Item = (usize, u8);

    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "two bits")]
    fn next(&mut self) -> Option<(usize, u8)> {
        while self.word < W {
            let lanes = self.flight[self.word];
            if lanes != 0 {
                let bit = ((lanes | lanes >> 1) & LOW).trailing_zeros();
                self.flight[self.word] &= !(3 << bit);
                let envelope = self.word * PER_WORD + bit as usize / 2;
                return Some((envelope, (lanes >> bit) as u8 & 3));
            }
            self.word += 1;
        }
        None
    }
}
