//! The words of a review, which all ways to show it share.

use crate::powers::Changes;
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{ByFaults, PromiseInfo, Summary, UNDECIDED};
use crate::review::upgrade::{BrokenByUpgrade, Handler, Upgrade};
use crate::review::worst_case::{Amounts, WorstCase};
use explorer::escape::{Escaped, Format};
use explorer::escaped;
use std::fmt::Write;

/// Sets of faults that are listed; of more, how many there are.
const SETS: usize = 4;

/// The changes that need no words.
pub(super) const QUIET: [Change; 3] =
    [Change::StillBroken, Change::StillNotTried, Change::StillHolds];

/// What has changed, the worst first.
pub(super) fn news(summary: &Summary) -> impl Iterator<Item = &PromiseInfo> {
    summary.promises.iter().filter(|info| info.change.is_news())
}

pub(super) fn worse(summary: &Summary) -> impl Iterator<Item = &PromiseInfo> {
    news(summary).filter(|info| info.change.is_worse())
}

/// What has changed and is not worse.
pub(super) fn not_worse(summary: &Summary) -> impl Iterator<Item = &PromiseInfo> {
    news(summary).filter(|info| !info.change.is_worse())
}

/// The worst cases that are worse than before.
pub(super) fn more_to_lose(summary: &Summary) -> impl Iterator<Item = &WorstCase> {
    summary.worst_cases.iter().filter(|case| case.is_worse())
}

/// The promises with this change that are not among the news.
pub(super) fn still(summary: &Summary, change: Change) -> Vec<&PromiseInfo> {
    let is_other = |other: &PromiseInfo, info: &PromiseInfo| {
        other.property == info.property && other.change < info.change
    };
    let is_told = |info: &PromiseInfo| summary.promises.iter().any(|other| is_other(other, info));
    summary.promises.iter().filter(|info| info.change == change && !is_told(info)).collect()
}

pub(super) fn names(promises: &[&PromiseInfo]) -> String {
    promises.iter().map(|info| info.property).collect::<Vec<_>>().join(", ")
}

/// A promise, and what it costs when it is broken, as a sentence.
pub(super) fn sentence(sentence: &str, why: &str) -> String {
    let end = if why.ends_with(['?', '!', '.']) { "" } else { "." };
    format!("{sentence}: {why}{end}")
}

/// What the new handlers do with the counterexamples of promises that are still broken: those
/// with the same text together.
pub(super) fn answers(promises: &[&PromiseInfo]) -> Vec<String> {
    let mut all: Vec<(Vec<&str>, String)> = Vec::new();
    for info in promises {
        let with_it = with_it(info.schedule.as_ref());
        match all.iter_mut().find(|(_, known)| *known == with_it) {
            Some((names, _)) => names.push(info.property),
            None => all.push((vec![info.property], with_it)),
        }
    }
    all.into_iter().map(|(names, with_it)| format!("{}{with_it}", names.join(", "))).collect()
}

/// The step at which they part, and what is the first to differ.
fn with_it(schedule: Option<&Schedule>) -> String {
    let Some(schedule) = schedule else { return String::new() };
    match (schedule.parted, schedule.differences.first()) {
        (Some(step), how) => {
            let how = how.map(|how| format!(" ({how})")).unwrap_or_default();
            format!(": they differ first at step {step}{how}")
        }
        (None, _) => ": both do the same with the old counterexample".to_owned(),
    }
}

/// `every platform`, or their names: `hyperbeam, hyper-aos`.
pub(super) fn platforms(profiles: &[&str], summary: &Summary) -> String {
    let is_every = summary.profiles.iter().all(|name| profiles.contains(name));
    if is_every && profiles.len() > 1 { "every platform".to_owned() } else { profiles.join(", ") }
}

/// Lines that say the same of several platforms, as one.
fn joined<'a>(
    lines: impl Iterator<Item = (&'a [&'static str], String)>,
    summary: &Summary,
) -> Vec<String> {
    let mut all: Vec<(Vec<&str>, String)> = Vec::new();
    for (profiles, line) in lines {
        match all.iter_mut().find(|(_, known)| *known == line) {
            Some((known, _)) => known.extend(profiles),
            None => all.push((profiles.to_vec(), line)),
        }
    }
    all.iter().map(|(at, line)| format!("{}: {line}", platforms(at, summary))).collect()
}

/// What breaks a promise under which platforms, those under which it is still broken included:
/// `hyperbeam, hyper-aos: kept before, broken by 1 re-push now`.
pub(super) fn under(info: &PromiseInfo, summary: &Summary) -> Vec<String> {
    let own = info.faults.iter().map(|by| (&*by.profiles, change_of(by)));
    let mut lines = joined(own, summary);
    let is_still = |other: &&PromiseInfo| {
        other.property == info.property
            && other.change == Change::StillBroken
            && info.change.is_news()
    };
    if let Some(still) = summary.promises.iter().find(is_still) {
        let with_it = with_it(still.schedule.as_ref());
        let own = still.faults.iter().map(|by| (&*by.profiles, change_of(by) + &with_it));
        lines.extend(joined(own, summary));
    }
    lines
}

/// `kept before, broken by 1 re-push now`.
fn change_of(by: &ByFaults) -> String {
    let ByFaults { change, old, new, gained, lost, .. } = by;
    let before = if old.is_empty() {
        "kept before".to_owned()
    } else {
        format!("broken by {} before", sets(old))
    };
    let text = match change {
        Change::Broken => format!("{before}, broken by {} now", sets(new)),
        Change::Worse if gained.len() == new.len() => format!("{before}, by {} now", sets(new)),
        Change::Worse => also(gained, lost),
        Change::NoLongerTried => format!("{before}, not tried now: what it needs never happens"),
        Change::Inconclusive => {
            let side = |name, sets, when| not_compared(by, name, sets, when);
            return format!("{}, {}", side("old", old, "before"), side("new", new, "now"));
        }
        Change::Fixed => format!("{before}, kept now"),
        Change::Better if lost.len() == old.len() => format!("{before}, takes {} now", sets(new)),
        Change::Better => format!("no longer broken by {}", sets(lost)),
        Change::NowTried => "not tried before, kept now".to_owned(),
        Change::StillBroken => format!("still broken by {}", sets(old)),
        Change::StillNotTried | Change::StillHolds => change.name().to_owned(),
    };
    if by.undecided.is_empty() { text } else { format!("{text}; other faults {UNDECIDED}") }
}

/// One side of what was not searched to its end: `not decided within the limit before`.
fn not_compared(by: &ByFaults, side: &str, broken_by: &[String], when: &str) -> String {
    let is_open = by.undecided.contains(&side);
    match (broken_by.is_empty(), is_open) {
        (true, true) => format!("{UNDECIDED} {when}"),
        (true, false) => format!("not broken {when}"),
        (false, true) => format!("broken by {} {when}, other faults {UNDECIDED}", sets(broken_by)),
        (false, false) => format!("broken by {} {when}", sets(broken_by)),
    }
}

fn also(gained: &[String], lost: &[String]) -> String {
    let mut text = format!("now broken also by {}", sets(gained));
    if !lost.is_empty() {
        let _ = write!(text, ", and no longer by {}", sets(lost));
    }
    text
}

/// `1 re-push or 1 loss + 1 trick`.
pub(super) fn sets(sets: &[String]) -> String {
    let shown: Vec<_> = sets.iter().take(SETS).map(|set| set.replace(", ", " + ")).collect();
    match sets.len().saturating_sub(SETS) {
        0 => shown.join(" or "),
        more => format!("{} or {more} more", shown.join(" or ")),
    }
}

/// The fewest faults that are news: `1 trick`.
pub(super) fn severity(info: &PromiseInfo) -> String {
    info.severity.as_ref().map(|severity| severity.set.replace(", ", " + ")).unwrap_or_default()
}

/// `hyperbeam, hyper-aos: by 1 re-push`.
pub(super) fn by_upgrade(broken: &BrokenByUpgrade, summary: &Summary) -> Vec<String> {
    let lines = broken.faults.iter().map(|by| (&*by.profiles, format!("by {}", sets(&by.sets))));
    joined(lines, summary)
}

/// The largest amounts that can be lost: those that grew, or all above zero.
pub(super) fn by_amount(case: &WorstCase, summary: &Summary, only_worse: bool) -> Vec<String> {
    let is_any = |by: &Amounts| [&by.old, &by.new].iter().any(|amount| *amount != "0");
    let told = case.amounts.iter().filter(|by| by.is_worse || !only_worse && is_any(by));
    let line = |by: &Amounts| {
        let (old, new) = (&by.old, &by.new);
        if old == new && by.undecided.len() == 2 {
            new.clone()
        } else if old == new {
            format!("{} before and now", brief(new))
        } else {
            format!("{} before, {} now", brief(old), brief(new))
        }
    };
    joined(told.map(|by| (&*by.profiles, line(by))), summary)
}

/// The schedule that shows a worst case: with the new handlers, or the old ones where nothing
/// can be lost any more.
pub(super) fn of_worst_case(case: &WorstCase) -> Option<&Schedule> {
    case.new.as_ref().or(case.old.as_ref())
}

/// `12`, or `2.3e77` of a number that nobody would read.
fn brief(amount: &str) -> String {
    let is_long = amount.len() > 20 && amount.bytes().all(|digit| digit.is_ascii_digit());
    if !is_long {
        return amount.to_owned();
    }
    format!("{}.{}e{}", &amount[..1], &amount[1..2], amount.len() - 1)
}

/// How many kinds of difference there are, and how far was searched.
pub(super) fn extent(summary: &Summary) -> String {
    let behaviour = &summary.behaviour;
    let news = behaviour.news().count();
    let accepted = behaviour.differences.len() - news;
    let follow = behaviour.news().filter(|difference| difference.follows).count();
    let kinds = if news == 1 { "kind" } else { "kinds" };
    let mut text = match (news, accepted) {
        (0, 0) if behaviour.cut.is_some() => "no difference was found".to_owned(),
        (0, 0) => "no difference can be seen within these bounds".to_owned(),
        (_, 0) => format!("{news} {kinds} of difference"),
        _ => format!("{news} {kinds} of difference, and {accepted} that are accepted"),
    };
    if follow > 0 {
        let _ = write!(text, ", {follow} of them seen only after another");
    }
    let _ = write!(text, ", in {}", states(behaviour.states));
    if !behaviour.besides.is_empty() {
        let _ = write!(text, ", those under {} included", behaviour.besides.join(", "));
    }
    if behaviour.bounds != summary.bounds {
        let _ = write!(text, "; bounds {}", behaviour.bounds);
    }
    text + &cut(behaviour.cut.as_deref())
}

/// How far the upgrade was searched.
pub(super) fn upgraded(upgrade: &Upgrade) -> String {
    let broken = match upgrade.broken.len() {
        0 if upgrade.cut.is_some() => "nothing was found that it breaks".to_owned(),
        0 => "it breaks nothing".to_owned(),
        n => format!("it breaks {n} of the promises"),
    };
    let beside = match upgrade.bounds.faults {
        0 => "no fault beside it".to_owned(),
        1 => "at most 1 fault beside it".to_owned(),
        n => format!("at most {n} faults beside it"),
    };
    format!("{broken}, with {beside}, in {}{}", states(upgrade.states), cut(upgrade.cut.as_deref()))
}

fn states(count: u64) -> String {
    if count == 1 { "1 state".to_owned() } else { format!("{count} states") }
}

fn cut(cut: Option<&str>) -> String {
    cut.map(|cut| format!("; {UNDECIDED}: {cut}")).unwrap_or_default()
}

/// What was not searched to its end, beside the promises: a line each.
pub(super) fn undecided(summary: &Summary) -> Vec<String> {
    let said = |what: &str, cut: &Option<String>| {
        cut.as_ref().map(|cut| format!("{what}: {UNDECIDED}: {cut}"))
    };
    let worst = summary.worst_cases.iter().filter(|case| case.is_undecided());
    let worst = worst.map(|case| format!("worst case {}: {UNDECIDED}", case.measure));
    let searched = [
        said("behaviour", &summary.behaviour.cut),
        said("upgrade in flight", &summary.upgrade.cut),
    ];
    searched.into_iter().flatten().chain(worst).collect()
}

/// The differences that are meant, in full.
pub(super) fn accepted(summary: &Summary) -> Vec<String> {
    let behaviour = &summary.behaviour;
    let place = behaviour.accepted_in.as_deref().unwrap_or("a list");
    behaviour.accepted().map(|kind| format!("accepted in {place}: {}", kind.what)).collect()
}

/// The promises for which it is not decided whether the upgrade breaks them.
pub(super) fn broken_anyway(upgrade: &Upgrade) -> Option<String> {
    let names = upgrade.undecided.join(", ");
    let text = format!(
        "broken after it; whether the new version alone breaks them is {UNDECIDED}: {names}"
    );
    (!upgrade.undecided.is_empty()).then_some(text)
}

/// The handlers after an upgrade, in their order, each `named` as the format has it.
pub(super) fn listed<F: Format>(
    upgrade: &Upgrade,
    named: impl Fn(&String) -> Escaped<F>,
) -> Escaped<F> {
    let handler = |handler: &Handler| {
        let age = if handler.is_old { " (STILL THE OLD ONE)" } else { "" };
        escaped!("{}{age}", named(&handler.name), age = Escaped::ours(age))
    };
    if upgrade.handlers.is_empty() {
        return Escaped::ours("none of them loads");
    }
    Escaped::joined(upgrade.handlers.iter().map(handler), ", ")
}

/// The powers that the new version adds, and those that it removes.
pub(super) fn power_lines(summary: &Summary) -> impl Iterator<Item = String> {
    let Changes { gained, lost } = &summary.powers;
    let gained = gained.iter().map(|line| format!("gained: {line}"));
    gained.chain(lost.iter().map(|line| format!("lost: {line}")))
}

#[cfg(test)]
mod tests {
    use super::{brief, sets};

    #[test]
    fn numbers_that_nobody_would_read_are_short() {
        assert_eq!(brief("20"), "20");
        assert_eq!(brief("18446744073709551616"), "18446744073709551616");
        let long = format!("23{}", "0".repeat(76));
        assert_eq!(brief(&long), "2.3e77");
        assert_eq!(brief(&format!("-{long}")), format!("-{long}"));
    }

    #[test]
    fn sets_of_faults_are_told_apart_and_not_all_listed() {
        let all = ["1 trick", "1 loss, 1 owner", "1 re-push", "1 re-sign", "1 same-id", "2 loss"];
        let all: Vec<_> = all.into_iter().map(str::to_owned).collect();
        assert_eq!(sets(&all[..2]), "1 trick or 1 loss + 1 owner");
        assert!(sets(&all).ends_with("1 re-push or 1 re-sign or 2 more"));
    }
}
