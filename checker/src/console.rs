//! Standard output and standard error of the command.

use explorer::escape::{Told, only_visible};
use explorer::escaped;
use std::borrow::Cow;
use std::io::Write;

/// What goes to standard output.
pub enum Output {
    /// Lines for a reader.
    Told(Told),
    /// A document, which its own writer has escaped, or a source of ours, as it is.
    Document(String),
}

impl Output {
    /// As a text. What a reader gets was escaped where it was written; that it was is made sure.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Told(told) => only_visible(told.as_str()),
            Self::Document(text) => text.into(),
        }
    }
}

/// Says something beside the output. If it cannot be written, nothing is lost that was asked for.
pub fn say(told: &Told) {
    let _ = write!(std::io::stderr(), "{}", only_visible(told.as_str()));
}

/// Says what is wrong, on one line.
pub fn complain(message: &str) {
    say(&escaped!("tim3: {message}\n", message));
}
