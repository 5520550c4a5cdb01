//! Runs mutated Lua files with odd messages, as long as it is told to, and reports whatever
//! panics, does not end, or does not give the same twice.
//!
//! ```text
//! cargo run --release -p aos --example fuzz -- --seconds 60 --seed 1
//! ```
//!
//! The Lua is that of the repository and of `hostile.rs`. What goes wrong is saved in the
//! directory for temporary files, and the run fails.

mod corpus;
mod hostile;
mod messages;
mod mutate;
mod random;
mod tally;
mod trial;
mod watchdog;

use corpus::Corpus;
use random::Random;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use tally::Tally;
use watchdog::Watchdog;

/// How often the counts are printed.
const REPORT: Duration = Duration::from_secs(60);

fn argument(name: &str, otherwise: u64) -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

fn main() -> ExitCode {
    let (seconds, seed) = (argument("--seconds", 60), argument("--seed", 1));
    let (begun, mut random) = (Instant::now(), Random::new(seed));
    let (corpus, watchdog) = (Corpus::read(), Watchdog::start(seed));
    let (mut tally, mut reported) = (Tally::default(), begun);
    while begun.elapsed() < Duration::from_secs(seconds) {
        let source = mutate::source(&corpus, &mut random);
        let mut inner = random.split();
        let trial = || trial::run(&source, &corpus, &mut inner, &mut tally, &watchdog);
        match catch_unwind(AssertUnwindSafe(trial)) {
            Ok(Ok(())) => {}
            Ok(Err(what)) => tally.finding(&watchdog.save(&source, &what)),
            Err(_) => tally.finding(&watchdog.save(&source, "a panic")),
        }
        if reported.elapsed() > REPORT {
            reported = Instant::now();
            println!("{:6} s: {tally}", begun.elapsed().as_secs());
        }
    }
    println!("seed {seed}, {} s: {tally}", begun.elapsed().as_secs());
    if tally.findings == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
