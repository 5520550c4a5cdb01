//! Limits of a check: reaching one is reported, and nothing is claimed.

use crate::folder::{Folder, handler, hardened, verdict};
use serde_json::Value;

/// More instructions than anybody has the time for.
const ENDLESS: [&str; 2] = ["--instructions", "1000000000000000"];

#[test]
fn an_evaluation_is_given_up_when_the_time_is_over() {
    let folder = Folder::with(&[("a.lua", &handler("while true do end"))]);
    let flags = ["--profile", "reliable", "--max-time", "1"];
    let said = folder.check("a.lua", &[&flags[..], &ENDLESS].concat());
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.out.contains("cut after 1 seconds"), "{said:?}");
    assert!(!said.out.contains("VIOLATED") && !said.out.contains(" HOLDS\n"), "{said:?}");
}

#[test]
fn loading_is_given_up_when_the_time_is_over() {
    let source = format!("{}while true do end", handler(""));
    let folder = Folder::with(&[("a.lua", &source)]);
    let said = folder.check("a.lua", &[&["--max-time", "1"][..], &ENDLESS].concat());
    assert_eq!((said.code, said.out.as_str()), (3, ""), "{said:?}");
    assert!(said.err.contains("cut after 1 seconds") && said.err.contains("a.lua"), "{said:?}");
}

/// The hardened contract, where every message takes long once somebody has a balance.
fn slow() -> String {
    hardened(&[])
        + "Handlers.prepend('slow', function()\n\
           if next(Balances) then for _ = 1, 100000000 do end end\n\
           return 0 end, function() end)\n"
}

#[test]
fn the_time_is_that_of_all_searches_together() {
    let folder = Folder::with(&[("a.lua", &slow())]);
    let flags = ["--max-time", "3", "--threads", "1", "--instructions", "400000000"];
    let said = folder.check("a.lua", &[&flags[..], &["--format", "json"]].concat());
    assert_eq!(said.code, 3, "{said:?}");
    let report: Value = serde_json::from_str(&said.out).expect("JSON");
    let runs = report["runs"].as_array().expect("runs");
    assert!(runs.iter().any(|run| run["cut"] == "cut after 3 seconds"), "{said:?}");
    // Each would have begun with three seconds of its own.
    let last = runs.last().expect("a run");
    assert_eq!((&last["states"], &last["cut"]), (&0.into(), &"cut after 3 seconds".into()));
}

/// Alone, or with the help of USDA, whose answer to a wrong transfer is a message again.
#[test]
fn handlers_that_never_come_to_rest_are_found() {
    let alone = "Send({ Target = ao.id, Action = 'Transfer' })";
    let with_usda =
        "Send({ Target = '@USDA@', Action = 'Transfer', Recipient = 'alice', Quantity = '1' })";
    let any = |body: &str| {
        let books = crate::folder::BOOKS;
        format!("{books}Handlers.add('any', function() return true end, function(msg) {body} end)")
    };
    let one = ["--profile", "reliable", "--users", "1", "--burns", "1", "--deposits", "0"];
    for source in [handler(alone), any(alone), any(with_usda)] {
        let folder = Folder::with(&[("a.lua", &source)]);
        let report = folder.report("a.lua", &one);
        assert_eq!(verdict(&report, "comes-to-rest"), "violated", "{source}");
        assert_eq!(verdict(&report, "usda-conserved"), "holds-up-to", "{source}");
        // It is said even if it is not asked for.
        let said = folder.check("a.lua", &[&one[..], &["--property", "usda-conserved"]].concat());
        assert_eq!(said.code, 3, "{said:?}");
        assert!(said.out.contains("the handlers never stop"), "{said:?}");
    }
    let folder = Folder::with(&[("a.lua", &any(alone))]);
    let deep = folder.check("a.lua", &["--profile", "hostile", "--max-depth", "50"]);
    assert_eq!(deep.code, 1, "{deep:?}");
}

#[test]
fn handlers_that_go_on_for_a_while_come_to_rest() {
    let often = "N = (N or 0) + 1 if N < 8 then Send({ Target = ao.id, Action = 'Transfer' }) end";
    let folder = Folder::with(&[("a.lua", &handler(often))]);
    let flags = ["--profile", "reliable", "--users", "1", "--burns", "1", "--deposits", "0"];
    let report = folder.report("a.lua", &flags);
    assert_eq!(verdict(&report, "comes-to-rest"), "holds");
}

/// By the work that is done, and not by how much the state holds.
#[test]
fn texts_are_made_beside_large_tables() {
    let grows = "Lines = Lines or {}\n\
        Handlers.prepend('grow', function() return 'continue' end, function(msg)\n\
        for i = 1, 1000 do Lines[i] = msg.From .. i .. string.rep('x', 300) end end)\n";
    let folder = Folder::with(&[("a.lua", &(grows.to_owned() + &hardened(&[])))]);
    let report = folder.report("a.lua", &["--profile", "reliable"]);
    assert_eq!(verdict(&report, "handlers-finish"), "holds");
}

#[test]
fn memory_ends_before_a_large_state_is_copied() {
    let grows = "Lines = Lines or {}\n\
        Handlers.prepend('grow', function() return 'continue' end, function(msg)\n\
        for i = 1, 9000 do Lines[#Lines + 1] = msg.From .. i .. string.rep('x', 900) end end)\n";
    let folder = Folder::with(&[("a.lua", &(grows.to_owned() + &hardened(&[])))]);
    let said = folder.check("a.lua", &["--profile", "reliable", "--max-memory", "120"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.out.contains("cut at 120 MiB of memory"), "{said:?}");
}
