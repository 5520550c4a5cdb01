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
}

impl Returned {
    /// The memory was not enough for the host itself.
    pub(crate) fn met_memory(text: &str) -> Self {
        Self { kind: "memory".into(), text: text.into(), ..Self::default() }
    }

    pub(crate) fn of(self, before: &State) -> Evaluation {
        let outcome = match &*self.kind {
            "fine" => Outcome::Done,
            "threw" => Outcome::Threw(self.text),
            "instructions" => Outcome::Met(Limit::Instructions, self.text),
            _ => Outcome::Met(Limit::Memory, self.text),
        };
        let met = matches!(outcome, Outcome::Met(..));
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
        }
    }
}

impl FromLuaMulti for Returned {
    fn from_lua_multi(mut values: MultiValue, lua: &Lua) -> mlua::Result<Self> {
        let mut next = || values.pop_front().unwrap_or(Value::Nil);
        Ok(Self {
            kind: text(next()),
            text: text(next()),
            image: Option::<LuaString>::from_lua(next(), lua)?
                .map(|image| State::new(&image.as_bytes())),
            sent: list(next()).map_or_else(|| Ok(Vec::new()), |entries| outbox(&entries))?,
            ran: texts(next())?,
            stack: Option::<Vec<u32>>::from_lua(next(), lua)?.unwrap_or_default(),
            printed: texts(next())?,
            to_inbox: bool::from_lua(next(), lua)?,
            references: Option::from_lua(next(), lua)?.unwrap_or_default(),
        })
    }
}

fn list(value: Value) -> Option<Table> {
    if let Value::Table(list) = value { Some(list) } else { None }
}

/// A text; what is not UTF-8 is shown as the replacement character.
fn text(value: Value) -> String {
    if let Value::String(text) = value { text.to_string_lossy() } else { String::new() }
}

fn bytes(value: &Value) -> Vec<u8> {
    if let Value::String(text) = value { text.as_bytes().to_vec() } else { Vec::new() }
}

fn texts(value: Value) -> mlua::Result<Vec<String>> {
    let Some(list) = list(value) else { return Ok(Vec::new()) };
    list.sequence_values::<Value>().map(|value| value.map(text)).collect()
}

/// Of each entry: target or false, data, then names and values of tags.
fn outbox(entries: &Table) -> mlua::Result<Vec<Sent>> {
    let entry = |entry: mlua::Result<Table>| {
        let entry = entry?;
        let mut values = entry.sequence_values::<Value>();
        let mut next = || values.next().transpose();
        let target = next()?.filter(|target| matches!(target, Value::String(_)));
        let data = bytes(&next()?.unwrap_or_default());
        let mut tags = Vec::new();
        while let (Some(name), Some(value)) = (next()?, next()?) {
            tags.push((bytes(&name), tag(value)));
        }
        Ok(Sent { target: target.as_ref().map(bytes), data, tags })
    };
    entries.sequence_values().map(entry).collect()
}

fn tag(value: Value) -> TagValue {
    match value {
        Value::Table(other) => {
            let field = |name| other.raw_get::<Value>(name).unwrap_or_default();
            TagValue::Other(text(field("kind")), bytes(&field("text")))
        }
        text => TagValue::Text(bytes(&text)),
    }
}
