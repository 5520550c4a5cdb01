//! Texts that hide nothing.

use std::fmt::{Display, Write};

/// Characters of a text that are shown; of a longer one it is said how many it has.
const MOST: usize = 10_000;

/// Letters by their category, but blank.
const BLANK: [char; 5] = ['\u{115f}', '\u{1160}', '\u{2800}', '\u{3164}', '\u{ffa0}'];

/// What begins a command for Azure's machines anywhere in a line, and one of them on GitHub's.
const COMMANDS: [&str; 2] = ["##[", "##vso["];

/// A text in which every character can be seen, and stands where it is read.
///
/// All others are written as escapes: control characters, marks that reorder or join, blanks that
/// are no spaces, accents without a letter of their own, and what no character has. `\n`, `\r`,
/// `\t` and `\\` are those of Lua; the others are `\x1b` and `\u{202e}`. So they can be
/// told apart and undone. It has one line, and begins no command for a machine that keeps a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visible(String);

impl Visible {
    pub fn of(text: &(impl Display + ?Sized)) -> Self {
        let text = text.to_string();
        let many = text.chars().count();
        if many <= MOST {
            return Self(visible(&text));
        }
        let shown: String = text.chars().take(MOST).collect();
        Self(format!("{}... ({many} characters)", visible(&shown)))
    }

    /// A text that has been made visible by other rules.
    pub(super) fn already(text: String) -> Self {
        debug_assert!(text.chars().all(is_visible), "{text:?}");
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn visible(text: &str) -> String {
    with_escapes(text, |c| c == '\\' || !is_visible(c))
}

/// A line in which these characters are escapes, and what begins a command for a machine.
pub(super) fn with_escapes(line: &str, is_escaped: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(line.len());
    let blanks = line.len() - line.trim_start().len();
    for (place, c) in line.char_indices() {
        // A colon alone would begin one with a colon of ours behind it.
        let rest = &line[place..];
        let begins_line = place == blanks && (rest.starts_with("::") || rest == ":");
        if begins_line || begins_mark(&line[place..]) || is_escaped(c) {
            push_escape(&mut shown, c);
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Whether a command for a machine begins here.
pub(super) fn begins_mark(text: &str) -> bool {
    let begins =
        |mark: &str| text.get(..mark.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(mark));
    text.starts_with('#') && COMMANDS.into_iter().any(begins)
}

/// Whether a character can be seen, and stands where it is read: a space, or one that the standard
/// library calls printable and that joins no other.
pub fn is_visible(c: char) -> bool {
    match c {
        ' '..='~' => true,
        _ => c.escape_debug().len() == 1 && !BLANK.contains(&c),
    }
}

/// Whether a command for a machine begins anywhere in it.
pub(super) fn has_mark(text: &str) -> bool {
    text.match_indices('#').any(|(place, _)| begins_mark(&text[place..]))
}

/// Writes a character as an escape.
fn push_escape(text: &mut String, c: char) {
    // Writing to memory does not fail.
    let _ = match c {
        '\n' => write!(text, "\\n"),
        '\r' => write!(text, "\\r"),
        '\t' => write!(text, "\\t"),
        '\\' => write!(text, "\\\\"),
        '\0'..='\x7f' => write!(text, "\\x{:02x}", u32::from(c)),
        _ => write!(text, "\\u{{{:x}}}", u32::from(c)),
    };
}

#[cfg(test)]
mod tests {
    use super::{MOST, Visible};

    fn shown(text: &str) -> String {
        Visible::of(text).0
    }

    #[test]
    fn what_cannot_be_seen_is_an_escape() {
        assert_eq!(shown("a\n\r\t\0\x1b[31m\x07\x7f"), r"a\n\r\t\x00\x1b[31m\x07\x7f");
        assert_eq!(
            shown("\u{85}\u{9b}\u{202e}\u{2066}\u{200f}"),
            r"\u{85}\u{9b}\u{202e}\u{2066}\u{200f}"
        );
        assert_eq!(
            shown("\u{61c}\u{200b}\u{feff}\u{ad}\u{a0}"),
            r"\u{61c}\u{200b}\u{feff}\u{ad}\u{a0}"
        );
        assert_eq!(
            shown("\u{2028}\u{2029}\u{e0041}\u{e000}\u{378}"),
            r"\u{2028}\u{2029}\u{e0041}\u{e000}\u{378}"
        );
        assert_eq!(shown("\u{fe0f}\u{301}\u{3164}\u{ffff}"), r"\u{fe0f}\u{301}\u{3164}\u{ffff}");
        assert_eq!(shown("grün ≠ \"日本\" → ✅ 'x'"), "grün ≠ \"日本\" → ✅ 'x'");
    }

    #[test]
    fn an_escape_that_was_there_is_told_apart() {
        assert_eq!(shown(r"\n"), r"\\n");
        assert_ne!(shown("\\\n"), shown(r"\\n"));
    }

    #[test]
    fn no_text_begins_a_command_for_a_machine() {
        assert_eq!(shown("::error::x"), r"\x3a:error::x");
        assert_eq!(shown(" \t::error::x"), r" \t\x3a:error::x");
        assert_eq!(shown("a ##[error]x ##VSO[b]"), r"a \x23#[error]x \x23#VSO[b]");
        assert_eq!(shown("a::b ## c"), "a::b ## c");
    }

    #[test]
    fn a_long_text_says_how_long_it_is() {
        let most = "x".repeat(MOST);
        assert_eq!(shown(&most), most);
        assert_eq!(shown(&(most.clone() + "yz")), format!("{most}... (10002 characters)"));
    }
}
