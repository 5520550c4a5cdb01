//! Runs of systems as files: taken again, cut, damaged, and written in other formats.

use super::command::tim3;
use super::folder;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The runs in a folder, by the names of their files, without the way to their page.
pub fn of(folder: &Path) -> BTreeMap<String, Value> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let run = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a file");
        let mut run: Value = serde_json::from_str(&text).expect("JSON");
        run.as_object_mut().expect("a run").remove("page");
        (path.file_name().expect("a name").to_string_lossy().into_owned(), run)
    };
    entries.map(|entry| run(entry.expect("an entry").path())).collect()
}

/// A run in a file, where the page is found.
fn written(run: &Value) -> (TempDir, String) {
    let place = TempDir::new().expect("a folder");
    let file = place.path().join("run.json");
    fs::write(&file, run.to_string()).expect("it can be written");
    (place, file.display().to_string())
}

fn counter(steps: &[&str]) -> Value {
    let page = folder().join("counter/system.lua").canonicalize().expect("a page");
    json!({
        "format": "tim3-run/1",
        "page": page,
        "variant": "anybody resets",
        "promise": "only the owner lowers the count",
        "steps": steps,
    })
}

const WHOLE: [&str; 4] =
    ["alice: raise", "deliver alice.raise.1", "mallory: reset", "deliver mallory.reset.1"];

#[test]
fn a_recorded_run_is_taken_again_step_by_step() {
    let found = "../systems/counter/found/anybody-resets.json";
    let said = tim3(&["replay", found]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("with the mistake on purpose: anybody resets"), "{}", said.out);
    let end = "broken after the last step: 0 is not at least 1, and mallory is not olga\n";
    assert!(said.out.ends_with(end), "{}", said.out);
    let first = tim3(&["replay", found, "--steps", "1"]);
    assert_eq!(first.code, 0, "{}", first.err);
    let (_, next) = first.out.split_once("what can happen next:\n").expect("what is next");
    assert!(next.lines().any(|line| line.trim() == "mallory: reset"), "{next}");
    let json: Value =
        serde_json::from_str(&tim3(&["replay", found, "--json", "-"]).out).expect("JSON");
    assert_eq!(json["schema"], "tim3-system-run/1");
    assert_eq!(json["stands"], "broken");
    assert_eq!(json["schedule"]["steps"].as_array().expect("steps").len(), 4);
    let svg = tim3(&["replay", found, "--svg", "-"]).out;
    assert!(svg.starts_with("<svg ") && svg.contains("mallory"), "{svg}");
    let html = tim3(&["replay", found, "--html", "-"]).out;
    assert!(html.contains("<ol>") && html.contains("mallory sends Reset"), "{html}");
    let opened = tim3(&["explore", found, "--no-browser"]);
    let page = fs::read_to_string(opened.out.trim()).expect("a page");
    assert!(page.contains("mallory sends Reset"), "{page}");
    fs::remove_file(opened.out.trim()).expect("it is there");
}

#[test]
fn a_run_that_breaks_nothing_any_more_says_so() {
    let (_place, file) = written(&counter(&WHOLE));
    assert_eq!(tim3(&["replay", &file]).code, 0);
    let (_place, file) = written(&counter(&WHOLE[..3]));
    let said = tim3(&["replay", &file]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("\nKEPT after the last step"), "{}", said.out);
    let mut right = counter(&WHOLE);
    right.as_object_mut().expect("a run").remove("variant");
    let (_place, file) = written(&right);
    let said = tim3(&["replay", &file]);
    assert_eq!(said.code, 1, "{}", said.err);
}

#[test]
fn a_run_that_cannot_be_is_refused() {
    let refused = |run: &Value, args: &[&str], why: &str| {
        let (_place, file) = written(run);
        let said = tim3(&[&["replay", &file], args].concat());
        assert_eq!((said.code, &*said.out), (2, ""), "{run}");
        assert!(said.err.contains(why), "{}", said.err);
    };
    let early = counter(&["deliver alice.raise.1"]);
    let why = "run.json: step 1, `deliver alice.raise.1`: that cannot happen there; these can: ";
    refused(&early, &[], why);
    let with = |name: &str, value: &str| {
        let mut run = counter(&WHOLE);
        run[name] = value.into();
        run
    };
    refused(&with("promise", "x"), &[], "system.lua: no promise is called \"x\"; name one of");
    refused(&with("variant", "x"), &[], "system.lua: no variant is called \"x\"; name one of");
    refused(&with("page", "gone.lua"), &[], "gone.lua: cannot be read");
    refused(&with("more", "x"), &[], "run.json: unknown field `more`");
    refused(&counter(&WHOLE), &["--itf", "-"], "--itf: the run of a system is written by --html");
    let swap = ["replay", "../counterexamples/seed/holders-can-exit.json", "--steps", "1"];
    let said = tim3(&swap);
    assert_eq!(said.code, 2, "{}", said.out);
    assert!(said.err.contains("--steps: that is for runs of systems"), "{}", said.err);
}

#[test]
fn what_a_check_no_longer_finds_is_removed() {
    let place = TempDir::new().expect("a folder");
    let found = place.path().join("found");
    let write = format!("--write={}", found.display());
    assert_eq!(tim3(&["check", "../systems/counter", "-q", &write]).code, 0);
    let file = found.join("anybody-resets.json");
    let stale = found.join("stale.json");
    fs::copy(&file, &stale).expect("it is there");
    fs::write(found.join("mine.json"), "{}").expect("it can be written");
    assert_eq!(tim3(&["check", "../systems/counter", "-q", &write]).code, 0);
    assert!(file.exists() && !stale.exists());
    assert!(found.join("mine.json").exists(), "what is no run of this page is left alone");
}
