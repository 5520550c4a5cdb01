//! What compiled Lua 5.3 says of itself: which lines have code, and what it may read or assign.
//!
//! The form is that of `ldump.c` of Lua 5.3, on the machine that made it.

use std::collections::BTreeSet;

/// Facts of a compiled function and all functions inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Code {
    /// Whether some function assigns to a variable of an outer one.
    pub(crate) assigns: bool,
    /// The lines that have code.
    pub(crate) lines: BTreeSet<u32>,
}

/// Behind the signature: version, format, a check of six bytes, five sizes, two numbers.
const HEADER: usize = 4 + 2 + 6 + 5 + 8 + 8;
const OP_RETURN: u32 = 38;
const OP_SETUPVAL: u32 = 9;

impl Code {
    /// The facts of what `string.dump` gave; nothing if it is not of this form.
    pub(crate) fn of(dump: &[u8]) -> Option<Self> {
        let mut code = Self::default();
        let mut reader = Reader(dump.strip_prefix(b"\x1bLua\x53")?);
        reader.skip(HEADER - 5 + 1)?;
        reader.function(&mut code)?;
        Some(code)
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn skip(&mut self, n: usize) -> Option<()> {
        self.take(n).map(|_| ())
    }

    fn byte(&mut self) -> Option<u8> {
        Some(self.take(1)?[0])
    }

    fn int(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.int()?).ok()
    }

    /// A text: its length plus one, in one byte or, behind 255, in eight.
    fn text(&mut self) -> Option<()> {
        let size = match self.byte()? {
            0 => return Some(()),
            255 => u64::from_le_bytes(self.take(8)?.try_into().ok()?),
            size => u64::from(size),
        };
        self.skip(usize::try_from(size.checked_sub(1)?).ok()?)
    }

    fn constant(&mut self) -> Option<()> {
        match self.byte()? {
            0 => Some(()),
            1 => self.skip(1),
            3 | 19 => self.skip(8),
            4 | 20 => self.text(),
            _ => None,
        }
    }

    fn function(&mut self, code: &mut Code) -> Option<()> {
        self.text()?;
        self.skip(4 + 4 + 3)?;
        let count = self.count()?;
        let instructions: Option<Vec<u32>> = (0..count).map(|_| self.int()).collect();
        let operations: Vec<u32> = instructions?.into_iter().map(|one| one & 63).collect();
        code.assigns |= operations.contains(&OP_SETUPVAL);
        for _ in 0..self.count()? {
            self.constant()?;
        }
        let upvalues = self.count()?;
        self.skip(2 * upvalues)?;
        for _ in 0..self.count()? {
            self.function(code)?;
        }
        self.debug(code, &operations)
    }

    fn debug(&mut self, code: &mut Code, operations: &[u32]) -> Option<()> {
        for place in 0..self.count()? {
            let line = self.int()?;
            // The return behind a function's end is not the author's.
            let is_end = place + 1 == operations.len() && operations[place] == OP_RETURN;
            if !is_end {
                code.lines.insert(line);
            }
        }
        for _ in 0..self.count()? {
            self.text()?;
            self.skip(8)?;
        }
        for _ in 0..self.count()? {
            self.text()?;
        }
        Some(())
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
    fn lines_with_code_are_counted_and_others_are_not() {
        let source = "-- words\nlocal n = 1\n\nfunction f()\n  return n\nend\n";
        let lines: Vec<u32> = code(source).lines.into_iter().collect();
        assert_eq!(lines, [2, 5, 6]);
    }

    #[test]
    fn what_is_no_dump_is_refused() {
        assert_eq!(Code::of(b""), None);
        assert_eq!(Code::of(b"\x1bLua\x53"), None);
        let dump = mlua::Lua::new().load("local s = 'text'; return s .. 1.5").into_function();
        let dump = dump.expect("it compiles").dump(false);
        for length in 0..dump.len() {
            assert_eq!(Code::of(&dump[..length]), None, "cut at {length}");
        }
    }
}
