//! What promises can see of a state.

use crate::read::parsed;
use aos::{Observed, Value};
use mlua::{IntoLua, Lua};
use std::sync::Arc;

/// A part of what promises see of a participant.
#[derive(Clone, Debug)]
pub enum Field {
    /// Out of the state of a process.
    Observed(Observed),
    /// A value as Lua would write it.
    Literal(Arc<str>),
}

impl Field {
    /// As a value of Lua.
    pub(crate) fn to_lua(&self, lua: &Lua) -> mlua::Result<mlua::Value> {
        match self {
            Self::Observed(observed) => to_lua(lua, observed),
            Self::Literal(text) => parsed(lua, text),
        }
    }

    /// The same for equal fields.
    fn key(&self) -> String {
        match self {
            Self::Observed(observed) => key(std::slice::from_ref(observed)),
            Self::Literal(text) => format!("={text}"),
        }
    }
}

/// The same for equal fields of one participant.
pub(crate) fn key_of(fields: &[(String, Field)]) -> String {
    let keys: Vec<_> = fields.iter().map(|(_, field)| field.key()).collect();
    format!("{keys:?}")
}

/// The same for equal observations, whatever the order of their entries.
fn key(observed: &[Observed]) -> String {
    let sorted: Vec<_> = observed.iter().map(sorted).collect();
    format!("{sorted:?}")
}

/// What differs between what is seen of one participant before and after, in words:
/// `count is now 2`.
pub fn changes(before: &[(String, Field)], after: &[(String, Field)]) -> Vec<String> {
    let pairs = before.iter().zip(after);
    pairs.flat_map(|((name, before), (_, after))| changed(name, before, after)).collect()
}

/// A value as Lua would write it.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Nil => "nothing".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Text(value) => String::from_utf8_lossy(value).into_owned(),
        Value::Other(kind) => format!("a {kind}"),
    }
}

/// An observation as a value of Lua.
fn to_lua(lua: &Lua, observed: &Observed) -> mlua::Result<mlua::Value> {
    match observed {
        Observed::Value(value) => plain(lua, value),
        Observed::Entries(entries) | Observed::Masked(entries, _) => {
            let table = lua.create_table()?;
            for (key, value) in entries {
                if let Value::Other(kind) = key {
                    return Err(mlua::Error::runtime(format!(
                        "an observed table has a {kind} as a key, which nobody can name; keep what \
                         is observed under texts or numbers"
                    )));
                }
                table.raw_set(plain(lua, key)?, plain(lua, value)?)?;
            }
            Ok(mlua::Value::Table(table))
        }
    }
}

fn plain(lua: &Lua, value: &Value) -> mlua::Result<mlua::Value> {
    match value {
        Value::Nil => Ok(mlua::Value::Nil),
        Value::Boolean(value) => value.into_lua(lua),
        Value::Integer(value) => value.into_lua(lua),
        Value::Float(value) => value.into_lua(lua),
        Value::Text(value) => lua.create_string(value)?.into_lua(lua),
        Value::Other(_) => shown(value).into_lua(lua),
    }
}

fn entries(observed: &Observed) -> Vec<(String, String)> {
    match observed {
        Observed::Value(_) => Vec::new(),
        Observed::Entries(entries) | Observed::Masked(entries, _) => {
            let shown = |(key, value): &(Value, Value)| (shown(key), shown(value));
            let mut entries: Vec<_> = entries.iter().map(shown).collect();
            entries.sort();
            entries
        }
    }
}

fn sorted(observed: &Observed) -> Observed {
    let mut sorted = observed.clone();
    if let Observed::Entries(entries) | Observed::Masked(entries, _) = &mut sorted {
        entries.sort_by_cached_key(|entry| format!("{entry:?}"));
    }
    sorted
}

fn changed(name: &str, before: &Field, after: &Field) -> Vec<String> {
    if before.key() == after.key() {
        return Vec::new();
    }
    let (before, after) = match (before, after) {
        (_, Field::Literal(text)) => return vec![format!("{name} is now {text}")],
        (_, Field::Observed(Observed::Value(value))) => {
            return vec![format!("{name} is now {}", shown(value))];
        }
        (Field::Observed(before), Field::Observed(after)) => (entries(before), entries(after)),
        (Field::Literal(_), Field::Observed(after)) => (Vec::new(), entries(after)),
    };
    let now = after.iter().filter(|entry| !before.contains(entry));
    let now = now.map(|(key, value)| format!("{name}[{key}] is now {value}"));
    let is_gone = |key: &String| after.iter().all(|(known, _)| known != key);
    let gone = before.iter().filter(|(key, _)| is_gone(key));
    now.chain(gone.map(|(key, _)| format!("{name}[{key}] is gone"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Observed {
        Observed::Value(Value::Text(text.as_bytes().to_vec()))
    }

    #[test]
    fn no_text_passes_for_another_value_or_for_two() {
        let record = |text: &str| Field::Literal(text.into());
        let seen = [
            vec![Field::Observed(text("1"))],
            vec![Field::Observed(Observed::Value(Value::Integer(1)))],
            vec![Field::Observed(Observed::Value(Value::Float(1.0)))],
            vec![record("1")],
            vec![record("\"1\"")],
            vec![record("1"), record("2")],
            vec![record("1\", \"=2")],
            vec![Field::Observed(text("a")), Field::Observed(text("b"))],
            vec![Field::Observed(text("a\", \"b"))],
            vec![Field::Observed(Observed::Entries(vec![]))],
        ];
        let named = |fields: &Vec<Field>| -> Vec<_> {
            fields.iter().map(|field| (String::new(), field.clone())).collect()
        };
        let keys: std::collections::BTreeSet<_> =
            seen.iter().map(|fields| key_of(&named(fields))).collect();
        assert_eq!(keys.len(), seen.len(), "{keys:#?}");
    }
}
