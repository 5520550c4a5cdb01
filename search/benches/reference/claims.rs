//! What reductions are told about users, USDA and TIM3.

use search::actors::{Claims, Group, Local, Permutation, Reductions};
use stateright::actor::Envelope;

use super::Size;
use super::actors::{Kind, Memory, Message, Party};

/// The claims for one size.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub size: Size,
}

impl Size {
    /// The reductions chosen out of all that apply.
    pub fn reductions(self, dead: bool, symmetric: bool, eager: bool) -> Reductions {
        let users: Vec<usize> = (0..self.users).collect();
        let group = || Group::interchangeable(self.users + 2, &[&users]).expect("a few users");
        Reductions {
            dead,
            symmetry: symmetric.then(group),
            sources: if eager { users.clone() } else { Vec::new() },
        }
    }

    /// How many numbers of this kind of message each user has.
    fn each(self, kind: Kind) -> usize {
        match kind {
            Kind::Transfer | Kind::CreditNotice => self.deposits,
            Kind::Burn | Kind::Release => self.burns,
        }
    }

    /// Moves the bits of each user in a mask over all users.
    fn bits(self, permutation: &Permutation, each: usize, mask: u32) -> u32 {
        let user = |user: usize| mask >> (user * each) & ((1 << each) - 1);
        (0..self.users).fold(0, |all, from| all | user(from) << (permutation.of(from) * each))
    }
}

impl Claims<Party> for Known {
    /// A process that has dealt with a message and deduplicates ignores its copies.
    fn is_dead(&self, _party: usize, memory: &Memory, envelope: &Envelope<Message>) -> bool {
        let bit = 1 << envelope.msg.number;
        let dedupe = self.size.dedupe;
        match (memory, envelope.msg.kind) {
            (Memory::Usda { transferred, .. }, Kind::Transfer) => {
                dedupe == 1 && transferred & bit != 0
            }
            (Memory::Usda { released, .. }, Kind::Release) => dedupe == 1 && released & bit != 0,
            (Memory::Tim3 { minted, .. }, Kind::CreditNotice) => dedupe != 0 && minted & bit != 0,
            (Memory::Tim3 { burns_seen, .. }, Kind::Burn) => dedupe != 0 && burns_seen & bit != 0,
            _ => false,
        }
    }

    fn permuted(&self, permutation: &Permutation, _: usize, local: &Local<Party>) -> Local<Party> {
        let mut local = local.clone();
        let Size { deposits, burns, .. } = self.size;
        let moved = |mask: &mut u32, each| *mask = self.size.bits(permutation, each, *mask);
        match &mut local.state {
            Memory::User { .. } => {}
            Memory::Usda { balances, transferred, released, .. } => {
                *balances = permutation.places(balances);
                moved(transferred, deposits);
                moved(released, burns);
            }
            Memory::Tim3 { balances, minted, burns_seen, burned, .. } => {
                *balances = permutation.places(balances);
                moved(minted, deposits);
                moved(burns_seen, burns);
                moved(burned, burns);
            }
        }
        local
    }

    fn permuted_message(&self, permutation: &Permutation, message: &Message) -> Message {
        let each = self.size.each(message.kind);
        let user = permutation.of(message.user);
        Message { user, number: user * each + message.number % each, ..*message }
    }

    /// Properties read of messages in flight only releases.
    fn is_neutral(&self, envelope: &Envelope<Message>) -> bool {
        usize::from(envelope.src) < self.size.users
    }
}
