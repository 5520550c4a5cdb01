//! Differences that are meant: named in a file beside the new handlers, so that the next
//! review shows only what is new.

use explorer::text_file::{self, TextError};
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
    let place = path.display();
    let text = text_file::read(path).map_err(|error| match error {
        TextError::Unreadable(error) => format!("{place}: cannot be read: {error}"),
        TextError::TooLarge => format!("{place}: larger than {} bytes", text_file::LARGEST),
        TextError::NotUtf8(at) => format!("{place}: not UTF-8 at byte {at}"),
    })?;
    serde_json::from_str(&text).map_err(|error| {
        format!(
            "{place}: damaged: {error}; it is a list of kinds of difference, as a review names them"
        )
    })
}
