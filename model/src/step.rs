//! What one step does: to a process, to the network, to the record of what happened.

use crate::action::{Action, Mistake};
use crate::contract::Contract;
use crate::fault::Fault;
use crate::history::History;
use crate::identity::Identity;
use crate::memo::{After, Cause, Change, Evaluated};
use crate::message::{Copy, Message, Outgoing, TIM3, Tags, USDA, tag};
use crate::process::Handlers;
use crate::shared::Shared;
use crate::state::{Mode, State};
use crate::swap::{Evaluation, Step, Swap, is_between};
use crate::wallet::Intent;
use smol_str::ToSmolStr;
use std::sync::Arc;

/// What a step has come to so far.
struct Draft<S> {
    after: State<S>,
    change: Change,
    evaluated: Option<Arc<Evaluated<S>>>,
}

impl<C: Contract> Swap<C> {
    /// Takes a step, or nothing where it is not enabled.
    pub fn step(&self, state: &State<C::State>, action: &Action) -> Option<Step<C::State>> {
        let mut draft = Draft { after: state.clone(), change: Change::default(), evaluated: None };
        match action {
            Action::Act { by, intent } => self.act(&mut draft, by, *intent)?,
            Action::Deliver { message } => self.deliver(&mut draft, message)?,
            Action::Lose { message } => self.lose(&mut draft, message)?,
            Action::Again { message, copy } => self.again(&mut draft, message, *copy)?,
            Action::Owner { mistake } => self.mistake(&mut draft, *mistake)?,
            Action::Exit { by } => self.exit(&mut draft, by)?,
        }
        Some(self.settle(draft))
    }

    fn act(&self, draft: &mut Draft<C::State>, by: &str, intent: Intent) -> Option<()> {
        let place = self.place(by).filter(|_| draft.after.mode == Mode::Open)?;
        let wallet = &self.wallets[place];
        if !wallet.may(&draft.after.wallets[place], intent) {
            return None;
        }
        if matches!(intent, Intent::Trick(_)) {
            self.use_fault(&mut draft.after, Fault::Trick)?;
        }
        let before = &draft.after.wallets;
        let (wallets, message) = self.memo.act(before, place, intent, || {
            let (done, message) = wallet.act(&before[place], intent);
            let mut wallets = (**before).clone();
            wallets[place] = done;
            (self.memo.wallets(wallets), self.memo.message(message))
        });
        draft.after.wallets = wallets;
        if self.reductions.direct_wallets {
            self.evaluate_first(draft, message);
        } else {
            draft.change.post = Some(message);
        }
        Some(())
    }

    fn deliver(&self, draft: &mut Draft<C::State>, identity: &Identity) -> Option<()> {
        let mut next = draft.after.network.deliverable(self.profile.order);
        let message = next.find(|m| m.identity == *identity)?.clone();
        drop(next);
        if !is_between(&message) && !draft.after.notices_assignable {
            return None;
        }
        draft.change.take = Some(message.clone());
        self.evaluate_first(draft, message);
        Some(())
    }

    fn lose(&self, draft: &mut Draft<C::State>, identity: &Identity) -> Option<()> {
        self.use_fault(&mut draft.after, Fault::Loss)?;
        let mut flying = draft.after.network.in_flight();
        let lost = flying.find(|m| m.identity == *identity).filter(|m| is_between(m))?.clone();
        drop(flying);
        draft.change.take = Some(lost);
        Some(())
    }

    fn again(
        &self,
        draft: &mut Draft<C::State>,
        identity: &Identity,
        copy: Copy,
    ) -> Option<()> {
        self.use_fault(&mut draft.after, copy.into())?;
        let network = &draft.after.network;
        let (original, before) = network.repeated(identity, copy, self.profile.dedupe)?;
        let message = self.memo.message(original.copy(copy, before));
        draft.change.repeat = Some((original, copy));
        self.evaluate(draft, message, before);
        Some(())
    }

    fn mistake(&self, draft: &mut Draft<C::State>, mistake: Mistake) -> Option<()> {
        self.use_fault(&mut draft.after, Fault::Owner)?;
        match mistake {
            Mistake::Reload => self.reload(&mut draft.after),
            Mistake::OpenAssignments if draft.after.notices_assignable => return None,
            Mistake::OpenAssignments => draft.after.notices_assignable = true,
            Mistake::SelfTransfer => {
                let n = draft.after.faults.of(Fault::Owner);
                draft.change.post = Some(self.memo.message(self.self_transfer(n)));
            }
        }
        Some(())
    }

    fn reload(&self, state: &mut State<C::State>) {
        let contract = &self.tim3.handlers;
        let mut tim3 = (*state.tim3).clone();
        contract.reload(&mut tim3);
        let eval = Identity::signed("owner", "reload", state.faults.of(Fault::Owner));
        let eval = Message::signed("owner", eval, TIM3, Tags::default());
        let books = (&*contract.books(&state.tim3), &*contract.books(&tim3));
        let mut history = (*state.history).clone();
        history.at_tim3(&eval, books, &[], 0);
        state.history = self.memo.record(history);
        state.tim3 = self.memo.contract(tim3);
    }

    fn self_transfer(&self, n: u8) -> Message {
        let tags = Tags::default()
            .with(tag::ACTION, "Transfer")
            .with(tag::RECIPIENT, TIM3)
            .with(tag::QUANTITY, self.bounds.quantity.to_smolstr());
        let sent = Outgoing { target: USDA.into(), tags, data: "".into() };
        Message::pushed(TIM3, &Identity::signed("owner", "self-transfer", n), (0, 0), sent)
    }

    fn exit(&self, draft: &mut Draft<C::State>, by: &str) -> Option<()> {
        let place = self.place(by)?;
        let Mode::Rescue { exited } = &mut draft.after.mode else { return None };
        if std::mem::replace(exited.get_mut(place)?, true) {
            return None;
        }
        let balance = self.tim3.handlers.books(&draft.after.tim3).balance(by);
        let message = self.wallets[place].exit(balance.to_smolstr());
        self.evaluate(draft, self.memo.message(message), 0);
        Some(())
    }

    fn evaluate_first(&self, draft: &mut Draft<C::State>, message: Shared<Message>) {
        let repeatable = Copy::ALL.into_iter().any(|copy| {
            self.may(&draft.after, copy.into())
                && self.profile.dedupe.evaluates_again(&message, copy, false)
        });
        draft.change.record = repeatable.then(|| message.clone());
        self.evaluate(draft, message, 0);
    }

    /// Has the process that `message` goes to evaluate it.
    fn evaluate(&self, draft: &mut Draft<C::State>, message: Shared<Message>, nth: u8) {
        let state = &draft.after;
        let cause = if message.target == USDA {
            Cause::Usda(&state.usda, &message, nth)
        } else {
            Cause::Tim3(&state.tim3, &message, nth, state.notices_assignable)
        };
        let evaluated = self.memo.evaluation(&cause, |number| self.evaluate_anew(&cause, number));
        draft.evaluated = Some(evaluated);
    }

    fn evaluate_anew(&self, cause: &Cause<'_, C::State>, number: u32) -> Evaluated<C::State> {
        let (at, message, after, sent, outcome) = match cause {
            Cause::Usda(before, message, nth) => {
                let evaluated = self.usda.evaluate(before, message, *nth);
                let after = After::Usda(self.memo.ledger(evaluated.state));
                (USDA, *message, after, evaluated.sent, evaluated.outcome)
            }
            Cause::Tim3(before, message, nth, open) => {
                let evaluated = self.tim3.evaluate_with(before, message, *nth, *open);
                let after = After::Tim3(self.memo.contract(evaluated.state));
                (TIM3, *message, after, evaluated.sent, evaluated.outcome)
            }
        };
        let nth = match cause {
            Cause::Usda(_, _, nth) | Cause::Tim3(_, _, nth, _) => *nth,
        };
        let carried = sent.iter().filter(|m| self.is_carried(m)).cloned().collect();
        let evaluation = Arc::new(Evaluation { at, message: message.clone(), nth, outcome, sent });
        Evaluated { number, after, carried, evaluation }
    }

    /// Whether a message is put in flight: see
    /// [`Reductions::no_inert_messages`](crate::Reductions::no_inert_messages). A
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
        matters || !self.reductions.no_inert_messages
    }

    /// Puts the parts of a step together, and drops what nothing can read any more: the
    /// log once no repeat is possible, notices to wallets once nobody can have them
    /// assigned, which tricks were used once no more can be.
    fn settle(&self, draft: Draft<C::State>) -> Step<C::State> {
        let Draft { mut after, mut change, evaluated } = draft;
        let repeats = Copy::ALL.into_iter().any(|copy| self.may(&after, copy.into()));
        if !repeats {
            change.forget = true;
            change.record = None;
        }
        change.drop_foreign = !after.notices_assignable && !self.may(&after, Fault::Owner);
        if !self.may(&after, Fault::Trick) && after.wallets.iter().any(|d| !d.tricks.is_empty()) {
            let mut wallets = (*after.wallets).clone();
            wallets.iter_mut().for_each(|done| done.tricks.clear());
            after.wallets = self.memo.wallets(wallets);
        }
        self.note(&mut after, evaluated.as_deref(), !repeats);
        let number = evaluated.as_ref().map(|e| e.number);
        after.network = self.memo.network(&after.network, &change, number, |network| {
            let sent = evaluated.iter().flat_map(|e| &e.carried);
            network.apply(&change, sent, self.profile.order);
        });
        Step { state: after, evaluation: evaluated.map(|e| Arc::clone(&e.evaluation)) }
    }

    /// Brings the processes and the history up to date with an evaluation.
    fn note(
        &self,
        state: &mut State<C::State>,
        evaluated: Option<&Evaluated<C::State>>,
        forget: bool,
    ) {
        let contract = &self.tim3.handlers;
        let number = evaluated.map(|e| e.number);
        if number.is_none() && !forget {
            return;
        }
        let record = |history: &mut History| {
            match evaluated.map(|e| (&e.after, &*e.evaluation)) {
                Some((After::Usda(_), evaluation)) => history.at_usda(evaluation),
                Some((After::Tim3(after), evaluation)) => {
                    let books = (&*contract.books(&state.tim3), &*contract.books(after));
                    history.at_tim3(&evaluation.message, books, &evaluation.sent, evaluation.nth);
                }
                None => {}
            }
            if forget {
                history.forget_repeats();
            }
        };
        let history = self.memo.history(&state.history, number, forget, record);
        state.history = history;
        match evaluated.map(|e| e.after.clone()) {
            Some(After::Usda(ledger)) => state.usda = ledger,
            Some(After::Tim3(tim3)) => state.tim3 = tim3,
            None => {}
        }
    }
}
