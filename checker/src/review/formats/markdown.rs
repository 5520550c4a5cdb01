//! A review as a comment on a pull request: a table first, then what is behind each line.

use super::mutation;
use super::{QUIET, answer, by_amount, by_faults, by_upgrade, extent, handlers, names, still};
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{DifferenceInfo, PromiseInfo, Summary};
use crate::review::upgrade::BrokenByUpgrade;
use crate::review::worst_case::WorstCase;
use std::fmt::Write;

/// Characters that a comment may have on GitHub.
const MOST: usize = 65_536;

/// Something that is folded away.
struct Fold {
    /// What stands there while it is.
    title: String,
    text: String,
    /// The messages of its schedule: the first to go where there is no room.
    lanes: Option<String>,
}

/// All that a review says, in the Markdown of GitHub.
pub fn markdown(summary: &Summary) -> String {
    let head = format!(
        "## Review of `{}` → `{}`\n\n**{}**\n\nBounds {}.\n\n{}",
        summary.old,
        summary.new,
        summary.headline(),
        summary.bounds_sentence,
        table(summary)
    );
    let foot = format!("Reproduce: `{}`\n", summary.command);
    let room = MOST.saturating_sub(head.chars().count() + foot.chars().count());
    format!("{head}{}{foot}", fitting(folds(summary), room))
}

/// As much as there is room for: pictures go first, from the back, then whole folds.
fn fitting(mut folds: Vec<Fold>, room: usize) -> String {
    let long = |folds: &[Fold]| folds.iter().map(|fold| fold.text().chars().count()).sum::<usize>();
    let note = "Left out, as a comment has no room for more: pictures of messages, and details of the last sections. `--html` has all of it.\n\n";
    if long(&folds) <= room {
        return folds.iter().map(Fold::text).collect();
    }
    let room = room.saturating_sub(note.chars().count());
    for place in (0..folds.len()).rev() {
        if long(&folds) > room {
            folds[place].lanes = None;
        }
    }
    while long(&folds) > room {
        folds.pop();
    }
    folds.iter().map(Fold::text).collect::<String>() + note
}

impl Fold {
    fn text(&self) -> String {
        let lanes = self.lanes.as_ref().map(|lanes| format!("```mermaid\n{lanes}```\n\n"));
        let lanes = lanes.unwrap_or_default();
        let (title, text) = (&self.title, &self.text);
        format!("<details><summary>{title}</summary>\n\n{text}{lanes}</details>\n\n")
    }
}

fn table(summary: &Summary) -> String {
    let mut text = String::from("| | what | under |\n|---|---|---|\n");
    let mut row = |mark: &str, what: String, under: Vec<String>| {
        let _ = writeln!(text, "| {mark} | {what} | {} |", under.join("<br>"));
    };
    for info in summary.promises.iter().filter(|info| info.change.is_news()) {
        let what = format!("`{}` {}", info.property, info.change.name());
        row(mark(info.change), what, info.faults.iter().map(by_faults).collect());
    }
    for broken in &summary.upgrade.broken {
        let what = format!("`{}` broken by the upgrade", broken.property);
        row("❌", what, broken.faults.iter().map(by_upgrade).collect());
    }
    for case in summary.worst_cases.iter().filter(|case| case.is_worse()) {
        let amounts = case.amounts.iter().filter(|amounts| amounts.is_worse);
        row(
            "❌",
            format!("`{}`: more can be lost", case.measure),
            amounts.map(by_amount).collect(),
        );
    }
    for change in QUIET {
        let infos = still(&summary.promises, change);
        if !infos.is_empty() {
            row("", format!("{}: {}", change.name(), names(&infos)), Vec::new());
        }
    }
    text + "\n"
}

fn mark(change: Change) -> &'static str {
    match change {
        _ if change.is_worse() => "❌",
        Change::Inconclusive => "❔",
        _ => "✅",
    }
}

fn folds(summary: &Summary) -> Vec<Fold> {
    let news = summary.promises.iter().filter(|info| info.change.is_news());
    let mut folds: Vec<_> = news.map(promise).collect();
    folds.extend(summary.upgrade.broken.iter().map(broken_by_upgrade));
    folds.extend(summary.worst_cases.iter().filter(|case| case.is_worse()).map(worst_case));
    folds.push(upgrade(summary));
    folds.extend(still_broken(summary));
    folds.push(worst_cases(summary));
    folds.push(behaviour(summary));
    folds.extend(mutation::markdown(summary).map(|(title, text)| Fold {
        title,
        text,
        lanes: None,
    }));
    folds
}

fn promise(info: &PromiseInfo) -> Fold {
    let title = format!("<code>{}</code>: {}", info.property, info.change.name());
    let mut text = format!("{}: {}.\n\n", info.sentence, info.why);
    text += &info.schedule.as_ref().map(told).unwrap_or_default();
    Fold { title, text, lanes: info.schedule.as_ref().map(Schedule::mermaid) }
}

fn broken_by_upgrade(broken: &BrokenByUpgrade) -> Fold {
    let title = format!("<code>{}</code>: broken by the upgrade", broken.property);
    let mut text = format!("{}: {}.\n\n", broken.sentence, broken.why);
    text += &told(&broken.schedule);
    let _ = writeln!(text, "Then `{}`.\n", broken.breach);
    Fold { title, text, lanes: Some(broken.schedule.mermaid()) }
}

fn worst_case(case: &WorstCase) -> Fold {
    let schedule = super::of_worst_case(case);
    let mut text = format!("{}.\n\n", case.sentence);
    text += &schedule.map(told).unwrap_or_default();
    let title = format!("<code>{}</code>: more can be lost", case.measure);
    Fold { title, text, lanes: schedule.map(Schedule::mermaid) }
}

fn told(schedule: &Schedule) -> String {
    let mut text = format!("Under `{}`, faults: {}\n\n", schedule.profile, schedule.faults);
    let steps = schedule.actions.iter().zip(schedule.sentences());
    for (place, (action, sentence)) in steps.enumerate() {
        let parts = if schedule.parted == Some(place + 1) { " **← they part here**" } else { "" };
        let _ = writeln!(text, "{}. {} (`{action}`){parts}", place + 1, plain(sentence));
    }
    text.push('\n');
    for difference in &schedule.differences {
        let _ = writeln!(text, "- {}", plain(difference));
    }
    text + "\n"
}

fn upgrade(summary: &Summary) -> Fold {
    let upgrade = &summary.upgrade;
    let title = format!("Upgrade in flight: {}", super::upgraded(upgrade));
    let mut text = format!("Handlers afterwards, in order: {}\n\n", plain(&handlers(upgrade)));
    if !upgrade.hidden.is_empty() {
        let names = upgrade.hidden.join(", ");
        let _ =
            writeln!(text, "Not said, as the new version breaks them without any fault: {names}\n");
    }
    Fold { title, text, lanes: None }
}

/// What the new handlers do with the old counterexamples.
fn still_broken(summary: &Summary) -> Option<Fold> {
    let infos = still(&summary.promises, Change::StillBroken);
    let text: String = infos.iter().map(|info| format!("- {}\n", answer(info))).collect();
    let title = "Still broken, with the old counterexamples".to_owned();
    (!infos.is_empty()).then(|| Fold { title, text: text + "\n", lanes: None })
}

fn worst_cases(summary: &Summary) -> Fold {
    let mut text = String::from("| what | under: base units |\n|---|---|\n");
    for case in &summary.worst_cases {
        let amounts: Vec<_> = case.amounts.iter().map(by_amount).collect();
        let what = format!("`{}`: {}", case.measure, case.sentence);
        let _ = writeln!(text, "| {what} | {} |", amounts.join("<br>"));
    }
    if summary.worst_cases.is_empty() {
        text = "Nothing can be lost within these bounds.\n".to_owned();
    }
    Fold { title: "Worst case".to_owned(), text: text + "\n", lanes: None }
}

fn behaviour(summary: &Summary) -> Fold {
    let behaviour = &summary.behaviour;
    let title =
        format!("Behaviour under <code>{}</code>: {}", behaviour.profile, extent(behaviour));
    let text = behaviour.news().map(difference).collect();
    Fold { title, text, lanes: None }
}

fn difference(difference: &DifferenceInfo) -> String {
    let follows = if difference.follows { " (after an earlier difference)" } else { "" };
    let actions = difference.schedule.actions.iter().map(|action| format!("`{action}`"));
    let actions: Vec<_> = actions.collect();
    format!("- **{}**{follows}\n\n  {}\n\n", plain(&difference.what), actions.join("; "))
}

/// A text without what would be a mark-up of its own, which contracts and messages can hold.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => plain += "&lt;",
            '>' => plain += "&gt;",
            '&' => plain += "&amp;",
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' | '~' | '@' | '!' => {
                plain.push('\\');
                plain.push(letter);
            }
            '\n' | '\r' => plain.push(' '),
            _ => plain.push(letter),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(title: &str, text: &str, lanes: &str) -> Fold {
        Fold { title: title.into(), text: text.into(), lanes: Some(lanes.into()) }
    }

    #[test]
    fn a_comment_has_no_room_for_everything() {
        let folds = || vec![fold("one", "a", "first lanes\n"), fold("two", "b", "second lanes\n")];
        let all = fitting(folds(), 1000);
        assert!(all.contains("second lanes") && !all.contains("Left out"), "{all}");
        let room = all.chars().count() - 1 + 150;
        let less = fitting(
            vec![fold("one", "a", "first lanes\n"), fold("two", "b", &"x".repeat(300))],
            room,
        );
        assert!(less.contains("first lanes") && !less.contains("xxx"), "{less}");
        assert!(less.contains("two") && less.contains("Left out"), "{less}");
        let least = fitting(folds(), 200);
        assert!(!least.contains("two") && least.chars().count() <= 200, "{least}");
    }

    #[test]
    fn no_text_of_a_contract_is_mark_up() {
        assert_eq!(plain("<b>|`x`\n@all"), "&lt;b&gt;\\|\\`x\\` \\@all");
    }
}
