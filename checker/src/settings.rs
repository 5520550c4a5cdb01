//! How to search.

use crate::limits::Limits;
use clap::ValueEnum;
use std::{fmt, num::NonZeroUsize, thread};

/// What goes through the states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// Ours: fewest faults first, then fewest steps; counterexamples are certified minima.
    #[default]
    Layered,
    /// stateright's breadth-first search: the fewest steps, whatever the faults.
    Stateright,
    /// stateright's depth-first search: some counterexample.
    StaterightDfs,
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Layered => "layered",
            Self::Stateright => "stateright",
            Self::StaterightDfs => "stateright-dfs",
        })
    }
}

/// How each search is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// When it stops early.
    pub limits: Limits,
    /// The search engine.
    pub engine: Engine,
    /// Threads for all searches together.
    pub threads: usize,
    /// The most counterexamples per promise; with more than one, they differ in their
    /// faults or in the conjunct that is false.
    pub distinct: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            engine: Engine::default(),
            threads: thread::available_parallelism().map_or(1, NonZeroUsize::get),
            distinct: 1,
        }
    }
}

impl Settings {
    /// What would have no effect, if anything: it is refused rather than ignored.
    ///
    /// # Errors
    /// The option, and what to do.
    pub fn validate(&self) -> Result<(), String> {
        if self.engine == Engine::Layered {
            return Ok(());
        }
        if self.limits != Limits::default() {
            return Err(format!(
                "--search={}: stateright does not report that a limit stopped it; leave out --max-depth, --max-states, --max-time and --max-memory, or use --search=layered",
                self.engine
            ));
        }
        if self.distinct > 1 {
            return Err(format!(
                "--search={} finds one counterexample for each promise; leave out --distinct",
                self.engine
            ));
        }
        Ok(())
    }
}
