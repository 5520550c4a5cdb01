//! What USDA is asked to pay for burns is what was burned.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;

/// The property.
pub const PROPERTY: Property = Property {
    name: "redeem-one-to-one",
    code: "r11",
    sentence: "the USDA that TIM3 orders for a holder equals what the holder burned, as USDA reads it",
    why: "a burn whose release USDA cannot read destroys the holder's money",
    judge: Judge::Always(judge),
    needs: &[Witness::Burn, Witness::RoundTrip],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let mut holders = situation.history.redemptions.iter();
    let Some((holder, redemption)) = holders.find(|(_, r)| !r.ordered.equals(&r.burned)) else {
        return Ok(());
    };
    Err(Breach::of("ordered = burned")
        .with("ordered", &redemption.ordered)
        .with("burned", &redemption.burned)
        .with("holder", holder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn an_equal_order_satisfies_it() {
        Sample::default().redeemed("alice", (10, 10, 0)).satisfies(&PROPERTY);
    }

    #[test]
    fn an_unreadable_release_breaks_it() {
        Sample::default().redeemed("alice", (10, 0, 0)).breaks(&PROPERTY, "ordered");
    }
}
