//! What the accounts of a token held before its log begins.
//!
//! The Lua that set the balances is no part of a log. What a blueprint says of accounts behind a
//! Transfer (`balances` in a patch) is, and so are the Transfers.

use crate::compare::{is_transfer, notices};
use crate::entry::{Entry, Outcome};
use crate::schedule::Schedule;
use serde_json::Value;
use std::collections::BTreeMap;

/// The first balances of a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// By account: decimal texts.
    pub balances: Vec<(String, String)>,
    /// Accounts whose first balance nothing says: they get just enough for what they sent.
    pub guessed: usize,
    /// Where what is said of an account does not fit to its Transfers: slot, account, what is
    /// said, and what the Transfers add up to.
    pub odd: Vec<(u64, String, String, String)>,
}

/// Works out what the accounts of a token held at first.
pub fn opening(schedule: &Schedule) -> Opening {
    let mut net: BTreeMap<String, i128> = BTreeMap::new();
    let mut least: BTreeMap<String, i128> = BTreeMap::new();
    let mut first: BTreeMap<String, i128> = BTreeMap::new();
    let mut odd = Vec::new();
    for entry in schedule.entries.values() {
        let outcome = schedule.outcomes.get(&entry.slot);
        if let Some((from, to, amount)) = moved(entry, outcome) {
            let held = net.entry(from.to_owned()).or_default();
            *held = held.saturating_sub(amount);
            let lowest = least.entry(from.to_owned()).or_default();
            *lowest = (*lowest).min(*held);
            let held = net.entry(to.to_owned()).or_default();
            *held = held.saturating_add(amount);
        }
        for (account, said) in outcome.map(patched).unwrap_or_default() {
            let moved = net.get(&account).copied().unwrap_or_default();
            match first.get(&account) {
                None => {
                    first.insert(account, said.saturating_sub(moved));
                }
                Some(known) if known.saturating_add(moved) != said => {
                    let adds_up = known.saturating_add(moved).to_string();
                    odd.push((entry.slot, account.clone(), said.to_string(), adds_up));
                    first.insert(account, said.saturating_sub(moved));
                }
                Some(_) => {}
            }
        }
    }
    let unknown: Vec<_> =
        net.keys().filter(|account| !first.contains_key(*account)).cloned().collect();
    let guessed =
        unknown.iter().filter(|account| least.get(*account).is_some_and(|least| *least < 0));
    let guessed = guessed.count();
    for account in unknown {
        let least = least.get(&account).copied().unwrap_or_default();
        first.insert(account, least.saturating_neg());
    }
    let balances = first.into_iter().filter(|(_, held)| *held > 0);
    let balances = balances.map(|(account, held)| (account, held.to_string())).collect();
    Opening { balances, guessed, odd }
}

/// What a message moved, if it was carried out: from, to, amount. Where nothing is recorded of
/// it, it is taken to be.
fn moved<'a>(entry: &'a Entry, outcome: Option<&Outcome>) -> Option<(&'a str, &'a str, i128)> {
    if entry.action() != "Transfer" {
        return None;
    }
    let is_done = outcome.is_none_or(|outcome| {
        let has_notices = !is_transfer(entry) || !notices(&outcome.posts).is_empty();
        outcome.error.is_none() && (has_notices || !patched(outcome).is_empty())
    });
    let amount = entry.tag("Quantity")?.parse().ok().filter(|amount| *amount > 0)?;
    is_done.then_some((entry.from.as_str(), entry.tag("Recipient")?, amount))
}

/// What an outbox says that accounts hold now.
fn patched(outcome: &Outcome) -> Vec<(String, i128)> {
    let tables = outcome.posts.iter().flat_map(|post| &post.others);
    let tables = tables.filter(|(name, _)| name.eq_ignore_ascii_case("balances"));
    let accounts = tables.filter_map(|(_, table)| table.as_object()).flatten();
    let held = |(account, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some((account.clone(), text.parse().ok()?))
    };
    accounts.filter_map(held).collect()
}
