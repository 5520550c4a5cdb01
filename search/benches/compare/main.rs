//! `cargo bench -p search` — the reference workload in every engine at hand, one table.
//!
//! Each row runs in a process of its own, so CPU time and peak memory are its alone. Add
//! `-- --large` for the size that takes a quarter of an hour and 5 GB, `-- --repeat 3` for the
//! best of three rounds. The rows of stateright are of two models with the same counts: a lean
//! one written for this crate, and the same actors in stateright's own `ActorModel`. Spin and
//! Rumur take part where they are installed.

#[path = "../reference/mod.rs"]
mod reference;

mod external;
mod rows;
mod table;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| {
        let at = arguments.iter().position(|one| one == name)?;
        arguments.get(at + 1).cloned()
    };
    if let Some(row) = after("--row") {
        return rows::run(&row, arguments.iter().any(|one| one == "--large"));
    }
    if !arguments.iter().any(|one| one == "--bench") {
        println!("measures only under `cargo bench -p search`");
        return ExitCode::SUCCESS;
    }
    let repeat = after("--repeat").and_then(|count| count.parse().ok());
    table::print(false, repeat.unwrap_or(1));
    if arguments.iter().any(|one| one == "--large") {
        table::print(true, repeat.unwrap_or(1));
    }
    ExitCode::SUCCESS
}
