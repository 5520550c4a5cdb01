//! When a search stops before it is done, and what is said about it then.

use aos::stop;
use std::{
    fmt,
    sync::OnceLock,
    time::{Duration, Instant},
};

/// How far a search may go. Nothing is limited by default but memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Steps from the initial state.
    pub depth: Option<u32>,
    /// Distinct states.
    pub states: Option<u64>,
    /// When the time is over, for all that is done within these limits together.
    pub time: Option<Deadline>,
    /// Bytes of this process' memory; where none are given, most of what is free.
    pub memory: Option<u64>,
    /// Whether it may stop at the first thing that it finds.
    pub until: search::Until,
}

impl Limits {
    /// Bytes of memory at which a search stops: as given, or three quarters of what was free
    /// when this was first asked, so that the machine never swaps.
    pub fn memory(&self) -> u64 {
        static FREE: OnceLock<u64> = OnceLock::new();
        self.memory.unwrap_or_else(|| *FREE.get_or_init(free_memory) / 4 * 3)
    }

    /// Why nothing more is to be begun, if so.
    pub(crate) fn over(&self) -> Option<Cut> {
        if stop::is_over() {
            return Some(Cut::User);
        }
        self.time.filter(Deadline::is_over).map(|time| Cut::Time(time.limit))
    }
}

/// The end of some wall-clock time that all work shares: what starts later has less of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    limit: Duration,
    /// Nothing where it is later than a clock can say.
    end: Option<Instant>,
}

impl Deadline {
    pub fn after(limit: Duration) -> Self {
        Self { limit, end: Instant::now().checked_add(limit) }
    }

    /// How long that was from the beginning.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Whether it has passed.
    pub fn is_over(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }

    fn left(&self) -> Option<Duration> {
        self.end.map(|end| end.saturating_duration_since(Instant::now()))
    }
}

/// As it was asked for: the moment differs each time, and kept searches are named by limits.
impl fmt::Debug for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.limit.fmt(f)
    }
}

/// Bytes that this process may use: of the machine, or of the container that it runs in.
fn free_memory() -> u64 {
    let mut system = sysinfo::System::new();
    system.refresh_memory();
    let container = system.cgroup_limits().map_or(u64::MAX, |limits| limits.free_memory);
    system.available_memory().min(container)
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
    /// It was to stop at the first thing that it finds, and has found one.
    Found,
    /// The user wanted it to stop.
    User,
    /// It was not decided for so many states whether there is a way out.
    WaysOut(u64),
    /// The search found a run that breaks this property, and the run ends otherwise
    /// when it is made again: a defect of the checker, after which it vouches for nothing.
    Contradicted(&'static str),
    /// Something else, which it says.
    Other(&'static str),
}

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Depth(steps) => write!(f, "cut at a depth of {steps} steps"),
            Self::States(states) => write!(f, "cut at {states} states"),
            Self::Time(time) => write!(f, "cut after {} seconds", time.as_secs_f64()),
            Self::User => f.write_str("stopped by the user"),
            Self::WaysOut(states) => write!(
                f,
                "not decided for {states} states whether there is a way out: too few states were seen"
            ),
            Self::Found => f.write_str("stopped at the first that was found"),
            Self::Contradicted(property) => write!(
                f,
                "not decided: the search found a run that breaks {property}, but the same run, made again, does not break it. This is a defect of the checker: please report it with this file"
            ),
            Self::Other(why) => write!(f, "cut: {why}"),
            Self::Memory(bytes) => write!(f, "cut at {} MiB of memory", bytes >> 20),
        }
    }
}

impl From<Limits> for search::Limits {
    fn from(limits: Limits) -> Self {
        Self {
            states: limits.states,
            depth: limits.depth,
            cost: None,
            time: limits.time.and_then(|time| time.left()),
            memory: Some(limits.memory()),
            until: limits.until,
        }
    }
}

impl Cut {
    /// The limit that the engine met.
    pub(crate) fn of(reason: &search::Reason, limits: &Limits) -> Self {
        match reason {
            search::Reason::States => Self::States(limits.states.unwrap_or_default()),
            search::Reason::Depth => Self::Depth(limits.depth.unwrap_or(search::Limits::DEEPEST)),
            search::Reason::Time => {
                Self::Time(limits.time.map_or(Duration::ZERO, |time| time.limit))
            }
            search::Reason::Memory => Self::Memory(limits.memory()),
            search::Reason::Found => Self::Found,
            search::Reason::Cost => Self::Other("a limit that was not set"),
            search::Reason::Failure(_) => Self::Other("the model could not answer"),
        }
    }
}
