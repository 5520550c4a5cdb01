//! The real Lua of a contract, as it would be deployed, in the place of a transcription.
//!
//! The host is the `aos` crate; here its evaluations become steps of the model. Each distinct
//! evaluation is run once, whichever search or thread asks for it. What the model would otherwise
//! assume about handlers is checked while they run: see [`inert`](self) for messages without
//! an effect, and [`Deployed::for_search`] for users who are alike.

mod accounts;
mod alike;
mod coverage;
mod derive;
mod ids;
mod inert;
mod made;
mod observables;
pub mod powers;
mod references;
mod rest;
mod state;
mod upgrade;
mod workshop;

pub use aos::{Dependence, Note, Way};
pub use coverage::{Coverage, Missed, Reached};
pub use ids::{Ids, USDA_PLACEHOLDER, made};
pub use observables::{Observables, ObservablesError};
pub use powers::Power;
pub use state::LuaState;
pub use workshop::{Census, Trace};

use crate::books::Books;
use crate::contract::{Contract, Objection, Wrong};
use crate::derived::Derived;
use crate::message::{Address, MU, Message, OWNER, Outgoing, TIM3, USDA};
use crate::process::{HandlerError, Handlers, Label, Outbox};
use crate::renaming::{Rename, Renaming};
use crate::usda;
use crate::wallet::{STRANGER, USERS};
use alike::{Exchange, Ran};
use aos::{Build, LoadError, Outcome, Program, Settings};
use derive::Found;
pub use derive::{LeftOut, Remark};
use inert::Inert;
use smol_str::SmolStr;
use state::Version;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::{borrow::Cow, fmt};
use workshop::{Workshop, lock};

/// How a Lua file is run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// Where its books are.
    pub observables: Observables,
    /// Where they are after an upgrade, where the file has one.
    pub later: Option<Observables>,
    /// Every evaluation is run twice more, in another interpreter and with `pairs` going the
    /// other way round, and compared. Without it, only those that go through a table of two
    /// entries or more are run once more, with `pairs` going the other way round.
    pub is_paranoid: bool,
    /// The limits of one evaluation.
    pub limits: aos::Limits,
    /// Tags that the process was spawned with, by name: nothing for one that it has not. In a
    /// value, [`USDA_PLACEHOLDER`] stands for the id of USDA.
    pub tags: BTreeMap<String, Option<String>>,
    /// Whether the stranger knows no [tricks](crate::Trick): all that she sends is derived.
    pub only_derived: bool,
}

/// A contract that is run by the host.
#[derive(Clone)]
pub struct Deployed {
    workshop: Arc<Workshop>,
    /// The states that the inertness of messages is judged in: the initial one, and that after
    /// an upgrade at once.
    bases: Vec<LuaState>,
    /// What a stranger can send because the file listens for it.
    derived: Arc<[Derived]>,
    /// Whether that is not what was derived from the file alone.
    is_sent_others: bool,
    left_out: LeftOut,
    /// What only the owner was seen to do, and that TIM3 can be stranded.
    tried_powers: Arc<BTreeSet<Power>>,
    remarks: Arc<[Remark]>,
    /// The handlers that ran before any search, by name.
    tried: Arc<BTreeSet<String>>,
    search: Arc<Search>,
}

/// What one search assumes about the handlers, and what it found.
#[derive(Default)]
struct Search {
    /// Whether no message is taken for inert.
    nothing_is_inert: bool,
    /// The exchanges of names that every evaluation is compared under.
    exchanges: Vec<Exchange>,
    /// What is known of messages, whose evaluations this search has seen compared.
    known_inert: inert::Known,
    /// Whether a message was taken for inert.
    was_inert: AtomicBool,
    /// Whether what decides that changed in some state.
    has_changed: AtomicBool,
    /// Whether an evaluation treated names differently that were to be alike.
    tells_apart: AtomicBool,
    /// Why an evaluation was given up, if one was.
    cut: Mutex<Option<String>>,
    is_cut: AtomicBool,
    /// Whether it found handlers that never come to rest.
    never_rests: AtomicBool,
}

/// Why a file cannot be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeployError {
    Load(LoadError),
    /// Its books cannot be found.
    Observables(ObservablesError),
    NoHandlers {
        file: String,
        /// Whether it has a `compute` function, as other runtimes call.
        has_compute: bool,
    },
}

impl fmt::Display for DeployError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Load(error) => error.fmt(f),
            Self::Observables(error) => error.fmt(f),
            Self::NoHandlers { file, has_compute } => {
                write!(f, "{file}: it adds no handler, so that it handles no message; ")?;
                if *has_compute {
                    return f.write_str(
                        "`compute` is what a process of the device lua@5.3a has: this checks processes of aos, which call Handlers.add",
                    );
                }
                f.write_str("use Handlers.add, or check the file that does")
            }
        }
    }
}

impl std::error::Error for DeployError {}

/// The program of a contract's file, as the TIM3 process has it in a world of these ids.
pub fn program(file: &str, source: &str, manner: &Manner, ids: &Ids) -> Program {
    let id = |name| ids.of_name(name);
    let settled = |value: &Option<String>| value.as_ref().map(|value| ids.settle(value));
    let settings = Settings {
        process: id(TIM3).into(),
        owner: id(OWNER).into(),
        authorities: vec![id(MU).into()],
        tags: manner.tags.iter().map(|(name, value)| (name.clone(), settled(value))).collect(),
        build: Build::Late,
        limits: manner.limits,
    };
    let people = USERS.into_iter().chain([STRANGER, OWNER, MU, USDA]);
    let program = Program::new(file, ids.settle(source), settings);
    let known = [&usda::HEARD[..], &usda::NOTICES].concat();
    program.among(people.map(id)).beside(id(USDA), &known)
}

impl Deployed {
    /// The contract of this file, as the TIM3 process runs it.
    ///
    /// # Errors
    /// Why it cannot be run, or its books not be found.
    pub fn new(file: &str, source: &str, manner: Manner) -> Result<Self, DeployError> {
        Self::of_source((file, source), manner, &derive::known)
    }

    /// The same, where the stranger sends only what she sends to every contract.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn without_derivation(
        file: &str,
        source: &str,
        manner: Manner,
    ) -> Result<Self, DeployError> {
        Self::of_source((file, source), manner, &|_, _| Found::default())
    }

    fn of_source(
        (file, source): (&str, &str),
        manner: Manner,
        derive: &dyn Fn(&Workshop, &[aos::State]) -> Found,
    ) -> Result<Self, DeployError> {
        let ids = Ids::with_tags(&[source], &manner.tags);
        let program = program(file, source, &manner, &ids);
        Self::of_program(&Arc::new(program), (manner, ids), derive)
    }

    fn of_program(
        program: &Arc<Program>,
        (manner, ids): (Manner, Ids),
        derive: &dyn Fn(&Workshop, &[aos::State]) -> Found,
    ) -> Result<Self, DeployError> {
        let workshop = Arc::new(Workshop::new(program, manner, ids).map_err(DeployError::Load)?);
        let seen = workshop.with_machine(|machine| {
            let Workshop { manner, initial, .. } = &*workshop;
            manner.observables.must_be_there(machine, initial, &program.file)
        });
        seen.map_err(DeployError::Observables)?;
        workshop.must_handle_something()?;
        // Inertness needs the initial states, so it is set after them.
        let images = workshop.bases();
        workshop.with_machine(|machine| {
            let images: Vec<_> = images.iter().map(|(image, _)| image).collect();
            workshop.inert.get_or_init(|| Inert::of(machine, &images))
        });
        let listening: Vec<_> = images.iter().map(|(image, _)| image.clone()).collect();
        let Found { derived, left_out, powers, remarks, ran, of_numbers } =
            derive(&workshop, &listening);
        if !of_numbers.is_empty() {
            let how = (workshop.manner.clone(), workshop.ids.clone().numbered());
            let numbered = Self::of_program(program, how, derive)?;
            numbered.add_notes(of_numbers.iter().cloned());
            return Ok(numbered);
        }
        let bases = images.into_iter().map(|base| LuaState::of(&workshop, base, None)).collect();
        Ok(Self {
            workshop,
            bases,
            derived,
            is_sent_others: false,
            left_out,
            tried_powers: powers,
            remarks,
            tried: ran,
            search: Arc::default(),
        })
    }

    /// What reports call it: its file, or both where it is upgraded.
    pub fn name(&self) -> &str {
        &self.workshop.name
    }

    /// What was run so far, by all searches together.
    pub fn census(&self) -> Census {
        self.workshop.census()
    }

    /// What evaluations read that was tried in one way, with where; ascending.
    pub fn notes(&self) -> Vec<Note> {
        self.workshop.notes()
    }

    /// Adds what was noted in searches that need not be made again.
    pub fn add_notes(&self, notes: impl IntoIterator<Item = Note>) {
        workshop::lock(&self.workshop.noted).extend(notes);
    }

    /// What ran of the file so far.
    pub fn reached(&self) -> Reached {
        self.workshop.all_reached()
    }

    /// Adds what ran in searches that need not be made again; what the file does not have is
    /// left out.
    pub fn add_reached(&self, more: Reached) {
        let mut reached = workshop::lock(&self.workshop.reached);
        let all = self.program().branches().len();
        reached.branches.extend(more.branches.into_iter().filter(|place| *place < all));
        reached.lines.extend(&more.lines & self.program().lines());
    }

    /// What its handlers do that breaks no promise, and may not be meant.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// Whether a handler of this name ran when it was looked for what a stranger can send.
    pub fn was_tried(&self, handler: &str) -> bool {
        self.tried.contains(handler)
    }

    /// The powers seen in all searches together, and before any search.
    pub fn powers(&self) -> BTreeSet<Power> {
        &*lock(&self.workshop.powers) | &self.tried_powers
    }

    /// Adds what was seen in searches that need not be made again.
    pub fn add_powers(&self, powers: impl IntoIterator<Item = Power>) {
        lock(&self.workshop.powers).extend(powers);
    }

    /// What a stranger could send because the file names it, and nobody tried.
    pub fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// What the handlers asked for that the host does not do, if anything: then no verdict
    /// means anything.
    pub fn refusal(&self) -> Option<String> {
        self.workshop.refusal()
    }

    /// Whether there is one.
    pub fn is_refused(&self) -> bool {
        self.workshop.is_refused()
    }

    /// The same contract for one more search; every evaluation in it is seen to treat these
    /// exchanges of names alike.
    ///
    /// The search starts from one state, which has to stand for itself: a file that names one of
    /// these users in it [tells them apart](Self::tells_users_apart) before anything is evaluated.
    #[must_use]
    pub fn for_search(&self, group: &[Renaming]) -> Self {
        let others: Vec<_> = group.iter().filter(|names| !names.is_identity()).collect();
        let is_changed =
            |names: &Renaming| self.bases.iter().any(|base| base.renamed(names) != *base);
        self.with(Search {
            nothing_is_inert: self.search.nothing_is_inert,
            tells_apart: others.iter().any(|names| is_changed(names)).into(),
            exchanges: others.iter().map(|names| self.workshop.exchange(names)).collect(),
            ..Search::default()
        })
    }

    /// The same contract; the stranger sends it these messages, by these names, instead of those
    /// that were derived from the file alone.
    #[must_use]
    pub fn sent(&self, messages: &[Derived]) -> Self {
        let is_sent_others = *self.derived != *messages;
        Self { derived: messages.into(), is_sent_others, ..self.clone() }
    }

    /// What it is sent, if that is not what was derived from the file alone.
    pub fn sent_instead(&self) -> Option<&[Derived]> {
        self.is_sent_others.then_some(&*self.derived)
    }

    /// The same contract; no message is taken for inert.
    #[must_use]
    pub fn with_nothing_inert(&self) -> Self {
        self.with(Search { nothing_is_inert: true, ..Search::default() })
    }

    fn with(&self, search: Search) -> Self {
        Self { search: Arc::new(search), ..self.clone() }
    }

    /// Whether this search took a message for inert that may not be: it has to be made again.
    pub fn was_wrongly_inert(&self) -> bool {
        let was = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        was(&self.search.was_inert) && was(&self.search.has_changed)
    }

    /// Whether no message is taken for inert.
    pub fn nothing_is_inert(&self) -> bool {
        self.search.nothing_is_inert
    }

    /// Whether some evaluation of this search treated names differently that were to be alike.
    pub fn tells_users_apart(&self) -> bool {
        self.search.tells_apart.load(Ordering::Relaxed)
    }

    /// What it calls people and processes.
    pub fn ids(&self) -> &Ids {
        &self.workshop.ids
    }

    pub fn manner(&self) -> &Manner {
        &self.workshop.manner
    }

    /// What an evaluation did, line by line.
    pub fn trace(&self, state: &LuaState, message: &Message, nth: u8) -> Trace {
        self.workshop.trace(state, message, nth)
    }

    pub fn program(&self) -> &Program {
        &self.workshop.program
    }

    /// Why an evaluation of this search was given up, if one was: what comes after it means
    /// nothing.
    pub fn cut(&self) -> Option<String> {
        lock(&self.search.cut).clone()
    }

    /// Whether one was.
    pub fn is_cut(&self) -> bool {
        self.search.is_cut.load(Ordering::Relaxed)
    }

    /// Forgets that one was, to see whether another is.
    pub fn forget_cut(&self) {
        self.search.is_cut.store(false, Ordering::Relaxed);
    }

    /// Whether this search found handlers that never come to rest: nothing is evaluated
    /// behind that.
    pub fn never_rests(&self) -> bool {
        self.search.never_rests.load(Ordering::Relaxed)
    }

    fn note_cut(&self, why: String) {
        lock(&self.search.cut).get_or_insert(why);
        self.search.is_cut.store(true, Ordering::Relaxed);
    }

    fn inert(&self) -> &Inert {
        self.workshop.inert.get().expect("it is made with the workshop")
    }

    fn step(&self, state: &LuaState, message: &Message, nth: u8) -> Option<Arc<Ran>> {
        let ran = self.workshop.step(state, message, nth, &self.search.exchanges);
        let (ran, is_alike) = match ran {
            Ok(ran) => ran,
            Err(why) => {
                if let Some(why) = why {
                    self.note_cut(why);
                }
                return None;
            }
        };
        if !is_alike {
            self.search.tells_apart.store(true, Ordering::Relaxed);
        }
        self.see(&ran.step.after);
        Some(ran)
    }

    /// Loads the source of a version; exchanging names before or after that must have the
    /// same result.
    fn load(&self, state: &mut LuaState, version: Version) {
        match self.load_alike(state, version) {
            Ok(after) => *state = after,
            Err(why) => self.note_cut(why),
        }
    }

    fn load_alike(&self, state: &LuaState, version: Version) -> Result<LuaState, String> {
        let after = self.workshop.loaded(state, version)?;
        for Exchange { names, .. } in &self.search.exchanges {
            if self.workshop.loaded(&state.renamed(names), version)? != after.renamed(names) {
                self.search.tells_apart.store(true, Ordering::Relaxed);
                break;
            }
        }
        self.see(&after);
        Ok(after)
    }

    fn see(&self, state: &LuaState) {
        if !state.keeps_inert() {
            self.search.has_changed.store(true, Ordering::Relaxed);
        }
    }
}

impl fmt::Debug for Deployed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Deployed({})", self.name())
    }
}

impl Handlers for Deployed {
    type State = LuaState;

    fn handle(
        &self,
        state: &mut LuaState,
        message: &Message,
        outbox: &mut Outbox<'_>,
    ) -> Result<Label, HandlerError> {
        if state.never_rests() {
            return Ok(Label::new_static("not evaluated: it never comes to rest"));
        }
        let Some(ran) = self.step(state, message, outbox.evaluation()) else {
            return Err(HandlerError::new(
                "the host does not do what the handler asks for, or it was given up",
            ));
        };
        let step = &ran.step;
        *state = step.after.clone();
        if let Some(objection) = self.unrest(state, (message, outbox.evaluation()), &step.sent) {
            // Nothing is judged behind it, so that what it leads to need not be carried.
            self.search.never_rests.store(true, Ordering::Relaxed);
            *state = state.objected(objection);
            return step.outcome.clone();
        }
        for Outgoing { target, tags, data } in &step.sent {
            outbox.send_with_data(target.clone(), tags.clone(), data.clone());
        }
        step.outcome.clone()
    }

    fn ignores(&self, message: &Message) -> bool {
        let is_inert = !self.search.nothing_is_inert
            && self.inert().is_inert(&self.search.known_inert, message, || {
                self.bases.iter().all(|base| {
                    let ran = self.step(base, message, 0);
                    ran.is_some_and(|ran| ran.step.is_idle && ran.step.after == *base)
                })
            });
        if is_inert {
            self.search.was_inert.store(true, Ordering::Relaxed);
        }
        is_inert
    }

    fn trusts(&self, state: &LuaState, message: &Message, spawned_with: &[Address]) -> bool {
        let listed = state.authorities().unwrap_or(spawned_with);
        aos::trusts(listed, &message.owner, &message.from)
    }

    fn undone(&self, before: &LuaState, after: &LuaState) -> LuaState {
        match after.objection().filter(|objection| objection.outlasts()) {
            Some(objection) => before.objected(objection.clone()),
            None => before.clone(),
        }
    }
}

impl Contract for Deployed {
    fn initial(&self) -> LuaState {
        self.bases[0].clone()
    }

    fn books<'a>(&self, state: &'a LuaState) -> Cow<'a, Books> {
        Cow::Borrowed(state.books())
    }

    fn reload(&self, state: &mut LuaState) {
        self.load(state, state.version());
    }

    fn derived(&self) -> Arc<[Derived]> {
        Arc::clone(&self.derived)
    }

    fn has_upgrade(&self) -> bool {
        self.workshop.program.successor.is_some()
    }

    fn upgrade(&self, state: &mut LuaState) {
        self.load(state, Version::Later);
    }

    fn objection<'a>(&self, state: &'a LuaState) -> Option<&'a Objection> {
        state.objection()
    }

    fn may_read_time(&self) -> bool {
        self.workshop.may_read_time
    }

    fn is_cut(&self) -> bool {
        self.is_cut()
    }

    fn forget_cut(&self) {
        self.forget_cut();
    }

    fn never_rests(&self) -> bool {
        self.never_rests()
    }
}

/// What an outcome is called, and what is wrong with the handlers if it is a limit.
fn judged(outcome: &Outcome, label: Label) -> (Result<Label, HandlerError>, Option<Objection>) {
    match outcome {
        Outcome::Done => (Ok(label), None),
        // Of one that was given up nobody asks this: it is no step.
        Outcome::Threw(text) | Outcome::Cut(text) => {
            (Err(HandlerError(text.as_str().into())), None)
        }
        Outcome::Met(limit, text) => {
            let kind = match limit {
                aos::Limit::Instructions => Wrong::DoesNotEnd,
                aos::Limit::Memory => Wrong::OutOfMemory,
            };
            let text: SmolStr = format!("{limit}: {text}").into();
            (Err(HandlerError(text.clone())), Some(Objection::new(kind, text)))
        }
    }
}
