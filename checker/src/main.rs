//! The `tim3` command.

use checker::{cli::Cli, commands, exit_code::Exit};
use clap::Parser;
use mimalloc::MiMalloc;
use std::io::Write;

/// Lua's tables come and go by the million.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> Exit {
    let cli = Cli::parse();
    // What went wrong was printed by then; the exit code is part of the interface.
    std::panic::catch_unwind(|| run(&cli)).unwrap_or(Exit::Internal)
}

fn run(cli: &Cli) -> Exit {
    match commands::run(&cli.command) {
        Ok(answer) => match std::io::stdout().write_all(answer.text.as_bytes()) {
            Ok(()) => answer.exit,
            // The reader has gone, as with `tim3 list | head`; what it read was right.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => answer.exit,
            Err(error) => {
                complain(&format!("standard output: {error}"));
                Exit::Internal
            }
        },
        Err(failure) => {
            complain(&failure.message);
            failure.exit
        }
    }
}

/// Says what is wrong, without the control characters that a file may have brought in. If
/// even that cannot be written, the exit code has to do.
fn complain(message: &str) {
    let is_harmless = |c: &char| *c == '\n' || !c.is_control();
    let message: String =
        message.chars().map(|c| if is_harmless(&c) { c } else { '\u{fffd}' }).collect();
    let _ = writeln!(std::io::stderr(), "tim3: {message}");
}
