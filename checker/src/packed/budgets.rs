//! What was spent, and what a step spends. What can happen depends on what is left.

use super::worth::Worth;
use super::{System, Table};
use model::state::Spent;
use model::{Contract, Fault};

/// What a step spends, in one byte: nothing, or a fault, and whether it is the one after which
/// notices can be assigned, or the upgrade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spends(u8);

const FAULT: u8 = 15;
const OPENS: u8 = 16;
const UPGRADES: u8 = 32;

impl Spends {
    const NOTHING: Self = Self(0);

    /// What a step spends that leads from `before` to `after`.
    pub(super) fn between(before: Spent, after: Spent) -> Self {
        let is_used = |kind: &Fault| after.faults.of(*kind) > before.faults.of(*kind);
        let kind = (1..).zip(Fault::ALL).find(|(_, kind)| is_used(kind));
        let opens = after.notices_assignable && !before.notices_assignable;
        let upgrades = after.upgraded && !before.upgraded;
        let spends = Self(
            kind.map_or(0, |(place, _)| place)
                | if opens { OPENS } else { 0 }
                | if upgrades { UPGRADES } else { 0 },
        );
        assert!(spends.from(before) == after, "a step uses one fault at most");
        spends
    }

    pub(super) fn is_nothing(self) -> bool {
        self == Self::NOTHING
    }

    fn from(self, before: Spent) -> Spent {
        let kind = usize::from(self.0 & FAULT).checked_sub(1);
        Spent {
            faults: kind.map_or(before.faults, |kind| before.faults.and(Fault::ALL[kind])),
            notices_assignable: before.notices_assignable || self.0 & OPENS != 0,
            upgraded: before.upgraded || self.0 & UPGRADES != 0,
        }
    }
}

/// What is left: all that the model reads of what was spent, before a step and behind it.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Left {
    faults: u8,
    of_kinds: [u8; Fault::ALL.len()],
    /// What the owner does is named by its number.
    by_owner: u8,
    notices_assignable: bool,
    upgraded: bool,
}

/// What one thread knows of budgets.
#[derive(Default)]
pub(super) struct Budgets {
    /// By what was spent: the number of what is left; [`UNKNOWN`] where that is not known yet.
    left: Vec<u16>,
    numbers: Table<Left, u16>,
    after: Table<(u16, u8), After>,
}

const UNKNOWN: u16 = u16::MAX;

/// What was spent after a step, and what that adds to the sum of a state.
#[derive(Clone, Copy)]
pub(super) struct After {
    pub(super) spent: u16,
    pub(super) faults: u8,
    pub(super) sum: Worth,
}

impl Budgets {
    /// The number of what is left, if it is known.
    #[inline]
    pub(super) fn known(&self, spent: u16) -> Option<u16> {
        self.left.get(usize::from(spent)).copied().filter(|left| *left != UNKNOWN)
    }
}

impl<C: Contract> System<'_, C> {
    /// The number of what is left.
    #[inline]
    pub(super) fn left(&self, spent: u16, budgets: &mut Budgets) -> u16 {
        budgets.known(spent).unwrap_or_else(|| self.learn_left(spent, budgets))
    }

    #[cold]
    fn learn_left(&self, spent: u16, budgets: &mut Budgets) -> u16 {
        let Spent { faults, notices_assignable, upgraded } = **self.spent.value(spent.into());
        let all = self.swap.bounds.faults.saturating_sub(faults.total());
        let of = |kind| self.swap.budget(kind).saturating_sub(faults.of(kind)).min(all);
        let of_kinds = Fault::ALL.map(of);
        let by_owner = faults.of(Fault::Owner);
        let left = Left { faults: all, of_kinds, by_owner, notices_assignable, upgraded };
        let next = u16::try_from(budgets.numbers.len()).expect("few combinations of faults");
        let number = *budgets.numbers.entry(left).or_insert(next);
        if budgets.left.len() <= usize::from(spent) {
            budgets.left.resize(usize::from(spent) + 1, UNKNOWN);
        }
        budgets.left[usize::from(spent)] = number;
        number
    }

    /// What was spent after a step that spends something.
    #[inline]
    pub(super) fn after_spending(
        &self,
        spent: u16,
        spends: Spends,
        budgets: &mut Budgets,
    ) -> After {
        *budgets.after.entry((spent, spends.0)).or_insert_with(|| {
            let (number, faults) = self.number_spent(spends.from(**self.spent.value(spent.into())));
            let worth = |spent: u16| self.spent.worth(spent.into());
            After { spent: number, faults, sum: worth(number).minus(worth(spent)) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Scratch;
    use super::*;
    use crate::limits::Limits;
    use crate::remembered::Remembered;
    use crate::watch::Watch;
    use model::{Bounds, Profile, Swap, Variant};
    use search::System as _;
    use std::collections::{BTreeSet, HashSet};
    use std::sync::Arc;

    /// What was spent in the first states that are reached, and all that was planned there.
    fn walked(system: &System<'_, Variant>, states: usize) -> (BTreeSet<u16>, Scratch) {
        let mut scratch = system.scratch();
        let mut found = system.initial(&mut scratch);
        let mut known: HashSet<u64> = HashSet::new();
        for place in 0..states {
            let state = found[place];
            let mut drafts = Vec::new();
            system.successors(&state, &mut scratch, |_, fingerprint, draft| {
                drafts.extend(known.insert(fingerprint.identity).then_some(draft));
            });
            found.extend(drafts.iter().map(|draft| system.build(&state, *draft, &mut scratch)));
        }
        (found[..states].iter().map(|state| state.spent).collect(), scratch)
    }

    /// What is planned for one budget is used for all others that have the same left.
    #[test]
    fn what_is_left_decides_what_can_happen() {
        let profile: Profile = "hostile".parse().expect("a profile");
        let bounds = Bounds { faults: 2, each_fault: 2, ..Bounds::default() };
        let variant = Variant::Hardened;
        let swap = Swap::new(variant, variant.usda(), profile, bounds);
        let (remembered, watch) = (Arc::<Remembered>::default(), Watch::new(Limits::default()));
        let watch = Arc::new(watch);
        let system = System::new(&swap, &[], false, (&remembered, &watch));
        let (spent, Scratch { mut moves, .. }) = walked(&system, 4000);
        let planned: Vec<_> = moves.planned().collect();
        let mut compared = 0;
        for spent in spent {
            let left = system.left(spent, &mut moves.budgets);
            for (source, _, plans) in planned.iter().filter(|(_, of, _)| *of == left) {
                let again = system.plan_all(*source, spent, &mut moves);
                let plans = &moves.plans[plans.start as usize..plans.end as usize];
                assert_eq!(again, plans, "of {:?}", **system.spent.value(spent.into()));
                compared += 1;
            }
        }
        assert!(compared > 2 * planned.len(), "{compared} of {}", planned.len());
    }
}
