//! Which properties a state breaks, judged once for all states in which they read the same.

use super::worth::mix;
use super::{Packed, Scratch, System, Table};
use crate::answers::Answers;
use crate::remembered::Lent;
use explorer::way_out::{Rescuer, Way};
use model::{Contract, Fault, Faults, Situation};
use properties::Property;
use std::sync::{PoisonError, RwLock};

/// What one thread has judged.
pub(super) struct Judgements {
    /// By what properties read: the properties whose predicate is false.
    false_at: Lent,
    /// By what a rescue reads: the properties whose answer is known, and those of them that have
    /// a way out, by bits.
    ways: Answers<Ways>,
    rescuer: Rescuer,
    /// By property and what it reads: what tells its findings apart.
    kinds: Table<(usize, u64), u64>,
}

/// Whether there is a way out, for several properties, by bits.
#[derive(Clone, Copy, Default)]
struct Ways {
    /// Where it was asked.
    known: u64,
    /// Where there is one.
    out: u64,
    /// Where it was asked, and nobody knows.
    open: u64,
}

impl Judgements {
    pub(super) fn new(false_at: Lent) -> Self {
        let (ways, kinds) = (Answers::default(), Table::default());
        Self { false_at, ways, rescuer: Rescuer::default(), kinds }
    }

    /// Keeps whether there is a way out for a property, by what a rescue reads.
    fn learn(&mut self, key: u64, place: usize, way: Way) -> Ways {
        let mut ways = self.ways.get(key).unwrap_or_default();
        ways.known |= 1 << place;
        ways.out |= u64::from(way == Way::Out) << place;
        ways.open |= u64::from(way == Way::Unknown) << place;
        self.ways.insert(key, ways);
        ways
    }
}

/// How many messages are delivered one after the other to find a way out, before all ways are
/// tried.
const FARTHEST: usize = 64;

/// The fault sets by which each property is known to be broken.
pub(super) struct Known(Vec<RwLock<Vec<Faults>>>);

impl Known {
    pub(super) fn new(properties: usize) -> Self {
        Self((0..properties).map(|_| RwLock::default()).collect())
    }

    fn add(&self, place: usize, faults: Faults) {
        if !self.suffice(place, faults, |_| true) {
            self.0[place].write().unwrap_or_else(PoisonError::into_inner).push(faults);
        }
    }

    /// Whether fewer of these faults suffice. All states with fewer faults have been judged
    /// before, so the answer does not depend on which thread asks when.
    fn fewer_suffice(&self, place: usize, faults: Faults) -> bool {
        self.suffice(place, faults, |set| set.total() < faults.total())
    }

    fn suffice(&self, place: usize, faults: Faults, counts: impl Fn(&Faults) -> bool) -> bool {
        let sets = self.0[place].read().unwrap_or_else(PoisonError::into_inner);
        sets.iter().any(|set| counts(set) && set.is_part_of(&faults))
    }
}

/// The kind of a finding: its faults, and above them what tells conjuncts apart.
const FAULT_BITS: u32 = 28;
const _: () = assert!(4 * Fault::ALL.len() == 28, "four bits for each kind of fault");

/// Whether a run with the faults of `earlier` makes one with those of `later` superfluous: it
/// needs a part of them, and the same conjunct is false.
pub(super) fn covers(earlier: u64, later: u64) -> bool {
    let part = |kind: u32| (earlier >> (4 * kind) & 15) <= (later >> (4 * kind) & 15);
    earlier >> FAULT_BITS == later >> FAULT_BITS && (0..FAULT_BITS / 4).all(part)
}

/// The places of the bits that are set.
fn bits(mut of: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = of.trailing_zeros();
        of &= of.wrapping_sub(1);
        (place < u64::BITS).then_some(place as usize)
    })
}

fn code(faults: Faults) -> u64 {
    let nibble = |sum, kind| sum << 4 | u64::from(faults.of(kind).min(15));
    Fault::ALL.into_iter().rev().fold(0, nibble)
}

impl<C: Contract> System<'_, C> {
    fn is_at_rest(&self, state: &Packed) -> bool {
        self.facts_of(state).all(|lane| lane.is_at_rest)
    }

    /// A key of 64 bits, by content and the secret; that two situations share one is as unlikely
    /// as that two states share their identity.
    fn situation_key(&self, state: &Packed, faults: Faults) -> u64 {
        let network_fault = faults.of_the_network() > 0;
        let parts = [
            self.usda.worth(state.usda).identity,
            self.tim3.worth(state.tim3).identity,
            mix(network_fault.into(), 6 + u64::from(self.is_at_rest(state))),
        ];
        let records = self.facts_of(state).map(|lane| lane.record_worth);
        mix(records.chain(parts).fold(0, u64::wrapping_add), 8)
    }

    /// The properties that this state breaks, by bits.
    pub(super) fn broken(&self, state: &Packed, scratch: &mut Scratch) -> u64 {
        let faults = self.faults(state);
        let false_at = self.false_at(state, faults, &mut scratch.judgements);
        let asked = false_at & self.ways_out;
        let out = if asked == 0 { 0 } else { self.out_at(asked, state, scratch) };
        let mut broken = false_at & !out;
        for place in bits(broken) {
            // Where fewer faults close the way out it is no news.
            if self.ways_out >> place & 1 == 1 && self.is_settled(place, faults) {
                broken &= !(1 << place);
            } else {
                self.known.add(place, faults);
            }
        }
        broken
    }

    /// Whether fewer faults are known to close the way out, and nobody asks for more.
    fn is_settled(&self, place: usize, faults: Faults) -> bool {
        !self.by_conjunct && self.known.fewer_suffice(place, faults)
    }

    /// The properties whose predicates are false, by bits, after these faults.
    fn false_at(&self, state: &Packed, faults: Faults, known: &mut Judgements) -> u64 {
        let key = self.situation_key(state, faults);
        known.false_at.verdicts.get(key).unwrap_or_else(|| {
            let false_at = self.in_situation(state, faults, |situation| {
                let is_false = |property: &Property| property.judge(situation).is_err();
                let bits = self.properties.iter().enumerate().filter(|(_, one)| is_false(one));
                bits.fold(0, |mask, (place, _)| mask | 1 << place)
            });
            known.false_at.verdicts.insert(key, false_at);
            false_at
        })
    }

    /// Asks for the memory that judging this state will read.
    #[inline]
    pub(super) fn prefetch_judgement(&self, state: &Packed, known: &Judgements) {
        known.false_at.verdicts.prefetch(self.situation_key(state, self.faults(state)));
        known.ways.prefetch(self.rescue_key(state));
    }

    fn in_situation<T>(
        &self,
        state: &Packed,
        faults: Faults,
        judge: impl FnOnce(&Situation<'_>) -> T,
    ) -> T {
        let (usda, tim3) = (self.usda.value(state.usda), self.tim3.value(state.tim3));
        let history = self.history(state);
        judge(&self.swap.situation_of(usda, tim3, &history, self.is_at_rest(state), faults))
    }

    /// For which of these properties there is a way out, by bits. It is costly to say, and not
    /// asked where it is settled. What a rescue makes of messages and record is a function of
    /// them, so the answer is kept by those.
    fn out_at(&self, asked: u64, state: &Packed, scratch: &mut Scratch) -> u64 {
        let key = self.rescue_key(state);
        let mut ways = scratch.judgements.ways.get(key).unwrap_or_default();
        for place in bits(asked & !ways.known) {
            if !self.is_settled(place, self.faults(state)) {
                let way = self.way_out(place, (state, key), scratch);
                ways = scratch.judgements.learn(key, place, way);
            }
        }
        // What is not known breaks nothing, and the search says that it was not.
        ways.out | ways.open
    }

    /// Whether there is still a way out, as the property asks.
    fn way_out(&self, place: usize, (state, key): (&Packed, u64), scratch: &mut Scratch) -> Way {
        if self.is_out_ahead(place, state, scratch) {
            return Way::Out;
        }
        let way = self.ask(place, state, &mut scratch.judgements);
        if way == Way::Unknown {
            self.undecided.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
        }
        way
    }

    /// Whether a way out is found by delivering one message after the other, and asking where
    /// nothing is on its way any more: many states lead there. Such a delivery is the same step
    /// in a rescue, unless notices to wallets are delivered.
    ///
    /// All states on a way that was found are known to have one.
    fn is_out_ahead(&self, place: usize, state: &Packed, scratch: &mut Scratch) -> bool {
        if self.spent.value(state.spent.into()).notices_assignable {
            return false;
        }
        let (mut at, mut passed) = (*state, Vec::new());
        let is_out = loop {
            let Some(next) = self.delivered(&at, scratch).filter(|_| passed.len() < FARTHEST)
            else {
                break !passed.is_empty()
                    && self.ask(place, &at, &mut scratch.judgements) == Way::Out;
            };
            at = next;
            let key = self.rescue_key(&at);
            let ways = scratch.judgements.ways.get(key).unwrap_or_default();
            if ways.known >> place & 1 == 1 {
                break ways.out >> place & 1 == 1;
            }
            passed.push(key);
            let false_at = self.false_at(&at, Faults::default(), &mut scratch.judgements);
            if false_at >> place & 1 == 0 {
                break true;
            }
        };
        if is_out {
            for key in passed {
                scratch.judgements.learn(key, place, Way::Out);
            }
        }
        is_out
    }

    /// Asks whether there is a way out, whatever is done next.
    fn ask(&self, place: usize, state: &Packed, known: &mut Judgements) -> Way {
        let whole = self.whole(state);
        let property = &self.properties[place];
        self.watched(|| known.rescuer.way_out(self.swap, property, &whole))
    }

    fn rescue_key(&self, state: &Packed) -> u64 {
        let lanes = self.facts_of(state).map(|lane| lane.rescue_worth);
        let sum: u64 = lanes.fold(0, u64::wrapping_add);
        let processes = self.usda.worth(state.usda).plus(self.tim3.worth(state.tim3));
        mix(sum.wrapping_add(processes.identity), 9)
    }

    /// What kind of counterexample it is: which faults it needs and, where that was asked for,
    /// which clause is false; of an amount, how much it is.
    pub(super) fn kind_of(&self, state: &Packed, place: usize, known: &mut Judgements) -> u64 {
        let used = self.faults(state);
        let faults = code(used);
        let property = &self.properties[place];
        if !(self.by_conjunct || property.is_measure()) {
            return faults;
        }
        let key = (place, self.situation_key(state, used));
        let conjunct = *known.kinds.entry(key).or_insert_with(|| {
            let breach = self.in_situation(state, used, |situation| property.judge(situation));
            breach.err().map_or(0, |breach| 1 + u64::from(self.kinds.number(breach.kind())))
        });
        faults | conjunct << FAULT_BITS
    }
}
