//! A recorded item as a [`Message`] of the model, and ids as labels.

use crate::schema::Item;
use crate::setup::{Reason, Runtime};
use model::message::Tags;
use model::{Identity, Message};
use serde_json::Value;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What our handlers get to see of an item.
pub fn message(
    item: &Item,
    runtime: Runtime,
    ids: &BTreeMap<String, String>,
) -> Result<Message, Reason> {
    let tags = tags(item, runtime)?;
    let id = item.id.clone().ok_or("the item has no Id: a cron message")?;
    Ok(Message {
        identity: Identity::named(id.as_str()),
        id: id.into(),
        target: item.target.as_str().into(),
        from: item.from.as_str().into(),
        owner: item.owner.as_str().into(),
        pushed_for: tags.first("Pushed-For").unwrap_or_default().into(),
        tags,
        data: labelled(item.data.as_deref().unwrap_or_default(), ids).into(),
    })
}

/// The tags as our handlers see them: later builds of aos rewrite names (SEMANTICS A3).
fn tags(item: &Item, runtime: Runtime) -> Result<Tags, Reason> {
    let arrived = arrived(item).ok_or("a tag of the item is no text")?;
    let tags: Tags = arrived.into_iter().collect();
    Ok(if runtime == Runtime::Late { tags.title_cased() } else { tags })
}

/// The tags as they arrive, if all are texts: the CU removes what is named exactly From or
/// Owner.
pub fn arrived(item: &Item) -> Option<Vec<(&str, &str)>> {
    let texts: Option<Vec<_>> =
        item.tags.iter().map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
    let mut tags = texts?;
    tags.retain(|(name, _)| !matches!(*name, "From" | "Owner"));
    Some(tags)
}

/// Why the model has no opinion on an item, if it has none.
pub fn out_of_scope(message: &Message, on: &str, runtime: Runtime) -> Option<Reason> {
    let steers = |name: &str| matches!(name, "Reply-To" | "X-Reference");
    let asks_for_reply = message.tags.iter().any(|(name, _)| steers(name));
    let of_token = matches!(message.action(), "Info" | "Balance" | "Balances" | "Total-Supply");
    let reason = if message.action() == "Eval" && message.from == "owner" {
        "Eval by the owner runs arbitrary Lua"
    } else if on != model::USDA && message.tags.first("Content-Type") == Some("application/json") {
        "Data that aos decodes before the handlers of the contract is not modelled"
    } else if on == model::USDA && of_token {
        "questions to the token that move nothing are not modelled"
    } else if on == model::USDA && asks_for_reply && runtime == Runtime::Aos1 {
        "aos 1 has no replies, so Reply-To and X-Reference mean nothing there"
    } else {
        return None;
    };
    Some(reason.into())
}

/// Whether an Eval of this Data may leave other handlers or other rules of trust behind.
///
/// The setup no longer describes a process after that.
pub fn may_replace_handlers(data: &str) -> bool {
    let words = ["Handlers", "function", "require", "load"];
    words.iter().any(|word| data.contains(word)) || may_change_trust(data)
}

/// Whether an Eval of this Data may leave other rules of trust behind.
pub fn may_change_trust(data: &str) -> bool {
    let words = ["load", "ao.add", "uthorit", "Owner"];
    words.iter().any(|word| data.contains(word))
}

/// A text with every id in it replaced by its label, the name that both sides can use.
pub fn labelled(text: &str, ids: &BTreeMap<String, String>) -> String {
    ids.iter().fold(text.to_owned(), |text, (label, id)| text.replace(id, label))
}

/// The tags that the process chose, sorted, without what the platform adds.
///
/// References are counters on AO and causes in the model; aos 1 adds more tags than one.
pub fn chosen<'a>(tags: impl Iterator<Item = (&'a str, SmolStr)>) -> Vec<(&'a str, SmolStr)> {
    let platform = ["Reference", "Ref_", "From-Process", "From-Module"];
    let mut chosen: Vec<_> = tags.filter(|(name, _)| !platform.contains(name)).collect();
    chosen.sort();
    chosen
}

/// A recorded tag value; the ones that are no texts occur only without a target.
pub fn text(value: &Value) -> SmolStr {
    value.as_str().map_or_else(|| value.to_string().into(), SmolStr::new)
}
