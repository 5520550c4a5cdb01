//! What is expected of a process, as a test in JavaScript has it.

use aos::{Evaluation, Item, Machine, Observed, Sent, State, TagValue, Value};
use serde::Serialize;
use std::collections::BTreeMap;

/// An item, as a CU hands it to a process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ItemTold {
    id: String,
    from: String,
    owner: String,
    target: String,
    tags: Vec<Tag>,
    data: String,
    timestamp: i64,
    #[serde(rename = "Block-Height")]
    block_height: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tag {
    name: String,
    value: String,
}

/// What must be so after an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct After {
    /// What the handler throws.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Whether what it had done by then stays: the platform of the run keeps it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub keeps: bool,
    /// The outbox. Behind an error that keeps it, aos 2 does not tell it.
    pub sent: Vec<SentTold>,
    /// The globals of the contract, and where its books are.
    pub state: StateTold,
}

/// What lies at each path.
pub type StateTold = BTreeMap<String, Place>;

/// One value, or the entries of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Place {
    /// A value without structure: its type, and the value.
    Value(String),
    /// By key: a text as it is, and any other as a value in brackets.
    Table(BTreeMap<String, String>),
}

/// An entry of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SentTold {
    /// Nothing for what goes to nobody.
    to: Option<String>,
    reference: String,
    /// Without those that aos adds, by name.
    tags: Vec<(String, TagTold)>,
    data: String,
}

/// The value of a tag that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum TagTold {
    Text(String),
    Other { kind: String, text: String },
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Tags that every message has (SEMANTICS A7).
const OF_PROTOCOL: [(&str, &str); 3] =
    [("Data-Protocol", "ao"), ("Variant", "ao.TN.1"), ("Type", "Message")];

impl ItemTold {
    /// An item with the tags that the platform adds.
    pub fn of(item: &Item) -> Self {
        let is_pushed = item.from != item.owner;
        let tag = |name: &str, value: &str| Tag { name: name.into(), value: value.into() };
        let own = item.tags.iter().map(|(name, value)| tag(&text(name), &text(value)));
        let from = text(&item.from);
        let pusher = [("From-Process", &*from), ("From-Module", "MODULE")];
        let pusher = pusher.into_iter().filter(|_| is_pushed).map(|(name, value)| tag(name, value));
        let protocol = OF_PROTOCOL.into_iter().map(|(name, value)| tag(name, value));
        Self {
            id: text(&item.id),
            owner: text(&item.owner),
            target: text(&item.target),
            tags: protocol.chain(own).chain(pusher).collect(),
            data: text(&item.data),
            timestamp: item.timestamp,
            block_height: item.block_height,
            from,
        }
    }
}

/// An Eval that the owner of a process signs.
pub fn eval(id: Vec<u8>, (process, owner): (Vec<u8>, Vec<u8>), lua: Vec<u8>) -> Item {
    let tags = vec![(b"Action".to_vec(), b"Eval".to_vec())];
    Item { id, from: owner.clone(), owner, target: process, data: lua, tags, ..Item::default() }
}

/// The outbox of an evaluation whose first entry has the Reference after this.
pub fn sent(evaluation: &Evaluation, before: i64) -> Vec<SentTold> {
    let entries = (before + 1..).zip(&evaluation.sent);
    entries.map(|(reference, sent)| SentTold::of(sent, reference)).collect()
}

impl SentTold {
    fn of(sent: &Sent, reference: i64) -> Self {
        let value = |value: &TagValue| match value {
            TagValue::Text(value) => TagTold::Text(text(value)),
            TagValue::Other(kind, value) => {
                TagTold::Other { kind: kind.clone(), text: text(value) }
            }
        };
        Self {
            to: sent.target.as_deref().map(text),
            reference: reference.to_string(),
            tags: sent.tags.iter().map(|(name, one)| (text(name), value(one))).collect(),
            data: text(&sent.data),
        }
    }

    /// A message with this Data and these tags.
    pub fn plain(to: &str, reference: i64, tags: &[(&str, &str)], data: &str) -> Self {
        let tag =
            |(name, value): &(&str, &str)| ((*name).to_owned(), TagTold::Text((*value).to_owned()));
        Self {
            to: Some(to.into()),
            reference: reference.to_string(),
            tags: tags.iter().map(tag).collect(),
            data: data.into(),
        }
    }
}

/// What lies at these paths and in the globals of the contract.
pub fn state(machine: &Machine, state: &State, paths: &[String]) -> StateTold {
    let mut all = paths.to_vec();
    // What has no name of its own is no global of the contract.
    all.extend(machine.globals(state).into_iter().filter(|name| name != "_G"));
    all.sort();
    all.dedup();
    let seen = machine.observe(state, &all);
    all.into_iter().zip(seen).map(|(path, seen)| (path, Place::of(&seen))).collect()
}

impl Place {
    fn of(seen: &Observed) -> Self {
        match seen {
            Observed::Value(value) => Self::Value(shown(value)),
            Observed::Entries(entries) | Observed::Masked(entries, _) => {
                let entry = |(key, value): &(Value, Value)| (key_of(key), shown(value));
                Self::Table(entries.iter().map(entry).collect())
            }
        }
    }
}

fn key_of(key: &Value) -> String {
    match key {
        Value::Text(key) => text(key),
        other => format!("[{}]", shown(other)),
    }
}

/// A value and its type. A float is written so that it can be read back.
fn shown(value: &Value) -> String {
    match value {
        Value::Nil => "nil".into(),
        Value::Boolean(one) => one.to_string(),
        Value::Integer(one) => format!("integer {one}"),
        Value::Float(one) => format!("float {one:?}"),
        Value::Text(one) => format!("text {}", text(one)),
        Value::Other(kind) => format!("a {kind}"),
    }
}
