//! A property asks at least as much of a state where fewer faults were used.
//!
//! The reduction [`IdleFaults`](model::Reduction::IdleFaults) rests on it: it leaves a state
//! out because the same state with a fault less is searched.

use model::contract::Tim3;
use model::{Bounds, Fault, Faults, Profile, Reduction, Reductions, Situation, State};
use model::{Swap, Variant};
use properties::{Breach, Judge, Property};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashSet};

/// `variant` where everything may go wrong, with no fault left out.
fn swap(variant: Variant) -> Swap<Variant> {
    let hostile: Profile = "hostile".parse().expect("a profile");
    let tiny: Bounds = "tiny".parse().expect("bounds");
    let bounds = Bounds { transfers: 1, ..tiny };
    let reductions = Reductions::default().without(Reduction::IdleFaults);
    Swap::new(variant, variant.usda(), hostile, bounds).reduced_by(reductions)
}

/// Shows every step between reachable states.
fn walk(swap: &Swap<Variant>, mut show: impl FnMut(&State<Tim3>, &State<Tim3>)) {
    let mut waiting = vec![swap.initial()];
    let mut seen: HashSet<_> = waiting.iter().cloned().collect();
    while let Some(before) = waiting.pop() {
        for action in swap.enabled(&before) {
            let step = swap.step(&before, &action).expect("an enabled action can be taken");
            show(&before, &step.state);
            if seen.insert(step.state.clone()) {
                waiting.push(step.state);
            }
        }
    }
}

/// All sets of at most two faults.
fn fault_sets() -> Vec<Faults> {
    let none = Faults::default();
    let one = || Fault::ALL.into_iter().map(|kind| none.and(kind));
    let two = one().flat_map(|first| Fault::ALL.map(|kind| first.and(kind)));
    let sets: BTreeSet<_> = one().chain(two).chain([none]).collect();
    sets.into_iter().collect()
}

/// How a property judged the same reachable situation with different faults.
#[derive(Default)]
struct Judged {
    /// Broken with some faults and not with a part of them: nothing, as it should be.
    relents: Option<(Faults, Faults)>,
    /// Broken with a part of some faults and not with all of them.
    excuses: bool,
    /// Broken with some faults.
    breaks: bool,
}

impl Judged {
    fn add(&mut self, property: &Property, mut situation: Situation<'_>, sets: &[Faults]) {
        let broken = sets.iter().filter(|set| {
            situation.faults = **set;
            property.judge(&situation).is_err()
        });
        let broken: BTreeSet<_> = broken.copied().collect();
        if broken.is_empty() || broken.len() == sets.len() {
            self.breaks |= !broken.is_empty();
            return;
        }
        self.breaks = true;
        self.excuses |= broken.contains(&Faults::default());
        let holds = |more: &Faults| {
            let fewer = |set: &&Faults| set.is_part_of(more) && !broken.contains(*set);
            sets.iter().find(fewer).copied()
        };
        let relents = broken.iter().find_map(|more| Some((*more, holds(more)?)));
        self.relents = self.relents.or(relents);
    }
}

/// How these properties judge everything that can be reached, each with all sets of faults.
fn judged(swap: &Swap<Variant>, properties: &[Property]) -> Vec<Judged> {
    let sets = fault_sets();
    let mut seen = HashSet::new();
    let mut all: Vec<_> = properties.iter().map(|_| Judged::default()).collect();
    walk(swap, |_, state| {
        let State { usda, tim3, history, network, .. } = state.clone();
        if seen.insert((usda, tim3, history, network.is_at_rest())) {
            for (property, judged) in properties.iter().zip(&mut all) {
                judged.add(property, swap.situation(state), &sets);
            }
        }
    });
    all
}

#[test]
fn what_is_broken_with_some_faults_is_broken_with_any_part_of_them() {
    let variants: Vec<_> = Variant::all().collect();
    let judged: Vec<_> = variants
        .par_iter()
        .map(|variant| (variant, judged(&swap(*variant), &properties::ALL)))
        .collect();
    for (variant, judged) in &judged {
        for (property, judged) in properties::ALL.iter().zip(judged) {
            assert_eq!(judged.relents, None, "{variant}: {property:?}");
        }
    }
    let some = |tells: fn(&Judged) -> bool| {
        let place = |place: &usize| judged.iter().any(|(_, of)| tells(&of[*place]));
        let places = (0..properties::ALL.len()).filter(place);
        places.map(|place| properties::ALL[place].name).collect::<Vec<_>>()
    };
    assert_eq!(some(|judged| judged.breaks), properties::ALL.map(|property| property.name));
    let excusing = ["deposits-minted-at-rest", "burns-paid-at-rest"];
    assert_eq!(some(|judged| judged.excuses), excusing, "faults make no difference to others");
}

#[test]
fn a_property_that_asks_less_where_fewer_faults_were_used_is_noticed() {
    fn no_trick_was_played(situation: &Situation<'_>) -> Result<(), Breach> {
        if situation.faults.of(Fault::Trick) == 0 {
            return Ok(());
        }
        Err(Breach::of("tricks = 0"))
    }
    let wrong = Property { judge: Judge::Always(no_trick_was_played), ..properties::ALL[0] };
    let judged = judged(&swap(Variant::Hardened), &[wrong]);
    let (more, fewer) = judged[0].relents.expect("it relents");
    assert!(fewer.is_part_of(&more) && more.of(Fault::Trick) > fewer.of(Fault::Trick));
}

#[test]
fn a_way_out_does_not_depend_on_the_faults_before_it() {
    let swap = swap(Variant::Hardened);
    let mut with_faults = 0;
    walk(&swap, |_, state| {
        let mut without = state.clone();
        without.spent.faults = Faults::default();
        with_faults += u32::from(without != *state);
        assert!(swap.rescue(&without) == swap.rescue(state));
    });
    assert!(with_faults > 0);
}

#[test]
fn whatever_an_idle_fault_leads_to_was_as_broken_before_it() {
    let variants: Vec<_> = Variant::all().collect();
    let idle = |variant: &Variant| {
        let swap = swap(*variant);
        let mut idle = 0_u32;
        walk(&swap, |before, after| {
            if !after.is_idle_after(before) {
                return;
            }
            idle += 1;
            for property in properties::ALL {
                let breaks = |state| property.judge(&swap.situation(state)).is_err();
                assert!(!breaks(after) || breaks(before), "{variant}: {property:?}");
            }
        });
        idle
    };
    let idle: u32 = variants.par_iter().map(idle).sum();
    assert!(idle > 0, "no fault was idle");
}
