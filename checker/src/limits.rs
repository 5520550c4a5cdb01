//! When a search stops before it is done, and what is said about it then.

use std::{
    fmt,
    time::{Duration, Instant},
};

/// How far a search may go. Nothing is limited by default but memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Steps from the initial state.
    pub depth: Option<u32>,
    /// Distinct states.
    pub states: Option<u64>,
    /// Wall-clock time.
    pub time: Option<Duration>,
    /// Bytes of this process' memory.
    pub memory: u64,
}

/// What a search may use before the machine suffers, bytes.
const DEFAULT_MEMORY: u64 = 8 << 30;

impl Default for Limits {
    fn default() -> Self {
        Self { depth: None, states: None, time: None, memory: DEFAULT_MEMORY }
    }
}

/// Why a search was cut short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// The depth limit, in steps.
    Depth(u32),
    /// The limit of distinct states.
    States(u64),
    /// The time limit.
    Time(Duration),
    /// The memory limit, in bytes.
    Memory(u64),
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Depth(steps) => write!(f, "cut at a depth of {steps} steps"),
            Self::States(states) => write!(f, "cut at {states} states"),
            Self::Time(time) => write!(f, "cut after {} seconds", time.as_secs_f64()),
            Self::Memory(bytes) => write!(f, "cut at {} MiB of memory", bytes >> 20),
        }
    }
}

/// The clock and scales of one search.
pub(crate) struct Watch {
    limits: Limits,
    started: Instant,
    until_memory_check: u32,
}

/// States between two looks at the process' memory, which cost a system call.
const MEMORY_INTERVAL: u32 = 4096;

impl Watch {
    pub(crate) fn start(limits: Limits) -> Self {
        Self { limits, started: Instant::now(), until_memory_check: MEMORY_INTERVAL }
    }

    /// Whether to stop before expanding another state, `states` being known.
    pub(crate) fn cut(&mut self, states: u64) -> Option<Cut> {
        if let Some(most) = self.limits.states.filter(|most| states >= *most) {
            return Some(Cut::States(most));
        }
        if let Some(most) = self.limits.time.filter(|most| self.started.elapsed() >= *most) {
            return Some(Cut::Time(most));
        }
        self.until_memory_check = self.until_memory_check.saturating_sub(1);
        if self.until_memory_check > 0 {
            return None;
        }
        self.until_memory_check = MEMORY_INTERVAL;
        let used = memory_stats::memory_stats().map_or(0, |stats| stats.physical_mem as u64);
        (used > self.limits.memory).then_some(Cut::Memory(self.limits.memory))
    }
}
