//! The reference workload: users deposit to and burn from TIM3 over a network that reorders,
//! repeats and loses. `benches/models/SPEC.md` says exactly what is modelled; the number of
//! states is known from other tools.

#![allow(dead_code, reason = "each program uses its part")]

pub mod actor_model;
pub mod actors;
pub mod claims;
pub mod invariants;
pub mod packed;

use search::actors::{
    ActorSystem, Delivery, Faults, Ignored, Network, PlainActors, ReducedActors, Reductions,
};

use actors::Party;
use claims::Known;
use invariants::{Invariants, Together};

/// What is modelled, in the order of the parameters in `SPEC.md`.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub users: usize,
    pub deposits: usize,
    pub burns: usize,
    pub dup: bool,
    pub loss: bool,
    /// 1 both processes, 0 none, 2 TIM3 only.
    pub dedupe: u8,
}

/// 658,503 states, 7,084,584 transitions.
pub const SMALL: Size = Size { users: 3, deposits: 1, burns: 1, dup: true, loss: true, dedupe: 1 };

/// 9,834,496 states, 98,344,960 transitions.
pub const LARGE: Size = Size { users: 4, loss: false, ..SMALL };

impl Size {
    pub fn network(self) -> Network {
        let free = |on: bool| if on { Faults::Free } else { Faults::Never };
        Network {
            delivery: Delivery::Set,
            duplicates: free(self.dup),
            losses: free(self.loss),
            ignored: Ignored::Consumed,
        }
    }

    /// The interned actors; `N` is the number of users plus two.
    pub fn interned<const N: usize>(self) -> ActorSystem<Party, Invariants, N, 1> {
        let properties = Invariants { size: self };
        ActorSystem::new(Party::all(self), self.network(), properties)
            .expect("a set of messages may hold duplicates")
    }

    /// The interned actors, reduced.
    pub fn reduced<const N: usize>(
        self,
        reductions: Reductions,
    ) -> ReducedActors<Party, Invariants, Known, N, 1> {
        let reduced = self.interned::<N>().reduced(Known { size: self }, reductions);
        reduced.expect("users only send")
    }

    /// The same actors as a stateright model.
    pub fn plain(self) -> PlainActors<Party, Together> {
        let properties = Together(Invariants { size: self });
        PlainActors::new(Party::all(self), self.network(), properties)
            .expect("a set of messages may hold duplicates")
    }
}
