//! Writes values that are plain data, as `lua/image/write.lua` describes them: scalars, and
//! tables of them, without metatables, in which no table lies twice.
//!
//! Everything else is said not to be plain, and written in Lua.

mod reader;
mod view;
mod writer;

use mlua::ffi::{
    LUA_REGISTRYINDEX, lua_Integer, lua_State, lua_pushboolean, lua_pushinteger, lua_pushlstring,
    lua_pushnil, lua_rawsetp, lua_settop,
};
use mlua::{Function, Lua, Table};
use std::cell::RefCell;
use std::ffi::c_int;
use view::{Seen, View};
use writer::Writer;

pub(crate) use reader::observed;
pub(crate) use view::has_own_meta;

thread_local! {
    /// What is used in one taking of a state, which stays in one thread.
    static WRITER: RefCell<Writer> = RefCell::default();
}

/// The functions for `lua/image/write.lua`:
///
/// - `begin(longest)`: no table was written yet, and no text may be longer than that.
/// - `write(value, met...)`: the text of the value; nothing if the value is not plain, or a
///   table in it was written before or is a key of one of the tables of what was met, or the
///   text is too long.
/// - `has(table)`: whether the table was written.
/// - `same_names(table, other, size)`: whether the table has `size` keys, all of them keys of
///   the other.
/// - `changed(table, keys, segments, field, first, last, met...)`: of the places from first to
///   last in the list of keys, the first whose value in the table is not written as this field
///   of its segment says, and what `write` makes of it; the one after the last if there is none.
/// - `wear(metatable)`: from now on tables that are written wear it.
/// - `length(table)`: how long it is, nothing where its list has a hole; and how many entries it
///   has.
pub(crate) fn functions(lua: &Lua) -> mlua::Result<Table> {
    let functions = lua.create_table()?;
    functions.raw_set("begin", raw(lua, begin)?)?;
    functions.raw_set("write", raw(lua, write)?)?;
    functions.raw_set("has", raw(lua, has)?)?;
    functions.raw_set("same_names", raw(lua, same_names)?)?;
    functions.raw_set("changed", raw(lua, changed)?)?;
    functions.raw_set("wear", raw(lua, wear)?)?;
    functions.raw_set("length", raw(lua, length)?)?;
    Ok(functions)
}

#[allow(unsafe_code)]
fn raw(lua: &Lua, function: mlua::lua_CFunction) -> mlua::Result<Function> {
    // SAFETY: the functions below push values and say how many; what they may do besides is
    // said where they do it.
    unsafe { lua.create_c_function(function) }
}

/// Where a text is, in the writer of this thread.
type Written = Option<(*const u8, usize)>;

fn written(text: Option<&[u8]>) -> Written {
    text.map(|text| (text.as_ptr(), text.len()))
}

/// Pushes what was written, nothing if the value was not plain.
///
/// # Safety
/// `state` must be running a function with room for a value on its stack, and with nothing to
/// be dropped; nobody may have written since.
#[allow(unsafe_code)]
unsafe fn push(state: *mut lua_State, written: Written) {
    // SAFETY: only `lua_pushlstring` may throw, as memory may be short: the writer is borrowed
    // no more. It copies the text.
    unsafe {
        match written {
            None => lua_pushnil(state),
            Some((text, length)) => _ = lua_pushlstring(state, text.cast(), length),
        }
    }
}

#[allow(unsafe_code)]
unsafe extern "C-unwind" fn begin(state: *mut lua_State) -> c_int {
    // SAFETY: as in `write`.
    let longest = match unsafe { View::argument(state, 1) }.map(View::seen) {
        Some(Seen::Integer(longest)) => usize::try_from(longest).unwrap_or_default(),
        _ => 0,
    };
    WRITER.with_borrow_mut(|writer| writer.begin(longest));
    0
}

#[allow(unsafe_code)]
unsafe extern "C-unwind" fn write(state: *mut lua_State) -> c_int {
    // SAFETY: Lua calls this with its arguments on the stack, and they stay there.
    let argument = |index| unsafe { View::argument(state, index) };
    let met = [argument(2), argument(3), argument(4)];
    let text = WRITER.with_borrow_mut(|writer| written(writer.write(argument(1)?, &met)));
    // SAFETY: there is room, and nothing in this frame is to be dropped.
    unsafe { push(state, text) };
    1
}

#[allow(unsafe_code)]
unsafe extern "C-unwind" fn same_names(state: *mut lua_State) -> c_int {
    // SAFETY: as in `write`.
    let argument = |index| unsafe { View::argument(state, index) };
    let is_same = || {
        let (table, other, Seen::Integer(size)) = (argument(1)?, argument(2)?, argument(3)?.seen())
        else {
            return None;
        };
        let mut found = 0;
        table.entries(|key, _| {
            found += 1;
            key.is_key_of(other).then_some(())
        })?;
        (found == size).then_some(())
    };
    let is_same = is_same().is_some();
    // SAFETY: there is room for a value, and no allocation.
    unsafe { lua_pushboolean(state, c_int::from(is_same)) };
    1
}

#[allow(unsafe_code)]
unsafe extern "C-unwind" fn changed(state: *mut lua_State) -> c_int {
    // SAFETY: as in `write`.
    let argument = |index| unsafe { View::argument(state, index) };
    let place = |index| match argument(index).map(View::seen) {
        Some(Seen::Integer(place)) => place,
        _ => 0,
    };
    let met = [argument(7), argument(8), argument(9)];
    // What was written, where it is not what the segment says.
    let other = |place: lua_Integer, writer: &mut Writer| {
        let (table, keys, segments, field) =
            (argument(1)?, argument(2)?, argument(3)?, argument(4)?);
        let mut other = None;
        let is_same = keys.with_place(place, |key| {
            table.with_value(key, |value| {
                let text = writer.write(value, &met);
                other = written(text);
                let is_known = |known: View<'_>| matches!(known.seen(), Seen::Text(known) if Some(known) == text);
                segments.with_value(key, |one| one.with_value(field, |known| is_known(known).then_some(())))
            })
        });
        if is_same.is_some() { None } else { Some(other) }
    };
    let (first, last) = (place(5), place(6));
    let found = WRITER.with_borrow_mut(|writer| {
        (first..=last).find_map(|place| Some((place, other(place, writer)?)))
    });
    let (place, text) = found.unwrap_or((last + 1, None));
    // SAFETY: there is room for both, and nothing in this frame is to be dropped.
    unsafe {
        lua_pushinteger(state, place);
        push(state, text);
    }
    2
}

#[allow(unsafe_code)]
unsafe extern "C-unwind" fn wear(state: *mut lua_State) -> c_int {
    // SAFETY: the argument is a table; nothing is to be dropped, should the second call throw.
    unsafe {
        lua_settop(state, 1);
        lua_rawsetp(state, LUA_REGISTRYINDEX, view::worn());
    }
    0
}

#[allow(unsafe_code)]
unsafe extern "C-unwind" fn length(state: *mut lua_State) -> c_int {
    // SAFETY: as in `write`; there is room for two values.
    unsafe {
        let table = View::argument(state, 1);
        let (length, entries) = table.map_or((None, 0), View::length);
        match length {
            Some(length) => lua_pushinteger(state, length),
            None => lua_pushnil(state),
        }
        lua_pushinteger(state, entries);
    }
    2
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
