//! Logs of the examples, as files and as JSON that a test can damage.

#![allow(dead_code, reason = "each test uses some of it")]

use audit::{Asked, Audit, File, Log, LogError};
use page::Place;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

pub fn logs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/logs").join(name)
}

/// The files of a folder.
pub fn files(name: &str) -> Vec<File> {
    let entries = fs::read_dir(logs(name)).expect("a folder of logs");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let file = |path: &PathBuf| File {
        name: path.file_name().expect("a name").to_string_lossy().into_owned(),
        bytes: fs::read(path).expect("a file"),
        is_named: false,
    };
    paths.iter().map(file).collect()
}

/// Changes the JSON of one file.
pub fn change(files: &mut [File], name: &str, change: impl FnOnce(&mut Value)) {
    let file = files.iter_mut().find(|file| file.name == name).expect("a file of this name");
    let mut value = serde_json::from_slice(&file.bytes).expect("JSON");
    change(&mut value);
    file.bytes = serde_json::to_vec(&value).expect("JSON");
}

pub fn read(files: &[File]) -> Result<Log, LogError> {
    let mut log = Log::default();
    for file in files {
        log.add(file)?;
    }
    Ok(log.finished())
}

pub fn system(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../systems").join(name).join("system.lua")
}

pub fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| error.to_string())
}

pub fn audited(files: &[File]) -> Result<Audit, LogError> {
    let page = system("tim3-v2");
    audit::audit(Place::of(&page), text, &read(files)?, &Asked::default())
}

/// The audit of an example.
pub fn example(name: &str) -> Audit {
    audited(&files(name)).expect("an example can be judged")
}

/// What an example says of itself.
pub fn expected(name: &str) -> Value {
    let text = fs::read_to_string(logs(name).join("expect.json")).expect("expect.json");
    serde_json::from_str(&text).expect("JSON")
}
