//! The content of a page.

use crate::deployed::{Deployed, Deployment};
use crate::message::Message;
use crate::runtime::Runtime;
use crate::trust::Trust;
use smol_str::SmolStr;
use std::collections::BTreeMap;
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
    /// Whether each may, as a matter of course.
    pub is_always_repeated: bool,
    /// Whether messages from one sender to one receiver arrive as they were sent.
    pub is_ordered: bool,
    /// The instants that are told apart, ascending; none if time stands still.
    pub instants: Vec<Instant>,
    /// What is remembered of what processes do.
    pub records: Vec<Record>,
    /// The promises, in the order of the page.
    pub promises: Vec<Promise>,
    /// What is known not to hold.
    pub exceptions: Vec<Exception>,
    /// What shows that the promises notice mistakes.
    pub variants: Vec<Variant>,
    /// What its processes are where they are deployed; nothing where they are modelled.
    pub deployed: Deployed,
}

/// Something that can be deployed, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub row: u8,
    pub name: String,
    /// Who gets messages.
    pub receiver: String,
    /// The token beside it.
    pub ledger: String,
    pub scheduler: String,
    /// What is evaluated again.
    pub repeats: String,
    /// What an evaluation that throws leaves.
    pub throws: String,
    /// Whether a stranger can stop it for good.
    pub stops: String,
    /// What tells a deposit from its copy.
    pub key: String,
    /// Where the facts come from.
    pub evidence: String,
    /// The system in this repository that tries it.
    pub page: String,
    /// What would keep what no contract can keep.
    pub instead: String,
}

/// A process, before it is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a word of a page by itself")]
pub struct Process {
    /// Its name on the page, which is its id.
    pub name: SmolStr,
    pub owner: SmolStr,
    /// The name that messages give its file.
    pub file: String,
    /// Its Lua.
    pub source: String,
    /// The parts of its state that are observed.
    pub observed: Vec<Observe>,
    /// Whether it is a process that pages can name without a file.
    pub is_built_in: bool,
    /// What it gets before anything else happens.
    pub start: Vec<First>,
    /// Why some of its lines do not run here, if that is so.
    pub untried: Option<String>,
    /// Tags that it is spawned with, by name; nothing for one that it has not.
    pub tags: BTreeMap<String, Option<String>>,
    /// What an evaluation that throws leaves.
    pub errors: Errors,
    /// Whether what it sends carries a Reference.
    pub has_references: bool,
    /// Whether something can stop it for good.
    pub can_stop: bool,
    /// What runs its file.
    pub runtime: Runtime,
    /// Whom it believes.
    pub trust: Trust,
    /// Whether a signed message that comes twice is taken once, where its runtime would not.
    pub is_filtered: bool,
    /// Whether what processes send can be scheduled for it.
    pub takes_pushes: bool,
    /// What it is where it is deployed, if that is known.
    pub deployment: Option<Deployment>,
    /// The line of the page.
    pub line: u32,
}

/// What an evaluation that throws leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// The state before it (SEMANTICS A2).
    Undo,
    /// What it did before it threw (SEMANTICS A2).
    Keep,
    /// A process that stands still for good (docs/MAINNET.md, 13).
    Stop,
}

/// A part of the state of a process that is observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observe {
    /// Its name on the page.
    pub name: String,
    /// Where it is: see [`aos::Machine::observe`].
    pub path: String,
    /// Whether it may not be there once the file is loaded.
    pub may_be_absent: bool,
}

/// A message at the start of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    pub message: Message,
    /// The line of the page.
    pub line: u32,
}

/// An instant that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instant {
    pub name: SmolStr,
    /// Milliseconds, as in the Timestamp of a message.
    pub at: i64,
}

/// Something that is remembered of what a process did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub name: String,
    /// The place of the process on the page.
    pub process: usize,
    /// What it is at first, as Lua would write it.
    pub start: String,
}

/// A person, and what it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name, which is the address.
    pub name: SmolStr,
    /// What it may do.
    pub acts: Vec<Act>,
    /// How many acts it does in all, at most.
    pub most: Option<u8>,
}

/// Something that a person may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its name on the page.
    pub name: SmolStr,
    /// The messages; it sends one of them.
    pub messages: Vec<Message>,
    /// How often.
    pub times: u8,
    /// The Action of a message that the person waits for before.
    pub after: Option<SmolStr>,
    /// The place of the instant from which on it is done.
    pub at: u8,
    /// Tags with values out of messages that the person received.
    pub answers: Vec<Answer>,
    /// The line of the page.
    pub line: u32,
}

/// A tag whose value comes from a message that a person received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The tag that is sent, or Data.
    pub name: SmolStr,
    /// The Action of the message that was received.
    pub action: SmolStr,
    /// The tag of that message, or Data.
    pub tag: SmolStr,
}

/// When a promise is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// In every state.
    Always,
    /// In every state in which no message is on its way.
    AtRest,
    /// Of every evaluation, before and after it; of those of one process only, if its place is
    /// said.
    EachStep(Option<usize>),
    /// In every state: it is to be met in one of them.
    Seen,
    /// In every state: from every state at rest it can be met, if only these people act; all
    /// people where none are named.
    WayOut(Option<Vec<SmolStr>>),
    /// In every state: the promise before this one, a way out, is asked only where this is met.
    WayIn,
}

/// A promise, or something that must be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    pub name: String,
    /// When it is judged.
    pub when: When,
    /// The line of the page.
    pub line: u32,
}

/// A promise that is known not to hold from so many faults on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    pub promise: String,
    /// How many messages are lost or repeated, at least.
    pub faults: Faults,
    /// Why.
    pub because: String,
    /// The line of the page.
    pub line: u32,
}

/// Faults on the way to a state, or that an exception asks for at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Faults {
    /// Both kinds together.
    pub all: usize,
    /// Messages that are lost.
    pub lost: usize,
    /// Messages that arrive a second time.
    pub repeated: usize,
}

impl Faults {
    /// So many of each kind.
    pub fn of(lost: usize, repeated: usize) -> Self {
        Self { all: lost + repeated, lost, repeated }
    }

    /// Whether there are no fewer of any kind.
    pub fn reach(self, least: Self) -> bool {
        self.all >= least.all && self.lost >= least.lost && self.repeated >= least.repeated
    }
}

/// The same system with a mistake in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
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

    /// The exceptions of a promise.
    pub fn exceptions_of(&self, promise: &str) -> impl Iterator<Item = &Exception> {
        self.exceptions.iter().filter(move |exception| exception.promise == promise)
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
