//! What a page says, as actors on a network.

use crate::actor::{Participant, Role, World};
use crate::court::Court;
use crate::message::Message;
use crate::page::{Page, PageError};
use crate::process::Process;
use crate::promise::Judge;
use crate::read::{PageLua, Read};
use search::actors::{Delivery, Faults, Ignored, Network};
use smol_str::SmolStr;
use stateright::actor::Id;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The most promises a page may have, beside those that hold for every system.
const MOST_PROMISES: usize = 60;

/// The actors of a page, which stateright runs as well as a search of ours.
pub struct System {
    /// What the page says.
    pub page: Page,
    /// Its processes, loaded, and its people.
    pub participants: Vec<Participant>,
    world: Arc<World>,
}

impl System {
    /// The most processes and people of a page.
    pub const MOST: usize = 16;

    /// Loads the processes of a page.
    ///
    /// # Errors
    /// Why the page, or a process, cannot be run.
    pub fn new(read: Read) -> Result<Self, PageError> {
        let Read { page, lua } = read;
        let known = |name: &String| page.promises.iter().any(|promise| promise.name == *name);
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
        let (world, participants) = participants(&page, lua)?;
        Ok(Self { page, participants, world })
    }

    /// What the network may do.
    pub fn network(&self) -> Network {
        Network {
            delivery: Delivery::Set,
            duplicates: Faults::AtMost(self.page.repeated),
            losses: Faults::AtMost(self.page.lost),
            ignored: Ignored::Consumed,
        }
    }

    /// What judges its states.
    pub fn judge(&self) -> Judge {
        Judge::new(self.participants.clone(), Arc::clone(&self.world))
    }

    /// What somebody should know who reads the verdicts, ascending.
    pub fn notes(&self) -> Vec<String> {
        let notes = self.world.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.iter().cloned().collect()
    }

    /// What people never did, and why.
    pub fn never_done(&self) -> Vec<String> {
        let acted = self.world.acted.lock().unwrap_or_else(PoisonError::into_inner);
        let acts = self
            .page
            .people
            .iter()
            .flat_map(|person| person.acts.iter().map(move |act| (person.name.clone(), act)));
        let never = acts.filter(|(name, act)| !acted.contains(&(name.clone(), act.name.clone())));
        let told = never.map(|(name, act)| match &act.after {
            Some(after) => {
                format!("{name} never did '{}': no '{after}' ever reached {name}", act.name)
            }
            None => format!("{name} never did '{}'", act.name),
        });
        told.collect()
    }

    /// Fills the places up to so many with nobody.
    pub(crate) fn fill(&mut self, places: usize) {
        let nobody = Participant { role: Role::Nobody, world: Arc::clone(&self.world) };
        self.participants.resize(places, nobody);
    }
}

pub(crate) fn unknown_promise(file: &Path, line: u32, name: &str) -> PageError {
    let file = file.display();
    PageError(format!("{file}:{line}: no promise is called \"{name}\"; name one of this page"))
}

/// The processes, loaded, and the people.
fn participants(page: &Page, lua: PageLua) -> Result<(Arc<World>, Vec<Participant>), PageError> {
    let names = page.processes.iter().map(|process| &process.name);
    let names = names.chain(page.people.iter().map(|person| &person.name));
    let addresses: BTreeMap<_, _> =
        names.enumerate().map(|(place, name)| (name.clone(), Id::from(place))).collect();
    must_be_known(page, &addresses)?;
    let awaited = page.people.iter().map(|person| {
        let awaited = person.acts.iter().filter_map(|act| act.after.clone());
        (person.name.clone(), awaited.collect())
    });
    let awaited = awaited.collect();
    let repeats = page.repeated > 0;
    let world = Arc::new(World {
        addresses,
        awaited,
        repeats,
        promises: page.promises.clone(),
        court: Mutex::new(Court::new(lua)),
        notes: Mutex::default(),
        acted: Mutex::default(),
        failure: Mutex::default(),
    });
    let processes = page.processes.iter().map(|told| {
        let process = Process::load(told.clone())?;
        process.must_observe(&page.file)?;
        Ok(Role::Process(Arc::new(process)))
    });
    let people = page.people.iter().map(|person| Ok(Role::Person(Arc::new(person.clone()))));
    let participant = |role| Participant { role, world: Arc::clone(&world) };
    let participants = processes.chain(people).map(|role| role.map(participant));
    let participants = participants.collect::<Result<_, PageError>>()?;
    Ok((world, participants))
}

/// Whom people send to must be there.
fn must_be_known(page: &Page, addresses: &BTreeMap<SmolStr, Id>) -> Result<(), PageError> {
    let acts = page.people.iter().flat_map(|person| &person.acts);
    let messages: Vec<&Message> = acts.flat_map(|act| &act.messages).collect();
    match messages.iter().find(|message| !addresses.contains_key(&message.target)) {
        None => Ok(()),
        Some(Message { from, target, .. }) => {
            let known: Vec<_> = addresses.keys().map(SmolStr::as_str).collect();
            let known = known.join(", ");
            let file = &page.file;
            Err(PageError(format!(
                "{file}: {from} sends to '{target}', which is not there; there are {known}"
            )))
        }
    }
}
