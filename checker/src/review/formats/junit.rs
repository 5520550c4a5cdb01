//! A review as test results, in the XML of `JUnit`: a suite for each platform, a case for each
//! promise.
//!
//! Worse is a failure. What was not searched to the end is an error, and what nothing came up for is
//! skipped: neither must look passed.

use super::words::{accepted, by_amount, by_upgrade, extent, of_worst_case, under};
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{PromiseInfo, Summary, UNDECIDED};
use explorer::escape::{Escaped, Plain};
use explorer::escaped;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// Lines, which the writer of the format escapes once more for XML.
pub(crate) type Text = Escaped<Plain>;

/// All that a review says that passes or fails.
pub fn junit(summary: &Summary) -> String {
    let name: Text = escaped!("review of {} and {}", summary.old, summary.new);
    let mut report = Report::new(name.as_str());
    for profile in &summary.profiles {
        report.add_test_suite(promises(summary, profile));
    }
    report.add_test_suite(behaviour(summary));
    report.add_test_suite(upgrade(summary));
    report.add_test_suite(worst_cases(summary));
    // Writing to memory does not fail.
    without_skipped_of_whole(&report.to_string().unwrap_or_default())
}

/// The schema of Jenkins knows this attribute of suites, and not of the whole, which comes first.
pub(crate) fn without_skipped_of_whole(xml: &str) -> String {
    const NAME: &str = " skipped=\"";
    let attribute = xml.split_once(NAME).and_then(|(before, rest)| {
        let (_, behind) = rest.split_once('"')?;
        Some((before, behind))
    });
    attribute.map_or_else(|| xml.to_owned(), |(before, behind)| format!("{before}{behind}"))
}

pub(crate) fn suite(name: &str, cases: impl IntoIterator<Item = TestCase>) -> TestSuite {
    let mut suite = TestSuite::new(name);
    for mut case in cases {
        case.set_classname(name);
        suite.add_test_case(case);
    }
    suite
}

fn failure(message: &'static str, text: &Text) -> TestCaseStatus {
    non_success(NonSuccessKind::Failure, message, text)
}

pub(crate) fn non_success(
    kind: NonSuccessKind,
    message: &'static str,
    text: &Text,
) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message).set_description(text.as_str());
    status
}

/// Passed, unless a search was cut short.
fn unless_cut(cut: Option<&String>) -> TestCaseStatus {
    let error = |cut: &String| non_success(NonSuccessKind::Error, UNDECIDED, &Text::of(cut));
    cut.map_or_else(TestCaseStatus::success, error)
}

fn promises(summary: &Summary, profile: &str) -> TestSuite {
    let here = |info: &PromiseInfo| {
        info.faults.iter().find(|by| by.profiles.contains(&profile)).map(|by| by.change)
    };
    let infos = summary.promises.iter().filter_map(|info| Some((info, here(info)?)));
    let case = |(info, change): (&PromiseInfo, Change)| {
        TestCase::new(info.property, promise(summary, info, change))
    };
    suite(profile, infos.map(case))
}

fn promise(summary: &Summary, info: &PromiseInfo, change: Change) -> TestCaseStatus {
    let schedule = info.schedule.as_ref().map(told).unwrap_or_default();
    let lines = Text::list(under(info, summary), "\n");
    let text = escaped!("{}\n{lines}\n{schedule}", info.sentence, lines, schedule);
    match change {
        Change::Inconclusive => non_success(NonSuccessKind::Error, change.name(), &text),
        change if change.is_worse() => failure(change.name(), &text),
        Change::StillNotTried => {
            let mut status = TestCaseStatus::skipped();
            status.set_description("what it needs never happens");
            status
        }
        _ => TestCaseStatus::success(),
    }
}

fn told(schedule: &Schedule) -> Text {
    let steps = schedule.actions.iter().zip(schedule.sentences()).enumerate();
    let step = |(place, (action, sentence)): (usize, (&String, &str))| {
        escaped!("{}. {sentence} ({action})\n", place + 1, sentence, action)
    };
    steps.map(step).sum()
}

fn behaviour(summary: &Summary) -> TestSuite {
    let mut case = TestCase::new("compared", unless_cut(summary.behaviour.cut.as_ref()));
    let lines = std::iter::once(extent(summary)).chain(summary.notes.iter().cloned());
    case.set_system_out(Text::list(lines, "\n").as_str());
    let accepted = accepted(summary).into_iter();
    let accepted =
        accepted.map(|name| TestCase::new(Text::of(&name).as_str(), TestCaseStatus::success()));
    suite("behaviour", std::iter::once(case).chain(accepted))
}

fn upgrade(summary: &Summary) -> TestSuite {
    let broken = summary.upgrade.broken.iter().map(|broken| {
        let faults = Text::list(by_upgrade(broken, summary), "\n");
        let steps = told(&broken.schedule);
        let text =
            escaped!("{}\n{faults}\n{steps}{}", broken.sentence, broken.breach, faults, steps);
        TestCase::new(broken.property, failure("broken by the upgrade", &text))
    });
    let searched = TestCase::new("searched", unless_cut(summary.upgrade.cut.as_ref()));
    suite("upgrade in flight", broken.chain([searched]))
}

fn worst_cases(summary: &Summary) -> TestSuite {
    let case = |case: &crate::review::WorstCase| {
        let amounts = Text::list(by_amount(case, summary, false), "\n");
        let steps = of_worst_case(case).map(told).unwrap_or_default();
        let text = escaped!("{}\n{amounts}\n{steps}", case.sentence, amounts, steps);
        let status = if case.is_worse() {
            failure("more can be lost", &text)
        } else if case.is_undecided() {
            non_success(NonSuccessKind::Error, UNDECIDED, &text)
        } else {
            TestCaseStatus::success()
        };
        TestCase::new(case.measure, status)
    };
    suite("worst case", summary.worst_cases.iter().map(case))
}
