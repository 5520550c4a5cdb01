//! Look-ups in tables by a key that code makes or is given, without a condition right behind
//! that asks for what was found. The use of the value decides, and nothing else shows that a key
//! was never there, or always.

use crate::bytecode::Instruction;
use crate::opcode::{
    OP_ADD, OP_BNOT, OP_EQ, OP_GETTABLE, OP_GETTABUP, OP_GETUPVAL, OP_JMP, OP_LE, OP_LEN, OP_LOADK,
    OP_TEST, OP_TESTSET,
};

/// Operands from here on are constants.
pub(super) const FIRST_CONSTANT: usize = 256;
/// How many instructions behind a look-up are looked at.
const NEAR: usize = 16;

/// Where a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Register(usize),
    /// A variable of an outer function.
    Upvalue(usize),
}

/// A table, and the register of the key that is looked up in it.
pub(crate) type Asked = (Place, usize);

/// A look-up, with its branches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LookUp {
    /// Whether its first use throws where there is nothing, so that there is no other value:
    /// `Count[name] + 1`.
    pub(crate) throws: bool,
    pub(crate) found: usize,
    pub(crate) missing: usize,
}

/// What the instruction at this place looks up, if its key is not written there.
pub(super) fn asked(code: &[Instruction], at: usize) -> Option<Asked> {
    let one = code.get(at)?;
    let table = match one.operation() {
        OP_GETTABLE => Place::Register(one.b()),
        OP_GETTABUP => Place::Upvalue(one.b()),
        _ => return None,
    };
    let key = one.c();
    let before = at.checked_sub(1).and_then(|before| code.get(before));
    let is_written = before.is_some_and(|it| it.operation() == OP_LOADK && it.a() == key);
    (key < FIRST_CONSTANT && !is_written).then_some((table, key))
}

/// Whether a condition right behind the look-up at this place asks for what was found.
pub(super) fn is_asked_for(code: &[Instruction], at: usize) -> bool {
    code.get(at + 1).is_some_and(|next| asks_for(*next, code[at].a()))
}

/// Whether the first instruction near this one that uses what it found throws if that is nil.
pub(super) fn throws(code: &[Instruction], at: usize) -> bool {
    let Some(register) = code.get(at).map(|one| one.a()) else { return false };
    let uses = code.iter().skip(at + 1).take(NEAR).find_map(|one| match one.operation() {
        OP_JMP => None,
        OP_LOADK | OP_GETUPVAL => (one.a() == register).then_some(false),
        OP_ADD..=OP_BNOT | OP_LEN | OP_GETTABLE if one.b() == register => Some(true),
        OP_ADD..=OP_BNOT if one.c() == register => Some(true),
        _ => [one.a(), one.b(), one.c()].contains(&register).then_some(false),
    });
    uses.unwrap_or_default()
}

/// Whether it is a condition on this register.
fn asks_for(next: Instruction, register: usize) -> bool {
    match next.operation() {
        OP_TEST => next.a() == register,
        OP_TESTSET => next.b() == register,
        OP_EQ..=OP_LE => next.b() == register || next.c() == register,
        _ => false,
    }
}
