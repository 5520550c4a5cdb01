//! What USDA really holds for TIM3 covers what TIM3 owes.

use crate::{Breach, Judge, Property, Witness};
use model::{Exact, Situation};

pub const PROPERTY: Property = Property {
    name: "fully-backed",
    code: "bkd",
    sentence: "the USDA that TIM3 really holds covers all balances and all burns and refunds not yet paid",
    broken: "TIM3 holds less USDA than it owes",
    why: "the last to redeem gets nothing, whatever the contract's books say",
    judge: Judge::Always(judge),
    needs: &[Witness::Mint, Witness::Payout],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let (balances, owed) = (situation.books.held_by_holders(), situation.history.owed());
    let held = Exact::from(situation.held());
    if (balances.clone() + owed.clone()).at_most(&held) {
        return Ok(());
    }
    Err(Breach::of("held >= balances + owed")
        .with("held", held)
        .with("balances", balances)
        .with("owed", owed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn usda_beyond_the_balances_satisfies_it() {
        Sample::default().held(20).books(&[("alice", 10)], 10, 10).satisfies(&PROPERTY);
    }

    #[test]
    fn an_account_below_zero_backs_nobody() {
        let indebted = Sample::default().held(0).books(&[("alice", 10), ("bob", -10)], 0, 0);
        indebted.breaks(&PROPERTY, "held");
    }

    #[test]
    fn a_burn_not_yet_paid_counts_as_owed() {
        let owing = Sample::default().held(10).books(&[("alice", 10)], 10, 10);
        owing.redeemed("bob", (5, 5, 0)).breaks(&PROPERTY, "owed");
    }

    #[test]
    fn a_refund_not_yet_paid_counts_as_owed_once() {
        let sent_back = |held| {
            let books = Sample::default().held(held).books(&[("bob", 10)], 10, 10);
            books.deposited("alice", 10, (0, 0)).redeemed("alice", (0, 10, 0))
        };
        sent_back(20).satisfies(&PROPERTY);
        sent_back(10).breaks(&PROPERTY, "owed");
    }
}
