//! Where a handler threw on the way to what breaks a promise, and what it said.

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
    /// What was thrown, on one line.
    pub text: String,
}

/// The steps of a run in which a handler threw.
pub fn of(world: &World, actions: &[Action]) -> Vec<Thrown> {
    let Ok(trace) = Trace::of(world.clone(), actions) else { return Vec::new() };
    let thrown = |(place, step): (usize, &explorer::trace::Step)| {
        let evaluation = step.evaluation.as_ref()?;
        let error = evaluation.outcome.as_ref().err()?;
        let (at, text) = (evaluation.at.to_string(), on_one_line(&error.0));
        Some(Thrown { step: place + 1, at, text })
    };
    trace.steps().iter().enumerate().filter_map(thrown).collect()
}

/// A text that a file brought in: without control characters, and not longer than can be read.
pub fn on_one_line(text: &str) -> String {
    let mut shown: String =
        text.chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MOST).is_some() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{MOST, on_one_line};

    #[test]
    fn what_was_thrown_is_one_line_that_can_be_read() {
        assert_eq!(on_one_line("a.lua:3: no\n\u{1b}[31mway"), "a.lua:3: no  [31mway");
        let most = "x".repeat(MOST);
        assert_eq!(on_one_line(&most), most);
        assert_eq!(on_one_line(&(most.clone() + "y")), most + "...");
    }
}
