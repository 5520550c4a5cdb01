//! Values on Lua's stack, looked at where they are.
//!
//! A state is taken after each evaluation; walking through its tables in Lua, or through copies
//! of every value, takes as long as all that the handlers do.
#![allow(unsafe_code, reason = "see above")]

use mlua::ffi::{
    LUA_REGISTRYINDEX, LUA_TBOOLEAN, LUA_TNIL, LUA_TNUMBER, LUA_TSTRING, LUA_TTABLE, lua_Integer,
    lua_State, lua_checkstack, lua_getmetatable, lua_gettop, lua_isinteger, lua_next, lua_pushnil,
    lua_pushvalue, lua_rawequal, lua_rawget, lua_rawgeti, lua_rawgetp, lua_setmetatable,
    lua_settop, lua_toboolean, lua_tointegerx, lua_tolstring, lua_tonumberx, lua_topointer,
    lua_type,
};
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::ptr::null_mut;

/// A place on the stack of a running function.
///
/// Every call to Lua in this module rests on this: `state` is running the function that made
/// the first view, `index` is a place below its top, and stays there as long as the view
/// lives. None of the functions called calls code of a contract or raises an error, so that no
/// frame of Rust is left but by its end. `lua_checkstack` alone allocates, and may collect
/// garbage to that end: what can be reached, as all that is looked at can, stays where it is,
/// except for the stack itself, into which a view does not point.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    state: *mut lua_State,
    index: c_int,
    place: PhantomData<&'a ()>,
}

/// What there is at a place.
pub(super) enum Seen<'a> {
    Nil,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(&'a [u8]),
    /// A table, by its address.
    Table(usize),
    Other,
}

/// Slots that a step into a table needs: the key and the value, and some for questions.
const SLOTS: c_int = 5;

/// The key of the registry under which the metatable is that tables of a state wear, if they do.
static WORN: u8 = 0;

/// Where that is.
pub(super) fn worn() -> *const c_void {
    (&raw const WORN).cast()
}

/// Whether a value has a metatable, except for that one.
///
/// # Safety
/// `state` must be running, with room for two values on its stack.
pub(crate) unsafe fn has_own_meta(state: *mut lua_State, index: c_int) -> bool {
    // SAFETY: nothing that is called allocates or throws; what it pushes is taken away.
    unsafe {
        if lua_getmetatable(state, index) == 0 {
            return false;
        }
        lua_rawgetp(state, LUA_REGISTRYINDEX, worn());
        let is_own = lua_rawequal(state, -1, -2) == 0;
        lua_settop(state, -3);
        is_own
    }
}

impl<'a> View<'a> {
    /// The argument at this place.
    ///
    /// # Safety
    /// `state` must be running a function that was called from Lua, and `'a` end with it;
    /// nothing may be taken from the stack below what is there now.
    pub(super) unsafe fn argument(state: *mut lua_State, index: c_int) -> Option<Self> {
        // SAFETY: reads the height of the stack.
        let is_there = index <= unsafe { lua_gettop(state) };
        is_there.then_some(Self { state, index, place: PhantomData })
    }

    /// What is there.
    pub(super) fn seen(self) -> Seen<'a> {
        let Self { state, index, .. } = self;
        // SAFETY: each only reads the place. A text is not converted, being one already; its
        // bytes stay as long as it can be reached from this place, which is `'a`.
        unsafe {
            match lua_type(state, index) {
                LUA_TNIL => Seen::Nil,
                LUA_TBOOLEAN => Seen::Boolean(lua_toboolean(state, index) != 0),
                LUA_TNUMBER if lua_isinteger(state, index) != 0 => {
                    Seen::Integer(lua_tointegerx(state, index, null_mut()))
                }
                LUA_TNUMBER => Seen::Float(lua_tonumberx(state, index, null_mut())),
                LUA_TSTRING => {
                    let mut length = 0;
                    let bytes = lua_tolstring(state, index, &raw mut length);
                    Seen::Text(std::slice::from_raw_parts(bytes.cast(), length))
                }
                LUA_TTABLE => Seen::Table(lua_topointer(state, index) as usize),
                _ => Seen::Other,
            }
        }
    }

    /// Whether it is a key of a table that is here, or of no table.
    pub(super) fn is_key_of(self, table: View<'_>) -> bool {
        let is_there = |value: View<'_>| (!matches!(value.seen(), Seen::Nil)).then_some(());
        table.with_value(self, is_there).is_some()
    }

    /// Shows what this has under a key; nothing if it is no table.
    pub(super) fn with_value(
        self,
        key: View<'_>,
        show: impl FnOnce(View<'_>) -> Option<()>,
    ) -> Option<()> {
        // SAFETY: the slot was asked for by who stepped here, or is one of those that each
        // function has. `lua_rawget` puts the value in the place of the key.
        let push = |state| unsafe {
            lua_pushvalue(state, key.index);
            lua_rawget(state, self.index);
        };
        self.with_pushed(push, show)
    }

    /// Shows what is at this place of a list; nothing if this is no table.
    pub(super) fn with_place(
        self,
        place: lua_Integer,
        show: impl FnOnce(View<'_>) -> Option<()>,
    ) -> Option<()> {
        // SAFETY: as above.
        let push = |state| unsafe { _ = lua_rawgeti(state, self.index, place) };
        self.with_pushed(push, show)
    }

    /// Shows what is pushed of this table.
    fn with_pushed(
        self,
        push: impl FnOnce(*mut lua_State),
        show: impl FnOnce(View<'_>) -> Option<()>,
    ) -> Option<()> {
        let Self { state, .. } = self;
        if !matches!(self.seen(), Seen::Table(_)) {
            return None;
        }
        push(state);
        // SAFETY: what was pushed lies at the top, and is taken away once it was shown: whoever
        // it is shown to leaves the stack as it was.
        unsafe {
            let shown = show(View { state, index: lua_gettop(state), place: PhantomData });
            lua_settop(state, -2);
            shown
        }
    }

    /// Whether the value has a metatable of its own.
    pub(super) fn has_meta(self) -> bool {
        // SAFETY: as above.
        unsafe { has_own_meta(self.state, self.index) }
    }

    /// Gives a table the metatable that tables of a state wear, if they do.
    pub(super) fn wear(self) {
        // SAFETY: as above; what becomes the metatable is a table, and has no `__gc`.
        unsafe {
            if lua_rawgetp(self.state, LUA_REGISTRYINDEX, worn()) == LUA_TTABLE {
                _ = lua_setmetatable(self.state, self.index);
            } else {
                lua_settop(self.state, -2);
            }
        }
    }

    /// How long a table is, and how many entries it has; the first is nothing where its list
    /// has a hole.
    pub(super) fn length(self) -> (Option<lua_Integer>, lua_Integer) {
        let (mut entries, mut places, mut last) = (0, 0, 0);
        let counted = self.entries(|key, _| {
            entries += 1;
            if let Seen::Integer(place @ 1..) = key.seen() {
                places += 1;
                last = last.max(place);
            }
            Some(())
        });
        (counted.and(Some(last)).filter(|last| *last == places), entries)
    }

    /// Shows each key of this table, and its value; stops at the first nothing. Nothing, too, if
    /// it is no table.
    pub(super) fn entries(
        self,
        mut show: impl FnMut(View<'_>, View<'_>) -> Option<()>,
    ) -> Option<()> {
        let Self { state, .. } = self;
        if !matches!(self.seen(), Seen::Table(_)) {
            return None;
        }
        let at = |index| View { state, index, place: PhantomData };
        // SAFETY: `lua_checkstack` says rather than throws that there is no room. The key that
        // `lua_next` is given is the one that it gave, and nothing was changed, so that it
        // does not raise an error either.
        unsafe {
            if lua_checkstack(state, SLOTS) == 0 {
                return None;
            }
            let key = lua_gettop(state) + 1;
            lua_pushnil(state);
            while lua_next(state, self.index) != 0 {
                let shown = show(at(key), at(key + 1));
                lua_settop(state, if shown.is_some() { key } else { key - 1 });
                shown?;
            }
        }
        Some(())
    }
}
