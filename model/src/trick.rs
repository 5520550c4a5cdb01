//! What a stranger can send that no honest user would.
//!
//! Each trick is one item a wallet can sign, taken from the experiments in SEMANTICS
//! (section B, A3 and A4). To add one: name it here and say what it sends.

use crate::derived::DerivedName;
use crate::identity::Identity;
use crate::message::{BURN, Message, Outgoing, ROGUE, TIM3, Tags, USDA, tag};

/// 2^256 + 10: USDA moves 10 units, `tonumber` reads 1.16e77 (vector 09a).
pub const TWO_256_PLUS_10: &str =
    "115792089237316195423570985008687907853269984665640564039457584007913129639946";

/// -(2^256 - 10): the sign is taken after the wrap, so USDA moves 10; `tonumber` reads
/// -1.16e77.
pub const MINUS_TWO_256_LESS_10: &str =
    "-115792089237316195423570985008687907853269984665640564039457584007913129639926";

/// 2^64 + 10 in hexadecimal: USDA moves it whole, `tonumber` reads 10 (vector 09b).
pub const HEX_2_64_PLUS_10: &str = "0x1000000000000000A";

/// 2^63 - 1, the largest Lua integer.
pub const MAX_INTEGER: &str = "9223372036854775807";

macro_rules! tricks {
    ($($(#[doc = $sentence:literal])+ $variant:ident = $name:literal,)+) => {
        /// One dishonest item.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Trick {
            $($(#[doc = $sentence])+ $variant,)+
            /// sends what the handlers listen for
            Derived(DerivedName),
        }

        impl Trick {
            /// Every trick that is known beforehand, in the order in which the search tries them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in files and reports.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ Self::Derived(name) => name.as_str() }
            }

            /// What it is, in a sentence.
            pub fn sentence(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($sentence),+).trim_ascii(),)+
                    Self::Derived(_) => "sends what the handlers listen for",
                }
            }
        }
    };
}

tricks! {
    /// signs a Credit-Notice herself
    ForgeNotice = "forge-notice",
    /// signs a Credit-Notice with a From-Process tag that names USDA
    ForgeFromProcess = "forge-from-process",
    /// has a token of her own send TIM3 a Credit-Notice
    OtherTokensNotice = "other-tokens-notice",
    /// burns 0
    BurnZero = "burn-zero",
    /// burns -10
    BurnNegative = "burn-negative",
    /// burns 0xffffffffffffffff, which Lua reads as -1
    BurnHexMinusOne = "burn-hex-minus-one",
    /// burns 1.5
    BurnFraction = "burn-fraction",
    /// burns 10.0
    BurnFloat = "burn-float",
    /// burns 0xa
    BurnHex = "burn-hex",
    /// burns 2^256+10
    BurnWrapped = "burn-wrapped",
    /// burns more than she has
    BurnTooMuch = "burn-too-much",
    /// burns "ten"
    BurnMalformed = "burn-malformed",
    /// transfers -10 TIM3 to alice
    TransferNegative = "transfer-negative",
    /// transfers 10 TIM3 to herself
    TransferToSelf = "transfer-to-self",
    /// transfers 10 TIM3 and names no Recipient
    TransferNowhere = "transfer-nowhere",
    /// transfers TIM3 under the Reference of alice's next Credit-Notice
    TransferUnderReference = "transfer-under-reference",
    /// deposits "+10", which USDA reads as 10
    DepositPlus = "deposit-plus",
    /// deposits 0b1010, which USDA reads as 10 and Lua cannot read
    DepositBinary = "deposit-binary",
    /// deposits 2^256+10, which USDA reads as 10
    DepositWrapped = "deposit-wrapped",
    /// deposits -(2^256-10), which USDA reads as 10
    DepositMinusWrapped = "deposit-minus-wrapped",
    /// deposits 2^64+10 in hexadecimal, which Lua reads as 10
    DepositHexWrapped = "deposit-hex-wrapped",
    /// deposits 2^63-1, the largest Lua integer
    DepositMaxInteger = "deposit-max-integer",
    /// deposits 10 with Cast: USDA moves and no notice is sent
    DepositCast = "deposit-cast",
    /// deposits 10 with an X-Quantity of her own
    DepositForwarded = "deposit-forwarded",
    /// deposits 10 under the X-Reference of her own release
    DepositUnderReference = "deposit-under-reference",
    /// has USDA send TIM3 a Transfer-Error for her release (Reply-To, X-Reference)
    ReflectTransferError = "reflect-transfer-error",
    /// has USDA send TIM3 a Debit-Notice for her release (Reply-To, X-Reference)
    ReflectDebitNotice = "reflect-debit-notice",
    /// pays 10 USDA to a second account and has that Credit-Notice assigned to TIM3
    AssignForeignNotice = "assign-foreign-notice",
    /// burns -10 at USDA itself
    UsdaBurnNegative = "usda-burn-negative",
}

impl Trick {
    /// The users whom tricks name.
    pub const NAMED: [&'static str; 2] = ["alice", "bob"];

    /// The item that `wallet` signs as its `n`-th use of the trick; of a derived one,
    /// [`Derived::message`](crate::derived::Derived::message) has it.
    pub fn message(self, wallet: &str, n: u8) -> Message {
        let identity = Identity::signed(wallet, self.name(), n);
        match self {
            // With a Reference, as a genuine one has.
            Self::ForgeNotice => {
                let tags = credit_notice(wallet).with(tag::REFERENCE, identity.as_str());
                Message::signed(wallet, identity, TIM3, tags)
            }
            Self::ForgeFromProcess => {
                let tags = credit_notice(wallet).with(tag::REFERENCE, identity.as_str());
                let message = Message::signed(wallet, identity, TIM3, tags);
                Message { from: USDA.into(), ..message }
            }
            Self::OtherTokensNotice => {
                let tags = credit_notice(wallet);
                let sent = Outgoing { target: TIM3.into(), tags, data: "".into() };
                Message::pushed(ROGUE, &identity, (0, 0), sent)
            }
            Self::AssignForeignNotice => {
                Message::signed(wallet, identity, USDA, transfer("mallory-2", "10"))
            }
            Self::UsdaBurnNegative => {
                let tags = Tags::default().with(tag::ACTION, "Burn").with(tag::QUANTITY, "-10");
                Message::signed(wallet, identity, USDA, tags)
            }
            _ => match self.burns() {
                Some(quantity) => Message::signed(wallet, identity, TIM3, transfer(BURN, quantity)),
                None => self.transfer(wallet, identity),
            },
        }
    }

    fn burns(self) -> Option<&'static str> {
        match self {
            Self::BurnZero => Some("0"),
            Self::BurnNegative => Some("-10"),
            Self::BurnHexMinusOne => Some("0xffffffffffffffff"),
            Self::BurnFraction => Some("1.5"),
            Self::BurnFloat => Some("10.0"),
            Self::BurnHex => Some("0xa"),
            Self::BurnWrapped => Some(TWO_256_PLUS_10),
            Self::BurnTooMuch => Some("8000000000000000000"),
            Self::BurnMalformed => Some("ten"),
            _ => None,
        }
    }

    fn transfer(self, wallet: &str, identity: Identity) -> Message {
        let deposit = |quantity| (USDA, transfer(TIM3, quantity));
        let release = Identity::signed(wallet, "burn", 1).caused(0, 0);
        let awaited = Identity::signed("alice", "deposit", 1).caused(0, 1);
        let (target, tags) = match self {
            Self::TransferNegative => (TIM3, transfer("alice", "-10")),
            Self::TransferNowhere => {
                let tags = Tags::default().with(tag::ACTION, "Transfer");
                (TIM3, tags.with(tag::QUANTITY, "10"))
            }
            Self::TransferToSelf => (TIM3, transfer(wallet, "10")),
            Self::TransferUnderReference => {
                (TIM3, transfer(wallet, "10").with(tag::REFERENCE, awaited.as_str()))
            }
            Self::DepositPlus => deposit("+10"),
            Self::DepositBinary => deposit("0b1010"),
            Self::DepositWrapped => deposit(TWO_256_PLUS_10),
            Self::DepositMinusWrapped => deposit(MINUS_TWO_256_LESS_10),
            Self::DepositHexWrapped => deposit(HEX_2_64_PLUS_10),
            Self::DepositMaxInteger => deposit(MAX_INTEGER),
            Self::DepositCast => (USDA, transfer(TIM3, "10").with(tag::CAST, "true")),
            Self::DepositForwarded => (USDA, transfer(TIM3, "10").with(tag::X_QUANTITY, "1000000")),
            Self::DepositUnderReference => {
                (USDA, transfer(TIM3, "10").with(tag::X_REFERENCE, release.as_str()))
            }
            Self::ReflectTransferError => (USDA, reflected("bob", TWO_255_MINUS_1, &release)),
            _ => (USDA, reflected(wallet, "1", &release)),
        };
        Message::signed(wallet, identity, target, tags)
    }
}

/// 2^255 - 1, the largest amount USDA can read: nobody has it.
pub(crate) const TWO_255_MINUS_1: &str =
    "57896044618658097711785492504343953926634992332820282019728792003956564819967";

fn transfer(recipient: &str, quantity: &'static str) -> Tags {
    Tags::default()
        .with(tag::ACTION, "Transfer")
        .with(tag::RECIPIENT, recipient)
        .with(tag::QUANTITY, quantity)
}

fn reflected(recipient: &str, quantity: &'static str, release: &Identity) -> Tags {
    transfer(recipient, quantity).with(tag::REPLY_TO, TIM3).with(tag::X_REFERENCE, release.as_str())
}

fn credit_notice(sender: &str) -> Tags {
    Tags::default()
        .with(tag::ACTION, "Credit-Notice")
        .with(tag::SENDER, sender)
        .with(tag::QUANTITY, "10")
}
