//! What can be lost, as numbers. None of them is a promise: a contract that keeps all promises
//! has zero of each.

use crate::{Judge, Property};
use model::exact::Exact;
use model::{Situation, TIM3};

/// What TIM3 owes and USDA does not hold for it.
pub const UNBACKED: Property = Property {
    name: "unbacked",
    code: "unb",
    sentence: "what TIM3 owes beyond the USDA that it holds",
    broken: "TIM3 owes more USDA than it holds",
    why: "whoever redeems last gets nothing",
    judge: Judge::Amount(|situation| -situation.surplus()),
    needs: &[],
};

/// What honest users will never see again.
pub const STUCK: Property = Property {
    name: "stuck",
    code: "stk",
    sentence: "what honest users paid in without getting TIM3 or a refund, or burned without being paid, with nothing on its way",
    broken: "honest users lost money",
    why: "no later message will bring it back",
    judge: Judge::Amount(stuck),
    needs: &[],
};

/// What ended up with people to whom nobody gave it.
pub const TAKEN: Property = Property {
    name: "taken",
    code: "tkn",
    sentence: "USDA that anybody but the honest users owns, beyond what they began with and were given tokens for",
    broken: "somebody gained money that is not theirs",
    why: "it is somebody else's money",
    judge: Judge::Amount(taken),
    needs: &[],
};

fn stuck(situation: &Situation<'_>) -> Exact {
    if !situation.at_rest {
        return Exact::ZERO;
    }
    let history = situation.history;
    let unsettled = history.unsettled().into_iter().map(|(_, deposit)| deposit);
    let minted = history.deposits.values().filter(|deposit| deposit.mints > 0);
    let deposits = minted.chain(unsettled);
    let deposits = deposits.filter(|deposit| is_honest(situation, &deposit.by));
    let waiting = deposits.map(|deposit| Exact::from(deposit.amount) - deposit.minted.clone());
    let owed = situation.honest().map(|user| history.owed_to(&user.address));
    waiting.chain(owed).filter(Exact::is_positive).sum()
}

fn taken(situation: &Situation<'_>) -> Exact {
    let accounts = situation.ledger.balances.iter();
    let others = accounts.filter(|(name, _)| *name != TIM3 && !is_honest(situation, name));
    let owned: Exact = others.map(|(_, balance)| Exact::from(*balance)).sum();
    let of_honest: Exact = situation.honest().map(|user| Exact::from(user.usda_at_first())).sum();
    let at_first = Exact::from(situation.usda_issued) - of_honest;
    owned - at_first - situation.history.given.clone()
}

fn is_honest(situation: &Situation<'_>, account: &str) -> bool {
    situation.honest().any(|user| user.address == account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn what_is_owed_and_not_held_is_unbacked() {
        let sample = || Sample::default().books(&[("alice", 30)], 30, 30);
        sample().held(30).satisfies(&UNBACKED);
        sample().held(10).breaks(&UNBACKED, "amount");
    }

    #[test]
    fn money_paid_or_burned_for_nothing_is_stuck_once_all_is_quiet() {
        let paid_in = |minted| Sample::default().deposited("alice", 30, minted);
        paid_in((1, 30)).satisfies(&STUCK);
        paid_in((1, 20)).breaks(&STUCK, "amount");
        paid_in((0, 0)).breaks(&STUCK, "amount");
        paid_in((0, 0)).in_flight().satisfies(&STUCK);
        paid_in((0, 0)).redeemed("alice", (0, 30, 30)).satisfies(&STUCK);
        paid_in((0, 0)).redeemed("alice", (0, 30, 0)).breaks(&STUCK, "amount");
        Sample::default().redeemed("bob", (10, 10, 10)).satisfies(&STUCK);
        Sample::default().redeemed("bob", (10, 10, 0)).breaks(&STUCK, "amount");
    }

    #[test]
    fn what_a_stranger_pays_in_or_burns_for_nothing_is_not_stuck() {
        Sample::default().deposited("mallory", 30, (0, 0)).satisfies(&STUCK);
        Sample::default().redeemed("mallory", (10, 10, 0)).satisfies(&STUCK);
    }

    #[test]
    fn what_others_own_beyond_what_they_had_and_were_given_is_taken() {
        // The two honest users had 20 of what was issued.
        let sample = || Sample::default().owned("mallory", 30);
        sample().issued(50).satisfies(&TAKEN);
        sample().issued(40).breaks(&TAKEN, "amount");
        sample().issued(40).given(10).satisfies(&TAKEN);
    }
}
