//! Which promises a change keeps, breaks and fixes, and what anybody can see of it.

use crate::{edited, hardened, replaced, review_of, review_under, variant};
use checker::exit_code::Exit;
use checker::review::Change;
use checker::review::summary::Summary;
use checker::roster::Roster;
use checker::table;
use model::{Profile, Variant};
use std::collections::BTreeSet;

/// Two statements; neither reads what the other writes.
const TOTALS: &str =
    "TotalSupply = TotalSupply + quantity\n    UsdaCollateral = UsdaCollateral + quantity";
const TOTALS_TURNED: &str =
    "UsdaCollateral = UsdaCollateral + quantity\n    TotalSupply = TotalSupply + quantity";

/// In every handler of a Transfer.
const BURN_BEGINS: &str = "local id = key(msg)";

fn changed(summary: &Summary, is: fn(Change) -> bool) -> BTreeSet<&'static str> {
    summary.promises.iter().filter(|one| is(one.change)).map(|one| one.property).collect()
}

fn worse(summary: &Summary) -> BTreeSet<&'static str> {
    changed(summary, Change::is_worse)
}

fn better(summary: &Summary) -> BTreeSet<&'static str> {
    changed(summary, |change| matches!(change, Change::Fixed | Change::Better))
}

fn profiles(summary: &Summary, property: &str) -> BTreeSet<&'static str> {
    let of_it = summary.promises.iter().filter(|one| one.property == property);
    let worse = of_it.filter(|one| one.change.is_worse());
    worse.flat_map(|one| one.faults.iter().flat_map(|by| by.profiles.clone())).collect()
}

#[test]
fn what_nobody_can_see_is_no_difference() {
    type Edit = Box<dyn Fn(String) -> String>;
    let edits: [(&str, Edit); 6] = [
        ("nothing", Box::new(|source| source)),
        ("a comment", Box::new(|source| format!("-- reviewed\n{source}\n-- end\n"))),
        ("a renamed local", Box::new(replaced("addressed", "is_for_this_process"))),
        (
            "another way to say it",
            Box::new(replaced("Seen = Seen or {}", "if Seen == nil then Seen = {} end")),
        ),
        ("another order", Box::new(replaced(TOTALS, TOTALS_TURNED))),
        (
            "a pause that nobody can cause",
            Box::new(replaced(BURN_BEGINS, "if Paused then return end\n    local id = key(msg)")),
        ),
    ];
    for (name, edit) in edits {
        let new = edited(edit);
        let under = crate::profiles(&["legacynet"]);
        for summary in [
            review_under(&under, hardened(), new.clone(), "tiny"),
            review_under(&under, new, hardened(), "tiny"),
        ] {
            assert_eq!(summary.exit, Exit::Expected, "{name}");
            assert!(worse(&summary).is_empty() && better(&summary).is_empty(), "{name}");
            let kinds: Vec<_> = summary.behaviour.differences.iter().map(|d| &d.what).collect();
            assert!(kinds.is_empty(), "{name}: {kinds:?}");
        }
    }
}

#[test]
fn another_error_text_is_a_difference_and_nothing_worse() {
    let new = edited(replaced("Insufficient Balance!", "not enough"));
    for summary in [review_of(hardened(), new.clone(), "tiny"), review_of(new, hardened(), "tiny")]
    {
        assert_eq!(summary.exit, Exit::Expected);
        assert!(worse(&summary).is_empty() && better(&summary).is_empty());
        let kinds: Vec<_> = summary.behaviour.differences.iter().map(|d| d.what.as_str()).collect();
        assert!(kinds.iter().any(|kind| kind.contains("with other contents")), "{kinds:?}");
    }
}

/// Every mutant is worse than the contract it was made from, by the promise that should notice,
/// and the way back is better.
#[test]
fn a_guard_that_goes_is_worse_and_one_that_comes_is_better() {
    let mutants = Variant::all().filter_map(|variant| match variant {
        Variant::Mutant(mutant) => Some((variant, properties::should_notice(mutant))),
        _ => None,
    });
    let record = Roster::expected().expect("a record");
    let mut count = 0;
    for (mutant, notices) in mutants {
        // Where the record says that it is noticed.
        let Variant::Mutant(one) = mutant else { continue };
        let under = [table::kill(&record, one).expect("it is noticed").profile];
        let broken = review_under(&under, variant("hardened"), mutant.into(), "tiny");
        // Some take a transfer or two faults to notice: the record has them.
        if !worse(&broken).contains(notices) {
            continue;
        }
        count += 1;
        assert!(
            broken.exit == Exit::Violation && !broken.behaviour.differences.is_empty(),
            "{mutant}"
        );
        let fixed = review_under(&under, mutant.into(), variant("hardened"), "tiny");
        assert!(better(&fixed).contains(notices), "{mutant}: {:?}", better(&fixed));
        assert!(worse(&fixed).is_empty(), "{mutant}: {:?}", worse(&fixed));
    }
    assert!(count > 12, "{count}");
}

#[test]
fn the_move_from_the_seed_to_the_hardened_contract_only_mends() {
    let summary = review_of(variant("seed-tags"), variant("hardened"), "tiny");
    assert!(worse(&summary).is_empty(), "{:?}", worse(&summary));
    assert!(better(&summary).len() > 9, "{:?}", better(&summary));
    let back = review_of(variant("hardened"), variant("seed-tags"), "tiny");
    assert!(better(&back).is_empty(), "{:?}", better(&back));
    assert_eq!(worse(&back), better(&summary));
}

/// It refunds a release that USDA refused. This can be exploited: anybody can cause a refusal.
#[test]
fn a_refund_on_transfer_error_is_worse_by_a_reflected_error() {
    let summary = review_of(variant("hardened"), variant("refund-on-transfer-error"), "small");
    let backed = summary
        .promises
        .iter()
        .find(|one| one.property == "fully-backed" && one.change == Change::Broken);
    let schedule = backed.and_then(|one| one.schedule.as_ref()).expect("it is broken");
    let reflected = |action: &&String| action.contains("reflect-transfer-error");
    assert_eq!(schedule.actions.iter().filter(reflected).count(), 2, "{schedule:?}");
    assert!(schedule.differences.iter().any(|d| d.contains("TIM3 mallory")), "{schedule:?}");
}

/// Id is new on every re-push, and (From, Reference) is not.
#[test]
fn a_dedupe_by_id_is_worse_just_where_a_re_push_can_happen() {
    let summary = review_of(variant("hardened"), variant("dedupe-by-id"), "tiny");
    let can = Profile::ALL.iter().filter(|profile| profile.allows(model::Fault::RePush));
    assert_eq!(profiles(&summary, "no-double-mint"), can.map(|profile| profile.name).collect());
    assert_eq!(worse(&summary), ["no-double-mint"].into());
}

#[test]
fn a_fee_is_worse_by_the_promises_of_one_to_one() {
    let fee = edited(replaced("credit(sender, quantity)", "credit(sender, quantity - 1)"));
    let summary = review_of(hardened(), fee.clone(), "tiny");
    assert!(worse(&summary).contains("mint-one-to-one"), "{:?}", worse(&summary));
    let back = review_of(fee, hardened(), "tiny");
    assert!(better(&back).contains("mint-one-to-one"), "{:?}", better(&back));
    // With the fee nobody can burn all of a deposit: where nothing is released, nothing is
    // released twice.
    let by_release = ["fully-backed", "holders-can-exit", "no-double-release"];
    assert_eq!(worse(&back), by_release.into());
}

/// A pause is meant to protect; here anybody can cause it, by a deposit that cannot be read.
#[test]
fn a_pause_that_a_stranger_can_cause_leaves_holders_locked_in() {
    let kept = "Quarantine[id] = {";
    let pause = edited(|source| {
        let source = replaced(kept, "Paused = true\n      Quarantine[id] = {")(source);
        replaced(BURN_BEGINS, "if Paused then return end\n    local id = key(msg)")(source)
    });
    let summary = review_of(hardened(), pause.clone(), "tiny");
    assert!(worse(&summary).contains("holders-can-exit"), "{:?}", worse(&summary));
    let back = review_of(pause, hardened(), "tiny");
    assert!(better(&back).contains("holders-can-exit"), "{:?}", better(&back));
    assert!(worse(&back).is_empty(), "{:?}", worse(&back));
}

/// A balance that is read before another is lowered: whoever transfers to oneself gains.
#[test]
fn a_reordering_of_statements_that_depend_on_each_other_is_seen() {
    let order = "credit(msg.From, -quantity)\n    credit(recipient, quantity)";
    let turned = replaced(
        order,
        "local after = (Balances[recipient] or 0) + quantity\n    credit(msg.From, -quantity)\n    Balances[recipient] = after",
    );
    let summary = review_of(hardened(), edited(turned), "small");
    assert!(worse(&summary).contains("supply-equals-balances"), "{:?}", worse(&summary));
}

/// Of what is worse, what takes the fewest faults comes first, and each promise once.
#[test]
fn promises_are_told_once_per_direction_the_most_severe_first() {
    let summary = review_of(variant("hardened"), variant("refund-on-transfer-error"), "small");
    let news: Vec<_> = summary.promises.iter().filter(|one| one.change.is_news()).collect();
    let names: BTreeSet<_> = news.iter().map(|one| one.property).collect();
    assert_eq!(names.len(), news.len(), "{names:?}");
    let fewest = |change: Change| {
        let of_it = news.iter().filter(move |one| one.change == change);
        of_it.map(|one| one.severity.as_ref().map(|severity| severity.faults)).collect::<Vec<_>>()
    };
    assert!(fewest(Change::Broken).is_sorted(), "{:?}", fewest(Change::Broken));
    let backed = news.iter().find(|one| one.property == "fully-backed").expect("it is news");
    let changes: Vec<_> = backed.faults.iter().map(|by| by.change).collect();
    assert!(changes.contains(&Change::Broken) && changes.contains(&Change::Worse), "{changes:?}");
    let gained: BTreeSet<_> = backed.faults.iter().map(|by| by.gained.join(" or ")).collect();
    assert_eq!(gained, ["1 trick".to_owned()].into());
}
