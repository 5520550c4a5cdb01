//! The counterexamples of a review as files, for `replay` and `explore`.

use super::{Change, Review};
use crate::commands::Failure;
use crate::files::{remove, save};
use crate::job::Run;
use crate::search::Found;
use explorer::counterexample::{Counterexample, is_written};
use properties::{MEASURES, Property};
use std::collections::BTreeSet;
use std::path::Path;

/// Writes them into a folder, and removes what an earlier review has left there.
///
/// # Errors
/// The place that cannot be written to.
pub(super) fn write(folder: &Path, review: &Review) -> Result<(), Failure> {
    let files = counterexamples(review);
    for (name, counterexample) in &files {
        save(&folder.join(name), &counterexample.to_text())?;
    }
    let written: BTreeSet<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    for name in all_names().iter().filter(|name| !written.contains(name.as_str())) {
        let stale = folder.join(name);
        if is_written(&stale) {
            remove(&stale)?;
        }
    }
    Ok(())
}

/// What the file of a promise is called whose verdict changed like this.
pub(super) fn of_promise(change: Change, property: &str) -> String {
    format!("{}-{property}.json", change.key())
}

/// What the file of a promise is called that the upgrade breaks.
pub(super) fn of_upgrade(property: &str) -> String {
    format!("upgrade-{property}.json")
}

/// What the file of a worst case of this side is called.
pub(super) fn of_worst_case(measure: &str, side: &str) -> String {
    format!("worst-{measure}-{side}.json")
}

/// All names that any review gives.
fn all_names() -> Vec<String> {
    let all = || properties::ALL.into_iter().chain(properties::of_lua());
    let promises = Change::ALL.iter();
    let promises = promises.flat_map(|change| all().map(|one| of_promise(*change, one.name)));
    let upgrades = all().map(|one| of_upgrade(one.name));
    let sides = super::SIDES;
    let worst = MEASURES.iter().flat_map(|one| sides.map(|side| of_worst_case(one.name, side)));
    promises.chain(upgrades).chain(worst).collect()
}

/// Each with its name: of every change the first, which is that of the weakest platform.
fn counterexamples(review: &Review) -> Vec<(String, Counterexample)> {
    let mut files: Vec<(String, Counterexample)> = Vec::new();
    let mut add = |name: String, run: &Run, property: Property, found: &Found| {
        let (world, actions) = (run.world.clone(), found.actions.clone());
        if files.iter().all(|(known, _)| *known != name) {
            files.push((name, Counterexample { world, property, actions }));
        }
    };
    for promise in review.promises().iter().filter(|promise| promise.change.is_news()) {
        let runs = if promise.is_told_of_new() { &review.new_runs } else { &review.old_runs };
        let run = runs.iter().find(|run| run.world.profile == promise.profile);
        if let (Some(run), Some(found)) = (run, promise.telling()) {
            add(of_promise(promise.change, promise.property.name), run, promise.property, found);
        }
    }
    for (run, property, news) in super::upgrade::broken(review) {
        add(of_upgrade(property.name), run, *property, news[0]);
    }
    for measure in MEASURES {
        let runs = [&review.old_runs, &review.new_runs];
        for (side, runs) in super::SIDES.into_iter().zip(runs) {
            if let Some((run, found)) = super::worst_case::worst_of(runs, &measure) {
                add(of_worst_case(measure.name, side), run, measure, found);
            }
        }
    }
    files
}
