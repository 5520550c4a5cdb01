//! A review as the annotations that GitHub puts beside the files of a pull request.
//!
//! The commands are those of
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use super::words::{accepted, by_amount, by_upgrade, news, undecided, under};
use crate::review::Change;
use crate::review::summary::Summary;
use explorer::escape::{Escaped, Format, Visible, Within};
use explorer::escaped;
use std::borrow::Cow;

/// A text behind the last colons.
#[derive(Clone, Copy, Debug)]
pub struct Command;

/// A text between commas.
#[derive(Clone, Copy, Debug)]
struct InProperty;

pub type Commands = Escaped<Command>;

/// The commands, one a line: errors for what is worse, notices for what is better.
pub fn annotations(summary: &Summary) -> Commands {
    let mut text = Commands::new();
    let file = summary.file.as_deref();
    let mut add = |level: &'static str, title: &str, message: Commands| {
        let file: Option<Commands> = file.map(|file| escaped!("file={},", InProperty::text(file)));
        text += escaped!(
            "::{level} {}title={}::{message}\n",
            file.unwrap_or_default(),
            InProperty::text(title),
            level,
            message
        );
    };
    for info in news(summary) {
        let level = match info.change {
            Change::Inconclusive => "warning",
            change if change.is_worse() => "error",
            _ => "notice",
        };
        let title = format!("{} {}", info.change.name(), info.property);
        add(level, &title, told(info.sentence, &under(info, summary)));
    }
    for broken in &summary.upgrade.broken {
        let title = format!("BROKEN BY THE UPGRADE {}", broken.property);
        add("error", &title, told(broken.sentence, &by_upgrade(broken, summary)));
    }
    for case in summary.worst_cases.iter().filter(|case| case.is_worse()) {
        let title = format!("MORE CAN BE LOST {}", case.measure);
        add("error", &title, told(case.sentence, &by_amount(case, summary, true)));
    }
    for line in undecided(summary) {
        add("warning", "INCONCLUSIVE", Commands::of(&line));
    }
    for line in accepted(summary) {
        add("notice", "ACCEPTED", Commands::of(&line));
    }
    for line in &summary.notes {
        add("notice", "FILES", Commands::of(line));
    }
    text
}

fn told(sentence: &str, lines: &[String]) -> Commands {
    escaped!("{sentence}%0A{}", Commands::list(lines, "%0A"), sentence)
}

impl Format for Command {
    fn escape(text: &Visible) -> Cow<'_, str> {
        text.as_str().replace('%', "%25").into()
    }
}

impl Format for InProperty {
    fn escape(text: &Visible) -> Cow<'_, str> {
        Command::escape(text).replace(':', "%3A").replace(',', "%2C").into()
    }
}

impl Within<Command> for InProperty {}

impl InProperty {
    fn text(text: &str) -> Commands {
        Escaped::<Self>::of(text).within()
    }
}

#[cfg(test)]
mod tests {
    use super::{Commands, InProperty};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(Commands::of("50%\nof, a: b").as_str(), "50%25\\nof, a: b");
        assert_eq!(InProperty::text("a:b,c%\r").as_str(), "a%3Ab%2Cc%25\\r");
        assert_eq!(InProperty::text("::error::").as_str(), "\\x3a%3Aerror%3A%3A");
    }
}
