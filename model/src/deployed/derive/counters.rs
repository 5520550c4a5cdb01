//! Numbers that keep changing: what handlers do once they are larger, or smaller, than a few
//! messages make them is not tried.

use super::Hunt;
use super::attempt::Attempt;
use crate::message::tag;
use crate::wallet::STRANGER;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};

/// The wallets that deposit, burn and transfer.
const HOLDERS: [&str; 3] = [STRANGER, "alice", "bob"];
/// So many values a switch does not take.
const MANY: usize = 3;

impl Hunt<'_> {
    /// The globals that are such numbers from the start, except for the books, and handlers that
    /// aos takes away after some runs.
    pub(super) fn counters(&self) -> Vec<String> {
        let [burn, pay, deposit] = Attempt::money();
        let pay = pay.once(tag::RECIPIENT, "carol");
        let by_all = |one: &Attempt| HOLDERS.map(|who| one.from(&SmolStr::new_static(who)));
        let mut values: BTreeMap<String, BTreeSet<Vec<u8>>> = BTreeMap::new();
        for then in [&burn, &pay] {
            let mut states = self.trial.states[..1].to_vec();
            for attempt in by_all(&deposit).iter().chain(&by_all(then)) {
                for (name, value) in states.iter().flat_map(aos::State::globals) {
                    let name = String::from_utf8_lossy(name).into_owned();
                    values.entry(name).or_default().insert(value.to_vec());
                }
                let Some(seen) = self.trial.run_in(&states, attempt) else { break };
                states = seen.states();
            }
        }
        let counts = |(name, values): (String, BTreeSet<Vec<u8>>)| {
            (values.len() >= MANY && self.trial.is_own_number(&name)).then_some(name)
        };
        let runs = self.trial.limited_handlers().into_iter();
        let runs = runs.map(|name| format!("how often {name} still runs"));
        values.into_iter().filter_map(counts).chain(runs).collect()
    }
}
