//! The wallets: honest users, and the stranger among them.
//!
//! A wallet acts in any order, each kind of act a bounded number of times. It does not
//! react to notices: whatever it could do on one, it may do without it.

use crate::bint::Quantity;
use crate::derived::{Derived, DerivedName};
use crate::identity::{Identity, LATE_EXIT};
use crate::message::{Address, BURN, Message, TIM3, Tags, USDA, tag};
use crate::profile::Users;
use crate::trick::Trick;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use smol_str::{SmolStr, ToSmolStr};
use std::sync::Arc;

/// The stranger's name.
pub const STRANGER: &str = "mallory";

/// Names of honest users, in order.
pub const USERS: [&str; 6] = ["alice", "bob", "carol", "dave", "erin", "frank"];

/// Something a wallet may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Intent {
    /// Transfer USDA to TIM3.
    Deposit,
    /// Transfer TIM3 to `burn`.
    Burn,
    /// Transfer TIM3 to the next user.
    Transfer,
    /// Send something no honest user would.
    Trick(Trick),
}

impl Intent {
    /// Everything a wallet may do whatever the contract listens for.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = [Self::Deposit, Self::Burn, Self::Transfer].into_iter();
        plain.chain(Trick::ALL.iter().copied().map(Self::Trick))
    }

    /// Its name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Deposit => "deposit",
            Self::Burn => "burn",
            Self::Transfer => "transfer",
            Self::Trick(trick) => trick.name(),
        }
    }
}

impl Serialize for Intent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Intent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let derived = || DerivedName::parse(&name).map(|name| Self::Trick(Trick::Derived(name)));
        Self::all().find(|intent| intent.name() == name).or_else(derived).ok_or_else(|| {
            let names: Vec<_> = Self::all().map(Self::name).collect();
            D::Error::custom(format!(
                "no intent is called `{name}`; there are: {}",
                names.join(", ")
            ))
        })
    }
}

/// A wallet and how often it may do what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wallet {
    pub address: Address,
    pub users: Users,
    /// Whom it transfers TIM3 to.
    pub friend: Address,
    /// Base units it deposits, burns and transfers at a time.
    pub quantity: u64,
    pub deposits: u8,
    /// How many burns: the stranger has one more than others, to cash out what she should
    /// not have.
    pub burns: u8,
    pub transfers: u8,
    /// How many tricks: 0 for an honest user.
    pub tricks: u8,
    /// Whether it knows those of [`Trick::ALL`], and not only what it can derive.
    pub knows_tricks: bool,
    /// What it can send because the contract listens for it, beside the tricks that are known
    /// beforehand: nothing for an honest user.
    pub derived: Arc<[Derived]>,
}

/// What a wallet has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Done {
    /// Deposits made.
    pub deposits: u8,
    /// Burns asked for.
    pub burns: u8,
    /// Transfers asked for.
    pub transfers: u8,
    /// Tricks used, sorted; emptied when they can no longer matter.
    pub tricks: Vec<Trick>,
    /// How many tricks were used.
    pub tricks_used: u8,
}

impl Wallet {
    /// Base units of USDA that it has at first for its plain deposits.
    pub fn usda_at_first(&self) -> Quantity {
        Quantity::from(self.quantity) * Quantity::from(self.deposits)
    }

    /// Whether it is the stranger's.
    pub fn is_stranger(&self) -> bool {
        self.address == STRANGER
    }

    /// What it may still do, in a fixed order.
    pub fn choices(&self, done: &Done) -> Vec<Intent> {
        let derived = self.derived.iter().map(|one| Intent::Trick(Trick::Derived(one.name)));
        Intent::all().chain(derived).filter(|intent| self.may(done, *intent)).collect()
    }

    /// Whether it may still do this.
    pub fn may(&self, done: &Done, intent: Intent) -> bool {
        match intent {
            Intent::Deposit => done.deposits < self.deposits,
            Intent::Burn => done.burns < self.burns,
            Intent::Transfer => done.transfers < self.transfers,
            Intent::Trick(Trick::Derived(name)) => {
                done.tricks_used < self.tricks && self.derived(name).is_some()
            }
            Intent::Trick(_) => self.knows_tricks && done.tricks_used < self.tricks,
        }
    }

    /// Does `intent`: what it has done then, and the item it signs.
    pub fn act(&self, done: &Done, intent: Intent) -> (Done, Message) {
        let mut after = done.clone();
        let message = match intent {
            Intent::Deposit => {
                after.deposits += 1;
                self.send(intent, after.deposits, USDA, TIM3)
            }
            Intent::Burn => {
                after.burns += 1;
                self.send(intent, after.burns, TIM3, BURN)
            }
            Intent::Transfer => {
                after.transfers += 1;
                self.send(intent, after.transfers, TIM3, &self.friend)
            }
            Intent::Trick(trick) => self.trick(&mut after, trick),
        };
        (after, message)
    }

    fn trick(&self, done: &mut Done, trick: Trick) -> Message {
        let used = done.tricks.iter().filter(|used| **used == trick).count();
        done.tricks.push(trick);
        done.tricks.sort_unstable();
        done.tricks_used += 1;
        let n = u8::try_from(used).unwrap_or(u8::MAX).saturating_add(1);
        match trick {
            Trick::Derived(name) => {
                self.derived(name).expect("`may` has found it").message(&self.address, n)
            }
            known => known.message(&self.address, n),
        }
    }

    fn derived(&self, name: DerivedName) -> Option<&Derived> {
        self.derived.iter().find(|one| one.name == name)
    }

    fn send(&self, intent: Intent, n: u8, target: &str, recipient: &str) -> Message {
        let identity = Identity::signed(&self.address, intent.name(), n);
        let tags = transfer(recipient, self.quantity.to_smolstr());
        self.users.message(&self.address, identity, target, tags)
    }
}

/// The `nth` item with which a holder burns `quantity` where it is asked for a way out; `late`,
/// if it has waited before.
pub(crate) fn exit(users: Users, by: &str, (nth, late): (u8, bool), quantity: SmolStr) -> Message {
    let purpose = if late { LATE_EXIT } else { "exit" };
    users.message(by, Identity::signed(by, purpose, nth), TIM3, transfer(BURN, quantity))
}

fn transfer(recipient: &str, quantity: SmolStr) -> Tags {
    Tags::default()
        .with(tag::ACTION, "Transfer")
        .with(tag::RECIPIENT, recipient)
        .with(tag::QUANTITY, quantity)
}
