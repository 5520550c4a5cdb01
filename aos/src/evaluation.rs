//! The result of an evaluation.

use crate::item::{Sent, title_cased};
use crate::state::State;
use std::fmt;

/// The value of a tag that a handler sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TagValue {
    Text(Vec<u8>),
    /// Anything else: its Lua type, and what `tostring` makes of it.
    Other(String, Vec<u8>),
}

impl TagValue {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text),
            Self::Other(..) => None,
        }
    }
}

/// A limit that an evaluation met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Limit {
    /// More instructions than it may use: a loop without end.
    Instructions,
    /// More memory than it may use.
    Memory,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Instructions => "the handler does not end",
            Self::Memory => "the handler runs out of memory",
        })
    }
}

/// Something that this host does not do, or that cannot be part of a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What, and the way out.
    pub text: String,
    pub file: String,
    /// The line that asked for it, if one did.
    pub line: Option<u32>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.text),
            None => write!(f, "{}: {}", self.file, self.text),
        }
    }
}

impl std::error::Error for Refused {}

/// How an evaluation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// A handler threw, or set `ao.outbox.Error` (SEMANTICS A2): the text.
    Threw(String),
    /// It met a limit: which, and what was going on.
    Met(Limit, String),
    /// It was [given up](crate::stop), and why: nothing can be said of it.
    Cut(String),
}

/// The result of an evaluation.
///
/// Two are equal if their results are. The place at which one met a limit does not count:
/// it is off by the few instructions that the host needs for what it does not remember, and
/// there may have been no memory to note it.
#[derive(Clone, Debug)]
pub struct Evaluation {
    pub outcome: Outcome,
    /// What is left: after an error, with what was changed up to it. It is the caller's to say
    /// whether that survives. After a limit, the state before.
    pub state: State,
    /// What was sent, up to an error; nothing after a limit.
    pub sent: Vec<Sent>,
    /// The handlers that ran, by name; `_default` if none claimed the item. After a limit, as
    /// far as it came.
    pub ran: Vec<String>,
    /// The contract's lines on the stack when an error was thrown, innermost first; after a
    /// limit, where it was then.
    pub stack: Vec<u32>,
    /// What was printed; nothing after a limit.
    pub printed: Vec<String>,
    /// Whether the item was left to the Inbox.
    pub to_inbox: bool,
    /// The last Reference that was given out, where they are counted; 0 after a limit.
    pub references: i64,
    /// Whether the contract went through a table of two entries or more by `pairs` or `next`:
    /// only then can the result differ in another [order](crate::PairsOrder).
    pub is_ordered: bool,
}

impl Evaluation {
    /// Whether another run of the same evaluation did the same. The order of tags in a message
    /// means nothing, but of two that are one where they arrive, it matters which is the last.
    pub fn does_the_same(&self, other: &Self) -> bool {
        let sorted = |evaluation: &Self| {
            let mut sent = evaluation.sent.clone();
            for Sent { tags, .. } in &mut sent {
                tags.sort_by_cached_key(|(name, _)| {
                    title_cased::<String>(&String::from_utf8_lossy(name))
                });
            }
            sent
        };
        self.outcome == other.outcome && self.state == other.state && sorted(self) == sorted(other)
    }

    fn parts(&self) -> impl PartialEq {
        let Self { outcome, state, sent, ran, stack, printed, to_inbox, references, .. } = self;
        let met = matches!(outcome, Outcome::Met(..) | Outcome::Cut(_));
        let way = (!met).then_some((ran, stack, to_inbox));
        (outcome, state, sent, printed, references, way)
    }
}

impl PartialEq for Evaluation {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for Evaluation {}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(outcome: Outcome, stack: &[u32]) -> Evaluation {
        Evaluation {
            outcome,
            state: State::from_bytes(b"s"),
            sent: vec![],
            ran: vec![],
            stack: stack.to_vec(),
            printed: vec![],
            to_inbox: false,
            references: 0,
            is_ordered: false,
        }
    }

    #[test]
    fn the_place_of_a_limit_is_no_part_of_the_result() {
        let met = |stack| ended(Outcome::Met(Limit::Instructions, "too many".into()), stack);
        assert_eq!(met(&[2]), met(&[]));
        let threw = |stack| ended(Outcome::Threw("why".into()), stack);
        assert_ne!(threw(&[2]), threw(&[]));
        assert_ne!(threw(&[2]), met(&[2]));
    }
}
