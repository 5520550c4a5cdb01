//! What moves do, computed once for each part they touch.
//!
//! A move changes a process, by what is evaluated, and a lane, by its effects. The
//! lane depends on the process only through the *effect* of the evaluation: what is sent and
//! what it leaves in the record. There are few effects, so both halves are look-ups. And the
//! messages of a lane do not depend on its record, nor the record on them.

use super::lane::{Doing, Parts, Sweeping};
use super::moves::{Item, Move, Moves, UNKNOWN};
use super::pool::Delta;
use super::worth::Worth;
use super::{NONE, Packed, Scratch, System, Table};
use crate::answers::Answers;
use model::history::Observed;
use model::step::{After, Evaluated};
use model::{Contract, Message, Shared};
use properties::Witness;

/// The steps that one thread has computed.
#[derive(Default)]
pub(super) struct Steps {
    /// By item and process.
    processes: Answers<ProcessAfter>,
    /// By move and effect, where it is not the first that was seen.
    lanes: Answers<LaneAfter>,
    /// By how they are swept, then by lane; the number is [`NONE`] where it is not known yet.
    swept: [Vec<Delta>; Sweeping::ALL],
    effects: Vec<Kept>,
    numbers: Table<Effect, u32>,
    /// What is sent, by number.
    sent: Table<Vec<Shared<Message>>, u32>,
    /// By messages, how they change, and what is sent: the messages.
    networks: Table<(u32, u32, u32), u32>,
    /// By messages before and after a fault: whether these add nothing to those.
    idle_networks: Answers<bool>,
    /// By wallets: the same without the names of tricks.
    retired: Table<u32, u32>,
    /// By record, effect, and whether repeats are forgotten: the record.
    histories: Table<(u32, u32, bool), u32>,
    by_parts: Table<Parts, u32>,
}

/// What an evaluation does beside changing a process.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Effect {
    carried: Vec<Shared<Message>>,
    observed: Observed,
}

/// The same, with the number of what is sent.
struct Kept {
    carried: Vec<Shared<Message>>,
    sends: u32,
    observed: Observed,
}

#[derive(Clone, Copy, Default)]
struct ProcessAfter {
    process: u32,
    effect: u32,
}

/// A lane after a move.
#[derive(Clone, Copy, Default)]
pub(super) struct LaneAfter {
    sum: Worth,
    number: u32,
    /// Whether a fault added nothing to it.
    idle: bool,
}

/// A step from a state, with all that was looked up.
struct Taken {
    /// The sum of the state after it, except for what is swept.
    sum: Worth,
    usda: u32,
    tim3: u32,
    lane: u32,
}

/// A key for two numbers.
#[inline]
fn both(one: u32, other: u32) -> u64 {
    (u64::from(one) + 1) << 32 | u64::from(other)
}

impl<C: Contract> System<'_, C> {
    /// The state after a move; nothing if it is a fault without effect.
    pub(super) fn take(
        &self,
        state: &Packed,
        (place, number): (usize, u32),
        moves: &mut Moves,
        steps: &mut Steps,
    ) -> Option<Packed> {
        let Taken { sum, usda, tim3, lane } = self.taken(state, (place, number), moves, steps)?;
        let Move { spends, sweeping, .. } = moves.all[number as usize];
        let mut next = Packed { sum, usda, tim3, ..*state };
        if !spends.is_nothing() {
            let after = self.after_spending(state.spent, spends, &mut moves.budgets);
            (next.spent, next.faults) = (after.spent, after.faults);
        }
        next.lanes[place] = lane;
        if sweeping != Sweeping::NONE {
            for other in (0..self.lanes.len()).filter(|other| *other != place) {
                let delta = self.sweep(next.lanes[other], Sweeping(sweeping), steps);
                next.lanes[other] = delta.number;
                next.sum = next.sum.plus(delta.sum);
            }
        }
        Some(next)
    }

    /// The state after the first message that can be delivered between the processes.
    pub(super) fn delivered(&self, state: &Packed, scratch: &mut Scratch) -> Option<Packed> {
        let Scratch { moves, steps, .. } = scratch;
        (0..self.lanes.len()).find_map(|place| {
            let mut numbers = self.moves(state, place, moves);
            let number = numbers.find(|number| moves.all[*number as usize].delivers)?;
            self.take(state, (place, number), moves, steps)
        })
    }

    /// The sum of the state after a move; nothing if it is a fault without effect.
    #[inline]
    pub(super) fn sum_after(
        &self,
        state: &Packed,
        (place, number): (usize, u32),
        moves: &mut Moves,
        steps: &mut Steps,
    ) -> Option<Worth> {
        let Taken { mut sum, .. } = self.taken(state, (place, number), moves, steps)?;
        let sweeping = moves.all[number as usize].sweeping;
        if sweeping != Sweeping::NONE {
            for other in (0..self.lanes.len()).filter(|other| *other != place) {
                sum = sum.plus(self.sweep(state.lanes[other], Sweeping(sweeping), steps).sum);
            }
        }
        Some(sum)
    }

    #[inline]
    fn taken(
        &self,
        state: &Packed,
        (place, number): (usize, u32),
        moves: &mut Moves,
        steps: &mut Steps,
    ) -> Option<Taken> {
        let to = moves.all[number as usize];
        let Packed { mut usda, mut tim3, .. } = *state;
        let mut sum = state.sum;
        let mut effect = NONE;
        if to.item != NONE {
            let after = self.process_after(state, &to, moves, steps);
            sum = sum.plus(if to.at_usda {
                self.usda.change(&mut usda, after.process)
            } else {
                self.tim3.change(&mut tim3, after.process)
            });
            effect = after.effect;
        }
        let after = if to.effect == effect {
            to.first
        } else {
            self.lane_after(state.lanes[place], (number, effect), moves, steps)
        };
        if !to.spends.is_nothing() {
            if after.idle && usda == state.usda && tim3 == state.tim3 {
                return None;
            }
            sum = sum.plus(self.after_spending(state.spent, to.spends, &mut moves.budgets).sum);
        }
        Some(Taken { sum: sum.plus(after.sum), usda, tim3, lane: after.number })
    }

    #[inline]
    fn process_after(
        &self,
        state: &Packed,
        to: &Move,
        moves: &Moves,
        steps: &mut Steps,
    ) -> ProcessAfter {
        let process = if to.at_usda { state.usda } else { state.tim3 };
        match steps.processes.get(both(to.item, process)) {
            Some(after) => after,
            None => self.evaluate(state, to.item, process, moves, steps),
        }
    }

    #[cold]
    fn evaluate(
        &self,
        state: &Packed,
        item: u32,
        process: u32,
        moves: &Moves,
        steps: &mut Steps,
    ) -> ProcessAfter {
        let after = match &moves.items.all[item as usize] {
            Item::Message(message, nth, assignable) => {
                let usda = self.usda.value(state.usda);
                let tim3 = self.tim3.value(state.tim3);
                let evaluate = || self.swap.evaluate(usda, tim3, message, *nth, *assignable);
                let evaluated = self.watched(evaluate);
                self.witness(Witness::of_evaluation(&evaluated.evaluation));
                self.number_evaluated(evaluated, steps)
            }
            Item::Load(load) => {
                let load = || self.swap.loaded(self.tim3.value(process), *load);
                let (tim3, observed) = self.watched(load);
                let effect = Effect { carried: Vec::new(), observed };
                ProcessAfter { process: self.tim3.number(tim3), effect: steps.number(effect) }
            }
        };
        steps.processes.insert(both(item, process), after);
        after
    }

    fn number_evaluated(&self, evaluated: Evaluated<C::State>, steps: &mut Steps) -> ProcessAfter {
        let Evaluated { after, carried, observed, .. } = evaluated;
        let process = match after {
            After::Tim3(tim3) => self.tim3.number(tim3),
            After::Usda(ledger) => self.usda.number(ledger),
        };
        ProcessAfter { process, effect: steps.number(Effect { carried, observed }) }
    }

    #[inline(never)]
    fn lane_after(
        &self,
        lane: u32,
        (number, effect): (u32, u32),
        moves: &mut Moves,
        steps: &mut Steps,
    ) -> LaneAfter {
        if let Some(after) = steps.lanes.get(both(number, effect)) {
            return after;
        }
        let plan = moves.all[number as usize].plan;
        let after = self.compute_lane_after(lane, (plan, effect), moves, steps);
        let to = &mut moves.all[number as usize];
        if to.effect == UNKNOWN {
            (to.effect, to.first) = (effect, after);
        } else {
            steps.lanes.insert(both(number, effect), after);
        }
        after
    }

    fn compute_lane_after(
        &self,
        lane: u32,
        (plan, effect): (u32, u32),
        moves: &Moves,
        steps: &mut Steps,
    ) -> LaneAfter {
        let Parts { doing: before, history: known } = self.lane.facts(lane).parts;
        let plan = &moves.plans[plan as usize];
        let network = self.network_after(before.network, (plan.change, effect), moves, steps);
        let history = self.history_after(known, effect, plan.forgets, steps);
        let mut wallets = plan.wallets.unwrap_or(before.wallets);
        if plan.wallets.is_none() && plan.retires() {
            let retired = || self.retired(wallets);
            wallets = *steps.retired.entry(wallets).or_insert_with(retired);
        }
        let doing = Doing { wallets, network, ..before };
        let number = self.number_of_parts(Parts { doing, history }, steps);
        let Delta { number, sum } = self.lane.delta_to(lane, number);
        let idle = plan.may_be_idle
            && self.adds_no_message(before.network, network, steps)
            && (history == known || **self.history.value(history) == **self.seen(known));
        LaneAfter { sum, number, idle }
    }

    fn number_of_parts(&self, parts: Parts, steps: &mut Steps) -> u32 {
        *steps.by_parts.entry(parts).or_insert_with(|| self.number_parts(parts))
    }

    fn network_after(
        &self,
        number: u32,
        (change, effect): (u32, u32),
        moves: &Moves,
        steps: &mut Steps,
    ) -> u32 {
        let effect = steps.effects.get(effect as usize);
        let (sent, carried) = effect.map_or((NONE, &[][..]), |e| (e.sends, &e.carried));
        *steps.networks.entry((number, change, sent)).or_insert_with(|| {
            let (before, change) = (self.network.value(number), moves.change(change));
            self.number_network(Shared::new(self.swap.network_after(before, change, carried)))
        })
    }

    /// Whether messages after a fault add nothing to those before it.
    fn adds_no_message(&self, before: u32, after: u32, steps: &mut Steps) -> bool {
        before == after
            || steps.idle_networks.get(both(before, after)).unwrap_or_else(|| {
                let (was, is) = (self.network.value(before), self.network.value(after));
                let adds_nothing = is.adds_nothing_to(was);
                steps.idle_networks.insert(both(before, after), adds_nothing);
                adds_nothing
            })
    }

    fn history_after(&self, number: u32, effect: u32, forget: bool, steps: &mut Steps) -> u32 {
        let known = steps.histories.get(&(number, effect, forget));
        if let Some(after) = known {
            return *after;
        }
        let observed = steps.effects.get(effect as usize).map(|effect| &effect.observed);
        let history = self.swap.history_after(self.history.value(number), observed, forget);
        self.witness(Witness::of_history(&history));
        let after = self.number_history(history);
        steps.histories.insert((number, effect, forget), after);
        after
    }

    /// Another lane after something is dropped from it.
    #[inline]
    fn sweep(&self, lane: u32, sweeping: Sweeping, steps: &mut Steps) -> Delta {
        let known = &mut steps.swept[usize::from(sweeping.0)];
        match known.get(lane as usize) {
            Some(delta) if delta.number != NONE => *delta,
            _ => self.learn_swept(lane, sweeping, known),
        }
    }

    #[cold]
    fn learn_swept(&self, lane: u32, sweeping: Sweeping, known: &mut Vec<Delta>) -> Delta {
        let delta = self.lane.delta_to(lane, self.swept(lane, sweeping));
        if known.len() <= lane as usize {
            known.resize(lane as usize + 1, Delta { number: NONE, sum: Worth::ZERO });
        }
        known[lane as usize] = delta;
        delta
    }
}

impl Steps {
    fn number(&mut self, effect: Effect) -> u32 {
        if let Some(number) = self.numbers.get(&effect) {
            return *number;
        }
        let number = u32::try_from(self.effects.len()).expect("few effects");
        let next = u32::try_from(self.sent.len()).expect("few effects");
        let sends = *self.sent.entry(effect.carried.clone()).or_insert(next);
        let Effect { carried, observed } = effect.clone();
        self.effects.push(Kept { carried, sends, observed });
        self.numbers.insert(effect, number);
        number
    }
}
