//! The system: two processes, wallets, a network with faults, as a `stateright::Model`.

use crate::action::{Action, Mistake};
use crate::bint::Quantity;
use crate::books::Books;
use crate::bounds::Bounds;
use crate::contract::Contract;
use crate::fault::{Fault, Faults};
use crate::history::History;
use crate::identity::Identity;
use crate::message::{Address, Copy, Message, TIM3, Tags, USDA, tag};
use crate::network::Network;
use crate::process::{HandlerError, Handlers, Label, Process};
use crate::profile::Profile;
use crate::state::{Mode, State};
use crate::usda::{Ledger, Usda};
use crate::wallet::{Done, Intent, STRANGER, USERS, Wallet};
use ruint::aliases::U256;
use smol_str::ToSmolStr;
use std::{borrow::Cow, sync::Arc};

/// Simplifications of the state space that change no verdict. Each has its argument here
/// and a test that compares verdicts with it off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reductions {
    /// A wallet's item is evaluated in the step that posts it. Posting has no effect but to
    /// put the item in flight, and wallets post at any time, so every run is matched by
    /// the one in which each item is posted just before it is evaluated; an item that is
    /// lost is one that was never posted. Items of wallets are never lost or reordered
    /// apart from that.
    pub direct_wallets: bool,
    /// A message that its receiver ignores in every state
    /// ([`Handlers::ignores`](crate::Handlers::ignores)), or that goes to a wallet, is not
    /// put in flight. Its delivery would change nothing that a property reads, and enables
    /// nothing.
    pub no_inert_messages: bool,
}

impl Default for Reductions {
    fn default() -> Self {
        Self { direct_wallets: true, no_inert_messages: true }
    }
}

/// The TIM3 swap under one profile and one set of bounds.
#[derive(Clone)]
pub struct Swap<C: Contract> {
    /// The USDA process.
    pub usda: Process<Usda>,
    /// The TIM3 process, with the contract under check.
    pub tim3: Process<C>,
    /// Users, and last the stranger where the profile has one.
    pub wallets: Vec<Wallet>,
    /// The platform.
    pub profile: Profile,
    /// The limits.
    pub bounds: Bounds,
    /// The simplifications in force.
    pub reductions: Reductions,
    /// Properties for stateright's checkers; the model itself knows none.
    pub properties: Vec<stateright::Property<Self>>,
}

/// One step taken: where it led, and what was evaluated on the way.
#[derive(Clone, Debug)]
pub struct Step<S> {
    /// The state after it.
    pub state: State<S>,
    /// The evaluation in it, if there was one.
    pub evaluation: Option<Evaluation>,
}

/// What a process did with a message.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// Which process.
    pub at: &'static str,
    /// The message, as this copy of it looks.
    pub message: Arc<Message>,
    /// What the handlers say they did, or the error they threw.
    pub outcome: Result<Label, HandlerError>,
    /// What was sent.
    pub sent: Vec<Arc<Message>>,
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
    /// The faults used.
    pub faults: Faults,
    /// USDA that existed at the start, base units.
    pub usda_issued: Quantity,
    /// The wallets.
    pub wallets: &'a [Wallet],
}

impl Situation<'_> {
    /// The honest users.
    pub fn honest(&self) -> impl Iterator<Item = &Wallet> {
        self.wallets.iter().filter(|w| !w.is_stranger())
    }

    /// USDA that TIM3 really holds, base units.
    pub fn held(&self) -> Quantity {
        self.ledger.balance(TIM3)
    }
}

impl<C: Contract> Swap<C> {
    /// The swap with this contract, beside this ledger, on this platform, within these limits.
    pub fn new(contract: C, usda: Usda, profile: Profile, bounds: Bounds) -> Self {
        let mut tim3 = Process::new(TIM3, contract, profile.evaluation);
        tim3.notices_assignable = profile.notices_assignable;
        Self {
            usda: Process::new(USDA, usda, crate::process::Evaluation::Atomic),
            tim3,
            wallets: wallets(&profile, &bounds),
            profile,
            bounds,
            reductions: Reductions::default(),
            properties: Vec::new(),
        }
    }

    /// The state before anything happened: users own USDA, TIM3 nothing.
    pub fn initial(&self) -> State<C::State> {
        State {
            usda: Arc::new(Ledger::new(self.initial_balances())),
            tim3: Arc::new(self.tim3.handlers.initial()),
            wallets: vec![Done::default(); self.wallets.len()],
            network: Network::default(),
            faults: Faults::default(),
            history: Arc::default(),
            mode: Mode::Open,
        }
    }

    /// An honest user owns what it may deposit; the stranger is rich, so that no trick fails
    /// for want of money.
    fn initial_balances(&self) -> impl Iterator<Item = (Address, Quantity)> {
        self.wallets.iter().map(|wallet| {
            let plain = U256::from(wallet.quantity) * U256::from(wallet.deposits);
            let riches = if wallet.is_stranger() { U256::from(1) << 70 } else { U256::ZERO };
            (wallet.address.clone(), plain + riches)
        })
    }

    /// How often a fault of this kind may happen.
    pub fn budget(&self, kind: Fault) -> u8 {
        if self.profile.allows(kind) { self.bounds.each_fault.min(self.bounds.faults) } else { 0 }
    }

    fn may(&self, state: &State<C::State>, kind: Fault) -> bool {
        state.mode == Mode::Open
            && state.faults.of(kind) < self.budget(kind)
            && state.faults.total() < self.bounds.faults
    }

    /// All that can happen next, in a fixed order.
    pub fn enabled(&self, state: &State<C::State>) -> Vec<Action> {
        let mut actions = Vec::new();
        match &state.mode {
            Mode::Open => {
                self.deliveries(state, &mut actions);
                self.acts(state, &mut actions);
                self.accidents(state, &mut actions);
            }
            Mode::Rescue { exited } => {
                self.deliveries(state, &mut actions);
                self.exits(state, exited, &mut actions);
            }
        }
        actions
    }

    fn deliveries(&self, state: &State<C::State>, actions: &mut Vec<Action>) {
        let messages = state.network.deliverable(self.profile.order);
        actions.extend(messages.map(|m| Action::Deliver { message: m.identity.clone() }));
    }

    fn acts(&self, state: &State<C::State>, actions: &mut Vec<Action>) {
        let may_trick = self.may(state, Fault::Trick);
        for (wallet, done) in self.wallets.iter().zip(&state.wallets) {
            let choices = wallet.choices(done).into_iter();
            let choices = choices.filter(|i| may_trick || !matches!(i, Intent::Trick(_)));
            actions.extend(choices.map(|intent| Action::Act { by: wallet.address.clone(), intent }));
        }
    }

    fn accidents(&self, state: &State<C::State>, actions: &mut Vec<Action>) {
        if self.may(state, Fault::Loss) {
            let messages = state.network.in_flight();
            actions.extend(messages.map(|m| Action::Lose { message: m.identity.clone() }));
        }
        for copy in [Copy::SameId, Copy::ReSign, Copy::RePush, Copy::Assignment] {
            if !self.may(state, copy.into()) {
                continue;
            }
            let dedupe = self.profile.dedupe;
            let repeats = state.network.log();
            let repeats = repeats.filter(|l| dedupe.evaluates_again(&l.message, copy, l.assigned));
            actions.extend(
                repeats.map(|l| Action::Again { message: l.message.identity.clone(), copy }),
            );
        }
        if self.may(state, Fault::Owner) {
            let mistakes = [Mistake::Reload, Mistake::SelfTransfer];
            actions.extend(mistakes.map(|mistake| Action::Owner { mistake }));
        }
    }

    fn exits(&self, state: &State<C::State>, exited: &[bool], actions: &mut Vec<Action>) {
        let books = self.tim3.handlers.books(&state.tim3);
        for (wallet, exited) in self.wallets.iter().zip(exited) {
            let holds = !books.balance(&wallet.address).less_or_equal(crate::lua::Number::Integer(0));
            if !wallet.is_stranger() && !exited && holds {
                actions.push(Action::Exit { by: wallet.address.clone() });
            }
        }
    }

    /// Takes a step, or nothing where it is not enabled.
    pub fn step(&self, state: &State<C::State>, action: &Action) -> Option<Step<C::State>> {
        let mut after = state.clone();
        let evaluation = match action {
            Action::Act { by, intent } => self.act(&mut after, by, *intent)?,
            Action::Deliver { message } => Some(self.deliver(&mut after, message)?),
            Action::Lose { message } => {
                self.use_fault(&mut after, Fault::Loss)?;
                after.network.take(message)?;
                None
            }
            Action::Again { message, copy } => Some(self.again(&mut after, message, *copy)?),
            Action::Owner { mistake } => {
                self.use_fault(&mut after, Fault::Owner)?;
                self.mistake(&mut after, *mistake);
                None
            }
            Action::Exit { by } => Some(self.exit(&mut after, by)?),
        };
        self.forget_repeats(&mut after);
        Some(Step { state: after, evaluation })
    }

    fn use_fault(&self, state: &mut State<C::State>, kind: Fault) -> Option<()> {
        if !self.may(state, kind) {
            return None;
        }
        state.faults = state.faults.and(kind);
        Some(())
    }

    fn place(&self, wallet: &str) -> Option<usize> {
        self.wallets.iter().position(|w| w.address == wallet)
    }

    fn act(
        &self,
        state: &mut State<C::State>,
        by: &str,
        intent: Intent,
    ) -> Option<Option<Evaluation>> {
        let place = self.place(by).filter(|_| state.mode == Mode::Open)?;
        let wallet = &self.wallets[place];
        if !wallet.choices(&state.wallets[place]).contains(&intent) {
            return None;
        }
        if matches!(intent, Intent::Trick(_)) {
            self.use_fault(state, Fault::Trick)?;
        }
        let (done, message) = wallet.act(&state.wallets[place], intent);
        state.wallets[place] = done;
        let message = Arc::new(message);
        if self.reductions.direct_wallets {
            return Some(Some(self.first_evaluation(state, message)));
        }
        state.network.send(self.profile.order, message);
        Some(None)
    }

    fn deliver(&self, state: &mut State<C::State>, identity: &Identity) -> Option<Evaluation> {
        let next = state.network.deliverable(self.profile.order);
        next.into_iter().find(|m| m.identity == *identity)?;
        let message = state.network.take(identity)?;
        Some(self.first_evaluation(state, message))
    }

    fn first_evaluation(&self, state: &mut State<C::State>, message: Arc<Message>) -> Evaluation {
        let copies = [Copy::SameId, Copy::ReSign, Copy::RePush, Copy::Assignment];
        let repeatable = copies.into_iter().any(|copy| {
            self.may(state, copy.into())
                && self.profile.dedupe.evaluates_again(&message, copy, false)
        });
        if repeatable {
            state.network.record(Arc::clone(&message));
        }
        self.evaluate(state, message, 0)
    }

    fn again(
        &self,
        state: &mut State<C::State>,
        identity: &Identity,
        copy: Copy,
    ) -> Option<Evaluation> {
        self.use_fault(state, copy.into())?;
        let (message, before) = state.network.repeat(identity, copy, self.profile.dedupe)?;
        Some(self.evaluate(state, Arc::new(message), before))
    }

    fn mistake(&self, state: &mut State<C::State>, mistake: Mistake) {
        match mistake {
            Mistake::Reload => {
                let mut tim3 = (*state.tim3).clone();
                let before = self.tim3.handlers.books(&state.tim3).into_owned();
                self.tim3.handlers.reload(&mut tim3);
                let after = self.tim3.handlers.books(&tim3).into_owned();
                let eval = Message::signed("owner", Identity::signed("owner", "reload", 1), TIM3, Tags::default());
                Arc::make_mut(&mut state.history).at_tim3(&eval, (&before, &after), &[], 0);
                state.tim3 = Arc::new(tim3);
            }
            Mistake::SelfTransfer => {
                let cause = Identity::signed("owner", "self-transfer", state.faults.of(Fault::Owner));
                let tags = Tags::default()
                    .with(tag::ACTION, "Transfer")
                    .with(tag::RECIPIENT, TIM3)
                    .with(tag::QUANTITY, self.bounds.quantity.to_smolstr());
                let sent = crate::message::Outgoing { target: USDA.into(), tags, data: "".into() };
                let message = Message::pushed(TIM3, &cause, (0, 0), sent);
                state.network.send(self.profile.order, Arc::new(message));
            }
        }
    }

    fn exit(&self, state: &mut State<C::State>, by: &str) -> Option<Evaluation> {
        let place = self.place(by)?;
        let Mode::Rescue { exited } = &mut state.mode else { return None };
        if std::mem::replace(exited.get_mut(place)?, true) {
            return None;
        }
        let balance = self.tim3.handlers.books(&state.tim3).balance(by);
        let message = Arc::new(self.wallets[place].exit(balance.to_smolstr()));
        Some(self.evaluate(state, message, 0))
    }

    /// Has the process that `message` goes to evaluate it, and puts what it sends in flight.
    fn evaluate(
        &self,
        state: &mut State<C::State>,
        message: Arc<Message>,
        nth: u8,
    ) -> Evaluation {
        let (at, sent, outcome) = if message.target == USDA {
            let evaluated = self.usda.evaluate(&state.usda, &message, nth);
            Arc::make_mut(&mut state.history).at_usda(&message, &evaluated);
            state.usda = Arc::new(evaluated.state);
            (USDA, evaluated.sent, evaluated.outcome)
        } else {
            let evaluated = self.tim3.evaluate(&state.tim3, &message, nth);
            let before = self.tim3.handlers.books(&state.tim3);
            let after = self.tim3.handlers.books(&evaluated.state);
            let history = Arc::make_mut(&mut state.history);
            history.at_tim3(&message, (&before, &after), &evaluated.sent, nth);
            drop((before, after));
            state.tim3 = Arc::new(evaluated.state);
            (TIM3, evaluated.sent, evaluated.outcome)
        };
        for message in sent.iter().filter(|m| self.is_carried(m)) {
            state.network.send(self.profile.order, Arc::clone(message));
        }
        Evaluation { at, message, outcome, sent }
    }

    /// Whether a message is put in flight: see [`Reductions::no_inert_messages`]. A
    /// Credit-Notice to a wallet is carried where it can be assigned to TIM3.
    pub fn is_carried(&self, message: &Message) -> bool {
        let matters = match message.target.as_str() {
            USDA => !self.usda.handlers.ignores(message),
            TIM3 => !self.tim3.handlers.ignores(message),
            _ => return self.tim3.notices_assignable && message.action() == "Credit-Notice" && message.from == USDA,
        };
        matters || !self.reductions.no_inert_messages
    }

    /// Drops what only repeats would read once no repeat is possible any more, and which
    /// tricks were used once no more can be.
    fn forget_repeats(&self, state: &mut State<C::State>) {
        let copies = [Copy::SameId, Copy::ReSign, Copy::RePush, Copy::Assignment];
        if !copies.into_iter().any(|copy| self.may(state, copy.into())) {
            state.network.forget();
            Arc::make_mut(&mut state.history).forget_repeats();
        }
        if !self.may(state, Fault::Trick) {
            state.wallets.iter_mut().for_each(|done| done.tricks.clear());
        }
    }

    /// The same state with nothing ahead but help: see [`Mode::Rescue`].
    pub fn rescue(&self, state: &State<C::State>) -> State<C::State> {
        let mut rescue = state.clone();
        rescue.mode = Mode::Rescue { exited: vec![false; self.wallets.len()] };
        rescue.wallets.iter_mut().for_each(|done| *done = Done::default());
        rescue.faults = Faults::default();
        self.forget_repeats(&mut rescue);
        rescue
    }

    /// What properties may see of a state.
    pub fn situation<'a>(&'a self, state: &'a State<C::State>) -> Situation<'a> {
        let between = |m: &Arc<Message>| m.target == USDA || m.target == TIM3;
        Situation {
            ledger: &state.usda,
            books: self.tim3.handlers.books(&state.tim3),
            history: &state.history,
            at_rest: !state.network.in_flight().any(between),
            faults: state.faults,
            usda_issued: self.initial_balances().fold(U256::ZERO, |sum, (_, b)| sum + b),
            wallets: &self.wallets,
        }
    }
}

fn wallets(profile: &Profile, bounds: &Bounds) -> Vec<Wallet> {
    let honest = usize::from(bounds.users) - usize::from(profile.has_stranger() && bounds.users > 0);
    let mut names: Vec<&str> = USERS.into_iter().take(honest).collect();
    if profile.has_stranger() {
        names.push(STRANGER);
    }
    let wallet = |(place, name): (usize, &&'static str)| {
        let stranger = *name == STRANGER;
        Wallet {
            address: Address::new_static(name),
            friend: Address::new_static(match names.len() {
                1 => USERS[1],
                n => names[(place + 1) % n],
            }),
            quantity: bounds.quantity,
            deposits: bounds.deposits,
            burns: bounds.burns,
            transfers: if stranger { 0 } else { bounds.transfers },
            tricks: if stranger { bounds.each_fault.min(bounds.faults) } else { 0 },
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
        self.step(state, &action).map(|step| step.state)
    }

    fn format_action(&self, action: &Action) -> String {
        action.to_string()
    }

    fn properties(&self) -> Vec<stateright::Property<Self>> {
        self.properties.clone()
    }
}
