//! Whether anything notices a small mistake.
//!
//! First both are run side by side, up to the first thing that people can see: where there is
//! none, no promise can tell them apart either. Otherwise the promises are asked that the new
//! handlers keep, first with one fault, which is cheap and suffices for most, and then with
//! those that the bounds allow; and at last whether one that they break is broken by less.

use super::outcome::{Outcome, Shown};
use crate::commands::Failure;
use crate::job::Run;
use crate::limits::{Cut, Limits};
use crate::review::{Searches, behaviour};
use crate::settings::Settings;
use crate::verdict::{Kind, Verdict};
use explorer::judgement::promises;
use explorer::world::World;
use model::{Bounds, Profile, Reductions, Subject};
use properties::Property;

/// What the handlers are called where they differ by a mistake.
const CALLED: [&str; 2] = ["without it", "with it"];

/// What all mistakes in some handlers are tried under.
pub struct Trial<'a> {
    new: Subject,
    profiles: Vec<Profile>,
    bounds: [Bounds; 2],
    searches: Searches<'a>,
    /// What is found of the handlers themselves: by bounds, then by platform.
    own: [Vec<Run>; 2],
}

impl<'a> Trial<'a> {
    /// Of these handlers.
    ///
    /// # Errors
    /// As [`Searches::of`].
    pub fn of(
        new: Subject,
        (bounds, profiles): (Bounds, Vec<Profile>),
        searches: Searches<'a>,
    ) -> Result<Self, Failure> {
        let bounds = [Bounds { faults: bounds.faults.min(1), ..bounds }, bounds];
        let properties = promises(&new);
        let runs = |bounds: Bounds| {
            let worlds: Vec<_> = profiles.iter().map(|one| world(&new, bounds, *one)).collect();
            searches.of(&worlds, &properties)
        };
        let own = [runs(bounds[0])?, runs(bounds[1])?];
        // Many are tried at once, each on one thread.
        let searches =
            Searches { settings: Settings { threads: 1, ..searches.settings }, ..searches };
        Ok(Self { new, profiles, bounds, searches, own })
    }

    /// Whether a promise notices this mistake.
    pub fn judge(&self, mutant: &Subject) -> Outcome {
        self.judged(mutant).unwrap_or_else(|failure| Outcome::Refused { why: failure.message })
    }

    fn judged(&self, mutant: &Subject) -> Result<Outcome, Failure> {
        let seen = self.seen(mutant)?;
        if seen == Outcome::Same {
            return Ok(seen);
        }
        let mut cut = None;
        for own in self.own.iter().flatten() {
            if let Some(noticed) = self.noticed(own, mutant, &mut cut)? {
                return Ok(noticed);
            }
        }
        for own in &self.own[1] {
            if let Some(noticed) = self.noticed_by_less(own, mutant, &mut cut)? {
                return Ok(noticed);
            }
        }
        // What was not searched to its end has not shown that nothing notices it.
        Ok(cut.map_or(seen, |cut| Outcome::Undecided { why: cut.to_string() }))
    }

    /// The first thing that people can see.
    fn seen(&self, mutant: &Subject) -> Result<Outcome, Failure> {
        let within = (self.bounds[1], &*self.profiles);
        let runs = behaviour::first((&self.new, mutant), CALLED, within, &self.first())?;
        if let Some(difference) = behaviour::differences(&runs).first() {
            let profile = &difference.run.world.profile;
            return Ok(Outcome::Survived(Shown::of(
                profile,
                difference.what.to_owned(),
                difference.found,
            )));
        }
        let cut = runs.iter().find_map(|run| run.exploration.cut);
        Ok(cut.map_or(Outcome::Same, |cut| Outcome::Undecided { why: cut.to_string() }))
    }

    /// The same searches, up to the first thing that is found.
    fn first(&self) -> Searches<'a> {
        let limits = Limits { until: search::Until::First, ..self.searches.settings.limits };
        Searches { settings: Settings { limits, ..self.searches.settings }, ..self.searches }
    }

    /// Whether one of the promises is broken that the handlers keep in this run.
    fn noticed(
        &self,
        own: &Run,
        mutant: &Subject,
        cut: &mut Option<Cut>,
    ) -> Result<Option<Outcome>, Failure> {
        let kept = of_kind(own, Kind::Holds);
        let run = self.first().one(&world(mutant, own.world.bounds, own.world.profile), &kept)?;
        *cut = cut.or(own.exploration.cut).or(run.exploration.cut);
        let broken: Vec<_> = kept.iter().filter(|one| run.violation(one).is_some()).collect();
        let not_tried = of_kind(&run, Kind::NotTried);
        let profile = &own.world.profile;
        let first = broken.first().and_then(|one| Some((one, run.violation(one)?)));
        Ok(match first {
            Some((_, how)) => Some(Outcome::Noticed {
                properties: broken.iter().map(|one| one.name).collect(),
                by: Shown::of(profile, how.first.breach.to_string(), &how.first),
            }),
            None if not_tried.is_empty() => None,
            None => Some(nothing_shown(profile, &not_tried)),
        })
    }

    /// Whether one that they break is broken by less.
    fn noticed_by_less(
        &self,
        own: &Run,
        mutant: &Subject,
        cut: &mut Option<Cut>,
    ) -> Result<Option<Outcome>, Failure> {
        let broken = of_kind(own, Kind::Violated);
        if broken.is_empty() {
            return Ok(None);
        }
        let run =
            self.searches.one(&world(mutant, own.world.bounds, own.world.profile), &broken)?;
        *cut = cut.or(run.exploration.cut);
        // The run that tells: with faults that do not suffice without the mistake.
        let telling = |one: &Property| {
            let (known, now) = own.violation(one).zip(run.violation(one))?;
            let sets = known.fault_sets();
            now.all().find(|found| !sets.iter().any(|set| set.is_part_of(&found.faults))).cloned()
        };
        let worse = broken.iter().filter_map(|one| Some((one.name, telling(one)?)));
        let worse: Vec<_> = worse.collect();
        Ok(worse.first().map(|(_, found)| Outcome::Noticed {
            properties: worse.iter().map(|(name, _)| *name).collect(),
            by: Shown::of(&own.world.profile, found.breach.to_string(), found),
        }))
    }
}

/// Nothing comes up any more that would show whether these promises are kept.
fn nothing_shown(profile: &Profile, not_tried: &[Property]) -> Outcome {
    Outcome::Noticed {
        properties: not_tried.iter().map(|one| one.name).collect(),
        by: Shown {
            what: "what it needs never happens any more".to_owned(),
            profile: profile.name,
            faults: String::new(),
            actions: Vec::new(),
        },
    }
}

fn of_kind(run: &Run, kind: Kind) -> Vec<Property> {
    let of_kind = |(_, verdict): &&(Property, Verdict)| verdict.kind() == kind;
    run.verdicts.iter().filter(of_kind).map(|(property, _)| *property).collect()
}

fn world(subject: &Subject, bounds: Bounds, profile: Profile) -> World {
    World { subject: subject.clone(), profile, bounds, reductions: Reductions::default() }
}
