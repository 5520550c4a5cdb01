//! The recorded counterexamples.

use explorer::counterexample::Counterexample;
use explorer::replay::Replay;
use explorer::trace::Trace;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../counterexamples")
}

fn of(path: &Path) -> Replay {
    let case = Counterexample::read(path).expect("a recorded counterexample");
    Replay::of(case).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One of them: `seed-tags/no-double-mint`.
pub fn one(name: &str) -> Replay {
    of(&folder().join(format!("{name}.json")))
}

/// The first steps of one of them.
pub fn begun(name: &str, steps: usize) -> Trace {
    let whole = one(name).trace;
    let mut begun = Trace::start(whole.world.clone());
    for step in &whole.steps()[..steps] {
        begun.take_named(&step.name).expect("it is possible");
    }
    begun
}

/// All of them, with their names.
pub fn all() -> impl Iterator<Item = (String, Replay)> {
    let entries = |folder: PathBuf| {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path())
    };
    let files: Vec<_> = entries(folder()).filter(|path| path.is_dir()).flat_map(entries).collect();
    assert!(files.len() > 100, "only {} are recorded", files.len());
    files.into_iter().map(|path| (path.display().to_string(), of(&path)))
}

/// A run in which a message of each shape goes, except for those that are lost or sent again.
pub const MANY_SHAPES: &str = "target-check-off/burns-paid-at-rest";
/// A run in which a message is evaluated once more.
pub const AGAIN: &str = "seed-tags/no-double-mint";
/// A run in which a message is lost.
pub const LOST: &str = "burn-is-a-transfer/deposits-creditable";
