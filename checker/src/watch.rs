//! When a search is given up, wherever it is at that moment: in an evaluation, while it looks for
//! a way out, or between two states.

use crate::limits::{Cut, Deadline, Limits};
use aos::stop;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// Does some work that is given up at a limit, and says at which, if it was.
pub(crate) fn watched<T>(limits: Limits, work: impl FnOnce() -> T) -> (T, Option<Cut>) {
    let watch = Arc::new(Watch::new(limits));
    let own = Arc::clone(&watch);
    let done = stop::when(move || own.is_due(), work);
    (done, watch.cut())
}

/// What one search may take, for all its threads.
pub(crate) struct Watch {
    limits: Limits,
    raised: AtomicU8,
}

const TIME: u8 = 1;
const MEMORY: u8 = 2;

impl Watch {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, raised: AtomicU8::new(0) }
    }

    /// Whether to give up.
    pub(crate) fn is_due(&self) -> bool {
        if self.raised.load(Ordering::Relaxed) != 0 {
            return true;
        }
        if stop::is_over() {
            return true;
        }
        if self.limits.time.as_ref().is_some_and(Deadline::is_over) {
            return self.raise(TIME);
        }
        search::is_beyond(self.limits.memory(), stop::needed()) && self.raise(MEMORY)
    }

    fn raise(&self, why: u8) -> bool {
        // The first reason stands.
        let _ = self.raised.compare_exchange(0, why, Ordering::Relaxed, Ordering::Relaxed);
        true
    }

    /// Why it was given up, if it was.
    pub(crate) fn cut(&self) -> Option<Cut> {
        match self.raised.load(Ordering::Relaxed) {
            TIME => self.limits.time.map(|time| Cut::Time(time.limit())),
            MEMORY => Some(Cut::Memory(self.limits.memory())),
            // Others may have noticed first.
            _ => stop::is_over().then_some(Cut::User),
        }
    }
}
