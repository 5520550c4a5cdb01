//! What is broken, and how to see it.

use crate::beyond_hardened::{Beside, Record};
use crate::job::{Run, by_subject};
use crate::search::{Broken, Found};
use crate::settings::{Engine, Settings};
use crate::thrown::{self, Thrown};
use explorer::escape::Told;
use explorer::escaped;
use properties::Property;

/// A set of faults, or several: each of them suffices.
fn alternatives(broken: &Broken) -> String {
    let sets: Vec<_> = broken.fault_sets().iter().map(ToString::to_string).collect();
    sets.join(" or ")
}

/// One line for each broken promise under the weakest profile, with how to see it.
pub(super) fn text(
    runs: &[Run],
    properties: &[Property],
    settings: &Settings,
    known: &Record,
    recorded: bool,
) -> Told {
    let weakest = weakest(runs, properties);
    if weakest.is_empty() {
        let cut = runs.iter().any(|run| run.exploration.cut.is_some());
        let scope = if cut { " in what was searched" } else { "" };
        return escaped!("\nno promise is broken{scope}\n", scope);
    }
    let how = if recorded {
        "to run one again: cargo run --release -- replay FILE"
    } else {
        "to run them again, write them as files: add --write=FOLDER"
    };
    let order = match settings.engine {
        Engine::Layered => ", by the fewest faults and then the fewest steps",
        Engine::Stateright => ", by the fewest steps, whatever the faults",
        Engine::StaterightDfs => "",
    };
    let all = weakest.into_iter().map(|(run, property, broken)| {
        let beside = known.beside(of_subject(runs, run), &property);
        let told = told(run, &property, broken, settings, recorded) + alone(&beside);
        (beside.is_limit(), told)
    });
    let (limits, own): (Vec<_>, Vec<_>) = all.partition(|(is_limit, _)| *is_limit);
    let listed = |told: Vec<(bool, Told)>| told.into_iter().map(|(_, told)| told);
    let mut text: Told = escaped!("\nbroken{order}; {how}\n", order, how);
    if own.is_empty() {
        text += escaped!("  only what hardened breaks too\n");
    }
    text.extend(listed(own));
    if !limits.is_empty() {
        text += Told::ours(LIMITS);
    }
    text.extend(listed(limits));
    text
}

/// What stands above the promises that the recommended contract breaks in the same way.
const LIMITS: &str = "\nhardened breaks these too, by the same faults, on the same platforms and in as few steps (counterexamples/roster.json): they may be limits of the platform, not mistakes of the file\n";

/// One broken promise, with how to see it.
fn told(
    run: &Run,
    property: &Property,
    broken: &Broken,
    settings: &Settings,
    recorded: bool,
) -> Told {
    let (variant, name, profile) = (run.world.subject.name(), property.name, run.world.profile);
    let least = way(&broken.first, &alternatives(broken));
    let mut text: Told =
        escaped!("  {variant} {name}: under {profile}, {least}", variant, name, profile, least);
    if recorded {
        text += escaped!("; replay counterexamples/{variant}/{name}.json\n", variant, name);
    } else {
        text += escaped!("; {}\n", steps(&broken.first));
        text += thrown(run, &broken.first);
    }
    for other in broken.others.iter().take(settings.distinct - 1) {
        let conjunct = other.breach.conjunct;
        let way = way(other, &other.faults.to_string());
        text += escaped!("    also {way}; {conjunct} is false; {}\n", steps(other), way, conjunct);
        text += thrown(run, other);
    }
    text
}

/// What handlers threw on the way.
pub(super) fn thrown(run: &Run, found: &Found) -> Told {
    let line = |Thrown { step, at, text }| {
        escaped!("    step {step}: {at} throws: {text}\n", step, at, text)
    };
    thrown::of(&run.world, &found.actions).into_iter().map(line).sum()
}

/// What breaks a file alone, of a promise that the recommended contract breaks, too.
fn alone(beside: &Beside) -> Told {
    if !beside.shares || beside.is_limit() {
        return Told::new();
    }
    let own = beside.own.iter();
    let own = own.map(|(profiles, sets)| format!("{sets} under {}", profiles.join(", ")));
    let own = Told::list(own, "; ");
    escaped!("    this file also fails where hardened does not: {own}\n", own)
}

/// All runs of the subject of this one.
pub fn of_subject<'a>(runs: &'a [Run], run: &Run) -> &'a [Run] {
    let name = run.world.subject.name();
    let mut all = by_subject(runs);
    all.find(|runs| runs[0].world.subject.name() == name).unwrap_or_default()
}

fn way(found: &Found, faults: &str) -> String {
    let least = found.before.map(|before| format!(", the least over {before} states"));
    let steps = found.actions.len();
    format!("faults: {faults}, steps: {steps}{}", least.unwrap_or_default())
}

fn steps(found: &Found) -> Told {
    Told::list(&found.actions, "; ")
}

/// The breaks under the weakest profile each: runs come weakest profile first.
pub fn weakest<'a>(
    runs: &'a [Run],
    properties: &[Property],
) -> Vec<(&'a Run, Property, &'a Broken)> {
    let of_variant = |runs: &'a [Run]| {
        let first = move |property: &Property| {
            runs.iter().find_map(|run| Some((run, *property, run.violation(property)?)))
        };
        properties.iter().filter_map(first).collect::<Vec<_>>()
    };
    by_subject(runs).flat_map(of_variant).collect()
}
