//! The TIM3 swap on AO, as a formal model.
//!
//! One process, TIM3, is token and swap: USDA that reaches it is announced by a
//! `Credit-Notice` and mints TIM3; TIM3 sent to `burn` is burned and a `Transfer` of USDA
//! goes back. Between the processes lies a network that reorders, loses and repeats.
//!
//! Modules, in reading order: what a message is ([`identity`], [`message`]), how amounts
//! are read ([`lua`], [`bint`], [`exact`]), how a process evaluates ([`process`]), the two
//! processes ([`usda`], [`contract`]), people ([`wallet`], [`trick`], [`derived`]), what may go wrong
//! ([`fault`], [`network`], [`profile`]), how much is checked ([`bounds`]), what truly
//! happened ([`history`], [`refund`]), and the whole ([`swap`]).
//!
//! The crate does no I/O and has no clock, no randomness and no properties.

pub mod action;
pub mod bint;
pub mod books;
pub mod bounds;
pub mod contract;
pub mod deployed;
pub mod derived;
pub mod evaluation;
pub mod exact;
pub mod fault;
pub mod history;
pub mod identity;
pub mod lua;
pub mod message;
pub mod network;
mod notices;
pub mod party;
pub mod process;
pub mod profile;
pub mod reduction;
pub mod refund;
pub mod renaming;
pub mod shared;
pub mod state;
pub mod step;
pub mod swap;
mod symmetry;
pub mod trick;
pub mod usda;
pub mod wallet;

pub use action::{Action, Mistake};
pub use aos::{Digest, Part, Secret, order_of};
pub use books::Books;
pub use bounds::Bounds;
pub use contract::{Contract, Mutant, Objection, Pair, Subject, SubjectState, Variant, Wrong};
pub use deployed::Deployed;
pub use derived::Derived;
pub use evaluation::Evaluation;
pub use exact::Exact;
pub use fault::{Fault, Faults};
pub use history::History;
pub use identity::Identity;
pub use message::{Copy, Message, TIM3, USDA};
pub use process::{HandlerError, Handlers, Label, Process};
pub use profile::Profile;
pub use reduction::{Reduction, Reductions};
pub use renaming::{Rename, Renaming};
pub use shared::Shared;
pub use state::{Mode, State};
pub use swap::{Situation, Step, Swap};
pub use trick::Trick;
pub use wallet::{Intent, Wallet};
