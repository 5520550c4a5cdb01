//! Which version of its handlers a process ran, and from when on.

use crate::files::Log;
use crate::join::Place as Slot;
use crate::json::LogError;
use crate::names::{Asked, Known};
use crate::report::Ran;
use crate::run::Run;
use aos::Source;
use page::deployed::Deployment;
use page::replay::Replay;
use page::{Page, Place, ReadFile, page::Process, read};

/// Versions that ran: the first, and the second with the Eval that brought it.
type Plan<'a> = (&'a Source, Option<(u64, &'a Source)>);

/// Chooses for each process that has several versions those that agree with what was recorded,
/// for as long as any do.
///
/// # Errors
/// What is wrong with a version, or with the name of its process.
pub fn choose(
    of: (Place<'_>, ReadFile),
    page: &Page,
    log: &Log,
    (asked, known): (&Asked, &mut Known),
) -> Result<(), LogError> {
    for (name, source) in &asked.versions {
        let process = page.processes.iter().find(|process| process.name == *name);
        if process.is_none_or(|process| process.is_built_in) {
            return Err(LogError(format!(
                "--version {name}={}: the page has no process '{name}' with a file",
                source.file
            )));
        }
    }
    for (place, process) in page.processes.iter().enumerate() {
        let given = asked.versions.iter().filter(|(name, _)| process.name == *name);
        let given: Vec<_> = given.map(|(_, source)| source.clone()).collect();
        let id = known.places.iter().find(|(_, at)| **at == place).map(|(id, _)| id.clone());
        let Some(id) = id.filter(|_| !given.is_empty()) else { continue };
        let own = page_source(of, process)?;
        let all: Vec<_> = std::iter::once(own).chain(given).collect();
        let (first, second) = best(of, log, known, (&id, &all))?;
        let (first, second) = (first.clone(), second.map(|(at, source)| (at, source.clone())));
        *known = with(known, &id, (&first, second.as_ref().map(|(at, source)| (*at, source))));
    }
    Ok(())
}

/// The page's own file of a process, as it is written: the page replaces the marks in it.
fn page_source(
    (place, read_file): (Place<'_>, ReadFile),
    process: &Process,
) -> Result<Source, LogError> {
    let path = place.folder.join(&process.file);
    let source = read::version(&path, read_file).map_err(|error| LogError(error.0))?;
    Ok(Source { file: process.file.clone(), ..source })
}

/// The plan under which replay and record agree for longest; of equal ones the simplest.
fn best<'a>(
    of: (Place<'_>, ReadFile),
    log: &Log,
    known: &Known,
    (id, all): (&str, &'a [Source]),
) -> Result<Plan<'a>, LogError> {
    let mut best: (Option<u64>, Plan<'a>) = (Some(0), (&all[0], None));
    let is_better = |one: Option<u64>, than: Option<u64>| match (one, than) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(one), Some(than)) => one > than,
    };
    for source in all {
        let until = agrees(of, log, known, (id, (source, None)))?;
        if is_better(until, best.0) {
            best = (until, (source, None));
        }
    }
    let Some(first_difference) = best.0 else { return Ok(best.1) };
    let first = best.1.0;
    let evals = evals(log, known, id);
    let later = evals.into_iter().skip(1).filter(|at| *at <= first_difference);
    for at in later {
        for source in all.iter().filter(|source| *source != first) {
            let plan = (first, Some((at, source)));
            let until = agrees(of, log, known, (id, plan))?;
            if is_better(until, best.0) {
                best = (until, plan);
            }
        }
    }
    Ok(best.1)
}

fn evals(log: &Log, known: &Known, id: &str) -> Vec<u64> {
    let schedule = &log.schedules[id];
    let owner = known.deployed.processes.values().find(|one| one.id == id).map(|one| &one.owner);
    let entries = schedule.entries.values();
    let evals = entries.filter(|entry| {
        entry.action() == "Eval" && owner.is_none_or(|owner| owner == entry.from.as_str())
    });
    evals.map(|entry| entry.slot).collect()
}

/// The first slot at which a plan and the record differ; nothing where they never do.
fn agrees(
    (place, read_file): (Place<'_>, ReadFile),
    log: &Log,
    known: &Known,
    (id, plan): (&str, Plan<'_>),
) -> Result<Option<u64>, LogError> {
    let known = with(known, id, plan);
    let refuse = |error: page::PageError| LogError(error.0);
    let read = read::read_deployed(place, read_file, &known.deployed).map_err(refuse)?;
    let mut run = Run::new(log, &known, Replay::new(read).map_err(refuse)?);
    let slots = log.schedules[id].entries.keys();
    let order: Vec<Slot> = slots.map(|slot| (id.to_owned(), *slot)).collect();
    run.play(&order);
    let track = &run.tracks[id];
    let unknown = track.unknown.as_ref().map(|unknown| unknown.slot);
    Ok(track.differs.as_ref().map(|differs| differs.slot).or(unknown))
}

fn with(known: &Known, id: &str, (first, second): Plan<'_>) -> Known {
    let mut known = known.clone();
    let deployed = known.deployed.processes.values_mut().find(|one| one.id == id);
    if let Some(Deployment { runs, successor, .. }) = deployed {
        *runs = Some(first.clone());
        *successor = second.map(|(_, source)| source.clone());
    }
    match second {
        Some((at, _)) => known.upgrades.insert(id.to_owned(), at),
        None => known.upgrades.remove(id),
    };
    known
}

/// The versions that a process ran, where there was a choice.
pub fn ran(process: &Process, known: &Known, id: &str) -> Vec<Ran> {
    let Some(Deployment { runs: Some(first), successor, .. }) =
        known.deployed.processes.get(&process.name)
    else {
        return Vec::new();
    };
    let second = successor.as_ref().zip(known.upgrades.get(id));
    let second = second.map(|(source, at)| Ran { from: *at, file: source.file.clone() });
    std::iter::once(Ran { from: 0, file: first.file.clone() }).chain(second).collect()
}
