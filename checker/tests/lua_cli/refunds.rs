//! A deposit that goes back to its depositor, whole and once, is not a theft; everything else
//! is.

use crate::folder::{Folder, hardened, verdict};
use serde_json::{Value, json};

const KEEPS: &str = "      Quarantine[id] = { Sender = sender, Quantity = msg.Tags.Quantity }\n";
const UNREADABLE: &str = "    if not sender or";
const EVERY: &str = "    if true or not sender or";
const BACK: &str = "Send({ Target = USDA_PROCESS_ID, Action = 'Transfer', Recipient = sender, Quantity = msg.Tags.Quantity })\n";
const MINTS: &str = "credit(sender, quantity)\nTotalSupply = TotalSupply + quantity\n\
                     UsdaCollateral = UsdaCollateral + quantity\n";

/// The recommended contract, which does this with every deposit.
fn with_every_deposit(does: &str) -> String {
    hardened(&[(KEEPS, does), (UNREADABLE, EVERY)])
}

/// How a promise is broken under a platform: steps, and the values of what is false.
fn broken(source: &str, profile: &str, property: &str) -> (usize, Value) {
    let folder = Folder::with(&[("a.lua", source)]);
    let report = folder.report("a.lua", &["--profile", profile, "--property", property]);
    let found = &report["runs"][0]["verdicts"][0]["counterexample"];
    assert!(found.is_object(), "{property} holds under {profile}: {source}");
    (found["actions"].as_array().expect("steps").len(), found["values"].clone())
}

#[test]
fn refunding_bad_deposits_breaks_only_what_platforms_break() {
    let source = hardened(&[(KEEPS, BACK)]);
    let folder = Folder::with(&[("a.lua", &source)]);
    let said = folder.screen("a.lua", &["--transfers", "1"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.out.contains(" promises break in what was tried, all by the platform"),
        "{said:?}"
    );
}

#[test]
fn refunding_everything_breaks_only_what_platforms_break() {
    let folder = Folder::with(&[("a.lua", &with_every_deposit(BACK))]);
    let said = folder.screen("a.lua", &[]);
    // Nobody ever holds anything, so most promises are not tried.
    assert_eq!(said.code, 3, "{said:?}");
    assert!(
        said.out.contains(" promises break in what was tried, all by the platform"),
        "{said:?}"
    );
}

#[test]
fn who_keeps_the_deposit_is_worse() {
    let source = with_every_deposit("");
    for (property, fewest) in [("deposits-creditable", 1), ("deposits-minted-at-rest", 2)] {
        let (steps, values) = broken(&source, "reliable", property);
        assert_eq!((steps, &values["by"]), (fewest, &json!("alice")), "{property}");
        assert_eq!(
            (&values["amount"], &values["mints"]),
            (&json!("10"), &json!("0")),
            "{property}"
        );
    }
}

#[test]
fn sent_back_to_another_it_is_theft() {
    let source = with_every_deposit(&BACK.replace("Recipient = sender", "Recipient = 'thief'"));
    let (steps, values) = broken(&source, "reliable", "no-release-without-burn");
    let thief = json!({ "burned": "0", "holder": "thief", "ordered": "10" });
    assert_eq!((steps, values), (2, thief));
    broken(&source, "reliable", "deposits-creditable");
}

#[test]
fn another_amount_is_no_refund() {
    for amount in ["9", "11"] {
        let other = BACK.replace("msg.Tags.Quantity", &format!("'{amount}'"));
        let source = with_every_deposit(&other);
        let (steps, values) = broken(&source, "reliable", "no-release-without-burn");
        let ordered = json!({ "burned": "0", "holder": "alice", "ordered": amount });
        assert_eq!((steps, values), (2, ordered));
        broken(&source, "reliable", "deposits-creditable");
    }
}

#[test]
fn the_second_refund_of_a_deposit_is_theft() {
    let source = with_every_deposit(&[BACK, BACK].concat());
    let (steps, values) = broken(&source, "reliable", "no-release-without-burn");
    let twice =
        json!({ "burned": "0", "holder": "alice", "ordered": "10", "refunded besides": "10" });
    assert_eq!((steps, values), (2, twice));
}

#[test]
fn what_is_minted_for_may_not_go_back() {
    let source = with_every_deposit(&[MINTS, BACK].concat());
    let (steps, values) = broken(&source, "reliable", "no-release-without-burn");
    let minted = json!({ "burned": "0", "holder": "alice", "ordered": "10" });
    assert_eq!((steps, values), (2, minted));
}

#[test]
fn what_went_back_may_not_be_minted_for() {
    let asks = "Send({ Target = USDA_PROCESS_ID, Action = 'Balance' }).receive()\n";
    let later = with_every_deposit(&[BACK, asks, MINTS].concat());
    let seen = "    if Seen[id] then return end\n    local quantity = amount(msg.Tags.Quantity)\n    Seen[id] = true\n";
    let first = "    local quantity = amount(msg.Tags.Quantity)\n    local again = Seen[id]\n    Seen[id] = true\n";
    let again = hardened(&[
        (seen, first),
        (KEEPS, BACK),
        (UNREADABLE, "    if not again or not sender or"),
    ]);
    for (source, profile, message) in [
        (later, "reliable", "alice.deposit.1/1/1/0"),
        (again, "legacynet-no-su-filter", "alice.deposit.1/1"),
    ] {
        let (_, values) = broken(&source, profile, "no-mint-without-deposit");
        assert_eq!((&values["minted"], &values["by message"]), (&json!("10"), &json!(message)));
        assert_eq!(values["sent back before"], json!("10"), "{source}");
        let folder = Folder::with(&[("a.lua", &source)]);
        let flags = ["--profile", profile, "--property", "no-release-without-burn"];
        let report = folder.report("a.lua", &flags);
        assert_ne!(verdict(&report, "no-release-without-burn"), "violated", "{source}");
    }
}

#[test]
fn a_refund_that_never_arrives_leaves_its_depositor_unpaid() {
    let drained = BACK.replace("Recipient = sender", "Recipient = 'thief'");
    let source = with_every_deposit(&[BACK, &drained].concat());
    let (_, values) = broken(&source, "reordering", "burns-paid-at-rest");
    let unpaid = json!({ "holder": "alice", "of that refunds": "10", "owed": "10" });
    assert_eq!(values, unpaid);
    // What the platform loses is no fault of the contract.
    let folder = Folder::with(&[("a.lua", &with_every_deposit(BACK))]);
    let report =
        folder.report("a.lua", &["--profile", "lossy", "--property", "burns-paid-at-rest"]);
    assert_eq!(verdict(&report, "burns-paid-at-rest"), "holds");
}
