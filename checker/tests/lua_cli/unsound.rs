//! Mistakes of handlers that are wrong in any contract.

use crate::folder::{Folder, handler, hardened, verdict, verdicts};
use std::time::{Duration, Instant};

fn judged(source: &str, property: &str, flags: &[&str]) -> String {
    let folder = Folder::with(&[("a.lua", source)]);
    let flags = [&["--property", property], flags].concat();
    verdict(&folder.report("a.lua", &flags), property).to_owned()
}

/// Where the platform undoes what a failing handler did, and where it does not.
#[test]
fn a_handler_that_does_not_end_is_found_and_soon() {
    let sources = [
        handler("while true do end"),
        handler("pcall(function() while true do end end)"),
        handler("local s = 'x' while true do s = s .. s end"),
    ];
    for source in &sources {
        let folder = Folder::with(&[("a.lua", source)]);
        let started = Instant::now();
        let under = ["--profile", "reliable", "--profile", "hyper-aos", "--max-states", "5"];
        let report =
            folder.report("a.lua", &[&under[..], &["--property", "handlers-finish"]].concat());
        assert!(started.elapsed() < Duration::from_secs(60), "{source}");
        let all = verdicts(&report);
        assert_eq!(all.len(), 2);
        for (kind, _, steps) in all {
            assert!(kind.contains("violated") && steps == 1, "{source} {kind} {steps}");
        }
    }
}

#[test]
fn the_schedule_of_a_loop_is_shown() {
    let folder = Folder::with(&[("a.lua", &handler("while true do end"))]);
    let said = folder.check("a.lua", &["--profile", "reliable", "--property", "handlers-finish"]);
    assert_eq!(said.code, 1, "{said:?}");
    let line = said.out.lines().find(|line| line.contains("a.lua handlers-finish: under reliable"));
    assert!(
        line.is_some_and(|line| line.contains("steps: 1") && line.ends_with("burn")),
        "{said:?}"
    );
}

#[test]
fn an_amount_that_becomes_a_word_is_found() {
    let source = handler("Balances[msg.From] = 'plenty'");
    let reliable = ["--profile", "reliable"];
    assert_eq!(judged(&source, "books-readable", &reliable), "violated");
    assert_eq!(judged(&source, "handlers-finish", &reliable), "holds");
    assert_eq!(judged(&handler("TotalSupply = {}"), "books-readable", &reliable), "violated");
}

#[test]
fn what_depends_on_the_order_of_pairs_is_found() {
    let property = "handlers-deterministic";
    let reliable = ["--profile", "reliable"];
    for body in [
        "for name in pairs({ a = 1, b = 2 }) do Chosen = name end",
        "Chosen = next({ a = 1, b = 2 })",
        "for name in pairs({ a = 1, b = 2 }) do error(name) end",
    ] {
        assert_eq!(judged(&handler(body), property, &reliable), "violated", "{body}");
    }
    for body in [
        "local sum = 0 for _, n in pairs({ a = 1, b = 2 }) do sum = sum + n end Sum = sum",
        "local all = {} for name in pairs({ a = 1, b = 2 }) do all[#all + 1] = name end table.sort(all) All = all",
    ] {
        assert_eq!(judged(&handler(body), property, &reliable), "holds", "{body}");
    }
}

#[test]
fn the_hardened_contract_passes_paranoia() {
    let folder = Folder::with(&[("hardened.lua", &hardened(&[]))]);
    let flags = ["--profile", "legacynet", "--transfers", "1", "--paranoid"];
    let said = folder.check("hardened.lua", &flags);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("handlers-deterministic   HOLDS"), "{said:?}");
}
