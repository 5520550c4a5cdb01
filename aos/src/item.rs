//! What goes in and what comes out.

use crate::evaluation::TagValue;

/// An item as it reaches a process, after the CU has computed From (SEMANTICS A3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Item {
    /// The data item id: the hash of its signature.
    pub id: Vec<u8>,
    /// The process that it was sent from, or its signer.
    pub from: Vec<u8>,
    /// Its signer.
    pub owner: Vec<u8>,
    pub target: Vec<u8>,
    pub data: Vec<u8>,
    /// Its tags, in order; a name may occur twice.
    pub tags: Vec<(Vec<u8>, Vec<u8>)>,
    /// What `os.time` says while it is evaluated, milliseconds.
    pub timestamp: i64,
    /// What `Block-Height` says.
    pub block_height: i64,
}

impl Item {
    /// The bytes of all its texts.
    pub(crate) fn size(&self) -> usize {
        let fields = [&self.id, &self.from, &self.owner, &self.target, &self.data];
        let fields: usize = fields.iter().map(|text| text.len()).sum();
        fields + self.tags.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
    }
}

/// The name of a tag as aos 2.0.6 rewrites it on arrival: upper case at the start of each word,
/// lower case behind it, and dashes between words (SEMANTICS A3).
pub fn title_cased<T: FromIterator<char>>(name: &str) -> T {
    letters(name).collect()
}

/// Whether aos leaves the name of a tag as it is.
pub fn is_title_cased(name: &str) -> bool {
    letters(name).eq(name.chars())
}

fn letters(name: &str) -> impl Iterator<Item = char> {
    let mut starts_word = true;
    name.chars().map(move |letter| {
        let letter = if letter == '_' { '-' } else { letter };
        let starts = std::mem::replace(&mut starts_word, letter == '-');
        if starts { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
    })
}

/// An entry of the outbox: what a handler sent, without the tags that the platform adds.
///
/// What AO itself is asked for has no target, and says what it is in its first tag: Type is
/// Process where a process is spawned, with its Module, if that is not the sender's own; it is
/// Assignment where a Message is assigned, with each Process that gets it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sent {
    /// Whom it is for; nothing if that is no text, and then nobody gets it.
    pub target: Option<Vec<u8>>,
    pub data: Vec<u8>,
    /// Its tags, in order.
    pub tags: Vec<(Vec<u8>, TagValue)>,
}

impl Sent {
    /// What AO itself is asked for, if it is no message: `Process` or `Assignment`.
    pub fn asks_for(&self) -> Option<&str> {
        let (name, value) = self.tags.first().filter(|_| self.target.is_none())?;
        let kind = std::str::from_utf8(value.text()?).ok()?;
        (name == b"Type" && ["Process", "Assignment"].contains(&kind)).then_some(kind)
    }

    /// Whether a messenger takes it: one with a tag that is no text is skipped, without a word
    /// (SEMANTICS A5, Loss; B.7).
    pub fn is_deliverable(&self) -> bool {
        self.target.is_some() && self.tags.iter().all(|(_, value)| value.text().is_some())
    }
}
