//! What can happen to a lane, planned once.

use super::lane::Lane;
use super::worth::Worth;
use super::{NONE, Packed, System, Table};
use model::step::{Load, Plan};
use model::wallet::Done;
use model::{Action, Contract, Message, Reduction, Shared};
use properties::Witness;
use std::ops::Range;

/// The moves that one thread has planned.
#[derive(Default)]
pub(super) struct Moves {
    pub(super) all: Vec<Move>,
    /// What each of them changes: read where that is not known yet.
    pub(super) plans: Vec<Plan>,
    /// By lane and spent: which of them are possible.
    ranges: Table<u64, Range<u32>>,
    pub(super) items: Items,
}

/// One thing that can happen to a lane in one of its states.
pub(super) struct Move {
    pub(super) action: u32,
    /// The lane that it changes.
    pub(super) lane: u32,
    /// What was spent after it.
    pub(super) spent: u16,
    pub(super) faults: u8,
    /// What that adds to the sum.
    pub(super) spent_delta: Worth,
    /// What is evaluated.
    pub(super) item: u32,
    pub(super) at_usda: bool,
    /// Whether a fault is used, so that the other lanes may have to be swept.
    pub(super) is_fault: bool,
    /// Whether that fault is left out if it has no effect: [`Reduction::IdleFaults`].
    pub(super) may_be_idle: bool,
}

/// What can be evaluated, by number.
#[derive(Default)]
pub(super) struct Items {
    pub(super) all: Vec<Item>,
    numbers: Table<Item, u32>,
}

/// What a process can evaluate.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Item {
    /// A message, so many times before, with notices assignable or not.
    Message(Shared<Message>, u8, bool),
    Load(Load),
}

impl Items {
    fn number(&mut self, item: Item) -> u32 {
        if let Some(number) = self.numbers.get(&item) {
            return *number;
        }
        let number = u32::try_from(self.all.len()).expect("few items");
        self.all.push(item.clone());
        self.numbers.insert(item, number);
        number
    }
}

impl<C: Contract> System<'_, C> {
    /// The numbers of the moves of the lane at `place`.
    pub(super) fn moves(&self, state: &Packed, place: usize, moves: &mut Moves) -> Range<u32> {
        let number = state.lanes[place];
        let key = u64::from(number) << 32 | u64::from(state.spent);
        if let Some(range) = moves.ranges.get(&key) {
            return range.clone();
        }
        let first = small(moves.all.len());
        self.plan_all(state, number, moves);
        let range = first..small(moves.all.len());
        moves.ranges.insert(key, range.clone());
        range
    }

    fn plan_all(&self, state: &Packed, number: u32, moves: &mut Moves) {
        let lane = self.lane.value(number);
        let spent = **self.spent.value(state.spent.into());
        let wallets = self.all_wallets(lane);
        let mut actions = self.swap.deliveries(&lane.network, spent);
        for place in self.lanes.wallets(self.swap, lane.place) {
            actions.extend(self.swap.acts_of(&self.swap.wallets[place], &wallets[place], spent));
        }
        let accidents = self.swap.accidents(&lane.network, spent).into_iter();
        actions.extend(accidents.filter(|action| self.concerns(lane, action)));
        for action in actions {
            self.witness(Witness::of_action(&action).into_iter().flatten());
            let plan = self.swap.plan(&wallets, &lane.network, spent, &action);
            // What is listed as enabled can be planned: a law of the model that is tested.
            let plan = plan.expect("an enabled action has a plan");
            moves.all.push(self.number_plan(state, number, (&plan, action), &mut moves.items));
            moves.plans.push(plan);
        }
    }

    /// What the owner does belongs to the owner's lane; the rest comes from a lane's messages.
    fn concerns(&self, lane: &Lane, action: &Action) -> bool {
        !matches!(action, Action::Owner { .. } | Action::Upgrade)
            || lane.place + 1 == self.lanes.len()
    }

    /// The wallets of all lanes, as if those of the others had done nothing.
    fn all_wallets(&self, lane: &Lane) -> Vec<Done> {
        let mut wallets = vec![Done::default(); self.swap.wallets.len()];
        let range = self.lanes.wallets(self.swap, lane.place);
        wallets[range].clone_from_slice(&lane.wallets);
        wallets
    }

    fn number_plan(
        &self,
        state: &Packed,
        lane: u32,
        (plan, action): (&Plan, Action),
        items: &mut Items,
    ) -> Move {
        let (spent, faults) = self.number_spent(plan.spent);
        let worth = |spent: u16| self.spent.worth(spent.into());
        let item = match &plan.evaluate {
            Some((message, nth)) => {
                Some(Item::Message(message.clone(), *nth, plan.spent.notices_assignable))
            }
            None => plan.load.map(Item::Load),
        };
        let before = **self.spent.value(state.spent.into());
        let message = plan.evaluate.as_ref().map(|(message, _)| message);
        Move {
            at_usda: message.is_some_and(|message| message.target == model::USDA),
            item: item.map_or(NONE, |item| items.number(item)),
            is_fault: spent != state.spent,
            may_be_idle: self.swap.reductions.has(Reduction::IdleFaults)
                && plan.spent.is_idle_after(before),
            spent_delta: worth(spent).minus(worth(state.spent)),
            action: self.actions.number(action),
            lane,
            spent,
            faults,
        }
    }
}

fn small(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than 2^32 moves")
}
