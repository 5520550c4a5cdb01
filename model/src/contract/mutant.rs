//! The guards of the hardened contract, each as the mutant that lacks it.
//!
//! A mutant is [`Hardened`](super::Hardened) with one named guard removed, not a copy of
//! it; the same removal is written as an edit of `hardened.lua`.

use super::lua_source::LuaEdit;
use serde::{Deserialize, Serialize};

/// A guard that can be taken out of the hardened contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mutant {
    /// No message is remembered.
    DedupeOff,
    /// Messages are remembered by Id, which a re-push changes.
    DedupeById,
    /// Messages are remembered by Pushed-For, which a re-push changes.
    DedupeByPushedFor,
    /// Messages are remembered by Reference alone, which anybody can write.
    DedupeByReference,
    /// Only pushed messages are remembered, not those that wallets sign.
    WalletDedupeOff,
    /// A Credit-Notice is believed whoever it is from.
    SenderCheckOff,
    /// A message assigned here is handled though it is addressed elsewhere.
    TargetCheckOff,
    /// USDA that the process moves to itself is minted for.
    OwnUsdaMinted,
    /// An amount may carry a minus sign.
    SignCheckOff,
    /// An amount is whatever `tonumber` makes of it.
    PermissiveNumbers,
    /// Totals may leave the range of Lua integers.
    SupplyCapOff,
    /// A tag that the depositor wrote is believed over USDA's own.
    ForwardedTagsTrusted,
    /// A burn does not look at the balance.
    BalanceCheckOff,
    /// A burn changes state and sends before it checks, and throws.
    EffectsBeforeChecks,
    /// A Transfer-Error from USDA refunds the burn it names.
    RefundOnTransferError,
    /// A reply handler on the release refunds the burn on Transfer-Error.
    RefundByOnReply,
    /// A Transfer-Error from USDA pauses the contract.
    PauseOnTransferError,
    /// The first depositor is kept in a global (`X = X or ...`) and credited ever after.
    FirstSenderKept,
    /// A Transfer to `burn` is a transfer to an account of that name (vector 09e).
    BurnIsATransfer,
    /// A plain Transfer does nothing, as in the seed.
    TransferSwallowed,
    /// A Transfer does not ask whether there is a Recipient, and throws half-way.
    RecipientCheckOff,
    /// A Transfer reads both balances before it writes either.
    SelfTransferInflates,
    /// A Transfer tells its recipient of it before it looks at the balance.
    NoticeBeforeChecks,
    /// Loading the source again starts from empty tables.
    StateWipedOnReload,
}

/// Every mutant, in the order of the guards in the contract.
pub const ALL: [Mutant; 24] = [
    Mutant::DedupeOff,
    Mutant::DedupeById,
    Mutant::DedupeByPushedFor,
    Mutant::DedupeByReference,
    Mutant::WalletDedupeOff,
    Mutant::SenderCheckOff,
    Mutant::TargetCheckOff,
    Mutant::OwnUsdaMinted,
    Mutant::SignCheckOff,
    Mutant::PermissiveNumbers,
    Mutant::SupplyCapOff,
    Mutant::ForwardedTagsTrusted,
    Mutant::BalanceCheckOff,
    Mutant::EffectsBeforeChecks,
    Mutant::RefundOnTransferError,
    Mutant::RefundByOnReply,
    Mutant::PauseOnTransferError,
    Mutant::FirstSenderKept,
    Mutant::BurnIsATransfer,
    Mutant::TransferSwallowed,
    Mutant::RecipientCheckOff,
    Mutant::SelfTransferInflates,
    Mutant::NoticeBeforeChecks,
    Mutant::StateWipedOnReload,
];

impl Mutant {
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter()
    }

    /// The name, as in `check dedupe-off`.
    pub fn name(self) -> &'static str {
        match self {
            Self::DedupeOff => "dedupe-off",
            Self::DedupeById => "dedupe-by-id",
            Self::DedupeByPushedFor => "dedupe-by-pushed-for",
            Self::DedupeByReference => "dedupe-by-reference",
            Self::WalletDedupeOff => "wallet-dedupe-off",
            Self::SenderCheckOff => "sender-check-off",
            Self::TargetCheckOff => "target-check-off",
            Self::OwnUsdaMinted => "own-usda-minted",
            Self::SignCheckOff => "sign-check-off",
            Self::PermissiveNumbers => "permissive-numbers",
            Self::SupplyCapOff => "supply-cap-off",
            Self::ForwardedTagsTrusted => "forwarded-tags-trusted",
            Self::BalanceCheckOff => "balance-check-off",
            Self::EffectsBeforeChecks => "effects-before-checks",
            Self::RefundOnTransferError => "refund-on-transfer-error",
            Self::RefundByOnReply => "refund-by-on-reply",
            Self::PauseOnTransferError => "pause-on-transfer-error",
            Self::FirstSenderKept => "first-sender-kept",
            Self::BurnIsATransfer => "burn-is-a-transfer",
            Self::TransferSwallowed => "transfer-swallowed",
            Self::RecipientCheckOff => "recipient-check-off",
            Self::SelfTransferInflates => "self-transfer-inflates",
            Self::NoticeBeforeChecks => "notice-before-checks",
            Self::StateWipedOnReload => "state-wiped-on-reload",
        }
    }

    /// The guard that is missing, as a rule of the hardened contract, with the incident
    /// class where it was paid for.
    pub fn guard(self) -> &'static str {
        match self {
            Self::DedupeOff => "no message is carried out twice (AO token replay, HyperBEAM #890)",
            Self::DedupeById => "the dedupe key survives a re-push: not Id",
            Self::DedupeByPushedFor => "the dedupe key survives a re-push: not Pushed-For",
            Self::DedupeByReference => {
                "the dedupe key names the sender: not Reference alone (Sui bridge #25935)"
            }
            Self::WalletDedupeOff => "a wallet's own message is carried out once",
            Self::SenderCheckOff => "only USDA's Credit-Notices mint (TON fake jetton)",
            Self::TargetCheckOff => "only messages addressed here are handled",
            Self::OwnUsdaMinted => "USDA moved from the process to itself is no deposit",
            Self::SignCheckOff => "amounts have no sign",
            Self::PermissiveNumbers => "amounts are decimal digits and nothing else",
            Self::SupplyCapOff => "the supply stays within Lua integers",
            Self::ForwardedTagsTrusted => {
                "only tags that USDA itself writes are believed (Allbridge, Noble CCTP)"
            }
            Self::BalanceCheckOff => "a burn is covered by the burner's balance",
            Self::EffectsBeforeChecks => {
                "checks come before effects, and nothing throws after them"
            }
            Self::RefundOnTransferError => "a Transfer-Error refunds nothing: anyone can cause one",
            Self::RefundByOnReply => "no reply handler moves money: X-Reference is free text",
            Self::PauseOnTransferError => {
                "a Transfer-Error pauses nothing (irreversible locks, TON)"
            }
            Self::FirstSenderKept => "a deposit is credited to its own Sender",
            Self::BurnIsATransfer => {
                "a Transfer to burn burns, before any other Transfer is handled"
            }
            Self::TransferSwallowed => "a plain Transfer moves TIM3",
            Self::RecipientCheckOff => "a Transfer needs a Recipient",
            Self::SelfTransferInflates => "a Transfer to oneself changes nothing (XLoot class)",
            Self::NoticeBeforeChecks => "no Transfer is announced before it is made",
            Self::StateWipedOnReload => "loading the source again keeps the state",
        }
    }

    /// The same removal, as edits of `hardened.lua`.
    pub fn lua_edits(self) -> &'static [LuaEdit] {
        super::lua_source::edits(self)
    }
}
