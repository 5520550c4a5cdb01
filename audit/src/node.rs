//! Schedules of a `HyperBEAM` node, in both forms.

use crate::entry::{Entry, Form, Kind};
use crate::json::{At, LogError};
use crate::schedule::Page;
use std::collections::BTreeSet;

/// Reads a bundle.
///
/// # Errors
/// What in it is not as a node writes it, and where.
pub fn read_bundle(bundle: &At<'_>) -> Result<Page, LogError> {
    let process = bundle.must("process")?.text()?;
    let mut entries = Vec::new();
    for (key, one) in bundle.must("assignments")?.fields()? {
        // Commitments and types of the list itself lie beside its numbers.
        if key.parse::<u64>().is_ok() {
            entries.push(bundled(process, &one)?);
        }
    }
    // The keys are texts, and texts have another order.
    entries.sort_by_key(|entry| entry.slot);
    let continues = bundle.get("continues").is_some_and(|continues| continues.is_true());
    Ok(Page::new(Some(process), entries, continues))
}

fn bundled(process: &str, assignment: &At<'_>) -> Result<Entry, LogError> {
    let slot = assignment.must("slot")?.slot()?;
    let Some(body) = assignment.get("body") else {
        return Err(assignment.refuse(
            "there is no 'body', but perhaps a link to it; ask the node for the whole message",
        ));
    };
    let mut tags = types(&body)?;
    for (key, value) in body.fields()? {
        let is_tag = key != TYPES && !NO_TAGS.contains(&key);
        if let Some(text) = value.plain().filter(|_| is_tag) {
            tags.push((key.to_owned(), text));
        }
    }
    let commitments = commitments(&body)?;
    let text = |key| body.text_of(key);
    let owner = commitments.owner.ok_or_else(|| body.refuse("nobody signed it"))?;
    let path = assignment.text_of("path")?.filter(|path| *path != "compute");
    Ok(with_kind(Entry {
        process: process.to_owned(),
        slot,
        kind: Kind::Message,
        ids: commitments.ids,
        content: commitments.content,
        from: text("from-process")?.unwrap_or(&owner).to_owned(),
        owner,
        target: text("target")?.unwrap_or_default().to_owned(),
        tags,
        data: body.get("data").and_then(|data| data.plain()),
        anchor: text("anchor")?.map(str::to_owned),
        timestamp: assignment.must("timestamp")?.whole()?,
        height: assignment.must("block-height")?.whole()?,
        link: None,
        path: path.map(str::to_owned),
        form: Form::Bundle,
        source: assignment.source.clone(),
    }))
}

/// What handlers see of the types of values, where a node shows the values with their types.
fn types(body: &At<'_>) -> Result<Vec<(String, String)>, LogError> {
    let fields = body.fields()?.into_iter().filter(|(_, value)| value.value.is_i64());
    let types: Vec<_> = fields.map(|(key, _)| format!("{key}=\"integer\"")).collect();
    let types = types.join(", ");
    Ok(if types.is_empty() { Vec::new() } else { vec![(TYPES.to_owned(), types)] })
}

/// The tag that says which values are no texts.
pub(crate) const TYPES: &str = "ao-types";

/// Keys of a message that are no tags.
const NO_TAGS: [&str; 5] = ["data", "target", "anchor", "commitments", "method"];

#[derive(Default)]
struct Commitments {
    ids: BTreeSet<String>,
    content: Option<String>,
    owner: Option<String>,
}

fn commitments(body: &At<'_>) -> Result<Commitments, LogError> {
    let mut found = Commitments::default();
    let Some(all) = body.get("commitments") else { return Ok(found) };
    for (id, one) in all.fields()? {
        match one.text_of("committer")? {
            Some(committer) => {
                found.ids.insert(id.to_owned());
                found.owner.get_or_insert_with(|| committer.to_owned());
            }
            None => found.content = Some(id.to_owned()),
        }
    }
    Ok(found)
}

/// Reads a page in the aos-2 form.
///
/// # Errors
/// What in it is not as a node writes it, and where.
pub fn read_aos2(page: &At<'_>) -> Result<Page, LogError> {
    let info = page.must("page_info")?;
    let process = info.must("process")?.text()?;
    let edges = page.must("edges")?.list()?;
    let entries = edges.iter().map(|edge| edged(process, &edge.must("node")?));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    let continues = info.get("has_next_page").is_some_and(|next| next.is_true());
    Ok(Page::new(Some(process), entries, continues))
}

fn edged(process: &str, node: &At<'_>) -> Result<Entry, LogError> {
    let (assignment, message) = (node.must("assignment")?, node.must("message")?);
    let tags_at = assignment.must("Tags")?;
    let assigned = tags_at.tags()?;
    let number = |name: &str| -> Result<i64, LogError> {
        let found = crate::entry::tag(&assigned, name).and_then(|text| text.parse().ok());
        found.ok_or_else(|| tags_at.refuse(&format!("there is no tag {name} that is a number")))
    };
    let slot = u64::try_from(number("Slot")?).map_err(|_| tags_at.refuse("Slot is negative"))?;
    let text = |key| message.text_of(key).map(|text| text.unwrap_or_default().to_owned());
    let tags = message.must("Tags")?.tags()?;
    let is_kept = |name: &str| {
        let name = name.to_ascii_lowercase();
        !NO_TAGS.contains(&name.as_str()) && !name.ends_with("+link")
    };
    let path = crate::entry::tag(&assigned, "Path").filter(|path| *path != "compute");
    Ok(with_kind(Entry {
        process: process.to_owned(),
        slot,
        kind: Kind::Message,
        ids: [text("Id")?].into(),
        content: None,
        owner: text("Owner")?,
        from: text("From")?,
        target: text("Target")?,
        tags: tags.into_iter().filter(|(name, _)| is_kept(name)).collect(),
        data: message.text_of("Data")?.map(str::to_owned),
        anchor: message.text_of("Anchor")?.filter(|text| !text.is_empty()).map(str::to_owned),
        timestamp: number("Timestamp")?,
        height: number("Block-Height").unwrap_or_default(),
        link: None,
        path: path.map(str::to_owned),
        form: Form::Aos2,
        source: node.source.clone(),
    }))
}

fn with_kind(entry: Entry) -> Entry {
    let is_process = entry.slot == 0 && entry.tag("Type") == Some("Process");
    let is_assigned = !entry.target.is_empty() && entry.target != entry.process;
    let kind = match (is_process, is_assigned) {
        (true, _) => Kind::Process,
        (_, true) => Kind::Assigned,
        _ => Kind::Message,
    };
    Entry { kind, ..entry }
}
