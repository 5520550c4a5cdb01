//! A function of Lua as `string.dump` writes it, with its parts where they stand in the dump.

use crate::bytecode::{Constant, HEADER, Instruction, Reader, SIGNATURE};

/// A variable of a function: its register, and between which instructions it is there.
pub(crate) struct Local<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) register: usize,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Local<'_> {
    pub(crate) fn is_at(&self, place: usize) -> bool {
        (self.start..self.end).contains(&place)
    }
}

/// A compiled function.
#[derive(Default)]
pub(crate) struct Proto<'a> {
    pub(crate) bytes: &'a [u8],
    /// The line on which it begins.
    pub(crate) line: u32,
    pub(crate) code: Vec<Instruction>,
    pub(crate) constants: Vec<Constant<'a>>,
    /// Its variables that are others': whether of the function around it, and which.
    pub(crate) upvalues: Vec<(bool, usize)>,
    pub(crate) inner: Vec<Self>,
    /// The line of each instruction.
    pub(crate) lines: Vec<u32>,
    pub(crate) locals: Vec<Local<'a>>,
    pub(crate) is_vararg: bool,
    /// Where in the dump the count of parameters, of instructions, of lines and of variables is.
    pub(crate) counts_at: [usize; 4],
    /// Where in the dump the variables end.
    pub(crate) locals_end: usize,
}

impl<'a> Proto<'a> {
    /// Of what `string.dump` gave; nothing if it is not of that form, or has no lines.
    pub(crate) fn of(dump: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(dump.strip_prefix(SIGNATURE)?);
        reader.skip(HEADER - SIGNATURE.len() + 1)?;
        Self::read(dump, &mut reader)
    }

    fn read(dump: &'a [u8], reader: &mut Reader<'a>) -> Option<Self> {
        let here = |reader: &Reader<'_>| dump.len() - reader.0.len();
        let mut read = Self::default();
        let start = reader.0;
        reader.text()?;
        read.line = reader.int()?;
        reader.skip(4)?;
        read.counts_at[0] = here(reader);
        read.is_vararg = *reader.0.get(1)? != 0;
        reader.skip(3)?;
        read.counts_at[1] = here(reader);
        let count = reader.count()?;
        read.code = (0..count).map(|_| reader.int().map(Instruction)).collect::<Option<_>>()?;
        let count = reader.count()?;
        read.constants = (0..count).map(|_| reader.constant()).collect::<Option<_>>()?;
        for _ in 0..reader.count()? {
            let (is_outer, which) = (*reader.0.first()?, *reader.0.get(1)?);
            read.upvalues.push((is_outer != 0, which.into()));
            reader.skip(2)?;
        }
        let count = reader.count()?;
        read.inner = (0..count).map(|_| Self::read(dump, reader)).collect::<Option<_>>()?;
        read.counts_at[2] = here(reader);
        let count = reader.count()?;
        read.lines = (0..count).map(|_| reader.int()).collect::<Option<_>>()?;
        read.counts_at[3] = here(reader);
        for _ in 0..reader.count()? {
            let (name, start, end) = (reader.text()?, reader.count()?, reader.count()?);
            let register = read.locals.iter().filter(|local| local.is_at(start)).count();
            read.locals.push(Local { name, register, start, end });
        }
        read.locals_end = here(reader);
        for _ in 0..reader.count()? {
            reader.text()?;
        }
        read.bytes = &start[..start.len() - reader.0.len()];
        let is_whole = !read.code.is_empty() && read.lines.len() == read.code.len();
        is_whole.then_some(read)
    }

    /// Where in the dump its lines are.
    pub(crate) fn lines_at(&self) -> usize {
        self.counts_at[2] + size_of::<u32>()
    }
}
