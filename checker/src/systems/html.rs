//! A check of a system as one page that needs nothing else: no network, and no script.

use super::kept;
use super::picture::{Parties, svg};
use super::told::{clause, code, how, network};
use super::{cut, exit_of};
use crate::exit_code::Exit;
use crate::html::{Html, page};
use crate::not_tried::notes;
use crate::settings::Settings;
use explorer::escaped;
use page::Checked;
use page::recorded::{Again, Stands};
use page::schedule::{Schedule, Step};
use page::verdict::{Kind, Verdict};

const STYLE: &str = include_str!("system.css");

/// All that a check says, as a page.
pub fn html(checked: &Checked, settings: &Settings) -> String {
    let shown = |verdict: &&Verdict| verdict.schedule.is_some();
    let of_page = checked.verdicts.iter().filter(shown);
    let of_page: Html = of_page.map(|verdict| counterexample(checked, verdict, None)).sum();
    let variants = checked.variants.iter().filter(|noticed| shown(&&noticed.verdict));
    let variants: Html = variants
        .map(|noticed| counterexample(checked, &noticed.verdict, Some(&noticed.variant)))
        .sum();
    let title = escaped!("{}", checked.page);
    let body = escaped!(
        "{not_tried}{table}\n{of_page}{variants}",
        not_tried = not_tried(checked, settings),
        table = table(checked),
        of_page,
        variants
    );
    page(&title, (exit_of(checked), &headline(checked)), &body, STYLE)
}

fn headline(checked: &Checked) -> Html {
    let of_kind = |kind| checked.verdicts.iter().filter(move |one| one.kind == kind);
    let names = |kind| of_kind(kind).map(|one| &one.promise).collect::<Vec<_>>();
    let broken = names(Kind::Violated);
    match &broken[..] {
        [] if exit_of(checked) == Exit::Expected => {
            let allowed = names(Kind::Excepted);
            let holds: Html = if allowed.is_empty() {
                escaped!("Every promise holds")
            } else {
                let allowed = Html::list(allowed, "; ");
                escaped!(
                    "Broken, as the page allows: {allowed}. Every other promise holds",
                    allowed
                )
            };
            escaped!(
                "{holds} in {} states: every order of messages, up to {}.",
                checked.states,
                network(checked),
                holds
            )
        }
        [] => escaped!("No promise breaks, but not everything was tried or seen."),
        _ => escaped!("Broken: {}", Html::list(broken, "; ")),
    }
}

fn not_tried(checked: &Checked, settings: &Settings) -> Html {
    let cut = cut(checked, settings).map(|cut| escaped!("<li>The search was {cut}.</li>\n", cut));
    let missed = checked.unexplained().map(|missed| {
        let code = code(missed);
        escaped!("<li>No message made this code of {} run: {code}.</li>\n", missed.file, code)
    });
    let notes = notes(&checked.dependences);
    let notes = notes.iter().map(|line| escaped!("<li>{line}</li>\n", line));
    let never = checked.never_done.iter().map(|line| escaped!("<li>{line}</li>\n", line));
    let lines: Html = cut.into_iter().chain(missed).chain(notes).chain(never).sum();
    if lines.is_empty() {
        return lines;
    }
    escaped!("<section>\n<h2>Not tried</h2>\n<ul>\n{lines}</ul>\n</section>\n", lines)
}

fn table(checked: &Checked) -> Html {
    let row = |verdict: &Verdict| -> Html {
        let class = match verdict.kind {
            Kind::Holds | Kind::Seen => "better",
            Kind::Excepted => "",
            _ => "worse",
        };
        let name: Html = if verdict.schedule.is_some() {
            let name = &verdict.promise;
            escaped!("<a href=\"#{place}\">{name}</a>", place = place(name, None), name)
        } else {
            escaped!("{}", verdict.promise)
        };
        escaped!(
            "<tr><th scope=\"row\">{name}</th><td class=\"{class}\">{how}</td></tr>\n",
            name,
            class,
            how = how(verdict)
        )
    };
    let rows: Html = checked.verdicts.iter().map(row).sum();
    escaped!("<table>\n<tbody>\n{rows}</tbody>\n</table>", rows)
}

/// The name of the place where a counterexample stands.
fn place(promise: &str, variant: Option<&str>) -> String {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    variant.into_iter().chain([promise]).flat_map(str::chars).map(letter).collect()
}

fn counterexample(checked: &Checked, verdict: &Verdict, variant: Option<&str>) -> Html {
    let Some(schedule) = &verdict.schedule else { return Html::new() };
    let promise = &verdict.promise;
    let title: Html = if let Some(variant) = variant {
        escaped!("{variant}: {promise}", variant, promise)
    } else {
        escaped!("{promise}", promise)
    };
    let because = verdict.because.as_ref();
    let because: Html = because
        .map(|because| escaped!("<p>The page allows this: {because}</p>\n", because))
        .unwrap_or_default();
    escaped!(
        "<section id=\"{place}\">\n<h2>{title}</h2>\n<p class=\"clause\">{how}{clause}</p>\n{because}{run}</section>\n",
        place = place(promise, variant),
        title,
        how = how(verdict),
        clause = after(verdict, schedule),
        because,
        run = run((&checked.people, &checked.processes), schedule, promise)
    )
}

/// A run as a picture, and step by step.
pub fn run(parties: Parties<'_>, schedule: &Schedule, title: &str) -> Html {
    let picture = Html::base64(&svg(parties, schedule, title));
    escaped!(
        "<div class=\"run\">\n<div class=\"lanes\"><img alt=\"The messages of this run, step by step, as listed beside.\" src=\"data:image/svg+xml;base64,{picture}\"></div>\n<ol>\n{steps}</ol>\n</div>\n",
        picture,
        steps = steps(schedule)
    )
}

/// A run that was taken again, as a page.
pub fn of_run(again: &Again) -> String {
    let Again { page: file, promise, variant, schedule, stands, .. } = again;
    let title: Html = if let Some(variant) = variant {
        escaped!("{file}, {variant}: {promise}", file, variant, promise)
    } else {
        escaped!("{file}: {promise}", file, promise)
    };
    let headline = escaped!("{}", kept::after(*stands, &schedule.clause));
    let exit = if *stands == Stands::Seen { Exit::Expected } else { Exit::Violation };
    let body = run((&again.people, &again.processes), schedule, promise);
    page(&title, (exit, &headline), &body, STYLE)
}

/// What is so after the last step: of what was only to be seen, nothing more is to be said.
fn after(verdict: &Verdict, schedule: &Schedule) -> String {
    if verdict.kind == Kind::Seen { String::new() } else { format!(": {}", clause(schedule)) }
}

fn steps(schedule: &Schedule) -> Html {
    let step = |step: &Step| -> Html {
        let effects = step.effects.iter().map(|effect| escaped!("<li>{effect}</li>", effect));
        let effects: Html = effects.sum();
        let list: Html =
            if effects.is_empty() { effects } else { escaped!("\n<ul>{effects}</ul>", effects) };
        escaped!("<li>{}{list}</li>\n", step.what, list)
    };
    schedule.steps.iter().map(step).sum()
}
