//! What must have happened for a verdict of "holds" to mean anything.

use model::history::is_release;
use model::wallet::STRANGER;
use model::{Action, Evaluation, Fault, Intent, Subject, Swap, TIM3, Trick, USDA, Variant};

/// Something that a search is expected to come across. What people do counts only when an
/// honest user does it: promises are made to those.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Witness {
    /// USDA moved money and announced it.
    Deposit,
    /// TIM3 was minted.
    Mint,
    /// TIM3 was burned.
    Burn,
    /// USDA paid a release.
    Payout,
    /// Somebody who had deposited and was credited got USDA back, beside refunds.
    RoundTrip,
    /// A burn was turned down.
    RefusedBurn,
    /// A plain transfer was evaluated at TIM3.
    Transfer,
    /// A fault of this kind happened.
    Fault(Fault),
    /// This trick was evaluated.
    Trick(Trick),
    /// The contract said it did this.
    Guard(&'static str),
}

/// The guards of the hardened contract, by what it says when they fire, each with the
/// faults that can make it fire: one is enough. Without any, it fires among honest users.
const GUARDS: [(&str, &[Fault]); 13] = {
    use Fault::{Assignment, Owner, RePush, ReSign, SameId, Trick};
    [
        ("refused: duplicate notice", &[SameId, ReSign, RePush, Assignment]),
        ("refused: duplicate request", &[SameId]),
        ("refused: not from USDA", &[Trick]),
        ("refused: not addressed here", &[Owner]),
        ("refused: own USDA", &[Owner]),
        ("quarantined: unreadable", &[Trick]),
        ("quarantined: over the supply cap", &[Trick]),
        ("refused: burn unreadable", &[Trick]),
        ("refused: burn not covered", &[]),
        ("refused: no recipient", &[Trick]),
        ("refused: transfer unreadable", &[Trick]),
        ("refused: transfer not covered", &[]),
        ("transfer", &[]),
    ]
};

impl Witness {
    /// Its name in reports.
    pub fn name(self) -> String {
        match self {
            Self::Deposit => "a deposit".into(),
            Self::Mint => "a mint".into(),
            Self::Burn => "a burn".into(),
            Self::Payout => "a payout".into(),
            Self::RoundTrip => "a full round trip".into(),
            Self::RefusedBurn => "a refused burn".into(),
            Self::Transfer => "a plain transfer".into(),
            Self::Fault(kind) => format!("a fault: {kind}"),
            Self::Trick(trick) => format!("the trick {}", trick.name()),
            Self::Guard(label) => format!("the contract's \"{label}\""),
        }
    }

    /// What the profile and bounds of `swap` promise to bring about, whatever the contract.
    pub fn of_faults<C: model::Contract>(swap: &Swap<C>) -> Vec<Self> {
        let possible = |kind: &Fault| swap.budget(*kind) > 0;
        let faults = Fault::ALL.into_iter().filter(possible).map(Self::Fault);
        let knows_tricks = swap.wallets.iter().all(|wallet| wallet.knows_tricks);
        let tricks = if knows_tricks && possible(&Fault::Trick) { Trick::ALL } else { &[] };
        faults.chain(tricks.iter().copied().map(Self::Trick)).collect()
    }

    /// The guards that should fire in `swap` when it runs the hardened contract. A mutant
    /// lacks one, and may hide others.
    pub fn of_guards(swap: &Swap<Subject>) -> Vec<Self> {
        let variant = swap.tim3.handlers.variant();
        if !matches!(variant, Some(Variant::Hardened | Variant::HardenedOnUsda2024)) {
            return Vec::new();
        }
        let bounds = &swap.bounds;
        let fires = |label: &str, faults: &[Fault]| {
            let moves = !label.contains("transfer") || bounds.transfers > 0;
            let busy = bounds.deposits > 0 && bounds.burns > 0;
            let caused = faults.is_empty() || faults.iter().any(|kind| swap.budget(*kind) > 0);
            moves && busy && caused
        };
        let guards = GUARDS.into_iter().filter(|(label, faults)| fires(label, faults));
        guards.map(|(label, _)| Self::Guard(label)).collect()
    }

    /// The fault in an action, and the trick if it is one.
    pub fn of_action(action: &Action) -> [Option<Self>; 2] {
        match action {
            Action::Act { intent: Intent::Trick(trick), .. } => {
                [Some(Self::Fault(Fault::Trick)), Some(Self::Trick(*trick))]
            }
            Action::Lose { .. } => [Some(Self::Fault(Fault::Loss)), None],
            Action::Again { copy, .. } => [Some(Self::Fault((*copy).into())), None],
            Action::Owner { .. } => [Some(Self::Fault(Fault::Owner)), None],
            Action::Act { .. } | Action::Deliver { .. } | Action::Upgrade | Action::Exit { .. } => {
                [None, None]
            }
        }
    }

    /// What an evaluation shows.
    pub fn of_evaluation(evaluation: &Evaluation) -> Vec<Self> {
        let plain_transfer = evaluation.message.action() == "Transfer"
            && evaluation.message.tags.first("Recipient") != Some("burn");
        let burn = evaluation.message.action() == "Transfer" && !plain_transfer;
        let mut shown: Vec<_> = Self::guard(evaluation).into_iter().collect();
        if concerns_stranger(evaluation) {
            return shown;
        }
        match evaluation.at {
            TIM3 if plain_transfer => shown.push(Self::Transfer),
            TIM3 if burn && evaluation.sent.iter().all(|sent| !is_release(sent)) => {
                shown.push(Self::RefusedBurn);
            }
            USDA if evaluation.outcome.as_ref().is_ok_and(|label| label.starts_with("moved")) => {
                shown.push(Self::Deposit);
            }
            _ => {}
        }
        shown
    }

    fn guard(evaluation: &Evaluation) -> Option<Self> {
        let label = evaluation.outcome.as_ref().ok().filter(|_| evaluation.at == TIM3)?;
        GUARDS.iter().find(|(guard, _)| guard == label).map(|(guard, _)| Self::Guard(guard))
    }

    /// What a record shows: true events, whatever the contract says of itself.
    pub fn of_history(history: &model::History) -> Vec<Self> {
        let honest = |name: &str| name != STRANGER;
        let mut deposits = history.deposits.values().filter(|d| d.mints > 0 && honest(&d.by));
        let mut burns =
            history.redemptions.iter().filter(|(h, r)| honest(h) && r.burned.is_positive());
        let paid = |holder: &str| {
            let paid = history.releases.values().filter(|r| r.of == holder && r.payments > 0);
            if honest(holder) { paid.count() } else { 0 }
        };
        let payout = history.releases.values().any(|release| paid(&release.of) > 0);
        let round_trip = history
            .deposits
            .values()
            .any(|d| d.mints > 0 && paid(&d.by) > history.count_refunds_to(&d.by));
        let shown = [
            (deposits.next().is_some(), Self::Mint),
            (burns.next().is_some(), Self::Burn),
            (payout, Self::Payout),
            (round_trip, Self::RoundTrip),
        ];
        shown.into_iter().filter(|(is, _)| *is).map(|(_, witness)| witness).collect()
    }
}

/// Whether the stranger asked for it, or it credits or pays her.
fn concerns_stranger(evaluation: &Evaluation) -> bool {
    let message = &evaluation.message;
    let party = match (evaluation.at, message.action()) {
        (TIM3, "Credit-Notice") => message.tags.first("Sender"),
        (USDA, "Transfer") if message.from == TIM3 => message.tags.last("Recipient"),
        _ => Some(message.from.as_str()),
    };
    party == Some(STRANGER)
}
