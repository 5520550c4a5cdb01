//! A Lua file, parsed: every place in it that a mistake could change.

use super::functions::Functions;
use super::statements::Statement;
use super::walk::Walk;
use aos::joined::Parts;
use full_moon::ast::Ast;
use std::collections::BTreeSet;
use std::ops::Range;

/// A Lua file, taken apart.
pub struct Source<'a> {
    pub text: &'a str,
    /// The statements of every block, those of the outer one first.
    pub blocks: Vec<Vec<Statement>>,
    /// Every expression, each before those within it.
    pub parts: Vec<Part>,
    /// Every expression in brackets, by its place among the parts, and what is indexed by it.
    pub indexes: Vec<(String, usize)>,
    /// What its functions do.
    pub functions: Functions,
    /// The names by which it knows messages.
    messages: BTreeSet<String>,
}

/// An expression.
pub struct Part {
    /// Where it is, without what surrounds it.
    pub range: Range<usize>,
    /// The place behind the last of the parts within it.
    pub end: usize,
    pub kind: Kind,
}

/// What an expression is. Other expressions are known by their place among the parts.
pub enum Kind {
    /// Two sides, and where the operator is between them.
    Binary(Range<usize>, [usize; 2]),
    /// Where the operator is, and what it is for.
    Unary(Range<usize>, usize),
    Number,
    Text,
    /// `true`, `false`, `nil` or `...`.
    Symbol,
    /// A table: what it says of an action.
    Table(Vec<usize>),
    Call(Call),
    /// A function, by its place among the functions.
    Function(usize),
    /// A variable.
    Name(String),
    /// A variable, and up to two names by which something is read of it.
    Field(String, Vec<String>),
    Other,
}

#[derive(Default)]
pub struct Call {
    pub called: String,
    /// The last argument in parentheses.
    pub last: Option<usize>,
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
        let ast = parsed(text).map_err(|errors| wrong(file, text, &errors))?;
        let Walk { parts, blocks, indexes, messages, functions, .. } = Walk::through(ast.nodes());
        Ok(Self { text, blocks, parts, indexes, functions: functions.learned(), messages })
    }

    /// Whether this is the name of a message.
    pub fn is_message(&self, name: &str) -> bool {
        self.messages.contains(name)
    }

    /// What an expression reads of a message, if that is all that it does.
    pub fn read(&self, part: &Part) -> Option<Read> {
        let Kind::Field(message, names) = &part.kind else { return None };
        if !self.messages.contains(message) {
            return None;
        }
        let (in_tags, name) = match &names[..] {
            [tags, name] if tags == "Tags" => (true, name.clone()),
            [name] if name != "Tags" => (false, name.clone()),
            _ => return None,
        };
        Some(Read { range: part.range.clone(), message: message.clone(), in_tags, name })
    }
}

/// What the parser makes of a text. It panics where it meets a letter that begins nothing in Lua:
/// that is an error like others.
pub(crate) fn parsed(text: &str) -> Result<Ast, Vec<full_moon::Error>> {
    std::panic::catch_unwind(|| full_moon::parse(text)).unwrap_or_else(|_| Err(Vec::new()))
}

fn wrong(file: &str, text: &str, errors: &[full_moon::Error]) -> String {
    let parts = Parts::of(text);
    let said = |error: &full_moon::Error| {
        let line = u32::try_from(error.range().0.line()).unwrap_or(u32::MAX);
        let (file, line) = parts.at(line).unwrap_or((file, line));
        format!("{file}:{line}: {}", error.error_message())
    };
    let first = errors.first().map_or_else(|| file.to_owned(), said);
    format!("{first}; --mutate parses the file, so all of it must be Lua 5.3")
}
