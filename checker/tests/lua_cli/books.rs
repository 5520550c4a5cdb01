//! Books behind a metatable: a reader of a balance may see another balance than the stored one.

use crate::folder::{Folder, hardened, verdict};

/// The hardened contract with this metatable on its balances, from its first handler on or from
/// the beginning.
fn check(meta: &str, is_late: bool) -> (String, String) {
    let set = format!("setmetatable(Balances, {meta})");
    let credit = "    credit(sender, quantity)\n    TotalSupply";
    let source = if is_late {
        hardened(&[(credit, &format!("    {set}\n{credit}"))])
    } else {
        hardened(&[]) + &set
    };
    let folder = Folder::with(&[("a.lua", &source)]);
    let report = folder.report("a.lua", &["--profile", "reliable"]);
    (verdict(&report, "books-readable").to_owned(), report.to_string())
}

#[test]
fn balances_that_a_metatable_shows_are_not_readable() {
    let zero = "function() return 0 end";
    for (meta, event) in [
        ("{ __index = { mallory = 1000000 } }".to_owned(), "__index"),
        ("{ __index = function() return 1 end }".to_owned(), "__index"),
        ("{ __index = function(_, who) return who == 'x' and 7 or 0 end }".to_owned(), "__index"),
        (format!("{{ __index = setmetatable({{}}, {{ __index = {zero} }}) }}"), "__index"),
        (format!("{{ __pairs = {zero} }}"), "__pairs"),
        (format!("{{ __len = {zero} }}"), "__len"),
    ] {
        for is_late in [false, true] {
            let (verdict, out) = check(&meta, is_late);
            assert_eq!(verdict, "violated", "{meta}");
            let words = format!("Balances has a metatable with {event}, so that who reads");
            assert!(out.contains(&words) && out.contains("take the metatable away"), "{out}");
        }
    }
}

#[test]
fn a_metatable_that_shows_nothing_else_is_no_finding() {
    let zero = "{ __index = function() return 0 end }";
    let of_text = "{ __index = function(t, account) return '0' end }";
    for meta in ["{}", "{ __newindex = rawset }", "nil", zero, of_text] {
        for is_late in [false, true] {
            assert_eq!(check(meta, is_late).0, "holds", "{meta}");
        }
    }
}
