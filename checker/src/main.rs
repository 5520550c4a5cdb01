//! The `tim3` command.

// What is said is escaped first: see explorer::escape.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod allocator;

use allocator::Allocator;
use checker::cli::{self, Cli, Command};
use checker::{commands, console, exit_code::Exit};
use std::io::Write;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

/// Room for the calls that take long expressions of a file apart, bytes: only what is used of it
/// becomes memory.
const STACK: usize = 512 << 20;

fn main() -> Exit {
    allocator::keep_pages();
    let cli = cli::parsed();
    // What went wrong was printed by then; the exit code is part of the interface.
    let guarded = || std::panic::catch_unwind(|| run(&cli)).unwrap_or(Exit::Internal);
    std::thread::scope(|scope| {
        match std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, guarded) {
            Ok(thread) => thread.join().unwrap_or(Exit::Internal),
            // Where address space is short, most files need no more than there is.
            Err(_) => guarded(),
        }
    })
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
        console::complain("stopping; press Ctrl-C again to end at once");
    };
    // Where nobody can be told, Ctrl-C ends it at once.
    let _ = ctrlc::set_handler(interrupted);
}

/// What shells take for a command that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

fn run(cli: &Cli) -> Exit {
    heed_interrupts(&cli.command);
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
