//! Text files, read up to a limit.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// More than any contract or counterexample has, bytes: a larger file is not read.
pub const LARGEST: u64 = 4 << 20;

/// Why a file cannot be had as text.
#[derive(Debug)]
pub enum TextError {
    Unreadable(io::Error),
    /// It is something else than a file: `a folder`.
    NoFile(&'static str),
    /// It has more bytes than it may.
    TooLarge,
    /// It is not UTF-8 from this byte on, counted from 0.
    NotUtf8(usize),
    /// It begins with a byte-order mark.
    Marked,
}

impl TextError {
    /// What is wrong, of a file that was to be `what`: `a contract`.
    pub fn said(&self, what: &str) -> String {
        match self {
            Self::Unreadable(error) => format!("cannot be read: {error}"),
            Self::NoFile(kind) => format!("cannot be read: it is {kind}, not a file"),
            Self::TooLarge => format!("too large for {what}; the limit is {LARGEST} bytes"),
            Self::NotUtf8(place) => format!("not UTF-8 at byte {place}"),
            Self::Marked => "begins with a byte-order mark, which neither Lua nor JSON takes; save it as UTF-8 without one".to_owned(),
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

/// Reads a file. Nothing but a file is waited for, except for what this process was started
/// with: `/dev/stdin` and its like.
///
/// # Errors
/// Why it cannot be had as text.
pub fn read(path: &Path) -> Result<String, TextError> {
    let bytes = bytes(path)?;
    let text = String::from_utf8(bytes)
        .map_err(|error| TextError::NotUtf8(error.utf8_error().valid_up_to()))?;
    if text.starts_with('\u{feff}') { Err(TextError::Marked) } else { Ok(text) }
}

/// Reads a file that need not be text, up to [`LARGEST`] bytes.
///
/// # Errors
/// Why it cannot be had.
pub fn bytes(path: &Path) -> Result<Vec<u8>, TextError> {
    bytes_up_to(LARGEST, path)
}

/// Reads a file that need not be text, up to so many bytes.
///
/// # Errors
/// Why it cannot be had.
pub fn bytes_up_to(largest: u64, path: &Path) -> Result<Vec<u8>, TextError> {
    let file = open(path)?;
    let mut bytes = Vec::new();
    // A stream does not tell its length: only reading does.
    file.take(largest + 1).read_to_end(&mut bytes).map_err(TextError::Unreadable)?;
    if bytes.len() as u64 > largest { Err(TextError::TooLarge) } else { Ok(bytes) }
}

fn open(path: &Path) -> Result<File, TextError> {
    if is_stream_of_this_process(path) {
        return File::open(path).map_err(TextError::Unreadable);
    }
    // To open a pipe in the usual way is to wait until somebody writes to it. What was opened is
    // asked what it is, as a name may lead elsewhere a moment later.
    let file = without_waiting().open(path).map_err(|error| unopened(path, error))?;
    match file.metadata().map(|is| other_than_file(&is)) {
        Ok(None) => Ok(file),
        Ok(Some(kind)) => Err(TextError::NoFile(kind)),
        Err(error) => Err(TextError::Unreadable(error)),
    }
}

/// A socket cannot even be opened.
fn unopened(path: &Path, error: io::Error) -> TextError {
    let kind = path.metadata().ok().as_ref().and_then(other_than_file);
    kind.map_or(TextError::Unreadable(error), TextError::NoFile)
}

/// `/dev/stdin`, and what a shell makes of `<(command)`.
pub fn is_stream_of_this_process(path: &Path) -> bool {
    let folders = ["/dev/fd", "/proc/self/fd"];
    let streams = ["/dev/stdin", "/dev/stdout", "/dev/stderr"];
    streams.iter().any(|stream| path == Path::new(stream))
        || folders.iter().any(|folder| path.parent() == Some(Path::new(folder)))
}

fn without_waiting() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed());
    }
    options
}

/// What something is, if it is no file: `a folder`.
pub fn other_than_file(is: &Metadata) -> Option<&'static str> {
    if is.is_file() {
        return None;
    }
    if is.is_dir() {
        return Some("a folder");
    }
    if is.is_symlink() {
        return Some("a symbolic link");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = is.file_type();
        if kind.is_fifo() {
            return Some("a pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
    }
    Some("a device")
}
