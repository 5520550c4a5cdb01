//! The balance sheet after a step: both ledgers, what is in flight, and whether it adds up.

use crate::trace::Trace;
use crate::words::{describe, shorten};
use model::{Books, Exact};
use serde::Serialize;
use std::collections::BTreeSet;

/// Everything that has an amount, after a step. Amounts are base units, long ones by their
/// ends.
#[derive(Clone, Debug, Serialize)]
pub struct Sheet {
    /// Balances at USDA, by account.
    pub usda: Vec<Entry>,
    /// Balances at TIM3, by account.
    pub tim3: Vec<Entry>,
    /// What TIM3 says of itself.
    pub totals: Vec<Entry>,
    /// What is held against what is owed.
    pub equation: Equation,
    /// What is on its way.
    pub in_flight: Vec<Flying>,
    /// Who gained and who lost since the start: see [`toll`](crate::toll).
    pub toll: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    pub name: String,
    pub amount: String,
    /// What it was before this step, where that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// By how much the step changed it, with a sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
}

/// What USDA holds for TIM3, and what TIM3 owes.
#[derive(Clone, Debug, Serialize)]
pub struct Equation {
    /// USDA in TIM3's account.
    pub held: String,
    /// The sum of all TIM3 balances above zero.
    pub balances: String,
    /// The sum of those below zero, where there are any: they back nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub below_zero: Option<String>,
    /// Burned, and not yet paid.
    pub unpaid: String,
    /// Deposited, and neither minted for nor paid back.
    pub unminted: String,
    /// `held` less what TIM3 owes.
    pub surplus: String,
    /// What that means: `balanced`, `SHORT BY 10`, `10 beyond what is owed`.
    pub verdict: String,
}

/// A message in flight.
#[derive(Clone, Debug, Serialize)]
pub struct Flying {
    /// Its causal name.
    pub identity: String,
    pub says: String,
    pub from: String,
    pub to: String,
}

impl Entry {
    fn new(name: impl Into<String>, before: Option<&Exact>, now: &Exact) -> Self {
        let before = before.filter(|before| *before != now);
        let change = before.map(|before| {
            let change = now.clone() - before.clone();
            let sign = if change.is_negative() { "" } else { "+" };
            format!("{sign}{}", amount(&change))
        });
        let (name, before) = (name.into(), before.map(amount));
        Self { name, amount: amount(now), before, change }
    }

    /// Whether the step changed it.
    pub fn has_changed(&self) -> bool {
        self.change.is_some()
    }
}

/// An amount as it is shown.
pub(crate) fn amount(exact: &Exact) -> String {
    shorten(&exact.to_string())
}

impl Sheet {
    /// After `step` steps of a run.
    pub fn of(trace: &Trace, step: usize) -> Self {
        let now = trace.books(step);
        let before = step.checked_sub(1).map(|step| trace.books(step));
        let flying = trace.state(step).network.in_flight().map(|message| Flying {
            identity: message.identity.to_string(),
            says: describe(message),
            from: message.from.to_string(),
            to: message.target.to_string(),
        });
        Self {
            usda: usda(trace, step),
            tim3: tim3(before.as_deref(), &now),
            totals: totals(before.as_deref(), &now),
            equation: Equation::of(trace, step),
            in_flight: flying.collect(),
            toll: crate::toll::of(trace, step),
        }
    }
}

fn usda(trace: &Trace, step: usize) -> Vec<Entry> {
    let now = &trace.state(step).usda;
    let before = step.checked_sub(1).map(|step| &trace.state(step).usda);
    let entry = |(account, balance): (&model::message::Address, &_)| {
        let before = before.map(|ledger| Exact::from(ledger.balance(account)));
        Entry::new(account.as_str(), before.as_ref(), &Exact::from(*balance))
    };
    now.balances.iter().map(entry).collect()
}

fn tim3(before: Option<&Books>, now: &Books) -> Vec<Entry> {
    let accounts = before.into_iter().chain([now]).flat_map(|books| books.balances.keys());
    let entry = |account: &model::message::Address| {
        let before = before.map(|books| Exact::from(books.balance(account)));
        Entry::new(account.as_str(), before.as_ref(), &now.balance(account).into())
    };
    accounts.collect::<BTreeSet<_>>().into_iter().map(entry).collect()
}

fn totals(before: Option<&Books>, now: &Books) -> Vec<Entry> {
    let entry = |name, of: fn(&Books) -> model::lua::Number| {
        let before = before.map(|books| Exact::from(of(books)));
        Entry::new(name, before.as_ref(), &of(now).into())
    };
    vec![
        entry("TotalSupply", |books| books.total_supply),
        entry("UsdaCollateral", |books| books.usda_collateral),
    ]
}

impl Equation {
    fn of(trace: &Trace, step: usize) -> Self {
        let situation = trace.swap.situation(trace.state(step));
        let surplus = situation.surplus();
        let verdict = if surplus == Exact::ZERO {
            "balanced".to_owned()
        } else if surplus.is_negative() {
            format!("SHORT BY {}", amount(&-surplus.clone()))
        } else if surplus.is_positive() {
            format!("{} more than is owed", amount(&surplus))
        } else {
            "NO SUM: a balance is not a finite number".to_owned()
        };
        let balances = situation.books.held_by_holders();
        let refunds = situation.history.unpaid_refunds();
        let below_zero = situation.books.sum() - balances.clone();
        Self {
            held: shorten(&situation.held().to_string()),
            balances: amount(&balances),
            below_zero: below_zero.is_negative().then(|| amount(&below_zero)),
            unpaid: amount(&(situation.history.owed() - refunds.clone())),
            unminted: amount(&(situation.history.awaited() + refunds)),
            surplus: amount(&surplus),
            verdict,
        }
    }
}
