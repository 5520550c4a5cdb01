//! Values of tags: which are tried, and which of them the handlers treat unlike others.

use super::attempt::Attempt;
use super::seen::Seen;
use super::{Hunt, MOST_CHANGES, MOST_VALUES, UNKNOWN};
use crate::derived::Way;
use crate::message::tag;
use crate::wallet::STRANGER;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

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
            let (compared, _) = self.compared(|unknown| full.once(&name, unknown));
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

    /// Notes whether the handlers look into a value of this tag that nobody knows, and gives what
    /// they compare it with.
    pub(super) fn look_into(&mut self, base: &Attempt, name: &SmolStr) -> BTreeSet<SmolStr> {
        let (compared, is_looked_into) = self.compared(|unknown| base.with_unnamed(name, unknown));
        if is_looked_into {
            self.looked_into.insert(name.clone());
        }
        compared
    }

    /// What the handlers compare with a text of a message that nobody knows, and whether they look
    /// into it.
    fn compared(&mut self, with: impl Fn(&SmolStr) -> Attempt) -> (BTreeSet<SmolStr>, bool) {
        let Some(unknown) = self.words.unknown(UNKNOWN) else { return Default::default() };
        let sought = self.trial.seek(&with(&unknown), &unknown);
        self.words.learn(&sought, &unknown);
        let texts = sought.compared.iter().filter_map(|text| str::from_utf8(text).ok());
        (texts.map(SmolStr::from).collect(), sought.is_looked_into)
    }

    /// Notes whether the handlers look into what every such message says, where that is a text
    /// that nobody knows: the amount, the recipient, the sender.
    pub(super) fn look_into_own(&mut self, plain: &Attempt) {
        let Some(unknown) = self.words.unknown(UNKNOWN) else { return };
        let sender = if plain.way == Way::Deposit { tag::SENDER } else { "From" };
        let mut own = vec![(sender, plain.from(&unknown))];
        if plain.way == Way::Pay {
            own.push((tag::RECIPIENT, plain.once(tag::RECIPIENT, &unknown)));
        }
        if plain.way != Way::Deposit {
            own.push((tag::QUANTITY, plain.once(tag::QUANTITY, &unknown)));
        }
        // Handlers refuse a sender without a balance before they look at anything else.
        let [.., deposit] = Attempt::money();
        let Some(deposited) = self.trial.run(&deposit.from(&unknown)) else { return };
        for (name, changed) in own {
            let sought = self.trial.seek(&changed, &unknown);
            let as_holder = self.trial.seek_in(&deposited.states(), &changed, &unknown);
            if sought.is_looked_into || as_holder.is_looked_into {
                self.looked_into.insert(SmolStr::new_static(name));
            }
        }
    }

    /// Whether a tag makes a difference with values that nobody knows.
    pub(super) fn matters_at_all(&self, base: &Attempt, seen: &Seen, name: &SmolStr) -> bool {
        [STRANGER, "10"].into_iter().any(|value| {
            let with = base.with_unnamed(name, &SmolStr::new_static(value));
            self.trial.run(&with).is_some_and(|other| seen.differs(&other))
        })
    }

    /// The words to try as values of a tag.
    pub(super) fn values(&self, base: &Attempt, seen: &Seen, name: &SmolStr) -> Vec<SmolStr> {
        let ten = self.trial.run(&base.with_unnamed(name, &SmolStr::new_static("10")));
        // Every number is unlike others where it is reckoned with.
        let is_reckoned = ten.is_some_and(|ten| seen.matters(&ten, &["10"]));
        // A trick forwards a number with a deposit.
        let is_reckoned = is_reckoned || base.way == Way::Deposit && name == tag::X_QUANTITY;
        let is_number = |word: &SmolStr| word.parse::<f64>().is_ok();
        let words = self.words.all.iter().filter(|word| !(is_reckoned && is_number(word)));
        words.cloned().collect()
    }

    /// The words that the handlers treat unlike words nobody knows.
    pub(super) fn special(
        &self,
        words: &[SmolStr],
        attempt: impl Fn(&SmolStr) -> Attempt,
    ) -> Vec<SmolStr> {
        // What they do with a word of this length that nobody knows.
        let mut unknown: BTreeMap<usize, Option<(SmolStr, Seen)>> = BTreeMap::new();
        let mut is_special = |word: &&SmolStr| {
            let one = self.trial.run(&attempt(word))?;
            let unknown = unknown.entry(word.len()).or_insert_with(|| {
                let unknown = self.words.unknown(word.len())?;
                let seen = self.trial.run(&attempt(&unknown))?;
                Some((unknown, seen))
            });
            let (unknown, other) = unknown.as_ref()?;
            if !one.differs_but_for(other, word, unknown) {
                return None;
            }
            // Unless the other word only has another place among the keys of a table.
            let twin = self.words.twin(word)?;
            let other = self.trial.run(&attempt(&twin))?;
            one.differs_but_for(&other, word, &twin).then_some(())
        };
        words.iter().filter(|word| is_special(word).is_some()).cloned().collect()
    }
}
