//! How much can be lost at worst, against a search that looks at every state by itself.

use crate::{hardened, profiles, review_of, review_under, variant};
use checker::review::WorstCase;
use checker::review::summary::Summary;
use model::{Exact, Profile, Reductions, Subject};
use properties::MEASURES;
use std::collections::HashSet;

/// The largest amount of a measure under a profile: with the old handlers, and the new.
fn amounts(summary: &Summary, measure: &str, profile: &str) -> [String; 2] {
    let case = summary.worst_cases.iter().find(|case| case.measure == measure);
    let mut amounts = case.into_iter().flat_map(|case| &case.amounts);
    let of = amounts.find(|amounts| amounts.profiles.contains(&profile));
    of.map_or(["0".into(), "0".into()], |of| [of.old.clone(), of.new.clone()])
}

/// The same from every reachable state, without any reduction.
fn most(subject: &Subject, profile: Profile) -> Vec<Exact> {
    let bounds = "tiny".parse().expect("bounds");
    let swap = model::Swap::new(subject.clone(), subject.usda(), profile, bounds);
    let swap = swap.reduced_by(Reductions::NONE);
    let mut most = vec![Exact::ZERO; MEASURES.len()];
    let (mut seen, mut waiting) = (HashSet::from([swap.initial()]), vec![swap.initial()]);
    while let Some(state) = waiting.pop() {
        for (most, measure) in most.iter_mut().zip(MEASURES) {
            let amount = measure.amount(&swap.situation(&state)).expect("a measure");
            if most.at_most(&amount) {
                *most = amount;
            }
        }
        for action in swap.enabled(&state) {
            let next = swap.step(&state, &action).expect("it is enabled").state;
            if seen.insert(next.clone()) {
                waiting.push(next);
            }
        }
    }
    most
}

#[test]
fn the_worst_case_is_that_of_all_states() {
    let under = profiles(&["legacynet-no-su-filter", "lossy", "hyper-aos"]);
    for name in ["hardened", "dedupe-off", "forwarded-tags-trusted", "burn-is-a-transfer"] {
        let summary = review_under(&under, variant(name), variant(name), "tiny");
        for profile in &under {
            let most = most(&variant(name), *profile);
            for (measure, most) in MEASURES.iter().zip(most) {
                let [old, new] = amounts(&summary, measure.name, profile.name);
                assert_eq!([&old, &new], [&most.to_string(); 2], "{name} {profile} {measure:?}");
            }
        }
    }
}

#[test]
fn what_can_be_lost_and_how_is_said_for_both_sides() {
    let under = profiles(&["reliable", "legacynet-no-su-filter"]);
    let summary = review_under(&under, hardened(), variant("dedupe-off"), "tiny");
    assert_eq!(amounts(&summary, "unbacked", "reliable"), ["0", "0"]);
    let case = summary.worst_cases.iter().find(|case| case.measure == "unbacked");
    let case = case.expect("a deposit is minted for twice");
    let schedule = case.new.as_ref().expect("with the new handlers");
    assert_eq!(schedule.profile, "legacynet-no-su-filter");
    assert!(schedule.actions.iter().any(|action| action.starts_with("re-push")), "{schedule:?}");
}

#[test]
fn more_to_lose_is_worse_though_no_other_promise_is_broken() {
    let under = profiles(&["hyperbeam"]);
    // Both pay a release that is pushed again twice; one lets deposits be minted twice, too.
    let worse = review_under(&under, variant("hardened"), variant("dedupe-off"), "default");
    let is_worse = |summary: &Summary| summary.worst_cases.iter().any(WorstCase::is_worse);
    assert!(is_worse(&worse), "{:?}", worse.worst_cases);
    let better = review_under(&under, variant("dedupe-off"), variant("hardened"), "default");
    assert!(!is_worse(&better), "{:?}", better.worst_cases);
}

#[test]
fn every_measure_is_zero_for_hardened_and_positive_elsewhere() {
    let summary = review_of(variant("seed-tags"), variant("hardened"), "tiny");
    for measure in MEASURES {
        let [old, new] = amounts(&summary, measure.name, "legacynet");
        assert!(old != "0" && new == "0", "{measure:?}: {old} before, {new} now");
    }
}
