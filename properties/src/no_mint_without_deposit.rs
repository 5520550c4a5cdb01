//! TIM3 is minted only for USDA that came in.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;

pub const PROPERTY: Property = Property {
    name: "no-mint-without-deposit",
    code: "mwd",
    sentence: "only the Credit-Notice of a deposit that was not sent back mints TIM3",
    broken: "TIM3 is minted that nobody paid for",
    why: "anything else is free money for whoever sent it",
    judge: Judge::Always(judge),
    needs: &[Witness::Mint],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let Some((message, minted)) = situation.history.unfounded.iter().next() else {
        return Ok(());
    };
    let breach = Breach::of("minted without a deposit = 0")
        .with("minted", minted)
        .with("by message", message);
    Err(match situation.history.sent_back_behind(message) {
        Some(deposit) => breach.with("sent back before", deposit.amount),
        None => breach,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn mints_for_deposits_satisfy_it() {
        Sample::default().deposited("alice", 10, (1, 10)).satisfies(&PROPERTY);
    }

    #[test]
    fn a_mint_out_of_nothing_breaks_it() {
        Sample::default().unfounded("mallory.burn-negative.1", 10).breaks(&PROPERTY, "minted");
    }

    #[test]
    fn a_mint_for_what_was_sent_back_says_so() {
        let sent_back =
            Sample::default().deposited("alice", 10, (0, 0)).refunded("alice.deposit.1/1/0", 10);
        sent_back.unfounded("alice.deposit.1/1", 10).breaks(&PROPERTY, "sent back before");
    }
}
