//! The books that a contract shows to everybody: its own claim.

use crate::{exact::Exact, lua::Number, message::Address};
use std::collections::BTreeMap;

/// The observable globals of a TIM3 process (SEMANTICS, "State").
///
/// Properties never trust these alone: a double mint keeps `TotalSupply` equal to
/// `UsdaCollateral`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Books {
    /// `Balances`: TIM3 base units by account.
    pub balances: BTreeMap<Address, Number>,
    /// `TotalSupply`: TIM3 base units that the contract believes exist.
    pub total_supply: Number,
    /// `UsdaCollateral`: USDA base units that the contract believes it holds.
    pub usda_collateral: Number,
}

impl Default for Books {
    fn default() -> Self {
        Self {
            balances: BTreeMap::new(),
            total_supply: Number::Integer(0),
            usda_collateral: Number::Integer(0),
        }
    }
}

impl Books {
    /// `Balances[account] or 0`.
    pub fn balance(&self, account: &str) -> Number {
        self.balances.get(account).copied().unwrap_or(Number::Integer(0))
    }

    /// The exact sum of all balances.
    pub fn sum(&self) -> Exact {
        self.balances.values().map(|n| Exact::from(*n)).sum()
    }

    /// The exact sum of what holders have: an account below zero owes, and backs nobody.
    pub fn held_by_holders(&self) -> Exact {
        let amounts = self.balances.values().map(|n| Exact::from(*n));
        amounts.filter(|amount| !amount.is_negative()).sum()
    }

    /// What changed since `before`, with the totals: the same wherever the change began.
    pub fn differences_from(&self, before: &Books) -> Vec<(Address, Exact)> {
        let balances = self.changes_since(before).map(|(name, change)| (name.clone(), change));
        let change = |now: Number, then: Number| Exact::from(now) - Exact::from(then);
        let totals = [
            ("TotalSupply", change(self.total_supply, before.total_supply)),
            ("UsdaCollateral", change(self.usda_collateral, before.usda_collateral)),
        ];
        let totals = totals.into_iter().map(|(name, change)| (Address::new_static(name), change));
        balances.chain(totals).collect()
    }

    /// How each account differs from what it was `before`; accounts that do not are left out.
    pub fn changes_since<'a>(
        &'a self,
        before: &'a Books,
    ) -> impl Iterator<Item = (&'a Address, Exact)> {
        let gone = before.balances.keys().filter(|a| !self.balances.contains_key(*a));
        self.balances.keys().chain(gone).filter_map(|account| {
            let (old, new) = (before.balance(account), self.balance(account));
            (old != new).then(|| (account, Exact::from(new) - Exact::from(old)))
        })
    }
}
