//! A second engine for the TIM3 swap: small, slow, plain.
//!
//! Why is it here? The main engine is fast because it leaves out, packs, shares and remembers.
//! stateright, which it can be compared with, walks over the same model with the same memory of
//! evaluations, so it repeats a mistake in either. This engine reads the same question (a variant
//! or a Lua file, a platform, bounds) and answers it with code of its own. Tests compare verdicts,
//! minimal sets of faults, and the fewest steps for each set.
//!
//! # How it works
//!
//! A [`world::World`] is all that is so at one moment, as plain values. [`world::Place::next`]
//! lists all worlds after one step. [`search::search`] goes through all of them, by fewest faults
//! and then fewest steps, and asks every [promise](promises) in each. Two worlds are one only if
//! all that is in them is equal. Hashes say where a table keeps a world, never which it is. Of an
//! evaluation nothing is kept; whether there is a way out is looked for anew from every world.
//!
//! In reading order: [`contract`] and [`lua`] (what is checked, and the gate of aos), [`ledger`]
//! (USDA), [`people`], [`faults`], [`history`] (what truly happened), [`refunds`], [`world`], [`promises`],
//! [`sights`] (what must be seen), [`search`].
//!
//! # What it shares with the main engine
//!
//! | shared | why |
//! |---|---|
//! | `aos`, the host of Lua | what Lua does is not what an engine decides; vectors of real aos check it |
//! | transcriptions of the handlers (`model::contract`) | they are contracts; tests run their Lua beside them |
//! | names and data: messages, identities, bounds, platforms, tricks, kinds of faults | the question, not the answer |
//! | `model::lua`, `model::exact`, `model::books` | how Lua writes and reads numbers, and exact sums; vectors check the first |
//!
//! | of its own | instead of |
//! |---|---|
//! | steps, network, repeats, budgets, owner, rescue (`world`, `faults`, `people`) | `model::{swap, step, network, wallet, state}` |
//! | USDA and how it reads amounts (`ledger`) | `model::{usda, bint}` |
//! | the gate of aos, tags as they arrive, a throwing handler, evaluation of Lua (`contract`, `lua`) | `model::{process, deployed}` and its memory |
//! | what truly happened (`history`), what was sent back (`refunds`) | `model::{history, refund}` |
//! | all promises but `comes-to-rest` and `handlers-deterministic`, and what must be seen (`promises`, `sights`) | `properties` |
//! | search, way out, sets of faults (`search`) | `search`, `checker`, `explorer` |
//! | nothing at all | `model::{reduction, symmetry, renaming, shared}`, fingerprints, packed states |
//!
//! `tests/independence.rs` fails if the engine depends on, or names, anything on the right.
//!
//! # What both mean by their words
//!
//! - What a wallet signs is evaluated in the step in which it is signed.
//! - Everything is carried: a message that nobody handles arrives, gets lost and is repeated like
//!   any other. But nothing is *on its way* in it: a process is at rest though such a message
//!   flies, where order matters nothing waits for it to arrive, and a fault that meets only such
//!   messages is not *seen*. (The main engine does not carry them: with `--no-reduction
//!   inert-messages` it counts their arrivals as steps, too.) Which messages a Lua file
//!   handles is decided at first; if that may change (handlers that come and go, patterns that
//!   read a global which is written), all count.
//! - A way out has no further fault, no new act but that honest holders burn all they hold.
//!
//! # How to run it
//!
//! ```sh
//! cargo test -p plain-checker                                              # what CI runs
//! cargo run --release -p plain-checker -- hardened --platform hostile       # this engine alone
//! cargo run --release -p plain-checker --example compare -- --roster       # every transcription, tiny
//! cargo run --release -p plain-checker --example compare -- --roster --lua # the Lua of every variant
//! cargo run --release -p plain-checker --example compare -- --roster --bounds small --limit 20 --within 1000
//! cargo run --release -p plain-checker --example compare -- --random 1000 --seed 1
//! ```
//!
//! CI runs at `tiny`: every transcription on five platforms, three of them on all nine, the Lua of
//! five variants on the three platforms without a stranger and of two on one with her, and thirty
//! random contracts. The rest is left to the commands above. A random contract is the Lua of
//! `hardened` or `seed-tags` with one to three edits of its text, the same for the same seed; one
//! of twenty is asked of a platform with a stranger. A search that reaches a limit (worlds,
//! `--limit` seconds each, `--within` seconds for all) is named as not decided, never as compared.
//!
//! # What it can decide
//!
//! At `tiny` everything in the roster. At `small` nearly all transcriptions: under `hostile` one
//! search takes a minute or two, and 5 KiB a world, so that `--most 3000000` keeps it within
//! 16 GiB. Measured in November 2026 with one thread of a machine that others used, release
//! profile, 29 contracts, `--limit 400`; under `hostile` one variant at a time, so that the memory
//! of one is free for the next:
//!
//! | platform, at `small` | transcriptions decided | seconds for all | Lua decided in 20 s each |
//! |---|---|---|---|
//! | `reliable`, `reordering` | all, with up to 20 s each | not measured | 28 and 28 of 28 |
//! | `lossy` | all, with up to 4 s each | 11 | not asked |
//! | `legacynet` | 29 | 24 | 17 of 28 |
//! | `legacynet-no-su-filter` | 25; of the main engine 4 were cut, as memory was short | 381 | 2 of 22 |
//! | `hyperbeam` | 29 | 166 | not asked |
//! | `hyper-aos` | 29 | 395 | not asked |
//! | `operator` | 29 | 442 | not asked |
//! | `hostile` | 27; `balance-check-off` has more worlds, and of `seed-tags` the main engine was cut, as memory was short | 2219, both engines | not asked |
//!
//! No verdict, set of faults or number of steps differed between the two engines. Where nothing was
//! decided, what the main engine says is compared at `tiny` only.

pub mod contract;
pub mod faults;
pub mod history;
pub mod ledger;
pub mod lua;
pub mod people;
pub mod promises;
pub mod refunds;
pub mod search;
pub mod sights;
pub mod world;
