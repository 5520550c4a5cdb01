//! How long a search runs, and what it says while it does.

use std::cell::Cell;
use std::time::{Duration, Instant};

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
    /// Resident bytes of the process, the next growth of the visited table included: looked at
    /// every few milliseconds by every thread.
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

/// Time between two looks of one thread at the memory, which take a system call: in two
/// milliseconds a thread fills a few MiB at most.
const BETWEEN: Duration = Duration::from_millis(2);

thread_local! {
    static LAST_LOOK: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Whether this process holds more resident bytes than that, with those that it needs next. Where
/// it needs none it is cheap, and may be asked after every small part of some work: between two
/// looks it says no, so that who was told yes has to remember it.
pub fn is_beyond(memory: u64, needed: usize) -> bool {
    if needed > 0 {
        return resident() + needed as u64 > memory;
    }
    let now = Instant::now();
    let is_recent = |last: Instant| now - last < BETWEEN;
    if LAST_LOOK.get().is_some_and(is_recent) {
        return false;
    }
    LAST_LOOK.set(Some(now));
    resident() > memory
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_looked_at_now_and_then() {
        assert!(is_beyond(0, 0));
        std::thread::sleep(BETWEEN);
        assert!(is_beyond(0, 0));
        std::thread::sleep(BETWEEN);
        assert!(!is_beyond(u64::MAX, 0));
        assert!(is_beyond(1 << 40, 1 << 40) && !is_beyond(1 << 40, 1));
    }
}
