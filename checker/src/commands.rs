//! What each command does.

use crate::cli::{Check, Command, Format, Listed, ReplayArgs};
use crate::counterexample::Counterexample;
use crate::exit_code::Exit;
use crate::job::{Run, jobs, run_all};
use crate::limits::Limits;
use crate::narrate::narrate;
use crate::progress::Watcher;
use crate::replay::Replay;
use crate::roster::Roster;
use crate::verdict::Kind;
use crate::{report, table};
use model::{Bounds, Fault, Mutant, Profile, Trick, Variant};
use properties::Property;
use std::{fs, io, path::Path};

/// What a command has to say: text for standard output, and the exit code.
pub struct Answer {
    /// For standard output.
    pub text: String,
    /// The exit code.
    pub exit: Exit,
}

/// What stops a command: a message for standard error, and the exit code.
#[derive(Debug)]
pub struct Failure {
    /// The cause, the place and the way out.
    pub message: String,
    /// The exit code.
    pub exit: Exit,
}

impl Failure {
    fn usage(message: impl ToString) -> Self {
        Self { message: message.to_string(), exit: Exit::Usage }
    }
}

/// Runs a command.
///
/// # Errors
/// Why it could not be run.
pub fn run(command: &Command) -> Result<Answer, Failure> {
    match command {
        Command::Check(args) => check(args),
        Command::Replay(args) => replay(args),
        Command::List { what } => Ok(list(*what)),
        Command::Lua { variant } => lua(*variant),
    }
}

fn check(args: &Check) -> Result<Answer, Failure> {
    let bounds = args.bounds.resolve().map_err(Failure::usage)?;
    let limits = Limits::from(&args.limits);
    let variants = or_all(&args.variants, Variant::all().collect());
    let profiles = or_all(&args.profiles, Profile::ALL.to_vec());
    let properties = or_all(&args.properties, properties::ALL.to_vec());
    // What is recorded is what the default bounds show, searched to the end.
    let recorded = bounds == Bounds::default() && limits == Limits::default();
    if let Some(folder) = &args.write {
        prepare(folder)?;
    }
    let jobs = jobs(&variants, &profiles, bounds);
    let watcher = Watcher::new(jobs.len(), args.quiet);
    let runs = run_all(&jobs, &properties, limits, &watcher);
    watcher.done();
    let differences = match (recorded && args.variants.is_empty(), &args.write) {
        (true, None) => Some(differences(&runs, bounds)?),
        _ => None,
    };
    if let Some(folder) = &args.write {
        let whole = recorded && args.variants.is_empty() && args.profiles.is_empty() && args.properties.is_empty();
        write(folder, &runs, &properties, bounds, whole)?;
    }
    let exit = exit_of(&runs, differences.as_deref());
    let text = match args.format {
        Format::Json => report::json(&runs, bounds, differences.as_deref(), exit),
        Format::Text => {
            let text = report::text(&runs, &properties, bounds, recorded && args.write.is_none());
            text + &conclusion(exit, differences.as_deref(), args.write.as_deref())
        }
    };
    Ok(Answer { text, exit })
}

fn or_all<T: Clone>(chosen: &[T], all: Vec<T>) -> Vec<T> {
    if chosen.is_empty() { all } else { chosen.to_vec() }
}

/// How the runs differ from the record, with a line for every mutant that survives.
fn differences(runs: &[Run], bounds: Bounds) -> Result<Vec<String>, Failure> {
    let expected = Roster::expected()
        .map_err(|message| Failure { message, exit: Exit::Internal })?;
    Ok(Roster::of(runs, bounds).differences(&expected))
}

fn exit_of(runs: &[Run], differences: Option<&[String]>) -> Exit {
    if let Some(differences) = differences {
        return if differences.is_empty() { Exit::Expected } else { Exit::Violation };
    }
    let kinds = || runs.iter().flat_map(|run| run.verdicts.iter().map(|(_, v)| v.kind()));
    if kinds().any(|kind| kind == Kind::Violated) {
        Exit::Violation
    } else if kinds().any(|kind| kind != Kind::Holds) {
        Exit::Inconclusive
    } else {
        Exit::Expected
    }
}

fn conclusion(exit: Exit, differences: Option<&[String]>, written: Option<&Path>) -> String {
    if let Some(folder) = written {
        return format!("\nwritten to {}\n", folder.display());
    }
    match (differences, exit) {
        (Some([]), _) => "\nevery verdict is as recorded in counterexamples/roster.json\n".into(),
        (Some(differences), _) => format!(
            "\nDIFFERENT from counterexamples/roster.json:\n  {}\nif this is meant, record it: cargo run --release -- check --write\n",
            differences.join("\n  ")
        ),
        (None, Exit::Expected) => "\nevery promise holds\n".into(),
        (None, Exit::Inconclusive) => "\nno promise is broken, but not all was shown to hold\n".into(),
        (None, _) => "\npromises are broken\n".into(),
    }
}

/// Makes sure, before a long search, that its results can be written.
fn prepare(folder: &Path) -> Result<(), Failure> {
    let cannot = |e: io::Error| Failure::usage(format!("{}: cannot be written to: {e}", folder.display()));
    fs::create_dir_all(folder).map_err(cannot)?;
    let probe = folder.join(".tim3-write-probe");
    fs::write(&probe, "").and_then(|()| fs::remove_file(&probe)).map_err(cannot)
}

fn write(
    folder: &Path,
    runs: &[Run],
    properties: &[Property],
    bounds: Bounds,
    whole: bool,
) -> Result<(), Failure> {
    for (run, property, found) in report::weakest(runs, properties) {
        let case = Counterexample { job: run.job, property, actions: found.actions.clone() };
        save(&case.path(folder), &case.to_text())?;
    }
    if whole {
        save(&folder.join("roster.json"), &Roster::of(runs, bounds).to_text())?;
    }
    Ok(())
}

/// Writes beside the place and then moves, so that no half-written file is left there.
fn save(path: &Path, text: &str) -> Result<(), Failure> {
    let cannot = |e: io::Error| Failure {
        message: format!("{}: cannot be written: {e}", path.display()),
        exit: Exit::Internal,
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    let beside = path.with_extension("json.new");
    fs::write(&beside, text).map_err(cannot)?;
    fs::rename(&beside, path).map_err(cannot)
}

fn replay(args: &ReplayArgs) -> Result<Answer, Failure> {
    let counterexample = Counterexample::read(&args.file).map_err(Failure::usage)?;
    let path = args.file.display().to_string();
    let replay = Replay::of(counterexample)
        .map_err(|error| Failure::usage(format!("{path}: does not replay: {error}")))?;
    Ok(Answer { text: narrate(&replay, &path), exit: Exit::Expected })
}

fn lua(variant: Variant) -> Result<Answer, Failure> {
    let text = variant.lua().map_err(|edit| Failure {
        message: format!("the edits of {variant} do not apply to hardened.lua: `{edit}`"),
        exit: Exit::Internal,
    })?;
    Ok(Answer { text, exit: Exit::Expected })
}

fn list(what: Option<Listed>) -> Answer {
    let sections = [
        (Listed::Variants, "variants", variants()),
        (Listed::Profiles, "profiles, weakest first", profiles()),
        (Listed::Properties, "properties", rows(properties::ALL.iter().map(|p| (p.name, p.sentence)))),
        (Listed::Bounds, "bounds", bounds()),
        (Listed::Faults, "faults", rows(Fault::ALL.into_iter().map(|f| (f.name(), f.sentence())))),
        (Listed::Tricks, "tricks of the stranger", rows(Trick::ALL.iter().map(|t| (t.name(), t.sentence())))),
    ];
    let chosen = sections.into_iter().filter(|(kind, ..)| what.is_none_or(|what| what == *kind));
    let text: Vec<_> = chosen.map(|(_, title, rows)| format!("{title}:\n{rows}")).collect();
    Answer { text: text.join("\n"), exit: Exit::Expected }
}

fn variants() -> String {
    let designs = Variant::all().filter(|v| !matches!(v, Variant::Mutant(_)));
    let designs = rows(designs.map(|v| (v.name(), v.sentence())));
    let mutants = rows(Mutant::all().map(|m| (m.name(), m.guard())));
    format!("{designs}\nmutants, each the hardened contract without the guard:\n{mutants}")
}

fn profiles() -> String {
    let profile = |p: &Profile| {
        let faults: Vec<_> = Fault::ALL.into_iter().filter(|f| p.allows(*f)).map(Fault::name).collect();
        let faults = if faults.is_empty() { "none".into() } else { faults.join(", ") };
        format!("  {}\n      {}\n      faults: {faults}\n      evidence: {}\n", p.name, p.sentence, p.evidence)
    };
    Profile::ALL.iter().map(profile).collect()
}

fn bounds() -> String {
    Bounds::NAMED.iter().map(|(_, bounds)| format!("  {bounds}\n")).collect()
}

fn rows<'a>(rows: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let rows: Vec<_> = rows.collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    rows.iter().map(|(name, what)| format!("  {name:width$}  {what}\n")).collect()
}

/// The tables that README.md shows, from what is recorded.
///
/// # Errors
/// What is wrong with the record.
pub fn readme_tables() -> Result<[(&'static str, String); 3], String> {
    let roster = Roster::expected()?;
    let overview = table::overview(&roster, &properties::ALL);
    Ok([
        ("overview", format!("```text\n{overview}```\n")),
        ("mutants", table::mutants(&roster)),
        ("exceptions", table::exceptions(&roster)),
    ])
}
