//! Two versions of a contract: what is better, what is worse, what differs.
//!
//! In reading order: a [`Side`] is one version; [`promises`] compares their verdicts,
//! [`behaviour`] what anybody can see of them; some of it may be meant, as a file
//! [`beside`] the old version says; an [`upgrade`]
//! puts one in the place of the other while messages are in flight; a [`worst_case`] is how
//! much can be lost; and [`mutation`] says how strong all this is for these handlers. Searches that
//! were made before are [`kept`]. A [`summary`] is all that is said of it, and [`formats`] say it.

mod behaviour;
mod beside;
mod files;
pub(crate) mod formats;
mod git;
mod github;
mod kept;
mod key;
pub mod mutation;
mod promises;
mod schedule;
mod side;
pub mod summary;
mod upgrade;
mod worst_case;

pub use behaviour::{Difference, SIDES, differences};
pub use kept::{Kept, Searches};
pub use key::Key;
pub use promises::{Change, Promise, compare};
pub use schedule::Schedule;
pub use side::Side;
pub use upgrade::{BrokenByUpgrade, Handler, Upgrade, UpgradeFaults};
pub use worst_case::{Amounts, WorstCase};

use crate::cli;
use crate::commands::{Answer, Failure, loaded};
use crate::console::{self, Output};
use crate::exit_code::Exit;
use crate::job::{Run, jobs};
use crate::limits::Cut;
use crate::outs::{self, Out, one_place_each};
use crate::progress::Watcher;
use crate::settings::Settings;
use beside::Used;
use explorer::escape::{Visible, shell_command};
use explorer::escaped;
use explorer::judgement::promises;
use model::derived::Derived;
use model::{Bounds, Contract, Profile, Reductions, Subject};
use mutation::Mutation;
use properties::Property;
use std::path::Path;
use summary::Summary;

/// The results of a review.
pub struct Review {
    /// The current version.
    pub old: Side,
    /// The new version.
    pub new: Side,
    /// What was found of the old ones, by profile.
    pub old_runs: Vec<Run>,
    /// What was found of the new ones, by profile.
    pub new_runs: Vec<Run>,
    /// Both side by side: under the strongest platforms, and those that undo a throw where that
    /// ends otherwise.
    pub pairs: Vec<Run>,
    /// What was found where the new ones replace the old ones, by profile.
    pub upgrade: Vec<Run>,
    /// Why that was not searched, where it could not be loaded in time.
    pub unloaded: Option<Cut>,
    /// The limits of the world.
    pub bounds: Bounds,
    /// The results of small mistakes in the new version, with `--mutate`.
    pub mutation: Option<Mutation>,
    /// The handlers of the new version that need not be called.
    pub untried: Vec<String>,
    /// The kinds of difference that are meant.
    pub accepted: Vec<String>,
    /// Where they are named.
    pub accepted_in: Option<String>,
    /// Which files beside the handlers were used, and which were not.
    pub notes: Vec<String>,
    /// The command that was given.
    pub command: Visible,
}

/// Compares two versions of handlers.
pub(crate) fn review(args: &cli::Review) -> Result<Answer, Failure> {
    let usage = |error: String| Failure::usage(&error);
    let Used { accepted, accepted_in, old_observe, new_observe, notes } =
        Used::of(args).map_err(usage)?;
    let limits = (&args.limits).into();
    let old = loaded(limits, || Side::of(&args.old, &args.how, old_observe))?;
    // It may be that what was not used is what the new handlers need.
    let with_notes = |error: String| [&[error], &notes[..]].concat().join("; ");
    let new = loaded(limits, || Side::of(&args.new, &args.how, new_observe).map_err(with_notes))?;
    crate::commands::must_be_handlers(&args.untried, new.subject.lua())?;
    let bounds = args.bounds.resolve(None).map_err(usage)?;
    let outs: Vec<Out<'_, Format>> = [
        Out::of("--markdown", args.markdown.as_ref(), formats::markdown as Format),
        Out::of("--html", args.html.as_ref(), formats::html),
        Out::of("--json", args.json.as_ref(), Summary::json),
        Out::of("--junit", args.junit.as_ref(), formats::junit),
        Out::of("--sarif", args.sarif.as_ref(), formats::sarif),
    ]
    .into_iter()
    .flatten()
    .collect();
    let named = [&args.accepted, &args.new_observe, &args.cache_key_file];
    let named = named.into_iter().flatten().map(|path| &**path);
    let sides = [Path::new(&args.old), Path::new(&args.new)];
    one_place_each(&outs, &sides.into_iter().chain(named).collect::<Vec<_>>())?;
    if let Some(folder) = &args.write {
        crate::commands::prepare(folder, false)?;
    }
    let settings = Settings { limits, threads: args.threads.count(), ..Settings::default() };
    let all = if args.profiles.is_empty() { Profile::ALL } else { &args.profiles };
    let watcher = Watcher::new(3 * all.len() + 1, args.quiet);
    let kept = args
        .cache
        .as_deref()
        .map(|folder| Kept::of_caller(folder, args.cache_key_file.as_deref()).map_err(usage));
    let kept = kept.transpose()?.unwrap_or_default();
    let searches = Searches { settings, watcher: &watcher, kept: &kept };
    let review = Review::of(old, new, (bounds, all), &searches)?;
    watcher.done();
    let tried = || mutation::mutation(&review.new, (bounds, all), &searches, args.quiet);
    let mutation = args.mutate.then(tried).transpose()?;
    let untried = args.untried.clone();
    let command = command();
    let review = Review { mutation, untried, accepted, accepted_in, notes, command, ..review };
    if let Some(folder) = &args.write {
        files::write(folder, &review)?;
    }
    let said = [kept.said().filter(|_| !args.quiet), kept.said_of_others()];
    said.iter().flatten().for_each(|said| console::say(&escaped!("{said}\n", said)));
    let summary = Summary::of(&review);
    let output = if outs.is_empty() {
        Output::Told(formats::terminal(&summary))
    } else {
        outs::write(&outs, |format| format(&summary))?
    };
    if !outs.is_empty() && !args.quiet {
        console::say(&escaped!("{}\n", summary.headline()));
    }
    github::tell(&summary)?;
    // What was found is told before that.
    let unwritten = kept.unwritten().inspect(|error| console::complain(error));
    let exit = if unwritten.is_some() { Exit::Internal } else { summary.exit };
    Ok(Answer { output, exit })
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
        searches: &Searches<'_>,
    ) -> Result<Self, Failure> {
        let [old, new] = sent_alike(old, new).map_err(|error| Failure::usage(&error))?;
        let mut properties = promises_of([&old.subject, &new.subject]);
        properties.extend(properties::MEASURES);
        let search = |subject: &Subject| {
            let jobs = jobs(&[(subject.clone(), bounds)], profiles, Reductions::default());
            searches.of(&jobs, &properties)
        };
        let (old_runs, new_runs) = (search(&old.subject)?, search(&new.subject)?);
        let both = (&old.subject, &new.subject);
        let pairs = behaviour::search(both, (bounds, profiles), searches)?;
        let limits = searches.settings.limits;
        let loading = loaded(limits, || upgrade::subject(&old, &new));
        // What was found before that is reported anyway.
        let (upgrade, unloaded) = match (loading, limits.over()) {
            (Err(_), Some(cut)) => (Vec::new(), Some(cut)),
            (both, _) => (upgrade::search(&both?, (bounds, profiles), searches)?, None),
        };
        Ok(Self {
            old,
            new,
            old_runs,
            new_runs,
            pairs,
            upgrade,
            unloaded,
            bounds,
            mutation: None,
            accepted: Vec::new(),
            accepted_in: None,
            untried: Vec::new(),
            notes: Vec::new(),
            command: Visible::of(""),
        })
    }

    /// How the verdict on each promise changes under each profile.
    pub fn promises(&self) -> Vec<Promise<'_>> {
        compare(&self.old_runs, &self.new_runs)
    }
}

/// Both sides, each sent what either listens for, by the same names: a message that was tried on
/// one side alone would say nothing of the other.
fn sent_alike(old: Side, new: Side) -> Result<[Side; 2], String> {
    let all = Derived::union(&old.subject.derived(), &new.subject.derived());
    let sent = |side: Side| -> Result<Side, String> {
        if *side.subject.derived() == *all {
            return Ok(side);
        }
        let usda = side.subject.usda();
        let subject = Subject::Lua(upgrade::lua(&side.subject)?.sent(&all), usda);
        Ok(Side { subject, ..side })
    };
    Ok([sent(old)?, sent(new)?])
}

/// The promises that either side can break: one has all that the other has.
fn promises_of(subjects: [&Subject; 2]) -> Vec<Property> {
    subjects.map(promises).into_iter().max_by_key(Vec::len).unwrap_or_default()
}

/// The command that was given, as a shell takes it.
fn command() -> Visible {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    shell_command("tim3", &words)
}
