//! A review of systems for a pull request, a browser, and other tools.

use super::html::run;
use super::mutate::{Mutation, Outcome};
use super::review::{Change, Compared, Review};
use super::told::{clause, how};
use crate::exit_code::Exit;
use crate::html::{Html, page};
use crate::review::formats::junit::{Text, non_success, suite, without_skipped_of_whole};
use crate::review::formats::syntax::{Md, code};
use explorer::escaped;
use page::schedule::Schedule;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus};

const STYLE: &str = include_str!("system.css");

fn word(change: Change) -> &'static str {
    match change {
        Change::Worse => "worse",
        Change::Better => "better",
        Change::Otherwise => "otherwise",
        Change::Same => "the same",
        Change::NotDecided => "not decided",
    }
}

/// The promises that differ.
fn changed(review: &Review) -> impl Iterator<Item = &Compared> {
    review.promises.iter().filter(|one| one.change != Change::Same)
}

/// The result, in one line.
fn headline(review: &Review) -> String {
    let count = |change| review.promises.iter().filter(|one| one.change == change).count();
    let worse = count(Change::Worse);
    let open = count(Change::NotDecided) + review.not_decided.len();
    let said = match (worse, review.exit) {
        (0, Exit::Expected) => "Nothing is worse".to_owned(),
        (0, _) => format!("Nothing is worse in what was tried; {open} things were not tried"),
        (1, _) => "1 promise is worse".to_owned(),
        (worse, _) => format!("{worse} promises are worse"),
    };
    format!("{said}, {} of {} are the same", count(Change::Same), review.promises.len())
}

/// The run that shows a change, where the new version has one.
fn shown(one: &Compared) -> Option<&Schedule> {
    let is_shown = matches!(one.change, Change::Worse | Change::Otherwise);
    one.new.schedule.as_ref().filter(|_| is_shown)
}

/// All that a review says, in the Markdown of GitHub.
pub fn markdown(review: &Review) -> String {
    let head: Md = escaped!(
        "## Review of {} → {}\n\n**{}**\n\n",
        code(&review.old),
        code(&review.new),
        headline(review)
    );
    let row = |one: &Compared| -> Md {
        escaped!(
            "| {} | {} | {} | {} |\n",
            one.promise,
            word(one.change),
            how(&one.old),
            how(&one.new)
        )
    };
    let rows: Md = changed(review).map(row).sum();
    let table = if rows.is_empty() {
        rows
    } else {
        escaped!("| promise | change | was | is |\n|---|---|---|---|\n{rows}\n", rows)
    };
    let folds: Md = changed(review).filter_map(|one| Some(fold(one, shown(one)?))).sum();
    let open: Md = review.not_decided.iter().map(|line| escaped!("- {line}\n", line)).sum();
    let open = if open.is_empty() { open } else { escaped!("Not tried:\n\n{open}\n", open) };
    let mistakes = review.mutation.as_ref().map(mistakes).unwrap_or_default();
    (head + table + folds + open + mistakes).into_text()
}

fn fold(one: &Compared, schedule: &Schedule) -> Md {
    let steps = schedule.steps.iter().zip(1..);
    let steps: Md = steps.map(|(step, place)| escaped!("{place}. {}\n", step.what, place)).sum();
    escaped!(
        "<details><summary>{}</summary>\n\n{}\n\n{steps}\n</details>\n\n",
        one.promise,
        clause(schedule),
        steps
    )
}

fn mistakes(mutation: &Mutation) -> Md {
    let Mutation { noticed, same, survived, .. } = mutation;
    let line = |one: &super::mutate::Tried| -> Option<Md> {
        let Outcome::Survived { .. } = one.outcome else { return None };
        Some(escaped!(
            "- {}:{}: {}: {} instead of {}\n",
            code(&one.file),
            one.line,
            one.sentence,
            code(&one.after),
            code(&one.before)
        ))
    };
    let lines: Md = mutation.mistakes.iter().filter_map(line).sum();
    escaped!(
        "Small mistakes: a promise notices {noticed}, nobody can see {same}, {survived} survive.\n\n{lines}",
        noticed,
        same,
        survived,
        lines
    )
}

/// The same as one page.
pub fn html(review: &Review) -> String {
    let row = |one: &Compared| -> Html {
        let class = match one.change {
            Change::Worse | Change::NotDecided => "worse",
            Change::Better => "better",
            _ => "",
        };
        escaped!(
            "<tr><th scope=\"row\">{}</th><td class=\"{class}\">{}</td><td>{}</td><td>{}</td></tr>\n",
            one.promise,
            word(one.change),
            how(&one.old),
            how(&one.new),
            class
        )
    };
    let rows: Html = review.promises.iter().map(row).sum();
    let [people, processes] = &review.parties;
    let section = |one: &Compared| -> Option<Html> {
        let schedule = shown(one)?;
        let run = run((people, processes), schedule, &one.promise);
        Some(escaped!(
            "<section>\n<h2>{}</h2>\n<p class=\"clause\">{}</p>\n{run}</section>\n",
            one.promise,
            clause(schedule),
            run
        ))
    };
    let sections: Html = review.promises.iter().filter_map(section).sum();
    let open: Html =
        review.not_decided.iter().map(|line| escaped!("<li>{line}</li>\n", line)).sum();
    let open = if open.is_empty() {
        open
    } else {
        escaped!("<section>\n<h2>Not tried</h2>\n<ul>\n{open}</ul>\n</section>\n", open)
    };
    let title = escaped!("Review of {} and {}", review.old, review.new);
    let body = escaped!(
        "<table>\n<thead><tr><th scope=\"col\">promise</th><th scope=\"col\">change</th><th scope=\"col\">was</th><th scope=\"col\">is</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n{open}{sections}",
        rows,
        open,
        sections
    );
    page(&title, (review.exit, &escaped!("{}", headline(review))), &body, STYLE)
}

/// The same as test results, in the XML of `JUnit`: worse is a failure, and what is not decided an
/// error.
pub fn junit(review: &Review) -> String {
    let name: Text = escaped!("review of {} and {}", review.old, review.new);
    let mut report = Report::new(name.as_str());
    let cases = review.promises.iter().map(|one| {
        let name: Text = escaped!("{}", one.promise);
        TestCase::new(name.as_str(), status(one))
    });
    report.add_test_suite(suite("promises", cases));
    let open = review.not_decided.iter().map(|line| {
        let line = Text::of(line);
        let status = non_success(NonSuccessKind::Error, "not tried", &line);
        TestCase::new(line.as_str(), status)
    });
    report.add_test_suite(suite("tried", open));
    // Writing to memory does not fail.
    without_skipped_of_whole(&report.to_string().unwrap_or_default())
}

fn status(one: &Compared) -> TestCaseStatus {
    let steps: Text = shown(one).map(told).unwrap_or_default();
    let text = escaped!("was: {}\nis: {}\n{steps}", how(&one.old), how(&one.new), steps);
    match one.change {
        Change::Worse => non_success(NonSuccessKind::Failure, "worse", &text),
        Change::NotDecided => non_success(NonSuccessKind::Error, "not decided", &text),
        _ => TestCaseStatus::success(),
    }
}

fn told(schedule: &Schedule) -> Text {
    let steps = schedule.steps.iter().zip(1..);
    let steps: Text = steps.map(|(step, place)| escaped!("{place}. {}\n", step.what, place)).sum();
    escaped!("{}\n{steps}", clause(schedule), steps)
}
