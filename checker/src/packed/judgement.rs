//! Which properties a state breaks, judged once for all states in which they read the same.

use super::worth::mix;
use super::{Packed, System, Table};
use crate::remembered::Lent;
use explorer::way_out::{Rescuer, Way};
use model::network::Change;
use model::{Contract, Fault, Faults, Situation};
use properties::Property;
use std::sync::{PoisonError, RwLock};

/// What one thread has judged.
pub(super) struct Judgements {
    /// By what properties read: the properties whose predicate is false.
    false_at: Lent,
    /// By property and what a rescue reads: whether there is a way out.
    ways: Table<(usize, u64), bool>,
    /// By lane: what it adds to the key of a rescue.
    rescues: Table<u32, u64>,
    rescuer: Rescuer,
    /// By property and what it reads: what tells its findings apart.
    kinds: Table<(usize, u64), u64>,
}

impl Judgements {
    pub(super) fn new(false_at: Lent) -> Self {
        let (ways, rescues, kinds) = (Table::default(), Table::default(), Table::default());
        Self { false_at, ways, rescues, rescuer: Rescuer::default(), kinds }
    }
}

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
    fn situation_key(&self, state: &Packed) -> u64 {
        let network_fault = self.faults(state).of_the_network() > 0;
        let parts = [
            self.usda.worth(state.usda).identity,
            self.tim3.worth(state.tim3).identity,
            mix(network_fault.into(), 6 + u64::from(self.is_at_rest(state))),
        ];
        let records = self.facts_of(state).map(|lane| lane.record_worth);
        mix(records.chain(parts).fold(0, u64::wrapping_add), 8)
    }

    /// The properties that this state breaks, by bits.
    pub(super) fn broken(&self, state: &Packed, known: &mut Judgements) -> u64 {
        let key = self.situation_key(state);
        let false_at = *known.false_at.verdicts.entry(key).or_insert_with(|| self.false_at(state));
        let faults = self.faults(state);
        let mut broken = 0;
        for place in (0..self.properties.len()).filter(|place| false_at >> place & 1 == 1) {
            // Whether there is a way out is costly to say, and no news where fewer faults
            // close it.
            let is_way_out = self.properties[place].is_way_out();
            let settled =
                is_way_out && !self.by_conjunct && self.known.fewer_suffice(place, faults);
            if !(settled || is_way_out && self.has_way_out(place, state, known)) {
                self.known.add(place, faults);
                broken |= 1 << place;
            }
        }
        broken
    }

    fn false_at(&self, state: &Packed) -> u64 {
        self.in_situation(state, |situation| {
            let is_false = |property: &Property| property.judge(situation).is_err();
            let bits = self.properties.iter().enumerate().filter(|(_, one)| is_false(one));
            bits.fold(0, |mask, (place, _)| mask | 1 << place)
        })
    }

    fn in_situation<T>(&self, state: &Packed, judge: impl FnOnce(&Situation<'_>) -> T) -> T {
        let (usda, tim3) = (self.usda.value(state.usda), self.tim3.value(state.tim3));
        let history = self.history(state);
        let (at_rest, faults) = (self.is_at_rest(state), self.faults(state));
        judge(&self.swap.situation_of(usda, tim3, &history, at_rest, faults))
    }

    /// Whether there is still a way out, as the property asks. What a rescue makes of messages
    /// and record is a function of them, so the answer is kept by those.
    fn has_way_out(&self, place: usize, state: &Packed, known: &mut Judgements) -> bool {
        let key = (place, self.rescue_key(state, known));
        if let Some(out) = known.ways.get(&key) {
            return *out;
        }
        let state = self.whole(state);
        let property = &self.properties[place];
        let way = self.watched(|| known.rescuer.way_out(self.swap, property, &state));
        if way == Way::Unknown {
            self.undecided.lock().unwrap_or_else(PoisonError::into_inner).insert(key.1);
        }
        // What is not known breaks nothing, and the search says that it was not.
        let out = way != Way::None;
        known.ways.insert(key, out);
        out
    }

    fn rescue_key(&self, state: &Packed, known: &mut Judgements) -> u64 {
        let change = Change::to_rescue();
        let worth = |number: &u32| {
            *known.rescues.entry(*number).or_insert_with(|| {
                let lane = self.lane.value(*number);
                let network = self.swap.network_after(&lane.network, &change, &[]);
                let history = self.swap.history_after(&lane.history, None, change.forget);
                lane.rescue_worth(&self.secret, &network, &history)
            })
        };
        let lanes = state.lanes[..self.lanes.len()].iter().map(worth);
        let sum: u64 = lanes.fold(0, u64::wrapping_add);
        let processes = self.usda.worth(state.usda).plus(self.tim3.worth(state.tim3));
        mix(sum.wrapping_add(processes.identity), 9)
    }

    /// What kind of counterexample it is: which faults it needs and, where that was asked for,
    /// which clause is false; of an amount, how much it is.
    pub(super) fn kind_of(&self, state: &Packed, place: usize, known: &mut Judgements) -> u64 {
        let faults = code(self.faults(state));
        let property = &self.properties[place];
        if !(self.by_conjunct || property.is_measure()) {
            return faults;
        }
        let key = (place, self.situation_key(state));
        let conjunct = *known.kinds.entry(key).or_insert_with(|| {
            let breach = self.in_situation(state, |situation| property.judge(situation));
            breach.err().map_or(0, |breach| 1 + u64::from(self.kinds.number(breach.kind())))
        });
        faults | conjunct << FAULT_BITS
    }
}
