//! A review in the terminal.

use super::Change;
use super::summary::{Behaviour, ByFaults, PromiseInfo, Schedule, Summary};
use super::upgrade::{Upgrade, UpgradeFaults};
use super::worst_case::{Amounts, WorstCase};
use std::fmt::Write;

/// All that a review says.
pub fn text(summary: &Summary) -> String {
    let mut text = format!(
        "review of {} (old) and {} (new)\nbounds {}\n",
        summary.old, summary.new, summary.bounds_sentence
    );
    text += &promises(&summary.promises);
    text += &behaviour(&summary.behaviour);
    text += &upgrade(&summary.upgrade);
    text += &worst_cases(&summary.worst_cases);
    text + &conclusion(summary)
}

fn promises(promises: &[PromiseInfo]) -> String {
    let mut text = String::from("\npromises\n");
    for info in promises.iter().filter(|info| info.change.is_news()) {
        text += &changed(info);
    }
    for change in [Change::StillBroken, Change::StillVacuous, Change::StillHolds] {
        let names = still(promises, change);
        if !names.is_empty() {
            let _ = writeln!(text, "  {}: {}", change.name(), names.join(", "));
        }
    }
    text
}

/// The promises that fare like this.
pub(super) fn still(promises: &[PromiseInfo], change: Change) -> Vec<&'static str> {
    promises.iter().filter(|info| info.change == change).map(|info| info.property).collect()
}

fn changed(info: &PromiseInfo) -> String {
    let mut text = format!("  {} {}: {}\n", info.change.name(), info.property, info.sentence);
    for faults in &info.faults {
        let _ = writeln!(text, "    {}", by_faults(faults));
    }
    if let Some(schedule) = &info.schedule {
        text += &told(schedule);
    }
    text
}

/// `hyperbeam, hyper-aos: broken by nothing before, 1 re-push now`.
pub(super) fn by_faults(ByFaults { profiles, old, new }: &ByFaults) -> String {
    let sets = |sets: &[String]| if sets.is_empty() { "nothing".into() } else { sets.join(" or ") };
    format!("{}: broken by {} before, {} now", profiles.join(", "), sets(old), sets(new))
}

fn told(schedule: &Schedule) -> String {
    let mut text = format!("    {}\n", schedule.actions.join("; "));
    match schedule.parted {
        None => text += "    both do the same with this schedule\n",
        Some(step) => {
            let _ = writeln!(text, "    they part at step {step}");
        }
    }
    for difference in &schedule.differences {
        let _ = writeln!(text, "      {difference}");
    }
    text
}

fn behaviour(behaviour: &Behaviour) -> String {
    let mut text = format!("\nbehaviour, under {}\n", behaviour.profile);
    text += &extent(behaviour);
    for difference in behaviour.news() {
        let schedule = &difference.schedule;
        let follows = if difference.follows { " (after an earlier difference)" } else { "" };
        let _ = writeln!(text, "  {}{follows}", difference.what);
        let _ = writeln!(text, "    faults: {}; {}", schedule.faults, schedule.actions.join("; "));
    }
    for name in &behaviour.accepted_in_vain {
        let _ = writeln!(text, "  accepted, and did not occur: {name}");
    }
    text
}

/// How many kinds of difference there are, and how far was searched.
pub(super) fn extent(behaviour: &Behaviour) -> String {
    let news = behaviour.news().count();
    let accepted = behaviour.differences.len() - news;
    let follow = behaviour.news().filter(|difference| difference.follows).count();
    let mut text = match (news, accepted) {
        (0, 0) => "  nobody can tell them apart within these bounds".to_owned(),
        (_, 0) => format!("  {news} kinds of difference"),
        _ => format!("  {news} kinds of difference, and {accepted} that are accepted"),
    };
    if follow > 0 {
        let _ = write!(text, ", {follow} of them seen only after another");
    }
    let _ = write!(text, ", in {} states", behaviour.states);
    if let Some(cut) = &behaviour.cut {
        let _ = write!(text, "; HOLDS UP TO: {cut}");
    }
    text + "\n"
}

fn upgrade(upgrade: &Upgrade) -> String {
    let mut text =
        String::from("\nupgrade in flight: the new version replaces the old one at any moment\n");
    let listed = upgrade.handlers.iter();
    let listed: Vec<_> = listed
        .map(|handler| format!("{}{}", handler.name, if handler.is_old { " (OLD)" } else { "" }))
        .collect();
    let _ = writeln!(text, "  handlers afterwards, in order: {}", listed.join(", "));
    for broken in &upgrade.broken {
        let _ = writeln!(text, "  BROKEN BY THE UPGRADE {}: {}", broken.property, broken.sentence);
        for UpgradeFaults { profiles, sets } in &broken.faults {
            let _ = writeln!(text, "    {}: by {}", profiles.join(", "), sets.join(" or "));
        }
        let _ = writeln!(text, "    {}", broken.schedule.actions.join("; "));
        let _ = writeln!(text, "    {}", broken.breach);
    }
    if !upgrade.hidden.is_empty() {
        let names = upgrade.hidden.join(", ");
        let _ = writeln!(
            text,
            "  not to be said, as the new version breaks them without any fault: {names}"
        );
    }
    let kept = if upgrade.broken.is_empty() { "it breaks nothing" } else { "searched" };
    let _ = write!(text, "  {kept}, in {} states", upgrade.states);
    if let Some(cut) = &upgrade.cut {
        let _ = write!(text, "; HOLDS UP TO: {cut}");
    }
    text + "\n"
}

fn worst_cases(cases: &[WorstCase]) -> String {
    let mut text = String::from("\nworst case, base units\n");
    if cases.is_empty() {
        text += "  nothing can be lost within these bounds\n";
    }
    for case in cases {
        let _ = writeln!(text, "  {}: {}", case.measure, case.sentence);
        for Amounts { profiles, old, new, is_worse } in &case.amounts {
            let mark = if *is_worse { " WORSE" } else { "" };
            let _ = writeln!(text, "    {}: {old} before, {new} now{mark}", profiles.join(", "));
        }
        let sides = [("old", &case.old), ("new", &case.new)];
        for (side, schedule) in sides.into_iter().filter_map(|(a, b)| Some((a, b.as_ref()?))) {
            let _ = writeln!(text, "    {side}: {}", schedule.actions.join("; "));
        }
    }
    text
}

fn conclusion(summary: &Summary) -> String {
    let super::summary::Counts { worse, better, inconclusive } = summary.counts;
    let news = summary.behaviour.news().count();
    format!(
        "\npromises: {worse} worse, {better} better, {inconclusive} inconclusive; new kinds of difference in behaviour: {news}\n"
    )
}
