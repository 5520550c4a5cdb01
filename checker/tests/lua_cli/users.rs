//! Files that name a user, so that the reduction `symmetry` does not apply to that user.

use crate::folder::{Folder, hardened, verdicts};

const USDA_ID: &str = "USDA_PROCESS_ID = \"@USDA@\"\n";
const WITHOUT: [&str; 2] = ["--no-reduction", "symmetry"];
const TOLD: &str = "a.lua was searched without symmetry: it does not treat all users alike.";

/// The recommended contract with this among its first lines.
fn with(line: &str) -> String {
    hardened(&[(USDA_ID, &format!("{USDA_ID}{line}\n"))])
}

/// It is judged as without symmetry; the report, which says whether it was searched so.
fn judged(source: &str, flags: &[&str]) -> String {
    let folder = Folder::with(&[("a.lua", source)]);
    let without = folder.report("a.lua", &[flags, &WITHOUT].concat());
    assert_eq!(verdicts(&folder.report("a.lua", flags)), verdicts(&without), "{source}");
    folder.check("a.lua", flags).out
}

#[test]
fn a_state_that_names_a_user_is_searched_without_symmetry() {
    let three = ["--profile", "lossy", "--users", "3", "--deposits", "1", "--burns", "0"];
    for line in [
        "Owners = Owners or {alice = true}",
        "VIP = 'bob'",
        "local VIP = 'carol' function vip() return VIP end",
        "List = {'alice', 'bob', 'carol'}",
        "Greeting = 'hello alice'",
    ] {
        let said = judged(&with(line), &three);
        assert!(said.contains(TOLD), "{line}: {said}");
    }
    // All of them alike, or nobody whom the search knows.
    for line in ["Owners = {alice = true, bob = true, carol = true}", "VIP = 'alicent'"] {
        let said = judged(&with(line), &three);
        assert!(!said.contains(TOLD), "{line}: {said}");
    }
}

#[test]
fn a_thief_who_is_named_in_the_state_is_found() {
    let pays = "Recipient = msg.From,\n      Quantity = string.format(\"%d\", ";
    let twice = format!("{pays}msg.From == VIP and quantity * 2 or ");
    for name in ["alice", "bob"] {
        let state = format!("{USDA_ID}VIP = '{name}'\n");
        let source = hardened(&[(USDA_ID, &state), (pays, &twice)]);
        let said = judged(&source, &["--profile", "reliable"]);
        assert!(said.contains("VIOLATED") && said.contains(TOLD), "{name}: {said}");
    }
}
