//! What USDA is asked to pay for burns is what was burned.

use crate::{Breach, Judge, Property, Witness};
use model::{Exact, Situation};

/// The property.
pub const PROPERTY: Property = Property {
    name: "redeem-one-to-one",
    code: "r11",
    sentence: "the USDA that TIM3 orders for a holder equals what the holder burned, as USDA reads it",
    broken: "a burn pays more or less than was burned",
    why: "a burn whose release USDA cannot read destroys the holder's money",
    judge: Judge::Always(judge),
    needs: &[Witness::Burn, Witness::RoundTrip],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    every_order(situation, "ordered = burned", Exact::equals)
}

/// Compares what was ordered for each holder with what the holder burned.
pub(crate) fn every_order(
    situation: &Situation<'_>,
    conjunct: &'static str,
    is_right: fn(&Exact, &Exact) -> bool,
) -> Result<(), Breach> {
    let mut holders = situation.history.redemptions.iter();
    match holders.find(|(_, r)| !is_right(&r.ordered, &r.burned)) {
        None => Ok(()),
        Some((holder, redemption)) => Err(Breach::of(conjunct)
            .with("ordered", &redemption.ordered)
            .with("burned", &redemption.burned)
            .with("holder", holder)),
    }
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
