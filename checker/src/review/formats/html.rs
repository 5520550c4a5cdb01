//! A review as one page that needs nothing else: no network, and no script.

use super::mutation;
use super::{QUIET, answer, by_amount, by_faults, by_upgrade, extent, handlers, names, still};
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{DifferenceInfo, PromiseInfo, Summary};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use explorer::svg::escape;

/// Nothing is loaded, and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const STYLE: &str = include_str!("review.css");

/// All that a review says, as a page.
pub fn html(summary: &Summary) -> String {
    let title = escape(&format!("Review of {} and {}", summary.old, summary.new));
    let sections = [
        changes(summary),
        upgrade(summary),
        worst_cases(summary),
        behaviour(summary),
        mutation::html(summary).map(|text| section("Small mistakes", &text)).unwrap_or_default(),
        section("Reproduce", &format!("<p><code>{}</code></p>", escape(&summary.command))),
    ];
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p class=\"headline {}\">{}</p>\n<p>Bounds {}.</p>\n{}\n{}</main>\n</body>\n</html>\n",
        if summary.exit == crate::exit_code::Exit::Expected { "fine" } else { "worse" },
        escape(&summary.headline()),
        escape(&summary.bounds_sentence),
        table(summary),
        sections.concat()
    )
}

fn section(title: &str, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("<section>\n<h2>{title}</h2>\n{text}\n</section>\n")
    }
}

fn table(summary: &Summary) -> String {
    let row = |info: &PromiseInfo| {
        let faults: Vec<_> = info.faults.iter().map(|faults| escape(&by_faults(faults))).collect();
        let class = if info.change.is_worse() { "worse" } else { "better" };
        format!(
            "<tr><th scope=\"row\"><a href=\"#{0}\"><code>{0}</code></a></th><td class=\"{class}\">{1}</td><td>{2}</td></tr>\n",
            info.property,
            info.change.name(),
            faults.join("<br>")
        )
    };
    let news = summary.promises.iter().filter(|info| info.change.is_news()).map(row);
    let quiet = |change: Change| {
        let infos = still(&summary.promises, change);
        let row = format!(
            "<tr><th scope=\"row\">{}</th><td colspan=\"2\">{}</td></tr>\n",
            change.name(),
            names(&infos)
        );
        if infos.is_empty() { String::new() } else { row }
    };
    let rows: String = news.chain(QUIET.map(quiet)).collect();
    format!(
        "<table>\n<caption>The promises, before and now</caption>\n<thead><tr><th scope=\"col\">promise</th><th scope=\"col\">change</th><th scope=\"col\">under</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"
    )
}

fn changes(summary: &Summary) -> String {
    let news = summary.promises.iter().filter(|info| info.change.is_news());
    let mut text: String = news
        .map(|info| {
            format!(
                "<h3 id=\"{0}\"><code>{0}</code>: {1}</h3>\n<p>{2}: {3}.</p>\n{4}",
                info.property,
                info.change.name(),
                escape(info.sentence),
                escape(info.why),
                info.schedule.as_ref().map(|one| told(one, info.property)).unwrap_or_default()
            )
        })
        .collect();
    let still = still(&summary.promises, Change::StillBroken);
    if !still.is_empty() {
        let items: Vec<_> = still.iter().map(|info| escape(&answer(info))).collect();
        text += &format!("<h3>Still broken, with the old counterexamples</h3>\n{}", list(&items));
    }
    section("What changes", &text)
}

fn told(schedule: &Schedule, title: &str) -> String {
    let steps = schedule.actions.iter().zip(schedule.sentences()).enumerate();
    let step = |(place, (action, sentence)): (usize, (&String, &str))| {
        let parts = if schedule.parted == Some(place + 1) {
            " <strong>they part here</strong>"
        } else {
            ""
        };
        format!("{} <code>{}</code>{parts}", escape(sentence), escape(action))
    };
    let steps: Vec<_> = steps.map(step).collect();
    let steps = steps.iter().map(|step| format!("<li>{step}</li>\n")).collect::<String>();
    let differences: Vec<_> = schedule.differences.iter().map(|one| escape(one)).collect();
    let (profile, faults) = (schedule.profile, escape(&schedule.faults));
    let steps =
        format!("<p>Under <code>{profile}</code>, faults: {faults}</p>\n<ol>\n{steps}</ol>\n");
    steps + &list(&differences) + &lanes(schedule, title)
}

/// The messages, folded away.
fn lanes(schedule: &Schedule, title: &str) -> String {
    let (name, picture) = (escape(title), STANDARD.encode(schedule.svg(title)));
    format!(
        "<details><summary>The messages</summary>\n<div class=\"lanes\" tabindex=\"0\" role=\"region\" aria-label=\"Messages: {name}\"><img alt=\"Messages: {name}\" src=\"data:image/svg+xml;base64,{picture}\"></div></details>\n"
    )
}

fn list(items: &[String]) -> String {
    let items: String = items.iter().map(|item| format!("<li>{item}</li>\n")).collect();
    if items.is_empty() { items } else { format!("<ul>\n{items}</ul>\n") }
}

fn upgrade(summary: &Summary) -> String {
    let upgrade = &summary.upgrade;
    let mut text = format!(
        "<p>The new version replaces the old one at any moment: {}.</p>\n<p>Handlers afterwards, in order: {}.</p>\n",
        escape(&super::upgraded(upgrade)),
        escape(&handlers(upgrade))
    );
    if !upgrade.hidden.is_empty() {
        let names = upgrade.hidden.join(", ");
        text += &format!(
            "<p>Not said, as the new version breaks them without any fault: {names}.</p>\n"
        );
    }
    for broken in &upgrade.broken {
        let faults: Vec<_> =
            broken.faults.iter().map(|faults| escape(&by_upgrade(faults))).collect();
        text += &format!(
            "<h3><code>{}</code>: <span class=\"worse\">broken by it</span></h3>\n<p>{}: {}.</p>\n{}{}<p>Then {}.</p>\n",
            broken.property,
            escape(broken.sentence),
            escape(broken.why),
            list(&faults),
            told(&broken.schedule, broken.property),
            escape(&broken.breach)
        );
    }
    section("Upgrade in flight", &text)
}

fn worst_cases(summary: &Summary) -> String {
    let mut text = String::new();
    for case in &summary.worst_cases {
        let amounts = case.amounts.iter().map(|amounts| {
            let mark =
                if amounts.is_worse { "<strong class=\"worse\">WORSE</strong> " } else { "" };
            format!("{mark}{}", escape(&by_amount(amounts)))
        });
        text += &format!(
            "<h3><code>{}</code></h3>\n<p>{}, in base units.</p>\n{}{}",
            case.measure,
            escape(case.sentence),
            list(&amounts.collect::<Vec<_>>()),
            super::of_worst_case(case).map(|one| told(one, case.measure)).unwrap_or_default()
        );
    }
    if text.is_empty() {
        text = "<p>Nothing can be lost within these bounds.</p>\n".to_owned();
    }
    section("Worst case", &text)
}

fn behaviour(summary: &Summary) -> String {
    let behaviour = &summary.behaviour;
    let item = |difference: &DifferenceInfo| {
        let follows = if difference.follows { " (after an earlier difference)" } else { "" };
        format!(
            "<h3>{}{follows}</h3>\n{}",
            escape(&difference.what),
            told(&difference.schedule, &difference.what)
        )
    };
    let text: String = behaviour.news().map(item).collect();
    let head = format!(
        "<p>Under <code>{}</code>: {}.</p>\n",
        behaviour.profile,
        escape(&extent(behaviour))
    );
    section("Behaviour", &(head + &text))
}
