//! Recorded states as states of the model, and both as fields that can be compared.

use crate::schema::{Kind, Num, State};
use crate::setup::Reason;
use model::bint;
use model::contract::Tim3;
use model::lua::Number;
use model::usda::Ledger;
use ruint::aliases::U256;
use std::collections::BTreeMap;

/// The fields of a state by name: for each the Lua type and text.
pub type Fields = BTreeMap<String, String>;

/// A state of the model that vectors have too.
pub trait Recorded: Clone + Sized {
    /// The model's state for a recorded one.
    fn restore(state: &State) -> Result<Self, Reason>;
    /// What vectors show of this state.
    fn fields(&self) -> Fields;
    /// What there is to compare with in a recorded state.
    fn recorded(state: &State) -> Fields;
}

impl Recorded for Tim3 {
    fn restore(state: &State) -> Result<Self, Reason> {
        let mut tim3 = Self::default();
        for (account, balance) in &state.balances {
            tim3.books.balances.insert(account.into(), number(balance)?);
        }
        tim3.books.total_supply = number(&state.total_supply)?;
        tim3.books.usda_collateral = number(&state.usda_collateral)?;
        Ok(tim3)
    }

    fn fields(&self) -> Fields {
        let typed = |number: Number| match number {
            Number::Integer(_) => shown(Kind::Integer, &number.to_string()),
            Number::Float(_) => shown(Kind::Float, &number.to_string()),
            Number::Wide(_) => shown(Kind::String, &number.to_string()),
        };
        let books = &self.books;
        let balances = books.balances.iter().map(|(a, b)| (balance_of(a), typed(*b)));
        let totals = [
            ("TotalSupply".to_owned(), typed(books.total_supply)),
            ("UsdaCollateral".to_owned(), typed(books.usda_collateral)),
        ];
        balances.chain(totals).collect()
    }

    fn recorded(state: &State) -> Fields {
        let collateral = ("UsdaCollateral".to_owned(), shown_num(&state.usda_collateral));
        common(state).chain([collateral]).collect()
    }
}

impl Recorded for Ledger {
    fn restore(state: &State) -> Result<Self, Reason> {
        let quantity = |num: &Num| match num.kind {
            Kind::String => bint::parse(&num.text).ok_or(format!("{:?} is no bint", num.text)),
            _ => Err("the ledger holds a value that is no text".into()),
        };
        let accounts = state.balances.iter();
        let balances: Result<_, Reason> =
            accounts.map(|(account, num)| Ok((account.into(), quantity(num)?))).collect();
        Ok(Self { balances: balances?, total_supply: quantity(&state.total_supply)? })
    }

    fn fields(&self) -> Fields {
        let balances = self.balances.iter().map(|(a, b)| (balance_of(a), decimal(*b)));
        balances.chain([("TotalSupply".to_owned(), decimal(self.total_supply))]).collect()
    }

    fn recorded(state: &State) -> Fields {
        common(state).collect()
    }
}

fn common(state: &State) -> impl Iterator<Item = (String, String)> {
    let balances = state.balances.iter().map(|(a, num)| (balance_of(a), shown_num(num)));
    balances.chain([("TotalSupply".to_owned(), shown_num(&state.total_supply))])
}

pub fn balance_of(account: &str) -> String {
    format!("Balances[{account:?}]")
}

/// `tostring` of a `bint(256)`: a signed number.
fn decimal(value: U256) -> String {
    let text = if value.bit(U256::BITS - 1) {
        format!("-{}", value.wrapping_neg())
    } else {
        value.to_string()
    };
    shown(Kind::String, &text)
}

pub fn shown_num(num: &Num) -> String {
    shown(num.kind, &num.text)
}

/// A value as fields have it.
pub fn shown(kind: Kind, text: &str) -> String {
    format!("{kind:?} {text}")
}

fn number(num: &Num) -> Result<Number, Reason> {
    let read = match (num.kind, num.text.as_str()) {
        (Kind::Integer, text) => text.parse().ok().map(Number::Integer),
        // `tonumber` knows no words, and `tostring` writes four of them.
        (Kind::Float, text @ ("inf" | "-inf" | "nan" | "-nan")) => {
            text.parse::<f64>().ok().or(Some(-f64::NAN)).map(Number::from)
        }
        (Kind::Float, text) => Number::parse(text),
        (Kind::String | Kind::Nil, _) => None,
    };
    read.ok_or_else(|| format!("the state holds {:?}, which is not a number", num.text))
}
