//! The runs of a system as tests that the real aos runs.

use super::text_of;
use crate::commands::Failure;
use explorer::aos_test::{Given, Happening, OneProcess, courses};
use page::actor::Role;
use page::page::Errors;
use page::runtime::Runtime;
use page::schedule::{Got, Schedule};
use page::{Checked, Place, System};
use std::fs;
use std::path::Path;

/// Writes a file for each run that was found and each process in it, and one that says which runs
/// have none, and why.
///
/// # Errors
/// If the page cannot be read again, or a file cannot be written.
pub fn write(folder: &Path, place: Place<'_>, checked: &Checked) -> Result<(), Failure> {
    let name = place.folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = folder.join(&name);
    let failed = |error: std::io::Error| Failure::usage(&format!("{}: {error}", folder.display()));
    fs::create_dir_all(&folder).map_err(failed)?;
    let mut without = Vec::new();
    let system = |variant| {
        System::of_variant(place, text_of, variant).map_err(|error| Failure::usage(&error))
    };
    let plain = system(None)?;
    for (number, (variant, verdict)) in (1..).zip(checked.all_verdicts()) {
        let Some(schedule) = &verdict.schedule else { continue };
        let changed = variant.map(|name| system(Some(name))).transpose()?;
        let system = changed.as_ref().unwrap_or(&plain);
        let with = variant.map_or_else(String::new, |name| format!(", {name}"));
        let title = format!("{name}{with}: {}", verdict.promise);
        match tests(&title, system, schedule) {
            Ok(tests) => {
                for (process, test) in (1..).zip(tests) {
                    let file = folder.join(format!("{number:02}-{process}.mjs"));
                    fs::write(&file, test).map_err(failed)?;
                }
            }
            Err(why) => without.push(format!("{title}: {why}\n")),
        }
    }
    fs::write(folder.join("without.txt"), without.concat()).map_err(failed)
}

fn tests(title: &str, system: &System, schedule: &Schedule) -> Result<Vec<String>, String> {
    let processes = system.participants.iter().filter_map(|one| match &one.role {
        Role::Process(process) => Some(process),
        _ => None,
    });
    let processes = processes.map(|process| {
        let told = &process.told;
        if told.runtime != Runtime::Aos || told.errors == Errors::Stop {
            return Err(format!("{} does not run on aos 2", told.name));
        }
        let paths = told.observed.iter().map(|one| one.path.clone());
        Ok(OneProcess {
            name: told.name.to_string(),
            program: process.program().clone(),
            paths: paths.filter(|path| !path.contains(['[', ' '])).collect(),
            keeps: told.errors == Errors::Keep,
            is_file: !told.is_built_in,
        })
    });
    let processes = processes.collect::<Result<Vec<_>, _>>()?;
    let started = system.started.iter().map(|got| (None, "at the start".to_owned(), Some(got)));
    let steps = (1..).zip(&schedule.steps);
    let steps = steps.map(|(number, step): (usize, _)| {
        (Some((number, step.missed)), step.what.clone(), step.got.as_ref())
    });
    let happenings = started.chain(steps).filter_map(|(number, says, got)| {
        let process = got.map(|got| got.process).or(number.and_then(|(_, missed)| missed))?;
        let step = number.map_or_else(|| "0".to_owned(), |(number, _)| number.to_string());
        Some(Happening { step, says, process, given: got.map(given) })
    });
    let courses = courses(title, &processes, &happenings.collect::<Vec<_>>());
    let courses = courses.map_err(|why| why.to_string())?;
    Ok(courses.iter().map(explorer::aos_test::Course::file).collect())
}

fn given(got: &Got) -> Given {
    Given { item: got.item.clone(), is_trusted: got.is_trusted, sent: got.sent }
}
