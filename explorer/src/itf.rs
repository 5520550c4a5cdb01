//! The states of a counterexample in the Informal Trace Format (ITF), which Apalache and Quint
//! write and their tools read.
//!
//! The format is that of Apalache's ADR 15 (<https://apalache-mc.org/docs/adr/015adr-trace.html>):
//! integers are `{"#bigint": "10"}`, sets `{"#set": [...]}`, maps `{"#map": [[key, value], ...]}`,
//! records plain objects, and a variant is `{"tag": ..., "value": ...}`. [`VARIABLES`] names what
//! a state has. Each variable has one type, in Apalache's notation, which is also under
//! `varTypes` in the file, so that a tool can rely on it.
//!
//! A balance of TIM3 is mostly an integer, but Lua may make a float of it. It is a variant
//! therefore: `Integer({ amount: Int })`, or `Other({ text: Str })` with the number as Lua
//! writes it. They hold records since readers expect one in each variant (itf-py 0.5 does).

use crate::replay::Replay;
use crate::trace::Trace;
use crate::words::describe;
use model::lua::Number;
use model::{Exact, Fault};
use serde_json::{Map, Value, json};

/// A variable: its name, its type, and its value after so many steps.
type Variable = (&'static str, &'static str, fn(&Trace, usize) -> Value);

/// What a state has, in this order.
///
/// - `action`: the action that led here, by name; `start` in the first state.
/// - `usda`: balances at USDA.
/// - `balances`, `total_supply`, `usda_collateral`: TIM3's books.
/// - `surplus`: what USDA holds for TIM3 beyond what TIM3 owes.
/// - `in_flight`: the messages on their way, by causal name, with what they say in words.
/// - `faults`: how many of each kind were used.
/// - `deposits`: what was paid in, by the causal name of its Credit-Notice, and how often TIM3
///   was minted for it; `releases`: what TIM3 asked USDA to pay, and how often it did. What no
///   promise can ask for any more may be forgotten.
pub const VARIABLES: [Variable; 10] = [
    ("action", "Str", action),
    ("usda", "Str -> Int", usda),
    ("balances", "Str -> (Integer({ amount: Int }) | Other({ text: Str }))", balances),
    ("total_supply", "Integer({ amount: Int }) | Other({ text: Str })", |trace, step| {
        number(trace.books(step).total_supply)
    }),
    ("usda_collateral", "Integer({ amount: Int }) | Other({ text: Str })", |trace, step| {
        number(trace.books(step).usda_collateral)
    }),
    ("surplus", "Integer({ amount: Int }) | Other({ text: Str })", |trace, step| {
        exact(&trace.surplus(step))
    }),
    ("in_flight", "Set({ identity: Str, sent_by: Str, sent_to: Str, says: Str })", in_flight),
    ("faults", "Str -> Int", faults),
    ("deposits", "Str -> { amount: Int, mints: Int, paid_by: Str }", deposits),
    ("releases", "Str -> { amount: Int, paid_to: Str, payments: Int }", releases),
];

/// A counterexample as a trace.
pub fn trace(replay: &Replay) -> Value {
    let types: Map<_, _> =
        VARIABLES.iter().map(|(name, of, _)| ((*name).to_owned(), json!(of))).collect();
    let states: Vec<_> = (0..=replay.trace.len()).map(|step| state(&replay.trace, step)).collect();
    json!({
        "#meta": {
            "format": "ITF",
            "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
            "description": format!(
                "{} breaks {} under {}",
                replay.trace.world.subject, replay.property.name, replay.trace.world.profile
            ),
            "varTypes": types,
        },
        "params": [],
        "vars": VARIABLES.map(|(name, ..)| name),
        "states": states,
    })
}

fn state(trace: &Trace, step: usize) -> Value {
    let values = VARIABLES.iter().map(|(name, _, of)| ((*name).to_owned(), of(trace, step)));
    let meta = ("#meta".to_owned(), json!({ "index": step }));
    std::iter::once(meta).chain(values).collect()
}

fn action(trace: &Trace, step: usize) -> Value {
    let taken = step.checked_sub(1).map(|place| trace.steps()[place].name.as_str());
    json!(taken.unwrap_or("start"))
}

fn usda(trace: &Trace, step: usize) -> Value {
    let balances = &trace.state(step).usda.balances;
    map(balances.iter().map(|(account, balance)| (account, integer(balance))))
}

fn balances(trace: &Trace, step: usize) -> Value {
    let books = trace.books(step);
    map(books.balances.iter().map(|(account, balance)| (account, number(*balance))))
}

fn in_flight(trace: &Trace, step: usize) -> Value {
    let messages = trace.state(step).network.in_flight().map(|message| {
        json!({
            "identity": message.identity.as_str(),
            "sent_by": message.from.as_str(),
            "sent_to": message.target.as_str(),
            "says": describe(message),
        })
    });
    json!({ "#set": messages.collect::<Vec<_>>() })
}

fn faults(trace: &Trace, step: usize) -> Value {
    let used = trace.state(step).spent.faults;
    map(Fault::ALL.into_iter().map(|kind| (kind.name(), integer(&used.of(kind)))))
}

fn deposits(trace: &Trace, step: usize) -> Value {
    map(trace.state(step).history.deposits.iter().map(|(identity, deposit)| {
        let (amount, mints) = (integer(&deposit.amount), integer(&deposit.mints));
        (identity, json!({ "amount": amount, "mints": mints, "paid_by": deposit.by.as_str() }))
    }))
}

fn releases(trace: &Trace, step: usize) -> Value {
    map(trace.state(step).history.releases.iter().map(|(identity, release)| {
        let (amount, payments) = (integer(&release.amount), integer(&release.payments));
        (
            identity,
            json!({ "amount": amount, "paid_to": release.to.as_str(), "payments": payments }),
        )
    }))
}

fn map<K: ToString>(entries: impl Iterator<Item = (K, Value)>) -> Value {
    let pairs: Vec<_> = entries.map(|(key, value)| json!([key.to_string(), value])).collect();
    json!({ "#map": pairs })
}

fn integer(n: &impl ToString) -> Value {
    json!({ "#bigint": n.to_string() })
}

fn number(number: Number) -> Value {
    amount(number.is_integer(), &number)
}

fn exact(exact: &Exact) -> Value {
    let is_integer = match exact {
        Exact::Whole(_) => true,
        Exact::Other(fraction) => fraction.is_integer(),
        Exact::NotFinite => false,
    };
    amount(is_integer, exact)
}

/// A number that need not be an integer.
fn amount(is_integer: bool, n: &impl ToString) -> Value {
    if is_integer {
        json!({ "tag": "Integer", "value": { "amount": integer(n) } })
    } else {
        json!({ "tag": "Other", "value": { "text": n.to_string() } })
    }
}
