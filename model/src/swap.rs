//! The system: two processes, wallets, a network with faults, as a `stateright::Model`.

use crate::action::{Action, Mistake, Share};
use crate::bint::Quantity;
use crate::books::Books;
use crate::bounds::Bounds;
use crate::contract::{Contract, Objection};
use crate::evaluation::Evaluation;
use crate::exact::Exact;
use crate::fault::{Fault, Faults};
use crate::history::History;
use crate::lua::Number;
use crate::message::{Address, Copy, TIM3, USDA};
use crate::network::{Change, Network};
use crate::process::Process;
use crate::profile::{Profile, Users};
use crate::reduction::{Reduction, Reductions};
use crate::shared::Shared;
use crate::state::{Mode, Spent, State};
use crate::usda::{Ledger, Usda};
use crate::wallet::{self, Done, Intent, STRANGER, USERS, Wallet};
use ruint::aliases::U256;
use smol_str::ToSmolStr;
use std::collections::BTreeSet;
use std::{borrow::Cow, sync::Arc};

/// What the stranger owns beyond her plain deposits, base units: more than 2^64, which the
/// costliest trick takes.
const RICHES: u128 = 1_000_000_000_000_000_000_000;

/// The TIM3 swap under one profile and one set of bounds.
pub struct Swap<C: Contract> {
    pub usda: Process<Usda>,
    /// The TIM3 process, with the contract under check.
    pub tim3: Process<C>,
    /// Users, and last the stranger where the profile has one.
    pub wallets: Vec<Wallet>,
    pub profile: Profile,
    pub bounds: Bounds,
    pub reductions: Reductions,
    /// Properties for stateright's checkers; the model itself knows none.
    pub properties: Vec<stateright::Property<Self>>,
    usda_issued: Quantity,
}

/// One step taken: where it led, and what was evaluated on the way.
#[derive(Clone, Debug)]
pub struct Step<S> {
    /// The state after it.
    pub state: State<S>,
    /// The evaluation in it, if there was one.
    pub evaluation: Option<Arc<Evaluation>>,
}

/// All that a property may look at.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// The true USDA ledger.
    pub ledger: &'a Ledger,
    /// What the contract says.
    pub books: Cow<'a, Books>,
    /// What truly happened.
    pub history: &'a History,
    /// Whether nothing is in flight between the processes.
    pub at_rest: bool,
    /// Whether the network did anything wrong. Of the faults used, properties see this alone.
    pub network_fault: bool,
    /// USDA that existed at the start, base units.
    pub usda_issued: Quantity,
    pub wallets: &'a [Wallet],
    /// What is wrong with the handlers themselves.
    pub objection: Option<&'a Objection>,
}

impl Situation<'_> {
    pub fn honest(&self) -> impl Iterator<Item = &Wallet> {
        self.wallets.iter().filter(|w| !w.is_stranger())
    }

    /// What USDA holds for TIM3 beyond what TIM3 owes: balances, burns not yet paid, and
    /// announced deposits neither minted for nor sent back. Zero while the books are true.
    pub fn surplus(&self) -> Exact {
        let owed = self.books.held_by_holders() + self.history.owed() + self.history.awaited();
        Exact::from(self.held()) - owed
    }

    /// USDA that TIM3 really holds, base units.
    pub fn held(&self) -> Quantity {
        self.ledger.balance(TIM3)
    }
}

impl<C: Contract> Swap<C> {
    /// The swap with this contract, beside this ledger, on this platform, within these limits.
    pub fn new(contract: C, usda: Usda, profile: Profile, bounds: Bounds) -> Self {
        let wallets = wallets(&profile, &bounds, &contract);
        Self {
            usda_issued: initial_balances(&wallets).fold(U256::ZERO, |sum, (_, b)| sum + b),
            usda: Process::new(USDA, usda, crate::process::Evaluation::Atomic),
            tim3: Process::new(TIM3, contract.under(profile.evaluation), profile.evaluation),
            wallets,
            profile,
            bounds,
            reductions: Reductions::default(),
            properties: Vec::new(),
        }
    }

    /// The same swap with these simplifications in force.
    #[must_use]
    pub fn reduced_by(self, reductions: Reductions) -> Self {
        Self { reductions, ..self }
    }

    /// The state before anything happened: users own USDA, TIM3 nothing.
    pub fn initial(&self) -> State<C::State> {
        State {
            usda: Shared::new(Ledger::new(initial_balances(&self.wallets))),
            tim3: Shared::new(self.tim3.handlers.initial()),
            wallets: Shared::new(vec![Done::default(); self.wallets.len()]),
            network: Shared::new(Network::default()),
            spent: Spent::default(),
            history: Shared::new(History::default()),
            mode: Mode::Open,
        }
    }

    /// How often a fault of this kind may happen.
    pub fn budget(&self, kind: Fault) -> u8 {
        if self.profile.allows(kind) { self.bounds.each_fault.min(self.bounds.faults) } else { 0 }
    }

    /// Whether a fault of this kind is still within its budget.
    pub(crate) fn may(&self, spent: Spent, kind: Fault) -> bool {
        spent.faults.of(kind) < self.budget(kind) && spent.faults.total() < self.bounds.faults
    }

    pub(crate) fn may_repeat(&self, spent: Spent) -> bool {
        Copy::ALL.into_iter().any(|copy| self.may(spent, copy.into()))
    }

    pub(crate) fn may_assign(&self, spent: Spent) -> bool {
        spent.notices_assignable || self.may(spent, Fault::Owner)
    }

    /// Whether the owner can do anything.
    pub fn has_owner(&self) -> bool {
        self.budget(Fault::Owner) > 0 || self.tim3.handlers.has_upgrade()
    }

    pub(crate) fn may_upgrade(&self, spent: Spent) -> bool {
        !spent.upgraded && self.tim3.handlers.has_upgrade()
    }

    /// Counts a fault, or nothing where its budget is spent.
    pub(crate) fn use_fault(&self, spent: Spent, kind: Fault) -> Option<Spent> {
        let faults = spent.faults.and(kind);
        self.may(spent, kind).then_some(Spent { faults, ..spent })
    }

    /// All that can happen next, in a fixed order.
    pub fn enabled(&self, state: &State<C::State>) -> Vec<Action> {
        let mut actions = self.deliveries(&state.network, state.spent);
        match &state.mode {
            Mode::Open => {
                actions.extend(self.acts(&state.wallets, state.spent));
                actions.extend(self.accidents(&state.network, state.spent));
            }
            Mode::Rescue { exits } => self.exits(state, exits, &mut actions),
        }
        actions
    }

    /// The deliveries that are possible.
    pub fn deliveries(&self, network: &Network, spent: Spent) -> Vec<Action> {
        let messages = network.deliverable(self.profile.order);
        let messages = messages.filter(|m| m.is_between_processes() || spent.notices_assignable);
        messages.map(|m| Action::Deliver { message: m.identity.clone() }).collect()
    }

    /// What wallets can do.
    pub fn acts(&self, wallets: &[Done], spent: Spent) -> Vec<Action> {
        let acts = |(wallet, done)| self.acts_of(wallet, done, spent);
        self.wallets.iter().zip(wallets).flat_map(acts).collect()
    }

    /// What one wallet can do that has done this.
    pub fn acts_of(&self, wallet: &Wallet, done: &Done, spent: Spent) -> Vec<Action> {
        let may_trick = self.may(spent, Fault::Trick);
        let choices = wallet.choices(done).into_iter();
        let choices = choices.filter(|i| may_trick || !matches!(i, Intent::Trick(_)));
        choices.map(|intent| Action::Act { by: wallet.address.clone(), intent }).collect()
    }

    /// The losses, repeats and mistakes that can happen, and the upgrade.
    pub fn accidents(&self, network: &Network, spent: Spent) -> Vec<Action> {
        let mut actions = Vec::new();
        if self.may(spent, Fault::Loss) {
            let messages = network.in_flight().filter(|m| m.is_between_processes());
            actions.extend(messages.map(|m| Action::Lose { message: m.identity.clone() }));
        }
        for copy in Copy::ALL.into_iter().filter(|copy| self.may(spent, (*copy).into())) {
            let dedupe = self.profile.dedupe;
            let repeats = network.log();
            let repeats = repeats.filter(|l| dedupe.evaluates_again(&l.message, copy, l.assigned));
            actions.extend(
                repeats.map(|l| Action::Again { message: l.message.identity.clone(), copy }),
            );
        }
        if self.may(spent, Fault::Owner) {
            let open = |m: &Mistake| *m == Mistake::OpenAssignments && spent.notices_assignable;
            let mistakes = Mistake::ALL.into_iter().filter(|m| !open(m));
            actions.extend(mistakes.map(|mistake| Action::Owner { mistake }));
        }
        if self.may_upgrade(spent) {
            actions.push(Action::Upgrade);
        }
        actions
    }

    /// Whether a search does not take the step between these states: see
    /// [`Reduction::IdleFaults`].
    pub fn leaves_out(&self, before: &State<C::State>, after: &State<C::State>) -> bool {
        self.reductions.has(Reduction::IdleFaults) && after.is_idle_after(before)
    }

    /// Who is refused all at once and now may try less, or wait: contracts that let nobody burn so
    /// much, or so soon, are honest, too. Of what a burn takes nothing else is said: it has to pay.
    fn exits(&self, state: &State<C::State>, exits: &[u8], actions: &mut Vec<Action>) {
        let contract = &self.tim3.handlers;
        let books = contract.books(&state.tim3);
        let (most, may_wait) = (self.bounds.exits(), contract.may_read_time());
        let deposit = Number::Integer(i64::try_from(self.bounds.quantity).unwrap_or(i64::MAX));
        for (wallet, exits) in self.wallets.iter().zip(exits).filter(|(_, exits)| **exits < most) {
            let (by, balance) = (&wallet.address, books.balance(&wallet.address));
            if wallet.is_stranger() || balance.less_or_equal(Number::Integer(0)) {
                continue;
            }
            let exit = |share, late| Action::Exit { by: by.clone(), share, late };
            actions.push(exit(Share::Whole, false));
            let has_more = !balance.less_or_equal(deposit);
            if !(may_wait || has_more) || !self.is_refused(state, by, (*exits + 1, balance)) {
                continue;
            }
            actions.extend(may_wait.then(|| exit(Share::Whole, true)));
            actions.extend(has_more.then(|| exit(Share::Part, false)));
            actions.extend((has_more && may_wait).then(|| exit(Share::Part, true)));
        }
    }

    /// Whether a burn of all that somebody holds takes nothing.
    fn is_refused(&self, state: &State<C::State>, by: &str, (nth, all): (u8, Number)) -> bool {
        let burn =
            Shared::new(wallet::exit(self.profile.users, by, (nth, false), all.to_smolstr()));
        let after = self.tim3.evaluate_with(&state.tim3, &burn, 0, false).state;
        self.tim3.handlers.books(&after).balance(by) == all
    }

    /// The same state with nothing ahead but help: see [`Mode::Rescue`].
    pub fn rescue(&self, state: &State<C::State>) -> State<C::State> {
        let change = Change::to_rescue();
        State {
            wallets: Shared::new(vec![Done::default(); self.wallets.len()]),
            network: Shared::new(self.network_after(&state.network, &change, &[])),
            spent: Spent::default(),
            history: self.history_after(&state.history, None, change.forget),
            mode: Mode::Rescue { exits: vec![0; self.wallets.len()] },
            ..state.clone()
        }
    }

    /// What properties may see of a state.
    pub fn situation<'a>(&'a self, state: &'a State<C::State>) -> Situation<'a> {
        let at_rest = state.network.is_at_rest();
        let faults = state.spent.faults;
        self.situation_of(&state.usda, &state.tim3, &state.history, at_rest, faults)
    }

    /// The same of the parts of a state.
    pub fn situation_of<'a>(
        &'a self,
        usda: &'a Ledger,
        tim3: &'a C::State,
        history: &'a History,
        at_rest: bool,
        faults: Faults,
    ) -> Situation<'a> {
        Situation {
            ledger: usda,
            books: self.tim3.handlers.books(tim3),
            history,
            at_rest,
            network_fault: faults.of_the_network() > 0,
            usda_issued: self.usda_issued,
            wallets: &self.wallets,
            objection: self.tim3.handlers.objection(tim3),
        }
    }
}

/// An honest user owns what it may deposit; the stranger is rich, so that no trick fails for
/// want of money.
fn initial_balances(wallets: &[Wallet]) -> impl Iterator<Item = (Address, Quantity)> {
    let depositors = wallets.iter().flat_map(|wallet| wallet.derived.iter());
    let depositors: BTreeSet<_> = depositors.filter_map(|one| one.depositor()).collect();
    let depositors = depositors.into_iter().map(|address| (address.clone(), U256::from(RICHES)));
    let own = wallets.iter().map(|wallet| {
        let riches = if wallet.is_stranger() { RICHES } else { 0 };
        (wallet.address.clone(), wallet.usda_at_first() + U256::from(riches))
    });
    own.chain(depositors)
}

fn wallets(profile: &Profile, bounds: &Bounds, contract: &impl Contract) -> Vec<Wallet> {
    let derived = contract.derived();
    let honest =
        usize::from(bounds.users) - usize::from(profile.has_stranger() && bounds.users > 0);
    let mut names: Vec<&str> = USERS.into_iter().take(honest).collect();
    if profile.has_stranger() {
        names.push(STRANGER);
    }
    let wallet = |(place, name): (usize, &&'static str)| {
        let stranger = *name == STRANGER;
        Wallet {
            address: Address::new_static(name),
            users: if stranger { Users::Wallets } else { profile.users },
            friend: Address::new_static(match names.len() {
                1 => USERS[1],
                n => names[(place + 1) % n],
            }),
            quantity: bounds.quantity,
            deposits: bounds.deposits,
            burns: bounds.burns + u8::from(stranger && bounds.burns > 0),
            transfers: if stranger { 0 } else { bounds.transfers },
            tricks: if stranger { bounds.each_fault.min(bounds.faults) } else { 0 },
            knows_tricks: contract.meets_tricks(),
            derived: if stranger { Arc::clone(&derived) } else { Arc::default() },
        }
    };
    names.iter().enumerate().map(wallet).collect()
}

impl<C: Contract> stateright::Model for Swap<C> {
    type State = State<C::State>;
    type Action = Action;

    fn init_states(&self) -> Vec<Self::State> {
        vec![self.initial()]
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Action>) {
        actions.extend(self.enabled(state));
    }

    fn next_state(&self, state: &Self::State, action: Action) -> Option<Self::State> {
        let after = self.step(state, &action)?.state;
        (!self.leaves_out(state, &after)).then_some(after)
    }

    fn format_action(&self, action: &Action) -> String {
        action.to_string()
    }

    fn properties(&self) -> Vec<stateright::Property<Self>> {
        self.properties.clone()
    }
}
