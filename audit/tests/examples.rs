//! The example logs say what their own files expect.

mod common;

use audit::entry::Kind;
use audit::join::{Again, Verdict};
use audit::money::Loss;
use audit::report::{Delivery, Stands};
use common::{example, expected, files, read};
use serde_json::Value;

fn text<'a>(value: &'a Value, path: &[&str]) -> &'a str {
    let found = path.iter().fold(value, |value, key| &value[key]);
    found.as_str().unwrap_or_else(|| panic!("{path:?} is no text in {value}"))
}

fn standing(audit: &audit::Audit, promise: &str) -> Stands {
    let found = audit.promises.iter().find(|one| one.promise == promise);
    found.unwrap_or_else(|| panic!("no promise {promise}")).kind
}

/// The log of an example is whole, and every answer is as recorded.
fn must_be_whole(audit: &audit::Audit) {
    assert_eq!(audit.flaws, []);
    for process in &audit.processes {
        assert!(process.is_complete, "{process:?}");
        assert_eq!(process.chain, Some(process.entries), "each hash is checked");
        assert_eq!(process.differs, None);
        assert_eq!(process.unrecorded, 0);
        assert!(process.compared > 0, "{process:?}");
    }
}

fn only(audit: &audit::Audit) -> &Delivery {
    let [one] = &audit.deliveries.others[..] else { panic!("{:#?}", audit.deliveries) };
    one
}

/// The books at the end are those that the log says: of USDA what TIM3 holds, of TIM3 the rest.
fn must_end_as(audit: &audit::Audit, name: &str) {
    let expected = expected(name);
    let (usda, tim3) = (&expected["final"]["USDA"], &expected["final"]["TIM3"]);
    let held = text(usda, &["Balances", text(&expected, &["ids", "TIM3"])]);
    let books = |of: &str| {
        let process = audit.processes.iter().find(|one| one.name.as_deref() == Some(of));
        process.expect("a process of the page").books.clone()
    };
    assert!(books("usda").iter().any(|line| line.ends_with(&format!(", tim3 {held}"))));
    let supply = text(tim3, &["TotalSupply"]);
    assert!(books("tim3").contains(&format!("supply {supply}")));
    assert!(books("tim3").contains(&format!("collateral {}", text(tim3, &["UsdaCollateral"]))));
}

#[test]
fn a_clean_round_trip_is_clean() {
    let audit = example("a_round_trip");
    must_be_whole(&audit);
    must_end_as(&audit, "a_round_trip");
    assert_eq!(audit.deliveries.others, []);
    assert_eq!(audit.deliveries.delivered, 3, "the notice, the release, the Debit-Notice");
    assert_eq!(audit.sums, []);
    assert!(!audit.is_broken() && !audit.is_open());
    assert_eq!(standing(&audit, "every token is backed"), Stands::Kept);
    assert_eq!(standing(&audit, "what is burned is paid"), Stands::Kept);
}

#[test]
fn a_notice_that_is_pushed_again_is_named() {
    let (audit, expected) = (example("b_repushed_notice"), expected("b_repushed_notice"));
    must_be_whole(&audit);
    must_end_as(&audit, "b_repushed_notice");
    let again = only(&audit);
    assert_eq!(again.verdict, Verdict::DeliveredAgain);
    assert_eq!((again.from.as_str(), again.slot, again.index), ("usda", 3, 2));
    assert_eq!(again.reference.as_deref(), Some("5"));
    let [first, copy] = &again.arrivals[..] else { panic!("{again:#?}") };
    assert_eq!((first.slot, first.again), (2, None));
    assert_eq!(first.id, text(&expected, &["expect", "deposit", "notice"]));
    assert_eq!((copy.slot, copy.again), (3, Some(Again::RePushed)));
    assert_eq!(copy.id, text(&expected, &["expect", "deposit", "copy"]));
    assert_eq!(copy.has_effect, Some(false), "hardened.lua counts it once");
    assert_eq!(audit.sums, []);
    assert!(!audit.is_broken());
    assert_eq!(standing(&audit, "one deposit is minted once"), Stands::Kept);
}

#[test]
fn a_notice_that_is_lost_never_arrived() {
    let (audit, expected) = (example("c_lost_notice"), expected("c_lost_notice"));
    must_be_whole(&audit);
    must_end_as(&audit, "c_lost_notice");
    let lost = only(&audit);
    assert_eq!(lost.verdict, Verdict::NeverArrived);
    assert_eq!(
        lost.reference.as_deref(),
        Some(text(&expected, &["expect", "lost", "entry_reference"]))
    );
    assert_eq!(lost.arrivals, []);
    assert_eq!(lost.why, "lost, or still on its way", "it is seconds old");
    let [stuck] = &audit.sums[..] else { panic!("{:?}", audit.sums) };
    assert_eq!((stuck.kind, stuck.amount.as_str()), (Loss::Stuck, "100"));
    assert_eq!(stuck.account, text(&expected, &["ids", "alice"]));
    assert_eq!(standing(&audit, "what is deposited is minted"), Stands::CannotTell);
    assert!(audit.is_open() && !audit.is_broken());
}

#[test]
fn of_a_node_it_says_what_can_be_told_and_what_cannot() {
    let name = "d_hyperbeam_token_repushed";
    let (audit, expected) = (example(name), expected(name));
    let again = only(&audit);
    assert_eq!(again.verdict, Verdict::DeliveredAgain);
    assert_eq!(again.from, text(&expected, &["ids", "TOKEN"]));
    assert_eq!((again.slot, again.index), (1, 1));
    assert_eq!(again.to, text(&expected, &["ids", "RECEIVER"]));
    let slots: Vec<_> = again.arrivals.iter().map(|arrival| arrival.slot).collect();
    assert_eq!(slots, [1, 2]);
    assert!(again.why.contains("nobody can tell which one is the copy"), "{}", again.why);
    let all_unknown = again.arrivals.iter().all(|arrival| arrival.has_effect.is_none());
    assert!(all_unknown, "there are no results of the receiver");
    assert_eq!(audit.sums[0].kind, Loss::PerhapsDoubled);
    assert_eq!(standing(&audit, "every token is backed"), Stands::CannotTell);
    assert_eq!(audit.flaws.len(), 2, "of neither process slot 0 is there: {:#?}", audit.flaws);
}

#[test]
fn what_a_node_learns_later_of_a_slot_is_no_conflict() {
    let files = files("d_hyperbeam_token_repushed");
    let log = read(&files).expect("a log");
    let receiver = log.schedules.values().find(|one| one.entries.len() == 2).expect("RECEIVER");
    let first = &receiver.entries[&1];
    assert_eq!(first.kind, Kind::Message);
    // The ids that the two forms show, before and after the second push.
    assert!(first.ids.len() >= 3, "{:?}", first.ids);
    assert_eq!(first.content, receiver.entries[&2].content);
    assert_eq!(receiver.read_twice, 3 + 1, "slot 1 in four files, and slot 2 in two");
}
