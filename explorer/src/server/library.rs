//! The worlds that can be asked about, and the runs that were asked about last.

use crate::document::{Document, Ending};
use crate::judgement::Judges;
use crate::names;
use crate::replay::Replay;
use crate::svg::Drawing;
use crate::trace::Trace;
use crate::world::World;
use model::{Bounds, Reductions, Subject, Variant};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Steps that a run may have.
const MOST_STEPS: usize = 2000;

/// Runs that are kept: going on from one of them is cheap.
const KEPT: usize = 24;

/// A run, by names alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a run, an object")]
pub struct Run {
    pub subject: String,
    pub profile: String,
    pub bounds: Bounds,
    /// The simplifications that are off.
    #[serde(default)]
    pub without: Vec<String>,
    #[serde(default)]
    pub actions: Vec<String>,
    /// Whether an action that is not possible is a step in which nothing happens.
    #[serde(default)]
    pub lenient: bool,
}

/// Where the page starts.
pub struct Start {
    /// The run that it shows first.
    pub run: Run,
    /// The counterexample that this is, with its file, if it is one.
    pub replay: Option<(Replay, String)>,
}

/// All that can be shown.
pub struct Library {
    start: Start,
    ending: OnceLock<Ending>,
    subjects: BTreeMap<String, Subject>,
    seen: Mutex<VecDeque<(Run, Arc<Seen>)>>,
}

/// A run with those who judge it, and what was made of it so far.
pub(super) struct Seen {
    pub(super) trace: Trace,
    pub(super) judges: Judges,
    document: OnceLock<Document>,
    drawing: OnceLock<Drawing>,
}

impl Seen {
    fn of(trace: Trace, judges: Judges) -> Self {
        Self { trace, judges, document: OnceLock::new(), drawing: OnceLock::new() }
    }

    fn document(&self) -> &Document {
        self.document.get_or_init(|| Document::of(&self.trace, &self.judges))
    }
}

impl Run {
    /// A run in a world.
    pub fn of(world: &World, actions: Vec<String>) -> Self {
        let World { subject, profile, bounds, reductions } = world;
        let off = model::Reduction::ALL.into_iter().filter(|one| !reductions.has(*one));
        Self {
            subject: subject.name().to_owned(),
            profile: profile.name.to_owned(),
            bounds: *bounds,
            without: off.map(|one| one.name().to_owned()).collect(),
            actions,
            lenient: false,
        }
    }

    fn is_in_world_of(&self, other: &Self) -> bool {
        self.subject == other.subject
            && self.profile == other.profile
            && self.bounds == other.bounds
            && self.without == other.without
    }

    /// Whether going on from `other` leads to this run.
    fn goes_on_from(&self, other: &Self) -> bool {
        self.is_in_world_of(other)
            && self.actions.starts_with(&other.actions)
            && (self.lenient == other.lenient || other.actions.is_empty())
    }
}

impl Start {
    /// A counterexample from a file.
    pub fn replay(replay: Replay, file: String) -> Self {
        let actions = replay.trace.steps().iter().map(|step| step.name.clone()).collect();
        Self { run: Run::of(&replay.trace.world, actions), replay: Some((replay, file)) }
    }

    /// A world in which nothing has happened yet.
    pub fn world(world: &World) -> Self {
        Self { run: Run::of(world, Vec::new()), replay: None }
    }
}

impl Library {
    /// The built-in variants, and these: what the page starts with is one of them.
    pub fn new(start: Start, more: impl IntoIterator<Item = Subject>) -> Self {
        let built_in = Variant::all().map(Subject::from);
        let replayed = start.replay.as_ref().map(|(replay, _)| replay.trace.world.subject.clone());
        let all = built_in.chain(more).chain(replayed);
        let subjects = all.map(|subject| (subject.name().to_owned(), subject)).collect();
        Self { start, ending: OnceLock::new(), subjects, seen: Mutex::default() }
    }

    pub(super) fn start(&self) -> &Start {
        &self.start
    }

    pub(super) fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.values()
    }

    /// A run, and who judges it.
    ///
    /// # Errors
    /// What it names that there is not, or the step that is not possible.
    pub(super) fn run(&self, run: &Run) -> Result<Arc<Seen>, String> {
        if run.actions.len() > MOST_STEPS {
            return Err(format!(
                "the run has {} steps; at most {MOST_STEPS} are shown",
                run.actions.len()
            ));
        }
        let nearest = self.nearest(run);
        let seen = match &nearest {
            Some((known, seen)) if known == run => return Ok(Arc::clone(seen)),
            Some((known, seen)) => go_on(run, known.actions.len(), seen)?,
            None => {
                let trace = Trace::start(self.world(run)?).with_lua();
                let judges = Judges::of(&trace.world, &trace.swap);
                go_on(run, 0, &Seen::of(trace, judges))?
            }
        };
        let seen = Arc::new(seen);
        let mut kept = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front((run.clone(), Arc::clone(&seen)));
        kept.truncate(KEPT);
        Ok(seen)
    }

    /// The longest cached run that leads to this one.
    fn nearest(&self, run: &Run) -> Option<(Run, Arc<Seen>)> {
        let kept = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let on_the_way = kept.iter().filter(|(known, _)| run.goes_on_from(known));
        on_the_way.max_by_key(|(known, _)| known.actions.len()).cloned()
    }

    fn world(&self, run: &Run) -> Result<World, String> {
        let subject = match self.subjects.get(&run.subject) {
            Some(subject) => subject.clone(),
            None => names::variant(&run.subject)
                .map_err(|error| {
                    format!(
                        "{error}; this server knows only the Lua files that it was started with"
                    )
                })?
                .into(),
        };
        run.bounds.validate().map_err(|error| error.to_string())?;
        let mut reductions = Reductions::default();
        for name in &run.without {
            reductions = reductions.without(names::reduction(name)?);
        }
        Ok(World {
            subject,
            profile: names::profile(&run.profile)?,
            bounds: run.bounds,
            reductions,
        })
    }

    /// What is in sight of these steps of a run.
    pub(super) fn drawing(&self, run: &Run, first: usize, last: usize) -> Result<Drawing, String> {
        let seen = self.run(run)?;
        if let Some(drawing) = seen.drawing.get() {
            return Ok(drawing.of_steps(first, last));
        }
        let drawing = self.document(run)?.drawing(&seen.trace);
        Ok(seen.drawing.get_or_init(|| drawing).of_steps(first, last))
    }

    /// A run at a glance; with its result, where it is the counterexample.
    pub(super) fn document(&self, run: &Run) -> Result<Document, String> {
        let document = self.run(run)?.document().clone();
        let replay = self.start.replay.as_ref().filter(|_| *run == self.start.run);
        Ok(match replay {
            Some((replay, _)) => {
                let ending = self.ending.get_or_init(|| Ending::of(replay)).clone();
                Document { ending: Some(ending), ..document }
            }
            None => document,
        })
    }
}

/// The run `seen` with the actions of `run` behind it, from this one on.
fn go_on(run: &Run, from: usize, seen: &Seen) -> Result<Seen, String> {
    let mut trace = seen.trace.clone();
    for name in &run.actions[from..] {
        if run.lenient {
            trace.try_named(name);
        } else {
            trace.take_named(name).map_err(|error| error.to_string())?;
        }
    }
    trace.world.subject.refusal().map_or_else(|| Ok(Seen::of(trace, seen.judges.clone())), Err)
}

#[cfg(test)]
mod tests {
    use super::{Library, Run, Start};
    use crate::handlers::built_in;
    use crate::world::World;
    use model::deployed::Manner;
    use model::process::Evaluation;
    use model::usda::Usda;
    use model::{Bounds, Deployed, Pair, Profile, Reductions, Subject, Variant};
    use std::sync::Arc;

    /// Opens assignments in the middle of a Transfer, which the host does not do.
    const REFUSED: &str = "Balances, TotalSupply, UsdaCollateral = {}, 0, 0
        Handlers.add('pay', 'Transfer', function() ao.addAssignable({}) end)";

    fn pair(one: Deployed, other: Deployed) -> Subject {
        let lua = |lua| Box::new(Subject::Lua(lua, Usda::default()));
        Subject::Pair(Pair {
            name: "both".into(),
            one: lua(one),
            other: lua(other),
            called: ["one", "other"],
            skips_inert: false,
            evaluation: Evaluation::Atomic,
            left_half: Arc::default(),
        })
    }

    /// What is said of a run in which the contract hears a Transfer.
    fn said_of(subject: Subject) -> Option<String> {
        let (profile, bounds) = (Profile::ALL[0], Bounds::NAMED[0].1);
        let world = World { subject, profile, bounds, reductions: Reductions::default() };
        let run = Run::of(&world, vec!["alice: burn".into()]);
        Library::new(Start::world(&world), [world.subject.clone()]).run(&run).err()
    }

    #[test]
    fn of_two_contracts_either_may_be_refused() {
        let hardened = || built_in(Variant::Hardened).expect("it loads");
        let refused = || Deployed::new("a.lua", REFUSED, Manner::default()).expect("it loads");
        let is_told =
            |said: Option<String>| said.is_some_and(|said| said.contains("ao.addAssignable"));
        assert!(is_told(said_of(pair(refused(), hardened()))));
        assert!(is_told(said_of(pair(hardened(), refused()))));
        assert_eq!(said_of(pair(hardened(), hardened())), None);
    }
}
