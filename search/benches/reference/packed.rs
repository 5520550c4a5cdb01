//! The workload packed into three words by hand: what a search of it costs at least.

#![allow(clippy::cast_possible_truncation, reason = "hashes and indices of 64-bit words")]

use super::Size;

/// Statuses, flags with issue counters, amounts.
#[derive(Clone, Copy)]
pub struct Packed {
    /// Two bits per message: transfers, credit notices, burns, releases.
    statuses: u64,
    /// One bit each: transferred, minted, burns seen, burned, released; then two bits per
    /// user for deposits and burns issued; the highest bit is "minted twice".
    flags: u64,
    /// Four bits each: balances, TIM3 balances, held by TIM3, supply, collateral.
    amounts: u64,
}

const TWICE: u64 = 1 << 63;
const FRESH: u64 = 1;
const KEPT: u64 = 2;

/// Where things are in the words.
pub struct Layout {
    size: Size,
    deposits: usize,
    burns: usize,
    one_user_amounts: u64,
}

impl Layout {
    pub fn new(size: Size) -> Self {
        let layout = Self {
            size,
            deposits: size.users * size.deposits,
            burns: size.users * size.burns,
            one_user_amounts: (1 << (4 * size.users)) - 1,
        };
        assert!(layout.deposits + layout.burns <= 16 && size.users <= 6);
        layout
    }

    pub fn initial(&self) -> Packed {
        let amounts = (0..self.size.users).map(|user| (self.size.deposits as u64) << (4 * user));
        Packed { statuses: 0, flags: 0, amounts: amounts.sum() }
    }

    /// Hands every successor to `push`.
    #[inline]
    pub fn successors(&self, state: &Packed, mut push: impl FnMut(Packed)) {
        self.issue(state, &mut push);
        let mut left = (state.statuses | state.statuses >> 1) & 0x5555_5555_5555_5555;
        while left != 0 {
            let at = left.trailing_zeros();
            left &= left - 1;
            let mut gone = *state;
            gone.statuses &= !(3 << at);
            push(self.handle(gone, at as usize / 2));
            if self.size.dup && state.statuses >> at & 3 == FRESH {
                let mut kept = gone;
                kept.statuses |= KEPT << at;
                push(self.handle(kept, at as usize / 2));
            }
            if self.size.loss {
                push(gone);
            }
        }
    }

    #[inline]
    fn issue(&self, state: &Packed, push: &mut impl FnMut(Packed)) {
        let issued = 2 * self.deposits + 3 * self.burns;
        for user in 0..self.size.users {
            let deposits = issued + 2 * user;
            let burns = deposits + 2 * self.size.users;
            for (at, most, first) in
                [(deposits, self.size.deposits, 0), (burns, self.size.burns, 2 * self.deposits)]
            {
                let count = (state.flags >> at & 3) as usize;
                if count < most {
                    let mut next = *state;
                    next.flags += 1 << at;
                    next.statuses |= FRESH << (2 * (first + user * most + count));
                    push(next);
                }
            }
        }
    }

    #[inline]
    fn handle(&self, state: Packed, message: usize) -> Packed {
        let (deposits, burns) = (self.deposits, self.burns);
        if message < deposits {
            self.transfer(state, message)
        } else if message < 2 * deposits {
            self.credit(state, message - deposits)
        } else if message < 2 * deposits + burns {
            self.burn(state, message - 2 * deposits)
        } else {
            self.release(state, message - 2 * deposits - burns)
        }
    }

    #[inline]
    fn transfer(&self, mut state: Packed, number: usize) -> Packed {
        let done = 1 << number;
        if self.size.dedupe == 1 && state.flags & done != 0 {
            return state;
        }
        state.flags |= done;
        let balance = 4 * (number / self.size.deposits);
        if state.amounts >> balance & 15 >= 1 {
            state.amounts -= 1 << balance;
            state.amounts += 1 << self.held();
            state.statuses &= !(3 << (2 * (self.deposits + number)));
            state.statuses |= FRESH << (2 * (self.deposits + number));
        }
        state
    }

    #[inline]
    fn credit(&self, mut state: Packed, number: usize) -> Packed {
        let minted = 1 << (self.deposits + number);
        if state.flags & minted != 0 {
            if self.size.dedupe != 0 {
                return state;
            }
            state.flags |= TWICE;
        }
        state.flags |= minted;
        let user = number / self.size.deposits;
        state.amounts += self.tim3_unit(user);
        state
    }

    #[inline]
    fn burn(&self, mut state: Packed, number: usize) -> Packed {
        let seen = 1 << (2 * self.deposits + number);
        if self.size.dedupe != 0 && state.flags & seen != 0 {
            return state;
        }
        state.flags |= seen;
        let user = number / self.size.burns;
        if state.amounts >> (4 * (self.size.users + user)) & 15 >= 1 {
            state.amounts -= self.tim3_unit(user);
            state.flags |= 1 << (2 * self.deposits + self.burns + number);
            let release = 2 * (2 * self.deposits + self.burns + number);
            state.statuses = state.statuses & !(3 << release) | FRESH << release;
        }
        state
    }

    #[inline]
    fn release(&self, mut state: Packed, number: usize) -> Packed {
        let done = 1 << (2 * self.deposits + 2 * self.burns + number);
        if self.size.dedupe == 1 && state.flags & done != 0 {
            return state;
        }
        state.flags |= done;
        if state.amounts >> self.held() & 15 >= 1 {
            state.amounts -= 1 << self.held();
            state.amounts += 1 << (4 * (number / self.size.burns));
        }
        state
    }

    fn held(&self) -> usize {
        8 * self.size.users
    }

    /// One unit of TIM3 in a user's balance, the supply and the collateral.
    fn tim3_unit(&self, user: usize) -> u64 {
        1 << (4 * (self.size.users + user)) | 0x11 << (self.held() + 4)
    }

    /// The seven invariants, in the order of `SPEC.md`; all bits clear if they hold.
    #[inline]
    pub fn judge(&self, state: &Packed) -> u64 {
        let nibbles = |word: u64| -> u64 {
            let pairs = (word & 0x0f0f_0f0f_0f0f_0f0f) + (word >> 4 & 0x0f0f_0f0f_0f0f_0f0f);
            pairs.wrapping_mul(0x0101_0101_0101_0101) >> 56
        };
        let field = |from: usize, width: usize| state.flags >> from & ((1 << width) - 1);
        let users = nibbles(state.amounts & self.one_user_amounts);
        let tim3 = nibbles(state.amounts >> (4 * self.size.users) & self.one_user_amounts);
        let held = state.amounts >> self.held() & 15;
        let supply = state.amounts >> (self.held() + 4) & 15;
        let collateral = state.amounts >> (self.held() + 8) & 15;
        let (deposits, burns) = (self.deposits, self.burns);
        let unminted = field(0, deposits) & !field(deposits, deposits);
        let burned = field(2 * deposits + burns, burns);
        let released = field(2 * deposits + 2 * burns, burns);
        let pending = u64::from(unminted.count_ones() + (burned & !released).count_ones());
        let in_flight = state.statuses >> (2 * (2 * deposits + burns));
        let unburned = (0..burns).any(|burn| {
            burned >> burn & 1 == 0
                && (in_flight >> (2 * burn) & 3 != 0 || released >> burn & 1 != 0)
        });
        let violated = [
            supply != tim3,
            supply != collateral,
            users + held != deposits as u64,
            self.size.dedupe == 1 && held != supply + pending,
            state.flags & TWICE != 0,
            unburned,
            held < supply,
        ];
        let bits = violated.into_iter().enumerate();
        bits.fold(0, |mask, (bit, one)| mask | u64::from(one) << bit)
    }
}

impl Packed {
    #[inline]
    fn fingerprint(&self) -> u64 {
        let fold = |a: u64, b: u64| {
            let product = u128::from(a) * u128::from(b);
            (product as u64) ^ (product >> 64) as u64
        };
        let first = fold(self.statuses ^ 0x243f_6a88_85a3_08d3, self.flags ^ 0x1319_8a2e_0370_7344);
        fold(first ^ 0xa409_3822_299f_31d0, self.amounts ^ 0x082e_fa98_ec4e_6c89).max(1)
    }
}

/// States, transitions and violations (as a mask) of a layered search written for this
/// workload alone, on one thread.
pub fn explore(size: Size, parents: bool) -> (u64, u64, u64) {
    if parents { layered::<2>(&Layout::new(size)) } else { layered::<1>(&Layout::new(size)) }
}

const BATCH: usize = 256;

/// `WORDS` is 2 with parents kept, 1 without.
fn layered<const WORDS: usize>(layout: &Layout) -> (u64, u64, u64) {
    let mut visited = Visited::<WORDS>::new();
    let mut layer = vec![layout.initial()];
    visited.insert(layer[0].fingerprint(), 0);
    let mut next = Vec::new();
    let mut batch: Vec<(u64, u64, Packed)> = Vec::with_capacity(BATCH);
    let (mut transitions, mut violated) = (0, 0);
    while !layer.is_empty() {
        for state in layer.drain(..) {
            violated |= layout.judge(&state);
            let parent = state.fingerprint();
            layout.successors(&state, |state| {
                transitions += 1;
                batch.push((state.fingerprint(), parent, state));
                if batch.len() == BATCH {
                    visited.insert_all(&mut batch, &mut next);
                }
            });
        }
        visited.insert_all(&mut batch, &mut next);
        std::mem::swap(&mut layer, &mut next);
    }
    (visited.count as u64, transitions, violated)
}

/// Open addressing by the highest bits of the fingerprint, at most three quarters full.
struct Visited<const WORDS: usize> {
    slots: Vec<[u64; WORDS]>,
    count: usize,
    shift: u32,
}

impl<const WORDS: usize> Visited<WORDS> {
    fn new() -> Self {
        Self { slots: vec![[0; WORDS]; 1 << 16], count: 0, shift: 48 }
    }

    fn insert_all(&mut self, batch: &mut Vec<(u64, u64, Packed)>, next: &mut Vec<Packed>) {
        if self.count + BATCH > self.slots.len() / 4 * 3 {
            self.grow();
        }
        let touched = batch.iter().map(|one| self.slots[(one.0 >> self.shift) as usize][0]);
        std::hint::black_box(touched.fold(0, |all, slot| all ^ slot));
        for (fingerprint, parent, state) in batch.drain(..) {
            if self.insert(fingerprint, parent) {
                next.push(state);
            }
        }
    }

    #[inline]
    fn insert(&mut self, fingerprint: u64, parent: u64) -> bool {
        let mut at = (fingerprint >> self.shift) as usize;
        loop {
            let slot = &mut self.slots[at];
            if slot[0] == fingerprint {
                return false;
            }
            if slot[0] == 0 {
                slot[WORDS - 1] = parent;
                slot[0] = fingerprint;
                self.count += 1;
                return true;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn grow(&mut self) {
        let larger = vec![[0; WORDS]; self.slots.len() * 2];
        let old = std::mem::replace(&mut self.slots, larger);
        self.shift -= 1;
        self.count = 0;
        for slot in old {
            if slot[0] != 0 {
                self.insert(slot[0], slot[WORDS - 1]);
            }
        }
    }
}
