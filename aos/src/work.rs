//! Work that Lua does without instructions: it makes texts and tables, and compares texts.
//!
//! `limits.lua` charges it like instructions. So where an evaluation meets its limit does not
//! depend on how fast or how busy the machine is. Where work is left that nobody counts, a
//! clock gives the evaluation up, which is no result.
#![allow(unsafe_code, reason = "stands between Lua and its allocator and libc")]

use crate::hook::{self, Watch};
use crate::stop;
use crate::texts::Texts;
use mlua::ffi::{
    LUA_GCCOLLECT, LUA_GCCOUNT, LUA_GCCOUNTB, LUA_OK, LUA_TSTRING, LUA_TTABLE, LUA_TUSERDATA,
    lua_Alloc, lua_State, lua_gc, lua_getallocf, lua_gettop, lua_insert, lua_pcall,
    lua_pushboolean, lua_pushinteger, lua_pushnil, lua_pushstring, lua_setallocf, lua_toboolean,
    lua_tointegerx, lua_tothread,
};
use std::cell::{Cell, RefCell};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::{null, null_mut};
use std::time::{Duration, Instant};

/// Bytes of new texts and tables that cost as much as one instruction.
const BYTES_OF_STEP: usize = 512;
/// Texts of at most so many bytes are made by instructions that are counted.
const SMALL: usize = 256;
/// Tables smaller than that are, too. How large a table is depends on what was in it before,
/// which the same state may have forgotten, so that only large ones count.
const LARGE: usize = 64 << 10;
/// What a new table holds from the beginning counts from here on: nothing was in it before. One
/// instruction makes such a list of all values that a function was given.
const LARGE_IF_NEW: usize = 8 << 10;
/// The longest text, bytes. No instruction takes longer than with a few of these.
pub(crate) const LONGEST_TEXT: usize = 1 << 20;
/// Lua keeps the text that a function of its library puts together in a buffer, which it makes
/// right after a userdata of that size. No text that may be made needs a larger one: it doubles.
const BUFFER_HEADER: usize = size_of::<[usize; 7]>();
const LONGEST_BUFFER: usize = 2 * LONGEST_TEXT + (64 << 10);
/// Memory is judged each time that its limit, divided by this, was done in steps: in between, the
/// texts that are made take no more than part of it, and most of the time goes into other work.
const BYTES_BETWEEN_POINTS: usize = BYTES_OF_STEP;
/// How many times its limit an evaluation may use up to the next look, where garbage is collected
/// though it is not judged; and up to the next object, which Lua does not make before it has
/// collected garbage.
const MOST_AT_LOOK: usize = 2;
const MOST_OF_OBJECTS: usize = 4;
/// A comparison of texts costs an instruction for so many bytes; each part between zeros counts
/// as [`PART`] bytes more.
const COMPARED_OF_STEP: usize = 64;
const PART: usize = 128;
/// Beside a text of that many bytes, every instruction costs one more: it may compare the text,
/// or read a number from it.
const TEXT_OF_STEP: usize = 4 << 10;
/// The longest that one evaluation may take, where what passes between two looks counts as a
/// second at most, so that a machine that was asleep does not matter. No count comes near.
const LONGEST: Duration = Duration::from_secs(20);
const LONGEST_BETWEEN: Duration = Duration::from_secs(1);

/// An interpreter that uses more than that takes so many times as much to write its state.
const LARGE_USE: usize = 8 << 20;
const COPIES: usize = 2;

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
    /// Whether what is done counts.
    is_counting: Cell<bool>,
    /// Whether it may be given up: what only reads a state has an answer.
    may_be_cut: Cell<bool>,
    /// The longest text that there may be.
    longest: Cell<usize>,
    last_look: Cell<Option<Instant>>,
    taken: Cell<Duration>,
    /// The limit of memory, and what the interpreter uses: bytes.
    limit: Cell<usize>,
    total: Cell<usize>,
    /// Which point is next where memory is judged, counted from the end of the steps.
    last_point: Cell<usize>,
    /// Whether the next block is a buffer; where buffers are, and their bytes.
    is_buffer_next: Cell<bool>,
    /// Whether the last block was a table.
    is_table_new: Cell<bool>,
    buffers: RefCell<Vec<(usize, usize)>>,
    /// The texts that are made, where somebody asks for them.
    texts: RefCell<Option<Texts>>,
    /// What notes what is compared; the thread of the handlers, and the one that runs.
    watch: Cell<*const Watch>,
    handlers: Cell<*mut lua_State>,
    running: Cell<*mut lua_State>,
}

thread_local! {
    static WORK: Work = const {
        Work {
            allocator: Cell::new(None),
            made: Cell::new(0),
            compared: Cell::new(0),
            left: Cell::new(0),
            is_exhausted: Cell::new(false),
            is_counting: Cell::new(true),
            may_be_cut: Cell::new(true),
            longest: Cell::new(0),
            last_look: Cell::new(None),
            taken: Cell::new(Duration::ZERO),
            limit: Cell::new(0),
            total: Cell::new(0),
            last_point: Cell::new(0),
            is_buffer_next: Cell::new(false),
            is_table_new: Cell::new(false),
            buffers: RefCell::new(Vec::new()),
            texts: RefCell::new(None),
            watch: Cell::new(null()),
            handlers: Cell::new(null_mut()),
            running: Cell::new(null_mut()),
        }
    };
}

impl Work {
    fn steps(&self) -> usize {
        self.made.get() / BYTES_OF_STEP + self.compared.get() / COMPARED_OF_STEP
    }

    /// Notes more of something; says whether that is too much.
    fn add(&self, to: &Cell<usize>, bytes: usize) -> bool {
        if !self.is_counting.get() {
            return false;
        }
        to.set(to.get().saturating_add(bytes));
        if self.steps() > self.left.get() {
            self.is_exhausted.set(true);
        }
        self.is_exhausted.get()
    }

    /// Whether a new block of this kind may be had: of 0, it is none of an object.
    fn allows_new(&self, kind: c_int, size: usize) -> bool {
        let follows_header = self.is_buffer_next.replace(false);
        let follows_table = self.is_table_new.replace(kind == LUA_TTABLE);
        if kind == LUA_TUSERDATA {
            self.is_buffer_next.set(size == BUFFER_HEADER);
        }
        if kind == 0 && follows_header {
            return self.allows_buffer(0, size);
        }
        if kind != 0 && self.total.get() + size > self.limit.get() * MOST_OF_OBJECTS {
            return false;
        }
        let is_text = kind == LUA_TSTRING && size > SMALL;
        if is_text {
            // Lua has a header and a zero around the bytes.
            if size > LONGEST_TEXT + 64 {
                return false;
            }
            self.longest.set(self.longest.get().max(size));
        }
        let is_list = kind == 0 && follows_table && size >= LARGE_IF_NEW;
        !(is_text || is_list || size >= LARGE) || !self.add(&self.made, size)
    }

    /// Whether a buffer may be as long as this, and become known by its place.
    fn allows_buffer(&self, old: usize, new: usize) -> bool {
        new <= LONGEST_BUFFER && (new < LARGE || !self.add(&self.made, new.saturating_sub(old)))
    }

    fn buffer_at(&self, block: *mut c_void) -> Option<usize> {
        let buffers = self.buffers.borrow();
        buffers.iter().rposition(|(place, _)| *place == block as usize)
    }

    /// Hands on to Lua's own allocator what is allowed.
    ///
    /// # Safety
    /// The arguments are those of Lua.
    unsafe fn allocate(
        &self,
        own: lua_Alloc,
        data: *mut c_void,
        block: *mut c_void,
        old: usize,
        new: usize,
    ) -> *mut c_void {
        let is_new = block.is_null();
        let buffer = if is_new { None } else { self.buffer_at(block) };
        let is_buffer = buffer.is_some() || is_new && old == 0 && self.is_buffer_next.get();
        let is_allowed = match (is_new, new) {
            (_, 0) => true,
            // Of a new block, Lua says what it is for in the place of its old size.
            (true, _) => self.allows_new(c_int::try_from(old).unwrap_or(0), new),
            (false, _) => buffer.is_none() || new <= old || self.allows_buffer(old, new),
        };
        if !is_allowed {
            return null_mut();
        }
        if new == 0
            && let Some(texts) = &mut *self.texts.borrow_mut()
        {
            // SAFETY: the block is freed below.
            unsafe { texts.free(block as usize) };
        }
        // SAFETY: the arguments are those of Lua, and `data` is that of this allocator.
        let given = unsafe { own(data, block, old, new) };
        if given.is_null() && new > 0 {
            return given;
        }
        if is_new
            && c_int::try_from(old) == Ok(LUA_TSTRING)
            && let Some(texts) = &mut *self.texts.borrow_mut()
        {
            texts.add(given.expose_provenance(), new);
        }
        let before = if is_new { 0 } else { old };
        self.total.set((self.total.get() + new).saturating_sub(before));
        if is_buffer {
            let mut buffers = self.buffers.borrow_mut();
            if let Some(place) = buffer {
                buffers.swap_remove(place);
            }
            if new > 0 {
                buffers.push((given as usize, new));
            }
        }
        given
    }

    /// Whether memory is judged now, when so many steps are left.
    fn is_at_point(&self, left: usize) -> bool {
        let point = left / (self.limit.get() / BYTES_BETWEEN_POINTS).max(1);
        self.last_point.replace(point) != point
    }

    /// Whether the evaluation is to be given up, and why.
    fn due(&self) -> Option<&'static CStr> {
        let now = Instant::now();
        let between = self.last_look.replace(Some(now)).map_or(Duration::ZERO, |last| now - last);
        self.taken.set(self.taken.get() + between.min(LONGEST_BETWEEN));
        if !self.may_be_cut.get() || stop::is_held() {
            return None;
        }
        // What is alive is copied when it is over.
        let total = self.total.get();
        if stop::is_due_before(if total < LARGE_USE { 0 } else { total * COPIES }) {
            return Some(c"it was given up");
        }
        (self.taken.get() > LONGEST)
            .then_some(c"it neither ended nor reached a limit in 20 seconds")
    }
}

/// For the next evaluation of this thread: the longest text that is there before it.
pub(crate) fn expect(longest: usize) {
    WORK.with(|work| work.longest.set(longest));
}

/// From now on, the texts are kept that evaluations of this thread make; gives those that were
/// kept before.
pub(crate) fn keep_texts(is_wanted: bool) -> BTreeSet<Vec<u8>> {
    let kept = WORK.with(|work| work.texts.replace(is_wanted.then(Texts::default)));
    kept.map(Texts::made).unwrap_or_default()
}

/// `begin(steps, may_be_cut, memory)`: counts the work of this thread from now on, and
/// allows so many steps and bytes.
pub(crate) unsafe extern "C-unwind" fn begin(state: *mut lua_State) -> c_int {
    // SAFETY: the arguments are an integer, a boolean and an integer.
    let (left, may_be_cut, memory) = unsafe {
        let (left, memory) =
            (lua_tointegerx(state, 1, null_mut()), lua_tointegerx(state, 3, null_mut()));
        (left, lua_toboolean(state, 2) != 0, memory)
    };
    WORK.with(|work| {
        work.limit.set(usize::try_from(memory).unwrap_or(0));
        work.last_point.set(usize::MAX);
        work.is_at_point(usize::try_from(left).unwrap_or(0));
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

/// `watched(handler, f, ...)`: calls `f` under this allocator and the hook. Returns whether `f`
/// ended without an error, whether it did too much work, whether more is alive than an evaluation
/// may use, and the result of `f`, or of `handler` for what it threw.
///
/// All of it is one function, as nothing may throw before mlua has its own allocator again: in
/// Lua, each call may.
pub(crate) unsafe extern "C-unwind" fn watched(state: *mut lua_State) -> c_int {
    // SAFETY: there are two arguments at least. `lua_pcall` does not throw, nor does anything
    // behind it, and a C function has room for a few values.
    unsafe {
        let values = lua_gettop(state) - 2;
        let before = watch(state);
        let is_fine = lua_pcall(state, values, 1, 1) == LUA_OK;
        hook::clear(state);
        let is_exhausted = WORK.with(|work| work.is_exhausted.get());
        let is_over = is_more_alive(state, 1);
        unwatch(state, before);
        for flag in [is_fine, is_exhausted, is_over] {
            lua_pushboolean(state, flag.into());
            lua_insert(state, -2);
        }
    }
    4
}

/// Counts what Lua allocates; gives the allocator that it had.
///
/// # Safety
/// `state` must be running a function.
unsafe fn watch(state: *mut lua_State) -> lua_Alloc {
    let mut data = null_mut();
    // SAFETY: the allocator is replaced by one that hands everything to it, with its own data.
    unsafe {
        let own = lua_getallocf(state, &raw mut data);
        WORK.with(|work| {
            work.allocator.set(Some(own));
            work.total.set(used(state));
            work.is_buffer_next.set(false);
            work.is_counting.set(true);
            work.watch.set(hook::watch(state));
            work.handlers.set(state);
            work.running.set(state);
        });
        lua_setallocf(state, allocate, data);
        own
    }
}

/// mlua has its own allocator again, by which it knows its limit of memory.
///
/// # Safety
/// `state` must be running a function, and `own` be the allocator that it had before `watch`.
unsafe fn unwatch(state: *mut lua_State, own: lua_Alloc) {
    // Buffers that an error has left are collected while it is known what they are.
    if WORK.with(|work| !work.buffers.borrow().is_empty()) {
        // SAFETY: nothing has a finalizer but buffers, whose finalizer does not throw.
        unsafe { lua_gc(state, LUA_GCCOLLECT, 0) };
        WORK.with(|work| work.buffers.borrow_mut().clear());
    }
    WORK.with(|work| {
        if let Some(texts) = &mut *work.texts.borrow_mut() {
            // SAFETY: until now it was seen what is freed.
            unsafe { texts.rest() };
        }
        work.allocator.set(None);
    });
    let mut data = null_mut();
    // SAFETY: allocator and data are as they were before `watch`.
    unsafe {
        lua_getallocf(state, &raw mut data);
        lua_setallocf(state, own, data);
    }
}

/// What the interpreter uses beside buffers, bytes.
///
/// # Safety
/// `state` must be running a function.
unsafe fn used(state: *mut lua_State) -> usize {
    // SAFETY: neither call allocates.
    let (kilobytes, rest) =
        unsafe { (lua_gc(state, LUA_GCCOUNT, 0), lua_gc(state, LUA_GCCOUNTB, 0)) };
    usize::try_from(kilobytes).unwrap_or(0) * 1024 + usize::try_from(rest).unwrap_or(0)
}

/// Whether more is alive than so many times what an evaluation may use. Only if all memory
/// together is more, garbage is collected.
///
/// # Safety
/// `state` must be running a function.
unsafe fn is_more_alive(state: *mut lua_State, times: usize) -> bool {
    let is_more = || WORK.with(|work| work.total.get() > work.limit.get() * times);
    if is_more() {
        // SAFETY: nothing has a finalizer but buffers, whose finalizer does not throw.
        unsafe { lua_gc(state, LUA_GCCOLLECT, 0) };
    }
    is_more()
}

/// `count(is_counting)`: whether what is done from now on counts.
pub(crate) unsafe extern "C-unwind" fn count(state: *mut lua_State) -> c_int {
    // SAFETY: the argument is a boolean.
    let is_counting = unsafe { lua_toboolean(state, 1) != 0 };
    WORK.with(|work| work.is_counting.set(is_counting));
    0
}

/// `enter(thread)`: this thread runs from now on, or the handlers' own.
pub(crate) unsafe extern "C-unwind" fn enter(state: *mut lua_State) -> c_int {
    // SAFETY: the argument is a thread or nothing.
    let thread = unsafe { lua_tothread(state, 1) };
    WORK.with(|work| {
        work.running.set(if thread.is_null() { work.handlers.get() } else { thread });
    });
    0
}

/// `look(left)`: the steps of the work since the last look, why the evaluation is to be given up,
/// if it is, and whether too much is alive. So many are left after it.
pub(crate) unsafe extern "C-unwind" fn look(state: *mut lua_State) -> c_int {
    // SAFETY: the argument is an integer. There is room for three values on the stack of every
    // C function. `lua_pushstring` may throw, while nothing here is to be dropped.
    unsafe {
        let left = lua_tointegerx(state, 1, null_mut());
        let (steps, due, is_judged) = WORK.with(|work| {
            let steps = work.steps();
            work.made.set(0);
            work.compared.set(0);
            let left = usize::try_from(left).unwrap_or(0);
            work.left.set(left.saturating_sub(steps));
            (steps, work.due(), work.is_at_point(left))
        });
        let is_over = is_more_alive(state, if is_judged { 1 } else { MOST_AT_LOOK });
        lua_pushinteger(state, i64::try_from(steps).unwrap_or(i64::MAX));
        match due {
            Some(why) => _ = lua_pushstring(state, why.as_ptr()),
            None => lua_pushnil(state),
        }
        lua_pushboolean(state, is_over.into());
    }
    3
}

/// How many steps an instruction costs beside the longest text.
pub(crate) fn weight() -> usize {
    WORK.with(|work| 1 + work.longest.get() / TEXT_OF_STEP)
}

/// `is_exhausted()`: whether Lua was refused memory because too much work was done.
pub(crate) unsafe extern "C-unwind" fn is_exhausted(state: *mut lua_State) -> c_int {
    let is_exhausted = WORK.with(|work| work.is_exhausted.get());
    // SAFETY: there is room for a value on the stack of every C function.
    unsafe { lua_pushboolean(state, is_exhausted.into()) };
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
        let Some(own) = work.allocator.get() else { return null_mut() };
        // SAFETY: the arguments are those of Lua.
        unsafe { work.allocate(own, data, block, old, new) }
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
        if is_watched {
            // SAFETY: while an evaluation is watched, both live, and the thread runs.
            unsafe {
                let texts = [a.to_bytes(), b.to_bytes()];
                (*work.watch.get()).note_order(work.running.get(), texts);
            }
        }
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
