//! A review in the terminal: the worst first, each thing once.

use super::mutation;
use super::told::{Parting, Told};
use super::words::{
    QUIET, accepted, answers, broken_anyway, by_amount, by_upgrade, extent, handlers, more_to_lose,
    names, news, of_worst_case, severity, still, under, upgraded, worse,
};
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{DifferenceInfo, PromiseInfo, Summary};
use crate::review::upgrade::BrokenByUpgrade;
use crate::review::worst_case::WorstCase;
use std::fmt::Write;

/// All that a review says.
pub fn terminal(summary: &Summary) -> String {
    let notes = summary.notes.iter().fold(String::new(), |text, note| text + note + "\n");
    let head = format!(
        "review of {} (old) and {} (new)\n{notes}bounds {}\n{}\n",
        summary.old,
        summary.new,
        summary.bounds_sentence,
        summary.headline()
    );
    let mut told = Told::default();
    let sections = ordered(summary).map(|section| section(summary, &mut told));
    head + &not_tried(summary) + &sections.concat() + &mutation::terminal(summary)
}

/// What the new handlers read that was tried in one way.
fn not_tried(summary: &Summary) -> String {
    let indented = |line: &String| format!("  {line}\n");
    let lines: String = summary.not_tried.iter().map(indented).collect();
    if lines.is_empty() { lines } else { format!("\nnot tried of the new handlers\n{lines}") }
}

/// Writes a part of a review.
type Section = for<'a> fn(&'a Summary, &mut Told<'a>) -> String;

/// Those in which something is worse come first, in their usual order.
fn ordered(summary: &Summary) -> [Section; 4] {
    let mut sections: [(bool, Section); 4] = [
        (worse(summary).next().is_some(), promises),
        (!summary.upgrade.broken.is_empty(), upgrade),
        (more_to_lose(summary).next().is_some(), worst_cases),
        (false, behaviour),
    ];
    sections.sort_by_key(|(is_worse, _)| !is_worse);
    sections.map(|(_, section)| section)
}

fn promises<'a>(summary: &'a Summary, told: &mut Told<'a>) -> String {
    let news = told_alike(news(summary), summary);
    let news = news.into_iter().map(|group| changed(&group, summary, told)).collect::<String>();
    let quiet = QUIET.map(|change| {
        let infos = still(summary, change);
        let listed = match change {
            Change::StillBroken => answers(&infos).join("; "),
            _ => names(&infos),
        };
        if infos.is_empty() { String::new() } else { format!("  {}: {listed}\n", change.name()) }
    });
    format!("\npromises\n{news}{}", quiet.concat())
}

/// Those that no schedule shows and of which there is the same to say stand together.
fn told_alike<'a>(
    infos: impl Iterator<Item = &'a PromiseInfo>,
    summary: &Summary,
) -> Vec<Vec<&'a PromiseInfo>> {
    let mut groups: Vec<Vec<&PromiseInfo>> = Vec::new();
    let is_alike = |one: &PromiseInfo, other: &PromiseInfo| {
        one.change == other.change
            && [one, other].iter().all(|info| info.schedule.is_none())
            && under(one, summary) == under(other, summary)
    };
    for info in infos {
        match groups.iter_mut().find(|group| is_alike(group[0], info)) {
            Some(group) => group.push(info),
            None => groups.push(vec![info]),
        }
    }
    groups
}

fn changed<'a>(group: &[&'a PromiseInfo], summary: &Summary, told: &mut Told<'a>) -> String {
    let info = group[0];
    if group.len() > 1 {
        let text = format!("  {} {}\n", info.change.name(), names(group));
        return text + &lines(&under(info, summary));
    }
    let severity = severity(info);
    let by = if severity.is_empty() { severity } else { format!(" ({severity})") };
    let text = format!("  {} {}{by}: {}\n", info.change.name(), info.property, info.sentence);
    let schedule = info.schedule.as_ref().map(|one| steps(one, info.property, told));
    text + &lines(&under(info, summary)) + &schedule.unwrap_or_default()
}

fn lines(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}\n")).collect::<Vec<_>>().concat()
}

/// The steps that were not told yet, and where the two part.
fn steps<'a>(schedule: &'a Schedule, shows: &str, told: &mut Told<'a>) -> String {
    let telling = told.tell(shows, schedule);
    let from = telling.like.as_ref().map_or(0, |(_, steps)| *steps);
    let rest = schedule.actions[from..].join("; ");
    let steps = match (telling.like, rest.is_empty()) {
        (None, _) => rest,
        (Some((like, _)), true) => format!("shown as {like}"),
        (Some((like, _)), false) => format!("begins as {like}, then {rest}"),
    };
    let parting = match telling.parting {
        Parting::Nothing => String::new(),
        Parting::Never => "    both do the same with it\n".to_owned(),
        Parting::At(step, how) => format!("    they part at step {step}: {}\n", how.join("; ")),
    };
    format!("    {steps}\n{parting}")
}

fn upgrade<'a>(summary: &'a Summary, told: &mut Told<'a>) -> String {
    let upgrade = &summary.upgrade;
    let mut text = format!(
        "\nupgrade in flight: the new version replaces the old one at any moment\n  {}\n  handlers afterwards, in order: {}\n",
        upgraded(upgrade),
        handlers(upgrade)
    );
    let broken = |broken: &'a BrokenByUpgrade| {
        let head = format!("  BROKEN BY IT {}: {}\n", broken.property, broken.sentence);
        let shows = format!("{} by the upgrade", broken.property);
        let steps = steps(&broken.schedule, &shows, told);
        head + &lines(&by_upgrade(broken, summary))
            + &steps
            + &lines(std::slice::from_ref(&broken.breach))
    };
    text.extend(upgrade.broken.iter().map(broken));
    if !upgrade.hidden.is_empty() {
        let names = upgrade.hidden.join(", ");
        _ = writeln!(text, "  not said, as the new version breaks them without any fault: {names}");
    }
    text.extend(broken_anyway(upgrade).map(|line| format!("  {line}\n")));
    text
}

fn worst_cases<'a>(summary: &'a Summary, told: &mut Told<'a>) -> String {
    let mut text = String::from("\nworst case, base units\n");
    if summary.worst_cases.is_empty() {
        text += "  nothing can be lost within these bounds\n";
    }
    let case = |case: &'a WorstCase| {
        let mark = if case.is_worse() { "WORSE " } else { "" };
        let head = format!("  {mark}{}: {}\n", case.measure, case.sentence);
        let steps = of_worst_case(case).map(|one| steps(one, case.measure, told));
        head + &lines(&by_amount(case, summary, false)) + &steps.unwrap_or_default()
    };
    text.extend(summary.worst_cases.iter().map(case));
    text
}

fn behaviour<'a>(summary: &'a Summary, told: &mut Told<'a>) -> String {
    let behaviour = &summary.behaviour;
    let mut text = format!("\nbehaviour, under {}\n  {}\n", behaviour.profile, extent(summary));
    let difference = |(place, difference): (usize, &'a DifferenceInfo)| {
        let schedule = &difference.schedule;
        let number = place + 1;
        let follows = if difference.follows { " (after an earlier difference)" } else { "" };
        let (what, faults) = (&difference.what, &schedule.faults);
        let head = format!("  {number}. {what}{follows}\n    faults: {faults}\n");
        head + &steps(schedule, &format!("difference {number}"), told)
    };
    text.extend(behaviour.news().enumerate().map(difference));
    text.extend(accepted(summary).iter().map(|line| format!("  {line}\n")));
    let in_vain = behaviour.accepted_in_vain.iter();
    text.extend(in_vain.map(|name| format!("  accepted, and did not occur: {name}\n")));
    text
}
