//! Runs the rows, each in a process of its own, and prints the table.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::{external, rows};

/// What one process used.
#[derive(Clone, Copy)]
pub struct Usage {
    cpu: Duration,
    wall: Duration,
    /// Peak resident bytes.
    peak: u64,
}

/// Prints the table of one size: of each row the best of so many rounds, in which all rows take
/// turns. Bytes are those of the whole process at its peak, frontier included; ratios are of CPU
/// time, to the first row.
pub fn print(large: bool, rounds: usize) {
    let size = if large { "4 1 1 1 0 1" } else { "3 1 1 1 1 1" };
    let (states, transitions) = if large { (9_834_496, 98_344_960) } else { (658_503, 7_084_584) };
    let (fewer, steps) = if large { (331, 2640) } else { (1141, 6840) };
    println!("reference workload {size}: {states} states, {transitions} transitions\n");
    let tools = external::tools(large).map(|tool| (tool.name, tool.prepare()));
    let mut rows = Vec::new();
    for (row, name) in rows::ROWS {
        rows.push(Row::new(name, states, move || own(row, large, (states, transitions))));
    }
    for (name, program) in &tools {
        match program {
            Ok(program) => rows.push(Row::new(*name, states, || program.measure())),
            Err(reason) => println!("{name} is left out: {reason}\n"),
        }
    }
    let (row, name) = rows::REDUCED;
    let name = format!("{name}: the same verdicts from {fewer} states");
    rows.push(Row::new(name, fewer, || own(row, large, (fewer, steps))));
    for round in 1..=rounds.max(1) {
        for row in &mut rows {
            eprintln!("round {round}: {}", row.name);
            row.run();
        }
    }
    println!("| search | CPU s | wall s | peak MB | bytes per state | of hand-packed |");
    println!("|---|---:|---:|---:|---:|---:|");
    let base = rows[0].best().cpu;
    for row in &rows {
        row.print(base);
    }
    println!();
}

/// A line of the table.
struct Row<'a> {
    name: String,
    states: u64,
    run: Box<dyn FnMut() -> Usage + 'a>,
    runs: Vec<Usage>,
}

impl<'a> Row<'a> {
    fn new(name: impl Into<String>, states: u64, run: impl FnMut() -> Usage + 'a) -> Self {
        Self { name: name.into(), states, run: Box::new(run), runs: Vec::new() }
    }

    fn run(&mut self) {
        self.runs.push((self.run)());
    }

    /// The run that took the least CPU time.
    fn best(&self) -> Usage {
        *self.runs.iter().min_by_key(|usage| usage.cpu).expect("at least one run")
    }

    #[allow(clippy::cast_precision_loss, reason = "a table of three digits")]
    fn print(&self, base: Duration) {
        let usage = self.best();
        println!(
            "| {} | {:.3} | {:.3} | {:.0} | {} | {:.2} |",
            self.name,
            usage.cpu.as_secs_f64(),
            usage.wall.as_secs_f64(),
            usage.peak as f64 / 1e6,
            usage.peak / self.states,
            usage.cpu.as_secs_f64() / base.as_secs_f64(),
        );
    }
}

/// Runs a row of this program once; it must find these states and transitions, and that all
/// invariants hold.
fn own(row: &str, large: bool, (states, steps): (u64, u64)) -> Usage {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--row", row]);
    command.args(large.then_some("--large"));
    let (usage, output) = measure(command);
    assert_eq!(output.trim(), format!("{states} {steps}"), "{row}");
    usage
}

/// Runs a command to its end; what it used and what it printed.
///
/// # Panics
/// If it cannot be run or fails.
pub fn measure(mut command: Command) -> (Usage, String) {
    let start = Instant::now();
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut output = String::new();
    let mut pipe = child.stdout.take().expect("piped");
    pipe.read_to_string(&mut output).expect("text");
    let ended = child.wait4().expect("the child just started");
    assert!(ended.status.success(), "{command:?} failed");
    let usage = Usage {
        cpu: ended.rusage.utime + ended.rusage.stime,
        wall: start.elapsed(),
        peak: ended.rusage.maxrss,
    };
    (usage, output)
}
