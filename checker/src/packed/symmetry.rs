//! The search keeps one of the states that differ only by an exchange of interchangeable users:
//! the least over all exchanges.
//!
//! Least in the order of their sums, not of their fingerprints: where a state lies in the
//! visited table is decided by its fingerprint, and minima would crowd at one end. Where two
//! images have the same order, a state may stand for itself that another could stand for: that
//! is more work, and nothing else.

use super::lane::{Lane, MOST};
use super::pool::Pool;
use super::worth::Worth;
use super::{NONE, Packed, Scratch, System};
use model::{Action, Contract, Reduction, Rename, Renaming, Shared, Swap};
use std::collections::BTreeSet;
use std::hash::Hash;

/// The exchanges in force: none, or a group without its identity.
pub(super) struct Exchanges {
    all: Vec<Exchange>,
}

struct Exchange {
    names: Renaming,
    /// Where the wallets go: `places[i]` is the new place of wallet `i`.
    places: Vec<usize>,
}

/// The images that one thread has computed, by exchange, kind of part and number.
#[derive(Default)]
pub(super) struct Images(Vec<[Vec<Image>; 3]>);

/// The image of a part, [`NONE`] where it is not known yet, and what it is worth.
#[derive(Clone, Copy)]
struct Image {
    number: u32,
    worth: Worth,
}

impl Image {
    fn of<T: Hash + Eq>(pool: &Pool<T>, image: T) -> Self {
        let number = pool.number(image);
        Self { number, worth: pool.worth(number) }
    }
}

#[derive(Clone, Copy)]
enum Part {
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

    fn numbers(&self) -> impl Iterator<Item = u16> + use<> {
        0..u16::try_from(self.all.len()).expect("at most 719 exchanges")
    }
}

impl<C: Contract> System<'_, C> {
    /// The state that stands for this one, and the exchange that leads there.
    fn representative(&self, state: Packed, images: &mut Images) -> (Packed, Option<u16>) {
        let (_, exchange) = self.least(&state, images);
        let image = exchange.map(|exchange| self.image(&state, exchange, images));
        (image.unwrap_or(state), exchange)
    }

    /// Whether no state stands for another.
    pub(super) fn is_asymmetric(&self) -> bool {
        self.exchanges.all.is_empty()
    }

    /// The sum of the state that stands for this one, and the exchange that leads there.
    pub(super) fn least(&self, state: &Packed, images: &mut Images) -> (Worth, Option<u16>) {
        let mut least = (state.sum, None);
        for exchange in self.exchanges.numbers() {
            let sum = self.image_sum(state, exchange, images);
            if sum.order < least.0.order {
                least = (sum, Some(exchange));
            }
        }
        least
    }

    /// How many states this one stands for.
    pub(super) fn orbit(&self, state: &Packed, images: &mut Images) -> u64 {
        if self.is_asymmetric() {
            return 1;
        }
        let numbers = self.exchanges.numbers();
        let mut orbit: BTreeSet<u64> =
            numbers.map(|exchange| self.image_sum(state, exchange, images).identity).collect();
        orbit.insert(state.sum.identity);
        orbit.len() as u64
    }

    fn image_sum(&self, state: &Packed, exchange: u16, images: &mut Images) -> Worth {
        let lanes = state.lanes[..self.lanes.len()].iter().map(|lane| (Part::Lane, *lane));
        let parts = [(Part::Usda, state.usda), (Part::Tim3, state.tim3)].into_iter().chain(lanes);
        parts.fold(self.spent.worth(state.spent.into()), |sum, (part, number)| {
            sum.plus(self.part_image(exchange, part, number, images).worth)
        })
    }

    pub(super) fn image(&self, state: &Packed, exchange: u16, images: &mut Images) -> Packed {
        let mut lanes = [NONE; MOST];
        for number in &state.lanes[..self.lanes.len()] {
            let image = self.part_image(exchange, Part::Lane, *number, images).number;
            lanes[self.lane.value(image).place] = image;
        }
        let usda = self.part_image(exchange, Part::Usda, state.usda, images).number;
        let tim3 = self.part_image(exchange, Part::Tim3, state.tim3, images).number;
        let mut image = Packed { usda, tim3, lanes, ..*state };
        image.sum = self.sum(&image);
        image
    }

    #[inline]
    fn part_image(&self, exchange: u16, part: Part, number: u32, images: &mut Images) -> Image {
        let known = images.0.get(usize::from(exchange));
        let known = known.and_then(|parts| parts[part as usize].get(number as usize));
        match known {
            Some(image) if image.number != NONE => *image,
            _ => self.learn_image(exchange, part, number, images),
        }
    }

    #[cold]
    fn learn_image(&self, exchange: u16, part: Part, number: u32, images: &mut Images) -> Image {
        let by = &self.exchanges.all[usize::from(exchange)];
        let image = match part {
            Part::Usda => Image::of(&self.usda, (**self.usda.value(number)).renamed(&by.names)),
            Part::Tim3 => Image::of(&self.tim3, (**self.tim3.value(number)).renamed(&by.names)),
            Part::Lane => {
                let number = self.number_lane(self.lane_image(self.lane.value(number), by));
                Image { number, worth: self.lane.worth(number) }
            }
        };
        images.0.resize_with(self.exchanges.all.len(), Default::default);
        let known = &mut images.0[usize::from(exchange)][part as usize];
        if known.len() <= number as usize {
            known.resize(number as usize + 1, Image { number: NONE, worth: Worth::ZERO });
        }
        known[number as usize] = image;
        image
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
                Some(exchange) => {
                    let by = &self.exchanges.all[usize::from(exchange)];
                    action.renamed(&by.names.inverse())
                }
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
            self.take(state, (place, number), moves, steps)
        })
    }
}
