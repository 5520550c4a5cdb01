//! Processes and people as stateright actors.

use crate::court::{Court, Event};
use crate::message::Message;
use crate::page::{Act, Person, Promise, When};
use crate::process::{Process, Step, Wrong};
use aos::State;
use smol_str::SmolStr;
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One who sends and receives.
#[derive(Clone)]
pub struct Participant {
    /// What it is.
    pub role: Role,
    /// What it knows of the others.
    pub world: Arc<World>,
}

/// What a participant is.
#[derive(Clone)]
pub enum Role {
    /// A process.
    Process(Arc<Process>),
    /// A person.
    Person(Arc<Person>),
    /// Nobody: it fills a place.
    Nobody,
}

/// What all participants share.
pub struct World {
    /// Where messages to an address go.
    pub addresses: BTreeMap<SmolStr, Id>,
    /// Actions that each person waits for.
    pub awaited: BTreeMap<SmolStr, BTreeSet<SmolStr>>,
    /// Whether a message may arrive a second time.
    pub repeats: bool,
    /// What is promised.
    pub promises: Vec<Promise>,
    /// What judges that.
    pub court: Mutex<Court>,
    /// What somebody should know who reads the verdicts: messages that came to nothing.
    pub notes: Mutex<BTreeSet<String>>,
    /// What people did, by name and act.
    pub acted: Mutex<BTreeSet<(SmolStr, SmolStr)>>,
    /// Why no verdict means anything, if so: what a handler asked for that the host does not do,
    /// or a promise that cannot be judged.
    pub failure: Mutex<Option<String>>,
}

/// What a participant keeps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Local {
    /// A process.
    Process {
        /// Its state.
        state: State,
        /// The messages whose evaluation changed or sent something, where one may arrive again.
        evaluated: BTreeSet<SmolStr>,
        /// What was wrong with its handlers, if that showed.
        wrong: Option<Wrong>,
        /// The promises of steps that its last evaluation broke, by their places.
        marked: u64,
    },
    /// A person.
    Person {
        /// How often it did each act.
        done: Vec<u8>,
        /// What it received of what it waits for.
        received: BTreeSet<SmolStr>,
    },
    /// Nobody.
    Nobody,
}

/// Which message of which act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Choice {
    /// The act's place.
    pub act: usize,
    /// The message's place in the act.
    pub message: usize,
}

impl World {
    /// What judges, for one question.
    pub fn court(&self) -> MutexGuard<'_, Court> {
        self.court.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The promises of steps that an evaluation breaks: bit `i` for the one at place `i`.
    fn broken_by(&self, event: Event<'_>) -> u64 {
        let asked = self.promises.iter().enumerate();
        let asked = asked.filter(|(_, promise)| promise.when == When::EachStep);
        let broken = asked.filter(|(place, _)| match self.court().judge_step(*place, event) {
            Ok((holds, _)) => !holds,
            Err(why) => {
                self.fail(why);
                false
            }
        });
        broken.fold(0, |all, (place, _)| all | 1 << place)
    }

    /// Keeps why no verdict means anything.
    pub fn fail(&self, why: String) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert(why);
    }

    /// Notes what a step leaves undone.
    fn note(&self, process: &Process, message: &Message, step: &Step) {
        let name = &process.told.name;
        let action = message.tag("Action").unwrap_or("a message without Action");
        let Message { from, .. } = message;
        let idle = step.is_idle.then(|| format!("{name}, {action} from {from}: {}", step.told));
        let skipped = step.skipped.iter().map(|why| format!("{name}, {action} from {from}: {why}"));
        let lost = step.sent.iter().filter(|sent| !self.addresses.contains_key(&sent.target));
        let lost = lost.map(|Message { target, .. }| {
            format!("{name} sends to '{target}', who is not on the page")
        });
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.extend(idle.into_iter().chain(skipped).chain(lost));
    }

    /// Where a message goes, if anybody reads it. What a person does not wait for goes to nobody:
    /// it would change nothing.
    pub fn reader(&self, message: &Message) -> Option<Id> {
        let reader = self.addresses.get(&message.target)?;
        let is_read = match self.awaited.get(&message.target) {
            Some(awaited) => message.tag("Action").is_some_and(|action| awaited.contains(action)),
            None => true,
        };
        is_read.then_some(*reader)
    }
}

impl Person {
    /// What it sends when it takes this choice for the time after so many.
    pub fn message(&self, choice: Choice, done: u8) -> Message {
        let Act { name, messages, .. } = &self.acts[choice.act];
        let id = format!("{}.{name}.{}", self.name, done + 1).into();
        Message { id, ..messages[choice.message].clone() }
    }

    fn offer(&self, done: &[u8], received: &BTreeSet<SmolStr>, out: &mut Out<Participant>) {
        for (place, act) in self.acts.iter().enumerate() {
            let is_due = act.after.as_ref().is_none_or(|action| received.contains(action));
            let is_left = done[place] < act.times;
            let choices = (0..act.messages.len()).filter(|_| is_due && is_left);
            let choices = choices.map(|message| Choice { act: place, message }).collect();
            out.choose_random(act.name.as_str(), choices);
        }
    }
}

impl Participant {
    fn send(&self, messages: Vec<Message>, out: &mut Out<Self>) {
        for message in messages {
            if let Some(reader) = self.world.reader(&message) {
                out.send(reader, Arc::new(message));
            }
        }
    }

    fn evaluate(
        &self,
        id: Id,
        process: &Process,
        local: &mut Cow<'_, Local>,
        message: &Message,
        out: &mut Out<Self>,
    ) {
        // Nothing is judged behind a handler that is wrong.
        let Local::Process { state, evaluated, wrong: None, .. } = &**local else { return };
        let step = match process.evaluate(state, message, evaluated.contains(&message.id)) {
            Ok(Some(step)) => step,
            Ok(None) => return,
            Err(why) => return self.world.fail(why),
        };
        let mut evaluated = evaluated.clone();
        let has_effect = step.after != *state || !step.sent.is_empty();
        if self.world.repeats && message.is_pushed() && has_effect {
            evaluated.insert(message.id.clone());
        }
        let (actor, before) = (usize::from(id), state);
        let event = Event { actor, process, before, message, step: &step };
        let marked = self.world.broken_by(event);
        self.world.note(process, message, &step);
        let Step { after: state, sent, wrong, .. } = step;
        let after = Local::Process { state, evaluated, wrong, marked };
        if after != **local {
            *local.to_mut() = after;
        }
        self.send(sent, out);
    }
}

impl Actor for Participant {
    type Msg = Arc<Message>;
    type State = Local;
    type Timer = ();
    type Random = Choice;
    type Storage = ();

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) -> Local {
        match &self.role {
            Role::Process(process) => Local::Process {
                state: process.initial.clone(),
                evaluated: BTreeSet::new(),
                wrong: None,
                marked: 0,
            },
            Role::Person(person) => {
                let (done, received) = (vec![0; person.acts.len()], BTreeSet::new());
                person.offer(&done, &received, out);
                Local::Person { done, received }
            }
            Role::Nobody => Local::Nobody,
        }
    }

    fn on_msg(
        &self,
        id: Id,
        local: &mut Cow<'_, Local>,
        _: Id,
        message: Arc<Message>,
        out: &mut Out<Self>,
    ) {
        match (&self.role, &**local) {
            (Role::Process(process), _) => self.evaluate(id, process, local, &message, out),
            (Role::Person(person), Local::Person { done, received }) => {
                let Some(action) = message.tag("Action") else { return };
                if received.contains(action) {
                    return;
                }
                let (done, mut received) = (done.clone(), received.clone());
                received.insert(action.into());
                person.offer(&done, &received, out);
                *local.to_mut() = Local::Person { done, received };
            }
            _ => {}
        }
    }

    fn on_random(&self, _: Id, local: &mut Cow<'_, Local>, choice: &Choice, out: &mut Out<Self>) {
        if let (Role::Person(person), Local::Person { done, received }) = (&self.role, &**local) {
            let message = person.message(*choice, done[choice.act]);
            let act = (person.name.clone(), person.acts[choice.act].name.clone());
            self.world.acted.lock().unwrap_or_else(PoisonError::into_inner).insert(act);
            let (mut done, received) = (done.clone(), received.clone());
            done[choice.act] += 1;
            person.offer(&done, &received, out);
            *local.to_mut() = Local::Person { done, received };
            self.send(vec![message], out);
        }
    }
}
