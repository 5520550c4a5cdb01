//! Deposits that TIM3 sends back.
//!
//! A payment says nowhere that it is a refund: its recipient and its amount tell. So refunds are
//! read off the record of deposits, burns and orders, and nothing more is kept for them: a contract
//! that never refunds has no other states for it. What can pay for a burn pays for that first, and
//! of deposits that are alike only the number counts.

use crate::bint::Quantity;
use crate::exact::Exact;
use crate::history::{Deposit, History, Redemption, Release};
use crate::identity::Identity;
use crate::message::Address;
use crate::wallet::USERS;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;

/// Refunds of one amount to one depositor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Base units of each.
    pub amount: Quantity,
    /// How many TIM3 has ordered.
    pub ordered: u8,
    /// How many of these USDA has paid.
    pub paid: u8,
}

impl Refund {
    /// What all of them are worth that were ordered.
    pub fn sum(&self) -> Exact {
        Exact::from(self.amount).times(self.ordered)
    }

    /// What those of these payments are worth that may be such refunds not paid yet.
    pub fn among(&self, payments: &[Quantity]) -> Exact {
        let alike = payments.iter().filter(|amount| **amount == self.amount);
        let unpaid = usize::from(self.ordered - self.paid);
        alike.take(unpaid).copied().map(Exact::from).sum()
    }

    /// What those are worth that are not paid yet.
    pub fn unpaid(&self) -> Exact {
        Exact::from(self.amount).times(self.ordered - self.paid)
    }
}

impl History {
    /// The refunds that were ordered for this depositor.
    pub fn refunds_to(&self, depositor: &str) -> Vec<Refund> {
        let is_for_burns = |all: &Redemption| all.ordered.at_most(&all.burned);
        if self.redemptions.get(depositor).is_none_or(is_for_burns) {
            return Vec::new();
        }
        self.refunds_among(depositor, |_| true)
    }

    /// The same of the deposits and orders that `counts` picks.
    fn refunds_among(&self, to: &str, counts: impl Fn(&Identity) -> bool) -> Vec<Refund> {
        let is_his = |(name, order): &(&Identity, &Release)| order.to == to && counts(name);
        let orders = || self.releases.iter().filter(is_his).map(|(_, order)| order);
        let ordered: Exact = orders().map(|order| Exact::from(order.amount)).sum();
        let burned = self.redemptions.get(to).map_or(Exact::ZERO, |it| it.burned.clone());
        let excess = ordered - burned.clone();
        if !excess.is_positive() {
            return Vec::new();
        }
        let mut alike: BTreeMap<Quantity, (u8, u8)> = BTreeMap::new();
        let unminted = self.unminted().filter(|(notice, it)| it.by == to && counts(notice));
        let unminted = unminted.filter(|(notice, it)| self.may_go_back(notice, it));
        for (_, deposit) in unminted.filter(|(_, deposit)| !deposit.amount.is_zero()) {
            let (deposits, _) = alike.entry(deposit.amount).or_default();
            *deposits = deposits.saturating_add(1);
        }
        for order in orders() {
            alike.entry(order.amount).and_modify(|(_, orders)| *orders = orders.saturating_add(1));
        }
        let most =
            alike.into_iter().map(|(amount, (deposits, orders))| (amount, deposits.min(orders)));
        let most: Vec<_> = most.collect();
        let chosen = least(&most, &excess).map_or(most, |(_, chosen)| chosen);
        let refund = |(amount, ordered): (Quantity, u8)| {
            let alike = orders().filter(|order| order.amount == amount);
            let (paid, unpaid): (Vec<_>, Vec<_>) = alike.partition(|order| order.payments > 0);
            let others = paid.len() + unpaid.len() - usize::from(ordered);
            let for_burns = (1..=others).scan(Exact::ZERO, |sum, _| {
                *sum = sum.clone() + amount.into();
                sum.at_most(&burned).then_some(())
            });
            let paid = paid.len().saturating_sub(for_burns.count());
            let paid = u8::try_from(paid).unwrap_or(u8::MAX).min(ordered);
            Refund { amount, ordered, paid }
        };
        chosen.into_iter().filter(|(_, ordered)| *ordered > 0).map(refund).collect()
    }

    /// Whether a deposit that is not minted for was sent back on account of its own notice, and all
    /// that are like it, as far as messages of its signer tell. (What others cause is recorded
    /// beside it, and a record must not depend on how it is divided.)
    pub fn is_sent_back(&self, notice: &Identity) -> bool {
        let deposit = self.deposits.get(notice).filter(|it| it.mints == 0);
        let Some(deposit) = deposit.filter(|it| self.is_answered_by_order(notice, it)) else {
            return false;
        };
        let is_own = |other: &Identity| other.signer() == notice.signer();
        let refunds = self.refunds_among(&deposit.by, is_own);
        let alike = self.unminted().filter(|(other, it)| is_own(other) && it.is_like(deposit));
        let alike = alike.count();
        refunds.iter().any(|it| it.amount == deposit.amount && alike <= it.ordered.into())
    }

    /// The deposit that led to a message, if it was sent back: see [`Self::is_sent_back`].
    pub fn sent_back_behind(&self, message: &Identity) -> Option<&Deposit> {
        let mut causes = successors(Some(message.clone()), Identity::cause);
        causes.find(|notice| self.is_sent_back(notice)).and_then(|it| self.deposits.get(&it))
    }

    /// Whether what would send this deposit back is a refund. Only the stranger makes odd deposits
    /// here, so one person both pays them in and asks for them: only an order that its own notice
    /// caused is sure to go to the depositor.
    fn may_go_back(&self, notice: &Identity, deposit: &Deposit) -> bool {
        USERS.contains(&&*deposit.by) || self.is_answered_by_order(notice, deposit)
    }

    /// Whether the notice of this deposit made TIM3 order what would send it back.
    fn is_answered_by_order(&self, notice: &Identity, deposit: &Deposit) -> bool {
        let fits = |it: &Release| it.to == deposit.by && it.amount == deposit.amount;
        let mut orders = self.releases.iter().filter(|(_, order)| fits(order));
        orders.any(|(order, _)| successors(order.cause(), Identity::cause).any(|it| it == *notice))
    }

    /// The deposits that TIM3 was not minted for.
    fn unminted(&self) -> impl Iterator<Item = (&Identity, &Deposit)> {
        self.deposits.iter().filter(|(_, deposit)| deposit.mints == 0)
    }

    /// The deposits that were neither minted for nor sent back. Of those that are alike, plainly
    /// written ones count as sent back first, and of these those whose notices led to an order.
    pub fn unsettled(&self) -> Vec<(&Identity, &Deposit)> {
        let mut deposits: Vec<_> = self.unminted().collect();
        let depositors: BTreeSet<_> = deposits.iter().map(|(_, deposit)| &deposit.by).collect();
        for by in depositors {
            for refund in self.refunds_to(by) {
                self.settle(&mut deposits, by, &refund);
            }
        }
        deposits
    }

    /// Takes out as many as were sent back.
    fn settle(&self, deposits: &mut Vec<(&Identity, &Deposit)>, by: &str, refund: &Refund) {
        for _ in 0..refund.ordered {
            let alike = deposits.iter().enumerate();
            let alike = alike.filter(|(_, (_, it))| it.by == by && it.amount == refund.amount);
            let first = alike.min_by_key(|(_, (notice, deposit))| {
                (!deposit.plain, !self.is_answered_by_order(notice, deposit))
            });
            if let Some((place, _)) = first {
                deposits.remove(place);
            }
        }
    }

    /// For each holder, what was ordered beside refunds, and what was burned.
    pub fn orders(&self) -> impl Iterator<Item = (&Address, Redemption)> {
        self.redemptions.iter().map(|(holder, all)| {
            let ordered = all.ordered.clone() - self.refunded(holder);
            (holder, Redemption { ordered, burned: all.burned.clone() })
        })
    }

    /// How many refunds were ordered.
    pub fn count_refunds(&self) -> usize {
        self.redemptions.keys().map(|depositor| self.count_refunds_to(depositor)).sum()
    }

    /// How many refunds were ordered for this depositor.
    pub fn count_refunds_to(&self, depositor: &str) -> usize {
        self.refunds_to(depositor).iter().map(|refund| usize::from(refund.ordered)).sum()
    }

    /// What was ordered to be sent back to this depositor.
    pub fn refunded(&self, depositor: &str) -> Exact {
        self.refunds_to(depositor).iter().map(Refund::sum).sum()
    }

    /// What was ordered to be sent back to this depositor and is not paid.
    pub fn unpaid_refunds_to(&self, depositor: &str) -> Exact {
        self.refunds_to(depositor).iter().map(Refund::unpaid).sum()
    }

    /// What was ordered to be sent back to anybody and is not paid.
    pub fn unpaid_refunds(&self) -> Exact {
        self.redemptions.keys().map(|it| self.unpaid_refunds_to(it)).sum()
    }
}

/// The least of these refunds that are worth what is `due`, of equals those with fewer small ones:
/// of each amount how many there can be, and how many are chosen. Nothing where all of them are not worth it.
fn least(most: &[(Quantity, u8)], due: &Exact) -> Option<(Exact, Vec<(Quantity, u8)>)> {
    if !due.is_positive() {
        return Some((Exact::ZERO, Vec::new()));
    }
    let ((amount, most), others) = most.split_first()?;
    let choices = (0..=*most).filter_map(|n| {
        let these = Exact::from(*amount).times(n);
        let (sum, mut chosen) = least(others, &(due.clone() - these.clone()))?;
        chosen.push((*amount, n));
        Some((sum + these, chosen))
    });
    // The first of equals stays: it has the fewest of this amount.
    choices.reduce(|best, other| if best.0.at_most(&other.0) { best } else { other })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruint::aliases::U256;

    /// Deposits, and orders with how often they were paid; the amounts that were burned.
    fn history(deposits: &[u64], orders: &[(u64, u8)], burned: i128) -> History {
        let mut history = History::default();
        for (n, amount) in deposits.iter().enumerate() {
            let deposit = Deposit {
                by: "alice".into(),
                amount: U256::from(*amount),
                plain: true,
                mints: 0,
                minted: Exact::ZERO,
            };
            history.deposits.insert(Identity::named(format!("alice.deposit.{n}/1")), deposit);
        }
        for (n, (amount, payments)) in orders.iter().enumerate() {
            let amount = U256::from(*amount);
            let order =
                Release { to: "alice".into(), of: "alice".into(), amount, payments: *payments };
            history.releases.insert(Identity::named(format!("alice.deposit.{n}/1/0")), order);
        }
        let ordered = orders.iter().map(|(amount, _)| i128::from(*amount)).sum();
        let redemption =
            Redemption { burned: Exact::Whole(burned), ordered: Exact::Whole(ordered) };
        history.redemptions.insert("alice".into(), redemption);
        history
    }

    fn refunded(deposits: &[u64], orders: &[u64], burned: i128) -> i128 {
        let orders: Vec<_> = orders.iter().map(|amount| (*amount, 0)).collect();
        match history(deposits, &orders, burned).refunded("alice") {
            Exact::Whole(sum) => sum,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn what_equals_a_deposit_that_is_not_minted_for_is_a_refund() {
        assert_eq!(refunded(&[10], &[10], 0), 10);
        assert_eq!(refunded(&[10], &[9], 0), 0);
        assert_eq!(refunded(&[10], &[10, 10], 0), 10);
        assert_eq!(refunded(&[10, 10], &[10, 10], 0), 20);
        assert_eq!(refunded(&[], &[10], 0), 0);
    }

    #[test]
    fn what_can_pay_for_a_burn_does() {
        assert_eq!(refunded(&[10], &[10], 10), 0);
        assert_eq!(refunded(&[10], &[10, 10], 10), 10);
        // Twenty is no payment for a burn of ten.
        assert_eq!(refunded(&[20], &[20], 10), 20);
        assert_eq!(refunded(&[10, 30], &[10, 30], 30), 10);
        assert_eq!(refunded(&[10, 30], &[10, 30], 10), 30);
        assert_eq!(refunded(&[10, 20, 30], &[10, 20, 30], 40), 20);
    }

    #[test]
    fn what_is_paid_pays_for_burns_first() {
        let unpaid = |orders: &[(u64, u8)], burned| history(&[10], orders, burned).unpaid_refunds();
        assert_eq!(unpaid(&[(10, 0)], 0), Exact::Whole(10));
        assert_eq!(unpaid(&[(10, 1)], 0), Exact::ZERO);
        assert_eq!(unpaid(&[(10, 1), (10, 0)], 10), Exact::Whole(10));
        assert_eq!(unpaid(&[(10, 1), (10, 1)], 10), Exact::ZERO);
        // Nobody is owed a second refund.
        assert_eq!(unpaid(&[(10, 1), (10, 0)], 0), Exact::ZERO);
    }

    #[test]
    fn nothing_is_owed_twice() {
        for (orders, burned, owed, awaited) in [
            (&[][..], 0, 0, 10),
            (&[(10, 0)], 0, 10, 0),
            (&[(10, 1)], 0, 0, 0),
            (&[(10, 0)], 10, 10, 10),
            (&[(10, 0), (10, 0)], 10, 20, 0),
            (&[(10, 1), (10, 0)], 10, 10, 0),
        ] {
            let history = history(&[10], orders, burned);
            assert_eq!(history.owed(), Exact::Whole(owed), "{orders:?}");
            assert_eq!(history.awaited(), Exact::Whole(awaited), "{orders:?}");
        }
    }

    #[test]
    fn among_equal_deposits_the_one_of_the_notice_is_refunded() {
        let history = history(&[10, 10, 20], &[(10, 0)], 0);
        let left: Vec<_> = history.unsettled().iter().map(|(notice, _)| notice.as_str()).collect();
        assert_eq!(left, ["alice.deposit.1/1", "alice.deposit.2/1"]);
    }

    #[test]
    fn of_deposits_alike_the_last_to_be_minted_for_was_sent_back() {
        let is_sent_back = |deposits: &[u64]| {
            history(deposits, &[(10, 0)], 0).is_sent_back(&Identity::named("alice.deposit.0/1"))
        };
        assert!(is_sent_back(&[10]));
        assert!(!is_sent_back(&[10, 10]));
        assert!(!is_sent_back(&[20, 10]));
        // What another notice led to is no refund of this one.
        let history = history(&[20, 10], &[(10, 0)], 0);
        assert!(!history.is_sent_back(&Identity::named("alice.deposit.1/1")));
    }
}
