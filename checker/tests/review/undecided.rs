//! A search that was cut before it could tell: in every section and every format.

use crate::outputs::{in_every_format, review, reviewed};
use crate::schema::follows;
use crate::{profiles, variant};
use checker::limits::{Cut, Deadline, Limits};
use checker::progress::Watcher;
use checker::review::summary::Summary;
use checker::review::{Kept, Review, Searches, Side};
use checker::settings::Settings;
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

/// The old handlers keep what the new ones break, and neither search ends.
const CUT: [&str; 8] = [
    "hardened",
    "dedupe-off",
    "--bounds",
    "small",
    "--profile",
    "legacynet-no-su-filter",
    "--max-states",
    "500",
];

const UNDECIDED: &str = "not decided within the limit";

fn cut(more: &[&str]) -> (i32, String) {
    let here = TempDir::new().expect("a folder");
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("tim3");
    command.current_dir(here.path()).env_remove("GITHUB_ACTIONS").arg("review");
    let output = command.args(CUT).arg("-q").args(more).output().expect("tim3 starts");
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.code().unwrap_or(-1), out)
}

/// What none of them may say.
fn assert_nothing_claimed(out: &str) {
    for claim in ["kept before", "kept now", "nothing can be lost", "it breaks nothing"] {
        assert!(!out.to_lowercase().contains(claim), "`{claim}`: {out}");
    }
    for claim in ["no difference can be seen", "NOTHING CHANGES", ">0 before", " 0 before"] {
        assert!(!out.contains(claim), "`{claim}`: {out}");
    }
}

#[test]
fn every_section_says_what_is_not_decided() {
    let (code, out) = cut(&[]);
    assert_eq!(code, 3, "{out}");
    assert_nothing_claimed(&out);
    for section in ["\npromises\n", "\nupgrade in flight", "\nworst case", "\nbehaviour"] {
        let text = &out[out.find(section).unwrap_or_else(|| panic!("no {section}: {out}"))..];
        let text = text[1..].split("\n\n").next().expect("a section");
        assert!(text.contains(UNDECIDED), "{section}: {out}");
    }
}

/// The searches of the old and the new handlers take all of it, and nothing is left for the rest.
#[test]
fn the_time_is_that_of_the_whole_review() {
    let here = TempDir::new().expect("a folder");
    let slow = "Handlers.prepend('slow', function()\n\
        if next(Balances) then for _ = 1, 30000000 do end end\n\
        return 0 end, function() end)\n";
    let source = model::contract::HARDENED_LUA;
    fs::write(here.path().join("new.lua"), format!("{source}\n{slow}")).expect("a file");
    let limits = ["--max-time", "5", "--instructions", "120000000", "--bounds", "tiny", "-q"];
    let review = [&["hardened", "new.lua", "--mutate"][..], &limits].concat();
    let (code, out, err) = reviewed(here.path(), &[], &review);
    assert_eq!(code, 3, "{out}{err}");
    // What the searches of the old handlers ended with is known.
    assert_nothing_claimed(&out.replace(" 0 before", ""));
    let open = "in 0 states; not decided within the limit: cut after 5 seconds";
    for section in ["\nupgrade in flight", "\nbehaviour"] {
        let text = &out[out.find(section).unwrap_or_else(|| panic!("no {section}: {out}"))..];
        let text = text[1..].split("\n\n").next().expect("a section");
        assert!(text.contains(open), "{section}: {out}");
    }
    let mistakes = "small mistakes NOT TRIED (and all that were not found: cut after 5 seconds)";
    assert!(out.contains(mistakes), "{out}");
}

#[test]
fn every_format_says_what_is_not_decided() {
    let here = TempDir::new().expect("a folder");
    let cut = ["hardened", "dedupe-off", "--max-states", "50"];
    let (code, written) = in_every_format(here.path(), &cut);
    assert_eq!(code, 3);
    for (flag, out) in written {
        assert_nothing_claimed(&out);
        assert!(out.contains(UNDECIDED), "{flag}: {out}");
    }
}

#[test]
fn as_test_results_nothing_of_it_has_passed() {
    let (_, out) = cut(&["--junit", "-"]);
    let document = roxmltree::Document::parse(&out).expect("XML");
    let cases: Vec<_> =
        document.descendants().filter(|node| node.has_tag_name("testcase")).collect();
    let is_not_passed = |case: &roxmltree::Node<'_, '_>| {
        case.children().any(|child| child.has_tag_name("error") || child.has_tag_name("failure"))
    };
    assert!(cases.len() > 10, "{out}");
    assert!(cases.iter().all(is_not_passed), "{out}");
}

#[test]
fn as_data_it_is_told_by_side() {
    let (_, out) = cut(&["--json", "-"]);
    let data = follows(&out);
    let promises = data["promises"].as_array().expect("promises");
    assert!(promises.iter().all(|one| one["change"] == "inconclusive"), "{out}");
    let is_told = |by: &serde_json::Value| by["undecided"].as_array().is_some();
    assert!(promises.iter().all(|one| is_told(&one["faults"][0])), "{out}");
    let worst = data["worst_cases"].as_array().expect("worst cases");
    assert!(!worst.is_empty() && worst.iter().all(|one| is_told(&one["amounts"][0])), "{out}");
}

#[test]
fn nothing_of_it_is_kept() {
    let here = TempDir::new().expect("a folder");
    let kept = here.path().join("kept");
    let args = ["hardened", "dedupe-off", "--max-states", "50", "--cache", "kept"];
    assert_eq!(review(here.path(), &args).0, 3);
    assert_eq!(fs::read_dir(&kept).expect("it is made").count(), 0);
    let (_, told, _) = review(here.path(), &args);
    assert_nothing_claimed(&told);
}

#[test]
fn an_upgrade_that_is_not_loaded_in_time_is_not_decided() {
    let side = |name| Side { given: "a side".to_owned(), subject: variant(name) };
    let (watcher, kept) = (Watcher::new(1, true), Kept::nothing());
    let limits = Limits { time: Some(Deadline::after(Duration::ZERO)), ..Limits::default() };
    let settings = Settings { limits, ..Settings::default() };
    let searches = Searches { settings, watcher: &watcher, kept: &kept };
    let within = ("tiny".parse().expect("bounds"), &*profiles(&["reliable"]));
    let review = Review::of(side("hardened"), side("dedupe-off"), within, &searches);
    let review = review.unwrap_or_else(|failure| panic!("{}", failure.message));
    assert_eq!(review.unloaded, Some(Cut::Time(Duration::ZERO)));
    assert_eq!(Summary::of(&review).upgrade.cut.as_deref(), Some("cut after 0 seconds"));
}
