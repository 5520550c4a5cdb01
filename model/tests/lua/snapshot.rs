//! What a contract remembers, in a form that both sides can be brought to.

use model::contract::Tim3;
use model::lua::{Float, Number};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// The globals of the contract; numbers with their Lua type, text and bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub balances: BTreeMap<String, String>,
    pub total_supply: String,
    pub usda_collateral: String,
    pub seen: BTreeSet<String>,
    pub quarantine: BTreeSet<String>,
    /// The releases whose answer it waits for; what an answer does is compared by giving it.
    pub pending: BTreeSet<String>,
    pub depositor: Option<String>,
    pub paused: bool,
}

impl Snapshot {
    /// What the transcription says.
    pub fn of(state: &Tim3) -> Self {
        let books = &state.books;
        let balances = books.balances.iter().map(|(user, n)| (user.to_string(), text_of(*n)));
        Self {
            balances: balances.collect(),
            total_supply: text_of(books.total_supply),
            usda_collateral: text_of(books.usda_collateral),
            seen: state.seen.iter().map(SmolStr::to_string).collect(),
            quarantine: state.quarantine.iter().map(SmolStr::to_string).collect(),
            pending: state.pending.keys().map(SmolStr::to_string).collect(),
            depositor: state.depositor.as_ref().map(ToString::to_string),
            paused: state.paused,
        }
    }
}

fn text_of(number: Number) -> String {
    match number {
        Number::Integer(_) => format!("<integer {number}>"),
        Number::Float(Float(float)) => format!("<float {number} {:016x}>", float.to_bits()),
        Number::Wide(_) => format!("<wide {number}>"),
    }
}
