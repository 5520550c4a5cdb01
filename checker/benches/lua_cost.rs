//! What it costs to check the Lua of a contract rather than its transcription.
//!
//! ```text
//! cargo bench -p checker --bench lua_cost           # five rounds
//! cargo bench -p checker --bench lua_cost -- 9
//! ```
//!
//! Both sides run in turns, each as a process of its own, with the same bounds, platforms and
//! threads, and must find the same number of states. What is compared is the CPU time of the
//! whole process, in which waiting for a busy machine does not count. Each run begins after a
//! pause: a virtual machine that gives free memory back to its host takes a quarter of the time
//! more where that has happened, and without the pause it would have for one side alone.

use std::io::Read;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;
use wait4::Wait4;

const LUA: [&str; 2] = ["--handlers", "../model/lua/hardened.lua"];
const NATIVE: [&str; 1] = ["hardened"];
const BOUNDS: [&str; 3] = ["--bounds", "default", "--quiet"];

/// What a check printed, and the time that it took of a CPU.
struct Check {
    report: String,
    cpu: Duration,
}

/// Long enough for the memory of the run before to be given back.
const PAUSE: Duration = Duration::from_secs(6);

impl Check {
    fn run(subject: &[&str]) -> Self {
        thread::sleep(PAUSE);
        let mut command = Command::new(env!("CARGO_BIN_EXE_tim3"));
        command.arg("check").args(subject).args(BOUNDS).stdout(Stdio::piped());
        let mut child = command.spawn().expect("tim3 runs");
        let mut report = String::new();
        let output = child.stdout.as_mut().expect("it is piped");
        output.read_to_string(&mut report).expect("a report is text");
        let ended = child.wait4().expect("it ends");
        Self { report, cpu: ended.rusage.utime + ended.rusage.stime }
    }

    /// How many searches and states there were.
    fn extent(&self) -> &str {
        self.report.lines().next().expect("a report begins with what was searched")
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let rounds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(5);
    let round = |number: usize| {
        let (lua, native) = (Check::run(&LUA), Check::run(&NATIVE));
        let ratio = lua.cpu.as_secs_f64() / native.cpu.as_secs_f64();
        println!(
            "round {number}: Lua {:.2?}, native {:.2?} of CPU: {ratio:.2}",
            lua.cpu, native.cpu
        );
        (lua, native, ratio)
    };
    let all: Vec<_> = (1..=rounds.max(1)).map(round).collect();
    let (lua, native, _) = &all[0];
    assert_eq!(lua.extent(), native.extent(), "both search the same states");
    println!("{}", lua.extent());
    let mut lines = lua.report.lines();
    println!("{}", lines.find(|line| line.contains("distinct")).expect("what was run of the Lua"));
    let middle = |of: fn(&(Check, Check, f64)) -> f64| median(all.iter().map(of).collect());
    println!(
        "medians of {}: Lua {:.2} s, native {:.2} s, ratio {:.2}",
        all.len(),
        middle(|(lua, _, _)| lua.cpu.as_secs_f64()),
        middle(|(_, native, _)| native.cpu.as_secs_f64()),
        middle(|(_, _, ratio)| *ratio),
    );
}
