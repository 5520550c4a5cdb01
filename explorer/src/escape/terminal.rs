//! For a terminal, and the log of a machine.

use super::visible::{has_mark, with_escapes};
use super::{Format, Visible, is_visible};
use std::borrow::Cow;

/// What a terminal shows, line by line.
#[derive(Clone, Copy, Debug)]
pub struct Terminal;

/// Lines of text within a document whose own writer escapes its syntax.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Format for Terminal {
    fn escape(text: &Visible) -> Cow<'_, str> {
        text.as_str().into()
    }
}

impl Format for Plain {
    fn escape(text: &Visible) -> Cow<'_, str> {
        text.as_str().into()
    }
}

/// What goes to a terminal, once more: all that can be in it is visible characters and new lines,
/// and no line is a command for the machine that keeps a log. What [`Escaped`](super::Escaped)
/// writes stays as it is; this is for what others write.
pub fn only_visible(text: &str) -> Cow<'_, str> {
    let is_clean = |line: &str| line.chars().all(is_visible) && !is_command(line);
    if text.split('\n').all(is_clean) {
        return text.into();
    }
    let lines: Vec<_> =
        text.split('\n').map(|line| with_escapes(line, |c| !is_visible(c))).collect();
    lines.join("\n").into()
}

fn is_command(line: &str) -> bool {
    has_mark(line) || line.trim_start().starts_with("::")
}

#[cfg(test)]
mod tests {
    use super::only_visible;

    #[test]
    fn what_others_write_is_visible_and_no_command() {
        assert_eq!(only_visible("a\\n b\n c\n"), "a\\n b\n c\n");
        assert_eq!(
            only_visible("a\x1b[1m\r\n  ::error::x\n##[x]"),
            "a\\x1b[1m\\r\n  \\x3a:error::x\n\\x23#[x]"
        );
    }
}
