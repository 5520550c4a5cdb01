//! One search: a variant under a profile, within bounds.

use crate::limits::Limits;
use crate::search::{Exploration, Found, Progress, explore};
use crate::verdict::Verdict;
use model::{Bounds, Profile, Swap, Variant};
use properties::{Property, Witness};
use rayon::prelude::*;
use std::time::{Duration, Instant};

/// What to search.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// The contract.
    pub variant: Variant,
    /// The platform.
    pub profile: Profile,
    /// The limits of the world.
    pub bounds: Bounds,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was searched.
    pub job: Job,
    /// What was found.
    pub exploration: Exploration,
    /// The verdicts, in the order in which the properties were given.
    pub verdicts: Vec<(Property, Verdict)>,
    /// Wall-clock time.
    pub took: Duration,
}

impl Run {
    /// The minimal run that breaks this property, if one does.
    pub fn violation(&self, property: &Property) -> Option<&Found> {
        self.exploration.found.get(property.name)
    }
}

impl Job {
    /// The model to search.
    pub fn swap(&self) -> Swap<Variant> {
        Swap::new(self.variant, self.variant.usda(), self.profile, self.bounds)
    }

    /// Searches, and judges.
    pub fn run(self, properties: &[Property], limits: Limits, progress: Progress<'_>) -> Run {
        let started = Instant::now();
        let swap = self.swap();
        let exploration = explore(&swap, properties, limits, progress);
        let mut expected = Witness::of_faults(&swap);
        expected.extend(Witness::of_guards(&swap));
        let verdict = |p: &Property| (*p, Verdict::on(p, &exploration, &expected));
        let verdicts = properties.iter().map(verdict).collect();
        Run { job: self, exploration, verdicts, took: started.elapsed() }
    }
}

/// Every variant under every profile, weakest profile first within a variant.
pub fn jobs(variants: &[Variant], profiles: &[Profile], bounds: Bounds) -> Vec<Job> {
    let under = |variant: &Variant| {
        let job = |profile: &Profile| Job { variant: *variant, profile: *profile, bounds };
        profiles.iter().map(job).collect::<Vec<_>>()
    };
    variants.iter().flat_map(under).collect()
}

/// Runs all jobs on all cores; results come in the order of the jobs.
pub fn run_all(
    jobs: &[Job],
    properties: &[Property],
    limits: Limits,
    watcher: &crate::progress::Watcher,
) -> Vec<Run> {
    let run = |(place, job): (usize, &Job)| {
        let name = format!("{} {}", job.variant, job.profile);
        let progress = |at: &search::Progress| watcher.searching(&name, at);
        let run = job.run(properties, limits, &progress);
        watcher.finished(run.exploration.states);
        (place, run)
    };
    // The strongest profiles have the largest spaces: starting with them keeps cores busy.
    let mut largest_first: Vec<_> = jobs.iter().enumerate().collect();
    largest_first.sort_by_key(|(_, job)| std::cmp::Reverse(job.profile.faults.len()));
    let mut runs: Vec<_> = largest_first.into_par_iter().with_max_len(1).map(run).collect();
    runs.sort_by_key(|(place, _)| *place);
    runs.into_iter().map(|(_, run)| run).collect()
}
