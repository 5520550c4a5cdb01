//! At rest, every burn and every refund is paid.

use crate::holders_can_exit::unpaid;
use crate::{Breach, Judge, Property, Witness};
use model::Situation;

pub const PROPERTY: Property = Property {
    name: "burns-paid-at-rest",
    code: "bpr",
    sentence: "with nothing in flight and no network fault used, every honest burn and every refund that was ordered is paid",
    broken: "every message has arrived, and a burn or refund is unpaid",
    why: "on a perfect network a burn without its USDA is money destroyed",
    judge: Judge::Always(judge),
    needs: &[Witness::Payout],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    if !situation.at_rest || situation.network_fault {
        return Ok(());
    }
    situation.honest().try_for_each(|wallet| unpaid(situation, &wallet.address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn a_paid_burn_satisfies_it() {
        Sample::default().redeemed("alice", (10, 10, 10)).satisfies(&PROPERTY);
    }

    #[test]
    fn a_burn_whose_release_is_in_flight_satisfies_it() {
        Sample::default().redeemed("alice", (10, 10, 0)).in_flight().satisfies(&PROPERTY);
    }

    #[test]
    fn a_burn_forgotten_at_rest_breaks_it() {
        Sample::default().redeemed("alice", (10, 10, 0)).breaks(&PROPERTY, "owed");
    }

    #[test]
    fn a_refund_forgotten_at_rest_breaks_it() {
        let sent_back = |paid| {
            Sample::default().deposited("alice", 10, (0, 0)).redeemed("alice", (0, 10, paid))
        };
        sent_back(10).satisfies(&PROPERTY);
        sent_back(0).in_flight().satisfies(&PROPERTY);
        sent_back(0).breaks(&PROPERTY, "of that refunds");
    }
}
