//! What a handler does, and in which order.

use crate::review::mutation::edit::Edit;
use crate::review::mutation::source::Source;
use crate::review::mutation::statements::{Purpose, Statement, statements};
use std::ops::Range;

/// Each change of what is kept left out.
pub fn change_removed(source: &Source<'_>) -> Vec<Edit> {
    removed(source, Purpose::Change)
}

/// Each message left out.
pub fn send_removed(source: &Source<'_>) -> Vec<Edit> {
    removed(source, Purpose::Send)
}

fn removed(source: &Source<'_>, purpose: Purpose) -> Vec<Edit> {
    let all = source.blocks.iter().flat_map(|block| statements(source, block));
    let all = all.filter(|statement| statement.purpose == purpose);
    all.map(|statement| Edit::without(statement.range)).collect()
}

/// Each change moved behind the next message, and before the last one.
pub fn across_send(source: &Source<'_>) -> Vec<Edit> {
    let moves = |list: &[Statement], place: usize| {
        let behind = next(list.iter().skip(place + 1), Purpose::Send);
        let before = next(list[..place].iter().rev(), Purpose::Send);
        let here = &list[place].range;
        let later = behind.map(|send| swapped(source.text, here.clone(), send.range.clone()));
        let earlier = before.map(|send| swapped(source.text, send.range.clone(), here.clone()));
        [later, earlier].into_iter().flatten().collect()
    };
    moved(source, moves)
}

/// Each change moved before the last check.
pub fn before_guard(source: &Source<'_>) -> Vec<Edit> {
    let moves = |list: &[Statement], place: usize| {
        let guard = next(list[..place].iter().rev(), Purpose::Guard);
        let here = list[place].range.clone();
        guard.map(|guard| swapped(source.text, guard.range.clone(), here)).into_iter().collect()
    };
    moved(source, moves)
}

fn moved(source: &Source<'_>, moves: impl Fn(&[Statement], usize) -> Vec<Edit>) -> Vec<Edit> {
    let of_block = |block| {
        let list = statements(source, block);
        let changes = (0..list.len()).filter(|place| list[*place].purpose == Purpose::Change);
        changes.flat_map(|place| moves(&list, place)).collect::<Vec<_>>()
    };
    source.blocks.iter().flat_map(of_block).collect()
}

/// The nearest statement of this purpose, with nothing but changes and messages on the way:
/// what else stands there may be what the change is made of.
fn next<'a>(way: impl Iterator<Item = &'a Statement>, purpose: Purpose) -> Option<&'a Statement> {
    let is_on_the_way = |one: &&Statement| matches!(one.purpose, Purpose::Change | Purpose::Send);
    for statement in way {
        if statement.purpose == purpose {
            return Some(statement);
        }
        if !is_on_the_way(&statement) {
            break;
        }
    }
    None
}

/// The first of two statements behind the second: as the second before the first, where what
/// is between them stays with the one that does not move.
fn swapped(text: &str, first: Range<usize>, second: Range<usize>) -> Edit {
    let rest = text[first.end..second.end].trim_start();
    Edit::new(first.start..second.end, format!("{rest}\n{}", &text[first]))
}
