//! How long a search runs, and what it says while it does.

use std::time::Duration;

use crate::table::MAX_DEPTH;

/// When a search counts as finished before every state is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// Only when no state is left.
    #[default]
    Exhausted,
    /// After the first layer in which any property fires.
    First,
    /// After the first layer by which every property has fired.
    All,
    /// After the first layer in which this property fires.
    Fires(usize),
}

/// Bounds of one run; the default has none but [`Self::DEEPEST`]. What they cut off is reported,
/// never hidden.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// States judged, exactly: of the last layer those with the smallest fingerprints.
    pub states: Option<u64>,
    /// Steps: every state within this many is judged, none beyond.
    pub depth: Option<u32>,
    /// Faults: every state that costs at most this much is judged, none beyond.
    pub cost: Option<u32>,
    /// Wall time of this run, looked at every 64 states by every thread.
    pub time: Option<Duration>,
    /// Resident bytes of the process, the next growth of the visited table included.
    pub memory: Option<u64>,
    /// Whether to stop once properties have fired.
    pub until: Until,
}

impl Limits {
    /// The most steps that any search takes, about a million: of depths, a visited state keeps 20
    /// bits.
    pub const DEEPEST: u32 = MAX_DEPTH - 1;
}

/// Where a running search stands.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// States found so far.
    pub states: u64,
    /// Steps from the initial states to the layer being judged.
    pub depth: u32,
    /// Faults used in that layer.
    pub cost: u32,
    /// States found and not yet judged.
    pub frontier: u64,
    /// Resident bytes of the process; zero where the system does not tell.
    pub memory: u64,
}

/// Resident bytes of this process; zero where the system does not tell.
pub fn resident() -> u64 {
    memory_stats::memory_stats().map_or(0, |stats| stats.physical_mem as u64)
}
