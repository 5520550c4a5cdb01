//! Where memory comes from, and how the command ends when there is none left.
#![allow(unsafe_code, reason = "an allocator is")]

use checker::exit_code::Exit;
use libmimalloc_sys::{
    mi_free, mi_malloc, mi_malloc_aligned, mi_option_set, mi_option_t, mi_realloc,
    mi_realloc_aligned, mi_zalloc, mi_zalloc_aligned,
};
use std::alloc::{GlobalAlloc, Layout};
use std::io::Write;

/// mimalloc: Lua's tables come and go by the million. Rust aborts where an allocation fails;
/// this says what happened, and ends with the exit code of a search that was cut short.
pub struct Allocator;

/// `mi_option_purge_delay` of mimalloc 3 (`mimalloc.h`), which the bindings do not name.
const PURGE_DELAY: mi_option_t = 15;

/// How long mimalloc keeps pages that nothing uses, in milliseconds.
///
/// A check is many searches, and each frees all that it had. The system clears every page that
/// it hands out again: with the usual second that is one twentieth of the whole check.
const KEPT_FOR: std::ffi::c_long = 30_000;

/// Has mimalloc keep pages from one search to the next.
pub fn keep_pages() {
    // SAFETY: sets one number, before there is a second thread.
    unsafe { mi_option_set(PURGE_DELAY, KEPT_FOR) }
}

/// What mimalloc aligns every block to that is as large.
const ALIGNED: usize = 16;

/// Whether a block is aligned by default, which is quicker.
#[inline]
fn is_aligned(layout: Layout, size: usize) -> bool {
    layout.align() <= ALIGNED && layout.align() <= size
}

// SAFETY: all is left to an allocator that is sound; what it returns is looked at, and returned.
// Each block is as large and as aligned as was asked for.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let size = layout.size();
        // SAFETY: sizes and alignments are those of a layout.
        there(unsafe {
            if is_aligned(layout, size) {
                mi_malloc(size)
            } else {
                mi_malloc_aligned(size, layout.align())
            }
        })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let size = layout.size();
        // SAFETY: as above.
        there(unsafe {
            if is_aligned(layout, size) {
                mi_zalloc(size)
            } else {
                mi_zalloc_aligned(size, layout.align())
            }
        })
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the block is one of these, as the caller says.
        there(unsafe {
            if is_aligned(layout, size) {
                mi_realloc(block.cast(), size)
            } else {
                mi_realloc_aligned(block.cast(), size, layout.align())
            }
        })
    }

    unsafe fn dealloc(&self, block: *mut u8, _: Layout) {
        // SAFETY: the block is one of these, as the caller says.
        unsafe { mi_free(block.cast()) }
    }
}

#[inline]
fn there(block: *mut std::ffi::c_void) -> *mut u8 {
    if block.is_null() {
        end();
    }
    block.cast()
}

#[cold]
fn end() -> ! {
    const WHY: &[u8] = b"tim3: there is no memory left for this process, so nothing was decided; \
        raise its limit (ulimit -v), or give --max-memory, --max-states or smaller bounds\n";
    // Neither of these allocates.
    let _ = std::io::stderr().write_all(WHY);
    std::process::exit(Exit::Inconclusive as i32)
}
