//! The differences between the two versions that an observer can see.

use super::Searches;
use super::kept::left_half;
use crate::commands::Failure;
use crate::job::Run;
use crate::search::{Broken, Found};
use crate::settings::Settings;
use explorer::world::World;
use model::process::Evaluation;
use model::profile::Order;
use model::{Bounds, Fault, Pair, Profile, Reductions, Subject, Swap};
use properties::Property;
use std::sync::Arc;

/// What the two sides are called where they differ.
pub const SIDES: [&str; 2] = ["old", "new"];

/// A kind of difference, with the shortest schedule that shows it.
pub struct Difference<'a> {
    /// What kind: the message, and what either does with it.
    pub what: &'a str,
    /// Where it was found.
    pub run: &'a Run,
    pub found: &'a Found,
    /// Whether the two have differed before in it, so that this may follow from that.
    pub follows: bool,
}

/// Runs both sides with every step of the old one's world, under each platform that no other
/// of these stands for.
///
/// # Errors
/// As [`Searches::of`].
pub fn search(
    both: (&Subject, &Subject),
    (bounds, profiles): (Bounds, &[Profile]),
    searches: &Searches<'_>,
) -> Result<Vec<Run>, Failure> {
    // Every kind is asked for, however many there are.
    let settings = Settings { distinct: usize::MAX, ..searches.settings };
    let searches = Searches { settings, ..*searches };
    let world = |profile| world(both, SIDES, (within(bounds), profile));
    let search = |profile| Ok(searches.of(&[world(profile)], ASKED)?.remove(0));
    let mut runs = strongest(profiles).into_iter().map(search).collect::<Result<Vec<_>, _>>()?;
    for profile in besides(profiles, &runs) {
        runs.push(search(profile)?);
    }
    Ok(runs)
}

/// The limits of these searches: two contracts have many more states than one, and what takes
/// two faults of a kind to be seen is hardly another kind of difference.
pub fn within(bounds: Bounds) -> Bounds {
    Bounds { each_fault: bounds.each_fault.min(1), ..bounds }
}

/// The same up to the first difference, on the thread that asks, within just these limits; the
/// two are called like this.
///
/// # Errors
/// As [`Searches::of`].
pub fn first(
    both: (&Subject, &Subject),
    called: [&'static str; 2],
    (bounds, profiles): (Bounds, &[Profile]),
    searches: &Searches<'_>,
) -> Result<Vec<Run>, Failure> {
    let world = |profile| world(both, called, (bounds, profile));
    let search = |profile| searches.one(&world(profile), ASKED);
    let mut runs = Vec::new();
    for profile in strongest(profiles) {
        runs.push(search(profile)?);
        if runs.last().is_some_and(differ) {
            break;
        }
    }
    Ok(runs)
}

/// What is asked of both side by side.
const ASKED: &[Property] = &[properties::OF_TWINS];

fn world(
    (one, other): (&Subject, &Subject),
    called: [&'static str; 2],
    (bounds, profile): (Bounds, Profile),
) -> World {
    let pair = Pair {
        name: called.join(" beside "),
        one: Box::new(one.clone()),
        other: Box::new(other.clone()),
        called,
        skips_inert: true,
        evaluation: profile.evaluation,
        left_half: Arc::default(),
    };
    World { subject: Subject::Pair(pair), profile, bounds, reductions: Reductions::default() }
}

/// The platforms whose steps no other has all of, except for what a throw leaves behind.
fn strongest(profiles: &[Profile]) -> Vec<Profile> {
    let is_covered = |(place, profile): (usize, &Profile)| {
        profiles.iter().enumerate().any(|(other_place, other)| {
            let twins = covers(profile, other);
            covers(other, profile) && (!twins || place < other_place)
        })
    };
    let kept =
        profiles.iter().enumerate().filter(|(place, profile)| !is_covered((*place, profile)));
    kept.map(|(_, profile)| *profile).collect()
}

/// Whether one has every step that the other has.
fn covers(one: &Profile, other: &Profile) -> bool {
    let orders = one.order == Order::Any || other.order == Order::Fifo;
    orders && Fault::ALL.iter().all(|kind| one.allows(*kind) || !other.allows(*kind))
}

/// The platforms to search besides: where a throw left half its work behind, those that undo
/// it go on from other states.
///
/// As long as the two do not differ there is nothing new in that: a message whose evaluation is
/// undone is as one that has not arrived, and that it has not is searched anyway.
fn besides(profiles: &[Profile], runs: &[Run]) -> Vec<Profile> {
    let is_to_see = |run: &Run| differ(run) && left_half(&run.world.subject);
    if !runs.iter().any(is_to_see) {
        return Vec::new();
    }
    let undo = profiles.iter().filter(|profile| profile.evaluation == Evaluation::Atomic);
    let undo = strongest(&undo.copied().collect::<Vec<_>>());
    let is_known = |profile: &Profile| runs.iter().any(|run| run.world.profile == *profile);
    undo.into_iter().filter(|profile| !is_known(profile)).collect()
}

/// Whether the two differ anywhere.
fn differ(run: &Run) -> bool {
    run.violation(&properties::OF_TWINS).is_some()
}

/// The kinds of difference that were found, the least faults and steps first; each once.
pub fn differences(runs: &[Run]) -> Vec<Difference<'_>> {
    let mut kinds: Vec<Difference<'_>> = Vec::new();
    for run in runs {
        let broken = run.violation(&properties::OF_TWINS);
        let swap = run.world.swap();
        for found in broken.into_iter().flat_map(Broken::all) {
            let what = found.breach.values.first().map_or("", |(_, text)| text);
            if kinds.iter().all(|known| known.what != what) {
                let follows = differs_before_the_end(&swap, found);
                kinds.push(Difference { what, run, found, follows });
            }
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
