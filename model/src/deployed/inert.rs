//! Which messages a contract ignores in every state.
//!
//! A message is inert if no handler claims it in the initial state, and nothing that decides
//! whether one does ever changes: the list of handlers with all that its functions hold, and
//! the globals that patterns can read. Which those are is read off the compiled patterns.
//! That they do not change is seen in every state that a search comes to; where one does,
//! the search is made again without this.

use crate::message::Message;
use aos::Machine;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

pub(super) struct Inert {
    /// What must stay as it is; nothing where that cannot be known.
    fixed: Option<Fixed>,
    /// By the message's content: whether it is inert as long as nothing changes.
    known: Mutex<HashMap<Message, bool, foldhash::fast::FixedState>>,
}

struct Fixed {
    globals: BTreeSet<Vec<u8>>,
    parts: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Those parts of a state that decide, each with its name.
fn parts<'a>(
    state: &'a aos::State,
    globals: &'a BTreeSet<Vec<u8>>,
) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    let read = state.globals().filter(|(name, _)| globals.contains(*name));
    state.beside_globals().chain(read)
}

impl Inert {
    pub(super) fn of(machine: &Machine, initial: &aos::State) -> Self {
        let globals = machine.read_by_patterns(initial);
        let globals = globals.filter(|_| initial.has_separate_parts());
        let fixed = globals.map(|globals| {
            let parts = parts(initial, &globals);
            let parts = parts.map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
            Fixed { globals, parts }
        });
        Self { fixed, known: Mutex::default() }
    }

    /// Whether all that decides is in this state as it was at first.
    pub(super) fn is_kept_by(&self, state: &aos::State) -> bool {
        let Some(fixed) = &self.fixed else { return true };
        let kept = fixed.parts.iter().map(|(name, value)| (&**name, &**value));
        state.has_separate_parts() && parts(state, &fixed.globals).eq(kept)
    }

    /// `is_idle_at_first` says whether the message has no effect in the initial state.
    pub(super) fn is_inert(
        &self,
        message: &Message,
        is_idle_at_first: impl FnOnce() -> bool,
    ) -> bool {
        if self.fixed.is_none() {
            return false;
        }
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(message).copied();
        found.unwrap_or_else(|| {
            let is_inert = is_idle_at_first();
            known().insert(message.clone(), is_inert);
            is_inert
        })
    }
}
