//! What happens to a small mistake: does a promise notice it?

use crate::review::summary::faults;
use crate::search::Found;
use model::Profile;
use serde::Serialize;

/// Whether a promise notices a small mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// People can see it, and no promise is broken.
    Survived(Shown),
    /// A search was cut short before anything was found.
    Undecided { why: String },
    /// Nobody can tell the two apart within these bounds.
    Same,
    /// A promise is broken that the new handlers keep, or by less.
    Noticed {
        /// The promises, by name.
        properties: Vec<&'static str>,
        /// How the first of them is broken.
        #[serde(flatten)]
        by: Shown,
    },
    /// It does not load, or asks for what the host does not do.
    Refused { why: String },
}

/// The shortest schedule that shows something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    pub what: String,
    pub profile: &'static str,
    pub faults: String,
    /// Its actions, by name.
    pub actions: Vec<String>,
}

impl Shown {
    pub(super) fn of(profile: &Profile, what: String, found: &Found) -> Self {
        Self {
            what,
            profile: profile.name,
            faults: faults(found.faults),
            actions: found.actions.iter().map(ToString::to_string).collect(),
        }
    }
}

impl Outcome {
    /// The order in which they are told: what a reader has to look at first.
    pub(super) fn rank(&self) -> u8 {
        match self {
            Self::Survived(_) => 0,
            Self::Undecided { .. } => 1,
            Self::Same => 2,
            Self::Noticed { .. } => 3,
            Self::Refused { .. } => 4,
        }
    }
}
