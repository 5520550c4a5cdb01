//! Every plain deposit is minted or sent back, or still can be.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;

pub const PROPERTY: Property = Property {
    name: "deposits-creditable",
    code: "crd",
    sentence: "from every state there is a way, without further faults, to mint for every plain deposit or to send it back",
    broken: "a deposit can never be credited",
    why: "the depositor's USDA is gone and nothing will ever replace it",
    judge: Judge::WayOut(judge),
    needs: &[Witness::Deposit],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    uncredited(situation, "mints of a plain deposit >= 1")
}

/// The first plain deposit that was neither minted for nor sent back.
pub(crate) fn uncredited(situation: &Situation<'_>, conjunct: &'static str) -> Result<(), Breach> {
    let history = situation.history;
    let Some((notice, deposit)) = history.unsettled().into_iter().find(|(_, it)| it.plain) else {
        return Ok(());
    };
    Err(Breach::of(conjunct)
        .with("mints", deposit.mints)
        .with("deposit", notice)
        .with("by", &deposit.by)
        .with("amount", deposit.amount))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn a_minted_deposit_is_out() {
        Sample::default().deposited("alice", 10, (1, 10)).satisfies(&PROPERTY);
    }

    #[test]
    fn a_deposit_never_minted_is_not() {
        Sample::default().deposited("alice", 10, (0, 0)).breaks(&PROPERTY, "deposit");
    }

    #[test]
    fn a_deposit_sent_back_is_out_and_one_sent_to_another_is_not() {
        let sent_to =
            |to| Sample::default().deposited("alice", 10, (0, 0)).redeemed(to, (0, 10, 0));
        sent_to("alice").satisfies(&PROPERTY);
        sent_to("bob").breaks(&PROPERTY, "deposit");
    }
}
