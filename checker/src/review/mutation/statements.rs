//! Statements, by what they are for.

use super::functions::called;
use super::source::{Call, Kind, Source};
use full_moon::ast::{If, LastStmt, Stmt};
use std::ops::Range;

/// What a statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To leave, unless something is so.
    Guard,
    /// To change what is kept.
    Change,
    Send,
    Handler,
    Other,
}

pub struct Statement {
    pub range: Range<usize>,
    pub deed: Deed,
}

/// What a statement does, before it is known what the functions of the file do.
pub enum Deed {
    /// It leaves, unless something is so.
    Guard,
    /// It assigns to variables, or to fields of them.
    Assign(Vec<String>),
    Call(Call),
    Other,
}

/// How a list of handlers is added to.
const ADDERS: [&str; 7] = ["add", "append", "prepend", "once", "before", "after", "advanced"];

impl Statement {
    pub fn purpose(&self, source: &Source<'_>) -> Purpose {
        match &self.deed {
            Deed::Guard => Purpose::Guard,
            Deed::Assign(names) if names.iter().any(|name| source.functions.is_state(name)) => {
                Purpose::Change
            }
            Deed::Call(call) => of_call(source, &call.called),
            Deed::Assign(_) | Deed::Other => Purpose::Other,
        }
    }

    /// Where the statements of the function are that handles messages, if this adds a handler.
    pub fn handled_by(&self, source: &Source<'_>) -> Option<Range<usize>> {
        let Deed::Call(Call { called, last }) = &self.deed else { return None };
        match last.filter(|_| adds_handler(called)).map(|last| &source.parts[last].kind) {
            Some(Kind::Function(function)) => Some(source.functions.block(*function)),
            _ => None,
        }
    }
}

fn of_call(source: &Source<'_>, called: &str) -> Purpose {
    match called {
        "assert" => Purpose::Guard,
        _ if adds_handler(called) => Purpose::Handler,
        _ if source.functions.sends(called) => Purpose::Send,
        _ if source.functions.changes(called) => Purpose::Change,
        _ => Purpose::Other,
    }
}

fn adds_handler(called: &str) -> bool {
    called.strip_prefix("Handlers.").is_some_and(|how| ADDERS.contains(&how))
}

/// Whether it leaves the function, and does nothing else where its condition does not hold.
pub fn is_guard(one: &If) -> bool {
    let ends_in_error = || match one.block().stmts().last() {
        Some(Stmt::FunctionCall(call)) => called(call) == "error",
        _ => false,
    };
    let leaves = matches!(one.block().last_stmt(), Some(LastStmt::Return(_))) || ends_in_error();
    leaves && one.else_block().is_none() && one.else_if().is_none_or(Vec::is_empty)
}

/// Where all statements of a purpose are.
pub fn places(source: &Source<'_>, purpose: Purpose) -> impl Iterator<Item = Range<usize>> {
    let all = source.blocks.iter().flatten();
    all.filter(move |one| one.purpose(source) == purpose).map(|one| one.range.clone())
}
