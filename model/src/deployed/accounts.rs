//! The accounts of a table of balances: every key is one of its own, and people can tell them
//! apart.

use super::observables::{number, shown};
use crate::lua::Number;
use crate::message::Address;
use aos::Value;
use std::collections::BTreeMap;

/// The balances in the entries of the table at `path`. Says what is wrong with keys and amounts;
/// an amount that cannot be read is left out, and no other.
pub(super) fn balances(
    path: &str,
    entries: &[(Value, Value)],
    wrong: &mut Vec<String>,
) -> BTreeMap<Address, Number> {
    let mut balances = BTreeMap::new();
    let mut alike: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, amount) in entries {
        let mut account = name(key);
        match number(amount) {
            Some(amount) => {
                // Only keys without structure have names of their own.
                while balances.contains_key(&account) {
                    account = format!("{account}'").into();
                }
                balances.insert(account, amount);
            }
            None => wrong.push(format!("{path}.{account} is {}", shown(amount))),
        }
        if !is_plain(key) {
            let key = in_lua(key);
            wrong.push(format!(
                "{path} has the key {key}: an account should be a text of visible ASCII, as addresses are"
            ));
        }
        alike.entry(as_read(key)).or_default().push(in_lua(key));
    }
    for mut keys in alike.into_values().filter(|keys| keys.len() > 1) {
        keys.sort_unstable();
        wrong.push(format!(
            "{path} has the keys {}, which a reader takes for one account",
            keys.join(" and ")
        ));
    }
    balances
}

/// Whether people see all that there is to a key.
fn is_plain(key: &Value) -> bool {
    match key {
        Value::Text(text) => text.iter().all(|byte| (b' '..=b'~').contains(byte)),
        Value::Other(_) => false,
        Value::Nil | Value::Boolean(_) | Value::Integer(_) | Value::Float(_) => true,
    }
}

/// What an account is called: as its key, where that is a plain text, and otherwise as Lua
/// writes the key, in brackets, so that no two keys without structure share a name.
fn name(key: &Value) -> Address {
    match key {
        Value::Text(text) if is_plain(key) && text.first() != Some(&b'[') => {
            String::from_utf8_lossy(text).into()
        }
        _ => in_lua(key).into(),
    }
}

/// A key as Lua writes it.
fn in_lua(key: &Value) -> String {
    match key {
        Value::Text(text) => format!("[\"{}\"]", text.escape_ascii()),
        Value::Float(number) => format!("[{number:?}]"),
        other => format!("[{}]", shown(other)),
    }
}

/// What a reader remembers of a key: its characters, whatever their case, and no white space.
fn as_read(key: &Value) -> String {
    let text = match key {
        Value::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => shown(other),
    };
    let seen = text.chars().filter(|one| !one.is_whitespace() && !one.is_control());
    seen.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &[u8]) -> Value {
        Value::Text(text.to_vec())
    }

    /// The sum of all balances, and what is wrong, with one unit under each of these keys.
    fn read(keys: &[Value]) -> (Number, String) {
        let entries: Vec<_> = keys.iter().map(|key| (key.clone(), Value::Integer(1))).collect();
        let mut wrong = Vec::new();
        let balances = balances("Balances", &entries, &mut wrong);
        (Number::Integer(balances.len().try_into().expect("few")), wrong.join("; "))
    }

    #[test]
    fn keys_that_a_reader_takes_for_one_are_named() {
        let pairs = [
            (Value::Integer(1), text(b"1"), "[\"1\"] and [1]"),
            (Value::Float(1.5), text(b"1.5"), "[\"1.5\"] and [1.5]"),
            (
                Value::Float(0.1),
                Value::Float(0.100_000_000_000_000_02),
                "[0.10000000000000002] and [0.1]",
            ),
            (Value::Boolean(true), text(b"true"), "[\"true\"] and [true]"),
            (text(b"alice"), text(b"Alice"), "[\"Alice\"] and [\"alice\"]"),
            (text(b"alice"), text(b"alice "), "[\"alice \"] and [\"alice\"]"),
            (text(b"alice"), text(b"al\0ice"), "[\"al\\x00ice\"] and [\"alice\"]"),
            (text(b"\xff"), text(b"\xfe"), "[\"\\xfe\"] and [\"\\xff\"]"),
            (text(b"[1]"), Value::Integer(1), ""),
        ];
        for (one, other, named) in pairs {
            let (found, wrong) = read(&[one.clone(), other.clone()]);
            assert_eq!(found, Number::Integer(2), "{one:?} hides {other:?}");
            assert!(wrong.contains(named), "{wrong}");
            assert_eq!(wrong.contains("takes for one account"), !named.is_empty(), "{wrong}");
        }
    }

    #[test]
    fn a_key_that_nobody_can_read_is_named() {
        for (key, named) in [
            (text(b"\xff"), "[\"\\xff\"]"),
            (text("al\u{200b}ice".as_bytes()), "[\"al\\xe2\\x80\\x8bice\"]"),
            (text(b"alice\n"), "[\"alice\\n\"]"),
            (Value::Other("table".into()), "[a table]"),
        ] {
            let (_, wrong) = read(std::slice::from_ref(&key));
            assert!(wrong.contains(named) && wrong.contains("visible ASCII"), "{wrong}");
        }
        let table = Value::Other("table".into());
        assert_eq!(read(&[table.clone(), table]).0, Number::Integer(2), "no balance hides");
    }

    #[test]
    fn accounts_of_other_names_are_what_they_are_called() {
        let (found, wrong) = read(&[text(b"alice"), text(b"bob"), text(b"alice-2"), text(b"TIM3")]);
        assert_eq!((found, &*wrong), (Number::Integer(4), ""));
    }
}
