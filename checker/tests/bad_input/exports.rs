//! Formats that cannot be written, and files from which none can be made: nothing is left
//! behind.

use crate::command::tim3;
use crate::path::text;
use crate::{GOOD, assert_refused, with};
use std::fs;
use std::path::Path;

const FORMATS: [&str; 5] = ["--html", "--svg", "--mermaid", "--itf", "--json"];

/// The names of what is in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<_> = entries.map(|entry| name(entry.expect("an entry"))).collect();
    names.sort();
    names
}

fn good(folder: &Path) -> String {
    let file = folder.join("good.json");
    fs::write(&file, GOOD).expect("a file");
    text(&file).to_owned()
}

#[test]
fn a_bad_file_writes_no_format_and_keeps_what_was_there() {
    let large = vec![b' '; 5 << 20];
    let files: [(&str, Vec<u8>, &[&str]); 6] = [
        ("damaged", GOOD.as_bytes()[..300].into(), &["damaged", "`actions`", "line 8"]),
        ("binary", vec![0xff, 0xfe], &["not UTF-8 at byte 0"]),
        ("large", large, &["too large for a counterexample", "the limit is"]),
        ("foreign", br#"{"format":"tim3-roster/1"}"#.into(), &["`tim3-roster/1`", "reads"]),
        ("picture", b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".into(), &["damaged", "line 1"]),
        ("no-run", with("mallory.deposit.1/1", "bob.deposit.1/1"), &["does not replay", "step 2"]),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    let (new, old) = (folder.path().join("new"), folder.path().join("old"));
    fs::write(&old, "mine").expect("a file");
    for (name, content, fragments) in files {
        let file = folder.path().join("file.json");
        fs::write(&file, content).expect("a file");
        for format in FORMATS {
            for out in ["-", text(&new), text(&old)] {
                let said = tim3(&["replay", text(&file), format, out]);
                assert_refused(&said, name, fragments);
                let start = format!("tim3: {}: ", file.display());
                assert!(said.err.starts_with(&start), "{name}: {}", said.err);
            }
        }
        assert_eq!(names(folder.path()), ["file.json", "old"], "{name}");
        assert_eq!(fs::read_to_string(&old).expect("still there"), "mine", "{name}");
    }
}

#[test]
fn a_place_that_cannot_be_written_to_is_refused_with_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = good(folder.path());
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).expect("a folder");
    let below = Path::new(&good).join("below.svg");
    for format in FORMATS {
        for out in [&taken, &below] {
            let said = tim3(&["replay", &good, format, text(out)]);
            assert_refused(&said, format, &[text(out), "cannot be written"]);
        }
    }
    assert_eq!(names(folder.path()), ["good.json", "taken"]);
    assert!(names(&taken).is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_device_is_refused_by_name_and_stays_a_device() {
    use std::os::unix::fs::FileTypeExt;
    let folder = tempfile::tempdir().expect("a folder");
    let said = tim3(&["replay", &good(folder.path()), "--svg", "/dev/full"]);
    assert_refused(&said, "full", &["/dev/full: cannot be written", "No space left"]);
    assert!(fs::metadata("/dev/full").expect("a device").file_type().is_char_device());
}

#[test]
fn two_formats_for_one_path_are_refused_before_writing() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = good(folder.path());
    let out = folder.path().join("out");
    for out in ["-", text(&out)] {
        let said = tim3(&["replay", &good, "--svg", out, "--json", out]);
        assert_refused(&said, out, &["--svg and --json both write to", out]);
    }
    assert_eq!(names(folder.path()), ["good.json"]);
}

#[test]
fn a_counterexample_is_not_overwritten_by_what_is_made_of_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = good(folder.path());
    let around = folder.path().join(".").join("good.json");
    for out in [good.as_str(), text(&around)] {
        let said = tim3(&["replay", &good, "--json", out]);
        assert_refused(&said, out, &["--json", out, "would overwrite"]);
    }
    assert_eq!(fs::read_to_string(&good).expect("still there"), GOOD);
}

#[test]
fn a_format_without_a_place_or_asked_for_twice_is_refused() {
    for format in FORMATS {
        assert_refused(&tim3(&["replay", "x.json", format]), format, &["a value is required"]);
        assert_refused(&tim3(&["replay", "x.json", format, ""]), format, &["a value is required"]);
        let twice = tim3(&["replay", "x.json", format, "a", format, "b"]);
        assert_refused(&twice, format, &[format, "multiple times"]);
    }
}
