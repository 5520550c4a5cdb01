//! Every honest holder can still turn all TIM3 into USDA.

use crate::{Breach, Judge, Property, Witness};
use model::{Exact, Situation};

pub const PROPERTY: Property = Property {
    name: "holders-can-exit",
    code: "ext",
    sentence: "from every state there is a way, without further faults, for all honest holders to redeem all that is theirs",
    broken: "a holder can no longer redeem everything",
    why: "this is what a holder asks: can I still get my USDA back?",
    judge: Judge::WayOut(judge),
    needs: &[Witness::Mint],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    for holder in situation.honest().map(|wallet| &wallet.address) {
        let balance = Exact::from(situation.books.balance(holder));
        if !balance.at_most(&Exact::ZERO) {
            return Err(Breach::of("balance = 0").with("balance", balance).with("holder", holder));
        }
        unpaid(situation, holder)?;
        let mut takings = situation.history.takings.iter();
        if let Some((_, taken)) = takings.find(|((_, account), _)| account == holder) {
            return Err(Breach::of("taken = 0").with("taken", taken).with("holder", holder));
        }
    }
    Ok(())
}

/// Fails if `holder` burned, or is to get back, what is not paid.
pub(crate) fn unpaid(situation: &Situation<'_>, holder: &str) -> Result<(), Breach> {
    let owed = situation.history.owed_to(holder);
    if owed.at_most(&Exact::ZERO) {
        return Ok(());
    }
    let breach = Breach::of("owed = 0").with("owed", owed).with("holder", holder);
    let refunds = situation.history.unpaid_refunds_to(holder);
    Err(if refunds.is_positive() { breach.with("of that refunds", refunds) } else { breach })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn a_holder_who_holds_nothing_and_is_paid_is_out() {
        Sample::default().redeemed("alice", (10, 10, 10)).satisfies(&PROPERTY);
    }

    #[test]
    fn a_holder_with_a_balance_is_not() {
        Sample::default().books(&[("alice", 10)], 10, 10).breaks(&PROPERTY, "balance");
    }

    #[test]
    fn a_holder_whose_balance_was_wiped_is_not() {
        Sample::default().taken("alice", 10).breaks(&PROPERTY, "taken");
    }

    #[test]
    fn a_holder_whose_burn_is_unpaid_is_not() {
        Sample::default().redeemed("alice", (10, 10, 0)).breaks(&PROPERTY, "owed");
    }
}
