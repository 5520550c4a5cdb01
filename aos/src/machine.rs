//! An interpreter with one process in it.

use crate::branches::Branches;
use crate::bytecode::{self, Code};
use crate::dependence::Note;
use crate::digest::Digest;
use crate::evaluation::{Evaluation, Refused};
use crate::hook::Watch;
use crate::item::Item;
use crate::program::{Build, Function, LoadError, PairsOrder, Program, Source};
use crate::returned::{Returned, Room};
use crate::state::{Observed, State, Value};
use crate::{stop, work};
use mlua::state::{GcIncParams, GcMode};
use mlua::{Function as LuaFunction, Lua, LuaOptions, LuaString, StdLib, Table};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

/// How the outbox of an evaluation is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum References<'a> {
    /// Counted, as aos does: the first is the one after this.
    After(i64),
    /// Entry `n`, from 0, carries this and `n`: for callers that name messages by their
    /// causes, so that no counter makes every order of events another state.
    Named(&'a str),
}

/// What stands for the Data of a message among the names of tags; none is called like that.
pub const ITS_DATA: &str = "its Data";

/// What evaluations do with a text in what they are given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// Whether they look into it, or into a text that it is part of: by a function that reads
    /// texts, or by asking for its length.
    pub is_looked_into: bool,
    /// What must stand in its place, to be equal to what they compare it with, or to be found
    /// where they look it up.
    pub compared: BTreeSet<Vec<u8>>,
    /// The texts that they make, up to 256 bytes long.
    pub made: BTreeSet<Vec<u8>>,
}

/// An interpreter that runs a program. It is brought to whatever state it is asked about.
pub struct Machine {
    lua: Lua,
    program: Arc<Program>,
    evaluate: LuaFunction,
    api: Table,
    items: RefCell<HashMap<Item, Table, foldhash::fast::RandomState>>,
    watch: Arc<Watch>,
}

/// Items that are remembered, and how many bytes one may have.
const MOST_ITEMS: usize = 4096;
const LONGEST_ITEM: usize = 1024;
/// An evaluation in a larger state takes so many times the memory of the state: its image, its
/// tables, and the image of the state behind it, each in parts and as a whole.
const SMALL_STATE: usize = 256 << 10;
const COPIES: usize = 6;

/// How many times what handlers may use the interpreter may, which has all of a state several
/// times while it reads and writes it, and garbage: what handlers use is judged in `work.rs`.
const MEMORY_OF_HOST: usize = 16;

const MODULES: [(&str, &str); 27] = [
    ("dependences", include_str!("../lua/dependences.lua")),
    ("limits", include_str!("../lua/limits.lua")),
    ("bit32", include_str!("../lua/bit32.lua")),
    ("sandbox", include_str!("../lua/sandbox.lua")),
    ("lengths", include_str!("../lua/lengths.lua")),
    ("registry", include_str!("../lua/registry.lua")),
    ("guard", include_str!("../lua/guard.lua")),
    ("host", include_str!("../lua/image/host.lua")),
    ("functions", include_str!("../lua/image/functions.lua")),
    ("write", include_str!("../lua/image/write.lua")),
    ("read", include_str!("../lua/image/read.lua")),
    ("segments", include_str!("../lua/image/segments.lua")),
    ("image", include_str!("../lua/image.lua")),
    ("handlers", include_str!("../lua/handlers.lua")),
    ("utils", include_str!("../lua/utils.lua")),
    ("base64", include_str!("../lua/base64.lua")),
    ("crypto", include_str!("../lua/crypto.lua")),
    ("crypto_util", include_str!("../lua/crypto/util.lua")),
    ("printing", include_str!("../lua/printing.lua")),
    ("chance", include_str!("../lua/chance.lua")),
    ("libraries", include_str!("../lua/libraries.lua")),
    ("wait", include_str!("../lua/wait.lua")),
    ("message", include_str!("../lua/message.lua")),
    ("requests", include_str!("../lua/requests.lua")),
    ("json", include_str!("../lua/json.lua")),
    ("bint", include_str!("../lua/bint.lua")),
    ("process", include_str!("../lua/process.lua")),
];
/// The parts of a state that say whom aos trusts.
const TRUST: [&[u8]; 2] = [b"\0ao.authorities", b"\x02ao"];
/// Globals through which anything can be read.
const OPAQUE: [&[u8]; 7] = [b"_G", b"_ENV", b"load", b"require", b"package", b"Inbox", b"Handlers"];

/// The interpreter with the library that shows upvalues. Contracts never see that: their
/// globals are a table of the host's, which does not have it.
#[allow(unsafe_code)]
fn interpreter() -> Lua {
    let safe = StdLib::STRING | StdLib::TABLE | StdLib::MATH | StdLib::UTF8 | StdLib::OS;
    let libraries = safe | StdLib::COROUTINE | StdLib::DEBUG;
    // SAFETY: what is unsafe about it is that `debug` can break the interpreter's own
    // invariants and that C modules can be loaded. `package` is not opened, so there is no
    // way to load any. `debug` is used by our own chunks in `lua/` alone, for getinfo,
    // metatables, to read registers of functions on the stack, and to read, set and join
    // upvalues of Lua functions by indices that it gave before; none of these can break an
    // invariant. Code in binary form is loaded as Lua dumped it, or as `wait.rs` made it of
    // that. No chunk hands `debug` or a
    // function of it to a contract: `sandbox.lua` lists what contracts get.
    unsafe { Lua::unsafe_new_with(libraries, LuaOptions::new()) }
}

impl Machine {
    /// An interpreter that has loaded the program, and the state after that.
    ///
    /// # Errors
    /// Why the program cannot be run.
    ///
    /// # Panics
    /// If the host's own Lua is broken.
    pub fn new(program: &Arc<Program>) -> Result<(Self, State), LoadError> {
        program.may_be_compiled()?;
        let watch = Watch::new(program.pieces(), program.names(), program.looks());
        let machine = Self::bare(program, watch).expect("the host's own Lua runs");
        let loaded = machine.load(None, false)?;
        Ok((machine, loaded))
    }

    fn bare(program: &Arc<Program>, watch: Arc<Watch>) -> mlua::Result<Self> {
        let lua = interpreter();
        limit_memory(&lua, program)?;
        let modules = lua.create_table()?;
        for (name, code) in compiled() {
            modules.raw_set(*name, chunk::<mlua::Value>(&lua, code)?)?;
        }
        let process: LuaFunction = modules.raw_get("process")?;
        let settings = settings(&lua, program)?;
        modules.raw_set("hook", watch.functions(&lua)?)?;
        modules.raw_set("frames", crate::wait::functions(&lua)?)?;
        modules.raw_set("hashes", crate::hashes::functions(&lua)?)?;
        modules.raw_set("plain", crate::plain::functions(&lua)?)?;
        let api: Table = process.call((modules, settings, protos(&lua, program)?))?;
        // Little is garbage for long, so it is looked for less often than by default.
        lua.gc_set_mode(GcMode::Incremental(GcIncParams::default().pause(400)));
        lua.set_app_data(Room(program.settings.limits.memory));
        let evaluate = api.raw_get("evaluate")?;
        let (program, items) = (Arc::clone(program), RefCell::default());
        Ok(Self { lua, program, evaluate, api, items, watch })
    }

    /// Runs the source once more, in a state: an Eval by the owner. One that fails leaves the
    /// state as it was (SEMANTICS A2).
    ///
    /// # Errors
    /// Why that cannot be done.
    pub fn reload(&self, state: &State) -> Result<State, LoadError> {
        self.load(Some(state), false)
    }

    /// Runs the source of the program's successor in a state: the Eval that replaces it. One
    /// that fails leaves the state as it was.
    ///
    /// # Errors
    /// Why that cannot be done.
    ///
    /// # Panics
    /// If the program has no successor.
    pub fn upgrade(&self, state: &State) -> Result<State, LoadError> {
        self.load(Some(state), true)
    }

    fn load(&self, before: Option<&State>, is_successor: bool) -> Result<State, LoadError> {
        let own = &self.program.file;
        let later = || &self.program.successor.as_ref().expect("a successor").file;
        let file = if is_successor { later() } else { own };
        let result = |machine: &Self| -> mlua::Result<Returned> {
            work::expect(self.longest_text(before, 0));
            let before = before.map(|state| machine.image(state)).transpose()?;
            machine.ask("load", (before, is_successor))
        };
        let result = self.in_memory(before, &result);
        match &*result.kind {
            "fine" => {}
            "syntax" => return Err(LoadError::Syntax(result.text)),
            "threw" => return Err(LoadError::Threw(result.text)),
            "refused" => return Err(LoadError::Refused(self.refused(result))),
            "cut" => return Err(LoadError::Cut(format!("{file}: {}", result.text))),
            _ => return Err(LoadError::Met(format!("{file}: {}", result.text))),
        }
        if !result.sent.is_empty() {
            return Err(LoadError::Sends(file.clone()));
        }
        let after = result.image.or_else(|| before.cloned());
        Ok(after.expect("a first load leaves a state"))
    }

    /// Evaluates an item that the platform let in.
    ///
    /// # Errors
    /// What the handlers asked for that this host does not do.
    ///
    /// # Panics
    /// If the state is of another program.
    pub fn evaluate(
        &self,
        state: &State,
        item: &Item,
        references: References<'_>,
        order: PairsOrder,
    ) -> Result<Evaluation, Refused> {
        let call = |machine: &Self| machine.call(state, item, references, order);
        let result = self.in_memory(Some(state), &call);
        if result.kind == "refused" { Err(self.refused(result)) } else { Ok(result.of(state)) }
    }

    /// Does something that gives a result whatever the handlers do; once more in an interpreter
    /// that remembers nothing where the memory was not enough. So the outcome does not depend on
    /// what was evaluated before.
    fn in_memory(
        &self,
        before: Option<&State>,
        does: &impl Fn(&Self) -> mlua::Result<Returned>,
    ) -> Returned {
        // One that takes few instructions is never asked, and reading a large state takes none.
        let size = before.map_or(0, |state| state.bytes().len());
        if stop::is_due_before(if size < SMALL_STATE { 0 } else { size * COPIES }) {
            return Returned::cut();
        }
        let is_short = |result: &mlua::Result<Returned>| match result {
            Ok(result) => result.kind == "memory",
            Err(_) => true,
        };
        let mut result = does(self);
        if is_short(&result) {
            self.trim();
            let fresh = Self::bare(&self.program, Arc::clone(&self.watch));
            result = does(&fresh.expect("the host's own Lua runs"));
        }
        match result {
            Err(error) if is_out_of_memory(&error) => Returned::met_memory(
                "state, message and what was sent are more than the memory holds",
            ),
            result => result.expect("the host's own Lua runs"),
        }
    }

    /// Calls what `process.lua` returned under this name.
    pub(crate) fn ask<T: mlua::FromLuaMulti>(
        &self,
        name: &str,
        arguments: impl mlua::IntoLuaMulti,
    ) -> mlua::Result<T> {
        self.api.raw_get::<LuaFunction>(name)?.call(arguments)
    }

    fn image(&self, state: &State) -> mlua::Result<LuaString> {
        self.lua.create_string(state.bytes())
    }

    /// The same for what is asked about a state.
    fn asked<T>(&self, ask: impl Fn() -> mlua::Result<T>) -> mlua::Result<T> {
        ask().or_else(|_| {
            self.trim();
            ask()
        })
    }

    /// Gives back what is only remembered. Where memory is full, to say so takes some.
    fn trim(&self) {
        self.items.borrow_mut().clear();
        self.lua.set_memory_limit(0).expect("a limit can be lifted");
        self.ask::<()>("trim", ()).expect("image.lua gives memory back");
        self.lua.gc_collect().expect("no finalizer fails");
        limit_memory(&self.lua, &self.program).expect("a limit can be set");
    }

    fn call(
        &self,
        state: &State,
        item: &Item,
        references: References<'_>,
        order: PairsOrder,
    ) -> mlua::Result<Returned> {
        work::expect(self.longest_text(Some(state), item.size()));
        let prefix = match references {
            References::Named(prefix) => Some(prefix),
            References::After(_) => None,
        };
        self.watch.expect(prefix, item);
        let before = self.image(state)?;
        let item = self.item(item)?;
        match references {
            References::After(first) => {
                self.evaluate.call((before, item, mlua::Nil, first, order.name()))
            }
            References::Named(prefix) => {
                self.evaluate.call((before, item, prefix, 0, order.name()))
            }
        }
    }

    /// The table of an item, which no handler sees and nothing changes.
    fn item(&self, item: &Item) -> mlua::Result<Table> {
        if let Some(known) = self.items.borrow().get(item) {
            return Ok(known.clone());
        }
        let table = self.new_item(item)?;
        if item.size() > LONGEST_ITEM {
            return Ok(table);
        }
        let mut items = self.items.borrow_mut();
        if items.len() >= MOST_ITEMS {
            items.clear();
        }
        items.insert(item.clone(), table.clone());
        Ok(table)
    }

    fn new_item(&self, item: &Item) -> mlua::Result<Table> {
        let table = self.lua.create_table_with_capacity(0, 10)?;
        let text = |bytes: &[u8]| self.lua.create_string(bytes);
        table.raw_set("Id", text(&item.id)?)?;
        table.raw_set("From", text(&item.from)?)?;
        table.raw_set("Owner", text(&item.owner)?)?;
        table.raw_set("Target", text(&item.target)?)?;
        table.raw_set("Data", text(&item.data)?)?;
        let names = self.lua.create_table_with_capacity(item.tags.len(), 0)?;
        let values = self.lua.create_table_with_capacity(item.tags.len(), 0)?;
        for (place, (name, value)) in item.tags.iter().enumerate() {
            names.raw_set(place + 1, text(name)?)?;
            values.raw_set(place + 1, text(value)?)?;
        }
        table.raw_set("names", names)?;
        table.raw_set("values", values)?;
        table.raw_set("clock", item.timestamp)?;
        table.raw_set("height", item.block_height)?;
        table.raw_set("seed", Digest::of(&item.id).seed().cast_signed())?;
        Ok(table)
    }

    fn refused(&self, result: Returned) -> Refused {
        let at = result.stack.first().map(|line| self.program.place(*line));
        let file = at.map_or(self.program.watched().0, |(file, _)| file).to_owned();
        Refused { text: result.text, file, line: at.map(|(_, line)| line) }
    }

    /// What is at each path in a state. A path is names with dots, from a global on; behind
    /// the word `local`, from a local variable that some handler can see. `Locks[*].status` is
    /// of each entry of a table what is at a path below it.
    ///
    /// # Panics
    /// If the state is of another program.
    pub fn observe(&self, state: &State, paths: &[String]) -> Vec<Observed> {
        let is_global = |path: &&String| !path.contains(['.', ' ', '[']);
        let plain = |path| Some(path).filter(is_global).and_then(|path| state.global(path));
        if let Some(plain) = paths.iter().map(plain).collect() {
            return plain;
        }
        let seen = self.asked(|| self.observed(state, paths));
        seen.expect("a state of this program can be looked at")
    }

    /// About how long a text of the source, the state or a message can be. What is small is not
    /// looked at.
    fn longest_text(&self, state: Option<&State>, message: usize) -> usize {
        let state = state.map_or(0, State::longest_text);
        let Program { source, successor, .. } = &*self.program;
        let sources = successor.iter().map(|later| later.text.len()).chain([source.len()]);
        // Most of a large part is not one text.
        sources.fold(state, usize::max).max(message) / 4
    }

    fn observed(&self, state: &State, paths: &[String]) -> mlua::Result<Vec<Observed>> {
        work::expect(self.longest_text(Some(state), 0));
        let seen: Table = self.ask("observe", (self.image(state)?, paths))?;
        (1..=paths.len()).map(|place| observed(&seen.raw_get(place)?)).collect()
    }

    /// The names of the globals that the contract has set.
    ///
    /// # Panics
    /// If the state is of another program.
    pub fn globals(&self, state: &State) -> Vec<String> {
        let names = || -> mlua::Result<Vec<String>> {
            let names: Vec<LuaString> = self.ask("globals", self.image(state)?)?;
            Ok(names.iter().map(LuaString::to_string_lossy).collect())
        };
        self.asked(names).expect("a state of this program can be looked at")
    }

    /// The handlers of a state, in their order.
    ///
    /// # Panics
    /// If the state is of another program.
    pub fn handlers(&self, state: &State) -> Vec<Function> {
        let listed = || -> mlua::Result<Vec<Function>> {
            let found: Vec<Table> = self.ask("handlers", self.image(state)?)?;
            let function = |entry: &Table| {
                let (first, last): (u32, u32) = (entry.raw_get("first")?, entry.raw_get("last")?);
                let lines = (first > 0).then_some((first, last));
                let is_watched = entry.raw_get("is_watched")?;
                let number: Option<u32> = entry.raw_get("number")?;
                let piece = number.and_then(Branches::place_of);
                let piece = piece.and_then(|place| self.program.pieces().pieces.get(place));
                let entry_of = piece.and_then(|piece| piece.entry);
                let handler = text_at(entry, "name");
                let runs_left = entry.raw_get("runs_left")?;
                Ok(Function { handler, lines, is_watched, entry: entry_of, runs_left })
            };
            found.iter().map(function).collect()
        };
        self.asked(listed).expect("a state of this program can be looked at")
    }

    /// Whom aos trusts in a state that has changed `ao` or `ao.authorities`; nothing where these
    /// are as they were when the process was spawned (SEMANTICS A3).
    ///
    /// # Errors
    /// Why that cannot be known.
    ///
    /// # Panics
    /// If the state is of another program.
    pub fn authorities(&self, state: &State) -> Result<Option<Vec<String>>, Refused> {
        if !state.beside_globals().any(|(name, _)| TRUST.contains(&name)) {
            return Ok(None);
        }
        let listed = || -> mlua::Result<Result<Vec<String>, String>> {
            let (found, why): (Option<Vec<LuaString>>, Option<LuaString>) =
                self.ask("authorities", self.image(state)?)?;
            let why = why.map(|why| why.to_string_lossy()).unwrap_or_default();
            let texts = |found: Vec<LuaString>| {
                found.iter().map(LuaString::to_string_lossy).collect::<Vec<_>>()
            };
            Ok(found.map(texts).ok_or(why))
        };
        let listed = self.asked(listed).expect("a state of this program can be looked at");
        let file = self.program.watched().0.to_owned();
        listed.map(Some).map_err(|text| Refused { text, file, line: None })
    }

    /// The texts of at most `longest` bytes that are in a state, or in its code, except
    /// for names of globals; at most `most` texts and as many functions are looked at.
    ///
    /// # Panics
    /// If the state is of another program.
    pub fn texts(&self, state: &State, most: usize, longest: usize) -> BTreeSet<Vec<u8>> {
        let texts = || -> mlua::Result<BTreeSet<Vec<u8>>> {
            let asked = (self.image(state)?, most, longest);
            let (texts, codes): (Vec<LuaString>, Vec<LuaString>) = self.ask("texts", asked)?;
            let codes = codes.iter().filter_map(|dump| Code::of(&dump.as_bytes()));
            let of_code = codes.flat_map(|code| code.texts);
            let of_code = of_code.filter(|text| text.len() <= longest);
            Ok(texts.iter().map(|text| text.as_bytes().to_vec()).chain(of_code).collect())
        };
        self.asked(texts).expect("a state of this program can be looked at")
    }

    /// About how many instructions the last evaluation took.
    pub fn used(&self) -> u64 {
        self.ask("used", ()).unwrap_or_default()
    }

    /// The names of tags that evaluations looked for in a message that had none of that name,
    /// since this was asked last; `*` where one looked at all tags, [`ITS_DATA`] where one looked
    /// at its Data, and `Id` also where one looked at its Id. Nothing is noted before this is
    /// asked for the first time.
    pub fn missed_tags(&self) -> BTreeSet<String> {
        let names: mlua::Result<Vec<LuaString>> = self.ask("asked", ());
        names.unwrap_or_default().iter().map(LuaString::to_string_lossy).collect()
    }

    /// What the evaluations that `run` makes do with this text, which is in what they are given.
    pub fn seek(&self, text: &[u8], run: impl FnOnce()) -> Sought {
        // What is remembered, or is garbage, would not be made again.
        self.trim();
        self.watch.seek(text);
        work::keep_texts(true);
        run();
        let made = work::keep_texts(false);
        let is_looked_into = self.watch.seek(b"");
        Sought { is_looked_into, compared: self.watch.compared(), made }
    }

    /// The globals that the patterns of handlers can read, directly or through functions;
    /// nothing if that cannot be known.
    ///
    /// # Panics
    /// If the state is of another program.
    pub fn read_by_patterns(&self, state: &State) -> Option<BTreeSet<Vec<u8>>> {
        let reads = || -> mlua::Result<Option<BTreeSet<Vec<u8>>>> {
            let state = self.image(state)?;
            let mut names = BTreeSet::new();
            let waiting: Option<Vec<LuaString>> = self.ask("code", &state)?;
            let Some(mut waiting) = waiting else { return Ok(None) };
            while let Some(dump) = waiting.pop() {
                let facts = Code::of(&dump.as_bytes()).filter(|code| !code.uses_environment);
                let Some(facts) = facts else { return Ok(None) };
                for name in facts.globals {
                    if OPAQUE.contains(&&*name) {
                        return Ok(None);
                    }
                    if names.insert(name.clone()) {
                        let found: Option<Vec<LuaString>> =
                            self.ask("code", (&state, self.lua.create_string(&name)?))?;
                        let Some(found) = found else { return Ok(None) };
                        waiting.extend(found);
                    }
                }
            }
            Ok(Some(names))
        };
        self.asked(reads).expect("a state of this program can be looked at")
    }

    /// The state with words exchanged in every text of it. A word is made of letters, digits
    /// and dashes; one of 43 characters is an id, which has underscores, too, and is found wherever
    /// it is.
    ///
    /// # Panics
    /// If the state is of another program.
    pub fn renamed(&self, state: &State, words: &[(&str, &str)]) -> State {
        let renamed = || -> mlua::Result<State> {
            let words = self.lua.create_table_from(words.iter().copied())?;
            let image: LuaString = self.ask("renamed", (self.image(state)?, words))?;
            Ok(State::new(&image.as_bytes()))
        };
        self.asked(renamed).expect("a state of this program can be renamed")
    }

    /// From now on it is not noted which branches and lines run, which takes time.
    pub fn watch_no_branches(&self) {
        self.watch.watch_no_branches();
    }

    /// The lines with code that did not run since [`forget`](Self::forget).
    pub fn unreached(&self) -> BTreeSet<u32> {
        self.watch.unreached()
    }

    /// The branches that ran since then, by their places among [all](Program::branches).
    pub fn ran(&self) -> BTreeSet<usize> {
        self.watch.branches()
    }

    /// What evaluations in this machine read that a check tries in one way.
    pub fn notes(&self) -> BTreeSet<Note> {
        let placed = |Note { what, place }| Note {
            what,
            place: place.map(|(file, line)| self.program.place_in(&file, line)),
        };
        self.watch.notes().into_iter().map(placed).collect()
    }

    /// Begins to count lines and branches anew.
    pub fn forget(&self) {
        self.watch.forget();
    }

    /// What it runs.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }
}

/// Limits what the interpreter may use.
fn limit_memory(lua: &Lua, program: &Program) -> mlua::Result<()> {
    let most = program.settings.limits.memory.saturating_mul(MEMORY_OF_HOST);
    lua.set_memory_limit(most).map(|_| ())
}

fn is_out_of_memory(error: &mlua::Error) -> bool {
    match error {
        mlua::Error::MemoryError(_) => true,
        mlua::Error::CallbackError { cause, .. } => is_out_of_memory(cause),
        _ => false,
    }
}

/// The host's own chunks, compiled once; without their lines, so that they are not taken for
/// lines of the contract.
fn compiled() -> &'static [(&'static str, Vec<u8>)] {
    static COMPILED: OnceLock<Vec<(&str, Vec<u8>)>> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let lua = Lua::new();
        let code = |source| lua.load(source).into_function().map(|chunk| chunk.dump(true));
        let code = |source| code(source).expect("the host's own Lua compiles");
        MODULES.iter().map(|(name, source)| (*name, code(*source))).collect()
    })
}

fn chunk<T: mlua::FromLuaMulti>(lua: &Lua, code: &[u8]) -> mlua::Result<T> {
    lua.load(code).set_name("=?").set_mode(mlua::chunk::ChunkMode::Binary).call(())
}

fn settings(lua: &Lua, program: &Arc<Program>) -> mlua::Result<Table> {
    let given = &program.settings;
    let build = lua.create_table()?;
    build.raw_set("loose_patterns", given.build == Build::Late)?;
    build.raw_set("title_case", given.build == Build::Late)?;
    build.raw_set("replies", given.build != Build::Aos1)?;
    build.raw_set("lists_all", given.build == Build::Late)?;
    let settings = lua.create_table()?;
    let version = |table: &Table, file: &str, text: &str| {
        table.raw_set("file", file)?;
        table.raw_set("source", text)?;
        table.raw_set("place_of", place_of(lua, program, file)?)
    };
    version(&settings, &program.file, &program.source)?;
    let successor = |source: &Source| {
        let table = lua.create_table()?;
        version(&table, &source.file, &source.text).map(|()| table)
    };
    settings.raw_set("successor", program.successor.as_ref().map(successor).transpose()?)?;
    settings.raw_set("id", given.process.as_str())?;
    settings.raw_set("owner", given.owner.as_str())?;
    settings.raw_set("authorities", given.authorities.clone())?;
    let (tags, absent) = (lua.create_table()?, lua.create_table()?);
    for (name, value) in &given.tags {
        match value {
            Some(value) => tags.raw_set(name.as_str(), value.as_str())?,
            None => absent.raw_set(name.as_str(), true)?,
        }
    }
    settings.raw_set("tags", tags)?;
    settings.raw_set("absent_tags", absent)?;
    settings.raw_set("build", build)?;
    settings.raw_set("budget", given.limits.instructions)?;
    settings.raw_set("memory", given.limits.memory)?;
    settings.raw_set("asks_length", program.asks_length())?;
    settings.raw_set("keep_inbox", program.keeps_inbox())?;
    settings.raw_set("keep_tags", program.keeps_tags())?;
    Ok(settings)
}

/// For a line of a version: the file, unless it is the main one, and the line in it.
fn place_of(lua: &Lua, program: &Arc<Program>, file: &str) -> mlua::Result<LuaFunction> {
    let (program, main) = (Arc::clone(program), file.to_owned());
    lua.create_function(move |_, line: u32| {
        let (file, line) = program.place_in(&main, line);
        Ok((Some(file).filter(|file| *file != main), line))
    })
}

/// Where the code of closures is kept, for all machines of a program.
fn protos(lua: &Lua, program: &Arc<Program>) -> mlua::Result<Table> {
    let protos = lua.create_table()?;
    let (adds, gets) = (Arc::clone(program), Arc::clone(program));
    let add = lua.create_function(move |lua, code: LuaString| {
        let (key, kept) = adds.add_code(&code.as_bytes());
        Ok((lua.create_string(key.bytes())?, kept.assigns, kept.moves_globals))
    })?;
    let get = lua.create_function(move |lua, key: LuaString| {
        let kept = gets.code(&key.as_bytes());
        let kept = kept.ok_or_else(|| mlua::Error::runtime("code of another program"))?;
        Ok((lua.create_string(&kept.dump)?, kept.assigns, kept.moves_globals))
    })?;
    let keeps = Arc::clone(program);
    let keep_source = lua.create_function(move |_, source: LuaString| {
        keeps.keep_source(&source.as_bytes());
        Ok(())
    })?;
    let is_nothing = |_: &Lua, dump: LuaString| Ok(bytecode::is_nothing(&dump.as_bytes()));
    protos.raw_set("is_nothing", lua.create_function(is_nothing)?)?;
    protos.raw_set("keep_source", keep_source)?;
    protos.raw_set("add", add)?;
    protos.raw_set("get", get)?;
    Ok(protos)
}

/// A text; what is not UTF-8 is shown as the replacement character.
fn text_at(table: &Table, name: &str) -> String {
    let text: Option<LuaString> = table.raw_get(name).unwrap_or_default();
    text.map(|text| text.to_string_lossy()).unwrap_or_default()
}

fn observed(value: &mlua::Value) -> mlua::Result<Observed> {
    if let mlua::Value::Table(table) = value {
        let entries: Option<Vec<mlua::Value>> = table.raw_get("entries")?;
        if let Some(entries) = entries {
            let pair = |pair: &[mlua::Value]| Ok((plain(&pair[0])?, plain(&pair[1])?));
            let pairs = entries.chunks_exact(2).map(pair);
            let entries = pairs.collect::<mlua::Result<_>>()?;
            let masks: Option<String> = table.raw_get("masks")?;
            return Ok(match masks {
                Some(events) => Observed::Masked(entries, events),
                None => Observed::Entries(entries),
            });
        }
    }
    Ok(Observed::Value(plain(value)?))
}

fn plain(value: &mlua::Value) -> mlua::Result<Value> {
    Ok(match value {
        mlua::Value::Nil => Value::Nil,
        mlua::Value::Boolean(one) => Value::Boolean(*one),
        mlua::Value::Integer(one) => Value::Integer(*one),
        mlua::Value::Number(one) => Value::Float(*one),
        mlua::Value::String(text) => Value::Text(text.as_bytes().to_vec()),
        mlua::Value::Table(table) => Value::Other(text_at(table, "kind")),
        other => return Err(mlua::Error::runtime(format!("a {}", other.type_name()))),
    })
}
