//! A counterexample in other formats: what is written where.

use crate::command::tim3;
use crate::files_under;
use crate::path::text;
use serde_json::Value;
use std::fs;
use std::path::Path;

const FILE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../counterexamples/seed-tags/no-double-mint.json");

/// Each flag with what its text starts with.
const FORMATS: [(&str, &str); 5] = [
    ("--html", "<!doctype html>"),
    ("--svg", "<svg "),
    ("--mermaid", "sequenceDiagram\n"),
    ("--itf", "{\n  \"#meta\""),
    ("--json", "{\n  \"schema\": \"tim3-trace/1\""),
];

fn starts_with(found: &str, start: &str) -> bool {
    found.get(..start.len()).is_some_and(|found| found.eq_ignore_ascii_case(start))
}

#[test]
fn each_format_is_the_same_in_a_file_and_on_standard_output() {
    let folder = tempfile::tempdir().expect("a folder");
    for (flag, start) in FORMATS {
        let shown = tim3(&["replay", FILE, flag, "-"]);
        assert_eq!((shown.code, shown.err.as_str()), (0, ""), "{flag}");
        assert!(starts_with(&shown.out, start), "{flag}: {}", shown.out);
        assert!(shown.out.ends_with('\n'), "{flag}");
        let out = folder.path().join(flag);
        let said = tim3(&["replay", FILE, flag, text(&out)]);
        let expected = format!("written to {}\n", out.display());
        assert_eq!((said.code, said.out, said.err), (0, expected, String::new()), "{flag}");
        assert_eq!(fs::read_to_string(out).expect("a file"), shown.out, "{flag}");
    }
    assert_eq!(files_under(folder.path()).len(), FORMATS.len(), "nothing else is left there");
}

#[test]
fn all_formats_can_be_asked_for_at_once_each_in_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let outs = FORMATS.map(|(flag, _)| folder.path().join(flag));
    let args = FORMATS.iter().zip(&outs).flat_map(|((flag, _), out)| [*flag, text(out)]);
    let said = tim3(&["replay", FILE].into_iter().chain(args).collect::<Vec<_>>());
    let expected: Vec<_> =
        outs.iter().map(|out| format!("written to {}\n", out.display())).collect();
    assert_eq!((said.code, said.out, said.err), (0, expected.concat(), String::new()));
    for ((flag, start), out) in FORMATS.iter().zip(&outs) {
        let found = fs::read_to_string(out).expect("a file");
        assert!(starts_with(&found, start), "{flag}: {found}");
    }
}

#[test]
fn a_test_goes_to_standard_output_or_where_write_says() {
    let shown = tim3(&["replay", FILE, "--test", "aos"]);
    assert_eq!((shown.code, shown.err.as_str()), (0, ""));
    assert!(starts_with(&shown.out, "// A run of tim3 on the real aos.\n"), "{}", shown.out);
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("run.test.mjs");
    let said = tim3(&["replay", FILE, "--test", "aos", "--write", text(&out)]);
    let expected = format!("written to {}\n", out.display());
    assert_eq!((said.code, said.out, said.err), (0, expected, String::new()));
    assert_eq!(fs::read_to_string(&out).expect("a file"), shown.out);
    let alone = tim3(&["replay", FILE, "--write", text(&out)]);
    assert_eq!(alone.code, 2, "there is nothing to write: {alone:?}");
    let other = tim3(&["replay", FILE, "--test", "hyperbeam"]);
    assert!(other.code == 2 && other.err.contains("aos"), "{other:?}");
}

#[test]
fn what_goes_to_standard_output_is_alone_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("page.html");
    let said = tim3(&["replay", FILE, "--html", text(&out), "--svg", "-"]);
    assert_eq!(said.out, tim3(&["replay", FILE, "--svg", "-"]).out);
    assert!(out.exists());
}

#[test]
fn a_folder_that_is_not_there_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("deep").join("er").join("run.svg");
    assert_eq!(tim3(&["replay", FILE, "--svg", text(&out)]).code, 0);
    assert!(out.exists());
}

#[test]
fn what_was_written_before_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("run.json");
    fs::write(&out, "x".repeat(1 << 20)).expect("a file");
    assert_eq!(tim3(&["replay", FILE, "--json", text(&out)]).code, 0);
    let found = fs::read_to_string(&out).expect("a file");
    assert!(serde_json::from_str::<Value>(&found).is_ok(), "{found}");
    assert_eq!(files_under(folder.path()), [out]);
}

#[test]
#[cfg(unix)]
fn a_pipe_is_written_to_and_stays_one() {
    use std::os::unix::fs::FileTypeExt;
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo");
    assert!(made.success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).expect("what is written")
    });
    assert_eq!(tim3(&["replay", FILE, "--mermaid", text(&pipe)]).code, 0);
    assert!(fs::symlink_metadata(&pipe).expect("it is there").file_type().is_fifo());
    assert!(reader.join().expect("it reads").starts_with("sequenceDiagram\n"));
}

#[test]
fn the_formats_agree_on_the_run() {
    let json = |flag| -> Value {
        serde_json::from_str(&tim3(&["replay", FILE, flag, "-"]).out).expect("JSON")
    };
    let (data, states) = (json("--json"), json("--itf"));
    let steps = data["steps"].as_array().expect("steps");
    for (place, step) in steps.iter().enumerate() {
        assert_eq!(states["states"][place + 1]["action"], step["action"]);
    }
    let svg = tim3(&["replay", FILE, "--svg", "-"]).out;
    let xml = roxmltree::Document::parse(&svg).expect("XML");
    for step in steps.iter().filter(|step| step["at"].is_string()) {
        let (number, at) = (step["step"].to_string(), step["at"].as_str().expect("a process"));
        let is_drawn = |node: roxmltree::Node| {
            let class = node.attribute("class").unwrap_or_default();
            class.starts_with("arrow")
                && !class.contains("notice")
                && node.attribute("data-step") == Some(number.as_str())
        };
        assert!(xml.descendants().any(is_drawn), "no arrow in step {number}, evaluated at {at}");
    }
}

#[test]
fn without_a_format_the_run_is_told() {
    let said = tim3(&["replay", FILE]);
    assert!(said.out.contains("BROKEN after step 3"), "{}", said.out);
    assert!(Path::new(FILE).exists());
}
