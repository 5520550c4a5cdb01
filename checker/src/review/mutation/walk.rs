//! A walk through a file, from its first token to its last. It looks at each part once, however
//! deep and long it is: when it leaves a part, all places within that part are known.

use super::functions::{Functions, base, called};
use super::source::{Call, Kind, Part};
use super::statements::{Deed, Statement, is_guard};
use full_moon::ast::{
    Assignment, Block, Expression, Field, FunctionArgs, FunctionBody, FunctionCall,
    FunctionDeclaration, Index, LocalAssignment, LocalFunction, MethodCall, Parameter, Prefix,
    Return, Stmt, Suffix, Var, VarExpression,
};
use full_moon::tokenizer::{Token, TokenKind, TokenReference};
use full_moon::visitors::{Visit, Visitor};
use std::collections::BTreeSet;
use std::ops::Range;

/// What a walk has met.
#[derive(Default)]
pub struct Walk {
    /// Every expression, each before those within it.
    pub parts: Vec<Part>,
    /// The statements of every block, those of the outer one first.
    pub blocks: Vec<Vec<Statement>>,
    /// Every expression in brackets, and what is indexed by it.
    pub indexes: Vec<(String, usize)>,
    /// The names by which the file knows messages.
    pub messages: BTreeSet<String>,
    pub functions: Functions,
    /// Where the walk is, the outermost first.
    open: Vec<Open>,
}

/// Something that has begun: what was met of it by now.
#[derive(Default)]
struct Open {
    range: Option<Range<usize>>,
    /// Of an expression, a block or a function: its place among these.
    place: usize,
    /// The expressions next within it.
    parts: Vec<usize>,
    /// Those of them in brackets.
    indexes: Vec<usize>,
    /// Those of them that say what the action is.
    actions: Vec<usize>,
    /// The last argument of a call.
    last: Option<usize>,
    call: Option<Call>,
    /// A function next within it.
    function: Option<usize>,
    /// The last block next within it.
    block: Option<Range<usize>>,
}

impl Open {
    fn cover(&mut self, more: Range<usize>) {
        let all = self.range.get_or_insert(more.clone());
        *all = all.start.min(more.start)..all.end.max(more.end);
    }
}

impl Walk {
    /// Through all of a file.
    pub fn through(file: &Block) -> Self {
        // A visitor may not be told of the outermost block.
        let mut walk = Self { blocks: vec![Vec::new()], ..Self::default() };
        walk.begin(0);
        file.visit(&mut walk);
        walk
    }

    fn begin(&mut self, place: usize) {
        self.open.push(Open { place, ..Open::default() });
    }

    /// What is around where the walk is.
    fn outer(&mut self) -> &mut Open {
        if self.open.is_empty() {
            self.begin(0);
        }
        let last = self.open.len() - 1;
        &mut self.open[last]
    }

    fn end(&mut self) -> Open {
        let done = self.open.pop().unwrap_or_default();
        if let Some(range) = &done.range {
            self.outer().cover(range.clone());
        }
        done
    }

    fn kind(expression: &Expression, of: Open) -> Kind {
        match (expression, &of.parts[..]) {
            (Expression::BinaryOperator { binop, .. }, [left, right]) => {
                Kind::Binary(range(binop.token()), [*left, *right])
            }
            (Expression::UnaryOperator { unop, .. }, [operand]) => {
                Kind::Unary(range(unop.token()), *operand)
            }
            (Expression::Number(_), _) => Kind::Number,
            (Expression::String(_), _) => Kind::Text,
            (Expression::Symbol(_), _) => Kind::Symbol,
            (Expression::TableConstructor(_), _) => Kind::Table(of.actions),
            (Expression::FunctionCall(_), _) => Kind::Call(of.call.unwrap_or_default()),
            (Expression::Function(_), _) => of.function.map_or(Kind::Other, Kind::Function),
            (Expression::Var(Var::Name(name)), _) => Kind::Name(text(name)),
            (Expression::Var(Var::Expression(var)), _) => field(var).unwrap_or(Kind::Other),
            _ => Kind::Other,
        }
    }
}

impl Visitor for Walk {
    fn visit_token(&mut self, token: &Token) {
        use TokenKind::{Eof, MultiLineComment, Shebang, SingleLineComment, Whitespace};
        let kind = token.token_kind();
        if !matches!(kind, Eof | MultiLineComment | Shebang | SingleLineComment | Whitespace) {
            let range = token.start_position().bytes()..token.end_position().bytes();
            self.outer().cover(range);
        }
    }

    fn visit_block(&mut self, _: &Block) {
        self.begin(self.blocks.len());
        self.blocks.push(Vec::new());
    }

    fn visit_block_end(&mut self, _: &Block) {
        let range = self.end().range.unwrap_or_default();
        self.outer().block = Some(range);
    }

    fn visit_stmt(&mut self, _: &Stmt) {
        self.begin(0);
    }

    fn visit_stmt_end(&mut self, statement: &Stmt) {
        let Open { range, call, .. } = self.end();
        let deed = match statement {
            Stmt::If(one) if is_guard(one) => Deed::Guard,
            Stmt::Assignment(one) => Deed::Assign(one.variables().iter().map(base).collect()),
            Stmt::FunctionCall(_) => call.map_or(Deed::Other, Deed::Call),
            _ => Deed::Other,
        };
        let block = self.outer().place;
        self.blocks[block].push(Statement { range: range.unwrap_or_default(), deed });
    }

    fn visit_expression(&mut self, _: &Expression) {
        let place = self.parts.len();
        self.outer().parts.push(place);
        self.parts.push(Part { range: 0..0, end: place, kind: Kind::Other });
        self.begin(place);
    }

    fn visit_expression_end(&mut self, expression: &Expression) {
        let mut of = self.end();
        let (place, range) = (of.place, of.range.take().unwrap_or_default());
        let kind = Self::kind(expression, of);
        self.parts[place] = Part { range, end: self.parts.len(), kind };
    }

    fn visit_index(&mut self, _: &Index) {
        self.begin(0);
    }

    fn visit_index_end(&mut self, _: &Index) {
        let parts = self.end().parts;
        self.outer().indexes.extend(parts);
    }

    fn visit_var_expression(&mut self, _: &VarExpression) {
        self.begin(0);
    }

    fn visit_var_expression_end(&mut self, var: &VarExpression) {
        let indexes = self.end().indexes;
        let Prefix::Name(base) = var.prefix() else { return };
        let base = text(base);
        let first = var.suffixes().next().and_then(index_name);
        if first.is_some_and(|name| ["Tags", "From"].contains(&name.as_str())) {
            self.messages.insert(base.clone());
        }
        self.indexes.extend(indexes.into_iter().map(|index| (base.clone(), index)));
    }

    fn visit_field(&mut self, _: &Field) {
        self.begin(0);
    }

    fn visit_field_end(&mut self, field: &Field) {
        let parts = self.end().parts;
        if matches!(field, Field::NameKey { key, .. } if text(key) == "Action") {
            self.outer().actions.extend(parts);
        }
    }

    fn visit_function_args(&mut self, _: &FunctionArgs) {
        self.begin(0);
    }

    fn visit_function_args_end(&mut self, args: &FunctionArgs) {
        let last = self.end().parts.pop();
        let last = last.filter(|_| matches!(args, FunctionArgs::Parentheses { .. }));
        let outer = self.outer();
        outer.last = outer.last.or(last);
    }

    fn visit_method_call(&mut self, _: &MethodCall) {
        self.begin(0);
    }

    fn visit_method_call_end(&mut self, _: &MethodCall) {
        self.end();
    }

    fn visit_function_call(&mut self, _: &FunctionCall) {
        self.begin(0);
    }

    fn visit_function_call_end(&mut self, call: &FunctionCall) {
        let last = self.end().last;
        let called = called(call);
        self.functions.calls(&called);
        self.outer().call = Some(Call { called, last });
    }

    fn visit_function_body(&mut self, body: &FunctionBody) {
        let names = body.parameters().iter().filter_map(|parameter| match parameter {
            Parameter::Name(name) => Some(text(name)),
            _ => None,
        });
        let place = self.functions.begin(names);
        self.begin(place);
    }

    fn visit_function_body_end(&mut self, _: &FunctionBody) {
        let Open { place, block, .. } = self.end();
        self.functions.end(place, block.unwrap_or_default());
        self.outer().function = Some(place);
    }

    fn visit_local_function(&mut self, _: &LocalFunction) {
        self.begin(0);
    }

    fn visit_local_function_end(&mut self, function: &LocalFunction) {
        if let Some(place) = self.end().function {
            self.functions.name(text(function.name()), place);
        }
    }

    fn visit_function_declaration(&mut self, _: &FunctionDeclaration) {
        self.begin(0);
    }

    fn visit_function_declaration_end(&mut self, function: &FunctionDeclaration) {
        let names: Vec<_> = function.name().names().iter().map(text).collect();
        if let Some(place) = self.end().function {
            self.functions.name(names.join("."), place);
        }
    }

    fn visit_local_assignment(&mut self, _: &LocalAssignment) {
        self.begin(0);
    }

    fn visit_local_assignment_end(&mut self, local: &LocalAssignment) {
        let made = self.end().parts;
        let names: Vec<_> = local.names().iter().map(text).collect();
        for (name, place) in names.iter().zip(made) {
            if let Kind::Function(function) = self.parts[place].kind {
                self.functions.name(name.clone(), function);
            }
            self.functions.make(name.clone(), place);
        }
        self.functions.declare(names);
    }

    fn visit_assignment_end(&mut self, assignment: &Assignment) {
        self.functions.assigns(assignment.variables().iter().map(base));
    }

    fn visit_return(&mut self, _: &Return) {
        self.begin(0);
    }

    fn visit_return_end(&mut self, _: &Return) {
        let parts = self.end().parts;
        self.functions.returns(parts);
    }
}

fn text(token: &TokenReference) -> String {
    token.token().to_string()
}

fn range(token: &TokenReference) -> Range<usize> {
    let token = token.token();
    token.start_position().bytes()..token.end_position().bytes()
}

fn field(var: &VarExpression) -> Option<Kind> {
    let Prefix::Name(base) = var.prefix() else { return None };
    // Of a message, nothing is read that is deeper.
    let names: Vec<_> = var.suffixes().take(3).map(index_name).collect::<Option<_>>()?;
    (names.len() < 3).then(|| Kind::Field(text(base), names))
}

/// `.Name` or `["Name"]`.
fn index_name(suffix: &Suffix) -> Option<String> {
    match suffix {
        Suffix::Index(Index::Dot { name, .. }) => Some(text(name)),
        Suffix::Index(Index::Brackets { expression, .. }) => match &**expression {
            Expression::String(name) => Some(text(name).trim_matches(['"', '\'']).to_owned()),
            _ => None,
        },
        _ => None,
    }
}
