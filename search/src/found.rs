//! The least finding of each kind, for each property.

use crate::frontier::Key;
use crate::system::Fingerprint;

/// A finding without its path.
#[derive(Clone, Copy)]
pub struct Found {
    pub kind: u64,
    pub key: Key,
    pub place: Place,
    pub judged_before: u64,
}

/// Preference, then fingerprint: decides among findings of one layer.
pub type Place = (u64, Fingerprint);

/// Where a thread saw a property fire: property and kind, with the least place.
pub type Fired = Vec<((u32, u64), Place)>;

/// Notes that a property fired.
pub fn fire(fired: &mut Fired, kind: (u32, u64), place: Place) {
    match fired.iter_mut().find(|(own, _)| *own == kind) {
        Some((_, least)) => *least = place.min(*least),
        None => fired.push((kind, place)),
    }
}

/// Keeps the best findings of each kind: lowest key, then least place.
pub fn note(found: &mut [Vec<Found>], fired: &Fired, key: Key, judged_before: u64) {
    for &((property, kind), place) in fired {
        let found = &mut found[property as usize];
        match found.iter_mut().find(|best| best.kind == kind) {
            Some(best) if (key, place) < (best.key, best.place) => {
                *best = Found { kind, key, place, judged_before };
            }
            Some(_) => {}
            None => found.push(Found { kind, key, place, judged_before }),
        }
        found.sort_by_key(|found| (found.key, found.place));
    }
}
