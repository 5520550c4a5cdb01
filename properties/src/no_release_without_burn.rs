//! TIM3 asks USDA to pay only those who burned, and no more than they burned, except for refunds.

use crate::redeem_one_to_one::every_order;
use crate::{Breach, Judge, Property, Witness};
use model::{Exact, Situation};

pub const PROPERTY: Property = Property {
    name: "no-release-without-burn",
    code: "rwb",
    sentence: "TIM3 pays nobody more USDA than they burned, or than a holder burned in their name; the one exception is a deposit that goes back to its depositor, whole and once",
    broken: "TIM3 pays out USDA that nobody burned TIM3 for",
    why: "other holders' collateral leaves",
    judge: Judge::Always(judge),
    needs: &[Witness::Burn],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    every_order(situation, "ordered <= burned", Exact::at_most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn a_release_for_a_burn_satisfies_it() {
        Sample::default().redeemed("alice", (10, 10, 0)).satisfies(&PROPERTY);
    }

    #[test]
    fn a_release_beyond_the_burn_breaks_it() {
        Sample::default().redeemed("mallory", (0, 10, 0)).breaks(&PROPERTY, "ordered");
    }

    #[test]
    fn only_a_refund_to_the_depositor_satisfies_it() {
        let paid = |to, mints, order| {
            let deposit = Sample::default().deposited("alice", 10, (mints, i128::from(mints) * 10));
            deposit.redeemed(to, (0, order, 0))
        };
        paid("alice", 0, 10).satisfies(&PROPERTY);
        paid("bob", 0, 10).breaks(&PROPERTY, "ordered");
        paid("alice", 0, 9).breaks(&PROPERTY, "ordered");
        paid("alice", 1, 10).breaks(&PROPERTY, "ordered");
        let twice = paid("alice", 0, 10).refunded("alice.deposit.1/1/0", 10);
        twice.breaks(&PROPERTY, "refunded besides");
    }
}
