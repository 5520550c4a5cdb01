//! The visited table: open addressing over 64-bit fingerprints, filled by all threads at once.
//!
//! A slot is two words of 8 bytes. The first is the fingerprint, zero while the slot is
//! empty; it is written once. The second is the best [`Claim`] seen so far: how few steps
//! lead to the state, and by which last step from which parent. It only ever grows, so the
//! outcome does not depend on the order in which threads arrive.
//!
//! Four slots share a cache line. A probe looks at all of its line before it goes on to the
//! next, so most probes cost one miss.

use std::collections::BinaryHeap;

use crate::pages::{Pages, prefetch};
use crate::sync::{AtomicU64, Ordering::Relaxed};

/// Bits of the parent's fingerprint kept in a claim, its highest ones.
const PARENT_BITS: u32 = 36;
const PARENT_MASK: u64 = (1 << PARENT_BITS) - 1;

/// Bits of a priority.
const PRIORITY_BITS: u32 = u8::BITS;

/// The largest depth a claim can hold.
pub const MAX_DEPTH: u32 = (1 << (64 - PRIORITY_BITS - PARENT_BITS)) - 2;

/// "This state is `depth` steps from an initial one, by a step of this priority from this parent."
///
/// Depth and parent are stored inverted, so that the better claim is the larger number and
/// zero is the worst: fewer steps first, then the higher priority, then the smaller parent
/// fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim(u64);

impl Claim {
    /// The claim of an initial state.
    pub const ROOT: Self = Self(!0);

    /// Claims `depth` steps by way of the state with the fingerprint `parent`, the last one of
    /// priority 0.
    pub fn new(depth: u32, parent: u64) -> Self {
        debug_assert!((1..=MAX_DEPTH).contains(&depth));
        let depth = !u64::from(depth) << (PRIORITY_BITS + PARENT_BITS);
        Self(depth | (!parent >> (64 - PARENT_BITS)))
    }

    /// The same, by a step of this priority.
    #[inline]
    #[must_use]
    pub fn with_priority(self, priority: u8) -> Self {
        Self(self.0 | u64::from(priority) << PARENT_BITS)
    }

    /// Steps from an initial state.
    #[allow(clippy::cast_possible_truncation, reason = "20 bits remain")]
    pub fn depth(self) -> u32 {
        (!self.0 >> (PRIORITY_BITS + PARENT_BITS)) as u32
    }

    fn parent(self) -> u64 {
        !self.0 & PARENT_MASK
    }
}

/// What an offered state turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Never seen before.
    New,
    /// Seen before, but on a longer way: it must be queued again at its new depth.
    Closer,
    /// Nothing to do.
    Known,
}

/// Slots of a cache line of 64 bytes.
const LINE: usize = 4;

type Line = [[AtomicU64; 2]; LINE];

/// The visited states. It does not grow by itself: see `visited`.
pub struct Table {
    lines: Pages<Line>,
}

impl Table {
    /// Bytes of one slot.
    pub const SLOT: usize = 16;

    /// An empty table of `slots` slots, a multiple of four.
    ///
    /// # Panics
    /// If the memory cannot be had.
    pub fn new(slots: usize) -> Self {
        Self { lines: Pages::zeroed(slots.div_ceil(LINE)) }
    }

    /// Number of slots.
    #[allow(clippy::len_without_is_empty, reason = "slots, not entries")]
    pub fn len(&self) -> usize {
        self.lines.len() * LINE
    }

    /// The slots that it can have.
    pub fn most(&self) -> usize {
        self.lines.most().saturating_mul(LINE)
    }

    /// The line where the probe for a fingerprint begins. Lines are ordered by fingerprint,
    /// so growing reads and writes memory in order.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "below the line count")]
    fn home(&self, fingerprint: u64) -> usize {
        ((u128::from(fingerprint) * self.lines.len() as u128) >> 64) as usize
    }

    /// The line after this one; the first follows the last.
    #[inline]
    fn after(&self, line: usize) -> usize {
        if line + 1 == self.lines.len() { 0 } else { line + 1 }
    }

    /// Asks for the line where the probe for a fingerprint begins, without waiting for it.
    #[inline]
    pub fn prefetch(&self, fingerprint: u64) {
        prefetch(&self.lines[self.home(fingerprint)]);
    }

    /// Offers a state. `SHARED` says whether other threads do the same at this moment.
    ///
    /// The caller sees to it that a slot is free. Exactly one offer of a state is answered
    /// with `New`, and exactly one per depth with `New` or `Closer`. Relaxed operations
    /// suffice: each word is decided by its own history, and nothing else is published
    /// through the table.
    #[inline]
    pub fn offer<const SHARED: bool>(&self, fingerprint: u64, claim: Claim) -> Offer {
        let answer = self.offer_home::<SHARED>(fingerprint, claim);
        answer.unwrap_or_else(|| self.offer_beyond::<SHARED>(fingerprint, claim))
    }

    /// The same, at the first line only. If that is full of other states there is no answer
    /// yet: the next line is asked for, and [`Self::offer_beyond`] goes on there later.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "the hottest loop of a search consists of it")]
    pub fn offer_home<const SHARED: bool>(&self, fingerprint: u64, claim: Claim) -> Option<Offer> {
        let home = self.home(fingerprint);
        let line = &self.lines[home];
        // Most offers are of known states in their first line. Where in the line is a coin
        // toss, so it is computed rather than branched upon.
        let mut at = LINE;
        for (place, slot) in line.iter().enumerate() {
            let same = slot[0].load(Relaxed) == fingerprint;
            at = if same { place } else { at };
        }
        if at < LINE {
            return Some(improve::<SHARED>(&line[at][1], claim));
        }
        let answer = offer_line::<SHARED>(line, fingerprint, claim);
        if answer.is_none() {
            prefetch(&self.lines[self.after(home)]);
        }
        answer
    }

    /// Goes on with an offer to which the first line gave no answer.
    #[inline(never)]
    pub fn offer_beyond<const SHARED: bool>(&self, fingerprint: u64, claim: Claim) -> Offer {
        let mut line = self.after(self.home(fingerprint));
        loop {
            if let Some(answer) = offer_line::<SHARED>(&self.lines[line], fingerprint, claim) {
                return answer;
            }
            line = self.after(line);
        }
    }

    /// The claim stored for a state.
    pub fn claim(&self, fingerprint: u64) -> Option<Claim> {
        self.cluster(fingerprint).find(|(found, _)| *found == fingerprint).map(|(_, claim)| claim)
    }

    /// The states that may be the parent named in a claim, smallest fingerprint first.
    ///
    /// More than one with probability states / 2^36; replay tells them apart.
    pub fn parents(&self, claim: Claim) -> Vec<u64> {
        let prefix = claim.parent();
        let mut found: Vec<u64> = self
            .cluster(prefix << (64 - PARENT_BITS))
            .filter(|(fingerprint, own)| {
                fingerprint >> (64 - PARENT_BITS) == prefix && own.depth() + 1 == claim.depth()
            })
            .map(|(fingerprint, _)| fingerprint)
            .collect();
        found.sort_unstable();
        found
    }

    /// Makes room for more slots, in place: there is never a second copy.
    ///
    /// Lines are ordered by fingerprint, so entries only ever move up. From the last line
    /// down each line is emptied, and its entries go into the part that is emptied already.
    pub fn grow(&mut self, slots: usize) {
        let before = self.lines.len();
        self.lines.extend(slots.div_ceil(LINE));
        // Entries that probing has put far above their home, of which the new home may not
        // be empty yet, and those that must go round to the first lines.
        let mut low = BinaryHeap::new();
        let mut round = Vec::new();
        for line in (0..before).rev() {
            for slot in &self.lines[line] {
                let Some(entry) = vacate(slot) else { break };
                if self.home(entry.0) < line {
                    low.push(entry);
                } else if !self.place(entry) {
                    round.push(entry);
                }
            }
            while low.peek().is_some_and(|entry| self.home(entry.0) >= line) {
                round.extend(low.pop().filter(|entry| !self.place(*entry)));
            }
        }
        for (fingerprint, claim) in round {
            self.offer::<false>(fingerprint, Claim(claim));
        }
    }

    /// Puts an entry into the first free slot from its home on; fails at the last line.
    fn place(&self, (fingerprint, claim): (u64, u64)) -> bool {
        for line in &self.lines[self.home(fingerprint)..] {
            for slot in line {
                if slot[0].load(Relaxed) == 0 {
                    slot[0].store(fingerprint, Relaxed);
                    slot[1].store(claim, Relaxed);
                    return true;
                }
            }
        }
        false
    }

    /// All entries of the lines a probe may read: from a fingerprint's home to the first
    /// line that is not full.
    ///
    /// One line more is read before stopping: a prefix may round down to the line before.
    fn cluster(&self, fingerprint: u64) -> impl Iterator<Item = (u64, Claim)> {
        let home = self.home(fingerprint);
        let next = move |line: &usize| {
            let full = || self.lines[*line].iter().all(|slot| slot[0].load(Relaxed) != 0);
            (*line == home || full()).then(|| self.after(*line))
        };
        std::iter::successors(Some(home), next)
            .take(self.lines.len())
            .flat_map(|line| &self.lines[line])
            .map(|slot| (slot[0].load(Relaxed), Claim(slot[1].load(Relaxed))))
            .filter(|(found, _)| *found != 0)
    }
}

/// Empties a slot that only this thread sees; says what was in it.
#[inline]
fn vacate(slot: &[AtomicU64; 2]) -> Option<(u64, u64)> {
    let [fingerprint, claim] = [0, 1].map(|word| slot[word].load(Relaxed));
    for word in slot {
        word.store(0, Relaxed);
    }
    (fingerprint != 0).then_some((fingerprint, claim))
}

/// Offers a state to the slots of a line; no answer if it is full of others.
#[inline]
fn offer_line<const SHARED: bool>(line: &Line, fingerprint: u64, claim: Claim) -> Option<Offer> {
    let slot = line.iter().find(|slot| occupy::<SHARED>(&slot[0], fingerprint))?;
    Some(improve::<SHARED>(&slot[1], claim))
}

/// Puts the fingerprint into an empty slot; says whether the slot now holds it.
#[inline]
fn occupy<const SHARED: bool>(slot: &AtomicU64, fingerprint: u64) -> bool {
    let found = slot.load(Relaxed);
    if found != 0 {
        return found == fingerprint;
    }
    if !SHARED {
        slot.store(fingerprint, Relaxed);
        return true;
    }
    match slot.compare_exchange(0, fingerprint, Relaxed, Relaxed) {
        Ok(_) => true,
        Err(other) => other == fingerprint,
    }
}

/// Keeps the better of two claims and says what the offered one changed.
#[inline]
fn improve<const SHARED: bool>(word: &AtomicU64, claim: Claim) -> Offer {
    let mut before = word.load(Relaxed);
    if before < claim.0 {
        if SHARED {
            before = word.fetch_max(claim.0, Relaxed);
        } else {
            word.store(claim.0, Relaxed);
        }
    }
    match before {
        0 => Offer::New,
        _ if Claim(before).depth() > claim.depth() => Offer::Closer,
        _ => Offer::Known,
    }
}
