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
use crate::message::{Address, BURN, Message, TIM3, tag};
use crate::shared::Shared;
use crate::usda::Movement;
use std::collections::{BTreeMap, BTreeSet};

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

/// What a holder has burned, and what became of it. Base units, over the whole run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Redemption {
    /// TIM3 that the holder's messages destroyed.
    pub burned: Exact,
    /// USDA that TIM3 has asked USDA to pay, as USDA reads it.
    pub ordered: Exact,
    /// USDA that USDA has paid from TIM3's account.
    pub paid: Exact,
}

impl Redemption {
    /// What was burned and is not yet paid.
    pub fn owed(&self) -> Exact {
        let owed = self.burned.clone() - self.paid.clone();
        if owed.is_negative() { Exact::ZERO } else { owed }
    }
}

impl Default for Redemption {
    fn default() -> Self {
        Self { burned: Exact::ZERO, ordered: Exact::ZERO, paid: Exact::ZERO }
    }
}

/// A balance that fell though its holder had not asked for that.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Taking {
    /// Whose balance.
    pub account: Address,
    /// By how much, base units.
    pub amount: Exact,
}

/// The record of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// Deposits by the identity of their Credit-Notice.
    pub deposits: BTreeMap<Identity, Deposit>,
    /// Redemptions by holder.
    pub redemptions: BTreeMap<Address, Redemption>,
    /// How often USDA has executed each release.
    pub payments: BTreeMap<Identity, u8>,
    /// TIM3 minted by messages behind which no deposit stands.
    pub unfounded: BTreeMap<Identity, Exact>,
    /// Balances lowered by a message that did not entitle to it.
    pub takings: BTreeMap<Identity, Taking>,
    /// Plain transfers that a holder could afford and that did not arrive.
    pub lost_transfers: BTreeSet<Identity>,
    /// Requests of wallets that changed nothing and were not answered.
    pub unanswered: BTreeSet<Identity>,
    /// Messages that have lowered their sender's balance, while a repeat of them could.
    obeyed: BTreeSet<Identity>,
}

/// Whether a Quantity is written so that every reader agrees on it: decimal digits, no
/// leading zero, at most 15 of them, which even a float holds exactly.
pub fn is_plain(quantity: &str) -> bool {
    bint::is_canonical(quantity) && quantity.len() <= 15
}

impl History {
    /// Records an evaluation at USDA.
    pub fn at_usda(&mut self, evaluation: &Evaluation) {
        let message = &evaluation.message;
        let Some(movement) = Movement::of(message, &evaluation.outcome) else { return };
        if movement.is_deposit() {
            self.deposited(message, &movement, &evaluation.sent);
        } else if movement.is_release() {
            *self.payments.entry(message.identity.clone()).or_default() += 1;
            let redemption = self.redemptions.entry(movement.to).or_default();
            redemption.paid = redemption.paid.clone() + movement.quantity.into();
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

    /// Records an evaluation at TIM3: the books before and after it, and what it sent.
    pub fn at_tim3(
        &mut self,
        message: &Message,
        (before, after): (&Books, &Books),
        sent: &[Shared<Message>],
        evaluation: u8,
    ) {
        self.minted_or_burned(message, before, after);
        self.lowered(message, before, after, evaluation);
        self.ordered(sent);
        if evaluation == 0 && !transfer_arrived(message, before, after) {
            self.lost_transfers.insert(message.identity.clone());
        }
        if evaluation == 0 && before == after && !is_answered(message, sent) {
            self.unanswered.insert(message.identity.clone());
        }
    }

    fn minted_or_burned(&mut self, message: &Message, before: &Books, after: &Books) {
        let net: Exact = after.changes_since(before).map(|(_, change)| change).sum();
        if net == Exact::ZERO {
            return;
        }
        if net.is_negative() {
            let redemption = self.redemptions.entry(message.from.clone()).or_default();
            redemption.burned = redemption.burned.clone() - net;
            return;
        }
        if let Some(deposit) = self.deposits.get_mut(&message.identity) {
            deposit.mints = deposit.mints.saturating_add(1);
            deposit.minted = deposit.minted.clone() + net;
        } else {
            let minted = self.unfounded.entry(message.identity.clone()).or_insert(Exact::ZERO);
            *minted = minted.clone() + net;
        }
    }

    /// A message may lower its own sender's balance, once, by what it asks for.
    fn lowered(&mut self, message: &Message, before: &Books, after: &Books, evaluation: u8) {
        let asked = message.tags.first(tag::QUANTITY).and_then(Number::parse);
        let asked = asked.map_or(Exact::ZERO, Exact::from);
        for (account, change) in after.changes_since(before) {
            if !change.is_negative() {
                continue;
            }
            let amount = -change;
            let repeated = evaluation > 0 && self.obeyed.contains(&message.identity);
            let entitled = *account == message.from && !repeated && amount.at_most(&asked);
            if !entitled {
                let taking = Taking { account: account.clone(), amount };
                self.takings.insert(message.identity.clone(), taking);
            }
            self.obeyed.insert(message.identity.clone());
        }
    }

    fn ordered(&mut self, sent: &[Shared<Message>]) {
        for release in sent.iter().filter(|m| is_release(m)) {
            let recipient = release.tags.last(tag::RECIPIENT).unwrap_or_default();
            let quantity = release.tags.last(tag::QUANTITY).unwrap_or_default();
            let quantity = bint::transferable(quantity).unwrap_or_default();
            let redemption = self.redemptions.entry(recipient.into()).or_default();
            redemption.ordered = redemption.ordered.clone() + quantity.into();
        }
    }

    /// Forgets what only matters while a message can be evaluated again.
    pub(crate) fn forget_repeats(&mut self) {
        self.obeyed.clear();
    }

    /// All that was deposited and is not yet minted for.
    pub fn awaited(&self) -> Exact {
        let deposits = self.deposits.values().filter(|deposit| deposit.mints == 0);
        deposits.map(|deposit| Exact::from(deposit.amount)).sum()
    }

    /// All that was burned and is not yet paid.
    pub fn owed(&self) -> Exact {
        self.redemptions.values().map(Redemption::owed).sum()
    }
}

/// Whether TIM3 asks USDA to pay somebody with this message.
pub fn is_release(message: &Message) -> bool {
    message.from == TIM3
        && message.target == crate::message::USDA
        && message.action() == "Transfer"
        && message.tags.last(tag::RECIPIENT) != Some(TIM3)
}

/// False for a Transfer that a wallet signed itself and that nothing was sent back for.
fn is_answered(message: &Message, sent: &[Shared<Message>]) -> bool {
    let request = message.action() == "Transfer" && message.is_signed_by_sender();
    !request || sent.iter().any(|answer| answer.target == message.from)
}

/// False for a plain TIM3 transfer that its sender could afford and that moved nothing,
/// or not what it should.
fn transfer_arrived(message: &Message, before: &Books, after: &Books) -> bool {
    let tagged = |name| message.tags.first(name).unwrap_or_default();
    let (recipient, quantity) = (tagged(tag::RECIPIENT), tagged(tag::QUANTITY));
    let plain = message.action() == "Transfer"
        && message.is_signed_by_sender()
        && message.target == TIM3
        && !matches!(recipient, "" | BURN)
        && is_plain(quantity);
    let Some(quantity) = Number::parse(quantity).filter(|_| plain) else { return true };
    if before.balance(&message.from).less_than(quantity) || recipient == message.from {
        return true;
    }
    let change = |account| Exact::from(after.balance(account)) - before.balance(account).into();
    change(recipient) == Exact::from(quantity) && change(&message.from) == -Exact::from(quantity)
}
