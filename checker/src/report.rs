//! What `check` prints: on one screen, or all of it, or as JSON.

mod breaks;
mod screen;

pub use breaks::{of_subject, weakest};
pub use screen::{See, text as screen};

use crate::beyond_hardened::Record;
use crate::hints;
use crate::job::{Run, by_subject};
use crate::larger::Larger;
use crate::limits::Cut;
use crate::not_tried;
use crate::roster::Roster;
use crate::search::{Broken, Exploration, Found};
use crate::settings::{Engine, Settings};
use crate::table;
use crate::thrown::{self, Thrown};
use crate::verdict::Verdict;
use explorer::escape::{Told, json_lines};
use explorer::escaped;
use model::deployed::{Missed, Note, Power};
use model::{Bounds, Contract, Mutant, Reduction};
use properties::Property;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The schema of the JSON report; it changes when a field changes its meaning or goes.
pub const SCHEMA: &str = "tim3-check/2";

/// Everything that a check knows, as text.
pub fn whole(
    runs: &[Run],
    properties: &[Property],
    settings: &Settings,
    known: &Record,
    recorded: bool,
) -> Told {
    let roster = Roster::of(runs);
    let mut text = scope(runs, settings);
    text += not_tried_section(runs);
    text += match roster.variants()[..] {
        [variant] => table::portrait(&roster, variant, properties, |property| {
            known.beside(runs, property).is_limit()
        }),
        _ => table::overview(&roster, properties),
    };
    text += breaks::text(runs, properties, settings, known, recorded);
    text += shortfalls(runs);
    text += hints(runs);
    let all_mutants = Mutant::all().all(|m| roster.variants().contains(&m.name()));
    if all_mutants && properties.len() == properties::ALL.len() {
        text += escaped!(
            "\nguards of the hardened contract, and what notices that one is missing:\n\n"
        );
        text += Told::lines(&table::mutants(&roster));
    }
    if roster.runs.iter().filter(|run| run.variant == "hardened").count() > 1 {
        text += escaped!("\nthe hardened contract, platform by platform:\n\n");
        text += Told::lines(&table::platforms(&roster, "hardened"));
    }
    let missed = runs.iter().map(|run| run.exploration.collision_probability()).sum();
    text + files(runs) + escaped!("\n{}", collisions(missed))
}

/// What was not tried of the Lua files, a line each.
pub fn not_tried(runs: &[Run]) -> Vec<String> {
    let luas = by_subject(runs).filter_map(|runs| runs.first()?.world.subject.lua());
    luas.flat_map(not_tried::lines).collect()
}

/// The same, with its head; nothing where there is nothing.
fn not_tried_section(runs: &[Run]) -> Told {
    let lines: Told = not_tried(runs).iter().map(|line| escaped!("  {line}\n", line)).sum();
    if lines.is_empty() { lines } else { escaped!("Not tried:\n{lines}\n", lines) }
}

/// What was run of each Lua file.
fn files(runs: &[Run]) -> Told {
    let of_subject = |runs: &[Run]| {
        let cut = runs.iter().any(|run| run.exploration.cut.is_some());
        let steps = runs.iter().map(|run| run.exploration.transitions).sum();
        let lua = runs.first().and_then(|run| run.world.subject.lua());
        let text = lua.map(|lua| crate::coverage::text(lua, steps, cut));
        text.map_or_else(Told::new, |text| escaped!("\n{text}", text))
    };
    by_subject(runs).map(of_subject).sum()
}

/// What the authors of Lua files may have missed.
fn hints(runs: &[Run]) -> Told {
    let hints = by_subject(runs).flat_map(hints::all);
    hints.map(|hint| escaped!("\nhint: {hint}\n", hint)).sum()
}

/// What was searched, and how.
fn scope(runs: &[Run], settings: &Settings) -> Told {
    let sum = |of: fn(&Exploration) -> u64| runs.iter().map(|run| of(&run.exploration)).sum();
    let (states, unreduced): (u64, u64) = (sum(|e| e.states), sum(|e| e.unreduced));
    let searches = if runs.len() == 1 { "search" } else { "searches" };
    let mut text: Told = escaped!("{} {searches}, {states} states", runs.len(), searches, states);
    if unreduced > states {
        text += escaped!(" that stand for {unreduced}", unreduced);
    }
    text += escaped!(".\n");
    for (bounds, variants) in worlds(runs) {
        text += escaped!("Bounds {bounds} ({variants}).\n", bounds, variants);
    }
    let names = reductions(runs);
    let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    text += escaped!("Reductions: {names}.", names);
    text += refuted(runs);
    text + escaped!("\n") + any_order(settings) + escaped!("\n")
}

/// Where the search does not go by fewest faults.
fn any_order(settings: &Settings) -> Told {
    if settings.engine == Engine::Layered {
        return Told::new();
    }
    escaped!(
        "Searched by {}: a counterexample may have more faults than needed.\n",
        settings.engine
    )
}

/// The bounds, each with the variants that were checked within them.
fn worlds(runs: &[Run]) -> Vec<(Bounds, String)> {
    let mut worlds: Vec<(Bounds, Vec<&str>)> = Vec::new();
    for run in runs {
        let name = run.world.subject.name();
        match worlds.iter_mut().find(|(bounds, _)| *bounds == run.world.bounds) {
            Some((_, names)) if names.last() == Some(&name) => {}
            Some((_, names)) => names.push(name),
            None => worlds.push((run.world.bounds, vec![name])),
        }
    }
    let short = |names: Vec<&str>| match names.len() {
        0..=5 => names.join(", "),
        n => format!("{n} variants"),
    };
    worlds.into_iter().map(|(bounds, names)| (bounds, short(names))).collect()
}

/// The names of the reductions that were in force in all runs.
fn reductions(runs: &[Run]) -> Vec<&'static str> {
    let everywhere = |one: &Reduction| runs.iter().all(|run| run.reductions.has(*one));
    Reduction::ALL.into_iter().filter(everywhere).map(Reduction::name).collect()
}

/// The reductions that handlers refuted while they ran, with what they did.
fn refuted(runs: &[Run]) -> Told {
    let symmetry = |run: &&Run| {
        let off = !run.reductions.has(Reduction::Symmetry);
        off && run.world.reductions.has(Reduction::Symmetry) && run.world.subject.lua().is_some()
    };
    let mut names: Vec<_> =
        runs.iter().filter(symmetry).map(|run| run.world.subject.name()).collect();
    names.dedup();
    let line = |name: &str| {
        escaped!("\n{name} was searched without symmetry: it does not treat all users alike.", name)
    };
    let mut text: Told = names.into_iter().map(line).sum();
    let luas = runs.iter().filter_map(|run| run.world.subject.lua());
    let mut changing: Vec<_> =
        luas.filter(|lua| lua.nothing_is_inert()).map(|lua| &lua.program().file).collect();
    changing.dedup();
    for file in changing {
        text += escaped!(
            "\nNot used for {file}: the reduction inert-messages, because its patterns depend on state that changes.",
            file
        );
    }
    text
}

type Names<'a> = BTreeSet<&'a str>;

/// What was cut short, and what was never seen, with the searches of one kind together.
fn shortfalls(runs: &[Run]) -> Told {
    let text = cuts(runs) + never_seen(runs);
    if text.is_empty() { text } else { escaped!("\n{text}", text) }
}

/// The searches that were cut short.
fn cuts(runs: &[Run]) -> Told {
    let line = |run: &Run| {
        let cut = run.exploration.cut?;
        let Exploration { states, frontier, .. } = run.exploration;
        let what = match cut {
            Cut::Contradicted(_) => "NOT DECIDED",
            _ => "HOLDS UP TO",
        };
        Some(escaped!(
            "{what} {} under {}: {cut}; {states} states explored, {frontier} found but not explored\n",
            run.world.subject.name(),
            run.world.profile.name,
            what,
            cut,
            states,
            frontier
        ))
    };
    runs.iter().filter_map(line).sum()
}

/// The promises that were not tried, by what never happened.
fn never_seen(runs: &[Run]) -> Told {
    let mut text = Told::new();
    // By variant and what was never seen: under which profiles, for which properties.
    let mut never_seen: BTreeMap<(&str, Vec<String>), [Names<'_>; 2]> = BTreeMap::new();
    for run in runs {
        let (variant, profile) = (run.world.subject.name(), run.world.profile.name);
        for (property, verdict) in &run.verdicts {
            if let Verdict::NotTried(missing) = verdict {
                let missing = missing.iter().map(|w| w.name()).collect();
                let [profiles, properties] = never_seen.entry((variant, missing)).or_default();
                profiles.insert(profile);
                properties.insert(property.name);
            }
        }
    }
    for ((variant, missing), [profiles, properties]) in never_seen {
        let list = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(", ");
        let searched = runs.iter().filter(|run| run.world.subject.name() == variant).count();
        let under = if profiles.len() == searched {
            String::new()
        } else {
            format!(" (under {})", list(profiles))
        };
        text += escaped!(
            "NOT TRIED {variant}: {}{under}, because this never happened: {}\n",
            list(properties),
            missing.join(", "),
            variant,
            under
        );
    }
    text
}

/// How likely it is at most that a search missed something.
pub(crate) fn collisions(missed: f64) -> Told {
    escaped!(
        "the chance that a search missed or misjudged a state, because two keyed numbers of 64 bits were equal, is at most {}. No file can raise it: the key is a secret of this run\n",
        format!("{missed:.1e}")
    )
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    version: &'static str,
    search: String,
    reductions: Vec<&'static str>,
    runs: Vec<RunReport<'a>>,
    lua: Vec<LuaReport>,
    differences: Option<&'a [String]>,
    /// What larger bounds showed, where they were asked for.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    larger: &'a [Larger],
    exit: u8,
}

#[derive(Serialize)]
struct RunReport<'a> {
    variant: &'a str,
    profile: &'static str,
    bounds: Bounds,
    states: u64,
    unreduced: u64,
    transitions: u64,
    depth: u32,
    complete: bool,
    cut: Option<String>,
    frontier: u64,
    collision_probability: f64,
    seconds: f64,
    verdicts: Vec<VerdictReport<'a>>,
}

/// What was run of a Lua file.
#[derive(Serialize)]
struct LuaReport {
    file: String,
    states: u64,
    evaluations: u64,
    /// Distinct values by global.
    globals: BTreeMap<String, u64>,
    handlers: Vec<HandlerReport>,
    /// What the stranger tried because the file listens for it, each with its tags.
    derived: Vec<String>,
    /// The powers seen in all searches.
    powers: Vec<Power>,
    /// What it reads that was tried in one way.
    notes: Vec<NoteReport>,
    /// What was not tried, in words.
    not_tried: Vec<String>,
    /// What its author may have missed: why it mints for no deposit, where it does not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hints: Vec<String>,
}

#[derive(Serialize)]
struct HandlerReport {
    /// The module that it is in; nothing where that is the contract's own file.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Empty for lines that belong to no handler.
    handler: String,
    called: bool,
    branches: usize,
    branches_never_run: Vec<BranchReport>,
    lines_with_code: usize,
    lines_never_run: Vec<u32>,
}

#[derive(Serialize)]
struct BranchReport {
    line: u32,
    way: String,
}

#[derive(Serialize)]
struct NoteReport {
    kind: &'static str,
    /// Nothing where no line of a file reads it.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

impl NoteReport {
    fn of(Note { what, place }: Note) -> Self {
        let (file, line) = place.unzip();
        Self { kind: what.name(), file, line }
    }
}

impl LuaReport {
    fn of(lua: &model::Deployed, runs: &[Run]) -> Self {
        let census = lua.census();
        let branch = |Missed { line, way }| BranchReport { line, way: way.to_string() };
        let main = lua.program().watched().0;
        let handlers = census.coverage.into_iter().map(|one| HandlerReport {
            file: Some(one.file).filter(|file| file != main),
            handler: one.handler,
            called: one.is_entered,
            branches: one.branches,
            branches_never_run: one.missed.into_iter().map(branch).collect(),
            lines_with_code: one.lines,
            lines_never_run: one.lines_missed,
        });
        Self {
            file: lua.program().file.clone(),
            states: census.states,
            evaluations: census.evaluations,
            globals: census.globals.into_iter().collect(),
            handlers: handlers.collect(),
            derived: lua.derived().iter().map(ToString::to_string).collect(),
            powers: lua.powers().into_iter().collect(),
            notes: census.notes.into_iter().map(NoteReport::of).collect(),
            not_tried: not_tried::lines(lua),
            hints: hints::all(runs),
        }
    }
}

#[derive(Serialize)]
struct VerdictReport<'a> {
    property: &'static str,
    verdict: crate::verdict::Kind,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    never_seen: Vec<String>,
    /// Of a Lua file: whether the recommended contract is broken by each of these sets, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    broken_in_hardened: Option<bool>,
    /// Each of them suffices; where the search counts faults, no part of one does.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fault_sets: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counterexample: Option<FoundReport<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<FoundReport<'a>>,
}

#[derive(Serialize)]
struct FoundReport<'a> {
    faults: String,
    conjunct: &'static str,
    values: BTreeMap<&'static str, &'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    states_before: Option<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    thrown: Vec<Thrown>,
    actions: &'a [model::Action],
}

/// Everything a check says, as JSON of schema [`SCHEMA`].
pub fn json(
    runs: &[Run],
    settings: &Settings,
    known: &Record,
    differences: Option<&[String]>,
    larger: &[Larger],
    exit: crate::exit_code::Exit,
) -> String {
    let report = Report {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        search: settings.engine.to_string(),
        reductions: reductions(runs),
        runs: runs.iter().map(|run| RunReport::of(run, settings, known)).collect(),
        lua: by_subject(runs)
            .filter_map(|runs| Some(LuaReport::of(runs[0].world.subject.lua()?, runs)))
            .collect(),
        differences,
        larger,
        exit: exit as u8,
    };
    json_lines(&report)
}

impl<'a> RunReport<'a> {
    fn of(run: &'a Run, settings: &Settings, known: &Record) -> Self {
        let verdict = |(property, verdict): &'a (Property, Verdict)| {
            VerdictReport::of(run, (property, verdict), settings, known)
        };
        let exploration = &run.exploration;
        Self {
            variant: run.world.subject.name(),
            profile: run.world.profile.name,
            bounds: run.world.bounds,
            states: exploration.states,
            unreduced: exploration.unreduced,
            transitions: exploration.transitions,
            depth: exploration.depth,
            complete: exploration.cut.is_none(),
            cut: exploration.cut.map(|cut| cut.to_string()),
            frontier: exploration.frontier,
            collision_probability: exploration.collision_probability(),
            seconds: run.took.as_secs_f64(),
            verdicts: run.verdicts.iter().map(verdict).collect(),
        }
    }
}

impl<'a> VerdictReport<'a> {
    fn of(
        run: &'a Run,
        (property, verdict): (&'a Property, &'a Verdict),
        settings: &Settings,
        known: &Record,
    ) -> Self {
        let never_seen = match verdict {
            Verdict::NotTried(missing) => missing.iter().map(|w| w.name()).collect(),
            _ => Vec::new(),
        };
        let broken = match verdict {
            Verdict::Violated(broken) => Some(broken),
            _ => None,
        };
        let others = broken.map_or(&[][..], |broken| &broken.others).iter();
        let sets = broken.map(Broken::fault_sets).unwrap_or_default();
        Self {
            property: property.name,
            verdict: verdict.kind(),
            never_seen,
            broken_in_hardened: known.own(run, property).map(|own| own.is_empty()),
            fault_sets: sets.iter().map(ToString::to_string).collect(),
            counterexample: broken.map(|broken| FoundReport::of(run, &broken.first)),
            others: others
                .take(settings.distinct - 1)
                .map(|one| FoundReport::of(run, one))
                .collect(),
        }
    }
}

impl<'a> FoundReport<'a> {
    fn of(run: &Run, found: &'a Found) -> Self {
        Self {
            faults: found.faults.to_string(),
            conjunct: found.breach.conjunct,
            values: found.breach.values.iter().map(|(n, v)| (*n, v.as_str())).collect(),
            states_before: found.before,
            thrown: thrown::of(&run.world, &found.actions),
            actions: &found.actions,
        }
    }
}
