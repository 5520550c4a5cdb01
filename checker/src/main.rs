//! The `tim3` command.

mod allocator;

use allocator::Allocator;
use checker::cli::{Cli, Command};
use checker::{commands, exit_code::Exit};
use clap::Parser;
use std::io::Write;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() -> Exit {
    let cli = Cli::parse();
    // What went wrong was printed by then; the exit code is part of the interface.
    std::panic::catch_unwind(|| run(&cli)).unwrap_or(Exit::Internal)
}

/// The first Ctrl-C ends a long command with what it knows by then, the second one at once.
fn heed_interrupts(command: &Command) {
    if !matches!(command, Command::Check(_) | Command::Review(_)) {
        return;
    }
    let interrupted = || {
        if aos::stop::is_over() {
            std::process::exit(INTERRUPTED);
        }
        aos::stop::all();
        complain("stopping; press Ctrl-C again to end at once");
    };
    // Where nobody can be told, Ctrl-C ends it at once.
    let _ = ctrlc::set_handler(interrupted);
}

/// What shells take for a command that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

fn run(cli: &Cli) -> Exit {
    heed_interrupts(&cli.command);
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
