//! A counterexample as a test of the real aos: a file of JavaScript that sends the messages of the
//! run to the wasm that compute units run, and compares each result with what the host says.
//!
//! In reading order: a [`Course`] is the run as the process of the contract has it; `terms` has the
//! ids and References of its messages, `host` says the result of each, and `told` is that as data.
//! What every such file begins with, and what sends and compares, is `runner.mjs`.

mod course;
mod host;
mod several;
mod terms;
mod told;

pub use course::{Course, Edge, NoCourse, Part, ProcessTold, Step};
pub use several::{Given, Happening, OneProcess, courses};
pub use told::{After, ItemTold, Place, SentTold, StateTold};

use crate::escape::{json, json_lines};
use crate::replay::Replay;
use aos::Program;
use model::Subject;
use model::deployed::{Ids, Manner, program};

/// What sends and compares.
const RUNNER: &str = include_str!("runner.mjs");

/// What a step that the process does not do begins with.
const LEDGER: &str =
    "  // SIMULATED AT THE EDGE: this token is built into tim3, and has no Lua to run here.\n";
const NETWORK: &str =
    "  // SIMULATED AT THE EDGE: this is the network's doing; nothing reaches the process.\n";
const KEPT: &str = "  // SIMULATED AT THE EDGE: the platform keeps what is done before an error; aos 2 does not say what was sent.\n";

/// The test of a counterexample, as a file of JavaScript.
///
/// # Errors
/// Why there is none.
pub fn written(replay: &Replay) -> Result<String, NoCourse> {
    let title = format!("{} breaks {}", replay.trace.world.subject, replay.property.name);
    Course::of(&replay.trace, &title).map(|course| course.file())
}

impl Course {
    /// The course as a file of JavaScript.
    pub fn file(&self) -> String {
        let lines: Vec<_> =
            self.lua.split('\n').map(|line| format!("    {},\n", json(line))).collect();
        let steps: Vec<_> = self.steps.iter().map(Step::in_file).collect();
        format!(
            "{RUNNER}\ncheck({{\n  title: {},\n  process: {},\n  lua: [\n{}  ].join(\"\\n\"),\n  state: {},\n  steps: [\n{}  ],\n}});\n",
            json(&self.title),
            json(&self.process),
            lines.concat(),
            json(&self.state),
            steps.concat(),
        )
    }
}

impl Step {
    fn in_file(&self) -> String {
        let mark = match &self.part {
            Part::Edge { by: Edge::Ledger, .. } => LEDGER,
            Part::Edge { by: Edge::Network, .. } => NETWORK,
            Part::Item { then, .. } if then.keeps => KEPT,
            Part::Item { .. } => "",
        };
        format!("{mark}{},\n", json_lines(self).trim_end())
    }
}

/// What runs a contract, by its own Lua: of a transcription, the Lua that it stands for.
struct InLua {
    program: Program,
    ids: Ids,
    manner: Manner,
}

impl InLua {
    fn of(subject: &Subject) -> Result<Self, NoCourse> {
        match subject {
            Subject::Pair(_) => Err(NoCourse::Pair),
            Subject::Lua(lua, _) => {
                let own = lua.program();
                let program = Program::new(&*own.file, &*own.source, own.settings.clone());
                let program = match own.successor.clone() {
                    Some(later) => program.succeeded_by(later),
                    None => program,
                };
                Ok(Self { program, ids: lua.ids().clone(), manner: lua.manner().clone() })
            }
            Subject::Variant(variant) => {
                let source = variant.lua().map_err(|edit| NoCourse::Lua(edit.to_owned()))?;
                let (ids, manner) = (Ids::of(&[&source]), Manner::default());
                let program = program(&format!("{variant}.lua"), &source, &manner, &ids);
                Ok(Self { program, ids, manner })
            }
        }
    }
}
