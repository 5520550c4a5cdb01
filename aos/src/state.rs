//! States, and what can be read off them.

use crate::digest::Digest;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Everything that handlers can have left behind. Equal states are equal bytes, in every run.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct State(Arc<[u8]>);

impl State {
    pub(crate) fn new(image: &[u8]) -> Self {
        Self(image.into())
    }

    /// The bytes: see `lua/image.lua` and `lua/image/write.lua`.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The state of these bytes, which another state gave.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::new(bytes)
    }

    /// The globals that the contract has set, by name, each as bytes that are equal where the
    /// values are.
    pub fn globals(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.parts().filter(|(name, _)| !is_of_host(name))
    }

    /// What is not the contract's globals: its handlers, and what it changed of the host's.
    pub fn beside_globals(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.parts().filter(|(name, _)| is_of_host(name))
    }

    /// Whether its parts have nothing in common, so that each can be compared by itself.
    pub fn has_separate_parts(&self) -> bool {
        self.0.first() == Some(&b's')
    }

    /// What the contract's global of this name holds, where that can be read off.
    pub(crate) fn global(&self, name: &str) -> Option<Observed> {
        let text = self.globals().find(|(known, _)| *known == name.as_bytes())?.1;
        self.has_separate_parts().then(|| crate::plain::observed(text))?
    }

    /// The bytes of its longest text, where that is long.
    pub(crate) fn longest_text(&self) -> usize {
        // Nearly all states are small.
        if self.0.len() < 1 << 16 {
            return 0;
        }
        let sizes = self.parts().map(|(name, value)| name.len().max(longest_text(value)));
        if self.has_separate_parts() { sizes.max().unwrap_or(0) } else { self.0.len() }
    }

    fn parts(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let mut rest = self.0.get(1..).unwrap_or_default();
        std::iter::from_fn(move || {
            let (name, behind) = field(rest)?;
            let (value, behind) = field(behind)?;
            rest = behind;
            Some((name, value))
        })
    }
}

/// The bytes of a digest of code.
const DIGEST: usize = 32;

/// Names of the host's parts begin with a byte below 4.
fn is_of_host(name: &[u8]) -> bool {
    name.first().is_some_and(|first| *first < 4)
}

/// A text behind its length of four bytes, and what follows.
fn field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
}

/// The bytes of the longest text in a value, as `lua/image/write.lua` writes it; all of its bytes
/// where they are something else.
fn longest_text(value: &[u8]) -> usize {
    let (mut longest, mut rest) = (0, value);
    while let Some((kind, behind)) = rest.split_first() {
        let next = match kind {
            b's' => field(behind).map(|(text, next)| {
                longest = longest.max(text.len());
                next
            }),
            b'h' => behind.split_first().and_then(|(size, name)| name.get(usize::from(*size)..)),
            b'F' => behind.get(DIGEST..),
            b'i' | b'd' => behind.get(8..),
            b'k' | b'r' => behind.get(4..),
            b'T' | b'm' | b'e' | b'c' | b't' | b'f' | b'n' => Some(behind),
            _ => None,
        };
        let Some(next) = next else { return value.len() };
        rest = next;
    }
    longest
}

impl Hash for State {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.hash(hasher);
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State({} bytes, {})", self.0.len(), Digest::of(&self.0))
    }
}

/// A Lua value without structure.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `nil`: there is nothing.
    Nil,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    /// A text; also what a table with `__tostring` says of itself.
    Text(Vec<u8>),
    /// Anything else, by its type.
    Other(String),
}

/// What is at a path in a state.
#[derive(Clone, Debug, PartialEq)]
pub enum Observed {
    Value(Value),
    /// The entries of a table, in no particular order.
    Entries(Vec<(Value, Value)>),
    /// The same of a table whose metatable shows a reader something else: with these events.
    Masked(Vec<(Value, Value)>, String),
}
