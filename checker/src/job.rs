//! One search of a world, and many.

use crate::progress::Watcher;
use crate::remembered::Remembered;
use crate::search::{Broken, Exploration, Progress, explore_with};
use crate::settings::{Engine, Settings};
use crate::stateright_search;
use crate::verdict::{Kind, Verdict};
use explorer::world::World;
use model::{Bounds, Profile, Reduction, Reductions, Subject, Swap};
use properties::{Property, Witness};
use rayon::prelude::*;
use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A finished search, with its verdicts.
#[derive(Clone, Debug)]
pub struct Run {
    pub world: World,
    /// The simplifications that were used, of those in force.
    pub reductions: Reductions,
    /// What was found.
    pub exploration: Exploration,
    /// The verdicts, in the order in which the properties were given.
    pub verdicts: Vec<(Property, Verdict)>,
    /// Wall-clock time.
    pub took: Duration,
}

impl Run {
    /// How this property is broken, if it is.
    pub fn violation(&self, property: &Property) -> Option<&Broken> {
        self.exploration.found.get(property.name)
    }

    /// Whether this is said of some promise.
    pub fn says(&self, kind: Kind) -> bool {
        self.verdicts.iter().any(|(_, verdict)| verdict.kind() == kind)
    }

    fn is_of_same_subject(&self, other: &Self) -> bool {
        self.world.subject.digest() == other.world.subject.digest()
    }
}

/// Searches, on all the threads that the settings allow, and judges.
pub fn run(
    world: &World,
    properties: &[Property],
    settings: &Settings,
    progress: Progress<'_>,
) -> Run {
    run_with(world, properties, settings, progress, &Arc::default())
}

fn run_with(
    asked: &World,
    properties: &[Property],
    settings: &Settings,
    progress: Progress<'_>,
    remembered: &Arc<Remembered>,
) -> Run {
    let started = Instant::now();
    let mut world = asked.clone();
    if settings.engine != Engine::Layered {
        world.reductions = world.reductions.without(Reduction::Symmetry);
    }
    let (swap, exploration) = loop {
        let swap = Arc::new(for_search(&world));
        // The state that it starts from may refute it before anything is searched.
        if let Some(other) = refuted(&world, &swap.tim3.handlers) {
            world = other;
            continue;
        }
        let exploration = search(&swap, properties, settings, progress, remembered);
        let Some(other) = refuted(&world, &swap.tim3.handlers) else { break (swap, exploration) };
        world = other;
    };
    let mut expected = Witness::of_faults(&swap);
    expected.extend(Witness::of_guards(&swap));
    let verdict = |p: &Property| (*p, Verdict::on(p, &exploration, &expected));
    let verdicts = properties.iter().map(verdict).collect();
    let reductions = world.reductions;
    let world = World { reductions: asked.reductions, ..world };
    Run { world, reductions, exploration, verdicts, took: started.elapsed() }
}

fn for_search(world: &World) -> Swap<Subject> {
    let mut swap = world.swap();
    let symmetric = world.reductions.has(Reduction::Symmetry);
    let group = if symmetric { swap.symmetries() } else { Vec::new() };
    swap.tim3.handlers = swap.tim3.handlers.for_search(&group);
    swap
}

/// What to search instead, where the handlers of a Lua file did what this search took for
/// granted that they do not.
fn refuted(world: &World, searched: &Subject) -> Option<World> {
    let luas = searched.luas();
    if luas.iter().any(|lua| lua.is_refused()) {
        return None;
    }
    if luas.iter().any(|lua| lua.tells_users_apart()) {
        let reductions = world.reductions.without(Reduction::Symmetry);
        return Some(World { reductions, ..world.clone() });
    }
    let subject = world.subject.with_nothing_inert();
    let was_wrong = luas.iter().any(|lua| lua.was_wrongly_inert());
    was_wrong.then(|| World { subject, ..world.clone() })
}

fn search(
    swap: &Arc<Swap<Subject>>,
    properties: &[Property],
    settings: &Settings,
    progress: Progress<'_>,
    remembered: &Arc<Remembered>,
) -> Exploration {
    let &Settings { limits, engine, threads, distinct } = settings;
    if engine == Engine::Layered {
        let how = (threads, distinct > 1);
        explore_with(swap, properties, limits, how, progress, remembered)
    } else {
        stateright_search::explore(swap, properties, engine, threads, progress)
    }
}

/// Every subject, at its bounds, under every profile, weakest profile first within a subject.
pub fn jobs(
    subjects: &[(Subject, Bounds)],
    profiles: &[Profile],
    reductions: Reductions,
) -> Vec<World> {
    let under = |(subject, bounds): &(Subject, Bounds)| {
        let job = |profile: &Profile| World {
            subject: subject.clone(),
            profile: *profile,
            bounds: *bounds,
            reductions,
        };
        profiles.iter().map(job).collect::<Vec<_>>()
    };
    subjects.iter().flat_map(under).collect()
}

/// Runs all jobs on the threads that the settings allow; results come in the order of the
/// jobs. Where there are fewer jobs than threads, each gets several.
///
/// # Errors
/// If the threads cannot be had.
pub fn run_all(
    jobs: &[World],
    properties: &[Property],
    settings: &Settings,
    watcher: &Watcher,
) -> Result<Vec<Run>, ThreadPoolBuildError> {
    let each = Settings { threads: (settings.threads / jobs.len().max(1)).max(1), ..*settings };
    let run = |(place, job, remembered): (usize, &World, Arc<Remembered>)| {
        let name = format!("{} {}", job.subject, job.profile);
        let progress = |at: &search::Progress| watcher.searching(&name, at);
        let run = run_with(job, properties, &each, &progress, &remembered);
        watcher.finished(run.exploration.states);
        (place, run)
    };
    // The strongest profiles have the largest spaces: starting with them keeps cores busy.
    let mut remembered: BTreeMap<_, Arc<Remembered>> = BTreeMap::new();
    let jobs_with = jobs.iter().enumerate().map(|(place, job)| {
        let of_contract = remembered.entry(job.subject.digest()).or_default();
        (place, job, Arc::clone(of_contract))
    });
    let mut largest_first: Vec<_> = jobs_with.collect();
    // What is remembered of a contract goes with its last job.
    drop(remembered);
    largest_first.sort_by_key(|(_, job, _)| std::cmp::Reverse(job.profile.faults.len()));
    let pool = ThreadPoolBuilder::new().num_threads(settings.threads.min(jobs.len())).build()?;
    let mut runs: Vec<_> =
        pool.install(|| largest_first.into_par_iter().with_max_len(1).map(run).collect());
    runs.sort_by_key(|(place, _)| *place);
    let mut runs: Vec<_> = runs.into_iter().map(|(_, run)| run).collect();
    count_shared_answers(&mut runs);
    Ok(runs)
}

/// The runs of each subject: they stand side by side.
pub fn by_subject(runs: &[Run]) -> impl Iterator<Item = &[Run]> {
    runs.chunk_by(Run::is_of_same_subject)
}

/// Judgements are shared by all searches of a contract: each may have met an answer of any.
fn count_shared_answers(runs: &mut [Run]) {
    for of_variant in runs.chunk_by_mut(Run::is_of_same_subject) {
        let judged: u64 = of_variant.iter().map(|run| run.exploration.states).sum();
        for Run { exploration, .. } in of_variant {
            exploration.keys += judged - exploration.states;
        }
    }
}
