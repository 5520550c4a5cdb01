//! The visited table together with its growth.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use crate::table::{LINE, Table};

/// Slots of a fresh table: 1 MiB.
const FIRST: usize = LINE << 14;
/// Up to here, 256 MiB, speed comes first; beyond, memory.
const DOUBLING: usize = LINE << 22;

/// Entries that a thread reserves at a time.
const RESERVE: usize = 1024;

/// A table that always has room for what is about to be offered.
///
/// A state costs one slot, a third of 64 bytes, and its share of the empty ones. Up to 256 MiB
/// the table doubles when it is filled to 3/4, so that makes 28 to 57 bytes. Beyond, it grows by
/// a quarter when it is filled to 13/16: 26 to 33 bytes. It grows in place, so that is the
/// peak, too. Fuller tables are slower: a search took a fifth longer with 0.77 than with 0.59,
/// because probes of full lines go on to a second line.
///
/// A state waiting in the frontier costs the size of [`crate::System::State`] besides.
pub struct Visited {
    table: RwLock<Table>,
    /// Entries, plus those for which threads hold room.
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

    /// Room for new entries, none at first.
    pub fn room(&self) -> Room<'_> {
        Room { visited: self, table: Some(self.table()), left: 0 }
    }

    /// Entries; exact while no thread holds [`Room`].
    pub fn len(&self) -> usize {
        self.reserved.load(Relaxed)
    }

    /// Bytes that growing would add, if the table is nearly full; zero otherwise. More than any
    /// machine has, if it cannot grow.
    pub fn growth_ahead(&self) -> u64 {
        let table = self.table();
        let (slots, most) = (table.len(), table.most());
        drop(table);
        let nearly = room(slots) - room(slots) / 8;
        if self.len() < nearly {
            return 0;
        }
        if larger(slots) > most {
            return u64::MAX / 2;
        }
        ((larger(slots) - slots) / LINE * Table::LINE_SIZE) as u64
    }

    /// The table with `count` more entries reserved.
    fn reserve(&self, count: usize) -> RwLockReadGuard<'_, Table> {
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

    /// Grows unless another thread just did. Asking for the room of several threads keeps
    /// those that reserve at the same moment from turning each other away forever.
    fn grow(&self, count: usize) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let mut slots = table.len();
        while self.reserved.load(Relaxed) + 16 * count > room(slots) {
            slots = larger(slots);
        }
        if slots > table.len() {
            table.grow(slots);
        }
    }
}

/// The table, not growing while this lives, and the right to put so many entries into it.
///
/// Reserving takes operations that all threads wait for, so it is done for many at a time.
pub struct Room<'a> {
    visited: &'a Visited,
    /// Always there, except while it is exchanged.
    table: Option<RwLockReadGuard<'a, Table>>,
    left: usize,
}

impl Room<'_> {
    #[inline]
    pub fn table(&self) -> &Table {
        self.table.as_ref().expect("the table is there")
    }

    /// Sees to it that `count` new entries fit; the table may be another one afterwards.
    #[inline]
    pub fn ensure(&mut self, count: usize) {
        if self.left < count {
            self.extend(count.max(RESERVE));
        }
    }

    /// Says that entries were added.
    #[inline]
    pub fn spend(&mut self, count: usize) {
        self.left -= count;
    }

    #[cold]
    fn extend(&mut self, count: usize) {
        // Growing waits for all readers, so this one must not be among them.
        self.table = None;
        self.table = Some(self.visited.reserve(count));
        self.left += count;
    }
}

impl Drop for Room<'_> {
    fn drop(&mut self) {
        self.visited.reserved.fetch_sub(self.left, Relaxed);
    }
}

/// Entries that a table of so many slots may hold.
fn room(slots: usize) -> usize {
    if slots <= DOUBLING { slots / 4 * 3 } else { slots / 16 * 13 }
}

fn larger(slots: usize) -> usize {
    if slots < DOUBLING { slots * 2 } else { slots / (4 * LINE) * (5 * LINE) }
}
