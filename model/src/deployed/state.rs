//! The state of a contract that is run by the host.

use super::inert::Inert;
use super::workshop::Workshop;
use crate::books::Books;
use crate::contract::{Objection, Wrong};
use crate::message::Address;
use crate::renaming::{Rename, Renaming};
use crate::shared::Taken;
use aos::{Digest, Part};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Weak};

/// Everything the handlers can have left behind, and what can be read off it.
#[derive(Clone)]
pub struct LuaState(Arc<Kept>);

struct Kept {
    known: Known,
    books: Books,
    /// Whom the process trusts, if that has changed since it was spawned.
    authorities: Option<Vec<Address>>,
    /// Whether the same messages are inert as in the initial state.
    keeps_inert: bool,
    taken: Taken,
    /// Weak, because the workshop owns all states.
    workshop: Weak<Workshop>,
}

/// Everything that distinguishes one state from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Known {
    image: aos::State,
    version: Version,
    objection: Option<Objection>,
}

/// Which version of a contract has left a state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Version {
    /// The one that ran at first.
    #[default]
    First,
    /// The one that has replaced it.
    Later,
}

impl LuaState {
    /// The state with this image, which this version has left.
    pub(super) fn of(
        workshop: &Arc<Workshop>,
        (image, version): (aos::State, Version),
        objection: Option<Objection>,
    ) -> Self {
        let asked = Known { image, version, objection };
        workshop.known_state(&asked).unwrap_or_else(|| {
            let (books, unreadable) = workshop.books(&asked.image, version);
            // What was said of it before and what its books say must not tell a state from itself.
            let objection = asked.objection.clone().or(unreadable);
            let known = Known { objection, ..asked.clone() };
            let state = workshop.known_state(&known).unwrap_or_else(|| {
                let is_kept = |inert: &Inert| inert.is_kept_by(&known.image);
                let keeps_inert = workshop.inert.get().is_none_or(is_kept);
                let authorities = workshop.authorities(&known.image);
                Self(Arc::new(Kept {
                    taken: Taken::default(),
                    known,
                    authorities,
                    books,
                    keeps_inert,
                    workshop: Arc::downgrade(workshop),
                }))
            });
            workshop.keep_state(asked, &state);
            state
        })
    }

    fn workshop(&self) -> Arc<Workshop> {
        self.0.workshop.upgrade().expect("a contract outlives the search for its states")
    }

    /// All that [`PartialEq`] compares.
    pub(super) fn known(&self) -> &Known {
        &self.0.known
    }

    pub(super) fn keeps_inert(&self) -> bool {
        self.0.keeps_inert
    }

    /// The state of the process.
    pub fn image(&self) -> &aos::State {
        &self.0.known.image
    }

    /// Whom the process trusts, if that has changed since it was spawned.
    pub(super) fn authorities(&self) -> Option<&[Address]> {
        self.0.authorities.as_deref()
    }

    pub(super) fn version(&self) -> Version {
        self.0.known.version
    }

    pub(super) fn books(&self) -> &Books {
        &self.0.books
    }

    pub(super) fn objection(&self) -> Option<&Objection> {
        self.0.known.objection.as_ref()
    }

    pub(super) fn never_rests(&self) -> bool {
        self.objection().is_some_and(|objection| objection.kind == Wrong::NeverRests)
    }

    /// The same state with this said of it, unless something was said before.
    #[must_use]
    pub(super) fn objected(&self, objection: Objection) -> Self {
        if self.0.known.objection.is_some() {
            return self.clone();
        }
        Self::of(
            &self.workshop(),
            (self.0.known.image.clone(), self.0.known.version),
            Some(objection),
        )
    }
}

impl PartialEq for LuaState {
    fn eq(&self, other: &Self) -> bool {
        let same = Arc::ptr_eq(&self.0, &other.0);
        same || self.0.known == other.0.known
    }
}

impl Eq for LuaState {}

impl PartialOrd for LuaState {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for LuaState {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.known.cmp(&other.0.known)
    }
}

impl Hash for LuaState {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        Digest::hash_part(hasher, self);
    }
}

impl Part for LuaState {
    fn quick(&self) -> u64 {
        self.0.taken.quick(&self.0.known)
    }

    fn number(&self) -> u64 {
        self.0.taken.number(&self.0.known)
    }

    fn order(&self) -> u64 {
        self.0.taken.order(&self.0.known)
    }

    fn digest(&self) -> Digest {
        self.0.taken.digest(&self.0.known)
    }
}

impl fmt::Debug for LuaState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LuaState")
            .field("image", &self.0.known.image)
            .field("books", &self.0.books)
            .field("objection", &self.0.known.objection)
            .finish_non_exhaustive()
    }
}

impl Rename for LuaState {
    /// Each state is asked for by every search that reaches it, and for every message.
    fn renamed(&self, names: &Renaming) -> Self {
        let workshop = self.workshop();
        workshop.known_renamed((self, names), || {
            let image = workshop.renamed(&self.0.known.image, names);
            let objection = self.0.known.objection.renamed(names);
            Self::of(&workshop, (image, self.0.known.version), objection)
        })
    }
}
