//! Contracts in a machine, and the messages that tests send them.

#![allow(dead_code, reason = "each test file uses some of it")]

use aos::{
    Build, Evaluation, Item, Limits, LoadError, Machine, Observed, Outcome, PairsOrder, Program,
    References, Refused, Settings, State, Value,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Limits that a test meets quickly.
pub const LOW: Limits = Limits { instructions: 200_000, memory: 24 << 20 };

pub fn program(source: &str, build: Build) -> Arc<Program> {
    program_within(LOW, source, build)
}

fn program_within(limits: Limits, source: &str, build: Build) -> Arc<Program> {
    let settings = Settings {
        process: "TIM3".into(),
        owner: "owner".into(),
        authorities: vec!["MU".into()],
        tags: BTreeMap::new(),
        build,
        limits,
    };
    Arc::new(Program::new("contract.lua", source, settings))
}

/// A contract, loaded.
pub struct Host {
    pub machine: Machine,
    pub loaded: State,
}

impl Host {
    pub fn of(source: &str) -> Self {
        Self::on(Build::Late, source)
    }

    pub fn on(build: Build, source: &str) -> Self {
        Self::running(&program(source, build))
    }

    pub fn within(limits: Limits, source: &str) -> Self {
        Self::running(&program_within(limits, source, Build::Late))
    }

    fn running(program: &Arc<Program>) -> Self {
        let (machine, loaded) = Machine::new(program).expect("it loads");
        Self { machine, loaded }
    }

    /// Another machine with the same contract.
    pub fn another(&self) -> Self {
        Self::running(self.machine.program())
    }

    pub fn try_step(&self, state: &State, item: &Item) -> Result<Evaluation, Refused> {
        self.machine.evaluate(state, item, References::After(0), PairsOrder::Sorted)
    }

    pub fn step(&self, state: &State, item: &Item) -> Evaluation {
        self.try_step(state, item).expect("nothing is refused")
    }

    /// The state after an item that all goes well with.
    pub fn after(&self, state: &State, item: &Item) -> State {
        let evaluation = self.step(state, item);
        assert_eq!(evaluation.outcome, Outcome::Done);
        evaluation.state
    }

    /// The state after the owner had this evaluated.
    pub fn eval(&self, state: &State, lua: &str) -> State {
        self.after(state, &eval(lua))
    }

    pub fn observe(&self, state: &State, path: &str) -> Observed {
        self.machine.observe(state, &[path.to_owned()]).remove(0)
    }

    /// A plain value of a state.
    pub fn value(&self, state: &State, path: &str) -> Value {
        match self.observe(state, path) {
            Observed::Value(value) => value,
            entries => panic!("{path} is a table: {entries:?}"),
        }
    }

    /// A text of a state.
    pub fn text(&self, state: &State, path: &str) -> String {
        match self.value(state, path) {
            Value::Text(text) => String::from_utf8(text).expect("a text"),
            other => panic!("{path} is no text: {other:?}"),
        }
    }
}

/// Why a contract is not loaded.
pub fn refusal(source: &str) -> LoadError {
    Machine::new(&program(source, Build::Late)).err().expect("it does not load")
}

pub fn item(from: &str, tags: &[(&str, &str)]) -> Item {
    Item {
        id: b"an id".to_vec(),
        from: from.into(),
        owner: from.into(),
        target: b"TIM3".to_vec(),
        data: vec![],
        tags: tags.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
        timestamp: 1000,
        block_height: 7,
    }
}

/// A message of alice with an Action.
pub fn action(name: &str) -> Item {
    item("alice", &[("Action", name)])
}

/// An Eval by the owner.
pub fn eval(lua: &str) -> Item {
    Item { data: lua.into(), ..item("owner", &[("Action", "Eval")]) }
}
