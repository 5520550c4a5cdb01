//! Where a contract keeps what anybody can observe of it.

use super::{Ids, accounts};
use crate::books::Books;
use crate::lua::Number;
use aos::{Machine, Observed, Value};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::fmt;

/// Paths to the books: names with dots from a global on, or, behind the word `local`, from a
/// local variable that a handler can see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(
    deny_unknown_fields,
    default,
    expecting = "an object with paths, such as {\"Balances\": \"State.accounts\"}"
)]
pub struct Observables {
    /// A table of amounts by account.
    #[serde(rename = "Balances")]
    pub balances: String,
    /// The TIM3 that the contract believes exists.
    #[serde(rename = "TotalSupply")]
    pub total_supply: String,
    /// The USDA that the contract believes it holds.
    #[serde(rename = "UsdaCollateral")]
    pub usda_collateral: String,
}

impl Default for Observables {
    fn default() -> Self {
        Self {
            balances: "Balances".into(),
            total_supply: "TotalSupply".into(),
            usda_collateral: "UsdaCollateral".into(),
        }
    }
}

/// An observable that is not there, or not of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObservablesError {
    file: String,
    name: &'static str,
    path: String,
    found: String,
    globals: Vec<String>,
}

impl fmt::Display for ObservablesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, name, path, found, globals } = self;
        let wanted = if *name == "Balances" { "a table" } else { "a number or decimal text" };
        write!(
            f,
            "{file}: `{path}` should be {wanted} after loading, and is {found}; it is where the check reads {name}. Name another place: --observe {name}=PATH, where PATH is a global, a field such as State.supply, or `local NAME` for a local variable of the file. Globals of the file: {}",
            globals.join(", ")
        )
    }
}

impl std::error::Error for ObservablesError {}

/// What is wrong with an amount.
pub(super) struct Unreadable(pub(super) SmolStr);

impl Observables {
    /// The paths: of balances, supply, collateral.
    pub fn paths(&self) -> Vec<String> {
        vec![self.balances.clone(), self.total_supply.clone(), self.usda_collateral.clone()]
    }

    /// The path of the first of the books that lies in such a global, if any does.
    pub fn in_global(&self, is_such: impl Fn(&str) -> bool) -> Option<String> {
        let is_in = |path: &String| path.split('.').next().is_some_and(&is_such);
        self.paths().into_iter().find(is_in)
    }

    /// Whether one of them is this global, or in it.
    pub fn are_in(&self, global: &str) -> bool {
        self.in_global(|name| name == global).is_some()
    }

    /// Sets the path of the observable of this name.
    ///
    /// # Errors
    /// The names that there are, if it is none.
    pub fn set(&mut self, name: &str, path: &str) -> Result<(), String> {
        let place = match name {
            "Balances" => &mut self.balances,
            "TotalSupply" => &mut self.total_supply,
            "UsdaCollateral" => &mut self.usda_collateral,
            _ => {
                return Err(format!(
                    "no observable is called `{name}`; there are: Balances, TotalSupply, UsdaCollateral"
                ));
            }
        };
        path.clone_into(place);
        Ok(())
    }

    /// After loading, all books must be there.
    pub(super) fn must_be_there(
        &self,
        machine: &Machine,
        state: &aos::State,
        file: &str,
    ) -> Result<(), ObservablesError> {
        let names = ["Balances", "TotalSupply", "UsdaCollateral"];
        let seen = machine.observe(state, &self.paths());
        for ((name, path), one) in names.into_iter().zip(self.paths()).zip(&seen) {
            let is_table = name == "Balances";
            let found = match one {
                Observed::Entries(_) | Observed::Masked(..) if is_table => continue,
                Observed::Entries(_) | Observed::Masked(..) => "a table".to_owned(),
                Observed::Value(value) if !is_table && number(value).is_some() => continue,
                Observed::Value(value) => shown(value),
            };
            let globals = machine.globals(state);
            return Err(ObservablesError { file: file.into(), name, path, found, globals });
        }
        Ok(())
    }

    /// The books in a state. An amount that cannot be read is left out, and a total zero.
    pub(super) fn read(
        &self,
        machine: &Machine,
        state: &aos::State,
        ids: &Ids,
    ) -> (Books, Option<Unreadable>) {
        let mut wrong = Vec::new();
        let mut books = Books::default();
        let named = |entries: &[(Value, Value)]| -> Vec<(Value, Value)> {
            let named = entries.iter().map(|(key, value)| (ids.named_value(key), value.clone()));
            named.collect()
        };
        let paths = self.paths();
        let places = paths.iter().zip(machine.observe(state, &paths));
        for (place, (path, seen)) in places.enumerate() {
            match (place, seen) {
                (0, Observed::Entries(entries)) => {
                    books.balances = accounts::balances(path, &named(&entries), &mut wrong);
                }
                (0, Observed::Masked(entries, events)) => {
                    books.balances = accounts::balances(path, &named(&entries), &mut wrong);
                    wrong.push(masked(path, &events));
                }
                (0, Observed::Value(value)) => wrong.push(format!("{path} is {}", shown(&value))),
                (1, seen) => total(path, &seen, &mut books.total_supply, &mut wrong),
                (_, seen) => total(path, &seen, &mut books.usda_collateral, &mut wrong),
            }
        }
        wrong.sort_unstable();
        let wrong = (!wrong.is_empty()).then(|| Unreadable(wrong.join("; ").into()));
        (books, wrong)
    }
}

/// What is wrong with a table of balances behind a metatable with these events.
fn masked(path: &str, events: &str) -> String {
    format!(
        "{path} has a metatable with {events}, so that who reads {path}[account] can see another balance than the one that is kept; take the metatable away and write ({path}[account] or 0)"
    )
}

fn total(path: &str, seen: &Observed, total: &mut Number, wrong: &mut Vec<String>) {
    match seen {
        Observed::Value(value) => match number(value) {
            Some(amount) => *total = amount,
            None => wrong.push(format!("{path} is {}", shown(value))),
        },
        Observed::Entries(_) | Observed::Masked(..) => {
            wrong.push(format!("{path} is a table"));
        }
    }
}

pub(super) fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Integer(n) => Some(Number::from(*n)),
        Value::Float(n) => Some(Number::from(*n)),
        Value::Text(text) => Number::from_decimal(std::str::from_utf8(text).ok()?),
        _ => None,
    }
}

pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Nil => "nothing".into(),
        Value::Boolean(one) => one.to_string(),
        Value::Integer(one) => one.to_string(),
        Value::Float(one) => Number::from(*one).to_string(),
        Value::Text(text) => format!("the text {:?}", String::from_utf8_lossy(text)),
        Value::Other(kind) => format!("a {kind}"),
    }
}
