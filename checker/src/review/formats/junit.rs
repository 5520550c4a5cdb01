//! A review as test results, in the XML of `JUnit`: a suite for each platform, a case for each
//! promise.
//!
//! Worse is a failure. What was not searched to the end is an error: it must not look passed.

use super::{by_amount, by_faults, by_upgrade};
use crate::review::Change;
use crate::review::schedule::Schedule;
use crate::review::summary::{PromiseInfo, Summary};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

/// All that a review says that passes or fails.
pub fn junit(summary: &Summary) -> String {
    let mut report = Report::new(format!("review of {} and {}", summary.old, summary.new));
    for profile in &summary.profiles {
        report.add_test_suite(promises(summary, profile));
    }
    report.add_test_suite(behaviour(summary));
    report.add_test_suite(upgrade(summary));
    report.add_test_suite(worst_cases(summary));
    // Writing to memory does not fail.
    report.to_string().unwrap_or_default()
}

fn suite(name: &str, cases: impl IntoIterator<Item = TestCase>) -> TestSuite {
    let mut suite = TestSuite::new(name);
    for mut case in cases {
        case.set_classname(name);
        suite.add_test_case(case);
    }
    suite
}

fn failure(message: &str, text: &str) -> TestCaseStatus {
    non_success(NonSuccessKind::Failure, message, text)
}

fn non_success(kind: NonSuccessKind, message: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message).set_description(text);
    status
}

/// Passed, unless a search was cut short.
fn unless_cut(cut: Option<&String>) -> TestCaseStatus {
    let error = |cut: &String| non_success(NonSuccessKind::Error, "a search was cut short", cut);
    cut.map_or_else(TestCaseStatus::success, error)
}

fn promises(summary: &Summary, profile: &str) -> TestSuite {
    let is_here = |info: &&PromiseInfo| info.faults.iter().any(|by| by.profiles.contains(&profile));
    let infos = summary.promises.iter().filter(is_here);
    suite(profile, infos.map(|info| TestCase::new(info.property, promise(info))))
}

fn promise(info: &PromiseInfo) -> TestCaseStatus {
    let faults: Vec<_> = info.faults.iter().map(by_faults).collect();
    let schedule = info.schedule.as_ref().map(told).unwrap_or_default();
    let text = format!("{}\n{}\n{schedule}", info.sentence, faults.join("\n"));
    match info.change {
        Change::Inconclusive => non_success(NonSuccessKind::Error, info.change.name(), &text),
        change if change.is_worse() => failure(change.name(), &text),
        _ => TestCaseStatus::success(),
    }
}

fn told(schedule: &Schedule) -> String {
    let steps = schedule.actions.iter().zip(schedule.sentences()).enumerate();
    let step = |(place, (action, sentence)): (usize, (&String, &str))| {
        format!("{}. {sentence} ({action})\n", place + 1)
    };
    steps.map(step).collect()
}

fn behaviour(summary: &Summary) -> TestSuite {
    let mut case = TestCase::new("compared", unless_cut(summary.behaviour.cut.as_ref()));
    case.set_system_out(super::extent(&summary.behaviour));
    suite("behaviour", [case])
}

fn upgrade(summary: &Summary) -> TestSuite {
    let broken = summary.upgrade.broken.iter().map(|broken| {
        let faults: Vec<_> = broken.faults.iter().map(by_upgrade).collect();
        let (faults, steps) = (faults.join("\n"), told(&broken.schedule));
        let text = format!("{}\n{faults}\n{steps}{}", broken.sentence, broken.breach);
        TestCase::new(broken.property, failure("broken by the upgrade", &text))
    });
    let searched = TestCase::new("searched", unless_cut(summary.upgrade.cut.as_ref()));
    suite("upgrade in flight", broken.chain([searched]))
}

fn worst_cases(summary: &Summary) -> TestSuite {
    let case = |case: &crate::review::WorstCase| {
        let amounts: Vec<_> = case.amounts.iter().map(by_amount).collect();
        let steps = super::of_worst_case(case).map(told).unwrap_or_default();
        let text = format!("{}\n{}\n{steps}", case.sentence, amounts.join("\n"));
        let more = case.is_worse();
        let status =
            if more { failure("more can be lost", &text) } else { TestCaseStatus::success() };
        TestCase::new(case.measure, status)
    };
    suite("worst case", summary.worst_cases.iter().map(case))
}
