//! Spin and Rumur, where they are installed: their models are generated, compiled and run in
//! a scratch directory.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::table::{Usage, measure};

/// A checker of another kind.
pub struct Tool {
    pub name: &'static str,
    /// What prints the model, beside `SPEC.md`.
    generator: &'static str,
    model: &'static str,
    /// Makes a program of the model, one command a line.
    build: &'static str,
    run: &'static [&'static str],
    /// What its output says about the number of states if it did the same work.
    states: &'static str,
    parameters: &'static str,
}

/// A built checker.
pub struct Program {
    directory: PathBuf,
    tool: Tool,
}

/// The tools, for one size.
pub fn tools(large: bool) -> [Tool; 2] {
    let parameters = if large { "4 1 1 1 0 1" } else { "3 1 1 1 1 1" };
    let count = |small, big| if large { big } else { small };
    [
        Tool {
            name: "Spin -O2",
            generator: "promela.py",
            model: "m.pml",
            build: "spin -a m.pml && gcc -O2 -DSAFETY -DNOFAIR -march=native -w -o pan pan.c",
            run: &["./pan", "-m100000", "-w24"],
            states: count("658503 states, stored", "9834496 states, stored"),
            parameters,
        },
        Tool {
            name: "Rumur -O3, 1 thread",
            generator: "murphi.py",
            model: "m.m",
            build: "rumur --deadlock-detection off --symmetry-reduction off --threads 1 \
                    --output m.c m.m && gcc -std=c11 -O3 -march=native -mcx16 -DNDEBUG -w \
                    -o m m.c -lpthread -latomic",
            run: &["./m"],
            states: count("658503 states", "9834496 states"),
            parameters,
        },
    ]
}

impl Tool {
    /// Generates and compiles; says why not if that does not work.
    pub fn prepare(self) -> Result<Program, String> {
        let models = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/models");
        let scratch = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let directory = scratch.join(self.generator).join(self.parameters.replace(' ', ""));
        fs::create_dir_all(&directory).map_err(|error| error.to_string())?;
        let generated = Command::new("python3")
            .arg(format!("{models}/{}", self.generator))
            .args(self.parameters.split(' '))
            // The scalarset form of the Murphi model is off; Promela has the flat form.
            .arg(if self.model == "m.m" { "0" } else { "flat" })
            .output()
            .map_err(|error| format!("python3: {error}"))?;
        fs::write(directory.join(self.model), generated.stdout)
            .map_err(|error| error.to_string())?;
        let built = Command::new("sh")
            .args(["-c", self.build])
            .current_dir(&directory)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .map_err(|error| error.to_string())?;
        let missing = "it or gcc is not installed (apt-get install spin rumur gcc)";
        let program = Program { directory, tool: self };
        built.success().then_some(program).ok_or_else(|| missing.to_owned())
    }
}

impl Program {
    pub fn measure(&self) -> Usage {
        let mut command = Command::new(self.tool.run[0]);
        command.args(&self.tool.run[1..]).current_dir(&self.directory);
        let (usage, output) = measure(command);
        assert!(output.contains(self.tool.states), "{} did other work:\n{output}", self.tool.name);
        usage
    }
}
