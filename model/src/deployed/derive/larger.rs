//! Burns and transfers of larger amounts, by somebody who holds as much.

use super::Hunt;
use super::attempt::Attempt;
use super::seen::{Course, Seen, Told, course};
use crate::exact::Exact;
use crate::message::{Address, tag};
use crate::wallet::STRANGER;
use aos::TagValue;
use ruint::aliases::U256;
use smol_str::{SmolStr, ToSmolStr};
use std::collections::BTreeSet;

/// The usual amount.
const USUAL: u128 = 10;
/// Beside the numbers of the file: where rounding and products of amounts go wrong.
const LARGER: [u128; 4] = [25, 1_000, 1_000_000_007, 1_000_000_000_001];
/// So many kinds of difference are kept for a burn, and for a transfer.
const MOST: usize = 2;

/// What a message does in one state, where the amount that it names has no number: whose balance
/// changes, and what is sent.
type Done = (Course, Vec<(Address, Change)>, Vec<Told>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    More,
    Less,
    By(Exact),
}

impl Hunt<'_> {
    /// Deposits of an amount, and burns and transfers of it, where it is not treated as the usual
    /// one is.
    pub(super) fn larger(&mut self) {
        let amounts: BTreeSet<u128> = self
            .amounts_named()
            .into_iter()
            .chain(LARGER)
            .filter(|amount| *amount > USUAL)
            .collect();
        let [burn, pay, _] = Attempt::money();
        for plain in [burn, pay] {
            let Some(usual) = self.done_after_deposit(&plain, USUAL) else { return };
            let mut known = vec![usual];
            for amount in &amounts {
                let Some(done) = self.done_after_deposit(&plain, *amount) else { continue };
                // A contract may limit how much one message takes.
                let is_refused = done.iter().all(|(_, changes, _)| changes.is_empty());
                if known.len() <= MOST && !is_refused && !known.contains(&done) {
                    known.push(done);
                    self.catch_both(&plain, &amount.to_smolstr());
                }
            }
        }
    }

    fn catch_both(&mut self, plain: &Attempt, amount: &str) {
        let quantity = SmolStr::new_static(tag::QUANTITY);
        let [.., deposit] = Attempt::money();
        let deposit = deposit.put_named(&quantity, amount);
        let then = plain.put_named(&quantity, amount);
        let Some(deposited) = self.trial.run_in(self.before_deposits(), &deposit) else { return };
        if let Some(seen) = self.trial.run_in(&deposited.states(), &then) {
            self.catch(deposit, None, &deposited);
            self.catch(then, None, &seen);
        }
    }

    /// In the other states the deposit has been made.
    fn before_deposits(&self) -> &[aos::State] {
        &self.trial.states[..1]
    }

    /// What is done with this amount in each state in which a deposit of it has arrived. Nothing
    /// where the depositor does not have as much then.
    fn done_after_deposit(&self, plain: &Attempt, amount: u128) -> Option<Vec<Done>> {
        let text = amount.to_smolstr();
        let exact = Exact::from(U256::from(amount));
        let [.., deposit] = Attempt::money();
        let deposit = deposit.once(tag::QUANTITY, &text);
        let deposited = self.trial.run_in(self.before_deposits(), &deposit)?.states();
        let has = |state: &aos::State| {
            exact.at_most(&Exact::from(self.trial.books(state).balance(STRANGER)))
        };
        if !deposited.iter().all(has) {
            return None;
        }
        let seen = self.trial.run_in(&deposited, &plain.once(tag::QUANTITY, &text))?;
        Some(self.done(&deposited, &seen, (&text, &exact)))
    }

    fn done(&self, before: &[aos::State], seen: &Seen, (text, exact): (&str, &Exact)) -> Vec<Done> {
        let change = |change: Exact| match change {
            change if change == *exact => Change::More,
            change if change == -exact.clone() => Change::Less,
            change => Change::By(change),
        };
        let nameless = |value: TagValue| match value {
            TagValue::Text(own) if own == text.as_bytes() => TagValue::Text(b"amount".to_vec()),
            other => other,
        };
        let told = |(target, tags): Told| {
            (target, tags.into_iter().map(|(name, value)| (name, nameless(value))).collect())
        };
        let states = before.iter().zip(&seen.evaluations).zip(seen.told());
        let of = |((before, after), sent): ((&aos::State, &aos::Evaluation), Vec<Told>)| {
            let [before, books] = [before, &after.state].map(|state| self.trial.books(state));
            let changes = books.differences_from(&before).into_iter();
            let changes = changes.filter(|(_, by)| by.is_positive() || by.is_negative());
            let changes = changes.map(|(of, by)| (of, change(by))).collect();
            (course(after), changes, sent.into_iter().map(told).collect())
        };
        states.map(of).collect()
    }
}
