//! How a text stays a text in the Markdown of GitHub.
//!
//! GitHub makes links, mentions, references, emoji and formulas of what is left when Markdown has
//! been read, so that no escape of Markdown's keeps it from that; in code it does not look for
//! them. So what is not harmless becomes code.

use explorer::escape::{Escaped, Fill, Format, Visible, Within, Xml};
use explorer::mermaid::Mermaid;
use std::borrow::Cow;
use std::fmt::Write;

/// Markdown as GitHub reads it: the text of a paragraph, a list or a cell of a table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Markdown;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Code;

/// Part of a comment.
pub(crate) type Md = Escaped<Markdown>;

/// Characters of a text that are shown: a comment has no room for more.
const MOST: usize = 600;

/// What GitHub makes a link, a mention, a reference, a formula or code of.
const LINKED: [&str; 9] = ["@", "#", "$", "`", "://", "www.", "mailto:", "xmpp:", "GH-"];

impl Format for Markdown {
    fn escape(visible: &Visible) -> Cow<'_, str> {
        let text = cut(visible.as_str());
        if !is_prose(&text) {
            return Code::escape(visible).into_owned().into();
        }
        let mut prose = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '<' => prose += "&lt;",
                '>' => prose += "&gt;",
                '&' => prose += "&amp;",
                '|' | '*' | '_' | '[' | ']' | '\\' | '~' | '!' | '{' | '}' | '^' => {
                    prose.push('\\');
                    prose.push(c);
                }
                c => prose.push(c),
            }
        }
        prose.into()
    }
}

impl Within<Markdown> for Xml {}

impl Within<Markdown> for Mermaid {}

/// A text as code, in any place of a comment: in backticks where that is enough, or else with
/// entities, which Markdown ignores.
impl Format for Code {
    fn escape(text: &Visible) -> Cow<'_, str> {
        let text = cut(text.as_str());
        let is_plain = |c: char| c.is_ascii_alphanumeric() || " -_.,:;/()=+*'\"#".contains(c);
        let is_bare = !text.is_empty() && text.trim() == text && text.chars().all(is_plain);
        if is_bare {
            return format!("`{text}`").into();
        }
        let mut code = String::from("<code>");
        for c in text.chars() {
            if c.is_ascii_punctuation() || c == ' ' && code.ends_with('>') {
                // Writing to memory does not fail.
                let _ = write!(code, "&#{};", u32::from(c));
            } else {
                code.push(c);
            }
        }
        (code + "</code>").into()
    }
}

impl Within<Markdown> for Code {}

/// A name, an action or a command.
pub(crate) fn code(text: &(impl Fill<Code> + ?Sized)) -> Md {
    Escaped::<Code>::of(text).within()
}

/// Whether Markdown makes nothing of a text that backslashes and entities do not keep it from, and
/// GitHub nothing afterwards.
fn is_prose(text: &str) -> bool {
    let begins_list = text.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', ')']);
    let begins_well = text.starts_with(|c: char| c.is_alphanumeric() || c == '(') && !begins_list;
    let is_emoji =
        text.split(':').skip(1).any(|rest| rest.starts_with(|c: char| !c.is_whitespace()));
    text.is_empty() || begins_well && !is_emoji && LINKED.iter().all(|mark| !text.contains(mark))
}

fn cut(text: &str) -> Cow<'_, str> {
    let many = text.chars().count();
    if many <= MOST {
        return text.into();
    }
    let shown: String = text.chars().take(MOST).collect();
    format!("{shown}... ({many} characters)").into()
}

#[cfg(test)]
mod tests {
    use super::{Md, code};

    fn shown(text: &str) -> String {
        Md::of(text).into_text()
    }

    #[test]
    fn our_own_sentences_are_prose() {
        let sentence = "alice sends TIM3 Transfer 10 to burn: <= 1, no_mint | x [a.1/1] (1 trick)";
        assert_eq!(
            shown(sentence),
            r"alice sends TIM3 Transfer 10 to burn: &lt;= 1, no\_mint \| x \[a.1/1\] (1 trick)"
        );
        assert_eq!(shown("1 re-push or 1 loss"), "1 re-push or 1 loss");
        assert_eq!(code("alice.deposit.1/1").as_str(), "`alice.deposit.1/1`");
    }

    #[test]
    fn what_github_would_make_something_of_is_code() {
        for text in
            ["@all", "#1", "see http://a", "www.a", "GH-1", "$x$", "`", ":x:", "- a", "1. a", "+ a"]
        {
            assert!(shown(text).starts_with("<code>") || shown(text).starts_with('`'), "{text}");
        }
        assert_eq!(code("a|`b`").as_str(), "<code>a&#124;&#96;b&#96;</code>");
        assert_eq!(code("@all\n").as_str(), "<code>&#64;all&#92;n</code>");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert!(shown(&"x".repeat(100_000)).len() < 700);
    }
}
