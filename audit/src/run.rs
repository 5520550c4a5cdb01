//! The replay: every message in order, through the processes of the page.

use crate::compare::{compare, compare_ledger};
use crate::entry::{Entry, Kind, Post};
use crate::files::Log;
use crate::join::{GIVES_UP, Joined, Outboxes, Place, newest};
use crate::judge::{Flight, Stand};
use crate::money::Effects;
use crate::names::Known;
use crate::report::{Differs, Moment, Unknown};
use crate::schedule::{FlawKind, Schedule};
use aos::Item;
use page::message::Message;
use page::replay::{Done, Replay};
use std::collections::{BTreeMap, BTreeSet};

/// The replay of a log.
pub struct Run<'a> {
    log: &'a Log,
    known: &'a Known,
    replay: Replay,
    /// The Eval that brought the handlers of each process.
    first_evals: BTreeMap<String, u64>,
    /// Arrivals of messages that had arrived before.
    copies: BTreeSet<Place>,
    /// Where each process stands so far, by id.
    pub tracks: BTreeMap<String, Track>,
    /// What each evaluation did.
    pub effects: Effects,
    /// What each evaluation of a process with a file sent.
    pub sent: Outboxes,
}

/// Where a process stands so far.
#[derive(Debug, Default)]
pub struct Track {
    /// Evaluations that were compared with what was recorded.
    pub compared: usize,
    /// Evaluations without a record.
    pub unrecorded: usize,
    /// Evals of the owner.
    pub evals: Vec<u64>,
    /// The first difference.
    pub differs: Option<Differs>,
    /// From which slot on its state is not known.
    pub unknown: Option<Unknown>,
    /// What to know of it.
    pub notes: BTreeSet<String>,
    seen: BTreeSet<String>,
    reference: i64,
}

impl<'a> Run<'a> {
    /// Nothing has been replayed yet.
    pub fn new(log: &'a Log, known: &'a Known, replay: Replay) -> Self {
        let tracks = known.places.keys().map(|id| (id.clone(), Track::default())).collect();
        let (effects, sent) = (Effects::new(), Outboxes::new());
        let (first_evals, copies) = (BTreeMap::new(), BTreeSet::new());
        let mut run = Self { log, known, replay, first_evals, copies, tracks, effects, sent };
        for (id, schedule) in &log.schedules {
            if let Some(first) = schedule.entries.values().find(|entry| run.is_eval(entry)) {
                run.first_evals.insert(id.clone(), first.slot);
            }
        }
        run
    }

    /// The processes as they are now.
    pub fn replay(&self) -> &Replay {
        &self.replay
    }

    /// Takes one message; what its evaluation did, if it had one.
    fn take(&mut self, (id, slot): &Place) -> Option<Done> {
        let place = *self.known.places.get(id)?;
        let schedule = &self.log.schedules[id];
        let entry = &schedule.entries[slot];
        self.lose_by_flaw(entry);
        let is_first = self.tracks.get_mut(id)?.seen.insert(entry.id().to_owned());
        match plan(schedule, entry, is_first) {
            Plan::Nothing => {
                if self.is_eval(entry) {
                    self.tracks.get_mut(id)?.evals.push(*slot);
                }
                self.effects.insert((id.clone(), *slot), false);
                None
            }
            Plan::Unknown(why) => {
                self.lose(entry, why);
                None
            }
            Plan::Evaluate if self.is_eval(entry) => {
                self.tracks.get_mut(id)?.evals.push(*slot);
                if self.known.upgrades.get(id) == Some(slot)
                    && let Err(why) = self.replay.upgrade(place)
                {
                    self.lose(entry, why);
                }
                None
            }
            Plan::Evaluate if self.is_before_handlers(entry) => None,
            Plan::Evaluate => self.evaluate(place, entry),
        }
    }

    fn evaluate(&mut self, place: usize, entry: &Entry) -> Option<Done> {
        let id = &entry.process;
        let schedule = &self.log.schedules[id];
        let outcome = schedule.outcomes.get(&entry.slot);
        let track = self.tracks.get_mut(id)?;
        // What was sent outside of the replay counts, too.
        let recorded = outcome.and_then(|outcome| outcome.posts.first()?.reference()?.parse().ok());
        let reference = recorded.map_or(track.reference, |first: i64| first.saturating_sub(1));
        let done = match self.replay.evaluate(place, &item(entry), reference) {
            Ok(done) => done,
            Err(why) => {
                self.lose(entry, why);
                return None;
            }
        };
        let is_built_in = self.replay.page().processes[place].is_built_in;
        let count = done.as_ref().map_or(0, |done| done.sent.len());
        track.reference = reference.saturating_add(i64::try_from(count).unwrap_or(i64::MAX));
        let difference = outcome.map(|outcome| {
            if is_built_in {
                compare_ledger(entry, outcome, done.as_ref())
            } else {
                compare(outcome, done.as_ref())
            }
        });
        // Behind a hole nobody knows what the answers should be.
        let is_known = track.unknown.is_none();
        match difference {
            None => track.unrecorded += 1,
            Some(_) if !is_known => {}
            Some(None) => track.compared += 1,
            Some(Some(difference)) => {
                track.compared += 1;
                let why = "its handlers are others than those of the page, or it had another state";
                track.unknown = Some(Unknown { slot: entry.slot, why: why.to_owned() });
                let message = told(entry);
                track.differs = Some(Differs { slot: entry.slot, message, difference });
            }
        }
        if let Some(wrong) = done.as_ref().and_then(|done| done.wrong) {
            track.notes.insert(format!("at {}, {}: {wrong:?}", entry.slot, entry.action()));
        }
        let has_effect = done.as_ref().is_some_and(|done| done.has_effect);
        let key = (id.clone(), entry.slot);
        if has_effect && outcome.is_none() && self.copies.contains(&key) {
            let why = "no result says whether this copy was evaluated";
            self.lose(entry, why.to_owned());
        } else if is_known {
            self.effects.insert(key.clone(), has_effect);
        }
        if !is_built_in {
            let posts = done.iter().flat_map(|done| &done.sent).map(Post::of).collect();
            self.sent.insert(key, posts);
        } else if outcome.is_none() && entry.action() == "Transfer" {
            // What its accounts held at first is known from results alone.
            self.lose(entry, "no result says whether this Transfer was carried out".to_owned());
        }
        done
    }

    fn lose(&mut self, entry: &Entry, why: String) {
        if let Some(track) = self.tracks.get_mut(&entry.process) {
            track.unknown.get_or_insert(Unknown { slot: entry.slot, why });
        }
    }

    /// Behind a hole nobody knows the state.
    fn lose_by_flaw(&mut self, entry: &Entry) {
        let is_hole = |kind| matches!(kind, FlawKind::Gap | FlawKind::Conflict | FlawKind::Chain);
        let hole = self.log.flaws.iter().find(|flaw| {
            flaw.process == entry.process
                && is_hole(flaw.kind)
                && flaw.slot.is_some_and(|slot| slot > 0 && slot <= entry.slot)
        });
        let starts_late = self.log.schedules[&entry.process].entries.keys().next() > Some(&1);
        if let Some(flaw) = hole {
            let why = flaw.what.clone();
            self.lose(entry, why);
        } else if starts_late {
            self.lose(entry, "the log does not begin at the start".to_owned());
        }
    }

    fn is_eval(&self, entry: &Entry) -> bool {
        let owner = self.log.schedules[&entry.process].process_item().map(|item| &item.owner);
        entry.action() == "Eval" && owner.is_none_or(|owner| *owner == entry.from)
    }

    /// The handlers came with the first Eval, where there was one.
    fn is_before_handlers(&self, entry: &Entry) -> bool {
        self.first_evals.get(&entry.process).is_some_and(|first| entry.slot < *first)
    }

    /// Replays all messages in this order, without a look at the promises.
    pub fn play(&mut self, order: &[Place]) {
        for place in order {
            self.take(place);
        }
    }

    /// Judges the promises of states before anything happened.
    fn judge_first(&self, stand: &mut Stand) -> Result<(), String> {
        let start = Moment {
            process: String::new(),
            slot: 0,
            id: String::new(),
            message: "the state before the first message".to_owned(),
            timestamp: 0,
        };
        let judged = self.replay.judge(&[], |at| stand.is_open(at))?;
        stand.after_state(&judged, Flight::Coming, (&start, None));
        Ok(())
    }

    /// Replays all messages in this order, and judges every promise after each.
    ///
    /// # Errors
    /// Why a promise cannot be judged.
    pub fn judge(
        &mut self,
        order: &[Place],
        joined: &Joined,
        stand: &mut Stand,
    ) -> Result<(), String> {
        let mut air = Air::new(self.log, joined);
        self.copies = joined.copies().collect();
        self.judge_first(stand)?;
        for place in order {
            let done = self.take(place);
            let entry = &self.log.schedules[&place.0].entries[&place.1];
            let names = self.replay.names();
            let moment = Moment {
                process: names.told(&place.0).to_string(),
                slot: place.1,
                id: entry.id().to_owned(),
                message: told(entry),
                timestamp: entry.timestamp,
            };
            if let Some(unknown) =
                self.tracks.get(&place.0).and_then(|track| track.unknown.as_ref())
            {
                stand.lose(&moment.process, &unknown.why, &moment);
            }
            let is_unknown = self.tracks.get(&place.0).is_some_and(|track| track.unknown.is_some());
            if let Some(done) = done.as_ref().filter(|_| !is_unknown) {
                stand.after_step(done, &moment);
            }
            air.pass(place);
            let has_effect = done.as_ref().is_some_and(|done| done.has_effect);
            let flight = air.flight();
            let wanted = |at: usize| stand.is_open(at) && stand.is_due(at, has_effect, flight);
            let in_flight = air.messages(&self.replay);
            let judged = self.replay.judge(&in_flight, wanted)?;
            stand.after_state(&judged, flight, (&moment, done.as_ref()));
        }
        Ok(())
    }
}

/// What is to be done with a message.
enum Plan {
    Evaluate,
    Nothing,
    Unknown(String),
}

fn plan(schedule: &Schedule, entry: &Entry, is_first: bool) -> Plan {
    match entry.kind {
        // aos answers no assignment that its process has not asked for.
        Kind::Process | Kind::Assigned => return Plan::Nothing,
        Kind::Elsewhere => {
            let why = "a message was assigned that lies elsewhere: fetch it, and see what it did";
            return Plan::Unknown(why.to_owned());
        }
        Kind::Message => {}
    }
    if let Some(path) = &entry.path {
        return Plan::Unknown(format!("a message chose its own path, {path}"));
    }
    let last = schedule.outcomes.last_key_value().map_or(0, |(slot, _)| *slot);
    let is_listed = schedule.outcomes.contains_key(&entry.slot);
    let is_known_id = !is_first && !entry.form.is_of_node();
    // A CU does not evaluate a copy that it recognises, and then lists nothing for it. Without a
    // list, it is known to recognise what a person signed.
    let is_skipped = if schedule.lists_evaluations && entry.slot < last {
        !is_listed
    } else {
        !is_listed && !entry.is_pushed()
    };
    if is_known_id && is_skipped { Plan::Nothing } else { Plan::Evaluate }
}

/// An item as the host takes it.
fn item(entry: &Entry) -> Item {
    let bytes = |text: &str| text.as_bytes().to_vec();
    Item {
        id: bytes(entry.id()),
        from: bytes(&entry.from),
        owner: bytes(&entry.owner),
        target: bytes(if entry.target.is_empty() { &entry.process } else { &entry.target }),
        data: bytes(entry.data.as_deref().unwrap_or_default()),
        tags: entry.tags.iter().map(|(name, value)| (bytes(name), bytes(value))).collect(),
        timestamp: entry.timestamp,
        block_height: entry.height,
    }
}

/// A message in words: `Transfer from alice`.
pub fn told(entry: &Entry) -> String {
    let quantity =
        entry.tag("Quantity").map(|quantity| format!(" of {}", crate::schedule::short(quantity)));
    let from = if entry.from.is_empty() { "somebody" } else { &entry.from };
    format!("{}{} from {from}", entry.action(), quantity.unwrap_or_default())
}

/// What is on its way.
struct Air<'a> {
    joined: &'a Joined,
    /// Fates by the evaluation that sends them.
    sent: BTreeMap<&'a Place, Vec<usize>>,
    /// Fates by their first arrival.
    arrives: BTreeMap<Place, Vec<usize>>,
    aloft: BTreeSet<usize>,
    /// Fates that never arrive, and whether each is lost for good.
    missing: BTreeMap<usize, bool>,
}

impl<'a> Air<'a> {
    fn new(log: &Log, joined: &'a Joined) -> Self {
        let newest = newest(log);
        let mut air = Self {
            joined,
            sent: BTreeMap::new(),
            arrives: BTreeMap::new(),
            aloft: BTreeSet::new(),
            missing: BTreeMap::new(),
        };
        for (number, fate) in joined.fates.iter().enumerate() {
            air.sent.entry(&fate.from).or_default().push(number);
            if let Some(first) = fate.arrivals.first() {
                air.arrives.entry((fate.to.clone(), first.slot)).or_default().push(number);
            } else {
                let sent = log.schedules[&fate.from.0].entries.get(&fate.from.1);
                let sent = sent.map_or(newest, |entry| entry.timestamp);
                air.missing.insert(number, newest.saturating_sub(sent) > GIVES_UP);
            }
        }
        air
    }

    fn pass(&mut self, place: &Place) {
        for number in self.arrives.get(place).into_iter().flatten() {
            self.aloft.remove(number);
        }
        self.aloft.extend(self.sent.get(place).into_iter().flatten());
    }

    fn flight(&self) -> Flight {
        if self.aloft.is_empty() {
            return Flight::Nothing;
        }
        let lost = self.aloft.iter().map(|number| self.missing.get(number));
        match lost.collect::<Option<Vec<_>>>() {
            None => Flight::Coming,
            Some(lost) if lost.iter().all(|lost| **lost) => Flight::OnlyLost,
            Some(_) => Flight::OnlyMissing,
        }
    }

    /// As promises see it: nothing where nothing is to come.
    fn messages(&self, replay: &Replay) -> Vec<Message> {
        if self.flight() != Flight::Coming {
            return Vec::new();
        }
        let message = |number: &usize| {
            let fate = &self.joined.fates[*number];
            let bytes = |text: &str| text.as_bytes().to_vec();
            let tags = fate.post.tags.iter().map(|(name, value)| (bytes(name), bytes(value)));
            replay.message(&Item {
                id: format!("{}/{}/{}", fate.from.0, fate.from.1, fate.index).into_bytes(),
                from: bytes(&fate.from.0),
                owner: bytes(page::message::MESSENGER),
                target: bytes(&fate.to),
                data: bytes(&fate.post.data),
                tags: tags.collect(),
                ..Item::default()
            })
        };
        self.aloft.iter().map(message).collect()
    }
}
