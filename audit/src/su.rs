//! Pages of a legacynet scheduler.

use crate::entry::{Entry, Form, Kind, Link, tag};
use crate::json::{At, LogError};
use crate::schedule::Page;

/// Reads a page.
///
/// # Errors
/// What in it is not as a scheduler writes it, and where.
pub fn read(page: &At<'_>) -> Result<Page, LogError> {
    let edges = page.must("edges")?.list()?;
    let entries = edges.iter().map(|edge| entry(&edge.must("node")?));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    let info = page.get("page_info");
    let continues = info.and_then(|info| info.get("has_next_page"));
    Ok(Page::new(None, entries, continues.is_some_and(|next| next.is_true())))
}

fn entry(node: &At<'_>) -> Result<Entry, LogError> {
    let assignment = node.must("assignment")?;
    let tags_at = assignment.must("tags")?;
    let assigned = tags_at.tags()?;
    let must = |name: &str| {
        tag(&assigned, name).ok_or_else(|| tags_at.refuse(&format!("there is no tag {name}")))
    };
    let number = |name: &str| -> Result<i64, LogError> {
        let text = must(name)?;
        text.parse()
            .map_err(|_| tags_at.refuse(&format!("the tag {name}, {text}, is not a number")))
    };
    let process = must("Process")?.to_owned();
    let slot =
        u64::try_from(number("Nonce")?).map_err(|_| tags_at.refuse("the tag Nonce is negative"))?;
    let link = Link {
        assignment: assignment.must("id")?.text()?.to_owned(),
        hash: must("Hash-Chain")?.to_owned(),
    };
    let mut entry = Entry {
        kind: Kind::Elsewhere,
        ids: [must("Message")?.to_owned()].into(),
        content: None,
        owner: String::new(),
        from: String::new(),
        target: String::new(),
        tags: Vec::new(),
        data: None,
        anchor: None,
        timestamp: number("Timestamp")?,
        height: number("Block-Height").unwrap_or_default(),
        link: Some(link),
        path: None,
        form: Form::Su,
        source: node.source.clone(),
        process,
        slot,
    };
    if let Some(message) = node.get("message") {
        let id = message.must("id")?;
        if !entry.ids.contains(id.text()?) {
            return Err(id.refuse("the message has another id than its assignment says"));
        }
        let owner = message.must("owner")?.must("address")?.text()?;
        entry.tags = message.must("tags")?.tags()?;
        let from = entry.tag("From-Process").filter(|from| !from.is_empty());
        entry.from = from.unwrap_or(owner).to_owned();
        owner.clone_into(&mut entry.owner);
        message.text_of("target")?.unwrap_or_default().clone_into(&mut entry.target);
        entry.data = message.text_of("data")?.map(str::to_owned);
        entry.anchor = message.text_of("anchor")?.map(str::to_owned);
        entry.kind = kind(&entry);
    }
    Ok(entry)
}

fn kind(entry: &Entry) -> Kind {
    if entry.ids.contains(&entry.process) {
        Kind::Process
    } else if entry.target == entry.process {
        Kind::Message
    } else {
        Kind::Assigned
    }
}
