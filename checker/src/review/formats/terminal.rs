//! A review in the terminal.

use super::mutation;
use super::{QUIET, answer, by_amount, by_faults, by_upgrade, extent, handlers, names, still};
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{Behaviour, PromiseInfo, Summary};
use crate::review::upgrade::Upgrade;
use crate::review::worst_case::WorstCase;
use std::fmt::Write;

/// All that a review says.
pub fn terminal(summary: &Summary) -> String {
    let mut text = format!(
        "review of {} (old) and {} (new)\nbounds {}\n{}\n",
        summary.old,
        summary.new,
        summary.bounds_sentence,
        summary.headline()
    );
    text += &promises(&summary.promises);
    text += &behaviour(&summary.behaviour);
    text += &upgrade(&summary.upgrade);
    text += &worst_cases(&summary.worst_cases);
    text + &mutation::terminal(summary)
}

fn promises(promises: &[PromiseInfo]) -> String {
    let mut text = String::from("\npromises\n");
    for info in promises.iter().filter(|info| info.change.is_news()) {
        text += &changed(info);
    }
    for change in QUIET {
        let infos = still(promises, change);
        let listed = match change {
            Change::StillBroken => infos.iter().map(|i| answer(i)).collect::<Vec<_>>().join("; "),
            _ => names(&infos),
        };
        if !infos.is_empty() {
            let _ = writeln!(text, "  {}: {listed}", change.name());
        }
    }
    text
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
    let mut text = format!("\nbehaviour, under {}\n  {}\n", behaviour.profile, extent(behaviour));
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

fn upgrade(upgrade: &Upgrade) -> String {
    let mut text = format!(
        "\nupgrade in flight: the new version replaces the old one at any moment\n  handlers afterwards, in order: {}\n",
        handlers(upgrade)
    );
    for broken in &upgrade.broken {
        let _ = writeln!(text, "  BROKEN BY IT {}: {}", broken.property, broken.sentence);
        for faults in &broken.faults {
            let _ = writeln!(text, "    {}", by_upgrade(faults));
        }
        let _ = writeln!(text, "    {}", broken.schedule.actions.join("; "));
        let _ = writeln!(text, "    {}", broken.breach);
    }
    if !upgrade.hidden.is_empty() {
        let names = upgrade.hidden.join(", ");
        let _ =
            writeln!(text, "  not said, as the new version breaks them without any fault: {names}");
    }
    let _ = writeln!(text, "  {}", super::upgraded(upgrade));
    text
}

fn worst_cases(cases: &[WorstCase]) -> String {
    let mut text = String::from("\nworst case, base units\n");
    if cases.is_empty() {
        text += "  nothing can be lost within these bounds\n";
    }
    for case in cases {
        let _ = writeln!(text, "  {}: {}", case.measure, case.sentence);
        for amounts in &case.amounts {
            let mark = if amounts.is_worse { "WORSE " } else { "" };
            let _ = writeln!(text, "    {mark}{}", by_amount(amounts));
        }
        if let Some(schedule) = super::of_worst_case(case) {
            let _ = writeln!(text, "    {}", schedule.actions.join("; "));
        }
    }
    text
}
