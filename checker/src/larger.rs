//! What larger bounds show: each one larger in turn, as far as there is time.

use crate::commands::Failure;
use crate::exit_code::Exit;
use crate::job::{Run, by_subject, jobs, run_all};
use crate::limits::Limits;
use crate::progress::Watcher;
use crate::settings::{Engine, Settings};
use crate::verdict::Kind;
use explorer::escape::Told;
use explorer::escaped;
use model::{Bounds, Profile};
use properties::Property;
use serde::Serialize;

/// The searches of a contract within bounds of which one is larger.
#[derive(Clone, Debug, Serialize)]
pub struct Larger {
    /// The contract.
    variant: String,
    /// Which bound is larger: `3 users`.
    bound: String,
    bounds: Bounds,
    /// Distinct states, of all its searches.
    states: u64,
    /// The platforms under which there were more.
    cut_under: Vec<&'static str>,
    /// The promises that break there, and within the bounds of the check did not.
    new: Vec<New>,
}

#[derive(Clone, Debug, Serialize)]
struct New {
    property: &'static str,
    profile: &'static str,
    faults: String,
    actions: Vec<String>,
}

/// Each bound of these, one larger.
fn ways(of: Bounds) -> [(String, Bounds); 5] {
    let (users, deposits, burns) = (of.users + 1, of.deposits + 1, of.burns + 1);
    let (transfers, faults, each_fault) = (of.transfers + 1, of.faults + 1, of.each_fault + 1);
    [
        (format!("{users} users"), Bounds { users, ..of }),
        (format!("{deposits} deposits per user"), Bounds { deposits, ..of }),
        (format!("{burns} burns per user"), Bounds { burns, ..of }),
        (format!("{transfers} transfers per user"), Bounds { transfers, ..of }),
        (format!("{faults} faults, {each_fault} of a kind"), Bounds { faults, each_fault, ..of }),
    ]
}

/// Tries them for each contract of these runs, under the same platforms, up to so many states in
/// each search.
///
/// # Errors
/// If the threads cannot be had.
pub fn tried(
    runs: &[Run],
    properties: &[Property],
    settings: &Settings,
    (states, is_quiet): (u64, bool),
) -> Result<Vec<Larger>, Failure> {
    let limits = Limits { states: Some(states), ..settings.limits };
    let settings = Settings { limits, engine: Engine::Layered, ..*settings };
    let mut all = Vec::new();
    for runs in by_subject(runs) {
        let bounds = ways(runs[0].world.bounds);
        for (larger, bounds) in bounds.into_iter().filter(|(_, bounds)| bounds.validate().is_ok()) {
            all.push(within(runs, properties, &settings, (larger, bounds, is_quiet))?);
        }
    }
    Ok(all)
}

fn within(
    runs: &[Run],
    properties: &[Property],
    settings: &Settings,
    (larger, bounds, is_quiet): (String, Bounds, bool),
) -> Result<Larger, Failure> {
    let world = &runs[0].world;
    let profiles: Vec<Profile> = runs.iter().map(|run| run.world.profile).collect();
    let jobs = jobs(&[(world.subject.clone(), bounds)], &profiles, world.reductions);
    let watcher = Watcher::of(jobs.len(), &format!("searches with {larger}"), is_quiet);
    let more = run_all(&jobs, properties, settings, &watcher)
        .map_err(|error| Failure { message: error.to_string(), exit: Exit::Internal })?;
    watcher.done();
    let is_broken = |runs: &[Run], property: &Property| {
        runs.iter().any(|run| run.violation(property).is_some())
    };
    let new = properties.iter().filter(|property| !is_broken(runs, property));
    let new = new.filter_map(|property| New::least(&more, property)).collect();
    let cut = more.iter().filter(|run| run.exploration.cut.is_some() || run.says(Kind::HoldsUpTo));
    Ok(Larger {
        variant: world.subject.name().to_owned(),
        bound: larger,
        bounds,
        states: more.iter().map(|run| run.exploration.states).sum(),
        cut_under: cut.map(|run| run.world.profile.name).collect(),
        new,
    })
}

impl New {
    /// The way to break it with the fewest faults, then steps.
    fn least(runs: &[Run], property: &Property) -> Option<Self> {
        let found = runs.iter().filter_map(|run| Some((run, &run.violation(property)?.first)));
        let least = found.min_by_key(|(_, found)| (found.faults.total(), found.actions.len()));
        least.map(|(run, found)| Self {
            property: property.name,
            profile: run.world.profile.name,
            faults: found.faults.to_string(),
            actions: found.actions.iter().map(ToString::to_string).collect(),
        })
    }
}

impl Larger {
    /// Whether something breaks there that did not within the bounds of the check.
    pub fn is_worse(&self) -> bool {
        !self.new.is_empty()
    }

    fn line(&self) -> Told {
        let Self { bound, states, cut_under, .. } = self;
        let how_far = match cut_under[..] {
            [] => "all of them".to_owned(),
            [one] => format!("more under {one} were not"),
            _ => format!("more under {} platforms were not", cut_under.len()),
        };
        let head =
            escaped!("  {bound}: {states} states tried, {how_far}; ", bound, states, how_far);
        if self.new.is_empty() {
            return head + Told::ours("nothing new\n");
        }
        let line = |new: &New| {
            escaped!(
                "    NEW {} ({}, {} steps, under {})\n",
                new.property,
                new.faults,
                new.actions.len(),
                new.profile
            )
        };
        head + Told::ours("it shows more:\n") + self.new.iter().map(line).sum()
    }
}

const NOT_TRIED: &str =
    "Beyond these bounds nothing was tried: more messages, other amounts. See --larger.\n";

/// What larger bounds show, contract by contract, or that nobody asked for them.
pub fn text(all: &[Larger], states: Option<u64>) -> Told {
    let Some(states) = states else { return Told::ours(NOT_TRIED) };
    let of_contract = |all: &[Larger]| {
        let name = &all[0].variant;
        escaped!(
            "\nLarger bounds of {name}, one larger at a time, at most {states} states in each search:\n",
            name,
            states
        ) + all.iter().map(Larger::line).sum()
    };
    all.chunk_by(|one, next| one.variant == next.variant).map(of_contract).sum()
}
