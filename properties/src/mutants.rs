//! Which property must notice which missing guard.

use model::Mutant;

/// The property that should notice that this guard is missing. Others may as well.
pub fn should_notice(mutant: Mutant) -> &'static str {
    match mutant {
        Mutant::DedupeOff | Mutant::DedupeById | Mutant::DedupeByPushedFor => "no-double-mint",
        Mutant::DedupeByReference => "deposits-creditable",
        Mutant::WalletDedupeOff | Mutant::StateWipedOnReload => "only-holder-lowers",
        Mutant::SenderCheckOff
        | Mutant::TargetCheckOff
        | Mutant::OwnUsdaMinted
        | Mutant::SignCheckOff
        | Mutant::FirstSenderKept
        | Mutant::RefundOnTransferError
        | Mutant::RefundByOnReply => "no-mint-without-deposit",
        Mutant::PermissiveNumbers | Mutant::BalanceCheckOff => "balances-whole",
        Mutant::SupplyCapOff | Mutant::SelfTransferInflates | Mutant::RecipientCheckOff => {
            "supply-equals-balances"
        }
        Mutant::ForwardedTagsTrusted => "mint-one-to-one",
        Mutant::EffectsBeforeChecks => "supply-equals-collateral",
        Mutant::PauseOnTransferError => "holders-can-exit",
        Mutant::BurnIsATransfer => "burns-burn",
        Mutant::TransferSwallowed => "transfers-arrive",
        Mutant::NoticeBeforeChecks => "notices-true",
    }
}
