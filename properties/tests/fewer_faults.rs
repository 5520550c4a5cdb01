//! A property asks at least as much of a state where fewer faults were used.
//!
//! The reduction [`IdleFaults`](model::Reduction::IdleFaults) rests on it: it leaves a state
//! out because the same state with a fault less is searched.

use model::contract::Tim3;
use model::{Bounds, Fault, Faults, Profile, Reduction, Reductions, Situation, State};
use model::{Swap, Variant};
use properties::{Breach, Judge, Property};
use rayon::prelude::*;
use std::collections::HashSet;

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

/// How a property judges reachable situations with a fault of the network and without one:
/// all that it sees of the faults.
#[derive(Default)]
struct Judged {
    /// Somewhere it is broken with a fault and not without.
    relents: bool,
    /// Somewhere it is broken without a fault and not with one.
    excuses: bool,
    /// Somewhere it is broken.
    breaks: bool,
}

impl Judged {
    fn add(&mut self, property: &Property, mut situation: Situation<'_>) {
        let [with, without] = [true, false].map(|network_fault| {
            situation.network_fault = network_fault;
            property.judge(&situation).is_err()
        });
        self.relents |= with && !without;
        self.excuses |= without && !with;
        self.breaks |= with || without;
    }
}

/// How these properties judge everything that can be reached.
fn judged(swap: &Swap<Variant>, properties: &[Property]) -> Vec<Judged> {
    let mut seen = HashSet::new();
    let mut all: Vec<_> = properties.iter().map(|_| Judged::default()).collect();
    walk(swap, |_, state| {
        let State { usda, tim3, history, network, .. } = state.clone();
        if seen.insert((usda, tim3, history, network.is_at_rest())) {
            for (property, judged) in properties.iter().zip(&mut all) {
                judged.add(property, swap.situation(state));
            }
        }
    });
    all
}

#[test]
fn fewer_faults_are_fewer_faults_of_the_network() {
    let swap = swap(Variant::Hardened);
    let mut state = swap.initial();
    let mut fault = |faults| {
        state.spent.faults = faults;
        swap.situation(&state).network_fault
    };
    for more in Fault::ALL.map(|kind| Faults::default().and(kind)) {
        assert!(!fault(Faults::default()) || fault(more));
        for most in Fault::ALL.map(|kind| more.and(kind)) {
            assert!(!fault(more) || fault(most), "{more}, {most}");
        }
    }
}

#[test]
fn a_breach_with_faults_is_a_breach_with_fewer_faults() {
    let variants: Vec<_> = Variant::all().collect();
    let judged: Vec<_> = variants
        .par_iter()
        .map(|variant| (variant, judged(&swap(*variant), &properties::ALL)))
        .collect();
    for (variant, judged) in &judged {
        for (property, judged) in properties::ALL.iter().zip(judged) {
            assert!(!judged.relents, "{variant}: {property:?}");
        }
    }
    let some = |tells: fn(&Judged) -> bool| {
        let place = |place: &usize| judged.iter().any(|(_, of)| tells(&of[*place]));
        let places = (0..properties::ALL.len()).filter(place);
        places.map(|place| properties::ALL[place].name).collect::<Vec<_>>()
    };
    assert_eq!(some(|judged| judged.breaks), properties::ALL.map(|property| property.name));
    let excusing = ["redeem-one-to-one", "deposits-minted-at-rest", "burns-paid-at-rest"];
    assert_eq!(some(|judged| judged.excuses), excusing, "faults make no difference to others");
}

#[test]
fn a_property_that_breaks_only_under_faults_is_noticed() {
    fn the_network_did_its_work(situation: &Situation<'_>) -> Result<(), Breach> {
        if situation.network_fault { Err(Breach::of("network faults = 0")) } else { Ok(()) }
    }
    let wrong = Property { judge: Judge::Always(the_network_did_its_work), ..properties::ALL[0] };
    assert!(judged(&swap(Variant::Hardened), &[wrong])[0].relents);
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
