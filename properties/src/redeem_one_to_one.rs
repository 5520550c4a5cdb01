//! TIM3 asks USDA to pay exactly what was burned.

use crate::{Breach, Judge, Property, Witness};
use model::{Exact, Situation};

pub const PROPERTY: Property = Property {
    name: "redeem-one-to-one",
    code: "r11",
    sentence: "with nothing in flight and no network fault used, the USDA that TIM3 orders for a holder, without refunds, equals what the holder burned, as USDA reads it",
    broken: "a burn pays more or less than was burned",
    why: "a burn whose release USDA cannot read destroys the holder's money",
    judge: Judge::Always(judge),
    needs: &[Witness::Burn, Witness::RoundTrip],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    // A queue may order later what is burned now.
    if !situation.at_rest || situation.network_fault {
        return Ok(());
    }
    every_order(situation, "ordered = burned", Exact::equals)
}

/// Compares what was ordered for each holder, except for refunds, with what the holder burned.
pub(crate) fn every_order(
    situation: &Situation<'_>,
    conjunct: &'static str,
    is_right: fn(&Exact, &Exact) -> bool,
) -> Result<(), Breach> {
    let history = situation.history;
    let mut holders = history.orders();
    let Some((holder, redemption)) = holders.find(|(_, r)| !is_right(&r.ordered, &r.burned)) else {
        return Ok(());
    };
    let breach = Breach::of(conjunct)
        .with("ordered", &redemption.ordered)
        .with("burned", &redemption.burned)
        .with("holder", holder);
    let refunded = history.refunded(holder);
    Err(if refunded.is_positive() { breach.with("refunded besides", refunded) } else { breach })
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
    fn an_order_that_may_still_come_satisfies_it() {
        Sample::default().redeemed("alice", (10, 0, 0)).in_flight().satisfies(&PROPERTY);
    }

    #[test]
    fn an_unreadable_release_breaks_it() {
        Sample::default().redeemed("alice", (10, 0, 0)).breaks(&PROPERTY, "ordered");
    }
}
