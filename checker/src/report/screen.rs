//! What a check says on one screen: what breaks, how, and what was not tried. All the rest is
//! for `--all`.

use super::breaks::thrown;
use super::{any_order, hints, not_tried, shortfalls, weakest, worlds};
use crate::beyond_hardened::Record;
use crate::job::{Run, by_subject};
use crate::roster::Roster;
use crate::search::Broken;
use crate::settings::Settings;
use crate::table;
use crate::verdict::Kind;
use explorer::escape::Told;
use explorer::escaped;
use model::{Mutant, Variant};
use properties::Property;
use std::collections::BTreeSet;

/// Lines about what was not tried, and broken promises that are told in full: more do not fit.
const MOST_UNTRIED: usize = 10;
const MOST_TOLD: usize = 4;
/// Contracts that are told one by one.
const MOST_CONTRACTS: usize = 3;

/// The screen, but for how it ends.
pub fn text(
    runs: &[Run],
    properties: &[Property],
    settings: &Settings,
    known: &Record,
    see: See,
) -> Told {
    let contracts: Vec<&[Run]> = by_subject(runs).collect();
    let told: Told = if contracts.len() > MOST_CONTRACTS {
        many(runs, &contracts, properties)
    } else {
        let one = |runs: &&[Run]| contract(runs, properties, known);
        Told::joined(contracts.iter().map(one), "\n")
    };
    told + searched(runs, settings) + more(see, contracts.len() == 1)
}

/// Where the counterexamples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum See {
    /// Recorded in the repository.
    Recorded,
    /// Written by this check.
    Written,
    /// Nowhere.
    Nowhere,
}

/// What was searched.
fn searched(runs: &[Run], settings: &Settings) -> Told {
    let profiles: BTreeSet<_> = runs.iter().map(|run| run.world.profile.name).collect();
    let states: u64 = runs.iter().map(|run| run.exploration.states).sum();
    let searches = counted(runs.len(), "search", "searches");
    let profiles = counted(profiles.len(), "platform", "platforms");
    let mut text: Told = escaped!(
        "\nSearched: {states} states in {searches}, under {profiles}.\n",
        states,
        searches,
        profiles
    );
    for (bounds, variants) in worlds(runs) {
        text += escaped!("Bounds {bounds} ({variants}).\n", bounds, variants);
    }
    text += Told::ours("Beyond these bounds nothing was tried: more messages, other amounts.\n");
    text + any_order(settings)
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// How to see more.
fn more(see: See, is_one: bool) -> Told {
    let run = match see {
        See::Recorded => "\nSee one happen: explore counterexamples/CONTRACT/PROMISE.json\n",
        See::Written => "",
        See::Nowhere => "\nSee one happen: add --write=FOLDER, then explore a file in it\n",
    };
    let all = if is_one {
        "every promise, every step, every branch"
    } else {
        "every verdict, guard and platform"
    };
    Told::ours(run) + escaped!("See more: add --all ({all})\n", all)
}

/// One contract: the answer, what was not tried, what breaks.
fn contract(runs: &[Run], properties: &[Property], known: &Record) -> Told {
    let broken = weakest(runs, properties);
    let (limits, own): (Vec<_>, Vec<_>) =
        broken.into_iter().partition(|(_, property, _)| known.beside(runs, property).is_limit());
    let not_tried = not_tried(runs);
    let counts = (own.len(), limits.len(), properties.len());
    let mut text = headline(runs, counts, not_tried.is_empty());
    text += hints(runs);
    text += untried(&not_tried);
    if !own.is_empty() {
        let order = if runs.len() > 1 { ", the weakest platform first" } else { "" };
        text += escaped!("\nBroken{order}:\n", order);
    }
    for (run, property, broken) in own.iter().take(MOST_TOLD) {
        text += told(runs, run, property, broken);
        text += thrown(run, &broken.first);
    }
    let rest = own.iter().skip(MOST_TOLD).map(|(_, property, _)| property.name);
    let rest = Told::list(rest, ", ");
    if !rest.is_empty() {
        text += escaped!("  and {rest}\n", rest);
    }
    if !limits.is_empty() {
        text += escaped!(
            "\nBroken by the platform: the contract that we recommend cannot keep these either.\n"
        );
    }
    for (_, property, broken) in &limits {
        text += short(property, broken);
    }
    text + shortfalls(runs)
}

/// The answer, in a sentence: how many promises the contract breaks, how many the platform does,
/// of how many in all.
fn headline(runs: &[Run], (own, limits, all): (usize, usize, usize), is_all_tried: bool) -> Told {
    let name = runs[0].world.subject.name();
    let is_vacuous = runs.iter().any(|run| run.says(Kind::Vacuous));
    let scope = if runs.iter().any(|run| run.says(Kind::HoldsUpTo)) {
        " so far: the search was cut short"
    } else if is_all_tried {
        ""
    } else {
        " in what was tried"
    };
    let proved = if is_vacuous { ", and not every other one was put to the test" } else { "" };
    match (own, limits) {
        (0, 0) if is_vacuous => {
            escaped!(
                "{name}: no promise breaks{scope}, but not every one was put to the test.\n",
                name,
                scope
            )
        }
        (0, 0) => escaped!("{name}: all {all} promises hold{scope}.\n", name, all, scope),
        (0, limits) => escaped!(
            "{name}: {limits} of {all} promises break{scope}, all by the platform{proved}.\n",
            name,
            limits,
            all,
            scope,
            proved
        ),
        (own, 0) => escaped!(
            "{name}: {own} of {all} promises break{scope}{proved}.\n",
            name,
            own,
            all,
            scope,
            proved
        ),
        (own, limits) => escaped!(
            "{name}: {own} of {all} promises break{scope}, and {limits} more by the platform{proved}.\n",
            name,
            own,
            all,
            scope,
            limits,
            proved
        ),
    }
}

/// What was not tried: as much as there is room for.
fn untried(lines: &[String]) -> Told {
    let shown: Told =
        lines.iter().take(MOST_UNTRIED).map(|line| escaped!("  {line}\n", line)).sum();
    if shown.is_empty() {
        return shown;
    }
    let rest = lines.len().saturating_sub(MOST_UNTRIED);
    let rest =
        if rest > 0 { escaped!("  and {rest} more: add --all\n", rest) } else { Told::new() };
    escaped!("\nNot tried:\n{shown}{rest}", shown, rest)
}

/// A broken promise: what happens, what it takes, the steps.
fn told(runs: &[Run], run: &Run, property: &Property, broken: &Broken) -> Told {
    let breaks = |other: &&Run| other.violation(property).is_some();
    let others = runs.iter().filter(breaks).count() - 1;
    let others = if others > 0 { format!(" and {others} more") } else { String::new() };
    let steps = Told::list(&broken.first.actions, "; ");
    escaped!(
        "  {}: {}\n    {}, under {}{others}: {steps}\n",
        property.name,
        property.broken,
        cost(broken),
        run.world.profile,
        others,
        steps
    )
}

/// The same on a line.
fn short(property: &Property, broken: &Broken) -> Told {
    escaped!("  {} ({}): {}\n", property.name, faults(broken), property.broken)
}

/// What it takes: `1 loss or 1 re-push, 7 steps`.
fn cost(broken: &Broken) -> String {
    format!("{}, {}", faults(broken), counted(broken.first.actions.len(), "step", "steps"))
}

fn faults(broken: &Broken) -> String {
    let sets: Vec<_> = broken.fault_sets().iter().map(ToString::to_string).collect();
    match &sets[..] {
        [none] if none == "none" => "no fault".to_owned(),
        [first, others @ ..] if others.len() > 1 => format!("{first} or {} others", others.len()),
        few => few.join(" or "),
    }
}

/// Many contracts: a line each, and the mutants together.
fn many(runs: &[Run], contracts: &[&[Run]], properties: &[Property]) -> Told {
    let is_mutant = |runs: &&[Run]| {
        let name = runs[0].world.subject.name();
        runs[0].world.subject.variant().is_some() && Mutant::all().any(|m| m.name() == name)
    };
    let (mutants, designs): (Vec<_>, Vec<_>) = contracts.iter().copied().partition(is_mutant);
    let name = |runs: &[Run]| Told::of(runs[0].world.subject.name());
    let width = designs.iter().map(|runs| name(runs).len()).max().unwrap_or(0);
    let mut text: Told =
        escaped!("{} checked.\n\n", counted(contracts.len(), "contract", "contracts"));
    for runs in designs {
        text += escaped!("{} {}\n", name(runs).padded(width), verdict(runs, properties));
        if runs[0].world.subject.variant() == Some(Variant::Hardened) {
            let told = weakest(runs, properties);
            text.extend(told.iter().map(|(_, property, broken)| short(property, broken)));
        }
        text += untried(&not_tried(runs));
    }
    text + guards(runs, &mutants, properties)
}

/// What is said of a contract, in a line.
fn verdict(runs: &[Run], properties: &[Property]) -> String {
    let all = properties.len();
    let broken = weakest(runs, properties);
    let has = |kind: Kind| runs.iter().any(|run| run.says(kind));
    let free = broken.iter().filter(|(_, _, broken)| broken.first.faults.total() == 0).count();
    let mut said = match (broken.len(), has(Kind::Vacuous)) {
        (0, true) => "nothing breaks".to_owned(),
        (0, false) => format!("all {all} promises hold"),
        (n, _) if free > 0 => {
            format!("{n} of {all} promises break, {free} of them without any fault")
        }
        (n, _) => format!("{n} of {all} promises break, each only by a fault"),
    };
    if has(Kind::Vacuous) {
        said += "; some were never put to the test: it never mints, or never pays";
    }
    if has(Kind::HoldsUpTo) {
        said += "; a search was cut short";
    }
    said
}

/// The mutants: whether each is noticed.
fn guards(runs: &[Run], mutants: &[&[Run]], properties: &[Property]) -> Told {
    if mutants.is_empty() {
        return Told::new();
    }
    let roster = Roster::of(runs);
    let is_judged = |mutant: &Mutant| {
        let wanted = properties::should_notice(*mutant);
        properties.iter().any(|property| property.name == wanted)
    };
    let names: Vec<_> = mutants.iter().map(|runs| runs[0].world.subject.name()).collect();
    let known = Mutant::all().filter(|mutant| names.contains(&mutant.name()));
    let judged: Vec<_> = known.filter(is_judged).collect();
    let missed: Vec<_> = judged
        .iter()
        .filter(|mutant| table::kill(&roster, **mutant).is_none())
        .map(|mutant| mutant.name())
        .collect();
    if missed.is_empty() {
        return escaped!(
            "\nhardened with one guard taken out: {} of {} are noticed, each by the promise that should notice.\n",
            judged.len(),
            counted(names.len(), "mutant", "mutants")
        );
    }
    escaped!("\nhardened with one guard taken out: NOT noticed: {}.\n", Told::list(missed, ", "))
}
