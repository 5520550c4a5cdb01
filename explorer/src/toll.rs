//! Who has more or less than at the start, and who paid and got nothing.
//!
//! An account is worth its USDA and all that TIM3 owes it: its balance, deposits neither minted
//! for nor paid back, burns not yet paid. What its holder gave to another of their own will is no
//! loss, and no gain.

use crate::sheet::amount;
use crate::trace::{Step, Trace};
use model::history::Deposit;
use model::message::{BURN, tag};
use model::refund::Refund;
use model::{Action, Exact, Identity, TIM3};

/// Sentences about the state after `step` steps; none while all have what is theirs.
pub fn of(trace: &Trace, step: usize) -> Vec<String> {
    let names = || trace.swap.wallets.iter().map(|wallet| wallet.address.as_str());
    let claims: Vec<_> = names().map(|name| (name, Claim::of(trace, step, name))).collect();
    let mut told: Vec<_> = names().filter_map(|name| change(trace, step, name)).collect();
    told.extend(names().filter_map(|name| refunded(trace, step, name)));
    told.extend(claims.iter().flat_map(|(name, claim)| claim.in_vain(name)));
    told.extend(cover(trace, step, &claims));
    told
}

/// `mallory is up by 10`
fn change(trace: &Trace, step: usize, name: &str) -> Option<String> {
    let usda = |step| Exact::from(trace.state(step).usda.balance(name));
    let now = usda(step) + Claim::of(trace, step, name).sum() + given(trace, step, name);
    let change = now - usda(0);
    if change.is_positive() {
        Some(format!("{name} is up by {}", amount(&change)))
    } else {
        change.is_negative().then(|| format!("{name} is down by {}", amount(&-change)))
    }
}

/// `refunded 10 to mallory`
fn refunded(trace: &Trace, step: usize, name: &str) -> Option<String> {
    let refunds = trace.state(step).history.refunds_to(name);
    let paid: Exact = refunds.iter().map(|refund| refund.sum() - refund.unpaid()).sum();
    paid.is_positive().then(|| format!("refunded {} to {name}", amount(&paid)))
}

/// What TIM3 owes beyond what is held for it, or holds beyond what it owes.
fn cover(trace: &Trace, step: usize, claims: &[(&str, Claim)]) -> Option<String> {
    let situation = trace.swap.situation(trace.state(step));
    let (held, surplus) = (Exact::from(situation.held()), situation.surplus());
    if surplus.is_positive() {
        return Some(format!("TIM3 holds {} that it owes to nobody", amount(&surplus)));
    }
    let owed = claims.iter().filter(|(_, claim)| claim.sum().is_positive());
    let owed: Vec<_> =
        owed.map(|(name, claim)| format!("{name} {}", amount(&claim.sum()))).collect();
    surplus.is_negative().then(|| {
        format!(
            "TIM3 owes {} ({}) and holds {}: whoever asks last gets nothing",
            amount(&(held.clone() - surplus)),
            owed.join(", "),
            amount(&held)
        )
    })
}

/// What TIM3 owes to an account.
struct Claim {
    balance: Exact,
    unminted: Exact,
    unpaid: Exact,
    /// The part of `unminted` for which no message is on its way.
    unminted_in_vain: Exact,
    /// The same part of `unpaid`.
    unpaid_in_vain: Exact,
}

impl Claim {
    fn of(trace: &Trace, step: usize, name: &str) -> Self {
        let state = trace.state(step);
        let flies =
            |identity: &Identity| state.network.in_flight().any(|m| m.identity == *identity);
        let situation = trace.swap.situation(state);
        let balance = Exact::from(situation.books.balance(name));
        let history = situation.history;
        let unsettled = history.unsettled().into_iter().filter(|(_, it)| it.by == *name);
        let releases = history.releases.iter();
        let flying: Vec<_> = releases
            .filter(|(identity, r)| r.of == *name && r.payments == 0 && flies(identity))
            .map(|(_, release)| release.amount)
            .collect();
        let refunds = history.refunds_to(name);
        let refunds_flying: Exact = refunds.iter().map(|refund| refund.among(&flying)).sum();
        let refunds: Exact = refunds.iter().map(Refund::unpaid).sum();
        let burns_flying =
            flying.into_iter().map(Exact::from).sum::<Exact>() - refunds_flying.clone();
        let (on_its_way, waiting): (Vec<_>, Vec<_>) =
            unsettled.partition(|(identity, _)| flies(identity));
        let sum = |deposits: Vec<(&Identity, &Deposit)>| -> Exact {
            deposits.into_iter().map(|(_, deposit)| Exact::from(deposit.amount)).sum()
        };
        let waiting = sum(waiting);
        let unpaid = history.owed_to(name) - refunds.clone();
        Self {
            balance: if balance.is_positive() { balance } else { Exact::ZERO },
            unminted: sum(on_its_way) + waiting.clone() + refunds.clone(),
            unminted_in_vain: waiting + refunds - refunds_flying,
            unpaid_in_vain: unpaid.clone() - burns_flying,
            unpaid,
        }
    }

    fn sum(&self) -> Exact {
        self.balance.clone() + self.unminted.clone() + self.unpaid.clone()
    }

    /// What was paid or burned for nothing.
    fn in_vain(&self, name: &str) -> Vec<String> {
        let told = |what: &Exact, does: &str, lacks: &str| {
            let says =
                || format!("{name} {does} {} and {lacks}, with nothing on its way", amount(what));
            what.is_positive().then(says)
        };
        let paid_in = told(&self.unminted_in_vain, "paid in", "got nothing for it");
        let burned = told(&self.unpaid_in_vain, "burned", "was not paid");
        paid_in.into_iter().chain(burned).collect()
    }
}

/// What an account gave to others of its holder's own will, less what it was given.
fn given(trace: &Trace, step: usize, name: &str) -> Exact {
    let gifts = (1..=step).filter_map(|step| gift(trace, step));
    gifts.fold(Exact::ZERO, |sum, (from, to, amount)| match (from == name, to == name) {
        (true, _) => sum + amount,
        (_, true) => sum - amount,
        _ => sum,
    })
}

/// The TIM3 that a wallet's own message moved to another wallet in a step: from whom, to whom,
/// how much. A repeat of it is not what the holder asked for.
fn gift(trace: &Trace, step: usize) -> Option<(&str, &str, Exact)> {
    let Step { action, evaluation, .. } = trace.step(step);
    let evaluation = evaluation.as_deref().filter(|evaluation| evaluation.at == TIM3)?;
    let message = &evaluation.message;
    let is_wish = message.action() == "Transfer" && message.is_of_user();
    let is_repeat = matches!(action, Some(Action::Again { .. }));
    let to = message.tags.first(tag::RECIPIENT).filter(|to| *to != BURN)?;
    let rise = trace.rise(step, to);
    let moves = is_wish && !is_repeat && to != &*message.from;
    (moves && rise.is_positive() && trace.rise(step, &message.from) == -rise.clone())
        .then(|| (message.from.as_str(), to, rise))
}
