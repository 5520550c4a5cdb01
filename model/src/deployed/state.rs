//! The state of a contract that is run by the host.

use super::workshop::Workshop;
use crate::books::Books;
use crate::contract::Objection;
use crate::renaming::{Rename, Renaming};
use aos::Digest;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Weak};

/// Everything the handlers can have left behind, and what can be read off it.
#[derive(Clone)]
pub struct LuaState(Arc<Kept>);

struct Kept {
    image: aos::State,
    books: Books,
    objection: Option<Objection>,
    version: Version,
    /// Whether what decides which messages are inert is as it was at first.
    keeps_inert: bool,
    /// Of the image, the version, and what is said of it.
    digest: Digest,
    /// Which keeps all states, so that they do not keep it.
    workshop: Weak<Workshop>,
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
        let digest_with =
            |said: &Option<Objection>| Digest::of_value(&(image.bytes(), version, said));
        let asked = digest_with(&objection);
        workshop.known_state(asked).unwrap_or_else(|| {
            let (books, unreadable) = workshop.books(&image, version);
            // What was said of it before and what its books say must not tell a state from itself.
            let is_new = objection.is_none() && unreadable.is_some();
            let objection = objection.or(unreadable);
            let digest = if is_new { digest_with(&objection) } else { asked };
            let state = workshop.known_state(digest).unwrap_or_else(|| {
                let home = Arc::downgrade(workshop);
                let keeps_inert = workshop.inert.get().is_none_or(|inert| inert.is_kept_by(&image));
                let image = image.clone();
                Self(Arc::new(Kept {
                    image,
                    books,
                    objection,
                    version,
                    keeps_inert,
                    digest,
                    workshop: home,
                }))
            });
            workshop.keep_state(asked, &state);
            state
        })
    }

    fn workshop(&self) -> Arc<Workshop> {
        self.0.workshop.upgrade().expect("a contract outlives the search for its states")
    }

    /// Of all that [`PartialEq`] compares.
    pub(super) fn digest(&self) -> Digest {
        self.0.digest
    }

    pub(super) fn keeps_inert(&self) -> bool {
        self.0.keeps_inert
    }

    /// The state of the process.
    pub fn image(&self) -> &aos::State {
        &self.0.image
    }

    pub(super) fn version(&self) -> Version {
        self.0.version
    }

    pub(super) fn books(&self) -> &Books {
        &self.0.books
    }

    pub(super) fn objection(&self) -> Option<&Objection> {
        self.0.objection.as_ref()
    }

    fn parts(&self) -> (&aos::State, Version, &Option<Objection>) {
        (&self.0.image, self.0.version, &self.0.objection)
    }

    /// The same state with this said of it, unless something was said before.
    #[must_use]
    pub(super) fn objected(&self, objection: Objection) -> Self {
        if self.0.objection.is_some() {
            return self.clone();
        }
        Self::of(&self.workshop(), (self.0.image.clone(), self.0.version), Some(objection))
    }
}

impl PartialEq for LuaState {
    fn eq(&self, other: &Self) -> bool {
        let same = Arc::ptr_eq(&self.0, &other.0);
        same || self.parts() == other.parts()
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
        self.parts().cmp(&other.parts())
    }
}

impl Hash for LuaState {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.0.digest.hash(hasher);
    }
}

impl fmt::Debug for LuaState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LuaState")
            .field("image", &self.0.image)
            .field("books", &self.0.books)
            .field("objection", &self.0.objection)
            .finish_non_exhaustive()
    }
}

impl Rename for LuaState {
    /// Each state is asked for by every search that comes to it, and for every message.
    fn renamed(&self, names: &Renaming) -> Self {
        let workshop = self.workshop();
        workshop.known_renamed((self, names), || {
            let image = workshop.renamed(&self.0.image, names);
            Self::of(&workshop, (image, self.0.version), self.0.objection.clone())
        })
    }
}
