//! Balances are whole and not negative.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;
use model::lua::Number;

pub const PROPERTY: Property = Property {
    name: "balances-whole",
    code: "whl",
    sentence: "every balance and total is a Lua integer, and none is negative",
    broken: "a balance or a total is negative, or not a whole number",
    why: "USDA cannot read \"10.0\", and a float loses units above 2^53: either traps money",
    judge: Judge::Always(judge),
    needs: &[Witness::Mint, Witness::Burn],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let books = &situation.books;
    let totals = [("TotalSupply", books.total_supply), ("UsdaCollateral", books.usda_collateral)];
    let balances = books.balances.iter().map(|(account, balance)| (account.as_str(), *balance));
    totals.into_iter().chain(balances).try_for_each(|(name, number)| whole(name, number))
}

fn whole(name: &str, number: Number) -> Result<(), Breach> {
    let breach = |conjunct| Err(Breach::of(conjunct).with("value", number).with("of", name));
    if !number.is_integer() {
        return breach("value is an integer");
    }
    if number.is_negative() {
        return breach("value >= 0");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn integers_satisfy_it() {
        Sample::default().books(&[("alice", 10), ("bob", 0)], 10, 10).satisfies(&PROPERTY);
    }

    #[test]
    fn a_float_breaks_it_even_without_a_fraction() {
        let sample = Sample::default().balance("alice", Number::from(10.0));
        sample.breaks(&PROPERTY, "value");
    }

    #[test]
    fn a_debt_breaks_it() {
        Sample::default().books(&[("alice", -10)], 0, 0).breaks(&PROPERTY, "value");
    }
}
