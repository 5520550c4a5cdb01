//! The steps of a run, by name.

use crate::fault::Fault;
use crate::identity::Identity;
use crate::message::{Address, Copy};
use crate::wallet::Intent;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A mistake the owner of TIM3 can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mistake {
    /// Loads the contract's source again.
    Reload,
    /// Has the process transfer USDA to itself (vector 08b).
    SelfTransfer,
    /// Makes Credit-Notices assignable, so that anyone can have notices that are addressed
    /// to others handled by TIM3 (`ao.addAssignable`, vector 03d).
    OpenAssignments,
}

impl Mistake {
    pub const ALL: [Self; 3] = [Self::Reload, Self::SelfTransfer, Self::OpenAssignments];

    /// Its name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reload => "reload",
            Self::SelfTransfer => "self-transfer",
            Self::OpenAssignments => "open-assignments",
        }
    }
}

/// One step. Names and arguments are all a counterexample file holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Action {
    /// A wallet signs and posts an item.
    Act {
        /// Whose wallet.
        by: Address,
        intent: Intent,
    },
    /// A message in flight arrives and is evaluated.
    Deliver { message: Identity },
    /// A message in flight is lost.
    Lose { message: Identity },
    /// A message that was evaluated is evaluated again.
    Again {
        message: Identity,
        /// As what kind of repeat.
        copy: Copy,
    },
    /// The owner makes a mistake.
    Owner { mistake: Mistake },
    /// The owner replaces the contract by its other version. Only where it has one, and once.
    Upgrade,
    /// A holder burns what it holds. Only where the model asks whether there is a way out.
    Exit {
        /// Who.
        by: Address,
        /// How much of it.
        share: Share,
        /// Whether it has waited for a year before.
        late: bool,
    },
}

/// How much of what it holds a holder burns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Share {
    Whole,
    /// As much as a deposit brings.
    Part,
}

impl Action {
    /// The fault that it is, if it is one.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::Act { intent: Intent::Trick(_), .. } => Some(Fault::Trick),
            Self::Lose { .. } => Some(Fault::Loss),
            Self::Again { copy, .. } => Some((*copy).into()),
            Self::Owner { .. } => Some(Fault::Owner),
            Self::Act { .. } | Self::Deliver { .. } | Self::Upgrade | Self::Exit { .. } => None,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Act { by, intent } => write!(f, "{by}: {}", intent.name()),
            Self::Deliver { message } => write!(f, "deliver {message}"),
            Self::Lose { message } => write!(f, "lose {message}"),
            Self::Again { message, copy } => {
                write!(f, "{} {message}", Fault::from(*copy).name())
            }
            Self::Owner { mistake } => write!(f, "owner: {}", mistake.name()),
            Self::Upgrade => f.write_str("upgrade"),
            Self::Exit { by, share, late } => {
                let part = if *share == Share::Part { " in part" } else { "" };
                write!(f, "{by}: exit{part}{}", if *late { ", late" } else { "" })
            }
        }
    }
}
