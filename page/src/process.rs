//! One process: evaluations of its file.

use crate::deployed::{Deployment, Names};
use crate::locked::lock;
use crate::message::{MESSENGER, Message};
use crate::page::{self, Errors, Observe, PageError};
use crate::runtime::Runtime;
use crate::trust::Rule;
use crate::view::Field;
use aos::{
    Branch, Build, Evaluation, Item, LoadError, Machine, Note, Observed, Outcome, PairsOrder,
    Program, References, Sent, Settings, State, TagValue, Value, Way, trusts,
};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

/// A process that is loaded.
pub struct Process {
    /// What the page says of it.
    pub told: page::Process,
    /// Its state after loading.
    pub initial: State,
    program: Arc<Program>,
    /// What the page calls the ids that it sees.
    names: Names,
    /// What of all that is observed was there in some state, by place.
    shown: Mutex<BTreeSet<usize>>,
    /// Idle machines.
    machines: Mutex<Vec<Machine>>,
}

/// What an evaluation is given beside the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Whether the message arrives a second time.
    pub is_again: bool,
    /// The time of its arrival, in milliseconds.
    pub timestamp: i64,
}

/// What an evaluation leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The state after it.
    pub after: State,
    /// What it sends that somebody may get: to whom, tags, body.
    pub sent: Vec<Message>,
    /// The handlers that ran, and how it ended.
    pub told: String,
    /// What it sends that no messenger takes, and why.
    pub skipped: Vec<String>,
    /// Whether no handler ran, or one threw.
    pub is_idle: bool,
    /// What is wrong with the handlers, if it shows here.
    pub wrong: Option<Wrong>,
    /// Whether the process stands still from here on.
    pub stops: bool,
}

/// What no handler may do, whatever the page promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Wrong {
    /// It does not end, or takes all memory.
    DoesNotEnd,
    /// It does something else if `pairs` goes the other way round.
    DependsOnOrder,
    /// What it sends leads to more messages without end.
    NeverRests,
}

impl Wrong {
    /// All, with the promise that each breaks.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::DoesNotEnd, "handlers-finish"),
        (Self::DependsOnOrder, "handlers-deterministic"),
        (Self::NeverRests, "comes-to-rest"),
    ];
}

/// Evaluations that may lead from one to the next. Who sends more than so many in a row is taken
/// for one who never stops.
const LONGEST_CHAIN: usize = 24;

impl Step {
    /// The process stands still from here on.
    fn stopped(state: &State, told: String) -> Self {
        let (sent, skipped) = (Vec::new(), Vec::new());
        Self { after: state.clone(), sent, told, skipped, is_idle: false, wrong: None, stops: true }
    }
}

impl Process {
    /// Loads the file of a process.
    ///
    /// # Errors
    /// Why it cannot be run.
    pub fn load(told: page::Process, names: Names) -> Result<Self, PageError> {
        let settings = settings(&told);
        let program = Program::new(&told.file, &told.source, settings);
        let successor = told.deployment.as_ref().and_then(|one| one.successor.clone());
        let program = Arc::new(match successor {
            Some(successor) => program.succeeded_by(successor),
            None => program,
        });
        let (machine, initial) = Machine::new(&program).map_err(|error| {
            let place = if matches!(error, LoadError::Refused(_) | LoadError::Syntax(_)) {
                String::new()
            } else {
                format!("{}: ", told.file)
            };
            PageError(format!("{place}{error}"))
        })?;
        let machines = Mutex::new(vec![machine]);
        Ok(Self { told, initial, program, names, shown: Mutex::default(), machines })
    }

    /// What it runs.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// Evaluates a message. Nothing if the process does not trust
    /// who signed it.
    ///
    /// # Errors
    /// What the handlers ask for that the host does not do.
    pub fn evaluate(
        &self,
        state: &State,
        message: &Message,
        given: Given,
    ) -> Result<Option<Step>, String> {
        if message.stops {
            return Ok(Some(Step::stopped(state, "it stops for good".to_owned())));
        }
        if !self.does_trust(state, &message.owner, &message.from)? {
            return Ok(None);
        }
        let item = message.item(given.is_again, given.timestamp);
        let prefix = format!("{}/", String::from_utf8_lossy(&item.id));
        let run = |order| self.run(state, &item, References::Named(&prefix), order);
        let evaluation = run(PairsOrder::Sorted)?;
        self.must_be_here(&evaluation)?;
        let turned = evaluation.is_ordered.then(|| run(PairsOrder::Reversed)).transpose()?;
        let differs = turned.is_some_and(|turned| !evaluation.does_the_same(&turned));
        let wrong = differs.then_some(Wrong::DependsOnOrder);
        Ok(Some(self.step(state, message, &prefix, evaluation, wrong)))
    }

    /// What the page observes must be there after loading.
    ///
    /// # Errors
    /// What is not.
    pub fn must_observe(&self, page: &str) -> Result<(), PageError> {
        let observed = self.observe(&self.initial);
        let mut named = self.told.observed.iter().zip(&observed);
        let is_gone = |(observe, value): &(&Observe, &Observed)| {
            !observe.may_be_absent && **value == Observed::Value(Value::Nil)
        };
        let Some((Observe { name, path, .. }, _)) = named.find(is_gone) else { return Ok(()) };
        let known = self.with_machine(|machine| machine.globals(&self.initial)).join(", ");
        let page::Process { name: process, file, line, .. } = &self.told;
        Err(PageError(format!(
            "{page}:{line}: `{path}`, which {process} shows as '{name}', is nothing after {file} is \
             loaded; name one of its globals ({known}), a path into one, or `local NAME`"
        )))
    }

    /// What is observed of a state, in the order of the page.
    pub fn observe(&self, state: &State) -> Vec<Observed> {
        self.with_machine(|machine| machine.observe(state, &self.paths()))
    }

    /// What promises see of a state: what is observed, what is remembered, and the instant.
    pub fn seen<'a>(
        &self,
        state: &State,
        remembered: impl IntoIterator<Item = &'a str>,
        records: &[Arc<str>],
        instant: Option<&str>,
    ) -> Vec<(String, Field)> {
        let observed = self.observe(state);
        let is_there = |(_, value): &(usize, &Observed)| !is_nothing(value);
        lock(&self.shown).extend(observed.iter().enumerate().filter(is_there).map(|(at, _)| at));
        let paths = self.told.observed.iter().map(|one| one.name.clone());
        let named = observed.into_iter().map(|one| Field::Observed(self.names.observed(one)));
        let observed = paths.zip(named);
        let records = records.iter().map(|record| Field::Literal(Arc::clone(record)));
        let records = remembered.into_iter().map(str::to_owned).zip(records);
        let at = instant.map(|name| ("at".to_owned(), Field::Literal(format!("{name:?}").into())));
        observed.chain(records).chain(at).collect()
    }

    /// What is observed and was nothing in every state that was seen.
    pub fn never_there(&self) -> Vec<&Observe> {
        let shown = lock(&self.shown);
        let never = self.told.observed.iter().enumerate().filter(|(at, _)| !shown.contains(at));
        never.map(|(_, observe)| observe).collect()
    }

    /// The lines with code that no evaluation ran: of all files, as they are joined.
    pub fn lines_missed(&self) -> BTreeSet<u32> {
        let machines = lock(&self.machines);
        let missed = machines.iter().map(Machine::unreached);
        let mut missed = missed.reduce(|missed, other| &missed & &other).unwrap_or_default();
        missed.retain(|line| self.is_own(*line));
        missed
    }

    /// Its files, the main one first.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.program.files()
    }

    /// Where a line of all files, as they are joined, lies: the file, and its line there.
    pub fn place(&self, line: u32) -> (&str, u32) {
        self.program.place(line)
    }

    /// The branches that no evaluation took, of functions that ran: lines, and which way from
    /// there.
    pub fn branches_missed(&self) -> BTreeSet<(u32, Way)> {
        let ran: BTreeSet<_> = lock(&self.machines).iter().flat_map(Machine::ran).collect();
        let all = self.program.branches();
        // `Count = Count or 0` outside functions is for a file that is loaded again, which is no
        // part of a page.
        let is_default =
            |branch: &Branch| branch.way == Way::Left && all[branch.function].outer.is_none();
        let is_own = |branch: &Branch| self.is_own(branch.line) && !is_default(branch);
        let missed = (0..all.len())
            .filter(|place| Branch::is_missed(*place, all, &ran) && is_own(&all[*place]));
        missed.map(|place| (all[place].line, all[place].way)).collect()
    }

    /// What its file read that is one thing here and another on the platform.
    pub fn dependences(&self) -> BTreeSet<Note> {
        let is_own =
            |note: &Note| note.place.as_ref().is_none_or(|(file, _)| file != Runtime::FILE);
        lock(&self.machines).iter().flat_map(Machine::notes).filter(is_own).collect()
    }

    /// Whether a line is of its author: not what calls a module, nor of a runtime.
    fn is_own(&self, line: u32) -> bool {
        !self.program.parts().is_between(line) && self.program.place(line).0 != Runtime::FILE
    }

    /// The state after its owner replaced its file.
    ///
    /// # Errors
    /// Why that cannot be done.
    pub(crate) fn upgraded(&self, state: &State) -> Result<State, String> {
        let upgraded = self.with_machine(|machine| machine.upgrade(state));
        upgraded.map_err(|error| error.to_string())
    }

    /// What a runtime was asked for must be here, and what is observed must be numbers that
    /// luerl has, too: there integers have no bound, and nothing is infinite.
    ///
    /// # Errors
    /// What is not.
    fn must_be_here(&self, evaluation: &Evaluation) -> Result<(), String> {
        if !self.told.runtime.is_luerl() {
            return Ok(());
        }
        let lacks = [Runtime::LACKS.to_owned()];
        let lacks = self.with_machine(|machine| machine.observe(&evaluation.state, &lacks));
        if let [Observed::Value(Value::Text(what))] = &lacks[..] {
            return Err(format!("{}: {}", self.told.file, text(what)));
        }
        let values = self.observe(&evaluation.state).into_iter().flat_map(|one| match one {
            Observed::Value(value) => vec![value],
            Observed::Entries(all) | Observed::Masked(all, _) => {
                all.into_iter().map(|(_, value)| value).collect()
            }
        });
        match values.into_iter().find(is_beyond) {
            Some(value) => Err(format!(
                "{}: a number beyond 2^62, {value:?}: luerl's integers have no bound, and those                  here have",
                self.told.file
            )),
            None => Ok(()),
        }
    }

    fn paths(&self) -> Vec<String> {
        self.told.observed.iter().map(|one| one.path.clone()).collect()
    }

    pub(crate) fn does_trust(
        &self,
        state: &State,
        owner: &str,
        from: &str,
    ) -> Result<bool, String> {
        if self.told.trust.rule != Rule::Aos {
            return Ok(self.told.trust.admits(&[owner], from));
        }
        let listed = self.with_machine(|machine| machine.authorities(state));
        let listed = listed.map_err(|refused| refused.to_string())?;
        let listed = listed.unwrap_or_else(|| self.program.settings.authorities.clone());
        Ok(trusts(&listed, owner, from))
    }

    pub(crate) fn run(
        &self,
        state: &State,
        item: &Item,
        references: References<'_>,
        order: PairsOrder,
    ) -> Result<Evaluation, String> {
        let evaluation =
            self.with_machine(|machine| machine.evaluate(state, item, references, order));
        match evaluation.map_err(|refused| refused.to_string())? {
            Evaluation { outcome: Outcome::Cut(why), .. } => {
                Err(format!("{}: an evaluation was given up: {why}", self.told.file))
            }
            evaluation => Ok(evaluation),
        }
    }

    pub(crate) fn step(
        &self,
        before: &State,
        message: &Message,
        prefix: &str,
        evaluation: Evaluation,
        wrong: Option<Wrong>,
    ) -> Step {
        let claimed = evaluation.ran.iter().filter(|name| *name != "_default");
        let claimed: Vec<_> = claimed.map(|name| format!("'{name}'")).collect();
        let handlers = match &claimed[..] {
            [] => "no handler claims it".to_owned(),
            [one] => format!("handler {one}"),
            several => format!("handlers {}", several.join(", ")),
        };
        let undone = |how: String, wrong| Step {
            after: before.clone(),
            sent: Vec::new(),
            told: format!("{handlers}: {how}"),
            skipped: Vec::new(),
            is_idle: true,
            wrong,
            stops: false,
        };
        match &evaluation.outcome {
            Outcome::Threw(text) if self.told.errors == Errors::Stop => {
                Step::stopped(before, format!("{handlers}: throws {text}, and stops the process"))
            }
            Outcome::Threw(text) if self.told.errors == Errors::Keep => {
                let told = format!("{handlers}: throws {text}, and its earlier effects stay");
                self.done(message, prefix, evaluation, told, true, wrong)
            }
            // An evaluation that fails leaves no trace (SEMANTICS A2).
            Outcome::Threw(text) => undone(format!("throws {text}"), wrong),
            Outcome::Met(limit, _) => undone(limit.to_string(), Some(Wrong::DoesNotEnd)),
            Outcome::Done | Outcome::Cut(_) => {
                let is_idle = claimed.is_empty();
                self.done(message, prefix, evaluation, handlers, is_idle, wrong)
            }
        }
    }

    /// A step with what an evaluation left and sent.
    fn done(
        &self,
        message: &Message,
        prefix: &str,
        evaluation: Evaluation,
        told: String,
        is_idle: bool,
        wrong: Option<Wrong>,
    ) -> Step {
        let sent: Vec<_> = self.messages(&evaluation.sent, prefix).collect();
        let endless = !sent.is_empty() && message.depth() >= LONGEST_CHAIN;
        let wrong = wrong.or(endless.then_some(Wrong::NeverRests));
        let sent = if endless { Vec::new() } else { sent };
        let skipped = evaluation.sent.iter().filter_map(why_skipped).collect();
        let after = evaluation.state;
        Step { after, sent, told, skipped, is_idle, wrong, stops: false }
    }

    fn messages(&self, sent: &[Sent], prefix: &str) -> impl Iterator<Item = Message> {
        let deliverable = sent.iter().enumerate().filter(|(_, sent)| sent.is_deliverable());
        deliverable.map(move |(place, sent)| {
            let id: SmolStr = format!("{prefix}{place}").into();
            let own = sent.tags.iter().map(|(name, value)| (text(name), tag(value)));
            let reference = self.told.has_references.then(|| ("Reference".into(), id.clone()));
            Message {
                tags: reference.into_iter().chain(own).collect(),
                id,
                from: self.told.name.clone(),
                owner: MESSENGER.into(),
                target: text(sent.target.as_deref().unwrap_or_default()),
                data: text(&sent.data),
                at: 0,
                place: 0,
                stops: false,
            }
        })
    }

    fn with_machine<T>(&self, work: impl FnOnce(&Machine) -> T) -> T {
        let free = || lock(&self.machines);
        let machine = free().pop();
        let machine = machine.unwrap_or_else(|| {
            aos::stop::never(|| Machine::new(&self.program)).expect("it loaded before").0
        });
        let done = work(&machine);
        free().push(machine);
        done
    }
}

/// The process that a program runs as: as it is deployed, or under its name on the page.
fn settings(told: &page::Process) -> Settings {
    let deployment = told.deployment.clone().unwrap_or_else(|| Deployment {
        id: told.name.clone(),
        owner: told.owner.clone(),
        authorities: told.trust.listed.clone(),
        ..Deployment::default()
    });
    let own = deployment.tags.into_iter().map(|(name, value)| (name, Some(value)));
    Settings {
        process: deployment.id.to_string(),
        owner: deployment.owner.to_string(),
        authorities: deployment.authorities,
        tags: told.tags.clone().into_iter().chain(own).collect(),
        build: Build::Late,
        limits: aos::Limits::default(),
    }
}

/// Whether it is a number that luerl may have as another, or not at all.
fn is_beyond(value: &Value) -> bool {
    match value {
        Value::Integer(number) => number.unsigned_abs() >= 1 << 62,
        Value::Float(number) => !number.is_finite(),
        _ => false,
    }
}

/// Whether there is nothing at a path, or a table without entries.
fn is_nothing(observed: &Observed) -> bool {
    match observed {
        Observed::Value(value) => *value == Value::Nil,
        Observed::Entries(entries) | Observed::Masked(entries, _) => entries.is_empty(),
    }
}

/// Why no messenger takes a message (SEMANTICS A5), if none does.
fn why_skipped(sent: &Sent) -> Option<String> {
    match sent.asks_for() {
        Some("Process") => {
            return Some("AO is asked to spawn a process: nothing happens here".to_owned());
        }
        Some(_) => {
            return Some("AO is asked to assign a message: nothing happens here".to_owned());
        }
        None => {}
    }
    let Some(target) = &sent.target else {
        return Some("a message goes nowhere: its Target is no text".to_owned());
    };
    let other = sent.tags.iter().find_map(|(name, value)| match value {
        TagValue::Text(_) => None,
        TagValue::Other(kind, value) => Some((name, kind, value)),
    });
    let (name, kind, value) = other?;
    let (target, name, value) = (text(target), text(name), text(value));
    Some(format!(
        "a message to {target} is skipped: its tag {name} is a {kind}, {value}; only texts are sent"
    ))
}

fn text(bytes: &[u8]) -> SmolStr {
    String::from_utf8_lossy(bytes).into()
}

/// What is sent has no other: see [`Sent::is_deliverable`].
fn tag(value: &TagValue) -> SmolStr {
    value.text().map(text).unwrap_or_default()
}
