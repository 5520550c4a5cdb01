//! Writes values that are plain data, as `lua/image/write.lua` describes them: scalars, and
//! tables of them, without metatables, in which no table lies twice.
//!
//! Everything else is said not to be plain, and written in Lua.

mod reader;
mod view;
mod writer;

use mlua::ffi::{lua_State, lua_pushboolean, lua_pushlstring, lua_pushnil};
use mlua::{Function, Lua, Table};
use std::cell::RefCell;
use std::ffi::c_int;
use view::{Seen, View};
use writer::Writer;

pub(crate) use reader::observed;

thread_local! {
    /// What is used in one taking of a state, which stays in one thread.
    static WRITER: RefCell<Writer> = RefCell::default();
}

/// The functions for `lua/image/write.lua`:
///
/// - `begin()`: no table was written yet.
/// - `write(value, known, met...)`: the text of the value, or `true` if it is the known one;
///   nothing if the value is not plain, or a table in it was written before or is a key of
///   one of the tables of what was met, or the text is longer than the memory of Lua.
/// - `has(table)`: whether the table was written.
pub(crate) fn functions(lua: &Lua, memory: usize) -> mlua::Result<Table> {
    let functions = lua.create_table()?;
    let begin = move |_: &Lua, ()| {
        WRITER.with_borrow_mut(|writer| writer.begin(memory));
        Ok(())
    };
    functions.raw_set("begin", lua.create_function(begin)?)?;
    functions.raw_set("write", raw(lua, write)?)?;
    functions.raw_set("has", raw(lua, has)?)?;
    Ok(functions)
}

#[allow(unsafe_code)]
fn raw(lua: &Lua, function: mlua::lua_CFunction) -> mlua::Result<Function> {
    // SAFETY: both functions below push one value and say so; what they may do besides is
    // said where they do it.
    unsafe { lua.create_c_function(function) }
}

/// How a value was written.
enum Written {
    NotPlain,
    Known,
    /// Where the text is, in the writer of this thread.
    Text(*const u8, usize),
}

#[allow(unsafe_code)]
unsafe extern "C-unwind" fn write(state: *mut lua_State) -> c_int {
    // SAFETY: Lua calls this with its arguments on the stack, and they stay there.
    let argument = |index| unsafe { View::argument(state, index) };
    let met = [argument(3), argument(4), argument(5)];
    let written = WRITER.with_borrow_mut(|writer| {
        let Some(text) = argument(1).and_then(|value| writer.write(value, &met)) else {
            return Written::NotPlain;
        };
        match argument(2).map(View::seen) {
            Some(Seen::Text(known)) if known == text => Written::Known,
            _ => Written::Text(text.as_ptr(), text.len()),
        }
    });
    // SAFETY: there is room for a value. Only `lua_pushlstring` may throw, as memory may be
    // short: the writer is borrowed no more, and nothing in this frame is to be dropped. It
    // copies the text, which nobody touches before this function is called again.
    unsafe {
        match written {
            Written::NotPlain => lua_pushnil(state),
            Written::Known => lua_pushboolean(state, 1),
            Written::Text(text, length) => _ = lua_pushlstring(state, text.cast(), length),
        }
    }
    1
}

#[allow(unsafe_code)]
unsafe extern "C-unwind" fn has(state: *mut lua_State) -> c_int {
    // SAFETY: as in `write`.
    let table = unsafe { View::argument(state, 1) };
    let has = table.is_some_and(|table| WRITER.with_borrow(|writer| writer.has(table)));
    // SAFETY: there is room for a value, and no allocation.
    unsafe { lua_pushboolean(state, c_int::from(has)) };
    1
}
