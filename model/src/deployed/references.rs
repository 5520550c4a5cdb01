//! References as numbers, as they are on AO, for contracts that take them for some.
//!
//! Everywhere else a Reference is the [identity](crate::identity) of its message, so that no
//! counter makes every order of events another state. Here that identity has a number, which the
//! contract sees: the same in every search, higher than that of the message which caused it, and
//! one more than that of the entry before it in an outbox. Messages of two people have numbers far
//! apart, as other people's messages come between them; which of the two is higher never changes.

use crate::identity::Identity;
use aos::Digest;
use smol_str::{SmolStr, ToSmolStr};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Numbers of what begins a chain of causes are from this one to twice that.
const FIRST: i64 = 1 << 27;
/// How many numbers a message has for those that it causes: so many times as it can be evaluated,
/// so many entries in an outbox.
const CAUSED: i64 = EVALUATIONS * ENTRIES;
const EVALUATIONS: i64 = 4;
const ENTRIES: i64 = 64;

/// The numbers that were given out.
#[derive(Default)]
pub(super) struct Numbers(Mutex<BTreeMap<i64, SmolStr>>);

impl Numbers {
    /// The number that stands for this identity; nothing for another text, or for what no number
    /// has room for.
    pub(super) fn of(&self, identity: &str) -> Option<SmolStr> {
        let number = identity.contains('/').then(|| self.number(identity))?;
        number.map(|number| number.to_smolstr())
    }

    /// The number after which those of this outbox begin: of an identity with the evaluation
    /// behind it, as in [`Identity::prefix`] except for the slash.
    pub(super) fn before(&self, evaluation: &str) -> Option<i64> {
        let (message, again) = Identity::split_evaluation(evaluation);
        let again = within(again.unwrap_or("0"), EVALUATIONS)?;
        self.number(message)?.checked_mul(CAUSED)?.checked_add(again * ENTRIES)
    }

    fn number(&self, message: &str) -> Option<i64> {
        match message.rsplit_once('/') {
            Some((evaluation, entry)) => {
                Some(self.before(evaluation)? + within(entry, ENTRIES - 1)? + 1)
            }
            None => self.root(message),
        }
    }

    /// The number of an item that somebody signed, if no other has it.
    fn root(&self, item: &str) -> Option<i64> {
        if item.split('.').count() != 3 || item.ends_with('.') {
            return None;
        }
        let digest = Digest::of(item.as_bytes());
        let [a, b, c, d] = [0, 1, 2, 3].map(|place| i64::from(digest.bytes()[place]));
        let number = FIRST + (a << 24 | b << 16 | c << 8 | d) % FIRST;
        let mut roots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = roots.entry(number).or_insert_with(|| item.into());
        (known == item).then_some(number)
    }

    /// The identity that this number stands for.
    pub(super) fn identity_of(&self, number: &str) -> Option<SmolStr> {
        let number: i64 = number.parse().ok().filter(|number| *number >= FIRST)?;
        if number < 2 * FIRST {
            let roots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            return roots.get(&number).cloned();
        }
        let (cause, place) = (number / CAUSED, number % CAUSED);
        let evaluation = u8::try_from(place / ENTRIES).ok()?;
        let entry = usize::try_from(place % ENTRIES - 1).ok()?;
        let cause = Identity::named(self.identity_of(&cause.to_smolstr())?);
        Some(cause.caused(evaluation, entry).as_str().into())
    }
}

/// The number that a text says, if it is less than `end`.
fn within(text: &str, end: i64) -> Option<i64> {
    text.parse().ok().filter(|number| (0..end).contains(number))
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Numbers")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(numbers: &Numbers, identity: &Identity) -> i64 {
        let number = numbers.of(identity.as_str()).expect("it has one");
        assert_eq!(numbers.identity_of(&number).as_deref(), Some(identity.as_str()));
        number.parse().expect("a number")
    }

    #[test]
    fn a_number_is_read_back_and_rises_from_cause_to_effect() {
        let numbers = Numbers::default();
        let mut last = Identity::signed("alice", "deposit", 1);
        assert_eq!(numbers.of(last.as_str()), None, "what a wallet signs has no Reference");
        let mut before = 0;
        for (evaluation, entry) in [(0, 1), (2, 0), (0, 62), (3, 5)] {
            last = last.caused(evaluation, entry);
            let number = number(&numbers, &last);
            assert!(number > before, "{last}");
            before = number;
        }
        assert_eq!(numbers.of(last.caused(0, 0).as_str()), None, "there is no room for more");
    }

    #[test]
    fn an_outbox_counts_up() {
        let numbers = Numbers::default();
        let burn = Identity::signed("bob", "burn", 1).caused(1, 0);
        for evaluation in [0, 1] {
            let prefix = burn.prefix(evaluation);
            let before = numbers.before(prefix.trim_end_matches('/')).expect("a number");
            for entry in 0..3 {
                let number = number(&numbers, &burn.caused(evaluation, entry));
                assert_eq!(number, before + 1 + i64::try_from(entry).expect("small"));
            }
        }
    }

    /// A file chooses names of messages: it can make two that would have one number.
    #[test]
    fn no_two_items_share_a_number() {
        let numbers = Numbers::default();
        let name = |n: u32| format!("mallory.send-{n}.1");
        let shared = (0..200_000).map(name).find(|name| numbers.root(name).is_none());
        let shared = shared.expect("some two have the same 27 bits");
        assert_eq!(numbers.of(&format!("{shared}/0")), None, "it stays a name");
    }

    #[test]
    fn other_texts_have_no_number_and_other_numbers_no_name() {
        let numbers = Numbers::default();
        for text in [
            "",
            "1",
            "alice",
            "a/b",
            "x.y/0",
            "alice.burn.1/x",
            "alice.burn.1/63",
            "alice.burn.1/63/0",
        ] {
            assert_eq!(numbers.of(text), None, "{text}");
        }
        numbers.of("alice.burn.1/0");
        for text in ["", "x", "-5", "10", "1000000", "9223372036854775807", "1e30"] {
            assert_eq!(numbers.identity_of(text), None, "{text}");
        }
    }
}
