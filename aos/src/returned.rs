//! What `process.lua` returns of an evaluation, as Rust has it.

use crate::evaluation::{Evaluation, Limit, Outcome, TagValue};
use crate::item::Sent;
use crate::state::State;
use mlua::{FromLua, FromLuaMulti, Lua, LuaString, MultiValue, Table, Value};

/// The values in their order.
#[derive(Default)]
pub(crate) struct Returned {
    /// `fine`, `threw`, `refused`, `syntax`, or the limit that was met.
    pub(crate) kind: String,
    /// The error, or what was refused.
    pub(crate) text: String,
    /// The state after it; nothing if it is the state before.
    pub(crate) image: Option<State>,
    pub(crate) sent: Vec<Sent>,
    pub(crate) ran: Vec<String>,
    pub(crate) stack: Vec<u32>,
    pub(crate) printed: Vec<String>,
    pub(crate) to_inbox: bool,
    pub(crate) references: i64,
    pub(crate) is_ordered: bool,
}

impl Returned {
    /// The memory was not enough for the host itself.
    pub(crate) fn met_memory(text: &str) -> Self {
        Self { kind: "memory".into(), text: text.into(), ..Self::default() }
    }

    /// It was given up before it began.
    pub(crate) fn cut() -> Self {
        Self { kind: "cut".into(), text: "it was given up".into(), ..Self::default() }
    }

    pub(crate) fn of(self, before: &State) -> Evaluation {
        let outcome = match &*self.kind {
            "fine" => Outcome::Done,
            "threw" => Outcome::Threw(self.text),
            "instructions" => Outcome::Met(Limit::Instructions, self.text),
            "cut" => Outcome::Cut(self.text),
            _ => Outcome::Met(Limit::Memory, self.text),
        };
        let met = matches!(outcome, Outcome::Met(..) | Outcome::Cut(_));
        // How far it came before a limit is nobody's business: nothing of it remains.
        let (sent, printed) = if met { Default::default() } else { (self.sent, self.printed) };
        Evaluation {
            state: self.image.filter(|_| !met).unwrap_or_else(|| before.clone()),
            outcome,
            sent,
            ran: self.ran,
            stack: self.stack,
            printed,
            to_inbox: self.to_inbox,
            references: if met { 0 } else { self.references },
            is_ordered: self.is_ordered,
        }
    }
}

/// The bytes that may still be copied. What was sent many times is in Lua's memory once.
#[derive(Clone, Copy)]
pub(crate) struct Room(pub(crate) usize);

impl Room {
    fn of(lua: &Lua) -> Self {
        lua.app_data_ref::<Self>().map_or(Self(0), |room| *room)
    }

    /// A text; nothing of what is none.
    fn bytes(&mut self, value: &Value) -> mlua::Result<Vec<u8>> {
        let Value::String(text) = value else { return Ok(Vec::new()) };
        let text = text.as_bytes();
        let left = self.0.checked_sub(text.len());
        self.0 = left.ok_or_else(|| mlua::Error::MemoryError("no room for a copy".into()))?;
        Ok(text.to_vec())
    }

    /// A text; what is not UTF-8 is shown as the replacement character.
    fn text(&mut self, value: &Value) -> mlua::Result<String> {
        Ok(String::from_utf8_lossy(&self.bytes(value)?).into_owned())
    }

    fn texts(&mut self, value: Value) -> mlua::Result<Vec<String>> {
        let Some(list) = list(value) else { return Ok(Vec::new()) };
        list.sequence_values::<Value>().map(|value| self.text(&value?)).collect()
    }

    /// Of each entry: target or false, data, then names and values of tags.
    fn outbox(&mut self, entries: &Table) -> mlua::Result<Vec<Sent>> {
        entries.sequence_values().map(|entry| self.entry(&entry?)).collect()
    }

    fn entry(&mut self, entry: &Table) -> mlua::Result<Sent> {
        let mut values = entry.sequence_values::<Value>();
        let mut next = || values.next().transpose();
        let target = next()?.filter(|target| matches!(target, Value::String(_)));
        let target = target.map(|target| self.bytes(&target)).transpose()?;
        let data = self.bytes(&next()?.unwrap_or_default())?;
        let mut tags = Vec::new();
        while let (Some(name), Some(value)) = (next()?, next()?) {
            tags.push((self.bytes(&name)?, self.tag(value)?));
        }
        Ok(Sent { target, data, tags })
    }

    fn tag(&mut self, value: Value) -> mlua::Result<TagValue> {
        let Value::Table(other) = value else { return Ok(TagValue::Text(self.bytes(&value)?)) };
        let field = |name| other.raw_get::<Value>(name).unwrap_or_default();
        Ok(TagValue::Other(self.text(&field("kind"))?, self.bytes(&field("text"))?))
    }
}

impl FromLuaMulti for Returned {
    fn from_lua_multi(mut values: MultiValue, lua: &Lua) -> mlua::Result<Self> {
        let mut next = || values.pop_front().unwrap_or(Value::Nil);
        let mut room = Room::of(lua);
        Ok(Self {
            kind: room.text(&next())?,
            text: room.text(&next())?,
            image: Option::<LuaString>::from_lua(next(), lua)?
                .map(|image| State::new(&image.as_bytes())),
            sent: list(next()).map_or_else(|| Ok(Vec::new()), |entries| room.outbox(&entries))?,
            ran: room.texts(next())?,
            stack: Option::<Vec<u32>>::from_lua(next(), lua)?.unwrap_or_default(),
            printed: room.texts(next())?,
            to_inbox: bool::from_lua(next(), lua)?,
            references: Option::from_lua(next(), lua)?.unwrap_or_default(),
            is_ordered: Option::from_lua(next(), lua)?.unwrap_or_default(),
        })
    }
}

fn list(value: Value) -> Option<Table> {
    if let Value::Table(list) = value { Some(list) } else { None }
}
