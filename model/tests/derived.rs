//! What is derived of a file is remembered by all that it depends on.

use model::deployed::{Manner, Observables};
use model::{Contract, Deployed};
use std::collections::BTreeSet;

const BOOKS: &str = "Balances = {} Ledger = {} TotalSupply = 0 UsdaCollateral = 0\n";

/// What a stranger is to send to this file, by name.
fn derived(source: &str, manner: Manner) -> BTreeSet<String> {
    let contract = Deployed::new("a.lua", source, manner).expect("it loads");
    contract.derived().iter().map(|one| one.name.to_string()).collect()
}

/// A file with seven Actions that change each of these globals.
fn changing(globals: [&str; 2]) -> String {
    let action = |global: &str, n: usize| {
        format!(
            "Handlers.add('{global}{n}', 'Change-{global}-{n}', function() {global}.mallory = {n} end)\n"
        )
    };
    let all = globals.iter().flat_map(|global| (1..8).map(|n| action(global, n)));
    BOOKS.to_owned() + &all.collect::<String>()
}

/// More messages make a difference than a search has room for: which of them are of money
/// depends on where the books are.
#[test]
fn the_same_file_with_other_books_shares_nothing_derived() {
    let source = changing(["Balances", "Ledger"]);
    let elsewhere = || {
        let mut observables = Observables::default();
        observables.set("Balances", "Ledger").expect("a path");
        Manner { observables, ..Manner::default() }
    };
    let count = |found: &BTreeSet<String>, global: &str| {
        found.iter().filter(|name| name.contains(global)).count()
    };
    // Whichever is asked for first.
    for manners in [[Manner::default(), elsewhere()], [elsewhere(), Manner::default()]] {
        let source = format!("{source}-- {:?}", manners[0].observables);
        for manner in manners {
            let is_elsewhere = manner != Manner::default();
            let found = derived(&source, manner);
            let counts = [count(&found, "Balances"), count(&found, "Ledger")];
            assert_eq!(counts, if is_elsewhere { [5, 7] } else { [7, 5] }, "{found:?}");
        }
    }
}

/// What is after a loop is not reached if the loop takes too long.
#[test]
fn the_same_file_under_other_limits_shares_nothing_derived() {
    let source = format!(
        "{BOOKS}Handlers.add('slow', 'Mint', function(msg)
            for n = 1, 20000 do end if msg.Tags.Deep == 'deep-word' then Balances.mallory = 1 end end)"
    );
    let within = |instructions| {
        let limits = aos::Limits { instructions, ..aos::Limits::default() };
        derived(&source, Manner { limits, ..Manner::default() })
    };
    assert_eq!(within(1_000_000).len(), 2);
    assert_eq!(within(5000).len(), 1);
    assert_eq!(within(1_000_000).len(), 2);
}
