//! Exchanging users who are alike, everywhere their names occur.
//!
//! A name is a whole word: `alice` in `alice.deposit.1/1`, and in prose that a ledger
//! writes. Names that no wallet bears are left alone.

use crate::action::Action;
use crate::books::Books;
use crate::contract::{Objection, Tim3};
use crate::exact::Exact;
use crate::history::{Deposit, History, Redemption, Release};
use crate::identity::Identity;
use crate::lua::Number;
use crate::message::{Message, Outgoing, Tags};
use crate::shared::Shared;
use crate::usda::Ledger;
use ruint::aliases::U256;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hash;

/// A permutation of names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Renaming(BTreeMap<SmolStr, SmolStr>);

impl Renaming {
    /// Maps each first name to the second. They must be a permutation, which is not checked.
    pub fn new(names: impl IntoIterator<Item = (SmolStr, SmolStr)>) -> Self {
        Self(names.into_iter().filter(|(from, to)| from != to).collect())
    }

    /// Whether it changes nothing.
    pub fn is_identity(&self) -> bool {
        self.0.is_empty()
    }

    /// The names that it exchanges.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(from, to)| (from.as_str(), to.as_str()))
    }

    /// The renaming that undoes this one.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self(self.0.iter().map(|(from, to)| (to.clone(), from.clone())).collect())
    }

    /// The text with every name in it exchanged.
    pub fn text(&self, text: &str) -> SmolStr {
        let mut renamed = String::with_capacity(text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let is_part = |c: char| c.is_alphanumeric() || c == '-';
            let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            renamed.push_str(self.0.get(word).map_or(word, SmolStr::as_str));
            let end = behind.find(is_part).unwrap_or(behind.len());
            renamed.push_str(&behind[..end]);
            rest = &behind[end..];
        }
        renamed.into()
    }
}

/// What names may occur in.
pub trait Rename {
    /// The same with names exchanged.
    #[must_use]
    fn renamed(&self, names: &Renaming) -> Self;
}

impl Rename for SmolStr {
    fn renamed(&self, names: &Renaming) -> Self {
        names.text(self)
    }
}

impl Rename for Identity {
    fn renamed(&self, names: &Renaming) -> Self {
        Self::named(names.text(self.as_str()))
    }
}

/// Amounts and counts name nobody.
macro_rules! nameless {
    ($($amount:ty),*) => {
        $(impl Rename for $amount {
            fn renamed(&self, _: &Renaming) -> Self {
                self.clone()
            }
        })*
    };
}

nameless!(bool, u8, U256, Number, Exact);

impl<T: Rename + Hash> Rename for Shared<T> {
    fn renamed(&self, names: &Renaming) -> Self {
        Self::new((**self).renamed(names))
    }
}

impl<T: Rename> Rename for Option<T> {
    fn renamed(&self, names: &Renaming) -> Self {
        self.as_ref().map(|one| one.renamed(names))
    }
}

impl<A: Rename, B: Rename> Rename for (A, B) {
    fn renamed(&self, names: &Renaming) -> Self {
        (self.0.renamed(names), self.1.renamed(names))
    }
}

impl<T: Rename + Ord> Rename for BTreeSet<T> {
    fn renamed(&self, names: &Renaming) -> Self {
        self.iter().map(|one| one.renamed(names)).collect()
    }
}

impl<K: Rename + Ord, V: Rename> Rename for BTreeMap<K, V> {
    fn renamed(&self, names: &Renaming) -> Self {
        self.iter().map(|(key, value)| (key.renamed(names), value.renamed(names))).collect()
    }
}

impl Rename for Tags {
    fn renamed(&self, names: &Renaming) -> Self {
        self.iter().map(|(name, value)| (SmolStr::new(name), names.text(value))).collect()
    }
}

/// Structures are renamed field by field.
macro_rules! by_field {
    ($($name:ident { $($field:ident),* })*) => {
        $(impl Rename for $name {
            fn renamed(&self, names: &Renaming) -> Self {
                let Self { $($field),* } = self;
                Self { $($field: $field.renamed(names)),* }
            }
        })*
    };
}

by_field! {
    Outgoing { target, tags, data }
    Message { identity, id, target, from, owner, pushed_for, tags, data }
    Ledger { balances, total_supply }
    Books { balances, total_supply, usda_collateral }
    Tim3 { books, seen, quarantine, pending, depositor, paused }
    Deposit { by, amount, plain, mints, minted }
    Redemption { burned, ordered }
    Release { to, of, amount, payments }
}

/// What is said of a state is as much part of it as what it holds: it may name users.
impl Rename for Objection {
    fn renamed(&self, names: &Renaming) -> Self {
        let detail = self.detail.as_ref().map(|detail| Box::new((**detail).renamed(names)));
        Self { kind: self.kind, text: self.text.renamed(names), detail }
    }
}

impl Rename for History {
    fn renamed(&self, names: &Renaming) -> Self {
        self.map_names(names)
    }
}

impl Rename for Action {
    fn renamed(&self, names: &Renaming) -> Self {
        match self {
            Self::Act { by, intent } => Self::Act { by: by.renamed(names), intent: *intent },
            Self::Deliver { message } => Self::Deliver { message: message.renamed(names) },
            Self::Lose { message } => Self::Lose { message: message.renamed(names) },
            Self::Again { message, copy } => {
                Self::Again { message: message.renamed(names), copy: *copy }
            }
            Self::Owner { mistake } => Self::Owner { mistake: *mistake },
            Self::Upgrade => Self::Upgrade,
            Self::Exit { by, share, late } => {
                Self::Exit { by: by.renamed(names), share: *share, late: *late }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exchanged_as_whole_words_only() {
        let swap =
            Renaming::new([("alice", "bob"), ("bob", "alice")].map(|(a, b)| (a.into(), b.into())));
        assert_eq!(swap.text("alice.deposit.1/1"), "bob.deposit.1/1");
        assert_eq!(swap.text("You received 10 from bob"), "You received 10 from alice");
        assert_eq!(swap.text("alice-2 malice bobby"), "alice-2 malice bobby");
        assert_eq!(swap.text("bob#1~2|alice"), "alice#1~2|bob");
        assert_eq!(swap.inverse(), swap);
    }
}
