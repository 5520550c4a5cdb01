//! When a search is given up, wherever it is at that moment: in an evaluation, while it looks for
//! a way out, or between two states.

use crate::limits::{Cut, Limits};
use aos::stop;
use std::cell::Cell;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, Instant};

/// Time between two looks of one thread at the memory, which takes a system call.
const BETWEEN: Duration = Duration::from_millis(50);

thread_local! {
    static LAST_LOOK: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// What one search may take, for all its threads.
pub(crate) struct Watch {
    end: Option<Instant>,
    limits: Limits,
    raised: AtomicU8,
}

const TIME: u8 = 1;
const MEMORY: u8 = 2;

impl Watch {
    /// From now on.
    pub(crate) fn new(limits: Limits) -> Self {
        let end = limits.time.and_then(|time| Instant::now().checked_add(time));
        Self { end, limits, raised: AtomicU8::new(0) }
    }

    /// Whether to give up.
    pub(crate) fn is_due(&self) -> bool {
        if self.raised.load(Ordering::Relaxed) != 0 {
            return true;
        }
        if stop::is_over() {
            return true;
        }
        let now = Instant::now();
        if self.end.is_some_and(|end| now >= end) {
            return self.raise(TIME);
        }
        let is_recent = |last: Instant| now - last < BETWEEN;
        if LAST_LOOK.get().is_some_and(is_recent) {
            return false;
        }
        LAST_LOOK.set(Some(now));
        search::resident() > self.limits.memory() && self.raise(MEMORY)
    }

    fn raise(&self, why: u8) -> bool {
        // The first reason stands.
        let _ = self.raised.compare_exchange(0, why, Ordering::Relaxed, Ordering::Relaxed);
        true
    }

    /// Why it was given up, if it was.
    pub(crate) fn cut(&self) -> Option<Cut> {
        match self.raised.load(Ordering::Relaxed) {
            TIME => Some(Cut::Time(self.limits.time.unwrap_or_default())),
            MEMORY => Some(Cut::Memory(self.limits.memory())),
            // Others may have noticed first.
            _ => stop::is_over().then_some(Cut::User),
        }
    }
}
