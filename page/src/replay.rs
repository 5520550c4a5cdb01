//! A system whose processes are deployed, taken through what really happened, message by message.

use crate::actor::{Participant, Role};
use crate::court::{Event, Judgement, refuse_masks};
use crate::deployed::Names;
use crate::local::{Local, OfProcess};
use crate::message::Message;
use crate::page::{Page, PageError, When};
use crate::process::{Process, Step, Wrong};
use crate::read::Read;
use crate::system::System;
use crate::view::{self, Field};
use aos::{Item, Outcome, PairsOrder, References, Sent};
use smol_str::SmolStr;
use std::sync::Arc;

/// The processes of a page in the states that a log leads to.
pub struct Replay {
    system: System,
    locals: Vec<Local>,
}

/// What the evaluation of a real message leads to.
#[derive(Clone, Debug)]
pub struct Done {
    /// What it sends, with real ids.
    pub sent: Vec<Sent>,
    /// How it ended.
    pub outcome: Outcome,
    /// The handlers that ran, and how it ended.
    pub told: String,
    /// Whether it changed the state or sent something.
    pub has_effect: bool,
    /// What is wrong with the handlers, if it shows here.
    pub wrong: Option<Wrong>,
    /// The promises of steps that it breaks, by their places.
    pub broken: Vec<(usize, Judgement)>,
    /// What promises see of the process before.
    pub before: Vec<(String, Field)>,
    /// What they see of it after.
    pub after: Vec<(String, Field)>,
}

impl Done {
    /// What changed, in words: `supply is now 60`.
    pub fn changes(&self) -> Vec<String> {
        view::changes(&self.before, &self.after)
    }
}

impl Replay {
    /// The processes as they are before their first message.
    ///
    /// # Errors
    /// Why the page, or a process, cannot be run.
    pub fn new(read: Read) -> Result<Self, PageError> {
        let system = System::new(read)?;
        let locals = system.participants.iter().map(Participant::first).collect();
        Ok(Self { system, locals })
    }

    /// What the page says.
    pub fn page(&self) -> &Page {
        &self.system.page
    }

    /// What the page calls real ids.
    pub fn names(&self) -> &Names {
        &self.page().deployed.names
    }

    /// Evaluates an item, by the place of the process on the page. References are counted from
    /// the one after `reference`. Nothing if the process does not trust who signed it, or has
    /// stopped.
    ///
    /// # Errors
    /// What the handlers ask for that the host does not do, or why a promise cannot be judged.
    pub fn evaluate(
        &mut self,
        place: usize,
        item: &Item,
        reference: i64,
    ) -> Result<Option<Done>, String> {
        let participant = &self.system.participants[place];
        let (Role::Process(process), Local::Process(local)) =
            (&participant.role, &self.locals[place])
        else {
            return Err(format!("place {place} of the page is no process"));
        };
        let (owner, from) = (text(&item.owner), text(&item.from));
        if local.is_stopped || !process.does_trust(&local.state, &owner, &from)? {
            return Ok(None);
        }
        let run = |order| process.run(&local.state, item, References::After(reference), order);
        let evaluation = run(PairsOrder::Sorted)?;
        let turned = evaluation.is_ordered.then(|| run(PairsOrder::Reversed)).transpose()?;
        let differs = turned.is_some_and(|turned| !evaluation.does_the_same(&turned));
        let (sent, outcome) = (evaluation.sent.clone(), evaluation.outcome.clone());
        let message = self.message(item);
        let wrong = differs.then_some(Wrong::DependsOnOrder);
        let prefix = format!("{}/", message.id);
        let mut step = process.step(&local.state, &message, &prefix, evaluation, wrong);
        let names = self.names();
        step.sent = step.sent.into_iter().map(|sent| names.message(sent)).collect();
        let (after, broken) = self.judged(participant, process, local, &message, &step)?;
        let seen = |local: &OfProcess| participant.seen(&Local::Process(local.clone()));
        let done = Done {
            has_effect: after.state != local.state || !step.sent.is_empty(),
            sent,
            outcome,
            told: step.told.clone(),
            wrong: step.wrong,
            broken,
            before: seen(local),
            after: seen(&after),
        };
        self.locals[place] = Local::Process(after);
        Ok(Some(done))
    }

    /// Replaces the file of a process by its successor, by the place of the process on the page.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub fn upgrade(&mut self, place: usize) -> Result<(), String> {
        let participant = &self.system.participants[place];
        let (Role::Process(process), Local::Process(local)) =
            (&participant.role, &mut self.locals[place])
        else {
            return Err(format!("place {place} of the page is no process"));
        };
        local.state = process.upgraded(&local.state)?;
        Ok(())
    }

    /// Judges the promises of states that are wanted, while these messages are on their way. With
    /// each comes its place on the page.
    ///
    /// # Errors
    /// Why one cannot be judged.
    pub fn judge(
        &self,
        in_flight: &[Message],
        is_wanted: impl Fn(usize) -> bool,
    ) -> Result<Vec<(usize, Judgement)>, String> {
        let asked = self.page().promises.iter().enumerate();
        let asked = asked.filter(|(_, promise)| !matches!(promise.when, When::EachStep(_)));
        let wanted: Vec<_> = asked.map(|(place, _)| place).filter(|at| is_wanted(*at)).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let mut court = self.system.world.court();
        court.forget();
        let mut views = Vec::new();
        for (place, (participant, local)) in self.participants() {
            let (name, is_person) = match &participant.role {
                Role::Process(process) => (&process.told.name, false),
                Role::Person(person) => (&person.name, true),
                Role::Nobody => continue,
            };
            let seen = participant.seen(local);
            if let Role::Process(process) = &participant.role {
                refuse_masks(process, &seen)?;
            }
            views.push(court.view(place, (name, is_person), &seen)?);
        }
        let numbers = in_flight.iter().map(|message| court.number(&Arc::new(message.clone())));
        let numbers = numbers.collect::<Result<Vec<_>, _>>()?;
        let judge = |place| {
            let judgement = court.judge(place, views.iter().copied(), &numbers)?;
            Ok((place, judgement))
        };
        wanted.into_iter().map(judge).collect()
    }

    /// What promises see of a process, by its place on the page.
    pub fn books(&self, place: usize) -> Vec<(String, Field)> {
        self.system.participants[place].seen(&self.locals[place])
    }

    /// A message as promises see it.
    pub fn message(&self, item: &Item) -> Message {
        let tags = item.tags.iter().map(|(name, value)| (text(name), text(value)));
        self.names().message(Message {
            id: text(&item.id),
            from: text(&item.from),
            owner: text(&item.owner),
            target: text(&item.target),
            tags: tags.collect(),
            data: text(&item.data),
            at: 0,
            place: 0,
            stops: false,
        })
    }

    fn participants(&self) -> impl Iterator<Item = (usize, (&Participant, &Local))> {
        self.system.participants.iter().zip(&self.locals).enumerate()
    }

    /// What is left of a step, and the promises of steps that it breaks.
    fn judged(
        &self,
        participant: &Participant,
        process: &Process,
        before: &OfProcess,
        message: &Message,
        step: &Step,
    ) -> Result<(OfProcess, Vec<(usize, Judgement)>), String> {
        let mut after =
            OfProcess { state: step.after.clone(), is_stopped: step.stops, ..before.clone() };
        let world = &self.system.world;
        let mut court = world.court();
        court.forget();
        let event = Event { participant, process, before, after: &after, message, step };
        let told = court.event(&event)?;
        let records = world.records_of(participant.place).zip(&before.records);
        let fold = |((place, _), record): ((usize, _), &Arc<str>)| court.fold(place, record, &told);
        let records = records.map(fold).collect::<Result<Vec<_>, _>>()?;
        let told = if records == before.records {
            told
        } else {
            after.records = records;
            let event = Event { participant, process, before, after: &after, message, step };
            court.event(&event)?
        };
        let mut broken = Vec::new();
        for (place, promise) in self.page().promises.iter().enumerate() {
            let When::EachStep(of) = promise.when else { continue };
            if of.is_none_or(|of| of == participant.place) {
                let judgement = court.judge_step(place, &told)?;
                if !judgement.holds {
                    broken.push((place, judgement));
                }
            }
        }
        Ok((after, broken))
    }
}

fn text(bytes: &[u8]) -> SmolStr {
    String::from_utf8_lossy(bytes).into()
}
