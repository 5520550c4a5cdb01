//! The check of a system that a page names.

use crate::cli::{BoundsArgs, Check, Format, HowArgs, PAGE};
use crate::commands::{Answer, Failure};
use crate::console::Output;
use crate::exit_code::Exit;
use crate::limits::Cut;
use crate::progress::Watcher;
use crate::settings::{Engine, Settings};
use aos::stop;
use explorer::escape::{Told, json_lines};
use explorer::escaped;
use explorer::text_file;
use explorer::words::ranges;
use model::Reductions;
use page::schedule::Schedule;
use page::verdict::{Kind, NotTried, Noticed, Verdict};
use page::{Checked, PageError};
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
        all.push(check_page(&found(page)?, settings, &watcher)?);
    }
    watcher.done();
    let exit = all.iter().map(exit_of).max_by_key(|exit| severity(*exit));
    let exit = exit.unwrap_or(Exit::Expected);
    let output = match args.format {
        Format::Json => Output::Document(json_lines(&Document {
            schema: "tim3-system/1",
            systems: all.iter().map(|checked| InDocument::of(checked, settings)).collect(),
            exit,
        })),
        Format::Text => Output::Told(all.iter().map(|checked| told(checked, settings)).sum()),
    };
    Ok(Answer { output, exit })
}

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
    #[serde(flatten)]
    checked: &'a Checked,
}

impl<'a> InDocument<'a> {
    fn of(checked: &'a Checked, settings: &Settings) -> Self {
        Self { cut: cut(checked, settings), checked }
    }
}

/// The page of this name, or in the folder of this name.
fn found(named: &Path) -> Result<PathBuf, Failure> {
    let within = named.join(PAGE);
    if within.exists() {
        return Ok(within);
    }
    if named.ends_with(PAGE) || named.is_file() {
        return Ok(named.to_owned());
    }
    let named = named.display();
    Err(Failure::usage(&format!(
        "{named}: no folder with a {PAGE} in it; name one, such as systems/counter"
    )))
}

fn check_page(page: &Path, settings: &Settings, watcher: &Watcher) -> Result<Checked, Failure> {
    let read_file =
        |path: &Path| text_file::read(path).map_err(|error| error.said("a file of a system"));
    let name = page.display().to_string();
    let limits = settings.limits.into();
    let progress = &mut |at: &search::Progress| watcher.searching(&name, at);
    let checked = page::check(page, read_file, &limits, settings.threads, progress);
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
    match given.iter().find(|(_, is_given)| *is_given) {
        None => Ok(()),
        Some((option, _)) => Err(Failure::usage(&format!(
            "{option}: that is of the swap, and a system says all of this on its own page; leave it away"
        ))),
    }
}

fn told(checked: &Checked, settings: &Settings) -> Told {
    let mut text = escaped!("{}\n", checked.page);
    let missed = |is_elsewhere: bool| -> Told {
        let missed = checked.not_tried.iter();
        let missed = missed.filter(|missed| missed.elsewhere.is_some() == is_elsewhere);
        let line = |missed: &NotTried| {
            let lines = ranges(&missed.lines);
            match &missed.elsewhere {
                None => escaped!("  {} line {lines}\n", missed.file, lines),
                Some(page) => escaped!("  {} line {lines}: by {page}\n", missed.file, lines, page),
            }
        };
        missed.map(line).sum()
    };
    if let Some(cut) = cut(checked, settings) {
        text += escaped!(
            "\nNOT DECIDED: the search was {cut}, so only what is broken is certain\n",
            cut
        );
    }
    let here = missed(false);
    if !here.is_empty() {
        text += escaped!("\nNOT TRIED: no message made these lines run\n{here}", here);
    }
    let elsewhere = missed(true);
    if !elsewhere.is_empty() {
        text += escaped!("\nNot tried here, but on another page:\n{elsewhere}", elsewhere);
    }
    let list =
        |lines: &[String]| -> Told { lines.iter().map(|line| escaped!("  {line}\n", line)).sum() };
    if !checked.never_done.is_empty() {
        text += escaped!("\nNOT TRIED:\n{never}", never = list(&checked.never_done));
    }
    if !checked.notes.is_empty() {
        text += escaped!("\nTo know:\n{notes}", notes = list(&checked.notes));
    }
    text += escaped!(
        "\nTried: every order of messages; up to {} lost and {} that come a second time\n\n",
        checked.lost,
        checked.repeated
    );
    let width = checked.verdicts.iter().map(|verdict| Told::of(&verdict.promise).len()).max();
    for verdict in &checked.verdicts {
        let name = Told::of(&verdict.promise).padded(width.unwrap_or_default());
        text += escaped!("  {name}  {how}\n", name, how = how(verdict));
    }
    for Verdict { promise, kind, schedule, because } in &checked.verdicts {
        if let (Kind::Violated | Kind::Excepted, Some(schedule)) = (kind, schedule) {
            text += escaped!("\n{promise}: {why}\n", promise, why = clause(schedule));
            if let Some(because) = because {
                text += escaped!("  The page excepts this: {because}\n", because);
            }
            text += steps(schedule);
        }
    }
    text += variants(checked);
    text + escaped!("\n{} states, the last of them after {} steps\n", checked.states, checked.depth)
}

fn variants(checked: &Checked) -> Told {
    if checked.variants.is_empty() {
        return Told::new();
    }
    let line = |Noticed { variant, verdict, .. }: &Noticed| {
        let (promise, how) = (&verdict.promise, how(verdict));
        escaped!("  {variant}: \"{promise}\" {how}\n", variant, promise, how)
    };
    let lines: Told = checked.variants.iter().map(line).sum();
    escaped!("\nWith a mistake on purpose:\n{lines}", lines)
}

fn how(verdict: &Verdict) -> String {
    let steps = |schedule: &Schedule| match schedule.steps.len() {
        1 => "1 step".to_owned(),
        steps => format!("{steps} steps"),
    };
    match (verdict.kind, &verdict.schedule) {
        (Kind::Violated, Some(schedule)) => {
            format!("VIOLATED in {}{}", steps(schedule), faults(schedule))
        }
        (Kind::Excepted, Some(schedule)) => {
            format!("broken in {}{}, which the page excepts", steps(schedule), faults(schedule))
        }
        (Kind::Excepted, None) => "broken, which the page excepts".to_owned(),
        (Kind::Seen, Some(schedule)) => {
            format!("seen after {}{}", steps(schedule), faults(schedule))
        }
        (Kind::Violated, None) => "VIOLATED".to_owned(),
        (Kind::Seen, None) => "seen".to_owned(),
        (Kind::Holds, _) => "holds".to_owned(),
        (Kind::HoldsAfterAll, _) => {
            "HOLDS, though the page excepts it; leave the exception away".to_owned()
        }
        (Kind::NotSeen, _) => "NOT SEEN in any state".to_owned(),
        (Kind::NotDecided, _) => "not decided".to_owned(),
    }
}

fn faults(schedule: &Schedule) -> String {
    let counted = |count: usize, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let lost = counted(schedule.lost, "lost");
    let repeated = counted(schedule.repeated, "repeated");
    let faults: Vec<_> = lost.into_iter().chain(repeated).collect();
    if faults.is_empty() { ", no fault".to_owned() } else { format!(", {}", faults.join(", ")) }
}

fn clause(schedule: &Schedule) -> &str {
    if schedule.clause.is_empty() { "the shortest schedule" } else { &schedule.clause }
}

fn steps(schedule: &Schedule) -> Told {
    let step = |(place, step): (usize, &page::schedule::Step)| {
        let effects = step.effects.iter().map(|effect| escaped!("       {effect}\n", effect));
        let effects: Told = effects.sum();
        escaped!("  {place:>3}. {}\n{effects}", step.what, place = place + 1, effects = effects)
    };
    schedule.steps.iter().enumerate().map(step).sum()
}

fn cut(checked: &Checked, settings: &Settings) -> Option<String> {
    let reason = checked.cut.as_ref()?;
    let cut = if stop::is_over() { Cut::User } else { Cut::of(reason, &settings.limits) };
    Some(cut.to_string())
}
