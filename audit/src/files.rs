//! Which form a file has, and what all files say together.

use crate::chain::{self, Followed};
use crate::entry::Outcome;
use crate::json::{At, LogError};
use crate::results::{self, By, Known, Push};
use crate::schedule::{Flaw, FlawKind, Page, Schedule};
use crate::{node, su};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What all files say.
#[derive(Debug, Default)]
pub struct Log {
    /// The log of each process, by id.
    pub schedules: BTreeMap<String, Schedule>,
    /// How far each hash chain was followed.
    pub chains: BTreeMap<String, Followed>,
    /// What is wrong with them.
    pub flaws: Vec<Flaw>,
    /// Files that are no logs.
    pub ignored: Vec<String>,
    /// Results that belong to no message of the log.
    pub strays: Vec<String>,
    results: Vec<Results>,
}

/// Results of one file.
#[derive(Debug)]
struct Results {
    file: String,
    labels: BTreeSet<String>,
    known: Vec<Known>,
    is_list: bool,
    continues: bool,
}

/// A file of a log.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name, as messages give it.
    pub name: String,
    /// The content, which need not be text.
    pub bytes: Vec<u8>,
    /// Whether it was named itself, and not its folder: then it must be a log.
    pub is_named: bool,
}

impl Log {
    /// Reads one more file.
    ///
    /// # Errors
    /// What in it is not as schedulers, CUs and nodes write it, and where.
    pub fn add(&mut self, file: &File) -> Result<(), LogError> {
        let name = &file.name;
        let value: Value = serde_json::from_slice(&file.bytes).map_err(|error| {
            LogError(format!("{name}: it is no JSON: {error}; fetch the file again"))
        })?;
        let at = At::file(&value, name);
        let labels = labels(name);
        match Form::of(&value) {
            Form::Su => self.page(su::read(&at)?, &labels, name),
            Form::Bundle => self.page(node::read_bundle(&at)?, &labels, name),
            Form::Aos2 => self.page(node::read_aos2(&at)?, &labels, name),
            Form::Results => {
                let (known, continues) = results::read_page(&at)?;
                self.results(name, labels, known, (true, continues));
            }
            Form::ById => {
                let known = results::read_by_id(&at)?;
                self.results(name, labels, known, (false, false));
            }
            Form::Result => {
                let id = labels.iter().find(|label| is_id(label)).cloned();
                let id = id.ok_or_else(|| at.refuse("a result says nothing of its message; put the id of the message into the name of the file: result.ID.json"))?;
                let known = Known { by: By::Id(id), outcome: results::result(&at)? };
                self.results(name, labels, vec![known], (false, false));
            }
            Form::Push => self.push(results::read_push(&at)?),
            Form::OfNode => {
                let slot = slot_in(name).ok_or_else(|| at.refuse("results of a node say nothing of their slot; put it into the name of the file: NAME.slot7.results.json"))?;
                let known = Known { by: By::Slot(slot), outcome: results::of_node(&at)? };
                self.results(name, labels, vec![known], (false, false));
            }
            Form::Stopped => {
                let slot = at.must("attempted-slot")?.slot()?;
                let owner =
                    self.schedules.values_mut().find(|one| !one.labels.is_disjoint(&labels));
                if let Some(schedule) = owner {
                    schedule.stopped_at = Some(slot);
                }
            }
            Form::Other if file.is_named => {
                return Err(at.refuse("it is no page of a scheduler, no result of a CU, and nothing of a HyperBEAM node"));
            }
            Form::Other => self.ignored.push(name.clone()),
        }
        Ok(())
    }

    fn page(&mut self, page: Page, labels: &BTreeSet<String>, file: &str) {
        let own = page.process.clone();
        let Some(process) = own.or_else(|| Some(page.entries.first()?.process.clone())) else {
            self.ignored.push(format!("{file}, an empty page"));
            return;
        };
        let (own, strange): (Vec<_>, Vec<_>) =
            page.entries.into_iter().partition(|entry| entry.process == process);
        let schedule = self.schedules.entry(process.clone()).or_default();
        schedule.labels.extend(labels.iter().cloned());
        self.flaws.extend(schedule.add(Page { entries: own, ..page }));
        for entry in strange {
            let what = format!("is of this process, in a page of {process}");
            self.flaws.push(crate::schedule::flaw(&entry, FlawKind::Conflict, what));
        }
    }

    fn push(&mut self, push: Push) {
        let schedule = self.schedules.entry(push.process.clone()).or_default();
        if let Some(outcome) = &push.outcome {
            schedule.outcomes.entry(push.slot).or_insert_with(|| outcome.clone());
        }
        schedule.pushes.push(push);
    }

    fn results(
        &mut self,
        file: &str,
        labels: BTreeSet<String>,
        known: Vec<Known>,
        (is_list, continues): (bool, bool),
    ) {
        self.results.push(Results { file: file.to_owned(), labels, known, is_list, continues });
    }

    /// Puts together what was read: gives each process its results, and looks for what is
    /// missing.
    #[must_use]
    pub fn finished(mut self) -> Self {
        let mut results = std::mem::take(&mut self.results);
        // What lists evaluations decides what the others can add.
        results.sort_by_key(|one| !one.is_list);
        for one in results {
            self.give(one);
        }
        for (process, schedule) in &self.schedules {
            self.flaws.extend(schedule.holes(process));
            let (followed, flaws) = chain::follow(process, schedule);
            self.flaws.extend(flaws);
            self.chains.insert(process.clone(), followed);
        }
        self.flaws.sort();
        self.flaws.dedup();
        self
    }

    fn give(&mut self, results: Results) {
        let Some(process) = self.owner(&results) else {
            self.strays.push(format!("{}: no process of the log has these results; name the file as that of its schedule: NAME.results.json", results.file));
            return;
        };
        let Some(schedule) = self.schedules.get_mut(&process) else { return };
        let listed = schedule.lists_evaluations;
        schedule.lists_evaluations |= results.is_list && !results.continues;
        for Known { by, outcome } in results.known {
            let found = match &by {
                By::Nonce(slot, _) | By::Slot(slot) => {
                    schedule.entries.contains_key(slot).then_some(*slot)
                }
                By::Id(id) => {
                    let mut entries = schedule.entries.values();
                    entries.find(|entry| entry.ids.contains(id)).map(|entry| entry.slot)
                }
            };
            let Some(slot) = found else {
                self.strays.push(format!("{}: the log has no such message", outcome.source));
                continue;
            };
            let entry = &schedule.entries[&slot];
            if let By::Nonce(_, timestamp) = by
                && timestamp != entry.timestamp
            {
                let what = format!(
                    "has the time {}, and its result is of {timestamp} ({})",
                    entry.timestamp, outcome.source
                );
                self.flaws.push(crate::schedule::flaw(entry, FlawKind::Results, what));
                continue;
            }
            if let Some(known) = schedule.outcomes.get(&slot) {
                if !is_same(known, &outcome) {
                    let what = format!(
                        "has two results that differ: {} and {}",
                        known.source, outcome.source
                    );
                    self.flaws.push(crate::schedule::flaw(entry, FlawKind::Results, what));
                }
                continue;
            }
            // What no list of evaluations has was not evaluated.
            if !(listed && matches!(by, By::Id(_))) {
                schedule.outcomes.insert(slot, outcome);
            }
        }
    }

    /// The process that results belong to: by their times or ids, or by the names of files.
    fn owner(&self, results: &Results) -> Option<String> {
        let fits = |schedule: &Schedule| {
            let known = results.known.iter().filter(|known| match &known.by {
                By::Nonce(slot, time) => {
                    schedule.entries.get(slot).is_some_and(|entry| entry.timestamp == *time)
                }
                By::Id(id) => schedule.entries.values().any(|entry| entry.ids.contains(id)),
                By::Slot(_) => false,
            });
            known.count()
        };
        let is_named = |(id, schedule): &(&String, &Schedule)| {
            results.labels.contains(*id) || !schedule.labels.is_disjoint(&results.labels)
        };
        let mut named = self.schedules.iter().filter(is_named);
        if let (Some((id, _)), None) = (named.next(), named.next()) {
            return Some(id.clone());
        }
        let mut fitting: Vec<_> = self.schedules.iter().map(|(id, one)| (fits(one), id)).collect();
        fitting.sort_unstable_by(|a, b| b.cmp(a));
        match &fitting[..] {
            [(most, id)] if *most > 0 => Some((*id).clone()),
            [(most, id), (next, _), ..] if most > next => Some((*id).clone()),
            _ => None,
        }
    }
}

/// Whether two readings of a result say the same.
fn is_same(one: &Outcome, other: &Outcome) -> bool {
    one.posts == other.posts && one.error == other.error
}

/// The forms of files.
enum Form {
    Su,
    Bundle,
    Aos2,
    Results,
    ById,
    Result,
    Push,
    OfNode,
    Stopped,
    Other,
}

impl Form {
    fn of(value: &Value) -> Self {
        let Some(fields) = value.as_object() else { return Self::Other };
        let has = |key: &str| fields.contains_key(key);
        let is_result = |value: &Value| value.get("Messages").is_some();
        if has("attempted-slot") {
            Self::Stopped
        } else if has("assignments") && has("process") {
            Self::Bundle
        } else if has("edges") && has("pageInfo") {
            Self::Results
        } else if has("edges") && has("page_info") {
            let is_of_node = value["page_info"].get("process").is_some();
            if is_of_node { Self::Aos2 } else { Self::Su }
        } else if has("Messages") || has("Error") && !has("outbox") {
            Self::Result
        } else if has("process") && has("slot") {
            Self::Push
        } else if has("outbox") || has("raw") {
            Self::OfNode
        } else if !fields.is_empty() && fields.iter().all(|(key, one)| is_id(key) && is_result(one))
        {
            Self::ById
        } else {
            Self::Other
        }
    }
}

/// Words of file names that say nothing of the process.
const FORMS: [&str; 14] = [
    "json",
    "su",
    "cu",
    "results",
    "result",
    "schedule",
    "bundle",
    "aos2",
    "aos-2",
    "before",
    "after",
    "result-by-id",
    "push-response",
    "push",
];

/// The words of the name of a file that may say whose it is.
fn labels(name: &str) -> BTreeSet<String> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let words = name.split('.').map(str::to_owned);
    let says = |word: &String| {
        let lower = word.to_ascii_lowercase();
        let is_number = lower.trim_start_matches("slot").chars().all(|c| c.is_ascii_digit());
        !FORMS.contains(&lower.as_str()) && !is_number && !word.is_empty()
    };
    words.filter(says).collect()
}

/// The number behind `slot` in the name of a file.
fn slot_in(name: &str) -> Option<u64> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.split('.').find_map(|word| word.strip_prefix("slot")?.trim_start_matches('-').parse().ok())
}

/// Whether a text looks like an id.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == aos::ID_LENGTH
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
}
