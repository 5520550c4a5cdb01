//! What the systems that we ship with say, and what the command says of one that it cannot check.
//!
//! To bring `systems/*/checked.txt` up to date: `UPDATE_SYSTEMS=1 cargo test -p checker --test
//! systems`.

#[path = "common/command.rs"]
mod command;

use command::tim3;
use std::fs;
use std::path::{Path, PathBuf};

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
    for name in names {
        let said = tim3(&["check", &format!("../systems/{name}"), "-q"]);
        assert_eq!(said.code, 0, "{name}: {}{}", said.out, said.err);
        let text = said.out.replace("../systems/", "systems/");
        let recorded = folder().join(&name).join("checked.txt");
        if std::env::var_os("UPDATE_SYSTEMS").is_some() {
            fs::write(&recorded, &text).expect("it can be written");
        }
        let known = fs::read_to_string(&recorded).unwrap_or_default();
        assert_eq!(text, known, "{name}: UPDATE_SYSTEMS=1 records this");
    }
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
}

/// A release that is pushed again is paid again: the model of the swap says the same of the same
/// file, with one fault in seven steps.
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
}

#[test]
fn what_a_page_does_not_have_is_refused() {
    let refused = |args: &[&str], why: &str| {
        let said = tim3(args);
        assert_eq!((said.code, &*said.out), (2, ""), "{args:?}");
        assert!(said.err.contains(why), "{args:?}: {}", said.err);
    };
    let token = "../systems/token";
    refused(&["check", token, "--profile", "lossy"], "--profile: that is of the swap");
    refused(&["check", token, "seed"], "a variant beside a system: that is of the swap");
    refused(&["check", token, "--bounds", "tiny"], "--bounds and its parts: that is of the swap");
    refused(&["check", "../systems/none"], "../systems/none: no folder with a system.lua in it");
    refused(&["check", "none/system.lua"], "none/system.lua: cannot be read");
}
