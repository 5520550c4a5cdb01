//! Runs of a system on a network with faults, written as logs.
//!
//! The runs know what was done to each message; the logs say only what a scheduler and a CU would.

use crate::common::text;
use aos::{Item, TagValue};
use audit::File;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use page::deployed::{Deployed, Deployment};
use page::page::Page;
use page::replay::Replay;
use page::{Place, read};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};
use std::path::Path;

/// What the network does with an entry of an outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    Deliver,
    Lose,
    RePush,
    ReSign,
    Assign,
}

/// An entry of an outbox, and what was done to it.
#[derive(Clone, Debug)]
pub struct Truth {
    pub from: String,
    pub slot: u64,
    pub index: usize,
    pub to: String,
    pub act: Act,
    pub arrivals: Vec<u64>,
    /// What it says: Action, Sender, Recipient, Quantity, and all that begins with X-.
    pub content: Vec<(String, String)>,
    /// Whether each arrival changed or sent something.
    pub effects: Vec<bool>,
    pub timestamp: i64,
}

/// One item on its way.
#[derive(Clone)]
struct Flying {
    id: String,
    from: String,
    owner: String,
    target: String,
    tags: Vec<(String, String)>,
    data: String,
    anchor: Option<String>,
    /// The entry that it comes from.
    truth: Option<usize>,
}

/// A run, step by step.
pub struct Network {
    pub page: Page,
    replay: Replay,
    places: BTreeMap<String, usize>,
    pub ids: BTreeMap<String, String>,
    schedules: BTreeMap<String, Vec<Value>>,
    results: BTreeMap<String, Vec<Value>>,
    chain: BTreeMap<String, (String, String)>,
    references: BTreeMap<String, i64>,
    pub truths: Vec<Truth>,
    flying: VecDeque<Flying>,
    clock: i64,
    count: usize,
}

pub const MESSENGER: &str = "MU-MU-MU-MU-MU-MU-MU-MU-MU-MU-MU-MU-MU-MU-M";

pub fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

fn chained(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(URL_SAFE_NO_PAD.decode(part).expect("base64url"));
    }
    URL_SAFE_NO_PAD.encode(hasher.finalize())
}

impl Network {
    pub fn new(system: &Path) -> Self {
        let place = Place::of(system);
        let page = read::read(place, text).expect("a page").page;
        let mut deployed = Deployed::default();
        for process in &page.processes {
            let id = hash(&process.name);
            deployed.names.add(&id, &process.name);
            let held = [("alice", "900"), ("bob", "900"), ("carol", "900"), ("mallory", "900")];
            let balances = held.iter().map(|(who, amount)| ((*who).into(), (*amount).into()));
            let deployment = Deployment {
                id: id.into(),
                owner: process.owner.clone(),
                authorities: vec![MESSENGER.into()],
                balances: balances.collect(),
                ..Deployment::default()
            };
            deployed.processes.insert(process.name.clone(), deployment);
        }
        let read = read::read_deployed(place, text, &deployed).expect("a page");
        let replay = Replay::new(read).expect("it loads");
        let named = page.processes.iter().map(|process| process.name.to_string());
        let ids: BTreeMap<_, _> = named.map(|name| (name.clone(), hash(&name))).collect();
        let places = page.processes.iter().enumerate();
        let places = places.map(|(place, process)| (ids[process.name.as_str()].clone(), place));
        let mut network = Self {
            places: places.collect(),
            page,
            replay,
            ids,
            schedules: BTreeMap::new(),
            results: BTreeMap::new(),
            chain: BTreeMap::new(),
            references: BTreeMap::new(),
            truths: Vec::new(),
            flying: VecDeque::new(),
            clock: 1_767_225_600_000,
            count: 0,
        };
        network.spawn();
        network
    }

    /// A text with ids in the place of the names of processes.
    fn real(&self, text: &str) -> String {
        self.ids.get(text).cloned().unwrap_or_else(|| text.to_owned())
    }

    fn fresh(&mut self) -> String {
        self.count += 1;
        hash(&format!("item {}", self.count))
    }

    fn spawn(&mut self) {
        for process in self.page.processes.clone() {
            let id = self.ids[process.name.as_str()].clone();
            let tags = [("Type", "Process"), ("Authority", MESSENGER), ("Name", &process.name)];
            let item = Flying {
                id: id.clone(),
                from: process.owner.to_string(),
                owner: process.owner.to_string(),
                target: String::new(),
                tags: tags.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
                data: String::new(),
                anchor: None,
                truth: None,
            };
            self.schedule(&id, &item);
        }
        for process in self.page.processes.clone() {
            for first in process.start {
                self.sign(
                    &first.message.from,
                    &process.name,
                    &first.message.tags,
                    &first.message.data,
                );
                while !self.flying.is_empty() {
                    self.arrive(0, |_| Act::Deliver);
                }
            }
        }
    }

    /// A person signs a message.
    pub fn sign(
        &mut self,
        from: &str,
        to: &str,
        tags: &[(smol_str::SmolStr, smol_str::SmolStr)],
        data: &str,
    ) {
        let item = Flying {
            id: self.fresh(),
            from: from.to_owned(),
            owner: from.to_owned(),
            target: self.real(to),
            tags: tags.iter().map(|(name, value)| (name.to_string(), self.real(value))).collect(),
            data: self.real(data),
            anchor: None,
            truth: None,
        };
        self.flying.push_back(item);
    }

    /// How many items are on their way.
    pub fn aloft(&self) -> usize {
        self.flying.len()
    }

    /// One item arrives; each message that it sends gets the fate that this decides.
    pub fn arrive(&mut self, which: usize, mut fate: impl FnMut(usize) -> Act) {
        let which = which % self.flying.len();
        let item = self.flying.remove(which).expect("an item");
        let process = item.target.clone();
        let slot = self.schedule(&process, &item);
        let evaluated = Item {
            id: item.id.clone().into_bytes(),
            from: item.from.clone().into_bytes(),
            owner: item.owner.clone().into_bytes(),
            target: process.clone().into_bytes(),
            data: item.data.clone().into_bytes(),
            tags: item
                .tags
                .clone()
                .into_iter()
                .map(|(a, b)| (a.into_bytes(), b.into_bytes()))
                .collect(),
            timestamp: self.clock,
            block_height: 1,
        };
        let reference = self.references.get(&process).copied().unwrap_or_default();
        let done = self.replay.evaluate(self.places[&process], &evaluated, reference);
        let done = done.expect("the host does it").expect("it is trusted");
        if let Some(truth) = item.truth {
            self.truths[truth].arrivals.push(slot);
            self.truths[truth].effects.push(done.has_effect);
        }
        let mut messages = Vec::new();
        let threw = matches!(done.outcome, aos::Outcome::Threw(_));
        for (index, sent) in done.sent.iter().enumerate().filter(|_| !threw) {
            let number = reference + 1 + i64::try_from(index).expect("few");
            let mut tags = vec![("Reference".to_owned(), number.to_string())];
            let mut written = vec![json!({ "name": "Reference", "value": number.to_string() })];
            for (name, value) in &sent.tags {
                let name = String::from_utf8_lossy(name).into_owned();
                match value {
                    TagValue::Text(value) => {
                        let value = String::from_utf8_lossy(value).into_owned();
                        written.push(json!({ "name": name, "value": value }));
                        tags.push((name, value));
                    }
                    TagValue::Other(..) => written.push(json!({ "name": name, "value": {} })),
                }
            }
            let target =
                sent.target.as_ref().map(|target| String::from_utf8_lossy(target).into_owned());
            let data = String::from_utf8_lossy(&sent.data).into_owned();
            let anchor = format!("{number:032}");
            messages
                .push(json!({ "Target": target, "Anchor": anchor, "Tags": written, "Data": data }));
            let Some(target) = target.filter(|_| sent.is_deliverable()) else { continue };
            if self.places.contains_key(&target) {
                let posted = (process.as_str(), slot, index + 1, target.as_str());
                self.post(posted, (&tags, &data, &anchor), (&item.id, fate(index)));
            }
        }
        let count = i64::try_from(done.sent.len()).expect("few");
        self.references.insert(process.clone(), reference + count);
        let error = threw.then(|| json!("it threw"));
        let mut node =
            json!({ "Messages": messages, "Assignments": [], "Spawns": [], "Output": [] });
        if let Some(error) = error {
            node["Error"] = error;
        }
        let cursor =
            json!({ "timestamp": self.clock, "ordinate": slot.to_string(), "sort": "ASC" });
        let cursor = STANDARD.encode(cursor.to_string());
        self.results.entry(process).or_default().push(json!({ "node": node, "cursor": cursor }));
    }

    fn post(
        &mut self,
        (from, slot, index, to): (&str, u64, usize, &str),
        (tags, data, anchor): (&[(String, String)], &str, &str),
        (cause, act): (&str, Act),
    ) {
        let is_content = |name: &str| {
            ["action", "sender", "recipient", "quantity"].contains(&name)
                || name.starts_with("x-") && name != "x-reference" && name != "x-origin"
        };
        let content = tags.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
        let mut content: Vec<_> = content.filter(|(name, _)| is_content(name)).collect();
        content.sort();
        let truth = self.truths.len();
        self.truths.push(Truth {
            from: from.to_owned(),
            slot,
            index,
            to: to.to_owned(),
            act,
            arrivals: Vec::new(),
            content,
            effects: Vec::new(),
            timestamp: self.clock,
        });
        let mut pushed = tags.to_vec();
        pushed.push(("From-Process".to_owned(), from.to_owned()));
        pushed.push(("Pushed-For".to_owned(), cause.to_owned()));
        let first = Flying {
            id: self.fresh(),
            from: from.to_owned(),
            owner: MESSENGER.to_owned(),
            target: to.to_owned(),
            tags: pushed,
            data: data.to_owned(),
            anchor: Some(anchor.to_owned()),
            truth: Some(truth),
        };
        let mut copy = first.clone();
        match act {
            Act::Lose => return,
            Act::Deliver => return self.flying.push_back(first),
            Act::Assign => {}
            Act::ReSign => copy.id = self.fresh(),
            Act::RePush => {
                copy.id = self.fresh();
                copy.tags.pop();
                copy.tags.push(("Pushed-For".to_owned(), hash("another start")));
            }
        }
        self.flying.push_back(first);
        self.flying.push_back(copy);
    }

    fn schedule(&mut self, process: &str, item: &Flying) -> u64 {
        self.clock += 1000;
        let edges = self.schedules.entry(process.to_owned()).or_default();
        let nonce = edges.len();
        let chain = match self.chain.get(process) {
            None => chained(&[process]),
            Some((assignment, hash)) => chained(&[assignment, hash]),
        };
        let assignment = hash(&format!("assignment {process} {nonce}"));
        let tags = json!([
            { "name": "Process", "value": process },
            { "name": "Epoch", "value": "0" },
            { "name": "Nonce", "value": nonce.to_string() },
            { "name": "Hash-Chain", "value": chain },
            { "name": "Block-Height", "value": "000001820000" },
            { "name": "Timestamp", "value": self.clock.to_string() },
            { "name": "Message", "value": item.id },
        ]);
        let written = item.tags.iter().map(|(name, value)| json!({ "name": name, "value": value }));
        let message = json!({
            "id": item.id, "owner": { "address": item.owner, "key": "" }, "data": item.data,
            "tags": written.collect::<Vec<_>>(), "signature": "", "anchor": item.anchor,
            "target": item.target,
        });
        let assigned =
            json!({ "id": assignment, "owner": { "address": "SU", "key": "" }, "tags": tags });
        edges.push(json!({
            "cursor": nonce.to_string(),
            "node": { "message": message, "assignment": assigned },
        }));
        self.chain.insert(process.to_owned(), (assignment, chain));
        nonce as u64
    }

    /// The time of the last entry of a process.
    pub fn last(&self, process: &str) -> i64 {
        let edges = self.schedules.get(process).expect("a log");
        let tags = &edges.last().expect("an entry")["node"]["assignment"]["tags"];
        tags[5]["value"].as_str().expect("a time").parse().expect("a number")
    }

    /// The run as files: schedules, and results if they are wanted.
    pub fn files(&self, with_results: bool) -> Vec<File> {
        let name = |id: &str| {
            let found = self.ids.iter().find(|(_, known)| *known == id);
            found.map(|(name, _)| name.clone()).expect("a process")
        };
        let file = |name: String, value: &Value| File {
            name,
            bytes: serde_json::to_vec(value).expect("JSON"),
            is_named: true,
        };
        let schedules = self.schedules.iter().map(|(id, edges)| {
            let page = json!({ "page_info": { "has_next_page": false }, "edges": edges });
            file(format!("{}.su.json", name(id)), &page)
        });
        let results = self.results.iter().filter(|_| with_results).map(|(id, edges)| {
            let page = json!({ "pageInfo": { "hasNextPage": false }, "edges": edges });
            file(format!("{}.results.json", name(id)), &page)
        });
        schedules.chain(results).collect()
    }
}
