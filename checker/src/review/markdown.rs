//! A review as a comment on a pull request: a table first, then what is behind each line.

use super::Change;
use super::report::{by_faults, extent, still};
use super::summary::{PromiseInfo, Schedule, Summary};
use std::fmt::Write;

/// All that a review says, in the Markdown of GitHub.
pub fn markdown(summary: &Summary) -> String {
    let counts = summary.counts;
    let mut text = format!(
        "## Review of `{}` → `{}`\n\n**{} worse**, {} better, {} inconclusive; {} new kinds of difference in behaviour. Bounds: {}.\n\n",
        summary.old,
        summary.new,
        counts.worse,
        counts.better,
        counts.inconclusive,
        summary.behaviour.news().count(),
        summary.bounds_sentence
    );
    text += &table(summary);
    for info in summary.promises.iter().filter(|info| info.change.is_news()) {
        text += &promise(info);
    }
    text += &behaviour(summary);
    let (old, new) = (&summary.old, &summary.new);
    let _ = writeln!(text, "Reproduce: `cargo run --release -- review {old} {new}`");
    text
}

fn table(summary: &Summary) -> String {
    let mut text = String::from("| promise | change | under |\n|---|---|---|\n");
    for info in summary.promises.iter().filter(|info| info.change.is_news()) {
        let under: Vec<_> = info.faults.iter().map(by_faults).collect();
        let mark = if info.change.is_worse() { "❌" } else { "✅" };
        let _ = writeln!(
            text,
            "| `{}` | {mark} {} | {} |",
            info.property,
            info.change.name(),
            under.join("<br>")
        );
    }
    for change in [Change::StillBroken, Change::StillVacuous, Change::StillHolds] {
        let names = still(&summary.promises, change);
        if !names.is_empty() {
            let _ = writeln!(text, "| {} | {} | |", names.join(", "), change.name());
        }
    }
    text + "\n"
}

fn promise(info: &PromiseInfo) -> String {
    let mut text = format!(
        "<details><summary><code>{}</code>: {}</summary>\n\n{}: {}\n\n",
        info.property,
        info.change.name(),
        info.sentence,
        info.why
    );
    if let Some(schedule) = &info.schedule {
        text += &told(schedule);
    }
    text + "</details>\n\n"
}

fn told(schedule: &Schedule) -> String {
    let mut text = format!("Under `{}`, faults: {}\n\n", schedule.profile, schedule.faults);
    for (place, action) in schedule.actions.iter().enumerate() {
        let parts = if schedule.parted == Some(place + 1) { " ← they part here" } else { "" };
        let _ = writeln!(text, "{}. `{action}`{parts}", place + 1);
    }
    text.push('\n');
    for difference in &schedule.differences {
        let _ = writeln!(text, "- {difference}");
    }
    text + "\n"
}

fn behaviour(summary: &Summary) -> String {
    let behaviour = &summary.behaviour;
    let mut text = format!(
        "<details><summary>Behaviour under <code>{}</code>:{}</summary>\n\n",
        behaviour.profile,
        extent(behaviour).trim_end().trim_start_matches(' ').replace("  ", " ")
    );
    for difference in behaviour.news() {
        let follows = if difference.follows { " (after an earlier difference)" } else { "" };
        let _ = writeln!(text, "- **{}**{follows}\n", difference.what);
        let _ = writeln!(text, "  {}\n", code(&difference.schedule.actions));
    }
    text + "</details>\n\n"
}

/// Actions, each as code.
fn code(actions: &[String]) -> String {
    let each: Vec<_> = actions.iter().map(|action| format!("`{action}`")).collect();
    each.join("; ")
}
