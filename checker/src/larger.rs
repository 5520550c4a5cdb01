//! What larger bounds show: each one larger in turn, until the time is over.

use crate::commands::Failure;
use crate::exit_code::Exit;
use crate::job::{Run, by_subject, jobs, run_all};
use crate::limits::Limits;
use crate::progress::Watcher;
use crate::report::weakest;
use crate::search::Broken;
use crate::settings::{Engine, Settings};
use explorer::escape::Told;
use explorer::escaped;
use model::{Bounds, Profile};
use properties::Property;
use serde::Serialize;

/// What searches of a contract showed with one bound larger.
#[derive(Clone, Debug, Serialize)]
pub struct Larger {
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
    /// What its handlers ask for that the host does not do: then nothing larger was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
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
/// each search. What the host refuses of a contract ends that.
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
        let ways = ways(runs[0].world.bounds);
        for (bound, bounds) in ways.into_iter().filter(|(_, bounds)| bounds.validate().is_ok()) {
            let larger = within(runs, properties, &settings, (bound, bounds, is_quiet))?;
            let is_refused = larger.refused.is_some();
            all.push(larger);
            if is_refused {
                break;
            }
        }
    }
    Ok(all)
}

fn within(
    runs: &[Run],
    properties: &[Property],
    settings: &Settings,
    (bound, bounds, is_quiet): (String, Bounds, bool),
) -> Result<Larger, Failure> {
    let world = &runs[0].world;
    let profiles: Vec<Profile> = runs.iter().map(|run| run.world.profile).collect();
    let jobs = jobs(&[(world.subject.clone(), bounds)], &profiles, world.reductions);
    let watcher = Watcher::of(jobs.len(), &format!("searches with {bound}"), is_quiet);
    let more = run_all(&jobs, properties, settings, &watcher)
        .map_err(|error| Failure { message: error.to_string(), exit: Exit::Internal })?;
    watcher.done();
    let refused = world.subject.refusal();
    let is_kept = |property: &&Property| runs.iter().all(|run| run.violation(property).is_none());
    // What breaks where the host refused something is no verdict.
    let kept = properties.iter().filter(is_kept).filter(|_| refused.is_none());
    let new = weakest(&more, &kept.copied().collect::<Vec<_>>());
    let cut = more.iter().filter(|run| run.exploration.cut.is_some());
    Ok(Larger {
        variant: world.subject.name().to_owned(),
        bound,
        bounds,
        states: more.iter().map(|run| run.exploration.states).sum(),
        cut_under: cut.map(|run| run.world.profile.name).collect(),
        new: new.into_iter().map(New::of).collect(),
        refused,
    })
}

impl New {
    fn of((run, property, broken): (&Run, Property, &Broken)) -> Self {
        Self {
            property: property.name,
            profile: run.world.profile.name,
            faults: broken.first.faults.to_string(),
            actions: broken.first.actions.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Larger {
    /// Whether something breaks there that did not within the bounds of the check.
    pub fn is_worse(&self) -> bool {
        !self.new.is_empty()
    }

    /// Whether the host refused something.
    pub fn is_refused(&self) -> bool {
        self.refused.is_some()
    }

    fn line(&self) -> Told {
        let Self { bound, states, cut_under, .. } = self;
        if let Some(why) = &self.refused {
            return escaped!("  {bound}: NOT TRIED, and nothing behind it: {why}\n", bound, why);
        }
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
    "Nothing was tried beyond these bounds: more messages, other amounts. See --larger.\n";

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
