//! The conditions in a text of Lua: where each is, and what follows if it holds.
//!
//! `if n == 1 then goto out end X = 1` and `if n ~= 1 then X = 1 end` can be the same code: only
//! the text tells them apart.

use std::ops::RangeInclusive;

/// What a condition decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decides {
    /// Whether a block runs.
    Block,
    /// Whether to go elsewhere: its block begins with `break` or `goto`.
    Jump,
    /// Whether a loop goes on.
    Loop,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// The lines that it stands on, counted from 1; of one behind `until`, the first of them.
    pub(crate) lines: RangeInclusive<u32>,
    pub(crate) decides: Decides,
    /// How many parts `and` and `or` join in it; none where it is a constant.
    pub(crate) parts: usize,
}

/// The conditions of a text, in the order in which they begin.
pub(crate) fn conditions(text: &str) -> Vec<Condition> {
    let words: Vec<_> = Words { rest: text.as_bytes(), line: 1 }.collect();
    let mut found = Vec::new();
    // Where each begins that has not ended: a function may stand in one.
    let mut open = Vec::new();
    for (place, (word, line)) in words.iter().enumerate() {
        match *word {
            b"if" | b"elseif" | b"while" | b"for" => open.push(place),
            b"until" => {
                let lines = *line..=*line;
                found.push((place, Condition { lines, decides: Decides::Loop, parts: 1 }));
            }
            b"then" | b"do" => {
                let is_its_end = |begin: &mut usize| {
                    matches!(words[*begin].0, b"while" | b"for") == (*word == b"do")
                };
                let Some(begin) = open.pop_if(is_its_end) else { continue };
                let next = words.get(place + 1).map(|(word, _)| *word);
                let decides = match words[begin].0 {
                    b"for" => continue,
                    b"while" => Decides::Loop,
                    _ if matches!(next, Some(b"break" | b"goto")) => Decides::Jump,
                    _ => Decides::Block,
                };
                let lines = words[begin].1..=*line;
                let parts = parts(&words[begin + 1..place]);
                found.push((begin, Condition { lines, decides, parts }));
            }
            _ => {}
        }
    }
    found.sort_by_key(|(begin, _)| *begin);
    found.into_iter().map(|(_, condition)| condition).collect()
}

fn parts(words: &[(&[u8], u32)]) -> usize {
    match words {
        [(word, _)] if *word == b"true" || word.first().is_some_and(u8::is_ascii_digit) => 0,
        _ => 1 + words.iter().filter(|(word, _)| matches!(*word, b"and" | b"or")).count(),
    }
}

/// The words, numbers and signs of a text, with their lines; no comments, and texts as one sign.
struct Words<'a> {
    rest: &'a [u8],
    line: u32,
}

impl<'a> Words<'a> {
    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        let lines = taken.split(|byte| *byte == b'\n').count() - 1;
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        taken
    }

    /// How long `[[...]]` or `[=[...]=]` is, if the rest begins with it.
    fn long(rest: &[u8]) -> Option<usize> {
        let inner = rest.strip_prefix(b"[")?;
        let level = inner.iter().take_while(|byte| **byte == b'=').count();
        (inner.get(level) == Some(&b'[')).then_some(())?;
        let end = [b"]", &inner[..level], b"]"].concat();
        let body = &inner[level + 1..];
        let length = body.windows(end.len()).position(|window| window == end);
        Some(length.map_or(rest.len(), |length| 2 + level + length + end.len()))
    }

    /// How long a text in quotes is.
    fn quoted(rest: &[u8]) -> usize {
        let mut is_escaped = false;
        let is_end = |byte: &u8| {
            let ends = !is_escaped && *byte == rest[0];
            is_escaped = !is_escaped && *byte == b'\\';
            ends
        };
        rest.iter().skip(1).position(is_end).map_or(rest.len(), |length| length + 2)
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = (&'a [u8], u32);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.rest;
            let length = match rest {
                [] => return None,
                [b'-', b'-', comment @ ..] => {
                    let to_end = || comment.iter().position(|byte| *byte == b'\n');
                    let length = Self::long(comment).or_else(to_end).unwrap_or(comment.len());
                    self.take(2 + length);
                    continue;
                }
                [byte, ..] if byte.is_ascii_whitespace() => {
                    self.take(1);
                    continue;
                }
                [b'"' | b'\'', ..] => Self::quoted(rest),
                [b'[', ..] => Self::long(rest).unwrap_or(1),
                _ => {
                    let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
                    rest.iter().take_while(is_word).count().max(1)
                }
            };
            let line = self.line;
            return Some((self.take(length), line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_known_by_what_follows_it() {
        let found = conditions(
            "-- if a then break\nif x == 'then break' and y\n or z then break end\nwhile true do if [[ do\n]] then goto a end end\nfor k in f do until b if (function() if c then d() end end)() then e() end",
        );
        let found: Vec<_> = found.into_iter().map(|it| (it.lines, it.decides, it.parts)).collect();
        assert_eq!(
            found,
            [
                (2..=3, Decides::Jump, 3),
                (4..=4, Decides::Loop, 0),
                (4..=5, Decides::Jump, 1),
                (6..=6, Decides::Loop, 1),
                (6..=6, Decides::Block, 1),
                (6..=6, Decides::Block, 1),
            ]
        );
    }
}
