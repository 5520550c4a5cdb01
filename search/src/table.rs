//! The visited table: open addressing over fingerprints, filled by all threads at once.
//!
//! A slot is two words of 8 bytes. The first is the identity of a state, zero while the slot is
//! empty; it is written once. The second is the best [`Claim`] seen so far: how few steps
//! lead to the state, and by which last step from which parent. It only ever grows, so the
//! outcome does not depend on the order in which threads arrive.
//!
//! Three slots share a cache line, together with the highest bits of the orders of the states
//! in them, which say where the states are looked for. A probe looks at all of its line before
//! it goes on to the next, so most probes cost one miss.

use std::collections::BinaryHeap;

use crate::pages::{Pages, prefetch};
use crate::sync::{AtomicU64, Ordering::Relaxed};
use crate::system::Fingerprint;

/// Bits of the parent's order kept in a claim, its highest ones.
const PARENT_BITS: u32 = 36;
const PARENT_MASK: u64 = (1 << PARENT_BITS) - 1;

const PRIORITY_BITS: u32 = u8::BITS;

/// The largest depth a claim can hold.
pub const MAX_DEPTH: u32 = (1 << (64 - PRIORITY_BITS - PARENT_BITS)) - 2;

/// "This state is `depth` steps from an initial one, by a step of this priority from this parent."
///
/// Depth and parent are stored inverted, so that the better claim is the larger number and
/// zero is the worst: fewer steps first, then the higher priority, then the smaller order of
/// the parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claim(u64);

impl Claim {
    /// The claim of an initial state.
    pub const ROOT: Self = Self(!0);

    /// Claims `depth` steps by way of a state of the order `parent`, the last one of priority 0.
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

    /// Whether a state of this order may be the parent.
    pub fn is_by_way_of(self, order: u64) -> bool {
        self.parent() == order >> (u64::BITS - PARENT_BITS)
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
pub const LINE: usize = 3;

/// The slots, and last the orders of what is in them, of 32 bits each.
type Line = [[AtomicU64; 2]; LINE + 1];

/// Bits of an order that are kept with a state, its highest ones.
const ORDER_BITS: u32 = 32;
const ORDER_MASK: u64 = (1 << ORDER_BITS) - 1;

/// The visited states. It does not grow by itself: see `visited`.
pub struct Table {
    lines: Pages<Line>,
}

/// What a slot holds: the identity of a state, its claim, and the highest bits of its order.
type Entry = (u64, u64, u64);

impl Table {
    /// Bytes of a line of [`LINE`] slots.
    pub const LINE_SIZE: usize = size_of::<Line>();

    /// An empty table of `slots` slots, a multiple of [`LINE`].
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

    /// The line where the probe for a state begins. Lines are ordered by what is kept of the
    /// order, so growing reads and writes memory in order.
    #[inline]
    #[allow(clippy::cast_possible_truncation, reason = "below the line count")]
    fn home(&self, kept: u64) -> usize {
        ((u128::from(kept) * self.lines.len() as u128) >> ORDER_BITS) as usize
    }

    /// The line after this one; the first follows the last.
    #[inline]
    fn after(&self, line: usize) -> usize {
        if line + 1 == self.lines.len() { 0 } else { line + 1 }
    }

    /// Asks for the line where the probe for a state begins, without waiting for it.
    #[inline]
    pub fn prefetch(&self, state: Fingerprint) {
        prefetch(&self.lines[self.home(kept(state.order))]);
    }

    /// Offers a state. `SHARED` says whether other threads do the same at this moment.
    ///
    /// The caller sees to it that a slot is free. Exactly one offer of a state is answered
    /// with `New`, and exactly one per depth with `New` or `Closer`. Relaxed operations
    /// suffice: each word is decided by its own history, and nothing else is published
    /// through the table while threads share it.
    #[inline]
    pub fn offer<const SHARED: bool>(&self, state: Fingerprint, claim: Claim) -> Offer {
        let answer = self.offer_home::<SHARED>(state, claim);
        answer.unwrap_or_else(|| self.offer_beyond::<SHARED>(state, claim))
    }

    /// The same, at the first line only. If that is full of other states there is no answer
    /// yet: the next line is asked for, and [`Self::offer_beyond`] goes on there later.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "the hottest loop of a search consists of it")]
    pub fn offer_home<const SHARED: bool>(
        &self,
        state: Fingerprint,
        claim: Claim,
    ) -> Option<Offer> {
        let home = self.home(kept(state.order));
        let line = &self.lines[home];
        // Most offers are of known states in their first line. Where in the line is a coin
        // toss, so it is computed without a branch.
        let mut at = LINE;
        for (place, slot) in slots(line).iter().enumerate() {
            let same = slot[0].load(Relaxed) == state.identity;
            at = if same { place } else { at };
        }
        if at < LINE {
            return Some(improve::<SHARED>(&line[at][1], claim));
        }
        let answer = offer_line::<SHARED>(line, state, claim);
        if answer.is_none() {
            prefetch(&self.lines[self.after(home)]);
        }
        answer
    }

    /// Goes on with an offer to which the first line gave no answer.
    #[inline(never)]
    pub fn offer_beyond<const SHARED: bool>(&self, state: Fingerprint, claim: Claim) -> Offer {
        let mut line = self.after(self.home(kept(state.order)));
        loop {
            if let Some(answer) = offer_line::<SHARED>(&self.lines[line], state, claim) {
                return answer;
            }
            line = self.after(line);
        }
    }

    /// The claim stored for a state.
    pub fn claim(&self, state: Fingerprint) -> Option<Claim> {
        let entry = self.cluster(kept(state.order)).find(|entry| entry.0 == state.identity);
        entry.map(|(_, claim, _)| Claim(claim))
    }

    /// The identities and claims of the states that may be the parent named in a claim.
    ///
    /// More than one with probability states / 2^32; replay tells them apart.
    pub fn parents(&self, claim: Claim) -> Vec<(u64, Claim)> {
        let wanted = claim.parent() >> (PARENT_BITS - ORDER_BITS);
        let entries = self.cluster(wanted).filter(|entry| entry.2 == wanted);
        let parents = entries.map(|(identity, own, _)| (identity, Claim(own)));
        parents.filter(|(_, own)| own.depth() + 1 == claim.depth()).collect()
    }

    /// Makes room for more slots, in place: there is never a second copy.
    ///
    /// Lines are ordered, so entries only ever move up. From the last line down each line is
    /// emptied, and its entries go into the part that is emptied already.
    pub fn grow(&mut self, slots: usize) {
        let before = self.lines.len();
        self.lines.extend(slots.div_ceil(LINE));
        // Entries that probing has put far above their home; the new home may not
        // be empty yet, and those that must go round to the first lines.
        let mut low = BinaryHeap::new();
        let mut round = Vec::new();
        for line in (0..before).rev() {
            for (identity, claim, order) in vacate(&self.lines[line]) {
                let entry = (order, identity, claim);
                if self.home(order) < line {
                    low.push(entry);
                } else if !self.place(entry) {
                    round.push(entry);
                }
            }
            while low.peek().is_some_and(|entry| self.home(entry.0) >= line) {
                round.extend(low.pop().filter(|entry| !self.place(*entry)));
            }
        }
        for (order, identity, claim) in round {
            let state = Fingerprint { order: order << ORDER_BITS, identity };
            self.offer::<false>(state, Claim(claim));
        }
    }

    /// Puts an entry into the first free slot from its home on; fails at the last line.
    fn place(&self, (order, identity, claim): (u64, u64, u64)) -> bool {
        for line in &self.lines[self.home(order)..] {
            for (place, slot) in slots(line).iter().enumerate() {
                if slot[0].load(Relaxed) == 0 {
                    slot[0].store(identity, Relaxed);
                    slot[1].store(claim, Relaxed);
                    keep_order::<false>(line, place, order);
                    return true;
                }
            }
        }
        false
    }

    /// All entries of the lines a probe may read: from a home to the first line that is not
    /// full.
    fn cluster(&self, kept: u64) -> impl Iterator<Item = Entry> {
        let next = move |line: &usize| {
            let is_full = slots(&self.lines[*line]).iter().all(|slot| slot[0].load(Relaxed) != 0);
            is_full.then(|| self.after(*line))
        };
        std::iter::successors(Some(self.home(kept)), next)
            .take(self.lines.len())
            .flat_map(|line| entries(&self.lines[line]))
    }
}

/// What is kept of an order.
#[inline]
fn kept(order: u64) -> u64 {
    order >> (u64::BITS - ORDER_BITS)
}

#[inline]
fn slots(line: &Line) -> &[[AtomicU64; 2]] {
    &line[..LINE]
}

/// Where the order of the state in a slot is: which word, and how far up.
#[inline]
fn order_at(place: usize) -> (usize, u32) {
    (place / 2, if place.is_multiple_of(2) { 0 } else { ORDER_BITS })
}

/// Keeps the order of a state with it. It was zero, and is written by who filled the slot.
#[inline]
fn keep_order<const SHARED: bool>(line: &Line, place: usize, kept: u64) {
    let (word, shift) = order_at(place);
    let word = &line[LINE][word];
    if SHARED {
        word.fetch_or(kept << shift, Relaxed);
    } else {
        word.store(word.load(Relaxed) | kept << shift, Relaxed);
    }
}

/// What is in a line. Its orders are all there once no thread offers states any more.
fn entries(line: &Line) -> impl Iterator<Item = Entry> + use<> {
    let entry = |place: usize| {
        let [identity, claim] = [0, 1].map(|word: usize| line[place][word].load(Relaxed));
        let (word, shift) = order_at(place);
        (identity, claim, line[LINE][word].load(Relaxed) >> shift & ORDER_MASK)
    };
    let entries: [Entry; LINE] = std::array::from_fn(entry);
    entries.into_iter().filter(|entry| entry.0 != 0)
}

/// Empties a line that only this thread sees; says what was in it.
fn vacate(line: &Line) -> impl Iterator<Item = Entry> + use<> {
    let entries = entries(line);
    for word in line.iter().flatten() {
        word.store(0, Relaxed);
    }
    entries
}

/// Offers a state to the slots of a line; no answer if it is full of others.
#[inline]
fn offer_line<const SHARED: bool>(line: &Line, state: Fingerprint, claim: Claim) -> Option<Offer> {
    slots(line).iter().enumerate().find_map(|(place, slot)| {
        let is_new = occupy::<SHARED>(&slot[0], state.identity)?;
        if is_new {
            keep_order::<SHARED>(line, place, kept(state.order));
        }
        Some(improve::<SHARED>(&slot[1], claim))
    })
}

/// Puts the identity into an empty slot; says whether it did, if the slot now holds it.
#[inline]
fn occupy<const SHARED: bool>(slot: &AtomicU64, identity: u64) -> Option<bool> {
    let found = slot.load(Relaxed);
    if found != 0 {
        return (found == identity).then_some(false);
    }
    if !SHARED {
        slot.store(identity, Relaxed);
        return Some(true);
    }
    match slot.compare_exchange(0, identity, Relaxed, Relaxed) {
        Ok(_) => Some(true),
        Err(other) => (other == identity).then_some(false),
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
