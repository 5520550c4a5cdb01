//! A review as a comment on a pull request: a table first, then what is behind each line.

use super::mutation;
use super::told::{Parting, Told};
use super::words::{
    QUIET, accepted, answers, broken_anyway, by_amount, by_upgrade, extent, handlers, more_to_lose,
    names, not_worse, of_worst_case, sentence, severity, still, under, upgraded, worse,
};
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
    /// What stands behind the messages.
    after: String,
    /// The messages of its schedule: the first to go where there is no room.
    lanes: Option<String>,
}

/// All that a review says, in the Markdown of GitHub.
pub fn markdown(summary: &Summary) -> String {
    let notes = summary.notes.iter().map(|note| format!("- {}\n", plain(note)));
    let accepted = accepted(summary);
    let accepted = accepted.iter().map(|line| format!("- {}\n", plain(line)));
    let list: String = notes.chain(accepted).collect();
    let list = if list.is_empty() { list } else { list + "\n" };
    let head = format!(
        "## Review of `{}` → `{}`\n\n**{}**\n\nBounds {}.\n\n{list}{}{}",
        summary.old,
        summary.new,
        summary.headline(),
        summary.bounds_sentence,
        not_tried(summary),
        table(summary)
    );
    let foot = format!("Reproduce: `{}`\n", summary.command);
    let room = MOST.saturating_sub(head.chars().count() + foot.chars().count());
    format!("{head}{}{foot}", fitting(folds(summary), room))
}

/// What the new handlers read that was tried in one way.
fn not_tried(summary: &Summary) -> String {
    let line = |line: &String| format!("- {}\n", plain(line));
    let lines: String = summary.not_tried.iter().map(line).collect();
    if lines.is_empty() { lines } else { format!("Not tried of the new handlers:\n\n{lines}\n") }
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
    /// Without messages.
    fn plain(title: String, text: String) -> Self {
        Self { title, text, after: String::new(), lanes: None }
    }

    fn text(&self) -> String {
        let lanes = self.lanes.as_ref().map(|lanes| format!("```mermaid\n{lanes}```\n\n"));
        let lanes = lanes.unwrap_or_default();
        let Self { title, text, after, .. } = self;
        format!("<details><summary>{title}</summary>\n\n{text}{lanes}{after}</details>\n\n")
    }
}

fn table(summary: &Summary) -> String {
    let mut rows = promise_rows(worse(summary), summary);
    rows.extend(summary.upgrade.broken.iter().map(|broken| Row {
        mark: "❌",
        names: vec![format!("`{}`", broken.property)],
        change: "BROKEN BY THE UPGRADE",
        cells: ["", &by_upgrade(broken, summary).join("<br>")].map(str::to_owned),
    }));
    rows.extend(more_to_lose(summary).map(|case| Row {
        mark: "❌",
        names: vec![format!("`{}`", case.measure)],
        change: "more can be lost",
        cells: ["", &by_amount(case, summary, true).join("<br>")].map(str::to_owned),
    }));
    rows.extend(promise_rows(not_worse(summary), summary));
    rows.extend(summary.behaviour.news().filter(|kind| !kind.follows).map(|kind| Row {
        mark: "≠",
        names: vec![plain(&kind.what)],
        change: "",
        cells: [kind.schedule.faults.clone(), kind.schedule.profile.to_owned()],
    }));
    let quiet = QUIET.map(|change| {
        let infos = still(summary, change);
        let row = format!("| | {}: {} | | |\n", change.name(), names(&infos));
        if infos.is_empty() { String::new() } else { row }
    });
    let rows: String = rows.iter().map(Row::text).collect();
    format!("| | what | fewest faults | under |\n|---|---|---|---|\n{rows}{}\n", quiet.concat())
}

/// A row of the table.
struct Row {
    mark: &'static str,
    /// Of what it is.
    names: Vec<String>,
    change: &'static str,
    /// The fewest faults, and under which platforms.
    cells: [String; 2],
}

impl Row {
    fn text(&self) -> String {
        let Self { mark, names, change, cells } = self;
        let what = format!("{} {change}", names.join(", "));
        format!("| {mark} | {} | {} |\n", what.trim_end(), cells.join(" | "))
    }
}

/// The promises; those of which there is the same to say are in one row.
fn promise_rows<'a>(infos: impl Iterator<Item = &'a PromiseInfo>, summary: &Summary) -> Vec<Row> {
    let mut rows: Vec<(Change, Row)> = Vec::new();
    for info in infos {
        let name = format!("`{}`", info.property);
        let cells = [severity(info), under(info, summary).join("<br>")];
        let is_alike =
            |(change, row): &&mut (Change, Row)| *change == info.change && row.cells == cells;
        match rows.iter_mut().find(is_alike) {
            Some((_, row)) => row.names.push(name),
            None => rows.push((
                info.change,
                Row {
                    mark: mark(info.change),
                    names: vec![name],
                    change: info.change.name(),
                    cells,
                },
            )),
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

fn mark(change: Change) -> &'static str {
    match change {
        _ if change.is_worse() => "❌",
        Change::Inconclusive => "❔",
        _ => "✅",
    }
}

fn folds(summary: &Summary) -> Vec<Fold> {
    let mut told = Told::default();
    let mut folds: Vec<Fold> = Vec::new();
    worse(summary).for_each(|info| add(&mut folds, promise(info, &mut told)));
    for broken in &summary.upgrade.broken {
        add(&mut folds, broken_by_upgrade(broken, &mut told));
    }
    more_to_lose(summary).for_each(|case| add(&mut folds, worst_case(case, &mut told)));
    not_worse(summary).for_each(|info| add(&mut folds, promise(info, &mut told)));
    folds.push(upgrade(summary));
    folds.extend(still_broken(summary));
    folds.push(worst_cases(summary));
    folds.push(behaviour(summary, &mut told));
    folds.extend(mutation::markdown(summary).map(|(title, text)| Fold {
        title,
        text,
        lanes: None,
        after: String::new(),
    }));
    folds
}

/// What has no steps of its own stands with what was told before it.
fn add(folds: &mut Vec<Fold>, fold: Fold) {
    match folds.last_mut().filter(|_| fold.lanes.is_none()) {
        Some(last) => {
            _ = write!(last.title, "; {}", fold.title);
            last.after += &fold.text;
        }
        None => folds.push(fold),
    }
}

fn promise<'a>(info: &'a PromiseInfo, told: &mut Told<'a>) -> Fold {
    let name = info.property;
    let title = format!("<code>{name}</code>: {}", info.change.name());
    let text = format!("`{name}`: {}\n\n", sentence(info.sentence, info.why));
    shown(name, title, text, info.schedule.as_ref(), told)
}

fn broken_by_upgrade<'a>(broken: &'a BrokenByUpgrade, told: &mut Told<'a>) -> Fold {
    let name = broken.property;
    let title = format!("<code>{name}</code>: BROKEN BY THE UPGRADE");
    let text = format!("`{name}`: {}\n\n", sentence(broken.sentence, broken.why));
    let shows = format!("{name} by the upgrade");
    let mut fold = shown(&shows, title, text, Some(&broken.schedule), told);
    let _ = writeln!(fold.text, "Then {}.\n", plain(&broken.breach));
    fold
}

fn worst_case<'a>(case: &'a WorstCase, told: &mut Told<'a>) -> Fold {
    let title = format!("<code>{}</code>: more can be lost", case.measure);
    let text = format!("`{}`: {}.\n\n", case.measure, case.sentence);
    shown(case.measure, title, text, of_worst_case(case), told)
}

/// Something with the schedule that shows it.
fn shown<'a>(
    name: &str,
    title: String,
    mut text: String,
    schedule: Option<&'a Schedule>,
    told: &mut Told<'a>,
) -> Fold {
    let mut lanes = None;
    if let Some(schedule) = schedule {
        let (steps, is_whole) = steps(name, schedule, told);
        text += &steps;
        lanes = (!is_whole).then(|| schedule.mermaid());
    }
    Fold { title, text, lanes, after: String::new() }
}

/// The steps that were not told yet, and whether all were.
fn steps<'a>(shows: &str, schedule: &'a Schedule, told: &mut Told<'a>) -> (String, bool) {
    let telling = told.tell(shows, schedule);
    let mut text = format!("Under `{}`, faults: {}", schedule.profile, schedule.faults);
    let from = telling.like.as_ref().map_or(0, |(_, steps)| *steps);
    let is_whole = from == schedule.actions.len();
    let _ = match &telling.like {
        Some((like, _)) if is_whole => writeln!(text, ", by the steps of `{like}`\n"),
        Some((like, steps)) => writeln!(text, "; the first {steps} steps are those of `{like}`\n"),
        None => writeln!(text, "\n"),
    };
    let steps = schedule.actions.iter().zip(schedule.sentences()).enumerate().skip(from);
    for (place, (action, told)) in steps {
        let parts = if schedule.parted == Some(place + 1) { " **← they part here**" } else { "" };
        let _ = writeln!(text, "{}. {} (`{action}`){parts}", place + 1, plain(told));
    }
    if !is_whole {
        text.push('\n');
    }
    match telling.parting {
        Parting::Nothing => {}
        Parting::Never => text += "Both do the same with it.\n\n",
        Parting::At(step, how) => {
            let how: Vec<_> = how.iter().map(|one| plain(one)).collect();
            let _ = writeln!(text, "They part at step {step}: {}.\n", how.join("; "));
        }
    }
    (text, is_whole)
}

fn upgrade(summary: &Summary) -> Fold {
    let upgrade = &summary.upgrade;
    let title = format!("Upgrade in flight: {}", upgraded(upgrade));
    let mut text = format!(
        "The new version replaces the old one at any moment. Handlers afterwards, in order: {}\n\n",
        plain(&handlers(upgrade))
    );
    if !upgrade.hidden.is_empty() {
        let names = upgrade.hidden.join(", ");
        let _ =
            writeln!(text, "Not said, as the new version breaks them without any fault: {names}\n");
    }
    text.extend(broken_anyway(upgrade).map(|line| format!("{}\n\n", plain(&line))));
    Fold::plain(title, text)
}

/// What the new handlers do with the old counterexamples.
fn still_broken(summary: &Summary) -> Option<Fold> {
    let infos = still(summary, Change::StillBroken);
    let item = |line: &String| format!("- {}\n", plain(line));
    let answers: String = answers(&infos).iter().map(item).collect();
    let by = infos
        .iter()
        .map(|info| format!("- `{}`: {}\n", info.property, under(info, summary).join("; ")));
    let text = format!("{answers}\nBy which faults:\n\n{}\n", by.collect::<String>());
    let title = "Still broken, with the old counterexamples".to_owned();
    (!infos.is_empty()).then(|| Fold::plain(title, text))
}

fn worst_cases(summary: &Summary) -> Fold {
    let mut text = String::from("| what | base units |\n|---|---|\n");
    for case in &summary.worst_cases {
        let amounts = by_amount(case, summary, false).join("<br>");
        let _ = writeln!(text, "| `{}`: {} | {amounts} |", case.measure, case.sentence);
    }
    if summary.worst_cases.is_empty() {
        text.clear();
        text.push_str("Nothing can be lost within these bounds.\n");
    }
    Fold::plain("Worst case".to_owned(), text + "\n")
}

fn behaviour<'a>(summary: &'a Summary, told: &mut Told<'a>) -> Fold {
    let behaviour = &summary.behaviour;
    let title = format!("Behaviour under <code>{}</code>: {}", behaviour.profile, extent(summary));
    let numbered = behaviour.news().zip(1..);
    let mut text: String = numbered.map(|(kind, number)| difference(kind, number, told)).collect();
    for name in &behaviour.accepted_in_vain {
        let _ = writeln!(text, "- accepted, and did not occur: {}", plain(name));
    }
    if text.is_empty() && behaviour.differences.is_empty() && behaviour.cut.is_none() {
        text.push_str("Nothing that anybody can see differs.\n");
    }
    Fold::plain(title, text + "\n")
}

fn difference<'a>(kind: &'a DifferenceInfo, number: usize, told: &mut Told<'a>) -> String {
    let follows = if kind.follows { " (after an earlier difference)" } else { "" };
    let telling = told.tell(&format!("difference {number}"), &kind.schedule);
    let (like, from) = match &telling.like {
        Some((like, steps)) => (format!("as `{like}` "), *steps),
        None => (String::new(), 0),
    };
    let actions = kind.schedule.actions[from..].iter().map(|action| format!("`{action}`"));
    let actions: Vec<_> = actions.collect();
    format!("{number}. **{}**{follows}<br>{like}{}\n", plain(&kind.what), actions.join("; "))
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
        Fold { lanes: Some(lanes.into()), ..Fold::plain(title.into(), text.into()) }
    }

    #[test]
    fn a_comment_has_no_room_for_everything() {
        let folds = vec![fold("one", "a", "first lanes\n"), fold("two", "b", "second lanes\n")];
        let all = fitting(folds, 1000);
        assert!(all.contains("second lanes") && !all.contains("Left out"), "{all}");
        let room = all.chars().count() - 1 + 150;
        let less = fitting(
            vec![fold("one", "a", "first lanes\n"), fold("two", "b", &"x".repeat(300))],
            room,
        );
        assert!(less.contains("first lanes") && !less.contains("xxx"), "{less}");
        assert!(less.contains("two") && less.contains("Left out"), "{less}");
        let long = "b".repeat(100);
        let least = fitting(vec![fold("one", "a", "lanes\n"), fold("two", &long, "lanes\n")], 200);
        assert!(least.contains("one") && !least.contains("two"), "{least}");
        assert!(!least.contains("mermaid") && least.chars().count() <= 200, "{least}");
    }

    #[test]
    fn no_text_of_a_contract_is_mark_up() {
        assert_eq!(plain("<b>|`x`\n@all"), "&lt;b&gt;\\|\\`x\\` \\@all");
    }
}
