//! A run, action by action, on whole states and without the tables of any search.

use crate::world::World;
use model::deployed::Trace as LuaTrace;
use model::{Action, Books, Contract, Deployed, Evaluation, Exact};
use model::{State, Subject, SubjectState, Swap, TIM3};
use std::borrow::Cow;
use std::{fmt, sync::Arc};

/// A run: the states it goes through, and what was evaluated on the way.
#[derive(Clone)]
pub struct Trace {
    pub world: World,
    pub swap: Arc<Swap<Subject>>,
    states: Vec<State<SubjectState>>,
    steps: Vec<Step>,
    /// The same run of the Lua that a transcription stands for.
    in_lua: Option<Box<Trace>>,
}

/// One step of a run.
#[derive(Clone)]
pub struct Step {
    /// The action, by name.
    pub name: String,
    /// The action; nothing where it was asked for and not possible, so that nothing happened.
    pub action: Option<Action>,
    /// The evaluation in it, if there was one.
    pub evaluation: Option<Arc<Evaluation>>,
}

/// A step that is not possible where it is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotEnabled {
    /// Its number, from 1.
    pub step: usize,
    pub action: String,
    pub enabled: Vec<String>,
}

/// Enabled actions that a message lists before it stops.
const LISTED: usize = 12;

impl fmt::Display for NotEnabled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, action, enabled } = self;
        write!(f, "step {step}, `{action}`, is not possible there; possible are: ")?;
        let listed = enabled.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>();
        f.write_str(if listed.is_empty() { "none" } else { "" })?;
        f.write_str(&listed.join(", "))?;
        match enabled.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

impl std::error::Error for NotEnabled {}

impl Trace {
    /// The run in which nothing has happened yet.
    pub fn start(world: World) -> Self {
        let swap = Arc::new(world.swap());
        let states = vec![swap.initial()];
        Self { states, swap, world, steps: Vec::new(), in_lua: None }
    }

    /// The same run; where the contract is a transcription, its Lua is run beside it, to be
    /// looked at.
    #[must_use]
    pub fn with_lua(self) -> Self {
        let Subject::Variant(variant) = self.world.subject else { return self };
        let Ok(lua) = crate::handlers::beside_transcription(variant) else { return self };
        let subject = Subject::Lua(lua, variant.usda());
        let names = self.steps.iter().map(|step| step.name.as_str());
        let in_lua = Self::leniently(World { subject, ..self.world.clone() }, names);
        Self { in_lua: Some(Box::new(in_lua)), ..self }
    }

    /// The run that takes these actions.
    ///
    /// # Errors
    /// The first that is not possible.
    pub fn of(world: World, actions: &[Action]) -> Result<Self, NotEnabled> {
        let mut trace = Self::start(world);
        for action in actions {
            trace.take(action)?;
        }
        Ok(trace)
    }

    /// The run that takes the actions of these names where they are possible.
    pub fn leniently<'a>(world: World, names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut trace = Self::start(world);
        for name in names {
            trace.try_named(name);
        }
        trace
    }

    /// Goes on with an action.
    ///
    /// # Errors
    /// If it is not possible here; nothing has changed then.
    pub fn take(&mut self, action: &Action) -> Result<(), NotEnabled> {
        let step = self.swap.step(self.last(), action);
        let step = step.filter(|_| !matches!(action, Action::Exit { .. }));
        let step = step.ok_or_else(|| self.not_enabled(&action.to_string()))?;
        let (name, action) = (action.to_string(), Some(action.clone()));
        if let Some(in_lua) = &mut self.in_lua {
            in_lua.try_named(&name);
        }
        self.states.push(step.state);
        self.steps.push(Step { name, action, evaluation: step.evaluation });
        Ok(())
    }

    /// Goes on with the action of this name.
    ///
    /// # Errors
    /// If there is none here; nothing has changed then.
    pub fn take_named(&mut self, name: &str) -> Result<(), NotEnabled> {
        let enabled = self.swap.enabled(self.last());
        match enabled.iter().find(|action| action.to_string() == name) {
            Some(action) => self.take(action),
            None => Err(self.not_enabled(name)),
        }
    }

    /// Goes on with the action of this name where it is possible, and otherwise with a step in
    /// which nothing happens.
    pub fn try_named(&mut self, name: &str) {
        if self.take_named(name).is_err() {
            if let Some(in_lua) = &mut self.in_lua {
                in_lua.try_named(name);
            }
            self.states.push(self.last().clone());
            self.steps.push(Step { name: name.to_owned(), action: None, evaluation: None });
        }
    }

    fn not_enabled(&self, action: &str) -> NotEnabled {
        NotEnabled {
            step: self.steps.len() + 1,
            action: action.to_owned(),
            enabled: self.enabled(self.len()).iter().map(Action::to_string).collect(),
        }
    }

    /// How many steps it has.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether nothing has happened.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The steps, in order; the first is number 1.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// A step, counted from 1.
    pub fn step(&self, step: usize) -> &Step {
        &self.steps[step - 1]
    }

    /// The state after `step` steps.
    pub fn state(&self, step: usize) -> &State<SubjectState> {
        &self.states[step]
    }

    /// The states, from the initial one on: one more than steps.
    pub fn states(&self) -> &[State<SubjectState>] {
        &self.states
    }

    /// Where it ends.
    pub fn last(&self) -> &State<SubjectState> {
        &self.states[self.steps.len()]
    }

    /// What can happen after `step` steps.
    pub fn enabled(&self, step: usize) -> Vec<Action> {
        self.swap.enabled(self.state(step))
    }

    /// The contract's books after `step` steps.
    pub fn books(&self, step: usize) -> Cow<'_, Books> {
        self.swap.tim3.handlers.books(&self.state(step).tim3)
    }

    /// By how much a step (counted from 1) raised a balance at TIM3.
    pub fn rise(&self, step: usize, account: &str) -> Exact {
        let at = |step| Exact::from(self.books(step).balance(account));
        at(step) - at(step - 1)
    }

    /// The Lua that is run, or run beside a transcription.
    pub fn program(&self) -> Option<&aos::Program> {
        let in_lua = self.in_lua.as_deref().unwrap_or(self);
        in_lua.world.subject.lua().map(Deployed::program)
    }

    /// What the Lua did in a step (counted from 1), line by line; nothing where none ran.
    pub fn lua(&self, step: usize) -> Option<LuaTrace> {
        if let Some(in_lua) = &self.in_lua {
            return in_lua.lua(step);
        }
        let evaluation = self.step(step).evaluation.as_ref().filter(|e| e.at == TIM3)?;
        let lua = self.swap.tim3.handlers.lua()?;
        let before = self.state(step - 1).tim3.lua()?;
        Some(lua.trace(before, &evaluation.message, evaluation.nth))
    }

    /// What USDA holds for TIM3 beyond what TIM3 owes, after `step` steps: balances, burns
    /// not yet paid, deposits not yet minted for. Zero while the books are true.
    pub fn surplus(&self, step: usize) -> Exact {
        self.swap.situation(self.state(step)).surplus()
    }
}
