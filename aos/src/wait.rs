//! Where the functions on the stack have stopped, and code that goes on from there.
//!
//! A handler that waits is kept as data (`lua/wait.lua`): its functions, the place in the code of
//! each, and the values of its registers. To go on, a copy of the code begins with two
//! instructions more: one that puts what it is given into the registers, and a jump to the place.
//! Nothing else of it differs, so that errors, lines and branches are as they were.
#![allow(unsafe_code, reason = "Lua does not say at which instruction a call is")]

use crate::bytecode::{Instruction, Reader};
use crate::hook::Event;
use crate::opcode::{
    OP_CALL, OP_CLOSURE, OP_CONCAT, OP_EQ, OP_FORLOOP, OP_FORPREP, OP_GETTABLE, OP_JMP,
    OP_LOADBOOL, OP_LOADNIL, OP_NEWTABLE, OP_RETURN, OP_SELF, OP_SETUPVAL, OP_TESTSET, OP_TFORLOOP,
    OP_VARARG,
};
use crate::proto::{Local, Proto};
use mlua::ffi::{
    lua_Debug, lua_State, lua_getinfo, lua_getstack, lua_iscfunction, lua_pushinteger, lua_pushnil,
    lua_settop, lua_tointegerx, lua_topointer,
};
use mlua::{Lua, LuaString, MultiValue, Table, Value};
use std::collections::BTreeSet;
use std::ffi::{c_int, c_void};
use std::mem::{MaybeUninit, offset_of};
use std::ptr::null_mut;

/// Instructions that a copy has before the code.
const ADDED: u32 = 2;
/// What lies in the middle of the jumps that an instruction can make.
const JUMP_ZERO: u32 = 0x1_ffff;
/// As far as one instruction jumps.
const FARTHEST: u32 = 0x3_ffff - JUMP_ZERO;
/// Operands B of nine bits.
const MOST_REGISTERS: usize = 510;

/// The functions for `lua/`:
///
/// - `at(level)` is the place in its code where a function of Lua's on the stack goes on after the
///   call that it makes;
/// - `registers(dump, place)` is how many registers have a value there; nothing, and why, where
///   the function cannot go on from there;
/// - `resumed(dump, place)` is the code that does, given their values and what the call returns.
pub(crate) fn functions(lua: &Lua) -> mlua::Result<Table> {
    let functions = lua.create_table()?;
    // SAFETY: `at` pushes one value.
    functions.raw_set("at", unsafe { lua.create_c_function(at)? })?;
    let registers = |lua: &Lua, (dump, place): (LuaString, usize)| {
        let found = Proto::of(&dump.as_bytes()).map(|code| code.registers(place));
        Ok(match found {
            Some(Ok(count)) => MultiValue::from_iter([Value::Integer(i64::from(count))]),
            Some(Err(why)) => {
                MultiValue::from_iter([Value::Nil, Value::String(lua.create_string(why)?)])
            }
            None => {
                let why = "this host cannot read the code of a function on the way";
                MultiValue::from_iter([Value::Nil, Value::String(lua.create_string(why)?)])
            }
        })
    };
    functions.raw_set("registers", lua.create_function(registers)?)?;
    let resumed = |lua: &Lua, (dump, place): (LuaString, usize)| {
        let dump = dump.as_bytes();
        let code = Proto::of(&dump).and_then(|code| code.resumed(&dump, place));
        lua.create_string(code.ok_or_else(|| mlua::Error::runtime("no code of a contract"))?)
    };
    functions.raw_set("resumed", lua.create_function(resumed)?)?;
    Ok(functions)
}

/// The beginning of `CallInfo` of Lua 5.3 (`lstate.h`), of a function of Lua's.
#[repr(C)]
struct Call {
    pointers: [*const c_void; 5],
    /// The instruction that runs next.
    next: *const u32,
}

/// The beginning of `LClosure` (`lobject.h`).
#[repr(C)]
struct Closure {
    next: *const c_void,
    kinds: [u8; 3],
    gray: *const c_void,
    proto: *const LuaProto,
}

/// The beginning of `Proto` (`lobject.h`).
#[repr(C)]
struct LuaProto {
    next: *const c_void,
    kinds: [u8; 5],
    counts: [c_int; 8],
    constants: *const c_void,
    code: *const u32,
}

/// Which of the counts of a `Proto` is that of its instructions.
const OF_CODE: usize = 2;

const _: () = assert!(
    offset_of!(Call, next) == 40
        && offset_of!(Closure, proto) == 24
        && offset_of!(LuaProto, counts) == 16
        && offset_of!(LuaProto, code) == 56
);

/// `at(level)`: nothing where that is no function of Lua's.
unsafe extern "C-unwind" fn at(state: *mut lua_State) -> c_int {
    let mut event = MaybeUninit::<lua_Debug>::zeroed();
    // SAFETY: zeros are a `lua_Debug`, and Lua fills in what it is asked for. While a function is
    // on the stack, so are its call, closure and code, which are laid out as above in the Lua
    // that is built with this crate. A C function has room for the values.
    unsafe {
        let level = c_int::try_from(lua_tointegerx(state, 1, null_mut())).unwrap_or(c_int::MAX);
        let event = event.as_mut_ptr();
        let is_lua = lua_getstack(state, level, event) == 1
            && lua_getinfo(state, c"f".as_ptr(), event) != 0
            && lua_iscfunction(state, -1) == 0;
        if !is_lua {
            lua_pushnil(state);
            return 1;
        }
        let call = (*event.cast::<Event>()).call.cast::<Call>();
        let proto = (*lua_topointer(state, -1).cast::<Closure>()).proto;
        lua_settop(state, -2);
        let bytes = ((*call).next as usize).wrapping_sub((*proto).code as usize);
        let place = bytes / size_of::<u32>();
        match usize::try_from((*proto).counts[OF_CODE]) {
            Ok(count) if place <= count => lua_pushinteger(state, place.cast_signed() as i64),
            _ => lua_pushnil(state),
        }
    }
    1
}

impl Proto<'_> {
    /// The instruction that calls, behind which a function stands at this place.
    fn call(&self, place: usize) -> Option<Instruction> {
        let one = *self.code.get(place.checked_sub(1)?)?;
        (one.operation() == OP_CALL).then_some(one)
    }

    /// How many registers have a value when the function stands at this place, or why it cannot
    /// go on from there.
    fn registers(&self, place: usize) -> Result<u32, String> {
        let Some(call) = self.call(place) else {
            return Err("inside a metamethod, or what a loop calls for its next value, that is \
                        not supported"
                .to_owned());
        };
        let after = self.reached(place);
        let is_vararg = |at: &usize| self.code[*at].operation() == OP_VARARG;
        if self.is_vararg && after.iter().any(is_vararg) {
            return Err("a function that uses `...` after it is not supported".to_owned());
        }
        if let Some(local) = self.shared(place, &after) {
            let name = String::from_utf8_lossy(local.name);
            return Err(format!(
                "the local '{name}' is used by a function that was made before it, and may be \
                 assigned to after it: that is not supported; make that function after it, or \
                 give it another local"
            ));
        }
        let is_far = u32::try_from(place).map_or(true, |place| place > FARTHEST);
        if is_far || call.a() + call.c() > MOST_REGISTERS {
            return Err(
                "a function of so much code, or so many values, is not supported".to_owned()
            );
        }
        u32::try_from(call.a()).map_err(|error| error.to_string())
    }

    /// A variable at this place that a function has, and that somebody may assign to later: the
    /// one would not see what the other does.
    fn shared(&self, place: usize, after: &BTreeSet<usize>) -> Option<&Local<'_>> {
        let is_shared = |local: &&Local<'_>| {
            // A local function is there only behind the instruction that makes it.
            let made = local.start.saturating_sub(1)..local.end;
            let made = made.filter_map(|at| Some((at, self.captures(at, local.register)?)));
            let before = made.filter(|(at, _)| self.reached(*at).contains(&(place - 1)));
            let mut before = before.peekable();
            let is_used = before.peek().is_some();
            let assigns = before.any(|(_, (inner, which))| inner.assigns(which));
            let is_set = |at: &usize| local.is_at(*at) && self.may_set(*at, local.register);
            is_used && (assigns || after.iter().any(is_set))
        };
        self.locals.iter().filter(|local| local.is_at(place - 1)).find(is_shared)
    }

    /// Whether the instruction here sets this variable, or makes a function that does.
    fn may_set(&self, at: usize, register: usize) -> bool {
        let assigns = |(inner, which): (&Self, usize)| inner.assigns(which);
        self.code[at].sets(register) || self.captures(at, register).is_some_and(assigns)
    }

    /// The function that is made here, if it has this register as a variable, and as which.
    fn captures(&self, at: usize, register: usize) -> Option<(&Self, usize)> {
        let one = self.code.get(at).filter(|one| one.operation() == OP_CLOSURE)?;
        let inner = self.inner.get(one.bx())?;
        let which = inner.upvalues.iter().position(|upvalue| *upvalue == (true, register))?;
        Some((inner, which))
    }

    /// Whether it, or a function in it, assigns to this variable of an outer function.
    fn assigns(&self, upvalue: usize) -> bool {
        let is_set = |one: &Instruction| one.operation() == OP_SETUPVAL && one.b() == upvalue;
        let passes_on = |inner: &Self| {
            let which = inner.upvalues.iter().position(|known| *known == (false, upvalue));
            which.is_some_and(|which| inner.assigns(which))
        };
        self.code.iter().any(is_set) || self.inner.iter().any(passes_on)
    }

    /// The instructions that may run from this one on.
    fn reached(&self, from: usize) -> BTreeSet<usize> {
        let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(at) = open.pop() {
            if at < self.code.len() && reached.insert(at) {
                open.extend(self.following(at));
            }
        }
        reached
    }

    fn following(&self, at: usize) -> Vec<usize> {
        let one = self.code[at];
        let target = (at + 1).saturating_add_signed(one.jump());
        match one.operation() {
            OP_JMP | OP_FORPREP => vec![target],
            OP_FORLOOP | OP_TFORLOOP => vec![at + 1, target],
            OP_EQ..=OP_TESTSET => vec![at + 1, at + 2],
            OP_LOADBOOL if one.c() != 0 => vec![at + 2],
            OP_RETURN => vec![],
            _ => vec![at + 1],
        }
    }

    /// The dump of a copy that goes on from this place.
    fn resumed(&self, dump: &[u8], place: usize) -> Option<Vec<u8>> {
        let call = self.call(place)?;
        // The values of the registers, then what the call returns: so many, or all that there is.
        let wanted = match u32::try_from(call.c()).ok()? {
            0 => 0,
            results => u32::try_from(call.a()).ok()? + results,
        };
        let jump = u32::try_from(place).ok()? + JUMP_ZERO;
        let first = [OP_VARARG | wanted << 23, OP_JMP | jump << 14];
        let line = *self.lines.get(place - 1)?;
        let [parameters, code, lines, locals] = self.counts_at;
        let mut copy = dump.get(..parameters)?.to_vec();
        // No parameters, but whatever it is given.
        copy.extend([0, 1]);
        copy.extend(dump.get(parameters + 2..code)?);
        let add = |copy: &mut Vec<u8>, at: usize, more: [u32; 2]| {
            let count = u32::from_le_bytes(dump.get(at..at + 4)?.try_into().ok()?) + ADDED;
            copy.extend([count, more[0], more[1]].into_iter().flat_map(u32::to_le_bytes));
            Some(())
        };
        add(&mut copy, code, first)?;
        copy.extend(dump.get(code + 4..lines)?);
        add(&mut copy, lines, [line; 2])?;
        copy.extend(dump.get(lines + 4..locals)?);
        copy.extend(dump.get(locals..locals + 4)?);
        let mut reader = Reader(dump.get(locals + 4..self.locals_end)?);
        while !reader.0.is_empty() {
            let before = reader.0;
            reader.text()?;
            copy.extend(&before[..before.len() - reader.0.len()]);
            let bounds = [reader.int()?, reader.int()?];
            copy.extend(bounds.iter().flat_map(|bound| (bound + ADDED).to_le_bytes()));
        }
        copy.extend(dump.get(self.locals_end..)?);
        Some(copy)
    }
}

impl Instruction {
    /// Whether it sets this register, where that is a variable: calls and loops only set what is
    /// none.
    fn sets(self, register: usize) -> bool {
        match self.operation() {
            OP_LOADNIL => (self.a()..=self.a() + self.b()).contains(&register),
            OP_SELF => self.a() == register || self.a() + 1 == register,
            0..=OP_GETTABLE | OP_NEWTABLE..=OP_CONCAT | OP_TESTSET | OP_CLOSURE => {
                self.a() == register
            }
            _ => false,
        }
    }
}
