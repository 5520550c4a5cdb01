//! What Lua calls between instructions: it looks at the budget now and then, and notes which
//! lines ran.
//!
//! A hook that is itself Lua would be counted with what it counts, and more so while lines
//! are noted: the same evaluation would then use up its budget in one interpreter and not in
//! another.
#![allow(unsafe_code, reason = "mlua makes a new closure each time that a hook is set")]

use crate::work;
use mlua::ffi::{
    LUA_HOOKLINE, LUA_MASKCOUNT, LUA_MASKLINE, LUA_REGISTRYINDEX, lua_Debug, lua_State, lua_call,
    lua_gethookcount, lua_gethookmask, lua_getinfo, lua_pushinteger, lua_pushlightuserdata,
    lua_rawgetp, lua_rawsetp, lua_sethook, lua_settop, lua_tointegerx, lua_tothread,
    lua_touserdata,
};
use mlua::{Function, Lua, Table};
use std::collections::BTreeSet;
use std::ffi::{CStr, CString, c_int, c_void};
use std::ptr::null_mut;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The lines of a chunk that have not run yet.
pub(crate) struct Lines {
    chunk: CString,
    waiting: Mutex<BTreeSet<u32>>,
}

/// Instructions between two looks, beside a long text.
const SHORT_STRIDE: c_int = 50;

/// Keys of the registry: where the lines are, and what looks at the budget.
static LINES: u8 = 0;
static LOOK: u8 = 1;

fn key(of: &'static u8) -> *const c_void {
    std::ptr::from_ref(of).cast()
}

impl Lines {
    /// No line of this chunk is waited for.
    pub(crate) fn new(chunk: &str) -> Arc<Self> {
        // A name with a zero in it ends there for Lua, too.
        let name: Vec<u8> = chunk.bytes().take_while(|byte| *byte != 0).collect();
        let chunk = CString::new(name).unwrap_or_default();
        Arc::new(Self { chunk, waiting: Mutex::default() })
    }

    /// Waits for these lines.
    pub(crate) fn expect(&self, lines: BTreeSet<u32>) {
        *self.waiting() = lines;
    }

    /// Those that did not run.
    pub(crate) fn unreached(&self) -> BTreeSet<u32> {
        self.waiting().clone()
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeSet<u32>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The functions for `limits.lua`: `set(stride, look, thread)` has `look` called after
    /// each stride of instructions of this or that thread, with what they cost, and `clear()`
    /// ends it for this one. The others are of [`work`].
    pub(crate) fn functions(self: &Arc<Self>, lua: &Lua) -> mlua::Result<Table> {
        let lines = Arc::as_ptr(self);
        // The interpreter keeps them as long as it runs.
        lua.set_app_data(Arc::clone(self));
        // SAFETY: puts an address into the registry and leaves the stack empty.
        unsafe {
            lua.exec_raw::<()>((), |state| {
                lua_pushlightuserdata(state, lines.cast_mut().cast());
                lua_rawsetp(state, LUA_REGISTRYINDEX, key(&LINES));
            })?;
        }
        let functions = lua.create_table()?;
        functions.raw_set("set", raw(lua, set)?)?;
        functions.raw_set("clear", raw(lua, clear)?)?;
        functions.raw_set("begin", raw(lua, work::begin)?)?;
        functions.raw_set("watch", raw(lua, work::watch)?)?;
        functions.raw_set("unwatch", raw(lua, work::unwatch)?)?;
        functions.raw_set("look", raw(lua, work::look)?)?;
        functions.raw_set("is_exhausted", raw(lua, work::is_exhausted)?)?;
        Ok(functions)
    }
}

fn raw(lua: &Lua, function: mlua::lua_CFunction) -> mlua::Result<Function> {
    // SAFETY: the functions below and those of `work` say how many values they push.
    unsafe { lua.create_c_function(function) }
}

/// The lines of this interpreter.
///
/// # Safety
/// `state` must be running a function or a hook.
unsafe fn lines<'a>(state: *mut lua_State) -> &'a Lines {
    // SAFETY: neither call allocates. The address was put there in `functions`, which keeps
    // what is at it as long as anything runs.
    unsafe {
        lua_rawgetp(state, LUA_REGISTRYINDEX, key(&LINES));
        let lines = lua_touserdata(state, -1);
        lua_settop(state, -2);
        &*lines.cast_const().cast()
    }
}

unsafe extern "C-unwind" fn set(state: *mut lua_State) -> c_int {
    // SAFETY: the arguments are an integer, a function and a thread or nothing. Only
    // `lua_rawsetp` may throw, while nothing here is to be dropped.
    unsafe {
        let stride = c_int::try_from(lua_tointegerx(state, 1, null_mut())).unwrap_or(c_int::MAX);
        let thread = lua_tothread(state, 3);
        lua_settop(state, 2);
        lua_rawsetp(state, LUA_REGISTRYINDEX, key(&LOOK));
        let wants_lines = !lines(state).waiting().is_empty();
        let mask = LUA_MASKCOUNT | if wants_lines { LUA_MASKLINE } else { 0 };
        lua_sethook(if thread.is_null() { state } else { thread }, Some(hook), mask, stride);
    }
    0
}

unsafe extern "C-unwind" fn clear(state: *mut lua_State) -> c_int {
    // SAFETY: only sets fields of the thread.
    unsafe { lua_sethook(state, None, 0, 0) };
    0
}

unsafe extern "C-unwind" fn hook(state: *mut lua_State, event: *mut lua_Debug) {
    // SAFETY: Lua gives the event, and room on the stack. `lua_call` may throw what the
    // function throws: nothing here is to be dropped then.
    unsafe {
        if (*event).event == LUA_HOOKLINE {
            return note_line(state, event);
        }
        let stride = lua_gethookcount(state);
        // What takes longer is looked at more often.
        let weight = c_int::try_from(work::weight()).unwrap_or(c_int::MAX);
        let next = if weight > 1 { stride.min(SHORT_STRIDE) } else { stride };
        if next < stride {
            lua_sethook(state, Some(hook), lua_gethookmask(state), next);
        }
        lua_rawgetp(state, LUA_REGISTRYINDEX, key(&LOOK));
        lua_pushinteger(state, i64::from(stride) * i64::from(weight));
        lua_call(state, 1, 0);
    }
}

/// # Safety
/// As for a hook that Lua calls for a line.
unsafe fn note_line(state: *mut lua_State, event: *mut lua_Debug) {
    // SAFETY: the event says which line, -1 if the code has none. `lua_getinfo` with "S" fills
    // in the name of the chunk, which is as long as the function that runs; it neither
    // allocates nor throws.
    unsafe {
        let Ok(line) = u32::try_from((*event).currentline) else { return };
        let lines = lines(state);
        if !lines.waiting().contains(&line) {
            return;
        }
        lua_getinfo(state, c"S".as_ptr(), event);
        if CStr::from_ptr((*event).source) == &*lines.chunk {
            lines.waiting().remove(&line);
        }
    }
}
