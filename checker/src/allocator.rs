//! Where memory comes from, and how the command ends when there is none left.
#![allow(unsafe_code, reason = "an allocator is")]

use checker::exit_code::Exit;
use mimalloc::MiMalloc;
use std::alloc::{GlobalAlloc, Layout};
use std::io::Write;

/// A fast one: Lua's tables come and go by the million. Rust aborts where an allocation fails;
/// this says what happened, and ends with the exit code of a search that was cut short.
pub struct Allocator;

// SAFETY: all is left to an allocator that is sound; what it returns is looked at, and returned.
unsafe impl GlobalAlloc for Allocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller says.
        there(unsafe { MiMalloc.alloc(layout) })
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller says.
        there(unsafe { MiMalloc.alloc_zeroed(layout) })
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as the caller says.
        there(unsafe { MiMalloc.realloc(block, layout, size) })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as the caller says.
        unsafe { MiMalloc.dealloc(block, layout) }
    }
}

#[inline]
fn there(block: *mut u8) -> *mut u8 {
    if block.is_null() {
        end();
    }
    block
}

#[cold]
fn end() -> ! {
    const WHY: &[u8] = b"tim3: there is no memory left for this process, so nothing was decided; \
        raise its limit (ulimit -v), or give --max-memory, --max-states or smaller bounds\n";
    // Neither of these allocates.
    let _ = std::io::stderr().write_all(WHY);
    std::process::exit(Exit::Inconclusive as i32)
}
