//! What a page says.

use crate::message::Message;
use smol_str::SmolStr;
use std::fmt;

/// A system: processes, people, and what is promised of them.
#[derive(Debug)]
pub struct Page {
    /// The name that messages give the page.
    pub file: String,
    /// The processes, in the order of the page.
    pub processes: Vec<Process>,
    /// The people, in the order of the page.
    pub people: Vec<Person>,
    /// How many messages may be lost in one run.
    pub lost: u8,
    /// How many messages may arrive a second time in one run.
    pub repeated: u8,
    /// The promises, in the order of the page.
    pub promises: Vec<Promise>,
}

/// A process, before it is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its name on the page, which is its id.
    pub name: SmolStr,
    /// Its owner.
    pub owner: SmolStr,
    /// The name that messages give its file.
    pub file: String,
    /// Its Lua.
    pub source: String,
    /// The name and the path of each part of its state that is observed.
    pub observed: Vec<(String, String)>,
    /// The line of the page.
    pub line: u32,
}

/// A person, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name, which is the address.
    pub name: SmolStr,
    /// What it may do.
    pub acts: Vec<Act>,
}

/// Something that a person may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its name on the page.
    pub name: SmolStr,
    /// The messages of which it sends one.
    pub messages: Vec<Message>,
    /// How often.
    pub times: u8,
    /// The Action of a message that the person waits for before.
    pub after: Option<SmolStr>,
}

/// When a promise is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// In every state.
    Always,
    /// In every state in which no message is on its way to a process.
    AtRest,
    /// Of every evaluation, before and after it.
    EachStep,
    /// In every state: it is to be met in one of them.
    Seen,
}

/// A promise, or something that must be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Its name.
    pub name: String,
    /// When it is judged.
    pub when: When,
    /// The line of the page.
    pub line: u32,
}

/// Why a page, or a file that it names, cannot be checked: cause, place and way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageError(pub String);

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PageError {}
