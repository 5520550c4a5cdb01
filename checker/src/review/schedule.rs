//! A schedule that shows something, and what both versions do with it.

use super::{Review, SIDES};
use crate::search::Found;
use explorer::document::Document;
use explorer::escape::Escaped;
use explorer::judgement::Judges;
use explorer::lanes::Lanes;
use explorer::mermaid::{self, Mermaid};
use explorer::parting::Parting;
use explorer::trace::Trace;
use explorer::world::World;
use model::Subject;
use serde::Serialize;
use std::fmt;
use std::sync::{Arc, OnceLock};

/// A schedule, and what both versions do with it.
#[derive(Clone, Debug, Serialize)]
pub struct Schedule {
    pub profile: &'static str,
    pub faults: String,
    /// Its actions, by name.
    pub actions: Vec<String>,
    /// The first step at which the two part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parted: Option<usize>,
    /// How they differ at that step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub differences: Vec<String>,
    /// Whether both versions were run with it.
    #[serde(skip)]
    pub is_compared: bool,
    #[serde(skip)]
    shown: Shown,
}

/// The run that is drawn.
#[derive(Clone)]
struct Shown {
    trace: Arc<Trace>,
    document: Arc<OnceLock<Document>>,
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a run of {} steps", self.trace.len())
    }
}

impl Schedule {
    /// The schedule of a finding, in the world in which it was found.
    pub(super) fn of(world: &World, found: &Found) -> Self {
        let names: Vec<_> = found.actions.iter().map(ToString::to_string).collect();
        let trace = Trace::leniently(shown(world), names.iter().map(String::as_str)).with_lua();
        Self {
            profile: world.profile.name,
            faults: found.faults.to_string(),
            actions: names,
            parted: None,
            differences: Vec::new(),
            is_compared: false,
            shown: Shown { trace: Arc::new(trace), document: Arc::default() },
        }
    }

    /// The same, and where the two versions part.
    pub(super) fn parting(self, review: &Review) -> Self {
        let run = |subject: &Subject| {
            let world = World { subject: subject.clone(), ..self.shown.trace.world.clone() };
            Trace::leniently(world, self.actions.iter().map(String::as_str))
        };
        let (old, new) = (run(&review.old.subject), run(&review.new.subject));
        let Parting { parted, mut steps, .. } = Parting::called(SIDES, &old, &new);
        let differences = parted.map(|step| std::mem::take(&mut steps[step])).unwrap_or_default();
        Self { parted, differences, is_compared: true, ..self }
    }

    fn document(&self) -> &Document {
        let Shown { trace, document } = &self.shown;
        document.get_or_init(|| Document::of(trace, &Judges::of(&trace.world, &trace.swap)))
    }

    /// What happens in each step, in words.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.document().steps.iter().map(|step| step.sentence.as_str())
    }

    /// The messages as a Mermaid sequence diagram, of at most about sixty.
    pub fn mermaid(&self) -> Escaped<Mermaid> {
        let lanes = Lanes::of(&self.shown.trace);
        mermaid::diagram(self.document(), &lanes, mermaid::MOST)
    }

    /// The messages as a picture that says what it is.
    pub fn svg(&self, title: &str) -> String {
        self.document().drawing(&self.shown.trace).file(title)
    }

    /// The file whose Lua runs; nothing where none does.
    pub fn file(&self) -> Option<&str> {
        Some(self.shown.trace.program()?.watched().0)
    }

    /// Which lines of it and of each of its modules ran in a step, counted from 1, the file first.
    pub fn ran(&self, step: usize) -> Vec<(&str, Vec<u32>)> {
        let trace = &self.shown.trace;
        let ran = trace.program().zip(trace.lua(step));
        ran.map(|(program, ran)| program.by_file(&ran.lines)).unwrap_or_default()
    }
}

/// For two contracts side by side, the second is shown.
fn shown(world: &World) -> World {
    let subject = match &world.subject {
        Subject::Pair(pair) => (*pair.other).clone(),
        alone => alone.clone(),
    };
    World { subject, ..world.clone() }
}
