//! Files that cannot be read, or not to their end.

use crate::assert_refused;
use crate::command::tim3;
use crate::path::text;
use std::fs::{self, File};

#[test]
fn a_file_that_cannot_be_read_is_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing.json");
    assert_refused(
        &tim3(&["replay", text(&missing)]),
        "missing",
        &["missing.json: cannot be read"],
    );
    assert_refused(&tim3(&["replay", text(folder.path())]), "folder", &["cannot be read"]);
    assert_refused(&tim3(&["replay", ""]), "no name", &["<FILE>"]);
}

#[test]
fn a_file_of_100_megabytes_is_refused_unread() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.json");
    let file = File::create(&path).expect("a file");
    file.set_len(100_000_000).expect("a sparse file");
    let said = tim3(&["replay", text(&path)]);
    assert_refused(&said, "large", &["too large for a counterexample", "the limit is"]);
}

#[test]
#[cfg(unix)]
fn a_stream_without_a_length_is_read_up_to_the_limit_only() {
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("tim3");
    let spaces = vec![b' '; 5 << 20];
    let output =
        command.args(["replay", "/dev/stdin"]).write_stdin(spaces).output().expect("tim3 runs");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.contains("the limit is"), "{err}");
}

#[test]
fn a_byte_order_mark_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    for (command, name) in [("check", "swap.lua"), ("replay", "run.json")] {
        let path = folder.path().join(name);
        fs::write(&path, "\u{feff}return 1").expect("a file");
        let said = tim3(&[command, text(&path)]);
        assert_refused(&said, name, &[name, "byte-order mark", "save it as UTF-8 without one"]);
    }
}
