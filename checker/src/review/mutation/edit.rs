//! A change in one place of a file.

use std::ops::{Range, RangeInclusive};

/// A change in one place: what goes, and what comes there. Nothing of the file is copied for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub range: Range<usize>,
    /// What comes in its place, one after the other.
    to: Vec<Piece>,
}

/// A part of what comes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// What stands here in the file.
    Own(Range<usize>),
    New(String),
}

impl Edit {
    /// Something else in the place of this.
    pub fn new(range: Range<usize>, to: impl Into<String>) -> Self {
        Self { range, to: vec![Piece::New(to.into())] }
    }

    /// Nothing in the place of this.
    pub fn without(range: Range<usize>) -> Self {
        Self { range, to: Vec::new() }
    }

    /// Two places of the file change places; what is between them stays.
    pub fn swapped(first: Range<usize>, second: Range<usize>) -> Self {
        let range = first.start..second.end;
        let between = first.end..second.start;
        Self { range, to: [second, between, first].map(Piece::Own).into() }
    }

    /// The first of two places behind the second, on a line of its own; what is between them stays
    /// with the second, except for the space that it begins with.
    pub fn moved(text: &str, first: Range<usize>, second: Range<usize>) -> Self {
        let range = first.start..second.end;
        let rest = &text[first.end..second.end];
        let rest = second.end - rest.trim_start().len()..second.end;
        Self { range, to: vec![Piece::Own(rest), Piece::New("\n".into()), Piece::Own(first)] }
    }

    /// What comes in the place of what goes.
    pub fn pieces<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.to.iter().map(|piece| match piece {
            Piece::Own(range) => &text[range.clone()],
            Piece::New(new) => new,
        })
    }

    /// The file after it.
    pub fn applied(&self, text: &str) -> String {
        let head = std::iter::once(&text[..self.range.start]);
        head.chain(self.pieces(text)).chain([&text[self.range.end..]]).collect()
    }

    /// The lines that it changes, counted from 1.
    pub fn lines(&self, text: &str) -> RangeInclusive<u32> {
        let line = |end: usize| {
            let before = text[..end].bytes().filter(|byte| *byte == b'\n').count();
            u32::try_from(before + 1).unwrap_or(u32::MAX)
        };
        line(self.range.start)..=line(self.range.end.saturating_sub(1).max(self.range.start))
    }
}
