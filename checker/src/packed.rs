//! The swap as the search sees it: a state is a handful of numbers.
//!
//! Each distinct part of a state (a ledger, a contract state, a network, a history, what
//! the wallets have done) is kept once and has a number. What a step does to a part is
//! computed once for that part, by the model's own functions, and is a look-up from then
//! on. Nothing is decided here: the model's [`Swap::step`](model::Swap::step) is the same
//! composition on whole states, and a test compares the two.

use crate::pool::{Pool, View};
use crate::way_out::Rescuer;
use foldhash::fast::FixedState;
use model::network::Change;
use model::state::Spent;
use model::step::{After, Evaluated, Plan};
use model::{Action, Contract, Fault, History, Message, Mistake, State, Swap};
use model::{network::Network, usda::Ledger, wallet::Done};
use properties::{Property, Witness};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A state by the numbers of its parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed {
    fingerprint: u64,
    usda: u32,
    tim3: u32,
    wallets: u32,
    network: u32,
    history: u32,
    spent: u32,
    depth: u32,
    faults: u8,
}

/// A swap and the parts of its states.
pub(crate) struct System<'a, C: Contract> {
    swap: &'a Swap<C>,
    properties: &'a [Property],
    usda: Pool<Ledger>,
    tim3: Pool<C::State>,
    wallets: Pool<Vec<Done>>,
    network: Pool<Network>,
    history: Pool<History>,
    spent: Pool<Spent>,
    messages: Pool<Message>,
    changes: Pool<Change>,
    witnesses: Mutex<HashSet<Witness, FixedState>>,
    /// For each property the first layer in which it was broken.
    broken: Vec<AtomicU64>,
}

type Table<K, V> = HashMap<K, V, FixedState>;

/// What one thread has computed.
pub(crate) struct Scratch<'a, C: Contract> {
    usda: View<Ledger>,
    tim3: View<C::State>,
    wallets: View<Vec<Done>>,
    network: View<Network>,
    history: View<History>,
    spent: View<Spent>,
    messages: View<Message>,
    changes: View<Change>,
    /// By part of the state, its number, and what was spent.
    moves: Table<(Source, u32, u32), Arc<[Move]>>,
    /// By whether at USDA, process, message, evaluations before, assignability.
    evaluations: Table<(bool, u32, u32, u8, bool), u32>,
    evaluated: Vec<(u32, Evaluated<C::State>)>,
    networks: Table<(u32, u32, u32), u32>,
    histories: Table<(u32, u32, bool), u32>,
    retired: Table<(u32, u32), u32>,
    /// By property, ledger, contract, network and history: whether there is a way out.
    ways: Table<(usize, u32, u32, u32, u32), bool>,
    rescuer: Rescuer<'a, C>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Source {
    Deliveries,
    Acts,
    Accidents,
}

/// No number: nothing is evaluated, or the wallets stay.
const NONE: u32 = u32::MAX;

/// A [`Plan`] by numbers.
#[derive(Clone)]
struct Move {
    spent: u32,
    faults: u8,
    wallets: u32,
    change: u32,
    message: u32,
    at_usda: bool,
    nth: u8,
    open: bool,
    forget: bool,
    /// A step that is rare enough to be taken on whole states.
    rare: Option<Action>,
}

impl<'a, C: Contract> System<'a, C> {
    pub(crate) fn new(swap: &'a Swap<C>, properties: &'a [Property]) -> Self {
        Self {
            swap,
            properties,
            usda: Pool::default(),
            tim3: Pool::default(),
            wallets: Pool::default(),
            network: Pool::default(),
            history: Pool::default(),
            spent: Pool::default(),
            messages: Pool::default(),
            changes: Pool::default(),
            witnesses: Mutex::default(),
            broken: properties.iter().map(|_| AtomicU64::new(u64::MAX)).collect(),
        }
    }

    /// What was seen so far.
    pub(crate) fn witnesses(&self) -> HashSet<Witness, FixedState> {
        self.witnesses.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn witness(&self, witnesses: impl IntoIterator<Item = Witness>) {
        let mut seen = self.witnesses.lock().unwrap_or_else(PoisonError::into_inner);
        seen.extend(witnesses);
    }

    fn pack(&self, state: &State<C::State>, depth: u32, scratch: &mut Scratch<'a, C>) -> Packed {
        let packed = Packed {
            fingerprint: 0,
            usda: self.usda.number((*state.usda).clone()),
            tim3: self.tim3.number((*state.tim3).clone()),
            wallets: self.wallets.number((*state.wallets).clone()),
            network: self.network.number((*state.network).clone()),
            history: self.history.number((*state.history).clone()),
            spent: self.spent.number(state.spent),
            depth,
            faults: state.spent.faults.total(),
        };
        self.sealed(packed, scratch)
    }

    fn unpack(&self, state: &Packed, scratch: &mut Scratch<'a, C>) -> State<C::State> {
        State {
            usda: scratch.usda.of(&self.usda, state.usda).clone(),
            tim3: scratch.tim3.of(&self.tim3, state.tim3).clone(),
            wallets: scratch.wallets.of(&self.wallets, state.wallets).clone(),
            network: scratch.network.of(&self.network, state.network).clone(),
            history: scratch.history.of(&self.history, state.history).clone(),
            spent: **scratch.spent.of(&self.spent, state.spent),
            mode: model::Mode::Open,
        }
    }

    /// The state with its fingerprint: a sum of what its parts are worth, by content.
    fn sealed(&self, mut state: Packed, scratch: &mut Scratch<'a, C>) -> Packed {
        let parts = [
            scratch.usda.of(&self.usda, state.usda).content_hash(),
            scratch.tim3.of(&self.tim3, state.tim3).content_hash(),
            scratch.wallets.of(&self.wallets, state.wallets).content_hash(),
            scratch.network.of(&self.network, state.network).content_hash(),
            scratch.history.of(&self.history, state.history).content_hash(),
            scratch.spent.of(&self.spent, state.spent).content_hash(),
        ];
        let place = |sum: u64, (place, part): (u64, u64)| {
            // Each place multiplies by another odd number, so that parts cannot trade places.
            let salt = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(2 * place + 1) | 1;
            let mixed = (part ^ salt.rotate_left(17)).wrapping_mul(salt);
            sum.wrapping_add(mixed ^ (mixed >> 29))
        };
        let sum = (0..).zip(parts).fold(0, place);
        let mixed = (sum ^ (sum >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        state.fingerprint = mixed ^ (mixed >> 32);
        state
    }

    fn moves(&self, source: Source, state: &Packed, scratch: &mut Scratch<'a, C>) -> Arc<[Move]> {
        let part = if source == Source::Acts { state.wallets } else { state.network };
        if let Some(moves) = scratch.moves.get(&(source, part, state.spent)) {
            return Arc::clone(moves);
        }
        let spent = **scratch.spent.of(&self.spent, state.spent);
        let network = scratch.network.of(&self.network, state.network).clone();
        let wallets = scratch.wallets.of(&self.wallets, state.wallets).clone();
        let actions = match source {
            Source::Deliveries => self.swap.deliveries(&network, spent),
            Source::Acts => self.swap.acts(&wallets, spent),
            Source::Accidents => self.swap.accidents(&network, spent),
        };
        let plan = |action: Action| {
            self.witness(Witness::of_action(&action).into_iter().flatten());
            let plan = self.swap.plan(&wallets, &network, spent, &action);
            // What is listed as enabled can be planned: a law of the model that is tested.
            self.number_plan(plan.expect("an enabled action has a plan"), source, action)
        };
        let moves: Arc<[Move]> = actions.into_iter().map(plan).collect();
        scratch.moves.insert((source, part, state.spent), Arc::clone(&moves));
        moves
    }

    fn number_plan(&self, plan: Plan, source: Source, action: Action) -> Move {
        let (message, nth) = plan.evaluate.map_or((None, 0), |(message, nth)| (Some(message), nth));
        // The moves of a network serve all wallets: what happens to those is found out later.
        let wallets = plan.wallets.filter(|_| source == Source::Acts);
        Move {
            spent: self.spent.number(plan.spent),
            faults: plan.spent.faults.total(),
            wallets: wallets.map_or(NONE, |wallets| self.wallets.number(wallets)),
            forget: plan.change.forget,
            change: self.changes.number(plan.change),
            at_usda: message.as_ref().is_some_and(|m| m.target == model::USDA),
            message: message.map_or(NONE, |m| self.messages.number((*m).clone())),
            nth,
            open: plan.spent.notices_assignable,
            rare: (action == Action::Owner { mistake: Mistake::Reload }).then_some(action),
        }
    }

    fn take(&self, state: &Packed, to: &Move, scratch: &mut Scratch<'a, C>) -> Packed {
        if let Some(action) = &to.rare {
            let step = self.swap.step(&self.unpack(state, scratch), action);
            let step = step.expect("an enabled action can be taken");
            return self.pack(&step.state, state.depth + 1, scratch);
        }
        let mut next =
            Packed { spent: to.spent, faults: to.faults, depth: state.depth + 1, ..*state };
        next.wallets = if to.wallets == NONE { state.wallets } else { to.wallets };
        next.wallets = self.retired(next.wallets, to.spent, scratch);
        let mut number = NONE;
        if to.message != NONE {
            number = self.evaluation(state, to, scratch);
            let after = scratch.evaluated[number as usize].0;
            *(if to.at_usda { &mut next.usda } else { &mut next.tim3 }) = after;
        }
        next.network = self.network_after(state.network, to.change, number, scratch);
        next.history = self.history_after(state, number, to.forget, scratch);
        self.sealed(next, scratch)
    }

    fn retired(&self, wallets: u32, spent: u32, scratch: &mut Scratch<'a, C>) -> u32 {
        if let Some(retired) = scratch.retired.get(&(wallets, spent)) {
            return *retired;
        }
        let now = **scratch.spent.of(&self.spent, spent);
        let retired = self.swap.retired(scratch.wallets.of(&self.wallets, wallets), now);
        let number = retired.map_or(wallets, |retired| self.wallets.number(retired));
        scratch.retired.insert((wallets, spent), number);
        number
    }

    fn evaluation(&self, state: &Packed, to: &Move, scratch: &mut Scratch<'a, C>) -> u32 {
        let process = if to.at_usda { state.usda } else { state.tim3 };
        let key = (to.at_usda, process, to.message, to.nth, to.open);
        if let Some(number) = scratch.evaluations.get(&key) {
            return *number;
        }
        let usda = scratch.usda.of(&self.usda, state.usda).clone();
        let tim3 = scratch.tim3.of(&self.tim3, state.tim3).clone();
        let message = scratch.messages.of(&self.messages, to.message);
        let evaluated = self.swap.evaluate(&usda, &tim3, message, to.nth, to.open);
        self.witness(Witness::of_evaluation(&evaluated.evaluation));
        let after = match &evaluated.after {
            After::Usda(ledger) => self.usda.number(ledger.clone()),
            After::Tim3(tim3) => self.tim3.number(tim3.clone()),
        };
        let number = u32::try_from(scratch.evaluated.len()).unwrap_or(NONE);
        scratch.evaluated.push((after, evaluated));
        scratch.evaluations.insert(key, number);
        number
    }

    fn network_after(
        &self,
        network: u32,
        change: u32,
        number: u32,
        scratch: &mut Scratch<'a, C>,
    ) -> u32 {
        if let Some(after) = scratch.networks.get(&(network, change, number)) {
            return *after;
        }
        let carried = scratch.evaluated.get(number as usize).map(|(_, e)| &e.carried[..]);
        let before = scratch.network.of(&self.network, network);
        let difference = scratch.changes.of(&self.changes, change);
        let after = self.swap.network_after(before, difference, carried.unwrap_or_default());
        let after = self.network.number(after);
        scratch.networks.insert((network, change, number), after);
        after
    }

    fn history_after(
        &self,
        state: &Packed,
        number: u32,
        forget: bool,
        scratch: &mut Scratch<'a, C>,
    ) -> u32 {
        if let Some(after) = scratch.histories.get(&(state.history, number, forget)) {
            return *after;
        }
        let tim3 = scratch.tim3.of(&self.tim3, state.tim3);
        let before = scratch.history.of(&self.history, state.history);
        let evaluated = scratch.evaluated.get(number as usize).map(|(_, evaluated)| evaluated);
        let after = self.swap.history_after(before, tim3, evaluated, forget);
        self.witness(Witness::of_history(&after));
        let after = self.history.number(after);
        scratch.histories.insert((state.history, number, forget), after);
        after
    }

    /// Whether there is still a way out, by what the answer depends on: what a rescue makes
    /// of network and history is a function of them.
    fn way_out(&self, place: usize, state: &Packed, scratch: &mut Scratch<'a, C>) -> bool {
        let change = Change { forget: true, drop_foreign: true, ..Change::default() };
        let change = self.changes.number(change);
        let network = self.network_after(state.network, change, NONE, scratch);
        let history = self.history_after(state, NONE, true, scratch);
        let key = (place, state.usda, state.tim3, network, history);
        if let Some(out) = scratch.ways.get(&key) {
            return *out;
        }
        let whole = self.unpack(state, scratch);
        let out = scratch.rescuer.way_out(&self.properties[place], &whole).is_ok();
        scratch.ways.insert(key, out);
        out
    }

    fn holds(&self, place: usize, state: &Packed, scratch: &mut Scratch<'a, C>) -> bool {
        let situation = self.swap.situation_of(
            scratch.usda.of(&self.usda, state.usda),
            scratch.tim3.of(&self.tim3, state.tim3),
            scratch.history.of(&self.history, state.history),
            scratch.network.of(&self.network, state.network),
            **scratch.spent.of(&self.spent, state.spent),
        );
        let property = &self.properties[place];
        property.judge(&situation).is_ok()
            || (property.is_way_out() && self.way_out(place, state, scratch))
    }
}

impl<'a, C: Contract> search::System for System<'a, C> {
    type State = Packed;
    type Scratch = Scratch<'a, C>;

    fn scratch(&self) -> Self::Scratch {
        Scratch {
            usda: View::default(),
            tim3: View::default(),
            wallets: View::default(),
            network: View::default(),
            history: View::default(),
            spent: View::default(),
            messages: View::default(),
            changes: View::default(),
            moves: Table::default(),
            evaluations: Table::default(),
            evaluated: Vec::new(),
            networks: Table::default(),
            histories: Table::default(),
            retired: Table::default(),
            ways: Table::default(),
            rescuer: Rescuer::new(self.swap),
        }
    }

    fn initial(&self, scratch: &mut Self::Scratch) -> Vec<Packed> {
        vec![self.pack(&self.swap.initial(), 0, scratch)]
    }

    fn fingerprint(&self, state: &Packed) -> u64 {
        state.fingerprint
    }

    fn cost(&self, state: &Packed) -> u32 {
        state.faults.into()
    }

    /// The most ordinary of equally short runs is shown: the first kinds of faults, few
    /// people, and few acts of the stranger.
    fn preference(&self, state: &Packed) -> u64 {
        let faults = self.spent.value(state.spent).faults;
        let nibble = |sum, n: u64| sum << 4 | n.min(15);
        let unusual = Fault::ALL.into_iter().map(|kind| 15 - u64::from(faults.of(kind).min(15)));
        let done = self.wallets.value(state.wallets);
        let acts = |done: &Done| u64::from(done.deposits + done.burns + done.transfers);
        let people = done.iter().filter(|done| acts(done) > 0).count() as u64;
        let strange = self.swap.wallets.iter().zip(done.iter()).filter(|(w, _)| w.is_stranger());
        let strange = strange.map(|(_, done)| acts(done)).sum();
        unusual.chain([people, strange]).fold(0, nibble)
    }

    fn successors(
        &self,
        state: &Packed,
        scratch: &mut Self::Scratch,
        mut push: impl FnMut(u32, Packed),
    ) {
        let mut number = 0;
        for source in [Source::Deliveries, Source::Acts, Source::Accidents] {
            for to in self.moves(source, state, scratch).iter() {
                push(number, self.take(state, to, scratch));
                number += 1;
            }
        }
    }

    fn judge(&self, state: &Packed, scratch: &mut Self::Scratch) -> u64 {
        let layer = u64::from(state.faults) << 32 | u64::from(state.depth);
        let mut bits = 0;
        for place in 0..self.properties.len() {
            // A property broken in an earlier layer has its minimum already: layers come in
            // order, so this answer stands whichever thread asks.
            let open = self.broken[place].load(Ordering::Relaxed) >= layer;
            if open && !self.holds(place, state, scratch) {
                self.broken[place].fetch_min(layer, Ordering::Relaxed);
                bits |= 1 << place;
            }
        }
        bits
    }

    fn properties(&self) -> usize {
        self.properties.len()
    }
}
