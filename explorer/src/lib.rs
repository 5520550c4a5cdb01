//! One run of the swap, step by step: in words, in pictures, in a browser.
//!
//! In reading order: a [`world`] is where a run takes place; a [`counterexample`] is a file,
//! which may carry [`handlers`]; a [`trace`] is a run on whole states, a [`replay`] one that
//! breaks what it says it breaks; a [`sheet`] is the books after a step, with the [`toll`] of who lost;
//! a [`remedy`] is what would have prevented it; a [`headline`] is one sentence for all of it; [`words`] says what happens, and [`narrate`] tells
//! all of it. Whatever a contract or a file can say is written by way of [`escape`], in every format.

// What is said is escaped first: see explorer::escape.
#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod aos_test;
pub mod counterexample;
pub mod document;
pub mod escape;
pub mod export;
pub mod handlers;
pub mod headline;
pub mod itf;
pub mod judgement;
pub mod lanes;
pub mod mermaid;
pub mod names;
pub mod narrate;
pub mod page;
pub mod parting;
pub mod remedy;
pub mod replay;
pub mod server;
pub mod sheet;
pub mod stateright_explorer;
pub mod svg;
pub mod text_file;
pub mod toll;
pub mod trace;
pub mod way_out;
pub mod words;
pub mod world;
