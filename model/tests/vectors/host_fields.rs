//! States of the host as fields that can be compared with recorded ones.

use crate::host::{Host, Standing};
use crate::item::labelled;
use crate::ledger::{Fields, Recorded, balance_of, shown, shown_num};
use crate::schema::{Kind, Messages, State};
use crate::setup::Runtime;
use aos::{Observed, Value};
use model::contract::Tim3;
use model::lua::Number;

/// A recorded state by fields, with its counters.
pub fn recorded_fields(state: &State, recording: &Messages) -> Fields {
    let reference = ("Reference".to_owned(), shown_num(&state.reference));
    let inbox = ("Inbox".to_owned(), shown_num(&state.inbox));
    let labelled = |(name, value): (String, String)| (labelled(&name, &recording.ids), value);
    Tim3::recorded(state).into_iter().chain([reference, inbox]).map(labelled).collect()
}

/// The host's state in the same fields.
pub fn fields(host: &Host<'_>, at: &Standing, recording: &Messages) -> Fields {
    let [balances, supply, collateral] =
        host.observe(at, ["Balances", "TotalSupply", "UsdaCollateral"]);
    let mut fields = Fields::new();
    match balances {
        Observed::Entries(entries) => fields.extend(entries.iter().map(|(account, balance)| {
            let account = labelled(&text(account), &recording.ids);
            (balance_of(&account), typed(balance))
        })),
        Observed::Masked(_, events) => _ = fields.insert("Balances".into(), events),
        Observed::Value(other) => _ = fields.insert("Balances".into(), typed(&other)),
    }
    fields.insert("TotalSupply".into(), single(&supply));
    fields.insert("UsdaCollateral".into(), single(&collateral));
    let reference = match host.runtime {
        Runtime::Aos1 => shown(Kind::Nil, "nil"),
        _ => shown(Kind::Integer, &at.references.to_string()),
    };
    fields.insert("Reference".into(), reference);
    fields.insert("Inbox".into(), shown(Kind::Integer, &at.inbox.to_string()));
    fields
}

fn single(seen: &Observed) -> String {
    match seen {
        Observed::Value(value) => typed(value),
        Observed::Entries(_) | Observed::Masked(..) => "a table".into(),
    }
}

/// A value of the host as recordings show it: the text of a float has 14 digits.
fn typed(value: &Value) -> String {
    let kind = match value {
        Value::Integer(_) => Kind::Integer,
        Value::Float(_) => Kind::Float,
        Value::Text(_) => Kind::String,
        Value::Nil => Kind::Nil,
        other => return format!("{other:?}"),
    };
    shown(kind, &text(value))
}

fn text(value: &Value) -> String {
    match value {
        Value::Integer(one) => one.to_string(),
        Value::Float(one) => Number::from(*one).to_string(),
        Value::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Value::Nil => "nil".into(),
        other => format!("{other:?}"),
    }
}
