//! A review as the annotations that GitHub puts beside the files of a pull request.
//!
//! The commands are those of
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use super::words::{accepted, by_amount, by_upgrade, news, undecided, under};
use crate::review::Change;
use crate::review::summary::Summary;
use std::fmt::Write;

/// The commands, one a line: errors for what is worse, notices for what is better.
pub fn annotations(summary: &Summary) -> String {
    let mut text = String::new();
    let file = summary.file.as_deref();
    let mut add = |level: &str, title: &str, message: &str| {
        let file = file.map(|file| format!("file={},", property(file))).unwrap_or_default();
        let _ = writeln!(text, "::{level} {file}title={}::{}", property(title), escaped(message));
    };
    for info in news(summary) {
        let level = match info.change {
            Change::Inconclusive => "warning",
            change if change.is_worse() => "error",
            _ => "notice",
        };
        let title = format!("{} {}", info.change.name(), info.property);
        add(level, &title, &told(info.sentence, &under(info, summary)));
    }
    for broken in &summary.upgrade.broken {
        let title = format!("BROKEN BY THE UPGRADE {}", broken.property);
        add("error", &title, &told(broken.sentence, &by_upgrade(broken, summary)));
    }
    for case in summary.worst_cases.iter().filter(|case| case.is_worse()) {
        let title = format!("MORE CAN BE LOST {}", case.measure);
        add("error", &title, &told(case.sentence, &by_amount(case, summary, true)));
    }
    for line in undecided(summary) {
        add("warning", "INCONCLUSIVE", &line);
    }
    for line in accepted(summary) {
        add("notice", "ACCEPTED", &line);
    }
    for line in &summary.notes {
        add("notice", "FILES", line);
    }
    text
}

fn told(sentence: &str, lines: &[String]) -> String {
    format!("{sentence}\n{}", lines.join("\n"))
}

/// A text behind the last colons.
fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A text between commas.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{escaped, property};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(escaped("50%\nof, a: b"), "50%25%0Aof, a: b");
        assert_eq!(property("a:b,c%\r"), "a%3Ab%2Cc%25%0D");
    }
}
