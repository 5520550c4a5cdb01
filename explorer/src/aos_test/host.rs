//! The host, with References that are counted.

use super::told::{self, After, StateTold};
use aos::{
    Item, LoadError, Machine, Observed, Outcome, PairsOrder, Program, References, Sent, State,
    Value,
};
use model::Books;
use model::deployed::{Ids, Manner};
use model::lua::Number;
use model::process;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) struct Host {
    machine: Machine,
    state: State,
    /// Where the books are, and where after an upgrade.
    paths: [Vec<String>; 2],
    is_later: bool,
    evaluation: process::Evaluation,
}

impl Host {
    pub(super) fn of(
        program: &Arc<Program>,
        manner: &Manner,
        evaluation: process::Evaluation,
    ) -> Result<Self, String> {
        let (machine, state) = Machine::new(program).map_err(|error| error.to_string())?;
        let later = manner.later.as_ref().unwrap_or(&manner.observables);
        let paths = [manner.observables.paths(), later.paths()];
        Ok(Self { machine, state, paths, is_later: false, evaluation })
    }

    /// One whose books nobody asks for.
    pub(super) fn without_books(
        program: &Arc<Program>,
        paths: Vec<String>,
        keeps: bool,
    ) -> Result<Self, String> {
        let (machine, state) = Machine::new(program).map_err(|error| error.to_string())?;
        let evaluation =
            if keeps { process::Evaluation::Partial } else { process::Evaluation::Atomic };
        Ok(Self { machine, state, paths: [paths.clone(), paths], is_later: false, evaluation })
    }

    fn paths(&self) -> &[String] {
        &self.paths[usize::from(self.is_later)]
    }

    /// What is there now.
    pub(super) fn told(&self) -> StateTold {
        told::state(&self.machine, &self.state, self.paths())
    }

    /// What must be so after what does nothing.
    pub(super) fn nothing(&self) -> After {
        After { error: None, keeps: false, sent: Vec::new(), state: self.told() }
    }

    /// The result of an item, if the last Reference was `before`.
    pub(super) fn evaluate(&mut self, item: &Item, before: i64) -> Result<After, String> {
        let references = References::After(before);
        let ran = self.machine.evaluate(&self.state, item, references, PairsOrder::Sorted);
        let ran = ran.map_err(|refused| refused.to_string())?;
        if ran.is_ordered {
            let other = self.machine.evaluate(&self.state, item, references, PairsOrder::Reversed);
            if other.is_ok_and(|other| !other.does_the_same(&ran)) {
                return Err("it does something else where `pairs` goes the other way round".into());
            }
        }
        if let Some(what) = ran.sent.iter().find_map(Sent::asks_for) {
            return Err(format!("it asks AO itself for something: {what}"));
        }
        let error = match &ran.outcome {
            Outcome::Done => None,
            Outcome::Threw(text) => Some(self.on_aos(text)),
            Outcome::Met(limit, text) => return Err(format!("{limit}: {text}")),
            Outcome::Cut(why) => return Err(why.clone()),
        };
        let keeps = error.is_some() && self.evaluation == process::Evaluation::Partial;
        let mut sent = told::sent(&ran, before);
        if error.is_none() || keeps {
            self.state = ran.state;
        } else {
            sent.clear();
        }
        Ok(After { error, keeps, sent, state: self.told() })
    }

    /// Whether an item, which is an Eval that does nothing, changes and sends nothing.
    pub(super) fn keeps_still(&self, eval: &Item) -> bool {
        let ran =
            self.machine.evaluate(&self.state, eval, References::After(0), PairsOrder::Sorted);
        ran.is_ok_and(|ran| {
            ran.outcome == Outcome::Done && ran.state == self.state && ran.sent.is_empty()
        })
    }

    /// An error as aos words it: a file is loaded by an Eval, which has a name of its own.
    fn on_aos(&self, text: &str) -> String {
        let program = self.machine.program();
        let files = program.successor.iter().map(|later| &later.file).chain([&program.file]);
        files.fold(text.to_owned(), |text, file| {
            text.replace(&format!("{file}:"), "[string \"aos\"]:")
        })
    }

    pub(super) fn reload(&mut self) -> Result<(String, After), String> {
        if self.is_later {
            return self.upgrade();
        }
        let loaded = self.machine.reload(&self.state);
        Ok((self.machine.program().source.clone(), self.load(loaded)?))
    }

    pub(super) fn upgrade(&mut self) -> Result<(String, After), String> {
        let later = self.machine.program().successor.as_ref().map(|later| later.text.clone());
        let later = later.ok_or("there is no other version")?;
        let loaded = self.machine.upgrade(&self.state);
        self.is_later |= loaded.is_ok();
        Ok((later, self.load(loaded)?))
    }

    fn load(&mut self, loaded: Result<State, LoadError>) -> Result<After, String> {
        let error = match loaded {
            Ok(state) => {
                self.state = state;
                None
            }
            Err(LoadError::Threw(text)) => Some(self.on_aos(&text)),
            Err(other) => return Err(other.to_string()),
        };
        Ok(After { error, ..self.nothing() })
    }

    /// Whether the books are these, in which everybody is called by name.
    pub(super) fn agrees(&self, books: &Books, ids: &Ids) -> bool {
        let seen = self.machine.observe(&self.state, self.paths());
        let [balances, supply, collateral] = &seen[..] else { return false };
        let is = |seen: &Observed, total: Number| match seen {
            Observed::Value(value) => number(value).is_none_or(|number| number == total),
            _ => true,
        };
        let mut known = BTreeMap::new();
        if let Observed::Entries(entries) | Observed::Masked(entries, _) = balances {
            for (key, value) in entries {
                if let (Value::Text(key), Some(number)) = (key, number(value)) {
                    known.insert(String::from_utf8_lossy(key).into_owned(), number);
                }
            }
        }
        let has = |(account, balance): (&_, &Number)| {
            let account: &model::message::Address = account;
            known.get(ids.of_name(account)).is_none_or(|number| number == balance)
        };
        is(supply, books.total_supply)
            && is(collateral, books.usda_collateral)
            && books.balances.iter().all(has)
    }
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Integer(one) => Some(Number::from(*one)),
        Value::Float(one) => Some(Number::from(*one)),
        _ => None,
    }
}
