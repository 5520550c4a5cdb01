//! Who was seen to do what: whose messages make TIM3, take it away, strand it, pay USDA, or set a
//! global.

use super::derive::says;
use crate::books::Books;
use crate::exact::Exact;
use crate::message::{Address, Message, OWNER, TIM3, USDA, tag};
use aos::{Sent, State};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What changed that is no global: variables that the handlers share, whom aos trusts, and such;
/// and what is not told apart, as tables and functions are shared between globals.
const LOCALS: &str = "handlers or their local variables";
const SHARED: &str = "its state";

/// What a message did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deed {
    /// More TIM3 was in the balances than before.
    Make,
    /// Less was.
    Destroy,
    /// A balance fell that is not the sender's.
    Take,
    /// TIM3 went to the contract itself, where nobody can spend it.
    Strand,
    /// USDA was told to pay.
    Pay,
    /// This part of the state changed, which is none of the books: a global by its name.
    Set(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sender {
    /// Somebody without a balance.
    Anybody,
    /// The same, once the owner has sent a message; the Action names both.
    AnybodyAfterOwner,
    /// The owner of the process, where nobody else can by the same message.
    Owner,
    /// Somebody with a balance.
    Holder,
    Usda,
    Itself,
}

/// A message with this Action does this if such a sender sends it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Power {
    pub deed: Deed,
    pub sender: Sender,
    /// Its Action; of one behind a message of the owner's, `Open, then Mint`.
    pub action: String,
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Make => f.write_str("make TIM3"),
            Self::Destroy => f.write_str("destroy TIM3"),
            Self::Take => f.write_str("lower the balance of others"),
            Self::Strand => {
                f.write_str("give TIM3 to the contract itself, where nobody can spend it")
            }
            Self::Pay => f.write_str("pay out USDA"),
            Self::Set(global) => write!(f, "change {global}"),
        }
    }
}

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anybody => "anybody",
            Self::AnybodyAfterOwner => "anybody, once the owner has sent a message",
            Self::Owner => "only the owner",
            Self::Holder => "a holder",
            Self::Usda => "USDA",
            Self::Itself => "the process itself",
        })
    }
}

/// One evaluation: the state and the books before and after, and what was sent.
pub(super) struct Evaluated<'a> {
    pub(super) message: &'a Message,
    pub(super) states: [&'a State; 2],
    pub(super) books: [&'a Books; 2],
    pub(super) sent: &'a [Sent],
}

impl Evaluated<'_> {
    /// What it did; `is_book` says which globals hold the books.
    pub(super) fn powers(&self, is_book: impl Fn(&str) -> bool) -> BTreeSet<Power> {
        let sender = self.sender();
        let of = |deed| Power { deed, sender, action: self.message.action().to_owned() };
        let pays = self.sent.iter().any(is_payment).then_some(Deed::Pay);
        let set = self.changed().into_iter().filter(|name| !is_book(name)).map(Deed::Set);
        self.of_books().chain(pays).chain(set).map(of).collect()
    }

    fn of_books(&self) -> impl Iterator<Item = Deed> + use<> {
        let [before, after] = self.books;
        let (mut sum, mut takes, mut strands) = (Exact::ZERO, false, false);
        for (account, change) in after.changes_since(before) {
            strands |= change.is_positive() && account == TIM3;
            takes |= change.is_negative() && *account != self.message.from;
            sum = sum + change;
        }
        let made = sum.is_positive().then_some(Deed::Make);
        let destroyed = sum.is_negative().then_some(Deed::Destroy);
        let moved = [(takes, Deed::Take), (strands, Deed::Strand)];
        let moved = moved.into_iter().filter_map(|(is_seen, deed)| is_seen.then_some(deed));
        made.into_iter().chain(destroyed).chain(moved)
    }

    fn sender(&self) -> Sender {
        let from: &Address = &self.message.from;
        let holds = || Exact::from(self.books[0].balance(from)).is_positive();
        match from.as_str() {
            USDA => Sender::Usda,
            TIM3 => Sender::Itself,
            OWNER => Sender::Owner,
            _ if holds() => Sender::Holder,
            _ => Sender::Anybody,
        }
    }

    /// The parts of the state that changed, by name.
    fn changed(&self) -> BTreeSet<String> {
        let [before, after] = self.states;
        if !(before.has_separate_parts() && after.has_separate_parts()) {
            // No part can be compared by itself.
            let is_other = before != after && self.books[0] == self.books[1];
            return is_other.then(|| SHARED.to_owned()).into_iter().collect();
        }
        let locals = before.beside_globals().ne(after.beside_globals()).then(|| LOCALS.to_owned());
        let [before, after] =
            [before, after].map(|state| state.globals().collect::<BTreeMap<_, _>>());
        let names = before.keys().chain(after.keys());
        let changed = names.filter(|name| before.get(**name) != after.get(**name));
        let changed = changed.map(|name| String::from_utf8_lossy(name).into_owned());
        changed.chain(locals).collect()
    }
}

fn is_payment(sent: &Sent) -> bool {
    sent.target.as_deref() == Some(USDA.as_bytes()) && says(&sent.tags, tag::ACTION, "Transfer")
}
