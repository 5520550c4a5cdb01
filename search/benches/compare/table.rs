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

/// Prints the table of one size. Bytes are those of the whole process at its peak, frontier
/// included; ratios are of CPU time, to the first row.
pub fn print(large: bool, repeat: usize) {
    let size = if large { "4 1 1 1 0 1" } else { "3 1 1 1 1 1" };
    let (states, transitions) = if large { (9_834_496, 98_344_960) } else { (658_503, 7_084_584) };
    println!("reference workload {size}: {states} states, {transitions} transitions\n");
    println!("| search | CPU s | wall s | peak MB | bytes per state | of hand-packed |");
    println!("|---|---:|---:|---:|---:|---:|");
    let mut base = None;
    for (row, name) in rows::ROWS {
        let usage = best(repeat, || own(row, large, &format!("{states} {transitions}")));
        let base = *base.get_or_insert(usage.cpu);
        line(name, usage, base, states);
    }
    let base = base.expect("a first row");
    for tool in external::tools(large) {
        match tool.prepare() {
            Ok(program) => {
                let usage = best(repeat, || program.measure());
                line(tool.name, usage, base, states);
            }
            Err(reason) => println!("| {} | skipped: {reason} |", tool.name),
        }
    }
    let (row, name) = rows::REDUCED;
    let (fewer, steps) = if large { (331, 2640) } else { (1141, 6840) };
    let usage = best(repeat, || own(row, large, &format!("{fewer} {steps}")));
    line(&format!("{name}: the same verdicts from {fewer} states"), usage, base, fewer);
    println!();
}

/// Runs a row of this program once; it must find these states and transitions, and that all
/// invariants hold.
fn own(row: &str, large: bool, expected: &str) -> Usage {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--row", row]);
    command.args(large.then_some("--large"));
    let (usage, output) = measure(command);
    assert_eq!(output.trim(), expected, "{row}");
    usage
}

fn best(repeat: usize, run: impl FnMut() -> Usage) -> Usage {
    let runs = std::iter::repeat_with(run).take(repeat.max(1));
    runs.min_by_key(|usage| usage.cpu).expect("at least one run")
}

#[allow(clippy::cast_precision_loss, reason = "a table of three digits")]
fn line(name: &str, usage: Usage, base: Duration, states: u64) {
    println!(
        "| {name} | {:.3} | {:.3} | {:.0} | {} | {:.2} |",
        usage.cpu.as_secs_f64(),
        usage.wall.as_secs_f64(),
        usage.peak as f64 / 1e6,
        usage.peak / states,
        usage.cpu.as_secs_f64() / base.as_secs_f64(),
    );
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
