//! Which process of the page each log belongs to.

use crate::entry::tag;
use crate::files::Log;
use crate::json::LogError;
use crate::opening::{Opening, opening};
use aos::Source;
use page::Page;
use page::deployed::{Deployed, Deployment};
use std::collections::{BTreeMap, BTreeSet};

/// What the command line says of names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Ids of processes and addresses of people, by their names on the page.
    pub named: Vec<(String, String)>,
    /// Versions of the handlers, by the name of the process.
    pub versions: Vec<(String, Source)>,
}

/// The processes of a page, in a log.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Their ids, owners, authorities and first balances.
    pub deployed: Deployed,
    /// The place on the page of each process, by its id.
    pub places: BTreeMap<String, usize>,
    /// What the first balances of the tokens rest on, by id.
    pub openings: BTreeMap<String, Opening>,
    /// The Eval by which a process was replaced by its successor, by id.
    pub upgrades: BTreeMap<String, u64>,
    /// People whose addresses are known.
    pub people: BTreeSet<String>,
}

/// Finds the processes of a page in a log.
///
/// # Errors
/// What cannot be told, and how to say it.
pub fn known(page: &Page, log: &Log, asked: &Asked) -> Result<Known, LogError> {
    let mut known = Known::default();
    for (name, id) in &asked.named {
        let is_process = page.processes.iter().any(|process| process.name == *name);
        let is_person = page.people.iter().any(|person| person.name == *name);
        if !is_process && !is_person {
            let names = page.processes.iter().map(|process| process.name.as_str());
            let names: Vec<_> =
                names.chain(page.people.iter().map(|one| one.name.as_str())).collect();
            return Err(LogError(format!(
                "--name {name}={id}: the page names nobody '{name}'; it has {}",
                names.join(", ")
            )));
        }
        if is_process && !log.schedules.contains_key(id) {
            let ids: Vec<_> = log.schedules.keys().map(String::as_str).collect();
            return Err(LogError(format!(
                "--name {name}={id}: there is no log of this process; there are logs of {}",
                ids.join(", ")
            )));
        }
        if is_person {
            known.people.insert(name.clone());
        }
        known.deployed.names.add(id, name);
    }
    for (place, process) in page.processes.iter().enumerate() {
        let Some(id) = id_of(&process.name, log, asked)? else { continue };
        let schedule = &log.schedules[&id];
        let mut deployment = Deployment {
            id: id.as_str().into(),
            owner: process.owner.clone(),
            ..Deployment::default()
        };
        if let Some(item) = schedule.process_item() {
            deployment.owner = item.owner.as_str().into();
            let of = |(name, value): &(String, String)| {
                name.eq_ignore_ascii_case("Authority").then(|| value.clone())
            };
            deployment.authorities = item.tags.iter().filter_map(of).collect();
            let own = item.tags.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("Authority"));
            deployment.tags = own.cloned().collect();
            known.deployed.names.add(&item.owner, &process.owner);
            known.people.insert(process.owner.to_string());
        } else {
            // Whom it trusts is not in the log: what was pushed to it was taken.
            let pushed = schedule.entries.values().filter(|entry| entry.is_pushed());
            let signers: BTreeSet<_> = pushed.map(|entry| entry.owner.clone()).collect();
            deployment.authorities = signers.into_iter().collect();
        }
        if process.is_built_in {
            let opening = opening(schedule);
            deployment.balances.clone_from(&opening.balances);
            known.openings.insert(id.clone(), opening);
        }
        known.deployed.names.add(&id, &process.name);
        // The native token of HyperBEAM keeps accounts in small letters.
        known.deployed.names.add(&id.to_lowercase(), &process.name);
        known.places.insert(id, place);
        known.deployed.processes.insert(process.name.clone(), deployment);
    }
    Ok(known)
}

/// The id of a process: as the command line says, by the tag Name of the process, or by the names
/// of its files.
fn id_of(name: &str, log: &Log, asked: &Asked) -> Result<Option<String>, LogError> {
    if let Some((_, id)) = asked.named.iter().find(|(known, _)| known == name) {
        return Ok(Some(id.clone()));
    }
    let is_taken = |id: &String| asked.named.iter().any(|(_, known)| known == id);
    let by = |fits: &dyn Fn(&crate::schedule::Schedule) -> bool| -> Vec<&String> {
        let found = log.schedules.iter().filter(|(id, one)| fits(one) && !is_taken(id));
        found.map(|(id, _)| id).collect()
    };
    let by_tag = by(&|schedule| {
        let item = schedule.process_item().and_then(|item| tag(&item.tags, "Name"));
        item.is_some_and(|tag| tag.eq_ignore_ascii_case(name))
    });
    let by_file = by(&|schedule| {
        schedule.process_item().is_none_or(|item| tag(&item.tags, "Name").is_none())
            && schedule.labels.iter().any(|label| label.eq_ignore_ascii_case(name))
    });
    let found = if by_tag.is_empty() { by_file } else { by_tag };
    match &found[..] {
        [] => Ok(None),
        [one] => Ok(Some((*one).clone())),
        several => {
            let ids: Vec<_> = several.iter().map(|id| id.as_str()).collect();
            Err(LogError(format!(
                "{} are all called '{name}'; say which one it is: --name {name}=ID",
                ids.join(", ")
            )))
        }
    }
}
