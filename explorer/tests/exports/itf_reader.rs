//! The reader of the Informal Trace Format by Apalache's and Quint's authors takes every trace,
//! each variable in the type that the file says, and reads what the run was.

use crate::recorded::{self, AGAIN};
use dashu_int::IBig;
use explorer::itf::trace;
use explorer::replay::Replay;
use itf::Trace;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    action: String,
    usda: BTreeMap<String, IBig>,
    balances: BTreeMap<String, Number>,
    total_supply: Number,
    usda_collateral: Number,
    surplus: Number,
    in_flight: BTreeSet<Flying>,
    faults: BTreeMap<String, IBig>,
    deposits: BTreeMap<String, Deposit>,
    releases: BTreeMap<String, Release>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "tag", content = "value")]
enum Number {
    Integer { amount: IBig },
    Other { text: String },
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Flying {
    identity: String,
    sent_by: String,
    sent_to: String,
    says: String,
}

#[derive(Deserialize)]
struct Deposit {
    amount: IBig,
    mints: IBig,
    paid_by: String,
}

#[derive(Deserialize)]
struct Release {
    amount: IBig,
    paid_to: String,
    payments: IBig,
}

impl Number {
    fn said(&self) -> String {
        match self {
            Self::Integer { amount } => amount.to_string(),
            Self::Other { text } => text.clone(),
        }
    }
}

fn read(name: &str, replay: &Replay) -> Trace<State> {
    itf::trace_from_value(trace(replay)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn every_trace_is_read_as_the_run_that_it_was() {
    for (name, replay) in recorded::all() {
        let states = read(&name, &replay).states;
        let run = &replay.trace;
        assert_eq!(states.len(), run.states().len(), "{name}");
        for (step, state) in states.iter().map(|state| &state.value).enumerate() {
            let (is, books) = (run.state(step), run.books(step));
            let taken = step.checked_sub(1).map_or("start", |place| &run.steps()[place].name);
            assert_eq!(state.action, taken, "{name}");
            let usda = state.usda.iter().map(|(a, held)| (a.as_str(), held.to_string()));
            let ledger = is.usda.balances.iter().map(|(a, held)| (a.as_str(), held.to_string()));
            assert!(usda.eq(ledger), "{name}, step {step}");
            let balances = state.balances.iter().map(|(a, held)| (a.as_str(), held.said()));
            let booked = books.balances.iter().map(|(a, held)| (a.as_str(), held.to_string()));
            assert!(balances.eq(booked), "{name}, step {step}");
            assert_eq!(state.total_supply.said(), books.total_supply.to_string(), "{name}");
            assert_eq!(state.usda_collateral.said(), books.usda_collateral.to_string(), "{name}");
            assert_eq!(state.surplus.said(), run.surplus(step).to_string(), "{name}");
            assert_eq!(state.in_flight.len(), is.network.in_flight().count(), "{name}");
            assert_eq!(state.deposits.len(), is.history.deposits.len(), "{name}");
            assert_eq!(state.releases.len(), is.history.releases.len(), "{name}");
        }
    }
}

#[test]
fn a_double_mint_is_read_as_numbers_sets_and_records() {
    let states = read(AGAIN, &recorded::one(AGAIN)).states;
    let [sent, broken] = [1, 3].map(|step| &states[step].value);
    assert_eq!(broken.usda["TIM3"], IBig::from(10));
    assert_eq!(broken.balances["alice"], Number::Integer { amount: IBig::from(20) });
    assert_eq!(broken.faults["re-push"], IBig::from(1));
    let notice = sent.in_flight.first().expect("a message");
    assert_eq!([&*notice.sent_by, &*notice.sent_to], ["USDA", "TIM3"]);
    assert!(sent.deposits.contains_key(&notice.identity), "{}", notice.says);
    let deposit = &broken.deposits[&notice.identity];
    assert_eq!((&deposit.amount, &deposit.mints), (&IBig::from(10), &IBig::from(2)));
    assert_eq!(deposit.paid_by, "alice");
}

#[test]
fn a_release_that_is_paid_twice_is_read_as_such() {
    let name = "hardened/no-double-release";
    let states = read(name, &recorded::one(name)).states;
    let last = states.last().expect("a state");
    let release = last.value.releases.values().next().expect("a release");
    assert_eq!((&release.amount, &release.payments), (&IBig::from(10), &IBig::from(2)));
    assert!(!release.paid_to.is_empty());
}
