//! Folders in which somebody else put something: nothing is written through a link, nothing is
//! removed that is not ours, and what cannot be written is told.

use crate::GOOD;
use crate::assert_refused;
use crate::command::{Said, tim3};
use crate::path::text;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A folder to write to, and a file elsewhere that nobody may touch.
fn folders() -> (TempDir, TempDir, PathBuf) {
    let (folder, elsewhere) = (TempDir::new().expect("a folder"), TempDir::new().expect("one"));
    let victim = elsewhere.path().join("victim");
    fs::write(&victim, "mine").expect("a file");
    (folder, elsewhere, victim)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<_> = entries.map(|entry| name(entry.expect("an entry"))).collect();
    names.sort();
    names
}

fn content(path: &Path) -> String {
    fs::read_to_string(path).expect("it is there")
}

/// A check that has counterexamples to write.
fn check(folder: &Path) -> Said {
    let write = format!("--write={}", text(folder));
    tim3(&["check", "seed-tags", "--bounds", "tiny", "--profile", "legacynet", "-q", &write])
}

fn replay(folder: &Path, out: &Path) -> Said {
    let good = folder.join("good.json");
    fs::write(&good, GOOD).expect("a file");
    tim3(&["replay", text(&good), "--svg", text(out)])
}

#[test]
fn a_link_under_a_name_of_ours_is_not_followed() {
    let (folder, elsewhere, victim) = folders();
    for name in [".tim3-write-probe", "run.svg.new", "roster.json.new"] {
        symlink(&victim, folder.path().join(name)).expect("a link");
    }
    symlink(elsewhere.path(), folder.path().join("hardened")).expect("a link");
    assert_eq!(check(folder.path()).code, 1);
    assert_eq!(replay(folder.path(), &folder.path().join("run.svg")).code, 0);
    assert_eq!(content(&victim), "mine");
    assert_eq!(names(elsewhere.path()), ["victim"]);
}

#[test]
fn a_link_in_the_place_of_a_file_is_refused_and_stays() {
    let (folder, _elsewhere, victim) = folders();
    let out = folder.path().join("run.svg");
    for target in [&victim, &folder.path().join("nowhere"), Path::new("/dev/full")] {
        symlink(target, &out).expect("a link");
        let said = replay(folder.path(), &out);
        assert_refused(&said, "link", &[text(&out), "is a symbolic link"]);
        fs::remove_file(&out).expect("it is there");
    }
    assert_eq!(content(&victim), "mine");
    assert_eq!(names(folder.path()), ["good.json"]);
}

#[test]
fn a_link_in_the_place_of_a_folder_is_refused() {
    let (folder, elsewhere, _) = folders();
    let link = folder.path().join("link");
    symlink(elsewhere.path(), &link).expect("a link");
    for place in [link.clone(), link.join("")] {
        assert_refused(&check(&place), "folder", &["cannot be written to", "symbolic link"]);
        let args = ["review", "hardened", "hardened", "--cache", text(&place)];
        assert_refused(&tim3(&args), "cache", &["--cache", "symbolic link"]);
    }
    symlink(elsewhere.path(), folder.path().join("seed-tags")).expect("a link");
    let said = check(folder.path());
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.err.contains("seed-tags is a symbolic link"), "{said:?}");
    assert_eq!(names(elsewhere.path()), ["victim"]);
}

#[test]
fn only_what_we_wrote_is_removed() {
    let (folder, _elsewhere, victim) = folders();
    assert_eq!(check(folder.path()).code, 1);
    let below = folder.path().join("seed-tags");
    let name = names(&below).remove(0);
    let of = |n: usize| below.join(name.replace(".json", &format!(".{n}.json")));
    fs::copy(below.join(&name), of(2)).expect("a copy");
    fs::write(of(3), "{\"mine\": true}").expect("a file");
    symlink(&victim, of(4)).expect("a link");
    symlink(below.join(&name), of(5)).expect("a link");
    assert_eq!(check(folder.path()).code, 1);
    assert!(!of(2).exists(), "an earlier counterexample goes");
    assert!(of(3).exists() && of(4).is_symlink() && of(5).is_symlink());
    assert_eq!(content(&victim), "mine");
}

/// Runs where no file can have a single byte, as on a full disk.
fn on_a_full_disk(folder: &Path, args: &[&str]) -> Said {
    let mut command = Command::new("sh");
    command.current_dir(folder).env("TIM3_CACHE_KEY", "a key of the caller's own");
    command.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"", "sh"]);
    command.arg(assert_cmd::cargo::cargo_bin("tim3")).args(args);
    let output = command.output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().unwrap_or(-1);
    Said { code, out: text(output.stdout), err: text(output.stderr) }
}

#[test]
fn on_a_full_disk_nothing_is_left_and_it_is_told() {
    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join("good.json"), GOOD).expect("a file");
    let said = on_a_full_disk(folder.path(), &["replay", "good.json", "--svg", "run.svg"]);
    assert_refused(&said, "replay", &["run.svg: cannot be written"]);
    let check = ["check", "seed-tags", "--bounds", "tiny", "--profile", "legacynet", "-q"];
    let said = on_a_full_disk(folder.path(), &[&check[..], &["--write=out"]].concat());
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.err.contains("cannot be written"), "{said:?}");
    assert_eq!(names(folder.path()), ["good.json", "out"]);
    assert!(names(&folder.path().join("out/seed-tags")).is_empty());
}

#[test]
fn on_a_full_disk_a_review_is_told_and_what_was_not_kept() {
    let folder = TempDir::new().expect("a folder");
    let args = ["review", "hardened", "dedupe-off", "--bounds", "tiny", "--profile", "reliable"];
    let said = on_a_full_disk(folder.path(), &[&args[..], &["-q", "--cache", "kept"]].concat());
    assert_eq!(said.code, 4, "{said:?}");
    assert!(
        said.err.contains("--cache kept") && said.err.contains("cannot be written"),
        "{said:?}"
    );
    assert!(said.out.contains("review of hardened"), "{said:?}");
    assert!(names(&folder.path().join("kept")).is_empty());
}

#[test]
fn a_pipe_that_nobody_reads_is_refused() {
    let folder = TempDir::new().expect("a folder");
    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let said = replay(folder.path(), &pipe);
    assert_refused(&said, "pipe", &[text(&pipe), "a pipe that nobody reads"]);
}
