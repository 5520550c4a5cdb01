//! Runs of the `tim3` command, as a user starts it.

use std::time::Duration;

/// What a run of the command said.
#[derive(Debug)]
pub struct Said {
    /// The exit code, or -1 where a signal or the time limit ended it.
    pub code: i32,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

/// More than any of these runs takes on a busy machine; a run that hangs fails.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs `tim3` with these arguments, and neither a terminal nor standard input: the program that
/// `TIM3` names, if it does, as the optimised one takes a third of the time.
pub fn tim3(args: &[&str]) -> Said {
    let named = std::env::var_os("TIM3").map(assert_cmd::Command::new);
    let mut command = named.unwrap_or_else(|| assert_cmd::cargo::cargo_bin_cmd!("tim3"));
    let output = command.args(args).timeout(PATIENCE).output().expect("tim3 starts");
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
    }
}
