//! Checks the TIM3 swap exhaustively, and shows what breaks it.
//!
//! In reading order: a [`job`] is one search of a world; [`search`] goes through all states within
//! [`limits`] and with what is [`remembered`] of others, or [`stateright_search`] does, as the
//! [`settings`] say; a [`verdict`] is what that says of a property; a [`roster`] collects the
//! verdicts, [`table`] and [`report`] print them. What a Lua file breaks that the recommended
//! contract keeps is told by [`beyond_hardened`], what its handlers threw on the way by [`thrown`],
//! what its author may have missed by [`hints`], and who can do what with it by
//! [`powers`]; the [`console`] says it. Runs themselves are the business of [`explorer`].

// What is said is escaped first: see explorer::escape.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod answers;
pub mod audit;
pub mod beyond_hardened;
pub mod cli;
pub mod commands;
pub mod console;
pub mod coverage;
pub mod exit_code;
mod files;
pub mod handlers;
pub mod hints;
mod html;
pub mod job;
pub mod larger;
pub mod limits;
pub mod list;
pub mod manual;
pub mod not_tried;
mod outs;
mod packed;
pub mod powers;
pub mod progress;
pub mod remembered;
pub mod report;
pub mod review;
pub mod roster;
pub mod search;
pub mod settings;
mod show;
pub mod stateright_search;
mod systems;
pub mod table;
pub mod thrown;
pub mod verdict;
mod watch;
