//! What a promise looks at, found out from the states in which it fires.

use search::actors::tables::Numbers;
use std::collections::{BTreeMap, BTreeSet};

/// What is enough to know whether a promise fires, and with what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Looks {
    /// The actors whose local states matter, ascending.
    pub(super) actors: Vec<usize>,
    pub(super) flight: Flight,
    pub(super) fires: BTreeSet<Key>,
}

/// What matters of the messages in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flight {
    Nothing,
    /// Whether there is any.
    AtRest,
    /// Which there are.
    All,
}

/// What a promise sees.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) locals: Vec<u32>,
    pub(super) in_flight: Vec<u32>,
    pub(super) is_at_rest: bool,
}

type Answers = BTreeMap<Key, bool>;

impl Looks {
    /// Of the property with this bit. Nothing if it looks at more than local states and messages.
    pub(super) fn of(states: &[(Numbers, u64)], bit: usize) -> Option<Self> {
        let all = states.iter().map(|(state, fires)| {
            let in_flight: Vec<_> = state.flight.keys().copied().collect();
            let is_at_rest = in_flight.is_empty();
            (Key { locals: state.locals.clone(), in_flight, is_at_rest }, fires >> bit & 1 == 1)
        });
        let mut answers = merged(all)?;
        let mut flight = Flight::All;
        for less in [Flight::AtRest, Flight::Nothing] {
            let without = answers.iter().map(|(key, fires)| (key.with(less), *fires));
            let Some(fewer) = merged(without) else { break };
            (answers, flight) = (fewer, less);
        }
        let mut actors: Vec<_> = (0..states.first()?.0.locals.len()).collect();
        for place in (0..actors.len()).rev() {
            let without = answers.iter().map(|(key, fires)| (key.without(place), *fires));
            if let Some(fewer) = merged(without) {
                answers = fewer;
                actors.remove(place);
            }
        }
        let fires = answers.into_iter().filter_map(|(key, fires)| fires.then_some(key));
        Some(Self { actors, flight, fires: fires.collect() })
    }
}

impl Key {
    fn with(&self, flight: Flight) -> Self {
        let mut key = self.clone();
        if flight != Flight::All {
            key.in_flight = Vec::new();
        }
        if flight == Flight::Nothing {
            key.is_at_rest = false;
        }
        key
    }

    fn without(&self, place: usize) -> Self {
        let mut key = self.clone();
        key.locals.remove(place);
        key
    }
}

/// The answers, unless two differ under one key.
fn merged(all: impl Iterator<Item = (Key, bool)>) -> Option<Answers> {
    let mut answers = Answers::new();
    for (key, fires) in all {
        if *answers.entry(key).or_insert(fires) != fires {
            return None;
        }
    }
    Some(answers)
}
