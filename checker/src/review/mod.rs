//! Two versions of handlers: what is better, what is worse, what merely differs.
//!
//! In reading order: a [`Side`] is one version; [`promises`] compares their verdicts,
//! [`behaviour`] what anybody can see of them, some of which may be [`accepted`]; a [`summary`]
//! is all that is said of it, [`report`] and [`markdown`] say it.

mod accepted;
mod behaviour;
mod markdown;
mod promises;
mod report;
mod side;
pub mod summary;

pub use behaviour::{Difference, SIDES, differences};
pub use promises::{Change, Promise, compare};
pub use side::Side;

use crate::cli;
use crate::commands::{Answer, Failure};
use crate::exit_code::Exit;
use crate::job::{Run, jobs, run_all};
use crate::outs::{self, Out, one_place_each};
use crate::progress::Watcher;
use crate::settings::Settings;
use explorer::judgement::promises;
use model::{Bounds, Deployed, Profile, Reductions, Subject};
use properties::Property;
use std::path::Path;
use summary::Summary;

/// What came of a review.
pub struct Review {
    /// The handlers as they are.
    pub old: Side,
    /// The handlers as they are to be.
    pub new: Side,
    /// What was found of the old ones, by profile.
    pub old_runs: Vec<Run>,
    /// What was found of the new ones, by profile.
    pub new_runs: Vec<Run>,
    /// Both side by side.
    pub pair: Run,
    /// The kinds of difference that are meant.
    pub accepted: Vec<String>,
}

/// Compares two versions of handlers.
pub(crate) fn review(args: &cli::Review) -> Result<Answer, Failure> {
    let usage = |error: String| Failure::usage(&error);
    let old = Side::of(&args.old, &args.how).map_err(usage)?;
    let new = Side::of(&args.new, &args.how).map_err(usage)?;
    let accepted = accepted::read(&accepted::beside(Path::new(&args.new))).map_err(usage)?;
    let bounds = args.bounds.resolve(None).map_err(usage)?;
    let outs: Vec<Out<'_, Format>> = [
        Out::of("--markdown", args.markdown.as_ref(), markdown::markdown as Format),
        Out::of("--json", args.json.as_ref(), Summary::json),
    ]
    .into_iter()
    .flatten()
    .collect();
    one_place_each(&outs, &[Path::new(&args.old), Path::new(&args.new)])?;
    let settings = Settings { limits: (&args.limits).into(), ..Settings::default() };
    let all = if args.profiles.is_empty() { Profile::ALL } else { &args.profiles };
    let watcher = Watcher::new(2 * all.len() + 1, args.quiet);
    let review = Review::of(old, new, (bounds, all), &settings, &watcher)?;
    let review = Review { accepted, ..review };
    watcher.done();
    let summary = Summary::of(&review);
    let text = if outs.is_empty() {
        report::text(&summary)
    } else {
        outs::write(&outs, |format| format(&summary))?
    };
    Ok(Answer { text, exit: review.exit() })
}

/// A way to write what a review says.
type Format = fn(&Summary) -> String;

impl Review {
    /// Compares two versions under these profiles.
    ///
    /// # Errors
    /// What the handlers ask for that the host does not do.
    pub fn of(
        old: Side,
        new: Side,
        (bounds, profiles): (Bounds, &[Profile]),
        settings: &Settings,
        watcher: &Watcher,
    ) -> Result<Self, Failure> {
        let properties = promises_of([&old.subject, &new.subject]);
        let search = |subject: &Subject| {
            let jobs = jobs(&[(subject.clone(), bounds)], profiles, Reductions::default());
            run_all(&jobs, &properties, settings, watcher)
                .map_err(|error| Failure { message: error.to_string(), exit: Exit::Internal })
        };
        let (old_runs, new_runs) = (search(&old.subject)?, search(&new.subject)?);
        // The strongest comes last, and has every step of the others but in what a throw
        // leaves behind.
        let strongest = &old_runs[old_runs.len() - 1].world;
        let pair = behaviour::search(strongest, &new.subject, settings, watcher);
        let mut luas = [&old.subject, &new.subject].into_iter().flat_map(Subject::luas);
        let refusal = luas.find_map(Deployed::refusal);
        drop(luas);
        match refusal {
            Some(refusal) => Err(Failure::usage(&refusal)),
            None => Ok(Self { old, new, old_runs, new_runs, pair, accepted: Vec::new() }),
        }
    }

    /// How every promise fares under every profile.
    pub fn promises(&self) -> Vec<Promise<'_>> {
        compare(&self.old_runs, &self.new_runs)
    }

    /// What it comes to.
    pub fn exit(&self) -> Exit {
        let changes: Vec<_> = self.promises().iter().map(|promise| promise.change).collect();
        let was_cut = self.pair.exploration.cut.is_some();
        if changes.iter().any(|change| change.is_worse()) {
            Exit::Violation
        } else if was_cut || changes.contains(&Change::Inconclusive) {
            Exit::Inconclusive
        } else {
            Exit::Expected
        }
    }
}

/// The promises that either side can break: one has all that the other has.
fn promises_of(subjects: [&Subject; 2]) -> Vec<Property> {
    subjects.map(promises).into_iter().max_by_key(Vec::len).unwrap_or_default()
}
