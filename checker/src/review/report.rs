//! A review in the terminal.

use super::{Change, Promise, Review, SIDES, differences};
use crate::search::{Broken, Found};
use explorer::parting::Parting;
use explorer::trace::Trace;
use explorer::world::World;
use model::{Faults, Subject};
use std::fmt::Write;

/// All that a review says.
pub fn text(review: &Review) -> String {
    let world = &review.pair.world;
    let mut text = format!(
        "review of {} (old) and {} (new)\nbounds {}\n",
        review.old.given, review.new.given, world.bounds
    );
    text += &promises(review);
    text += &behaviour(review);
    text + &conclusion(review)
}

/// The same change of one promise, under several profiles.
struct Group<'a> {
    /// Under the weakest profile.
    promise: Promise<'a>,
    /// The faults that break it before and after, and under which profiles.
    faults: Vec<([Vec<Faults>; 2], Vec<&'static str>)>,
}

fn sets(broken: Option<&Broken>) -> Vec<Faults> {
    broken.map(Broken::fault_sets).unwrap_or_default()
}

/// What changed, the worst first.
fn groups(review: &Review) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for promise in review.promises() {
        let sets = [sets(promise.old), sets(promise.new)];
        let (key, profile) = ((promise.property.name, promise.change), promise.profile.name);
        let is_same =
            |group: &&mut Group<'_>| (group.promise.property.name, group.promise.change) == key;
        let Some(group) = groups.iter_mut().find(is_same) else {
            groups.push(Group { promise, faults: vec![(sets, vec![profile])] });
            continue;
        };
        match group.faults.iter_mut().find(|(known, _)| *known == sets) {
            Some((_, profiles)) => profiles.push(profile),
            None => group.faults.push((sets, vec![profile])),
        }
    }
    groups.sort_by_key(|group| group.promise.change);
    groups
}

fn promises(review: &Review) -> String {
    let mut text = String::from("\npromises\n");
    let groups = groups(review);
    for group in groups.iter().filter(|group| group.promise.change.is_news()) {
        text += &changed(review, group);
    }
    for change in [Change::StillBroken, Change::StillVacuous, Change::StillHolds] {
        let names: Vec<_> = groups
            .iter()
            .filter(|group| group.promise.change == change)
            .map(|group| group.promise.property.name)
            .collect();
        if !names.is_empty() {
            let _ = writeln!(text, "  {}: {}", change.name(), names.join(", "));
        }
    }
    text
}

fn changed(review: &Review, group: &Group<'_>) -> String {
    let Group { promise, faults } = group;
    let property = promise.property;
    let mut text =
        format!("  {} {}: {}\n", promise.change.name(), property.name, property.sentence);
    for (sets, profiles) in faults {
        let [old, new] = sets.each_ref().map(|sets| alternatives(sets));
        let _ = writeln!(text, "    {}: broken by {old} before, {new} now", profiles.join(", "));
    }
    if let Some(found) = promise.telling() {
        let _ = writeln!(text, "    {}", steps(found));
        text += &parting(review, promise, found);
    }
    text
}

/// `1 re-push or 1 assignment`; `nothing` where it is kept, `no fault at all` where it takes
/// none.
fn alternatives(sets: &[Faults]) -> String {
    let name = |faults: &Faults| match faults.total() {
        0 => "no fault at all".to_owned(),
        _ => faults.to_string(),
    };
    let sets: Vec<_> = sets.iter().map(name).collect();
    if sets.is_empty() { "nothing".to_owned() } else { sets.join(" or ") }
}

fn steps(found: &Found) -> String {
    let steps: Vec<_> = found.actions.iter().map(ToString::to_string).collect();
    steps.join("; ")
}

/// What both versions do with a schedule.
fn parting(review: &Review, promise: &Promise<'_>, found: &Found) -> String {
    let world = |subject: &Subject| World {
        subject: subject.clone(),
        profile: promise.profile,
        ..review.old_runs[0].world.clone()
    };
    let run = |subject: &Subject| {
        let mut trace = Trace::start(world(subject));
        for action in &found.actions {
            trace.try_named(&action.to_string());
        }
        trace
    };
    let (old, new) = (run(&review.old.subject), run(&review.new.subject));
    let parting = Parting::called(SIDES, &old, &new);
    let Some(step) = parting.parted else {
        return "    both do the same with this schedule\n".to_owned();
    };
    let mut text = format!("    they part at step {step}\n");
    for difference in &parting.steps[step] {
        let _ = writeln!(text, "      {difference}");
    }
    text
}

fn behaviour(review: &Review) -> String {
    let differences = differences(&review.pair);
    let under = review.pair.world.profile;
    if differences.is_empty() {
        let scope =
            if review.pair.exploration.cut.is_some() { ", as far as was searched" } else { "" };
        return format!(
            "\nbehaviour, under {under}\n  nobody can tell them apart within these bounds{scope}: {} states\n",
            review.pair.exploration.states
        );
    }
    let mut text =
        format!("\nbehaviour, under {under}: {} kinds of difference\n", differences.len());
    for difference in &differences {
        let faults = difference.found.faults;
        let _ = writeln!(text, "  {}", difference.what);
        let _ = writeln!(text, "    faults: {faults}; {}", steps(difference.found));
    }
    text
}

fn conclusion(review: &Review) -> String {
    let groups = groups(review);
    let names = |is: fn(Change) -> bool| {
        let mut names: Vec<_> = groups
            .iter()
            .filter(|group| is(group.promise.change))
            .map(|group| group.promise.property.name)
            .collect();
        names.sort_unstable();
        names.dedup();
        names.len()
    };
    let worse = names(Change::is_worse);
    let better = names(|change| matches!(change, Change::Fixed | Change::Better));
    let open = names(|change| change == Change::Inconclusive);
    let differs = differences(&review.pair).len();
    format!(
        "\n{worse} promises are worse, {better} better, {open} inconclusive; {differs} kinds of difference in behaviour\n"
    )
}
