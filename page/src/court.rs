//! The interpreter in which the promises of a page are judged.

use crate::actor::Participant;
use crate::local::OfProcess;
use crate::message::Message;
use crate::page::Observe;
use crate::process::{Process, Step};
use crate::read::{PageLua, told};
use crate::view::{self, Field};
use aos::{Observed, Value};
use mlua::{Lua, RegistryKey, Table};
use std::collections::HashMap;
use std::sync::Arc;

/// What judges, one question after the other.
pub struct Court {
    lua: PageLua,
    views: HashMap<(usize, String), View>,
    /// What a promise gets for each view.
    shown: Vec<Shown>,
    numbers: HashMap<Arc<Message>, u32>,
    /// Messages in the order of their numbers, as promises see them.
    messages: Vec<(Arc<Message>, RegistryKey)>,
}

/// The number of what is seen of one participant.
pub type View = u32;

struct Shown {
    name: String,
    table: RegistryKey,
}

/// What a promise answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    pub holds: bool,
    /// The clause that decided, with its numbers.
    pub clause: String,
    /// What it looked at, by name.
    pub read: Vec<String>,
}

/// An evaluation that promises of steps are asked about.
pub struct Event<'a> {
    /// The participant that evaluated.
    pub participant: &'a Participant,
    /// The process that it is.
    pub process: &'a Process,
    /// What it kept before.
    pub before: &'a OfProcess,
    /// What it keeps after.
    pub after: &'a OfProcess,
    /// What it evaluated.
    pub message: &'a Message,
    /// What the handlers did.
    pub step: &'a Step,
}

impl Court {
    /// Judges the promises of this page.
    pub fn new(lua: PageLua) -> Self {
        let (views, shown, messages) = (HashMap::new(), Vec::new(), Vec::new());
        Self { lua, views, shown, numbers: HashMap::new(), messages }
    }

    /// Forgets what was shown, and gives the memory back.
    pub(crate) fn forget(&mut self) {
        self.views.clear();
        self.shown.clear();
        self.numbers.clear();
        self.messages.clear();
        self.lua.lua.expire_registry_values();
    }

    /// So many bytes more may be used, or what every page may; says whether that is less.
    pub fn limit_memory(&self, left: Option<u64>) -> bool {
        self.lua.limit_memory(left)
    }

    /// The number of what is seen of a participant. Of a person all is known by name, so that
    /// another name is a mistake.
    ///
    /// # Errors
    /// Why it cannot be shown.
    ///
    /// # Panics
    /// If there are 2³² different ones.
    pub fn view(
        &mut self,
        actor: usize,
        (name, is_person): (&str, bool),
        fields: &[(String, Field)],
    ) -> Result<View, String> {
        let asked = (actor, view::key_of(fields));
        if let Some(known) = self.views.get(&asked) {
            return Ok(*known);
        }
        let table = self.shown((name, is_person), fields).map_err(|error| told(&error))?;
        let number = View::try_from(self.shown.len()).expect("fewer views than states");
        self.shown.push(Shown { name: name.to_owned(), table });
        self.views.insert(asked, number);
        Ok(number)
    }

    /// The number of a message.
    ///
    /// # Errors
    /// Why it cannot be shown.
    ///
    /// # Panics
    /// If there are 2³² different ones.
    pub fn number(&mut self, message: &Arc<Message>) -> Result<u32, String> {
        if let Some(known) = self.numbers.get(message) {
            return Ok(*known);
        }
        let lua = &self.lua.lua;
        let table = as_table(lua, message).and_then(|table| lua.create_registry_value(table));
        let table = table.map_err(|error| told(&error))?;
        let number = u32::try_from(self.messages.len()).expect("fewer messages than states");
        self.messages.push((Arc::clone(message), table));
        self.numbers.insert(Arc::clone(message), number);
        Ok(number)
    }

    /// Judges one promise of the page, by its place, where this is seen of the participants and
    /// these messages are on their way.
    ///
    /// # Errors
    /// Why it cannot be judged, with file and line.
    pub fn judge(
        &self,
        place: usize,
        views: impl IntoIterator<Item = View>,
        in_flight: &[u32],
    ) -> Result<Judgement, String> {
        let judge = || {
            let participants = self.lua.lua.create_table()?;
            for view in views {
                let Shown { name, table } = &self.shown[view as usize];
                participants.raw_set(name.as_str(), self.table(table)?)?;
            }
            let mut messages: Vec<_> =
                in_flight.iter().map(|number| &self.messages[*number as usize]).collect();
            messages.sort_by_key(|(message, _)| message);
            let messages = messages.into_iter().map(|(_, table)| self.table(table));
            let messages = messages.collect::<mlua::Result<Vec<_>>>()?;
            self.lua.restart();
            let asked = (place + 1, participants, messages, in_flight.is_empty());
            self.lua.judge.call(asked)
        };
        judge().map(judgement).map_err(|error| told(&error))
    }

    /// Judges one promise of steps.
    ///
    /// # Errors
    /// Why it cannot be judged, with file and line.
    pub fn judge_step(&self, place: usize, event: &Table) -> Result<Judgement, String> {
        self.lua.restart();
        let judged = self.lua.judge_step.call((place + 1, event));
        judged.map(judgement).map_err(|error| told(&error))
    }

    /// What a record, by its place on the page, is after an evaluation.
    ///
    /// # Errors
    /// Why there is none, with file and line.
    pub fn fold(&self, place: usize, before: &str, event: &Table) -> Result<Arc<str>, String> {
        self.lua.restart();
        let after: mlua::Result<String> = self.lua.fold.call((place + 1, before, event));
        after.map(Arc::from).map_err(|error| told(&error))
    }

    /// An evaluation as promises of steps and records get it, however many are asked.
    ///
    /// # Errors
    /// Why it cannot be shown.
    ///
    /// # Panics
    /// As [`Self::view`].
    pub fn event(&mut self, event: &Event<'_>) -> Result<Table, String> {
        let Event { participant, process, after, message, step, .. } = event;
        let (name, instant) = (process.told.name.as_str(), participant.instant(after.at));
        let mut view = |local: &OfProcess| {
            let fields = participant.seen_of_process(process, local, None);
            self.view(participant.place, (name, false), &fields)
        };
        let (before, after) = (view(event.before)?, view(event.after)?);
        let table = || {
            let lua = &self.lua.lua;
            let table = as_table(lua, message)?;
            table.raw_set("process", name)?;
            table.raw_set("at", instant)?;
            table.raw_set("before", self.table(&self.shown[before as usize].table)?)?;
            table.raw_set("after", self.table(&self.shown[after as usize].table)?)?;
            let sent = step.sent.iter().map(|sent| as_table(lua, sent));
            table.raw_set("sent", sent.collect::<mlua::Result<Vec<_>>>()?)?;
            Ok(table)
        };
        table().map_err(|error: mlua::Error| told(&error))
    }

    fn table(&self, key: &RegistryKey) -> mlua::Result<Table> {
        self.lua.lua.registry_value(key)
    }

    fn shown(
        &self,
        (name, is_person): (&str, bool),
        fields: &[(String, Field)],
    ) -> mlua::Result<RegistryKey> {
        let lua = &self.lua.lua;
        let (names, values) = (lua.create_table()?, lua.create_table()?);
        for (place, (name, field)) in fields.iter().enumerate() {
            names.raw_set(place + 1, name.as_str())?;
            values.raw_set(place + 1, field.to_lua(lua)?)?;
        }
        let shown: Table = self.lua.observed.call((name, names, values, is_person))?;
        lua.create_registry_value(shown)
    }
}

fn judgement((holds, clause, read): (bool, String, Vec<String>)) -> Judgement {
    Judgement { holds, clause, read }
}

/// Behind a metatable, a contract sees another table than the stored one.
pub(crate) fn refuse_masks(process: &Process, fields: &[(String, Field)]) -> Result<(), String> {
    let named = process.told.observed.iter().zip(fields);
    let mut masks = named.filter_map(|(observe, (_, field))| match field {
        Field::Observed(Observed::Masked(_, mask)) => Some((&observe.path, mask)),
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

/// What is observed is there in every state, unless the page says otherwise: a promise would take
/// nothing for 0.
pub(crate) fn refuse_gone(
    page: &str,
    process: &Process,
    fields: &[(String, Field)],
) -> Result<(), String> {
    let mut named = process.told.observed.iter().zip(fields);
    let is_nothing = |field: &Field| matches!(field, Field::Observed(Observed::Value(Value::Nil)));
    let gone = named.find(|(observe, (_, field))| !observe.may_be_absent && is_nothing(field));
    gone.map_or(Ok(()), |(Observe { name, path, .. }, _)| {
        let (line, of) = (process.told.line, &process.told.name);
        Err(format!(
            "{page}:{line}: `{path}`, which {of} shows as '{name}', is there once its file is loaded, and gone later; write \"{path}?\" if it may be"
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
