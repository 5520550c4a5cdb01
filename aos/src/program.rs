//! A contract and the platform it runs on.

use crate::branches::{Branch, Branches};
use crate::bytecode::Code;
use crate::compiling::too_much;
use crate::dependence::{Dependence, Note};
use crate::digest::Digest;
use crate::evaluation::Refused;
use crate::joined::Parts;
use crate::looks::Look;
use crate::names::{ID_LENGTH, Names, Neighbours};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Which line of aos builds it is (SEMANTICS A1, A3, A4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Build {
    /// aos 1 (0.2.x): no replies, tag names as they are.
    Aos1,
    /// aos 2.0.1 to 2.0.3: tag names as they are, patterns compare exactly.
    Early,
    /// From 2.0.4: tag names in title case, patterns ignore case.
    #[default]
    Late,
}

/// How much one evaluation may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Instructions of Lua.
    pub instructions: u64,
    /// Bytes of the whole interpreter.
    pub memory: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { instructions: 2_000_000, memory: 64 << 20 }
    }
}

/// In which order `pairs` goes through a table. On the real platform it depends on how the
/// table was filled; nothing may rest on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PairsOrder {
    /// Numbers, texts, booleans, each ascending.
    #[default]
    Sorted,
    Reversed,
}

impl PairsOrder {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sorted => "sorted",
            Self::Reversed => "reversed",
        }
    }
}

/// The process a program runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Its id.
    pub process: String,
    /// Its owner, who may Eval.
    pub owner: String,
    /// Its Authority tags.
    pub authorities: Vec<String>,
    /// Its other tags that are known, by name: nothing for one that it was spawned without.
    pub tags: BTreeMap<String, Option<String>>,
    /// The build of aos.
    pub build: Build,
    /// The limits of each evaluation.
    pub limits: Limits,
}

/// A contract: its source, and how it is run.
#[derive(Debug)]
pub struct Program {
    /// The name that messages give the file.
    pub file: String,
    pub source: String,
    pub settings: Settings,
    /// What the owner may replace it by while it runs, if anything.
    pub successor: Option<Source>,
    /// The addresses and ids of people and processes that there are.
    pub addresses: BTreeSet<Vec<u8>>,
    /// The processes that it can send messages to.
    pub neighbours: Neighbours,
    /// The code of closures by its digest, under which images name it.
    code: Mutex<BTreeMap<Digest, Kept>>,
    /// Texts that became code while it ran.
    loaded: Mutex<BTreeSet<Vec<u8>>>,
    branches: OnceLock<Arc<Branches>>,
    asks_length: OnceLock<bool>,
    /// Of its own source, and of that of the successor.
    parts: OnceLock<[Parts; 2]>,
}

/// The text of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The name that messages give the file.
    pub file: String,
    pub text: String,
}

/// The code of a closure.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) dump: Arc<[u8]>,
    /// Whether it assigns to a variable of an outer function.
    pub(crate) assigns: bool,
    /// Whether it assigns to the variable through which it sees its globals.
    pub(crate) moves_globals: bool,
}

/// A handler's function in the contract's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The handler's name.
    pub handler: String,
    /// Its first and last line, counted from 1; nothing where it is the host's own.
    pub lines: Option<(u32, u32)>,
    /// Whether they are lines of the file that is [watched](Program::watched).
    pub is_watched: bool,
    /// The branch into it, by its place among [all](Program::branches); nothing where it is
    /// not watched.
    pub entry: Option<usize>,
    /// How often it runs before aos takes it away; nothing where that is no whole number.
    pub runs_left: Option<i64>,
}

/// Why a contract cannot be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// It is no Lua: where, and what is wrong.
    Syntax(String),
    /// It threw while it was loaded.
    Threw(String),
    /// It met a limit while it was loaded.
    Met(String),
    /// It asked for something that this host does not do.
    Refused(Refused),
    /// Loading it was [given up](crate::stop): nothing can be said of it.
    Cut(String),
    /// It sends messages while it is loaded.
    Sends(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax(text) => write!(f, "not Lua 5.3: {text}"),
            Self::Threw(text) => write!(f, "loading it throws: {text}"),
            Self::Met(text) => write!(f, "loading it does not end well: {text}"),
            Self::Refused(refused) => refused.fmt(f),
            Self::Cut(text) => write!(f, "loading it was not finished: {text}"),
            Self::Sends(file) => {
                write!(f, "{file}: it sends messages while it is loaded; send them from a handler")
            }
        }
    }
}

impl std::error::Error for LoadError {}

impl Program {
    /// A contract; nothing is run yet.
    pub fn new(file: impl Into<String>, source: impl Into<String>, settings: Settings) -> Self {
        Self {
            file: file.into(),
            source: source.into(),
            settings,
            successor: None,
            addresses: BTreeSet::new(),
            neighbours: Neighbours::new(),
            code: Mutex::default(),
            loaded: Mutex::default(),
            branches: OnceLock::new(),
            asks_length: OnceLock::new(),
            parts: OnceLock::new(),
        }
    }

    /// The same program, which the owner may replace by another while it runs. The names of
    /// both files must differ.
    #[must_use]
    pub fn succeeded_by(self, source: Source) -> Self {
        Self { successor: Some(source), ..self }
    }

    /// The same program, in a world where these are people and processes: it is noted where it
    /// looks into their addresses.
    #[must_use]
    pub fn among<'a>(self, addresses: impl IntoIterator<Item = &'a str>) -> Self {
        let addresses = addresses.into_iter().map(|address| address.as_bytes().to_vec());
        Self { addresses: addresses.collect(), ..self }
    }

    /// The same program beside a process that knows these Actions. A note says where the program
    /// sends it another one, and where it sends something to an id in its code that nobody has.
    #[must_use]
    pub fn beside(mut self, process: &str, actions: &[&str]) -> Self {
        let actions = actions.iter().map(|action| action.as_bytes().to_vec());
        self.neighbours.insert(process.as_bytes().to_vec(), actions.collect());
        self
    }

    /// The addresses of this world, except for what the code has as a text, too: it may mean something
    /// else.
    pub(crate) fn names(&self) -> Names {
        let texts: BTreeSet<_> = self.versions().flat_map(|code| code.texts).collect();
        let is_free = |address: &Vec<u8>| !texts.contains(address);
        let Settings { process, owner, .. } = &self.settings;
        let own = [process, owner].map(|own| own.as_bytes().to_vec());
        let own = own.into_iter().filter(is_free).collect();
        let known = self.addresses.iter().filter(|address| is_free(address)).cloned().collect();
        let is_of_nobody = |text: &Vec<u8>| {
            let is_own = [process, owner].iter().any(|own| own.as_bytes() == *text);
            is_like_address(text) && !is_own && !self.addresses.contains(text)
        };
        let of_nobody = texts.iter().filter(|text| is_of_nobody(text)).cloned();
        let of_nobody =
            if self.neighbours.is_empty() { BTreeSet::new() } else { of_nobody.collect() };
        Names::among(known, own).beside(self.neighbours.clone(), of_nobody)
    }

    /// Where the code takes the length of a Reference or of an address, as far as it can be read.
    pub(crate) fn looks(&self) -> BTreeSet<Note> {
        let own = self.settings.process.as_bytes();
        let addresses = self.addresses.iter().map(Vec::as_slice);
        let are_real = addresses.chain([own]).all(|address| address.len() == ID_LENGTH);
        let of = |(file, text): (&str, &str)| {
            let code = dumped(file, text).and_then(|dump| Code::of(&dump)).unwrap_or_default();
            let Code { looks, measured, set_to, .. } = code;
            let is_address = |text: &[u8]| {
                text == self.settings.process.as_bytes()
                    || self.addresses.contains(text)
                    || is_like_address(text)
            };
            let holds_address = |(name, _): &(Vec<u8>, u32)| {
                set_to.iter().any(|(set, text)| set == name && is_address(text))
            };
            let measured = measured.into_iter().filter(holds_address);
            let measured = measured.map(|(_, line)| (Look::Address, line));
            let note = |(look, line)| {
                let what = match look {
                    Look::Reference => Dependence::Reference,
                    Look::Address if are_real => return None,
                    Look::Address | Look::Id => Dependence::Address,
                };
                Some(Note { what, place: Some((file.to_owned(), line)) })
            };
            looks.into_iter().chain(measured).filter_map(note).collect::<Vec<_>>()
        };
        self.files_of_versions().flat_map(of).collect()
    }

    /// The file and the text whose lines are watched: those of the last version.
    pub fn watched(&self) -> (&str, &str) {
        let own = (&*self.file, &*self.source);
        self.successor.as_ref().map_or(own, |source| (&*source.file, &*source.text))
    }

    /// # Errors
    /// If the compiler would take too long for a version.
    pub(crate) fn may_be_compiled(&self) -> Result<(), LoadError> {
        let refused = self.files_of_versions().find_map(|(file, source)| {
            let (text, file) = (too_much(source.as_bytes())?, file.to_owned());
            Some(LoadError::Refused(Refused { text, file, line: None }))
        });
        refused.map_or(Ok(()), Err)
    }

    /// The file and the source of each version.
    fn files_of_versions(&self) -> impl Iterator<Item = (&str, &str)> {
        let later = self.successor.as_ref().map(|source| (&*source.file, &*source.text));
        [(&*self.file, &*self.source)].into_iter().chain(later)
    }

    /// The files of what is [`watched`](Self::watched), where it is several in one text.
    pub fn parts(&self) -> &Parts {
        self.parts_of(self.watched().0)
    }

    /// The files of what is [`watched`](Self::watched), the main one first.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let modules = self.parts().all().iter().map(|part| &*part.file);
        let modules = modules.filter(|file| !self.parts().is_main(file));
        std::iter::once(self.watched().0).chain(modules)
    }

    fn parts_of(&self, file: &str) -> &Parts {
        let [own, later] = self.parts.get_or_init(|| {
            let later = self.successor.as_ref().map(|source| Parts::of(&source.text));
            [Parts::of(&self.source), later.unwrap_or_default()]
        });
        let is_later = self.successor.as_ref().is_some_and(|source| source.file == file);
        if is_later { later } else { own }
    }

    /// Where a line of what is [`watched`](Self::watched) lies: the file, and its line there.
    pub fn place(&self, line: u32) -> (&str, u32) {
        let file = self.watched().0;
        let (part, line) = self.parts().at(line).unwrap_or((file, line));
        (if self.parts().is_main(part) { file } else { part }, line)
    }

    /// The same as text: the number alone where it is in the main file, `ledger.lua:5` elsewhere.
    pub fn shown(&self, line: u32) -> String {
        match self.place(line) {
            (file, line) if file == self.watched().0 => line.to_string(),
            (file, line) => format!("{file}:{line}"),
        }
    }

    /// Lines of what is [`watched`](Self::watched) as those of each file, the main one first;
    /// without files that have none of them.
    pub fn by_file(&self, lines: &[u32]) -> Vec<(&str, Vec<u32>)> {
        let own = lines.iter().filter(|line| !self.parts().is_between(**line));
        let own: Vec<_> = own.map(|line| self.place(*line)).collect();
        let of_file = |file| {
            let lines = own.iter().filter(|(of, _)| *of == file).map(|(_, line)| *line);
            (file, lines.collect::<Vec<_>>())
        };
        self.files().map(of_file).filter(|(_, lines)| !lines.is_empty()).collect()
    }

    /// The same of a line of this version.
    pub(crate) fn place_in(&self, file: &str, line: u32) -> (String, u32) {
        let parts = self.parts_of(file);
        let Some((part, line)) = parts.at(line) else { return (file.to_owned(), line) };
        if parts.is_main(part) {
            return (file.to_owned(), line);
        }
        // Of two versions of one name, the first is called otherwise: so are its modules.
        let main = parts.all().last().map_or("", |main| &main.file);
        let before = file.strip_suffix(main).unwrap_or_default();
        (format!("{before}{part}"), line)
    }

    /// The lines that have code, of what is [`watched`](Self::watched); none if it is no Lua.
    pub fn lines(&self) -> &BTreeSet<u32> {
        &self.pieces().lines
    }

    /// The texts that stand in the code of all versions, and in the code that was loaded from
    /// texts so far, or that could be, as it is Lua; numbers as Lua writes them.
    pub fn constants(&self) -> BTreeSet<Vec<u8>> {
        let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let loaded = loaded.iter().filter_map(|text| code_of(&self.file, text));
        let mut waiting: Vec<Code> = self.versions().chain(loaded).collect();
        let (mut found, mut compiled) = (BTreeSet::new(), 0);
        while let Some(Code { texts, numbers, .. }) = waiting.pop() {
            found.extend(numbers.into_iter().map(String::into_bytes));
            for text in texts {
                if found.insert(text.clone()) && is_like_code(&text) && compiled < MOST_LOADED {
                    compiled += 1;
                    waiting.extend(code_of(&self.file, &text));
                }
            }
        }
        found
    }

    /// Whether its code has a word by which handlers ask what time it is.
    pub fn may_read_time(&self) -> bool {
        const WORDS: [&str; 5] = ["Timestamp", "Block-Height", "time", "date", "clock"];
        let known = self.constants();
        WORDS.iter().any(|word| known.contains(word.as_bytes()))
    }

    /// Keeps a text that became code, unless there are many or it is long.
    pub(crate) fn keep_source(&self, text: &[u8]) {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if loaded.len() < MOST_LOADED && text.len() <= LONGEST_LOADED {
            loaded.insert(text.to_vec());
        }
    }

    /// The code of all versions that are Lua.
    fn versions(&self) -> impl Iterator<Item = Code> {
        self.files_of_versions().filter_map(|(_, text)| code_of(&self.file, text.as_bytes()))
    }

    /// Whether its code can ask how long a list is: by `#`, or through something that has the
    /// table library or `rawlen`. What leads to all globals has them, too.
    pub(crate) fn asks_length(&self) -> bool {
        let has = |names: &BTreeSet<Vec<u8>>, name: &[u8]| names.contains(name);
        let asks = |code: Code| {
            let requires = [&b"require"[..], b"package"].iter().any(|way| has(&code.globals, way));
            code.measures
                || code.uses_environment
                || MEASURING.iter().any(|name| has(&code.globals, name))
                || requires && REQUIRED.iter().any(|name| has(&code.texts, name))
        };
        *self.asks_length.get_or_init(|| self.versions().any(asks))
    }

    /// The branches of what is [`watched`](Self::watched); none if it is no Lua.
    pub fn branches(&self) -> &[Branch] {
        &self.pieces().all
    }

    pub(crate) fn pieces(&self) -> &Arc<Branches> {
        self.branches.get_or_init(|| {
            let (file, text) = self.watched();
            let branches = dumped(file, text).and_then(|dump| Branches::of(&dump, text));
            branches.unwrap_or_default().into()
        })
    }

    /// Whether the file speaks of the Inbox: only then is it part of a state.
    pub(crate) fn keeps_inbox(&self) -> bool {
        self.speaks_of("Inbox")
    }

    /// Whether the file speaks of the tags of a message as a list: only then do messages have
    /// one.
    pub fn keeps_tags(&self) -> bool {
        self.speaks_of("TagArray")
    }

    fn speaks_of(&self, word: &str) -> bool {
        self.files_of_versions().any(|(_, text)| text.contains(word))
    }

    /// Keeps code, and says by which key.
    pub(crate) fn add_code(&self, dump: &[u8]) -> (Digest, Kept) {
        let key = Digest::of(dump);
        let mut known = self.code.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = known.entry(key).or_insert_with(|| {
            let code = Code::of(dump);
            Kept {
                dump: dump.into(),
                assigns: code.as_ref().is_none_or(|code| code.assigns),
                moves_globals: code.as_ref().is_none_or(|code| code.moves_globals),
            }
        });
        (key, kept.clone())
    }

    pub(crate) fn code(&self, key: &[u8]) -> Option<Kept> {
        let key = Digest::from_bytes(key)?;
        self.code.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }
}

/// Whether a text has the form of an address on AO.
pub fn is_like_address(text: &[u8]) -> bool {
    text.len() == ID_LENGTH && text.iter().all(|c| c.is_ascii_alphanumeric() || b"-_".contains(c))
}

/// Globals that know the length of a list, or that lead to all globals.
const MEASURING: [&[u8]; 4] = [b"table", b"rawlen", b"load", b"_G"];
/// Modules that do: `process.lua` refuses them under any name that is not in the code.
const REQUIRED: [&[u8]; 2] = [b"table", b"_G"];

/// Texts that become code, or could: more or longer ones are not looked at.
const MOST_LOADED: usize = 100;
const LONGEST_LOADED: usize = 1 << 16;

/// Whether a text says enough to be code in which something is compared, or done.
fn is_like_code(text: &[u8]) -> bool {
    let says_enough = text.starts_with(b"return") || text.iter().any(|byte| b"=(".contains(byte));
    says_enough && text.len() <= LONGEST_LOADED
}

fn code_of(file: &str, text: &[u8]) -> Option<Code> {
    if too_much(text).is_some() {
        return None;
    }
    Code::of(&dumped(file, text)?)
}

/// The compiled text of a file; nothing if it is no Lua.
fn dumped(file: &str, text: impl mlua::chunk::AsChunk) -> Option<Vec<u8>> {
    let lua = mlua::Lua::new();
    let chunk = lua.load(text).set_name(format!("@{file}"));
    let chunk = chunk.set_mode(mlua::chunk::ChunkMode::Text);
    chunk.into_function().ok().map(|function| function.dump(false))
}
