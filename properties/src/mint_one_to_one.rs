//! What is minted for a deposit is what was deposited.

use crate::{Breach, Judge, Property, Witness};
use model::{Exact, Situation};

pub const PROPERTY: Property = Property {
    name: "mint-one-to-one",
    code: "m11",
    sentence: "each mint equals the USDA that moved",
    broken: "a deposit mints more or less than was paid",
    why: "too much robs the other holders, too little the depositor",
    judge: Judge::Always(judge),
    needs: &[Witness::Mint],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    for (notice, deposit) in &situation.history.deposits {
        let due = Exact::from(deposit.amount).times(deposit.mints);
        if !deposit.minted.equals(&due) {
            return Err(Breach::of("minted = deposited")
                .with("minted", &deposit.minted)
                .with("deposited", due)
                .with("deposit", notice));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn equal_amounts_satisfy_it_even_twice() {
        Sample::default().deposited("alice", 10, (2, 20)).satisfies(&PROPERTY);
    }

    #[test]
    fn another_amount_breaks_it() {
        Sample::default().deposited("mallory", 10, (1, 1000)).breaks(&PROPERTY, "minted");
    }
}
