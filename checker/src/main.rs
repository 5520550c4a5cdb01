//! The `tim3` command.

use checker::{cli::Cli, commands, exit_code::Exit};
use clap::Parser;
use std::io::Write;

fn main() -> Exit {
    match commands::run(&Cli::parse().command) {
        Ok(answer) => match std::io::stdout().write_all(answer.text.as_bytes()) {
            Ok(()) => answer.exit,
            // The reader has gone, as with `tim3 list | head`; what it read was right.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => answer.exit,
            Err(error) => {
                eprintln!("tim3: standard output: {error}");
                Exit::Internal
            }
        },
        Err(failure) => {
            eprintln!("tim3: {}", failure.message);
            failure.exit
        }
    }
}
