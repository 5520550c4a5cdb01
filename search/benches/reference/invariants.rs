//! The invariants of `SPEC.md`, in its order.

use search::actors::Properties;
use stateright::actor::Envelope;

use super::Size;
use super::actors::{Kind, Memory, Message, Party};

#[derive(Clone, Copy, Debug)]
pub struct Invariants {
    pub size: Size,
}

/// What they read of one party; zero where it keeps no such thing.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Books {
    /// Sum of the users' balances.
    users: u32,
    /// USDA held by TIM3, or the supply of TIM3.
    total: u32,
    collateral: u32,
    /// Deposits transferred, or minted.
    deposits: u32,
    /// Burns released, or executed.
    burns: u32,
    minted_twice: bool,
}

fn sum(balances: &[u8]) -> u32 {
    balances.iter().map(|balance| u32::from(*balance)).sum()
}

impl Properties<Party> for Invariants {
    type Summary = Books;
    /// The bit of a `Release`, zero for other messages.
    type Tag = u32;
    type Share = u64;

    fn count(&self) -> usize {
        7
    }

    fn summary(&self, _party: usize, memory: &Memory) -> Books {
        match memory {
            Memory::User { .. } => Books::default(),
            Memory::Usda { balances, tim3, transferred, released } => Books {
                users: sum(balances),
                total: u32::from(*tim3),
                deposits: *transferred,
                burns: *released,
                ..Books::default()
            },
            Memory::Tim3 { balances, supply, collateral, minted, burned, minted_twice, .. } => {
                Books {
                    users: sum(balances),
                    total: u32::from(*supply),
                    collateral: u32::from(*collateral),
                    deposits: *minted,
                    burns: *burned,
                    minted_twice: *minted_twice,
                }
            }
        }
    }

    fn tag(&self, envelope: &Envelope<Message>) -> u32 {
        u32::from(envelope.msg.kind == Kind::Release) << envelope.msg.number
    }

    fn judge(
        &self,
        parties: impl Fn(usize) -> Books,
        in_flight: impl Iterator<Item = (u32, u8)>,
    ) -> u64 {
        let usda = parties(self.size.users);
        let tim3 = parties(self.size.users + 1);
        let released = in_flight.fold(usda.burns, |all, (release, _)| all | release);
        let pending =
            (usda.deposits & !tim3.deposits).count_ones() + (tim3.burns & !usda.burns).count_ones();
        let everything = u32::try_from(self.size.users * self.size.deposits).expect("few users");
        let violated = [
            tim3.total != tim3.users,
            tim3.total != tim3.collateral,
            usda.users + usda.total != everything,
            self.size.dedupe == 1 && usda.total != tim3.total + pending,
            tim3.minted_twice,
            released & !tim3.burns != 0,
            usda.total < tim3.total,
        ];
        let bits = violated.into_iter().enumerate();
        bits.fold(0, |mask, (bit, one)| mask | u64::from(one) << bit)
    }
}

/// The same as one property, violated where any of the seven is. stateright evaluates each
/// of its properties by itself, which would charge it for seven times the work.
#[derive(Clone, Copy, Debug)]
pub struct Together(pub Invariants);

impl Properties<Party> for Together {
    type Summary = Books;
    type Tag = u32;
    type Share = u64;

    fn count(&self) -> usize {
        1
    }

    fn summary(&self, party: usize, memory: &Memory) -> Books {
        self.0.summary(party, memory)
    }

    fn tag(&self, envelope: &Envelope<Message>) -> u32 {
        self.0.tag(envelope)
    }

    fn judge(
        &self,
        parties: impl Fn(usize) -> Books,
        in_flight: impl Iterator<Item = (u32, u8)>,
    ) -> u64 {
        u64::from(self.0.judge(parties, in_flight) != 0)
    }
}
