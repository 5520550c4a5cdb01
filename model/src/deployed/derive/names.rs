//! Tags of an Action's own that name a part of the contract: a global, a handler, a process, or a
//! key of what it remembers.

use super::attempt::Attempt;
use super::trial::Moved;
use super::{Hunt, MOST_VALUES, UNKNOWN, VICTIM};
use crate::message::{TIM3, USDA, tag};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Texts of the states that are tried.
const MOST_TEXTS: usize = 12;
/// Globals that are tried.
const MOST_GLOBALS: usize = 40;

impl Hunt<'_> {
    /// The message with such a name in one of its own tags, or in two of them, where what others
    /// send has other effects behind it.
    pub(super) fn names(&mut self, full: &Attempt) {
        let parameters = full.parameters();
        for name in &parameters {
            let named = self.parts_named(full, name);
            let special = self.special(&named, |word| full.put_named(name, word));
            let Some(unknown) = self.words.unknown(UNKNOWN) else { return };
            let Some(usual) = self.trial.run(&full.once(name, &unknown)) else { continue };
            if special.is_empty() {
                continue;
            }
            let served = self.served(&usual.states());
            let mut caught = 0;
            for word in special {
                let with = full.put_named(name, &word);
                let Some(seen) = self.trial.run(&with) else { continue };
                let is_otherwise = || {
                    self.served(&seen.states()) != served
                        || self.trial.is_notice_treated_otherwise(&usual, &seen)
                };
                if is_otherwise() {
                    self.catch(with, Some(&usual), &seen);
                    caught += 1;
                }
                if caught == MOST_VALUES {
                    break;
                }
            }
        }
        self.notices_named(full, &parameters);
    }

    /// Alice's next notice, where one tag says who sends it and another how it is called.
    fn notices_named(&mut self, full: &Attempt, parameters: &[SmolStr]) {
        let Some(usual) = self.trial.run(full) else { return };
        for sender in parameters {
            for own in parameters.iter().filter(|name| *name != sender) {
                for text in Attempt::names_awaited() {
                    let with = full.put_named(sender, USDA).put_named(own, &text);
                    let Some(seen) = self.trial.run(&with) else { continue };
                    if self.trial.is_notice_treated_otherwise(&usual, &seen) {
                        return self.catch(with, Some(&usual), &seen);
                    }
                }
            }
        }
    }

    /// The names that are tried in this tag.
    fn parts_named(&self, full: &Attempt, name: &SmolStr) -> Vec<SmolStr> {
        let fixed = [USDA, TIM3, VICTIM].into_iter().map(SmolStr::new_static);
        let awaited = Attempt::names_awaited().into_iter().chain(Attempt::names_tried());
        let handlers = self.trial.ran().into_iter().map(SmolStr::from);
        let texts = self.trial.texts().into_iter();
        let texts = texts.filter_map(|text| Some(SmolStr::from(String::from_utf8(text).ok()?)));
        let globals = if self.sets_a_global(full, name) == Some(true) { MOST_GLOBALS } else { 0 };
        let globals = self.trial.states[0].globals().take(globals);
        let globals = globals.map(|(name, _)| SmolStr::from(String::from_utf8_lossy(name)));
        let all = fixed.chain(awaited).chain(handlers).chain(globals);
        let all: BTreeSet<_> = all.chain(texts.take(MOST_TEXTS)).collect();
        all.into_iter().filter(|word| *word != full.value(name)).collect()
    }

    /// Whether a global has the name that this tag says.
    fn sets_a_global(&self, full: &Attempt, name: &SmolStr) -> Option<bool> {
        let unknown = self.words.unknown(UNKNOWN)?;
        let states = self.trial.run(&full.once(name, &unknown))?.states();
        let mut globals = states.iter().flat_map(aos::State::globals);
        Some(globals.any(|(name, _)| name == unknown.as_bytes()))
    }

    /// What burns, transfers and deposits of others move in these states, also a deposit that
    /// comes again.
    fn served(&self, states: &[aos::State]) -> [Option<Vec<Moved>>; 4] {
        let [burn, pay, deposit] = Attempt::money();
        let of_victim = |attempt: &Attempt| attempt.from(&SmolStr::new_static(VICTIM));
        let pay = of_victim(&pay.once(tag::RECIPIENT, "bob"));
        let probes = [of_victim(&burn), pay, of_victim(&deposit), deposit];
        probes.map(|probe| self.trial.moved(states, &probe))
    }
}
