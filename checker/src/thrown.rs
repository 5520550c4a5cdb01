//! What handlers threw on the way to a broken promise, and where.

use explorer::trace::Trace;
use explorer::world::World;
use model::Action;
use serde::Serialize;

/// The most that is shown of what was said, in characters.
const MOST: usize = 300;

/// A step in which a handler threw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Thrown {
    /// Its number, from 1.
    pub step: usize,
    /// The process.
    pub at: String,
    /// What was thrown, cut where it is too long to be read.
    pub text: String,
}

/// The steps of a run in which a handler threw.
pub fn of(world: &World, actions: &[Action]) -> Vec<Thrown> {
    let Ok(trace) = Trace::of(world.clone(), actions) else { return Vec::new() };
    let thrown = |(place, step): (usize, &explorer::trace::Step)| {
        let evaluation = step.evaluation.as_ref()?;
        let error = evaluation.outcome.as_ref().err()?;
        let (at, text) = (evaluation.at.to_string(), shortened(&error.0));
        Some(Thrown { step: place + 1, at, text })
    };
    trace.steps().iter().enumerate().filter_map(thrown).collect()
}

/// A text that a file brought in: not longer than can be read.
pub fn shortened(text: &str) -> String {
    let mut shown: String = text.chars().take(MOST).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{MOST, shortened};

    #[test]
    fn what_was_thrown_can_be_read() {
        let most = "x".repeat(MOST);
        assert_eq!(shortened(&most), most);
        assert_eq!(shortened(&(most.clone() + "y")), most + "...");
    }
}
