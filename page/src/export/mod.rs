//! A system as tables of parts and steps, in the languages of other model checkers.
//!
//! They count its states and judge its promises without the engine: [`promela`] for Spin,
//! [`tla`] for the checkers of TLA+. `looks` finds out what each promise looks at.

mod looks;
pub mod promela;
pub mod tla;

use crate::actor::{Participant, Role};
use crate::message::Message;
use crate::page::{PageError, When};
use crate::read::{Place, ReadFile};
use crate::system::System;
use looks::Looks;
use search::actors::Tables;
use search::actors::tables::{Sent, Step};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A system for another model checker.
pub struct Export {
    /// The file of the page.
    pub page: String,
    /// Processes, then people.
    pub participants: Vec<String>,
    pub promises: Vec<Promise>,
    /// Promises about what can still happen, which are none of single states.
    pub left_out: Vec<String>,
    /// How many states this engine's tables have.
    pub states: usize,
    tables: Tables<Arc<Message>>,
    /// All steps, each once.
    steps: Vec<Step>,
}

/// A promise, as the states in which it fires.
pub struct Promise {
    pub name: String,
    /// Whether it is broken where it fires; otherwise it is a witness, which is seen there.
    pub is_broken: bool,
    looks: Looks,
}

impl Promise {
    /// Whether it fires in a state.
    pub fn fires(&self) -> bool {
        !self.looks.fires.is_empty()
    }
}

/// Spells out a page, without its variants, of at most so many states.
///
/// # Errors
/// What is wrong with the page, or that it is too large.
pub fn export(
    place: Place<'_>,
    read_file: ReadFile,
    most_states: usize,
) -> Result<Export, PageError> {
    let system = System::of_variant(place, read_file, None)?;
    let judge = system.judge();
    let refuse = |why: String| PageError(format!("{}: {why}", system.page.file));
    let tables = Tables::of(&system.participants, system.network(), &judge, most_states);
    let tables = tables.map_err(refuse)?;
    let (asked, left_out): (Vec<_>, Vec<_>) =
        judge.names().enumerate().partition(|(_, (_, when))| is_of_states(when));
    let promises = asked.into_iter().map(|(bit, (name, when))| {
        let looks = Looks::of(&tables.states, bit).ok_or_else(|| {
            refuse(format!("\"{name}\" looks at more than who keeps what and what is on its way"))
        })?;
        Ok(Promise { name: name.to_owned(), is_broken: *when != When::Seen, looks })
    });
    let promises = promises.collect::<Result<_, PageError>>()?;
    let steps = steps_of(&tables);
    Ok(Export {
        page: system.page.file.clone(),
        participants: system.participants.iter().map(name_of).collect(),
        promises,
        left_out: left_out.into_iter().map(|(_, (name, _))| name.to_owned()).collect(),
        states: tables.states.len(),
        tables,
        steps,
    })
}

fn is_of_states(when: &When) -> bool {
    !matches!(when, When::WayOut(_) | When::WayIn)
}

fn name_of(participant: &Participant) -> String {
    match &participant.role {
        Role::Process(process) => process.told.name.to_string(),
        Role::Person(person) => person.name.to_string(),
        Role::Nobody => "nobody".to_owned(),
    }
}

fn steps_of(tables: &Tables<Arc<Message>>) -> Vec<Step> {
    let deliveries = tables.deliveries.iter().flat_map(BTreeMap::values).flatten();
    let own = tables.own.iter().flat_map(BTreeMap::values).flatten();
    let mut steps: Vec<_> = deliveries.chain(own).cloned().collect();
    steps.sort_unstable();
    steps.dedup();
    steps
}

/// What is known of a message and the local state of its receiver.
enum Delivery {
    /// The step at this place is taken.
    Step(usize),
    /// The message stays in flight.
    Stays,
    /// The two never meet.
    Never,
}

impl Export {
    fn place_of(&self, step: &Step) -> usize {
        self.steps.binary_search(step).expect("all steps are kept")
    }

    fn delivery(&self, actor: usize, local: u32, message: u32) -> Delivery {
        match self.tables.deliveries[actor].get(&(local, message)) {
            Some(Some(step)) => Delivery::Step(self.place_of(step)),
            Some(None) => Delivery::Stays,
            None => Delivery::Never,
        }
    }

    /// What an actor may do on its own in a local state, as places of steps.
    fn own(&self, actor: usize, local: u32) -> Vec<usize> {
        let steps = self.tables.own[actor].get(&local).into_iter().flatten();
        steps.map(|step| self.place_of(step)).collect()
    }

    /// The local states of an actor.
    fn locals(&self, actor: usize) -> std::ops::Range<u32> {
        0..u32::try_from(self.tables.locals[actor]).expect("local states have numbers")
    }

    /// The numbers of all messages.
    fn messages(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.tables.messages.len()).expect("messages have numbers")
    }

    /// What the file is, for people who read it: one line each.
    fn remarks(&self) -> Vec<String> {
        let mut remarks = vec![
            format!("{}: its parts and steps as tables, which tim3 export wrote.", self.page),
            format!("It has {} states.", self.states),
        ];
        let participants = self.participants.iter().zip(&self.tables.locals).enumerate();
        remarks.extend(participants.map(|(place, (name, locals))| {
            format!("Participant {place} is {name}; it has {locals} local states.")
        }));
        let messages = self.tables.messages.iter().enumerate();
        remarks.extend(messages.map(|(place, Sent { message, .. })| {
            let action = message.tag("Action").unwrap_or("no Action");
            format!("Message {place} is {action} from {} to {}.", message.from, message.target)
        }));
        remarks.extend(self.left_out.iter().map(|name| {
            format!("Left out: \"{name}\", which asks what can still happen from a state.")
        }));
        // Names and tags are free text, and a comment must not end in them.
        remarks.iter().map(|remark| plain(remark)).collect()
    }
}

/// A text without what could end a comment or a literal.
fn plain(text: &str) -> String {
    let is_safe = |letter: char| letter.is_ascii_graphic() && !"*\\".contains(letter);
    let safe = |letter: char| if is_safe(letter) || letter == ' ' { letter } else { '?' };
    text.chars().map(safe).map(|letter| if letter == '"' { '\'' } else { letter }).collect()
}

/// Numbers as a list.
fn listed<T: ToString>(numbers: impl IntoIterator<Item = T>) -> String {
    numbers.into_iter().map(|number| number.to_string()).collect::<Vec<_>>().join(",")
}
