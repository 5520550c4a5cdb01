//! A review as one page that needs nothing else: no network, and no script.

use super::mutation;
use super::told::{Parting, Told};
use super::words::{
    QUIET, accepted, answers, broken_anyway, by_amount, by_upgrade, extent, handlers, more_to_lose,
    names, news, not_worse, of_worst_case, sentence, severity, still, under, upgraded, worse,
};
use crate::exit_code::Exit;
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{DifferenceInfo, PromiseInfo, Summary};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use explorer::svg::escape;
use std::fmt::Write;

/// Nothing is loaded, and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const STYLE: &str = include_str!("review.css");

/// All that a review says, as a page.
pub fn html(summary: &Summary) -> String {
    let title = escape(&format!("Review of {} and {}", summary.old, summary.new));
    let mut told = Told::default();
    let sections = [
        section("Not tried of the new handlers", &not_tried(summary)),
        changes(summary, &mut told),
        upgrade(summary, &mut told),
        worst_cases(summary, &mut told),
        behaviour(summary, &mut told),
        mutation::html(summary).map(|text| section("Small mistakes", &text)).unwrap_or_default(),
        section("Reproduce", &format!("<p><code>{}</code></p>", escape(&summary.command))),
    ];
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p class=\"headline {}\">{}</p>\n<p>Bounds {}.</p>\n{}{}\n{}</main>\n</body>\n</html>\n",
        if summary.exit == Exit::Expected { "fine" } else { "worse" },
        escape(&summary.headline()),
        escape(&summary.bounds_sentence),
        escaped(&summary.notes),
        table(summary),
        sections.concat()
    )
}

/// What the new handlers read that was tried in one way.
fn not_tried(summary: &Summary) -> String {
    escaped(&summary.not_tried)
}

fn section(title: &str, text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("<section>\n<h2>{title}</h2>\n{text}\n</section>\n")
    }
}

/// The name of the place where a promise is told of: it can be among the worse and the better.
fn place(info: &PromiseInfo) -> String {
    format!("{}-{}", info.change.key(), info.property)
}

fn class(change: Change) -> &'static str {
    if change.is_worse() || change == Change::Inconclusive { "worse" } else { "better" }
}

fn table(summary: &Summary) -> String {
    let mut rows = String::new();
    let mut row = |name: &str, class: &str, change: &str, faults: &str, under: &[String]| {
        let under: Vec<_> = under.iter().map(|line| escape(line)).collect();
        _ = writeln!(
            rows,
            "<tr><th scope=\"row\">{name}</th><td class=\"{class}\">{change}</td><td>{faults}</td><td>{}</td></tr>",
            under.join("<br>")
        );
    };
    let link = |to: &str, name: &str| format!("<a href=\"#{to}\"><code>{name}</code></a>");
    for info in worse(summary) {
        let name = link(&place(info), info.property);
        row(&name, class(info.change), info.change.name(), &severity(info), &under(info, summary));
    }
    for broken in &summary.upgrade.broken {
        let name = link(&format!("upgrade-{}", broken.property), broken.property);
        row(&name, "worse", "BROKEN BY THE UPGRADE", "", &by_upgrade(broken, summary));
    }
    for case in more_to_lose(summary) {
        let name = link(&format!("worst-{}", case.measure), case.measure);
        row(&name, "worse", "more can be lost", "", &by_amount(case, summary, true));
    }
    for info in not_worse(summary) {
        let name = link(&place(info), info.property);
        row(&name, class(info.change), info.change.name(), &severity(info), &under(info, summary));
    }
    for change in QUIET {
        let infos = still(summary, change);
        if !infos.is_empty() {
            _ = writeln!(
                rows,
                "<tr><th scope=\"row\">{}</th><td colspan=\"3\">{}</td></tr>",
                change.name(),
                names(&infos)
            );
        }
    }
    format!(
        "<table>\n<caption>The promises, before and now</caption>\n<thead><tr><th scope=\"col\">promise</th><th scope=\"col\">change</th><th scope=\"col\">fewest faults</th><th scope=\"col\">under</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"
    )
}

fn changes<'a>(summary: &'a Summary, told: &mut Told<'a>) -> String {
    let info = |info: &'a PromiseInfo| {
        format!(
            "<h3 id=\"{}\"><code>{1}</code>: <span class=\"{5}\">{2}</span></h3>\n<p>{3}</p>\n{4}",
            place(info),
            info.property,
            info.change.name(),
            escape(&sentence(info.sentence, info.why)),
            info.schedule
                .as_ref()
                .map(|one| steps(one, &format!("{}, {}", info.property, info.change.name()), told))
                .unwrap_or_default(),
            class(info.change)
        )
    };
    let mut text: String = news(summary).map(info).collect();
    let still = still(summary, Change::StillBroken);
    if !still.is_empty() {
        let items = escaped(&answers(&still));
        _ = write!(text, "<h3>Still broken, with the old counterexamples</h3>\n{items}");
    }
    section("What changes", &text)
}

/// The steps that were not told yet, where the two part, and the messages.
fn steps<'a>(schedule: &'a Schedule, shows: &str, told: &mut Told<'a>) -> String {
    let telling = told.tell(shows, schedule);
    let (profile, faults) = (schedule.profile, escape(&schedule.faults));
    let from = telling.like.as_ref().map_or(0, |(_, steps)| *steps);
    let is_whole = from == schedule.actions.len();
    let like = match &telling.like {
        Some((like, _)) if is_whole => format!(", by the steps of {}", escape(like)),
        Some((like, steps)) => format!("; the first {steps} steps are those of {}", escape(like)),
        None => String::new(),
    };
    let mut text = format!("<p>Under <code>{profile}</code>, faults: {faults}{like}</p>\n");
    if !is_whole {
        _ = writeln!(text, "<ol start=\"{}\">\n{}</ol>", from + 1, items(schedule, from));
    }
    let parting = match telling.parting {
        Parting::Nothing => String::new(),
        Parting::Never => "<p>Both do the same with it.</p>\n".to_owned(),
        Parting::At(step, how) => {
            let how: Vec<_> = how.iter().map(|one| escape(one)).collect();
            format!("<p>They part at step {step}:</p>\n{}", list(&how))
        }
    };
    text += &parting;
    if is_whole { text } else { text + &lanes(schedule, shows) }
}

fn items(schedule: &Schedule, from: usize) -> String {
    let steps = schedule.actions.iter().zip(schedule.sentences()).enumerate().skip(from);
    let step = |(place, (action, told)): (usize, (&String, &str))| {
        let is_parting = schedule.parted == Some(place + 1);
        let parts = if is_parting { " <strong>they part here</strong>" } else { "" };
        format!("<li>{} <code>{}</code>{parts}</li>\n", escape(told), escape(action))
    };
    steps.map(step).collect()
}

/// The messages, folded away.
fn lanes(schedule: &Schedule, title: &str) -> String {
    let (name, picture) = (escape(title), STANDARD.encode(schedule.svg(title)));
    format!(
        "<details><summary>The messages</summary>\n<section class=\"lanes\" tabindex=\"0\" aria-label=\"Messages: {name}\"><img alt=\"Messages: {name}\" src=\"data:image/svg+xml;base64,{picture}\"></section></details>\n"
    )
}

fn list(items: &[String]) -> String {
    let all: Vec<_> = items.iter().map(|item| format!("<li>{item}</li>\n")).collect();
    if items.is_empty() { String::new() } else { format!("<ul>\n{}</ul>\n", all.concat()) }
}

fn escaped(lines: &[String]) -> String {
    list(&lines.iter().map(|line| escape(line)).collect::<Vec<_>>())
}

fn upgrade<'a>(summary: &'a Summary, told: &mut Told<'a>) -> String {
    let upgrade = &summary.upgrade;
    let mut text = format!(
        "<p>The new version replaces the old one at any moment: {}.</p>\n<p>Handlers afterwards, in order: {}.</p>\n",
        escape(&upgraded(upgrade)),
        escape(&handlers(upgrade))
    );
    if !upgrade.hidden.is_empty() {
        let names = upgrade.hidden.join(", ");
        _ = writeln!(
            text,
            "<p>Not said, as the new version breaks them without any fault: {names}.</p>"
        );
    }
    text.extend(broken_anyway(upgrade).map(|line| format!("<p>{}.</p>\n", escape(&line))));
    for broken in &upgrade.broken {
        _ = writeln!(
            text,
            "<h3 id=\"upgrade-{0}\"><code>{0}</code>: <span class=\"worse\">broken by it</span></h3>\n<p>{1}</p>\n{2}{3}<p>Then {4}.</p>",
            broken.property,
            escape(&sentence(broken.sentence, broken.why)),
            escaped(&by_upgrade(broken, summary)),
            steps(&broken.schedule, &format!("{}, by the upgrade", broken.property), told),
            escape(&broken.breach)
        );
    }
    section("Upgrade in flight", &text)
}

fn worst_cases<'a>(summary: &'a Summary, told: &mut Told<'a>) -> String {
    let mut text = String::new();
    for case in &summary.worst_cases {
        let mark =
            if case.is_worse() { ": <span class=\"worse\">more can be lost</span>" } else { "" };
        _ = write!(
            text,
            "<h3 id=\"worst-{0}\"><code>{0}</code>{mark}</h3>\n<p>{1}, in base units.</p>\n{2}{3}",
            case.measure,
            escape(case.sentence),
            escaped(&by_amount(case, summary, false)),
            of_worst_case(case).map(|one| steps(one, case.measure, told)).unwrap_or_default()
        );
    }
    if text.is_empty() {
        text.push_str("<p>Nothing can be lost within these bounds.</p>\n");
    }
    section("Worst case", &text)
}

fn behaviour<'a>(summary: &'a Summary, told: &mut Told<'a>) -> String {
    let behaviour = &summary.behaviour;
    let mut text =
        format!("<p>Under <code>{}</code>: {}.</p>\n", behaviour.profile, escape(&extent(summary)));
    for (difference, number) in behaviour.news().zip(1..) {
        let DifferenceInfo { what, follows, schedule, .. } = difference;
        let follows = if *follows { " (after an earlier difference)" } else { "" };
        _ = writeln!(text, "<h3>{number}. {}{follows}</h3>", escape(what));
        text += &steps(schedule, &format!("difference {number}"), told);
    }
    if behaviour.accepted().next().is_some() {
        _ = write!(text, "<h3>Accepted</h3>\n{}", escaped(&accepted(summary)));
    }
    let in_vain: Vec<_> = behaviour.accepted_in_vain.iter().map(|name| escape(name)).collect();
    if !in_vain.is_empty() {
        _ = write!(text, "<h3>Accepted, and did not occur</h3>\n{}", list(&in_vain));
    }
    section("Behaviour", &text)
}
