//! Finding the way to a state again: back through the table, forward by replay.

use crate::layer::nonzero;
use crate::system::{System, built};
use crate::table::Table;

/// Ways back that are tried where parents share the part of the fingerprint that is kept.
const ATTEMPTS: usize = 64;

/// A way from an initial state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// Which of the initial states.
    pub initial: usize,
    /// The actions, as numbered by the system.
    pub actions: Vec<u32>,
}

impl Path {
    /// All states along the path, the initial one first; `None` if an action is not offered.
    ///
    /// The states are not released.
    pub fn replay<S: System>(&self, system: &S, scratch: &mut S::Scratch) -> Option<Vec<S::State>> {
        let mut states = vec![*system.initial(scratch).get(self.initial)?];
        for &action in &self.actions {
            let last = *states.last()?;
            let mut next = None;
            for (offered, state) in built(system, &last, scratch) {
                if offered == action && next.is_none() {
                    next = Some(state);
                } else {
                    system.release(state);
                }
            }
            states.push(next?);
        }
        Some(states)
    }
}

/// The path the table holds to a state; `None` if it does not replay.
pub(crate) fn trace<S: System>(
    system: &S,
    scratch: &mut S::Scratch,
    table: &Table,
    target: u64,
) -> Option<Path> {
    (0..ATTEMPTS).find_map(|attempt| {
        let chain = chain(table, target, attempt)?;
        follow(system, scratch, &chain)
    })
}

/// Fingerprints from an initial state to the target. The digits of `attempt` choose among
/// parents that cannot be told apart here.
fn chain(table: &Table, target: u64, mut attempt: usize) -> Option<Vec<u64>> {
    let mut chain = vec![target];
    let mut claim = table.claim(target)?;
    while claim.depth() > 0 {
        let parents = table.parents(claim);
        let parent = *parents.get(attempt.checked_rem(parents.len())?)?;
        attempt /= parents.len();
        chain.push(parent);
        claim = table.claim(parent)?;
    }
    chain.reverse();
    Some(chain)
}

/// Replays along fingerprints; among several actions that lead on the least rank is taken.
fn follow<S: System>(system: &S, scratch: &mut S::Scratch, chain: &[u64]) -> Option<Path> {
    let (first, rest) = chain.split_first()?;
    let mut found = None;
    for (index, state) in system.initial(scratch).into_iter().enumerate() {
        if found.is_none() && nonzero(system.fingerprint(&state)) == *first {
            found = Some((index, state));
        } else {
            system.release(state);
        }
    }
    let (initial, mut state) = found?;
    let mut actions = Vec::with_capacity(rest.len());
    for fingerprint in rest {
        let step = step(system, scratch, &state, *fingerprint);
        system.release(state);
        let (action, next) = step?;
        actions.push(action);
        state = next;
    }
    system.release(state);
    Some(Path { initial, actions })
}

/// The least action that leads from a state to a fingerprint.
fn step<S: System>(
    system: &S,
    scratch: &mut S::Scratch,
    state: &S::State,
    fingerprint: u64,
) -> Option<(u32, S::State)> {
    let mut best: Option<(u32, S::State)> = None;
    for (action, next) in built(system, state, scratch) {
        let leads = nonzero(system.fingerprint(&next)) == fingerprint;
        let better = best.is_none_or(|(least, _)| system.rank(action) < system.rank(least));
        if leads && better {
            if let Some((_, worse)) = best.replace((action, next)) {
                system.release(worse);
            }
        } else {
            system.release(next);
        }
    }
    best
}
