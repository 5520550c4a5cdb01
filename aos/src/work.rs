//! Work that Lua does without instructions: it makes texts and tables, and compares texts.
//!
//! `limits.lua` charges it like instructions. So where an evaluation meets its limit does not
//! depend on how fast or how busy the machine is. Where work is left that nobody counts, a
//! clock gives the evaluation up, which is no result.
#![allow(unsafe_code, reason = "stands between Lua and its allocator and libc")]

use crate::stop;
use mlua::ffi::{
    LUA_TSTRING, lua_Alloc, lua_State, lua_getallocf, lua_pushinteger, lua_pushnil, lua_pushstring,
    lua_setallocf, lua_toboolean, lua_tointegerx,
};
use std::cell::Cell;
use std::cmp::Ordering;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;
use std::time::{Duration, Instant};

/// Bytes of new texts and tables that cost as much as one instruction.
const BYTES_OF_STEP: usize = 512;
/// Texts of at most so many bytes are made by instructions that are counted.
const SMALL: usize = 256;
/// Tables smaller than that are, too. How large a table is depends on what was in it before,
/// which the same state may have forgotten, so that only large ones count.
const LARGE: usize = 64 << 10;
/// The longest text, bytes. No instruction takes longer than with a few of these.
pub(crate) const LONGEST_TEXT: usize = 1 << 20;
/// A comparison of texts costs an instruction for so many bytes; each part between zeros counts
/// as [`PART`] bytes more.
const COMPARED_OF_STEP: usize = 64;
const PART: usize = 128;
/// Beside a text of that many bytes, every instruction costs one more: it may compare the text,
/// or read a number from it.
const TEXT_OF_STEP: usize = 4 << 10;
/// The longest that one evaluation may take, where what passes between two looks counts as a
/// second at most, lest a machine that was asleep matters. Nothing that is counted comes near.
const LONGEST: Duration = Duration::from_secs(20);
const LONGEST_BETWEEN: Duration = Duration::from_secs(1);

/// What one thread's evaluation does.
struct Work {
    /// The allocator that Lua had before, while an evaluation is watched.
    allocator: Cell<Option<lua_Alloc>>,
    /// Bytes made and compared since the last look.
    made: Cell<usize>,
    compared: Cell<usize>,
    /// Steps that are left, as of the last look.
    left: Cell<usize>,
    is_exhausted: Cell<bool>,
    /// Whether it may be given up: what only reads a state has an answer.
    may_be_cut: Cell<bool>,
    /// The longest text that there may be.
    longest: Cell<usize>,
    last_look: Cell<Option<Instant>>,
    taken: Cell<Duration>,
}

thread_local! {
    static WORK: Work = const {
        Work {
            allocator: Cell::new(None),
            made: Cell::new(0),
            compared: Cell::new(0),
            left: Cell::new(0),
            is_exhausted: Cell::new(false),
            may_be_cut: Cell::new(true),
            longest: Cell::new(0),
            last_look: Cell::new(None),
            taken: Cell::new(Duration::ZERO),
        }
    };
}

impl Work {
    fn steps(&self) -> usize {
        self.made.get() / BYTES_OF_STEP + self.compared.get() / COMPARED_OF_STEP
    }

    /// Notes more of something; says whether that is too much.
    fn add(&self, to: &Cell<usize>, bytes: usize) -> bool {
        to.set(to.get().saturating_add(bytes));
        if self.steps() > self.left.get() {
            self.is_exhausted.set(true);
        }
        self.is_exhausted.get()
    }

    /// Whether a new block may be had.
    fn allows(&self, is_text: bool, size: usize) -> bool {
        if is_text {
            // Lua has a header and a zero around the bytes.
            if size > LONGEST_TEXT + 64 {
                return false;
            }
            self.longest.set(self.longest.get().max(size));
        }
        !self.add(&self.made, size)
    }

    /// Whether the evaluation is to be given up, and why.
    fn due(&self) -> Option<&'static CStr> {
        let now = Instant::now();
        let between = self.last_look.replace(Some(now)).map_or(Duration::ZERO, |last| now - last);
        self.taken.set(self.taken.get() + between.min(LONGEST_BETWEEN));
        if !self.may_be_cut.get() || stop::is_held() {
            return None;
        }
        if stop::is_due() {
            return Some(c"it was given up");
        }
        (self.taken.get() > LONGEST)
            .then_some(c"after 20 seconds it had neither ended nor met its limits")
    }
}

/// For the next evaluation of this thread: the longest text that is there before it.
pub(crate) fn expect(longest: usize) {
    WORK.with(|work| work.longest.set(longest));
}

/// `begin(steps, may_be_cut)`: from now on this thread's work is counted, of which so much may
/// be done.
pub(crate) unsafe extern "C-unwind" fn begin(state: *mut lua_State) -> c_int {
    // SAFETY: the arguments are an integer and a boolean.
    let (left, may_be_cut) =
        unsafe { (lua_tointegerx(state, 1, null_mut()), lua_toboolean(state, 2) != 0) };
    WORK.with(|work| {
        work.may_be_cut.set(may_be_cut);
        work.made.set(0);
        work.compared.set(0);
        work.left.set(usize::try_from(left).unwrap_or(0));
        work.is_exhausted.set(false);
        work.last_look.set(None);
        work.taken.set(Duration::ZERO);
    });
    0
}

/// `watch()`: counts what Lua allocates, until `unwatch()`.
pub(crate) unsafe extern "C-unwind" fn watch(state: *mut lua_State) -> c_int {
    let mut data = null_mut();
    // SAFETY: the allocator is replaced by one that hands everything to it, with its own data.
    unsafe {
        let own = lua_getallocf(state, &raw mut data);
        WORK.with(|work| work.allocator.set(Some(own)));
        lua_setallocf(state, allocate, data);
    }
    0
}

/// `unwatch()`: mlua has its own allocator again, by which it knows its limit of memory.
pub(crate) unsafe extern "C-unwind" fn unwatch(state: *mut lua_State) -> c_int {
    if let Some(own) = WORK.with(|work| work.allocator.take()) {
        let mut data = null_mut();
        // SAFETY: allocator and data are as they were before `watch`.
        unsafe {
            lua_getallocf(state, &raw mut data);
            lua_setallocf(state, own, data);
        }
    }
    0
}

/// `look(left)`: the steps of the work since the last look, and why the evaluation is to be given
/// up, if it is. So many are left after it.
pub(crate) unsafe extern "C-unwind" fn look(state: *mut lua_State) -> c_int {
    // SAFETY: the argument is an integer. There is room for two values on the stack of every
    // C function. `lua_pushstring` may throw, while nothing here is to be dropped.
    unsafe {
        let left = lua_tointegerx(state, 1, null_mut());
        let (steps, due) = WORK.with(|work| {
            let steps = work.steps();
            work.made.set(0);
            work.compared.set(0);
            work.left.set(usize::try_from(left).unwrap_or(0).saturating_sub(steps));
            (steps, work.due())
        });
        lua_pushinteger(state, i64::try_from(steps).unwrap_or(i64::MAX));
        match due {
            Some(why) => _ = lua_pushstring(state, why.as_ptr()),
            None => lua_pushnil(state),
        }
    }
    2
}

/// How many steps an instruction costs beside the longest text.
pub(crate) fn weight() -> usize {
    WORK.with(|work| 1 + work.longest.get() / TEXT_OF_STEP)
}

/// `is_exhausted()`: whether Lua was refused memory because too much work was done.
pub(crate) unsafe extern "C-unwind" fn is_exhausted(state: *mut lua_State) -> c_int {
    let is_exhausted = WORK.with(|work| work.is_exhausted.get());
    // SAFETY: there is room for a value on the stack of every C function.
    unsafe { mlua::ffi::lua_pushboolean(state, is_exhausted.into()) };
    1
}

/// What Lua allocates with while an evaluation is watched.
unsafe extern "C" fn allocate(
    data: *mut c_void,
    block: *mut c_void,
    old: usize,
    new: usize,
) -> *mut c_void {
    WORK.with(|work| {
        // Of a new block, Lua says what it is for in the place of its old size.
        let is_text = block.is_null() && old == LUA_TSTRING as usize && new > SMALL;
        let is_counted = is_text || block.is_null() && new >= LARGE;
        if is_counted && !work.allows(is_text, new) {
            return null_mut();
        }
        let Some(own) = work.allocator.get() else { return null_mut() };
        // SAFETY: the arguments are those of Lua, and `data` is that of this allocator.
        unsafe { own(data, block, old, new) }
    })
}

/// What Lua compares texts with, in the place of libc's: in the order of their bytes, whatever
/// the locale, and counted. Once too much was compared, the answer is arbitrary and comes at
/// once: the evaluation has met its limit, and nothing of it remains.
///
/// # Safety
/// As of libc's: both are texts that end with a zero.
#[unsafe(no_mangle)]
unsafe extern "C" fn strcoll(a: *const c_char, b: *const c_char) -> c_int {
    // SAFETY: the caller says so.
    let (a, b) = unsafe { (CStr::from_ptr(a), CStr::from_ptr(b)) };
    let is_too_much = WORK.with(|work| {
        let is_watched = work.allocator.get().is_some();
        let bytes = a.count_bytes().min(b.count_bytes()) + PART;
        is_watched && work.add(&work.compared, bytes)
    });
    if is_too_much {
        return 1;
    }
    match a.to_bytes().cmp(b.to_bytes()) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lua_compares_texts_as_libc_does_in_the_locale_c() {
        let compare = |a: &CStr, b: &CStr| unsafe { strcoll(a.as_ptr(), b.as_ptr()) };
        assert!(compare(c"a", c"b") < 0 && compare(c"b", c"a") > 0);
        assert!(compare(c"Z", c"a") < 0 && compare(c"a", c"ab") < 0 && compare(c"", c"a") < 0);
        assert!(compare(c"\x7f", c"\xff") < 0);
        assert_eq!(compare(c"abc", c"abc"), 0);
    }
}
