//! Amounts that the file names, those next to them, and other spellings: a stranger may ask for
//! any.

use super::attempt::Attempt;
use super::holders::{ANYBODY, renamed};
use super::trial::{Moved, Shape};
use super::{Catch, Hunt};
use crate::bint;
use crate::derived::Way;
use crate::history::is_plain;
use crate::message::tag;
use crate::trick::{HEX_2_64_PLUS_10, MAX_INTEGER, MINUS_TWO_256_LESS_10, TWO_256_PLUS_10};
use crate::wallet::STRANGER;
use smol_str::{SmolStr, ToSmolStr};
use std::collections::BTreeSet;

/// The amount of a plain message.
const PLAIN: &str = "10";
/// Amounts that the tricks burn and transfer: what handlers do with these is tried in any file.
const OF_TRICKS: [&str; 4] = ["0", "-10", "1.5", "x"];
/// Amounts that are tried whatever the file names.
const USUAL: [u128; 4] = [1, 3, 1_000_000, MORE_THAN_FLOATS];
/// No float is this number (SEMANTICS A4): 2^53 + 1.
const MORE_THAN_FLOATS: u128 = (1 << 53) + 1;
/// What is no plain number, and somebody may read as one.
const SPELLINGS: [&str; 13] = [
    "-10",
    "0",
    "1.5",
    "10.0",
    "11",
    "0xa",
    "0xffffffffffffffff",
    TWO_256_PLUS_10,
    "x",
    "+10",
    "0b1010",
    MINUS_TWO_256_LESS_10,
    HEX_2_64_PLUS_10,
];
/// Amounts that are more than the sender has in the states in which messages are tried: 10.
const OVER: [u64; 9] = [11, 15, 20, 21, 30, 101, 1010, 20_000, 1_000_000];
/// Floats from here on are no amounts.
const LARGEST: f64 = 1e30;
/// Numbers of the file that are tried.
const MOST: usize = 24;

impl Hunt<'_> {
    /// Burns, transfers, deposits and what Actions ask for, of an amount that is unlike the usual
    /// ones.
    pub(super) fn amounts(&mut self) {
        let found = self.found.iter().map(|Catch { attempt, .. }| attempt.clone());
        let found: Vec<_> = found.collect();
        let asked =
            found.iter().filter(|one| one.way == Way::Send && one.value(tag::QUANTITY) == PLAIN);
        let all: Vec<_> = Attempt::money().into_iter().chain(asked.cloned()).collect();
        let amounts = self.amounts_named();
        for plain in all {
            self.amounts_of(&plain, &amounts);
        }
        let [burn, pay, _] = Attempt::money();
        for plain in [burn, pay] {
            self.overdrawn(&plain);
        }
        self.larger();
        for plain in found {
            self.spellings(&plain);
        }
    }

    /// The message with amounts that are spelt otherwise in each tag of its own that has an
    /// amount.
    fn spellings(&mut self, plain: &Attempt) {
        let is_amount = |name: &SmolStr| plain.value(name).parse::<u64>().is_ok();
        let is_own = |name: &SmolStr| {
            name != tag::REFERENCE && (plain.way == Way::Send || name != tag::QUANTITY)
        };
        let names = plain.names().into_iter().filter(|name| is_amount(name) && is_own(name));
        for name in names.collect::<Vec<_>>() {
            let Some(usual) = self.trial.run(plain) else { return };
            let value = plain.value(&name);
            let mut known = self.trial.shapes(&value, &usual);
            for spelling in SPELLINGS {
                let with = plain.once(&name, spelling);
                let Some(seen) = self.trial.run(&with) else { continue };
                let shapes = self.trial.shapes(spelling, &seen);
                let is_new = shapes.iter().any(|shape| !known.contains(shape));
                let texts = [&*value, spelling];
                let is_amount =
                    || self.moved_but_for(&with, texts) != self.moved_but_for(plain, texts);
                if is_new && self.trial.moves(None, &seen) && is_amount() {
                    known.extend(shapes);
                    self.catch(plain.put_named(&name, spelling), Some(&usual), &seen);
                }
            }
        }
    }

    /// What a message moves, where accounts that one of these texts names count as one.
    fn moved_but_for(&self, attempt: &Attempt, texts: [&str; 2]) -> Option<Vec<Moved>> {
        let moved = self.trial.moved(&self.trial.states, attempt)?;
        Some(texts.iter().fold(moved, |moved, text| renamed(moved, text, ANYBODY)))
    }

    /// The least amount that handlers take from somebody who has something, and less than that.
    fn overdrawn(&mut self, plain: &Attempt) {
        for amount in OVER {
            let name = SmolStr::new_static(tag::QUANTITY);
            let over = plain.put_named(&name, &amount.to_smolstr());
            let Some(seen) = self.trial.run(&over) else { return };
            if self.trial.overdraws(STRANGER, amount, &seen) {
                return self.catch(over, None, &seen);
            }
        }
    }

    fn amounts_of(&mut self, plain: &Attempt, amounts: &BTreeSet<u128>) {
        let is_deposit = plain.way == Way::Deposit;
        // In some of the states, the stranger's own deposit has arrived. Tricks fill what room a
        // contract leaves, which an honest one may limit.
        let of_another = is_deposit && !self.knows_tricks;
        let asked =
            if of_another { plain.from(&SmolStr::new_static("bob")) } else { plain.clone() };
        let Some(usual) = self.trial.run(&asked) else { return };
        let effects = self.trial.effects(&usual);
        let run = |hunt: &Self, amount: &str| hunt.trial.run(&asked.once(tag::QUANTITY, amount));
        let tricks = if is_deposit || !self.knows_tricks { &[][..] } else { &OF_TRICKS };
        let mut known = self.trial.shapes(PLAIN, &usual);
        for amount in tricks {
            if let Some(seen) = run(self, amount) {
                known.extend(self.trial.shapes(amount, &seen));
            }
        }
        let amounts = amounts.iter().map(ToSmolStr::to_smolstr);
        let spellings = SPELLINGS.into_iter().chain([MAX_INTEGER]).map(SmolStr::new_static);
        let spellings = spellings.filter(|_| !self.knows_tricks);
        for amount in amounts.chain(spellings).collect::<Vec<_>>() {
            // What arrives as a deposit is what USDA has read.
            let read = if is_deposit { bint::transferable(&amount) } else { bint::parse(&amount) };
            if is_deposit && read.is_none() {
                continue;
            }
            let Some(seen) = run(self, &amount) else { continue };
            let read = read.map_or_else(|| amount.clone(), |read| read.to_smolstr());
            let shapes = self.trial.shapes(&read, &seen);
            // Handlers may refuse a deposit of an amount that is not plain, and credit no other.
            let may_be_refused = is_deposit && !is_plain(&amount);
            let is_another = |(.., changes): &Shape| {
                changes.iter().any(|(.., size)| *size != Some((true, true)))
            };
            let matters = !may_be_refused || shapes.iter().any(is_another);
            let is_new = shapes.iter().any(|shape| !known.contains(shape));
            let is_as_usual = !of_another && self.trial.effects(&seen) == effects;
            if matters && is_new && !is_as_usual {
                known.extend(shapes);
                let name = SmolStr::new_static(tag::QUANTITY);
                self.catch(plain.put_named(&name, &amount), Some(&usual), &seen);
            }
        }
    }

    /// The whole numbers among the words, and those next to them.
    pub(super) fn amounts_named(&self) -> BTreeSet<u128> {
        let numbers = self.words.all.iter().filter_map(|word| whole(word));
        let near = |n: u128| [n.saturating_sub(1), n, n.saturating_add(1)];
        numbers.take(MOST).flat_map(near).filter(|n| *n > 0).chain(USUAL).collect()
    }
}

/// A whole number, also as Lua writes floats.
fn whole(word: &str) -> Option<u128> {
    let as_float = || {
        let number =
            word.parse::<f64>().ok().filter(|n| n.fract() == 0.0 && (0.0..LARGEST).contains(n))?;
        format!("{number:.0}").parse().ok()
    };
    word.parse().ok().or_else(as_float)
}
