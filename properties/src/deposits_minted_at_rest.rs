//! At rest, every plain deposit is minted or sent back.

use crate::deposits_creditable::uncredited;
use crate::{Breach, Judge, Property, Witness};
use model::Situation;

pub const PROPERTY: Property = Property {
    name: "deposits-minted-at-rest",
    code: "dmr",
    sentence: "with nothing in flight and no network fault used, every plain deposit is minted or sent back",
    broken: "every message has arrived, and a deposit is neither minted nor sent back",
    why: "on a perfect network no deposit may get stuck",
    judge: Judge::Always(judge),
    needs: &[Witness::Deposit],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    if !situation.at_rest || situation.network_fault {
        return Ok(());
    }
    uncredited(situation, "at rest: mints of a plain deposit >= 1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn a_deposit_whose_notice_is_in_flight_satisfies_it() {
        Sample::default().deposited("alice", 10, (0, 0)).in_flight().satisfies(&PROPERTY);
    }

    #[test]
    fn a_deposit_forgotten_at_rest_breaks_it() {
        Sample::default().deposited("alice", 10, (0, 0)).breaks(&PROPERTY, "deposit");
    }

    #[test]
    fn a_deposit_sent_back_satisfies_it() {
        let deposited = Sample::default().deposited("alice", 10, (0, 0));
        deposited.redeemed("alice", (0, 10, 0)).satisfies(&PROPERTY);
    }
}
