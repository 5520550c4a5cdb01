//! The flaws of the seed, as ranked by what was measured on the real platform, each shown
//! by a recorded counterexample that the search found.

use explorer::counterexample::Counterexample;
use explorer::replay::Replay;
use model::{Evaluation, Fault, TIM3, Trick, USDA};
use std::path::Path;

fn replayed(variant: &str, property: &str) -> Replay {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../counterexamples");
    let path = path.join(variant).join(format!("{property}.json"));
    let case = Counterexample::read(&path).expect("a recorded counterexample");
    Replay::of(case).expect("it replays")
}

fn evaluations(replay: &Replay) -> impl Iterator<Item = &Evaluation> {
    replay.trace.steps().iter().filter_map(|step| step.evaluation.as_deref())
}

impl Shown for Replay {
    fn value(&self, name: &str) -> &str {
        let found = self.breach.values.iter().find(|(known, _)| *known == name);
        &found.unwrap_or_else(|| panic!("no value `{name}` in {}", self.breach)).1
    }
}

trait Shown {
    fn value(&self, name: &str) -> &str;
}

#[test]
fn flaw_1_the_literal_seed_never_credits_a_deposit() {
    for variant in ["seed", "seed-json"] {
        let replay = replayed(variant, "deposits-minted-at-rest");
        assert_eq!(replay.trace.world.profile.name, "reliable");
        assert_eq!(replay.trace.swap.situation(replay.trace.last()).held().to_string(), "10");
        assert!(replay.trace.books(replay.trace.len()).balances.is_empty());
        let thrown = evaluations(&replay).find_map(|e| e.outcome.as_ref().err());
        assert!(thrown.is_some(), "the handler throws and nobody is told");
    }
}

#[test]
fn flaw_2_seed_tags_mints_a_giant_for_ten_units() {
    let replay = replayed("seed-tags", "fully-backed");
    assert_eq!(replay.trace.world.profile.name, "legacynet");
    assert_eq!(replay.value("held"), "10");
    let balance = replay.trace.books(replay.trace.len()).balance("mallory").to_string();
    assert_eq!(balance, "1.1579208923732e+77");
}

#[test]
fn flaw_2_and_then_takes_the_collateral_of_others() {
    let replay = replayed("seed-tags", "holders-can-exit");
    assert_eq!(replay.value("holder"), "alice");
    assert_eq!(replay.trace.last().spent.faults.of(Fault::Trick), 1);
    assert!(replay.trap.is_some());
}

#[test]
fn flaw_3_a_negative_burn_mints_and_is_paid_out() {
    let replay = replayed("seed-tags", "no-mint-without-deposit");
    assert!(replay.value("by message").starts_with("mallory.burn-"));
    let paid = replayed("seed-tags", "burns-paid-at-rest");
    assert_eq!(paid.value("owed"), "10");
}

#[test]
fn flaw_4_a_repeat_mints_twice_and_the_books_do_not_show_it() {
    let replay = replayed("seed-tags", "no-double-mint");
    assert_eq!(replay.trace.world.profile.name, "legacynet-no-su-filter");
    assert_eq!(replay.value("mints"), "2");
    let books = replay.trace.books(replay.trace.len());
    assert_eq!(books.total_supply, books.usda_collateral);
    assert!(replay.trace.surplus(replay.trace.len()).is_negative());
}

#[test]
fn flaw_5_a_float_reaches_the_totals() {
    let replay = replayed("seed-tags", "balances-whole");
    assert!(!replay.trace.books(replay.trace.len()).total_supply.is_integer());
}

#[test]
fn flaw_6_a_release_that_usda_refuses_loses_the_burn() {
    let replay = replayed("seed-tags", "burns-paid-at-rest");
    let refused = evaluations(&replay).any(|e| {
        e.at == USDA
            && e.message.from == TIM3
            && e.outcome.as_ref().is_ok_and(|l| l == "Transfer-Error")
    });
    assert!(refused, "USDA answers the release with Transfer-Error");
}

#[test]
fn flaw_7_a_plain_transfer_is_swallowed_without_a_word() {
    let replay = replayed("seed-tags", "transfers-arrive");
    assert_eq!(replay.trace.world.profile.name, "reliable");
    let last = evaluations(&replay).last().expect("an evaluation");
    assert!(last.sent.is_empty() && last.outcome.is_ok());
}

#[test]
fn flaw_9_collateral_is_a_belief_that_usda_does_not_share() {
    let replay = replayed("seed-tags", "fully-backed");
    let books = replay.trace.books(replay.trace.len());
    assert_eq!(books.total_supply, books.usda_collateral);
}

#[test]
fn flaw_10_sending_before_booking_releases_without_an_entry() {
    let replay = replayed("effects-before-checks", "supply-equals-collateral");
    assert_eq!(replay.trace.world.profile.name, "hyper-aos");
}

#[test]
fn flaw_11_integers_wrap_when_nothing_caps_the_supply() {
    let replay = replayed("supply-cap-off", "supply-equals-balances");
    let mut steps = replay.trace.steps().iter();
    let tricks = steps.any(|step| step.name.contains(Trick::DepositMaxInteger.name()));
    assert!(tricks);
    assert!(replay.trace.books(replay.trace.len()).total_supply.is_negative());
}

#[test]
fn flaw_12_without_a_target_check_foreign_notices_mint() {
    let replay = replayed("target-check-off", "no-mint-without-deposit");
    assert_eq!(replay.trace.world.profile.name, "operator");
}
