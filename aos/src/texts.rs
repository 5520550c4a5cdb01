//! The texts that Lua makes during evaluations, which are so many words that code can compare
//! with something: whatever compares two equal texts, both were made, or stand in the code or in
//! the state.
//!
//! Lua makes a short text once, as long as it is alive: who wants to see all of them first lets
//! it collect what is garbage.
#![allow(unsafe_code, reason = "reads texts where Lua keeps them")]

use std::collections::{BTreeSet, HashMap};

/// What lies before the bytes of a text in its block (`UTString` of `lobject.h`), and the zero
/// behind them.
const HEADER: usize = 24;
const ZERO: usize = 1;
/// More texts, and longer ones, are not kept.
const MOST: usize = 4096;
const LONGEST: usize = 256;

/// Texts, and the blocks of those that are alive, with their sizes.
#[derive(Default)]
pub(crate) struct Texts {
    blocks: HashMap<usize, usize, foldhash::fast::RandomState>,
    made: BTreeSet<Vec<u8>>,
}

impl Texts {
    /// Lua was given this block for a text, which it writes before it frees one.
    pub(crate) fn add(&mut self, block: usize, size: usize) {
        if size > HEADER + ZERO && size <= HEADER + LONGEST + ZERO {
            self.blocks.insert(block, size);
        }
    }

    /// Lua is about to free this block.
    ///
    /// # Safety
    /// It must still be there.
    pub(crate) unsafe fn free(&mut self, block: usize) {
        if let Some(size) = self.blocks.remove(&block) {
            // SAFETY: the caller says so.
            unsafe { self.keep(block, size) };
        }
    }

    /// From now on, blocks may be freed unseen.
    ///
    /// # Safety
    /// All that were added and not freed must still be there.
    pub(crate) unsafe fn rest(&mut self) {
        for (block, size) in std::mem::take(&mut self.blocks) {
            // SAFETY: the caller says so.
            unsafe { self.keep(block, size) };
        }
    }

    /// # Safety
    /// The block must be there, and have a text of this size in it.
    unsafe fn keep(&mut self, block: usize, size: usize) {
        let length = size - HEADER - ZERO;
        // SAFETY: as the caller says; the bytes lie behind the header.
        let text = unsafe {
            std::slice::from_raw_parts(std::ptr::with_exposed_provenance(block + HEADER), length)
        };
        if self.made.len() < MOST {
            self.made.insert(text.to_vec());
        }
    }

    /// The texts that were made.
    pub(crate) fn made(self) -> BTreeSet<Vec<u8>> {
        self.made
    }
}
