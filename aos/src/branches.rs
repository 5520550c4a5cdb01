//! The branches of a contract's code, and the code with its branches in place of its lines.
//!
//! Lua tells a hook when another line begins, and nothing of the branches within a line. So in
//! the code that runs, the table from instructions to lines has a number in the place of each
//! line: it stands for a piece, which is a run of instructions without a jump, on one line.
//! Nothing else of the code differs. Wherever a number could be seen, `limits.lua` and `hook`
//! put the line back.

use crate::bytecode::{Code, Constant};
use crate::conditions::{Condition, conditions};
use crate::joined::Parts;
use crate::opcode::{
    OP_EQ, OP_FORLOOP, OP_FORPREP, OP_JMP, OP_LEN, OP_LOADBOOL, OP_RETURN, OP_TESTSET, OP_TFORLOOP,
};
use crate::proto::Proto;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

mod jumps;
mod look_ups;

pub(crate) use look_ups::{Asked, LookUp, Place};

/// The numbers of pieces begin here: no file has as many lines.
const FIRST: u32 = 1 << 30;

/// Which way through the code a branch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// Into a function.
    Call,
    /// Into what a condition lets run.
    Then,
    /// Around what a condition lets run: into its `else`, or behind its `end`.
    Else,
    /// Into the right side of `and` or `or`.
    Right,
    /// Around it: the left side decided.
    Left,
    /// Into the body of a loop.
    Loop,
    /// Behind a loop.
    Behind,
    /// To the value true of a comparison that decides nothing itself: what is done with that
    /// value may, say as a key of a table.
    True,
    /// To its value false.
    False,
    /// To an entry that a table has under a text that is not written there: what is done with
    /// the value may differ from what is done with none.
    Found,
    /// To none, as the table has nothing under that.
    Missing,
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Call => "function",
            Self::Then => "then",
            Self::Else => "else",
            Self::Right => "right of and/or",
            Self::Left => "left of and/or alone",
            Self::Loop => "loop",
            Self::Behind => "after the loop",
            Self::True => "comparison, true",
            Self::False => "comparison, false",
            Self::Found => "look-up, found",
            Self::Missing => "look-up, missing",
        })
    }
}

/// A branch: a way that code can go on from a condition, a comparison or a look-up in a table, or
/// into a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The line of the condition, comparison, look-up or loop, or where the function begins.
    pub line: u32,
    pub way: Way,
    /// The function that it is in: the branch into that.
    pub function: usize,
    /// For a branch into a function: the branch into the function around it.
    pub outer: Option<usize>,
    /// For a look-up: its other branch. If neither ran, the look-up never ran.
    pub other: Option<usize>,
}

impl Branch {
    /// Whether this one, by its place among all, never ran where it could have: the function
    /// that it is in did, and so did the look-up that it leads from (where that never ran,
    /// another branch says so).
    pub fn is_missed(place: usize, all: &[Self], ran: &BTreeSet<usize>) -> bool {
        let branch = &all[place];
        !ran.contains(&place)
            && (branch.way == Way::Call || ran.contains(&branch.function))
            && branch.other.is_none_or(|other| ran.contains(&other))
    }
}

/// A piece: what a number stands for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Piece {
    pub(crate) line: u32,
    /// The branch into the function that begins with it.
    pub(crate) entry: Option<usize>,
    /// The branches from the condition that it ends with: where each leads.
    pub(crate) ways: Option<[(u32, usize); 2]>,
    /// What it looks up, if that is all that it does; and the branches from there.
    pub(crate) asked: Option<Asked>,
    pub(crate) look_up: Option<LookUp>,
    /// The register whose length it takes, if that is all that it does.
    pub(crate) measures: Option<usize>,
    /// What it asks to be equal, if that is all that it does.
    pub(crate) compares: Option<[Operand; 2]>,
}

/// What is compared: what is in a register, or a text of the code.
#[derive(Clone, Debug)]
pub(crate) enum Operand {
    Register(usize),
    Text(Vec<u8>),
}

/// The branches of a contract.
#[derive(Debug, Default)]
pub(crate) struct Branches {
    /// The code, with numbers of pieces for its lines.
    pub(crate) code: Vec<u8>,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) all: Vec<Branch>,
    /// The lines that have code.
    pub(crate) lines: BTreeSet<u32>,
    /// Whether a way leads to where a function begins. Elsewhere, what a call that broke off was
    /// about to do is no way into the next.
    pub(crate) is_way_to_start: bool,
    /// The first line of the main file.
    first: u32,
    /// The conditions of the text.
    conditions: Vec<Condition>,
}

impl Branches {
    /// Of what `string.dump` gave of a text; nothing if it is not of that form.
    pub(crate) fn of(dump: &[u8], text: &str) -> Option<Self> {
        let main = Proto::of(dump)?;
        let lines = Code::of(dump)?.lines;
        let conditions = conditions(text);
        let first = Parts::of(text).all().last().map_or(1, |main| main.mark + 1);
        let mut branches =
            Self { code: dump.to_vec(), lines, first, conditions, ..Self::default() };
        branches.add(&main, None, &mut HashMap::new())?;
        branches.name_sides();
        Some(branches)
    }

    /// `x = x or 1` and `if not x then x = 1 end` are the same code: the text tells them apart.
    fn name_sides(&mut self) {
        let conditions = &self.conditions;
        for branch in &mut self.all {
            let is_condition = conditions.iter().any(|one| one.lines.contains(&branch.line));
            branch.way = match (branch.way, is_condition) {
                (Way::Then, false) => Way::Right,
                (Way::Else, false) => Way::Left,
                (way, _) => way,
            };
        }
    }

    /// The piece that a number stands for.
    pub(crate) fn place_of(number: u32) -> Option<usize> {
        usize::try_from(number.checked_sub(FIRST)?).ok()
    }

    /// The line that a number stands for, which may be a line.
    pub(crate) fn line(&self, number: u32) -> u32 {
        let piece = Self::place_of(number).and_then(|place| self.pieces.get(place));
        piece.map_or(number, |piece| piece.line)
    }

    /// Functions of equal code have the same numbers, as states cannot tell them apart.
    fn add<'a>(
        &mut self,
        proto: &Proto<'a>,
        outer: Option<usize>,
        known: &mut HashMap<&'a [u8], (u32, usize)>,
    ) -> Option<()> {
        let first = u32::try_from(self.pieces.len()).ok()? + FIRST;
        let (first, entry) = *known.entry(proto.bytes).or_insert((first, self.all.len()));
        let pieces = proto.pieces();
        if entry == self.all.len() {
            self.note(proto, (first, &pieces), outer);
        }
        for (pc, piece) in pieces.iter().enumerate() {
            let number = (first + u32::try_from(*piece).ok()?).to_le_bytes();
            self.code.get_mut(proto.lines_at() + 4 * pc..)?.get_mut(..4)?.copy_from_slice(&number);
        }
        proto.inner.iter().try_for_each(|inner| self.add(inner, Some(entry), known))
    }

    fn note(&mut self, proto: &Proto<'_>, (first, pieces): (u32, &[usize]), outer: Option<usize>) {
        let (function, start) = (self.all.len(), self.pieces.len());
        let line = if proto.line == 0 { self.first } else { proto.line };
        self.all.push(Branch { line, way: Way::Call, function, outer, other: None });
        let count = pieces.iter().max().map_or(0, |last| last + 1);
        self.pieces.resize(start + count, Piece::default());
        for (pc, piece) in pieces.iter().enumerate() {
            self.pieces[start + piece].line = proto.lines[pc];
        }
        self.pieces[start].entry = Some(function);
        let mut forks: Vec<_> = proto.forks().collect();
        jumps::name(&mut forks, &proto.lines, &self.conditions);
        for fork in forks {
            let line = proto.lines[fork.at];
            let mut way = |(target, way): (usize, Way)| {
                let number = first + u32::try_from(pieces[target]).unwrap_or_default();
                self.all.push(Branch { line, way, function, outer: None, other: None });
                (number, self.all.len() - 1)
            };
            let ways = fork.ways.map(&mut way);
            self.is_way_to_start |= ways.iter().any(|(number, _)| *number == first);
            self.pieces[start + pieces[fork.at]].ways = Some(ways);
        }
        for (at, one) in proto.code.iter().enumerate() {
            let piece = start + pieces[at];
            if one.operation() == OP_LEN {
                self.pieces[piece].measures = Some(one.b());
            }
            if let Some(operands) = proto.compared(at) {
                self.pieces[piece].compares = Some(operands);
            }
            let Some(asked) = look_ups::asked(&proto.code, at) else { continue };
            self.pieces[piece].asked = Some(asked);
            if look_ups::is_asked_for(&proto.code, at) {
                continue;
            }
            let (line, found) = (proto.lines[at], self.all.len());
            let ways = [(Way::Found, found + 1), (Way::Missing, found)];
            let branch =
                |(way, other)| Branch { line, way, function, outer: None, other: Some(other) };
            self.all.extend(ways.map(branch));
            let throws = look_ups::throws(&proto.code, at);
            let missing = found + 1;
            self.pieces[piece].look_up = Some(LookUp { throws, found, missing });
        }
    }
}

/// A condition: the place of its instruction, and where it leads.
struct Fork {
    at: usize,
    ways: [(usize, Way); 2],
    /// Whether it makes a value, and decides over no block.
    is_value: bool,
}

impl Proto<'_> {
    fn operation(&self, at: usize) -> Option<u32> {
        self.code.get(at).map(|one| one.operation())
    }

    /// Where the instruction at this place jumps to.
    fn target(&self, at: usize) -> Option<usize> {
        let target = at.checked_add(1)?.checked_add_signed(self.code.get(at)?.jump())?;
        (target < self.code.len()).then_some(target)
    }

    /// What the instruction at this place asks to be equal, if it may be two texts.
    fn compared(&self, at: usize) -> Option<[Operand; 2]> {
        let one = self.code.get(at).filter(|one| one.operation() == OP_EQ)?;
        let operand = |operand: usize| match operand.checked_sub(look_ups::FIRST_CONSTANT) {
            None => Some(Operand::Register(operand)),
            Some(place) => match self.constants.get(place)? {
                Constant::Text(text) => Some(Operand::Text(text.to_vec())),
                Constant::Number(_) | Constant::Other => None,
            },
        };
        Some([operand(one.b())?, operand(one.c())?])
    }

    /// The number of each instruction's piece, counted from 0 in the order of the code.
    fn pieces(&self) -> Vec<usize> {
        let mut starts = BTreeSet::new();
        for (at, one) in self.code.iter().enumerate() {
            match one.operation() {
                OP_JMP | OP_FORLOOP | OP_FORPREP | OP_TFORLOOP => {
                    starts.extend([Some(at + 1), self.target(at)].into_iter().flatten());
                }
                OP_EQ if self.compared(at).is_some() => starts.extend([at, at + 2]),
                OP_EQ..=OP_TESTSET => _ = starts.insert(at + 2),
                OP_LOADBOOL if one.c() != 0 => starts.extend([at + 1, at + 2]),
                OP_RETURN => _ = starts.insert(at + 1),
                OP_LEN => starts.extend([at, at + 1]),
                _ if look_ups::asked(&self.code, at).is_some() => starts.extend([at, at + 1]),
                _ => {}
            }
        }
        let (mut numbers, mut block, mut known) = (Vec::new(), 0, BTreeMap::new());
        for (at, line) in self.lines.iter().enumerate() {
            block += usize::from(starts.contains(&at));
            let next = known.len();
            numbers.push(*known.entry((block, *line)).or_insert(next));
        }
        numbers
    }

    fn forks(&self) -> impl Iterator<Item = Fork> {
        let found: Vec<_> = (0..self.code.len()).filter_map(|at| self.fork(at)).collect();
        // What the left side of an `or` jumps to is what the right side lets run.
        let runs: BTreeMap<usize, usize> =
            found.iter().map(|fork| (fork.ways[0].0, fork.at)).collect();
        found.into_iter().map(move |mut fork| {
            if let [(_, into @ Way::Then), (around, past @ Way::Else)] = &mut fork.ways
                && runs.get(around).is_some_and(|right| *right > fork.at)
            {
                (*into, *past) = (Way::Right, Way::Left);
            }
            fork
        })
    }

    fn fork(&self, at: usize) -> Option<Fork> {
        let [into, around] = match self.operation(at)? {
            OP_FORLOOP | OP_TFORLOOP => [self.target(at)?, at + 1],
            OP_EQ..=OP_TESTSET => [at + 2, self.target(at + 1)?],
            _ => return None,
        };
        if into == around {
            return None;
        }
        let values = [into, around].map(|target| self.value(target));
        let [then, past] = match values {
            [Some(one), Some(other)] => [one, other],
            [None, None] => self.kinds(at, around),
            // Such as `a == b and c`, where nobody asks whether that holds.
            _ => [Way::Right, Way::Left],
        };
        let is_value = values.iter().any(Option::is_some);
        Some(Fork { at, ways: [(into, then), (around, past)], is_value })
    }

    fn kinds(&self, at: usize, around: usize) -> [Way; 2] {
        match self.operation(at) {
            Some(OP_FORLOOP | OP_TFORLOOP) => return [Way::Loop, Way::Behind],
            Some(OP_TESTSET) => return [Way::Right, Way::Left],
            _ => {}
        }
        if around <= at {
            // `repeat`: what the condition lets run is what follows.
            return [Way::Behind, Way::Loop];
        }
        let is_back = |end: usize| {
            self.operation(end) == Some(OP_JMP) && self.target(end).is_some_and(|to| to <= at)
        };
        // A `while` has a jump back at its end.
        if is_back(around - 1) { [Way::Loop, Way::Behind] } else { [Way::Then, Way::Else] }
    }

    /// Which value of a comparison an instruction makes, if that is what it does.
    fn value(&self, at: usize) -> Option<Way> {
        let is_first = |at: usize| {
            let one = self.code.get(at);
            one.is_some_and(|one| one.operation() == OP_LOADBOOL && one.c() != 0)
        };
        let one = self.code.get(at).filter(|one| one.operation() == OP_LOADBOOL)?;
        let makes_one = is_first(at) || at.checked_sub(1).is_some_and(is_first);
        makes_one.then_some(if one.b() == 0 { Way::False } else { Way::True })
    }
}
