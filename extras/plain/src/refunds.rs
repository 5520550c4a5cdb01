//! Deposits that go back to those who paid them in.
//!
//! Of all ways to call some of somebody's payments refunds, the cheapest counts that leaves no more
//! than was burned; of equals that with fewer small ones. Where none does, the dearest.

use crate::history::{Deposit, History, Release};
use crate::people::HONEST;
use model::exact::Exact;
use model::identity::Identity;
use ruint::aliases::U256;
use std::collections::BTreeSet;

/// Whose signature is at the start of this.
pub(crate) fn signer(name: &str) -> &str {
    name.find(['.', '/', '~']).map_or(name, |end| &name[..end])
}

/// What these are worth together.
fn worth(amounts: &[U256]) -> Exact {
    amounts.iter().fold(Exact::ZERO, |sum, amount| sum + (*amount).into())
}

fn count(amounts: &[U256], amount: U256) -> usize {
    amounts.iter().filter(|it| **it == amount).count()
}

/// The entries of a list that a number stands for, bit by bit.
fn picked(all: &[U256], bits: u64) -> Vec<U256> {
    let is_set = |(place, _): &(usize, &U256)| bits >> place & 1 == 1;
    all.iter().enumerate().filter(is_set).map(|(_, amount)| *amount).collect()
}

/// Which of these payments are refunds of these deposits.
fn refunds(payments: &[U256], deposits: &[U256], burned: &Exact) -> Vec<U256> {
    let mut dearest: Vec<U256> = Vec::new();
    for amount in deposits.iter().filter(|amount| !amount.is_zero()) {
        if count(&dearest, *amount) < count(payments, *amount) {
            dearest.push(*amount);
        }
    }
    let is_finite = burned.equals(burned);
    if dearest.is_empty() || !is_finite {
        return Vec::new();
    }
    dearest.sort_unstable();
    let ways = (0..1_u64 << dearest.len()).map(|bits| picked(&dearest, bits));
    let mut enough = ways.filter(|way| (worth(payments) - worth(way)).at_most(burned));
    let Some(first) = enough.next() else { return dearest };
    enough.fold(first, |best, other| {
        let (least, sum) = (worth(&best), worth(&other));
        let is_better = if sum.equals(&least) { other > best } else { sum.at_most(&least) };
        if is_better { other } else { best }
    })
}

impl History {
    fn refunds_where(&self, to: &str, counts: impl Fn(&Identity) -> bool) -> Vec<U256> {
        let payments = self.releases.iter().filter(|(name, it)| it.to == to && counts(name));
        let payments: Vec<_> = payments.map(|(_, it)| it.amount).collect();
        let deposits = self.deposits.iter().filter(|(name, it)| it.by == to && counts(name));
        // A stranger may ask for what another stranger would have paid in.
        let deposits = deposits
            .filter(|(notice, it)| HONEST.contains(&&*it.by) || self.is_answered(notice, it));
        let deposits: Vec<_> =
            deposits.filter(|(_, it)| it.mints == 0).map(|(_, it)| it.amount).collect();
        let burned = self.burned.get(to).cloned().unwrap_or(Exact::ZERO);
        refunds(&payments, &deposits, &burned)
    }

    /// Whether the notice of a deposit caused an order of as much for its depositor.
    fn is_answered(&self, notice: &Identity, deposit: &Deposit) -> bool {
        let is_order = |(name, it): (&Identity, &Release)| {
            let rest = name.as_str().strip_prefix(notice.as_str());
            rest.is_some_and(|rest| rest.starts_with(['/', '~']))
                && (&it.to, it.amount) == (&deposit.by, deposit.amount)
        };
        self.releases.iter().any(is_order)
    }

    fn refunds_to(&self, to: &str) -> Vec<U256> {
        self.refunds_where(to, |_| true)
    }

    /// What somebody burned, and what was ordered for that, without refunds.
    pub fn burned_and_ordered(&self, holder: &str) -> (Exact, Exact) {
        let of = |all: Option<&Exact>| all.cloned().unwrap_or(Exact::ZERO);
        let ordered = of(self.ordered.get(holder)) - worth(&self.refunds_to(holder));
        (of(self.burned.get(holder)), ordered)
    }

    /// How many refunds of this amount somebody gets.
    pub fn refunds_of(&self, to: &str, amount: U256) -> usize {
        count(&self.refunds_to(to), amount)
    }

    /// How many refunds somebody gets.
    pub fn all_refunds_of(&self, to: &str) -> usize {
        self.refunds_to(to).len()
    }

    /// The notices that made TIM3 order their deposits back, where all deposits like them went back
    /// by the word of what the same signer's messages caused.
    pub(crate) fn gone_back_among_own(&self, own: &str) -> BTreeSet<Identity> {
        let is_own = |name: &Identity| signer(name.as_str()) == own;
        let waits: Vec<_> =
            self.deposits.iter().filter(|(name, it)| is_own(name) && it.mints == 0).collect();
        let is_gone = |(notice, deposit): &&(&Identity, &Deposit)| {
            let alike = waits.iter().map(|(_, it)| (&it.by, it.amount));
            let alike = alike.filter(|it| *it == (&deposit.by, deposit.amount)).count();
            self.is_answered(notice, deposit)
                && alike <= count(&self.refunds_where(&deposit.by, is_own), deposit.amount)
        };
        waits.iter().filter(is_gone).map(|(name, _)| (*name).clone()).collect()
    }
}
