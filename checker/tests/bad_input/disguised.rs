//! Something else in the place of a file: it is refused by name, and never waited for.

use crate::assert_refused;
use crate::command::tim3;
use crate::path::text;
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names in a folder, each with what is said of it.
const DISGUISED: [(&str, &str); 8] = [
    ("pipe.lua", "it is a pipe, not a file"),
    ("folder.lua", "it is a folder, not a file"),
    ("socket.lua", "it is a socket, not a file"),
    ("device.lua", "it is a device, not a file"),
    ("to-a-pipe.lua", "it is a pipe, not a file"),
    ("nowhere.lua", "No such file"),
    ("large.lua", "too large for"),
    ("latin1.lua", "not UTF-8 at byte 0"),
];

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

fn folder() -> (tempfile::TempDir, UnixListener) {
    let folder = tempfile::tempdir().expect("a folder");
    let is = |name: &str| folder.path().join(name);
    pipe(&is("pipe.lua"));
    fs::create_dir(is("folder.lua")).expect("a folder");
    let socket = UnixListener::bind(is("socket.lua")).expect("a socket");
    symlink("/dev/zero", is("device.lua")).expect("a link");
    symlink(is("pipe.lua"), is("to-a-pipe.lua")).expect("a link");
    symlink(is("not-there"), is("nowhere.lua")).expect("a link");
    File::create(is("large.lua")).expect("a file").set_len(5 << 20).expect("a sparse file");
    fs::write(is("latin1.lua"), [0xe9]).expect("a file");
    (folder, socket)
}

/// What is refused is told by its name, in each place where a file can be named.
fn assert_each_refused(arguments: impl Fn(&str) -> Vec<&str>) {
    let (folder, _socket) = folder();
    for (name, reason) in DISGUISED {
        let path = folder.path().join(name);
        let said = tim3(&arguments(text(&path)));
        assert_refused(&said, name, &[text(&path), reason]);
    }
}

#[test]
fn handlers_are_read_from_files_alone() {
    assert_each_refused(|path| vec!["check", "--handlers", path, "--bounds", "tiny"]);
}

#[test]
fn either_side_of_a_review_is_read_from_files_alone() {
    assert_each_refused(|path| vec!["review", path, "hardened"]);
    assert_each_refused(|path| vec!["review", "hardened", path]);
}

#[test]
fn counterexamples_are_read_from_files_alone() {
    assert_each_refused(|path| vec!["replay", path]);
    assert_each_refused(|path| vec!["explore", path, "--no-browser"]);
}

#[test]
fn what_lies_beside_handlers_is_read_from_files_alone() {
    assert_each_refused(|path| vec!["review", "hardened", "hardened", "--accepted", path]);
    assert_each_refused(|path| vec!["review", "hardened", "hardened", "--new-observe", path]);
    let (folder, _socket) = folder();
    let handlers = folder.path().join("a.lua");
    fs::write(&handlers, model::contract::HARDENED_LUA).expect("a file");
    let beside = folder.path().join("a.observe.json");
    for (name, reason) in DISGUISED {
        fs::rename(folder.path().join(name), &beside).expect("it is renamed");
        for args in [
            &["check", "--handlers", text(&handlers)][..],
            &["review", text(&handlers), "hardened"],
        ] {
            assert_refused(&tim3(args), name, &[text(&beside), reason]);
        }
        fs::rename(&beside, folder.path().join(name)).expect("it is renamed");
    }
}

#[test]
fn a_key_is_read_from_files_alone() {
    let kept = tempfile::tempdir().expect("a folder");
    let kept = text(kept.path()).to_owned();
    let (folder, _socket) = folder();
    for (name, reason) in DISGUISED.iter().filter(|(name, _)| *name != "latin1.lua") {
        let path: PathBuf = folder.path().join(name);
        let flags = ["--cache", &kept, "--cache-key-file", text(&path)];
        let said = tim3(&[&["review", "hardened", "hardened"][..], &flags].concat());
        assert_refused(&said, name, &["--cache-key-file", text(&path), reason]);
    }
}

#[test]
fn searches_are_kept_in_folders_alone() {
    let (folder, _socket) = folder();
    for (name, _) in DISGUISED.iter().filter(|(name, _)| *name != "folder.lua") {
        let path = folder.path().join(name);
        let said = tim3(&["review", "hardened", "hardened", "--cache", text(&path)]);
        assert_refused(&said, name, &["--cache", text(&path)]);
    }
}
