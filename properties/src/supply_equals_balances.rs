//! `TotalSupply = sum of Balances`.

use crate::{Breach, Judge, Property, Witness};
use model::{Exact, Situation};

pub const PROPERTY: Property = Property {
    name: "supply-equals-balances",
    code: "s=b",
    sentence: "TotalSupply equals the exact sum of all balances",
    broken: "TotalSupply is not the sum of all balances",
    why: "whoever reads TotalSupply is told how much TIM3 there is",
    judge: Judge::Always(judge),
    needs: &[Witness::Mint, Witness::Burn],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let (supply, sum) = (situation.books.total_supply, situation.books.sum());
    if Exact::from(supply).equals(&sum) {
        return Ok(());
    }
    Err(Breach::of("TotalSupply = sum of Balances")
        .with("TotalSupply", supply)
        .with("sum of Balances", sum))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn a_supply_that_adds_up_satisfies_it() {
        Sample::default().books(&[("alice", 10), ("bob", 5)], 15, 0).satisfies(&PROPERTY);
    }

    #[test]
    fn a_balance_beside_the_supply_breaks_it() {
        Sample::default().books(&[("alice", 10), ("bob", 5)], 10, 10).breaks(&PROPERTY, "sum");
    }
}
