//! One order of everything that happened: by time, and causes before their effects.

use crate::entry::Entry;
use crate::files::Log;
use crate::join::{Joined, Place};
use std::collections::{BTreeMap, BTreeSet};

/// The entries of all logs in one order.
pub fn order(log: &Log, joined: &Joined) -> Vec<Place> {
    let mut causes: BTreeMap<(&str, u64), (&str, u64)> = BTreeMap::new();
    for fate in &joined.fates {
        for arrival in &fate.arrivals {
            causes.insert((&fate.to, arrival.slot), (&fate.from.0, fate.from.1));
        }
    }
    let mut rests: BTreeMap<&str, _> = log
        .schedules
        .iter()
        .map(|(id, schedule)| (id.as_str(), schedule.entries.values().peekable()))
        .collect();
    let mut done: BTreeSet<(&str, u64)> = BTreeSet::new();
    let mut all = Vec::new();
    loop {
        let heads: Vec<(&str, &Entry)> =
            rests.iter_mut().filter_map(|(id, rest)| Some((*id, *rest.peek()?))).collect();
        let is_due = |(id, entry): &&(&str, &Entry)| {
            causes.get(&(*id, entry.slot)).is_none_or(|cause| done.contains(cause))
        };
        let earliest = |(id, entry): &&(&str, &Entry)| (entry.timestamp, id.to_string());
        // Logs that contradict each other still have some order.
        let due = heads.iter().filter(is_due).min_by_key(earliest);
        let Some((id, entry)) = due.or_else(|| heads.iter().min_by_key(earliest)).copied() else {
            return all;
        };
        done.insert((id, entry.slot));
        all.push((id.to_owned(), entry.slot));
        if let Some(rest) = rests.get_mut(id) {
            rest.next();
        }
    }
}
