//! TIM3 asks USDA to pay only those who burned, and no more than they burned.

use crate::redeem_one_to_one::every_order;
use crate::{Breach, Judge, Property, Witness};
use model::{Exact, Situation};

/// The property.
pub const PROPERTY: Property = Property {
    name: "no-release-without-burn",
    code: "rwb",
    sentence: "TIM3 has USDA paid to nobody beyond what that holder burned",
    broken: "TIM3 pays out USDA that nobody burned TIM3 for",
    why: "it is other holders' collateral that leaves",
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
}
