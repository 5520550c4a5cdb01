//! Which messages a contract ignores in every state.
//!
//! A message is inert if no handler claims it in the initial state, and nothing that decides
//! whether one does ever changes: the list of handlers with all that its functions hold, and
//! the globals that patterns can read. Which those are is read off the compiled patterns.
//! That they do not change is seen in every state that a search reaches; where one does,
//! the search is made again without this. Where a contract is upgraded, all that is said of
//! the initial state is said of that after the upgrade, too.

use crate::message::Message;
use aos::Machine;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

pub(super) struct Inert {
    /// What must stay as it is, in one of these ways; nothing where that cannot be known.
    fixed: Option<Vec<Fixed>>,
}

/// By the message's content: whether it is inert as long as nothing changes.
pub(super) type Known = Mutex<HashMap<Message, bool, foldhash::fast::RandomState>>;

struct Fixed {
    globals: BTreeSet<Vec<u8>>,
    parts: Vec<(Vec<u8>, Vec<u8>)>,
}

/// The parts of a state that decide, each with its name.
fn parts<'a>(
    state: &'a aos::State,
    globals: &'a BTreeSet<Vec<u8>>,
) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    let read = state.globals().filter(|(name, _)| globals.contains(*name));
    state.beside_globals().chain(read)
}

impl Fixed {
    fn of(machine: &Machine, initial: &aos::State) -> Option<Self> {
        let globals = machine.read_by_patterns(initial)?;
        let of_initial = initial.has_separate_parts().then(|| parts(initial, &globals))?;
        let parts = of_initial.map(|(name, value)| (name.to_vec(), value.to_vec())).collect();
        Some(Self { globals, parts })
    }

    fn is_in(&self, state: &aos::State) -> bool {
        let own = self.parts.iter().map(|(name, value)| (&**name, &**value));
        parts(state, &self.globals).eq(own)
    }
}

impl Inert {
    /// For a contract with these initial states.
    pub(super) fn of(machine: &Machine, initial: &[&aos::State]) -> Self {
        let fixed = initial.iter().map(|state| Fixed::of(machine, state)).collect();
        Self { fixed }
    }

    /// Whether all that decides is in this state as it was at first.
    pub(super) fn is_kept_by(&self, state: &aos::State) -> bool {
        let Some(fixed) = &self.fixed else { return true };
        state.has_separate_parts() && fixed.iter().any(|fixed| fixed.is_in(state))
    }

    /// `is_idle_at_first` says whether the message has no effect in the initial states.
    pub(super) fn is_inert(
        &self,
        known: &Known,
        message: &Message,
        is_idle_at_first: impl FnOnce() -> bool,
    ) -> bool {
        if self.fixed.is_none() {
            return false;
        }
        let known = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known().get(message).copied();
        found.unwrap_or_else(|| {
            let is_inert = is_idle_at_first();
            known().insert(message.clone(), is_inert);
            is_inert
        })
    }
}
