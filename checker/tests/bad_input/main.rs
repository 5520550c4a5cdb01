//! Bad input: each is refused with exit code 2 and a message that helps, and nothing panics.

#[path = "../common/command.rs"]
mod command;
#[path = "../common/path.rs"]
mod path;

mod actions;
mod damaged;
#[cfg(unix)]
mod disguised;
mod exports;
mod flags;
#[path = "../../../explorer/tests/exports/hostile.rs"]
mod hostile;
mod hostile_text;
mod mutated;
mod names;
mod runs;
mod unreadable;
mod values;
#[cfg(unix)]
mod written;

use command::{Said, tim3};
use path::text;
use std::fs;

/// A counterexample: the stranger's deposit is minted for, then she burns less than nothing.
const GOOD: &str = r#"{
  "format": "tim3-counterexample/1",
  "variant": "seed-tags",
  "profile": "legacynet",
  "bounds": {"users":2,"deposits":1,"burns":1,"transfers":1,"quantity":10,"each_fault":1,"faults":2},
  "property": "no-mint-without-deposit",
  "actions": [
    {"do":"act","by":"mallory","intent":"deposit"},
    {"do":"deliver","message":"mallory.deposit.1/1"},
    {"do":"act","by":"mallory","intent":"burn-negative"}
  ]
}
"#;

/// The good file with one thing changed.
fn with(old: &str, new: &str) -> Vec<u8> {
    assert!(GOOD.contains(old), "`{old}` is not in the good file");
    GOOD.replace(old, new).into_bytes()
}

/// A file that is refused: its name, its content, and what the message must contain.
type BadFile = (&'static str, Vec<u8>, &'static [&'static str]);

fn assert_refused(said: &Said, name: &str, fragments: &[&str]) {
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{name}: {said:?}");
    for fragment in fragments {
        assert!(said.err.contains(fragment), "{name}: `{fragment}` is missing: {}", said.err);
    }
    assert!(!said.err.contains("panicked"), "{name}: {}", said.err);
}

fn assert_all_refused(files: Vec<BadFile>) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content, fragments) in files {
        let path = folder.path().join(format!("{name}.json"));
        fs::write(&path, content).expect("a file");
        let said = tim3(&["replay", text(&path)]);
        assert_refused(&said, name, fragments);
        assert!(
            said.err.starts_with(&format!("tim3: {}: ", path.display())),
            "{name}: {}",
            said.err
        );
    }
}

#[test]
fn the_good_file_of_these_tests_is_a_counterexample() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("good.json");
    fs::write(&path, GOOD).expect("a file");
    assert_eq!(tim3(&["replay", text(&path)]).code, 0);
}
