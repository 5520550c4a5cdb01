//! Checks the TIM3 swap exhaustively, and shows what breaks it.
//!
//! In reading order: a [`job`] is one search; [`search`] goes through all states within
//! [`limits`] and with what is [`remembered`] of others, or [`stateright_search`] does, as the
//! [`settings`] say; a [`verdict`] is what that says of a property; a [`roster`] collects the
//! verdicts, [`table`] and [`report`] print them. A [`counterexample`] is a file, a
//! [`replay`] runs it again, [`narrate`] tells it.

pub mod cli;
pub mod commands;
pub mod counterexample;
pub mod coverage;
pub mod exit_code;
pub mod handlers;
pub mod job;
pub mod limits;
pub mod list;
pub mod names;
pub mod narrate;
mod packed;
pub mod progress;
pub mod remembered;
pub mod replay;
pub mod report;
pub mod roster;
pub mod search;
pub mod settings;
pub mod stateright_search;
pub mod table;
pub mod text_file;
pub mod verdict;
mod way_out;
