//! What the host gets: ids for labels, items, and the Eval that sets up a recorded state.

use crate::item::arrived;
use crate::schema::{Item, Kind, Num, State};
use crate::setup::Reason;
use std::collections::BTreeMap;

type Ids = BTreeMap<String, String>;

/// The id that a label stands for; any other text is meant as it is.
pub fn id<'a>(label: &'a str, ids: &'a Ids) -> &'a str {
    ids.get(label).map_or(label, String::as_str)
}

/// A recorded item as the host takes it.
pub fn item(item: &Item, ids: &Ids) -> Result<aos::Item, Reason> {
    let bytes = |label: &str| id(label, ids).as_bytes().to_vec();
    let tags = arrived(item).ok_or("a tag of the item is no text")?;
    Ok(aos::Item {
        id: item.id.as_deref().map(bytes).unwrap_or_default(),
        from: bytes(&item.from),
        owner: bytes(&item.owner),
        target: bytes(&item.target),
        data: item.data.as_deref().unwrap_or_default().into(),
        tags: tags.into_iter().map(|(name, value)| (name.into(), bytes(value))).collect(),
        timestamp: 0,
        block_height: 0,
    })
}

/// The owner's Eval after which the globals are as recorded.
pub fn eval(state: &State, ids: &Ids) -> Item {
    let entry = |(account, num): (&String, &Num)| {
        format!("Balances[{}] = {}\n", quoted(id(account, ids)), literal(num))
    };
    let balances: String = state.balances.iter().map(entry).collect();
    let supply = literal(&state.total_supply);
    let collateral = literal(&state.usda_collateral);
    Item {
        id: Some("setup".into()),
        target: model::TIM3.into(),
        owner: "owner".into(),
        from: "owner".into(),
        data: Some(format!(
            "Balances = {{}}\n{balances}TotalSupply = {supply}\nUsdaCollateral = {collateral}"
        )),
        tags: vec![("Action".into(), "Eval".into())],
    }
}

/// A number as Lua source: `tonumber` reads what `tostring` writes, except for four words.
fn literal(num: &Num) -> String {
    match (num.kind, num.text.as_str()) {
        (Kind::Nil, _) => "nil".into(),
        (Kind::String, text) => quoted(text),
        (Kind::Float, "inf") => "1/0".into(),
        (Kind::Float, "-inf") => "-1/0".into(),
        // Which sign 0/0 has depends on the machine.
        (Kind::Float, "nan" | "-nan") => {
            format!("tostring(0/0) == {} and 0/0 or -(0/0)", quoted(&num.text))
        }
        (Kind::Float | Kind::Integer, text) => format!("tonumber({})", quoted(text)),
    }
}

fn quoted(text: &str) -> String {
    let bytes: Vec<_> = text.bytes().map(|byte| format!("\\{byte:03}")).collect();
    format!("\"{}\"", bytes.concat())
}

/// A recorded counter; aos 1 shows none, and begins at 0.
pub fn count(num: &Num) -> i64 {
    num.text.parse().unwrap_or_default()
}
