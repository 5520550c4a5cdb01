//! Runs of systems as files: how they are written, and taken again.

use super::html;
use super::picture::svg;
use super::text_of;
use super::told::steps;
use crate::cli::ReplayArgs;
use crate::commands::{Answer, Failure};
use crate::console::Output;
use crate::exit_code::Exit;
use crate::files;
use crate::outs::{self, Out, one_place_each};
use explorer::escape::{Told, json_lines};
use explorer::{escaped, text_file};
use page::recorded::{Again, FORMAT, Recorded, Stands, again};
use page::verdict::{Kind, Verdict};
use page::{Checked, PageError, Place};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Writes the counterexamples of a system into a folder, which then has no others of it. Says how
/// many there are.
///
/// # Errors
/// The file that cannot be written.
pub fn write(folder: &Path, checked: &Checked) -> Result<usize, Failure> {
    files::prepare(folder)?;
    let page = between(folder, Path::new(&checked.page));
    let mut written = BTreeSet::new();
    for (variant, verdict) in checked.all_verdicts() {
        let Some(recorded) = recorded(&page, variant, verdict) else { continue };
        let name = (1..).map(|number| name(variant.unwrap_or(&verdict.promise), number));
        let path = name.map(|name| folder.join(name)).find(|path| !written.contains(path));
        let path = path.unwrap_or_default();
        files::save_within(folder, &path, &json_lines(&recorded))?;
        written.insert(path);
    }
    for stale in files_of(folder, &page).filter(|path| !written.contains(path)) {
        files::remove(&stale)?;
    }
    Ok(written.len())
}

fn recorded(page: &str, variant: Option<&str>, verdict: &Verdict) -> Option<Recorded> {
    let is_broken = matches!(verdict.kind, Kind::Violated | Kind::Excepted);
    let schedule = verdict.schedule.as_ref().filter(|_| is_broken)?;
    Some(Recorded {
        format: FORMAT.to_owned(),
        page: page.to_owned(),
        variant: variant.map(str::to_owned),
        promise: verdict.promise.clone(),
        steps: schedule.steps.iter().map(|step| step.name.clone()).collect(),
    })
}

/// The name of a file with the run of a promise or a mistake: its letters and digits.
fn name(told: &str, number: usize) -> String {
    let words = told.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let mut name: String = words.join("-").to_ascii_lowercase().chars().take(80).collect();
    if number > 1 {
        name = format!("{name}-{number}");
    }
    format!("{name}.json")
}

/// The files in a folder that hold runs of a page.
fn files_of<'a>(folder: &Path, page: &'a str) -> impl Iterator<Item = PathBuf> + use<'a> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    paths.filter(move |path| {
        let known = read(path);
        known.is_ok_and(|known| known.is_some_and(|known| known.page == page))
    })
}

/// The way from a folder to a file.
fn between(folder: &Path, file: &Path) -> String {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (folder, file) = (whole(folder), whole(file));
    let (mut from, mut to) = (folder.components().peekable(), file.components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| Component::ParentDir);
    up.chain(to).collect::<PathBuf>().display().to_string()
}

/// The first field of any file.
#[derive(serde::Deserialize)]
struct Versioned {
    format: String,
}

/// The run in a file; nothing if it is a file of another kind.
///
/// # Errors
/// What is wrong with the file.
pub fn read(path: &Path) -> Result<Option<Recorded>, Failure> {
    // A stream can be read once only, and what reads counterexamples does so.
    if !path.is_file() {
        return Ok(None);
    }
    let Ok(text) = text_file::read(path) else { return Ok(None) };
    let is_run = serde_json::from_str(&text).is_ok_and(|one: Versioned| one.format == FORMAT);
    if !is_run {
        return Ok(None);
    }
    let read = serde_json::from_str(&text);
    read.map(Some).map_err(|error| Failure::usage(&format!("{}: {error}", path.display())))
}

/// Takes the run in a file again, up to so many steps.
///
/// # Errors
/// What is wrong with the file, or the page.
pub fn taken_again(file: &Path, recorded: &Recorded, most: usize) -> Result<Again, Failure> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let page = plain(&folder.join(&recorded.page));
    let again = again(Place::of(&page), text_of, recorded, most);
    again.map_err(|PageError(why)| Failure::usage(&format!("{}: {why}", file.display())))
}

/// The same path without the folders that it leaves at once.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        let is_named = matches!(plain.components().next_back(), Some(Component::Normal(_)));
        if component == Component::ParentDir && is_named {
            plain.pop();
        } else {
            plain.push(component);
        }
    }
    plain
}

/// A way to write a run.
type Form = fn(&Again) -> String;

/// Takes the run in a file again, and tells it, or writes it as asked.
///
/// # Errors
/// What is wrong with the file, the page, or the command line.
pub fn replay(args: &ReplayArgs, recorded: &Recorded) -> Result<Answer, Failure> {
    let given = [
        ("--mermaid", args.mermaid.is_some()),
        ("--itf", args.itf.is_some()),
        ("--test", args.test.is_some()),
    ];
    super::refuse(
        &given,
        "the run of a system is written by --html, --svg and --json; leave it out",
    )?;
    let again = taken_again(&args.file, recorded, args.steps.unwrap_or(usize::MAX))?;
    let outs: Vec<_> = [
        Out::of("--html", args.html.as_ref(), html::of_run as Form),
        Out::of("--svg", args.svg.as_ref(), drawn as Form),
        Out::of("--json", args.json.as_ref(), json as Form),
    ]
    .into_iter()
    .flatten()
    .collect();
    one_place_each(&outs, &[&args.file, Path::new(&again.page)])?;
    let output = if outs.is_empty() {
        Output::Told(told(&again, args.steps.is_some()))
    } else {
        outs::write(&outs, |form| form(&again))?
    };
    let is_whole = args.steps.is_none_or(|most| most >= recorded.steps.len());
    let is_shown = matches!(again.stands, Stands::Broken | Stands::Seen | Stands::NotTried);
    let exit = if is_shown || !is_whole { Exit::Expected } else { Exit::Violation };
    Ok(Answer { output, exit })
}

fn drawn(again: &Again) -> String {
    svg((&again.people, &again.processes), &again.schedule, &again.promise)
}

fn json(again: &Again) -> String {
    #[derive(Serialize)]
    struct Document<'a> {
        schema: &'static str,
        #[serde(flatten)]
        again: &'a Again,
    }
    json_lines(&Document { schema: "tim3-system-run/1", again })
}

fn told(again: &Again, with_next: bool) -> Told {
    let Again { page, variant, promise, schedule, stands, broken, next, .. } = again;
    let mut text = escaped!("{page}: {promise}\n", page, promise);
    if let Some(variant) = variant {
        text += escaped!("with the mistake on purpose: {variant}\n", variant);
    }
    text += escaped!("\n{}", steps(schedule));
    text += escaped!("\n{}\n", after(*stands, &schedule.clause));
    let others: Vec<_> = broken.iter().filter(|name| *name != promise).collect();
    if !others.is_empty() {
        text += escaped!("also broken: {}\n", Told::list(others, "; "));
    }
    if with_next {
        let lines: Told = next.iter().map(|name| escaped!("  {name}\n", name)).sum();
        text += if lines.is_empty() {
            escaped!("\nnothing can happen next\n")
        } else {
            escaped!("\nwhat can happen next:\n{lines}", lines)
        };
    }
    text
}

/// How the promise stands after the last step.
pub fn after(stands: Stands, clause: &str) -> String {
    let clause = if clause.is_empty() { String::new() } else { format!(": {clause}") };
    match stands {
        Stands::Broken => format!("broken after the last step{clause}"),
        Stands::Kept => format!("KEPT after the last step{clause}"),
        Stands::Seen => "seen after the last step".to_owned(),
        Stands::NotSeen => format!("NOT SEEN after the last step{clause}"),
        Stands::NotTried => {
            "whether a way leads on from here is not tried again; a check of the page tries it"
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{name, plain};
    use std::path::Path;

    #[test]
    fn files_are_named_by_the_letters_of_a_promise() {
        assert_eq!(name("TIM3 is backed, by \"USDA\"!", 1), "tim3-is-backed-by-usda.json");
        assert_eq!(name("nobody's", 2), "nobody-s-2.json");
    }

    #[test]
    fn a_path_is_told_without_the_way_out_of_a_folder() {
        assert_eq!(plain(Path::new("a/found/../system.lua")), Path::new("a/system.lua"));
        assert_eq!(plain(Path::new("../a/system.lua")), Path::new("../a/system.lua"));
    }
}
