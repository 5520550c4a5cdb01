//! Handlers as a whole.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::{Source, range};
use crate::review::mutation::statements::{Purpose, Statement, handled_by, statements};
use full_moon::ast::{Block, Stmt};

/// Each handler taken out.
pub fn removed(source: &Source<'_>) -> Vec<Edit> {
    let all = source.blocks.iter().flat_map(|block| statements(source, block));
    let handlers = all.filter(|statement| statement.purpose == Purpose::Handler);
    handlers.map(|handler| Edit::without(handler.range)).collect()
}

/// Each handler without what it does.
pub fn emptied(source: &Source<'_>) -> Vec<Edit> {
    let body = |statement: &Stmt| match statement {
        Stmt::FunctionCall(call) => handled_by(call).map(range),
        _ => None,
    };
    let all = source.blocks.iter().flat_map(Block::stmts);
    all.filter_map(body).filter(|body| !body.is_empty()).map(Edit::without).collect()
}

/// Each handler before the one that it stands after.
pub fn swapped(source: &Source<'_>) -> Vec<Edit> {
    let pair = |pair: &[Statement]| {
        let [one, other] = pair else { return None };
        let (first, second) = (one.range.clone(), other.range.clone());
        let are = [one, other].iter().all(|statement| statement.purpose == Purpose::Handler);
        let text = source.text;
        are.then(|| {
            let (between, whole) = (first.end..second.start, first.start..second.end);
            Edit::new(whole, [&text[second], &text[between], &text[first]].concat())
        })
    };
    let of_block =
        |block| statements(source, block).windows(2).filter_map(pair).collect::<Vec<_>>();
    source.blocks.iter().flat_map(of_block).collect()
}
