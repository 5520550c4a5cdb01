//! A Lua file, taken apart: every place in it where something could be otherwise.

use super::functions::Functions;
use full_moon::ast::{Block, Expression, Index, Suffix, Var, VarExpression};
use full_moon::node::Node;
use full_moon::visitors::{Visit, Visitor};
use std::collections::BTreeSet;
use std::ops::Range;

/// A Lua file, taken apart.
pub struct Source<'a> {
    /// All of it.
    pub text: &'a str,
    /// Every block, the outer one first.
    pub blocks: Vec<Block>,
    /// Every expression, the outer one first.
    pub expressions: Vec<Expression>,
    /// Every expression in brackets, and what is indexed by it.
    pub indexes: Vec<(String, Expression)>,
    /// What its functions do.
    pub functions: Functions,
    /// The names by which it knows messages.
    messages: BTreeSet<String>,
}

/// A field or a tag of a message that is read.
pub struct Read {
    /// Where.
    pub range: Range<usize>,
    /// The name of the message.
    pub message: String,
    /// Whether it is read from its tags.
    pub in_tags: bool,
    /// The name of what is read.
    pub name: String,
}

/// No larger text is taken apart: each operator of a long expression is a call in the one before,
/// and there is room for as many as fit into a text of this size, bytes.
pub(crate) const LARGEST: usize = 128 << 10;

impl<'a> Source<'a> {
    /// Takes a file apart.
    ///
    /// # Errors
    /// The line, and what is wrong there.
    pub fn parse(file: &str, text: &'a str) -> Result<Self, String> {
        if text.len() > LARGEST {
            return Err(format!("{file}: too large for --mutate; the limit is {LARGEST} bytes"));
        }
        let ast = full_moon::parse(text).map_err(|errors| wrong(file, &errors))?;
        let mut found = Found::default();
        ast.nodes().visit(&mut found);
        // A visitor is told of what is in a block, and not of the outermost one.
        if found.blocks.first().is_none_or(|first| range(first) != range(ast.nodes())) {
            found.blocks.insert(0, ast.nodes().clone());
        }
        let Found { blocks, expressions, indexes, messages } = found;
        let functions = Functions::of(ast.nodes());
        Ok(Self { text, blocks, expressions, indexes, functions, messages })
    }

    /// Whether this is the name of a message.
    pub fn is_message(&self, name: &str) -> bool {
        self.messages.contains(name)
    }

    /// What an expression reads of a message, if that is all that it does.
    pub fn read(&self, expression: &Expression) -> Option<Read> {
        let Expression::Var(Var::Expression(var)) = expression else { return None };
        let message = prefix(var).filter(|name| self.messages.contains(name))?;
        let names: Option<Vec<_>> = var.suffixes().map(index_name).collect();
        let (in_tags, name) = match &names?[..] {
            [tags, name] if tags == "Tags" => (true, name.clone()),
            [name] if name != "Tags" => (false, name.clone()),
            _ => return None,
        };
        Some(Read { range: range(expression), message, in_tags, name })
    }
}

fn wrong(file: &str, errors: &[full_moon::Error]) -> String {
    let said = |error: &full_moon::Error| {
        format!("{file}:{}: {}", error.range().0.line(), error.error_message())
    };
    let first = errors.first().map_or_else(|| file.to_owned(), said);
    format!(
        "{first}; --mutate takes the file apart, and can do so only where it is Lua 5.3 throughout"
    )
}

/// Where a part of a file is, without what surrounds it.
///
/// From its tokens: what it says of itself ends before a bracket that closes it.
pub fn range(node: &impl Node) -> Range<usize> {
    let tokens = || node.tokens().map(full_moon::tokenizer::TokenReference::token);
    let start = tokens().map(|token| token.start_position().bytes()).min();
    let end = tokens().map(|token| token.end_position().bytes()).max();
    start.zip(end).map_or(0..0, |(start, end)| start..end)
}

/// The name of a variable that something is read of.
fn prefix(var: &VarExpression) -> Option<String> {
    match var.prefix() {
        full_moon::ast::Prefix::Name(name) => Some(name.token().to_string()),
        _ => None,
    }
}

/// `.Name` or `["Name"]`.
fn index_name(suffix: &Suffix) -> Option<String> {
    match suffix {
        Suffix::Index(Index::Dot { name, .. }) => Some(name.token().to_string()),
        Suffix::Index(Index::Brackets { expression, .. }) => match &**expression {
            Expression::String(text) => {
                Some(text.token().to_string().trim_matches(['"', '\'']).to_owned())
            }
            _ => None,
        },
        _ => None,
    }
}

/// What a walk through a file has met.
#[derive(Default)]
struct Found {
    blocks: Vec<Block>,
    expressions: Vec<Expression>,
    indexes: Vec<(String, Expression)>,
    messages: BTreeSet<String>,
}

impl Visitor for Found {
    fn visit_block(&mut self, block: &Block) {
        self.blocks.push(block.clone());
    }

    fn visit_expression(&mut self, expression: &Expression) {
        self.expressions.push(expression.clone());
    }

    fn visit_var_expression(&mut self, var: &VarExpression) {
        let Some(base) = prefix(var) else { return };
        let first = var.suffixes().next().and_then(index_name);
        if first.is_some_and(|name| ["Tags", "From"].contains(&name.as_str())) {
            self.messages.insert(base.clone());
        }
        for suffix in var.suffixes() {
            if let Suffix::Index(Index::Brackets { expression, .. }) = suffix {
                self.indexes.push((base.clone(), (**expression).clone()));
            }
        }
    }
}
