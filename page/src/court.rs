//! The interpreter in which the promises of a page are judged.

use crate::message::Message;
use crate::process::{Process, Step};
use crate::read::{PageLua, told};
use crate::view;
use aos::{Observed, State};
use mlua::{Lua, RegistryKey, Table};
use std::collections::HashMap;

/// What judges, one question after the other.
pub struct Court {
    lua: PageLua,
    views: HashMap<(usize, String), View>,
    /// What a promise gets for each view.
    shown: Vec<Shown>,
}

/// The number of what is observed of one process.
pub type View = u32;

struct Shown {
    process: String,
    table: RegistryKey,
}

/// Whether a promise holds, and the clause that decided.
pub type Judgement = (bool, String);

/// An evaluation that promises of steps are asked about.
#[derive(Clone, Copy)]
pub struct Event<'a> {
    /// The place of the process among the participants.
    pub actor: usize,
    /// The process.
    pub process: &'a Process,
    /// Its state before.
    pub before: &'a State,
    /// What it evaluated.
    pub message: &'a Message,
    /// What came after.
    pub step: &'a Step,
}

impl Court {
    /// Judges the promises of this page.
    pub fn new(lua: PageLua) -> Self {
        Self { lua, views: HashMap::new(), shown: Vec::new() }
    }

    /// What is observed of a state of a process.
    ///
    /// # Errors
    /// Why it cannot be shown.
    ///
    /// # Panics
    /// If there are 2³² different ones.
    pub fn view(&mut self, actor: usize, process: &Process, state: &State) -> Result<View, String> {
        let observed = process.observe(state);
        refuse_masks(process, &observed)?;
        let asked = (actor, view::key(&observed));
        if let Some(known) = self.views.get(&asked) {
            return Ok(*known);
        }
        let table = self.shown(process, &observed).map_err(|error| told(&error))?;
        let number = View::try_from(self.shown.len()).expect("fewer views than states");
        self.shown.push(Shown { process: process.told.name.to_string(), table });
        self.views.insert(asked, number);
        Ok(number)
    }

    /// Judges one promise of the page, by its place, in a state of all processes.
    ///
    /// # Errors
    /// Why it cannot be judged, with file and line.
    pub fn judge(
        &self,
        place: usize,
        views: impl IntoIterator<Item = View>,
        is_at_rest: bool,
    ) -> Result<Judgement, String> {
        let judge = || {
            let processes = self.lua.lua.create_table()?;
            for view in views {
                let Shown { process, table } = &self.shown[view as usize];
                processes.raw_set(process.as_str(), self.table(table)?)?;
            }
            self.lua.restart();
            self.lua.judge.call((place + 1, processes, is_at_rest))
        };
        judge().map_err(|error| told(&error))
    }

    /// Judges one promise of steps.
    ///
    /// # Errors
    /// Why it cannot be judged, with file and line.
    ///
    /// # Panics
    /// As [`Self::view`].
    pub fn judge_step(&mut self, place: usize, event: Event<'_>) -> Result<Judgement, String> {
        let Event { actor, process, before, message, step } = event;
        let before = self.view(actor, process, before)?;
        let after = self.view(actor, process, &step.after)?;
        let judge = || {
            let lua = &self.lua.lua;
            let event = as_table(lua, message)?;
            event.raw_set("process", process.told.name.as_str())?;
            event.raw_set("before", self.table(&self.shown[before as usize].table)?)?;
            event.raw_set("after", self.table(&self.shown[after as usize].table)?)?;
            let sent = step.sent.iter().map(|sent| as_table(lua, sent));
            event.raw_set("sent", sent.collect::<mlua::Result<Vec<_>>>()?)?;
            self.lua.restart();
            self.lua.judge_step.call((place + 1, event))
        };
        judge().map_err(|error| told(&error))
    }

    fn table(&self, key: &RegistryKey) -> mlua::Result<Table> {
        self.lua.lua.registry_value(key)
    }

    fn shown(&self, process: &Process, observed: &[Observed]) -> mlua::Result<RegistryKey> {
        let lua = &self.lua.lua;
        let (names, values) = (lua.create_table()?, lua.create_table()?);
        for (place, ((name, _), value)) in process.told.observed.iter().zip(observed).enumerate() {
            names.raw_set(place + 1, name.as_str())?;
            values.raw_set(place + 1, view::to_lua(lua, value)?)?;
        }
        let shown: Table = self.lua.observed.call((process.told.name.as_str(), names, values))?;
        lua.create_registry_value(shown)
    }
}

/// Of a table behind a metatable a contract sees something else than what is there.
fn refuse_masks(process: &Process, observed: &[Observed]) -> Result<(), String> {
    let named = process.told.observed.iter().zip(observed);
    let mut masks = named.filter_map(|((_, path), value)| match value {
        Observed::Masked(_, mask) => Some((path, mask)),
        _ => None,
    });
    masks.next().map_or(Ok(()), |(path, mask)| {
        Err(format!(
            "{}: `{path}` has a metatable with {mask}, so the contract sees something else there \
             than what is observed; keep what is observed in a plain table",
            process.told.file
        ))
    })
}

/// A message as promises see it: its fields in small letters, and its tags.
fn as_table(lua: &Lua, message: &Message) -> mlua::Result<Table> {
    let table = lua.create_table()?;
    table.raw_set("id", message.id.as_str())?;
    table.raw_set("from", message.from.as_str())?;
    table.raw_set("to", message.target.as_str())?;
    table.raw_set("data", message.data.as_str())?;
    table.raw_set("action", message.tag("Action").unwrap_or_default())?;
    let tags = lua.create_table()?;
    // Of two tags of one name the first counts.
    for (name, value) in message.tags.iter().rev() {
        tags.raw_set(name.as_str(), value.as_str())?;
    }
    table.raw_set("tags", tags)?;
    Ok(table)
}
