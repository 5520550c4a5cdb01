//! What may go wrong, counted.

use crate::message::Copy;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One kind of deviation from everybody being honest and every message arriving once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// A message in flight is lost forever.
    Loss,
    /// Exactly the same item is evaluated again.
    SameId,
    /// The same outbox entry, signed again, is evaluated again.
    ReSign,
    /// The same outbox entry, pushed from another start, is evaluated again.
    RePush,
    /// An item's own Id is assigned to its target, and evaluated again.
    Assignment,
    /// The stranger plays a trick.
    Trick,
    /// The owner makes a mistake.
    Owner,
}

impl Fault {
    pub const ALL: [Self; 7] = [
        Self::Loss,
        Self::SameId,
        Self::ReSign,
        Self::RePush,
        Self::Assignment,
        Self::Trick,
        Self::Owner,
    ];

    /// Its name in flags and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Loss => "loss",
            Self::SameId => "same-id",
            Self::ReSign => "re-sign",
            Self::RePush => "re-push",
            Self::Assignment => "assignment",
            Self::Trick => "trick",
            Self::Owner => "owner",
        }
    }

    /// What it is, in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Loss => "a message in flight is lost forever",
            Self::SameId => "exactly the same item is evaluated again",
            Self::ReSign => {
                "an outbox entry, signed again, is evaluated again: new Id, same Pushed-For"
            }
            Self::RePush => {
                "an outbox entry is pushed again: new Id, new Pushed-For, same Reference"
            }
            Self::Assignment => "an item's own Id is assigned to its target once more",
            Self::Trick => "the stranger sends something no honest user would",
            Self::Owner => "the owner makes a mistake",
        }
    }

    /// Who can cause it (SEMANTICS A5).
    pub fn caused_by(self) -> &'static str {
        match self {
            Self::Loss => {
                "the network: retries end, queues are emptied; nobody can cause or prevent it"
            }
            Self::SameId => "the infrastructure: a scheduler or host that takes an item twice",
            Self::ReSign => "the infrastructure: a messenger that retries from before signing",
            Self::RePush => "anyone who may push: /push on legacynet, any slot again on HyperBEAM",
            Self::Assignment => "anyone: the messenger assigns an item on request",
            Self::Trick => "anyone with a wallet",
            Self::Owner => "the owner",
        }
    }

    /// Whether the network did it, rather than a person.
    pub fn is_of_the_network(self) -> bool {
        !matches!(self, Self::Trick | Self::Owner)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Copy> for Fault {
    fn from(copy: Copy) -> Self {
        match copy {
            Copy::SameId => Self::SameId,
            Copy::ReSign => Self::ReSign,
            Copy::RePush => Self::RePush,
            Copy::Assignment => Self::Assignment,
        }
    }
}

/// How many faults of each kind: a budget, or what was used of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Faults([u8; Fault::ALL.len()]);

impl Faults {
    /// `n` of each kind for which `of` says so.
    pub fn each(n: u8, of: impl Fn(Fault) -> bool) -> Self {
        Self(Fault::ALL.map(|kind| if of(kind) { n } else { 0 }))
    }

    /// How many of this kind.
    pub fn of(&self, kind: Fault) -> u8 {
        self.0[kind as usize]
    }

    /// One more of this kind.
    #[must_use]
    pub fn and(mut self, kind: Fault) -> Self {
        self.0[kind as usize] = self.0[kind as usize].saturating_add(1);
        self
    }

    /// This many of this kind.
    #[must_use]
    pub fn with(mut self, kind: Fault, n: u8) -> Self {
        self.0[kind as usize] = n;
        self
    }

    /// Whether there are at least as many of each kind in `whole`.
    pub fn is_part_of(&self, whole: &Self) -> bool {
        self.0.iter().zip(&whole.0).all(|(own, other)| own <= other)
    }

    /// All kinds together.
    pub fn total(&self) -> u8 {
        self.0.iter().fold(0, |sum, n| sum.saturating_add(*n))
    }

    /// The faults of the network.
    pub fn of_the_network(&self) -> u8 {
        let network = Fault::ALL.into_iter().filter(|kind| kind.is_of_the_network());
        network.fold(0, |sum, kind| sum.saturating_add(self.of(kind)))
    }
}

/// A text that is no set of faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFaults(pub String);

impl fmt::Display for UnknownFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no set of faults, such as `1 re-push, 2 trick`, or `none`", self.0)
    }
}

impl std::error::Error for UnknownFaults {}

impl FromStr for Faults {
    type Err = UnknownFaults;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "none" {
            return Ok(Self::default());
        }
        let with = |faults: Self, part: &str| {
            let (count, name) = part.split_once(' ')?;
            let kind = Fault::ALL.into_iter().find(|kind| kind.name() == name)?;
            Some(faults.with(kind, count.parse().ok()?))
        };
        let faults = text.split(", ").try_fold(Self::default(), with);
        faults.ok_or_else(|| UnknownFaults(text.into()))
    }
}

impl fmt::Display for Faults {
    /// `1 re-push, 2 trick`, or `none`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let used = Fault::ALL.into_iter().filter(|kind| self.of(*kind) > 0);
        let parts: Vec<_> = used.map(|kind| format!("{} {kind}", self.of(kind))).collect();
        f.write_str(if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults};

    #[test]
    fn what_is_shown_of_faults_is_read_again() {
        let some = Faults::default().with(Fault::RePush, 1).with(Fault::Trick, 2);
        for faults in [Faults::default(), some, Faults::each(255, |_| true)] {
            assert_eq!(faults.to_string().parse(), Ok(faults));
        }
        for text in ["", "1", "re-push", "1 repush", "256 loss", "-1 loss", "1 loss,", "none, none"]
        {
            assert!(text.parse::<Faults>().is_err(), "{text}");
        }
    }
}
