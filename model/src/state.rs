//! A global state: the local states of the parties, what is in flight, what happened.

use crate::fault::Faults;
use crate::history::History;
use crate::network::Network;
use crate::shared::Shared;
use crate::usda::Ledger;
use crate::wallet::Done;

/// The state of a [`Swap`](crate::Swap) whose contract's state is `S`.
///
/// Large parts are shared between states that agree on them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State<S> {
    pub usda: Shared<Ledger>,
    pub tim3: Shared<S>,
    /// What each wallet has done, in the order of [`Swap::wallets`](crate::Swap::wallets).
    pub wallets: Shared<Vec<Done>>,
    /// The messages between the processes.
    pub network: Shared<Network>,
    /// What was used of the budgets.
    pub spent: Spent,
    /// What truly happened.
    pub history: Shared<History>,
    /// Whether the world goes on as it will, or helps holders out.
    pub mode: Mode,
}

/// What decides, beside parties and network, what may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Spent {
    /// The faults that were used.
    pub faults: Faults,
    /// Whether the owner has made Credit-Notices assignable.
    pub notices_assignable: bool,
    /// Whether the owner has replaced the contract by its other version.
    pub upgraded: bool,
}

/// What may happen next.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub enum Mode {
    /// Everything within the profile and the bounds.
    #[default]
    Open,
    /// No faults, nobody starts anything but exits: what "there is still a way" means.
    Rescue {
        /// How often each has burned, by place.
        exits: Vec<u8>,
    },
}

/// What one or several wallets have done and caused, beside what the processes remember.
#[derive(Clone, Copy, Debug)]
pub struct Doings<'a> {
    /// What the wallets have done.
    pub wallets: &'a [Done],
    /// The messages that it caused.
    pub network: &'a Network,
    /// What truly happened.
    pub history: &'a History,
}

impl Doings<'_> {
    /// Whether these add nothing to what they were `before`, but that tricks were used up and
    /// repeats counted: see [`Reduction::IdleFaults`](crate::Reduction::IdleFaults).
    pub fn add_nothing_to(&self, before: &Doings<'_>) -> bool {
        let acts = |done: &Done| (done.deposits, done.burns, done.transfers);
        self.wallets.iter().map(acts).eq(before.wallets.iter().map(acts))
            && self.network.adds_nothing_to(before.network)
            && self.history.is_as_before(before.history)
    }
}

impl<S: PartialEq> State<S> {
    /// What all wallets have done.
    pub fn doings(&self) -> Doings<'_> {
        Doings { wallets: &self.wallets, network: &self.network, history: &self.history }
    }

    /// Whether the step here from `before` was a fault without effect.
    pub fn is_idle_after(&self, before: &Self) -> bool {
        self.spent.is_idle_after(before.spent)
            && self.usda == before.usda
            && self.tim3 == before.tim3
            && self.doings().add_nothing_to(&before.doings())
    }
}

impl Spent {
    /// Whether a fault was used from `before` to here, and nothing gained by it.
    pub fn is_idle_after(self, before: Self) -> bool {
        self.faults.total() > before.faults.total()
            && self.notices_assignable == before.notices_assignable
    }
}
