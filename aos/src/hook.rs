//! What Lua calls between instructions: it looks at the budget now and then, and notes which
//! branches ran; and what notes what an evaluation depends on.
//!
//! A hook that is itself Lua would be counted with what it counts, and more so while branches
//! are noted: the same evaluation would then use up its budget in one interpreter and not in
//! another.
#![allow(unsafe_code, reason = "mlua makes a new closure each time that a hook is set")]

use crate::branches::{Asked, Branches, LookUp, Operand, Place};
use crate::compiling::too_much;
use crate::dependence::{Dependence, Note};
use crate::item::Item;
use crate::names::Names;
use crate::plain::has_own_meta;
use crate::{pattern, work};
use mlua::ffi::{
    LUA_HOOKCALL, LUA_HOOKLINE, LUA_HOOKTAILCALL, LUA_MASKCALL, LUA_MASKCOUNT, LUA_MASKLINE,
    LUA_REGISTRYINDEX, LUA_TNIL, LUA_TSTRING, LUA_TTABLE, lua_Debug, lua_State, lua_call,
    lua_gethookcount, lua_gethookmask, lua_getinfo, lua_getlocal, lua_getstack, lua_gettop,
    lua_getupvalue, lua_next, lua_pushboolean, lua_pushcclosure, lua_pushinteger,
    lua_pushlightuserdata, lua_pushnil, lua_rawget, lua_rawgetp, lua_rawsetp, lua_sethook,
    lua_settop, lua_toboolean, lua_tocfunction, lua_tointegerx, lua_tolstring, lua_tothread,
    lua_touserdata, lua_type, lua_upvalueindex,
};
use mlua::{Function, Lua, Table};
use std::collections::{BTreeSet, HashMap};
use std::ffi::{CStr, c_char, c_int, c_uchar, c_void};
use std::mem::{MaybeUninit, offset_of, size_of};
use std::ptr::null_mut;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What runs of a contract, and what it reads.
pub(crate) struct Watch {
    branches: Arc<Branches>,
    ran: Mutex<Ran>,
    notes: Mutex<BTreeSet<Note>>,
    names: Mutex<Names>,
}

/// Instructions between two looks, beside a long text.
const SHORT_STRIDE: c_int = 50;

#[derive(Default)]
struct Ran {
    /// Whether nobody asks.
    is_unwanted: bool,
    /// By piece.
    pieces: Vec<bool>,
    /// By branch.
    branches: Vec<bool>,
    /// How many of these did not run.
    waiting: usize,
    /// Those lines that did not run.
    lines: BTreeSet<u32>,
    /// Where calls are, by what Lua knows each by: at the end of a piece, where a branch
    /// from there has not run.
    at: HashMap<usize, usize, foldhash::fast::RandomState>,
}

/// Calls in each other, and values handed to one function: copying more of them at each call or
/// return takes time without instructions.
const DEEPEST: c_int = 20_000;
const MOST_VALUES: c_int = 4096;

/// Whether too much lies on the stack: 1 for calls, 2 for values, 0 for neither.
///
/// # Safety
/// As for a hook that Lua calls for a count.
unsafe fn crowd(state: *mut lua_State, event: *mut lua_Debug) -> i64 {
    // SAFETY: neither call allocates or throws; the value that `lua_getlocal` pushes, for which
    // a hook has room, is popped.
    unsafe {
        let mut deep = MaybeUninit::<lua_Debug>::zeroed();
        if lua_getstack(state, DEEPEST, deep.as_mut_ptr()) != 0 {
            return 1;
        }
        if lua_getlocal(state, event, -MOST_VALUES).is_null() {
            return 0;
        }
        lua_settop(state, -2);
        2
    }
}

/// Keys of the registry: where the watch is, and what looks at the budget.
static WATCH: u8 = 0;
static LOOK: u8 = 1;

fn key(of: &'static u8) -> *const c_void {
    std::ptr::from_ref(of).cast()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ran {
    fn of(branches: &Branches) -> Self {
        Self {
            is_unwanted: false,
            pieces: vec![false; branches.pieces.len()],
            branches: vec![false; branches.all.len()],
            waiting: branches.all.len(),
            lines: branches.lines.clone(),
            at: HashMap::default(),
        }
    }

    fn is_waiting(&self) -> bool {
        !self.is_unwanted && (self.waiting > 0 || !self.lines.is_empty())
    }

    /// A call begins in the place of one that has ended, perhaps in the middle: by an error, in a
    /// coroutine that nobody resumes, or at a limit.
    fn begin(&mut self, call: usize) {
        self.at.remove(&call);
    }

    fn see_branch(&mut self, branch: usize) {
        if !std::mem::replace(&mut self.branches[branch], true) {
            self.waiting -= 1;
        }
    }

    /// A call has reached a piece.
    fn see(&mut self, branches: &Branches, place: usize, number: u32, call: usize) {
        let Some(piece) = branches.pieces.get(place) else { return };
        if !std::mem::replace(&mut self.pieces[place], true) {
            self.lines.remove(&piece.line);
        }
        if let Some(entry) = piece.entry {
            self.see_branch(entry);
        }
        let before = if self.at.is_empty() { None } else { self.at.remove(&call) };
        let ways = before.and_then(|place| branches.pieces[place].ways).into_iter().flatten();
        for (_, branch) in ways.filter(|(target, _)| *target == number) {
            self.see_branch(branch);
        }
        if piece.ways.iter().flatten().any(|(_, branch)| !self.branches[*branch]) {
            self.at.insert(call, place);
        }
    }
}

impl Watch {
    /// Watches this code; nothing of it has run.
    ///
    /// It is known what the addresses of the world are, and what is noted whatever runs.
    pub(crate) fn new(branches: &Arc<Branches>, names: Names, notes: BTreeSet<Note>) -> Arc<Self> {
        let ran = Mutex::new(Ran::of(branches));
        let (branches, notes) = (Arc::clone(branches), Mutex::new(notes));
        Arc::new(Self { branches, ran, notes, names: Mutex::new(names) })
    }

    /// Which names there are in an evaluation: the References that it gives out begin with the
    /// prefix, if they are not numbers.
    pub(crate) fn expect(&self, prefix: Option<&str>, item: &Item) {
        lock(&self.names).expect(prefix, item);
    }

    /// Notes what an order of these texts depends on, which were compared in this thread: not
    /// where the host compares them, which puts all keys in order.
    ///
    /// # Safety
    /// `state` must be running.
    pub(crate) unsafe fn note_order(&self, state: *mut lua_State, texts: [&[u8]; 2]) {
        let what = {
            let names = lock(&self.names);
            let is_any = |is: &dyn Fn(&[u8]) -> bool| texts.iter().any(|text| is(text));
            match (is_any(&|text| names.is_reference(text)), is_any(&|text| names.is_address(text)))
            {
                (true, _) => Dependence::Reference,
                (_, true) => Dependence::Address,
                _ => return,
            }
        };
        // SAFETY: as for this function.
        unsafe {
            if !is_by_host(state) {
                let place = place(state, &self.branches);
                lock(&self.notes).insert(Note { what, place });
            }
        }
    }

    /// From now on it is noted whether a contract looks into a text that this is part of; whether
    /// one did with the last.
    pub(crate) fn seek(&self, text: &[u8]) -> bool {
        lock(&self.names).seek(text)
    }

    /// What must stand in the place of what was sought last, to be equal to what contracts
    /// compared it with, or to be found where they looked it up.
    pub(crate) fn compared(&self) -> BTreeSet<Vec<u8>> {
        lock(&self.names).compared()
    }

    /// From now on nobody asks what runs.
    pub(crate) fn watch_no_branches(&self) {
        lock(&self.ran).is_unwanted = true;
    }

    pub(crate) fn forget(&self) {
        *lock(&self.ran) = Ran::of(&self.branches);
    }

    /// The lines with code where nothing ran.
    pub(crate) fn unreached(&self) -> BTreeSet<u32> {
        lock(&self.ran).lines.clone()
    }

    /// The branches that ran, by their places among all.
    pub(crate) fn branches(&self) -> BTreeSet<usize> {
        let ran = lock(&self.ran);
        (0..ran.branches.len()).filter(|branch| ran.branches[*branch]).collect()
    }

    /// What was noted.
    pub(crate) fn notes(&self) -> BTreeSet<Note> {
        lock(&self.notes).clone()
    }

    /// The functions for `lua/`:
    ///
    /// - `set(stride, look, thread, sees_branches)` has `look` called after each stride of
    ///   instructions of this or that thread, with what they cost, and may watch branches;
    ///   `clear()` ends it for this one;
    /// - `note(kind)` notes that the contract reads something of that kind;
    /// - `is_reference(value)` says whether that is a Reference of the evaluation, and
    ///   `holds_reference(value)` whether one is part of it;
    /// - `is_heard(target, action)` says whether anybody has that address, and whether they do
    ///   something with such a message;
    /// - `noting(f, of)` is `f`, a function of Lua's own without variables, which notes where it
    ///   is given one of them: by the number `of`, a text that it looks into, a number, or
    ///   something whose type it asks for;
    /// - `enter(thread)` says which thread runs from now on; without one, the handlers' own;
    /// - `too_much(source)` says why that is not compiled, if so;
    /// - `line(number)` is the line that a number stands for, and `code()` the code of the
    ///   contract with these numbers.
    ///
    /// The others are of [`work`].
    pub(crate) fn functions(self: &Arc<Self>, lua: &Lua) -> mlua::Result<Table> {
        let watch = Arc::as_ptr(self);
        // The interpreter keeps it as long as it runs.
        lua.set_app_data(Arc::clone(self));
        // SAFETY: puts an address into the registry and leaves the stack empty.
        unsafe {
            lua.exec_raw::<()>((), |state| {
                lua_pushlightuserdata(state, watch.cast_mut().cast());
                lua_rawsetp(state, LUA_REGISTRYINDEX, key(&WATCH));
            })?;
        }
        let functions = lua.create_table()?;
        functions.raw_set("set", raw(lua, set)?)?;
        functions.raw_set("clear", raw(lua, clear)?)?;
        functions.raw_set("begin", raw(lua, work::begin)?)?;
        functions.raw_set("watched", raw(lua, work::watched)?)?;
        functions.raw_set("look", raw(lua, work::look)?)?;
        functions.raw_set("count", raw(lua, work::count)?)?;
        functions.raw_set("is_exhausted", raw(lua, work::is_exhausted)?)?;
        let too_much = |_: &Lua, text: mlua::LuaString| Ok(too_much(&text.as_bytes()));
        functions.raw_set("too_much", lua.create_function(too_much)?)?;
        functions.raw_set("cost", raw(lua, pattern::cost)?)?;
        functions.raw_set("note", raw(lua, note)?)?;
        functions.raw_set("line", raw(lua, line)?)?;
        functions.raw_set("is_reference", raw(lua, is_reference)?)?;
        functions.raw_set("holds_reference", raw(lua, holds_reference)?)?;
        functions.raw_set("is_heard", raw(lua, is_heard)?)?;
        functions.raw_set("enter", raw(lua, work::enter)?)?;
        functions.raw_set("noting", raw(lua, noting)?)?;
        let branches = Arc::clone(&self.branches);
        let code = move |lua: &Lua, ()| {
            let code = Some(&branches.code).filter(|code| !code.is_empty());
            code.map(|code| lua.create_string(code)).transpose()
        };
        functions.raw_set("code", lua.create_function(code)?)?;
        Ok(functions)
    }
}

fn raw(lua: &Lua, function: mlua::lua_CFunction) -> mlua::Result<Function> {
    // SAFETY: the functions below and those of `work` say how many values they push.
    unsafe { lua.create_c_function(function) }
}

/// What watches this interpreter.
///
/// # Safety
/// `state` must be running a function or a hook.
pub(crate) unsafe fn watch<'a>(state: *mut lua_State) -> &'a Watch {
    // SAFETY: neither call allocates. The address was put there in `functions`, which keeps
    // what is at it as long as anything runs.
    unsafe {
        lua_rawgetp(state, LUA_REGISTRYINDEX, key(&WATCH));
        let watch = lua_touserdata(state, -1);
        lua_settop(state, -2);
        &*watch.cast_const().cast()
    }
}

unsafe extern "C-unwind" fn set(state: *mut lua_State) -> c_int {
    // SAFETY: the arguments are an integer, a function, a thread or nothing, and a boolean. Only
    // `lua_rawsetp` may throw, while nothing here is to be dropped.
    unsafe {
        let stride = c_int::try_from(lua_tointegerx(state, 1, null_mut())).unwrap_or(c_int::MAX);
        let thread = lua_tothread(state, 3);
        let sees_branches = lua_toboolean(state, 4) != 0;
        lua_settop(state, 2);
        lua_rawsetp(state, LUA_REGISTRYINDEX, key(&LOOK));
        let watch = watch(state);
        let is_seeking = lock(&watch.names).is_seeking();
        let wants_lines = sees_branches && (is_seeking || lock(&watch.ran).is_waiting());
        let calls = if watch.branches.is_way_to_start { LUA_MASKCALL } else { 0 };
        let mask = LUA_MASKCOUNT | if wants_lines { LUA_MASKLINE | calls } else { 0 };
        lua_sethook(if thread.is_null() { state } else { thread }, Some(hook), mask, stride);
    }
    0
}

pub(crate) unsafe extern "C-unwind" fn clear(state: *mut lua_State) -> c_int {
    // SAFETY: only sets fields of the thread.
    unsafe { lua_sethook(state, None, 0, 0) };
    0
}

unsafe extern "C-unwind" fn hook(state: *mut lua_State, event: *mut lua_Debug) {
    // SAFETY: Lua gives the event, and room on the stack. `lua_call` may throw what the
    // function throws: nothing here is to be dropped then.
    unsafe {
        if (*event).event == LUA_HOOKLINE {
            return note_piece(state, event);
        }
        if [LUA_HOOKCALL, LUA_HOOKTAILCALL].contains(&(*event).event) {
            let call = (*event.cast::<Event>()).call as usize;
            return lock(&watch(state).ran).begin(call);
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
        lua_pushinteger(state, crowd(state, event));
        lua_call(state, 2, 0);
    }
}

/// `lua_Debug` as `lua.h` of Lua 5.3 has it: mlua does not show the last field.
#[repr(C)]
pub(crate) struct Event {
    kind: c_int,
    names: [*const c_char; 4],
    lines: [c_int; 3],
    counts: [c_uchar; 4],
    source: [c_char; 60],
    pub(crate) call: *mut c_void,
}

const _: () = assert!(
    size_of::<Event>() == size_of::<lua_Debug>()
        && offset_of!(Event, lines) == offset_of!(lua_Debug, currentline)
        && offset_of!(Event, counts) == offset_of!(lua_Debug, nups)
        && offset_of!(Event, source) == offset_of!(lua_Debug, short_src)
);

/// # Safety
/// As for a hook that Lua calls for a line.
unsafe fn note_piece(state: *mut lua_State, event: *mut lua_Debug) {
    // SAFETY: the event says which number stands in the place of the line, -1 if the code has
    // none. The last field is an address, which is only compared.
    unsafe {
        let Ok(number) = u32::try_from((*event).currentline) else { return };
        let Some(place) = Branches::place_of(number) else { return };
        let call = (*event.cast::<Event>()).call as usize;
        let watch = watch(state);
        lock(&watch.ran).see(&watch.branches, place, number, call);
        let Some(piece) = watch.branches.pieces.get(place) else { return };
        if let Some(asked) = piece.asked {
            note_look_up(state, event, asked, piece.look_up.as_ref());
        }
        if let Some(register) = piece.measures {
            note_length(state, event, register);
        }
        if let Some(operands) = &piece.compares {
            note_comparison(state, event, operands);
        }
    }
}

/// Pushes the value of a register of the call that the event is of; whether there is one.
///
/// # Safety
/// As for a hook that Lua calls for a line, with room on the stack.
unsafe fn push_register(state: *mut lua_State, event: *mut lua_Debug, register: usize) -> bool {
    let place = c_int::try_from(register + 1).unwrap_or(c_int::MAX);
    // SAFETY: it allocates nothing, and pushes nothing where it returns nothing.
    unsafe { !lua_getlocal(state, event, place).is_null() }
}

/// # Safety
/// As for a hook that Lua calls for a line, before the look-up.
unsafe fn note_look_up(
    state: *mut lua_State,
    event: *mut lua_Debug,
    (table, key): Asked,
    look_up: Option<&LookUp>,
) {
    // SAFETY: a hook has room for a few values, which are popped. Nothing that is called
    // allocates or throws, as only what is a table is asked for the key.
    unsafe {
        let (watch, top) = (watch(state), lua_gettop(state));
        let is_known = look_up.is_none_or(|ways| {
            let ran = lock(&watch.ran);
            [ways.found, ways.missing].iter().all(|way| ran.branches[*way])
        });
        if is_known && !lock(&watch.names).is_seeking() {
            return;
        }
        let has_table = match table {
            Place::Register(register) => push_register(state, event, register),
            Place::Upvalue(place) => {
                lua_getinfo(state, c"f".as_ptr(), event);
                let place = c_int::try_from(place + 1).unwrap_or(c_int::MAX);
                !lua_getupvalue(state, -1, place).is_null()
            }
        };
        let is_table = has_table && lua_type(state, -1) == LUA_TTABLE;
        if is_table && push_register(state, event, key) {
            note_keys(state, watch);
            if let Some(look_up) = look_up {
                note_ways(state, watch, look_up);
            }
        }
        lua_settop(state, top);
    }
}

/// Which way a look-up goes: the table, which has a key, and the key behind it lie on the stack.
///
/// # Safety
/// As for `note_look_up`.
unsafe fn note_ways(state: *mut lua_State, watch: &Watch, look_up: &LookUp) {
    // SAFETY: as there.
    unsafe {
        let is_text = lua_type(state, -1) == LUA_TSTRING;
        lua_rawget(state, -2);
        let is_found = lua_type(state, -1) != LUA_TNIL;
        let throws = look_up.throws && !has_own_meta(state, -2);
        let mut ran = lock(&watch.ran);
        if is_found {
            ran.see_branch(look_up.found);
        }
        // A list has what it is gone through for.
        if !is_found || !is_text || throws {
            ran.see_branch(look_up.missing);
        }
    }
}

/// Keys of a table that are looked at.
const MOST_KEYS: usize = 1000;

/// Where what is sought is looked up: the table, which has a key, and the text behind it lie on
/// the stack.
///
/// # Safety
/// As for `note_look_up`.
unsafe fn note_keys(state: *mut lua_State, watch: &Watch) {
    // SAFETY: as there. `lua_next` only throws for what is no key of the table.
    unsafe {
        let (table, top) = (lua_gettop(state) - 1, lua_gettop(state));
        let mut names = lock(&watch.names);
        let Some(sought) = text(state, top).filter(|text| names.holds_sought(text)) else { return };
        lua_pushnil(state);
        for _ in 0..MOST_KEYS {
            if lua_next(state, table) == 0 {
                break;
            }
            lua_settop(state, -2);
            if let Some(key) = text(state, -1) {
                names.compare(sought, key);
            }
        }
        lua_settop(state, top);
    }
}

/// Where what is sought is compared with another text.
///
/// # Safety
/// As for `note_look_up`.
unsafe fn note_comparison(state: *mut lua_State, event: *mut lua_Debug, operands: &[Operand; 2]) {
    // SAFETY: as there; the texts are not changed while they are on the stack.
    unsafe {
        let top = lua_gettop(state);
        let text_of = |operand| text_of(state, event, operand);
        if lock(&watch(state).names).is_seeking()
            && let (Some(one), Some(other)) = (text_of(&operands[0]), text_of(&operands[1]))
        {
            let mut names = lock(&watch(state).names);
            names.compare(one, other);
            names.compare(other, one);
        }
        lua_settop(state, top);
    }
}

/// The text that is compared; one in a register is then on the stack.
///
/// # Safety
/// As for `note_look_up`; and only as long as what is on the stack stays there.
unsafe fn text_of(
    state: *mut lua_State,
    event: *mut lua_Debug,
    operand: &Operand,
) -> Option<&[u8]> {
    match operand {
        Operand::Text(text) => Some(text),
        // SAFETY: as the caller says.
        Operand::Register(register) => unsafe {
            push_register(state, event, *register).then(|| text(state, lua_gettop(state)))?
        },
    }
}

/// Where the length of a text is taken that is sought.
///
/// # Safety
/// As for `note_look_up`.
unsafe fn note_length(state: *mut lua_State, event: *mut lua_Debug, register: usize) {
    // SAFETY: as there; the text is not changed while it is on the stack.
    unsafe {
        let top = lua_gettop(state);
        if push_register(state, event, register) {
            let mut names = lock(&watch(state).names);
            if let Some(text) = text(state, -1) {
                names.look_into(text);
            }
        }
        lua_settop(state, top);
    }
}

unsafe extern "C-unwind" fn line(state: *mut lua_State) -> c_int {
    // SAFETY: the argument is an integer, and there is room for another.
    unsafe {
        let given = lua_tointegerx(state, 1, null_mut());
        let line = u32::try_from(given).map(|number| watch(state).branches.line(number));
        lua_pushinteger(state, line.map_or(given, mlua::Integer::from));
    }
    1
}

unsafe extern "C-unwind" fn note(state: *mut lua_State) -> c_int {
    // SAFETY: the argument is an integer.
    unsafe {
        let kind = usize::try_from(lua_tointegerx(state, 1, null_mut()) - 1).unwrap_or(usize::MAX);
        if let Some(what) = Dependence::ALL.get(kind) {
            add_note(state, *what);
        }
    }
    0
}

/// # Safety
/// `state` must be running a function.
unsafe fn add_note(state: *mut lua_State, what: Dependence) {
    // SAFETY: as for this function.
    unsafe {
        let watch = watch(state);
        let place = place(state, &watch.branches);
        lock(&watch.notes).insert(Note { what, place });
    }
}

/// The bytes of the text at this place of the stack.
///
/// # Safety
/// Only as long as the text stays there.
pub(crate) unsafe fn text<'a>(state: *mut lua_State, at: c_int) -> Option<&'a [u8]> {
    // SAFETY: of a text, which is not changed, `lua_tolstring` gives the place and the length.
    unsafe {
        if lua_type(state, at) != LUA_TSTRING {
            return None;
        }
        let mut length = 0;
        let bytes = lua_tolstring(state, at, &raw mut length);
        Some(std::slice::from_raw_parts(bytes.cast(), length))
    }
}

unsafe extern "C-unwind" fn is_reference(state: *mut lua_State) -> c_int {
    // SAFETY: the function has an argument or none, and there is room for what it returns.
    unsafe {
        let is_one = is_any(state, Names::is_reference);
        lua_pushboolean(state, c_int::from(is_one));
    }
    1
}

unsafe extern "C-unwind" fn holds_reference(state: *mut lua_State) -> c_int {
    // SAFETY: as above.
    unsafe {
        let is_one = is_any(state, Names::holds_reference);
        lua_pushboolean(state, c_int::from(is_one));
    }
    1
}

unsafe extern "C-unwind" fn is_heard(state: *mut lua_State) -> c_int {
    // SAFETY: the first argument is a text, and there is room for what it returns.
    unsafe {
        let (target, action) = (text(state, 1).unwrap_or_default(), text(state, 2));
        let (is_here, is_heard) = {
            let names = lock(&watch(state).names);
            (names.is_here(target), names.is_heard(target, action.unwrap_or_default()))
        };
        lua_pushboolean(state, c_int::from(is_here));
        lua_pushboolean(state, c_int::from(is_heard));
    }
    2
}

unsafe extern "C-unwind" fn noting(state: *mut lua_State) -> c_int {
    // SAFETY: the arguments are a function in C, which stands in the place of the first
    // variable, and a number, which chooses the function around it.
    unsafe {
        let noted = match lua_tointegerx(state, 2, null_mut()) {
            1 => noted_text,
            2 => noted_number,
            3 => noted_type,
            _ => noted_reading,
        };
        lua_settop(state, 1);
        lua_pushcclosure(state, noted, 1);
    }
    1
}

unsafe extern "C-unwind" fn noted_text(state: *mut lua_State) -> c_int {
    // SAFETY: as for `run_variable`.
    unsafe {
        if is_any(state, Names::is_reference) {
            add_note(state, Dependence::Reference);
        }
        if is_any(state, Names::is_address) {
            add_note(state, Dependence::Address);
        }
        seek(state);
        run_variable(state)
    }
}

unsafe extern "C-unwind" fn noted_number(state: *mut lua_State) -> c_int {
    // SAFETY: as for `run_variable`.
    unsafe {
        if is_any(state, Names::holds_reference) {
            add_note(state, Dependence::Reference);
        }
        run_variable(state)
    }
}

/// Of what makes another number of each text.
unsafe extern "C-unwind" fn noted_reading(state: *mut lua_State) -> c_int {
    // SAFETY: as for `run_variable`.
    unsafe {
        if is_any(state, Names::is_address) {
            add_note(state, Dependence::Address);
        }
        seek(state);
        noted_number(state)
    }
}

unsafe extern "C-unwind" fn noted_type(state: *mut lua_State) -> c_int {
    // SAFETY: as for `run_variable`.
    unsafe {
        if is_any(state, Names::is_sent) {
            add_note(state, Dependence::Reference);
        }
        run_variable(state)
    }
}

/// Notes whether one of the arguments has what is sought as a part.
///
/// # Safety
/// As for `is_any`.
unsafe fn seek(state: *mut lua_State) {
    // SAFETY: as there.
    unsafe {
        let mut names = lock(&watch(state).names);
        if names.is_seeking() {
            let texts = (1..=lua_gettop(state)).filter_map(|at| text(state, at));
            texts.for_each(|text| names.look_into(text));
        }
    }
}

/// The function that is its variable, which has none of its own.
///
/// # Safety
/// `state` must be running a function that `noting` made of a function in C, which finds on the
/// stack what it was given. That may throw, when nothing here is to be dropped.
unsafe fn run_variable(state: *mut lua_State) -> c_int {
    // SAFETY: as for this function.
    unsafe {
        match lua_tocfunction(state, lua_upvalueindex(1)) {
            Some(function) => function(state),
            None => 0,
        }
    }
}

/// Whether something of this kind is among the arguments.
///
/// # Safety
/// `state` must be running a function in C.
unsafe fn is_any(state: *mut lua_State, is: impl Fn(&Names, &[u8]) -> bool) -> bool {
    // SAFETY: the texts stay where they are meanwhile.
    unsafe {
        let names = lock(&watch(state).names);
        (1..=lua_gettop(state)).filter_map(|at| text(state, at)).any(|text| is(&names, text))
    }
}

/// Whether Lua's own `sort` compares, which only the host calls, by itself or by a function of
/// the host's: its chunks are called "?".
///
/// # Safety
/// `state` must be running.
unsafe fn is_by_host(state: *mut lua_State) -> bool {
    let mut call = MaybeUninit::<lua_Debug>::zeroed();
    // SAFETY: as in `place`.
    unsafe {
        let call = call.as_mut_ptr();
        let kind = |level| {
            if lua_getstack(state, level, call) == 0 {
                return (false, false);
            }
            lua_getinfo(state, c"S".as_ptr(), call);
            let is_c = CStr::from_ptr((*call).what) == c"C";
            (is_c, CStr::from_ptr((*call).source) == c"=?")
        };
        let (is_c, is_host) = kind(0);
        is_c || is_host && kind(1).0
    }
}

/// The innermost line of a contract's file on the stack.
///
/// # Safety
/// `state` must be running a function.
unsafe fn place(state: *mut lua_State, branches: &Branches) -> Option<(String, u32)> {
    let mut call = MaybeUninit::<lua_Debug>::zeroed();
    // SAFETY: zeros are a `lua_Debug`. Lua fills in what it is asked for, and neither call
    // throws. A source lives as long as the function that it is of.
    unsafe {
        let call = call.as_mut_ptr();
        (0..).map_while(|level| (lua_getstack(state, level, call) == 1).then_some(())).find_map(
            |()| {
                lua_getinfo(state, c"Sl".as_ptr(), call);
                let source = CStr::from_ptr((*call).source).to_string_lossy();
                let line = u32::try_from((*call).currentline).ok()?;
                Some((source.strip_prefix('@')?.to_owned(), branches.line(line)))
            },
        )
    }
}
