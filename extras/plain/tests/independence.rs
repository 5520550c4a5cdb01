//! The second engine has nothing of the first one in it.

use std::fs;
use std::path::{Path, PathBuf};

fn own(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The crates that `Cargo.toml` names for the engine itself.
fn dependencies(manifest: &str) -> Vec<&str> {
    let (_, behind) = manifest.split_once("\n[dependencies]\n").expect("dependencies");
    let lines = behind.lines().take_while(|line| !line.starts_with('['));
    let names = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    names.map(|line| line.split(['.', ' ', '=']).next().unwrap_or_default()).collect()
}

#[test]
fn the_engine_depends_on_the_host_and_the_vocabulary_alone() {
    let manifest = read(&own("Cargo.toml"));
    assert_eq!(dependencies(&manifest), ["aos", "model", "ruint", "smol_str"]);
    assert!(!manifest.contains("[target."), "dependencies by platform would be missed here");
    assert!(!manifest.contains("[features]"), "dependencies by feature would be missed here");
}

/// What the engine may name of `model`: vocabulary, data and how numbers are read.
const VOCABULARY: [&str; 14] = [
    "bounds", "books", "contract", "exact", "fault", "identity", "lua", "message", "process",
    "profile", "trick", "usda", "Contract", "bint",
];

/// Of these modules only the named things, which are data or how a transcription is called.
const ONLY: [(&str, &[&str]); 3] = [
    ("process", &["Evaluation", "Handlers", "Outbox"]),
    ("usda", &["Usda"]),
    ("contract", &["Contract", "Tim3", "Variant"]),
];

/// The words behind each `model::` in a source.
fn named_of_model(source: &str) -> Vec<&str> {
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("model::").skip(1)).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

fn forbidden_in(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    for behind in named_of_model(source) {
        let module = words(behind).next().unwrap_or_default();
        if !VOCABULARY.contains(&module) {
            found.push(format!("model::{behind}"));
        }
        let Some((_, allowed)) = ONLY.iter().find(|(name, _)| *name == module) else { continue };
        let named = behind.split(';').next().unwrap_or_default();
        let others = words(named).skip(1).filter(|word| !["as", "_"].contains(word));
        found.extend(
            others
                .filter(|word| !allowed.contains(word))
                .map(|it| format!("model::{module}::{it}")),
        );
    }
    for word in ["foldhash", "checker", "explorer", "search::Search", "deployed", "Rescuer", "Swap"]
    {
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code = code.map(|line| line.replace("plain-checker", "").replace("plain_checker", ""));
        found.extend(code.filter(|line| line.contains(word)).map(|line| format!("{word}: {line}")));
    }
    found
}

#[test]
fn the_engine_names_nothing_that_decides_in_the_main_one() {
    let sources = fs::read_dir(own("src")).expect("the sources");
    let paths: Vec<PathBuf> = sources.map(|entry| entry.expect("an entry").path()).collect();
    assert!(paths.len() > 8, "{paths:?}");
    for path in paths {
        assert_eq!(forbidden_in(&read(&path)), [] as [String; 0], "{}", path.display());
    }
}

#[test]
fn a_name_of_the_main_engine_would_be_noticed() {
    for line in [
        "use model::swap::Situation;",
        "use model::{Deployed, Swap};",
        "let next = model::step::Plan;",
        "use model::process::{Handlers, Process};",
        "use model::usda::Ledger;",
        "use foldhash::fast::FixedState;",
        "use explorer::way_out::Rescuer;",
    ] {
        assert_ne!(forbidden_in(line), [] as [String; 0], "{line}");
    }
}
