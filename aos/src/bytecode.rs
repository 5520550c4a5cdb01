//! What compiled Lua 5.3 shows: which lines have code, and what the code may read or assign.
//!
//! The form is that of `ldump.c` of Lua 5.3, on the machine that made it.

use crate::looks::{self, Look};
use crate::opcode::{
    OP_CONCAT, OP_GETTABUP, OP_GETUPVAL, OP_LEN, OP_LOADK, OP_LOADNIL, OP_MOVE, OP_RETURN,
    OP_SETTABUP, OP_SETUPVAL,
};
use std::collections::{BTreeSet, HashMap};

/// Facts of a compiled function and all functions inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
pub(crate) struct Code {
    /// Whether some function assigns to a variable of an outer one.
    pub(crate) assigns: bool,
    /// Whether some function assigns to the variable through which it sees its globals.
    pub(crate) moves_globals: bool,
    /// The lines that have code.
    pub(crate) lines: BTreeSet<u32>,
    /// The texts that stand in it.
    pub(crate) texts: BTreeSet<Vec<u8>>,
    /// The numbers that stand in it, as Lua writes them.
    pub(crate) numbers: BTreeSet<String>,
    /// The globals that it names.
    pub(crate) globals: BTreeSet<Vec<u8>>,
    /// Whether it uses its globals in another way than by names that stand in it.
    pub(crate) uses_environment: bool,
    /// On which lines it looks at what a Reference or an address is made of, without a function.
    pub(crate) looks: BTreeSet<(Look, u32)>,
    /// Variables of others whose length a function takes; with the lines.
    pub(crate) measured: BTreeSet<(Vec<u8>, u32)>,
    /// Variables, with the texts that the code sets them to.
    pub(crate) set_to: BTreeSet<(Vec<u8>, Vec<u8>)>,
    /// Whether it uses `#`.
    pub(crate) measures: bool,
}

/// Behind the signature: version, format, a check of six bytes, five sizes, two numbers.
pub(crate) const HEADER: usize = 4 + 2 + 6 + 5 + 8 + 8;
/// What every dump of Lua 5.3 begins with.
pub(crate) const SIGNATURE: &[u8] = b"\x1bLua\x53";
/// Operands from here on stand for constants.
const FIRST_CONSTANT: usize = 256;
/// Longer texts that are put together are no words.
const LONGEST_JOINED: usize = 4096;

impl Code {
    /// The facts of what `string.dump` gave; nothing if it is not of this form.
    pub(crate) fn of(dump: &[u8]) -> Option<Self> {
        let mut code = Self::default();
        let mut reader = Reader(dump.strip_prefix(SIGNATURE)?);
        reader.skip(HEADER - 5 + 1)?;
        reader.function(&mut code)?;
        Some(code)
    }
}

/// Whether a function that was dumped does nothing but return 0, "0" or nil, whatever it is given.
pub(crate) fn is_nothing(dump: &[u8]) -> bool {
    let read = || {
        let mut reader = Reader(dump.strip_prefix(SIGNATURE)?);
        reader.skip(HEADER - SIGNATURE.len() + 1)?;
        reader.text()?;
        reader.skip(4 + 4 + 3)?;
        let count = reader.count()?;
        let code = (0..count).map(|_| reader.int().map(Instruction)).collect::<Option<Vec<_>>>()?;
        let count = reader.count()?;
        let constants = (0..count).map(|_| reader.constant()).collect::<Option<Vec<_>>>()?;
        let (upvalues, [first, second, _end]) = (reader.count()?, code.try_into().ok()?);
        Some((first, second, constants, upvalues))
    };
    let Some((first, second, constants, upvalues)) = read() else { return false };
    let is_value = match first.operation() {
        OP_LOADK => match constants.get(first.bx()) {
            Some(Constant::Number(number)) => number == "0",
            Some(Constant::Text(text)) => *text == b"0",
            _ => false,
        },
        OP_LOADNIL => first.b() == 0,
        _ => false,
    };
    let returns_it = second.operation() == OP_RETURN && second.a() == first.a() && second.b() == 2;
    is_value && returns_it && upvalues == 0
}

pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn skip(&mut self, n: usize) -> Option<()> {
        self.take(n).map(|_| ())
    }

    fn eight(&mut self) -> Option<[u8; 8]> {
        self.take(8)?.try_into().ok()
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    pub(crate) fn int(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    pub(crate) fn count(&mut self) -> Option<usize> {
        usize::try_from(self.int()?).ok()
    }

    /// A text: its length plus one, in one byte or, behind 255, in eight.
    pub(crate) fn text(&mut self) -> Option<&'a [u8]> {
        let size = match self.byte()? {
            0 => return Some(&[]),
            255 => u64::from_le_bytes(self.take(8)?.try_into().ok()?),
            size => u64::from(size),
        };
        self.take(usize::try_from(size.checked_sub(1)?).ok()?)
    }

    pub(crate) fn constant(&mut self) -> Option<Constant<'a>> {
        match self.byte()? {
            0 => {}
            1 => self.skip(1)?,
            3 => return Some(Constant::Number(format!("{:?}", f64::from_le_bytes(self.eight()?)))),
            19 => return Some(Constant::Number(i64::from_le_bytes(self.eight()?).to_string())),
            4 | 20 => return Some(Constant::Text(self.text()?)),
            _ => return None,
        }
        Some(Constant::Other)
    }

    fn function(&mut self, code: &mut Code) -> Option<()> {
        self.text()?;
        self.skip(4 + 4 + 3)?;
        let count = self.count()?;
        let instructions: Option<Vec<u32>> = (0..count).map(|_| self.int()).collect();
        let instructions: Vec<_> = instructions?.into_iter().map(Instruction).collect();
        let count = self.count()?;
        let constants: Option<Vec<_>> = (0..count).map(|_| self.constant()).collect();
        let upvalues = self.count()?;
        self.skip(2 * upvalues)?;
        for _ in 0..self.count()? {
            self.function(code)?;
        }
        let names = self.debug(code, &instructions)?;
        let constants = constants?;
        for constant in &constants {
            match constant {
                Constant::Text(text) => _ = code.texts.insert(text.to_vec()),
                Constant::Number(number) => _ = code.numbers.insert(number.clone()),
                Constant::Other => {}
            }
        }
        code.note(&instructions, &constants, &names.upvalues);
        code.note_joined(&instructions, &constants);
        code.note_set(&instructions, &constants, &names.locals);
        let looks = looks::of(&instructions, &constants, &names);
        code.looks.extend(looks.found);
        code.measured.extend(looks.variables);
        Some(())
    }

    /// Lines are noted.
    fn debug(&mut self, code: &mut Code, instructions: &[Instruction]) -> Option<Names<'a>> {
        let mut lines = Vec::new();
        for place in 0..self.count()? {
            let line = self.int()?;
            lines.push(line);
            // The return behind a function's end is not the author's.
            let is_end = place + 1 == instructions.len();
            if !is_end || instructions[place].operation() != OP_RETURN {
                code.lines.insert(line);
            }
        }
        let mut locals = Vec::new();
        for _ in 0..self.count()? {
            locals.push((self.text()?, self.count()?));
            self.skip(4)?;
        }
        let count = self.count()?;
        let upvalues = (0..count).map(|_| self.text()).collect::<Option<_>>()?;
        Some(Names { upvalues, locals, lines })
    }
}

/// What the code of a function is called.
pub(crate) struct Names<'a> {
    /// Its variables that are others', in their order.
    pub(crate) upvalues: Vec<&'a [u8]>,
    /// Its own, each with the place of the instruction from which on it is there.
    locals: Vec<(&'a [u8], usize)>,
    /// The line of each instruction.
    pub(crate) lines: Vec<u32>,
}

pub(crate) enum Constant<'a> {
    Text(&'a [u8]),
    Number(String),
    Other,
}

/// An instruction: six bits of operation, then A of eight, C and B of nine.
#[derive(Clone, Copy)]
pub(crate) struct Instruction(pub(crate) u32);

impl Instruction {
    pub(crate) fn operation(self) -> u32 {
        self.0 & 63
    }

    pub(crate) fn a(self) -> usize {
        (self.0 >> 6 & 255) as usize
    }

    /// The place of a constant, or of an inner function.
    pub(crate) fn bx(self) -> usize {
        (self.0 >> 14) as usize
    }

    pub(crate) fn c(self) -> usize {
        (self.0 >> 14 & 511) as usize
    }

    /// The jump that it makes: from the instruction behind it.
    pub(crate) fn jump(self) -> isize {
        isize::try_from(self.0 >> 14).unwrap_or(isize::MAX) - 0x1_ffff
    }

    pub(crate) fn b(self) -> usize {
        (self.0 >> 23 & 511) as usize
    }
}

impl Code {
    fn note(&mut self, code: &[Instruction], constants: &[Constant<'_>], names: &[&[u8]]) {
        let is_globals = |upvalue: usize| names.get(upvalue).is_none_or(|name| *name == b"_ENV");
        for one in code {
            match one.operation() {
                OP_SETUPVAL => {
                    self.assigns = true;
                    self.moves_globals |= is_globals(one.b());
                }
                OP_GETUPVAL if is_globals(one.b()) => self.uses_environment = true,
                OP_GETTABUP if is_globals(one.b()) => self.name(one.c(), constants),
                OP_LEN => self.measures = true,
                OP_SETTABUP if is_globals(one.a()) => self.name(one.b(), constants),
                _ => {}
            }
        }
    }

    /// Notes texts that are put together of texts that stand in the code, as far as reading it
    /// from top to bottom shows that.
    fn note_joined(&mut self, code: &[Instruction], constants: &[Constant<'_>]) {
        let mut known: HashMap<usize, Vec<u8>> = HashMap::new();
        for one in code {
            let text = match one.operation() {
                OP_MOVE => known.get(&one.b()).cloned(),
                OP_LOADK => match constants.get(one.bx()) {
                    Some(Constant::Text(text)) => Some(text.to_vec()),
                    Some(Constant::Number(number)) => Some(number.clone().into_bytes()),
                    _ => None,
                },
                OP_CONCAT => {
                    let parts = (one.b()..=one.c()).map(|place| known.get(&place).cloned());
                    let text = parts.collect::<Option<Vec<_>>>().map(|parts| parts.concat());
                    text.filter(|text| text.len() <= LONGEST_JOINED)
                }
                _ => None,
            };
            if let Some(text) = text.as_ref().filter(|_| one.operation() == OP_CONCAT) {
                self.texts.insert(text.clone());
            }
            match text {
                Some(text) => _ = known.insert(one.a(), text),
                None => _ = known.remove(&one.a()),
            }
        }
    }

    /// Notes the texts that variables are set to: globals, also by `X = X or "text"`, and locals
    /// where they begin.
    fn note_set(
        &mut self,
        code: &[Instruction],
        constants: &[Constant<'_>],
        locals: &[(&[u8], usize)],
    ) {
        let text = |place: usize| match constants.get(place) {
            Some(Constant::Text(text)) => Some(*text),
            _ => None,
        };
        let loaded = |one: &Instruction| {
            Some(one).filter(|one| one.operation() == OP_LOADK).and_then(|one| text(one.bx()))
        };
        let mut set = |name: &[u8], text: &[u8]| self.set_to.insert((name.to_vec(), text.to_vec()));
        for (at, one) in code.iter().enumerate().filter(|(_, one)| one.operation() == OP_SETTABUP) {
            let value = match one.c().checked_sub(FIRST_CONSTANT) {
                Some(place) => text(place),
                None => at.checked_sub(1).and_then(|before| loaded(&code[before])),
            };
            if let (Some(name), Some(value)) =
                (one.b().checked_sub(FIRST_CONSTANT).and_then(text), value)
            {
                set(name, value);
            }
        }
        for (name, start) in locals {
            let before = code.get(..*start).unwrap_or_default().iter().rev();
            before.map_while(loaded).for_each(|value| _ = set(name, value));
        }
    }

    /// Notes the name in an operand that stands for a constant.
    fn name(&mut self, operand: usize, constants: &[Constant<'_>]) {
        match operand.checked_sub(FIRST_CONSTANT).and_then(|place| constants.get(place)) {
            Some(Constant::Text(name)) => _ = self.globals.insert(name.to_vec()),
            _ => self.uses_environment = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(source: &str) -> Code {
        let lua = mlua::Lua::new();
        let function = lua.load(source).into_function().expect("it compiles");
        Code::of(&function.dump(false)).expect("a dump of Lua 5.3")
    }

    #[test]
    fn an_assignment_to_an_outer_variable_is_seen_wherever_it_is() {
        assert!(!code("local n = 1; function f() return n end").assigns);
        assert!(code("local n = 1; function f() return function() n = 2 end end").assigns);
        assert!(!code("function f() n = 2 end").assigns, "a global");
    }

    #[test]
    fn an_assignment_to_the_globals_as_a_whole_is_seen() {
        assert!(code("function f() _ENV = {} end").moves_globals);
        assert!(!code("local n; function f() n, m = _ENV end").moves_globals);
    }

    #[test]
    fn globals_named_by_code_are_listed_or_known_to_be_unknown() {
        let seen = code("return function(m) return m.Action == Wanted and helper(m) end");
        let names: Vec<&[u8]> = seen.globals.iter().map(|name| &**name).collect();
        assert_eq!(names, [b"Wanted" as &[u8], b"helper"]);
        assert!(!seen.uses_environment);
        assert!(code("return function(n) return _ENV[n] end").uses_environment);
        assert!(code("return function(n) local g = _ENV; return g end").uses_environment);
    }

    #[test]
    fn the_operator_of_lengths_is_seen_and_its_character_is_not() {
        assert!(code("function f(t) return #t end").measures);
        assert!(!code("-- #t\nreturn select('#', ...)").measures);
    }

    #[test]
    fn a_text_that_is_put_together_of_texts_is_known() {
        let has = |source: &str, text: &[u8]| code(source).texts.contains(text);
        assert!(has("return function(m) return m.Action == 'Mi' .. 'nt' end", b"Mint"));
        assert!(has(
            "local a, b = 'M', 'i' local c = a .. b return c .. 'n' .. 't' .. 1",
            b"Mint1"
        ));
        assert!(!has("local a = f() return a .. 'nt'", b"Mint"));
        assert!(!has("local a = 'Mi' a = f() return a .. 'nt'", b"Mint"));
    }

    #[test]
    fn lines_with_code_are_counted_and_others_are_not() {
        let source = "-- words\nlocal n = 1\n\nfunction f()\n  return n\nend\n";
        let lines: Vec<u32> = code(source).lines.into_iter().collect();
        assert_eq!(lines, [2, 4, 5, 6], "a function is made where it begins and ends");
    }

    #[test]
    fn what_variables_are_set_to_and_measured_is_known() {
        let seen = code(
            "A = 'a' B = B or 'b' local c, d = 'c', 'd' return function() return #A + #B + #c, d end",
        );
        let text = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
        let measured: Vec<_> = seen.measured.iter().map(|(name, _)| text(name)).collect();
        assert_eq!(measured, ["A", "B", "c"]);
        for (name, value) in [("A", "a"), ("B", "b"), ("c", "c"), ("d", "d")] {
            assert!(seen.set_to.contains(&(name.into(), value.into())), "{name}");
        }
    }

    #[test]
    fn a_function_that_only_returns_nothing_or_zero_is_known() {
        let is = |source: &str| {
            let lua = mlua::Lua::new();
            let function: mlua::Function = lua.load(source).eval().expect("a function");
            is_nothing(&function.dump(false))
        };
        for value in ["0", "nil", "'0'"] {
            assert!(is(&format!("return function() return {value} end")), "{value}");
            assert!(is(&format!("return function(t, name) return {value} end")), "{value}");
        }
        for other in [
            "() return 1 end",
            "() return 0.0 end",
            "() return false end",
            "() return nil, 1 end",
            "() return '' end",
            "(t) return t end",
            "() return zero end",
            "(t, k) t[k] = 1 return 0 end",
            "(t, k) if k == 'mallory' then return 7 end return 0 end",
            "() local n = 0 return 0 end",
        ] {
            assert!(!is(&format!("return function{other}")), "{other}");
        }
        assert!(!is("local zero = 0 return function() return zero end"));
        assert!(!is_nothing(b""));
    }

    #[test]
    fn what_is_no_dump_is_refused() {
        assert_eq!(Code::of(b""), None);
        assert_eq!(Code::of(b"\x1bLua\x53"), None);
        let lua = mlua::Lua::new();
        let function = lua.load("local s = 'text'; return s .. 1.5").into_function();
        let dump = function.expect("it compiles").dump(false);
        for length in 0..dump.len() {
            assert_eq!(Code::of(&dump[..length]), None, "cut at {length}");
        }
    }
}
