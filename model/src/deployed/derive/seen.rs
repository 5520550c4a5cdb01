//! What handlers did with a message, and whether two did the same.

use crate::message::{TIM3, USDA, tag};
use aos::{Evaluation, Outcome, Sent, TagValue};
use std::collections::BTreeSet;
use std::mem::{Discriminant, discriminant};

/// What the handlers did with a message in each state, and which tags they missed in it.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) evaluations: Vec<Evaluation>,
    /// What was sent in each, with everybody called by name.
    pub(super) named: Vec<Vec<Sent>>,
    pub(super) missed: BTreeSet<String>,
}

impl Seen {
    /// The handlers that ran.
    pub(super) fn ran(&self) -> Vec<&[String]> {
        self.evaluations.iter().map(|one| &*one.ran).collect()
    }

    /// The states that they left.
    pub(super) fn states(&self) -> Vec<aos::State> {
        self.evaluations.iter().map(|one| one.state.clone()).collect()
    }

    /// Whether they left or sent something else there, ended otherwise, or looked for more tags.
    pub(super) fn differs(&self, other: &Self) -> bool {
        other.misses_more_than(self) || self.print(None) != other.print(None)
    }

    /// Whether they ran, ended and looked for tags as there, and sent as many messages to the same.
    pub(super) fn goes_like(&self, other: &Self) -> bool {
        let is_alike = |(one, other): (&Evaluation, &Evaluation)| course(one) == course(other);
        !self.misses_more_than(other)
            && self.evaluations.iter().zip(&other.evaluations).all(is_alike)
    }

    /// Whether they looked for tags that they did not look for there.
    pub(super) fn misses_more_than(&self, other: &Self) -> bool {
        !self.missed.is_subset(&other.missed)
    }

    /// The same, where this word and that stand for each other.
    pub(super) fn differs_but_for(&self, other: &Self, word: &str, twin: &str) -> bool {
        let names = Some((word.as_bytes(), twin.as_bytes()));
        self.print(names) != other.print(names)
    }

    /// Whether they left something else, ended otherwise, or sent something else to a process.
    ///
    /// What they tell wallets decides over no money, nor does what they pass on of `words`.
    pub(super) fn matters(&self, other: &Self, words: &[&str]) -> bool {
        let same = |(one, other): (&Evaluation, &Evaluation)| {
            one.state == other.state && one.outcome == other.outcome
        };
        let pays =
            |(one, other): (&Vec<Sent>, &Vec<Sent>)| money(one, words) == money(other, words);
        !(self.evaluations.iter().zip(&other.evaluations).all(same)
            && self.named.iter().zip(&other.named).all(pays))
    }

    /// The messages that handlers sent in each state: their targets, and the tags of notices.
    pub(super) fn told(&self) -> Vec<Vec<Told>> {
        let told = |sent: &Sent| {
            let tags = sent.tags.iter().filter(|(name, _)| is_one_of(&OF_NOTICES, name));
            (sent.target.clone(), tags.cloned().collect())
        };
        self.named.iter().map(|sent| sent.iter().map(told).collect()).collect()
    }

    /// Whether the same are told something else than there.
    pub(super) fn tells_otherwise(&self, other: &Self) -> bool {
        let targets = |told: &[Vec<Told>]| -> Vec<Vec<_>> {
            told.iter().map(|all| all.iter().map(|(target, _)| target.clone()).collect()).collect()
        };
        let (own, other) = (self.told(), other.told());
        own != other && targets(&own) == targets(&other)
    }

    /// All that is seen, as bytes; with the first of these words replaced by the second, which is
    /// as long.
    fn print(&self, names: Option<(&[u8], &[u8])>) -> Vec<u8> {
        let mut print = Vec::new();
        let mut add = |part: &[u8]| {
            print.extend_from_slice(part);
            print.push(0);
        };
        for Evaluation { state, sent, outcome, ran, .. } in &self.evaluations {
            add(state.bytes());
            for Sent { target, data, tags } in sent {
                add(target.as_deref().unwrap_or_default());
                add(data);
                for (name, value) in tags {
                    add(name);
                    match value {
                        TagValue::Text(text) => add(text),
                        TagValue::Other(kind, text) => add(&[kind.as_bytes(), text].concat()),
                    }
                }
            }
            match outcome {
                Outcome::Done => add(b"done"),
                Outcome::Threw(text) | Outcome::Met(_, text) | Outcome::Cut(text) => {
                    add(text.as_bytes());
                }
            }
            for name in ran {
                add(name.as_bytes());
            }
        }
        if let Some((word, twin)) = names {
            self.missed.iter().for_each(|name| add(name.as_bytes()));
            replace(&mut print, word, twin);
        }
        print
    }
}

/// The handlers that ran, how they ended, and who was sent something.
pub(super) type Course = (Vec<String>, Discriminant<Outcome>, Vec<Option<Vec<u8>>>);

pub(super) fn course(one: &Evaluation) -> Course {
    let targets = one.sent.iter().map(|sent| sent.target.clone());
    (one.ran.clone(), discriminant(&one.outcome), targets.collect())
}

/// The target of a message, and those of its tags that notices have.
pub(super) type Told = (Option<Vec<u8>>, Vec<(Vec<u8>, TagValue)>);

const OF_NOTICES: [&str; 4] = [tag::ACTION, tag::SENDER, tag::RECIPIENT, tag::QUANTITY];

/// Whether a tag has one of these names.
pub(super) fn is_one_of(names: &[&str], name: &[u8]) -> bool {
    names.iter().any(|known| name == known.as_bytes())
}

/// Whether a message has this value of a tag of this name.
pub(in super::super) fn says(tags: &[(Vec<u8>, TagValue)], name: &str, value: &str) -> bool {
    let (name, value) = (name.as_bytes(), value.as_bytes());
    tags.iter().any(|(own, text)| own == name && text.text() == Some(value))
}

/// What goes to a process: which, its body and its tags.
type Paid<'a> = (&'a [u8], &'a [u8], Vec<&'a (Vec<u8>, TagValue)>);

/// What goes to processes of the system, except for tags that have one of these words as value.
fn money<'a>(sent: &'a [Sent], words: &[&str]) -> Vec<Paid<'a>> {
    let is_own = |value: &TagValue| {
        value.text().is_some_and(|text| words.iter().any(|word| word.as_bytes() == text))
    };
    let is_passed_on =
        |(name, value): &(Vec<u8>, TagValue)| name.starts_with(b"X-") && is_own(value);
    let to_process = sent.iter().filter_map(|one| {
        let target = one.target.as_deref()?;
        let is_process = [USDA, TIM3].iter().any(|process| process.as_bytes() == target);
        let tags = one.tags.iter().filter(|tag| !is_passed_on(tag));
        is_process.then(|| (target, &*one.data, tags.collect()))
    });
    to_process.collect()
}

fn replace(bytes: &mut [u8], word: &[u8], twin: &[u8]) {
    let Some(first) = word.first() else { return };
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| byte == first) {
        at += next;
        if bytes[at..].starts_with(word) {
            bytes[at..at + word.len()].copy_from_slice(twin);
            at += word.len();
        } else {
            at += 1;
        }
    }
}
