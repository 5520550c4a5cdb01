//! Interpreters for a contract, and every evaluation that was run in them.

use super::alike::{Exchange, Ran};
use super::coverage::{Coverage, Reached};
use super::inert::Inert;
use super::made::Made;
use super::powers::{Evaluated, Power};
use super::state::{Known, Version};
use super::{DeployError, Ids, LuaState, Manner, Observables, judged};
use crate::books::Books;
use crate::contract::{Objection, Wrong};
use crate::message::{Address, Message, Outgoing};
use crate::process::{HandlerError, Label};
use crate::renaming::Renaming;
use aos::{
    Digest, Evaluation, LoadError, Machine, Note, Outcome, PairsOrder, Program, Refused, Sent, stop,
};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};

pub(super) type Table<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug)]
pub(super) struct Step {
    pub(super) after: LuaState,
    pub(super) sent: Vec<Outgoing>,
    pub(super) outcome: Result<Label, HandlerError>,
    /// Whether no handler claimed the message, and nothing was sent.
    pub(super) is_idle: bool,
}

/// Why there is no step.
pub(super) enum NoStep {
    /// The handlers asked for what the host does not do.
    Refused(Arc<Refused>),
    /// It was given up, and why: another time there may be one.
    Cut(String),
}

impl From<Refused> for NoStep {
    fn from(refused: Refused) -> Self {
        Self::Refused(Arc::new(refused))
    }
}

/// What was run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Distinct states of the contract.
    pub states: u64,
    /// Distinct evaluations, with those that others were compared with: each was run once.
    pub evaluations: u64,
    /// How many values each global took, most first.
    pub globals: Vec<(String, u64)>,
    /// What ran of each handler that is a function of the file, and of what belongs to none.
    pub coverage: Vec<Coverage>,
    /// What some evaluation read that was tried in one way, with where; ascending.
    pub notes: Vec<Note>,
}

/// What one evaluation did.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Trace {
    /// The handlers that ran, by name.
    pub handlers: Vec<String>,
    /// The lines of the file that ran, ascending.
    pub lines: Vec<u32>,
    /// Where an error was thrown: the lines on the stack, innermost first.
    pub stack: Vec<u32>,
    /// What was printed.
    pub printed: Vec<String>,
}

pub(super) struct Workshop {
    /// What reports call it.
    pub(super) name: String,
    pub(super) program: Arc<Program>,
    pub(super) manner: Manner,
    pub(super) ids: Ids,
    /// Idle machines, each with the thread that used it last.
    pub(super) machines: Mutex<Vec<(ThreadId, Machine)>>,
    steps: Made<Result<Arc<Ran>, Arc<Refused>>>,
    values: Mutex<BTreeMap<Vec<u8>, HashSet<Digest, foldhash::fast::RandomState>>>,
    /// All states, by everything that distinguishes them. A state whose books cannot be read is also
    /// found by what was known of it before.
    states: Mutex<Table<Known, LuaState>>,
    /// The notes of searches that count.
    pub(super) noted: Mutex<BTreeSet<Note>>,
    /// What ran in these searches.
    pub(super) reached: Mutex<Reached>,
    /// The powers seen so far.
    pub(super) powers: Mutex<BTreeSet<Power>>,
    refusal: Mutex<Option<String>>,
    is_refused: AtomicBool,
    /// The exchanges of names that were asked for, each with its number as its place.
    pub(super) exchanges: Mutex<Vec<Renaming>>,
    /// States with their names exchanged.
    pub(super) renamed: Made<LuaState>,
    /// States after an Eval of the source of a version.
    loaded: Made<LuaState>,
    /// What may be taken for inert: seen in every new state.
    pub(super) inert: OnceLock<Inert>,
    /// After loading.
    pub(super) initial: aos::State,
    pub(super) may_read_time: bool,
}

impl Workshop {
    pub(super) fn new(program: &Arc<Program>, manner: Manner, ids: Ids) -> Result<Self, LoadError> {
        let (machine, initial) = Machine::new(program)?;
        let later = program.successor.as_ref();
        Ok(Self {
            name: later.map_or_else(
                || program.file.clone(),
                |later| format!("{} upgraded to {}", program.file, later.file),
            ),
            may_read_time: program.may_read_time(),
            program: Arc::clone(program),
            manner,
            ids,
            machines: Mutex::new(vec![(thread::current().id(), machine)]),
            steps: Made::default(),
            values: Mutex::default(),
            states: Mutex::default(),
            noted: Mutex::default(),
            reached: Mutex::default(),
            powers: Mutex::default(),
            refusal: Mutex::default(),
            is_refused: AtomicBool::new(false),
            exchanges: Mutex::default(),
            renamed: Made::default(),
            loaded: Made::default(),
            inert: OnceLock::new(),
            initial,
        })
    }

    /// A file may be no contract of aos at all.
    pub(super) fn must_handle_something(&self) -> Result<(), DeployError> {
        let listed = self.with_machine(|machine| machine.handlers(&self.initial));
        let is_of_aos = |name: &str| ["_eval", "_default"].contains(&name);
        if listed.iter().any(|one| one.lines.is_some() || !is_of_aos(&one.handler)) {
            return Ok(());
        }
        let file = self.program.file.clone();
        let has_compute = self.initial.globals().any(|(name, _)| name == b"compute");
        Err(DeployError::NoHandlers { file, has_compute })
    }

    /// Runs `work` with a machine. A call within `work` gets another machine.
    pub(super) fn with_machine<T>(&self, work: impl FnOnce(&Machine) -> T) -> T {
        let user = thread::current().id();
        let machine = self.free_machine(user).unwrap_or_else(|| self.new_machine());
        let done = work(&machine);
        lock(&self.machines).push((user, machine));
        done
    }

    /// An idle machine, preferably one that this thread used last: its memory is near.
    fn free_machine(&self, user: ThreadId) -> Option<Machine> {
        let mut machines = lock(&self.machines);
        let own = machines.iter().rposition(|(last, _)| *last == user);
        let place = own.or_else(|| machines.len().checked_sub(1))?;
        Some(machines.swap_remove(place).1)
    }

    pub(super) fn new_machine(&self) -> Machine {
        stop::never(|| Machine::new(&self.program)).expect("it loaded before").0
    }

    /// The initial state, and that after an upgrade at once, where one is possible.
    pub(super) fn bases(&self) -> Vec<(aos::State, Version)> {
        let upgraded = || self.with_machine(|machine| machine.upgrade(&self.initial)).ok();
        let upgraded = self.program.successor.as_ref().and_then(|_| upgraded());
        let upgraded = upgraded.map(|image| (image, Version::Later));
        [(self.initial.clone(), Version::First)].into_iter().chain(upgraded).collect()
    }

    pub(super) fn books(&self, image: &aos::State, version: Version) -> (Books, Option<Objection>) {
        let later = self.manner.later.as_ref().filter(|_| version == Version::Later);
        let observables = later.unwrap_or(&self.manner.observables);
        let read = self.with_machine(|machine| observables.read(machine, image, &self.ids));
        let objection = read.1.map(|wrong| Objection::new(Wrong::Unreadable, wrong.0));
        (read.0, objection)
    }

    /// Whether a global holds the books, or part of them.
    pub(super) fn is_book(&self, global: &str) -> bool {
        let Manner { observables, later, .. } = &self.manner;
        let of = |one: &Observables| one.are_in(global);
        of(observables) || later.as_ref().is_some_and(of)
    }

    /// Whom aos trusts in a state, where that is not whom the process was spawned with.
    pub(super) fn authorities(&self, image: &aos::State) -> Option<Vec<Address>> {
        let listed = self.with_machine(|machine| machine.authorities(image));
        let listed = listed.unwrap_or_else(|refused| {
            self.refuse(&refused.to_string());
            None
        });
        Some(listed?.iter().map(|one| self.ids.named_text(one).into()).collect())
    }

    /// A step, and whether it treats these exchanges of names alike; nothing once the handlers
    /// asked for what the host does not do, or why it was given up.
    pub(super) fn step(
        self: &Arc<Self>,
        state: &LuaState,
        message: &Message,
        nth: u8,
        exchanges: &[Exchange],
    ) -> Result<(Arc<Ran>, bool), Option<String>> {
        if self.is_refused() {
            return Err(None);
        }
        self.compared((state, message, nth), exchanges).map_err(|why| match why {
            NoStep::Cut(why) => Some(why),
            NoStep::Refused(refused) => {
                self.refuse(&refused.to_string());
                None
            }
        })
    }

    pub(super) fn ran(
        self: &Arc<Self>,
        (state, message, nth): (&LuaState, &Message, u8),
    ) -> Result<Arc<Ran>, NoStep> {
        let run = || match self.run(state, message, nth) {
            Ok(step) => Ok(Ok(Arc::new(Ran::new(step)))),
            Err(NoStep::Refused(refused)) => Ok(Err(refused)),
            Err(cut) => Err(cut),
        };
        let ran = self.steps.get_or_try(Digest::of_value(&(state, message, nth)), run)?;
        ran.map_err(NoStep::Refused)
    }

    /// Keeps the alphabetically first refusal, so that reports are deterministic.
    fn refuse(&self, text: &str) {
        let text = &*self.ids.named_text(text);
        let mut refusal = lock(&self.refusal);
        if refusal.as_deref().is_none_or(|known| text < known) {
            *refusal = Some(text.to_owned());
        }
        self.is_refused.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_refused(&self) -> bool {
        self.is_refused.load(Ordering::Relaxed)
    }

    pub(super) fn refusal(&self) -> Option<String> {
        lock(&self.refusal).clone()
    }

    fn run(self: &Arc<Self>, state: &LuaState, message: &Message, nth: u8) -> Result<Step, NoStep> {
        let evaluate =
            |machine: &Machine, order| self.evaluate(machine, (state.image(), message, nth), order);
        let evaluation = self.with_machine(|machine| evaluate(machine, PairsOrder::Sorted))?;
        let mut step = self.step_of(state, &evaluation);
        let seen = Evaluated {
            message,
            states: [state.image(), &evaluation.state],
            books: [state.books(), step.after.books()],
            sent: &evaluation.sent,
        };
        lock(&self.powers).extend(seen.powers(|name| self.is_book(name)));
        if self.manner.is_paranoid {
            let again = self
                .with_machine(|_| self.with_machine(|other| evaluate(other, PairsOrder::Sorted)))?;
            step.after = step.after.doubted(&evaluation, &again, Wrong::NotRepeatable);
        }
        if self.manner.is_paranoid || evaluation.is_ordered {
            let turned = self.with_machine(|one| evaluate(one, PairsOrder::Reversed))?;
            step.after = step.after.doubted(&evaluation, &turned, Wrong::DependsOnOrder);
        }
        Ok(step)
    }

    fn step_of(self: &Arc<Self>, before: &LuaState, evaluation: &Evaluation) -> Step {
        let claimed = evaluation.ran.iter().filter(|name| *name != "_default");
        let claimed: Vec<&str> = claimed.map(String::as_str).collect();
        let label = if claimed.is_empty() { "inbox".into() } else { claimed.join(", ").into() };
        let (outcome, objection) = judged(&evaluation.outcome, label);
        let objection = before.objection().cloned().or(objection);
        let changed =
            evaluation.state != *before.image() || before.objection() != objection.as_ref();
        let after = if changed {
            LuaState::of(self, (evaluation.state.clone(), before.version()), objection)
        } else {
            before.clone()
        };
        let is_idle = claimed.is_empty() && evaluation.sent.is_empty() && outcome.is_ok();
        Step { after, sent: evaluation.sent.iter().map(outgoing).collect(), outcome, is_idle }
    }

    /// The state after an Eval of the source of this version, or why that was given up.
    pub(super) fn loaded(
        self: &Arc<Self>,
        state: &LuaState,
        version: Version,
    ) -> Result<LuaState, String> {
        let asked = Digest::of_value(&(state, version));
        self.loaded.get_or_try(asked, || self.load(state, version))
    }

    fn load(self: &Arc<Self>, state: &LuaState, version: Version) -> Result<LuaState, String> {
        let image = self.with_machine(|machine| match version {
            Version::First => machine.reload(state.image()),
            Version::Later => machine.upgrade(state.image()),
        });
        Ok(match image {
            Ok(image) => LuaState::of(self, (image, version), state.objection().cloned()),
            Err(error @ LoadError::Cut(_)) => return Err(error.to_string()),
            Err(LoadError::Refused(refused)) => {
                self.refuse(&refused.to_string());
                state.clone()
            }
            Err(error @ LoadError::Sends(_)) => {
                self.refuse(&error.to_string());
                state.clone()
            }
            // An Eval that fails leaves the state as it was.
            Err(_) if version == state.version() => state.clone(),
            Err(error) => state.objected(Objection::new(Wrong::DoesNotReplace, error.to_string())),
        })
    }

    pub(super) fn known_state(&self, known: &Known) -> Option<LuaState> {
        lock(&self.states).get(known).cloned()
    }

    /// Keeps a state, which was looked for as `asked`.
    pub(super) fn keep_state(&self, asked: Known, state: &LuaState) {
        let mut states = lock(&self.states);
        let is_known = states.insert(state.known().clone(), state.clone()).is_some();
        states.insert(asked, state.clone());
        drop(states);
        if is_known {
            return;
        }
        let mut values = lock(&self.values);
        for (name, value) in state.image().globals() {
            if !values.contains_key(name) {
                values.insert(name.to_vec(), HashSet::default());
            }
            if let Some(known) = values.get_mut(name) {
                known.insert(Digest::of(value));
            }
        }
    }

    pub(super) fn census(&self) -> Census {
        let values = lock(&self.values);
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        let mut globals: Vec<_> =
            values.iter().map(|(name, known)| (text(name), known.len() as u64)).collect();
        globals.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), name.clone()));
        let states = lock(&self.states);
        let states = states.iter().filter(|(asked, state)| *asked == state.known()).count() as u64;
        Census {
            states,
            evaluations: self.steps.count(Result::is_ok),
            globals,
            coverage: self.coverage(),
            notes: self.notes(),
        }
    }

    /// Evaluates a message, and calls everybody by name.
    fn evaluate(
        &self,
        machine: &Machine,
        asked: (&aos::State, &Message, u8),
        order: PairsOrder,
    ) -> Result<Evaluation, NoStep> {
        self.evaluate_plainly(machine, asked, order).map(|ran| self.ids.named(ran))
    }

    /// Evaluates a message; the result has ids, as the contract says them.
    pub(super) fn evaluate_plainly(
        &self,
        machine: &Machine,
        (image, message, nth): (&aos::State, &Message, u8),
        order: PairsOrder,
    ) -> Result<Evaluation, NoStep> {
        let (item, prefix) = (self.ids.item(message), message.identity.prefix(nth));
        finished(machine.evaluate(image, &item, self.ids.references(&prefix), order))
    }

    pub(super) fn trace(&self, state: &LuaState, message: &Message, nth: u8) -> Trace {
        // A machine of its own: what it runs is not part of the coverage.
        let machine = self.new_machine();
        machine.forget();
        let asked = (state.image(), message, nth);
        let evaluation = self.evaluate(&machine, asked, PairsOrder::Sorted);
        let lines = self.program.lines() - &machine.unreached();
        let lines = lines.into_iter().collect();
        match evaluation {
            Ok(Evaluation { ran, stack, printed, .. }) => {
                Trace { handlers: ran, lines, stack, printed }
            }
            Err(_) => Trace { handlers: vec![], lines, stack: vec![], printed: vec![] },
        }
    }
}

impl LuaState {
    /// Objects if another run of the same evaluation ended otherwise.
    fn doubted(&self, one: &Evaluation, other: &Evaluation, kind: Wrong) -> Self {
        if one.does_the_same(other) {
            return self.clone();
        }
        let handlers = one.ran.join(", ");
        let how = match kind {
            Wrong::DependsOnOrder => "with `pairs` going the other way round",
            _ => "the second time",
        };
        let text = format!("{handlers} does something else {how}");
        self.objected(Objection::new(kind, text))
    }
}

/// An evaluation, unless it was given up.
fn finished(evaluation: Result<Evaluation, Refused>) -> Result<Evaluation, NoStep> {
    match evaluation? {
        Evaluation { outcome: Outcome::Cut(why), .. } => Err(NoStep::Cut(why)),
        evaluation => Ok(evaluation),
    }
}

/// A message that no messenger takes goes to nobody.
fn outgoing(sent: &Sent) -> Outgoing {
    let text = |bytes: &[u8]| SmolStr::from(String::from_utf8_lossy(bytes));
    let target = sent.target.as_deref().filter(|_| sent.is_deliverable()).unwrap_or_default();
    let tags = sent.tags.iter().map(|(name, value)| {
        let value = match value {
            aos::TagValue::Text(value) => text(value),
            aos::TagValue::Other(kind, value) => format!("<{kind} {}>", text(value)).into(),
        };
        (text(name), value)
    });
    Outgoing { target: text(target), tags: tags.collect(), data: text(&sent.data) }
}
