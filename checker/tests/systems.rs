//! The reports of the systems in this repository, and the refusals of systems that cannot be
//! checked.
//!
//! To bring `systems/*/checked.txt` and the runs in `systems/*/found/` up to date:
//! `UPDATE_SYSTEMS=1 cargo test -p checker --test systems`.

#[path = "systems/bad_pages.rs"]
mod bad_pages;
#[path = "systems/claims.rs"]
mod claims;
#[path = "common/command.rs"]
mod command;
#[path = "systems/mutate.rs"]
mod mutate;
#[path = "systems/runs.rs"]
mod runs;

use command::tim3;
use rayon::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../systems")
}

fn systems() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("systems/");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string());
    let mut names: Vec<_> = names.map(|name| name.expect("UTF-8")).collect();
    names.sort();
    names
}

#[test]
fn every_system_is_as_recorded() {
    let names = systems();
    assert!(names.len() >= 3, "{names:?}");
    names.par_iter().for_each(|name| {
        let is_new = std::env::var_os("UPDATE_SYSTEMS").is_some();
        let (found, place) = (folder().join(name).join("found"), TempDir::new().expect("a folder"));
        let into = if is_new { found.clone() } else { place.path().join("found") };
        let write = format!("--write={}", into.display());
        // The suite on the real aos runs these.
        let tests = "--on-aos=../explorer/tests/aos/written/systems";
        let system = format!("../systems/{name}");
        let said = tim3(&["check", &system, "-q", "--threads", "1", &write, tests]);
        assert_eq!(said.code, 0, "{name}: {}{}", said.out, said.err);
        // The last line says where the runs are.
        let (text, _) = said.out.trim_end().rsplit_once('\n').expect("lines");
        let text = format!("{text}\n").replace("../systems/", "systems/");
        let recorded = folder().join(name).join("checked.txt");
        if is_new {
            fs::write(&recorded, &text).expect("it can be written");
        }
        let known = fs::read_to_string(&recorded).unwrap_or_default();
        assert_eq!(text, known, "{name}: UPDATE_SYSTEMS=1 records this");
        assert_eq!(runs::of(&into), runs::of(&found), "{name}: UPDATE_SYSTEMS=1 records these");
    });
}

#[test]
fn a_report_for_programs_says_the_same() {
    let said = tim3(&["check", "../systems/tim3-v2", "--format", "json", "-q"]);
    let report: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    assert_eq!(report["schema"], "tim3-system/1");
    assert_eq!(report["exit"], 0);
    let verdicts = report["systems"][0]["verdicts"].as_array().expect("verdicts");
    let kind = |promise: &str| {
        let verdict = verdicts.iter().find(|verdict| verdict["promise"] == promise);
        verdict.expect("a promise")["kind"].as_str().expect("a kind")
    };
    assert_eq!(kind("the supply is all balances"), "holds");
    assert_eq!(kind("every token is backed"), "excepted");
    let missed = report["systems"][0]["collision_probability"].as_f64().expect("a number");
    assert!(missed > 0.0 && missed < 1e-9, "{missed}");
}

/// A release that is pushed again is paid again: the model of the swap says the same of the same
/// file, with one fault in seven steps.
#[test]
fn the_page_does_not_say_that_what_is_allowed_holds() {
    let said = tim3(&["check", "../systems/tim3-v2", "-q", "--html", "-"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("Broken, as the page allows: "), "{}", said.out);
    assert!(said.out.contains(". Every other promise holds in "), "{}", said.out);
    assert!(!said.out.contains("Every promise holds"), "{}", said.out);
}

#[test]
fn the_swap_breaks_where_its_own_model_does() {
    let said = tim3(&["check", "../systems/tim3-v2", "-q"]);
    assert!(
        said.out.contains("every token is backed                 broken in 7 steps, 1 repeated")
    );
    let recorded = folder().join("../counterexamples/hardened/fully-backed.json");
    let recorded = fs::read_to_string(recorded).expect("a counterexample");
    let recorded: serde_json::Value = serde_json::from_str(&recorded).expect("JSON");
    assert_eq!(recorded["actions"].as_array().expect("actions").len(), 7);
}

#[test]
fn a_search_that_is_cut_says_so_first() {
    let said = tim3(&["check", "../systems/token", "--max-states", "50", "-q"]);
    assert_eq!(said.code, 3, "{}", said.out);
    let second = said.out.lines().nth(2).expect("lines");
    assert!(second.starts_with("NOT DECIDED: the search was cut at 50 states"), "{second}");
    let said = tim3(&["check", "../systems/token", "--max-memory", "1", "-q"]);
    assert_eq!(said.code, 3, "{}", said.out);
    let second = said.out.lines().nth(2).expect("lines");
    assert!(second.starts_with("NOT DECIDED: the search was cut at 1 MiB of memory"), "{second}");
}

#[test]
fn what_a_page_does_not_have_is_refused() {
    let refused = |args: &[&str], why: &str| {
        let said = tim3(args);
        assert_eq!((said.code, &*said.out), (2, ""), "{args:?}");
        assert!(said.err.contains(why), "{args:?}: {}", said.err);
    };
    let token = "../systems/token";
    let owner = ["check", token, "--platform", "operator"];
    refused(&owner, "--profile operator: a page says itself what its owner does");
    let both = ["check", token, "--platform", "lossy", "--write=x"];
    refused(&both, "--write and --profile lossy: the file of a run names no platform");
    refused(&["check", "seed", "--mutate"], "--mutate is for systems here. For a contract: review");
    refused(&["check", token, "seed"], "a variant beside a system: that is for the swap");
    refused(&["check", token, "--bounds", "tiny"], "--bounds and its parts: that is for the swap");
    refused(&["check", "../systems/none"], "../systems/none: there is no system.lua in it");
    refused(&["check", "none/system.lua"], "none/system.lua: cannot be read");
}

#[test]
fn a_platform_says_what_happens_to_messages() {
    let said = tim3(&["check", "../systems/tim3-v2", "--platform", "lossy", "-q"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.starts_with("../systems/tim3-v2/system.lua, on lossy\n"), "{}", said.out);
    let verdict = |name: &str, said: &str| {
        let line = said.lines().find(|line| line.trim_start().starts_with(name));
        line.expect("a verdict").trim_start().replacen(name, "", 1).trim().to_owned()
    };
    assert_eq!(verdict("every token is backed", &said.out), "holds");
    let lost = verdict("what is burned is paid", &said.out);
    assert!(lost.contains("1 lost"), "{lost}");
    let said = tim3(&["check", "../systems/tim3-v2", "--platform", "hyperbeam", "-q"]);
    assert_eq!(verdict("what is burned is paid", &said.out), "holds");
    let paid_twice = verdict("every token is backed", &said.out);
    assert!(paid_twice.contains("1 repeated"), "{paid_twice}");
}

/// A contract, and one that gives away what it should not.
#[test]
fn a_review_says_in_each_format_what_is_worse() {
    let place = TempDir::new().expect("a folder");
    let new = place.path().join("counter");
    fs::create_dir(&new).expect("a folder");
    let contract = fs::read_to_string(folder().join("counter/counter.lua")).expect("a contract");
    let changed = contract.replace("msg.From ~= ao.env.Process.Owner", "false");
    fs::write(new.join("counter.lua"), changed).expect("it can be written");
    let page = fs::read_to_string(folder().join("counter/system.lua")).expect("a page");
    fs::write(new.join("system.lua"), page).expect("it can be written");
    let new = new.display().to_string();
    let said = |flag: &str| tim3(&["review", "../systems/counter", &new, "-q", flag, "-"]);
    let markdown = said("--markdown");
    assert_eq!(markdown.code, 1, "{}", markdown.err);
    assert!(
        markdown.out.contains("**1 promise is worse, 6 of 7 are the same**"),
        "{}",
        markdown.out
    );
    let row = "| only the owner lowers the count | worse | holds | VIOLATED in 4 steps, no fault |";
    assert!(markdown.out.contains(row), "{}", markdown.out);
    let html = said("--html").out;
    assert!(html.contains("<h2>only the owner lowers the count</h2>"), "{html}");
    let junit = said("--junit").out;
    let tree = roxmltree::Document::parse(&junit).expect("XML");
    let failures: Vec<_> = tree.descendants().filter(|node| node.has_tag_name("failure")).collect();
    let [failure] = failures[..] else { panic!("{junit}") };
    let case = failure.parent().and_then(|case| case.attribute("name"));
    assert_eq!(case, Some("only the owner lowers the count"));
}
