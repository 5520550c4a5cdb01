//! What anybody can see the two versions do differently.

use super::Searches;
use crate::commands::Failure;
use crate::job::Run;
use crate::search::Found;
use crate::settings::Settings;
use explorer::world::World;
use model::{Pair, Subject, Swap};

/// What the two sides are called where they differ.
pub const SIDES: [&str; 2] = ["old", "new"];

/// A kind of difference, with the shortest schedule that shows it.
pub struct Difference<'a> {
    /// What kind: the message, and what either does with it.
    pub what: &'a str,
    /// The schedule.
    pub found: &'a Found,
    /// Whether the two have differed before in it, so that this may follow from that.
    pub follows: bool,
}

/// Runs both sides with every step of the old one's world.
///
/// # Errors
/// As [`Searches::of`].
pub fn search(old: &World, new: &Subject, searches: &Searches<'_>) -> Result<Run, Failure> {
    let pair = Pair {
        name: "old beside new".to_owned(),
        one: Box::new(old.subject.clone()),
        other: Box::new(new.clone()),
        called: SIDES,
        skips_inert: true,
        evaluation: old.profile.evaluation,
    };
    let world = World { subject: Subject::Pair(pair), ..old.clone() };
    // Every kind is asked for, however many there are.
    let settings = Settings { distinct: usize::MAX, ..searches.settings };
    let mut runs = Searches { settings, ..*searches }.of(&[world], &[properties::OF_TWINS])?;
    Ok(runs.remove(0))
}

/// The kinds of difference that were found, the least faults and steps first; each once.
pub fn differences(run: &Run) -> Vec<Difference<'_>> {
    let mut kinds: Vec<Difference<'_>> = Vec::new();
    let broken = run.violation(&properties::OF_TWINS);
    let swap = run.world.swap();
    for found in broken.into_iter().flat_map(crate::search::Broken::all) {
        let what = found.breach.values.first().map_or("", |(_, text)| text);
        if kinds.iter().all(|known| known.what != what) {
            let follows = differs_before_the_end(&swap, found);
            kinds.push(Difference { what, found, follows });
        }
    }
    kinds
}

/// Whether the two differ in some step of a schedule but the last.
fn differs_before_the_end(swap: &Swap<Subject>, found: &Found) -> bool {
    let mut state = swap.initial();
    found.actions.iter().any(|action| {
        let differs = properties::OF_TWINS.judge(&swap.situation(&state)).is_err();
        if let Some(step) = swap.step(&state, action) {
            state = step.state;
        }
        differs
    })
}
