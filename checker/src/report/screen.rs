//! What a check says on one screen: what breaks, how, and what was not tried. All the rest is
//! for `--all`.

use super::breaks::thrown;
use super::{any_order, cuts, hints, not_tried, shortfalls, weakest, worlds};
use crate::beyond_hardened::Record;
use crate::job::{Run, by_subject};
use crate::powers;
use crate::roster::Roster;
use crate::search::{Broken, Found};
use crate::settings::Settings;
use crate::table;
use crate::verdict::{Kind, Verdict};
use explorer::escape::Told;
use explorer::escaped;
use model::deployed::{Dependence, Note};
use model::{Deployed, Faults, Mutant, Variant};
use properties::Property;
use std::collections::BTreeSet;
use std::path::Path;

/// Lines about what was not tried and about powers, and broken promises that are told in full: more
/// do not fit.
const MOST_UNTRIED: usize = 5;
const MOST_POWERS: usize = 6;
const MOST_TOLD: usize = 4;
/// Contracts that are told one by one.
const MOST_CONTRACTS: usize = 3;

const AS_USUAL: &str =
    "\nPowers as usual: USDA makes TIM3, holders destroy their own and are paid.\n";

/// Where something breaks without any fault.
const MEANT: &str = "  (Is this meant, such as a fee or a cap? Then write what it promises on a page: docs/SYSTEMS.md.)\n";

/// The screen, except for how it ends.
pub fn text(
    runs: &[Run],
    properties: &[Property],
    settings: &Settings,
    known: &Record,
    (see, beyond): (See<'_>, Told),
) -> Told {
    let contracts: Vec<&[Run]> = by_subject(runs).collect();
    let told: Told = if contracts.len() > MOST_CONTRACTS {
        many(runs, &contracts, properties)
    } else {
        let one = |runs: &&[Run]| contract(runs, properties, known);
        Told::joined(contracts.iter().map(one), "\n")
    };
    told + searched(runs, settings) + beyond + more(see, contracts.len() == 1)
}

/// Where the counterexamples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum See<'a> {
    /// Recorded in the repository.
    Recorded,
    /// Written by this check into a folder.
    Written(&'a Path),
    Nowhere,
}

fn searched(runs: &[Run], settings: &Settings) -> Told {
    let profiles: BTreeSet<_> = runs.iter().map(|run| run.world.profile.name).collect();
    let states: u64 = runs.iter().map(|run| run.exploration.states).sum();
    let searches = counted(runs.len(), "search", "searches");
    let profiles = counted(profiles.len(), "platform", "platforms");
    let mut text: Told = escaped!(
        "\nSearched: {} in {searches}, under {profiles}.\n",
        if states == 1 { "1 state".to_owned() } else { format!("{states} states") },
        searches,
        profiles
    );
    for (bounds, variants) in worlds(runs) {
        text += escaped!("Bounds {bounds} ({variants}).\n", bounds, variants);
    }
    text + any_order(settings)
}

fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

fn more(see: See<'_>, is_one: bool) -> Told {
    let explore = |folder: &Path| {
        escaped!("\nSee one happen: explore {}/CONTRACT/PROMISE.json\n", folder.display())
    };
    let run = match see {
        See::Recorded => explore(Path::new("counterexamples")),
        See::Written(folder) => explore(folder),
        See::Nowhere => {
            Told::ours("\nSee one happen: add --write=FOLDER, then explore a file in it\n")
        }
    };
    let all = if is_one {
        "every promise, every step, every branch"
    } else {
        "every verdict, guard and platform"
    };
    run + escaped!("See more: add --all ({all})\n", all)
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
        let order =
            if runs.len() > 1 { ", each on the platform where the least can go wrong" } else { "" };
        text += escaped!("\nBroken{order}:\n", order);
        if runs.iter().any(reads_time) {
            text += Told::ours(
                "  (It reads the time. Time stands still here, except that holders can wait before they burn. What only a later time allows counts as broken.)\n",
            );
        }
    }
    let is_free = |(_, _, broken): &(_, _, &Broken)| broken.first.faults.total() == 0;
    if runs[0].world.subject.lua().is_some() && own.iter().any(is_free) {
        text += Told::ours(MEANT);
    }
    for (run, property, broken) in own.iter().take(MOST_TOLD) {
        text += told(runs, (run, property, broken), known);
    }
    for (_, property, broken) in own.iter().skip(MOST_TOLD) {
        text += short(property, broken);
    }
    if !limits.is_empty() {
        text += escaped!(
            "\nBroken by the platform: the contract that we recommend breaks these too.\n"
        );
    }
    for (_, property, broken) in &limits {
        text += short(property, broken);
    }
    let lua = runs[0].world.subject.lua();
    text + lua.map(powers).unwrap_or_default() + unproved(runs)
}

/// Whether the file reads the clock or the height of the block.
fn reads_time(run: &Run) -> bool {
    let is_time = |note: Note| matches!(note.what, Dependence::Clock | Dependence::Block);
    run.world.subject.lua().is_some_and(|lua| lua.notes().into_iter().any(is_time))
}

/// Groups of promises that are told with what was never seen: more means that hardly anything
/// happened.
const MOST_UNPROVED: usize = 3;

/// What was cut, and what was not tried.
fn unproved(runs: &[Run]) -> Told {
    let verdicts = runs.iter().flat_map(|run| &run.verdicts);
    let missing = verdicts.filter_map(|(_, verdict)| match verdict {
        Verdict::NotTried(missing) => Some(missing.iter().map(|one| one.name()).collect()),
        _ => None,
    });
    if missing.collect::<BTreeSet<Vec<_>>>().len() <= MOST_UNPROVED {
        return shortfalls(runs);
    }
    let (names, cuts) = (names_of(runs, Kind::NotTried), cuts(runs));
    escaped!(
        "\n{cuts}NOT TRIED: {} promises were not tried, because what they need never happened: add --all to see what\n",
        names.len(),
        cuts
    )
}

/// The answer, in a sentence: how many promises the contract breaks, how many the platform does,
/// of how many in all.
fn headline(runs: &[Run], (own, limits, all): (usize, usize, usize), is_all_tried: bool) -> Told {
    let name = runs[0].world.subject.name();
    let scope = if runs.iter().any(|run| run.says(Kind::HoldsUpTo)) {
        " so far: the search was cut short"
    } else if is_all_tried {
        ""
    } else {
        " in what was tried"
    };
    let untested = untested(runs);
    let proved = match untested {
        0 => String::new(),
        1 => "; 1 was not tried".to_owned(),
        n => format!("; {n} were not tried"),
    };
    let broken = own + limits;
    let whose = match (own, limits) {
        (0, _) => ", all by the platform".to_owned(),
        (_, 0) => String::new(),
        (own, limits) => format!(": {own} by the contract, {limits} by the platform"),
    };
    match broken {
        0 if untested > 0 => {
            escaped!("{name}: no promise breaks{scope}{proved}.\n", name, scope, proved)
        }
        0 => escaped!("{name}: all {all} promises hold{scope}.\n", name, all, scope),
        _ => escaped!(
            "{name}: {broken} of {all} promises break{scope}{whose}{proved}.\n",
            name,
            broken,
            all,
            scope,
            whose,
            proved
        ),
    }
}

/// How many promises were not tried: nothing breaks them, and what they need never happened.
fn untested(runs: &[Run]) -> usize {
    (&names_of(runs, Kind::NotTried) - &names_of(runs, Kind::Violated)).len()
}

/// The promises that some run judges like this.
fn names_of(runs: &[Run], kind: Kind) -> BTreeSet<&'static str> {
    let verdicts = runs.iter().flat_map(|run| &run.verdicts);
    let said = verdicts.filter(|(_, verdict)| verdict.kind() == kind);
    said.map(|(property, _)| property.name).collect()
}

/// What was not tried: as much as there is room for.
fn untried(lines: &[String]) -> Told {
    listed("Not tried", lines, MOST_UNTRIED)
}

/// The powers that differ from the usual.
fn powers(lua: &Deployed) -> Told {
    match powers::beside_usual(lua) {
        Some(lines) => listed("Powers beside the usual", &lines, MOST_POWERS),
        None => Told::ours(AS_USUAL),
    }
}

/// As many lines under a title as there is room for; nothing without any.
fn listed(title: &'static str, lines: &[String], most: usize) -> Told {
    let shown: Told = lines.iter().take(most).map(|line| escaped!("  {line}\n", line)).sum();
    if shown.is_empty() {
        return shown;
    }
    let rest = lines.len().saturating_sub(most);
    let rest =
        if rest > 0 { escaped!("  and {rest} more: add --all\n", rest) } else { Told::new() };
    escaped!("\n{title}:\n{shown}{rest}", title, shown, rest)
}

/// A broken promise: what happens, what it takes, the steps. Where the recommended contract
/// breaks it, too, a run in which that contract keeps it.
fn told(
    runs: &[Run],
    (weakest, property, broken): (&Run, &Property, &Broken),
    known: &Record,
) -> Told {
    let telling = known.telling(runs, property, broken);
    let (run, found) = telling.unwrap_or((weakest, &broken.first));
    let breaks = |other: &&Run| other.violation(property).is_some();
    let others = runs.iter().filter(breaks).count() - 1;
    let others = if others > 0 { format!(" and {others} more") } else { String::new() };
    let cost = match telling {
        Some(_) => format!("{}, {}", named(found.faults), steps(found)),
        None => cost(broken),
    };
    let actions = Told::list(&found.actions, "; ");
    let mut text: Told = escaped!(
        "  {}: {}\n    {cost}, under {}{others}: {actions}\n",
        property.name,
        property.broken,
        run.world.profile,
        cost,
        others,
        actions
    );
    text += thrown(run, found);
    if telling.is_some() {
        text += escaped!("    the platform also breaks it, for hardened too: {}\n", faults(broken));
    }
    text
}

/// The same on a line.
fn short(property: &Property, broken: &Broken) -> Told {
    escaped!("  {} ({}): {}\n", property.name, faults(broken), property.broken)
}

/// What it takes: `1 loss or 1 re-push, 7 steps`.
fn cost(broken: &Broken) -> String {
    format!("{}, {}", faults(broken), steps(&broken.first))
}

fn steps(found: &Found) -> String {
    counted(found.actions.len(), "step", "steps")
}

fn named(faults: Faults) -> String {
    if faults.total() == 0 { "no fault".to_owned() } else { faults.to_string() }
}

fn faults(broken: &Broken) -> String {
    let sets: Vec<_> = broken.fault_sets().into_iter().map(named).collect();
    match &sets[..] {
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
    let mut said = match (broken.len(), has(Kind::NotTried)) {
        (0, true) => "nothing breaks".to_owned(),
        (0, false) => format!("all {all} promises hold"),
        (n, _) if free > 0 => {
            format!("{n} of {all} promises break, {free} of them without any fault")
        }
        (n, _) => format!("{n} of {all} promises break, each only by a fault"),
    };
    if has(Kind::NotTried) {
        said += "; some were not tried";
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
