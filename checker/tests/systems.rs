//! The reports of the systems in this repository, and the refusals of systems that cannot be
//! checked.
//!
//! To bring `systems/*/checked.txt` up to date: `UPDATE_SYSTEMS=1 cargo test -p checker --test
//! systems`.

#[path = "common/command.rs"]
mod command;

use command::tim3;
use rayon::prelude::*;
use std::collections::BTreeSet;
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
    names.par_iter().for_each(|name| {
        let said = tim3(&["check", &format!("../systems/{name}"), "-q", "--threads", "1"]);
        assert_eq!(said.code, 0, "{name}: {}{}", said.out, said.err);
        let text = said.out.replace("../systems/", "systems/");
        let recorded = folder().join(name).join("checked.txt");
        if std::env::var_os("UPDATE_SYSTEMS").is_some() {
            fs::write(&recorded, &text).expect("it can be written");
        }
        let known = fs::read_to_string(&recorded).unwrap_or_default();
        assert_eq!(text, known, "{name}: UPDATE_SYSTEMS=1 records this");
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
    refused(&["check", token, "--profile", "lossy"], "--profile: that is for the swap");
    refused(&["check", token, "seed"], "a variant beside a system: that is for the swap");
    refused(&["check", token, "--bounds", "tiny"], "--bounds and its parts: that is for the swap");
    refused(&["check", "../systems/none"], "../systems/none: there is no system.lua in it");
    refused(&["check", "none/system.lua"], "none/system.lua: cannot be read");
}

/// What a page says, as recorded; nothing if there is no such page.
fn recorded(page: &str) -> Option<String> {
    fs::read_to_string(folder().join(page).join("checked.txt")).ok()
}

/// What stands between two marks, one after the other.
fn between(text: &str, mark: char) -> Vec<&str> {
    text.split(mark).skip(1).step_by(2).collect()
}

#[test]
fn every_fault_of_v1_is_found_as_its_table_says() {
    let table = fs::read_to_string(folder().join("tim3-v1/FAULTS.md")).expect("FAULTS.md");
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| #"));
    let mut faults = BTreeSet::new();
    for row in rows {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let [_, fault, _, page, noticed, toll, _] = cells[..] else { panic!("{row}") };
        let page = between(page, '`')[0];
        let checked = recorded(page).unwrap_or_else(|| panic!("{page}"));
        let is_told = |line: &str| {
            let names = between(noticed, '"');
            names.iter().all(|name| line.contains(name)) && line.contains(&format!("in {toll}"))
        };
        assert!(checked.lines().any(is_told), "{row}");
        faults.insert(fault.parse::<u32>().expect("a number"));
    }
    assert_eq!(faults, (1..=38).collect());
}

#[test]
fn v1_against_v2_names_promises_that_are_there() {
    let text = fs::read_to_string(folder().join("../docs/V1-V2.md")).expect("docs/V1-V2.md");
    let mut named = 0;
    for part in text.lines().flat_map(|line| line.split('|')) {
        let mut page = None;
        for (place, piece) in part.split('`').enumerate() {
            if place % 2 == 1 {
                page = recorded(piece).map(|checked| (piece, checked)).or(page);
            } else if let Some((name, checked)) = &page {
                for promise in between(piece, '"') {
                    assert!(checked.contains(promise), "{name}: {promise}");
                    named += 1;
                }
            }
        }
    }
    assert!(named > 60, "{named}");
}
