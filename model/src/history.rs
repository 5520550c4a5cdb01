//! What truly happened, kept by the model beside the contract.
//!
//! Properties judge by this and by the ledgers, never by the contract's word alone. A
//! record depends on what happened, not on the order in which it did, so that
//! interleavings with the same outcome still meet.

use crate::bint::{self, Quantity};
use crate::books::Books;
use crate::evaluation::Evaluation;
use crate::exact::Exact;
use crate::identity::Identity;
use crate::lua::Number;
use crate::message::{Address, BURN, Message, TIM3, USDA, tag};
use crate::notices;
use crate::renaming::{Rename, Renaming};
use crate::shared::Shared;
use crate::usda::Movement;
use crate::wallet::STRANGER;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;
use std::sync::Arc;

/// A payment into TIM3's account that USDA announced.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Deposit {
    /// Who paid.
    pub by: Address,
    /// Base units of USDA that moved.
    pub amount: Quantity,
    /// Whether the Quantity was plainly written: see [`is_plain`].
    pub plain: bool,
    /// How often TIM3 was minted for it.
    pub mints: u8,
    /// Base units of TIM3 minted for it altogether.
    pub minted: Exact,
}

impl Deposit {
    /// Whether the other is of the same amount and by the same depositor.
    pub fn is_like(&self, other: &Self) -> bool {
        self.by == other.by && self.amount == other.amount
    }
}

/// What a holder has burned, and what TIM3 asked USDA to pay for it. Base units, over the
/// whole run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Redemption {
    /// TIM3 that the holder's messages destroyed.
    pub burned: Exact,
    /// USDA that TIM3 has asked USDA to pay, as USDA reads it.
    pub ordered: Exact,
}

impl Default for Redemption {
    fn default() -> Self {
        Self { burned: Exact::ZERO, ordered: Exact::ZERO }
    }
}

/// A payment that TIM3 asked USDA for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Release {
    /// The account to pay.
    pub to: Address,
    /// Whose burn or deposit it settles: theirs, or that of a holder who named them.
    pub of: Address,
    /// Base units, as USDA reads them: zero where it cannot.
    pub amount: Quantity,
    /// How often USDA has paid it.
    pub payments: u8,
}

/// The record of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// Deposits by the identity of their Credit-Notice.
    pub deposits: BTreeMap<Identity, Deposit>,
    /// Redemptions by holder.
    pub redemptions: BTreeMap<Address, Redemption>,
    /// Releases by their identity.
    pub releases: BTreeMap<Identity, Release>,
    /// TIM3 minted by messages behind which no deposit stands.
    pub unfounded: BTreeMap<Identity, Exact>,
    /// What was taken by which message from which account: balances that fell though their
    /// holders had not asked for that. Base units.
    pub takings: BTreeMap<(Identity, Address), Exact>,
    /// TIM3 that holders gave the stranger, base units.
    pub given: Exact,
    /// Plain transfers that a holder could afford and that did not arrive.
    pub lost_transfers: BTreeSet<Identity>,
    /// Plain burns that a holder could afford and that did not destroy just that.
    pub lost_burns: BTreeSet<Identity>,
    /// Requests of wallets that changed nothing and were not answered.
    pub unanswered: BTreeSet<Identity>,
    /// Messages after which TIM3 sent a notice of what did not happen.
    pub false_notices: BTreeSet<Identity>,
    /// Messages that have lowered their sender's balance, while a repeat of them could.
    obeyed: BTreeSet<Identity>,
}

/// What an evaluation leaves in the record, whatever else is in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Observed {
    /// At USDA: all of it.
    Usda(Arc<Evaluation>),
    /// At TIM3.
    Tim3(AtTim3),
}

impl Observed {
    /// Whether a record can be another one behind it.
    pub(crate) fn leaves_a_trace(&self) -> bool {
        match self {
            Self::Usda(evaluation) => {
                Movement::of(&evaluation.message, &evaluation.outcome).is_some()
            }
            Self::Tim3(seen) => {
                let found =
                    [seen.transfer_lost, seen.burn_lost, seen.unanswered, seen.false_notice];
                found.contains(&true)
                    || !seen.changes.is_empty()
                    || seen.sent.iter().any(|message| is_release(message))
            }
        }
    }
}

/// What is observed of an evaluation at TIM3: how the books changed, not what they are.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AtTim3 {
    message: Shared<Message>,
    nth: u8,
    sent: Vec<Shared<Message>>,
    /// Balances that changed, and by how much.
    changes: Vec<(Address, Exact)>,
    transfer_lost: bool,
    burn_lost: bool,
    unanswered: bool,
    false_notice: bool,
}

impl AtTim3 {
    /// Observes an evaluation of `message`, the `nth` repeat of it: the books before and
    /// after, and what was sent.
    pub fn new(
        message: &Shared<Message>,
        nth: u8,
        (before, after): (Cow<'_, Books>, Cow<'_, Books>),
        sent: &[Shared<Message>],
    ) -> Self {
        let (before, after) = (&*before, &*after);
        let first = nth == 0;
        let changes = after.changes_since(before);
        let changes: Vec<_> = changes.map(|(name, change)| (name.clone(), change)).collect();
        Self {
            message: message.clone(),
            nth,
            sent: sent.to_vec(),
            transfer_lost: first && !transfer_arrived(message, before, after),
            burn_lost: first && !burn_destroyed(message, before, after),
            unanswered: first && before == after && !is_answered(message, sent),
            false_notice: !notices::are_true(message, &changes, sent),
            changes,
        }
    }

    /// The same; but a plain burn that was refused with an answer, and changed nothing, is not lost
    /// if it `succeeds_later`.
    pub(crate) fn unless(self, succeeds_later: impl FnOnce(&Message) -> bool) -> Self {
        let is_refused = self.burn_lost && self.changes.is_empty() && !self.unanswered;
        let burn_lost = self.burn_lost && !(is_refused && succeeds_later(&self.message));
        Self { burn_lost, ..self }
    }
}

/// Whether a Quantity is written so that every reader agrees on it: decimal digits, no
/// leading zero, at most 15 of them, which even a float holds exactly.
pub fn is_plain(quantity: &str) -> bool {
    bint::is_canonical(quantity) && quantity.len() <= 15
}

impl History {
    /// Records what was observed of an evaluation.
    pub fn record(&mut self, observed: &Observed) {
        match observed {
            Observed::Usda(evaluation) => self.at_usda(evaluation),
            Observed::Tim3(seen) => self.at_tim3(seen),
        }
    }

    fn at_usda(&mut self, evaluation: &Evaluation) {
        let message = &evaluation.message;
        let Some(movement) = Movement::of(message, &evaluation.outcome) else { return };
        if movement.is_deposit() {
            self.deposited(message, &movement, &evaluation.sent);
        } else if movement.is_release()
            && let Some(release) = self.releases.get_mut(&message.identity)
        {
            release.payments = release.payments.saturating_add(1);
        }
    }

    fn deposited(&mut self, message: &Message, movement: &Movement, sent: &[Shared<Message>]) {
        let notice = sent.iter().find(|m| m.target == TIM3 && m.action() == "Credit-Notice");
        let Some(notice) = notice else { return };
        let deposit = Deposit {
            by: movement.from.clone(),
            amount: movement.quantity,
            plain: is_plain(message.tags.last(tag::QUANTITY).unwrap_or_default()),
            mints: 0,
            minted: Exact::ZERO,
        };
        self.deposits.insert(notice.identity.clone(), deposit);
    }

    fn at_tim3(&mut self, seen: &AtTim3) {
        let message = &seen.message;
        self.credited(message, &seen.changes);
        self.lowered(message, &seen.changes, seen.nth);
        self.ordered(seen);
        if seen.transfer_lost {
            self.lost_transfers.insert(message.identity.clone());
        }
        if seen.burn_lost {
            self.lost_burns.insert(message.identity.clone());
        }
        if seen.unanswered {
            self.unanswered.insert(message.identity.clone());
        }
        if seen.false_notice {
            self.false_notices.insert(message.identity.clone());
        }
    }

    /// The notice of the deposit that a message is about: itself, or that whose evaluation asked
    /// USDA for this answer, as of handlers that wait for it.
    fn notice_behind(&self, message: &Message) -> Option<Identity> {
        let is_notice = |identity: &Identity| self.deposits.contains_key(identity);
        if is_notice(&message.identity) || message.from != crate::message::USDA {
            return Some(message.identity.clone()).filter(is_notice);
        }
        successors(message.identity.cause(), Identity::cause).find(is_notice)
    }

    /// What came into being, and what the sender destroyed. A deposit stands behind what its
    /// depositor is credited, or whom the depositor named in its notice, unless it was sent back,
    /// and behind nothing else.
    fn credited(&mut self, message: &Message, changes: &[(Address, Exact)]) {
        let (mut rises, mut own_fall) = (Exact::ZERO, Exact::ZERO);
        let (mut founded, mut falls) = (Exact::ZERO, Exact::ZERO);
        let notice = self.notice_behind(message).filter(|notice| !self.is_sent_back(notice));
        let deposit = notice.and_then(|notice| self.deposits.get_mut(&notice));
        let depositor = deposit.as_ref().map(|deposit| deposit.by.clone());
        let is_for = |account: &Address| {
            depositor.as_ref().is_some_and(|by| account == by || is_deposit_for(message, account))
        };
        for (account, change) in changes {
            let change = change.clone();
            match (change.is_negative(), is_for(account)) {
                (false, true) => founded = founded + change,
                (false, false) => rises = rises + change,
                (true, _) if *account == message.from => own_fall = -change,
                (true, _) => falls = falls + -change,
            }
        }
        if let Some(deposit) = deposit.filter(|_| founded != Exact::ZERO) {
            deposit.mints = deposit.mints.saturating_add(1);
            deposit.minted = deposit.minted.clone() + founded;
        }
        let net = own_fall - rises.clone();
        if net.is_positive() {
            let redemption = self.redemptions.entry(message.from.clone()).or_default();
            redemption.burned = redemption.burned.clone() + net;
        } else if net != Exact::ZERO && !falls.equals(&-net.clone()) {
            // What fell elsewhere is a taking; what it did not cover is out of nothing.
            let made = if depositor.is_some() { rises } else { -net - falls };
            let minted = self.unfounded.entry(message.identity.clone()).or_insert(Exact::ZERO);
            *minted = minted.clone() + made;
        }
    }

    /// A message may lower its own sender's balance, once, by what it asks for.
    fn lowered(&mut self, message: &Message, changes: &[(Address, Exact)], nth: u8) {
        if changes.iter().all(|(_, change)| !change.is_negative()) {
            return;
        }
        let asked = message.tags.first(tag::QUANTITY).and_then(Number::parse);
        let asked = asked.map_or(Exact::ZERO, Exact::from);
        let repeated = nth > 0 && self.obeyed.contains(&message.identity);
        for (account, change) in changes.iter().filter(|(_, change)| change.is_negative()) {
            let amount = -change.clone();
            let entitled = *account == message.from && !repeated && amount.at_most(&asked);
            if !entitled {
                self.takings.insert((message.identity.clone(), account.clone()), amount);
            } else if account != STRANGER {
                self.given = self.given.clone() + rise_of(STRANGER, changes);
            }
            self.obeyed.insert(message.identity.clone());
        }
    }

    /// A release settles what its recipient has burned; but where a message burns what its sender
    /// has, and names somebody else who is to be paid, what the sender has. The Recipient of a burn
    /// is no such name.
    fn ordered(&mut self, AtTim3 { message, changes, sent, .. }: &AtTim3) {
        let falls = |(of, change): &(Address, Exact)| *of == message.from && change.is_negative();
        let burns = changes.iter().any(falls);
        for release in sent.iter().filter(|m| is_release(m)) {
            let recipient = release.tags.last(tag::RECIPIENT).unwrap_or_default();
            let quantity = release.tags.last(tag::QUANTITY).unwrap_or_default();
            let amount = bint::transferable(quantity).unwrap_or_default();
            let names = |(name, value)| name != tag::RECIPIENT && value == recipient;
            let is_named = burns && message.tags.iter().any(names);
            let to = Address::from(recipient);
            let of = if is_named { message.from.clone() } else { to.clone() };
            let redemption = self.redemptions.entry(of.clone()).or_default();
            redemption.ordered = redemption.ordered.clone() + amount.into();
            let order = Release { to, of, amount, payments: 0 };
            self.releases.insert(release.identity.clone(), order);
        }
    }

    /// What `holder` has burned, or is to get back, and is not yet paid: what was never ordered,
    /// and what was ordered and never paid. A payment made twice settles nothing else, and a refund
    /// no burn.
    pub fn owed_to(&self, holder: &str) -> Exact {
        let redemption = self.redemptions.get(holder);
        let refunded = self.refunded(holder);
        let unordered = redemption.map(|r| r.burned.clone() + refunded - r.ordered.clone());
        let unordered = unordered.filter(Exact::is_positive).unwrap_or(Exact::ZERO);
        let releases = self.releases.values().filter(|r| r.of == holder && r.payments == 0);
        unordered + releases.map(|release| Exact::from(release.amount)).sum()
    }

    /// The records of `parts` together, which have no message in common.
    pub fn joined<'a>(parts: impl IntoIterator<Item = &'a Self>) -> Cow<'a, Self> {
        let nothing = Self::default();
        let mut parts = parts.into_iter().filter(|part| **part != nothing);
        let (Some(first), second) = (parts.next(), parts.next()) else {
            return Cow::Owned(nothing);
        };
        if second.is_none() {
            return Cow::Borrowed(first);
        }
        let mut whole = first.clone();
        for part in second.into_iter().chain(parts) {
            for (holder, more) in &part.redemptions {
                let sum = whole.redemptions.entry(holder.clone()).or_default();
                sum.burned = sum.burned.clone() + more.burned.clone();
                sum.ordered = sum.ordered.clone() + more.ordered.clone();
            }
            add(&mut whole.deposits, &part.deposits);
            add(&mut whole.releases, &part.releases);
            whole.given = whole.given.clone() + part.given.clone();
            add(&mut whole.unfounded, &part.unfounded);
            add(&mut whole.takings, &part.takings);
            whole.lost_transfers.extend(part.lost_transfers.iter().cloned());
            whole.lost_burns.extend(part.lost_burns.iter().cloned());
            whole.unanswered.extend(part.unanswered.iter().cloned());
            whole.false_notices.extend(part.false_notices.iter().cloned());
            whole.obeyed.extend(part.obeyed.iter().cloned());
        }
        Cow::Owned(whole)
    }

    /// Whether this is the record `before`, or what is left of it without repeats.
    pub fn is_as_before(&self, before: &Self) -> bool {
        self == before || *self == *before.without_repeats()
    }

    /// The record without what only matters while a message can be evaluated again, which
    /// properties cannot see.
    pub fn without_repeats(&self) -> Cow<'_, Self> {
        if !self.knows_repeats() {
            return Cow::Borrowed(self);
        }
        let mut record = self.clone();
        record.forget_repeats();
        Cow::Owned(record)
    }

    pub(crate) fn map_names(&self, names: &Renaming) -> Self {
        Self {
            deposits: self.deposits.renamed(names),
            redemptions: self.redemptions.renamed(names),
            releases: self.releases.renamed(names),
            unfounded: self.unfounded.renamed(names),
            takings: self.takings.renamed(names),
            given: self.given.clone(),
            lost_transfers: self.lost_transfers.renamed(names),
            lost_burns: self.lost_burns.renamed(names),
            unanswered: self.unanswered.renamed(names),
            false_notices: self.false_notices.renamed(names),
            obeyed: self.obeyed.renamed(names),
        }
    }

    /// Whether it has what only matters while a message can be evaluated again.
    pub(crate) fn knows_repeats(&self) -> bool {
        !self.obeyed.is_empty()
    }

    /// Forgets what only matters while a message can be evaluated again.
    pub(crate) fn forget_repeats(&mut self) {
        self.obeyed.clear();
    }

    /// All that was deposited and is neither minted for nor sent back.
    pub fn awaited(&self) -> Exact {
        self.unsettled().iter().map(|(_, deposit)| Exact::from(deposit.amount)).sum()
    }

    /// All that was burned, or is to go back, and is not yet paid.
    pub fn owed(&self) -> Exact {
        self.redemptions.keys().map(|holder| self.owed_to(holder)).sum()
    }
}

fn add<K: Clone + Ord, V: Clone>(all: &mut BTreeMap<K, V>, more: &BTreeMap<K, V>) {
    all.extend(more.iter().map(|(key, value)| (key.clone(), value.clone())));
}

/// Whether a depositor named this account in what USDA forwards of a deposit (SEMANTICS A4).
fn is_deposit_for(notice: &Message, account: &Address) -> bool {
    let mut forwarded = notice.tags.iter().filter(|(name, _)| name.starts_with("X-"));
    notice.from == USDA && forwarded.any(|(_, value)| value == account.as_str())
}

/// By how much a balance rose.
fn rise_of(account: &str, changes: &[(Address, Exact)]) -> Exact {
    let change = changes.iter().find(|(name, _)| name == account).map(|(_, change)| change);
    change.filter(|change| change.is_positive()).cloned().unwrap_or(Exact::ZERO)
}

/// Whether TIM3 asks USDA to pay somebody with this message, and USDA can read it.
pub fn is_release(message: &Message) -> bool {
    message.from == TIM3
        && message.target == crate::message::USDA
        && message.action() == "Transfer"
        && message.tags.last(tag::RECIPIENT) != Some(TIM3)
        && !message.fails_to_decode()
}

/// A Transfer that a user sends, under its own Id: with another, it may be taken for a
/// message that was handled before, and harms nobody but its sender.
fn is_request(message: &Message) -> bool {
    message.action() == "Transfer" && message.is_of_user() && !message.has_false_id()
}

/// False for a request that nothing was sent back for, to the wallet or to where it asks for the
/// answer.
fn is_answered(message: &Message, sent: &[Shared<Message>]) -> bool {
    let elsewhere = message.tags.last(tag::REPLY_TO);
    let is_answer =
        |target: &str| target == message.from || elsewhere.is_some_and(|to| target == to);
    // Who writes Cast asks not to be told of what is done, and a payment to oneself changes nothing.
    let is_quiet = message.tags.first(tag::CAST).is_some()
        && message.tags.last(tag::RECIPIENT) == Some(&message.from);
    is_quiet || !is_request(message) || sent.iter().any(|answer| is_answer(&answer.target))
}

/// Whether a message has no tags but those of every Transfer, each once: what a contract makes of
/// others is its own affair.
fn says_no_more(message: &Message) -> bool {
    const OF_TRANSFER: [&str; 4] = [tag::ACTION, tag::RECIPIENT, tag::QUANTITY, tag::REFERENCE];
    let names = || message.tags.iter().map(|(name, _)| name);
    names().all(|name| OF_TRANSFER.contains(&name))
        && OF_TRANSFER.iter().all(|tag| names().filter(|name| name == tag).count() <= 1)
}

/// A request that is plainly written and covered by the balance: to whom, and how much.
fn covered<'a>(message: &'a Message, before: &Books) -> Option<(&'a str, Exact)> {
    let tagged = |name| message.tags.first(name).unwrap_or_default();
    let (recipient, quantity) = (tagged(tag::RECIPIENT), tagged(tag::QUANTITY));
    let plain = is_request(message)
        && says_no_more(message)
        && message.target == TIM3
        && !recipient.is_empty()
        && is_plain(quantity);
    let quantity = Number::parse(quantity).filter(|_| plain)?;
    let covered = quantity.less_or_equal(before.balance(&message.from));
    covered.then(|| (recipient, Exact::from(quantity)))
}

/// False for a plain TIM3 transfer that its sender could afford and that moved nothing,
/// or not what it should; who refuses one to a process of the system may.
fn transfer_arrived(message: &Message, before: &Books, after: &Books) -> bool {
    let Some((recipient, quantity)) = covered(message, before) else { return true };
    if recipient == BURN || recipient == message.from {
        return true;
    }
    let change = |account| Exact::from(after.balance(account)) - before.balance(account).into();
    let moved = [change(&message.from), change(recipient)];
    // What a process of the system holds nobody gets back: to refuse that is honest.
    let is_refused =
        [TIM3, USDA].contains(&recipient) && moved.iter().all(|change| *change == Exact::ZERO);
    is_refused || moved == [-quantity.clone(), quantity]
}

/// False for a plain burn that its sender could afford and that did not destroy just that.
pub(crate) fn burn_destroyed(message: &Message, before: &Books, after: &Books) -> bool {
    let Some((BURN, quantity)) = covered(message, before) else { return true };
    let mut changes = after.changes_since(before);
    let own = changes.next().is_some_and(|(a, change)| *a == message.from && change == -quantity);
    own && changes.next().is_none()
}
