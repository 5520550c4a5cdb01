//! Simplifications of the state space that change no verdict and no fewest number of faults.
//!
//! Each has its argument here, can be switched off, is named in every report, and is
//! compared with the search without it by tests.

use std::{fmt, str::FromStr};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reduction {
    /// A wallet's item is evaluated in the step that posts it. Posting has no effect but to
    /// put the item in flight, and wallets post at any time, so every run is matched by
    /// the one in which each item is posted just before it is evaluated; an item that is
    /// lost is one that was never posted. Items of wallets are never lost or reordered
    /// apart from that. (Posting commutes with everything before the evaluation: this is a
    /// partial-order reduction with the post as an invisible step.)
    DirectWallets,
    /// A message that its receiver ignores in every state
    /// ([`Handlers::ignores`](crate::Handlers::ignores)), or that goes to a wallet, is not
    /// put in flight. Its delivery would change nothing that a property reads, and enables
    /// nothing: it is independent of every other step.
    InertMessages,
    /// A fault after which all is as before, except for the budget it used, is not taken: a
    /// repeat that the contract refuses, a trick without an effect. Whatever can follow
    /// it can follow without it, with a fault less, and is met there: the state before
    /// simulates the state after. (Handlers are taken to treat Ids that they have not seen
    /// alike; properties ask at least as much where fewer faults were used, as a test over
    /// all of them says.)
    IdleFaults,
    /// What nothing can read any more is dropped: the log of messages once no repeat is
    /// possible, notices to wallets once nobody can have them assigned, which tricks were
    /// used once no more can be. States that differ in such remains only are bisimilar.
    Compaction,
    /// Only one of the states that differ by an exchange of interchangeable users is searched:
    /// the least over all exchanges. Renaming such users maps
    /// steps to steps and changes no verdict, so the quotient is bisimilar to the whole.
    Symmetry,
}

impl Reduction {
    pub const ALL: [Self; 5] = [
        Self::DirectWallets,
        Self::InertMessages,
        Self::IdleFaults,
        Self::Compaction,
        Self::Symmetry,
    ];

    /// Its name in flags and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::DirectWallets => "direct-wallets",
            Self::InertMessages => "inert-messages",
            Self::IdleFaults => "idle-faults",
            Self::Compaction => "compaction",
            Self::Symmetry => "symmetry",
        }
    }

    /// What it leaves out, in a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::DirectWallets => "a wallet's item is evaluated in the step that posts it",
            Self::InertMessages => "messages that their receivers always ignore are not sent",
            Self::IdleFaults => "faults that change nothing are not taken",
            Self::Compaction => "what nothing can read any more is dropped",
            Self::Symmetry => "users are interchangeable: one order of them is searched",
        }
    }
}

impl fmt::Display for Reduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that no simplification has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownReduction(pub String);

impl fmt::Display for UnknownReduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Reduction::ALL.map(Reduction::name).join(", ");
        write!(f, "no reduction is called `{}`; there are: {names}", self.0)
    }
}

impl std::error::Error for UnknownReduction {}

impl FromStr for Reduction {
    type Err = UnknownReduction;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or_else(|| UnknownReduction(name.into()))
    }
}

/// The simplifications in force; by default all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reductions([bool; Reduction::ALL.len()]);

impl Reductions {
    pub const NONE: Self = Self([false; Reduction::ALL.len()]);

    /// Whether this one is in force.
    pub fn has(self, one: Reduction) -> bool {
        self.0[one as usize]
    }

    #[must_use]
    pub fn without(mut self, one: Reduction) -> Self {
        self.0[one as usize] = false;
        self
    }

    /// These and one more.
    #[must_use]
    pub fn with(mut self, one: Reduction) -> Self {
        self.0[one as usize] = true;
        self
    }

    /// Those in force, in order.
    pub fn iter(self) -> impl Iterator<Item = Reduction> {
        Reduction::ALL.into_iter().filter(move |one| self.has(*one))
    }
}

impl Default for Reductions {
    fn default() -> Self {
        Self([true; Reduction::ALL.len()])
    }
}
