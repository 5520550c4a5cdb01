//! What anybody can see the two versions do differently.

use crate::job::{Run, run};
use crate::progress::Watcher;
use crate::search::Found;
use crate::settings::Settings;
use explorer::world::World;
use model::{Pair, Subject};

/// What the two sides are called where they differ.
pub const SIDES: [&str; 2] = ["old", "new"];

/// A kind of difference, with the shortest schedule that shows it.
pub struct Difference<'a> {
    /// What kind: the message, and what either does with it.
    pub what: &'a str,
    /// The values in it.
    pub detail: &'a str,
    /// The schedule.
    pub found: &'a Found,
}

/// Runs both sides with every step of the old one's world.
pub fn search(old: &World, new: &Subject, settings: &Settings, watcher: &Watcher) -> Run {
    let pair = Pair {
        name: "old beside new".to_owned(),
        one: Box::new(old.subject.clone()),
        other: Box::new(new.clone()),
        called: SIDES,
        skips_inert: true,
        evaluation: old.profile.evaluation,
    };
    let world = World { subject: Subject::Pair(pair), ..old.clone() };
    let name = format!("old beside new, {}", world.profile);
    // Every kind is asked for, however many there are.
    let settings = Settings { distinct: usize::MAX, ..*settings };
    let progress = |at: &search::Progress| watcher.searching(&name, at);
    let run = run(&world, &[properties::OF_TWINS], &settings, &progress);
    watcher.finished(run.exploration.states);
    run
}

/// The kinds of difference that were found, the least faults and steps first; each once.
pub fn differences(run: &Run) -> Vec<Difference<'_>> {
    let mut kinds: Vec<Difference<'_>> = Vec::new();
    let broken = run.violation(&properties::OF_TWINS);
    for found in broken.into_iter().flat_map(crate::search::Broken::all) {
        let value = |place: usize| found.breach.values.get(place).map_or("", |(_, text)| text);
        let difference = Difference { what: value(0), detail: value(1), found };
        if kinds.iter().all(|known| known.what != difference.what) {
            kinds.push(difference);
        }
    }
    kinds
}
