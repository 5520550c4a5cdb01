//! The files of logs.

use crate::commands::Failure;
use ::audit::{File, Log};
use explorer::text_file::{self, TextError};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// More than any page of a scheduler has, bytes.
const LARGEST: u64 = 256 << 20;

/// Reads all logs that are named, one file after the other.
///
/// # Errors
/// Which file cannot be read, or is no log, and why.
pub fn read(named: &[PathBuf]) -> Result<Log, Failure> {
    let mut log = Log::default();
    for (path, is_named) in files(named)? {
        let name = path.display().to_string();
        let bytes = text_file::bytes_up_to(LARGEST, &path).map_err(|error| match error {
            TextError::TooLarge => {
                Failure::usage(&format!("{name}: more than {LARGEST} bytes; fetch smaller pages"))
            }
            error => Failure::usage(&format!("{name}: {}", error.said("a log"))),
        })?;
        log.add(&File { name, bytes, is_named }).map_err(|error| Failure::usage(&error))?;
    }
    Ok(log.finished())
}

/// The files as they are now: names, sizes and times.
///
/// # Errors
/// Which folder cannot be read.
pub fn state(named: &[PathBuf]) -> Result<Vec<(PathBuf, u64, Option<SystemTime>)>, Failure> {
    let state = |(path, _): (PathBuf, bool)| {
        let data = path.metadata().ok();
        let size = data.as_ref().map_or(0, std::fs::Metadata::len);
        (path, size, data.and_then(|data| data.modified().ok()))
    };
    Ok(files(named)?.into_iter().map(state).collect())
}

/// The files that are named, and those with JSON in the folders that are.
fn files(named: &[PathBuf]) -> Result<Vec<(PathBuf, bool)>, Failure> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            files.push((path.clone(), true));
            continue;
        }
        let inner = within(path)?;
        if inner.is_empty() {
            let path = path.display();
            return Err(Failure::usage(&format!(
                "{path}: there is no file that ends in .json; put the logs there"
            )));
        }
        files.extend(inner.into_iter().map(|path| (path, false)));
    }
    Ok(files)
}

fn within(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::usage(&format!("{}: cannot be read: {error}", folder.display()))
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|end| end == "json") && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}
