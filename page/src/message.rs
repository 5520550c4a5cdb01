//! Messages between participants.

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
    pub from: SmolStr,
    /// Who signs it: its sender if that is a person, [`MESSENGER`] if it is a process.
    pub owner: SmolStr,
    pub target: SmolStr,
    /// Its tags, in order.
    pub tags: Vec<(SmolStr, SmolStr)>,
    pub data: SmolStr,
    /// The place of the instant at which it was sent.
    pub at: u8,
    /// Its place among all that its sender sent to its target, from 1; 0 where order means
    /// nothing.
    pub place: u16,
    /// Whether it stops its target for good.
    pub stops: bool,
}

impl Message {
    /// The value of its first tag of this name.
    pub fn tag(&self, name: &str) -> Option<&str> {
        self.tags.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of its first tag of this name, or its body under the name Data.
    pub fn field(&self, name: &str) -> Option<&str> {
        if name == "Data" { Some(&self.data) } else { self.tag(name) }
    }

    /// How many evaluations led to it.
    pub fn depth(&self) -> usize {
        self.id.matches('/').count()
    }

    /// Whether a process sent it.
    pub fn is_pushed(&self) -> bool {
        self.owner == MESSENGER
    }

    /// The message as a process receives it: as it is, or as it is when it is pushed once more,
    /// with another Id and another Pushed-For, but the same Reference (SEMANTICS A5).
    ///
    /// `timestamp` is the time of its arrival, in milliseconds.
    pub fn item(&self, is_again: bool, timestamp: i64) -> Item {
        let bytes = |text: &str| text.as_bytes().to_vec();
        let again = if is_again { "#again" } else { "" };
        let root = self.id.split('/').next().unwrap_or_default();
        let pushed_for = ("Pushed-For".into(), format!("{root}{again}").into());
        let pushed_for = self.is_pushed().then_some(&pushed_for);
        let tags = self.tags.iter().chain(pushed_for);
        Item {
            id: format!("{}{again}", self.id).into_bytes(),
            from: bytes(&self.from),
            owner: bytes(&self.owner),
            target: bytes(&self.target),
            data: bytes(&self.data),
            tags: tags.map(|(name, value)| (bytes(name), bytes(value))).collect(),
            timestamp,
            block_height: 0,
        }
    }
}

impl fmt::Display for Message {
    /// Its Action, the tags that aos did not add, and its body:
    /// `Transfer (Recipient bob, Quantity 10)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.stops {
            return f.write_str("a message that stops it for good");
        }
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
