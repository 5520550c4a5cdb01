//! What all participants share.

use crate::court::{Court, Event};
use crate::end::{End, STOPPED};
use crate::locked::lock;
use crate::message::Message;
use crate::page::{Instant, Promise, Record, When};
use crate::process::{Process, Step};
use crate::steps::Steps;
use aos::stop;
use smol_str::SmolStr;
use stateright::actor::Id;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

/// What Lua says where there is none.
const NO_MEMORY: &str = "not enough memory";

/// What a person keeps of messages: of each Action the tags that later messages of its repeat.
pub type Awaited = BTreeMap<SmolStr, BTreeSet<SmolStr>>;

/// What all participants share.
pub struct World {
    /// Where messages to an address go.
    pub addresses: BTreeMap<SmolStr, Id>,
    /// What each person waits for.
    pub awaited: BTreeMap<SmolStr, Awaited>,
    /// Whether a message may arrive a second time.
    pub repeats: bool,
    /// The processes that a signed message reaches as often as anybody schedules it.
    pub unfiltered: BTreeSet<SmolStr>,
    /// The processes for which nothing that a process sends can be scheduled.
    pub no_pushes: BTreeSet<SmolStr>,
    /// Whether messages from one sender to one receiver arrive as they were sent.
    pub is_ordered: bool,
    /// The instants that are told apart.
    pub instants: Vec<Instant>,
    /// What is remembered.
    pub records: Vec<Record>,
    pub promises: Vec<Promise>,
    /// What judges that.
    pub court: Mutex<Court>,
    /// What somebody should know who reads the verdicts: messages that nobody acts on.
    pub notes: Mutex<BTreeSet<String>>,
    /// What people did, by name and act.
    pub acted: Mutex<BTreeSet<(SmolStr, SmolStr)>>,
    /// Why no verdict means anything, if so: what a handler asked for that the host does not do,
    /// or a promise that cannot be judged.
    pub failure: Mutex<Option<String>>,
    /// The name that messages give the page.
    pub file: String,
    /// Where evaluations are kept, if somebody compares them.
    pub(crate) steps: Option<Arc<Steps>>,
    /// When evaluations are given up.
    pub(crate) end: End,
}

impl World {
    /// What judges, for one question.
    pub fn court(&self) -> MutexGuard<'_, Court> {
        lock(&self.court)
    }

    /// The answer to one question, for which the memory that is left must be enough.
    ///
    /// # Errors
    /// Why there is none. Where the search is over there is none, as it may be that not all is
    /// seen that was asked about.
    pub fn ask<T>(&self, ask: impl FnOnce(&mut Court) -> Result<T, String>) -> Result<T, String> {
        let mut court = self.court();
        if stop::is_held() {
            return ask(&mut court);
        }
        self.end.watched(|| {
            if stop::is_due() {
                return Err(STOPPED.to_owned());
            }
            let is_limited = court.limit_memory(self.end.memory_left());
            let answer = ask(&mut court);
            court.limit_memory(None);
            if is_limited && answer.as_ref().is_err_and(|why| why.contains(NO_MEMORY)) {
                self.end.fill();
            }
            if stop::is_due() { Err(STOPPED.to_owned()) } else { answer }
        })
    }

    /// The Timestamp of what arrives at an instant.
    pub fn timestamp(&self, at: u8) -> i64 {
        self.instants.get(usize::from(at)).map_or(0, |instant| instant.at)
    }

    /// The records of a process with their places on the page.
    pub fn records_of(&self, process: usize) -> impl Iterator<Item = (usize, &Record)> {
        self.records.iter().enumerate().filter(move |(_, record)| record.process == process)
    }

    /// The records of a process after an evaluation.
    pub fn folded(&self, event: &Event<'_>) -> Vec<Arc<str>> {
        let before = &event.before.records;
        if before.is_empty() {
            return Vec::new();
        }
        let Some(event_told) = self.answered(|court| court.event(event)) else {
            return before.clone();
        };
        let fold = |((place, _), before): ((usize, &Record), &Arc<str>)| {
            let folded = self.answered(|court| court.fold(place, before, &event_told));
            folded.unwrap_or_else(|| Arc::clone(before))
        };
        self.records_of(event.participant.place).zip(before).map(fold).collect()
    }

    /// The promises of steps that an evaluation breaks: bit `i` for the one at place `i`.
    pub fn broken_by(&self, event: &Event<'_>) -> u64 {
        let asked = self.promises.iter().enumerate();
        let asked = asked.filter(|(_, promise)| match promise.when {
            When::EachStep(of) => of.is_none_or(|place| place == event.participant.place),
            _ => false,
        });
        let mut asked = asked.map(|(place, _)| place).peekable();
        if asked.peek().is_none() {
            return 0;
        }
        let Some(event) = self.answered(|court| court.event(event)) else { return 0 };
        let is_broken = |place: &usize| {
            let judgement = self.answered(|court| court.judge_step(*place, &event));
            judgement.is_some_and(|judgement| !judgement.holds)
        };
        asked.filter(is_broken).fold(0, |all, place| all | 1 << place)
    }

    /// The answer to one question; where there is none, the search fails for that reason.
    pub fn answered<T>(&self, ask: impl FnOnce(&mut Court) -> Result<T, String>) -> Option<T> {
        self.ask(ask).map_err(|why| self.fail(why)).ok()
    }

    /// Keeps why no verdict means anything. That something was given up is no reason.
    pub fn fail(&self, why: String) {
        if !self.end.is_over() {
            lock(&self.failure).get_or_insert(why);
        }
    }

    /// Notes what a step leaves undone.
    pub fn note(&self, process: &Process, message: &Message, step: &Step) {
        let name = &process.told.name;
        let action = message.tag("Action").unwrap_or("a message without Action");
        let Message { from, .. } = message;
        let idle = step.is_idle.then(|| format!("{name}, {action} from {from}: {}", step.told));
        let skipped = step.skipped.iter().map(|why| format!("{name}, {action} from {from}: {why}"));
        let lost = step.sent.iter().filter(|sent| !self.addresses.contains_key(&sent.target));
        let lost = lost.map(|Message { target, .. }| {
            format!("{name} sends to '{target}', who is not on the page")
        });
        lock(&self.notes).extend(idle.into_iter().chain(skipped).chain(lost));
    }

    /// Where a message goes, if anybody reads it. What a person does not wait for goes to nobody:
    /// it would change nothing.
    pub fn reader(&self, message: &Message) -> Option<Id> {
        let reader = self.addresses.get(&message.target)?;
        let is_read = match self.awaited.get(&message.target) {
            Some(awaited) => {
                message.tag("Action").is_some_and(|action| awaited.contains_key(action))
            }
            None => true,
        };
        let is_taken = !message.is_pushed() || !self.no_pushes.contains(&message.target);
        (is_read && is_taken).then_some(*reader)
    }
}
