//! Random actor systems: interned, plain, and stateright's own actor model.

#[path = "random_actors/actors.rs"]
mod actors;
mod graphs;

use std::borrow::Cow;
use std::sync::Arc;

use actors::{ACTORS, Interned, MESSAGES, Random, STATES, Watch, actor, network};
use graphs::{explore, explore_within};
use proptest::prelude::*;
use search::actors::{ActorSystem, Delivery, Faults, Ignored, Network, PlainActors};
use search::{Limits, ModelSystem, Reason};
use stateright::actor::{Actor, ActorModel, Id, LossyNetwork, Network as Theirs, Out};
use stateright::{Checker, Expectation, Model};

fn cut_off() -> Limits {
    Limits { states: Some(30_000), ..Limits::default() }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn interned_actors_agree_with_plain_ones(
        actors in prop::collection::vec(actor(3, 2), ACTORS),
        network in network(),
    ) {
        let system = Interned::new(actors.clone(), network, Watch).unwrap();
        let report = explore_within(&system, 1, &cut_off());
        prop_assume!(report.complete());
        let again = Interned::new(actors.clone(), network, Watch).unwrap();
        let second = explore(&again, 2);
        prop_assert_eq!(&report.layers, &second.layers);
        for (one, two) in report.findings.iter().zip(&second.findings) {
            prop_assert_eq!(one.is_some(), two.is_some());
            if let (Some(one), Some(two)) = (one, two) {
                prop_assert_eq!(system.actions(&one.path), again.actions(&two.path));
                prop_assert_eq!(one.judged_before, two.judged_before);
            }
        }
        let plain = || PlainActors::new(actors.clone(), network, Watch).unwrap();
        let ours = explore(&ModelSystem::new(plain()).unwrap(), 1);
        prop_assert_eq!(report.states, ours.states);
        prop_assert_eq!(report.transitions, ours.transitions);
        let bfs = plain().checker().spawn_bfs().join();
        let dfs = plain().checker().spawn_dfs().join();
        for (property, finding) in report.findings.iter().enumerate() {
            let name = ["0", "1"][property];
            prop_assert_eq!(finding.is_some(), bfs.discovery(name).is_some());
            prop_assert_eq!(finding.is_some(), dfs.discovery(name).is_some());
        }
    }

    #[test]
    fn a_path_of_actions_replays_on_the_plain_actors(
        actors in prop::collection::vec(actor(3, 2), ACTORS),
        network in network(),
    ) {
        let system = Interned::new(actors.clone(), network, Watch).unwrap();
        let report = explore_within(&system, 2, &cut_off());
        let plain = PlainActors::new(actors, network, Watch).unwrap();
        for (property, finding) in report.findings.iter().enumerate() {
            let Some(finding) = finding else { continue };
            let mut state = plain.init_states().remove(0);
            for action in system.actions(&finding.path) {
                prop_assert_eq!(plain.judge(&state) >> property & 1, 0, "first on its path");
                let mut offered = Vec::new();
                plain.actions(&state, &mut offered);
                prop_assert!(offered.contains(&action));
                state = plain.next_state(&state, action).unwrap();
            }
            prop_assert_eq!(plain.judge(&state) >> property & 1, 1);
        }
    }

    #[test]
    fn a_multiset_that_keeps_ignored_messages_equals_stateright(
        mut actors in prop::collection::vec(actor(3, 2), ACTORS),
        lossy in any::<bool>(),
    ) {
        // Pending choices and timers of two actors would meet the defect asserted below.
        for other in &mut actors[1..] {
            (other.chooses, other.ticks) = (false, false);
        }
        let network = Network {
            delivery: Delivery::Multiset,
            duplicates: Faults::Never,
            losses: if lossy { Faults::Free } else { Faults::Never },
            ignored: Ignored::Left,
        };
        let system = Interned::new(actors.clone(), network, Watch).unwrap();
        let report = explore_within(&system, 2, &cut_off());
        // More than three copies, or too large: nothing to compare.
        prop_assume!(report.complete());
        let model = || {
            ActorModel::new((), ())
                .actors(actors.clone())
                .init_network(Theirs::new_unordered_nonduplicating([]))
                .lossy_network(if lossy { LossyNetwork::Yes } else { LossyNetwork::No })
                .property(Expectation::Sometimes, "all last", |_, state| {
                    state.actor_states.iter().all(|one| **one == STATES - 1)
                })
                .property(Expectation::Always, "true", |_, _| true)
        };
        let dfs = model().checker().spawn_dfs().join();
        prop_assert_eq!(report.states, dfs.unique_state_count() as u64);
        prop_assert_eq!(report.findings[0].is_some(), dfs.discovery("all last").is_some());
    }
}

/// Sends itself ever larger numbers.
#[derive(Clone)]
struct Endless;

impl Actor for Endless {
    type Msg = u32;
    type Timer = ();
    type State = Arc<u32>;
    type Storage = u8;
    type Random = ();

    fn on_start(&self, id: Id, _: &Option<u8>, out: &mut Out<Self>) -> Arc<u32> {
        out.send(id, 0);
        Arc::new(0)
    }

    fn on_msg(&self, id: Id, state: &mut Cow<Arc<u32>>, _: Id, message: u32, out: &mut Out<Self>) {
        *state.to_mut() = Arc::new(message);
        out.send(id, message + 1);
        if message == 500 {
            out.save(1);
        }
    }
}

#[test]
fn more_envelopes_than_words_hold_are_a_failure_and_not_a_count() {
    let system = ActorSystem::<_, (), 1, 2>::new(vec![Endless], Network::default(), ()).unwrap();
    let report = explore(&system, 1);
    let Some(Reason::Failure(text)) = report.cut.map(|cut| cut.reason) else {
        panic!("it did not fail");
    };
    assert!(text.contains("more than 64 distinct envelopes"), "{text}");
}

#[test]
fn storage_is_refused_and_hundreds_of_envelopes_fit() {
    let system = ActorSystem::<_, (), 1, 20>::new(vec![Endless], Network::default(), ()).unwrap();
    let report = explore(&system, 1);
    assert_eq!(report.depth, 500);
    let Some(Reason::Failure(text)) = report.cut.map(|cut| cut.reason) else {
        panic!("it did not fail");
    };
    assert!(text.contains("saves to storage"), "{text}");
}

#[test]
fn stateright_merges_states_with_open_choices_and_we_do_not() {
    let idle = || Random {
        on_message: vec![vec![(0, vec![]); usize::from(MESSAGES)]; usize::from(STATES)],
        on_choice: vec![(0, vec![]); 2],
        starts: Vec::new(),
        chooses: true,
        ticks: false,
    };
    let actors: Vec<Random> = (0..ACTORS).map(|_| idle()).collect();
    let system = Interned::new(actors.clone(), Network::default(), Watch).unwrap();
    assert_eq!(explore(&system, 1).states, 8, "each of three has chosen or not");
    let model = ActorModel::new((), ())
        .actors(actors)
        .init_network(Theirs::new_unordered_nonduplicating([]))
        .property(Expectation::Always, "true", |_, _| true);
    let theirs = model.checker().spawn_dfs().join();
    assert!(theirs.unique_state_count() < 8, "its maps hash without their length");
}
