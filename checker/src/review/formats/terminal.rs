//! A review in the terminal: the worst first, each thing once.

use super::mutation;
use super::told::{Parting, Told as Schedules};
use super::words::{
    QUIET, accepted, answers, broken_anyway, by_amount, by_upgrade, extent, listed, more_to_lose,
    names, news, of_worst_case, power_lines, severity, still, under, upgraded, worse,
};
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{DifferenceInfo, PromiseInfo, Summary};
use crate::review::upgrade::BrokenByUpgrade;
use crate::review::worst_case::WorstCase;
use explorer::escape::Told;
use explorer::escaped;

/// All that a review says.
pub fn terminal(summary: &Summary) -> Told {
    let notes: Told = summary.notes.iter().map(|note| escaped!("{note}\n", note)).sum();
    let head: Told = escaped!(
        "review of {} (old) and {} (new)\n{notes}bounds {}\n{}\n",
        summary.old,
        summary.new,
        summary.bounds_sentence,
        summary.headline(),
        notes
    );
    let mut told = Schedules::default();
    let sections = ordered(summary).map(|section| section(summary, &mut told));
    head + not_tried(summary)
        + powers(summary)
        + sections.into_iter().sum()
        + mutation::terminal(summary)
}

/// What was not tried of the new handlers.
fn not_tried(summary: &Summary) -> Told {
    let lines: Told = summary.not_tried.iter().map(|line| escaped!("  {line}\n", line)).sum();
    if lines.is_empty() {
        lines
    } else {
        escaped!("\nnot tried of the new handlers\n{lines}", lines)
    }
}

/// The powers that were gained or lost.
fn powers(summary: &Summary) -> Told {
    let lines: Told = power_lines(summary).map(|line| escaped!("  {line}\n", line)).sum();
    if lines.is_empty() { lines } else { escaped!("\npowers\n{lines}", lines) }
}

/// Writes a part of a review.
type Section = for<'a> fn(&'a Summary, &mut Schedules<'a>) -> Told;

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

fn promises<'a>(summary: &'a Summary, told: &mut Schedules<'a>) -> Told {
    let news = told_alike(news(summary), summary);
    let news = news.into_iter().map(|group| changed(&group, summary, told)).sum::<Told>();
    let quiet = QUIET.map(|change| {
        let infos = still(summary, change);
        let listed = match change {
            Change::StillBroken => Told::list(answers(&infos), "; "),
            _ => Told::of(&names(&infos)),
        };
        let line = || escaped!("  {}: {listed}\n", change.name(), listed);
        if infos.is_empty() { Told::new() } else { line() }
    });
    escaped!("\npromises\n{news}{}", quiet.into_iter().sum::<Told>(), news)
}

/// Those without a schedule that have the same text stand together.
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

fn changed<'a>(group: &[&'a PromiseInfo], summary: &Summary, told: &mut Schedules<'a>) -> Told {
    let info = group[0];
    if group.len() > 1 {
        let text: Told = escaped!("  {} {}\n", info.change.name(), names(group));
        return text + lines(&under(info, summary));
    }
    let severity = severity(info);
    let by = if severity.is_empty() { severity } else { format!(" ({severity})") };
    let text: Told =
        escaped!("  {} {}{by}: {}\n", info.change.name(), info.property, info.sentence, by);
    let schedule = info.schedule.as_ref().map(|one| steps(one, info.property, told));
    text + lines(&under(info, summary)) + schedule.unwrap_or_default()
}

fn lines(lines: &[String]) -> Told {
    lines.iter().map(|line| escaped!("    {line}\n", line)).sum()
}

/// The steps that were not told yet, and where the two part.
fn steps<'a>(schedule: &'a Schedule, shows: &str, told: &mut Schedules<'a>) -> Told {
    let telling = told.tell(shows, schedule);
    let from = telling.like.as_ref().map_or(0, |(_, steps)| *steps);
    let rest = Told::list(&schedule.actions[from..], "; ");
    let steps = match (telling.like, rest.is_empty()) {
        (None, _) => rest,
        (Some((like, _)), true) => escaped!("shown as {like}", like),
        (Some((like, _)), false) => escaped!("begins as {like}, then {rest}", like, rest),
    };
    let parting = match telling.parting {
        Parting::Nothing => Told::new(),
        Parting::Never => escaped!("    both do the same with it\n"),
        Parting::At(step, how) => {
            escaped!("    they differ first at step {step}: {}\n", Told::list(how, "; "), step)
        }
    };
    escaped!("    {steps}\n{parting}", steps, parting)
}

fn upgrade<'a>(summary: &'a Summary, told: &mut Schedules<'a>) -> Told {
    let upgrade = &summary.upgrade;
    let mut text: Told = escaped!(
        "\nupgrade in flight: the new version replaces the old one at any moment\n  {}\n  handlers afterwards, in order: {}\n",
        upgraded(upgrade),
        listed(upgrade, Told::of)
    );
    let broken = |broken: &'a BrokenByUpgrade| {
        let head: Told = escaped!("  BROKEN BY IT {}: {}\n", broken.property, broken.sentence);
        let shows = format!("{} by the upgrade", broken.property);
        let steps = steps(&broken.schedule, &shows, told);
        head + lines(&by_upgrade(broken, summary))
            + steps
            + lines(std::slice::from_ref(&broken.breach))
    };
    text.extend(upgrade.broken.iter().map(broken));
    if !upgrade.hidden.is_empty() {
        let names = upgrade.hidden.join(", ");
        text += escaped!(
            "  not said, as the new version breaks them without any fault: {names}\n",
            names
        );
    }
    text.extend(broken_anyway(upgrade).map(|line| escaped!("  {line}\n", line)));
    text
}

fn worst_cases<'a>(summary: &'a Summary, told: &mut Schedules<'a>) -> Told {
    let mut text = Told::ours("\nworst case, base units\n");
    if summary.worst_cases.is_empty() {
        text += escaped!("  nothing can be lost within these bounds\n");
    }
    let case = |case: &'a WorstCase| {
        let mark = if case.is_worse() { "WORSE " } else { "" };
        let head: Told = escaped!("  {mark}{}: {}\n", case.measure, case.sentence, mark);
        let steps = of_worst_case(case).map(|one| steps(one, case.measure, told));
        head + lines(&by_amount(case, summary, false)) + steps.unwrap_or_default()
    };
    text.extend(summary.worst_cases.iter().map(case));
    text
}

fn behaviour<'a>(summary: &'a Summary, told: &mut Schedules<'a>) -> Told {
    let behaviour = &summary.behaviour;
    let mut text: Told =
        escaped!("\nbehaviour, under {}\n  {}\n", behaviour.profile, extent(summary));
    let difference = |(place, difference): (usize, &'a DifferenceInfo)| {
        let schedule = &difference.schedule;
        let number = place + 1;
        let follows = if difference.follows { " (after an earlier difference)" } else { "" };
        let (what, faults) = (&difference.what, &schedule.faults);
        let head: Told = escaped!(
            "  {number}. {what}{follows}\n    faults: {faults}\n",
            number,
            what,
            follows = Told::ours(follows),
            faults
        );
        head + steps(schedule, &format!("difference {number}"), told)
    };
    text.extend(behaviour.news().enumerate().map(difference));
    text.extend(accepted(summary).iter().map(|line| escaped!("  {line}\n", line)));
    let in_vain = behaviour.accepted_in_vain.iter();
    text.extend(in_vain.map(|name| escaped!("  accepted, and did not occur: {name}\n", name)));
    text
}
