//! What a counterexample comes to, in one sentence: who did what to whom.

use crate::replay::Replay;
use crate::words::shorten;
use properties::{Breach, Property};

/// Promises whose breach is the cause of others, and the one that says what it costs.
const CAUSES: [&str; 2] = ["no-double-release", "no-double-mint"];
const COST: &str = "fully-backed";

/// Clauses that one sentence has at most.
const CLAUSES: usize = 2;

/// `Mallory is paid twice; Alice's 10 cannot be redeemed`
pub fn of(replay: &Replay) -> String {
    let own = replay.property.name;
    let causes = CAUSES.into_iter().filter(|name| *name != own);
    let mut said: Vec<_> = causes.filter_map(|name| at_the_end(replay, name)).collect();
    said.truncate(CLAUSES - 1);
    said.push(clause(&replay.property, &replay.breach));
    if said.len() < CLAUSES && own != COST {
        said.extend(at_the_end(replay, COST));
    }
    capital(&said.join("; "))
}

/// The clause of another promise, if that is broken at the end, too.
fn at_the_end(replay: &Replay, name: &str) -> Option<String> {
    let property = properties::named(name)?;
    let situation = replay.trace.swap.situation(replay.trace.last());
    let breach = property.judge(&situation).err()?;
    Some(clause(&property, &breach))
}

/// What a breach comes to. A promise without a clause of its own says what happens when it is
/// broken.
fn clause(property: &Property, breach: &Breach) -> String {
    let value = |name: &str| breach.values.iter().find(|(known, _)| *known == name);
    let value = |name: &str| value(name).map(|(_, value)| shorten(value));
    let of = |name: &str| value(name).map(|name| capital(&name));
    let told = match property.name {
        "no-double-release" => told_payments(value("release"), value("payments")),
        "no-double-mint" => told_mints(of("by"), value("mints")),
        "fully-backed" => told_backing(value("held"), value("balances"), value("owed")),
        "holders-can-exit" => told_exit(of("holder"), breach),
        "deposits-creditable" => told_deposit(of("by"), value("amount")),
        _ => None,
    };
    told.unwrap_or_else(|| property.broken.to_owned())
}

/// A release is called after whom it pays: `mallory.burn.1/0`.
fn told_payments(release: Option<String>, payments: Option<String>) -> Option<String> {
    let release = release?;
    let (holder, _) = release.split_once('.')?;
    Some(format!("{} is paid {}", capital(holder), times(&payments?)))
}

fn told_mints(by: Option<String>, mints: Option<String>) -> Option<String> {
    Some(format!("{}'s deposit is minted {}", by?, times(&mints?)))
}

fn told_backing(
    held: Option<String>,
    balances: Option<String>,
    owed: Option<String>,
) -> Option<String> {
    let (held, balances, owed) = (held?, balances?, owed?);
    let debt = match (balances.as_str(), owed.as_str()) {
        (_, "0") => balances,
        ("0", _) => format!("{owed} to those who burned"),
        _ => format!("{balances} to holders and {owed} to those who burned"),
    };
    Some(format!("TIM3 owes {debt} and holds {held}"))
}

fn told_exit(holder: Option<String>, breach: &Breach) -> Option<String> {
    let holder = holder?;
    let (name, value) = breach.values.first()?;
    let amount = shorten(value);
    Some(match *name {
        "balance" => format!("{holder}'s {amount} cannot be redeemed"),
        "owed" => format!("{holder} is owed {amount} and can never be paid"),
        _ => format!("{holder} loses {amount} for good"),
    })
}

fn told_deposit(by: Option<String>, amount: Option<String>) -> Option<String> {
    Some(format!("{}'s deposit of {} can never be credited", by?, amount?))
}

fn times(count: &str) -> String {
    match count {
        "2" => "twice".to_owned(),
        count => format!("{count} times"),
    }
}

/// The same with a capital letter. An address that is no name stays as it is.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_ascii_uppercase().to_string() + letters.as_str(),
        None => String::new(),
    }
}
