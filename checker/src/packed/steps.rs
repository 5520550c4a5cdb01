//! What moves do, computed once for each part they touch.
//!
//! A move changes a process, by what is evaluated, and a lane, by its effects. The
//! lane depends on the process only through the *effect* of the evaluation: what is sent and
//! what it leaves in the record. There are few effects, so both halves are look-ups.

use super::lane::{Lane, swept};
use super::moves::{Item, Move, Moves};
use super::pool::Delta;
use super::worth::Worth;
use super::{NONE, Packed, System, Table};
use model::history::Observed;
use model::step::{After, Evaluated};
use model::{Contract, Message, Shared};
use properties::Witness;

/// The steps that one thread has computed.
#[derive(Default)]
pub(super) struct Steps {
    /// By item, then process; [`NONE`] as effect where it is not known yet.
    processes: Vec<Vec<ProcessAfter>>,
    /// By move: the first effect that it was seen to have, mostly the only one.
    lanes: Vec<Option<(u32, LaneAfter)>>,
    /// By move and effect: the others.
    other_lanes: Table<(u32, u32), LaneAfter>,
    /// By lane and spent.
    swept: Table<u64, Delta>,
    effects: Vec<Effect>,
    numbers: Table<Effect, u32>,
}

/// What an evaluation does beside changing a process.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Effect {
    carried: Vec<Shared<Message>>,
    observed: Observed,
}

#[derive(Clone, Copy)]
struct ProcessAfter {
    process: Delta,
    effect: u32,
}

impl ProcessAfter {
    const UNKNOWN: Self = Self { process: Delta { number: 0, sum: Worth::ZERO }, effect: NONE };
}

/// The place of a number in a list that grows as needed.
fn at<T: Clone>(list: &mut Vec<T>, number: u32, empty: T) -> &mut T {
    let place = number as usize;
    if list.len() <= place {
        list.resize(place + 1, empty);
    }
    &mut list[place]
}

#[derive(Clone, Copy)]
struct LaneAfter {
    lane: Delta,
    /// Whether a fault added nothing to it.
    idle: bool,
}

impl<C: Contract> System<'_, C> {
    /// The state after a move; nothing if it is a fault without effect.
    pub(super) fn take(
        &self,
        state: &Packed,
        place: usize,
        number: u32,
        moves: &Moves,
        steps: &mut Steps,
    ) -> Option<Packed> {
        let to = &moves.all[number as usize];
        let mut next = Packed { spent: to.spent, faults: to.faults, ..*state };
        next.sum = state.sum.plus(to.spent_delta);
        let mut effect = NONE;
        if to.item != NONE {
            let after = self.process_after(state, to, moves, steps);
            *(if to.at_usda { &mut next.usda } else { &mut next.tim3 }) = after.process.number;
            next.sum = next.sum.plus(after.process.sum);
            effect = after.effect;
        }
        let after = self.lane_after(number, effect, moves, steps);
        next.lanes[place] = after.lane.number;
        next.sum = next.sum.plus(after.lane.sum);
        if to.is_fault {
            if after.idle && next.usda == state.usda && next.tim3 == state.tim3 {
                return None;
            }
            self.sweep(&mut next, place, steps);
        }
        Some(next)
    }

    fn process_after(
        &self,
        state: &Packed,
        to: &Move,
        moves: &Moves,
        steps: &mut Steps,
    ) -> ProcessAfter {
        let process = if to.at_usda { state.usda } else { state.tim3 };
        let known = steps.processes.get(to.item as usize).and_then(|of| of.get(process as usize));
        if let Some(after) = known.filter(|after| after.effect != NONE) {
            return *after;
        }
        let after = match &moves.items.all[to.item as usize] {
            Item::Message(message, nth, assignable) => {
                let usda = self.usda.value(state.usda);
                let tim3 = self.tim3.value(state.tim3);
                let evaluate = || self.swap.evaluate(usda, tim3, message, *nth, *assignable);
                let evaluated = self.watched(evaluate);
                self.witness(Witness::of_evaluation(&evaluated.evaluation));
                self.number_evaluated(process, evaluated, steps)
            }
            Item::Load(load) => {
                let load = || self.swap.loaded(self.tim3.value(process), *load);
                let (tim3, observed) = self.watched(load);
                let effect = Effect { carried: Vec::new(), observed };
                ProcessAfter {
                    process: self.tim3.delta(process, tim3),
                    effect: steps.number(effect),
                }
            }
        };
        let of_item = at(&mut steps.processes, to.item, Vec::new());
        *at(of_item, process, ProcessAfter::UNKNOWN) = after;
        after
    }

    fn number_evaluated(
        &self,
        process: u32,
        evaluated: Evaluated<C::State>,
        steps: &mut Steps,
    ) -> ProcessAfter {
        let Evaluated { after, carried, observed, .. } = evaluated;
        let process = match after {
            After::Tim3(tim3) => self.tim3.delta(process, tim3),
            After::Usda(ledger) => self.usda.delta(process, ledger),
        };
        ProcessAfter { process, effect: steps.number(Effect { carried, observed }) }
    }

    fn lane_after(&self, number: u32, effect: u32, moves: &Moves, steps: &mut Steps) -> LaneAfter {
        if let Some(after) = steps.lane_after(number, effect) {
            return after;
        }
        let after = self.compute_lane_after(number, effect, moves, steps);
        let first = at(&mut steps.lanes, number, None);
        if first.is_none() {
            *first = Some((effect, after));
        } else {
            steps.other_lanes.insert((number, effect), after);
        }
        after
    }

    fn compute_lane_after(
        &self,
        number: u32,
        effect: u32,
        moves: &Moves,
        steps: &Steps,
    ) -> LaneAfter {
        let (to, plan) = (&moves.all[number as usize], &moves.plans[number as usize]);
        let before = self.lane.value(to.lane);
        let effect = steps.effects.get(effect as usize);
        let carried = effect.map_or(&[][..], |effect| &effect.carried);
        let change = &plan.change;
        let network = self.swap.network_after(&before.network, change, carried);
        let observed = effect.map(|effect| &effect.observed);
        let history = self.swap.history_after(&before.history, observed, change.forget);
        self.witness(Witness::of_history(&history));
        let range = self.lanes.wallets(self.swap, before.place);
        let wallets = plan.wallets.as_ref().map(|all| all[range].to_vec());
        let lane = Lane {
            place: before.place,
            wallets: wallets.unwrap_or_else(|| before.wallets.clone()),
            network: Shared::new(network),
            history,
        };
        LaneAfter {
            idle: to.may_be_idle && lane.doings().add_nothing_to(&before.doings()),
            lane: self.lane.delta(to.lane, lane),
        }
    }

    /// Drops from the other lanes what nothing can read any more after a fault.
    fn sweep(&self, state: &mut Packed, place: usize, steps: &mut Steps) {
        for other in (0..self.lanes.len()).filter(|other| *other != place) {
            let number = state.lanes[other];
            let key = u64::from(number) << 32 | u64::from(state.spent);
            let delta = *steps.swept.entry(key).or_insert_with(|| {
                let spent = **self.spent.value(state.spent.into());
                self.lane.delta(number, swept(self.swap, self.lane.value(number), spent))
            });
            state.lanes[other] = delta.number;
            state.sum = state.sum.plus(delta.sum);
        }
    }
}

impl Steps {
    fn lane_after(&self, number: u32, effect: u32) -> Option<LaneAfter> {
        match self.lanes.get(number as usize)? {
            Some((first, after)) if *first == effect => Some(*after),
            Some(_) => self.other_lanes.get(&(number, effect)).copied(),
            None => None,
        }
    }

    fn number(&mut self, effect: Effect) -> u32 {
        if let Some(number) = self.numbers.get(&effect) {
            return *number;
        }
        let number = u32::try_from(self.effects.len()).expect("few effects");
        self.effects.push(effect.clone());
        self.numbers.insert(effect, number);
        number
    }
}
