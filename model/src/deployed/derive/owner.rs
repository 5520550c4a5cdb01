//! What only the owner can do: the Actions of the file, sent by the owner and by a stranger; and
//! what holders can do by mistake.

use super::super::powers::{Deed, Power};
use super::attempt::Attempt;
use super::seen::Seen;
use super::{Hunt, NOBODYS};
use crate::message::{OWNER, TIM3};
use smol_str::SmolStr;
use std::collections::BTreeSet;

impl Hunt<'_> {
    /// What a message of the owner's does, and the same of a stranger's does not.
    pub(super) fn powers_of_owner(&self) -> BTreeSet<Power> {
        let owner = SmolStr::new_static(OWNER);
        let asking = |action: &SmolStr| Attempt::asking(action).from(&owner);
        let unheard = self.trial.run(&asking(&SmolStr::new_static(NOBODYS)));
        let of = |action| self.of_owner(asking(action), unheard.as_ref()?);
        self.words.all.iter().filter_map(of).flatten().collect()
    }

    /// That a plain transfer to the contract itself is taken, if it is.
    pub(super) fn stranding(&self) -> BTreeSet<Power> {
        let [_, plain, _] = Attempt::money();
        let to_itself = plain.to(&SmolStr::new_static(TIM3));
        let seen = self.trial.run(&to_itself);
        let mut powers =
            seen.map_or_else(BTreeSet::new, |seen| self.trial.powers(&to_itself, &seen));
        powers.retain(|power| power.deed == Deed::Strand);
        powers
    }

    fn of_owner(&self, plain: Attempt, unheard: &Seen) -> Option<BTreeSet<Power>> {
        let seen = self.trial.run(&plain)?;
        if seen.ran() == unheard.ran() {
            return None;
        }
        let (full, seen) = self.with_parameters(plain, seen);
        let mut powers = self.trial.powers(&full, &seen);
        let strangers = full.of_stranger();
        let of_others = self.trial.powers(&strangers, &self.trial.run(&strangers)?);
        powers.retain(|own| !of_others.iter().any(|other| other.deed == own.deed));
        Some(powers)
    }
}
