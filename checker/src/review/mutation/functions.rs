//! What the functions of a file do: which of them send, and which change state.

use full_moon::ast::{
    Assignment, Block, Call, Expression, FunctionArgs, FunctionBody, FunctionCall,
    FunctionDeclaration, Index, LocalAssignment, LocalFunction, Parameter, Prefix, Return, Suffix,
    Var,
};
use full_moon::visitors::{Visit, Visitor};
use std::collections::{BTreeMap, BTreeSet};

/// The functions of a file, by name.
#[derive(Default)]
pub struct Functions {
    bodies: BTreeMap<String, Body>,
    /// Names that are declared within functions: to assign to them changes no state.
    locals: BTreeSet<String>,
    /// What locals are made from, by name.
    made_from: BTreeMap<String, Vec<Expression>>,
    senders: BTreeSet<String>,
    changers: BTreeSet<String>,
}

/// What stands in a function.
#[derive(Default)]
struct Body {
    calls: Vec<String>,
    assigned: Vec<String>,
    returned: Vec<Expression>,
}

impl Functions {
    /// Those of a file.
    pub(super) fn of(file: &Block) -> Self {
        let mut functions = Self::default();
        file.visit(&mut Declared { functions: &mut functions, depth: 0 });
        // One that calls another does what that does.
        while functions.learn() {}
        functions
    }

    fn learn(&mut self) -> bool {
        let before = self.senders.len() + self.changers.len();
        let called =
            |body: &Body, is: &dyn Fn(&str) -> bool| body.calls.iter().any(|name| is(name));
        let sends = self.bodies.iter().filter(|(_, body)| called(body, &|name| self.sends(name)));
        let senders: Vec<_> = sends.map(|(name, _)| name.clone()).collect();
        let alters = self.bodies.iter().filter(|(_, body)| {
            body.assigned.iter().any(|name| self.is_state(name))
                || called(body, &|name| self.changes(name))
        });
        let changers: Vec<_> = alters.map(|(name, _)| name.clone()).collect();
        self.senders.extend(senders);
        self.changers.extend(changers);
        self.senders.len() + self.changers.len() > before
    }

    /// Whether a call of this sends a message.
    pub fn sends(&self, called: &str) -> bool {
        let last = called.rsplit('.').next().unwrap_or(called);
        ["Send", "ao.send"].contains(&called)
            || called.contains('.') && ["reply", "forward"].contains(&last)
            || self.senders.contains(called)
    }

    /// Whether a call of this changes what is kept.
    pub fn changes(&self, called: &str) -> bool {
        ["table.insert", "table.remove", "rawset"].contains(&called)
            || self.changers.contains(called)
    }

    /// Whether to assign to this changes what is kept.
    pub fn is_state(&self, name: &str) -> bool {
        !self.locals.contains(name)
    }

    /// What a name or a call may be: the expressions that it was made from, through one function.
    pub fn origins(&self, name: &str) -> Vec<Expression> {
        let of_one = |expression: &Expression| match expression {
            Expression::FunctionCall(call) => match self.bodies.get(&called(call)) {
                Some(body) => body.returned.clone(),
                None => vec![expression.clone()],
            },
            _ => vec![expression.clone()],
        };
        self.made_from.get(name).into_iter().flatten().flat_map(of_one).collect()
    }
}

/// What is called: `ao.send`, also of `ao.send(...).onReply(...)`.
pub fn called(call: &FunctionCall) -> String {
    let mut name = match call.prefix() {
        Prefix::Name(name) => name.token().to_string(),
        _ => String::new(),
    };
    for suffix in call.suffixes() {
        match suffix {
            Suffix::Index(Index::Dot { name: field, .. }) => {
                name = format!("{name}.{}", field.token());
            }
            Suffix::Call(Call::MethodCall(method)) => {
                return format!("{name}.{}", method.name().token());
            }
            _ => break,
        }
    }
    name
}

/// The last argument of a call, in parentheses.
pub fn last_argument(call: &FunctionCall) -> Option<&Expression> {
    call.suffixes().find_map(|suffix| match suffix {
        Suffix::Call(Call::AnonymousCall(args)) => match &**args {
            FunctionArgs::Parentheses { arguments, .. } => arguments.iter().last(),
            _ => None,
        },
        _ => None,
    })
}

/// The name of a variable, or of what is indexed.
pub fn base(var: &Var) -> String {
    match var {
        Var::Name(name) => name.token().to_string(),
        Var::Expression(var) => match var.prefix() {
            Prefix::Name(name) => name.token().to_string(),
            _ => String::new(),
        },
        _ => String::new(),
    }
}

/// A walk that notes what is declared.
struct Declared<'a> {
    functions: &'a mut Functions,
    depth: usize,
}

impl Declared<'_> {
    fn function(&mut self, name: String, body: &FunctionBody) {
        let mut within = Body::default();
        body.block().visit(&mut within);
        self.functions.bodies.insert(name, within);
    }
}

impl Visitor for Declared<'_> {
    fn visit_function_body(&mut self, body: &FunctionBody) {
        self.depth += 1;
        for parameter in body.parameters() {
            if let Parameter::Name(name) = parameter {
                self.functions.locals.insert(name.token().to_string());
            }
        }
    }

    fn visit_function_body_end(&mut self, _: &FunctionBody) {
        self.depth -= 1;
    }

    fn visit_local_function(&mut self, function: &LocalFunction) {
        self.function(function.name().token().to_string(), function.body());
    }

    fn visit_function_declaration(&mut self, function: &FunctionDeclaration) {
        let names: Vec<_> = function.name().names().iter().map(|n| n.token().to_string()).collect();
        self.function(names.join("."), function.body());
    }

    fn visit_local_assignment(&mut self, local: &LocalAssignment) {
        for (name, made) in local.names().iter().zip(local.expressions()) {
            let name = name.token().to_string();
            if let Expression::Function(function) = made {
                self.function(name.clone(), function.body());
            }
            self.functions.made_from.entry(name).or_default().push(made.clone());
        }
        if self.depth > 0 {
            let names = local.names().iter().map(|name| name.token().to_string());
            self.functions.locals.extend(names);
        }
    }
}

impl Visitor for Body {
    fn visit_function_call(&mut self, call: &FunctionCall) {
        self.calls.push(called(call));
    }

    fn visit_assignment(&mut self, assignment: &Assignment) {
        self.assigned.extend(assignment.variables().iter().map(base));
    }

    fn visit_return(&mut self, returned: &Return) {
        self.returned.extend(returned.returns().iter().cloned());
    }
}
