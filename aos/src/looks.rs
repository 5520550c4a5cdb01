//! Where code looks into a Reference or an address by an operator that nobody can watch: the
//! length of a text, and whether `ao.reference` equals a number.
//!
//! It is read off the code of a function: where a register is loaded with a field of such a
//! name, or with a variable that is not its own and that the file sets to an address. What goes
//! through a table or a function's own variable is not seen.

use crate::bytecode::{Constant, Instruction, Names};
use crate::opcode::{
    OP_CALL, OP_EQ, OP_GETTABLE, OP_GETTABUP, OP_GETUPVAL, OP_LEN, OP_LOADK, OP_LOADNIL, OP_MOVE,
    OP_TFORCALL,
};
use std::collections::BTreeSet;

/// Operations that leave register A as it was.
const KEEPING: [u32; 12] = [8, 9, 10, 30, 31, 32, 33, 34, 37, 38, 43, 46];

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Look {
    Reference,
    /// The id of a message.
    Id,
    Address,
}

/// What a register holds.
#[derive(Clone, Copy, PartialEq)]
enum Held<'a> {
    Text(Look),
    /// `ao.authorities`, a list of addresses.
    Addresses,
    /// A global, or a variable of an outer function.
    Variable(&'a [u8]),
    /// `ao.reference`, a number on the platform.
    Counter,
}

impl Held<'_> {
    fn of_field(name: &[u8]) -> Option<Self> {
        match name {
            b"reference" => Some(Self::Counter),
            b"Reference" | b"X-Reference" => Some(Self::Text(Look::Reference)),
            b"authorities" => Some(Self::Addresses),
            b"Id" => Some(Self::Text(Look::Id)),
            b"From" | b"Owner" | b"id" | b"Sender" | b"Recipient" | b"Target" | b"Authority" => {
                Some(Self::Text(Look::Address))
            }
            _ => None,
        }
    }

    /// What its length depends on, except for how many there are of them.
    fn of_length(self) -> Option<Look> {
        match self {
            Self::Text(what) => Some(what),
            Self::Addresses | Self::Variable(_) => None,
            Self::Counter => Some(Look::Reference),
        }
    }
}

/// What a function looks at.
#[derive(Default)]
pub(crate) struct Looks {
    /// With the lines.
    pub(crate) found: BTreeSet<(Look, u32)>,
    /// Variables of others whose length it takes; with the lines.
    pub(crate) variables: BTreeSet<(Vec<u8>, u32)>,
}

pub(crate) fn of<'a>(code: &[Instruction], constants: &[Constant<'a>], names: &Names<'a>) -> Looks {
    let constant = |operand: usize| constants.get(operand.checked_sub(256)?);
    let mut held = [None; 512];
    let Looks { mut found, mut variables } = Looks::default();
    for (one, line) in code.iter().zip(&names.lines) {
        let (a, b, c) = (one.a(), one.b(), one.c());
        match one.operation() {
            OP_LEN => match held[b] {
                Some(Held::Variable(name)) => _ = variables.insert((name.to_vec(), *line)),
                held => found.extend(held.and_then(Held::of_length).map(|what| (what, *line))),
            },
            OP_EQ => {
                let is_number = |operand| matches!(constant(operand), Some(Constant::Number(_)));
                let is_counter = |operand: usize| held[operand] == Some(Held::Counter);
                if is_counter(b) && is_number(c) || is_counter(c) && is_number(b) {
                    found.insert((Look::Reference, *line));
                }
            }
            _ => {}
        }
        match one.operation() {
            OP_MOVE => held[a] = held[b],
            OP_GETTABLE | OP_GETTABUP => {
                let is_listed = one.operation() == OP_GETTABLE && held[b] == Some(Held::Addresses);
                held[a] = match constant(c) {
                    Some(Constant::Text(name)) => {
                        let is_global = one.operation() == OP_GETTABUP;
                        Held::of_field(name).or(is_global.then_some(Held::Variable(name)))
                    }
                    _ => is_listed.then_some(Held::Text(Look::Address)),
                }
            }
            OP_GETUPVAL => held[a] = names.upvalues.get(b).map(|name| Held::Variable(name)),
            // What stands in where there is none: `msg.From or ""`.
            OP_LOADK => {}
            OP_LOADNIL => held[a..=(a + b).min(255)].fill(None),
            OP_CALL | OP_TFORCALL => held[a..].fill(None),
            operation if KEEPING.contains(&operation) => {}
            _ => held[a] = None,
        }
    }
    Looks { found, variables }
}

#[cfg(test)]
mod tests {
    use super::Look;
    use crate::bytecode::Code;

    #[test]
    fn lengths_of_names_are_found_and_those_of_others_are_not() {
        let looks = |source: &str| {
            let lua = mlua::Lua::new();
            let function = lua.load(source).into_function().expect("it compiles");
            let code = Code::of(&function.dump(false)).expect("a dump of Lua 5.3");
            code.looks.into_iter().collect::<Vec<_>>()
        };
        let address = [(Look::Address, 1)];
        let reference = [(Look::Reference, 1)];
        assert_eq!(looks("local m = ...; return #m.Id"), [(Look::Id, 1)]);
        assert_eq!(looks("return function(msg) return #msg.From // 43 end"), address);
        assert_eq!(looks("return function(msg) return #msg.Tags.Sender end"), address);
        assert_eq!(looks("local m = ...; local s = m.Sender or ''; return #s"), address);
        for ids in ["ao.id", "Owner", "ao.env.Process.Owner", "ao.authorities[1]"] {
            assert_eq!(looks(&format!("return 1 + #{ids} // 43")), address, "{ids}");
        }
        assert_eq!(looks("local m = ...; local r = m.Reference; return #r"), reference);
        assert_eq!(looks("if #ao.reference > 2 then x = 1 end"), reference);
        assert_eq!(looks("if ao.reference == 1 then x = 1 end"), reference);
        for other in [
            "if ao.reference == last then x = 1 end",
            "local m = ...; return m.From == 'x', #m.List",
            "local m = ...; local s = f(m.From); return #s",
            "local m = ...; return #m.Tags",
            "return #ao.authorities",
            "return #Balances",
            "local m = ...; Seen[m.From .. m.Reference] = #Seen",
        ] {
            assert_eq!(looks(other), [], "{other}");
        }
    }
}
