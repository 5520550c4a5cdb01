//! Hosts an aos process: the Lua of a contract, one evaluation at a time.
//!
//! A [`Program`] is a Lua file on a platform. A [`Machine`] is an interpreter that runs it:
//! [`Machine::evaluate`] is a pure function from a [`State`] and an [`Item`] to the result of
//! them. A state is everything that handlers can have left behind, in a form in which equal
//! states are equal bytes.
//!
//! What the platform does is in `docs/SEMANTICS.md`, sections A1 to A3; the environment that
//! handlers see is written in Lua, in `lua/`:
//!
//! | file | what |
//! |---|---|
//! | `process.lua` | one process: restore, evaluate, take |
//! | `handlers.lua` | the list of handlers and its rules (A1) |
//! | `wait.lua` | handlers that wait for a later message (A7) |
//! | `message.lua` | messages as handlers get and send them (A3, A4) |
//! | `requests.lua` | `spawn` and `assign`, which ask AO itself (A7) |
//! | `image.lua`, `image/` | states as text and back |
//! | `sandbox.lua`, `bit32.lua` | the standard library, without what is not deterministic |
//! | `lengths.lua` | how long the tables of a state are |
//! | `dependences.lua` | what is noted of what contracts read |
//! | `limits.lua` | instructions, memory, and what is refused |
//! | `json.lua`, `bint.lua`, `utils.lua`, `base64.lua`, `crypto.lua`, `crypto/`, `printing.lua`, `chance.lua` | what contracts may `require` |
//! | `libraries.lua` | hands these out |
//!
//! What is called for every instruction and every value, the hook and the writing of plain
//! data, is Rust: `hook` and `plain`.
//!
//! Nothing here knows what the contract is for.

mod admission;
mod branches;
mod bytecode;
mod compiling;
mod conditions;
mod dependence;
mod digest;
mod evaluation;
mod hashes;
mod hook;
mod item;
pub mod joined;
mod looks;
mod machine;
mod names;
mod opcode;
mod pattern;
mod plain;
mod program;
mod proto;
mod registry;
mod returned;
mod state;
pub mod stop;
mod texts;
mod wait;
mod work;

pub use admission::{Admission, Gate, trusts};
pub use branches::{Branch, Way};
pub use compiling::too_much;
pub use dependence::{Dependence, Note};
pub use digest::{Digest, Part, Secret, order_of};
pub use evaluation::{Evaluation, Limit, Outcome, Refused, TagValue};
pub use item::{Item, Sent, is_title_cased, title_cased};
pub use machine::{ITS_DATA, Machine, References, Sought};
pub use names::{ID_LENGTH, Neighbours};
pub use program::{
    Build, Function, Limits, LoadError, PairsOrder, Program, Settings, Source, is_like_address,
};
pub use registry::Field;
pub use state::{Observed, State, Value};
