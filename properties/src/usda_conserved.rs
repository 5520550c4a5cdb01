//! USDA is neither made nor lost.

use crate::{Breach, Judge, Property, Witness};
use model::{Exact, Situation};

pub const PROPERTY: Property = Property {
    name: "usda-conserved",
    code: "usd",
    sentence: "the sum of all USDA balances never changes",
    broken: "USDA appears from nothing, or vanishes",
    why: "if USDA itself can be inflated, being backed by it means nothing",
    judge: Judge::Always(judge),
    needs: &[Witness::Deposit],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let issued = Exact::from(situation.usda_issued);
    let sum: Exact = situation.ledger.balances.values().map(|b| Exact::from(*b)).sum();
    if sum.equals(&issued) {
        return Ok(());
    }
    Err(Breach::of("sum of USDA balances = issued").with("sum", sum).with("issued", issued))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn what_was_issued_is_there() {
        Sample::default().held(30).issued(30).satisfies(&PROPERTY);
    }

    #[test]
    fn more_than_was_issued_breaks_it() {
        Sample::default().held(40).issued(30).breaks(&PROPERTY, "issued");
    }
}
