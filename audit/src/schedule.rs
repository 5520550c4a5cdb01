//! The log of one process: what its scheduler gave it, put together from pages.

use crate::entry::{Entry, Kind, Outcome};
use crate::node::TYPES;
use crate::results::Push;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A part of a schedule, as one file has it.
#[derive(Debug)]
pub struct Page {
    /// The process, where the page says it beside its entries.
    pub process: Option<String>,
    /// What it holds, in the order of the file.
    pub entries: Vec<Entry>,
    /// Whether it says that more follows.
    pub continues: bool,
}

impl Page {
    pub(crate) fn new(process: Option<&str>, entries: Vec<Entry>, continues: bool) -> Self {
        Self { process: process.map(str::to_owned), entries, continues }
    }
}

/// What is wrong with a log: it is not complete, not in order, or not what a scheduler wrote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Flaw {
    /// The id of the process, or its name on the page.
    pub process: String,
    /// The slot, if it is about one.
    pub slot: Option<u64>,
    /// Which kind of flaw it is.
    pub kind: FlawKind,
    /// What is wrong, and where.
    pub what: String,
}

/// Which rule of a log does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlawKind {
    /// Slots are missing.
    Gap,
    /// Entries stand in another order than their slots say.
    Order,
    /// Two files say different things of one slot.
    Conflict,
    /// Two results say different things of one evaluation, or one is of another time.
    Results,
    /// The hash chain does not fit.
    Chain,
    /// More follows that is not there.
    Unfinished,
    /// An item is not what its sender sent.
    Changed,
    /// An item that its sender never sent, or that no authority signed.
    Forged,
    /// The process stands still.
    Stopped,
}

/// The log of one process.
#[derive(Debug, Default)]
pub struct Schedule {
    /// Its entries by slot.
    pub entries: BTreeMap<u64, Entry>,
    /// The recorded results of its evaluations, by slot.
    pub outcomes: BTreeMap<u64, Outcome>,
    /// Whether these come from pages of results, which name each evaluation that there was.
    pub lists_evaluations: bool,
    /// What a node answered to pushes.
    pub pushes: Vec<Push>,
    /// Words of the names of its files.
    pub labels: BTreeSet<String>,
    /// Entries that more than one file has, and that are equal.
    pub read_twice: usize,
    /// The slot before which it stands still, if a node says so.
    pub stopped_at: Option<u64>,
    /// The last slots of pages that say that more follows.
    ends: BTreeSet<u64>,
}

impl Schedule {
    /// Adds a page to the log of a process; what is wrong with it.
    pub fn add(&mut self, page: Page) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let last = page.entries.iter().map(|entry| entry.slot).max();
        if page.continues
            && let Some(last) = last
        {
            self.ends.insert(last);
        }
        let mut before: Option<u64> = None;
        for entry in page.entries {
            if before.is_some_and(|before| before > entry.slot) {
                let slot = before.unwrap_or_default();
                flaws.push(flaw(
                    &entry,
                    FlawKind::Order,
                    format!("stands behind {slot}; a page has them in ascending order"),
                ));
            }
            before = Some(entry.slot);
            flaws.extend(self.put(entry));
        }
        flaws
    }

    fn put(&mut self, entry: Entry) -> Option<Flaw> {
        let Some(known) = self.entries.get_mut(&entry.slot) else {
            self.entries.insert(entry.slot, entry);
            return None;
        };
        if let Some(why) = differs(known, &entry) {
            let what = format!("is something else in {}: {why}", known.source);
            return Some(flaw(&entry, FlawKind::Conflict, what));
        }
        self.read_twice += 1;
        known.ids.extend(entry.ids.iter().cloned());
        known.content = known.content.take().or_else(|| entry.content.clone());
        // The bundle says more than the other form.
        if known.form == crate::entry::Form::Aos2 && entry.form == crate::entry::Form::Bundle {
            let ids = std::mem::take(&mut known.ids);
            *known = Entry { ids, ..entry };
        }
        None
    }

    /// The process itself, if it is in the log.
    pub fn process_item(&self) -> Option<&Entry> {
        self.entries.values().next().filter(|entry| entry.kind == Kind::Process)
    }

    /// The last entry.
    pub fn last(&self) -> Option<&Entry> {
        self.entries.values().next_back()
    }

    /// Where slots are missing, and where more follows.
    pub fn holes(&self, process: &str) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        let Some((first, entry)) = self.entries.first_key_value() else { return flaws };
        let own = |slot, kind, what| Flaw { process: process.to_owned(), slot, kind, what };
        if *first > 0 {
            let missing = if *first == 1 {
                "slot 0, the process itself, is not in the log, so nobody knows its owner and whom \
                 it trusts; fetch it from 0 on"
                    .to_owned()
            } else {
                format!("the log begins at {first} ({}); fetch it from the start", entry.source)
            };
            flaws.push(own(Some(0), FlawKind::Gap, missing));
        }
        let slots: Vec<_> = self.entries.keys().copied().collect();
        for pair in slots.windows(2) {
            if pair[1] > pair[0] + 1 {
                let (from, to) = (pair[0] + 1, pair[1] - 1);
                let missing =
                    if from == to { format!("{from} is") } else { format!("{from} to {to} are") };
                let what =
                    format!("{missing} missing; fetch what is between {} and {}", pair[0], pair[1]);
                flaws.push(own(Some(from), FlawKind::Gap, what));
            }
        }
        let last = slots.last().copied().unwrap_or_default();
        if self.ends.contains(&last) {
            let what = format!("more follows behind {last}; fetch the next page");
            flaws.push(own(Some(last), FlawKind::Unfinished, what));
        }
        if let Some(stopped) = self.stopped_at {
            let what =
                format!("{stopped} cannot be computed: the process stands still from there on");
            flaws.push(own(Some(stopped), FlawKind::Stopped, what));
        }
        flaws
    }
}

/// What is wrong with an entry.
pub(crate) fn flaw(entry: &Entry, kind: FlawKind, mut what: String) -> Flaw {
    // Writing to a text cannot fail.
    let _ = write!(what, " ({})", entry.source);
    Flaw { process: entry.process.clone(), slot: Some(entry.slot), kind, what }
}

/// Where two readings of one slot differ, except for what a node may learn later.
fn differs(one: &Entry, other: &Entry) -> Option<String> {
    let differ = |what: &str, a: &str, b: &str| {
        (a != b).then(|| format!("{what} is {} there, and {} here", short(a), short(b)))
    };
    if !one.form.is_of_node() && !other.form.is_of_node() {
        let (a, b) = (one.id(), other.id());
        if let Some(why) = differ("the message", a, b) {
            return Some(why);
        }
        let hashes =
            |entry: &Entry| entry.link.as_ref().map(|link| link.hash.clone()).unwrap_or_default();
        if let Some(why) = differ("the hash", &hashes(one), &hashes(other)) {
            return Some(why);
        }
    }
    let fields = [("From", &one.from, &other.from), ("Target", &one.target, &other.target)];
    if let Some(why) = fields.iter().find_map(|(what, a, b)| differ(what, a, b)) {
        return Some(why);
    }
    if one.timestamp != other.timestamp {
        return Some(format!("the time is {} there, and {} here", one.timestamp, other.timestamp));
    }
    // The two forms of a node leave out different tags.
    let is_same_form = one.form == other.form;
    let tag = |(name, value): &(String, String)| match other.tag(name) {
        // Each form writes types in its own way.
        _ if name.eq_ignore_ascii_case(TYPES) => None,
        Some(found) => differ(&format!("the tag {name}"), value, found),
        None => is_same_form.then(|| format!("the tag {name} is there, and not here")),
    };
    let found = one.tags.iter().find_map(tag);
    found
        .or_else(|| {
            (is_same_form && one.tags != other.tags).then(|| "the tags are others".to_owned())
        })
        .or_else(|| {
            let (a, b) = (one.data.as_deref(), other.data.as_deref());
            differ("the Data", a.unwrap_or_default(), b.unwrap_or_default())
        })
}

/// The start of a text, which may be long.
pub(crate) fn short(text: &str) -> String {
    const MOST: usize = 60;
    if text.chars().count() <= MOST {
        return if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
    }
    let letters: Vec<char> = text.chars().collect();
    let is_of_id = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    // An id is there as a whole or not at all.
    let mut end = MOST;
    while end > 0 && is_of_id(letters[end - 1]) && is_of_id(letters[end]) {
        end -= 1;
    }
    let start: String = letters[..end].iter().collect();
    if start.is_empty() {
        format!("a text of {} letters", letters.len())
    } else {
        format!("{start}...")
    }
}
