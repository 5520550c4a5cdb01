//! Statements, by what they are for.

use super::functions::{base, called, last_argument};
use super::source::{Source, range};
use full_moon::ast::{Block, Expression, FunctionCall, If, LastStmt, Stmt};
use std::ops::Range;

/// What a statement is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To leave, unless something is so.
    Guard,
    /// To change what is kept.
    Change,
    /// To send a message.
    Send,
    /// To add a handler.
    Handler,
    /// Something else.
    Other,
}

/// A statement.
pub struct Statement {
    /// Where it is.
    pub range: Range<usize>,
    /// What it is for.
    pub purpose: Purpose,
}

/// How a list of handlers is added to.
const ADDERS: [&str; 7] = ["add", "append", "prepend", "once", "before", "after", "advanced"];

/// The statements of a block, in order.
pub fn statements(source: &Source<'_>, block: &Block) -> Vec<Statement> {
    let statement = |statement: &Stmt| Statement {
        range: range(statement),
        purpose: purpose(source, statement),
    };
    block.stmts().map(statement).collect()
}

fn purpose(source: &Source<'_>, statement: &Stmt) -> Purpose {
    match statement {
        Stmt::If(one) if is_guard(one) => Purpose::Guard,
        Stmt::Assignment(one) => {
            let changes = one.variables().iter().any(|var| source.functions.is_state(&base(var)));
            if changes { Purpose::Change } else { Purpose::Other }
        }
        Stmt::FunctionCall(call) => of_call(source, &called(call)),
        _ => Purpose::Other,
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
fn is_guard(one: &If) -> bool {
    let ends_in_error = || match one.block().stmts().last() {
        Some(Stmt::FunctionCall(call)) => called(call) == "error",
        _ => false,
    };
    let leaves = matches!(one.block().last_stmt(), Some(LastStmt::Return(_))) || ends_in_error();
    leaves && one.else_block().is_none() && one.else_if().is_none_or(Vec::is_empty)
}

/// The body of the function that handles messages, of a call that adds a handler.
pub fn handled_by(call: &FunctionCall) -> Option<&Block> {
    match last_argument(call).filter(|_| adds_handler(&called(call))) {
        Some(Expression::Function(function)) => Some(function.body().block()),
        _ => None,
    }
}
