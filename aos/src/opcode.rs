//! The instructions of Lua 5.3 that are told apart, by their numbers (`lopcodes.h`).

pub(crate) const OP_MOVE: u32 = 0;
pub(crate) const OP_LOADK: u32 = 1;
pub(crate) const OP_LOADBOOL: u32 = 3;
pub(crate) const OP_LOADNIL: u32 = 4;
pub(crate) const OP_GETUPVAL: u32 = 5;
pub(crate) const OP_GETTABUP: u32 = 6;
pub(crate) const OP_GETTABLE: u32 = 7;
pub(crate) const OP_SETTABUP: u32 = 8;
pub(crate) const OP_SETUPVAL: u32 = 9;
pub(crate) const OP_ADD: u32 = 13;
pub(crate) const OP_BNOT: u32 = 26;
pub(crate) const OP_LEN: u32 = 28;
pub(crate) const OP_CONCAT: u32 = 29;
pub(crate) const OP_JMP: u32 = 30;
pub(crate) const OP_EQ: u32 = 31;
pub(crate) const OP_LE: u32 = 33;
pub(crate) const OP_TEST: u32 = 34;
pub(crate) const OP_TESTSET: u32 = 35;
pub(crate) const OP_CALL: u32 = 36;
pub(crate) const OP_RETURN: u32 = 38;
pub(crate) const OP_FORLOOP: u32 = 39;
pub(crate) const OP_FORPREP: u32 = 40;
pub(crate) const OP_TFORCALL: u32 = 41;
pub(crate) const OP_TFORLOOP: u32 = 42;
