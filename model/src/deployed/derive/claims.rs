//! Messages under the name of one that is still to come.
//!
//! A Reference is a number that counts up, and the item that a notice is pushed for is public
//! before the notice arrives: a stranger can say both first. What handlers then remember may make
//! them take the genuine notice for one that they know (SEMANTICS A3, A5).

use super::super::ids::PROCESS;
use super::attempt::Attempt;
use super::seen::Seen;
use super::trial::Trial;
use super::{Hunt, VICTIM};
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

    /// The message of a process that has paid in, under the Reference of USDA's next notice, if
    /// handlers then do something else with that: each process counts its own References.
    pub(super) fn claims_of_process(&mut self, plain: &Attempt) {
        let deposit = of_process();
        let Some(deposited) = self.trial.run(&deposit) else { return };
        let base = plain.from(&PROCESS.into()).pushed();
        let [next, _] = Attempt::names_awaited();
        let with = base.put_named(&tag::REFERENCE.into(), &next);
        let of = |attempt| self.trial.run_in(&deposited.states(), attempt);
        let (Some(usual), Some(seen)) = (of(&base), of(&with)) else { return };
        if self.trial.is_notice_treated_otherwise(&usual, &seen) {
            self.catch(deposit, None, &deposited);
            self.catch(with, None, &seen);
        }
    }

    /// Whether a burn or a transfer of a process has other effects behind one of another process
    /// under the same Reference.
    pub(super) fn are_references_shared(&self) -> Option<bool> {
        let [burn, pay, _] = Attempt::money();
        let states = self.trial.run(&of_process())?.states();
        let name = SmolStr::new_static(tag::REFERENCE);
        for plain in [burn, pay.once(tag::RECIPIENT, "bob")] {
            let of = |who: &'static str, reference: &'static str| {
                let of_process = plain.from(&SmolStr::new_static(who)).pushed();
                of_process.with_unnamed(&name, &SmolStr::new_static(reference))
            };
            let after = |reference| {
                let first = self.trial.run_in(&states, &of(PROCESS, reference))?.states();
                self.trial.moved(&first, &of(VICTIM, "1"))
            };
            if after("1")? != after("2")? {
                return Some(true);
            }
        }
        Some(false)
    }
}

/// A deposit of somebody who is a process.
fn of_process() -> Attempt {
    let [.., deposit] = Attempt::money();
    deposit.from(&PROCESS.into())
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
