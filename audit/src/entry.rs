//! What every form of log comes down to.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// Where something stands: the file, and the path within it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// The name of the file.
    pub file: String,
    /// The path in its JSON: `edges[3].node`.
    pub path: String,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.file)
        } else {
            write!(f, "{}: {}", self.file, self.path)
        }
    }
}

/// The form of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A page of a legacynet scheduler.
    Su,
    /// The bundle of a `HyperBEAM` node.
    Bundle,
    /// The aos-2 form of a `HyperBEAM` node.
    Aos2,
}

impl Form {
    /// Whether it comes from a `HyperBEAM` node.
    pub fn is_of_node(self) -> bool {
        self != Self::Su
    }
}

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The process itself.
    Process,
    /// A message that was sent to this process.
    Message,
    /// A message to another process that was assigned to it.
    Assigned,
    /// A message that was assigned and lies elsewhere: only its id is known.
    Elsewhere,
}

/// A message as a scheduler gave it to a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The process that got it.
    pub process: String,
    /// Its nonce or slot.
    pub slot: u64,
    /// Whether it is the process itself, a message to it, or an assignment.
    pub kind: Kind,
    /// Its ids, one for each signature that is known. A node may learn of more later.
    pub ids: BTreeSet<String>,
    /// The id of its content, which every copy of it has, where that is known.
    pub content: Option<String>,
    /// Who signed it.
    pub owner: String,
    /// The process that sent it, or its signer.
    pub from: String,
    /// Whom it is for.
    pub target: String,
    /// Its tags, in order, as they were written.
    pub tags: Vec<(String, String)>,
    /// Its body; nothing where that is no text.
    pub data: Option<String>,
    /// The anchor that its sender gave it; nothing where that is not text.
    pub anchor: Option<String>,
    /// When it was assigned, milliseconds.
    pub timestamp: i64,
    /// The height of the block by then.
    pub height: i64,
    /// Where hashes of assignments are chained: the id of this one, and its hash.
    pub link: Option<Link>,
    /// The path that it chose itself, other than `compute`.
    pub path: Option<String>,
    /// The form it was read from.
    pub form: Form,
    /// Where it stands.
    pub source: Source,
}

/// A link of the hash chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The id of the assignment.
    pub assignment: String,
    /// The hash that the scheduler wrote into it.
    pub hash: String,
}

impl Entry {
    /// The value of the first tag of this name, whatever its case.
    pub fn tag(&self, name: &str) -> Option<&str> {
        tag(&self.tags, name)
    }

    /// One of its ids, or nothing where none is known.
    pub fn id(&self) -> &str {
        self.ids.first().map_or("", String::as_str)
    }

    /// What ties it to the outbox of its sender, where that writes one.
    pub fn reference(&self) -> Option<&str> {
        self.tag("Reference").or_else(|| self.tag("Ref_"))
    }

    /// Whether a process sent it.
    pub fn is_pushed(&self) -> bool {
        self.from != self.owner || self.tag("From-Process").is_some_and(|from| !from.is_empty())
    }

    /// What it asks for, or words that say that it has no Action.
    pub fn action(&self) -> &str {
        self.tag("Action").unwrap_or("a message without Action")
    }
}

/// The value of the first tag of this name, whatever its case.
pub fn tag<'a>(tags: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = tags.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.as_str())
}

/// A message in an outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Post {
    /// Whom it is for.
    pub target: Option<String>,
    /// The anchor that a pushed item carries on.
    pub anchor: Option<String>,
    /// Its tags that are texts, in order.
    pub tags: Vec<(String, String)>,
    /// Its other tags.
    pub others: Vec<(String, Value)>,
    /// Its body.
    pub data: String,
}

impl Post {
    /// The value of the first tag of this name, whatever its case.
    pub fn tag(&self, name: &str) -> Option<&str> {
        tag(&self.tags, name)
    }

    /// What ties items to it, where its sender writes one.
    pub fn reference(&self) -> Option<&str> {
        self.tag("Reference").or_else(|| self.tag("Ref_"))
    }

    /// Whom a messenger brings it to: one without Target, or with a tag that is no text, is
    /// never pushed.
    pub fn receiver(&self) -> Option<&str> {
        let is_taken = self.others.is_empty();
        self.target.as_deref().filter(|target| is_taken && !target.is_empty())
    }

    /// What it asks for, or words that say that it has no Action.
    pub fn action(&self) -> &str {
        self.tag("Action").unwrap_or("a message without Action")
    }
}

/// The recorded result of an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What it sent.
    pub posts: Vec<Post>,
    /// Why it failed, if it did: then it changed nothing and sent nothing.
    pub error: Option<String>,
    /// Whether the order of the outbox says in which order it was sent, and its body is there.
    pub is_whole: bool,
    /// Where it stands.
    pub source: Source,
}
