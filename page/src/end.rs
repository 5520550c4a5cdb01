//! When a check is to end, whatever is known by then.

use aos::stop;
use search::report::Reason;
use search::{Limits, is_beyond, resident};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What is said where something was given up.
pub const STOPPED: &str = "it was stopped";

/// The end of the time that all searches of a check share, and of the memory that one may take;
/// none by default.
#[derive(Clone, Debug, Default)]
pub struct End {
    time: Option<Instant>,
    /// Bytes of this process.
    memory: Option<u64>,
    /// Whether these were not enough: they stay gone, though some are given back.
    is_full: Arc<AtomicBool>,
}

impl End {
    /// Of these limits, from now on.
    pub fn of(limits: &Limits) -> Self {
        let time = limits.time.and_then(|time| Instant::now().checked_add(time));
        Self { time, memory: limits.memory, is_full: Arc::default() }
    }

    /// The same for another search, which shares the time alone.
    pub fn of_another(&self) -> Self {
        Self { is_full: Arc::default(), ..self.clone() }
    }

    /// The time that is left, where it is limited.
    pub fn left(&self) -> Option<Duration> {
        self.time.map(|end| end.saturating_duration_since(Instant::now()))
    }

    /// The bytes that are left, where they are limited.
    pub fn memory_left(&self) -> Option<u64> {
        self.memory.map(|most| most.saturating_sub(resident()))
    }

    /// Says that there is no memory left.
    pub fn fill(&self) {
        self.is_full.store(true, Ordering::Relaxed);
    }

    /// Whether time or memory is gone, or the user wants to stop.
    pub fn is_over(&self) -> bool {
        if stop::is_over() || self.is_full() || self.is_late() {
            return true;
        }
        let is_full = self.memory.is_some_and(|most| is_beyond(most, stop::needed()));
        if is_full {
            self.fill();
        }
        is_full
    }

    /// Whether the time has passed, or the user wants to stop.
    pub fn is_late(&self) -> bool {
        stop::is_over() || self.time.is_some_and(|end| Instant::now() >= end)
    }

    /// Which limit was met, if one was. Memory is not looked at once the time has passed.
    pub fn reason(&self) -> Option<Reason> {
        match (self.is_full(), self.is_late()) {
            (true, _) => Some(Reason::Memory),
            (_, true) => Some(Reason::Time),
            _ => None,
        }
    }

    fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }

    /// Does some work, whose evaluations are given up then.
    pub fn watched<T>(&self, work: impl FnOnce() -> T) -> T {
        let own = self.clone();
        stop::when(move || own.is_over(), work)
    }

    /// Does some work, whose evaluations are given up when the time has passed: loading, whose
    /// memory does not grow with the search.
    pub fn watched_for_time<T>(&self, work: impl FnOnce() -> T) -> T {
        let own = self.clone();
        stop::when(move || own.is_late(), work)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_is_gone_stays_gone_for_one_search() {
        let end = End::of(&Limits { memory: Some(1 << 40), ..Limits::default() });
        assert!(!end.is_over() && end.reason().is_none());
        end.fill();
        assert!(end.is_over() && end.clone().is_over() && !end.is_late());
        assert_eq!(end.reason(), Some(Reason::Memory));
        assert!(!end.of_another().is_over());
    }

    #[test]
    fn time_that_has_passed_is_the_reason() {
        let end = End::of(&Limits { time: Some(Duration::ZERO), ..Limits::default() });
        assert!(end.is_over());
        assert_eq!(end.reason(), Some(Reason::Time));
    }
}
