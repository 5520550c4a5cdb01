//! What a check says of one property under one profile.

use crate::limits::Cut;
use crate::search::{Broken, Exploration};
use properties::{Property, Witness};
use serde::Serialize;
use std::fmt;

#[derive(Clone, Debug)]
pub enum Verdict {
    /// In the whole space under the bounds.
    Holds,
    /// In all that was searched before the search was cut.
    HoldsUpTo(Cut),
    /// With the minimal runs that break it.
    Violated(Broken),
    /// It was not broken, but these were never seen, so that means nothing.
    NotTried(Vec<Witness>),
}

/// The kind of a [`Verdict`], as files and reports name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// See [`Verdict::Holds`].
    Holds,
    /// See [`Verdict::HoldsUpTo`].
    HoldsUpTo,
    /// See [`Verdict::Violated`].
    Violated,
    /// See [`Verdict::NotTried`].
    NotTried,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Holds => "HOLDS",
            Self::HoldsUpTo => "HOLDS UP TO",
            Self::Violated => "VIOLATED",
            Self::NotTried => "NOT TRIED",
        })
    }
}

impl Verdict {
    /// The verdict on `property`, from a search of a space in which `expected` should
    /// have been seen.
    ///
    /// A violation stands whatever else happened. A search that was cut shows nothing
    /// beyond where it was cut, and need not have seen everything.
    pub fn on(property: &Property, exploration: &Exploration, expected: &[Witness]) -> Self {
        if let Some(broken) = exploration.found.get(property.name) {
            return Self::Violated(broken.clone());
        }
        if let Some(cut) = exploration.cut {
            return Self::HoldsUpTo(cut);
        }
        let needed = property.needs.iter().chain(expected);
        let missing: Vec<_> =
            needed.filter(|w| !exploration.witnesses.contains(w)).copied().collect();
        if missing.is_empty() { Self::Holds } else { Self::NotTried(missing) }
    }

    pub fn kind(&self) -> Kind {
        match self {
            Self::Holds => Kind::Holds,
            Self::HoldsUpTo(_) => Kind::HoldsUpTo,
            Self::Violated(_) => Kind::Violated,
            Self::NotTried(_) => Kind::NotTried,
        }
    }
}
