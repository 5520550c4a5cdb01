//! Plain English in code, messages and docs: no phrase of the list, no comment that only repeats a
//! name, no test with a sentence for a name.

#[path = "english/names.rs"]
mod names;
#[path = "english/phrases.rs"]
mod phrases;
#[path = "english/words.rs"]
mod words;

use std::fs;
use std::path::{Path, PathBuf};

/// Folders of others, or of builds. Counterexamples are data.
const SKIPPED: [&str; 3] = ["target", "node_modules", "counterexamples"];

/// It has every phrase of the list.
const LIST: &str = "checker/tests/english";

const READ: [&str; 9] = ["rs", "lua", "js", "mjs", "html", "css", "md", "sh", "yml"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn is_ours(path: &Path, name: &str) -> bool {
    let is_read = path.extension().is_some_and(|end| READ.iter().any(|one| end == *one));
    let is_hidden = name.starts_with('.') && name != ".github";
    !is_hidden && !SKIPPED.contains(&name) && (path.is_dir() || is_read) && !path.is_symlink()
}

/// Every text of the repository below a folder: its path from the root, and what is in it.
fn texts(folder: &str, all: &mut Vec<(String, String)>) {
    let entries = fs::read_dir(root().join(folder)).expect("a folder of the repository");
    for entry in entries.map(|entry| entry.expect("an entry")) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        if path == LIST || !is_ours(&entry.path(), &name) {
            continue;
        }
        if entry.path().is_dir() {
            texts(&path, all);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            all.push((path, text));
        }
    }
}

fn all() -> Vec<(String, String)> {
    let mut all = Vec::new();
    texts("", &mut all);
    assert!(all.len() > 500, "only {} files were read", all.len());
    all
}

fn assert_none(found: &[String], what_to_do: &str) {
    assert!(found.is_empty(), "{what_to_do}:\n{}", found.join("\n"));
}

#[test]
fn no_file_has_a_phrase_that_has_to_be_read_twice() {
    let in_file = |(path, text): &(String, String)| {
        let places = phrases::found(text, words::WORDS).into_iter();
        let line = |(line, phrase, instead)| {
            format!("{path}:{line}: instead of `{phrase}` write {instead}")
        };
        places.map(line).collect::<Vec<_>>()
    };
    let found: Vec<_> = all().iter().flat_map(in_file).collect();
    assert_none(&found, "plainer words");
}

/// What `find` finds in the files of Rust.
fn in_rust(find: fn(&str) -> Vec<(usize, String)>) -> Vec<String> {
    let all = all();
    let is_rust = |path: &str| Path::new(path).extension().is_some_and(|end| end == "rs");
    let rust = all.iter().filter(|(path, _)| is_rust(path));
    let in_file = |(path, text): &(String, String)| {
        find(text).into_iter().map(|(line, what)| format!("{path}:{line}: {what}")).collect()
    };
    rust.flat_map::<Vec<_>, _>(in_file).collect()
}

#[test]
fn no_comment_only_repeats_a_name() {
    let what = "delete these comments, or say what, the unit, the shape, the errors";
    assert_none(&in_rust(names::repeated), what);
}

#[test]
fn no_test_has_a_sentence_for_a_name() {
    assert_none(&in_rust(names::too_long), "at most 60 characters in the name of a test");
}
