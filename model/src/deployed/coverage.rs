//! What ran of a contract's file, and what its evaluations read that was tried in one way.

use super::workshop::{Workshop, lock};
use aos::{Branch, Machine, Note, Program, Way};
use std::collections::BTreeSet;

/// What ran of a handler, with the functions inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The file that it is in: the contract's, or a module.
    pub file: String,
    /// The handler's name; empty for what belongs to none.
    pub handler: String,
    /// Whether it was called. To add it to the list of handlers is no call.
    pub is_entered: bool,
    /// How many branches it has: its own beginning and that of each function inside it, and two
    /// ways from each condition, comparison, loop, and look-up whose value decides.
    pub branches: usize,
    /// How many of them ran.
    pub ran: usize,
    /// Those that never ran, by line, except for those of functions that were never called. Several
    /// on one line can be alike.
    pub missed: Vec<Missed>,
    /// Its lines with code that never ran, counted from 1.
    pub lines_missed: Vec<u32>,
    /// Those of them that a missed branch does not explain: the line before ran, and went no
    /// further, as what waits for a message.
    pub stopped_before: Vec<u32>,
    /// How many lines with code it has.
    pub lines: usize,
}

/// What ran of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Branches, by their places among [all](aos::Program::branches).
    pub branches: BTreeSet<usize>,
    /// Lines with code, counted from 1.
    pub lines: BTreeSet<u32>,
}

/// A branch that never ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missed {
    /// The line of the condition, look-up or loop, or where the function begins, counted from 1.
    pub line: u32,
    pub way: Way,
}

impl Coverage {
    /// Whether all of it ran.
    pub fn is_whole(&self) -> bool {
        self.ran == self.branches && self.lines_missed.is_empty()
    }

    /// Of these branches, of all those of the file.
    fn of(
        (file, handler): (String, String),
        own: &[usize],
        program: &Program,
        ran: &BTreeSet<usize>,
    ) -> Self {
        let all = program.branches();
        let line = |place: usize| program.place(all[place].line).1;
        let mut missed: Vec<_> = own
            .iter()
            .filter(|place| Branch::is_missed(**place, all, ran))
            .map(|place| Missed { line: line(*place), way: all[*place].way })
            .collect();
        missed.sort_unstable();
        Self {
            file,
            handler,
            is_entered: own.first().is_none_or(|entry| ran.contains(entry)),
            branches: own.len(),
            ran: own.iter().filter(|place| ran.contains(place)).count(),
            missed,
            lines_missed: Vec::new(),
            stopped_before: Vec::new(),
            lines: 0,
        }
    }
}

/// Whether a branch is in a function, or in one inside that.
fn is_within(branch: &Branch, entry: usize, all: &[Branch]) -> bool {
    let mut at = Some(branch.function);
    while let Some(function) = at.filter(|function| *function != entry) {
        at = all[function].outer;
    }
    at.is_some()
}

impl Workshop {
    fn machines(&self) -> Vec<(BTreeSet<usize>, BTreeSet<u32>, BTreeSet<Note>)> {
        let of = |machine: &Machine| (machine.ran(), machine.unreached(), machine.notes());
        lock(&self.machines).iter().map(|(_, machine)| of(machine)).collect()
    }

    pub(super) fn notes(&self) -> Vec<Note> {
        let notes = self.machines().into_iter().flat_map(|(.., notes)| notes);
        notes.chain(lock(&self.noted).clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What ran so far, in searches that need not be made again, too.
    pub(super) fn all_reached(&self) -> Reached {
        let lines = self.program.lines();
        let mut reached = lock(&self.reached).clone();
        for (branches, unreached, _) in self.machines() {
            reached.branches.extend(branches);
            reached.lines.extend(lines - &unreached);
        }
        reached
    }

    pub(super) fn coverage(&self) -> Vec<Coverage> {
        let Reached { branches: ran, lines: reached } = self.all_reached();
        let program = &*self.program;
        // What calls a module is no line of its author's.
        let mut lines = program.lines().clone();
        lines.retain(|line| !program.parts().is_between(*line));
        let never = &lines - &reached;
        let all = program.branches();
        let mut places: Vec<usize> = (0..all.len()).collect();
        let handlers = self.with_machine(|machine| machine.handlers(&self.initial));
        let mut found = Vec::new();
        let mut add = |file: &str, handler: String, own: Vec<usize>, lines: BTreeSet<u32>| {
            if !own.is_empty() || !lines.is_empty() {
                let shown = |line: &u32| program.place(*line).1;
                let coverage = Coverage::of((file.to_owned(), handler), &own, program, &ran);
                let branches = |line: u32| coverage.missed.iter().any(|missed| missed.line == line);
                let pairs = lines.iter().zip(lines.iter().skip(1));
                let stops = pairs.filter(|(before, line)| {
                    !never.contains(before) && never.contains(line) && !branches(shown(before))
                });
                let stopped_before = stops.map(|(_, line)| shown(line)).collect();
                let lines_missed = lines.intersection(&never).map(shown).collect();
                let lines = lines.len();
                found.push(Coverage { lines_missed, stopped_before, lines, ..coverage });
            }
        };
        for handler in handlers {
            let watched = handler.lines.filter(|_| handler.is_watched).zip(handler.entry);
            let Some(((first, last), entry)) = watched else { continue };
            let (own, others) =
                places.iter().partition(|place| is_within(&all[**place], entry, all));
            places = others;
            let (own_lines, others) = lines.iter().partition(|line| (first..=last).contains(*line));
            lines = others;
            add(program.place(first).0, handler.handler, own, own_lines);
        }
        for file in program.files() {
            let (own, others) =
                places.iter().partition(|place| program.place(all[**place].line).0 == file);
            places = others;
            let (own_lines, others) =
                lines.iter().partition(|line| program.place(**line).0 == file);
            lines = others;
            add(file, String::new(), own, own_lines);
        }
        found
    }
}
