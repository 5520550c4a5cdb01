//! Payments to accounts that are more than that: texts that the file names or matches, what a
//! metatable asks for, and processes of the system, which act on what they are told.

use super::attempt::Attempt;
use super::seen::Seen;
use super::trial::orders_payment;
use super::{Hunt, VICTIM};
use crate::message::{TIM3, USDA, tag};
use crate::wallet::STRANGER;
use smol_str::SmolStr;

/// What Lua itself looks up in a table that is its own metatable.
const METHODS: [&str; 3] = ["__index", "__newindex", "__len"];
/// What a notice may say in the place of what it should, where tags are passed on without their
/// prefix.
const OVERRIDES: [(&str, &str); 3] =
    [("X-Recipient", STRANGER), ("X-Sender", STRANGER), ("X-Quantity", "1000")];
const ACTIONS: [&str; 2] = ["Transfer", "Credit-Notice"];

impl Hunt<'_> {
    /// Payments to recipients that the handlers treat unlike others, then or later.
    pub(super) fn recipients(&mut self, plain: &Attempt, seen: &Seen) {
        let words: Vec<_> = self.words.of_nobody().cloned().collect();
        for word in self.special(&words, |word| plain.to(word)) {
            let to = plain.to(&word);
            if let Some(other) = self.trial.run(&to) {
                self.catch(to, Some(seen), &other);
            }
        }
        for name in self.words.names.clone() {
            let to = plain.to(&name);
            let Some(other) = self.trial.run(&to) else { continue };
            if self.trial.harms(VICTIM, &other)
                || self.trial.is_notice_treated_otherwise(seen, &other)
            {
                self.catch(to, Some(seen), &other);
            }
        }
        for process in [TIM3, USDA].map(SmolStr::new_static) {
            let to = plain.to(&process);
            let Some(other) = self.trial.run(&to) else { continue };
            let id = [SmolStr::from(self.trial.id_of(&process))];
            let is_special = !self.special(&id, |id| plain.to(id)).is_empty();
            if is_special || self.trial.echoes(&other) || orders_payment(&other) {
                self.catch(to.clone(), Some(seen), &other);
            }
            self.overrides(&to, &other);
        }
        if !self.knows_tricks {
            self.catch_if_it_matters(plain.to(&SmolStr::new_static(STRANGER)), seen, &[]);
            self.catch_if_it_matters(plain.changed(tag::RECIPIENT, None), seen, &[]);
        }
        self.overrides(plain, seen);
        if self.words.says("setmetatable") {
            self.methods(plain, seen);
        }
    }

    /// The payment to the name of a metamethod, if the next deposit is then treated otherwise.
    fn methods(&mut self, plain: &Attempt, seen: &Seen) {
        for method in METHODS.map(SmolStr::new_static) {
            let to = plain.to(&method);
            let Some(other) = self.trial.run(&to) else { continue };
            if self.trial.is_notice_treated_otherwise(seen, &other) {
                self.catch(to, Some(seen), &other);
            }
        }
    }

    /// The payment with tags that say something else once their prefix is gone, if somebody is
    /// then told something else.
    fn overrides(&mut self, to: &Attempt, seen: &Seen) {
        if !seen.missed.contains("*") {
            return;
        }
        for action in ACTIONS.map(SmolStr::new_static) {
            let with = to.with(&SmolStr::new_static("X-Action"), &action);
            let with = OVERRIDES.iter().fold(with, |with, (name, value)| {
                with.with_unnamed(&SmolStr::new_static(name), &SmolStr::new_static(value))
            });
            let Some(other) = self.trial.run(&with) else { continue };
            if seen.told() != other.told() || self.trial.echoes(&other) {
                self.catch(with, Some(seen), &other);
            }
        }
    }
}
