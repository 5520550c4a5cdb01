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
    /// What is known not to hold.
    pub exceptions: Vec<Exception>,
    /// What shows that the promises notice mistakes.
    pub variants: Vec<Variant>,
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
    /// Whether it is a process that pages can name without a file.
    pub is_built_in: bool,
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
    /// In every state in which no message is on its way.
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

/// A promise that is known not to hold from so many faults on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The promise.
    pub promise: String,
    /// How many messages are lost or repeated at least.
    pub faults: u32,
    /// Why.
    pub because: String,
    /// The line of the page.
    pub line: u32,
}

/// The same system with a mistake in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// The promise that notices the mistake.
    pub breaks: String,
    /// What is changed.
    pub edits: Vec<Edit>,
    /// The line of the page.
    pub line: u32,
}

/// A change of the file of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The place of the process on the page.
    pub process: usize,
    /// What stands there, once.
    pub from: String,
    /// What comes in its place.
    pub to: String,
}

impl Page {
    /// Changes the files of the processes as a variant says.
    ///
    /// # Errors
    /// If what is to be changed is not there once.
    pub fn change(&mut self, variant: &Variant) -> Result<(), PageError> {
        for Edit { process, from, to } in &variant.edits {
            let process = &mut self.processes[*process];
            let count = process.source.matches(from).count();
            if count != 1 {
                let (file, line) = (&self.file, variant.line);
                return Err(PageError(format!(
                    "{file}:{line}: `{from}` is {count} times in {}; an edit names a text that is \
                     there once",
                    process.file
                )));
            }
            process.source = process.source.replacen(from, to, 1);
        }
        Ok(())
    }

    /// The exception of a promise, if it has one.
    pub fn exception(&self, promise: &str) -> Option<&Exception> {
        self.exceptions.iter().find(|exception| exception.promise == promise)
    }
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
