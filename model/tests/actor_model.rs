//! stateright's own `ActorModel` runs the same parties, and reaches the same states.
//!
//! Its network has no budgets and no kinds of repeats, so the comparison is made where
//! there are no faults: unordered, each message delivered once.

use model::party::Party;
use model::{
    Bounds, Message, Profile, Reduction, Reductions, Shared, State, Swap, Variant, contract::Tim3,
};
use stateright::actor::{ActorModel, Envelope, Network};
use stateright::{Checker, Expectation, Model};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// Items that wallets post are put in flight, as stateright does it.
fn posted() -> Reductions {
    Reductions::NONE.with(Reduction::InertMessages).with(Reduction::Compaction)
}

fn swap(variant: Variant) -> Swap<Variant> {
    let profile: Profile = "reordering".parse().expect("a profile");
    let bounds = Bounds { users: 2, ..Bounds::default() };
    let mut swap = Swap::new(variant, variant.usda(), profile, bounds);
    swap.reductions = posted();
    swap
}

/// What both models know of a state: the parties, and the names of what is in flight.
type Projection = (Vec<model::party::Local<Tim3>>, BTreeSet<String>);

fn ours(swap: &Swap<Variant>) -> HashSet<Projection> {
    let project = |state: &State<Tim3>| {
        let flying = state.network.in_flight().map(|m| m.identity.to_string());
        (Party::<Variant>::locals(state), flying.collect())
    };
    let mut seen = HashSet::new();
    let mut waiting = vec![swap.initial()];
    while let Some(state) = waiting.pop() {
        if seen.insert(project(&state)) {
            let actions = swap.enabled(&state);
            waiting.extend(actions.iter().filter_map(|a| swap.step(&state, a)).map(|s| s.state));
        }
    }
    seen
}

fn actor_model(swap: Swap<Variant>) -> ActorModel<Party<Variant>, (), ()> {
    let swap = Arc::new(swap);
    ActorModel::new((), ())
        .actors(Party::all(&swap))
        .init_network(Network::<Shared<Message>>::new_unordered_nonduplicating(Vec::<
            Envelope<Shared<Message>>,
        >::new()))
        .property(Expectation::Always, "goes on", |_, _| true)
}

#[test]
fn the_parties_reach_the_same_states_under_both_networks() {
    for variant in [Variant::Hardened, "seed-tags".parse().expect("a variant")] {
        let expected = ours(&swap(variant)).len();
        let checker = actor_model(swap(variant)).checker().spawn_bfs().join();
        assert_eq!(checker.unique_state_count(), expected, "{variant}");
    }
}
