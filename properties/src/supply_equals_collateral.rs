//! `TotalSupply = UsdaCollateral`: the contract's own claim, which most thefts keep true.

use crate::{Breach, Judge, Property, Witness};
use model::{Exact, Situation};

pub const PROPERTY: Property = Property {
    name: "supply-equals-collateral",
    code: "s=c",
    sentence: "TotalSupply equals UsdaCollateral",
    broken: "TotalSupply and UsdaCollateral differ",
    why: "the design document promises it; a double mint or a wrapped giant keeps it true, so it is not enough alone",
    judge: Judge::Always(judge),
    needs: &[Witness::Mint, Witness::Burn],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let books = &situation.books;
    let (supply, collateral) = (books.total_supply, books.usda_collateral);
    if Exact::from(supply).equals(&collateral.into()) {
        return Ok(());
    }
    Err(Breach::of("TotalSupply = UsdaCollateral")
        .with("TotalSupply", supply)
        .with("UsdaCollateral", collateral))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn books_that_agree_satisfy_it() {
        Sample::default().books(&[("alice", 10)], 10, 10).satisfies(&PROPERTY);
    }

    #[test]
    fn books_that_disagree_break_it() {
        Sample::default().books(&[("alice", 10)], 10, 20).breaks(&PROPERTY, "UsdaCollateral");
    }
}
