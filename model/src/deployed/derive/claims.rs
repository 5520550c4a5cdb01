//! Messages under the name of one that is still to come.
//!
//! A Reference is a number that counts up, and the item that a notice is pushed for is public
//! before the notice arrives: a stranger can say both first. What handlers then remember may make
//! them take the genuine notice for one that they know (SEMANTICS A3, A5).

use super::Hunt;
use super::attempt::Attempt;
use super::seen::Seen;
use super::trial::Trial;
use crate::derived::Way;
use crate::message::tag;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Tags by which handlers may know a message, and which a wallet can write itself; a
/// [trick](crate::Trick) says a Reference.
const NAMES: [&str; 2] = ["Id", "Pushed-For"];

impl Hunt<'_> {
    fn names_of_messages(&self) -> Vec<&'static str> {
        let reference = (!self.knows_tricks).then_some(tag::REFERENCE);
        NAMES.into_iter().chain(reference).collect()
    }

    /// The message under each name by which handlers could know alice's next notice, if they then
    /// do something else with that.
    pub(super) fn claims(&mut self, plain: &Attempt, seen: &Seen) {
        // A depositor chooses what USDA forwards.
        let names = self.names_of_messages();
        let is_chosen = |name: &&String| match plain.way {
            Way::Deposit => name.starts_with("X-"),
            _ => names.contains(&name.as_str()),
        };
        for name in seen.missed.iter().filter(is_chosen).map(SmolStr::from) {
            for key in &keys(&self.trial) {
                let with = plain.with(&name, key);
                let Some(other) = self.trial.run(&with) else { continue };
                let is_otherwise = match plain.way {
                    Way::Deposit => self.trial.is_notice_credited_otherwise(seen, &other),
                    _ => self.trial.is_notice_treated_otherwise(seen, &other),
                };
                if is_otherwise {
                    self.catch(with, Some(seen), &other);
                }
            }
        }
    }
}

/// What handlers could know alice's next notice by: its Reference, the item that it is pushed for,
/// and whatever they left behind of a notice that has its names in it.
fn keys(trial: &Trial<'_>) -> BTreeSet<SmolStr> {
    let ([known, known_item], [next, next_item]) =
        (Attempt::names_tried(), Attempt::names_awaited());
    let texts = trial.texts().into_iter().filter_map(|text| String::from_utf8(text).ok());
    let made = texts.filter(|text| text.contains(known_item.as_str()));
    let made = made.map(|text| {
        let text = text.replace(known.as_str(), &next).replace(known_item.as_str(), &next_item);
        SmolStr::from(text)
    });
    made.chain([next.clone(), next_item.clone()]).collect()
}
