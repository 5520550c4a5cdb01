//! What larger bounds show.

use crate::folder::{CREDITED, Folder, hardened};

const RELIABLE: [&str; 2] = ["--profile", "reliable"];

/// Mints twice for the second deposit of somebody.
fn on_the_second() -> Folder {
    let twice = "    Times = Times or {}\n    Times[sender] = (Times[sender] or 0) + 1\n    if Times[sender] == 2 then credit(sender, quantity) TotalSupply = TotalSupply + quantity end\n    credit(sender, quantity)\n    TotalSupply";
    Folder::with(&[("a.lua", &hardened(&[(CREDITED, twice)])), ("b.lua", &hardened(&[]))])
}

#[test]
fn what_breaks_only_within_larger_bounds_is_found_on_demand() {
    let folder = on_the_second();
    let usual = folder.screen("a.lua", &RELIABLE);
    assert_eq!(usual.code, 3, "{usual:?}");
    assert!(
        usual.out.contains("Nothing was tried beyond") && usual.out.contains("--larger"),
        "{usual:?}"
    );
    let flags = [&RELIABLE[..], &["--larger=20000"]].concat();
    let larger = folder.screen("a.lua", &flags);
    assert_eq!(larger.code, 1, "{larger:?}");
    assert!(!larger.out.contains("Nothing was tried beyond"), "{larger:?}");
    let found = larger.out.lines().skip_while(|line| !line.contains("2 deposits per user"));
    let found: Vec<_> = found.take(4).collect();
    assert!(found.iter().any(|line| line.contains("NEW mint-one-to-one (none")), "{found:?}");
    let report = folder.report("a.lua", &flags);
    let deposits = report["larger"].as_array().into_iter().flatten();
    let mut deposits = deposits.filter(|one| one["bounds"]["deposits"] == 2);
    assert!(deposits.any(|one| one["new"][0]["actions"][0].is_string()), "{report}");
}

#[test]
fn where_nothing_is_new_it_says_how_far_that_goes() {
    let folder = on_the_second();
    let said = folder.screen("b.lua", &[&RELIABLE[..], &["--larger"]].concat());
    assert_eq!(said.code, 3, "{said:?}");
    let lines = said.out.lines().filter(|line| line.contains(" states tried, "));
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), 5, "{said:?}");
    assert!(lines.iter().all(|line| line.ends_with("all of them; nothing new")), "{lines:?}");
    let few = folder.screen("b.lua", &[&RELIABLE[..], &["--larger=5"]].concat());
    assert!(few.out.contains("5 states tried, more under reliable were not"), "{few:?}");
}

#[test]
fn what_the_host_refuses_there_is_no_verdict() {
    let asks = "    Times = Times or {}\n    Times[sender] = (Times[sender] or 0) + 1\n    if Times[sender] == 2 then ao.addAssignable({}) end\n    credit(sender, quantity)\n    TotalSupply";
    let folder = Folder::with(&[("a.lua", &hardened(&[(CREDITED, asks)]))]);
    let flags = [&RELIABLE[..], &["--transfers", "1", "--larger"]].concat();
    let said = folder.screen("a.lua", &flags);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.out.contains("2 deposits per user: NOT TRIED, and nothing behind it: a.lua:"));
    assert!(said.out.contains("ao.addAssignable") && !said.out.contains("NEW "), "{said:?}");
    let report = folder.report("a.lua", &flags);
    let last = report["larger"].as_array().and_then(|all| all.last()).expect("what was refused");
    assert!(last["refused"].is_string() && last["new"].as_array().is_some_and(Vec::is_empty));
}
