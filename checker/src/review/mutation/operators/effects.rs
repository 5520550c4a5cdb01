//! What a handler does, and in which order.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::Source;
use crate::review::mutation::statements::{Purpose, Statement, places};

/// Each change of what is kept left out.
pub fn change_removed(source: &Source<'_>) -> Vec<Edit> {
    places(source, Purpose::Change).map(Edit::without).collect()
}

/// Each message left out.
pub fn send_removed(source: &Source<'_>) -> Vec<Edit> {
    places(source, Purpose::Send).map(Edit::without).collect()
}

/// Each change moved behind the next message, and before the last one.
pub fn across_send(source: &Source<'_>) -> Vec<Edit> {
    let of_block = |block: &Vec<Statement>| {
        let purposes: Vec<_> = block.iter().map(|one| one.purpose(source)).collect();
        let before = nearest(purposes.iter(), Purpose::Send);
        let mut behind = nearest(purposes.iter().rev(), Purpose::Send);
        behind.reverse();
        let last = block.len().saturating_sub(1);
        let moves = |place: usize| {
            let later = behind[place].map(|send| (place, last - send));
            let earlier = before[place].map(|send| (send, place));
            [later, earlier]
        };
        let changes = (0..block.len()).filter(|place| purposes[*place] == Purpose::Change);
        changes.flat_map(moves).flatten().map(|pair| moved(source, block, pair)).collect::<Vec<_>>()
    };
    source.blocks.iter().flat_map(of_block).collect()
}

/// Each change moved before the last check.
pub fn before_guard(source: &Source<'_>) -> Vec<Edit> {
    let of_block = |block: &Vec<Statement>| {
        let purposes: Vec<_> = block.iter().map(|one| one.purpose(source)).collect();
        let guards = nearest(purposes.iter(), Purpose::Guard);
        let changes = (0..block.len()).filter(|place| purposes[*place] == Purpose::Change);
        let pairs = changes.filter_map(|place| Some((guards[place]?, place)));
        pairs.map(|pair| moved(source, block, pair)).collect::<Vec<_>>()
    };
    source.blocks.iter().flat_map(of_block).collect()
}

/// Of each statement the nearest one before it of this purpose, with nothing but changes and
/// messages on the way: what else stands there may be what the change is made of.
fn nearest<'a>(purposes: impl Iterator<Item = &'a Purpose>, wanted: Purpose) -> Vec<Option<usize>> {
    let mut nearest = None;
    let step = |(place, purpose): (usize, &Purpose)| {
        let before = nearest;
        nearest = match purpose {
            purpose if *purpose == wanted => Some(place),
            Purpose::Change | Purpose::Send => before,
            _ => None,
        };
        before
    };
    purposes.enumerate().map(step).collect()
}

fn moved(source: &Source<'_>, block: &[Statement], (first, second): (usize, usize)) -> Edit {
    Edit::moved(source.text, block[first].range.clone(), block[second].range.clone())
}
