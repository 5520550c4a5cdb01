//! What the model calls messages, in the terms of a real aos.
//!
//! The model names each message by its causes; aos counts References and has ids that say nothing.
//! Which number a message got depends on the order of the run, so that this is known of one run.

use model::deployed::{Ids, made};
use model::message::{Address, tag};
use model::{Identity, Message};
use std::collections::{BTreeMap, BTreeSet};

/// The References and ids of messages, as far as a run has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Terms {
    references: BTreeMap<Address, i64>,
    counts: BTreeMap<Address, i64>,
    ids: BTreeSet<Address>,
}

impl Terms {
    /// The same messages, and nothing counted yet: what is named before it is sent is known.
    pub(super) fn again(self) -> Self {
        Self { counts: BTreeMap::new(), ..self }
    }

    /// The last Reference that this process gave out.
    pub(super) fn count(&self, process: &str) -> i64 {
        self.counts.get(process).copied().unwrap_or_default()
    }

    /// This process gave the next Reference to this message.
    pub(super) fn send(&mut self, process: &str, identity: &Identity) {
        let count = self.counts.entry(process.into()).or_default();
        *count += 1;
        self.references.insert(identity.as_str().into(), *count);
    }

    /// The Reference of a message, if a process sent it.
    pub(super) fn reference(&self, identity: &Identity) -> Option<i64> {
        self.references.get(identity.as_str()).copied()
    }

    /// A message as the process receives it, everybody by id. References are numbers, and so is
    /// what repeats one.
    pub(super) fn item(&mut self, message: &Message, ids: &Ids) -> aos::Item {
        self.ids.insert(message.id.clone());
        let value = |(name, value): (&str, &str)| {
            (Address::from(name), self.value(name, value).unwrap_or_else(|| value.into()))
        };
        let mut told = message.clone();
        told.tags = message.tags.iter().map(value).collect();
        told.id = made(&message.id);
        if !told.pushed_for.is_empty() {
            told.pushed_for = made(&message.pushed_for);
        }
        ids.item(&told)
    }

    fn value(&self, name: &str, value: &str) -> Option<Address> {
        let is_reference = [tag::REFERENCE, tag::X_REFERENCE].contains(&name);
        let number = self.references.get(value).filter(|_| is_reference);
        let id = || self.ids.contains(value).then(|| made(value));
        number.map(|number| number.to_string().into()).or_else(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::message::{Outgoing, TIM3, Tags, USDA};

    fn pushed(tags: Tags) -> Message {
        let deposit = Identity::signed("alice", "deposit", 1);
        let sent = Outgoing { target: TIM3.into(), tags, data: "".into() };
        Message::pushed(USDA, &deposit, (0, 1), sent)
    }

    #[test]
    fn references_are_counted_and_ids_say_nothing() {
        let (mut terms, ids) = (Terms::default(), Ids::of(&[]));
        let deposit = Identity::signed("alice", "deposit", 1);
        for entry in [0, 1] {
            terms.send(USDA, &deposit.caused(0, entry));
        }
        let tags = Tags::default().with("X-Reference", deposit.caused(0, 0).as_str());
        let item = terms.item(&pushed(tags.with("Message-Id", "alice.deposit.1/1")), &ids);
        let value = |name: &str| {
            let found = item.tags.iter().find(|(known, _)| known == name.as_bytes());
            found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        };
        assert_eq!(value("Reference").as_deref(), Some("2"));
        assert_eq!(value("X-Reference").as_deref(), Some("1"));
        assert_eq!(value("Message-Id"), Some(made("alice.deposit.1/1").to_string()));
        assert_eq!(value("Pushed-For"), Some(made("alice.deposit.1").to_string()));
        assert_eq!(item.id, made("alice.deposit.1/1").as_bytes());
        assert_eq!((terms.count(USDA), terms.count(TIM3)), (2, 0));
        assert_eq!(terms.clone().again().reference(&deposit.caused(0, 1)), Some(2));
        assert_eq!(terms.again().count(USDA), 0);
    }
}
