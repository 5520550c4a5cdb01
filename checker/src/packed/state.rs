//! A state by the numbers of its parts.

use super::lane::{Lane, MOST};
use super::worth::Worth;
use super::{NONE, System};
use model::network::Network;
use model::profile::Order;
use model::state::Spent;
use model::{Contract, Faults, History, Mode, Shared, State};
use std::borrow::Cow;

/// A state by the numbers of its parts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed {
    /// The sum of what the parts are worth.
    pub(super) sum: Worth,
    pub(super) usda: u32,
    pub(super) tim3: u32,
    pub(super) lanes: [u32; MOST],
    pub(super) spent: u16,
    pub(super) faults: u8,
}

/// As docs/SEARCH.md says.
const _: () = assert!(size_of::<Packed>() == 56);

impl<C: Contract> System<'_, C> {
    pub(super) fn initial_state(&self) -> Packed {
        let initial = self.swap.initial();
        let mut lanes = [NONE; MOST];
        for (place, lane) in self.lanes.initial(self.swap).into_iter().enumerate() {
            lanes[place] = self.number_lane(lane);
        }
        let (spent, faults) = self.number_spent(initial.spent);
        let mut state = Packed {
            sum: Worth::ZERO,
            usda: self.usda.number((*initial.usda).clone()),
            tim3: self.tim3.number((*initial.tim3).clone()),
            lanes,
            spent,
            faults,
        };
        state.sum = self.sum(&state);
        state
    }

    pub(super) fn number_spent(&self, spent: Spent) -> (u16, u8) {
        let number = self.spent.number(spent);
        (u16::try_from(number).expect("few combinations of faults"), spent.faults.total())
    }

    pub(super) fn sum(&self, state: &Packed) -> Worth {
        let lanes = state.lanes[..self.lanes.len()].iter().map(|lane| self.lane.worth(*lane));
        let parts = [
            self.usda.worth(state.usda),
            self.tim3.worth(state.tim3),
            self.spent.worth(state.spent.into()),
        ];
        lanes.chain(parts).fold(Worth::ZERO, Worth::plus)
    }

    pub(super) fn faults(&self, state: &Packed) -> Faults {
        self.spent.value(state.spent.into()).faults
    }

    pub(super) fn history<'s>(&'s self, state: &'s Packed) -> Cow<'s, History> {
        History::joined(self.lanes_of(state).map(|lane| &*lane.history))
    }

    pub(super) fn whole(&self, state: &Packed) -> State<C::State> {
        let lanes = || self.lanes_of(state);
        let networks = || lanes().map(|lane: &Lane| &lane.network);
        let network = match self.swap.profile.order {
            Order::Any => Shared::new(Network::joined(networks().map(|network| &**network))),
            Order::Fifo => networks().next().expect("one lane").clone(),
        };
        State {
            usda: self.usda.value(state.usda).clone(),
            tim3: self.tim3.value(state.tim3).clone(),
            wallets: Shared::new(lanes().flat_map(|lane| lane.wallets.clone()).collect()),
            network,
            history: Shared::new(self.history(state).into_owned()),
            spent: **self.spent.value(state.spent.into()),
            mode: Mode::Open,
        }
    }
}
