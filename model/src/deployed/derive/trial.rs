//! Runs messages to see what the handlers do with them.

use super::super::powers::{self, Power};
use super::super::workshop::{NoStep, Workshop};
use super::attempt::Attempt;
use super::seen::{Course, Seen, course, is_one_of, says};
use super::words::{LONGEST, MOST_IN_STATE};
use crate::books::Books;
use crate::exact::Exact;
use crate::message::{Address, Message, TIM3, USDA, tag};
use aos::{Dependence, Machine, Note, Observed, PairsOrder, Sent, Sought, TagValue, Value, stop};
use ruint::aliases::U256;
use smol_str::SmolStr;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// How much is tried of one file: evaluations; a long one counts as several.
const MOST_TRIED: u64 = 40_000;
/// Instructions that count as one more evaluation, and bytes of a state that do.
const INSTRUCTIONS: u64 = 1000;
const BYTES: u64 = 2048;
/// A search runs a handler as often.
const FEW_RUNS: i64 = 2;
/// At most so many refusals of the host are kept.
const MOST_REFUSED: usize = 16;

/// The books, and payments: to whom a message sends how much.
pub(super) type Effect = (Books, Vec<Payment>);
pub(super) type Moved = (Vec<(Address, Exact)>, Vec<Payment>);
type Payment = (Vec<u8>, Vec<TagValue>);

/// The state, the course, and whose balances rise and fall: by this amount, by less or by more.
pub(super) type Shape = (usize, Course, Vec<(Address, bool, Option<(bool, bool)>)>);

const OF_PAYMENTS: [&str; 2] = [tag::RECIPIENT, tag::QUANTITY];

/// Whether USDA is told to pay somebody.
pub(super) fn orders_payment(seen: &Seen) -> bool {
    let is_order =
        |sent: &Sent| sent.target.as_deref() == Some(USDA.as_bytes()) && payment(sent).is_some();
    seen.named.iter().flatten().any(is_order)
}

/// USDA pays nobody for another Action.
fn payment(sent: &Sent) -> Option<Payment> {
    let is_to_usda = sent.target.as_deref() == Some(USDA.as_bytes());
    if is_to_usda && !says(&sent.tags, tag::ACTION, "Transfer") {
        return None;
    }
    let tags = sent.tags.iter().filter(|(name, _)| is_one_of(&OF_PAYMENTS, name));
    let tags: Vec<_> = tags.map(|(_, value)| value.clone()).collect();
    let target = sent.target.clone()?;
    (tags.len() > 1).then_some((target, tags))
}

fn payments(sent: &[Sent]) -> Vec<Payment> {
    sent.iter().filter_map(payment).collect()
}

/// An interpreter of its own, so that what it runs is not part of the coverage, and the states
/// that messages are tried in.
pub(super) struct Trial<'a> {
    workshop: &'a Workshop,
    machine: Machine,
    pub(super) states: Vec<aos::State>,
    left: Cell<u64>,
    /// The tags that handlers looked for in a message that could have had them, and `*`.
    missed: RefCell<BTreeSet<String>>,
    /// The handlers that ran, by name.
    ran: RefCell<BTreeSet<String>>,
    /// How many tags the longest message had.
    most_tags: Cell<usize>,
    /// What the host refuses, with the Action of a message that shows it.
    refused: RefCell<BTreeMap<String, SmolStr>>,
    /// For what the host refuses: one that does not see what handlers look for.
    plain: OnceCell<Machine>,
}

impl<'a> Trial<'a> {
    /// In these states, and in those after deposits of the stranger's and of alice's, and a burn
    /// of the stranger's.
    pub(super) fn new(workshop: &'a Workshop, states: &[aos::State]) -> Self {
        let machine = workshop.new_machine();
        machine.watch_no_branches();
        let left = Cell::new(MOST_TRIED);
        let mut trial = Self {
            workshop,
            machine,
            states: states.to_vec(),
            left,
            missed: RefCell::default(),
            ran: RefCell::default(),
            most_tags: Cell::default(),
            refused: RefCell::default(),
            plain: OnceCell::new(),
        };
        let [burn, _, deposit] = Attempt::money();
        let after = |states: &[aos::State], attempt: &Attempt| {
            trial.run_in(states, attempt).map(|seen| seen.states()).unwrap_or_default()
        };
        let paid = after(states, &deposit);
        let all_paid = after(&paid, &deposit.from(&SmolStr::new_static("alice")));
        let burned = after(&all_paid, &burn);
        for state in [all_paid, burned].concat() {
            if !trial.states.contains(&state) {
                trial.states.push(state);
            }
        }
        trial
    }

    /// What the handlers do with it in each state; nothing where the host refuses it, or where
    /// enough was tried.
    pub(super) fn run(&self, attempt: &Attempt) -> Option<Seen> {
        self.run_in(&self.states, attempt)
    }

    /// The same in these states.
    pub(super) fn run_in(&self, states: &[aos::State], attempt: &Attempt) -> Option<Seen> {
        let message = attempt.message();
        self.machine.missed_tags();
        let run = |state: &aos::State| {
            if stop::is_due() || self.is_exhausted() {
                return None;
            }
            let ran = self.evaluate(&self.machine, state, &message);
            let cost = 1 + self.machine.used() / INSTRUCTIONS + state.bytes().len() as u64 / BYTES;
            self.left.set(self.left.get().saturating_sub(cost));
            ran
        };
        let evaluations = states.iter().map(run).collect::<Option<Vec<_>>>()?;
        self.ran.borrow_mut().extend(evaluations.iter().flat_map(|one| one.ran.iter().cloned()));
        let missed = self.machine.missed_tags();
        let could_have = missed.iter().filter(|name| *name == "*" || attempt.takes(name));
        self.missed.borrow_mut().extend(could_have.cloned());
        self.most_tags.set(self.most_tags.get().max(self.workshop.ids.item(&message).tags.len()));
        let named = |one: &aos::Evaluation| {
            one.sent.iter().map(|sent| self.workshop.ids.named_sent(sent)).collect()
        };
        let named = evaluations.iter().map(named).collect();
        Some(Seen { evaluations, named, missed })
    }

    fn evaluate(
        &self,
        machine: &Machine,
        state: &aos::State,
        message: &Message,
    ) -> Option<aos::Evaluation> {
        let asked = (state, message, 0);
        let ran = self.workshop.evaluate_plainly(machine, asked, PairsOrder::Sorted);
        if let Err(NoStep::Refused(_)) = ran {
            self.note_refusal(asked);
        }
        ran.ok()
    }

    /// Where it is seen what they look for, more may be refused than in a search. Data that aos
    /// decodes has a sentence of its own.
    fn note_refusal(&self, (state, message, nth): (&aos::State, &Message, u8)) {
        let is_decoded = message.tags.first(tag::CONTENT_TYPE).is_some();
        if is_decoded || self.refused.borrow().len() >= MOST_REFUSED {
            return;
        }
        let plain = self.plain.get_or_init(|| self.workshop.new_machine());
        let again =
            self.workshop.evaluate_plainly(plain, (state, message, nth), PairsOrder::Sorted);
        if let Err(NoStep::Refused(why)) = again {
            let why = self.workshop.ids.named_text(&why.to_string());
            self.refused.borrow_mut().entry(why).or_insert_with(|| message.action().into());
        }
    }

    /// What the host refuses, with the Action of a message that shows it.
    pub(super) fn refused(&self) -> Vec<(SmolStr, String)> {
        self.refused.borrow().iter().map(|(why, action)| (action.clone(), why.clone())).collect()
    }

    /// Whether the host refuses what the handlers do with it in a state. Where it is seen what
    /// they look for, a message hides its Data from those who pass all of it on.
    pub(super) fn is_refused(&self, attempt: &Attempt) -> bool {
        let (machine, message) = (self.workshop.new_machine(), attempt.message());
        let refuses = |state: &aos::State| self.evaluate(&machine, state, &message).is_none();
        !stop::is_due() && self.states.iter().any(refuses)
    }

    /// The handlers that ran, by name.
    pub(super) fn ran(&self) -> BTreeSet<String> {
        self.ran.borrow().clone()
    }

    /// The tags that handlers looked for, so far, in a message that could have had them.
    pub(super) fn missed(&self) -> BTreeSet<String> {
        self.missed.borrow().iter().filter(|name| *name != "*").cloned().collect()
    }

    /// How many tags the longest message had, if handlers can count them.
    pub(super) fn most_tags(&self) -> Option<usize> {
        let is_counted = self.missed.borrow().contains("*") || self.workshop.program.keeps_tags();
        is_counted.then(|| self.most_tags.get())
    }

    /// What the handlers do with this text, which is in the message.
    pub(super) fn seek(&self, attempt: &Attempt, text: &str) -> Sought {
        self.seek_in(&self.states, attempt, text)
    }

    /// The same in these states.
    pub(super) fn seek_in(&self, states: &[aos::State], attempt: &Attempt, text: &str) -> Sought {
        self.machine.seek(text.as_bytes(), || _ = self.run_in(states, attempt))
    }

    /// Where handlers read something of this kind.
    pub(super) fn notes(&self, what: Dependence) -> BTreeSet<Note> {
        self.machine.notes().into_iter().filter(|note| note.what == what).collect()
    }

    /// The handlers that aos takes away after more runs than a search has.
    pub(super) fn limited_handlers(&self) -> Vec<String> {
        let handlers = self.machine.handlers(&self.states[0]).into_iter();
        let is_limited = |runs: i64| runs > FEW_RUNS;
        handlers
            .filter(|one| one.runs_left.is_some_and(is_limited))
            .map(|one| one.handler)
            .collect()
    }

    /// Whether enough was tried.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// The texts in the states.
    pub(super) fn texts(&self) -> BTreeSet<Vec<u8>> {
        let all = self.states.iter();
        all.flat_map(|state| self.machine.texts(state, MOST_IN_STATE, LONGEST)).collect()
    }

    /// Whether the notice of alice's next deposit leaves other books behind the one than behind the
    /// other.
    pub(super) fn is_notice_treated_otherwise(&self, one: &Seen, other: &Seen) -> bool {
        self.notice_differs(one, other, |_, after| self.books(after))
    }

    /// Whether it changes balances otherwise.
    pub(super) fn is_notice_credited_otherwise(&self, one: &Seen, other: &Seen) -> bool {
        self.notice_differs(one, other, |before, after| self.changes(before, after))
    }

    fn notice_differs<T: PartialEq>(
        &self,
        one: &Seen,
        other: &Seen,
        of: impl Fn(&aos::State, &aos::State) -> T,
    ) -> bool {
        let notice = Attempt::awaited();
        let does = |state: &aos::State| {
            let after = self.evaluate(&self.machine, state, &notice)?;
            Some(of(state, &after.state))
        };
        let pairs = one.evaluations.iter().zip(&other.evaluations);
        let mut pairs = pairs.filter(|(one, other)| one.state != other.state);
        pairs.any(|(one, other)| match (does(&one.state), does(&other.state)) {
            (Some(one), Some(other)) => one != other,
            _ => false,
        })
    }

    /// Whether it moves other money than what is seen of `base`, or than nothing does.
    pub(super) fn moves(&self, base: Option<&Seen>, seen: &Seen) -> bool {
        let before: Vec<Books> = match base {
            Some(base) => base.evaluations.iter().map(|one| self.books(&one.state)).collect(),
            None => self.states.iter().map(|state| self.books(state)).collect(),
        };
        let after = seen.evaluations.iter().map(|one| self.books(&one.state));
        let asks = |seen: &Seen| -> usize {
            let sent = seen.named.iter().flatten();
            sent.filter(|one| one.target.as_deref() == Some(USDA.as_bytes())).count()
        };
        !after.eq(before) || asks(seen) != base.map_or(0, asks)
    }

    /// The books in each state, and what was paid to whom.
    pub(super) fn effects(&self, seen: &Seen) -> Vec<Effect> {
        let effect =
            |(one, sent): (&aos::Evaluation, &Vec<Sent>)| (self.books(&one.state), payments(sent));
        seen.evaluations.iter().zip(&seen.named).map(effect).collect()
    }

    /// What goes which way in which state with a message about this amount, whatever that is.
    pub(super) fn shapes(&self, amount: &str, seen: &Seen) -> Vec<Shape> {
        let amount = amount.trim_start_matches('-').parse::<u128>().ok();
        let amount = amount.map(|amount| Exact::from(U256::from(amount)));
        // Whether it is no more than the amount, and no less.
        let size = |change: &Exact| {
            let size = if change.is_negative() { -change.clone() } else { change.clone() };
            amount.as_ref().map(|amount| (size.at_most(amount), amount.at_most(&size)))
        };
        let all = self.states.iter().zip(&seen.evaluations).enumerate();
        let of = |(place, (before, after)): (usize, (&aos::State, &aos::Evaluation))| {
            let changes = self.books(&after.state).differences_from(&self.books(before));
            let changes = changes
                .into_iter()
                .filter(|(_, change)| change.is_positive() || change.is_negative());
            let ways = changes.map(|(of, change)| (of, change.is_negative(), size(&change)));
            (place, course(after), ways.collect())
        };
        all.map(of).collect()
    }

    /// Whether this holder loses something in what is seen, or can burn or transfer less, or more,
    /// behind it than before it.
    pub(super) fn harms(&self, holder: &'static str, seen: &Seen) -> bool {
        let loses = |(before, after): (&aos::State, &aos::Evaluation)| {
            let changes = self.changes(before, &after.state);
            changes.iter().any(|(account, change)| account == holder && change.is_negative())
        };
        let [burn, pay, _] = Attempt::money();
        let mut own = [burn, pay.once(tag::RECIPIENT, "bob")].into_iter();
        let is_other = |attempt: Attempt| {
            let attempt = attempt.from(&SmolStr::new_static(holder));
            let (before, after) =
                (self.moved(&self.states, &attempt)?, self.moved(&seen.states(), &attempt)?);
            Some(before != after)
        };
        self.states.iter().zip(&seen.evaluations).any(loses)
            || own.any(|attempt| is_other(attempt) == Some(true))
    }

    /// Whether a message about this amount changes the books while its sender has something, and
    /// less.
    pub(super) fn overdraws(&self, sender: &str, amount: u64, seen: &Seen) -> bool {
        let amount = Exact::from(U256::from(amount));
        self.states.iter().zip(&seen.evaluations).any(|(before, after)| {
            let has = Exact::from(self.books(before).balance(sender));
            has.is_positive()
                && (amount.clone() - has).is_positive()
                && !self.changes(before, &after.state).is_empty()
        })
    }

    /// Balances that a message changes in each of these states, by how much, and what it pays.
    pub(super) fn moved(&self, states: &[aos::State], attempt: &Attempt) -> Option<Vec<Moved>> {
        let seen = self.run_in(states, attempt)?;
        let moved = states.iter().zip(&seen.evaluations).zip(&seen.named);
        let moved = moved
            .map(|((before, after), sent)| (self.changes(before, &after.state), payments(sent)));
        Some(moved.collect())
    }

    fn changes(&self, before: &aos::State, after: &aos::State) -> Vec<(Address, Exact)> {
        let (before, after) = (self.books(before), self.books(after));
        let changes = after.changes_since(&before);
        changes.map(|(account, change)| (account.clone(), change)).collect()
    }

    /// What the message was seen to do.
    pub(super) fn powers(&self, attempt: &Attempt, seen: &Seen) -> BTreeSet<Power> {
        let message = attempt.message();
        let all = self.states.iter().zip(&seen.evaluations).zip(&seen.named);
        let of = |((before, one), sent): ((&aos::State, &aos::Evaluation), &Vec<Sent>)| {
            let books = [self.books(before), self.books(&one.state)];
            let (states, books) = ([before, &one.state], [&books[0], &books[1]]);
            let seen = powers::Evaluated { message: &message, states, books, sent };
            seen.powers(|name| self.workshop.is_book(name))
        };
        all.flat_map(of).collect()
    }

    /// Whether what TIM3 sends itself changes the books, or pays somebody.
    pub(super) fn echoes(&self, seen: &Seen) -> bool {
        let is_own = |sent: &Sent| sent.target.as_deref() == Some(TIM3.as_bytes());
        let matters = |state: &aos::State, entry: usize, sent: &Sent| {
            let after = self.evaluate(&self.machine, state, &Attempt::echo(sent, entry))?;
            let mut sent = after.sent.iter().map(|sent| self.workshop.ids.named_sent(sent));
            let pays = sent.any(|sent| payment(&sent).is_some());
            Some(pays || self.books(&after.state) != self.books(state))
        };
        seen.evaluations.iter().zip(&seen.named).any(|(one, sent)| {
            let mut own = sent.iter().enumerate().filter(|(_, sent)| is_own(sent));
            own.any(|(entry, sent)| matters(&one.state, entry, sent) == Some(true))
        })
    }

    /// A text with everybody called by name.
    pub(super) fn named_text(&self, text: &str) -> String {
        self.workshop.ids.named_text(text)
    }

    /// The id of somebody with this name.
    pub(super) fn id_of<'b>(&'b self, name: &'b str) -> &'b str {
        self.workshop.ids.of_name(name)
    }

    /// Whether this global is a number in the first state, and none of the books.
    pub(super) fn is_own_number(&self, name: &str) -> bool {
        let seen = || self.machine.observe(&self.states[0], &[name.to_owned()]);
        let is_number =
            |one: &Observed| matches!(one, Observed::Value(Value::Integer(_) | Value::Float(_)));
        !self.workshop.is_book(name) && seen().iter().any(is_number)
    }

    pub(super) fn books(&self, state: &aos::State) -> Books {
        self.workshop.manner.observables.read(&self.machine, state, &self.workshop.ids).0
    }
}
