//! The new version replaces the old one at any moment, with messages in flight and the state of
//! the old one.
//!
//! The upgrade is made in every state in which nothing is broken yet, and from then on all
//! promises are judged. What the new version breaks by itself, with the same faults, is not
//! held against the upgrade.

use super::schedule::Schedule;
use super::{Review, Searches, Side};
use crate::commands::Failure;
use crate::job::{Run, jobs};
use crate::search::{Broken, Found};
use crate::verdict::Verdict;
use explorer::handlers::built_in;
use explorer::judgement::promises;
use explorer::world::World;
use model::{Bounds, Deployed, Faults, Profile, Reductions, Subject};
use properties::Property;
use serde::Serialize;
use std::collections::BTreeSet;

/// The promises when one version replaces the other.
#[derive(Clone, Debug, Serialize)]
pub struct Upgrade {
    /// The handlers in the list afterwards, in their order.
    pub handlers: Vec<Handler>,
    /// Distinct states, under all platforms together.
    pub states: u64,
    /// Why a search stopped early, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
    /// The promises that are broken after the upgrade, with faults with which the new version
    /// keeps them by itself.
    pub broken: Vec<BrokenByUpgrade>,
    /// The promises that nobody can judge under some platform: the new version breaks
    /// them without any fault.
    pub hidden: Vec<&'static str>,
    /// The promises that are broken after the upgrade, where it is not decided whether the new
    /// version breaks them by itself: its own search was cut.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<&'static str>,
    /// The limits: the upgrade is in the place of one fault.
    pub bounds: Bounds,
}

/// A handler after the upgrade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Handler {
    pub name: String,
    /// Whether it is still the old version's.
    pub is_old: bool,
}

/// A promise that the upgrade breaks.
#[derive(Clone, Debug, Serialize)]
pub struct BrokenByUpgrade {
    /// The promise, by name.
    pub property: &'static str,
    pub sentence: &'static str,
    /// What it costs when it is broken.
    pub why: &'static str,
    /// Under which platforms which minimal faults suffice.
    pub faults: Vec<UpgradeFaults>,
    /// What is false at the end of the schedule.
    pub breach: String,
    /// The shortest schedule, under the weakest of these platforms.
    pub schedule: Schedule,
}

/// What breaks a promise beside the upgrade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UpgradeFaults {
    pub profiles: Vec<&'static str>,
    /// The minimal sets of faults that suffice.
    pub sets: Vec<String>,
}

/// The old contract, which may be replaced by the new one.
///
/// # Errors
/// Why one of them cannot be run.
pub(super) fn subject(old: &Side, new: &Side) -> Result<Subject, String> {
    let (from, to) = (lua(&old.subject)?, lua(&new.subject)?);
    let both = from.upgraded_to(&to).map_err(|error| error.to_string())?;
    Ok(Subject::Lua(both, new.subject.usda()))
}

/// The Lua of a contract: of a transcription, that which it transcribes.
pub(super) fn lua(subject: &Subject) -> Result<Deployed, String> {
    match (subject.lua(), subject.variant()) {
        (Some(lua), _) => Ok(lua.clone()),
        (None, Some(variant)) => built_in(variant),
        (None, None) => Err(format!("{subject}: there is no Lua of it")),
    }
}

/// Searches all that can happen around the upgrade, under each of these platforms.
///
/// # Errors
/// As [`Searches::of`].
pub(super) fn search(
    subject: &Subject,
    (bounds, profiles): (Bounds, &[Profile]),
    searches: &Searches<'_>,
) -> Result<Vec<Run>, Failure> {
    let jobs = jobs(&[(subject.clone(), within(bounds))], profiles, Reductions::default());
    searches.of(&jobs, &promises(subject))
}

/// The upgrade is in the place of one fault.
fn within(bounds: Bounds) -> Bounds {
    Bounds { faults: bounds.faults.saturating_sub(1), ..bounds }
}

/// What the upgrade breaks: by profile and promise, the runs that tell, each with another
/// minimal set of faults; at least one.
pub(super) fn broken(review: &Review) -> Vec<(&Run, &Property, Vec<&Found>)> {
    broken_where(review, |alone| alone.exploration.cut.is_none())
}

/// The same, where the search of the new version by itself is one of these.
fn broken_where(
    review: &Review,
    is_asked: fn(&Run) -> bool,
) -> Vec<(&Run, &Property, Vec<&Found>)> {
    let mut all = Vec::new();
    let both = review.upgrade.iter().zip(&review.new_runs);
    for (run, alone) in both.filter(|(_, alone)| is_asked(alone)) {
        for (property, verdict) in &run.verdicts {
            let Verdict::Violated(broken) = verdict else { continue };
            let news = news(broken, &fault_sets(alone, property));
            if !news.is_empty() {
                all.push((run, property, news));
            }
        }
    }
    all
}

impl Upgrade {
    pub(super) fn of(review: &Review) -> Self {
        let runs = &review.upgrade;
        let mut infos: Vec<BrokenByUpgrade> = Vec::new();
        for (run, property, news) in broken(review) {
            let profile = run.world.profile.name;
            let sets = news.iter().map(|found| super::summary::faults(found.faults)).collect();
            match infos.iter_mut().find(|info| info.property == property.name) {
                Some(info) => info.add(profile, sets),
                None => infos.push(BrokenByUpgrade::of(property, sets, (&run.world, news[0]))),
            }
        }
        let undecided = broken_where(review, |alone| alone.exploration.cut.is_some());
        let undecided = undecided.into_iter().map(|(_, property, _)| property.name);
        let mut searched = runs.iter().chain(&review.new_runs);
        let cut = review.unloaded.or_else(|| searched.find_map(|run| run.exploration.cut));
        Self {
            undecided: undecided.collect::<BTreeSet<_>>().into_iter().collect(),
            handlers: runs.first().map(|run| handlers(&run.world.subject)).unwrap_or_default(),
            states: runs.iter().map(|run| run.exploration.states).sum(),
            cut: cut.map(|cut| cut.to_string()),
            broken: infos,
            hidden: hidden(review),
            bounds: within(review.bounds),
        }
    }
}

/// The promises that the new version breaks by itself without any fault.
fn hidden(review: &Review) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for run in &review.new_runs {
        let without = |property: &&Property| {
            !property.is_measure() && fault_sets(run, property).iter().any(|set| set.total() == 0)
        };
        let properties = run.verdicts.iter().map(|(property, _)| property).filter(without);
        names.extend(properties.map(|property| property.name));
    }
    names.sort_unstable();
    names.dedup();
    names
}

fn fault_sets(run: &Run, property: &Property) -> Vec<Faults> {
    run.violation(property).map(Broken::fault_sets).unwrap_or_default()
}

impl BrokenByUpgrade {
    fn of(property: &Property, sets: Vec<String>, (world, found): (&World, &Found)) -> Self {
        let profile = world.profile.name;
        Self {
            property: property.name,
            sentence: property.sentence,
            why: property.why,
            faults: vec![UpgradeFaults { profiles: vec![profile], sets }],
            breach: found.breach.to_string(),
            schedule: Schedule::of(world, found),
        }
    }

    fn add(&mut self, profile: &'static str, sets: Vec<String>) {
        match self.faults.iter_mut().find(|known| known.sets == sets) {
            Some(known) => known.profiles.push(profile),
            None => self.faults.push(UpgradeFaults { profiles: vec![profile], sets }),
        }
    }
}

/// The runs that break a promise with faults that are not enough without the upgrade; each set
/// of faults once.
fn news<'a>(broken: &'a Broken, known: &[Faults]) -> Vec<&'a Found> {
    let sets = broken.fault_sets();
    let is_news = |faults: &Faults| !known.iter().any(|set| set.is_part_of(faults));
    let found = |faults: Faults| broken.all().find(|found| found.faults == faults);
    sets.into_iter().filter(is_news).filter_map(found).collect()
}

/// The handlers after an upgrade at once, except for the host's own.
fn handlers(subject: &Subject) -> Vec<Handler> {
    let listed = subject.lua().map(Deployed::handlers_after_upgrade).unwrap_or_default();
    let handler = |(name, is_old)| Handler { name, is_old };
    listed.into_iter().map(handler).collect()
}
