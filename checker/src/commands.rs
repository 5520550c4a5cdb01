//! What each command does.

use crate::beyond_hardened::Record;
use crate::cli::{Check, Command, Format};
use crate::console::{self, Output};
use crate::exit_code::Exit;
use crate::job::{Run, by_subject, jobs, run_all};
use crate::larger::{self, Larger};
use crate::limits::Limits;
use crate::list::list;
use crate::progress::Watcher;
use crate::report::See;
use crate::roster::Roster;
use crate::settings::Engine;
use crate::verdict::Kind;
use crate::watch::watched;
use crate::{files, manual, not_tried, report, show, systems, table};
use explorer::counterexample::{Counterexample, files_beyond};
use explorer::escape::Told;
use explorer::escaped;
use model::deployed::Deployed;
use model::{Bounds, Profile, Reductions, Subject, Variant};
use properties::Property;
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};

/// What a command has to say, and the exit code.
pub struct Answer {
    /// For standard output.
    pub output: Output,
    pub exit: Exit,
}

/// What stops a command: a message for standard error, and the exit code.
#[derive(Debug)]
pub struct Failure {
    /// The cause, the place and the way out.
    pub message: String,
    pub exit: Exit,
}

impl Failure {
    pub(crate) fn usage(message: &impl ToString) -> Self {
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
        Command::Audit(args) => crate::audit::audit(args),
        Command::Claims(args) => systems::claims(args),
        Command::Replay(args) => show::replay(args),
        Command::Explore(args) => show::explore(args),
        Command::Review(args) if args.is_of_systems() => systems::review(args),
        Command::Review(args) => crate::review::review(args),
        Command::Export(args) => systems::export(args),
        Command::List { what } => {
            Ok(Answer { output: Output::Told(Told::lines(&list(*what))), exit: Exit::Expected })
        }
        Command::Lua { variant } => lua(*variant),
        Command::Completions { shell } => Ok(document(manual::completions(*shell))),
        Command::Man { command } => Ok(document(manual::page(command.as_deref()))),
    }
}

const MUTATED: &str = "--mutate is for systems here. For a contract: review FILE FILE --mutate";
const ON_AOS: &str = "--on-aos writes the runs of a system. For a contract, keep the counterexamples with --write=FOLDER, and write one as a test with replay FILE --test aos";
const OF_SYSTEMS: &str = "--html writes the check of a system. For a contract, keep the counterexamples with --write=FOLDER, and write one as a page with replay FILE --html=OUT";

fn check(args: &Check) -> Result<Answer, Failure> {
    let settings = args.settings();
    settings.validate().map_err(|error| Failure::usage(&error))?;
    if !args.pages().is_empty() {
        return systems::check(args, &settings);
    }
    refuse_options_of_systems(args)?;
    let subjects = loaded(settings.limits, || subjects(args))?;
    must_be_handlers(&args.untried, subjects.iter().flat_map(|(subject, _)| subject.luas()))?;
    let profiles = or_all(&args.profiles, Profile::ALL.iter().copied(), |p| p.name);
    let properties = asked(args)?;
    // What is recorded is what the usual bounds show, searched to the end in our order.
    let reductions = args.search.reductions();
    let usual = |(subject, bounds): &(Subject, Bounds)| match subject {
        Subject::Variant(variant) => *bounds == Bounds::usual(*variant),
        _ => false,
    };
    let recordable = subjects.iter().all(usual)
        && settings.limits == Limits::default()
        && settings.engine == Engine::Layered
        && settings.distinct == 1
        && reductions == Reductions::default();
    let whole = recordable
        && args.named.is_empty()
        && args.profiles.is_empty()
        && args.properties.is_empty()
        && args.lua.handlers.is_empty();
    let is_new = args.write.as_ref().is_some_and(|folder| !folder.exists());
    if let Some(folder) = &args.write {
        prepare(folder, whole)?;
    }
    let jobs = jobs(&subjects, &profiles, reductions);
    let watcher = Watcher::new(jobs.len(), args.quiet);
    let runs = run_all(&jobs, &properties, &settings, &watcher).map_err(|error| Failure {
        message: format!("--threads={}: {error}", settings.threads),
        exit: Exit::Usage,
    })?;
    watcher.done();
    refusals(subjects.iter().map(|(subject, _)| subject))?;
    let comparable = recordable && args.named.is_empty();
    let differences = comparable.then(|| differences(&runs)).transpose()?;
    let known = Record::built_in().map_err(|message| Failure { message, exit: Exit::Internal })?;
    let kept = match &args.write {
        Some(folder) => {
            let is_any = write(folder, &runs, (&properties, settings.distinct), whole, &known)?;
            filled(folder, is_new, is_any)
        }
        None => None,
    };
    let larger = match args.larger {
        Some(states) => larger::tried(&runs, &properties, &settings, (states, args.quiet))?,
        None => Vec::new(),
    };
    // To record is to accept what differs.
    let recording = whole && args.write.is_some();
    let exit = if recording {
        Exit::Expected
    } else if larger.iter().any(Larger::is_worse) {
        Exit::Violation
    } else {
        let is_untried = || !uncalled(&runs, &args.untried).is_empty();
        match exit_of(&runs, differences.as_deref(), &known) {
            Exit::Expected if larger.iter().any(Larger::is_refused) || is_untried() => {
                Exit::Inconclusive
            }
            exit => exit,
        }
    };
    let observed = args.lua.observed();
    let output = match args.format {
        Format::Json => {
            // Standard output is one document.
            if !args.quiet {
                console::say(&observed);
            }
            Output::Document(report::json(
                &runs,
                &settings,
                &known,
                differences.as_deref(),
                &larger,
                exit,
            ))
        }
        Format::Text => {
            // A file is recorded for the weakest of all profiles.
            let files = recordable && args.profiles.is_empty() && args.write.is_none();
            let beyond = larger::text(&larger, args.larger);
            let text = if args.all {
                report::whole(&runs, &properties, &settings, &known, files) + beyond
            } else {
                let see = match (files, kept) {
                    (_, Some(folder)) => See::Written(folder),
                    (true, None) => See::Recorded,
                    (false, None) => See::Nowhere,
                };
                report::screen(&runs, &properties, &settings, &known, (see, beyond))
            };
            let end = conclusion(exit, differences.as_deref(), &runs);
            Output::Told(observed + text + end + written(args.write.as_deref(), kept))
        }
    };
    Ok(Answer { output, exit })
}

fn refuse_options_of_systems(args: &Check) -> Result<(), Failure> {
    if args.html.is_some() {
        return Err(Failure::usage(&OF_SYSTEMS));
    }
    if args.on_aos.is_some() {
        return Err(Failure::usage(&ON_AOS));
    }
    if args.mistakes.mutate {
        return Err(Failure::usage(&MUTATED));
    }
    Ok(())
}

/// Loads Lua files within the limits of a search.
///
/// # Errors
/// What is wrong with one, or that a limit was met.
pub(crate) fn loaded<T>(
    limits: Limits,
    load: impl FnOnce() -> Result<T, String>,
) -> Result<T, Failure> {
    let (loaded, cut) = watched(limits, load);
    loaded.map_err(|error| match cut {
        Some(cut) => Failure { message: format!("{cut}: {error}"), exit: Exit::Inconclusive },
        None => Failure::usage(&error),
    })
}

/// What is to be checked, each within its bounds.
fn subjects(args: &Check) -> Result<Vec<(Subject, Bounds)>, String> {
    let files = args.lua.subjects()?;
    let chosen = if files.is_empty() || !args.named.is_empty() {
        or_all(&args.variants(), Variant::all(), |v| v.name())
    } else {
        Vec::new()
    };
    let variants = chosen.into_iter().map(|variant| {
        if args.conformance { explorer::handlers::twin(variant) } else { Ok(variant.into()) }
    });
    let subjects = variants.chain(files.into_iter().map(Ok));
    let within = |subject: Result<Subject, String>| {
        let subject = subject?;
        let bounds = args.bounds.resolve(subject.variant())?;
        Ok((subject, bounds))
    };
    subjects.map(within).collect()
}

/// The properties to judge.
fn asked(args: &Check) -> Result<Vec<Property>, Failure> {
    if args.conformance {
        return Ok(vec![properties::OF_TWINS]);
    }
    let mut all = properties::ALL.to_vec();
    if !args.lua.handlers.is_empty() {
        all.extend(properties::OF_LUA);
    }
    let none = |p: &&Property| all.iter().all(|one| one.name != p.name);
    if let Some(property) = args.properties.iter().find(none) {
        return Err(Failure::usage(&format!(
            "--promise {}: it does not apply here; it needs a Lua file, --conformance or a review",
            property.name
        )));
    }
    Ok(or_all(&args.properties, all.clone(), |p| p.name))
}

/// Handlers that ask for what the host does not do have no verdict.
///
/// # Errors
/// The refusal of the first of them that has one.
pub(crate) fn refusals<'a>(mut subjects: impl Iterator<Item = &'a Subject>) -> Result<(), Failure> {
    let refused = subjects.find_map(Subject::refusal);
    refused.map_or(Ok(()), |text| Err(Failure::usage(&text)))
}

/// What was chosen, each once and in the order of all; all where nothing was.
fn or_all<T>(chosen: &[T], all: impl IntoIterator<Item = T>, name: fn(&T) -> &str) -> Vec<T> {
    let is_chosen = |one: &T| chosen.is_empty() || chosen.iter().any(|c| name(c) == name(one));
    all.into_iter().filter(is_chosen).collect()
}

/// How the runs differ from the record.
fn differences(runs: &[Run]) -> Result<Vec<String>, Failure> {
    let expected =
        Roster::expected().map_err(|message| Failure { message, exit: Exit::Internal })?;
    Ok(Roster::of(runs).differences(&expected))
}

/// Handlers of Lua files that no run called, except for those that need not be.
fn uncalled(runs: &[Run], untried: &[String]) -> BTreeSet<String> {
    let luas = runs.iter().flat_map(|run| run.world.subject.luas());
    let mut uncalled: BTreeSet<_> = luas.flat_map(not_tried::never_called).collect();
    uncalled.retain(|handler| !untried.contains(handler));
    uncalled
}

/// Handlers that need not be called are handlers of these files.
pub(crate) fn must_be_handlers<'a>(
    untried: &[String],
    luas: impl IntoIterator<Item = &'a Deployed>,
) -> Result<(), Failure> {
    let luas = luas.into_iter();
    let handlers: BTreeSet<_> = luas.flat_map(not_tried::handlers).collect();
    match untried.iter().find(|name| !handlers.contains(*name)) {
        Some(name) => Err(Failure::usage(&format!(
            "--untried {name}: no file that is checked has a handler of that name; name one of {}",
            if handlers.is_empty() {
                "a Lua file's".to_owned()
            } else {
                handlers.into_iter().collect::<Vec<_>>().join(", ")
            }
        ))),
        None => Ok(()),
    }
}

/// A promise that a Lua file breaks only as the recommended contract does is none of its mistakes.
fn exit_of(runs: &[Run], differences: Option<&[String]>, known: &Record) -> Exit {
    if let Some(differences) = differences {
        return if differences.is_empty() { Exit::Expected } else { Exit::Violation };
    }
    let is_broken = |runs: &[Run]| {
        let mut verdicts = runs.iter().flat_map(|run| &run.verdicts);
        verdicts.any(|(property, verdict)| {
            verdict.kind() == Kind::Violated && !known.beside(runs, property).is_limit()
        })
    };
    let is_open = |run: &Run| {
        run.says(Kind::HoldsUpTo)
            || run.says(Kind::NotTried)
            || run.world.subject.luas().into_iter().any(not_tried::leaves_open)
    };
    if by_subject(runs).any(is_broken) {
        Exit::Violation
    } else if runs.iter().any(is_open) {
        Exit::Inconclusive
    } else {
        Exit::Expected
    }
}

/// The folder, if anything was written to it. One that was made for nothing goes again; where that
/// fails, it is only empty.
fn filled(folder: &Path, is_new: bool, is_any: bool) -> Option<&Path> {
    if is_new && !is_any {
        let _ = std::fs::remove_dir(folder);
    }
    is_any.then_some(folder)
}

/// Where counterexamples were to be written, and where they were.
fn written(asked: Option<&Path>, kept: Option<&Path>) -> Told {
    match (asked, kept) {
        (_, Some(folder)) => {
            escaped!("written to {}: `replay` or `explore` a file in it\n", folder.display())
        }
        (Some(folder), None) => {
            escaped!("nothing to write to {}: no counterexample was found\n", folder.display())
        }
        (None, None) => Told::new(),
    }
}

/// The last line.
fn conclusion(exit: Exit, differences: Option<&[String]>, runs: &[Run]) -> Told {
    let is_whole = report::not_tried(runs).is_empty();
    let breaks = |run: &Run| run.says(Kind::Violated);
    match (differences, exit) {
        (Some([]), _) => escaped!(
            "\nevery verdict is as recorded in counterexamples/roster.json: nothing has changed. This does not mean that every contract is safe\n"
        ),
        (Some(differences), _) => escaped!(
            "\nDIFFERENT from counterexamples/roster.json (as this program was built):\n  {}\nif this is meant, record it: cargo run --release -- check --write\n",
            Told::list(differences, "\n  ")
        ),
        (None, Exit::Expected) if runs.iter().any(breaks) => {
            escaped!("\nevery promise that can hold on this platform holds in what was tried\n")
        }
        (None, Exit::Expected) if is_whole => escaped!("\nevery promise holds\n"),
        (None, Exit::Expected) => escaped!(
            "\nevery promise holds in what was tried. What was not tried is listed above, under \"Not tried\"\n"
        ),
        (None, Exit::Inconclusive) if runs.iter().any(breaks) => {
            escaped!("\nonly the platform breaks promises, but not all others were shown to hold\n")
        }
        (None, Exit::Inconclusive) => {
            escaped!("\nno promise is broken, but not all were shown to hold\n")
        }
        (None, _) => escaped!("\npromises are broken\n"),
    }
}

/// Makes sure, before a long search, that its results can be written.
pub(crate) fn prepare(folder: &Path, whole: bool) -> Result<(), Failure> {
    if !whole && folder.join("roster.json").exists() {
        return Err(Failure::usage(&format!(
            "{}: holds the full record of all variants at their usual bounds, and this check would overwrite it with something else; name another folder: --write=FOLDER",
            folder.display()
        )));
    }
    files::prepare(folder)
}

/// Writes counterexamples into a folder, and says whether there was anything to write.
fn write(
    folder: &Path,
    runs: &[Run],
    (properties, distinct): (&[Property], usize),
    whole: bool,
    known: &Record,
) -> Result<bool, Failure> {
    if whole && runs.iter().any(|run| run.exploration.cut.is_some()) {
        let message = "a search was cut short: nothing was recorded".to_owned();
        return Err(Failure { message, exit: Exit::Inconclusive });
    }
    let mut written = BTreeMap::new();
    for (weakest, property, broken) in report::weakest(runs, properties) {
        let telling = known.telling(report::of_subject(runs, weakest), &property, broken);
        let (run, first) = telling.unwrap_or((weakest, &broken.first));
        let others = broken.all().filter(|found| found.actions != first.actions);
        let others = others.map(|found| (weakest, found));
        let all = std::iter::once((run, first)).chain(others);
        for (place, (run, found)) in all.take(distinct).enumerate() {
            let actions = found.actions.clone();
            let case = Counterexample { world: run.world.clone(), property, actions };
            files::save_within(folder, &case.path(folder, place + 1), &case.to_text())?;
            written.insert((run.world.subject.name(), property.name), place + 1);
        }
    }
    remove_stale(folder, &written, whole)?;
    if whole {
        files::save(&folder.join("roster.json"), &Roster::of(runs).to_text())?;
    }
    Ok(whole || !written.is_empty())
}

/// Removes what an earlier check wrote of a variant and a property beyond what was written
/// now, so that no two checks are mixed; where nothing was written, all of it, if a complete
/// record says that there is nothing.
fn remove_stale<'a>(
    folder: &Path,
    written: &BTreeMap<(&'a str, &'a str), usize>,
    whole: bool,
) -> Result<(), Failure> {
    let unread = |error: io::Error| Failure {
        message: format!("{}: cannot be read: {error}", folder.display()),
        exit: Exit::Internal,
    };
    let written_of: BTreeSet<&'a str> = written.keys().map(|(subject, _)| *subject).collect();
    let variants = Variant::all().map(|variant| -> &'a str { variant.name() });
    for subject in variants.chain(written_of).collect::<BTreeSet<_>>() {
        for property in &properties::ALL {
            let kept = written.get(&(subject, property.name)).copied();
            let Some(kept) = kept.or(whole.then_some(0)) else { continue };
            let stale = files_beyond(folder, (subject, property), kept);
            for file in stale.map_err(unread)? {
                files::remove(&file)?;
            }
        }
    }
    Ok(())
}

fn lua(variant: Variant) -> Result<Answer, Failure> {
    let text = variant.lua().map_err(|edit| Failure {
        message: format!("the edits of {variant} do not apply to hardened.lua: `{edit}`"),
        exit: Exit::Internal,
    })?;
    Ok(document(text))
}

fn document(text: String) -> Answer {
    Answer { output: Output::Document(text), exit: Exit::Expected }
}

/// The tables of docs/RESULTS.md, from what is recorded.
///
/// # Errors
/// What is wrong with the record.
pub fn recorded_tables() -> Result<[(&'static str, String); 4], String> {
    let roster = Roster::expected()?;
    let overview = table::overview(&roster, &properties::ALL);
    Ok([
        ("overview", format!("```text\n{}```\n", overview.as_str())),
        ("mutants", table::mutants(&roster)),
        ("exceptions", table::exceptions(&roster)),
        ("platforms", table::platforms(&roster, "hardened")),
    ])
}
