//! How each promise changes, once, with how severe that is.

use crate::review::schedule::Schedule;
use crate::review::{Change, Promise, Review};
use crate::search::Broken;
use model::Faults;
use serde::Serialize;

/// How one promise changes, on one or several platforms: worse in any way, better in any way,
/// or as before.
#[derive(Clone, Debug, Serialize)]
pub struct PromiseInfo {
    /// The promise, by name.
    pub property: &'static str,
    pub sentence: &'static str,
    /// What it costs when it is broken.
    pub why: &'static str,
    /// How its verdict changes: the worst of what it does under these platforms.
    pub change: Change,
    /// The fewest faults that are news.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What breaks it under which platforms, before and after.
    pub faults: Vec<ByFaults>,
    /// The shortest schedule that shows the change, under the weakest of these platforms; of a
    /// promise that is still broken, that which breaks it with the old handlers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<Schedule>,
    /// Whether that is a schedule of the new handlers.
    #[serde(skip)]
    pub is_of_new: bool,
}

#[derive(Clone, Debug, Serialize)]
pub struct Severity {
    pub faults: u32,
    pub set: String,
}

/// What breaks a promise.
#[derive(Clone, Debug, Serialize)]
pub struct ByFaults {
    pub profiles: Vec<&'static str>,
    /// How its verdict changes there.
    pub change: Change,
    /// The minimal sets of faults that suffice with the old handlers; none where it is kept.
    pub old: Vec<String>,
    /// And with the new ones.
    pub new: Vec<String>,
    /// Sets of faults that break it in the new version only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gained: Vec<String>,
    /// Sets of faults that break it in the old version only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<String>,
    /// The sides, old or new, whose search was cut: whether other faults break it there is not
    /// decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<&'static str>,
}

/// Each promise once for each direction in which it goes.
pub(super) fn promises(review: &Review) -> Vec<PromiseInfo> {
    let mut infos: Vec<PromiseInfo> = Vec::new();
    for promise in review.promises() {
        let is_of = |info: &PromiseInfo| {
            info.property == promise.property.name && info.change.goes_with(promise.change)
        };
        match infos.iter_mut().find(|info| is_of(info)) {
            Some(info) => info.add(review, &promise),
            None => infos.push(PromiseInfo::of(review, &promise)),
        }
    }
    infos.sort_by_key(PromiseInfo::rank);
    infos
}

impl PromiseInfo {
    /// From the first platform, the weakest, where its verdict changes like this.
    fn of(review: &Review, promise: &Promise<'_>) -> Self {
        let mut info = Self {
            property: promise.property.name,
            sentence: promise.property.sentence,
            why: promise.property.why,
            change: promise.change,
            severity: None,
            faults: Vec::new(),
            schedule: None,
            is_of_new: false,
        };
        info.add(review, promise);
        info
    }

    fn add(&mut self, review: &Review, promise: &Promise<'_>) {
        self.change = self.change.min(promise.change);
        let by = ByFaults::of(promise);
        let news = if promise.is_told_of_new() {
            news(promise.new, promise.old)
        } else {
            news(promise.old, promise.new)
        };
        let severities = self.severity.take().into_iter().chain(news.into_iter().map(Severity::of));
        self.severity = severities.min_by_key(|severity| severity.faults);
        if self.schedule.is_none() {
            self.schedule = promise.shown(review).map(|shown| shown.parting(review));
            self.is_of_new = promise.is_told_of_new();
        }
        let is_alike = |known: &&mut ByFaults| {
            (known.change, &known.old, &known.new, &known.undecided)
                == (by.change, &by.old, &by.new, &by.undecided)
        };
        match self.faults.iter_mut().find(is_alike) {
            Some(known) => known.profiles.extend(by.profiles),
            None => self.faults.push(by),
        }
    }

    /// The worst first, then what takes the fewest faults.
    fn rank(&self) -> (Change, Option<u32>) {
        (self.change, self.severity.as_ref().map(|severity| severity.faults))
    }
}

impl Severity {
    fn of(set: Faults) -> Self {
        Self { faults: u32::from(set.total()), set: super::faults(set) }
    }
}

impl ByFaults {
    fn of(promise: &Promise<'_>) -> Self {
        let (old, new) = (promise.old, promise.new);
        let named = |sets: Vec<Faults>| sets.into_iter().map(super::faults).collect();
        Self {
            profiles: vec![promise.profile.name],
            change: promise.change,
            old: named(sets(old)),
            new: named(sets(new)),
            gained: named(news(new, old)),
            lost: named(news(old, new)),
            undecided: promise.undecided.clone(),
        }
    }
}

fn sets(broken: Option<&Broken>) -> Vec<Faults> {
    broken.map(Broken::fault_sets).unwrap_or_default()
}

/// The sets of one side that do not suffice on the other.
fn news(one: Option<&Broken>, other: Option<&Broken>) -> Vec<Faults> {
    let known = sets(other);
    let is_news = |faults: &Faults| !known.iter().any(|set| set.is_part_of(faults));
    sets(one).into_iter().filter(is_news).collect()
}
