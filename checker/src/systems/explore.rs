//! The counterexamples of a system, in a browser.

use super::html::{html, of_run};
use super::kept::taken_again;
use super::{check_page, exit_of, found};
use crate::cli::{BoundsArgs, Explore, LuaArgs};
use crate::commands::{Answer, Failure};
use crate::console::Output;
use crate::exit_code::Exit;
use crate::files;
use crate::progress::Watcher;
use crate::settings::Settings;
use explorer::escaped;
use page::recorded::Recorded;
use page::{How, Place};
use std::path::Path;

/// Checks a system, and opens what was found as a page.
///
/// # Errors
/// What is wrong with the page of the system, or the command line.
pub fn explore(args: &Explore, named: &str) -> Result<Answer, Failure> {
    refuse_options_of_the_swap(args)?;
    let place = found(Path::new(named))?;
    let (settings, watcher) = (Settings::default(), Watcher::new(1, false));
    let checked = check_page(&How::whole(), Place::of(&place), &settings, &watcher)?;
    watcher.done();
    opened(args, &html(&checked, &settings), exit_of(&checked))
}

/// Takes the run in a file again, and opens it as a page.
///
/// # Errors
/// What is wrong with the file, the page of the system, or the command line.
pub fn explore_run(args: &Explore, file: &Path, run: &Recorded) -> Result<Answer, Failure> {
    refuse_options_of_the_swap(args)?;
    let again = taken_again(file, run, usize::MAX)?;
    opened(args, &of_run(&again), Exit::Expected)
}

fn opened(args: &Explore, page: &str, exit: Exit) -> Result<Answer, Failure> {
    let kept = files::keep_temporary("tim3-", ".html", page.as_bytes());
    let file = kept.map_err(|error| {
        let advice = "check FOLDER --html OUT writes it where you say";
        Failure::usage(&format!("the folder for temporary files: {error}; {advice}"))
    })?;
    if !args.no_browser {
        // Whoever has no browser can still read the file.
        let _ = open::that_detached(&file);
    }
    let output = Output::Told(escaped!("{}\n", file.display()));
    Ok(Answer { output, exit })
}

fn refuse_options_of_the_swap(args: &Explore) -> Result<(), Failure> {
    let is_plain = args.profile.is_none()
        && args.port == 0
        && !args.stateright
        && args.bounds == BoundsArgs::default()
        && args.lua == LuaArgs::default();
    if is_plain {
        return Ok(());
    }
    Err(Failure::usage(
        &"with a system, only --no-browser is allowed: its page says its platform and bounds",
    ))
}
