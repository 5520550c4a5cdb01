//! The `tim3` command.

// What is said is escaped first: see explorer::escape.
#![deny(clippy::print_stdout, clippy::print_stderr)]

use checker::{cli, commands, console, exit_code::Exit};
use mimalloc::MiMalloc;
use std::io::Write;

/// Lua's tables come and go by the million.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> Exit {
    let cli = cli::parsed();
    // What went wrong was printed by then; the exit code is part of the interface.
    std::panic::catch_unwind(|| run(&cli)).unwrap_or(Exit::Internal)
}

fn run(cli: &cli::Cli) -> Exit {
    match commands::run(&cli.command) {
        Ok(answer) => match std::io::stdout().write_all(answer.output.text().as_bytes()) {
            Ok(()) => answer.exit,
            // The reader has gone, as with `tim3 list | head`; what it read was right.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => answer.exit,
            Err(error) => {
                console::complain(&format!("standard output: {error}"));
                Exit::Internal
            }
        },
        Err(failure) => {
            console::complain(&failure.message);
            failure.exit
        }
    }
}
