//! `review` on the command line: where each format goes, what is refused, and the exit codes.

use crate::path::text;
use crate::schema::follows;
use assert_cmd::cargo::cargo_bin_cmd;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Searches that take no time.
const SMALL: [&str; 5] = ["--bounds", "tiny", "--profile", "legacynet-no-su-filter", "-q"];

/// The exit code, standard output, and standard error.
type Ended = (i32, String, String);

/// Reviews in this folder, with these variables.
pub fn reviewed(folder: &Path, variables: &[(&str, &str)], args: &[&str]) -> Ended {
    let mut command = cargo_bin_cmd!("tim3");
    command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
    command.env_remove("TIM3_CACHE_KEY").env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command.current_dir(folder).envs(variables.iter().copied()).arg("review").args(args);
    let output = command.output().expect("tim3 starts");
    let said = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().unwrap_or(-1), said(output.stdout), said(output.stderr))
}

pub fn review(folder: &Path, args: &[&str]) -> Ended {
    reviewed(folder, &[], &[args, &SMALL].concat())
}

/// A folder with `old.lua`, which is the hardened contract, and `new.lua`, an edit of it.
pub fn folder(from: &str, to: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let source = model::contract::HARDENED_LUA;
    assert!(source.contains(from), "hardened.lua has no `{from}`");
    fs::write(folder.path().join("old.lua"), source).expect("it is written");
    fs::write(folder.path().join("new.lua"), source.replace(from, to)).expect("it is written");
    folder
}

pub const FLAGS: [(&str, &str); 5] = [
    ("--markdown", "## Review of"),
    ("--html", "<!doctype html>"),
    ("--json", "{\n  \"schema\": \"tim3-review/1\""),
    ("--junit", "<?xml version=\"1.0\""),
    ("--sarif", "{\n  \"$schema\""),
];

/// What one review with these arguments writes in each format, by its flag; and the exit code.
pub fn in_every_format(folder: &Path, args: &[&str]) -> (i32, Vec<(&'static str, String)>) {
    let places: Vec<_> = FLAGS.iter().flat_map(|(flag, _)| [*flag, &flag[2..]]).collect();
    let (code, out, err) = review(folder, &[args, &places].concat());
    assert_eq!(out.lines().count(), FLAGS.len(), "{out}{err}");
    let text = |flag: &str| fs::read_to_string(folder.join(&flag[2..])).expect("it is written");
    (code, FLAGS.iter().map(|(flag, _)| (*flag, text(flag))).collect())
}

#[test]
fn each_format_goes_to_a_file_or_alone_to_standard_output() {
    let here = TempDir::new().expect("a folder");
    let (code, written) = in_every_format(here.path(), &["hardened", "dedupe-off"]);
    assert_eq!(code, 1);
    for ((flag, begins), (_, written)) in FLAGS.iter().zip(written) {
        let (code, shown, err) = review(here.path(), &["hardened", "dedupe-off", flag, "-"]);
        assert_eq!((code, &*err), (1, ""), "{flag}");
        assert!(shown.starts_with(begins), "{flag}: {shown}");
        // Two of them name the command, which has other places in it.
        let is_other = |line: &&str| !line.contains("tim3 review");
        assert!(shown.lines().filter(is_other).eq(written.lines().filter(is_other)), "{flag}");
    }
}

#[test]
fn two_outputs_to_one_place_are_refused() {
    let here = TempDir::new().expect("a folder");
    let args = ["hardened", "hardened", "--json", "out", "--sarif", "out"];
    let (code, _, err) = review(here.path(), &args);
    assert!(code == 2 && err.contains("--json and --sarif both write to out"), "{err}");
    assert!(!here.path().join("out").exists());
}

#[test]
fn an_output_that_would_overwrite_the_handlers_is_refused() {
    let here = folder("Insufficient", "Not sufficient");
    for side in ["old.lua", "new.lua"] {
        let before = fs::read(here.path().join(side)).expect("it is there");
        let place = format!("./{side}");
        let (code, _, err) = review(here.path(), &["old.lua", "new.lua", "--junit", &place]);
        assert!(code == 2 && err.contains("would overwrite") && err.contains(side), "{err}");
        assert_eq!(fs::read(here.path().join(side)).expect("it is there"), before);
    }
}

#[test]
fn a_place_that_cannot_be_written_to_is_named() {
    let here = folder("Insufficient", "Not sufficient");
    let args = ["hardened", "hardened", "--html", "new.lua/page.html"];
    let (code, _, err) = review(here.path(), &args);
    assert!(code == 2 && err.contains("new.lua"), "{err}");
}

#[test]
fn the_exit_code_says_whether_anything_is_worse() {
    let here = TempDir::new().expect("a folder");
    let code = |args: &[&str]| review(here.path(), args).0;
    assert_eq!(code(&["hardened", "hardened"]), 0);
    assert_eq!(code(&["dedupe-off", "hardened"]), 0);
    assert_eq!(code(&["hardened", "dedupe-off"]), 1);
    assert_eq!(code(&["hardened", "no-such-contract"]), 2);
    assert_eq!(code(&["hardened"]), 2);
    assert_eq!(code(&["hardened", "hardened", "--max-states", "50"]), 3);
}

#[test]
fn a_review_that_was_cut_short_says_so_in_every_format() {
    let here = TempDir::new().expect("a folder");
    let args = ["hardened", "hardened", "--max-states", "50"];
    let (code, written) = in_every_format(here.path(), &args);
    assert_eq!(code, 3);
    let says = |flag: &str| &written.iter().find(|(own, _)| *own == flag).expect("a format").1;
    for (flag, what) in [
        ("--markdown", "**INCONCLUSIVE"),
        ("--html", "INCONCLUSIVE"),
        ("--json", "\"cut at 50 states\""),
        ("--junit", "<error message=\"INCONCLUSIVE\""),
        ("--sarif", "INCONCLUSIVE"),
    ] {
        assert!(says(flag).contains(what), "{flag}: {}", says(flag));
    }
    let data = follows(says("--json"));
    assert!(data["counts"]["inconclusive"].as_u64() > Some(10), "{data}");
}

#[test]
fn a_difference_named_as_meant_in_a_file_is_not_told_again() {
    let here = folder("Insufficient Balance!", "not enough");
    let (code, out, _) = review(here.path(), &["old.lua", "new.lua", "--json", "-"]);
    let kinds = follows(&out)["behaviour"]["differences"].clone();
    let kinds = kinds.as_array().expect("kinds");
    assert!(code == 0 && !kinds.is_empty(), "{out}");
    let mut names: Vec<_> = kinds.iter().filter_map(|kind| kind["what"].as_str()).collect();
    names.push("a difference of long ago");
    let accepted = serde_json::to_string(&names).expect("JSON");
    fs::write(here.path().join("old.accepted.json"), accepted).expect("it is written");
    let (_, out, _) = review(here.path(), &["old.lua", "new.lua", "--json", "-"]);
    let data = follows(&out);
    assert_eq!(data["behaviour"]["accepted_in"], "old.accepted.json");
    let kinds = data["behaviour"]["differences"].as_array().expect("kinds").iter();
    assert!(kinds.clone().all(|kind| kind["accepted"] == true), "{out}");
    assert_eq!(data["behaviour"]["accepted_in_vain"][0], "a difference of long ago");
    let (_, told, _) = review(here.path(), &["old.lua", "new.lua"]);
    assert!(told.contains("that are accepted"), "{told}");
    assert!(told.contains("  accepted in old.accepted.json: "), "{told}");
    assert!(!told.contains("  1. "), "{told}");
}

#[test]
fn where_github_runs_it_a_review_is_annotated_and_summed_up() {
    let here = folder("if Seen[id] then return end", "");
    let summary = here.path().join("summary.md");
    fs::write(&summary, "before\n").expect("it is written");
    let runs = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", text(&summary))];
    let args = [&["old.lua", "new.lua", "--json", "-"], &SMALL[..]].concat();
    let (code, out, err) = reviewed(here.path(), &runs, &args);
    assert_eq!(code, 1);
    // Standard output stays one document.
    follows(&out);
    let errors: Vec<_> = err.lines().filter(|line| line.starts_with("::error ")).collect();
    assert!(errors.iter().any(|line| line.contains("no-double-mint")), "{err}");
    assert!(errors.iter().all(|line| line.contains("file=new.lua,title=")), "{err}");
    let written = fs::read_to_string(summary).expect("it is there");
    assert!(written.starts_with("before\n## Review of `old.lua` → `new.lua`"), "{written}");
    let elsewhere = reviewed(here.path(), &[("GITHUB_ACTIONS", "false")], &args);
    assert_eq!(elsewhere.2, "");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let here = folder("Insufficient", "Not sufficient");
    for args in [["missing.lua", "new.lua"], ["old.lua", "missing.lua"]] {
        let (code, out, err) = review(here.path(), &args);
        assert!(code == 2 && out.is_empty() && err.contains("missing.lua"), "{err}");
    }
}

pub fn git(folder: &Path, args: &[&str]) {
    let own = ["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main"];
    let mut command = assert_cmd::Command::new("git");
    command.current_dir(folder).args(own).args(args).assert().success();
}

#[test]
fn either_side_can_be_a_file_of_a_revision() {
    let here = folder("if Seen[id] then return end", "");
    let is = |name: &str| here.path().join(name);
    git(here.path(), &["init", "-q"]);
    fs::rename(is("old.lua"), is("swap.lua")).expect("it is renamed");
    git(here.path(), &["add", "swap.lua"]);
    git(here.path(), &["commit", "-qm", "the contract"]);
    fs::rename(is("new.lua"), is("swap.lua")).expect("it is renamed");
    let (code, out, _) = review(here.path(), &["git:HEAD:swap.lua", "swap.lua", "--json", "-"]);
    let data = follows(&out);
    assert_eq!(
        (code, &data["old_file"], &data["file"]),
        (1, &"swap.lua".into(), &"swap.lua".into())
    );
    assert_eq!(review(here.path(), &["swap.lua", "git:HEAD:./swap.lua"]).0, 0);
    for (bad, what) in [
        ("git:no-such-revision:swap.lua", "no-such-revision"),
        ("git:HEAD:no-such-file.lua", "no-such-file.lua"),
        ("git:HEAD", "git:REV:PATH"),
        ("git::swap.lua", "git:REV:PATH"),
        ("git:--version:swap.lua", "no revision begins with a dash"),
    ] {
        let (code, out, err) = review(here.path(), &[bad, "swap.lua"]);
        assert!(code == 2 && out.is_empty() && err.contains(what), "{bad}: {err}");
    }
}

#[test]
fn a_second_run_says_the_same_to_the_letter_and_what_it_reused() {
    let here = folder("if Seen[id] then return end", "");
    let run = || {
        let cached = ["old.lua", "new.lua", "--cache", "kept", "--json", "-"];
        reviewed(here.path(), &[], &[&cached[..], &SMALL[..4]].concat())
    };
    let (cold, warm) = (run(), run());
    assert_eq!((cold.0, &cold.1), (warm.0, &warm.1));
    assert!(cold.2.contains("0 of 4 searches reused from kept"), "{}", cold.2);
    assert!(warm.2.contains("4 of 4 searches reused from kept"), "{}", warm.2);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = folder("if Seen[id] then return end\n    local quantity", "local quantity");
    let with = |threads: &str| {
        review(folder.path(), &["old.lua", "new.lua", "--threads", threads, "--json", "-"])
    };
    let (one, three) = (with("1"), with("3"));
    assert!(one.0 == 1 && one == three, "{one:?}\n{three:?}");
}
