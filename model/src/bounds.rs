//! How large a world is checked.

use crate::contract::Variant;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The limits of one check. Within them, everything is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// Number of wallets. If the profile has a stranger, the last wallet is the stranger's.
    pub users: u8,
    /// Deposits per wallet.
    pub deposits: u8,
    /// Burns per wallet.
    pub burns: u8,
    /// Plain TIM3 transfers per honest user.
    pub transfers: u8,
    /// Base units moved at a time.
    pub quantity: u64,
    /// Faults of any one kind.
    pub each_fault: u8,
    /// Faults of all kinds together.
    pub faults: u8,
}

impl Bounds {
    const TINY: Self = Self {
        users: 2,
        deposits: 1,
        burns: 1,
        transfers: 0,
        quantity: 10,
        each_fault: 1,
        faults: 1,
    };
    const SMALL: Self = Self { transfers: 1, faults: 2, ..Self::TINY };
    const DEFAULT: Self = Self { each_fault: 2, ..Self::SMALL };
    const LARGE: Self = Self { deposits: 2, burns: 2, faults: 3, ..Self::DEFAULT };

    /// The sizes by name, each larger than the one before.
    pub const NAMED: [(&'static str, Self); 4] = [
        ("tiny", Self::TINY),
        ("small", Self::SMALL),
        ("default", Self::DEFAULT),
        ("large", Self::LARGE),
    ];

    /// The default bounds of a variant: `small` for mutants, as there are many and a promise only
    /// has to notice them; `default` for designs.
    pub fn usual(variant: Variant) -> Self {
        match variant {
            Variant::Mutant(_) => Self::SMALL,
            _ => Self::default(),
        }
    }

    /// How often each may burn where it is asked for a way out: as often as there are deposits,
    /// as one may hold all of them, but not more than three times.
    pub fn exits(&self) -> u8 {
        self.users.saturating_mul(self.deposits).clamp(1, 3)
    }

    /// What is wrong with these bounds, if anything.
    ///
    /// # Errors
    /// The first limit that the model cannot serve, and what it can.
    pub fn validate(&self) -> Result<(), BoundsError> {
        let most = u8::try_from(crate::wallet::USERS.len()).unwrap_or(u8::MAX);
        let limits = [
            ("users", self.users.into(), 1, most.into()),
            ("deposits", self.deposits.into(), 0, 9),
            ("burns", self.burns.into(), 0, 9),
            ("transfers", self.transfers.into(), 0, 9),
            ("quantity", self.quantity, 1, 100_000_000_000_000),
            ("each-fault", self.each_fault.into(), 0, 9),
            ("faults", self.faults.into(), 0, 20),
        ];
        limits.into_iter().try_for_each(|(name, value, least, most)| {
            if (least..=most).contains(&value) {
                return Ok(());
            }
            Err(BoundsError { name, value, least, most })
        })
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::NAMED.iter().find(|(_, bounds)| bounds == self).map(|(name, _)| *name);
        write!(
            f,
            "{}: {}, per user {}, {} and {} of {}; at most {}, {} of a kind",
            name.unwrap_or("custom"),
            count(self.users, "user"),
            count(self.deposits, "deposit"),
            count(self.burns, "burn"),
            count(self.transfers, "transfer"),
            self.quantity,
            count(self.faults, "fault"),
            self.each_fault,
        )
    }
}

/// `1 user`, `2 users`.
fn count(n: u8, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// A limit out of range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundsError {
    name: &'static str,
    value: u64,
    least: u64,
    most: u64,
}

impl fmt::Display for BoundsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value, least, most } = self;
        write!(f, "bounds: {name} is {value}; it must be from {least} to {most}")
    }
}

impl std::error::Error for BoundsError {}

/// A name that no size has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownBounds(pub String);

impl fmt::Display for UnknownBounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Bounds::NAMED.map(|(name, _)| name).join(", ");
        write!(f, "no bounds are called `{}`; there are: {names}", self.0)
    }
}

impl std::error::Error for UnknownBounds {}

impl FromStr for Bounds {
    type Err = UnknownBounds;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::NAMED.into_iter().find(|(known, _)| *known == name);
        found.map(|(_, bounds)| bounds).ok_or_else(|| UnknownBounds(name.into()))
    }
}
