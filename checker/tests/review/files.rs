//! The counterexample files of a review.

use crate::command::{Said, tim3};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn review(old: &str, new: &str, folder: &Path) -> Said {
    let folder = folder.to_str().expect("a temporary folder has a name in UTF-8");
    let profiles = ["--profile", "reliable", "--profile", "legacynet-no-su-filter"];
    let args = [&["review", old, new, "--bounds", "small", "-q", "--write", folder], &profiles[..]];
    tim3(&args.concat())
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("the folder");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    entries.map(|entry| name(entry.expect("a file"))).collect()
}

#[test]
fn each_can_be_replayed_and_breaks_what_it_says() {
    let folder = TempDir::new().expect("a folder");
    let said = review("hardened", "dedupe-off", folder.path());
    assert_eq!(said.code, 1, "{said:?}");
    let names = names(folder.path());
    let expected = ["broken-no-double-mint.json", "worst-unbacked-new.json"];
    assert!(expected.iter().all(|name| names.contains(*name)), "{names:?}");
    for name in &names {
        let path = folder.path().join(name);
        let replay = tim3(&["replay", path.to_str().expect("UTF-8")]);
        assert!(replay.code == 0 && replay.out.contains("BROKEN after step"), "{name}: {replay:?}");
    }
}

#[test]
fn those_of_an_earlier_review_go_and_other_files_stay() {
    let folder = TempDir::new().expect("a folder");
    let own = folder.path().join("notes.json");
    fs::write(&own, "mine").expect("it is written");
    review("hardened", "dedupe-off", folder.path());
    assert!(names(folder.path()).contains("broken-no-double-mint.json"));
    review("dedupe-off", "hardened", folder.path());
    let after = names(folder.path());
    assert!(!after.contains("broken-no-double-mint.json"), "{after:?}");
    assert!(after.contains("fixed-no-double-mint.json"), "{after:?}");
    assert_eq!(fs::read_to_string(own).expect("it is there"), "mine");
}

#[test]
fn the_folder_of_the_record_is_not_written_to() {
    let record = Path::new(env!("CARGO_MANIFEST_DIR")).join("../counterexamples");
    let said = review("hardened", "dedupe-off", &record);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("name another folder"), "{}", said.err);
}

/// A contract with a handler that gives whoever sends a Mint with this tag ten units.
fn open_mint(tag: &str) -> String {
    let handler = format!(
        "Handlers.add('m', 'Mint', function(msg) if msg['{tag}'] then Balances[msg.From] = 10 end end)"
    );
    format!("{}\n{handler}\n", model::contract::HARDENED_LUA)
}

#[test]
fn both_versions_are_sent_the_same_messages_by_the_same_names() {
    let folder = TempDir::new().expect("a folder");
    let file = |name: &str, tag: &str| {
        let path = folder.path().join(name);
        fs::write(&path, open_mint(tag)).expect("it is written");
        path.display().to_string()
    };
    let (old, new) = (file("old.lua", "Amount"), file("new.lua", "Value"));
    let found = folder.path().join("found");
    let said = review(&old, &new, &found);
    assert!(said.out.contains("send-Mint"), "{said:?}");
    let mut lists = BTreeSet::new();
    for name in names(&found) {
        let path = found.join(&name);
        let replay = tim3(&["replay", path.to_str().expect("UTF-8")]);
        assert!(replay.out.contains("BROKEN after step"), "{name}: {replay:?}");
        let text = fs::read_to_string(&path).expect("it is there");
        let case: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        lists.insert(case["handlers"]["sent"].to_string());
        // Nobody else than USDA sends what USDA sends.
        let forged = text.replace("\"sender\":null", "\"sender\":\"USDA\"");
        assert_ne!(forged, text, "{name}");
        fs::write(&path, forged).expect("it is written");
        let replay = tim3(&["replay", path.to_str().expect("UTF-8")]);
        assert_eq!(replay.code, 2, "{replay:?}");
        assert!(replay.err.contains("the stranger cannot send that message"), "{replay:?}");
    }
    assert_eq!(lists.len(), 1, "{lists:?}");
    let all = lists.first().expect("files were written");
    assert!(
        all.contains("[\"Amount\",\"mallory\"]") && all.contains("[\"Value\",\"mallory\"]"),
        "{all}"
    );
}
