//! Who acts: honest users, the stranger, and the owner.

use crate::contract::Address;
use crate::faults::Budget;
use model::bounds::Bounds;
use model::identity::Identity;
use model::message::{BURN, Message, OWNER, TIM3, Tags, USDA, tag};
use model::profile::Users;
use model::trick::Trick;
use ruint::aliases::U256;
use smol_str::ToSmolStr;
use std::collections::BTreeMap;

/// The stranger, who tries all tricks.
pub const STRANGER: &str = "mallory";
/// Those who are alike.
pub const HONEST: [&str; 6] = ["alice", "bob", "carol", "dave", "erin", "frank"];
/// What the stranger owns besides what she may deposit: more than the costliest trick takes.
const RICHES: u128 = 1_000_000_000_000_000_000_000;

/// Somebody with a wallet, and how often he may do what.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: Address,
    /// Whom he pays.
    pub friend: Address,
    /// How much at a time, base units.
    pub quantity: u64,
    /// How many deposits, burns and transfers.
    pub may: [u8; 3],
    pub tricks: u8,
}

/// What somebody has done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Done {
    /// Deposits, burns and transfers.
    pub acts: [u8; 3],
    /// Tricks, each with how often.
    pub tricks: BTreeMap<Trick, u8>,
}

/// What the acts are called, in the order in which they are counted.
const ACTS: [&str; 3] = ["deposit", "burn", "transfer"];

/// Everybody who has a wallet. The stranger is one of the users, the last, and may burn once
/// more than others, to cash out what she should not have.
pub fn everybody(bounds: &Bounds, budget: &Budget) -> Vec<Person> {
    let has_stranger = budget.has_stranger();
    let users = usize::from(bounds.users);
    let honest = if has_stranger { users.saturating_sub(1) } else { users };
    let mut names: Vec<&str> = HONEST[..honest.min(HONEST.len())].to_vec();
    if has_stranger {
        names.push(STRANGER);
    }
    let friend = |place: usize| match names.len() {
        1 => HONEST[1],
        all => names[(place + 1) % all],
    };
    let person = |place: usize| {
        let is_stranger = names[place] == STRANGER;
        let (transfers, tricks) = if is_stranger {
            (0, bounds.each_fault.min(bounds.faults))
        } else {
            (bounds.transfers, 0)
        };
        let one_more = u8::from(is_stranger && bounds.burns > 0);
        Person {
            name: names[place].into(),
            friend: friend(place).into(),
            quantity: bounds.quantity,
            may: [bounds.deposits, bounds.burns + one_more, transfers],
            tricks,
        }
    };
    (0..names.len()).map(person).collect()
}

impl Person {
    /// Whether it is the stranger.
    pub fn is_stranger(&self) -> bool {
        self.name == STRANGER
    }

    /// USDA owned at first, base units.
    pub fn usda_at_first(&self) -> U256 {
        let riches = if self.is_stranger() { RICHES } else { 0 };
        U256::from(self.quantity) * U256::from(self.may[0]) + U256::from(riches)
    }

    /// All honest acts that are left to do: what is done then, and the item that is signed.
    pub fn acts(&self, users: Users, done: &Done) -> Vec<(Done, Message)> {
        let mut acts = Vec::new();
        for act in (0..ACTS.len()).filter(|act| done.acts[*act] < self.may[*act]) {
            let mut after = done.clone();
            after.acts[act] += 1;
            let (target, recipient) = match act {
                0 => (USDA, TIM3),
                1 => (TIM3, BURN),
                _ => (TIM3, &*self.friend),
            };
            let identity = Identity::signed(&self.name, ACTS[act], after.acts[act]);
            let tags = transfer(recipient, &self.quantity.to_smolstr());
            acts.push((after, users.message(&self.name, identity, target, tags)));
        }
        acts
    }

    /// All tricks that can still be played.
    pub fn tricks(&self, done: &Done) -> Vec<(Done, Trick, Message)> {
        if done.tricks.values().sum::<u8>() >= self.tricks {
            return Vec::new();
        }
        let play = |trick: &Trick| {
            let mut after = done.clone();
            let times = after.tricks.entry(*trick).or_default();
            *times += 1;
            let message = trick.message(&self.name, *times);
            (after, *trick, message)
        };
        Trick::ALL.iter().map(play).collect()
    }
}

/// The `nth` item with which a holder gets out; `is_late`, if he has waited for a year.
pub fn exit(users: Users, name: &str, (nth, is_late): (u8, bool), amount: &str) -> Message {
    let purpose = if is_late { "late-exit" } else { "exit" };
    users.message(name, Identity::signed(name, purpose, nth), TIM3, transfer(BURN, amount))
}

/// The `n`-th mistake of the owner that has the process move USDA to itself, and what is sent.
pub fn self_transfer(n: u8, quantity: u64) -> (Identity, Tags) {
    (Identity::signed(OWNER, "self-transfer", n), transfer(TIM3, &quantity.to_smolstr()))
}

fn transfer(recipient: &str, quantity: &str) -> Tags {
    Tags::default()
        .with(tag::ACTION, "Transfer")
        .with(tag::RECIPIENT, recipient)
        .with(tag::QUANTITY, quantity)
}
