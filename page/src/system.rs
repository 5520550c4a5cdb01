//! What a page says, as actors on a network.

use crate::actor::{Participant, Role};
use crate::court::Court;
use crate::end::End;
use crate::locked::lock;
use crate::message::Message;
use crate::page::{self, Page, PageError, Person, Promise, When};
use crate::process::{Process, Wrong};
use crate::promise::Judge;
use crate::read::{self, PageLua, Place, Read, ReadFile};
use crate::schedule::Got;
use crate::start::start;
use crate::steps::Steps;
use crate::way_out::MOST_GOALS;
use crate::world::{Awaited, World};
use search::actors::{Delivery, Faults, Ignored, Network};
use smol_str::SmolStr;
use stateright::actor::Id;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// The most promises a page may have, beside those that hold for every system.
const MOST_PROMISES: usize = 60;

/// The actors of a page, which stateright runs as well as a search of ours.
pub struct System {
    /// What the page says.
    pub page: Page,
    /// Its processes, loaded, and its people.
    pub participants: Vec<Participant>,
    /// What they got before anything else happens.
    pub started: Vec<Got>,
    pub(crate) world: Arc<World>,
}

impl System {
    /// The most processes and people of a page.
    pub const MOST: usize = 16;

    /// Loads the processes of a page.
    ///
    /// # Errors
    /// Why the page, or a process, cannot be run.
    pub fn new(read: Read) -> Result<Self, PageError> {
        Self::until(read, &End::default(), None)
    }

    /// Loads the processes of the page in a file, with the mistake on purpose of this name, if one
    /// is said.
    ///
    /// # Errors
    /// What is wrong with the page, or that it has no such mistake.
    pub fn of_variant(
        place: Place<'_>,
        read_file: ReadFile,
        variant: Option<&str>,
    ) -> Result<Self, PageError> {
        let mut read = read::read(place, read_file)?;
        if let Some(name) = variant {
            let mut variants = read.page.variants.iter();
            let variant = variants.find(|variant| variant.name == name).cloned();
            let unknown = || {
                let file = &read.page.file;
                PageError(format!("{file}: no variant is called \"{name}\"; name one of this page"))
            };
            let variant = variant.ok_or_else(unknown)?;
            read.page.change(&variant)?;
        }
        Self::new(read)
    }

    /// As [`Self::new`], where loading and evaluations are given up at this end, and evaluations are kept
    /// where somebody compares them.
    ///
    /// # Errors
    /// As [`Self::new`], or that a process was not loaded by then.
    pub(crate) fn until(
        read: Read,
        end: &End,
        steps: Option<Arc<Steps>>,
    ) -> Result<Self, PageError> {
        let Read { page, lua } = read;
        let known = |name: &String| {
            Wrong::ALL.iter().any(|(_, of_all)| name == of_all)
                || page.promises.iter().any(|promise| promise.name == *name)
        };
        if let Some(unknown) = page.exceptions.iter().find(|exception| !known(&exception.promise)) {
            return Err(unknown_promise(Path::new(&page.file), unknown.line, &unknown.promise));
        }
        let refuse = |text: String| Err(PageError(format!("{}: {text}", page.file)));
        if page.processes.is_empty() {
            return refuse(
                "it names no process; name one: process \"counter\" { file = ... }".to_owned(),
            );
        }
        let count = page.processes.len() + page.people.len();
        if count > Self::MOST {
            return refuse(format!("{count} processes and people are more than {}", Self::MOST));
        }
        if page.promises.len() > MOST_PROMISES {
            let count = page.promises.len();
            return refuse(format!("{count} promises are more than {MOST_PROMISES}"));
        }
        let is_way_out = |promise: &&Promise| matches!(promise.when, When::WayOut(_));
        let ways_out = page.promises.iter().filter(is_way_out).count();
        if ways_out > MOST_GOALS {
            return refuse(format!("{ways_out} ways out are more than {MOST_GOALS}"));
        }
        let own = end.clone();
        let (world, participants, started) =
            end.watched_for_time(|| participants(&page, lua, (own, steps)))?;
        Ok(Self { page, participants, started, world })
    }

    /// What the network may do.
    pub fn network(&self) -> Network {
        Network {
            delivery: Delivery::Set,
            duplicates: if self.page.is_always_repeated {
                Faults::Free
            } else {
                Faults::AtMost(self.page.repeated)
            },
            losses: Faults::AtMost(self.page.lost),
            // A message whose turn has not come is ignored until then.
            ignored: if self.page.is_ordered { Ignored::Left } else { Ignored::Consumed },
        }
    }

    /// What judges its states.
    pub fn judge(&self) -> Judge {
        Judge::new(self.participants.clone(), Arc::clone(&self.world))
    }

    /// What somebody should know who reads the verdicts, ascending.
    pub fn notes(&self) -> Vec<String> {
        lock(&self.world.notes).iter().cloned().collect()
    }

    /// What people never did, and why.
    pub fn never_done(&self) -> Vec<String> {
        let acted = lock(&self.world.acted);
        let acts = self
            .page
            .people
            .iter()
            .flat_map(|person| person.acts.iter().map(move |act| (person.name.clone(), act)));
        let never = acts.filter(|(name, act)| !acted.contains(&(name.clone(), act.name.clone())));
        let told = never.map(|(name, act)| match &act.awaited().next() {
            Some(after) => {
                format!("{name} never did '{}': no '{after}' ever reached {name}", act.name)
            }
            None => format!("{name} never did '{}'", act.name),
        });
        told.collect()
    }

    /// Fills the places up to so many with nobody.
    pub(crate) fn fill(&mut self, places: usize) {
        for place in self.participants.len()..places {
            let world = Arc::clone(&self.world);
            self.participants.push(Participant { role: Role::Nobody, place, world });
        }
    }
}

pub(crate) fn unknown_promise(file: &Path, line: u32, name: &str) -> PageError {
    let file = file.display();
    PageError(format!("{file}:{line}: no promise is called \"{name}\"; name one of this page"))
}

/// What all share, the participants, and what they got at the start.
type Loaded = (Arc<World>, Vec<Participant>, Vec<Got>);

/// The processes, loaded, and the people.
fn participants(
    page: &Page,
    lua: PageLua,
    (end, steps): (End, Option<Arc<Steps>>),
) -> Result<Loaded, PageError> {
    let names = page.processes.iter().map(|process| &process.name);
    let names = names.chain(page.people.iter().map(|person| &person.name));
    let addresses: BTreeMap<_, _> =
        names.enumerate().map(|(place, name)| (name.clone(), Id::from(place))).collect();
    must_be_known(page, &addresses)?;
    let mut processes = page
        .processes
        .iter()
        .map(|told| Process::load(told.clone(), page.deployed.names.clone()))
        .collect::<Result<Vec<_>, _>>()?;
    for process in &processes {
        process.must_observe(&page.file)?;
    }
    // What is deployed has got its first messages, and they are in its log.
    let at = page.instants.first().map_or(0, |instant| instant.at);
    let started = if page.deployed.processes.is_empty() {
        start(&page.file, &mut processes, at)?
    } else {
        Vec::new()
    };
    let awaited = page.people.iter().map(|person| (person.name.clone(), awaited_by(person)));
    let world = Arc::new(World {
        addresses,
        awaited: awaited.collect(),
        repeats: page.repeated > 0 || page.is_always_repeated,
        unfiltered: of_processes(page, |process| {
            process.runtime.is_luerl() && !process.is_filtered
        }),
        no_pushes: of_processes(page, |process| !process.takes_pushes),
        is_ordered: page.is_ordered,
        instants: page.instants.clone(),
        records: page.records.clone(),
        promises: page.promises.clone(),
        court: Mutex::new(Court::new(lua)),
        notes: Mutex::default(),
        acted: Mutex::default(),
        failure: Mutex::default(),
        file: page.file.clone(),
        steps,
        end,
    });
    let processes = processes.into_iter().map(|process| Role::Process(Arc::new(process)));
    let people = page.people.iter().map(|person| Role::Person(Arc::new(person.clone())));
    let participants = processes.chain(people).enumerate();
    let participants = participants
        .map(|(place, role)| Participant { role, place, world: Arc::clone(&world) })
        .collect();
    Ok((world, participants, started))
}

/// The names of the processes that are so.
fn of_processes(page: &Page, is: impl Fn(&page::Process) -> bool) -> BTreeSet<SmolStr> {
    page.processes.iter().filter(|process| is(process)).map(|one| one.name.clone()).collect()
}

/// What a person waits for.
fn awaited_by(person: &Person) -> Awaited {
    let mut awaited = Awaited::new();
    for act in &person.acts {
        for action in act.awaited() {
            awaited.entry(action.clone()).or_default();
        }
        for answer in &act.answers {
            awaited.entry(answer.action.clone()).or_default().insert(answer.tag.clone());
        }
    }
    awaited
}

/// Whom people send to must be there.
fn must_be_known(page: &Page, addresses: &BTreeMap<SmolStr, Id>) -> Result<(), PageError> {
    let file = &page.file;
    for promise in &page.promises {
        let When::WayOut(Some(by)) = &promise.when else { continue };
        let is_person = |name: &SmolStr| page.people.iter().any(|person| person.name == *name);
        if let Some(name) = by.iter().find(|name| !is_person(name)) {
            let line = promise.line;
            return Err(PageError(format!("{file}:{line}: 'by' names people, and {name} is none")));
        }
    }
    let acts = page.people.iter().flat_map(|person| &person.acts);
    let mut messages = acts.flat_map(|act| act.messages.iter().map(|message| (act.line, message)));
    match messages.find(|(_, message)| !addresses.contains_key(&message.target)) {
        None => Ok(()),
        Some((line, Message { from, target, .. })) => {
            let known: Vec<_> = addresses.keys().map(SmolStr::as_str).collect();
            let known = known.join(", ");
            Err(PageError(format!(
                "{file}:{line}: {from} sends to '{target}', which is not there; there are {known}"
            )))
        }
    }
}
