//! When a check is to end, whatever is known by then.

use aos::stop;
use search::Limits;
use std::time::{Duration, Instant};

/// The end of the time that all searches of a check share; none by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct End(Option<Instant>);

impl End {
    /// Of these limits, from now on.
    pub fn of(limits: &Limits) -> Self {
        Self(limits.time.and_then(|time| Instant::now().checked_add(time)))
    }

    /// The time that is left, where it is limited.
    pub fn left(self) -> Option<Duration> {
        self.0.map(|end| end.saturating_duration_since(Instant::now()))
    }

    /// Whether it has passed, or the user wants to stop.
    pub fn is_over(self) -> bool {
        stop::is_over() || self.0.is_some_and(|end| Instant::now() >= end)
    }

    /// Does some work, whose evaluations are given up then.
    pub fn watched<T>(self, work: impl FnOnce() -> T) -> T {
        stop::when(move || self.is_over(), work)
    }
}
