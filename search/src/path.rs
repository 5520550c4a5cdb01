//! Finding the way to a state again: back through the table, forward by replay.

use std::collections::BTreeMap;

use crate::layer::nonzero;
use crate::system::{Fingerprint, System, built};
use crate::table::{Claim, Table};

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
///
/// Where several ways look alike to the table, the one by the least orders is taken.
pub(crate) fn trace<S: System>(
    system: &S,
    scratch: &mut S::Scratch,
    table: &Table,
    target: Fingerprint,
) -> Option<Path> {
    let layers = ancestors(table, target)?;
    let mut ways = vec![first(system, scratch, layers.first()?)];
    for layer in &layers[1..] {
        let next = next(system, scratch, ways.last()?, layer);
        ways.push(next);
    }
    let path = read_back(&ways);
    ways.into_iter().flatten().for_each(|way| system.release(way.state));
    path
}

/// States of one depth, by identity.
type Ancestors = BTreeMap<u64, Claim>;

/// What may lie on the way to the target: by depth, the states that their children's claims
/// fit.
fn ancestors(table: &Table, target: Fingerprint) -> Option<Vec<Ancestors>> {
    let target = nonzero(target);
    let mut layers = vec![Ancestors::from([(target.identity, table.claim(target)?)])];
    let mut depth = layers[0][&target.identity].depth();
    while depth > 0 {
        let children = layers.last()?.values();
        let parents = children.flat_map(|claim| table.parents(*claim)).collect();
        layers.push(parents);
        depth -= 1;
    }
    layers.reverse();
    Some(layers)
}

/// A state that was reached again.
struct Way<T> {
    state: T,
    fingerprint: Fingerprint,
    /// Its place among the states before, or among the initial ones.
    from: usize,
    action: u32,
}

/// The initial states that may lie on the way.
fn first<S: System>(system: &S, scratch: &mut S::Scratch, layer: &Ancestors) -> Vec<Way<S::State>> {
    let mut ways: Vec<Way<S::State>> = Vec::new();
    for (from, state) in system.initial(scratch).into_iter().enumerate() {
        let fingerprint = nonzero(system.fingerprint(&state));
        let is_known = ways.iter().any(|way| way.fingerprint.identity == fingerprint.identity);
        if layer.contains_key(&fingerprint.identity) && !is_known {
            ways.push(Way { state, fingerprint, from, action: 0 });
        } else {
            system.release(state);
        }
    }
    ways
}

/// The states of a layer that these lead to: each from the parent of the least order, and by
/// the action of the least rank.
fn next<S: System>(
    system: &S,
    scratch: &mut S::Scratch,
    parents: &[Way<S::State>],
    layer: &Ancestors,
) -> Vec<Way<S::State>> {
    let mut ways: Vec<Way<S::State>> = Vec::new();
    let preferred = |way: &Way<S::State>| {
        (parents[way.from].fingerprint.order, way.from, system.rank(way.action))
    };
    for (from, parent) in parents.iter().enumerate() {
        for (action, state) in built(system, &parent.state, scratch) {
            let fingerprint = nonzero(system.fingerprint(&state));
            let way = Way { state, fingerprint, from, action };
            let claim = layer.get(&fingerprint.identity);
            let leads = claim.is_some_and(|claim| claim.is_by_way_of(parent.fingerprint.order));
            let place = ways.iter().position(|w| w.fingerprint.identity == fingerprint.identity);
            let worse = match place {
                _ if !leads => way,
                None => {
                    ways.push(way);
                    continue;
                }
                Some(place) if preferred(&way) < preferred(&ways[place]) => {
                    std::mem::replace(&mut ways[place], way)
                }
                Some(_) => way,
            };
            system.release(worse.state);
        }
    }
    ways
}

/// The way to the only state of the last layer.
fn read_back<T>(ways: &[Vec<Way<T>>]) -> Option<Path> {
    let (first, rest) = ways.split_first()?;
    let mut place = 0;
    let mut actions = Vec::with_capacity(rest.len());
    for layer in rest.iter().rev() {
        let way = layer.get(place)?;
        actions.push(way.action);
        place = way.from;
    }
    actions.reverse();
    Some(Path { initial: first.get(place)?.from, actions })
}
