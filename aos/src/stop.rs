//! When work is to be given up: the time or the memory that somebody set is gone, or the user
//! wants to stop.
//!
//! What is given up has no result. Nobody may take it for one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Says whether to give up.
type Due = Rc<dyn Fn() -> bool>;

thread_local! {
    static DUE: RefCell<Option<Due>> = const { RefCell::new(None) };
    /// Whether this thread does work that nobody gives up.
    static HELD: Cell<bool> = const { Cell::new(false) };
    /// Bytes of memory that this thread is about to take.
    static NEEDED: Cell<usize> = const { Cell::new(0) };
}

static ALL: AtomicBool = AtomicBool::new(false);

/// Does some work in this thread that is given up once `is_due` says so, which is asked every
/// thousand instructions of Lua: it should answer quickly.
pub fn when<T>(is_due: impl Fn() -> bool + 'static, work: impl FnOnce() -> T) -> T {
    let _before = Before(DUE.replace(Some(Rc::new(is_due))));
    work()
}

/// Does some work in this thread that nobody gives up: work that was done before, so that it is
/// known to end.
pub fn never<T>(work: impl FnOnce() -> T) -> T {
    let _outer = Held(HELD.replace(true));
    work()
}

/// Whether nobody gave up before, which is so again when the work is done, or panics.
struct Held(bool);

impl Drop for Held {
    fn drop(&mut self) {
        HELD.set(self.0);
    }
}

/// Whether nobody gives up the work that this thread does.
pub fn is_held() -> bool {
    HELD.get()
}

/// Gives up all work, in all threads.
pub fn all() {
    ALL.store(true, Ordering::Relaxed);
}

/// Whether all work was given up.
pub fn is_over() -> bool {
    ALL.load(Ordering::Relaxed)
}

/// Whether the work that this thread does is to be given up.
pub fn is_due() -> bool {
    let due = || DUE.with_borrow(Option::clone);
    !is_held() && (is_over() || due().is_some_and(|is_due| is_due()))
}

/// The same before work that takes so many bytes of memory.
pub fn is_due_before(bytes: usize) -> bool {
    NEEDED.set(bytes);
    let is_due = is_due();
    NEEDED.set(0);
    is_due
}

/// Bytes of memory that this thread is about to take, for who says whether to give up.
pub fn needed() -> usize {
    NEEDED.get()
}

/// What was asked before, which is asked again when the work is done, or panics.
struct Before(Option<Due>);

impl Drop for Before {
    fn drop(&mut self) {
        DUE.set(self.0.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_given_up_where_it_was_asked_for_and_nowhere_else() {
        assert!(!is_due());
        when(
            || true,
            || {
                assert!(is_due());
                when(|| false, || assert!(!is_due()));
                never(|| assert!(!is_due()));
                assert!(is_due());
            },
        );
        assert!(!is_due());
    }

    #[test]
    fn who_says_whether_to_give_up_knows_what_is_needed() {
        when(|| needed() > 10, || assert!(is_due_before(11) && !is_due_before(10) && !is_due()));
    }

    #[test]
    fn a_panic_leaves_nothing_held_and_nothing_due() {
        let panics = || std::panic::resume_unwind(Box::new("it panics"));
        assert!(std::panic::catch_unwind(|| never(panics)).is_err());
        assert!(!is_held());
        assert!(std::panic::catch_unwind(|| when(|| true, panics)).is_err());
        assert!(!is_due());
        when(|| true, || assert!(is_due()));
    }
}
