//! The Lua of a variant, run by the host.

use aos::{Evaluation, Item, Machine, Observed, PairsOrder, References, State, Value};
use model::contract::Tim3;
use model::deployed::{Ids, Manner, program};
use model::lua::{Float, Number};
use model::message::{OWNER, ROGUE};
use model::{Message, TIM3, USDA, Variant};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const OBSERVED: [&str; 5] = ["Balances", "TotalSupply", "UsdaCollateral", "Seen", "Quarantine"];

/// An interpreter, and the state after loading.
pub struct Host {
    machine: Machine,
    ids: Ids,
    pub fresh: State,
}

/// What is compared of a state: numbers with their Lua type.
#[derive(Debug, PartialEq)]
pub struct Snapshot {
    balances: BTreeMap<String, Number>,
    totals: [Number; 2],
    /// `Seen` and `Quarantine`: the keys that are texts.
    keys: [BTreeSet<String>; 2],
}

impl Host {
    pub fn of(variant: Variant) -> Self {
        let source = variant.lua().expect("every edit applies");
        let ids = Ids::of(&[&source]);
        let program = Arc::new(program(variant.name(), &source, &Manner::default(), &ids));
        let (machine, fresh) = Machine::new(&program).expect("it loads");
        Self { machine, ids, fresh }
    }

    /// A state in which all senders have something to spend: the owner writes it.
    pub fn used(&self) -> State {
        let data = format!(
            "Balances = {{ [{:?}] = 10, [{:?}] = 10 }} TotalSupply, UsdaCollateral = 20, 20",
            self.ids.of_name(USDA),
            self.ids.of_name(ROGUE)
        );
        let tags = vec![("Action".into(), "Eval".into())];
        let id = |name| self.ids.of_name(name).into();
        let (from, owner, target) = (id(OWNER), id(OWNER), id(TIM3));
        let item = Item { from, owner, target, data: data.into(), tags, ..Item::default() };
        let evaluation =
            self.machine.evaluate(&self.fresh, &item, References::After(0), PairsOrder::Sorted);
        evaluation.expect("nothing is refused").state
    }

    pub fn evaluate(&self, state: &State, message: &Message, nth: u8) -> Evaluation {
        let prefix = message.identity.prefix(nth);
        let references = References::Named(&prefix);
        let evaluation =
            self.machine.evaluate(state, &self.ids.item(message), references, PairsOrder::Sorted);
        self.ids.named(evaluation.expect("nothing is refused"))
    }

    pub fn snapshot(&self, state: &State) -> Snapshot {
        let mut seen = self.machine.observe(state, &OBSERVED.map(String::from)).into_iter();
        let mut next = || seen.next().expect("one for each path");
        let balances = entries(next()).into_iter();
        let text = |value: &Value| Some(self.ids.named_text(&text(value)?));
        let balances = balances.map(|(account, n)| (text(&account).expect("a name"), number(&n)));
        let balances = balances.collect();
        let mut total = || match next() {
            Observed::Value(value) => number(&value),
            _ => panic!("a total is a table"),
        };
        let totals = [total(), total()];
        let mut keys = || entries(next()).iter().filter_map(|(key, _)| text(key)).collect();
        Snapshot { balances, totals, keys: [keys(), keys()] }
    }
}

impl Snapshot {
    /// What the transcription has.
    pub fn of(state: &Tim3) -> Self {
        let books = &state.books;
        let balances = books.balances.iter().map(|(account, n)| (account.to_string(), *n));
        let keys = [&state.seen, &state.quarantine];
        Self {
            balances: balances.collect(),
            totals: [books.total_supply, books.usda_collateral],
            keys: keys.map(|keys| keys.iter().map(ToString::to_string).collect()),
        }
    }
}

/// Nothing where the contract has no such table.
fn entries(observed: Observed) -> Vec<(Value, Value)> {
    match observed {
        Observed::Entries(entries) | Observed::Masked(entries, _) => entries,
        Observed::Value(value) => {
            assert_eq!(value, Value::Nil);
            Vec::new()
        }
    }
}

fn text(value: &Value) -> Option<String> {
    let Value::Text(text) = value else { return None };
    Some(String::from_utf8_lossy(text).into_owned())
}

fn number(value: &Value) -> Number {
    match value {
        Value::Integer(n) => Number::Integer(*n),
        Value::Float(n) => Number::Float(Float(*n)),
        other => panic!("{other:?} is not a number"),
    }
}
