//! The state of a contract that is run by the host.

use super::workshop::{Workshop, key};
use crate::books::Books;
use crate::message::Address;
use crate::contract::{Objection, Wrong};
use crate::renaming::{Rename, Renaming};
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
    /// Whom the process trusts, where that is not whom it was spawned with.
    authorities: Option<Vec<Address>>,
    /// Whether what decides which messages are inert is as it was at first.
    keeps_inert: bool,
    /// Of the image, the version, and what is said of it.
    key: u128,
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
        let key_with = |said: &Option<Objection>| key(&(image.bytes(), version, said));
        let asked = key_with(&objection);
        workshop.known_state(asked).unwrap_or_else(|| {
            let (books, unreadable) = workshop.books(&image, version);
            let objection = objection.or(unreadable);
            // What was said of it before and what its books say must not tell a state from itself.
            let key = key_with(&objection);
            let state = workshop.known_state(key).unwrap_or_else(|| {
                let home = Arc::downgrade(workshop);
                let keeps_inert = workshop.inert.get().is_none_or(|inert| inert.is_kept_by(&image));
                let image = image.clone();
                let authorities = workshop.authorities(&image);
                Self(Arc::new(Kept {
                    image,
                    authorities,
                    books,
                    objection,
                    version,
                    keeps_inert,
                    key,
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

    /// Equal for equal states, and for hardly any others.
    pub(super) fn key(&self) -> u128 {
        self.0.key
    }

    pub(super) fn keeps_inert(&self) -> bool {
        self.0.keeps_inert
    }

    /// The state of the process.
    pub fn image(&self) -> &aos::State {
        &self.0.image
    }

    /// Whom the process trusts, where that is not whom it was spawned with.
    pub(super) fn authorities(&self) -> Option<&[Address]> {
        self.0.authorities.as_deref()
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

    pub(super) fn never_rests(&self) -> bool {
        self.objection().is_some_and(|objection| objection.kind == Wrong::NeverRests)
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
        hasher.write_u128(self.0.key);
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
