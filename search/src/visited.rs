//! The visited table together with its growth.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use crate::table::Table;

/// Slots of a fresh table: 1 MiB.
const FIRST: usize = 1 << 16;
/// Up to here the table doubles; beyond, it grows by half to waste less memory.
const DOUBLING: usize = 1 << 24;

/// A table that always has room for what is about to be offered.
///
/// It is filled to three quarters at most, so a state costs between 21 and 43 bytes (32
/// beyond 2^24 slots) in slots of 16.
pub struct Visited {
    table: RwLock<Table>,
    /// Entries, plus those that threads are about to offer.
    reserved: AtomicUsize,
}

impl Visited {
    pub fn new() -> Self {
        Self { table: RwLock::new(Table::new(FIRST)), reserved: AtomicUsize::new(0) }
    }

    /// The table, for reading.
    pub fn table(&self) -> RwLockReadGuard<'_, Table> {
        self.table.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The table with room for `count` more entries, which [`Self::settle`] gives back.
    pub fn with_room(&self, count: usize) -> RwLockReadGuard<'_, Table> {
        loop {
            let table = self.table();
            if self.reserved.fetch_add(count, Relaxed) + count <= room(table.len()) {
                return table;
            }
            self.reserved.fetch_sub(count, Relaxed);
            drop(table);
            self.grow(count);
        }
    }

    /// Gives back the room that turned out not to be needed.
    pub fn settle(&self, unused: usize) {
        self.reserved.fetch_sub(unused, Relaxed);
    }

    /// Entries; exact while no thread is between reserving and settling.
    pub fn len(&self) -> usize {
        self.reserved.load(Relaxed)
    }

    /// Bytes that growing would allocate, if the table is nearly full; zero otherwise.
    pub fn growth_ahead(&self) -> u64 {
        let slots = self.table().len();
        let nearly = room(slots) - room(slots) / 8;
        if self.len() < nearly {
            return 0;
        }
        (larger(slots) * Table::SLOT) as u64
    }

    /// Grows unless another thread just did. Asking for the room of several batches keeps
    /// threads that reserve at the same moment from turning each other away for ever.
    fn grow(&self, count: usize) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let mut slots = table.len();
        while self.reserved.load(Relaxed) + 16 * count > room(slots) {
            slots = larger(slots);
        }
        if slots > table.len() {
            *table = table.grown(slots);
        }
    }
}

fn room(slots: usize) -> usize {
    slots / 4 * 3
}

fn larger(slots: usize) -> usize {
    if slots < DOUBLING { slots * 2 } else { slots / 8 * 12 }
}
