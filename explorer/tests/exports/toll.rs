//! Who gained and who lost is said from the ledgers.

use crate::recorded;
use explorer::sheet::Sheet;
use explorer::toll;
use explorer::trace::Trace;
use explorer::world::World;
use model::deployed::Manner;
use model::usda::Usda;
use model::{Deployed, Subject, Variant};

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
                "TIM3 owes 20 (alice 20) and holds 10: whoever asks last gets nothing",
            ],
        ),
        (
            "hardened/holders-can-exit",
            &[
                "mallory is up by 10",
                "TIM3 owes 10 (alice 10) and holds 0: whoever asks last gets nothing",
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

#[test]
fn a_deposit_that_goes_back_is_owed_once_until_it_is_paid() {
    let lua = Variant::Hardened.lua().expect("it has no edits");
    let every = lua.replace("    if not sender or", "    if true or not sender or");
    let back = "Send({ Target = USDA_PROCESS_ID, Action = 'Transfer', Recipient = sender, Quantity = msg.Tags.Quantity })\n";
    let keeps = "      Quarantine[id] = { Sender = sender, Quantity = msg.Tags.Quantity }\n";
    let lua = Deployed::new("back.lua", &every.replace(keeps, back), Manner::default());
    let world = World {
        subject: Subject::Lua(lua.expect("it loads"), Usda::default()),
        profile: "lossy".parse().expect("a profile"),
        ..recorded::one("hardened/deposits-creditable").trace.world
    };
    let mut trace = Trace::start(world);
    for name in ["alice: deposit", "deliver alice.deposit.1/1"] {
        trace.take_named(name).expect("it is possible");
    }
    let told = |trace: &Trace| {
        let sheet = Sheet::of(trace, trace.len());
        let equation = sheet.equation;
        ([equation.unpaid, equation.unminted, equation.verdict], sheet.toll)
    };
    let sheet = |amounts: [&str; 3]| amounts.map(ToOwned::to_owned);
    assert_eq!(told(&trace), (sheet(["0", "10", "balanced"]), vec![]));
    let mut lost = trace.clone();
    lost.take_named("lose alice.deposit.1/1/0").expect("it is possible");
    let for_nothing = "alice paid in 10 and got nothing for it, with nothing on its way";
    assert_eq!(told(&lost), (sheet(["0", "10", "balanced"]), vec![for_nothing.to_owned()]));
    trace.take_named("deliver alice.deposit.1/1/0").expect("it is possible");
    let refunded = "refunded 10 to alice".to_owned();
    assert_eq!(told(&trace), (sheet(["0", "0", "balanced"]), vec![refunded]));
}
