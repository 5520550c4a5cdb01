//! How a page is read: its Lua is run once, and says what the system is.

use crate::message::Message;
use crate::page::{Act, Edit, Exception, Page, PageError, Person, Process, Promise, Variant, When};
use mlua::{Function, HookTriggers, Lua, LuaOptions, StdLib, Table, Value, VmState};
use smol_str::SmolStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A page, with the interpreter that its promises live in.
pub struct Read {
    /// What it says.
    pub page: Page,
    /// What judges its promises.
    pub lua: PageLua,
}

/// The interpreter of a page.
pub struct PageLua {
    pub(crate) lua: Lua,
    pub(crate) judge: Function,
    pub(crate) judge_step: Function,
    pub(crate) observed: Function,
    instructions: Arc<AtomicU64>,
}

/// Reads a file: its text, or why not.
pub type ReadFile = fn(&Path) -> Result<String, String>;

const WORDS: &str = include_str!("../lua/page.lua");
const LEDGER: &str = include_str!("../lua/ledger.lua");

/// How many instructions it may take to read a page, or to judge one promise once.
const MOST_INSTRUCTIONS: u64 = 20_000_000;
const LOOKED_AT_EVERY: u32 = 1000;
/// Bytes of the interpreter of a page.
const MOST_MEMORY: usize = 1 << 30;

impl PageLua {
    /// Begins to count instructions anew.
    pub(crate) fn restart(&self) {
        self.instructions.store(0, Ordering::Relaxed);
    }
}

/// Reads a page, and the files that it names.
///
/// # Errors
/// What is wrong with it, with file and line.
pub fn read(file: &Path, read_file: ReadFile) -> Result<Read, PageError> {
    let name = file.display().to_string();
    let text = read_file(file).map_err(|why| PageError(format!("{name}: {why}")))?;
    run(file, &name, &text, read_file).map_err(|error| PageError(told(&error)))
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

fn run(file: &Path, name: &str, text: &str, read_file: ReadFile) -> mlua::Result<Read> {
    let lua = Lua::new_with(StdLib::STRING | StdLib::TABLE | StdLib::MATH, LuaOptions::default())?;
    lua.set_memory_limit(MOST_MEMORY)?;
    let instructions = limit(&lua, name)?;
    let words: Table =
        lua.load(WORDS).set_name("@page.lua").call(host(&lua, file, name, read_file)?)?;
    let environment: Table = words.get("environment")?;
    lua.load(text).set_name(format!("@{name}")).set_environment(environment).exec()?;
    words.get::<Function>("finish")?.call::<()>(())?;
    let page = page(name, &words.get("said")?)?;
    let lua = PageLua {
        judge: words.get("judge")?,
        judge_step: words.get("judge_step")?,
        observed: words.get("observed")?,
        instructions,
        lua,
    };
    Ok(Read { page, lua })
}

/// Ends what does not end.
fn limit(lua: &Lua, name: &str) -> mlua::Result<Arc<AtomicU64>> {
    let instructions = Arc::new(AtomicU64::new(0));
    let (counted, name) = (Arc::clone(&instructions), name.to_owned());
    lua.set_hook(HookTriggers::new().every_nth_instruction(LOOKED_AT_EVERY), move |lua, _| {
        let so_far = counted.fetch_add(LOOKED_AT_EVERY.into(), Ordering::Relaxed);
        if so_far < MOST_INSTRUCTIONS {
            return Ok(VmState::Continue);
        }
        let line = page_line(lua, &name);
        Err(mlua::Error::runtime(format!(
            "{name}:{line}: this does not end: {MOST_INSTRUCTIONS} instructions were not enough"
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
fn host(lua: &Lua, file: &Path, name: &str, read_file: ReadFile) -> mlua::Result<Table> {
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
    host.set("file", name)?;
    host.set("ledger", LEDGER)?;
    let page = name.to_owned();
    host.set("line", lua.create_function(move |lua, ()| Ok(page_line(lua, &page)))?)?;
    let folder: PathBuf = file.parent().unwrap_or(Path::new("")).to_owned();
    let beside = move |_: &Lua, name: String| match read_file(&folder.join(name)) {
        Ok(text) => Ok((Some(text), None)),
        Err(why) => Ok((None, Some(why))),
    };
    host.set("read", lua.create_function(beside)?)?;
    Ok(host)
}

fn page(file: &str, said: &Table) -> mlua::Result<Page> {
    Ok(Page {
        file: file.to_owned(),
        processes: each(said, "processes", process)?,
        people: each(said, "people", person)?,
        lost: said.get("lost")?,
        repeated: said.get("repeated")?,
        promises: each(said, "promises", promise)?,
        exceptions: each(said, "exceptions", exception)?,
        variants: each(said, "variants", variant)?,
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

fn process(said: &Table) -> mlua::Result<Process> {
    Ok(Process {
        name: text(said, "name")?,
        owner: text(said, "owner")?,
        file: said.get("file")?,
        source: said.get("source")?,
        observed: each(said, "observed", |one| Ok((one.get(1)?, one.get(2)?)))?,
        is_built_in: said.get::<Option<bool>>("is_built_in")?.unwrap_or_default(),
        line: said.get("line")?,
    })
}

fn person(said: &Table) -> mlua::Result<Person> {
    let name = text(said, "name")?;
    let acts = each(said, "acts", |one| act(&name, one))?;
    Ok(Person { name, acts })
}

fn act(person: &SmolStr, said: &Table) -> mlua::Result<Act> {
    let act = said.get::<Table>("act")?;
    let names: Vec<String> = act.get("names")?;
    let choices: Vec<Vec<String>> = act.get("choices")?;
    let target = text(&act, "target")?;
    let message = |values: &Vec<String>| {
        let (data, tags): (Vec<_>, Vec<_>) =
            names.iter().zip(values).partition(|(name, _)| *name == "Data");
        Message {
            id: SmolStr::default(),
            from: person.clone(),
            owner: person.clone(),
            target: target.clone(),
            tags: tags.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
            data: data.first().map(|(_, value)| SmolStr::from(*value)).unwrap_or_default(),
        }
    };
    Ok(Act {
        name: text(said, "name")?,
        messages: choices.iter().map(message).collect(),
        times: act.get("times")?,
        after: act.get::<Option<String>>("after")?.map(SmolStr::from),
    })
}

fn promise(said: &Table) -> mlua::Result<Promise> {
    let when = match &*said.get::<String>("when")? {
        "always" => When::Always,
        "at_rest" => When::AtRest,
        "each_step" => When::EachStep,
        _ => When::Seen,
    };
    Ok(Promise { name: said.get("name")?, when, line: said.get("line")? })
}

fn exception(said: &Table) -> mlua::Result<Exception> {
    Ok(Exception {
        promise: said.get("promise")?,
        faults: said.get("faults")?,
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
