//! What only the owner can do: the Actions of the file, sent by the owner and by a stranger; what
//! strangers can do behind them; and what holders can do by mistake.

use super::super::powers::{Deed, Power, Sender};
use super::attempt::Attempt;
use super::seen::Seen;
use super::{Hunt, NOBODYS};
use crate::message::{OWNER, TIM3, tag};
use smol_str::SmolStr;
use std::collections::BTreeSet;

impl Hunt<'_> {
    /// What a message of the owner's does, and the same of a stranger's does not; and what a
    /// stranger's does behind it, and does not without.
    pub(super) fn powers_of_owner(&mut self) -> BTreeSet<Power> {
        let messages = self.messages_of_owner();
        let own: BTreeSet<_> = messages
            .iter()
            .filter_map(|(full, seen)| self.of_owner(full, seen))
            .flatten()
            .collect();
        let mut powers = own;
        let known = self.powers_of_strangers();
        for (full, seen) in &messages {
            powers.extend(self.opened_by(full, seen, &known));
        }
        powers
    }

    /// The power to strand TIM3 by a plain transfer to the contract itself, if it takes one.
    pub(super) fn stranding(&self) -> BTreeSet<Power> {
        let [_, plain, _] = Attempt::money();
        let to_itself = plain.to(&SmolStr::new_static(TIM3));
        let seen = self.trial.run(&to_itself);
        let mut powers =
            seen.map_or_else(BTreeSet::new, |seen| self.trial.powers(&to_itself, &seen));
        powers.retain(|power| power.deed == Deed::Strand);
        powers
    }

    /// The Actions that a handler waits for, as the owner sends them.
    fn messages_of_owner(&self) -> Vec<(Attempt, Seen)> {
        let owner = SmolStr::new_static(OWNER);
        let asking = |action: &SmolStr| Attempt::asking(action).from(&owner);
        let Some(unheard) = self.trial.run(&asking(&SmolStr::new_static(NOBODYS))) else {
            return Vec::new();
        };
        let of = |action| {
            let plain = asking(action);
            let seen = self.trial.run(&plain).filter(|seen| seen.ran() != unheard.ran())?;
            Some(self.with_parameters(plain, seen))
        };
        self.words.all.iter().filter_map(of).collect()
    }

    fn of_owner(&self, full: &Attempt, seen: &Seen) -> Option<BTreeSet<Power>> {
        let mut powers = self.trial.powers(full, seen);
        let strangers = full.of_stranger();
        let of_others = self.trial.powers(&strangers, &self.trial.run(&strangers)?);
        powers.retain(|own| !of_others.iter().any(|other| other.deed == own.deed));
        Some(powers)
    }

    /// What a stranger can do behind this message of the owner's, and is not `known` without it.
    fn opened_by(
        &mut self,
        first: &Attempt,
        seen: &Seen,
        known: &BTreeSet<(Deed, String)>,
    ) -> BTreeSet<Power> {
        if seen.states() == self.trial.states {
            return BTreeSet::new();
        }
        let mut opened = self.in_states(seen.states(), |hunt| hunt.powers_of_strangers());
        opened.retain(|power| !known.contains(power));
        let first = first.value(tag::ACTION);
        let behind = |(deed, action)| {
            let action = format!("{first}, then {action}");
            Power { deed, sender: Sender::AnybodyAfterOwner, action }
        };
        opened.into_iter().map(behind).collect()
    }

    /// What strangers can do with money by each Action that was found.
    fn powers_of_strangers(&self) -> BTreeSet<(Deed, String)> {
        let of = |asked: Attempt| {
            let (full, seen) = self.with_parameters(asked.clone(), self.trial.run(&asked)?);
            Some(self.trial.powers(&full, &seen))
        };
        let powers = self.asked().into_iter().filter_map(of).flatten();
        let money = powers.filter(|power| !matches!(power.deed, Deed::Set(_)));
        money.map(|power| (power.deed, power.action)).collect()
    }
}
