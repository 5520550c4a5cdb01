//! What only the owner can do: the Actions of the file, sent by the owner and by a stranger.

use super::super::powers::{Power, Sender};
use super::attempt::Attempt;
use super::{Hunt, NOBODYS};
use crate::message::OWNER;
use smol_str::SmolStr;
use std::collections::BTreeSet;

impl Hunt<'_> {
    /// What a message of the owner's does, and the same of a stranger's does not.
    pub(super) fn powers_of_owner(&self) -> BTreeSet<Power> {
        let actions = self.words.all.iter();
        actions.flat_map(|action| self.of_owner(action).unwrap_or_default()).collect()
    }

    fn of_owner(&self, action: &SmolStr) -> Option<BTreeSet<Power>> {
        let owner = SmolStr::new_static(OWNER);
        let plain = Attempt::asking(action).from(&owner);
        let unheard = Attempt::asking(&SmolStr::new_static(NOBODYS)).from(&owner);
        let seen = self.trial.run(&plain)?;
        if seen.ran() == self.trial.run(&unheard)?.ran() {
            return None;
        }
        let (full, seen) = self.with_parameters(plain, seen);
        let mut powers = self.trial.powers(&full, &seen);
        let strangers = full.of_stranger();
        let of_others = self.trial.powers(&strangers, &self.trial.run(&strangers)?);
        powers.retain(|own| !of_others.iter().any(|other| other.deed == own.deed));
        powers.retain(|own| own.sender == Sender::Owner);
        Some(powers)
    }
}
