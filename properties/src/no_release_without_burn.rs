//! TIM3 asks USDA to pay only those who burned, and no more than they burned.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;

/// The property.
pub const PROPERTY: Property = Property {
    name: "no-release-without-burn",
    code: "rwb",
    sentence: "TIM3 has USDA paid to nobody beyond what that holder burned",
    why: "it is other holders' collateral that leaves",
    judge: Judge::Always(judge),
    needs: &[Witness::Burn],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let mut holders = situation.history.redemptions.iter();
    let Some((holder, redemption)) = holders.find(|(_, r)| !r.ordered.at_most(&r.burned)) else {
        return Ok(());
    };
    Err(Breach::of("ordered <= burned")
        .with("ordered", &redemption.ordered)
        .with("burned", &redemption.burned)
        .with("holder", holder))
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
