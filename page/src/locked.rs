//! Locks that survive a panic of another thread: what they protect is consistent at every
//! moment.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a mutex protects.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
