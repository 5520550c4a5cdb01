//! Other values of the tags that a message has: those that handlers compare them with, and the
//! file's texts.

use super::attempt::Attempt;
use super::seen::Seen;
use super::{Hunt, MOST_CHANGES, MOST_VALUES, UNKNOWN};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Tags of one message whose values are changed.
const MOST_NAMES: usize = 6;
/// Values of one tag from which on other tags are looked at.
const MOST_BRANCHES: usize = 3;

impl Hunt<'_> {
    /// The message with other values of its own tags that the handlers treat unlike values that
    /// nobody knows.
    pub(super) fn own_values(&mut self, full: &Attempt, seen: &Seen) {
        self.changed_values(full, seen, MOST_CHANGES, &BTreeSet::new());
    }

    fn changed_values(
        &mut self,
        full: &Attempt,
        seen: &Seen,
        depth: usize,
        chosen: &BTreeSet<SmolStr>,
    ) {
        let names = full.parameters().into_iter().filter(|name| !chosen.contains(name));
        for name in names.take(MOST_NAMES).collect::<Vec<_>>() {
            let compared = self.compared(full, &name);
            // All texts only of one tag at a time.
            let words: BTreeSet<SmolStr> = if chosen.is_empty() {
                compared.iter().chain(&self.words.all).cloned().collect()
            } else {
                compared.clone()
            };
            let own = full.value(&name);
            let words: Vec<_> = words.into_iter().filter(|word| *word != own).collect();
            // One state is enough to tell, and each costs as much.
            let one = self.trial.states.last().cloned().into_iter().collect();
            let special =
                self.in_states(one, |hunt| hunt.special(&words, |word| full.once(&name, word)));
            let special = special.into_iter().filter_map(|word| {
                let with = full.put_named(&name, &word);
                let other = self.trial.run(&with)?;
                let moves = self.trial.moves(Some(seen), &other);
                Some((!moves, !compared.contains(&word), with, other))
            });
            let mut special: Vec<_> = special.collect();
            special.sort_by_key(|(stays, is_other, ..)| (*stays, *is_other));
            for (.., with, other) in special.iter().take(MOST_VALUES) {
                let words: Vec<&str> = with.words().collect();
                if seen.matters(other, &words) {
                    self.catch(with.clone(), Some(seen), other);
                }
            }
            if depth > 1 {
                let chosen = chosen.iter().chain([&name]).cloned().collect();
                for word in compared.iter().filter(|word| **word != own).take(MOST_BRANCHES) {
                    let with = full.put_named(&name, word);
                    if let Some(other) = self.trial.run(&with) {
                        self.changed_values(&with, &other, depth - 1, &chosen);
                    }
                }
            }
        }
    }

    /// What the handlers compare a value of this tag with that nobody knows.
    fn compared(&mut self, full: &Attempt, name: &SmolStr) -> BTreeSet<SmolStr> {
        let Some(unknown) = self.words.unknown(UNKNOWN) else { return BTreeSet::new() };
        let sought = self.trial.seek(&full.once(name, &unknown), &unknown);
        self.words.learn(&sought, &unknown);
        let texts = sought.compared.iter().filter_map(|text| str::from_utf8(text).ok());
        texts.map(SmolStr::from).collect()
    }
}
