//! Processes and people as stateright actors.

use crate::court::Event;
use crate::local::{Local, Mail, OfPerson, OfProcess};
use crate::locked::lock;
use crate::message::Message;
use crate::page::Person;
use crate::person::Choice;
use crate::process::{Given, Process, Step};
use crate::view::{self, Field};
use crate::world::World;
use stateright::actor::{Actor, Id, Out};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One who sends and receives.
#[derive(Clone)]
pub struct Participant {
    pub role: Role,
    /// Its place among the participants.
    pub place: usize,
    /// What it knows of the others.
    pub world: Arc<World>,
}

/// What a participant is.
#[derive(Clone)]
pub enum Role {
    Process(Arc<Process>),
    Person(Arc<Person>),
    /// Nobody: it fills a place.
    Nobody,
}

/// What a participant does without a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Own {
    Act(Choice),
    /// The clock of a process moves on to the instant at this place.
    Tick(u8),
}

/// A message as a process evaluated it.
pub struct Delivery {
    /// What the handlers did.
    pub step: Step,
    /// What is left of it.
    pub after: OfProcess,
}

impl Participant {
    /// What it keeps before anything happened.
    pub(crate) fn first(&self) -> Local {
        match &self.role {
            Role::Process(process) => {
                let records = self.world.records_of(self.place);
                Local::Process(OfProcess {
                    state: process.initial.clone(),
                    records: records.map(|(_, record)| record.start.as_str().into()).collect(),
                    evaluated: BTreeSet::new(),
                    wrong: None,
                    is_stopped: false,
                    marked: 0,
                    at: 0,
                    mail: Mail::default(),
                })
            }
            Role::Person(person) => Local::Person(OfPerson::new(person)),
            Role::Nobody => Local::Nobody,
        }
    }

    /// What a process makes of a message. Nothing if it does not trust who signed it, or where
    /// nothing is judged any more.
    ///
    /// # Errors
    /// What the handlers ask for that the host does not do.
    pub fn delivery(
        &self,
        process: &Process,
        local: &OfProcess,
        message: &Message,
    ) -> Result<Option<Delivery>, String> {
        // Nothing is judged behind a handler that is wrong.
        if local.wrong.is_some() || local.is_stopped {
            return Ok(None);
        }
        let at = local.at.max(message.at);
        let given = self.given(local, message);
        let evaluated = || process.evaluate(&local.state, message, given);
        let Some(step) = self.world.end.watched(evaluated)? else { return Ok(None) };
        let mut after = local.clone();
        (after.at, after.wrong, after.marked) = (at, step.wrong, 0);
        after.is_stopped = step.stops;
        after.state.clone_from(&step.after);
        let has_effect = step.after != local.state || !step.sent.is_empty();
        if self.world.repeats && message.is_pushed() && has_effect {
            after.evaluated.insert(message.id.clone());
        }
        after.records = self.world.folded(&self.event(process, local, message, &step, &after));
        let event = self.event(process, local, message, &step, &after);
        after.marked = self.world.broken_by(&event);
        Ok(Some(Delivery { step, after }))
    }

    /// What an evaluation is given beside the message.
    pub(crate) fn given(&self, local: &OfProcess, message: &Message) -> Given {
        Given {
            is_again: local.evaluated.contains(&message.id),
            timestamp: self.world.timestamp(local.at.max(message.at)),
        }
    }

    /// An evaluation as promises of steps see it.
    pub(crate) fn event<'a>(
        &'a self,
        process: &'a Process,
        before: &'a OfProcess,
        message: &'a Message,
        step: &'a Step,
        after: &'a OfProcess,
    ) -> Event<'a> {
        Event { participant: self, process, before, after, message, step }
    }

    /// The name of an instant.
    pub(crate) fn instant(&self, at: u8) -> Option<&str> {
        self.world.instants.get(usize::from(at)).map(|instant| instant.name.as_str())
    }

    /// What promises see of it.
    pub fn seen(&self, local: &Local) -> Vec<(String, Field)> {
        match (&self.role, local) {
            (Role::Process(process), Local::Process(local)) => {
                self.seen_of_process(process, local, self.instant(local.at))
            }
            (Role::Person(person), Local::Person(local)) => person.seen(local),
            _ => Vec::new(),
        }
    }

    pub(crate) fn seen_of_process(
        &self,
        process: &Process,
        local: &OfProcess,
        instant: Option<&str>,
    ) -> Vec<(String, Field)> {
        let remembered = self.world.records_of(self.place).map(|(_, record)| &*record.name);
        let mut seen = process.seen(&local.state, remembered, &local.records, instant);
        if process.told.can_stop {
            seen.push((
                "is_stopped".to_owned(),
                Field::Literal(local.is_stopped.to_string().into()),
            ));
        }
        seen
    }

    fn send(&self, messages: Vec<Message>, at: u8, mail: &mut Mail, out: &mut Out<Self>) {
        for mut message in messages {
            if let Some(reader) = self.world.reader(&message) {
                message.at = at;
                if self.world.is_ordered {
                    mail.send(&mut message);
                }
                out.send(reader, Arc::new(message));
            }
        }
    }

    fn receive(
        &self,
        process: &Process,
        local: &OfProcess,
        message: &Message,
        out: &mut Out<Self>,
    ) -> Option<OfProcess> {
        let delivery = self.delivery(process, local, message).unwrap_or_else(|why| {
            self.world.fail(why);
            None
        });
        let Some(Delivery { step, mut after }) = delivery else {
            let mut after = local.clone();
            after.mail.receive(message);
            return (after != *local).then_some(after);
        };
        self.world.note(process, message, &step);
        self.meet(process, message, &step, (local, &after));
        after.mail.receive(message);
        self.send(step.sent, after.at, &mut after.mail, out);
        if after.at != local.at {
            self.offer_ticks(after.at, out);
        }
        (after != *local).then_some(after)
    }

    /// Keeps an evaluation, if somebody compares them.
    fn meet(
        &self,
        process: &Process,
        message: &Message,
        step: &Step,
        (before, after): (&OfProcess, &OfProcess),
    ) {
        let Some(steps) = &self.world.steps else { return };
        let seen = |local: &OfProcess| process.seen(&local.state, [], &[], self.instant(local.at));
        let (before, after) = (seen(before), seen(after));
        let name = &process.told.name;
        let keys = (view::key_of(&before), view::key_of(&after));
        steps.meet(&(name, message, keys, &step.sent), || {
            let sent = step.sent.iter().map(|sent| format!("sends {sent} to {}", sent.target));
            let effects: Vec<_> = view::changes(&before, &after).into_iter().chain(sent).collect();
            let effects = if effects.is_empty() { step.told.clone() } else { effects.join(", ") };
            format!("{name} receives {message} from {}: {effects}", message.from)
        });
    }

    fn offer_ticks(&self, at: u8, out: &mut Out<Self>) {
        let instants = u8::try_from(self.world.instants.len()).unwrap_or(u8::MAX);
        let later = (at + 1..instants).map(Own::Tick).collect();
        out.choose_random("clock", later);
    }
}

impl Actor for Participant {
    type Msg = Arc<Message>;
    type State = Local;
    type Timer = ();
    type Random = Own;
    type Storage = ();

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) -> Local {
        match &self.role {
            Role::Process(process) if !process.told.is_built_in => self.offer_ticks(0, out),
            Role::Person(person) => person.offer(&OfPerson::new(person), out),
            _ => {}
        }
        self.first()
    }

    fn on_msg(
        &self,
        _: Id,
        local: &mut Cow<'_, Local>,
        _: Id,
        message: Arc<Message>,
        out: &mut Out<Self>,
    ) {
        let after = match (&self.role, &**local) {
            (Role::Process(process), Local::Process(local)) => {
                if !local.mail.may_receive(&message) {
                    return;
                }
                self.receive(process, local, &message, out).map(Local::Process)
            }
            (Role::Person(person), Local::Person(local)) => {
                if !local.mail.may_receive(&message) {
                    return;
                }
                let awaited = self.world.awaited.get(&person.name);
                let after = awaited.and_then(|awaited| local.after(&message, awaited));
                if let Some(after) = &after {
                    person.offer(after, out);
                }
                after.map(Local::Person)
            }
            _ => None,
        };
        if let Some(after) = after {
            *local.to_mut() = after;
        }
    }

    fn on_random(&self, _: Id, local: &mut Cow<'_, Local>, own: &Own, out: &mut Out<Self>) {
        let after = match (&self.role, &**local, own) {
            (Role::Person(person), Local::Person(local), Own::Act(choice)) => {
                let message = person.message(*choice, local);
                let act = (person.name.clone(), person.acts[choice.act].name.clone());
                lock(&self.world.acted).insert(act);
                let mut after = local.clone();
                after.done[choice.act] += 1;
                after.at = message.at;
                self.send(vec![message], after.at, &mut after.mail, out);
                person.offer(&after, out);
                Local::Person(after)
            }
            (_, Local::Process(local), Own::Tick(at)) => {
                self.offer_ticks(*at, out);
                Local::Process(OfProcess { at: *at, marked: 0, ..local.clone() })
            }
            _ => return,
        };
        *local.to_mut() = after;
    }
}
