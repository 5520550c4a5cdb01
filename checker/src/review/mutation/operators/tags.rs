//! From which part of a message a handler reads a value.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::{Read, Source};

/// What the network writes, so that nobody can pretend.
const WRITTEN_BY_THE_NETWORK: [&str; 5] = ["From", "Owner", "Target", "Id", "Timestamp"];

/// Each tag read among the fields and among what is forwarded; each field that the network
/// writes among what the sender does.
pub fn elsewhere(source: &Source<'_>) -> Vec<Edit> {
    let reads = source.parts.iter().filter_map(|one| source.read(one));
    reads
        .flat_map(|read| {
            let edit = |to| Edit::new(read.range.clone(), to);
            others(&read).into_iter().map(edit).collect::<Vec<_>>()
        })
        .collect()
}

fn others(Read { message, in_tags, name, .. }: &Read) -> Vec<String> {
    match (in_tags, name.as_str()) {
        (true, _) => vec![
            format!("{message}[\"{name}\"]"),
            format!("({message}.Tags[\"X-{name}\"] or {message}.Tags[\"{name}\"])"),
        ],
        (false, "From") => vec![format!("{message}.Owner"), format!("{message}.Tags.Sender")],
        (false, "Owner") => vec![format!("{message}.From")],
        (false, name) if WRITTEN_BY_THE_NETWORK.contains(&name) => {
            vec![format!("{message}.Tags.{name}")]
        }
        (false, "Data") => Vec::new(),
        (false, name) => vec![
            format!("{message}.Tags[\"{name}\"]"),
            format!("({message}.Tags[\"X-{name}\"] or {message}[\"{name}\"])"),
        ],
    }
}
