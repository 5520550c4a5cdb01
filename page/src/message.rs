//! What travels.

use aos::Item;
use smol_str::SmolStr;
use std::fmt;

/// The address that signs what processes send.
pub const MESSENGER: &str = "messenger-unit";

/// A message on its way from one process or person to another.
///
/// Its id names its cause, so that no counter makes every order of events another state.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Message {
    /// `alice.raise.1` for what a person does, and `ID/0` for the first message that the
    /// evaluation of the message `ID` sends.
    pub id: SmolStr,
    /// Who sends it.
    pub from: SmolStr,
    /// Who signs it: its sender if that is a person, [`MESSENGER`] if it is a process.
    pub owner: SmolStr,
    /// Whom it is for.
    pub target: SmolStr,
    /// Its tags, in order.
    pub tags: Vec<(SmolStr, SmolStr)>,
    /// Its body.
    pub data: SmolStr,
}

impl Message {
    /// The value of its first tag of this name.
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.tags.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// How many evaluations led to it.
    pub fn depth(&self) -> usize {
        self.id.matches('/').count()
    }

    /// The message as a process receives it.
    pub fn item(&self) -> Item {
        let bytes = |text: &str| text.as_bytes().to_vec();
        Item {
            id: bytes(&self.id),
            from: bytes(&self.from),
            owner: bytes(&self.owner),
            target: bytes(&self.target),
            data: bytes(&self.data),
            tags: self.tags.iter().map(|(name, value)| (bytes(name), bytes(value))).collect(),
            timestamp: 0,
            block_height: 0,
        }
    }
}

impl fmt::Display for Message {
    /// Its Action and the tags that a contract is likely to read, and its number where that is
    /// not the first: `Transfer (Recipient bob, Quantity 10)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag("Action").unwrap_or("a message without Action"))?;
        let shown = |name: &str| !PLATFORM.contains(&name) && name != "Action";
        let shown = self.tags.iter().filter(|(name, _)| shown(name));
        let mut parts: Vec<_> = shown.map(|(name, value)| format!("{name} {value}")).collect();
        if !self.data.is_empty() {
            parts.push(format!("Data {}", self.data));
        }
        if parts.is_empty() { Ok(()) } else { write!(f, " ({})", parts.join(", ")) }
    }
}

/// Tags that aos adds by itself (SEMANTICS A3).
const PLATFORM: [&str; 4] = ["Data-Protocol", "Variant", "Type", "Reference"];
