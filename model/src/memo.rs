//! Every pure sub-step is computed once.
//!
//! Almost every step of a search repeats what some other global state has already made:
//! the same process, in the same local state, evaluating the same message. What a step
//! does to one component is a function of that component and of what happens to it, so it
//! is remembered here. Nothing but time depends on it.

use crate::history::History;
use crate::message::{Copy, Message};
use crate::network::Network;
use crate::shared::Shared;
use crate::swap::Evaluation;
use crate::usda::Ledger;
use crate::wallet::{Done, Intent};
use foldhash::fast::FixedState;
use std::collections::{HashMap, HashSet};
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
pub(crate) enum Cause<'a, S> {
    Usda(&'a Shared<Ledger>, &'a Shared<Message>, u8),
    /// The last says whether Credit-Notices are assignable.
    Tim3(&'a Shared<S>, &'a Shared<Message>, u8, bool),
}

impl<S> Cause<'_, S> {
    fn key(&self) -> (u64, u64, u8, u8) {
        match self {
            Self::Usda(ledger, message, nth) => (ledger.number(), message.number(), *nth, 0),
            Self::Tim3(tim3, message, nth, open) => {
                (tim3.number(), message.number(), *nth, 1 + u8::from(*open))
            }
        }
    }
}

/// What one step does to the network, beside what its evaluation sends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Change {
    /// This message leaves.
    pub(crate) take: Option<Shared<Message>>,
    /// This one is evaluated again.
    pub(crate) repeat: Option<(Shared<Message>, Copy)>,
    /// This one was evaluated and may be repeated.
    pub(crate) record: Option<Shared<Message>>,
    /// This one is put in flight.
    pub(crate) post: Option<Shared<Message>>,
    /// Nothing can be repeated any more.
    pub(crate) forget: bool,
    /// Nothing can be assigned any more.
    pub(crate) drop_foreign: bool,
}

impl Change {
    /// A number for each message involved, zero for none, and the rest in one.
    fn key(&self) -> [u64; 5] {
        let number = |message: &Option<Shared<Message>>| message.as_ref().map_or(0, |m| m.number() + 1);
        let (repeated, copy) = match &self.repeat {
            Some((message, copy)) => (message.number() + 1, *copy as u64 + 1),
            None => (0, 0),
        };
        let rest = copy << 2 | u64::from(self.forget) << 1 | u64::from(self.drop_foreign);
        [number(&self.take), repeated, number(&self.record), number(&self.post), rest]
    }
}

type Table<K, V> = Mutex<HashMap<K, V, FixedState>>;
type Acted = (Shared<Vec<Done>>, Shared<Message>);

/// The tables of a [`Swap`](crate::Swap).
pub(crate) struct Memo<S> {
    evaluations: Table<(u64, u64, u8, u8), Arc<Evaluated<S>>>,
    networks: Table<(u64, [u64; 5], Option<u32>), Shared<Network>>,
    histories: Table<(u64, Option<u32>, bool), Shared<History>>,
    acts: Table<(u64, usize, Intent), Acted>,
    /// One part for each value, so that what was computed for it is found again.
    wallets: Parts<Vec<Done>>,
    ledgers: Parts<Ledger>,
    contracts: Parts<S>,
    messages: Parts<Message>,
    known_networks: Parts<Network>,
    known_histories: Parts<History>,
}

impl<S> Default for Memo<S> {
    fn default() -> Self {
        Self {
            evaluations: Mutex::default(),
            networks: Mutex::default(),
            histories: Mutex::default(),
            acts: Mutex::default(),
            wallets: Parts::default(),
            ledgers: Parts::default(),
            contracts: Parts::default(),
            messages: Parts::default(),
            known_networks: Parts::default(),
            known_histories: Parts::default(),
        }
    }
}

/// One part for each value.
struct Parts<T>(Mutex<HashSet<Shared<T>, FixedState>>);

impl<T> Default for Parts<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Hash + Eq> Parts<T> {
    fn part(&self, value: T) -> Shared<T> {
        let part = Shared::new(value);
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = parts.get(&part) {
            return known.clone();
        }
        parts.insert(part.clone());
        part
    }
}

/// The value for `key`, computed with the number of values before it where there is none.
fn once<K: Hash + Eq, V: Clone>(table: &Table<K, V>, key: K, make: impl FnOnce(u32) -> V) -> V {
    // A panic elsewhere cannot have left a table half-written: values are inserted whole.
    let mut table = table.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = table.get(&key) {
        return value.clone();
    }
    let number = u32::try_from(table.len()).unwrap_or(u32::MAX);
    let value = make(number);
    table.insert(key, value.clone());
    value
}

impl<S: Hash + Eq> Memo<S> {
    pub(crate) fn wallets(&self, wallets: Vec<Done>) -> Shared<Vec<Done>> {
        self.wallets.part(wallets)
    }

    pub(crate) fn ledger(&self, ledger: Ledger) -> Shared<Ledger> {
        self.ledgers.part(ledger)
    }

    pub(crate) fn contract(&self, state: S) -> Shared<S> {
        self.contracts.part(state)
    }

    pub(crate) fn message(&self, message: Message) -> Shared<Message> {
        self.messages.part(message)
    }

    pub(crate) fn evaluation(
        &self,
        cause: &Cause<'_, S>,
        make: impl FnOnce(u32) -> Evaluated<S>,
    ) -> Arc<Evaluated<S>> {
        once(&self.evaluations, cause.key(), |number| Arc::new(make(number)))
    }

    pub(crate) fn record(&self, history: History) -> Shared<History> {
        self.known_histories.part(history)
    }

    /// The network after `change`, and after evaluation `number` has sent.
    pub(crate) fn network(
        &self,
        network: &Shared<Network>,
        change: &Change,
        number: Option<u32>,
        apply: impl FnOnce(&mut Network),
    ) -> Shared<Network> {
        once(&self.networks, (network.number(), change.key(), number), |_| {
            let mut after = (**network).clone();
            apply(&mut after);
            self.known_networks.part(after)
        })
    }

    /// The history after evaluation `number`; `forget` says that no repeat can follow.
    pub(crate) fn history(
        &self,
        history: &Shared<History>,
        number: Option<u32>,
        forget: bool,
        record: impl FnOnce(&mut History),
    ) -> Shared<History> {
        once(&self.histories, (history.number(), number, forget), |_| {
            let mut after = (**history).clone();
            record(&mut after);
            self.known_histories.part(after)
        })
    }

    pub(crate) fn act(
        &self,
        wallets: &Shared<Vec<Done>>,
        place: usize,
        intent: Intent,
        make: impl FnOnce() -> Acted,
    ) -> Acted {
        once(&self.acts, (wallets.number(), place, intent), |_| make())
    }
}
