//! Who gained and who lost is said from the ledgers.

use crate::recorded;
use explorer::toll;

fn at_the_end(name: &str) -> Vec<String> {
    let trace = recorded::one(name).trace;
    toll::of(&trace, trace.len())
}

#[test]
fn nobody_has_gained_or_lost_at_the_start() {
    for (name, replay) in recorded::all() {
        assert_eq!(toll::of(&replay.trace, 0), [""; 0], "{name}");
    }
}

#[test]
fn whoever_has_more_or_less_is_named_with_what_is_not_covered() {
    let expected: [(&str, &[&str]); 6] = [
        (
            "seed-tags/no-double-mint",
            &[
                "alice is up by 10",
                "TIM3 owes 20 (alice 20) and holds 10: whoever asks last goes without",
            ],
        ),
        (
            "hardened/holders-can-exit",
            &[
                "mallory is up by 10",
                "TIM3 owes 10 (alice 10) and holds 0: whoever asks last goes without",
            ],
        ),
        (
            "state-wiped-on-reload/only-holder-lowers",
            &["alice is down by 10", "TIM3 holds 10 that it owes to nobody"],
        ),
        ("burn-is-a-transfer/burns-burn", &["alice is down by 10"]),
        (
            "seed/deposits-minted-at-rest",
            &["alice paid in 10 and got nothing for it, with nothing on its way"],
        ),
        ("transfer-swallowed/transfers-arrive", &[]),
    ];
    for (name, sentences) in expected {
        assert_eq!(at_the_end(name), sentences, "{name}");
    }
}

#[test]
fn what_is_on_its_way_is_not_lost() {
    let sent = recorded::begun("seed/deposits-minted-at-rest", 1);
    assert_eq!(toll::of(&sent, 1), [""; 0], "the notice is still in flight");
}

#[test]
fn what_a_holder_gives_away_is_no_loss() {
    let mut trace = recorded::begun("transfer-swallowed/transfers-arrive", 2);
    let subject = model::Variant::Hardened.into();
    let world = explorer::world::World { subject, ..trace.world.clone() };
    let names: Vec<_> = trace.steps().iter().map(|step| step.name.clone()).collect();
    trace = explorer::trace::Trace::leniently(world, names.iter().map(String::as_str));
    trace.take_named("alice: transfer").expect("it is possible");
    assert_eq!(trace.books(3).balance("alice").to_string(), "0");
    assert_eq!(toll::of(&trace, 3), [""; 0]);
}
