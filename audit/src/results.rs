//! The recorded results of evaluations: those of a legacynet CU and of a `HyperBEAM` node.

use crate::entry::{Outcome, Post, Source};
use crate::json::{At, LogError};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A result, and what it is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// What it is known by.
    pub by: By,
    /// The result.
    pub outcome: Outcome,
}

/// What a result is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The nonce, and the time of the assignment.
    Nonce(u64, i64),
    /// The id of the message.
    Id(String),
    /// The slot of a node's process.
    Slot(u64),
}

/// A page of results of a CU: those of messages, and whether more follow.
///
/// # Errors
/// What in it is not as a CU writes it, and where.
pub fn read_page(page: &At<'_>) -> Result<(Vec<Known>, bool), LogError> {
    let mut known = Vec::new();
    for edge in page.must("edges")?.list()? {
        let cursor = edge.must("cursor")?;
        let Some((nonce, timestamp)) = position(&cursor)? else { continue };
        let outcome = result(&edge.must("node")?)?;
        known.push(Known { by: By::Nonce(nonce, timestamp), outcome });
    }
    let next = page.get("pageInfo").and_then(|info| info.get("hasNextPage"));
    Ok((known, next.is_some_and(|next| next.is_true())))
}

/// The nonce and the time in a cursor; nothing for what a cron sent.
fn position(cursor: &At<'_>) -> Result<Option<(u64, i64)>, LogError> {
    let wrong = |what: &str| cursor.refuse(&format!("the cursor is {what}"));
    let bytes = STANDARD.decode(cursor.text()?).map_err(|_| wrong("no base64"))?;
    let value: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|_| wrong("no JSON in base64"))?;
    let inner = At { value: &value, source: cursor.source.clone() };
    if inner.get("cron").is_some() {
        return Ok(None);
    }
    Ok(Some((inner.must("ordinate")?.slot()?, inner.must("timestamp")?.whole()?)))
}

/// Results by the ids of their messages.
///
/// # Errors
/// What in it is not as a CU writes it, and where.
pub fn read_by_id(all: &At<'_>) -> Result<Vec<Known>, LogError> {
    let known =
        |(id, one): (&str, At<'_>)| Ok(Known { by: By::Id(id.to_owned()), outcome: result(&one)? });
    all.fields()?.into_iter().map(known).collect()
}

/// One result of a CU.
///
/// # Errors
/// What in it is not as a CU writes it, and where.
pub fn result(node: &At<'_>) -> Result<Outcome, LogError> {
    let posts = match node.get("Messages") {
        Some(messages) => messages.list()?.iter().map(post).collect::<Result<_, _>>()?,
        None => Vec::new(),
    };
    let error =
        node.get("Error").map(|error| error.plain().unwrap_or_else(|| error.value.to_string()));
    let error = error.filter(|error| !error.is_empty());
    Ok(Outcome { posts, error, is_whole: true, source: node.source.clone() })
}

fn post(message: &At<'_>) -> Result<Post, LogError> {
    let mut post = Post {
        target: message.get("Target").and_then(|target| target.plain()),
        anchor: message.text_of("Anchor")?.map(str::to_owned),
        data: message.get("Data").and_then(|data| data.plain()).unwrap_or_default(),
        ..Post::default()
    };
    for tag in message.get("Tags").map_or(Ok(Vec::new()), |tags| tags.list())? {
        let name = tag.must("name")?.text()?.to_owned();
        match tag.value.get("value") {
            Some(serde_json::Value::String(text)) => post.tags.push((name, text.clone())),
            other => post.others.push((name, other.cloned().unwrap_or_default())),
        }
    }
    Ok(post)
}

/// Results of a node at a slot, or the outbox in its answer to a push.
///
/// # Errors
/// What in it is not as a node writes it, and where.
pub fn of_node(results: &At<'_>) -> Result<Outcome, LogError> {
    if let Some(raw) = results.get("raw").filter(|raw| raw.get("Messages").is_some()) {
        return result(&raw);
    }
    let outbox = match results.get("outbox") {
        Some(outbox) if outbox.value.is_array() => outbox.list()?,
        Some(outbox) => {
            let mut numbered: Vec<_> = outbox.fields()?.into_iter().collect();
            numbered.retain(|(key, _)| key.parse::<u64>().is_ok());
            numbered.sort_by_key(|(key, _)| key.parse::<u64>().unwrap_or_default());
            numbered.into_iter().map(|(_, one)| one).collect()
        }
        None => Vec::new(),
    };
    let posts = outbox.iter().map(typed).collect::<Result<_, _>>()?;
    let failed = results.get("status").and_then(|status| status.plain());
    let failed = failed.filter(|status| status == "error");
    let error = results.get("error").and_then(|error| error.plain()).or(failed);
    Ok(Outcome { posts, error, is_whole: false, source: results.source.clone() })
}

/// A message of a node: its keys are its tags, and values have types.
fn typed(message: &At<'_>) -> Result<Post, LogError> {
    let mut post = Post::default();
    for (key, value) in message.fields()? {
        match (key, value.plain()) {
            ("target", Some(text)) => post.target = Some(text),
            ("data", Some(text)) => post.data = text,
            ("anchor", Some(text)) => post.anchor = Some(text),
            ("commitments" | "ao-types", _) => {}
            (key, Some(text)) => post.tags.push((key.to_owned(), text)),
            (key, None) => post.others.push((key.to_owned(), value.value.clone())),
        }
    }
    Ok(post)
}

/// What a node answered to a push: process, slot, its outbox, and for each entry of it by its
/// index where it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// The process whose slot was pushed.
    pub process: String,
    /// The slot whose outbox was pushed.
    pub slot: u64,
    /// Its outbox, if the answer has one.
    pub outcome: Option<Outcome>,
    /// The entries of the outbox by index, from 1: receiver, and its slot or why there is none.
    pub went: Vec<(u64, String, Result<u64, String>)>,
    /// Where it stands.
    pub source: Source,
}

/// Reads the answer to a push.
///
/// # Errors
/// What in it is not as a node writes it, and where.
pub fn read_push(answer: &At<'_>) -> Result<Push, LogError> {
    let mut went = Vec::new();
    for (key, one) in answer.fields()? {
        let Ok(index) = key.parse::<u64>() else { continue };
        let target = one.text_of("target")?.unwrap_or_default().to_owned();
        let slot = match one.get("slot") {
            Some(slot) => Ok(slot.slot()?),
            None => Err(one.get("reason").and_then(|why| why.plain()).unwrap_or_default()),
        };
        went.push((index, target, slot));
    }
    let outcome = answer.get("outbox").map(|_| of_node(answer)).transpose()?;
    Ok(Push {
        process: answer.must("process")?.text()?.to_owned(),
        slot: answer.must("slot")?.slot()?,
        outcome,
        went,
        source: answer.source.clone(),
    })
}
