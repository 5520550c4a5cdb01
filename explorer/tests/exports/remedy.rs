//! What would have prevented it is found by running the same schedule elsewhere.

use crate::recorded::{self, AGAIN, LOST};
use explorer::remedy::Remedy;
use model::Variant;

fn told(name: &str) -> Vec<String> {
    Remedy::of(&recorded::one(name)).told()
}

#[test]
fn a_missing_guard_is_named_whenever_hardened_is_safe() {
    let mut saved = 0;
    for (name, replay) in recorded::all() {
        let variant = replay.trace.world.subject.variant();
        let remedy = Remedy::of(&replay);
        if let (Some(Variant::Mutant(lacks)), Some(_)) = (variant, &remedy.contract) {
            saved += 1;
            let guards: Vec<_> = remedy.guards.iter().map(|guard| guard.mutant).collect();
            assert!(guards.contains(&lacks.name()), "{name}: {guards:?}");
        }
    }
    assert!(saved > 50, "only {saved}");
}

#[test]
fn no_contract_saves_what_the_one_with_every_guard_breaks() {
    for (name, replay) in recorded::all() {
        let is_hardened = replay.trace.world.subject.variant() == Some(Variant::Hardened);
        assert!(!is_hardened || Remedy::of(&replay).contract.is_none(), "{name}");
    }
}

#[test]
fn a_double_mint_is_refused_or_does_not_arrive() {
    let told = told(AGAIN);
    assert_eq!(
        told[0],
        "the contract hardened: step 3 ends in `refused: duplicate notice` instead of `mint`"
    );
    assert!(told[1].contains("no message is carried out twice"), "{told:?}");
    let platforms = "the platform (reliable, reordering, legacynet, operator, lossy): step 3 is not possible there (ENABLE_DEEP_HASH_CHECKS on)";
    assert_eq!(told.last().map(String::as_str), Some(platforms));
}

#[test]
fn a_loss_is_prevented_by_networks_that_lose_nothing_alone() {
    let remedy = Remedy::of(&recorded::one("hardened/deposits-creditable"));
    let names: Vec<_> = remedy.platforms.iter().flat_map(|one| &one.names).collect();
    assert!(names.contains(&&"legacynet") && !names.contains(&&"hostile"), "{names:?}");
    let [first] = &told(LOST)[..1] else { panic!("it says something") };
    assert!(first.starts_with("the platform"), "{first}");
}

#[test]
fn what_a_contract_ignores_arrives_there_all_the_same() {
    let told = told("refund-on-transfer-error/no-mint-without-deposit");
    assert_eq!(told[0], "the contract hardened: step 5 ends in `inbox` instead of `refund`");
}

#[test]
fn the_step_that_went_wrong_comes_before_the_one_that_breaks() {
    let replay = recorded::one("sign-check-off/redeem-one-to-one");
    let better = Remedy::of(&replay).contract.expect("hardened saves it");
    assert_eq!((better.step, replay.trace.len()), (2, 5));
}

/// Bob is not there where a stranger takes his place: that does not help him.
#[test]
fn that_somebody_else_takes_part_saves_nobody() {
    let remedy = Remedy::of(&recorded::one("first-sender-kept/no-mint-without-deposit"));
    assert_eq!(remedy.platforms, []);
    assert!(remedy.contract.is_some_and(|better| better.says.contains("TIM3 bob 10, not 0")));
}
