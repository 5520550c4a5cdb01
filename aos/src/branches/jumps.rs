//! The ways from `if c then break end`: if the condition holds, the code jumps. So the code that
//! follows the jump runs if the condition does not hold. Everywhere else it is the other way
//! round.

use super::{Fork, Way};
use crate::conditions::{Condition, Decides};
use std::collections::BTreeMap;

/// Names the ways from the conditions that decide whether to jump.
pub(super) fn name(forks: &mut [Fork], lines: &[u32], conditions: &[Condition]) {
    let mut by_line = BTreeMap::<u32, Vec<usize>>::new();
    for (place, fork) in forks.iter().enumerate() {
        let is_loop = matches!(fork.ways, [(_, Way::Loop), (around, _)] if around == fork.at + 1);
        if !is_loop && !fork.is_value {
            by_line.entry(lines[fork.at]).or_default().push(place);
        }
    }
    for (line, places) in by_line {
        let here = conditions.iter().filter(|one| one.parts > 0 && one.lines.contains(&line));
        let belonging = belonging(&places, &here.collect::<Vec<_>>());
        for (place, of) in &belonging {
            let beside = belonging.iter().filter(|(_, other)| std::ptr::eq(*other, *of));
            match of.decides {
                Decides::Jump => name_one(forks, *place, beside.map(|(place, _)| *place)),
                Decides::Block => name_block(&mut forks[*place]),
                Decides::Loop => {}
            }
        }
    }
}

/// The condition that each of these is of, where that can be known: each in its turn, or any of
/// those that decide the same.
fn belonging<'a>(places: &[usize], here: &[&'a Condition]) -> Vec<(usize, &'a Condition)> {
    let each = || here.iter().flat_map(|one| std::iter::repeat_n(*one, one.parts));
    if each().count() == places.len() {
        return places.iter().copied().zip(each()).collect();
    }
    let alike = here.first().filter(|first| here.iter().all(|one| one.decides == first.decides));
    alike.map_or_else(Vec::new, |one| places.iter().map(|place| (*place, *one)).collect())
}

/// A block that ends with a jump back looks like that of a loop.
fn name_block(fork: &mut Fork) {
    if let [(_, into @ Way::Loop), (_, around @ Way::Behind)] = &mut fork.ways {
        (*into, *around) = (Way::Then, Way::Else);
    }
}

fn name_one(forks: &mut [Fork], place: usize, beside: impl Iterator<Item = usize>) {
    let target = |fork: &Fork, side: usize| fork.ways[side].0;
    let fork = &forks[place];
    let later: Vec<_> = beside.map(|other| &forks[other]).filter(|it| it.at > fork.at).collect();
    // `a and b`: where `a` does not hold, nothing jumps.
    let is_and = later.iter().any(|other| target(other, 0) == target(fork, 1));
    // `a or b`: where either holds, it jumps to one place.
    let is_or = later.iter().any(|other| target(other, 1) == target(fork, 1));
    let [into, around] = match (is_and, is_or) {
        (true, _) => [Way::Then, Way::Else],
        (_, true) => [Way::Right, Way::Left],
        _ => [Way::Else, Way::Then],
    };
    for (way, named) in forks[place].ways.iter_mut().zip([into, around]) {
        way.1 = named;
    }
}
