//! What can happen to a lane. What its wallets can do and what can happen to its messages have
//! nothing to do with each other or with its record, so each is planned once, for all budgets of
//! which the same is left.

use super::budgets::{Budgets, Spends};
use super::lane::{Doing, Lanes, Sweeping};
use super::steps::LaneAfter;
use super::{NONE, Packed, System, Table};
use crate::answers::Answers;
use model::network::{Change, Network};
use model::state::Spent;
use model::step::{Load, Plan};
use model::wallet::Done;
use model::{Action, Contract, Message, Reduction, Shared};
use properties::Witness;
use std::collections::HashSet;
use std::ops::Range;

/// The moves that one thread has planned.
#[derive(Default)]
pub(super) struct Moves {
    pub(super) all: Vec<Move>,
    /// By lane and what is left: which of them are possible.
    ranges: Answers<(u32, u32)>,
    pub(super) plans: Vec<Planned>,
    /// By what decides it, and what is left: which of the plans are possible.
    planned: Table<(Source, u16), Range<u32>>,
    /// What leaves and enters the messages of a lane, by number.
    changes: Vec<Change>,
    change_numbers: Table<Change, u32>,
    pub(super) items: Items,
    pub(super) budgets: Budgets,
}

/// What decides what can happen, in the order in which it is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// Messages of a lane that are delivered.
    Deliveries {
        network: u32,
    },
    /// Wallets of the lane at this place.
    Acts {
        place: u32,
        wallets: u32,
    },
    /// Messages of a lane that are lost or repeated.
    Accidents {
        network: u32,
    },
    Owner,
}

/// One thing that can happen to a lane in one of its states: what is read for every step.
#[derive(Clone, Copy)]
pub(super) struct Move {
    /// The lane after the first effect that it was seen to have, mostly the only one.
    pub(super) first: LaneAfter,
    /// That effect; [`UNKNOWN`] where none was seen yet.
    pub(super) effect: u32,
    /// What is evaluated.
    pub(super) item: u32,
    pub(super) plan: u32,
    pub(super) action: u32,
    pub(super) spends: Spends,
    /// How the other lanes are swept after it: [`Sweeping::NONE`] where they are already.
    pub(super) sweeping: u8,
    pub(super) at_usda: bool,
    /// Whether a message is delivered between the processes that is not there yet.
    pub(super) delivers: bool,
}

/// No effect is known yet.
pub(super) const UNKNOWN: u32 = NONE - 1;

/// What a move does, as far as that does not depend on records and processes.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Planned {
    action: u32,
    /// What is evaluated, and whether at USDA.
    item: (u32, bool),
    spends: Spends,
    sweeping: u8,
    delivers: bool,
    /// The wallets after it, where they act.
    pub(super) wallets: Option<u32>,
    /// What leaves and enters the network, beside what an evaluation sends.
    pub(super) change: u32,
    /// Whether repeats are forgotten.
    pub(super) forgets: bool,
    /// Whether it is left out if the lane adds nothing to what it was: a fault, under
    /// [`Reduction::IdleFaults`], by which no wallet has done more.
    pub(super) may_be_idle: bool,
}

impl Planned {
    /// Whether the names of tricks go with it.
    pub(super) fn retires(&self) -> bool {
        Sweeping(self.sweeping).retires()
    }
}

/// What can be evaluated, by number.
#[derive(Default)]
pub(super) struct Items {
    pub(super) all: Vec<Item>,
    numbers: Table<Item, u32>,
    /// Each message once: many plans are about the same.
    messages: HashSet<Shared<Message>, foldhash::fast::RandomState>,
}

/// What a process can evaluate.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Item {
    /// A message, so many times before, with notices assignable or not.
    Message(Shared<Message>, u8, bool),
    Load(Load),
}

impl Items {
    /// Puts in the place of a message the equal one that is kept, so that there is one of each.
    fn unite(&mut self, message: &mut Shared<Message>) {
        match self.messages.get(message) {
            Some(kept) => *message = kept.clone(),
            None => _ = self.messages.insert(message.clone()),
        }
    }

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

impl Moves {
    /// Where the moves of a lane are looked up.
    #[inline]
    fn key(lane: u32, left: u16) -> u64 {
        (u64::from(lane) + 1) << 16 | u64::from(left)
    }

    pub(super) fn change(&self, number: u32) -> &Change {
        &self.changes[number as usize]
    }

    fn number_change(&mut self, change: Change) -> u32 {
        if let Some(number) = self.change_numbers.get(&change) {
            return *number;
        }
        let number = small(self.changes.len());
        self.changes.push(change.clone());
        self.change_numbers.insert(change, number);
        number
    }

    /// Everything that was planned: for what, what was left, and which plans these are.
    #[cfg(test)]
    pub(super) fn planned(&self) -> impl Iterator<Item = (Source, u16, Range<u32>)> + use<> {
        let all = self.planned.iter();
        all.map(|((doing, left), plans)| (*doing, *left, plans.clone()))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Asks for the memory that a look-up of the moves will read.
    #[inline]
    pub(super) fn prefetch(&self, state: &Packed, lanes: &Lanes) {
        let Some(left) = self.budgets.known(state.spent) else { return };
        for lane in &state.lanes[..lanes.len()] {
            self.ranges.prefetch(Self::key(*lane, left));
        }
    }
}

impl<C: Contract> System<'_, C> {
    /// The numbers of the moves of the lane at `place`.
    #[inline]
    pub(super) fn moves(&self, state: &Packed, place: usize, moves: &mut Moves) -> Range<u32> {
        let (lane, left) = (state.lanes[place], self.left(state.spent, &mut moves.budgets));
        match moves.ranges.get(Moves::key(lane, left)) {
            Some((first, end)) => first..end,
            None => self.list_moves(lane, (state.spent, left), moves),
        }
    }

    #[cold]
    fn list_moves(&self, lane: u32, (spent, left): (u16, u16), moves: &mut Moves) -> Range<u32> {
        let Doing { place, wallets, network } = self.lane.facts(lane).parts.doing;
        debug_assert_eq!(
            self.swept(lane, self.sweeping(**self.spent.value(spent.into()))),
            lane,
            "it is swept already"
        );
        let is_last = place as usize + 1 == self.lanes.len();
        let sources = [
            Source::Deliveries { network },
            Source::Acts { place, wallets },
            Source::Accidents { network },
            Source::Owner,
        ];
        let first = small(moves.all.len());
        // What the owner does belongs to the owner's lane, which is the last.
        for source in sources.into_iter().take(if is_last { 4 } else { 3 }) {
            for number in self.plans(source, (spent, left), moves) {
                let plan = &moves.plans[number as usize];
                moves.all.push(Move {
                    first: LaneAfter::default(),
                    effect: UNKNOWN,
                    item: plan.item.0,
                    plan: number,
                    action: plan.action,
                    spends: plan.spends,
                    sweeping: plan.sweeping,
                    at_usda: plan.item.1,
                    delivers: plan.delivers,
                });
            }
        }
        let range = first..small(moves.all.len());
        moves.ranges.insert(Moves::key(lane, left), (range.start, range.end));
        range
    }

    fn plans(&self, source: Source, (spent, left): (u16, u16), moves: &mut Moves) -> Range<u32> {
        if let Some(plans) = moves.planned.get(&(source, left)) {
            return plans.clone();
        }
        let plans = self.plan_all(source, spent, moves);
        let first = small(moves.plans.len());
        moves.plans.extend(plans);
        let plans = first..small(moves.plans.len());
        moves.planned.insert((source, left), plans.clone());
        plans
    }

    /// What can happen where so much was spent.
    pub(super) fn plan_all(&self, source: Source, spent: u16, moves: &mut Moves) -> Vec<Planned> {
        let budgets = **self.spent.value(spent.into());
        let mut wallets = vec![Done::default(); self.swap.wallets.len()];
        let nothing = Network::default();
        let (network, actions) = match source {
            Source::Deliveries { network } => {
                let network = &**self.network.value(network);
                (network, self.swap.deliveries(network, budgets))
            }
            Source::Acts { place, wallets: number } => {
                let range = self.lanes.wallets(self.swap, place as usize);
                wallets[range.clone()].clone_from_slice(self.wallets.value(number));
                let all = range.map(|place| (&self.swap.wallets[place], &wallets[place]));
                let acts = all.flat_map(|(wallet, done)| self.swap.acts_of(wallet, done, budgets));
                (&nothing, acts.collect())
            }
            Source::Accidents { network } => {
                let network = &**self.network.value(network);
                let mut actions = self.swap.accidents(network, budgets);
                actions.retain(|action| !is_of_owner(action));
                (network, actions)
            }
            Source::Owner => {
                let mut actions = self.swap.accidents(&nothing, budgets);
                actions.retain(is_of_owner);
                (&nothing, actions)
            }
        };
        let plan = |action: Action| {
            self.witness(Witness::of_action(&action).into_iter().flatten());
            let plan = self.swap.plan(&wallets, network, budgets, &action);
            // What is listed as enabled can be planned: a law of the model that is tested.
            let plan = plan.expect("an enabled action has a plan");
            self.number_plan(source, budgets, (plan, action), moves)
        };
        actions.into_iter().map(plan).collect()
    }

    fn number_plan(
        &self,
        source: Source,
        before: Spent,
        (plan, action): (Plan, Action),
        moves: &mut Moves,
    ) -> Planned {
        let Plan { spent: after, wallets, mut change, evaluate, load } = plan;
        let items = &mut moves.items;
        for message in [&mut change.record, &mut change.post].into_iter().flatten() {
            items.unite(message);
        }
        let is_at_usda = |message: &Message| message.target == model::USDA;
        let at_usda = evaluate.as_ref().is_some_and(|(message, _)| is_at_usda(message));
        let delivers = matches!(action, Action::Deliver { .. })
            && evaluate.as_ref().is_some_and(|(message, _)| message.is_between_processes());
        let item = match evaluate {
            Some((mut message, nth)) => {
                items.unite(&mut message);
                Some(Item::Message(message, nth, after.notices_assignable))
            }
            None => load.map(Item::Load),
        };
        let (wallets, adds_acts) = match source {
            Source::Acts { place, wallets: number } => {
                let range = self.lanes.wallets(self.swap, place as usize);
                let after = wallets.expect("who acts has done something")[range].to_vec();
                let acts = |done: &Done| (done.deposits, done.burns, done.transfers);
                let done_before = self.wallets.value(number);
                let adds_acts = after.iter().map(acts).ne(done_before.iter().map(acts));
                (Some(self.wallets.number(after)), adds_acts)
            }
            _ => (None, false),
        };
        let sweeping = self.sweeping(after);
        Planned {
            action: self.actions.number(action),
            item: (item.map_or(NONE, |item| items.number(item)), at_usda),
            spends: Spends::between(before, after),
            sweeping: if sweeping == self.sweeping(before) { Sweeping::NONE } else { sweeping.0 },
            wallets,
            forgets: change.forget,
            change: moves.number_change(change),
            delivers,
            may_be_idle: self.swap.reductions.has(Reduction::IdleFaults)
                && after.is_idle_after(before)
                && !adds_acts,
        }
    }
}

/// What the owner does belongs to the owner's lane; the rest comes from a lane's messages.
fn is_of_owner(action: &Action) -> bool {
    matches!(action, Action::Owner { .. } | Action::Upgrade)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).expect("fewer than 2^32 moves")
}
