//! The hash chain of a legacynet scheduler: it proves that nothing is missing, and the order.

use crate::entry::Entry;
use crate::schedule::{Flaw, FlawKind, Schedule, flaw};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// How far a chain was followed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Followed {
    /// Links that fit.
    pub links: usize,
    /// Entries without a link: those of a `HyperBEAM` node.
    pub without: usize,
}

/// Follows the chain of a process.
pub fn follow(process: &str, schedule: &Schedule) -> (Followed, Vec<Flaw>) {
    let mut followed = Followed::default();
    let mut flaws = Vec::new();
    let mut before: Option<&Entry> = None;
    for entry in schedule.entries.values() {
        let Some(link) = &entry.link else {
            followed.without += 1;
            continue;
        };
        let expected = match before.take().and_then(|before| Some((before, before.link.as_ref()?)))
        {
            Some((before, last)) if before.slot + 1 == entry.slot => {
                hashed(&[&last.assignment, &last.hash])
            }
            _ if entry.slot == 0 => hashed(&[process]),
            // What is missing before it is a flaw of its own.
            _ => Some(link.hash.clone()),
        };
        match expected {
            Some(expected) if expected == link.hash => followed.links += 1,
            Some(expected) => flaws.push(flaw(
                entry,
                FlawKind::Chain,
                format!(
                    "has the hash {}, and what is before it leads to {expected}: the log is forged \
                     or not complete",
                    link.hash
                ),
            )),
            None => flaws.push(flaw(
                entry,
                FlawKind::Chain,
                "stands behind an id or a hash that is no base64url".to_owned(),
            )),
        }
        before = Some(entry);
    }
    (followed, flaws)
}

/// The hash of all these, each decoded.
pub(crate) fn hashed(parts: &[&str]) -> Option<String> {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(URL_SAFE_NO_PAD.decode(part).ok()?);
    }
    Some(URL_SAFE_NO_PAD.encode(hasher.finalize()))
}
