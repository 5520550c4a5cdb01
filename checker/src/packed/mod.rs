//! The swap as the search sees it: a state is a handful of numbers.
//!
//! Each distinct part of a state (a ledger, a contract state, a [lane](lane)) is kept once
//! and has a number. What a step does to a part is computed once for that part, by the
//! model's own functions, and is a look-up from then on. Nothing is decided here: the
//! model's [`Swap::step`](model::Swap::step) is the same composition on whole states, and a
//! test compares the two.
//!
//! In reading order: parts by number (`pool`) and what they add to a fingerprint (`worth`), what one signer started (`lane`), a state
//! (`state`), what was spent (`budgets`), what can happen to a lane (`moves`), what it does (`steps`), which properties
//! it breaks (`judgement`), which states are the same except for names (`symmetry`).

mod budgets;
mod judgement;
mod lane;
mod moves;
mod pool;
mod state;
mod steps;
mod symmetry;
mod worth;

use crate::remembered::Remembered;
use crate::watch::Watch;
use aos::stop;
use judgement::{Judgements, Known};
use lane::{Facts, Lane, Lanes, OfHistory, OfNetwork};
use model::network::Network;
use model::state::Spent;
use model::usda::Ledger;
use model::wallet::Done;
use model::{Action, Contract, Fault, History, Secret, Swap};
use moves::Moves;
use pool::Pool;
use properties::{Property, Witness};
use search::Fingerprint;
pub(crate) use state::Packed;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use steps::Steps;
use symmetry::{Exchanges, Images};

type Table<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// No number: nothing is evaluated.
const NONE: u32 = u32::MAX;

/// A swap and the parts of its states.
pub(crate) struct System<'a, C: Contract> {
    swap: &'a Swap<C>,
    properties: &'a [Property],
    /// Whether findings are told apart by the conjunct that is false.
    by_conjunct: bool,
    /// The properties that ask for a way out, by bits.
    ways_out: u64,
    /// Whether the contract has a new version that is to replace it.
    is_upgraded: bool,
    remembered: &'a Arc<Remembered>,
    watch: Arc<Watch>,
    /// What a rescue reads of the states for which it was not decided whether there is a way out.
    undecided: Mutex<HashSet<u64, foldhash::fast::RandomState>>,
    lanes: Lanes,
    exchanges: Exchanges,
    usda: Pool<Ledger>,
    tim3: Pool<C::State>,
    lane: Pool<Lane, Facts>,
    wallets: Pool<Vec<Done>>,
    network: Pool<Network, OfNetwork>,
    history: Pool<History, OfHistory>,
    spent: Pool<Spent>,
    actions: Pool<Action>,
    /// What tells breaches apart.
    kinds: Pool<String>,
    secret: Secret,
    known: Known,
    witnesses: Mutex<HashSet<Witness, foldhash::fast::RandomState>>,
}

/// A state that was not looked at as a whole.
#[derive(Clone, Copy)]
pub(crate) struct Draft {
    /// The move that leads there.
    number: u32,
    /// The place of its lane.
    place: u8,
    /// The exchange that leads from there to the state that stands for it.
    exchange: Option<u16>,
}

/// What one thread has computed.
pub(crate) struct Scratch {
    moves: Moves,
    steps: Steps,
    judgements: Judgements,
    images: Images,
}

impl<'a, C: Contract> System<'a, C> {
    pub(crate) fn new(
        swap: &'a Swap<C>,
        properties: &'a [Property],
        by_conjunct: bool,
        (remembered, watch): (&'a Arc<Remembered>, &Arc<Watch>),
    ) -> Self {
        let secret = remembered.secret();
        Self {
            swap,
            properties,
            by_conjunct,
            ways_out: (0..).zip(properties).fold(0, |bits, (place, property)| {
                bits | u64::from(property.is_way_out()) << place
            }),
            is_upgraded: swap.tim3.handlers.has_upgrade(),
            remembered,
            watch: Arc::clone(watch),
            undecided: Mutex::default(),
            lanes: Lanes::of(swap),
            exchanges: Exchanges::of(swap),
            usda: Pool::new(1, secret),
            tim3: Pool::new(2, secret),
            lane: Pool::new(3, secret),
            wallets: Pool::new(7, secret),
            network: Pool::new(8, secret),
            history: Pool::new(9, secret),
            spent: Pool::new(4, secret),
            actions: Pool::new(5, secret),
            kinds: Pool::new(6, secret),
            secret: secret.clone(),
            known: Known::new(properties.len()),
            witnesses: Mutex::default(),
        }
    }

    /// What was seen so far.
    pub(crate) fn witnesses(&self) -> HashSet<Witness, foldhash::fast::RandomState> {
        self.witnesses.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn witness(&self, witnesses: impl IntoIterator<Item = Witness>) {
        let mut seen = self.witnesses.lock().unwrap_or_else(PoisonError::into_inner);
        seen.extend(witnesses);
    }

    /// Does what may take long, until this search is to be given up.
    pub(crate) fn watched<T>(&self, work: impl FnOnce() -> T) -> T {
        let watch = Arc::clone(&self.watch);
        stop::when(move || watch.is_due(), work)
    }

    /// For how many states it was not decided whether there is a way out.
    pub(crate) fn undecided(&self) -> u64 {
        self.undecided.lock().unwrap_or_else(PoisonError::into_inner).len() as u64
    }

    /// What is packed.
    pub(crate) fn swap(&self) -> &Swap<C> {
        self.swap
    }

    /// Whether the contract is still to be replaced by its new version. What the old one breaks
    /// by itself is no fault of the upgrade: nothing is judged before it, and it is not made
    /// where anything is broken already.
    fn is_before_upgrade(&self, state: &Packed) -> bool {
        self.is_upgraded && !self.spent.value(state.spent.into()).upgraded
    }

    fn facts_of<'s>(&'s self, state: &'s Packed) -> impl Iterator<Item = &'s Facts> {
        state.lanes[..self.lanes.len()].iter().map(|number| self.lane.facts(*number))
    }

    fn lanes_of<'s>(&'s self, state: &'s Packed) -> impl Iterator<Item = &'s Lane> {
        state.lanes[..self.lanes.len()].iter().map(|number| &**self.lane.value(*number))
    }
}

impl<C: Contract> search::System for System<'_, C> {
    type State = Packed;
    type Draft = Draft;
    type Scratch = Scratch;

    fn scratch(&self) -> Self::Scratch {
        Scratch {
            moves: Moves::default(),
            steps: Steps::default(),
            judgements: Judgements::new(self.remembered.lend(self.swap, self.properties)),
            images: Images::default(),
        }
    }

    fn initial(&self, _scratch: &mut Self::Scratch) -> Vec<Packed> {
        vec![self.initial_state()]
    }

    fn fingerprint(&self, state: &Packed) -> Fingerprint {
        state.sum.fingerprint()
    }

    fn cost(&self, state: &Packed) -> u32 {
        state.faults.into()
    }

    /// The most ordinary of equally short runs is shown: the first kinds of faults, few
    /// people, and few acts of the stranger.
    fn preference(&self, state: &Packed) -> u64 {
        let faults = self.spent.value(state.spent.into()).faults;
        let nibble = |sum, n: u64| sum << 4 | n.min(15);
        let unusual = Fault::ALL.into_iter().map(|kind| 15 - u64::from(faults.of(kind).min(15)));
        let done: Vec<_> = self.lanes_of(state).flat_map(|lane| &lane.wallets).collect();
        let acts = |place: usize| {
            let done = done[place];
            u64::from(done.deposits + done.burns + done.transfers)
        };
        let people = (0..done.len()).filter(|place| acts(*place) > 0).count() as u64;
        let stranger = self.swap.wallets.iter().position(model::Wallet::is_stranger);
        unusual.chain([people, stranger.map_or(0, acts)]).fold(0, nibble)
    }

    fn successors(
        &self,
        state: &Packed,
        scratch: &mut Self::Scratch,
        mut push: impl FnMut(u32, Fingerprint, Self::Draft),
    ) {
        if self.is_before_upgrade(state) && self.broken(state, scratch) != 0 {
            return;
        }
        let Scratch { moves, steps, images, .. } = scratch;
        for (place, lane) in (0..).zip(0..self.lanes.len()) {
            for number in self.moves(state, lane, moves) {
                let sum = if self.is_asymmetric() {
                    self.sum_after(state, (lane, number), moves, steps).map(|sum| (sum, None))
                } else {
                    let next = self.take(state, (lane, number), moves, steps);
                    next.map(|next| self.least(&next, images))
                };
                if let Some((sum, exchange)) = sum {
                    let draft = Draft { number, place, exchange };
                    push(moves.all[number as usize].action, sum.fingerprint(), draft);
                }
            }
        }
    }

    fn build(&self, before: &Packed, draft: Draft, scratch: &mut Self::Scratch) -> Packed {
        let Scratch { moves, steps, images, .. } = scratch;
        let Draft { number, place, exchange } = draft;
        let state = self.take(before, (place.into(), number), moves, steps);
        let state = state.expect("a step that was taken can be taken again");
        exchange.map_or(state, |exchange| self.image(&state, exchange, images))
    }

    fn expect(&self, state: &Packed, scratch: &mut Self::Scratch) {
        scratch.moves.prefetch(state, &self.lanes);
        self.prefetch_judgement(state, &scratch.judgements);
    }

    /// Numbers of actions depend on timing, their order among the successors does not: of
    /// several that lead to one state, the first is shown.
    fn rank(&self, _action: u32) -> u64 {
        0
    }

    fn judge(&self, state: &Packed, scratch: &mut Self::Scratch) -> u64 {
        if self.is_before_upgrade(state) {
            return 0;
        }
        self.broken(state, scratch)
    }

    fn weight(&self, state: &Packed, scratch: &mut Self::Scratch) -> u64 {
        self.orbit(state, &mut scratch.images)
    }

    fn kind(&self, state: &Packed, property: usize, scratch: &mut Self::Scratch) -> u64 {
        self.kind_of(state, property, &mut scratch.judgements)
    }

    fn covers(&self, earlier: u64, later: u64) -> bool {
        judgement::covers(earlier, later)
    }

    fn properties(&self) -> usize {
        self.properties.len()
    }

    /// What handlers answer that were refused means nothing; who asked for the search says why.
    fn failure(&self) -> Option<String> {
        let handlers = &self.swap.tim3.handlers;
        if handlers.is_refused() {
            return Some("the handlers were refused".to_owned());
        }
        (handlers.is_cut() || stop::is_over()).then(|| "it was given up".to_owned())
    }
}
