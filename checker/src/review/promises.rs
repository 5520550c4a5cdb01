//! Promise by promise: does the old version keep it, and does the new one?

use super::schedule::Schedule;
use super::{Review, SIDES};
use crate::job::Run;
use crate::search::{Broken, Found};
use crate::verdict::{Kind, Verdict};
use model::{Faults, Profile};
use properties::Property;
use serde::Serialize;

/// How the verdict on a promise changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It was kept, and is broken.
    Broken,
    /// It was broken, and now takes fewer faults, or others.
    Worse,
    /// It was kept, and now nothing comes up that would show it.
    NoLongerTried,
    /// A search was cut short, so that how it compares is not decided.
    Inconclusive,
    /// It was broken, and is kept.
    Fixed,
    /// It was broken, and now takes more faults.
    Better,
    /// Nothing came up that would have shown it, and now it is kept.
    NowTried,
    /// It was broken, and is by the same faults.
    StillBroken,
    /// Nothing comes up that would show it, as before.
    StillNotTried,
    /// It was kept, and is.
    StillHolds,
}

impl Change {
    /// Every way, the worst first.
    pub const ALL: [Self; 10] = [
        Self::Broken,
        Self::Worse,
        Self::NoLongerTried,
        Self::Inconclusive,
        Self::Fixed,
        Self::Better,
        Self::NowTried,
        Self::StillBroken,
        Self::StillNotTried,
        Self::StillHolds,
    ];

    /// Its name in data and files: `no-longer-tried`.
    pub fn key(self) -> String {
        self.name().to_lowercase().replace(' ', "-")
    }

    /// Whether a reviewer should stop at it.
    pub fn is_worse(self) -> bool {
        self <= Self::NoLongerTried
    }

    /// Whether there is anything to say of it.
    pub fn is_news(self) -> bool {
        self < Self::StillBroken
    }

    /// Whether the two go in one direction, and can be told together.
    pub fn goes_with(self, other: Self) -> bool {
        let direction = |change: Self| match change {
            Self::Broken | Self::Worse | Self::NoLongerTried => 0,
            Self::Fixed | Self::Better | Self::NowTried => 1,
            alone => 2 + alone as usize,
        };
        direction(self) == direction(other)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Broken => "BROKEN",
            Self::Worse => "WORSE",
            Self::NoLongerTried => "NO LONGER TRIED",
            Self::Inconclusive => "INCONCLUSIVE",
            Self::Fixed => "fixed",
            Self::Better => "better",
            Self::NowTried => "now tried",
            Self::StillBroken => "still broken",
            Self::StillNotTried => "still not tried",
            Self::StillHolds => "still holds",
        }
    }
}

/// A promise under one platform, before and after.
pub struct Promise<'a> {
    pub property: Property,
    pub profile: Profile,
    /// How its verdict changes.
    pub change: Change,
    /// How the old handlers break it.
    pub old: Option<&'a Broken>,
    /// How the new ones do.
    pub new: Option<&'a Broken>,
    /// The sides whose search was cut, so that they may break it by other faults too.
    pub undecided: Vec<&'static str>,
}

impl Promise<'_> {
    /// The schedule that shows the change: see [`telling`](Self::telling).
    pub(super) fn shown(&self, review: &Review) -> Option<Schedule> {
        let still = self.old.filter(|_| self.change == Change::StillBroken);
        let found = match still {
            Some(broken) => &broken.first,
            None => self.telling().filter(|_| self.change.is_news())?,
        };
        let runs = if self.is_told_of_new() { &review.new_runs } else { &review.old_runs };
        let run = runs.iter().find(|run| run.world.profile == self.profile)?;
        Some(Schedule::of(&run.world, found))
    }

    /// Whether what there is to show of it is what the new handlers do.
    pub fn is_told_of_new(&self) -> bool {
        self.change.is_worse() || self.change == Change::Inconclusive && self.new.is_some()
    }

    /// The counterexample that shows the change: with faults that do not suffice on the other
    /// side.
    pub fn telling(&self) -> Option<&Found> {
        let (broken, other) =
            if self.is_told_of_new() { (self.new, self.old) } else { (self.old, self.new) };
        let known = other.map(Broken::fault_sets).unwrap_or_default();
        let is_news = |found: &&Found| !known.iter().any(|set| set.is_part_of(&found.faults));
        broken?.all().find(is_news)
    }
}

/// Compares the runs of both sides, which are of the same profiles and properties in the same
/// order.
pub fn compare<'a>(old: &'a [Run], new: &'a [Run]) -> Vec<Promise<'a>> {
    let runs = old.iter().zip(new);
    let of_runs = |(old, new): (&'a Run, &'a Run)| {
        let verdicts = old.verdicts.iter().zip(&new.verdicts);
        let was_cut = [old, new].map(|run| run.exploration.cut.is_some());
        let is_open = |verdict: &Verdict, was_cut: bool| {
            was_cut && matches!(verdict.kind(), Kind::HoldsUpTo | Kind::Violated)
        };
        let verdicts = verdicts.filter(|((property, _), _)| !property.is_measure());
        let promise =
            |((property, before), (_, after)): (&'a (Property, Verdict), &'a (_, _))| Promise {
                property: *property,
                profile: old.world.profile,
                change: change(before, after, was_cut),
                old: broken(before),
                new: broken(after),
                undecided: SIDES
                    .into_iter()
                    .zip([is_open(before, was_cut[0]), is_open(after, was_cut[1])])
                    .filter_map(|(side, is_open)| is_open.then_some(side))
                    .collect(),
            };
        verdicts.map(promise).collect::<Vec<_>>()
    };
    runs.flat_map(of_runs).collect()
}

fn broken(verdict: &Verdict) -> Option<&Broken> {
    if let Verdict::Violated(broken) = verdict { Some(broken) } else { None }
}

fn change(old: &Verdict, new: &Verdict, was_cut: [bool; 2]) -> Change {
    match (old, new) {
        (Verdict::Violated(old), Verdict::Violated(new)) => by_faults(old, new, was_cut),
        // Who knows whether the old handlers would have broken it further on.
        (Verdict::HoldsUpTo(_), Verdict::Violated(_)) => Change::Inconclusive,
        (_, Verdict::Violated(_)) => Change::Broken,
        (Verdict::Violated(_), Verdict::Holds) => Change::Fixed,
        _ if [old, new].iter().any(|verdict| verdict.kind() == Kind::HoldsUpTo) => {
            Change::Inconclusive
        }
        (Verdict::NotTried(_), Verdict::NotTried(_)) => Change::StillNotTried,
        (_, Verdict::NotTried(_)) => Change::NoLongerTried,
        (Verdict::NotTried(_), _) => Change::NowTried,
        _ => Change::StillHolds,
    }
}

/// Both break it: whether some set of faults suffices now that did not before, or the other
/// way round. A side that was cut may have further sets.
fn by_faults(old: &Broken, new: &Broken, [old_was_cut, new_was_cut]: [bool; 2]) -> Change {
    let (old, new) = (old.fault_sets(), new.fault_sets());
    let suffices = |sets: &[Faults], faults: &Faults| sets.iter().any(|set| set.is_part_of(faults));
    let is_worse = new.iter().any(|faults| !suffices(&old, faults));
    if is_worse && !old_was_cut {
        Change::Worse
    } else if is_worse || new_was_cut {
        Change::Inconclusive
    } else if old.iter().any(|faults| !suffices(&new, faults)) {
        Change::Better
    } else {
        Change::StillBroken
    }
}
