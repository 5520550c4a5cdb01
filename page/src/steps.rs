//! What can be seen of evaluations, so that two versions of a system can be compared: what is
//! observed of the process before, the message, what is observed after, and what is sent.

use crate::locked::lock;
use std::collections::HashSet;
use std::hash::{BuildHasher, Hash};
use std::sync::{Arc, Mutex};

/// The evaluations of one search.
#[derive(Default)]
pub struct Steps {
    /// That of the version that this one is compared with.
    hasher: foldhash::fast::RandomState,
    met: Mutex<HashSet<u64, foldhash::fast::RandomState>>,
    /// Those of the version that this one is compared with.
    known: Option<Arc<Steps>>,
    /// The shortest that the other version does not have, in words.
    new: Mutex<Option<String>>,
}

impl Steps {
    /// The evaluations of a search that is compared with another.
    #[must_use]
    pub fn beside(known: &Arc<Self>) -> Self {
        let hasher = known.hasher.clone();
        Self { known: Some(Arc::clone(known)), hasher, ..Self::default() }
    }

    /// Keeps an evaluation, and notes it if the other version has none like it.
    pub(crate) fn meet(&self, evaluation: &impl Hash, told: impl FnOnce() -> String) {
        let key = self.hasher.hash_one(evaluation);
        if !lock(&self.met).insert(key) {
            return;
        }
        if self.known.as_ref().is_some_and(|known| !lock(&known.met).contains(&key)) {
            let told = told();
            let mut new = lock(&self.new);
            let is_shorter = |known: &String| (told.len(), &told) < (known.len(), known);
            if new.as_ref().is_none_or(is_shorter) {
                *new = Some(told);
            }
        }
    }

    /// What anybody can see that differs from the other version, if anything does.
    pub fn difference(&self) -> Option<String> {
        let new = lock(&self.new).clone();
        new.or_else(|| {
            let known = self.known.as_ref()?;
            let (met, known) = (lock(&self.met), lock(&known.met));
            let gone = known.iter().filter(|key| !met.contains(key)).count();
            (gone > 0).then(|| format!("{gone} evaluations that came up before do not come up"))
        })
    }
}
