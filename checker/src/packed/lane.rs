//! The lanes of a state: each holds all that one signer started.
//!
//! A message is caused by one that is caused by one ... that somebody signed, and its
//! identity begins with that signer's name. What a step does to wallets, messages and record
//! concerns the lane of that signer alone. So a state is two processes and a few lanes, and
//! of each lane there are few; of their combinations there are many.

use model::message::Address;
use model::profile::Order;
use model::state::{Doings, Spent};
use model::wallet::Done;
use model::{Contract, History, Secret, Shared, Swap, network::Network};
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

impl Lane {
    pub(super) fn doings(&self) -> Doings<'_> {
        Doings { wallets: &self.wallets, network: &self.network, history: &self.history }
    }

    pub(super) fn facts(&self, secret: &Secret) -> Facts {
        let purpose = 100 + self.place as u64;
        let record_worth = match self.history.without_repeats() {
            Cow::Borrowed(_) => secret.number_of(&self.history, purpose),
            Cow::Owned(record) => secret.number_of(&Shared::new(record), purpose),
        };
        Facts { record_worth, is_at_rest: self.network.is_at_rest() }
    }

    /// What it adds to the key of a rescue, which starts from `network` and `history`.
    pub(super) fn rescue_worth(
        &self,
        secret: &Secret,
        network: &Network,
        history: &Shared<History>,
    ) -> u64 {
        secret.number_of(&(network, history), 200 + self.place as u64)
    }
}

/// What is asked of a lane for every state.
pub(super) struct Facts {
    /// What it adds to the key of a judgement, which depends on the record alone.
    pub(super) record_worth: u64,
    /// Whether nothing of it is on its way between the processes.
    pub(super) is_at_rest: bool,
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

/// A lane without what nothing can read any more after `spent`.
pub(super) fn swept<C: Contract>(swap: &Swap<C>, lane: &Lane, spent: Spent) -> Lane {
    let change = swap.sweep(spent);
    Lane {
        place: lane.place,
        wallets: swap.retired(&lane.wallets, spent).unwrap_or_else(|| lane.wallets.clone()),
        network: Shared::new(swap.network_after(&lane.network, &change, &[])),
        history: swap.history_after(&lane.history, None, change.forget),
    }
}
