//! Text files, read up to a limit.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// More than any contract or counterexample has, bytes: a larger file is not read.
pub const LARGEST: u64 = 4 << 20;

/// Why a file cannot be had as text.
#[derive(Debug)]
pub enum TextError {
    /// It cannot be read.
    Unreadable(io::Error),
    /// It has more than [`LARGEST`] bytes.
    TooLarge,
    /// It is not UTF-8 from this byte on, counted from 0.
    NotUtf8(usize),
}

impl TextError {
    /// What is wrong, of a file that was to be `what`: `a contract`.
    pub fn said(&self, what: &str) -> String {
        match self {
            Self::Unreadable(error) => format!("cannot be read: {error}"),
            Self::TooLarge => format!("too large for {what}; the limit is {LARGEST} bytes"),
            Self::NotUtf8(place) => format!("not UTF-8 at byte {place}"),
        }
    }
}

/// Reads a file that is to be `what`.
///
/// # Errors
/// The file, and why it cannot be had as text.
pub fn read_as(what: &str, path: &Path) -> Result<String, String> {
    read(path).map_err(|error| format!("{}: {}", path.display(), error.said(what)))
}

/// Reads a file.
///
/// # Errors
/// Why it cannot be had as text.
pub fn read(path: &Path) -> Result<String, TextError> {
    let mut bytes = Vec::new();
    // A pipe or a device does not tell its length: only reading does.
    let file = File::open(path).map_err(TextError::Unreadable)?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(TextError::Unreadable)?;
    if bytes.len() as u64 > LARGEST {
        return Err(TextError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|error| TextError::NotUtf8(error.utf8_error().valid_up_to()))
}
