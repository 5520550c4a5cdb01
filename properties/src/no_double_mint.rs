//! A deposit is minted for at most once.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;

pub const PROPERTY: Property = Property {
    name: "no-double-mint",
    code: "2mt",
    sentence: "a deposit is minted for at most once",
    broken: "one deposit mints twice",
    why: "the second mint is TIM3 that nothing backs, and the contract's own books never show it",
    judge: Judge::Always(judge),
    needs: &[Witness::Mint],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let mut deposits = situation.history.deposits.iter();
    let Some((notice, deposit)) = deposits.find(|(_, deposit)| deposit.mints > 1) else {
        return Ok(());
    };
    Err(Breach::of("mints of a deposit <= 1")
        .with("mints", deposit.mints)
        .with("deposit", notice)
        .with("by", &deposit.by))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn one_mint_satisfies_it() {
        Sample::default().deposited("alice", 10, (1, 10)).satisfies(&PROPERTY);
    }

    #[test]
    fn a_second_mint_breaks_it() {
        Sample::default().deposited("alice", 10, (2, 20)).breaks(&PROPERTY, "mints");
    }
}
