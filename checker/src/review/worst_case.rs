//! How much can be lost at worst.

use super::schedule::Schedule;
use super::summary::UNDECIDED;
use super::{Review, SIDES};
use crate::job::Run;
use crate::search::{Broken, Found};
use explorer::trace::Trace;
use model::exact::Exact;
use properties::{MEASURES, Property};
use serde::Serialize;

/// The largest amount of one kind that can be lost, before and after.
#[derive(Clone, Debug, Serialize)]
pub struct WorstCase {
    /// What kind of loss, by name.
    pub measure: &'static str,
    /// What kind of loss.
    pub sentence: &'static str,
    /// The largest amounts, base units, by platform.
    pub amounts: Vec<Amounts>,
    /// The shortest schedule that loses the most with the old handlers, if any does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Schedule>,
    /// And with the new ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Schedule>,
}

/// The largest amounts under some platforms, base units; words where a search was cut short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Amounts {
    pub profiles: Vec<&'static str>,
    /// With the old handlers.
    pub old: String,
    /// With the new ones.
    pub new: String,
    /// Whether that is more than before.
    pub is_worse: bool,
    /// The sides, old or new, whose search was cut: the largest amount is not decided there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<&'static str>,
}

/// The worst cases of each kind; nothing of kinds in which nothing can be lost.
pub(super) fn worst_cases(review: &Review) -> Vec<WorstCase> {
    MEASURES.iter().filter_map(|measure| WorstCase::of(review, measure)).collect()
}

impl WorstCase {
    fn of(review: &Review, measure: &Property) -> Option<Self> {
        let mut amounts: Vec<Amounts> = Vec::new();
        for both in review.old_runs.iter().zip(&review.new_runs) {
            add(&mut amounts, Amounts::of(both, measure));
        }
        let schedule = |runs| {
            let (run, found) = worst_of(runs, measure)?;
            Some(Schedule::of(&run.world, found))
        };
        let (old, new) = (schedule(&review.old_runs), schedule(&review.new_runs));
        let is_any = old.is_some() || new.is_some() || amounts.iter().any(Amounts::is_undecided);
        let (name, sentence) = (measure.name, measure.sentence);
        is_any.then_some(Self { measure: name, sentence, amounts, old, new })
    }

    /// Whether more can be lost under some platform than before.
    pub fn is_worse(&self) -> bool {
        self.amounts.iter().any(|amounts| amounts.is_worse)
    }

    /// Whether a search was cut, so that the most that can be lost is not known.
    pub fn is_undecided(&self) -> bool {
        self.amounts.iter().any(Amounts::is_undecided)
    }
}

impl Amounts {
    fn of((old, new): (&Run, &Run), measure: &Property) -> Self {
        let [before, now] = [old, new].map(|run| amount(run, measure));
        let told = |run: &Run, amount: &Exact| match run.exploration.cut {
            None => amount.to_string(),
            Some(_) if *amount == Exact::default() => UNDECIDED.to_owned(),
            Some(_) => format!("at least {amount}, and more {UNDECIDED}"),
        };
        let sides = SIDES.into_iter().zip([old, new]);
        let was_cut = |(side, run): (&'static str, &Run)| run.exploration.cut.map(|_| side);
        Self {
            profiles: vec![old.world.profile.name],
            old: told(old, &before),
            new: told(new, &now),
            // What was found so far of the old handlers is not the most that can be lost.
            is_worse: !now.at_most(&before) && old.exploration.cut.is_none(),
            undecided: sides.filter_map(was_cut).collect(),
        }
    }

    /// Whether the largest amount is not known on either side.
    pub fn is_undecided(&self) -> bool {
        !self.undecided.is_empty()
    }
}

fn add(amounts: &mut Vec<Amounts>, one: Amounts) {
    let is_alike = |known: &&mut Amounts| {
        (&known.old, &known.new, known.is_worse) == (&one.old, &one.new, one.is_worse)
    };
    match amounts.iter_mut().find(is_alike) {
        Some(known) => known.profiles.extend(one.profiles),
        None => amounts.push(one),
    }
}

/// The largest amount that was found.
fn amount(run: &Run, measure: &Property) -> Exact {
    worst(run, measure).map(|(_, amount)| amount).unwrap_or_default()
}

/// The run that loses the most under any platform; of equals that of the weakest.
pub(super) fn worst_of<'a>(runs: &'a [Run], measure: &Property) -> Option<(&'a Run, &'a Found)> {
    let of_run = |run| worst(run, measure).map(|(found, amount)| ((run, found), amount));
    runs.iter().filter_map(of_run).reduce(larger).map(|(worst, _)| worst)
}

/// The run that loses the most, and how much; of equals that with the fewest faults and steps.
fn worst<'a>(run: &'a Run, measure: &Property) -> Option<(&'a Found, Exact)> {
    let found = run.violation(measure).into_iter().flat_map(Broken::all);
    let lost = |found: &'a Found| {
        let end = Trace::of(run.world.clone(), &found.actions).ok()?;
        let amount = measure.amount(&end.swap.situation(end.state(end.len())))?;
        Some((found, amount))
    };
    found.filter_map(lost).reduce(larger)
}

/// The first of equals.
fn larger<T>(one: (T, Exact), other: (T, Exact)) -> (T, Exact) {
    if other.1.at_most(&one.1) { one } else { other }
}
