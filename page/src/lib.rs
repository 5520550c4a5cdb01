//! Any system of AO processes, written on one page of Lua, and searched.
//!
//! A page names processes, each with its unchanged Lua file and the parts of its state that are
//! observed; people, and what each may send; and promises over what is observed. `lua/page.lua`
//! has the words of a page.
//!
//! Modules, in reading order: what a page says ([`page`]) and how it is read ([`read`]), what
//! travels ([`message`]), one process ([`process`]), what runs its file ([`runtime`]), whom it believes ([`trust`]) and what it gets at the start (`start`), one
//! person ([`person`]), what each of them keeps ([`local`]), both as stateright actors
//! ([`actor`]) and what they share ([`world`]), what promises see ([`view`]), the interpreter
//! that judges them ([`court`]) and when it is asked ([`promise`]), all of it together
//! ([`system`]), the search ([`check`]) and ways out (`way_out`), the schedule of a
//! counterexample ([`schedule`]), how a file keeps it ([`recorded`]) and what is said ([`verdict`]).
//! Two versions are compared by their evaluations ([`steps`]). What really happened is judged
//! under the real ids of the processes ([`deployed`]), message by message ([`replay`]). Other
//! model checkers get a system as tables ([`mod@export`]).
//!
//! What the platform does is in `docs/SEMANTICS.md`: an evaluation that throws leaves no trace
//! (A2), an item is trusted if its sender signed it or an authority pushed it (A3), and messages
//! arrive in any order, are lost, and come again (A5). An Inbox and assignments are no part
//! of a page yet.

pub mod actor;
mod beside;
pub mod check;
pub mod court;
pub mod deployed;
mod end;
pub mod export;
pub mod local;
mod locked;
pub mod message;
pub mod page;
pub mod person;
pub mod process;
pub mod promise;
pub mod read;
pub mod recorded;
pub mod replay;
pub mod runtime;
pub mod schedule;
mod start;
pub mod steps;
pub mod system;
pub mod trust;
pub mod verdict;
pub mod view;
mod way_out;
pub mod world;

pub use check::{How, check, check_alone, check_as};
pub use export::export;
pub use page::{Page, PageError};
pub use read::{Place, Read, ReadFile};
pub use system::System;
pub use verdict::{Checked, Verdict};
