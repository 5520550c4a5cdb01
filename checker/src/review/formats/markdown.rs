//! A review as a comment on a pull request: a table first, then what is behind each line.

use super::mutation;
use super::syntax::{Md, code};
use super::told::{Parting, Told};
use super::words::{
    QUIET, accepted, answers, broken_anyway, by_amount, by_upgrade, extent, listed, more_to_lose,
    names, not_worse, of_worst_case, power_lines, sentence, severity, still, under, upgraded,
    worse,
};
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{DifferenceInfo, PromiseInfo, Summary};
use crate::review::upgrade::BrokenByUpgrade;
use crate::review::worst_case::WorstCase;
use explorer::escape::{Escaped, Xml};
use explorer::escaped;
use explorer::mermaid::Mermaid;

/// Characters that a comment may have on GitHub.
const MOST: usize = 65_536;

/// Something that is folded away.
struct Fold {
    /// What stands there while it is.
    title: Escaped<Xml>,
    text: Md,
    /// What stands behind the messages.
    after: Md,
    /// The messages of its schedule: the first to go where there is no room.
    lanes: Option<Escaped<Mermaid>>,
}

/// All that a review says, in the Markdown of GitHub.
pub fn markdown(summary: &Summary) -> String {
    comment(summary).into_text()
}

fn comment(summary: &Summary) -> Md {
    let accepted = accepted(summary);
    let list = bullets(summary.notes.iter().chain(&accepted));
    let list = if list.is_empty() { list } else { list + escaped!("\n") };
    let head: Md = escaped!(
        "## Review of {} → {}\n\n**{}**\n\nBounds {}.\n\n{list}{}{}{}",
        code(&summary.old),
        code(&summary.new),
        summary.headline(),
        summary.bounds_sentence,
        not_tried(summary),
        powers(summary),
        table(summary),
        list
    );
    let foot: Md = escaped!("Reproduce: {}\n", code(&summary.command));
    let room = MOST.saturating_sub(head.len() + foot.len());
    head + fitting(folds(summary), room) + foot
}

/// What was not tried of the new handlers: it stands first, folded, as it can be long.
fn not_tried(summary: &Summary) -> Md {
    let lines = &summary.not_tried;
    if lines.is_empty() {
        return Md::new();
    }
    let count = lines.len();
    let title = escaped!("<b>Not tried</b> of the new handlers: {count}", count);
    Fold::plain(title, bullets(lines) + escaped!("\n")).text()
}

/// The powers that were gained or lost.
fn powers(summary: &Summary) -> Md {
    let lines: Vec<String> = power_lines(summary).collect();
    if lines.is_empty() {
        return Md::new();
    }
    escaped!("**Powers**\n\n{}\n", bullets(&lines))
}

fn bullets<'a>(lines: impl IntoIterator<Item = &'a String>) -> Md {
    lines.into_iter().map(|line| escaped!("- {line}\n", line)).sum()
}

/// As much as there is room for: pictures go first, from the back, then whole folds.
fn fitting(mut folds: Vec<Fold>, room: usize) -> Md {
    let long = |folds: &[Fold]| folds.iter().map(|fold| fold.text().len()).sum::<usize>();
    let note = Md::ours(
        "Left out, as a comment has no room for more: pictures of messages, and details of the last sections. `--html` has all of it.\n\n",
    );
    if long(&folds) <= room {
        return folds.iter().map(Fold::text).collect();
    }
    let room = room.saturating_sub(note.len());
    for place in (0..folds.len()).rev() {
        if long(&folds) > room {
            folds[place].lanes = None;
        }
    }
    while long(&folds) > room {
        folds.pop();
    }
    folds.iter().map(Fold::text).sum::<Md>() + note
}

impl Fold {
    /// Without messages.
    fn plain(title: Escaped<Xml>, text: Md) -> Self {
        Self { title, text, after: Md::new(), lanes: None }
    }

    fn text(&self) -> Md {
        let Self { title, text, after, lanes } = self;
        let lanes = lanes.clone().map(Escaped::within);
        let lanes = lanes.map(|lanes: Md| escaped!("```mermaid\n{lanes}```\n\n", lanes));
        let (title, lanes): (Md, Md) = (title.clone().within(), lanes.unwrap_or_default());
        escaped!(
            "<details><summary>{title}</summary>\n\n{text}{lanes}{after}</details>\n\n",
            title,
            text,
            lanes,
            after
        )
    }
}

/// Kinds of difference that the table names: the comment has to have room for what is worse.
const NAMED: usize = 40;

fn table(summary: &Summary) -> Md {
    let mut rows = promise_rows(worse(summary), summary);
    rows.extend(summary.upgrade.broken.iter().map(|broken| Row {
        mark: "❌",
        names: vec![code(broken.property)],
        change: "BROKEN BY THE UPGRADE",
        cells: [Md::new(), below(by_upgrade(broken, summary))],
    }));
    rows.extend(more_to_lose(summary).map(|case| Row {
        mark: "❌",
        names: vec![code(case.measure)],
        change: "more can be lost",
        cells: [Md::new(), below(by_amount(case, summary, true))],
    }));
    rows.extend(promise_rows(not_worse(summary), summary));
    let kinds: Vec<_> = summary.behaviour.news().filter(|kind| !kind.follows).collect();
    rows.extend(kinds.iter().take(NAMED).map(|kind| Row {
        mark: "≠",
        names: vec![Md::of(&kind.what)],
        change: "",
        cells: [Md::of(&kind.schedule.faults), Md::of(kind.schedule.profile)],
    }));
    let more = kinds.len().saturating_sub(NAMED);
    let more: Md = if more == 0 {
        Md::new()
    } else {
        escaped!("| ≠ | and {more} more kinds of difference | | |\n", more)
    };
    let quiet = QUIET.map(|change| {
        let infos = still(summary, change);
        let row: Md = escaped!("| | {}: {} | | |\n", change.name(), names(&infos));
        if infos.is_empty() { Md::new() } else { row }
    });
    let rows = rows.iter().map(Row::text).sum::<Md>() + more + quiet.into_iter().sum();
    escaped!("| mark | what | fewest faults | under |\n|---|---|---|---|\n{rows}\n", rows)
}

/// Lines in a cell.
fn below(lines: Vec<String>) -> Md {
    Md::list(lines, "<br>")
}

/// A row of the table.
struct Row {
    mark: &'static str,
    names: Vec<Md>,
    change: &'static str,
    /// The fewest faults, and under which platforms.
    cells: [Md; 2],
}

impl Row {
    fn text(&self) -> Md {
        let Self { mark, names, change, cells: [faults, under] } = self;
        let names = Md::joined(names.iter().cloned(), ", ");
        let space = if change.is_empty() { "" } else { " " };
        escaped!(
            "| {mark} | {names}{space}{change} | {faults} | {under} |\n",
            mark = Md::ours(mark),
            names,
            space = Md::ours(space),
            change,
            faults,
            under
        )
    }
}

/// The promises; those with the same text are in one row.
fn promise_rows<'a>(infos: impl Iterator<Item = &'a PromiseInfo>, summary: &Summary) -> Vec<Row> {
    let mut rows: Vec<(Change, Row)> = Vec::new();
    for info in infos {
        let name = code(info.property);
        let cells = [Md::of(&severity(info)), below(under(info, summary))];
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
        after: Md::new(),
    }));
    folds
}

/// What has no steps of its own stands with what was told before it.
fn add(folds: &mut Vec<Fold>, fold: Fold) {
    match folds.last_mut().filter(|_| fold.lanes.is_none()) {
        Some(last) => {
            last.title += escaped!("; {}", fold.title);
            last.after += fold.text;
        }
        None => folds.push(fold),
    }
}

fn promise<'a>(info: &'a PromiseInfo, told: &mut Told<'a>) -> Fold {
    let name = info.property;
    let title = escaped!("<code>{name}</code>: {}", info.change.name(), name);
    let text = escaped!("{}: {}\n\n", code(name), sentence(info.sentence, info.why));
    shown(name, title, text, info.schedule.as_ref(), told)
}

fn broken_by_upgrade<'a>(broken: &'a BrokenByUpgrade, told: &mut Told<'a>) -> Fold {
    let name = broken.property;
    let title = escaped!("<code>{name}</code>: BROKEN BY THE UPGRADE", name);
    let text = escaped!("{}: {}\n\n", code(name), sentence(broken.sentence, broken.why));
    let shows = format!("{name} by the upgrade");
    let mut fold = shown(&shows, title, text, Some(&broken.schedule), told);
    fold.text += escaped!("Then {}.\n\n", broken.breach);
    fold
}

fn worst_case<'a>(case: &'a WorstCase, told: &mut Told<'a>) -> Fold {
    let title = escaped!("<code>{}</code>: more can be lost", case.measure);
    let text = escaped!("{}: {}.\n\n", code(case.measure), case.sentence);
    shown(case.measure, title, text, of_worst_case(case), told)
}

/// Something with the schedule that shows it.
fn shown<'a>(
    name: &str,
    title: Escaped<Xml>,
    mut text: Md,
    schedule: Option<&'a Schedule>,
    told: &mut Told<'a>,
) -> Fold {
    let mut lanes = None;
    if let Some(schedule) = schedule {
        let (steps, is_whole) = steps(name, schedule, told);
        text += steps;
        lanes = (!is_whole).then(|| schedule.mermaid());
    }
    Fold { title, text, lanes, after: Md::new() }
}

/// The steps that were not told yet, and whether all were.
fn steps<'a>(shows: &str, schedule: &'a Schedule, told: &mut Told<'a>) -> (Md, bool) {
    let telling = told.tell(shows, schedule);
    let mut text: Md = escaped!("Under {}, faults: {}", code(schedule.profile), schedule.faults);
    let from = telling.like.as_ref().map_or(0, |(_, steps)| *steps);
    let is_whole = from == schedule.actions.len();
    text += match &telling.like {
        Some((like, _)) if is_whole => escaped!(", by the steps of {}\n\n", code(like)),
        Some((like, steps)) => {
            escaped!("; the first {steps} steps are those of {}\n\n", code(like), steps)
        }
        None => escaped!("\n\n"),
    };
    let steps = schedule.actions.iter().zip(schedule.sentences()).enumerate().skip(from);
    for (place, (action, told)) in steps {
        let parts =
            if schedule.parted == Some(place + 1) { " **← they differ first here**" } else { "" };
        let (number, parts) = (place + 1, Md::ours(parts));
        text += escaped!("{number}. {told} ({}){parts}\n", code(action), number, told, parts);
    }
    if !is_whole {
        text += escaped!("\n");
    }
    match telling.parting {
        Parting::Nothing => {}
        Parting::Never => text += escaped!("Both do the same with it.\n\n"),
        Parting::At(step, how) => {
            let how = Md::list(how, "; ");
            text += escaped!("They differ first at step {step}: {how}.\n\n", step, how);
        }
    }
    (text, is_whole)
}

fn upgrade(summary: &Summary) -> Fold {
    let upgrade = &summary.upgrade;
    let title = escaped!("Upgrade in flight: {}", upgraded(upgrade));
    let mut text: Md = escaped!(
        "The new version replaces the old one at any moment. Handlers afterwards, in order: {}\n\n",
        listed(upgrade, code)
    );
    if !upgrade.hidden.is_empty() {
        let names = upgrade.hidden.join(", ");
        text += escaped!(
            "Not said, as the new version breaks them without any fault: {names}\n\n",
            names
        );
    }
    text.extend(broken_anyway(upgrade).map(|line| escaped!("{line}\n\n", line)));
    Fold::plain(title, text)
}

/// What the new handlers do with the old counterexamples.
fn still_broken(summary: &Summary) -> Option<Fold> {
    let infos = still(summary, Change::StillBroken);
    let answers: Md = answers(&infos).iter().map(|line| escaped!("- {line}\n", line)).sum();
    let by = |info: &&PromiseInfo| {
        escaped!("- {}: {}\n", code(info.property), Md::list(under(info, summary), "; "))
    };
    let by: Md = infos.iter().map(by).sum();
    let text = escaped!("{answers}\nBy which faults:\n\n{by}\n", answers, by);
    let title = Escaped::ours("Still broken, with the old counterexamples");
    (!infos.is_empty()).then(|| Fold::plain(title, text))
}

fn worst_cases(summary: &Summary) -> Fold {
    let mut text = Md::ours("| what | base units |\n|---|---|\n");
    for case in &summary.worst_cases {
        let amounts = below(by_amount(case, summary, false));
        text += escaped!("| {}: {} | {amounts} |\n", code(case.measure), case.sentence, amounts);
    }
    if summary.worst_cases.is_empty() {
        text = Md::ours("Nothing can be lost within these bounds.\n");
    }
    Fold::plain(Escaped::ours("Worst case"), text + escaped!("\n"))
}

fn behaviour<'a>(summary: &'a Summary, told: &mut Told<'a>) -> Fold {
    let behaviour = &summary.behaviour;
    let title = escaped!("Behaviour under <code>{}</code>: {}", behaviour.profile, extent(summary));
    let numbered = behaviour.news().zip(1..);
    let mut text: Md = numbered.map(|(kind, number)| difference(kind, number, told)).sum();
    for name in &behaviour.accepted_in_vain {
        text += escaped!("- accepted, and did not occur: {name}\n", name);
    }
    if text.is_empty() && behaviour.differences.is_empty() {
        text += match &behaviour.cut {
            None => escaped!("No difference can be seen.\n"),
            Some(cut) => {
                escaped!("Whether anything differs was not decided within the limit: {cut}.\n", cut)
            }
        };
    }
    Fold::plain(title, text + escaped!("\n"))
}

fn difference<'a>(kind: &'a DifferenceInfo, number: usize, told: &mut Told<'a>) -> Md {
    let follows = if kind.follows { " (after an earlier difference)" } else { "" };
    let telling = told.tell(&format!("difference {number}"), &kind.schedule);
    let (like, from) = match &telling.like {
        Some((like, steps)) => (escaped!("as {} ", code(like)), *steps),
        None => (Md::new(), 0),
    };
    let actions = Md::joined(kind.schedule.actions[from..].iter().map(code), "; ");
    escaped!(
        "{number}. **{}**{follows}<br>{like}{actions}\n",
        kind.what,
        number,
        follows = Md::ours(follows),
        like,
        actions
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold(title: &str, text: &str, lanes: &str) -> Fold {
        let lanes = Escaped::of(lanes) + Escaped::ours("\n");
        Fold { lanes: Some(lanes), ..Fold::plain(Escaped::of(title), Md::of(text)) }
    }

    #[test]
    fn a_comment_has_no_room_for_everything() {
        let folds = vec![fold("one", "a", "first lanes"), fold("two", "b", "second lanes")];
        let all = fitting(folds, 1000).into_text();
        assert!(all.contains("second lanes") && !all.contains("Left out"), "{all}");
        let room = all.chars().count() - 1 + 150;
        let less = fitting(
            vec![fold("one", "a", "first lanes"), fold("two", "b", &"x".repeat(300))],
            room,
        )
        .into_text();
        assert!(less.contains("first lanes") && !less.contains("xxx"), "{less}");
        assert!(less.contains("two") && less.contains("Left out"), "{less}");
        let long = "b".repeat(100);
        let least = fitting(vec![fold("one", "a", "lanes"), fold("two", &long, "lanes")], 200);
        let least = least.into_text();
        assert!(least.contains("one") && !least.contains("two"), "{least}");
        assert!(!least.contains("mermaid") && least.chars().count() <= 200, "{least}");
    }
}
