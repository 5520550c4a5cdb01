//! Differences that are meant: named in a file beside the new handlers, so that the next
//! review shows only what is new.

use explorer::text_file;
use std::path::{Path, PathBuf};

/// Where they are named: `swap.accepted.json` beside `swap.lua`.
pub fn beside(handlers: &Path) -> PathBuf {
    handlers.with_extension("accepted.json")
}

/// The kinds of difference that a file names; none where there is no such file.
///
/// # Errors
/// The file, and what is wrong with it.
pub fn read(path: &Path) -> Result<Vec<String>, String> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = text_file::read_as("a list of differences", path)?;
    serde_json::from_str(&text).map_err(|error| {
        format!(
            "{}: damaged: {error}; it is a list of kinds of difference, as a review names them",
            path.display()
        )
    })
}
