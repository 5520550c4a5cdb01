//! How a page is read: its Lua is run once, and says what the system is.

use crate::beside::beside;
use crate::deployed::Deployed;
use crate::end::STOPPED;
use crate::message::{MESSENGER, Message};
use crate::page::{
    Act, Answer, Edit, Errors, Exception, Faults, First, Instant, Observe, Page, PageError, Person,
    Process, Profile, Promise, Record, Variant, When,
};
use crate::runtime::Runtime;
use crate::trust::{Rule, Trust};
use aos::{joined, stop};
use mlua::{Function, HookTriggers, Lua, LuaOptions, StdLib, Table, Value, VmState};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A page, with the interpreter that its promises live in.
pub struct Read {
    pub page: Page,
    /// What judges its promises.
    pub lua: PageLua,
}

/// The interpreter of a page.
pub struct PageLua {
    pub(crate) lua: Lua,
    pub(crate) judge: Function,
    pub(crate) judge_step: Function,
    pub(crate) fold: Function,
    pub(crate) observed: Function,
    instructions: Arc<AtomicU64>,
}

/// Reads a file: its text, or why not.
pub type ReadFile = fn(&Path) -> Result<String, String>;

const WORDS: &str = include_str!("../lua/page.lua");
const READY: &str = include_str!("../lua/ready.lua");
const PROFILES: &str = include_str!("../lua/profiles.lua");
const LEDGERS: [(&str, &str); 3] = [
    ("blueprint", include_str!("../lua/ledgers/blueprint.lua")),
    ("token-1.0", include_str!("../lua/ledgers/token-1.0.lua")),
    ("hyper-token", include_str!("../lua/ledgers/hyper-token.lua")),
];

/// How many instructions it may take to read a page, or to judge one promise once.
const MOST_INSTRUCTIONS: u64 = 20_000_000;
const LOOKED_AT_EVERY: u32 = 1000;
/// Bytes of the interpreter of a page.
const MOST_MEMORY: usize = 1 << 30;
/// The same while it is read: most pages take less than a thousandth, and none can be without the
/// other.
const MOST_WHILE_READ: usize = 64 << 20;
const LEAST_MEMORY: usize = 1 << 20;

impl PageLua {
    /// Begins to count instructions anew.
    pub(crate) fn restart(&self) {
        self.instructions.store(0, Ordering::Relaxed);
    }

    /// So many bytes more may be used, or what every page may; says whether that is less.
    pub(crate) fn limit_memory(&self, left: Option<u64>) -> bool {
        let left = left.and_then(|left| usize::try_from(left).ok()).unwrap_or(MOST_MEMORY);
        let most = self.lua.used_memory().saturating_add(left).clamp(1, MOST_MEMORY);
        self.lua.set_memory_limit(most).expect("the interpreter counts its memory");
        most < MOST_MEMORY
    }
}

/// Where a page is, and the files that it names.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub page: &'a Path,
    /// The folder of the files that it names.
    pub folder: &'a Path,
}

impl<'a> Place<'a> {
    /// A page whose files lie beside it.
    pub fn of(page: &'a Path) -> Self {
        Self { page, folder: page.parent().unwrap_or(Path::new("")) }
    }
}

/// Reads a page, and the files that it names.
///
/// # Errors
/// What is wrong with it, with file and line.
pub fn read(place: Place<'_>, read_file: ReadFile) -> Result<Read, PageError> {
    read_within(place, read_file, (&Deployed::default(), None))
}

/// Reads a page whose processes are deployed.
///
/// # Errors
/// What is wrong with it, with file and line.
pub fn read_deployed(
    place: Place<'_>,
    read_file: ReadFile,
    deployed: &Deployed,
) -> Result<Read, PageError> {
    read_within(place, read_file, (deployed, None))
}

/// The same, with so many bytes left for it.
///
/// # Errors
/// What is wrong with the page, with file and line.
pub(crate) fn read_within(
    place: Place<'_>,
    read_file: ReadFile,
    (deployed, left): (&Deployed, Option<u64>),
) -> Result<Read, PageError> {
    let name = place.page.display().to_string();
    let text = read_file(place.page).map_err(|why| PageError(format!("{name}: {why}")))?;
    if let Some(why) = aos::too_much(text.as_bytes()) {
        return Err(PageError(format!("{name}: {why}")));
    }
    let run = run((place.folder, &name, &text), read_file, (deployed, left));
    run.map_err(|error| match error {
        mlua::Error::MemoryError(_) => PageError(format!(
            "{name}: it takes more memory to read than there is for that, {} MiB at most; make it smaller, or give it more by --max-memory",
            MOST_WHILE_READ >> 20
        )),
        error => PageError(told(&error)),
    })
}

/// An error of Lua without Lua's stack.
pub(crate) fn told(error: &mlua::Error) -> String {
    match error {
        mlua::Error::CallbackError { cause, .. } => told(cause),
        mlua::Error::RuntimeError(text) | mlua::Error::SyntaxError { message: text, .. } => {
            text.split("\nstack traceback:").next().unwrap_or_default().to_owned()
        }
        error => error.to_string(),
    }
}

fn run(
    (folder, name, text): (&Path, &str, &str),
    read_file: ReadFile,
    (deployed, left): (&Deployed, Option<u64>),
) -> mlua::Result<Read> {
    let lua = interpreter();
    let left = left.and_then(|left| usize::try_from(left).ok()).unwrap_or(usize::MAX);
    lua.set_memory_limit(left.clamp(LEAST_MEMORY, MOST_WHILE_READ))?;
    let instructions = limit(&lua, name)?;
    let words: Table = lua.load(WORDS).set_name("@page.lua").call(host(
        &lua,
        (folder, name),
        read_file,
        deployed,
    )?)?;
    let environment: Table = words.get("environment")?;
    lua.load(text).set_name(format!("@{name}")).set_environment(environment).exec()?;
    words.get::<Function>("finish")?.call::<()>(())?;
    let page = page(name, &words.get("said")?, deployed)?;
    lua.set_memory_limit(MOST_MEMORY)?;
    let lua = PageLua {
        judge: words.get("judge")?,
        judge_step: words.get("judge_step")?,
        fold: words.get("fold")?,
        observed: words.get("observed")?,
        instructions,
        lua,
    };
    Ok(Read { page, lua })
}

/// With what `page.lua` needs; a page sees what that gives it, and nothing else.
#[allow(unsafe_code, reason = "`debug` can break the rules of Lua, and no page sees it")]
fn interpreter() -> Lua {
    let libraries = StdLib::STRING | StdLib::TABLE | StdLib::MATH | StdLib::DEBUG;
    // SAFETY: `host` hands on two functions of `debug` that only look, to `page.lua` alone.
    unsafe { Lua::unsafe_new_with(libraries, LuaOptions::default()) }
}

/// Ends what does not end.
fn limit(lua: &Lua, name: &str) -> mlua::Result<Arc<AtomicU64>> {
    let instructions = Arc::new(AtomicU64::new(0));
    let (counted, name) = (Arc::clone(&instructions), name.to_owned());
    lua.set_hook(HookTriggers::new().every_nth_instruction(LOOKED_AT_EVERY), move |lua, _| {
        if stop::is_due() {
            return Err(mlua::Error::runtime(STOPPED));
        }
        let so_far = counted.fetch_add(LOOKED_AT_EVERY.into(), Ordering::Relaxed);
        if so_far < MOST_INSTRUCTIONS && !stop::is_due() {
            return Ok(VmState::Continue);
        }
        let line = page_line(lua, &name);
        Err(mlua::Error::runtime(format!(
            "{name}:{line}: this does not end within {MOST_INSTRUCTIONS} instructions"
        )))
    })?;
    Ok(instructions)
}

/// The line of the page that is being run, 0 if none is.
fn page_line(lua: &Lua, name: &str) -> usize {
    let of_page = |level| {
        lua.inspect_stack(level, |frame| {
            let source = frame.source().source;
            let is_page = source.as_deref().and_then(|source| source.strip_prefix('@'));
            (is_page == Some(name)).then(|| frame.current_line()).flatten()
        })
    };
    (0..).map_while(of_page).flatten().next().unwrap_or_default()
}

/// What only Rust can do for `page.lua`.
fn host(
    lua: &Lua,
    (folder, name): (&Path, &str),
    read_file: ReadFile,
    deployed: &Deployed,
) -> mlua::Result<Table> {
    let host = lua.create_table()?;
    let globals = lua.globals();
    for word in [
        "math", "string", "table", "ipairs", "select", "tonumber", "tostring", "type", "error",
        "assert",
    ] {
        host.set(word, globals.get::<Value>(word)?)?;
    }
    // What is not the same each time, or shows code.
    for (library, word) in [("math", "random"), ("math", "randomseed"), ("string", "dump")] {
        host.get::<Table>(library)?.set(word, Value::Nil)?;
    }
    let debug: Table = globals.get("debug")?;
    host.set("upvalue", debug.get::<Function>("getupvalue")?)?;
    globals.set("debug", Value::Nil)?;
    let source = |_: &Lua, f: Function| {
        let source = f.info().source;
        Ok(source.and_then(|source| source.strip_prefix('@').map(str::to_owned)))
    };
    host.set("source", lua.create_function(source)?)?;
    host.set("file", name)?;
    host.set("messenger", MESSENGER)?;
    host.set("profiles", lua.load(PROFILES).set_name("@profiles.lua").eval::<Table>()?)?;
    host.set("ledgers", lua.create_table_from(LEDGERS)?)?;
    host.set("ready", lua.load(READY).set_name("@ready.lua").into_function()?)?;
    let page = name.to_owned();
    host.set("line", lua.create_function(move |lua, ()| Ok(page_line(lua, &page)))?)?;
    host_deployed(lua, &host, deployed)?;
    let folder: PathBuf = folder.to_owned();
    let beside = move |_: &Lua, name: String| match beside(&folder, &name)
        .and_then(|path| contract(&path, &name, read_file))
    {
        Ok(text) => Ok((Some(text), None)),
        Err(why) => Ok((None, Some(why))),
    };
    host.set("read", lua.create_function(beside)?)?;
    host.set("parse", lua.create_function(|lua, text: String| parsed(lua, &text))?)?;
    Ok(host)
}

/// The ids and first balances of deployed processes, by their names on the page.
fn host_deployed(lua: &Lua, host: &Table, deployed: &Deployed) -> mlua::Result<()> {
    let (ids, balances) = (lua.create_table()?, lua.create_table()?);
    let (runs, successors) = (lua.create_table()?, lua.create_table()?);
    for (name, deployment) in &deployed.processes {
        ids.set(name.as_str(), deployment.id.as_str())?;
        for (sources, source) in [(&runs, &deployment.runs), (&successors, &deployment.successor)] {
            if let Some(aos::Source { file, text }) = source {
                sources.set(name.as_str(), vec![file.as_str(), text.as_str()])?;
            }
        }
        let held =
            deployment.balances.iter().map(|(account, amount)| [account.as_str(), amount.as_str()]);
        balances.set(name.as_str(), held.collect::<Vec<_>>())?;
    }
    host.set("ids", ids)?;
    host.set("runs", runs)?;
    host.set("successors", successors)?;
    host.set("balances", balances)
}

/// What can be deployed.
///
/// # Panics
/// If the data is no Lua of its form; a test reads it.
pub fn profiles() -> Vec<Profile> {
    let lua = Lua::new();
    let all: Vec<Table> = lua.load(PROFILES).eval().expect("profiles.lua");
    let read = |one: &Table| {
        let text = |key: &str| one.get::<String>(key).expect("a text of a profile");
        Profile {
            row: one.get("row").expect("a number"),
            name: text("name"),
            receiver: text("receiver"),
            ledger: text("ledger"),
            scheduler: text("scheduler"),
            repeats: text("repeats"),
            throws: text("throws"),
            stops: text("stops"),
            key: text("key"),
            evidence: text("evidence"),
            page: text("page"),
            instead: text("instead"),
        }
    };
    all.iter().map(read).collect()
}

/// The file of a version of a process, with the modules that lie beside it.
///
/// # Errors
/// Why it cannot be read.
pub fn version(path: &Path, read_file: ReadFile) -> Result<aos::Source, PageError> {
    let file = path.display().to_string();
    let text = contract(path, &file, read_file).map_err(PageError)?;
    Ok(aos::Source { file, text })
}

/// A file of a process, with the modules that lie beside it.
fn contract(path: &Path, name: &str, read_file: ReadFile) -> Result<String, String> {
    let text =
        read_file(path).map_err(|why| format!("{name}: {why}; name a file beside the page"))?;
    let module = |module: &str| {
        let read = |path: PathBuf| {
            read_file(&path).map_err(|why| {
                format!("{}: {why}", Path::new(name).with_file_name(module).display())
            })
        };
        joined::within(path, module)?.map(read).transpose()
    };
    joined::joined(name, text, &module)
}

/// The value that a text of a record says.
pub(crate) fn parsed(lua: &Lua, text: &str) -> mlua::Result<Value> {
    lua.load(format!("return {text}")).set_environment(lua.create_table()?).eval()
}

fn page(file: &str, said: &Table, deployed: &Deployed) -> mlua::Result<Page> {
    let instants = each(said, "instants", instant)?;
    Ok(Page {
        file: file.to_owned(),
        processes: each(said, "processes", |one| process(one, deployed))?,
        people: each(said, "people", |one| person(file, &instants, one))?,
        lost: said.get("lost")?,
        repeated: said.get("repeated")?,
        is_always_repeated: said.get("is_always_repeated")?,
        is_ordered: said.get::<String>("order")? == "sent",
        records: each(said, "records", record)?,
        promises: each(said, "promises", promise)?,
        exceptions: each(said, "exceptions", exception)?,
        variants: each(said, "variants", variant)?,
        instants,
        deployed: deployed.clone(),
    })
}

fn each<T>(
    said: &Table,
    key: &str,
    read: impl Fn(&Table) -> mlua::Result<T>,
) -> mlua::Result<Vec<T>> {
    said.get::<Vec<Table>>(key)?.iter().map(read).collect()
}

fn text(of: &Table, key: &str) -> mlua::Result<SmolStr> {
    Ok(of.get::<String>(key)?.into())
}

fn process(said: &Table, deployed: &Deployed) -> mlua::Result<Process> {
    let name = text(said, "name")?;
    let mut deployment = deployed.processes.get(&name).cloned();
    let successor: Option<String> = said.get("successor")?;
    if let (Some(text), Some(source)) =
        (successor, deployment.as_mut().and_then(|deployment| deployment.successor.as_mut()))
    {
        source.text = text;
    }
    let runtime = Runtime::named(&said.get::<String>("runtime")?);
    let file: String = said.get("file")?;
    Ok(Process {
        deployment,
        name,
        owner: text(said, "owner")?,
        source: runtime.text(&file, said.get("source")?),
        file,
        runtime,
        trust: trust(said)?,
        is_filtered: said.get::<Option<bool>>("dedup")?.unwrap_or_default(),
        takes_pushes: said.get::<String>("scheduler")? != "L1",
        observed: each(said, "observed", |one| {
            Ok(Observe { name: one.get(1)?, path: one.get(2)?, may_be_absent: one.get(3)? })
        })?,
        is_built_in: said.get::<Option<bool>>("is_built_in")?.unwrap_or_default(),
        start: each(said, "start", |one| first(said, one))?,
        untried: said.get("untried")?,
        tags: each(said, "tags", |one| Ok((one.get(1)?, one.get(2)?)))?.into_iter().collect(),
        errors: match &*said.get::<String>("errors")? {
            "keep" => Errors::Keep,
            "stop" => Errors::Stop,
            _ => Errors::Undo,
        },
        has_references: !said.get::<Option<bool>>("no_reference")?.unwrap_or_default(),
        can_stop: said.get::<Option<bool>>("can_stop")?.unwrap_or_default(),
        line: said.get("line")?,
    })
}

fn trust(said: &Table) -> mlua::Result<Trust> {
    Ok(Trust {
        rule: match &*said.get::<String>("trust")? {
            "value" => Rule::Value,
            "signers" => Rule::Signers,
            "open" => Rule::Open,
            _ => Rule::Aos,
        },
        listed: said.get("authority")?,
        matches: said.get("match")?,
    })
}

fn instant(said: &Table) -> mlua::Result<Instant> {
    Ok(Instant { name: text(said, "name")?, at: said.get("at")? })
}

fn record(said: &Table) -> mlua::Result<Record> {
    let process: usize = said.get("process")?;
    Ok(Record { name: said.get("name")?, process: process - 1, start: said.get("start")? })
}

fn first(process: &Table, said: &Table) -> mlua::Result<First> {
    let from = text(said, "from")?;
    let messages = messages(&from, &text(process, "name")?, said)?;
    let message = messages.into_iter().next().ok_or_else(|| mlua::Error::runtime("no message"))?;
    Ok(First { message, line: said.get("line")? })
}

fn person(file: &str, instants: &[Instant], said: &Table) -> mlua::Result<Person> {
    let name = text(said, "name")?;
    let acts = each(said, "acts", |one| act(file, instants, &name, one))?;
    Ok(Person { name, acts, most: said.get("most")? })
}

/// One message for each choice of values.
fn messages(from: &SmolStr, target: &SmolStr, said: &Table) -> mlua::Result<Vec<Message>> {
    let names: Vec<String> = said.get("names")?;
    let choices: Vec<Vec<String>> = said.get("choices")?;
    let stops = said.get::<Option<bool>>("stops")?.unwrap_or_default();
    let claimed = said.get::<Option<String>>("as")?.map_or_else(|| from.clone(), SmolStr::from);
    let message = |values: &Vec<String>| {
        let (data, tags): (Vec<_>, Vec<_>) =
            names.iter().zip(values).partition(|(name, _)| *name == "Data");
        Message {
            id: SmolStr::default(),
            from: claimed.clone(),
            owner: from.clone(),
            target: target.clone(),
            tags: tags.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            data: data.first().map(|(_, value)| SmolStr::from(*value)).unwrap_or_default(),
            at: 0,
            place: 0,
            stops,
        }
    };
    Ok(choices.iter().map(message).collect())
}

fn act(file: &str, instants: &[Instant], person: &SmolStr, said: &Table) -> mlua::Result<Act> {
    let act = said.get::<Table>("act")?;
    let line = act.get("line")?;
    let answer = |one: &Table| {
        let (name, action, tag) = (text(one, "name")?, text(one, "action")?, text(one, "tag")?);
        Ok(Answer { name, action, tag })
    };
    Ok(Act {
        name: text(said, "name")?,
        messages: messages(person, &text(&act, "target")?, &act)?,
        times: act.get("times")?,
        after: act.get::<Option<String>>("after")?.map(SmolStr::from),
        at: act
            .get::<Option<String>>("at")?
            .map_or(Ok(0), |at| place(file, instants, &at, line))?,
        answers: each(&act, "answers", answer)?,
        line,
    })
}

/// The place of an instant.
fn place(file: &str, instants: &[Instant], name: &str, line: u32) -> mlua::Result<u8> {
    let known = instants.iter().zip(0..).find(|(instant, _)| instant.name == name);
    known.map(|(_, place)| place).ok_or_else(|| {
        let names: Vec<_> = instants.iter().map(|instant| instant.name.as_str()).collect();
        let there_are = match &names[..] {
            [] => "there is no clock; write one: clock { opening = 0, deadline = 1000 }".to_owned(),
            names => format!("the clock has {}", names.join(", ")),
        };
        mlua::Error::runtime(format!("{file}:{line}: no instant is called '{name}'; {there_are}"))
    })
}

fn promise(said: &Table) -> mlua::Result<Promise> {
    let when = match &*said.get::<String>("when")? {
        "always" => When::Always,
        "at_rest" => When::AtRest,
        "each_step" => {
            let of: Option<usize> = said.get("of")?;
            When::EachStep(of.map(|place| place - 1))
        }
        "way_out" => {
            let by: Option<Vec<String>> = said.get("by")?;
            When::WayOut(by.map(|names| names.into_iter().map(SmolStr::from).collect()))
        }
        "way_in" => When::WayIn,
        _ => When::Seen,
    };
    Ok(Promise { name: said.get("name")?, when, line: said.get("line")? })
}

fn exception(said: &Table) -> mlua::Result<Exception> {
    Ok(Exception {
        promise: said.get("promise")?,
        faults: Faults {
            all: said.get("faults")?,
            lost: said.get("lost")?,
            repeated: said.get("repeated")?,
        },
        because: said.get("because")?,
        line: said.get("line")?,
    })
}

fn variant(said: &Table) -> mlua::Result<Variant> {
    let edit = |edit: &Table| {
        let place: usize = edit.get("process")?;
        Ok(Edit { process: place - 1, from: edit.get("from")?, to: edit.get("to")? })
    };
    Ok(Variant {
        name: said.get("name")?,
        breaks: said.get("breaks")?,
        edits: each(said, "edits", edit)?,
        line: said.get("line")?,
    })
}
