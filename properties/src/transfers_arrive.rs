//! A plain TIM3 transfer moves TIM3.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;

pub const PROPERTY: Property = Property {
    name: "transfers-arrive",
    code: "trf",
    sentence: "a plain transfer that its sender can afford moves exactly that to the recipient; one to TIM3 or USDA may be refused",
    broken: "a plain transfer does not arrive",
    why: "the sender sees success; a token that cannot be sent is not a token",
    judge: Judge::Always(judge),
    needs: &[Witness::Mint, Witness::Transfer],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let Some(transfer) = situation.history.lost_transfers.first() else { return Ok(()) };
    Err(Breach::of("every covered transfer moved its quantity").with("transfer", transfer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn no_lost_transfer_satisfies_it() {
        Sample::default().satisfies(&PROPERTY);
    }

    #[test]
    fn a_swallowed_transfer_breaks_it() {
        Sample::default().lost_transfer("alice.transfer.1").breaks(&PROPERTY, "transfer");
    }
}
