//! The words of a file: what its code compares messages with, or looks up, is mostly among them.

use super::super::ids::{Ids, quoted};
use super::super::workshop::Workshop;
use super::patterns;
use super::trial::Trial;
use crate::derived::KNOWN;
use crate::wallet::{STRANGER, USERS};
use aos::{ID_LENGTH, Sought};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Longer texts are not tried.
pub(super) const LONGEST: usize = 256;
/// More texts than that are not tried.
const MOST_WORDS: usize = 2000;
/// Texts of a state that are looked at.
pub(super) const MOST_IN_STATE: usize = 4000;
/// How many texts that code joins others to are looked at, and how many of what is left of others.
const MOST_JOINED: usize = 64;
const MOST_UNJOINED: usize = 256;
/// What a pattern of a handler answers, where that is a text of the message (SEMANTICS A2).
const OF_PATTERNS: [&str; 2] = ["break", "continue"];
/// Nobody on AO holds a shorter address, but it may stand for one.
pub(super) const SHORTEST_ADDRESS: usize = 20;

/// Texts that can be an Action, a tag, a value or an address.
pub(super) struct Words {
    ids: Ids,
    /// In the code, with that which was loaded so far, and in the states; ascending.
    pub(super) all: Vec<SmolStr>,
    /// Of these, those that stand in the code.
    written: BTreeSet<SmolStr>,
    /// How many more there are.
    pub(super) left_out: usize,
    /// What matches the patterns among them, and of the states.
    samples: BTreeSet<SmolStr>,
    /// Those that addresses were compared with.
    compared: BTreeSet<SmolStr>,
    /// Names of the model's that code joins others to, as the texts that they are.
    pub(super) names: BTreeSet<SmolStr>,
}

impl Words {
    pub(super) fn of(workshop: &Workshop, trial: &Trial<'_>) -> Self {
        let mut in_code = workshop.program.constants();
        in_code.extend(OF_PATTERNS.map(|word| word.as_bytes().to_vec()));
        let is_own = |text: &Vec<u8>| !in_code.contains(text) && !names_a_message(text);
        let in_states: BTreeSet<_> = trial.texts().into_iter().filter(is_own).collect();
        let mut left_out = 0;
        let mut words = |texts: BTreeSet<Vec<u8>>| -> Vec<SmolStr> {
            let all = texts.iter().filter(|text| !text.is_empty());
            let (words, rest): (Vec<_>, Vec<_>) =
                all.map(|text| word(text)).partition(Option::is_some);
            left_out += rest.len();
            let words = words.into_iter().flatten().map(SmolStr::from);
            words.filter(|word| !is_somebody(&workshop.ids, word)).collect()
        };
        let (in_code, in_states) = (words(in_code), words(in_states));
        let samples = in_code.iter().chain(&in_states).filter_map(|word| patterns::sample(word));
        let samples = words(samples.map(String::into_bytes).collect());
        let mut all = [&in_code[..], &samples, &in_states].concat();
        left_out += all.len().saturating_sub(MOST_WORDS);
        all.truncate(MOST_WORDS);
        all.sort_unstable();
        all.dedup();
        let written = in_code.into_iter().collect();
        let ids = workshop.ids.clone();
        let samples = samples.into_iter().collect();
        Self {
            ids,
            all,
            written,
            left_out,
            samples,
            compared: BTreeSet::new(),
            names: BTreeSet::new(),
        }
    }

    /// Adds what a text in a message may have to be instead, by what the handlers do with it;
    /// whether that is new.
    ///
    /// That is what they compare it with, and every text that they make: whatever compares two
    /// texts, both were made, or are known. Where they join others to it, what is left of such a
    /// text without those.
    pub(super) fn learn(&mut self, sought: &Sought, text: &str) -> bool {
        let rests = self.rests(sought, text);
        self.learn_with(sought, text, &rests)
    }

    fn learn_with(&mut self, sought: &Sought, text: &str, rests: &BTreeSet<Vec<u8>>) -> bool {
        let is_name = |rest: &&str| self.ids.of_name(rest) != *rest && rest.len() < ID_LENGTH;
        let names = rests.iter().filter_map(|rest| word(rest)).filter(is_name).map(quoted);
        self.names.extend(names.map(SmolStr::from).collect::<Vec<_>>());
        let known = self.all.clone();
        // To compare texts whatever their case, code makes another of each.
        let is_a_spelling =
            |made: &[u8]| known.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(made));
        let is_other = |made: &&Vec<u8>| around(made, text).is_none() && !is_a_spelling(made);
        let made = sought.made.iter().filter(is_other);
        self.add(sought.compared.iter().chain(rests).chain(made))
    }

    /// The same where the text is the address of somebody.
    pub(super) fn learn_addresses(&mut self, sought: &Sought, text: &str) -> bool {
        let rests = self.rests(sought, text);
        let is_new = self.learn_with(sought, text, &rests);
        let words = sought.compared.iter().chain(&rests).filter_map(|text| word(text));
        let words = words.map(SmolStr::from);
        let is_word = |word: &SmolStr| self.all.binary_search(word).is_ok();
        self.compared.extend(words.filter(is_word));
        is_new
    }

    /// What is left of texts without what the handlers join to this one.
    fn rests(&self, sought: &Sought, text: &str) -> BTreeSet<Vec<u8>> {
        let (joined, made): (Vec<_>, Vec<_>) =
            sought.made.iter().partition(|made| around(made, text).is_some());
        let joined = joined.iter().filter_map(|made| around(made, text));
        let joined: Vec<_> =
            joined.filter(|around| *around != (b"", b"")).take(MOST_JOINED).collect();
        let known = self.all.iter().map(|word| word.as_bytes());
        let texts: Vec<&[u8]> = made.iter().map(|made| &***made).chain(known).collect();
        let mut rests = BTreeSet::new();
        for (before, behind) in joined {
            let rest =
                |text: &&[u8]| text.strip_prefix(before)?.strip_suffix(behind).map(<[u8]>::to_vec);
            rests.extend(texts.iter().filter_map(rest).take(MOST_UNJOINED));
        }
        rests
    }

    /// Whether this stands in the code.
    pub(super) fn says(&self, word: &str) -> bool {
        self.written.contains(word)
    }

    /// Adds these; whether there was one that was not known.
    fn add<'a>(&mut self, texts: impl Iterator<Item = &'a Vec<u8>>) -> bool {
        let known = self.all.len();
        let words = texts.filter(|text| !text.is_empty() && !names_a_message(text));
        let words = words.filter_map(|text| word(text)).map(SmolStr::from);
        for word in words {
            if self.all.len() >= MOST_WORDS {
                break;
            }
            if !is_somebody(&self.ids, &word)
                && let Err(place) = self.all.binary_search(&word)
            {
                self.all.insert(place, word);
            }
        }
        self.all.len() > known
    }

    /// Those that are not the name or the id of somebody of the system.
    pub(super) fn of_nobody(&self) -> impl Iterator<Item = &SmolStr> {
        let is_known =
            |word: &str| known().any(|known| [known, self.ids.of_name(known)].contains(&word));
        self.all.iter().filter(move |word| !is_known(word))
    }

    /// Those that could be the address of somebody who is none of the system's: first those
    /// that look like one. A number is none.
    pub(super) fn addresses(&self) -> Vec<SmolStr> {
        let fits = |c: u8| c.is_ascii_alphanumeric() || b"-_".contains(&c);
        let may_be_one = |word: &str| {
            word.len() >= SHORTEST_ADDRESS
                || !is_tag_name(word)
                || self.compared.contains(word)
                || self.samples.contains(word)
        };
        let has_letter = |word: &str| word.bytes().any(|c| c.is_ascii_alphabetic());
        let may_be_one = |word: &str| has_letter(word) && may_be_one(word);
        let fits = |word: &&SmolStr| word.bytes().all(fits) && may_be_one(word);
        let mut found: Vec<SmolStr> = self.of_nobody().filter(fits).cloned().collect();
        found.sort_by_key(|word| word.len() != ID_LENGTH);
        found
    }

    /// A word of this length that is none of them.
    pub(super) fn unknown(&self, length: usize) -> Option<SmolStr> {
        let words = (b'a'..=b'z').rev().map(|c| String::from(char::from(c)).repeat(length));
        let mut words = words.map(SmolStr::from);
        words.find(|word| self.all.binary_search(word).is_err())
    }

    /// A word that is none of them, as long as this one and next to it where texts are ordered.
    ///
    /// What is next to a text that matches a pattern may match it, too: of those, one far away.
    pub(super) fn twin(&self, word: &str) -> Option<SmolStr> {
        if self.samples.contains(word) {
            let words = ('a'..='y').map(|c| SmolStr::from(c.to_string().repeat(word.len())));
            return words.into_iter().find(|word| self.all.binary_search(word).is_err());
        }
        let (last, rest) = word.as_bytes().split_last()?;
        if !last.is_ascii() {
            let last = word.chars().next_back()?;
            let rest = word.strip_suffix(last)?;
            let twins = ["a", "0", "Z"].map(|c| rest.to_owned() + &c.repeat(last.len_utf8()));
            let mut twins = twins.into_iter().map(SmolStr::from);
            return twins.find(|twin| self.all.binary_search(twin).is_err());
        }
        let near = [last.wrapping_add(1), last.wrapping_sub(1)].into_iter().chain(*b"a0Z");
        let near = near.filter(u8::is_ascii_alphanumeric).filter(|c| c != last);
        let twins = near.map(|c| [rest, &[c]].concat());
        let twins = twins.filter_map(|twin| Some(SmolStr::from(str::from_utf8(&twin).ok()?)));
        let mut twins = twins.filter(|twin| self.all.binary_search(twin).is_err());
        let first = twins.next()?;
        let is_next = |twin: &SmolStr| {
            let (low, high) = (word.min(twin.as_str()), word.max(twin.as_str()));
            let is_between = |name: &str| low < name && name < high;
            !self.all.iter().any(|name| is_between(name)) && !known().any(is_between)
        };
        Some(if is_next(&first) { first } else { twins.find(is_next).unwrap_or(first) })
    }
}

/// What stands before a text and behind it, in another.
fn around<'a>(made: &'a [u8], text: &str) -> Option<(&'a [u8], &'a [u8])> {
    let place = made.windows(text.len()).position(|window| window == text.as_bytes())?;
    Some((&made[..place], &made[place + text.len()..]))
}

/// Users who are alike must stay so; and what the model calls somebody is no text of a contract.
fn is_somebody(ids: &Ids, word: &SmolStr) -> bool {
    let word = word.as_str();
    ids.of_name(word) != word || USERS.iter().any(|user| [*user, ids.of_name(user)].contains(&word))
}

/// Whether a text of a state has the name of a message of the trial in it, which no real one has:
/// `USDA/mallory.deposit.9/1`.
fn names_a_message(text: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(text) else { return false };
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.');
    words.any(|word| {
        let user = word.split_once('.').map(|(user, _)| user);
        user.is_some_and(|user| USERS.contains(&user) || user == STRANGER)
    })
}

/// The names of the system's processes and people.
fn known() -> impl Iterator<Item = &'static str> {
    KNOWN.into_iter().chain(USERS)
}

/// `Quantity`, `X-Order`: as names of tags arrive.
pub(super) fn is_tag_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_uppercase()) && !word.contains([' ', '.', '_'])
}

/// Whether a tag can arrive under this name, whatever the build of aos.
pub(super) fn may_arrive(name: &str) -> bool {
    let is_small = |c: char| c.is_ascii_lowercase();
    !name.is_empty() && !name.starts_with(is_small) && !name.contains('_') && name != "*"
}

/// The text, if it can be tried.
fn word(text: &[u8]) -> Option<&str> {
    str::from_utf8(text).ok().filter(|text| text.len() <= LONGEST)
}
