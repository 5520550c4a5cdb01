//! docs/KEYS.md lists every key by which content is known: places and tests that are there, and
//! no hash elsewhere.

use model::deployed::{Manner, Observables};
use model::usda::Usda;
use model::{Deployed, Subject};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(place: &str) -> String {
    fs::read_to_string(root().join(place)).unwrap_or_else(|error| panic!("{place}: {error}"))
}

/// The rows of the table, by cells.
fn rows() -> Vec<Vec<String>> {
    let text = read("docs/KEYS.md");
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| key |"));
    let cells =
        |line: &str| line.trim_matches('|').split(" | ").map(|c| c.trim().to_owned()).collect();
    rows.map(cells).collect()
}

/// The file and the text in it that a cell names.
fn place(cell: &str) -> (String, String) {
    let parts: Vec<_> = cell.split('`').collect();
    let [_, file, ": ", text, ""] = parts[..] else { panic!("no place: {cell}") };
    (file.to_owned(), text.to_owned())
}

#[test]
fn every_key_names_a_place_and_a_test_that_exist() {
    let rows = rows();
    assert!(rows.len() > 15, "{rows:?}");
    for row in rows {
        assert_eq!(row.len(), 6, "{row:?}");
        let (file, item) = place(&row[1]);
        assert!(read(&file).contains(&item), "{file} has no `{item}`");
        let (file, test) = place(&row[5]);
        let is_there = read(&file).lines().any(|line| {
            let line = line.trim_start();
            line.starts_with("fn ") && line.contains(&test)
        });
        assert!(is_there, "{file} has no test `{test}`");
    }
}

/// All Rust in the `src` of the workspace, by place.
fn sources() -> Vec<(String, String)> {
    fn visit(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                visit(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    for member in ["search", "aos", "model", "properties", "explorer", "page", "checker"] {
        visit(&root().join(member).join("src"), &mut found);
    }
    let name = |path: &Path| path.strip_prefix(root()).expect("within").display().to_string();
    let text = |path: &Path| fs::read_to_string(path).expect("a source");
    found.iter().map(|path| (name(path), text(path))).collect()
}

#[test]
fn whoever_takes_a_digest_or_a_number_is_listed() {
    let listed: BTreeSet<_> = rows().iter().map(|row| place(&row[1]).0).collect();
    // Digests that a listed place asks for, and those that nothing is known by.
    let others = [
        "aos/src/machine.rs",
        "checker/src/job.rs",
        "checker/src/packed/lane.rs",
        "model/src/deployed/alike.rs",
        "model/src/deployed/state.rs",
    ];
    let words = ["Digest::of", "secret.number", ".number_of(", ".digest()"];
    for (name, text) in sources() {
        let is_known = listed.contains(&name) || others.contains(&&*name);
        let taken = words.iter().find(|word| text.contains(**word));
        assert!(is_known || taken.is_none(), "{name} has `{taken:?}`: say why in docs/KEYS.md");
    }
}

#[test]
fn a_hash_with_public_keys_is_only_where_nobody_chooses_states() {
    for (name, text) in sources() {
        if name.starts_with("search/src/") {
            continue;
        }
        // The order of equals, which decides nothing.
        let text = text.replace("foldhash::quality::FixedState::with_seed(0x0a05)", "");
        for word in ["FixedState", "content_hash", "DefaultHasher"] {
            assert!(!text.contains(word), "{name} has `{word}`: anybody can foresee it");
        }
    }
}

#[test]
fn contracts_of_one_name_are_told_apart() {
    let lua = |source: &str| {
        let lua = Deployed::new("a.lua", source, Manner::default()).expect("it loads");
        Subject::Lua(lua, Usda::default())
    };
    let books = "Balances, TotalSupply, UsdaCollateral = {}, 0, 0 Handlers.add('a', 'A', print)\n";
    let (one, other) = (lua(books), lua(&format!("{books}A = 1")));
    assert_eq!(one.name(), other.name());
    assert_ne!(one.digest(), other.digest());
    assert_eq!(one.digest(), lua(books).digest());
    let beside = |observables: Observables| {
        let manner = Manner { observables, ..Manner::default() };
        let source = format!("{books}Other = {{}}");
        Subject::Lua(Deployed::new("a.lua", &source, manner).expect("it loads"), Usda::default())
    };
    let mut elsewhere = Observables::default();
    elsewhere.set("Balances", "Other").expect("an observable");
    assert_ne!(beside(Observables::default()).digest(), beside(elsewhere).digest());
}
