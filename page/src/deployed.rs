//! What the processes of a page are called where they are deployed.

use crate::message::Message;
use aos::{Observed, Source, Value};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The processes of a page as they are deployed.
///
/// Their Lua runs with their real ids, and promises see the names of the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployed {
    /// The deployments, by the name of the process on the page.
    pub processes: BTreeMap<SmolStr, Deployment>,
    /// Real ids and addresses, and what the page calls them.
    pub names: Names,
}

/// One process as it is deployed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployment {
    /// The id under which it is deployed, 43 characters of base64url.
    pub id: SmolStr,
    /// The address of its owner.
    pub owner: SmolStr,
    /// Its Authority tags.
    pub authorities: Vec<String>,
    /// Its other tags, by name.
    pub tags: BTreeMap<String, String>,
    /// The file that it runs, if not that of the page.
    pub runs: Option<Source>,
    /// The file by which its owner replaced that.
    pub successor: Option<Source>,
    /// What each account holds at first, if it is a token that is built in: decimal texts.
    pub balances: Vec<(String, String)>,
}

/// Real ids and addresses, and what the page calls them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<SmolStr, SmolStr>);

/// The shortest text that is taken for an id within a longer one.
const SHORTEST: usize = 8;

impl Names {
    /// Calls an id or address by a name. The first name stays.
    pub fn add(&mut self, real: &str, name: &str) {
        if real != name && !real.is_empty() {
            self.0.entry(real.into()).or_insert_with(|| name.into());
        }
    }

    /// Whether nothing has another name.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A text with the names of the page in it: `usda:ref:2`.
    pub fn told(&self, text: &str) -> SmolStr {
        if let Some(name) = self.0.get(text) {
            return name.clone();
        }
        let within = self.0.iter().filter(|(real, _)| real.len() >= SHORTEST);
        let mut found = within.filter(|(real, _)| text.contains(real.as_str())).peekable();
        if found.peek().is_none() {
            return text.into();
        }
        found.fold(text.to_owned(), |text, (real, name)| text.replace(real.as_str(), name)).into()
    }

    /// A message with the names of the page in it.
    #[must_use]
    pub fn message(&self, message: Message) -> Message {
        let tags = message.tags.iter().map(|(name, value)| (name.clone(), self.told(value)));
        Message {
            tags: tags.collect(),
            from: self.told(&message.from),
            owner: self.told(&message.owner),
            target: self.told(&message.target),
            data: self.told(&message.data),
            ..message
        }
    }

    /// What is observed, with the names of the page in it.
    pub(crate) fn observed(&self, observed: Observed) -> Observed {
        if self.is_empty() {
            return observed;
        }
        let entries = |entries: Vec<(Value, Value)>| {
            entries.into_iter().map(|(key, value)| (self.value(key), self.value(value))).collect()
        };
        match observed {
            Observed::Value(value) => Observed::Value(self.value(value)),
            Observed::Entries(all) => Observed::Entries(entries(all)),
            Observed::Masked(all, events) => Observed::Masked(entries(all), events),
        }
    }

    fn value(&self, value: Value) -> Value {
        match value {
            Value::Text(bytes) => match std::str::from_utf8(&bytes) {
                Ok(text) => Value::Text(self.told(text).as_bytes().to_vec()),
                Err(_) => Value::Text(bytes),
            },
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_by_name_wherever_they_stand() {
        let mut names = Names::default();
        names.add("E7hPSQuMU6yic5J_XoHHvLg6bji_yOaELKBbFAORveg", "usda");
        names.add("a", "alice");
        assert_eq!(names.told("E7hPSQuMU6yic5J_XoHHvLg6bji_yOaELKBbFAORveg:ref:2"), "usda:ref:2");
        assert_eq!(names.told("a"), "alice");
        assert_eq!(names.told("a banana"), "a banana", "a short address is no part of a word");
    }
}
