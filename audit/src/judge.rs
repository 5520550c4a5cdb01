//! How each promise stands, message after message.

use crate::report::{Moment, OfPromise, Stands};
use aos::{Observed, Value};
use page::court::Judgement;
use page::page::{Page, When};
use page::replay::Done;
use page::view::{Field, shown};
use std::collections::{BTreeMap, BTreeSet};

/// How the promises of a page stand so far.
pub struct Stand {
    promises: Vec<OfPromise>,
    whens: Vec<When>,
    /// The process that a promise of steps is about.
    of: Vec<Option<String>>,
    /// Those of whom the log says nothing, by name, and why.
    unheard: BTreeMap<String, String>,
    /// Promises that look at what is on its way.
    of_flight: BTreeSet<usize>,
    /// Promises at rest that fail only if what never arrived is lost.
    doubts: BTreeMap<usize, (Moment, String)>,
}

/// What is on its way when promises are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flight {
    /// Something that arrives later.
    Coming,
    /// Every entry has arrived.
    Nothing,
    /// Only what never arrives in the log, and may still be on its way.
    OnlyMissing,
    /// Only what is lost for good.
    OnlyLost,
}

impl Stand {
    /// Nothing has happened yet. Of those who are `unheard` of, the log says nothing.
    pub fn new(page: &Page, unheard: BTreeMap<String, String>) -> Self {
        let stands = |when: &When| match when {
            When::Seen => Stands::NotSeen,
            When::WayOut(_) | When::WayIn => Stands::NotAsked,
            _ => Stands::Kept,
        };
        let of = |promise: &page::page::Promise| match promise.when {
            When::EachStep(Some(place)) => Some(page.processes[place].name.to_string()),
            _ => None,
        };
        let promise = |promise: &page::page::Promise| OfPromise {
            promise: promise.name.clone(),
            kind: stands(&promise.when),
            why: String::new(),
            at: None,
            before: Vec::new(),
            after: Vec::new(),
        };
        let mut new = Self {
            promises: page.promises.iter().map(promise).collect(),
            whens: page.promises.iter().map(|promise| promise.when.clone()).collect(),
            of: page.promises.iter().map(of).collect(),
            unheard,
            of_flight: BTreeSet::new(),
            doubts: BTreeMap::new(),
        };
        for place in 0..new.promises.len() {
            let missing =
                page.processes.iter().filter_map(|one| new.unheard.get(one.name.as_str()));
            let why = match (&new.whens[place], &new.of[place]) {
                (When::EachStep(_), Some(name)) => new.unheard.get(name).cloned(),
                (When::EachStep(_), None) => missing.clone().next().cloned(),
                _ => None,
            };
            if let Some(why) = why {
                new.give_up(place, &why, None);
            }
        }
        new
    }

    /// From now on nothing is known of a process.
    pub fn lose(&mut self, name: &str, why: &str, at: &Moment) {
        self.unheard.entry(name.to_owned()).or_insert_with(|| why.to_owned());
        for place in 0..self.promises.len() {
            let is_own = self.of[place].as_deref() == Some(name);
            let is_of_all = matches!(self.whens[place], When::EachStep(None));
            if is_own || is_of_all {
                self.give_up(place, why, Some(at));
            }
        }
    }

    fn give_up(&mut self, place: usize, why: &str, at: Option<&Moment>) {
        let promise = &mut self.promises[place];
        if promise.kind == Stands::Kept || promise.kind == Stands::NotSeen {
            promise.kind = Stands::CannotTell;
            why.clone_into(&mut promise.why);
            promise.at = at.cloned();
        }
    }

    /// Whether a promise may stand otherwise than before, after a message with or without effect.
    pub fn is_due(&self, place: usize, has_effect: bool, flight: Flight) -> bool {
        match self.whens[place] {
            When::AtRest => flight != Flight::Coming,
            _ => has_effect || self.of_flight.contains(&place),
        }
    }

    /// Whether a promise of states is still open, and so is to be judged.
    pub fn is_open(&self, place: usize) -> bool {
        matches!(self.promises[place].kind, Stands::Kept | Stands::NotSeen)
            && !matches!(self.whens[place], When::WayOut(_) | When::WayIn)
    }

    /// Takes what the evaluation of a message broke.
    pub fn after_step(&mut self, done: &Done, at: &Moment) {
        for (place, judgement) in &done.broken {
            self.break_it(*place, judgement, (at, Some(done)));
        }
    }

    /// Takes how the promises of states are judged after a message.
    pub fn after_state(
        &mut self,
        judged: &[(usize, Judgement)],
        flight: Flight,
        (at, done): (&Moment, Option<&Done>),
    ) {
        for (place, judgement) in judged {
            if !self.is_open(*place) {
                continue;
            }
            let has_flight =
                judgement.read.iter().any(|read| read == "in_flight" || read == "at_rest");
            if has_flight {
                self.of_flight.insert(*place);
            }
            let unheard = judgement.read.iter().find_map(|read| self.unheard.get(read)).cloned();
            if let Some(why) = unheard {
                self.give_up(*place, &why, Some(at));
                continue;
            }
            match (&self.whens[*place], judgement.holds) {
                (When::Seen, true) => {
                    let promise = &mut self.promises[*place];
                    (promise.kind, promise.at) = (Stands::Seen, Some(at.clone()));
                }
                (When::Always, false) => self.break_it(*place, judgement, (at, done)),
                (When::AtRest, false) => match flight {
                    Flight::Coming => {}
                    Flight::Nothing | Flight::OnlyLost => {
                        self.break_it(*place, judgement, (at, done));
                    }
                    Flight::OnlyMissing => {
                        let why = judgement.clause.clone();
                        self.doubts.insert(*place, (at.clone(), why));
                    }
                },
                _ => {}
            }
        }
    }

    fn break_it(
        &mut self,
        place: usize,
        judgement: &Judgement,
        (at, done): (&Moment, Option<&Done>),
    ) {
        let promise = &mut self.promises[place];
        if promise.kind != Stands::Kept {
            return;
        }
        promise.kind = Stands::Broken;
        promise.why.clone_from(&judgement.clause);
        promise.at = Some(at.clone());
        if let Some(done) = done {
            (promise.before, promise.after) = books(done);
        }
    }

    /// How they stand at the end.
    pub fn end(mut self) -> Vec<OfPromise> {
        for (place, (at, why)) in std::mem::take(&mut self.doubts) {
            let why = format!("{why}, unless what never arrived is still on its way");
            self.give_up(place, &why, Some(&at));
        }
        let is_asked = |when: &When| !matches!(when, When::WayIn);
        let all = self.promises.into_iter().zip(&self.whens);
        all.filter(|(_, when)| is_asked(when)).map(|(promise, _)| promise).collect()
    }
}

/// What an evaluation changed: what was there before, and after.
fn books(done: &Done) -> (Vec<String>, Vec<String>) {
    let (before, after) = (lines(&done.before), lines(&done.after));
    let only = |of: &[String], other: &[String]| {
        of.iter().filter(|line| !other.contains(line)).cloned().collect()
    };
    (only(&before, &after), only(&after, &before))
}

/// What is seen of a process, one line for each value.
fn lines(fields: &[(String, Field)]) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, field) in fields {
        match field {
            Field::Literal(text) => lines.push(format!("{name} {text}")),
            Field::Observed(Observed::Value(value)) => {
                lines.push(format!("{name} {}", shown(value)));
            }
            Field::Observed(Observed::Entries(all) | Observed::Masked(all, _)) => {
                let entry = |(key, value): &(Value, Value)| {
                    format!("{name}[{}] {}", shown(key), shown(value))
                };
                let mut entries: Vec<_> = all.iter().map(entry).collect();
                entries.sort();
                lines.extend(entries);
            }
        }
    }
    lines
}

/// The books of a process in a few lines: its values, and of tables how many entries they have,
/// their sum, and what they say of those with these names.
pub fn summary(fields: &[(String, Field)], names: &[String]) -> Vec<String> {
    let line = |(name, field): &(String, Field)| match field {
        Field::Literal(text) => format!("{name} {text}"),
        Field::Observed(Observed::Value(value)) => format!("{name} {}", shown(value)),
        Field::Observed(Observed::Entries(all) | Observed::Masked(all, _)) => {
            table(name, all, names)
        }
    };
    fields.iter().map(line).collect()
}

fn table(name: &str, all: &[(Value, Value)], names: &[String]) -> String {
    let amounts = all.iter().map(|(_, value)| shown(value).parse::<i128>());
    let total = amounts.sum::<Result<i128, _>>();
    let total = total.map(|total| format!(", {total} in all")).unwrap_or_default();
    let is_named = |key: &Value| names.contains(&shown(key));
    let held = all.iter().filter(|(key, _)| is_named(key));
    let held = held.map(|(key, value)| format!(", {} {}", shown(key), shown(value)));
    let mut held: Vec<_> = held.collect();
    held.sort();
    let entries =
        if all.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", all.len()) };
    format!("{name}: {entries}{total}{}", held.concat())
}
