//! The smallest instance, with all its states written out by hand.
//!
//! One user, one deposit of 10, one burn of 10, a network that works. Alice may burn
//! before she deposits (refused), while the Credit-Notice is in flight (refused), or after
//! the mint (carried out, and paid by a release).

use model::{Bounds, Profile, Swap, TIM3, Variant};
use stateright::{Checker, Model};
use std::collections::BTreeSet;

/// What tells the states apart: deposits and burns made, TIM3 of alice, USDA of alice and
/// of TIM3, and the messages in flight.
type Row = (u8, u8, String, u64, u64, Vec<String>);

fn row(deposits: u8, burns: u8, tim3: &str, alice: u64, held: u64, flying: &[&str]) -> Row {
    let flying = flying.iter().map(|name| (*name).to_owned()).collect();
    (deposits, burns, tim3.to_owned(), alice, held, flying)
}

fn by_hand() -> BTreeSet<Row> {
    let notice = "alice.deposit.1/1";
    let release = "alice.burn.1/0";
    [
        row(0, 0, "0", 10, 0, &[]),        // the start
        row(0, 1, "0", 10, 0, &[]),        // burned before all else: refused
        row(1, 0, "0", 0, 10, &[notice]),  // deposited
        row(1, 1, "0", 0, 10, &[notice]),  // the same, with a refused burn
        row(1, 0, "10", 0, 10, &[]),       // minted
        row(1, 1, "10", 0, 10, &[]),       // minted, with a refused burn before
        row(1, 1, "0", 0, 10, &[release]), // minted, then burned
        row(1, 1, "0", 10, 0, &[]),        // paid
    ]
    .into()
}

fn smallest(profile: &str) -> Swap<Variant> {
    let profile: Profile = profile.parse().expect("a profile");
    let one = Bounds { users: 1, transfers: 0, ..Bounds::default() };
    Swap::new(Variant::Hardened, Variant::Hardened.usda(), profile, one)
}

fn explored(swap: &Swap<Variant>) -> BTreeSet<Row> {
    let mut rows = BTreeSet::new();
    let mut waiting = vec![swap.initial()];
    while let Some(state) = waiting.pop() {
        let done = &state.wallets[0];
        let situation = swap.situation(&state);
        let units = |account| u64::try_from(situation.ledger.balance(account)).expect("small");
        let flying = state.network.in_flight().map(|m| m.identity.to_string()).collect();
        let balance = situation.books.balance("alice").to_string();
        let (alice, held) = (units("alice"), units(TIM3));
        if rows.insert((done.deposits, done.burns, balance, alice, held, flying)) {
            let steps = swap.enabled(&state);
            waiting.extend(steps.iter().filter_map(|a| swap.step(&state, a)).map(|s| s.state));
        }
    }
    rows
}

#[test]
fn all_eight_states_are_those_written_by_hand() {
    assert_eq!(explored(&smallest("reliable")), by_hand());
}

#[test]
fn with_one_user_order_cannot_matter() {
    assert_eq!(explored(&smallest("reordering")), by_hand());
}

#[test]
fn stateright_counts_eight_as_well() {
    let count = smallest("reliable").checker().spawn_bfs().join().unique_state_count();
    // stateright stops at one state when it is given no property to judge.
    assert_eq!(count, 1);
    let mut swap = smallest("reliable");
    swap.properties.push(stateright::Property::always("goes on", |_, _| true));
    assert_eq!(swap.checker().spawn_bfs().join().unique_state_count(), by_hand().len());
}
