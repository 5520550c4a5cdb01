//! What promises see of a state.

use aos::{Observed, Value};
use mlua::{IntoLua, Lua};

/// The same for equal observations, whatever the order of their entries.
pub fn key(observed: &[Observed]) -> String {
    let sorted: Vec<_> = observed.iter().map(sorted).collect();
    format!("{sorted:?}")
}

/// What differs between two observations of one process, in words: `count is now 2`.
pub fn changes(names: &[(String, String)], before: &[Observed], after: &[Observed]) -> Vec<String> {
    let pairs = names.iter().zip(before.iter().zip(after));
    pairs.flat_map(|((name, _), (before, after))| changed(name, before, after)).collect()
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
pub(crate) fn to_lua(lua: &Lua, observed: &Observed) -> mlua::Result<mlua::Value> {
    match observed {
        Observed::Value(value) => plain(lua, value),
        Observed::Entries(entries) | Observed::Masked(entries, _) => {
            let table = lua.create_table()?;
            for (key, value) in entries {
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

fn changed(name: &str, before: &Observed, after: &Observed) -> Vec<String> {
    if key(std::slice::from_ref(before)) == key(std::slice::from_ref(after)) {
        return Vec::new();
    }
    if let Observed::Value(value) = after {
        return vec![format!("{name} is now {}", shown(value))];
    }
    let (before, after) = (entries(before), entries(after));
    let now = after.iter().filter(|entry| !before.contains(entry));
    let now = now.map(|(key, value)| format!("{name}[{key}] is now {value}"));
    let is_gone = |key: &String| after.iter().all(|(known, _)| known != key);
    let gone = before.iter().filter(|(key, _)| is_gone(key));
    now.chain(gone.map(|(key, _)| format!("{name}[{key}] is gone"))).collect()
}
