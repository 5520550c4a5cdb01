//! Of states that differ only by an exchange of users who are alike, the search keeps the
//! least, over all exchanges: the true minimum.
//!
//! Least in the order of their sums, not of their fingerprints: where a state lies in the
//! visited table is decided by its fingerprint, and minima would crowd at one end.

use super::lane::{Lane, MOST};
use super::{NONE, Packed, Scratch, System, Table};
use model::{Action, Contract, Reduction, Rename, Renaming, Shared, Swap};
use std::collections::BTreeSet;

/// The exchanges in force: none, or a group without its identity.
pub(super) struct Exchanges {
    all: Vec<Exchange>,
}

struct Exchange {
    names: Renaming,
    /// Where the wallets go: `places[i]` is the new place of wallet `i`.
    places: Vec<usize>,
}

/// The images that one thread has computed: exchange, kind of part, number.
pub(super) type Images = Table<(u16, Part, u32), u32>;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Usda,
    Tim3,
    Lane,
}

impl Exchanges {
    pub(super) fn of<C: Contract>(swap: &Swap<C>) -> Self {
        let on = swap.reductions.has(Reduction::Symmetry);
        let group = if on { swap.symmetries() } else { Vec::new() };
        let exchange = |names: Renaming| {
            let place = |wallet: &model::Wallet| {
                let name = names.text(&wallet.address);
                swap.wallets.iter().position(|other| other.address == name)
            };
            let places = swap.wallets.iter().map(place);
            let places = places.collect::<Option<_>>().expect("users are exchanged with users");
            Exchange { names, places }
        };
        let others = group.into_iter().filter(|names| !names.is_identity());
        Self { all: others.map(exchange).collect() }
    }
}

impl<C: Contract> System<'_, C> {
    /// The state that stands for this one, and the exchange that leads there.
    pub(super) fn representative(
        &self,
        state: Packed,
        images: &mut Images,
    ) -> (Packed, Option<usize>) {
        let mut least = (state, None);
        for exchange in 0..self.exchanges.all.len() {
            let image = self.image(&state, exchange, images);
            if image.sum < least.0.sum {
                least = (image, Some(exchange));
            }
        }
        least
    }

    /// How many states this one stands for.
    pub(super) fn orbit(&self, state: &Packed, images: &mut Images) -> u64 {
        if self.exchanges.all.is_empty() {
            return 1;
        }
        let images = (0..self.exchanges.all.len()).map(|e| self.image(state, e, images));
        let mut orbit: BTreeSet<u64> = images.map(|image| image.fingerprint()).collect();
        orbit.insert(state.fingerprint());
        orbit.len() as u64
    }

    fn image(&self, state: &Packed, exchange: usize, images: &mut Images) -> Packed {
        let mut lanes = [NONE; MOST];
        for number in &state.lanes[..self.lanes.len()] {
            let image = self.part_image(exchange, Part::Lane, *number, images);
            lanes[self.lane.value(image).place] = image;
        }
        let usda = self.part_image(exchange, Part::Usda, state.usda, images);
        let tim3 = self.part_image(exchange, Part::Tim3, state.tim3, images);
        let mut image = Packed { usda, tim3, lanes, ..*state };
        image.sum = self.sum(&image);
        image
    }

    fn part_image(&self, exchange: usize, part: Part, number: u32, images: &mut Images) -> u32 {
        let place = u16::try_from(exchange).expect("at most 720 exchanges");
        *images.entry((place, part, number)).or_insert_with(|| {
            let by = &self.exchanges.all[exchange];
            match part {
                Part::Usda => self.usda.number((**self.usda.value(number)).renamed(&by.names)),
                Part::Tim3 => self.tim3.number((**self.tim3.value(number)).renamed(&by.names)),
                Part::Lane => self.lane.number(self.lane_image(self.lane.value(number), by)),
            }
        })
    }

    fn lane_image(&self, lane: &Lane, by: &Exchange) -> Lane {
        let range = self.lanes.wallets(self.swap, lane.place);
        let alone = self.lanes.len() == 1;
        let place =
            if alone { 0 } else { by.places.get(lane.place).copied().unwrap_or(lane.place) };
        let mut wallets = lane.wallets.clone();
        for (done, wallet) in lane.wallets.iter().zip(range) {
            wallets[if alone { by.places[wallet] } else { 0 }] = done.clone();
        }
        Lane {
            place,
            wallets,
            network: Shared::new(lane.network.renamed(&by.names, self.swap.profile.order)),
            history: lane.history.renamed(&by.names),
        }
    }

    /// The actions of a real run along a path of representatives: what one does to the
    /// representative of a state, its counterpart does to the state.
    ///
    /// Nothing if an action is not possible where it is taken.
    pub(crate) fn unfold(&self, path: &search::Path, scratch: &mut Scratch) -> Option<Vec<Action>> {
        let mut state = self.initial_state();
        let mut actions = Vec::new();
        for number in &path.actions {
            let (_, exchange) = self.representative(state, &mut scratch.images);
            let action = &**self.actions.value(*number);
            let action = match exchange {
                Some(exchange) => action.renamed(&self.exchanges.all[exchange].names.inverse()),
                None => action.clone(),
            };
            state = self.after(&state, &action, scratch)?;
            actions.push(action);
        }
        Some(actions)
    }

    fn after(&self, state: &Packed, action: &Action, scratch: &mut Scratch) -> Option<Packed> {
        let Scratch { moves, steps, .. } = scratch;
        (0..self.lanes.len()).find_map(|place| {
            let mut numbers = self.moves(state, place, moves);
            let number = numbers.find(|number| {
                let taken = moves.all[*number as usize].action;
                **self.actions.value(taken) == *action
            })?;
            self.take(state, place, number, moves, steps)
        })
    }
}
