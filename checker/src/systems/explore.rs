//! The counterexamples of a system, in a browser.

use super::html::html;
use super::{check_page, exit_of, found};
use crate::cli::{BoundsArgs, Explore, LuaArgs};
use crate::commands::{Answer, Failure};
use crate::console::Output;
use crate::files;
use crate::progress::Watcher;
use crate::settings::Settings;
use explorer::escaped;
use page::Place;
use std::path::Path;

/// Checks a system, and opens what was found as a page.
///
/// # Errors
/// What is wrong with the page of the system, or the command line.
pub fn explore(args: &Explore, named: &str) -> Result<Answer, Failure> {
    refuse_options_of_the_swap(args)?;
    let place = found(Path::new(named))?;
    let (settings, watcher) = (Settings::default(), Watcher::new(1, false));
    let checked = check_page(page::check, Place::of(&place), &settings, &watcher)?;
    watcher.done();
    let kept = files::keep_temporary("tim3-", ".html", html(&checked, &settings).as_bytes());
    let file = kept.map_err(|error| {
        let advice = "check FOLDER --html OUT writes it where you say";
        Failure::usage(&format!("the folder for temporary files: {error}; {advice}"))
    })?;
    if !args.no_browser {
        // Whoever has no browser can still read the file.
        let _ = open::that_detached(&file);
    }
    let output = Output::Told(escaped!("{}\n", file.display()));
    Ok(Answer { output, exit: exit_of(&checked) })
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
