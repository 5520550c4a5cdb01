//! What each command does.

use crate::cli::{Check, Command, Format, ReplayArgs};
use crate::counterexample::{Counterexample, files_beyond};
use crate::exit_code::Exit;
use crate::job::{Run, jobs, run_all};
use crate::limits::Limits;
use crate::list::list;
use crate::narrate::narrate;
use crate::progress::Watcher;
use crate::replay::Replay;
use crate::roster::Roster;
use crate::settings::Engine;
use crate::verdict::Kind;
use crate::{report, table};
use model::{Bounds, Profile, Reductions, Variant};
use properties::Property;
use std::{collections::BTreeMap, fs, io, path::Path};

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
    fn usage(message: &impl ToString) -> Self {
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
        Command::List { what } => Ok(Answer { text: list(*what), exit: Exit::Expected }),
        Command::Lua { variant } => lua(*variant),
    }
}

fn check(args: &Check) -> Result<Answer, Failure> {
    let settings = args.settings();
    settings.validate().map_err(|error| Failure::usage(&error))?;
    let variants = or_all(&args.variants, Variant::all(), |v| v.name()).into_iter();
    let variants = variants.map(|variant| Ok((variant, args.bounds.resolve(variant)?)));
    let variants: Vec<_> =
        variants.collect::<Result<_, String>>().map_err(|error| Failure::usage(&error))?;
    let profiles = or_all(&args.profiles, Profile::ALL.iter().copied(), |p| p.name);
    let properties = or_all(&args.properties, properties::ALL, |p| p.name);
    // What is recorded is what the usual bounds show, searched to the end in our order.
    let reductions = args.search.reductions();
    let usual = |(variant, bounds): &(Variant, Bounds)| *bounds == Bounds::usual(*variant);
    let recordable = variants.iter().all(usual)
        && settings.limits == Limits::default()
        && settings.engine == Engine::Layered
        && settings.distinct == 1
        && reductions == Reductions::default();
    let whole = recordable
        && args.variants.is_empty()
        && args.profiles.is_empty()
        && args.properties.is_empty();
    if let Some(folder) = &args.write {
        prepare(folder, whole)?;
    }
    let jobs = jobs(&variants, &profiles, reductions);
    let watcher = Watcher::new(jobs.len(), args.quiet);
    let runs = run_all(&jobs, &properties, &settings, &watcher).map_err(|error| Failure {
        message: format!("--threads={}: {error}", settings.threads),
        exit: Exit::Usage,
    })?;
    watcher.done();
    let comparable = recordable && args.variants.is_empty();
    let differences = comparable.then(|| differences(&runs)).transpose()?;
    if let Some(folder) = &args.write {
        write(folder, &runs, (&properties, settings.distinct), whole)?;
    }
    // To record is to accept what differs.
    let recording = whole && args.write.is_some();
    let exit = if recording { Exit::Expected } else { exit_of(&runs, differences.as_deref()) };
    let text = match args.format {
        Format::Json => report::json(&runs, &settings, differences.as_deref(), exit),
        Format::Text => {
            // A file is recorded for the weakest of all profiles.
            let files = recordable && args.profiles.is_empty() && args.write.is_none();
            let text = report::text(&runs, &properties, &settings, files);
            text + &conclusion(exit, differences.as_deref()) + &written(args.write.as_deref())
        }
    };
    Ok(Answer { text, exit })
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

fn written(folder: Option<&Path>) -> String {
    folder.map_or_else(String::new, |folder| format!("written to {}\n", folder.display()))
}

fn conclusion(exit: Exit, differences: Option<&[String]>) -> String {
    match (differences, exit) {
        (Some([]), _) => "\nevery verdict is as recorded in counterexamples/roster.json; that says nothing has changed, not that every contract is safe\n".into(),
        (Some(differences), _) => format!(
            "\nDIFFERENT from counterexamples/roster.json as it was when this was built:\n  {}\nif this is meant, record it: cargo run --release -- check --write\n",
            differences.join("\n  ")
        ),
        (None, Exit::Expected) => "\nevery promise holds\n".into(),
        (None, Exit::Inconclusive) => {
            "\nno promise is broken, but not all was shown to hold\n".into()
        }
        (None, _) => "\npromises are broken\n".into(),
    }
}

/// Makes sure, before a long search, that its results can be written.
fn prepare(folder: &Path, whole: bool) -> Result<(), Failure> {
    if !whole && folder.join("roster.json").exists() {
        return Err(Failure::usage(&format!(
            "{}: holds the record of all variants at their usual bounds, which a part, other bounds or another search would damage; name another folder: --write=FOLDER",
            folder.display()
        )));
    }
    let cannot =
        |e: io::Error| Failure::usage(&format!("{}: cannot be written to: {e}", folder.display()));
    fs::create_dir_all(folder).map_err(cannot)?;
    let probe = folder.join(".tim3-write-probe");
    fs::write(&probe, "").and_then(|()| fs::remove_file(&probe)).map_err(cannot)
}

fn write(
    folder: &Path,
    runs: &[Run],
    (properties, distinct): (&[Property], usize),
    whole: bool,
) -> Result<(), Failure> {
    if whole && runs.iter().any(|run| run.exploration.cut.is_some()) {
        let message = "a search was cut short: nothing was recorded".to_owned();
        return Err(Failure { message, exit: Exit::Inconclusive });
    }
    let mut written = BTreeMap::new();
    for (run, property, broken) in report::weakest(runs, properties) {
        for (place, found) in broken.all().take(distinct).enumerate() {
            let case = Counterexample { job: run.job, property, actions: found.actions.clone() };
            save(&case.path(folder, place + 1), &case.to_text())?;
            written.insert((run.job.variant.name(), property.name), place + 1);
        }
    }
    remove_stale(folder, &written, whole)?;
    if whole {
        save(&folder.join("roster.json"), &Roster::of(runs).to_text())?;
    }
    Ok(())
}

/// Removes what an earlier check wrote of a variant and a property beyond what was written
/// now, so that no two checks are mixed; where nothing was written, all of it, if a complete
/// record says that there is nothing.
fn remove_stale(
    folder: &Path,
    written: &BTreeMap<(&str, &str), usize>,
    whole: bool,
) -> Result<(), Failure> {
    let cannot = |path: &Path, error: &io::Error| Failure {
        message: format!("{}: cannot be removed: {error}", path.display()),
        exit: Exit::Internal,
    };
    for variant in Variant::all() {
        for property in &properties::ALL {
            let kept = written.get(&(variant.name(), property.name)).copied();
            let Some(kept) = kept.or(whole.then_some(0)) else { continue };
            let stale = files_beyond(folder, (variant, property), kept);
            for file in stale.map_err(|error| cannot(folder, &error))? {
                fs::remove_file(&file).map_err(|error| cannot(&file, &error))?;
            }
        }
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
    let counterexample =
        Counterexample::read(&args.file).map_err(|error| Failure::usage(&error))?;
    let path = args.file.display().to_string();
    let replay = Replay::of(counterexample)
        .map_err(|error| Failure::usage(&format!("{path}: does not replay: {error}")))?;
    Ok(Answer { text: narrate(&replay, &path), exit: Exit::Expected })
}

fn lua(variant: Variant) -> Result<Answer, Failure> {
    let text = variant.lua().map_err(|edit| Failure {
        message: format!("the edits of {variant} do not apply to hardened.lua: `{edit}`"),
        exit: Exit::Internal,
    })?;
    Ok(Answer { text, exit: Exit::Expected })
}

/// The tables that README.md shows, from what is recorded.
///
/// # Errors
/// What is wrong with the record.
pub fn readme_tables() -> Result<[(&'static str, String); 4], String> {
    let roster = Roster::expected()?;
    let overview = table::overview(&roster, &properties::ALL);
    Ok([
        ("overview", format!("```text\n{overview}```\n")),
        ("mutants", table::mutants(&roster)),
        ("exceptions", table::exceptions(&roster)),
        ("platforms", table::platforms(&roster, "hardened")),
    ])
}
