//! What the functions of a file do: which of them send, and which change state.

use full_moon::ast::{Call, FunctionCall, Index, Prefix, Suffix, Var};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The functions of a file. Expressions are known by their places among its parts.
#[derive(Default)]
pub struct Functions {
    all: Vec<Function>,
    /// Where each is that has a name: of several the last.
    names: BTreeMap<String, usize>,
    /// Names that are declared within functions: to assign to them changes no state.
    locals: BTreeSet<String>,
    /// What locals are made from, by name.
    made_from: BTreeMap<String, Vec<usize>>,
    /// The functions that the walk is in, the outermost first.
    open: Vec<usize>,
}

/// What stands in a function, without what stands in those within it.
#[derive(Default)]
struct Function {
    calls: Vec<String>,
    assigned: Vec<String>,
    returned: Vec<usize>,
    within: Vec<usize>,
    /// Where its statements are.
    block: Range<usize>,
    sends: bool,
    changes: bool,
}

/// While a file is walked through.
impl Functions {
    /// A function begins that takes these.
    pub(super) fn begin(&mut self, parameters: impl Iterator<Item = String>) -> usize {
        let place = self.all.len();
        self.all.push(Function::default());
        if let Some(outer) = self.open.last() {
            self.all[*outer].within.push(place);
        }
        self.open.push(place);
        self.locals.extend(parameters);
        place
    }

    /// It ends, and its statements are there.
    pub(super) fn end(&mut self, place: usize, block: Range<usize>) {
        self.open.pop();
        self.all[place].block = block;
    }

    pub(super) fn name(&mut self, name: String, place: usize) {
        let known = self.names.entry(name).or_default();
        *known = place.max(*known);
    }

    /// What a local is made from.
    pub(super) fn make(&mut self, local: String, from: usize) {
        self.made_from.entry(local).or_default().push(from);
    }

    pub(super) fn declare(&mut self, names: Vec<String>) {
        if !self.open.is_empty() {
            self.locals.extend(names);
        }
    }

    fn here(&mut self) -> Option<&mut Function> {
        self.open.last().map(|place| &mut self.all[*place])
    }

    pub(super) fn calls(&mut self, called: &str) {
        if let Some(here) = self.here() {
            here.calls.push(called.to_owned());
        }
    }

    pub(super) fn assigns(&mut self, names: impl Iterator<Item = String>) {
        if let Some(here) = self.here() {
            here.assigned.extend(names);
        }
    }

    pub(super) fn returns(&mut self, parts: Vec<usize>) {
        if let Some(here) = self.here() {
            here.returned.extend(parts);
        }
    }

    /// When all of them are known: one that calls another, or has one in it, does what that does.
    pub(super) fn learned(mut self) -> Self {
        let mut used_by = vec![Vec::new(); self.all.len()];
        for (place, function) in self.all.iter().enumerate() {
            let called = function.calls.iter().filter_map(|name| self.names.get(name));
            for used in called.chain(&function.within) {
                used_by[*used].push(place);
            }
        }
        let is_one = |of: &dyn Fn(&Function) -> bool| {
            let found = self.all.iter().enumerate().filter(|(_, function)| of(function));
            reached(found.map(|(place, _)| place).collect(), &used_by)
        };
        let sends = is_one(&|one| one.calls.iter().any(|called| is_send(called)));
        let changes = is_one(&|one| {
            one.calls.iter().any(|called| is_change(called))
                || one.assigned.iter().any(|name| self.is_state(name))
        });
        for (function, (sends, changes)) in self.all.iter_mut().zip(sends.into_iter().zip(changes))
        {
            (function.sends, function.changes) = (sends, changes);
        }
        self
    }
}

/// These, and all that leads on from them.
fn reached(mut waiting: Vec<usize>, on: &[Vec<usize>]) -> Vec<bool> {
    let mut reached = vec![false; on.len()];
    while let Some(place) = waiting.pop() {
        if !std::mem::replace(&mut reached[place], true) {
            waiting.extend(&on[place]);
        }
    }
    reached
}

fn is_send(called: &str) -> bool {
    let last = called.rsplit('.').next().unwrap_or(called);
    ["Send", "ao.send"].contains(&called)
        || called.contains('.') && ["reply", "forward"].contains(&last)
}

fn is_change(called: &str) -> bool {
    ["table.insert", "table.remove", "rawset"].contains(&called)
}

impl Functions {
    fn named(&self, name: &str) -> Option<&Function> {
        self.names.get(name).map(|place| &self.all[*place])
    }

    /// Whether a call of this sends a message.
    pub fn sends(&self, called: &str) -> bool {
        is_send(called) || self.named(called).is_some_and(|function| function.sends)
    }

    /// Whether a call of this changes what is kept.
    pub fn changes(&self, called: &str) -> bool {
        is_change(called) || self.named(called).is_some_and(|function| function.changes)
    }

    /// Whether to assign to this changes what is kept.
    pub fn is_state(&self, name: &str) -> bool {
        !self.locals.contains(name)
    }

    /// What a local of this name was made from.
    pub fn made_from(&self, local: &str) -> &[usize] {
        self.made_from.get(local).map_or(&[], Vec::as_slice)
    }

    /// Whether there is a function of this name.
    pub fn knows(&self, called: &str) -> bool {
        self.names.contains_key(called)
    }

    /// What the functions of these names, and those within them, return.
    pub fn returned<'a>(&self, called: impl IntoIterator<Item = &'a str>) -> Vec<usize> {
        let named = called.into_iter().filter_map(|name| self.names.get(name)).copied();
        let within: Vec<_> = self.all.iter().map(|one| one.within.clone()).collect();
        let are = reached(named.collect(), &within);
        let those = self.all.iter().zip(are).filter(|(_, is)| *is);
        those.flat_map(|(one, _)| one.returned.clone()).collect()
    }

    /// Where the statements of a function are.
    pub fn block(&self, place: usize) -> Range<usize> {
        self.all[place].block.clone()
    }
}

/// What is called: `ao.send`, also of `ao.send(...).onReply(...)`.
pub fn called(call: &FunctionCall) -> String {
    let mut name = match call.prefix() {
        Prefix::Name(name) => name.token().to_string(),
        _ => String::new(),
    };
    let mut add = |field: &full_moon::tokenizer::TokenReference| {
        name.push('.');
        name.push_str(&field.token().to_string());
    };
    for suffix in call.suffixes() {
        match suffix {
            Suffix::Index(Index::Dot { name: field, .. }) => add(field),
            Suffix::Call(Call::MethodCall(method)) => {
                add(method.name());
                break;
            }
            _ => break,
        }
    }
    name
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
