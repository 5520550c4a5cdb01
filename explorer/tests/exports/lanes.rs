//! Lanes: every message, from where and when it was sent to where and when it arrives.

use crate::recorded::{self, AGAIN, LOST, MANY_SHAPES};
use explorer::lanes::{Arrow, Lanes, Role, Shape};
use explorer::sheet::Sheet;
use explorer::trace::Trace;
use explorer::world::World;
use model::{Action, Bounds, Copy, Profile, Reduction, Reductions, Variant};

/// `alice->USDA 1-1 Plain`: an arrow in short.
fn short(lanes: &Lanes) -> Vec<String> {
    let name = |lane: usize| lanes.parties[lane].name.as_str();
    let short = |arrow: &Arrow| {
        let Arrow { from, to, sent, arrives, shape, .. } = arrow;
        format!("{}->{} {sent}-{arrives} {shape:?}", name(*from), name(*to))
    };
    lanes.arrows.iter().map(short).collect()
}

fn lanes(name: &str) -> Lanes {
    Lanes::of(&recorded::one(name).trace)
}

#[test]
fn a_message_sent_again_starts_where_it_was_first_sent() {
    let expected = [
        "alice->USDA 1-1 Plain",
        "USDA->alice 1-1 Notice",
        "USDA->TIM3 1-2 Plain",
        "USDA->TIM3 1-3 Again(RePush)",
    ];
    assert_eq!(short(&lanes(AGAIN)), expected);
}

#[test]
fn a_lost_message_ends_in_the_step_that_loses_it() {
    let expected = ["alice->USDA 1-1 Plain", "USDA->alice 1-1 Notice", "USDA->TIM3 1-2 Lost"];
    assert_eq!(short(&lanes(LOST)), expected);
}

#[test]
fn tricks_owner_faults_assignments_and_flights_have_own_shapes() {
    let short = short(&lanes(MANY_SHAPES));
    for expected in [
        "mallory->USDA 1-1 Trick",
        "USDA->mallory 1-1 Notice",
        "owner->TIM3 3-3 Owner",
        "USDA->TIM3 1-5 Assigned",
    ] {
        assert!(short.iter().any(|one| one == expected), "{expected}: {short:?}");
    }
    assert_eq!(short.last().map(String::as_str), Some("USDA->mallory 8-10 Flying"));
}

/// Whether a step is one in which a message arrives or is lost, or the owner does something.
fn needs_an_arrow(trace: &Trace, step: usize) -> bool {
    let step = trace.step(step);
    step.evaluation.is_some()
        || matches!(step.action, Some(Action::Lose { .. } | Action::Owner { .. } | Action::Upgrade))
}

#[test]
fn every_step_of_every_counterexample_has_its_arrow() {
    for (name, replay) in recorded::all() {
        let lanes = Lanes::of(&replay.trace);
        for step in 1..=replay.trace.len() {
            let loud = lanes.arrows.iter().filter(|arrow| arrow.shape != Shape::Notice);
            let arrows = loud.filter(|arrow| arrow.arrives == step).count();
            let expected = usize::from(needs_an_arrow(&replay.trace, step));
            assert_eq!(arrows, expected, "step {step} of {name}");
        }
    }
}

/// In which step a message is first seen, and who sent it: in flight, or where it was not, as
/// what is evaluated or as what is sent by that.
fn took_off(trace: &Trace, identity: &str) -> Option<(usize, String)> {
    (1..=trace.len()).find_map(|step| {
        let flying = Sheet::of(trace, step).in_flight;
        let flying = flying.into_iter().map(|message| (message.identity, message.from));
        let evaluation = trace.step(step).evaluation.as_ref();
        let seen = evaluation.into_iter().flat_map(|e| e.sent.iter().chain([&e.message]));
        let seen = seen.map(|message| (message.identity.to_string(), message.from.to_string()));
        let (_, from) = flying.chain(seen).find(|(known, _)| known == identity)?;
        Some((step, from))
    })
}

/// Whoever plays a part that has no lane is the stranger.
fn lane(lanes: &Lanes, name: &str) -> usize {
    let own = lanes.parties.iter().position(|party| party.name == name);
    let stranger = || lanes.parties.iter().position(|party| party.role == Role::Stranger);
    own.or_else(stranger).expect("a lane")
}

#[test]
fn every_arrow_starts_at_the_step_and_lane_of_its_sender() {
    let mut flights = 0;
    for (name, replay) in recorded::all() {
        let lanes = Lanes::of(&replay.trace);
        for arrow in &lanes.arrows {
            if arrow.shape == Shape::Owner {
                assert_eq!(arrow.sent, arrow.arrives, "{name}");
                continue;
            }
            let (step, from) = took_off(&replay.trace, &arrow.identity).expect("it was sent");
            flights += usize::from(arrow.sent < arrow.arrives);
            let expected = (step, lane(&lanes, &from));
            assert_eq!((arrow.sent, arrow.from), expected, "{} of {name}", arrow.identity);
        }
    }
    assert!(flights > 100, "only {flights} messages were in flight");
}

#[test]
fn a_post_of_a_wallet_starts_where_it_is_posted() {
    let profile: Profile = "reordering".parse().expect("a profile");
    let reductions = Reductions::default().without(Reduction::DirectWallets);
    let world =
        World { subject: Variant::Hardened.into(), profile, bounds: Bounds::default(), reductions };
    let mut trace = Trace::start(world);
    for action in ["alice: deposit", "bob: deposit", "deliver alice.deposit.1"] {
        trace.take_named(action).expect("it is possible");
    }
    let short = short(&Lanes::of(&trace));
    assert_eq!(short[0], "alice->USDA 1-3 Plain", "{short:?}");
    assert!(short.contains(&"bob->USDA 2-4 Flying".to_owned()), "{short:?}");
}

#[test]
fn a_step_that_was_not_possible_has_no_arrow() {
    let mut trace = recorded::begun(AGAIN, 1);
    let before = Lanes::of(&trace).arrows.len();
    trace.try_named("nobody: nothing");
    let lanes = Lanes::of(&trace);
    assert_eq!(lanes.arrows.len(), before);
    assert!(lanes.arrows.iter().all(|arrow| arrow.arrives != 2));
}

#[test]
fn every_way_to_evaluate_a_message_once_more_is_told_apart() {
    let again = Lanes::of(&recorded::one(AGAIN).trace).arrows.pop().expect("an arrow");
    assert_eq!(again.shape, Shape::Again(Copy::RePush));
    let same = Lanes::of(&recorded::one("wallet-dedupe-off/only-holder-lowers").trace);
    assert!(same.arrows.iter().any(|arrow| arrow.shape == Shape::Again(Copy::SameId)));
}
