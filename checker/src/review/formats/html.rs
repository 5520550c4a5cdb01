//! A review as one page that needs nothing else: no network, and no script.

use super::mutation;
use super::told::{Parting, Told};
use super::words::{
    QUIET, accepted, answers, broken_anyway, by_amount, by_upgrade, extent, listed, more_to_lose,
    names, news, not_worse, of_worst_case, power_lines, sentence, severity, still, under, upgraded,
    worse,
};
use crate::html::{Html, page};
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{DifferenceInfo, PromiseInfo, Summary};
use explorer::escaped;

/// All that a review says, as a page.
pub fn html(summary: &Summary) -> String {
    let title: Html = escaped!("Review of {} and {}", summary.old, summary.new);
    let mut told = Told::default();
    let sections = [
        section("Not tried of the new handlers", list(&summary.not_tried)),
        section("Powers", list(&power_lines(summary).collect::<Vec<_>>())),
        changes(summary, &mut told),
        upgrade(summary, &mut told),
        worst_cases(summary, &mut told),
        behaviour(summary, &mut told),
        mutation::html(summary).map(|text| section("Small mistakes", text)).unwrap_or_default(),
        section("Reproduce", escaped!("<p><code>{}</code></p>", summary.command)),
    ];
    let body = escaped!(
        "<p>Bounds {}.</p>\n{}{}\n{}",
        summary.bounds_sentence,
        list(&summary.notes),
        table(summary),
        sections.into_iter().sum::<Html>()
    );
    page(&title, (summary.exit, &escaped!("{}", summary.headline())), &body, "")
}

fn section(title: &'static str, text: Html) -> Html {
    if text.is_empty() {
        text
    } else {
        escaped!("<section>\n<h2>{title}</h2>\n{text}\n</section>\n", title, text)
    }
}

/// The name of the place where a promise is told of: it can be among the worse and the better.
fn place(info: &PromiseInfo) -> String {
    format!("{}-{}", info.change.key(), info.property)
}

fn class(change: Change) -> &'static str {
    if change.is_worse() || change == Change::Inconclusive { "worse" } else { "better" }
}

fn table(summary: &Summary) -> Html {
    let mut rows = Html::new();
    let mut row = |name: &Html, class: &str, change: &str, faults: &str, under: &[String]| {
        rows += escaped!(
            "<tr><th scope=\"row\">{name}</th><td class=\"{class}\">{change}</td><td>{faults}</td><td>{}</td></tr>\n",
            Html::list(under, "<br>"),
            name,
            class,
            change,
            faults
        );
    };
    let link = |to: &str, name: &str| -> Html {
        escaped!("<a href=\"#{to}\"><code>{name}</code></a>", to, name)
    };
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
            rows += escaped!(
                "<tr><th scope=\"row\">{}</th><td colspan=\"3\">{}</td></tr>\n",
                change.name(),
                names(&infos)
            );
        }
    }
    escaped!(
        "<table>\n<caption>The promises, before and now</caption>\n<thead><tr><th scope=\"col\">promise</th><th scope=\"col\">change</th><th scope=\"col\">fewest faults</th><th scope=\"col\">under</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>",
        rows
    )
}

fn changes<'a>(summary: &'a Summary, told: &mut Told<'a>) -> Html {
    let info = |info: &'a PromiseInfo| {
        escaped!(
            "<h3 id=\"{}\"><code>{1}</code>: <span class=\"{5}\">{2}</span></h3>\n<p>{3}</p>\n{4}",
            place(info),
            info.property,
            info.change.name(),
            sentence(info.sentence, info.why),
            info.schedule
                .as_ref()
                .map(|one| steps(one, &format!("{}, {}", info.property, info.change.name()), told))
                .unwrap_or_default(),
            class(info.change)
        )
    };
    let mut text: Html = news(summary).map(info).sum();
    let still = still(summary, Change::StillBroken);
    if !still.is_empty() {
        let items = list(&answers(&still));
        text += escaped!("<h3>Still broken, with the old counterexamples</h3>\n{items}", items);
    }
    section("What changes", text)
}

/// The steps that were not told yet, where the two part, and the messages.
fn steps<'a>(schedule: &'a Schedule, shows: &str, told: &mut Told<'a>) -> Html {
    let telling = told.tell(shows, schedule);
    let (profile, faults) = (schedule.profile, &schedule.faults);
    let from = telling.like.as_ref().map_or(0, |(_, steps)| *steps);
    let is_whole = from == schedule.actions.len();
    let like = match &telling.like {
        Some((like, _)) if is_whole => format!(", by the steps of {like}"),
        Some((like, steps)) => format!("; the first {steps} steps are those of {like}"),
        None => String::new(),
    };
    let mut text: Html = escaped!(
        "<p>Under <code>{profile}</code>, faults: {faults}{like}</p>\n",
        profile,
        faults,
        like
    );
    if !is_whole {
        text += escaped!("<ol start=\"{}\">\n{}</ol>\n", from + 1, items(schedule, from));
    }
    let parting = match telling.parting {
        Parting::Nothing => Html::new(),
        Parting::Never => escaped!("<p>Both do the same with it.</p>\n"),
        Parting::At(step, how) => {
            escaped!("<p>They differ first at step {step}:</p>\n{}", list(how), step)
        }
    };
    text += parting;
    if is_whole { text } else { text + lanes(schedule, shows) }
}

fn items(schedule: &Schedule, from: usize) -> Html {
    let steps = schedule.actions.iter().zip(schedule.sentences()).enumerate().skip(from);
    let step = |(place, (action, told)): (usize, (&String, &str))| {
        let is_parting = schedule.parted == Some(place + 1);
        let parts = if is_parting { " <strong>they differ first here</strong>" } else { "" };
        let parts = Html::ours(parts);
        escaped!("<li>{told} <code>{action}</code>{parts}</li>\n", told, action, parts)
    };
    steps.map(step).sum()
}

/// The messages, folded away.
fn lanes(schedule: &Schedule, name: &str) -> Html {
    let picture = Html::base64(&schedule.svg(name));
    escaped!(
        "<details><summary>The messages</summary>\n<section class=\"lanes\" tabindex=\"0\" aria-label=\"Messages: {name}\"><img alt=\"Messages: {name}\" src=\"data:image/svg+xml;base64,{picture}\"></section></details>\n",
        name,
        picture
    )
}

fn list(items: &[String]) -> Html {
    let all = items.iter().map(|item| escaped!("<li>{item}</li>\n", item)).sum::<Html>();
    if items.is_empty() { Html::new() } else { escaped!("<ul>\n{all}</ul>\n", all) }
}

fn upgrade<'a>(summary: &'a Summary, told: &mut Told<'a>) -> Html {
    let upgrade = &summary.upgrade;
    let mut text: Html = escaped!(
        "<p>The new version replaces the old one at any moment: {}.</p>\n<p>Handlers afterwards, in order: {}.</p>\n",
        upgraded(upgrade),
        listed(upgrade, |name| escaped!("<code>{name}</code>", name))
    );
    if !upgrade.hidden.is_empty() {
        let names = upgrade.hidden.join(", ");
        text += escaped!(
            "<p>Not said, as the new version breaks them without any fault: {names}.</p>\n",
            names
        );
    }
    text.extend(broken_anyway(upgrade).map(|line| escaped!("<p>{line}.</p>\n", line)));
    for broken in &upgrade.broken {
        text += escaped!(
            "<h3 id=\"upgrade-{0}\"><code>{0}</code>: <span class=\"worse\">broken by it</span></h3>\n<p>{1}</p>\n{2}{3}<p>Then {4}.</p>\n",
            broken.property,
            sentence(broken.sentence, broken.why),
            list(&by_upgrade(broken, summary)),
            steps(&broken.schedule, &format!("{}, by the upgrade", broken.property), told),
            broken.breach
        );
    }
    section("Upgrade in flight", text)
}

fn worst_cases<'a>(summary: &'a Summary, told: &mut Told<'a>) -> Html {
    let mut text = Html::new();
    for case in &summary.worst_cases {
        let mark =
            if case.is_worse() { ": <span class=\"worse\">more can be lost</span>" } else { "" };
        text += escaped!(
            "<h3 id=\"worst-{0}\"><code>{0}</code>{mark}</h3>\n<p>{1}, in base units.</p>\n{2}{3}",
            case.measure,
            case.sentence,
            list(&by_amount(case, summary, false)),
            of_worst_case(case).map(|one| steps(one, case.measure, told)).unwrap_or_default(),
            mark = Html::ours(mark)
        );
    }
    if text.is_empty() {
        text += escaped!("<p>Nothing can be lost within these bounds.</p>\n");
    }
    section("Worst case", text)
}

fn behaviour<'a>(summary: &'a Summary, told: &mut Told<'a>) -> Html {
    let behaviour = &summary.behaviour;
    let mut text: Html =
        escaped!("<p>Under <code>{}</code>: {}.</p>\n", behaviour.profile, extent(summary));
    for (difference, number) in behaviour.news().zip(1..) {
        let DifferenceInfo { what, follows, schedule, .. } = difference;
        let follows = if *follows { " (after an earlier difference)" } else { "" };
        text += escaped!("<h3>{number}. {what}{follows}</h3>\n", number, what, follows);
        text += steps(schedule, &format!("difference {number}"), told);
    }
    if behaviour.accepted().next().is_some() {
        text += escaped!("<h3>Accepted</h3>\n{}", list(&accepted(summary)));
    }
    if !behaviour.accepted_in_vain.is_empty() {
        let in_vain = list(&behaviour.accepted_in_vain);
        text += escaped!("<h3>Accepted, and did not occur</h3>\n{in_vain}", in_vain);
    }
    section("Behaviour", text)
}
