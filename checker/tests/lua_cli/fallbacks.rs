//! The assumptions of the reductions about handlers are checked: if one is wrong, the search
//! runs again without it.

use crate::folder::{Folder, handler, hardened, verdicts};
use serde_json::Value;

fn names(report: &Value) -> Vec<&str> {
    let names = report["reductions"].as_array().expect("a list").iter();
    names.map(|name| name.as_str().expect("a name")).collect()
}

#[test]
fn users_who_are_treated_by_name_are_not_taken_for_one_another() {
    // Alice alone gets nothing for a deposit.
    let credit = "    credit(sender, quantity)\n";
    let unfair = "    if sender ~= 'alice' then credit(sender, quantity) end\n";
    let folder =
        Folder::with(&[("fair.lua", &hardened(&[])), ("a.lua", &hardened(&[(credit, unfair)]))]);
    let lossy = ["--profile", "lossy"];
    let without = ["--profile", "lossy", "--no-reduction", "symmetry"];
    let (found, checked) = (folder.report("a.lua", &lossy), folder.report("a.lua", &without));
    assert_eq!(verdicts(&found), verdicts(&checked));
    assert_eq!(found["runs"][0]["states"], checked["runs"][0]["states"]);
    assert!(!names(&found).contains(&"symmetry"), "{:?}", names(&found));
    assert!(names(&folder.report("fair.lua", &lossy)).contains(&"symmetry"));
}

#[test]
fn messages_are_not_inert_where_patterns_look_at_what_changes() {
    // Once somebody deposited, a Debit-Notice mints.
    let source = hardened(&[]) + "
        Handlers.add('late', function(msg) return TotalSupply > 0 and msg.Action == 'Debit-Notice' end,
          function(msg) Balances.bob = (Balances.bob or 0) + 1 end)
    ";
    let folder = Folder::with(&[("a.lua", &source)]);
    let (found, checked) = (
        folder.report("a.lua", &["--profile", "reliable"]),
        folder.report("a.lua", &["--profile", "reliable", "--no-reduction", "inert-messages"]),
    );
    assert_eq!(verdicts(&found), verdicts(&checked));
    let broken = verdicts(&found).iter().any(|(kind, ..)| kind.contains("violated"));
    assert!(broken, "the Debit-Notice of a release mints");
}

/// Whether books could be read before a state makes no other state of it.
#[test]
fn states_whose_books_cannot_be_read_are_counted_once() {
    let body = "Burns[msg.From] = true\nTotalSupply = {}";
    let source = handler(body) + "Burns = {}\n";
    let folder = Folder::with(&[("a.lua", &source)]);
    let lossy = ["--profile", "lossy"];
    let found = folder.report("a.lua", &lossy);
    let whole = folder.report("a.lua", &["--profile", "lossy", "--no-reduction", "symmetry"]);
    assert!(names(&found).contains(&"symmetry"), "{:?}", names(&found));
    let (found, whole) = (&found["runs"][0], &whole["runs"][0]);
    assert_eq!(found["unreduced"], whole["states"]);
    assert!(found["states"].as_u64() < whole["states"].as_u64(), "{found} {whole}");
}
