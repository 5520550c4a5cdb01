//! What one step does: to wallets and budgets, to a process, to the network, to the record
//! of what happened.
//!
//! A step has two halves. The [`Plan`] depends on wallets, network and budgets alone: who
//! acts, which message is evaluated where. Carrying it out depends on the process that
//! evaluates. A search that keeps both halves apart computes each once for the many global
//! states that share it.

use crate::action::{Action, Mistake, Share};
use crate::books::Books;
use crate::contract::Contract;
use crate::evaluation::Evaluation;
use crate::fault::Fault;
use crate::history::{AtTim3, History, Observed, burn_destroyed};
use crate::identity::Identity;
use crate::message::{Copy, Message, OWNER, Outgoing, TIM3, Tags, USDA, tag};
use crate::network::{Change, Network};
use crate::process::Handlers;
use crate::reduction::Reduction;
use crate::shared::Shared;
use crate::state::{Mode, Spent, State};
use crate::swap::{Step, Swap};
use crate::usda::Ledger;
use crate::wallet::{self, Done, Intent};
use smol_str::ToSmolStr;
use std::borrow::Cow;
use std::sync::Arc;

/// What a step will do, before any process has evaluated anything.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The budgets after it.
    pub spent: Spent,
    /// The wallets after it, where they change.
    pub wallets: Option<Vec<Done>>,
    /// What leaves and enters the network, beside what an evaluation sends.
    pub change: Change,
    /// The message that is evaluated, and how often it was before.
    pub evaluate: Option<(Shared<Message>, u8)>,
    /// The source that the owner has the contract load.
    pub load: Option<Load>,
}

/// An Eval of a whole source by the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Load {
    /// Of the version that runs, as this mistake of the owner, counted from 1.
    Again(u8),
    Upgrade,
}

/// One evaluation with all that follows from it locally.
#[derive(Clone, Debug)]
pub struct Evaluated<S> {
    /// The state of the process after it.
    pub after: After<S>,
    /// What is put in flight.
    pub carried: Vec<Shared<Message>>,
    /// What it leaves in the record.
    pub observed: Observed,
    /// What reports and witnesses see of it.
    pub evaluation: Arc<Evaluation>,
}

/// The state of the process that evaluated.
#[derive(Clone, Debug)]
pub enum After<S> {
    Usda(Ledger),
    Tim3(S),
}

impl Plan {
    fn new(spent: Spent) -> Self {
        Self { spent, wallets: None, change: Change::default(), evaluate: None, load: None }
    }
}

impl<C: Contract> Swap<C> {
    /// Takes a step, or nothing where it is not enabled.
    pub fn step(&self, state: &State<C::State>, action: &Action) -> Option<Step<C::State>> {
        let mut mode = state.mode.clone();
        let plan = match action {
            Action::Exit { by, share, late } => self.exit(state, &mut mode, (by, *share, *late))?,
            _ if state.mode == Mode::Open => {
                self.plan(&state.wallets, &state.network, state.spent, action)?
            }
            Action::Deliver { message } => {
                let mut plan = self.deliver(&state.network, state.spent, message)?;
                // Nothing is repeated in a rescue.
                plan.change.record = None;
                plan.change.forget = true;
                plan
            }
            _ => return None,
        };
        Some(self.carry_out(state, mode, plan))
    }

    /// What an action will do, or nothing where it is not enabled. [`Action::Exit`] never is.
    pub fn plan(
        &self,
        wallets: &[Done],
        network: &Network,
        spent: Spent,
        action: &Action,
    ) -> Option<Plan> {
        let plan = match action {
            Action::Act { by, intent } => self.act(wallets, spent, by, *intent)?,
            Action::Deliver { message } => self.deliver(network, spent, message)?,
            Action::Lose { message } => self.lose(network, spent, message)?,
            Action::Again { message, copy } => self.again(network, spent, message, *copy)?,
            Action::Owner { mistake } => self.mistake(spent, *mistake)?,
            Action::Upgrade => self.replace(spent)?,
            Action::Exit { .. } => return None,
        };
        Some(self.tidy(plan, wallets))
    }

    fn act(&self, wallets: &[Done], spent: Spent, by: &str, intent: Intent) -> Option<Plan> {
        let place = self.wallets.iter().position(|wallet| wallet.address == by)?;
        let wallet = &self.wallets[place];
        if !wallet.may(&wallets[place], intent) {
            return None;
        }
        let trick = matches!(intent, Intent::Trick(_));
        let mut plan = Plan::new(if trick { self.use_fault(spent, Fault::Trick)? } else { spent });
        let (done, message) = wallet.act(&wallets[place], intent);
        let mut wallets = wallets.to_vec();
        wallets[place] = done;
        plan.wallets = Some(wallets);
        if self.reductions.has(Reduction::DirectWallets) {
            self.evaluate_first(&mut plan, Shared::new(message));
        } else {
            plan.change.post = Some(Shared::new(message));
        }
        Some(plan)
    }

    fn deliver(&self, network: &Network, spent: Spent, identity: &Identity) -> Option<Plan> {
        let mut next = network.deliverable(self.profile.order);
        let message = next.find(|m| m.identity == *identity)?;
        if !message.is_between_processes() && !spent.notices_assignable {
            return None;
        }
        let mut plan = Plan::new(spent);
        plan.change.take = Some(identity.clone());
        self.evaluate_first(&mut plan, message.clone());
        Some(plan)
    }

    fn lose(&self, network: &Network, spent: Spent, identity: &Identity) -> Option<Plan> {
        let mut flying = network.in_flight();
        flying.find(|m| m.identity == *identity).filter(|m| m.is_between_processes())?;
        let mut plan = Plan::new(self.use_fault(spent, Fault::Loss)?);
        plan.change.take = Some(identity.clone());
        Some(plan)
    }

    fn again(
        &self,
        network: &Network,
        spent: Spent,
        identity: &Identity,
        copy: Copy,
    ) -> Option<Plan> {
        let mut plan = Plan::new(self.use_fault(spent, copy.into())?);
        let (message, before) = network.repeated(identity, copy, self.profile.dedupe)?;
        plan.change.repeat = Some((identity.clone(), copy));
        plan.evaluate = Some((Shared::new(message), before));
        Some(plan)
    }

    fn mistake(&self, spent: Spent, mistake: Mistake) -> Option<Plan> {
        let mut plan = Plan::new(self.use_fault(spent, Fault::Owner)?);
        match mistake {
            Mistake::Reload => plan.load = Some(Load::Again(plan.spent.faults.of(Fault::Owner))),
            Mistake::OpenAssignments if spent.notices_assignable => return None,
            Mistake::OpenAssignments => plan.spent.notices_assignable = true,
            Mistake::SelfTransfer => {
                let n = plan.spent.faults.of(Fault::Owner);
                plan.change.post = Some(Shared::new(self.self_transfer(n)));
            }
        }
        Some(plan)
    }

    fn replace(&self, spent: Spent) -> Option<Plan> {
        let after = Spent { upgraded: true, ..spent };
        let plan = Plan { load: Some(Load::Upgrade), ..Plan::new(after) };
        self.may_upgrade(spent).then_some(plan)
    }

    fn self_transfer(&self, n: u8) -> Message {
        let tags = Tags::default()
            .with(tag::ACTION, "Transfer")
            .with(tag::RECIPIENT, TIM3)
            .with(tag::QUANTITY, self.bounds.quantity.to_smolstr());
        let sent = Outgoing { target: USDA.into(), tags, data: "".into() };
        Message::pushed(TIM3, &Identity::signed(OWNER, "self-transfer", n), (0, 0), sent)
    }

    fn exit(
        &self,
        state: &State<C::State>,
        mode: &mut Mode,
        (by, share, late): (&str, Share, bool),
    ) -> Option<Plan> {
        let place = self.wallets.iter().position(|wallet| wallet.address == by)?;
        let Mode::Rescue { exits } = mode else { return None };
        let nth = exits.get_mut(place).filter(|nth| **nth < self.bounds.exits())?;
        *nth += 1;
        let quantity = match share {
            Share::Whole => self.tim3.handlers.books(&state.tim3).balance(by).to_smolstr(),
            Share::Part => self.bounds.quantity.to_smolstr(),
        };
        let message = wallet::exit(self.profile.users, by, (*nth, late), quantity);
        let mut plan = Plan::new(state.spent);
        plan.evaluate = Some((Shared::new(message), 0));
        Some(plan)
    }

    fn evaluate_first(&self, plan: &mut Plan, message: Shared<Message>) {
        let dedupe = self.profile.dedupe;
        let repeatable = Copy::ALL.into_iter().any(|copy| {
            let possible = !self.compacts() || self.may(plan.spent, copy.into());
            possible && dedupe.evaluates_again(&message, copy, false)
        });
        plan.change.record = repeatable.then(|| message.clone());
        plan.evaluate = Some((message, 0));
    }

    fn compacts(&self) -> bool {
        self.reductions.has(Reduction::Compaction)
    }

    /// Drops what nothing can read any more: see [`Reduction::Compaction`].
    fn tidy(&self, mut plan: Plan, wallets: &[Done]) -> Plan {
        let swept = self.sweep(plan.spent);
        if swept.forget {
            plan.change.forget = true;
            plan.change.record = None;
        }
        plan.change.drop_foreign = swept.drop_foreign;
        let retired = self.retired(plan.wallets.as_deref().unwrap_or(wallets), plan.spent);
        plan.wallets = retired.or(plan.wallets);
        plan
    }

    /// What leaves the network because nothing can read it any more.
    pub fn sweep(&self, spent: Spent) -> Change {
        Change {
            forget: self.compacts() && !self.may_repeat(spent),
            drop_foreign: self.compacts() && !self.may_assign(spent),
            ..Change::default()
        }
    }

    /// The wallets without the names of tricks, where no more can be played and any are kept.
    pub fn retired(&self, wallets: &[Done], spent: Spent) -> Option<Vec<Done>> {
        let kept = !self.compacts() || self.may(spent, Fault::Trick);
        if kept || wallets.iter().all(|done| done.tricks.is_empty()) {
            return None;
        }
        let mut wallets = wallets.to_vec();
        for done in &mut wallets {
            done.tricks.clear();
        }
        Some(wallets)
    }

    /// Evaluates a message at the process that it goes to, `nth` times having gone before.
    pub fn evaluate(
        &self,
        usda: &Ledger,
        tim3: &C::State,
        message: &Shared<Message>,
        nth: u8,
        notices_assignable: bool,
    ) -> Evaluated<C::State> {
        let (at, after, sent, outcome) = if message.target == USDA {
            let evaluated = self.usda.evaluate(usda, message, nth);
            (USDA, After::Usda(evaluated.state), evaluated.sent, evaluated.outcome)
        } else {
            let evaluated = self.tim3.evaluate_with(tim3, message, nth, notices_assignable);
            (TIM3, After::Tim3(evaluated.state), evaluated.sent, evaluated.outcome)
        };
        let carried = sent.iter().filter(|m| self.is_carried(m)).cloned().collect();
        let evaluation = Arc::new(Evaluation { at, message: message.clone(), nth, outcome, sent });
        let observed = match &after {
            After::Usda(_) => Observed::Usda(Arc::clone(&evaluation)),
            After::Tim3(after) => {
                let seen = AtTim3::new(message, nth, self.books(tim3, after), &evaluation.sent);
                Observed::Tim3(seen.unless(|burn| self.burns_later(tim3, burn)))
            }
        };
        Evaluated { after, carried, observed, evaluation }
    }

    /// Whether a burn that was refused destroys what it should for a sender who waits.
    fn burns_later(&self, tim3: &C::State, burn: &Message) -> bool {
        if !self.tim3.handlers.may_read_time() {
            return false;
        }
        let quantity = burn.tags.first(tag::QUANTITY).unwrap_or_default();
        let late =
            Shared::new(wallet::exit(self.profile.users, &burn.from, (1, true), quantity.into()));
        let after = self.tim3.evaluate_with(tim3, &late, 0, false).state;
        let (before, after) = self.books(tim3, &after);
        burn_destroyed(&late, &before, &after)
    }

    fn books<'a>(
        &self,
        before: &'a C::State,
        after: &'a C::State,
    ) -> (Cow<'a, Books>, Cow<'a, Books>) {
        let contract = &self.tim3.handlers;
        (contract.books(before), contract.books(after))
    }

    /// What an Eval of a whole source makes of a contract state, and what that leaves in the
    /// record.
    pub fn loaded(&self, tim3: &C::State, load: Load) -> (C::State, Observed) {
        let mut after = tim3.clone();
        let eval = match load {
            Load::Again(n) => {
                self.tim3.handlers.reload(&mut after);
                Identity::signed(OWNER, "reload", n)
            }
            Load::Upgrade => {
                self.tim3.handlers.upgrade(&mut after);
                Identity::signed(OWNER, "upgrade", 1)
            }
        };
        let eval = Shared::new(Message::signed(OWNER, eval, TIM3, Tags::default()));
        let observed = AtTim3::new(&eval, 0, self.books(tim3, &after), &[]);
        (after, Observed::Tim3(observed))
    }

    /// Whether a message is put in flight: see
    /// [`Reduction::InertMessages`]. A
    /// Credit-Notice to a wallet is carried where the owner can make it assignable.
    pub fn is_carried(&self, message: &Message) -> bool {
        let matters = match message.target.as_str() {
            USDA => !self.usda.handlers.ignores(message),
            TIM3 => !self.tim3.handlers.ignores(message),
            _ => {
                return self.budget(Fault::Owner) > 0
                    && message.action() == "Credit-Notice"
                    && message.from == USDA;
            }
        };
        matters || !self.reductions.has(Reduction::InertMessages)
    }

    /// The network after a plan, and after its evaluation has sent.
    pub fn network_after(
        &self,
        network: &Network,
        change: &Change,
        carried: &[Shared<Message>],
    ) -> Network {
        let mut after = network.clone();
        after.apply(change, carried, self.profile.order);
        after
    }

    /// The history after an evaluation; `forget` says that no repeat can follow.
    pub fn history_after(
        &self,
        history: &Shared<History>,
        observed: Option<&Observed>,
        forget: bool,
    ) -> Shared<History> {
        let observed = observed.filter(|observed| observed.leaves_a_trace());
        if observed.is_none() && !(forget && history.knows_repeats()) {
            return history.clone();
        }
        let mut after = (**history).clone();
        if let Some(observed) = observed {
            after.record(observed);
        }
        if forget {
            after.forget_repeats();
        }
        Shared::new(after)
    }

    fn carry_out(&self, state: &State<C::State>, mode: Mode, plan: Plan) -> Step<C::State> {
        let Plan { spent, wallets, change, evaluate, load } = plan;
        let mut after = State { spent, mode, ..state.clone() };
        if let Some(wallets) = wallets {
            after.wallets = Shared::new(wallets);
        }
        let evaluated = evaluate.map(|(message, nth)| {
            self.evaluate(&state.usda, &state.tim3, &message, nth, spent.notices_assignable)
        });
        let carried = evaluated.as_ref().map_or(&[][..], |e| &e.carried);
        after.network = Shared::new(self.network_after(&state.network, &change, carried));
        let mut observed = evaluated.as_ref().map(|evaluated| evaluated.observed.clone());
        if let Some(load) = load {
            let (tim3, loaded) = self.loaded(&state.tim3, load);
            after.tim3 = Shared::new(tim3);
            observed = Some(loaded);
        }
        after.history = self.history_after(&state.history, observed.as_ref(), change.forget);
        let evaluation = evaluated.map(|evaluated| {
            match evaluated.after {
                After::Usda(ledger) => after.usda = Shared::new(ledger),
                After::Tim3(tim3) => after.tim3 = Shared::new(tim3),
            }
            evaluated.evaluation
        });
        Step { state: after, evaluation }
    }
}
