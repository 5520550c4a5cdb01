//! Amounts that the file names, and those next to them: a stranger may ask for any.

use super::attempt::Attempt;
use super::{Catch, Hunt};
use crate::derived::Way;
use crate::history::is_plain;
use crate::message::tag;
use crate::wallet::STRANGER;
use smol_str::{SmolStr, ToSmolStr};
use std::collections::BTreeSet;

/// Amounts that the tricks burn and transfer: what handlers do with these is tried in any file.
const OF_TRICKS: [&str; 4] = ["0", "-10", "1.5", "x"];
/// Amounts that are tried whatever the file names.
const USUAL: [u128; 3] = [1, 3, 1_000_000];
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
        let found = self.found.iter().map(|Catch { attempt, .. }| attempt);
        let asked = found.filter(|one| one.way == Way::Send && one.value(tag::QUANTITY) == "10");
        let all: Vec<_> = Attempt::money().into_iter().chain(asked.cloned()).collect();
        let amounts = self.amounts_named();
        for plain in all {
            self.amounts_of(&plain, &amounts);
        }
        let [burn, pay, _] = Attempt::money();
        for plain in [burn, pay] {
            self.overdrawn(&plain);
        }
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
        let Some(usual) = self.trial.run(plain) else { return };
        let run = |hunt: &Self, amount: &str| hunt.trial.run(&plain.once(tag::QUANTITY, amount));
        let is_deposit = plain.way == Way::Deposit;
        let tricks = if is_deposit { &[][..] } else { &OF_TRICKS };
        let tricks = tricks.iter().filter_map(|amount| run(self, amount));
        let known = tricks.chain([usual.clone()]).flat_map(|seen| self.trial.shapes(&seen));
        let mut known: Vec<_> = known.collect();
        // Tricks deposit amounts that are not plain, and nothing is promised of these.
        let amounts = amounts.iter().map(ToSmolStr::to_smolstr);
        for amount in amounts.filter(|amount| !is_deposit || is_plain(amount)) {
            let Some(seen) = run(self, &amount) else { return };
            let shapes = self.trial.shapes(&seen);
            if shapes.iter().any(|shape| !known.contains(shape)) {
                known.extend(shapes);
                let name = SmolStr::new_static(tag::QUANTITY);
                self.catch(plain.put_named(&name, &amount), Some(&usual), &seen);
            }
        }
    }

    /// The whole numbers among the words, and those next to them.
    fn amounts_named(&self) -> BTreeSet<u128> {
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
