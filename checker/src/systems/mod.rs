//! Systems that a page names: their [`check`], under a [`platform`] if one is asked for, how it is
//! [`told`], how to [`explore`] it, what of it is [`kept`] in files, how strong its promises are
//! ([`mutate`]), the [`review`] of two versions, what a text [`claims`] of
//! systems, and the [`export`] for other model checkers.

mod claims;
mod explore;
mod export;
mod html;
mod kept;
mod mutate;
mod on_aos;
mod picture;
mod platform;
mod review;
mod review_as;
mod told;

pub use claims::claims;
pub use explore::{explore, explore_run};
pub use export::export;
pub use kept::{read, replay};
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
use explorer::escape::{Told, json_lines};
use explorer::{escaped, text_file};
use model::{Profile, Reductions};
use mutate::{Mutation, Trial};
use page::verdict::{Kind, Verdict};
use page::{Checked, How, Page, PageError, Place};
use std::path::{Path, PathBuf};

/// Checks the pages that are named, one after the other.
///
/// # Errors
/// What is wrong with a page, a file that it names, or the command line.
pub fn check(args: &Check, settings: &Settings) -> Result<Answer, Failure> {
    refuse_options_of_the_swap(args)?;
    platform::must_be_of_pages(&args.profiles)?;
    if let (Some(_), Some(profile)) = (&args.write, args.profiles.first()) {
        return Err(Failure::usage(&format!(
            "--write and --profile {}: the file of a run names no platform, so that it would be taken again on another; leave one out",
            profile.name
        )));
    }
    let all = all(args, settings)?;
    let exit = all.iter().map(Done::exit).max_by_key(|exit| severity(*exit));
    let exit = exit.unwrap_or(Exit::Expected);
    if let Some(place) = &args.html {
        let [Done { checked, .. }] = &all[..] else {
            return Err(Failure::usage(&"--html: write one system at a time"));
        };
        let out =
            Out::of("--html", Some(place), html::html as Form).into_iter().collect::<Vec<_>>();
        one_place_each(&out, &[Path::new(&checked.page)])?;
        return Ok(Answer { output: outs::write(&out, |page| page(checked, settings))?, exit });
    }
    let kept = args.write.as_deref().map(|folder| written(folder, &all)).transpose()?;
    let output = match args.format {
        Format::Json => Output::Document(json_lines(&Document {
            schema: "tim3-system/1",
            systems: all.iter().map(|done| InDocument::of(done, settings)).collect(),
            exit,
        })),
        Format::Text => {
            let told: Told = all.iter().map(|done| done.told(settings)).sum();
            Output::Told(told + kept.unwrap_or_default())
        }
    };
    Ok(Answer { output, exit })
}

/// The result of one system.
struct Done {
    checked: Checked,
    platform: Option<&'static str>,
    mutation: Option<Mutation>,
}

impl Done {
    fn exit(&self) -> Exit {
        match exit_of(&self.checked) {
            Exit::Expected if self.mutation.as_ref().is_some_and(Mutation::is_open) => {
                Exit::Inconclusive
            }
            exit => exit,
        }
    }

    fn told(&self, settings: &Settings) -> Told {
        let mutation = self.mutation.as_ref().map(Mutation::told);
        told::told(&self.checked, self.platform, settings) + mutation.unwrap_or_default()
    }
}

/// Checks each page, under each platform that is asked for.
fn all(args: &Check, settings: &Settings) -> Result<Vec<Done>, Failure> {
    let pages = args.pages();
    let platforms: Vec<_> = if args.profiles.is_empty() {
        vec![None]
    } else {
        args.profiles.iter().map(Some).collect()
    };
    let watcher = Watcher::new(pages.len() * platforms.len(), args.quiet);
    let mut all = Vec::new();
    for named in pages {
        let page = found(named)?;
        let place = Place::of(&page);
        for profile in &platforms {
            let change = |page: &mut Page| profile.iter().for_each(|one| platform::on(one, page));
            // The mistakes on purpose are those of the network that the page says.
            let with_variants = profile.is_none();
            let how = How { change: Some(&change), with_variants, ..How::default() };
            let mut checked = check_page(&how, place, settings, &watcher)?;
            if let (Some(folder), None) = (&args.on_aos, profile) {
                on_aos::write(folder, place, &checked)?;
            }
            if profile.is_some() {
                // What the page allows may need a fault of another platform.
                let after_all = |one: &&mut Verdict| one.kind == Kind::HoldsAfterAll;
                let after_all = checked.verdicts.iter_mut().filter(after_all);
                after_all.for_each(|one| one.kind = Kind::Holds);
            }
            let trial = Trial { place, profile: *profile, settings, quiet: args.quiet };
            let mutation = args.mistakes.mutate.then(|| trial.all()).transpose()?;
            all.push(Done { checked, platform: profile.map(|one: &Profile| one.name), mutation });
        }
    }
    watcher.done();
    Ok(all)
}

/// Writes the counterexamples: those of several pages into a folder each.
fn written(folder: &Path, all: &[Done]) -> Result<Told, Failure> {
    let mut count = 0;
    for Done { checked, .. } in all {
        let name = Path::new(&checked.page).parent().and_then(Path::file_name);
        let own = name.filter(|_| all.len() > 1).map(|name| folder.join(name));
        count += kept::write(own.as_deref().unwrap_or(folder), checked)?;
    }
    let folder = folder.display();
    Ok(if count == 0 {
        escaped!("nothing to write to {folder}: no counterexample was found\n", folder)
    } else {
        escaped!("written to {folder}: `replay` or `explore` a file in it\n", folder)
    })
}

/// A way to write what a check says.
type Form = fn(&Checked, &Settings) -> String;

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
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutation: Option<&'a Mutation>,
    #[serde(flatten)]
    checked: &'a Checked,
}

impl<'a> InDocument<'a> {
    fn of(done: &'a Done, settings: &Settings) -> Self {
        let Done { checked, platform, mutation } = done;
        let collision_probability = checked.collision_probability();
        let (platform, mutation) = (*platform, mutation.as_ref());
        Self { cut: cut(checked, settings), collision_probability, platform, mutation, checked }
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

/// The text of a file that a page names.
pub(crate) fn text_of(path: &Path) -> Result<String, String> {
    text_file::read(path).map_err(|error| error.said("a file of a system"))
}

fn check_page(
    how: &How<'_>,
    place: Place<'_>,
    settings: &Settings,
    watcher: &Watcher,
) -> Result<Checked, Failure> {
    let name = place.folder.display().to_string();
    let limits = settings.limits.into();
    let progress = &mut |at: &search::Progress| watcher.searching(&name, at);
    let checked = page::check_as(how, place, text_of, (&limits, settings.threads), progress);
    let checked = checked.map_err(|error: PageError| Failure::usage(&error))?;
    let of_variants: u64 = checked.variants.iter().map(|noticed| noticed.states).sum();
    watcher.finished(checked.states + of_variants);
    Ok(checked)
}

/// What says how the swap of ours is checked says nothing of a page.
fn refuse_options_of_the_swap(args: &Check) -> Result<(), Failure> {
    let given = [
        ("a variant beside a system", !args.variants().is_empty()),
        ("--promise", !args.properties.is_empty()),
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
