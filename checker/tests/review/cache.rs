//! A review that finds searches made before says what a cold one says.

use crate::{edited, hardened, profiles, replaced, variant};
use checker::progress::Watcher;
use checker::review::summary::Summary;
use checker::review::{Kept, Key, Review, Searches, Side};
use checker::settings::Settings;
use model::Subject;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// What a review says, and what it says that it reused.
fn reviewed(old: Subject, new: Subject, folder: Option<&Path>) -> (String, String) {
    let (said, reused, _) = reviewed_by("the caller's own", old, new, folder);
    (said, reused)
}

pub fn key(secret: &str) -> Key {
    Key::of_secret(secret.as_bytes()).expect("long enough")
}

/// The same, by somebody with this secret; and what is said of searches that others kept.
fn reviewed_by(
    secret: &str,
    old: Subject,
    new: Subject,
    folder: Option<&Path>,
) -> (String, String, String) {
    let side = |subject| Side { given: "a side".to_owned(), subject };
    let within = |folder| Kept::within(folder, key(secret)).expect("a folder");
    let kept = folder.map_or_else(Kept::nothing, within);
    let watcher = Watcher::new(1, true);
    let searches = Searches { settings: Settings::default(), watcher: &watcher, kept: &kept };
    let under = profiles(&["reordering", "legacynet-no-su-filter"]);
    let within = ("tiny".parse().expect("bounds"), &*under);
    let review = Review::of(side(old), side(new), within, &searches);
    let summary = Summary::of(&review.unwrap_or_else(|failure| panic!("{}", failure.message)));
    let of_others = kept.said_of_others().unwrap_or_default();
    (summary.json(), kept.said().unwrap_or_default(), of_others)
}

/// Every file of a folder, changed.
fn change_all(folder: &Path, change: impl Fn(&[u8]) -> Vec<u8>) -> usize {
    let mut hit = 0;
    for entry in fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("a file").path();
        let bytes = fs::read(&path).expect("a file");
        let after = change(&bytes);
        hit += usize::from(after != bytes);
        fs::write(path, after).expect("it is written");
    }
    hit
}

fn edit() -> Subject {
    edited(replaced("if Seen[id] then return end", ""))
}

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

#[test]
fn a_second_review_says_the_same_and_searches_nothing() {
    let kept = folder();
    let (cold, _) = reviewed(hardened(), edit(), None);
    let (first, made) = reviewed(hardened(), edit(), Some(kept.path()));
    let (second, reused) = reviewed(hardened(), edit(), Some(kept.path()));
    assert!(first == cold && second == cold, "{first}\n{second}");
    assert!(made.starts_with("0 of 7 searches"), "{made}");
    assert!(reused.starts_with("7 of 7 searches"), "{reused}");
}

#[test]
fn after_an_edit_only_what_it_concerns_is_searched_again() {
    let kept = folder();
    _ = reviewed(hardened(), edit(), Some(kept.path()));
    let other = || edited(replaced("Insufficient Balance!", "not enough"));
    let (warm, reused) = reviewed(hardened(), other(), Some(kept.path()));
    assert_eq!(warm, reviewed(hardened(), other(), None).0);
    assert!(reused.starts_with("2 of 7 searches"), "{reused}");
}

#[test]
fn transcriptions_are_kept_too() {
    let kept = folder();
    let review = || reviewed(variant("hardened"), variant("dedupe-off"), Some(kept.path()));
    let (first, _) = review();
    let (second, reused) = review();
    assert_eq!(first, second);
    assert!(reused.starts_with("7 of 7"), "{reused}");
}

/// What a file has instead of its content.
type Damage = fn(&[u8]) -> Vec<u8>;

/// A file that does not hold what it should is as good as none.
#[test]
fn a_damaged_or_false_file_is_searched_for_again() {
    let kept = folder();
    let (first, _) = reviewed(hardened(), edit(), Some(kept.path()));
    let damages: [Damage; 4] = [
        |_| Vec::new(),
        |bytes| bytes[..bytes.len() / 2].to_vec(),
        |bytes| vec![b'x'; bytes.len()],
        |bytes| [bytes, b" "].concat(),
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        let hit = change_all(kept.path(), damage);
        let (again, reused) = reviewed(hardened(), edit(), Some(kept.path()));
        assert_eq!(again, first, "damage {number}");
        let expected = format!("{} of 7 searches", 7 - hit);
        assert!(hit > 0 && reused.starts_with(&expected), "damage {number}: {reused}");
    }
}

/// Every verdict that a promise is broken, turned into one that it holds.
fn all_hold(bytes: &[u8]) -> Vec<u8> {
    let end = bytes.iter().position(|byte| *byte == b'\n').expect("a seal") + 1;
    let mut record: Value = serde_json::from_slice(&bytes[end..]).expect("JSON");
    for verdict in record["verdicts"].as_object_mut().expect("verdicts").values_mut() {
        *verdict = "holds".into();
    }
    [&bytes[..end], &serde_json::to_vec(&record).expect("JSON")].concat()
}

#[test]
fn a_verdict_that_was_changed_is_not_believed() {
    let kept = folder();
    let (first, _) = reviewed(hardened(), edit(), Some(kept.path()));
    assert!(first.contains("\"exit\": 1"), "{first}");
    assert!(change_all(kept.path(), all_hold) > 3);
    let by = |secret| reviewed_by(secret, hardened(), edit(), Some(kept.path()));
    let (again, reused, of_others) = by("the caller's own");
    assert!(again == first && !reused.starts_with('7'), "{reused}\n{again}");
    assert!(of_others.contains("not written with your key: made again"), "{of_others}");
    assert_eq!(by("the caller's own").2, "", "they were written anew");
}

/// Whoever can run the tool and write to the folder has still another key.
#[test]
fn what_another_key_sealed_is_not_believed() {
    let kept = folder();
    let by = |secret| reviewed_by(secret, hardened(), edit(), Some(kept.path()));
    let (first, ..) = by("somebody else's key");
    let (again, reused, of_others) = by("the caller's own");
    assert_eq!(again, first);
    assert!(reused.starts_with("0 of 7"), "{reused}");
    assert!(of_others.contains("7 kept searches were not written"), "{of_others}");
}

/// What was kept of one search, under the name of another.
#[test]
fn a_search_under_the_name_of_another_is_not_believed() {
    let kept = folder();
    let (first, _) = reviewed(hardened(), edit(), Some(kept.path()));
    let files = fs::read_dir(kept.path()).expect("the folder");
    let mut files: Vec<_> = files.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    let contents: Vec<_> = files.iter().map(|file| fs::read(file).expect("a file")).collect();
    for (place, file) in files.iter().enumerate() {
        fs::write(file, &contents[(place + 1) % contents.len()]).expect("it is written");
    }
    let (again, reused) = reviewed(hardened(), edit(), Some(kept.path()));
    assert_eq!(again, first);
    assert!(reused.starts_with("0 of 7"), "{reused}");
}

#[test]
#[cfg(unix)]
fn links_and_pipes_among_the_searches_are_replaced() {
    let (kept, outside) = (folder(), folder());
    let (first, _) = reviewed(hardened(), edit(), Some(kept.path()));
    let victim = outside.path().join("victim");
    fs::write(&victim, "mine").expect("it is written");
    let files = fs::read_dir(kept.path()).expect("the folder");
    for (place, entry) in files.enumerate() {
        let path = entry.expect("a file").path();
        fs::remove_file(&path).expect("it goes");
        if place % 2 == 0 {
            std::os::unix::fs::symlink(&victim, &path).expect("a link");
        } else {
            let made = std::process::Command::new("mkfifo").arg(&path).status();
            assert!(made.expect("mkfifo").success());
        }
    }
    let (again, reused) = reviewed(hardened(), edit(), Some(kept.path()));
    assert!(again == first && reused.starts_with("0 of 7"), "{reused}");
    assert_eq!(fs::read_to_string(victim).expect("it is there"), "mine");
    assert!(reviewed(hardened(), edit(), Some(kept.path())).1.starts_with("7 of 7"));
}

#[test]
fn a_file_in_the_place_of_the_folder_is_named() {
    let kept = folder();
    let file = kept.path().join("file");
    fs::write(&file, "").expect("it is written");
    let Err(error) = Kept::within(&file, key("the caller's own")) else {
        panic!("a file is no folder")
    };
    assert!(error.contains("--cache") && error.contains("file"), "{error}");
}
