//! The lanes of a state: each holds all that one signer started.
//!
//! A message is caused by one that is caused by one ... that somebody signed, and its
//! identity begins with that signer's name. What a step does to wallets, messages and record
//! concerns the lane of that signer alone. So a state is two processes and a few lanes, and
//! of each lane there are few; of their combinations there are many.
//!
//! A lane is itself put together: what can happen next depends on wallets and messages, and not
//! on the record; what an evaluation adds to the record depends on nothing else in the lane.

use super::System;
use model::message::Address;
use model::network::{Change, Network};
use model::profile::Order;
use model::state::Spent;
use model::wallet::Done;
use model::{Contract, History, Shared, Swap, Trick};
use std::borrow::Cow;

/// The most lanes there can be: six wallets and the owner.
pub(super) const MOST: usize = 7;

/// All that one signer started.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Lane {
    /// Which lane it is.
    pub(super) place: usize,
    /// What the wallets in it have done.
    pub(super) wallets: Vec<Done>,
    /// The messages that it caused.
    pub(super) network: Shared<Network>,
    /// What truly happened.
    pub(super) history: Shared<History>,
}

/// A lane by the numbers of its parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Parts {
    pub(super) doing: Doing,
    pub(super) history: u32,
}

/// What decides what can happen next to a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Doing {
    pub(super) place: u32,
    pub(super) wallets: u32,
    pub(super) network: u32,
}

/// What is asked of a lane for every state.
pub(super) struct Facts {
    /// What it adds to the key of a judgement, which depends on the record alone.
    pub(super) record_worth: u64,
    /// What it adds to the key of a rescue.
    pub(super) rescue_worth: u64,
    /// Whether nothing of it is on its way between the processes.
    pub(super) is_at_rest: bool,
    pub(super) parts: Parts,
}

/// What a search reads of the messages of a lane.
pub(super) struct OfNetwork {
    /// What a rescue leaves of them.
    rescued: Shared<Network>,
}

/// What a search reads of the record of a lane.
pub(super) struct OfHistory {
    /// The record without what only matters while a message can be evaluated again: what
    /// properties can see, and a rescue.
    pub(super) seen: Option<Shared<History>>,
}

impl<C: Contract> System<'_, C> {
    pub(super) fn number_lane(&self, lane: Lane) -> u32 {
        let doing = Doing {
            place: u32::try_from(lane.place).expect("at most seven lanes"),
            wallets: self.wallets.number(lane.wallets),
            network: self.number_network(lane.network),
        };
        self.number_parts(Parts { doing, history: self.number_history(lane.history) })
    }

    pub(super) fn number_network(&self, network: Shared<Network>) -> u32 {
        self.network.number_with(network, |network| {
            let rescued = self.swap.network_after(network, &Change::to_rescue(), &[]);
            OfNetwork { rescued: Shared::new(rescued) }
        })
    }

    pub(super) fn number_history(&self, history: Shared<History>) -> u32 {
        self.history.number_with(history, |history| {
            let seen = match history.without_repeats() {
                Cow::Borrowed(_) => None,
                Cow::Owned(seen) => Some(Shared::new(seen)),
            };
            OfHistory { seen }
        })
    }

    /// What properties can see of a record.
    pub(super) fn seen(&self, history: u32) -> &Shared<History> {
        self.history.facts(history).seen.as_ref().unwrap_or_else(|| self.history.value(history))
    }

    pub(super) fn number_parts(&self, parts: Parts) -> u32 {
        let Parts { doing, history } = parts;
        let network = self.network.value(doing.network);
        let lane = Lane {
            place: doing.place as usize,
            wallets: (**self.wallets.value(doing.wallets)).clone(),
            network: network.clone(),
            history: self.history.value(history).clone(),
        };
        self.lane.number_with(Shared::new(lane), |_| {
            let (seen, place) = (self.seen(history), u64::from(doing.place));
            let rescued = (&self.network.facts(doing.network).rescued, seen);
            Facts {
                record_worth: self.secret.number_of(seen, 100 + place),
                rescue_worth: self.secret.number_of(&rescued, 200 + place),
                is_at_rest: network.is_at_rest(),
                parts,
            }
        })
    }
}

/// What nothing can read any more after what was spent, by bits: repeats, notices to wallets, and
/// which tricks were used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sweeping(pub(super) u8);

impl Sweeping {
    /// Whether the names of tricks go.
    pub(super) fn retires(self) -> bool {
        self != Self(Self::NONE) && self.0 >> 2 & 1 == 1
    }

    /// How many there are.
    pub(super) const ALL: usize = 8;
    /// Nothing is to be swept.
    pub(super) const NONE: u8 = u8::MAX;
}

impl<C: Contract> System<'_, C> {
    pub(super) fn sweeping(&self, spent: Spent) -> Sweeping {
        let change = self.swap.sweep(spent);
        let used = Done { tricks: vec![Trick::ALL[0]], ..Done::default() };
        let retires = self.swap.retired(&[used], spent).is_some();
        let bits = [change.forget, change.drop_foreign, retires].into_iter().enumerate();
        Sweeping(bits.fold(0, |sum, (place, bit)| sum | u8::from(bit) << place))
    }

    /// Wallets without the names of the tricks that were used.
    pub(super) fn retired(&self, wallets: u32) -> u32 {
        let mut wallets = (**self.wallets.value(wallets)).clone();
        for done in &mut wallets {
            done.tricks.clear();
        }
        self.wallets.number(wallets)
    }

    /// A lane without what nothing can read any more.
    pub(super) fn swept(&self, lane: u32, Sweeping(bits): Sweeping) -> u32 {
        let Parts { doing, history } = self.lane.facts(lane).parts;
        let [forget, drop_foreign, retires] = [0, 1, 2].map(|place| bits >> place & 1 == 1);
        let change = Change { forget, drop_foreign, ..Change::default() };
        let network = self.network.value(doing.network);
        let network = Shared::new(self.swap.network_after(network, &change, &[]));
        let doing = Doing {
            wallets: if retires { self.retired(doing.wallets) } else { doing.wallets },
            network: self.number_network(network),
            ..doing
        };
        let seen = || self.number_history(self.seen(history).clone());
        self.number_parts(Parts { doing, history: if forget { seen() } else { history } })
    }
}

/// Which lanes a swap has.
pub(super) struct Lanes {
    /// Signers; one lane for everybody where messages wait for one another.
    signers: Vec<Address>,
}

impl Lanes {
    pub(super) fn of<C: Contract>(swap: &Swap<C>) -> Self {
        let mut signers = Vec::new();
        if swap.profile.order == Order::Any {
            signers.extend(swap.wallets.iter().map(|wallet| wallet.address.clone()));
            signers.extend(swap.has_owner().then(|| "owner".into()));
        }
        assert!(signers.len() <= MOST, "at most {MOST} signers");
        Self { signers }
    }

    pub(super) fn len(&self) -> usize {
        self.signers.len().max(1)
    }

    /// The wallets of a lane, by their places in the swap.
    pub(super) fn wallets<C: Contract>(
        &self,
        swap: &Swap<C>,
        place: usize,
    ) -> std::ops::Range<usize> {
        let all = swap.wallets.len();
        if self.signers.is_empty() { 0..all } else { place.min(all)..(place + 1).min(all) }
    }

    /// The lanes before anything happened.
    pub(super) fn initial<C: Contract>(&self, swap: &Swap<C>) -> Vec<Lane> {
        let lane = |place| Lane {
            place,
            wallets: self.wallets(swap, place).map(|_| Done::default()).collect(),
            network: Shared::new(Network::default()),
            history: Shared::new(History::default()),
        };
        (0..self.len()).map(lane).collect()
    }
}
