//! Systems that a page names: their [`check`], how it is [`told`], how to [`explore`] it, the
//! [`review`] of two versions, and the [`export`] for other model checkers.

mod explore;
mod export;
mod html;
mod picture;
mod review;
mod told;

pub use explore::explore;
pub use export::export;
pub use review::review;

use crate::cli::{BoundsArgs, Check, Format, HowArgs, PAGE};
use crate::commands::{Answer, Failure};
use crate::console::Output;
use crate::exit_code::Exit;
use crate::limits::Cut;
use crate::outs::{self, Out, one_place_each};
use crate::progress::Watcher;
use crate::settings::{Engine, Settings};
use aos::stop;
use explorer::escape::json_lines;
use explorer::text_file;
use model::Reductions;
use page::{Checked, PageError, Place};
use std::path::{Path, PathBuf};

/// Checks the pages that are named, one after the other.
///
/// # Errors
/// What is wrong with a page, a file that it names, or the command line.
pub fn check(args: &Check, settings: &Settings) -> Result<Answer, Failure> {
    refuse_options_of_the_swap(args)?;
    let pages = args.pages();
    let watcher = Watcher::new(pages.len(), args.quiet);
    let mut all = Vec::new();
    for page in pages {
        all.push(check_page(page::check, Place::of(&found(page)?), settings, &watcher)?);
    }
    watcher.done();
    let exit = all.iter().map(exit_of).max_by_key(|exit| severity(*exit));
    let exit = exit.unwrap_or(Exit::Expected);
    if let Some(place) = &args.html {
        let [checked] = &all[..] else {
            return Err(Failure::usage(&"--html: write one system at a time"));
        };
        let out =
            Out::of("--html", Some(place), html::html as Page).into_iter().collect::<Vec<_>>();
        one_place_each(&out, &[Path::new(&checked.page)])?;
        return Ok(Answer { output: outs::write(&out, |page| page(checked, settings))?, exit });
    }
    let output = match args.format {
        Format::Json => Output::Document(json_lines(&Document {
            schema: "tim3-system/1",
            systems: all.iter().map(|checked| InDocument::of(checked, settings)).collect(),
            exit,
        })),
        Format::Text => Output::Told(all.iter().map(|checked| told::told(checked, settings)).sum()),
    };
    Ok(Answer { output, exit })
}

/// A way to write what a check says.
type Page = fn(&Checked, &Settings) -> String;

/// What is broken outweighs what is not decided.
fn severity(exit: Exit) -> u8 {
    match exit {
        Exit::Violation => 2,
        Exit::Inconclusive => 1,
        _ => 0,
    }
}

fn exit_of(checked: &Checked) -> Exit {
    if checked.is_violated() {
        Exit::Violation
    } else if checked.is_inconclusive() || checked.is_untried() {
        Exit::Inconclusive
    } else {
        Exit::Expected
    }
}

#[derive(serde::Serialize)]
struct Document<'a> {
    schema: &'static str,
    systems: Vec<InDocument<'a>>,
    exit: Exit,
}

#[derive(serde::Serialize)]
struct InDocument<'a> {
    cut: Option<String>,
    collision_probability: f64,
    #[serde(flatten)]
    checked: &'a Checked,
}

impl<'a> InDocument<'a> {
    fn of(checked: &'a Checked, settings: &Settings) -> Self {
        let collision_probability = checked.collision_probability();
        Self { cut: cut(checked, settings), collision_probability, checked }
    }
}

/// The page of this name, or in the folder of this name.
pub(crate) fn found(named: &Path) -> Result<PathBuf, Failure> {
    let within = named.join(PAGE);
    if within.exists() {
        return Ok(within);
    }
    if named.ends_with(PAGE) || named.is_file() {
        return Ok(named.to_owned());
    }
    let named = named.display();
    Err(Failure::usage(&format!(
        "{named}: there is no {PAGE} in it; name the folder of a system, such as systems/counter, or a Lua file"
    )))
}

/// How a page is checked: [with its variants](page::check), or [without](page::check_alone).
type How = fn(
    Place<'_>,
    page::ReadFile,
    &search::Limits,
    usize,
    &mut dyn FnMut(&search::Progress),
) -> Result<Checked, PageError>;

fn check_page(
    how: How,
    place: Place<'_>,
    settings: &Settings,
    watcher: &Watcher,
) -> Result<Checked, Failure> {
    let read_file =
        |path: &Path| text_file::read(path).map_err(|error| error.said("a file of a system"));
    let name = place.folder.display().to_string();
    let limits = settings.limits.into();
    let progress = &mut |at: &search::Progress| watcher.searching(&name, at);
    let checked = how(place, read_file, &limits, settings.threads, progress);
    let checked = checked.map_err(|error: PageError| Failure::usage(&error))?;
    let of_variants: u64 = checked.variants.iter().map(|noticed| noticed.states).sum();
    watcher.finished(checked.states + of_variants);
    Ok(checked)
}

/// What says how the swap of ours is checked says nothing of a page.
fn refuse_options_of_the_swap(args: &Check) -> Result<(), Failure> {
    let given = [
        ("a variant beside a system", !args.variants().is_empty()),
        ("--profile", !args.profiles.is_empty()),
        ("--property", !args.properties.is_empty()),
        ("--write", args.write.is_some()),
        ("--handlers", !args.lua.handlers.is_empty()),
        ("--conformance", args.conformance),
        ("--bounds and its parts", args.bounds != BoundsArgs::default()),
        ("an option of Lua", args.lua.how != HowArgs::default()),
        ("--search", args.search.engine != Engine::default()),
        ("--distinct", args.search.distinct != 1),
        ("--no-reduction", args.search.reductions() != Reductions::default()),
    ];
    refuse(&given, "that is for the swap; a system says all of this on its own page; leave it out")
}

/// Refuses the first of these options that is given.
fn refuse(given: &[(&str, bool)], why: &str) -> Result<(), Failure> {
    match given.iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((option, _)) => Err(Failure::usage(&format!("{option}: {why}"))),
    }
}

pub(crate) fn cut(checked: &Checked, settings: &Settings) -> Option<String> {
    let reason = checked.cut.as_ref()?;
    let cut = if stop::is_over() { Cut::User } else { Cut::of(reason, &settings.limits) };
    Some(cut.to_string())
}
