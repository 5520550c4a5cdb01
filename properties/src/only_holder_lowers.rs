//! Nobody but its holder lowers a balance.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;

pub const PROPERTY: Property = Property {
    name: "only-holder-lowers",
    code: "own",
    sentence: "a balance falls only by its holder's own message, once, by no more than it asks",
    broken: "a balance falls though its holder did not ask for it",
    why: "anything else is theft, or a payment made twice",
    judge: Judge::Always(judge),
    needs: &[Witness::Burn],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let Some(((message, account), amount)) = situation.history.takings.iter().next() else {
        return Ok(());
    };
    Err(Breach::of("lowered without the holder's request = 0")
        .with("lowered", amount)
        .with("account", account)
        .with("by message", message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn balances_that_nobody_took_from_satisfy_it() {
        Sample::default().books(&[("alice", 10)], 10, 10).satisfies(&PROPERTY);
    }

    #[test]
    fn a_balance_that_another_lowered_breaks_it() {
        Sample::default().taken("alice", 10).breaks(&PROPERTY, "account");
    }
}
