//! A review that finds searches made before says what a cold one says.

use crate::{edited, hardened, profiles, replaced, variant};
use checker::progress::Watcher;
use checker::review::summary::Summary;
use checker::review::{Kept, Review, Searches, Side};
use checker::settings::Settings;
use model::Subject;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// What a review says, and what it says that it reused.
fn reviewed(old: Subject, new: Subject, folder: Option<&Path>) -> (String, String) {
    let side = |subject| Side { given: "a side".to_owned(), subject };
    let kept = folder.map_or_else(Kept::nothing, |folder| Kept::within(folder).expect("a folder"));
    let watcher = Watcher::new(1, true);
    let searches = Searches { settings: Settings::default(), watcher: &watcher, kept: &kept };
    let under = profiles(&["reordering", "legacynet-no-su-filter"]);
    let within = ("tiny".parse().expect("bounds"), &*under);
    let review = Review::of(side(old), side(new), within, &searches);
    let summary = Summary::of(&review.unwrap_or_else(|failure| panic!("{}", failure.message)));
    (summary.json(), kept.said().unwrap_or_default())
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

/// A file that does not hold what it should is as good as none.
#[test]
fn a_damaged_or_false_file_is_searched_for_again() {
    let kept = folder();
    let (first, _) = reviewed(hardened(), edit(), Some(kept.path()));
    let damages: [fn(String) -> String; 4] = [
        |_| String::new(),
        |text| text[..text.len() / 2].to_owned(),
        // Steps that are not possible, or break nothing.
        |text| text.replace("\"do\":\"again\"", "\"do\":\"lose\""),
        |text| text.replace("\"actions\":[{", "\"actions\":[],\"other\":[{"),
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        let mut hit = 0;
        for entry in fs::read_dir(kept.path()).expect("the folder") {
            let path = entry.expect("a file").path();
            let text = fs::read_to_string(&path).expect("text");
            let after = damage(text.clone());
            hit += usize::from(after != text);
            fs::write(path, after).expect("it is written");
        }
        let (again, reused) = reviewed(hardened(), edit(), Some(kept.path()));
        assert_eq!(again, first, "damage {number}");
        let expected = format!("{} of 7 searches", 7 - hit);
        assert!(hit > 0 && reused.starts_with(&expected), "damage {number}: {reused}");
    }
}

#[test]
fn a_file_in_the_place_of_the_folder_is_named() {
    let kept = folder();
    let file = kept.path().join("file");
    fs::write(&file, "").expect("it is written");
    let Err(error) = Kept::within(&file) else { panic!("a file is no folder") };
    assert!(error.contains("--cache") && error.contains("file"), "{error}");
}
