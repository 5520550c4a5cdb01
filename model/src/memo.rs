//! Every pure sub-step is computed once.
//!
//! Almost every step of a search repeats what some other global state has already made:
//! the same process, in the same local state, evaluating the same message. What a step
//! does to one component is a function of that component and of what happens to it, so it
//! is remembered here. Nothing but time depends on it.

use crate::history::History;
use crate::identity::Identity;
use crate::message::{Copy, Message};
use crate::network::Network;
use crate::shared::Shared;
use crate::swap::Evaluation;
use crate::usda::Ledger;
use crate::wallet::{Done, Intent};
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// One evaluation at a process, with all that follows from it locally.
#[derive(Debug)]
pub(crate) struct Evaluated<S> {
    /// Its number among all evaluations of this memo.
    pub(crate) number: u32,
    /// The process' state after it.
    pub(crate) after: After<S>,
    /// What is put in flight.
    pub(crate) carried: Vec<Shared<Message>>,
    /// What reports and witnesses see of it.
    pub(crate) evaluation: Arc<Evaluation>,
}

/// The state of the process that evaluated.
#[derive(Clone, Debug)]
pub(crate) enum After<S> {
    Usda(Shared<Ledger>),
    Tim3(Shared<S>),
}

/// What an evaluation depends on.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Cause<S> {
    Usda(Shared<Ledger>, Shared<Message>, u8),
    /// The last says whether Credit-Notices are assignable.
    Tim3(Shared<S>, Shared<Message>, u8, bool),
}

/// What one step does to the network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Change {
    /// This message leaves.
    pub(crate) take: Option<Identity>,
    /// This one is evaluated again.
    pub(crate) repeat: Option<(Identity, Copy)>,
    /// This one was evaluated and may be repeated.
    pub(crate) record: Option<Shared<Message>>,
    /// These are put in flight.
    pub(crate) send: Vec<Shared<Message>>,
    /// Nothing can be repeated any more.
    pub(crate) forget: bool,
    /// Nothing can be assigned any more.
    pub(crate) drop_foreign: bool,
}

type Table<K, V> = Mutex<HashMap<K, V, FixedState>>;

/// The tables of a [`Swap`](crate::Swap).
pub(crate) struct Memo<S> {
    evaluations: Table<Cause<S>, Arc<Evaluated<S>>>,
    networks: Table<(Shared<Network>, Change), Shared<Network>>,
    histories: Table<(Shared<History>, Option<u32>, bool), Shared<History>>,
    acts: Table<(Shared<Vec<Done>>, usize, Intent), (Shared<Vec<Done>>, Shared<Message>)>,
}

impl<S> Default for Memo<S> {
    fn default() -> Self {
        Self {
            evaluations: Mutex::default(),
            networks: Mutex::default(),
            histories: Mutex::default(),
            acts: Mutex::default(),
        }
    }
}

/// The value for `key`, computed with the number of values before it where there is none.
fn once<K: Hash + Eq, V: Clone>(table: &Table<K, V>, key: K, make: impl FnOnce(&K, u32) -> V) -> V {
    // A panic elsewhere cannot have left a table half-written: values are inserted whole.
    let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = table.get(&key) {
        return value.clone();
    }
    let number = u32::try_from(table.len()).unwrap_or(u32::MAX);
    let value = make(&key, number);
    table.insert(key, value.clone());
    value
}

impl<S: Hash + Eq> Memo<S> {
    pub(crate) fn evaluation(
        &self,
        cause: Cause<S>,
        make: impl FnOnce(&Cause<S>, u32) -> Arc<Evaluated<S>>,
    ) -> Arc<Evaluated<S>> {
        once(&self.evaluations, cause, make)
    }

    pub(crate) fn network(
        &self,
        network: &Shared<Network>,
        change: Change,
        make: impl FnOnce(&Change) -> Shared<Network>,
    ) -> Shared<Network> {
        if change == Change::default() {
            return network.clone();
        }
        once(&self.networks, (network.clone(), change), |(_, change), _| make(change))
    }

    /// The history after evaluation `number`; `forget` says that no repeat can follow.
    pub(crate) fn history(
        &self,
        history: &Shared<History>,
        number: Option<u32>,
        forget: bool,
        record: impl FnOnce(&mut History),
    ) -> Shared<History> {
        once(&self.histories, (history.clone(), number, forget), |_, _| {
            let mut after = (**history).clone();
            record(&mut after);
            let mut shared = history.clone();
            shared.set(after);
            shared
        })
    }

    pub(crate) fn act(
        &self,
        wallets: &Shared<Vec<Done>>,
        place: usize,
        intent: Intent,
        make: impl FnOnce() -> (Shared<Vec<Done>>, Shared<Message>),
    ) -> (Shared<Vec<Done>>, Shared<Message>) {
        once(&self.acts, (wallets.clone(), place, intent), |_, _| make())
    }
}
