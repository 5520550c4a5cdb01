//! A change in one place of a file.

use std::ops::Range;

/// A change in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub range: Range<usize>,
    /// What comes in its place.
    pub to: String,
}

impl Edit {
    /// Something else in the place of this.
    pub fn new(range: Range<usize>, to: impl Into<String>) -> Self {
        Self { range, to: to.into() }
    }

    /// Nothing in the place of this.
    pub fn without(range: Range<usize>) -> Self {
        Self::new(range, "")
    }

    /// The file after it.
    pub fn applied(&self, text: &str) -> String {
        format!("{}{}{}", &text[..self.range.start], self.to, &text[self.range.end..])
    }

    /// The line on which it begins, counted from 1.
    pub fn line(&self, text: &str) -> usize {
        text[..self.range.start].matches('\n').count() + 1
    }
}
