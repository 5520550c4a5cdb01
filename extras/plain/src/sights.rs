//! What must be seen for "holds" to mean anything.

use crate::contract::Address;
use crate::faults::Budget;
use crate::history::{History, is_release};
use crate::people::STRANGER;
use model::bounds::Bounds;
use model::fault::Fault;
use model::message::{BURN, Message, TIM3, tag};
use model::trick::Trick;
use std::collections::BTreeSet;

/// Something that happened to honest users, or that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sight {
    /// USDA was moved.
    Deposit,
    /// TIM3 was minted for a deposit.
    Mint,
    /// TIM3 was burned.
    Burn,
    /// USDA paid a release.
    Payout,
    /// Somebody was minted for and paid, beside refunds.
    RoundTrip,
    /// A burn asked USDA for nothing.
    RefusedBurn,
    /// A plain transfer was evaluated.
    Transfer,
    /// A fault of this kind.
    Fault(Fault),
    Trick(Trick),
    /// The contract said this.
    Said(Address),
}

#[derive(Clone, Debug, Default)]
pub struct Sights(BTreeSet<Sight>);

/// What the recommended contract says when a guard fires, each with the faults that can
/// make it fire: one is enough.
const GUARDS: [(&str, &[Fault]); 13] = [
    (
        "refused: duplicate notice",
        &[Fault::SameId, Fault::ReSign, Fault::RePush, Fault::Assignment],
    ),
    ("refused: duplicate request", &[Fault::SameId]),
    ("refused: not from USDA", &[Fault::Trick]),
    ("refused: not addressed here", &[Fault::Owner]),
    ("refused: own USDA", &[Fault::Owner]),
    ("quarantined: unreadable", &[Fault::Trick]),
    ("quarantined: over the supply cap", &[Fault::Trick]),
    ("refused: burn unreadable", &[Fault::Trick]),
    ("refused: burn not covered", &[]),
    ("refused: no recipient", &[Fault::Trick]),
    ("refused: transfer unreadable", &[Fault::Trick]),
    ("refused: transfer not covered", &[]),
    ("transfer", &[]),
];

/// All that platform and bounds promise to bring about.
pub fn expected(budget: &Budget, bounds: &Bounds, has_all_guards: bool) -> Vec<Sight> {
    let possible: Vec<Fault> = Fault::ALL.into_iter().filter(|kind| budget.ever(*kind)).collect();
    let mut expected: Vec<Sight> = possible.iter().copied().map(Sight::Fault).collect();
    if possible.contains(&Fault::Trick) {
        expected.extend(Trick::ALL.iter().copied().map(Sight::Trick));
    }
    let is_busy = has_all_guards && bounds.deposits > 0 && bounds.burns > 0;
    for (says, faults) in GUARDS.into_iter().filter(|_| is_busy) {
        let needs_transfers = says.contains("transfer") && bounds.transfers == 0;
        let is_caused = faults.is_empty() || faults.iter().any(|kind| possible.contains(kind));
        if is_caused && !needs_transfers {
            expected.push(Sight::Said(says.into()));
        }
    }
    expected
}

impl Sights {
    pub fn insert(&mut self, sight: Sight) {
        self.0.insert(sight);
    }

    /// Whether all of these were seen.
    pub fn have(&self, sights: &[Sight]) -> bool {
        sights.iter().all(|sight| self.0.contains(sight))
    }

    /// USDA evaluated a message.
    pub fn at_usda(&mut self, message: &Message, has_moved: bool) {
        let party = if message.from == TIM3 && message.action() == "Transfer" {
            message.tags.last(tag::RECIPIENT)
        } else {
            Some(&*message.from)
        };
        if has_moved && party != Some(STRANGER) {
            self.insert(Sight::Deposit);
        }
    }

    /// TIM3 evaluated a message, said this, and sent these.
    pub fn at_tim3(&mut self, message: &Message, says: &Address, sent: &[Message]) {
        if !says.is_empty() {
            self.insert(Sight::Said(says.clone()));
        }
        let is_transfer = message.action() == "Transfer";
        let is_burn = message.tags.first(tag::RECIPIENT) == Some(BURN);
        if !is_transfer || message.from == STRANGER {
            return;
        }
        if !is_burn {
            self.insert(Sight::Transfer);
        } else if !sent.iter().any(is_release) {
            self.insert(Sight::RefusedBurn);
        }
    }

    /// What a record shows.
    pub fn in_history(&mut self, history: &History) {
        let payments = |name: &str| {
            let releases = history.releases.values();
            let paid = releases.filter(|it| it.of == name && it.payments > 0).count();
            if name == STRANGER { 0 } else { paid }
        };
        for deposit in history.deposits.values().filter(|it| it.mints > 0 && it.by != STRANGER) {
            self.insert(Sight::Mint);
            if payments(&deposit.by) > history.all_refunds_of(&deposit.by) {
                self.insert(Sight::RoundTrip);
            }
        }
        if history.burned.iter().any(|(name, it)| name != STRANGER && it.is_positive()) {
            self.insert(Sight::Burn);
        }
        if history.releases.values().any(|it| payments(&it.of) > 0) {
            self.insert(Sight::Payout);
        }
    }
}
