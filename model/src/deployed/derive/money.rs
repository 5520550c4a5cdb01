//! What honest users send to move money, changed so that handlers do something else with it.

use super::attempt::Attempt;
use super::seen::Seen;
use super::{Hunt, MOST_CHANGES, NOBODYS, VICTIM};
use crate::derived::Way;
use crate::message::{TIM3, USDA, tag};
use crate::wallet::STRANGER;
use aos::ITS_DATA;
use smol_str::SmolStr;

/// Who gets the answers of a message that asks for that: processes that act on them, too.
const ANSWERED: [&str; 3] = [USDA, TIM3, STRANGER];
/// Numbers to try in a tag: the usual amount, more and less.
const NUMBERS: [&str; 3] = ["10", "25", "3"];
/// A body that aos decodes where its Content-Type is this.
const JSON: [&str; 2] = ["application/json", "{\"a\":1}"];

impl Hunt<'_> {
    /// What honest users send, with tags and addresses that make a difference.
    pub(super) fn money(&mut self) {
        for plain in Attempt::money() {
            let Some(seen) = self.trial.run(&plain) else { continue };
            for name in self.parameters(&plain, &seen) {
                self.any_value(&plain, &seen, &name);
            }
            self.look_into_own(&plain);
            self.changes(&plain, &seen, MOST_CHANGES);
            self.claims(&plain, &seen);
            if plain.way != Way::Deposit {
                self.claims_of_process(&plain);
                self.twins(&plain);
                self.answers(&plain, &seen);
                self.decoded(&plain, &seen);
            }
            if plain.way == Way::Pay {
                self.recipients(&plain, &seen);
            }
        }
    }

    /// The message with two tags of one name, where what the handlers do is what they do with
    /// neither of them alone: `msg.Tags` has the first, and `msg` the last. USDA writes each tag
    /// of its notices once.
    fn twins(&mut self, plain: &Attempt) {
        let recipient = plain.value(tag::RECIPIENT);
        for (name, [one, other]) in [
            (tag::QUANTITY, ["1", "10"]),
            (tag::QUANTITY, ["10", "-10"]),
            (tag::RECIPIENT, [&*recipient, STRANGER]),
            (tag::RECIPIENT, [&*recipient, "bob"]),
            (tag::ACTION, ["Transfer", NOBODYS]),
        ] {
            let alone = [one, other].map(|value| self.trial.run(&plain.once(name, value)));
            let [Some(one_alone), Some(other_alone)] = alone else { continue };
            for [first, last] in [[one, other], [other, one]] {
                let both = plain.twice(name, [first, last]);
                let Some(seen) = self.trial.run(&both) else { continue };
                let matters = |alone: &Seen| {
                    alone.matters(&seen, &[first, last]) || alone.told() != seen.told()
                };
                if matters(&one_alone) && matters(&other_alone) {
                    self.catch(both, Some(&one_alone), &seen);
                }
            }
        }
    }

    /// The message with answers that go to a process, if that makes a difference.
    fn answers(&mut self, plain: &Attempt, seen: &Seen) {
        let name = SmolStr::new_static(tag::REPLY_TO);
        for to in ANSWERED.map(SmolStr::new_static) {
            self.catch_if_it_matters(plain.with(&name, &to), seen, &[]);
        }
    }

    /// The message with a body that aos decodes, if that makes a difference.
    fn decoded(&mut self, plain: &Attempt, seen: &Seen) {
        let [kind, body] = JSON.map(SmolStr::new_static);
        let with = plain.with_unnamed(&SmolStr::new_static(tag::CONTENT_TYPE), &kind);
        let with = with.with(&SmolStr::new_static(ITS_DATA), &body);
        let Some(other) = self.trial.run(&with).filter(|_| !self.trial.is_refused(&with)) else {
            self.json |= !self.trial.is_exhausted();
            return;
        };
        if seen.matters(&other, &[]) {
            self.catch(with, Some(seen), &other);
        }
    }

    /// The message with this tag, if it makes a difference whatever its value.
    pub(super) fn any_value(&mut self, plain: &Attempt, seen: &Seen, name: &SmolStr) {
        let mut try_value = |value: &'static str| {
            let with = plain.with(name, &SmolStr::new_static(value));
            self.catch_if_it_matters(with, seen, &[value])
        };
        try_value(STRANGER);
        // The usual amount may be what is moved without the tag.
        _ = NUMBERS.into_iter().any(&mut try_value);
        self.victims_value(plain, seen, name);
    }

    /// The message with somebody else's account in this tag, if that has effects of its own. A
    /// payment then goes to the stranger.
    fn victims_value(&mut self, plain: &Attempt, seen: &Seen, name: &SmolStr) {
        let own = match plain.way {
            Way::Pay => plain.once(tag::RECIPIENT, STRANGER),
            _ => plain.clone(),
        };
        let with = |value| own.with(name, &SmolStr::new_static(value));
        let Some(other) = self.trial.run(&with(VICTIM)) else { return };
        let effects = self.trial.effects(&other);
        let has_others = |attempt: &Attempt| {
            self.trial.run(attempt).is_none_or(|seen| self.trial.effects(&seen) != effects)
        };
        let harms = || {
            [with(STRANGER), with("10"), own.clone()].iter().all(has_others)
                && self.trial.harms(VICTIM, &other)
        };
        // Who believes a notice is deceived by one that names somebody else.
        let tells_otherwise =
            || self.trial.run(&own).is_some_and(|own| own.tells_otherwise(&other));
        if harms() || plain.way == Way::Pay && tells_otherwise() {
            self.catch(with(VICTIM), Some(seen), &other);
        }
    }
}
