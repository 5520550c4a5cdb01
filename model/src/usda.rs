//! The USDA ledger: the standard token blueprint, as measured.
//!
//! Source: SEMANTICS A4, `blueprints/token.lua` at ae42860 and eea71b6, executed in
//! the vectors `05_usda_transfer_*`, `09a`, `09b`, `09c` and `10_*`. Only the points
//! that move money or send messages are here, and Balance, as contracts ask for it; Info is not.

use crate::bint::{self, Quantity};
use crate::message::{Address, Message, TIM3, Tags, USDA, tag};
use crate::process::{HandlerError, Handlers, Label, Outbox, forwarded, is_announced};
use ruint::aliases::U256;
use serde::{Deserialize, Serialize};
use smol_str::{SmolStr, format_smolstr};
use std::collections::BTreeMap;

/// The state of the USDA process.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ledger {
    /// Base units by account. An account that was ever touched keeps its entry.
    pub balances: BTreeMap<Address, Quantity>,
    /// `TotalSupply`.
    pub total_supply: Quantity,
}

impl Ledger {
    /// A ledger in which exactly these accounts exist.
    pub fn new(balances: impl IntoIterator<Item = (Address, Quantity)>) -> Self {
        let balances: BTreeMap<_, _> = balances.into_iter().collect();
        let total_supply = balances.values().fold(U256::ZERO, |sum, b| sum.wrapping_add(*b));
        Self { balances, total_supply }
    }

    /// `Balances[account] or 0`.
    pub fn balance(&self, account: &str) -> Quantity {
        self.balances.get(account).copied().unwrap_or_default()
    }

    fn touch(&mut self, account: &str) {
        if !self.balances.contains_key(account) {
            self.balances.insert(account.into(), U256::ZERO);
        }
    }

    fn add(&mut self, account: &str, change: impl Fn(U256) -> U256) {
        let balance = change(self.balance(account));
        self.balances.insert(account.into(), balance);
    }
}

/// Which published blueprint the ledger runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Usda {
    /// permaweb/aos ae42860 (2025-10): Burn is a stub.
    #[default]
    Blueprint2025,
    /// permaweb/aos eea71b6 (2024-10): Burn does not look at the sign (vectors `10_*`).
    Blueprint2024,
}

/// The Actions of contracts that a ledger does something with; Burn only does in that of 2024.
pub const HEARD: [&str; 3] = ["Transfer", "Mint", "Balance"];
/// Notices of other tokens, which no ledger does anything with.
pub const NOTICES: [&str; 2] = ["Credit-Notice", "Debit-Notice"];

impl Handlers for Usda {
    type State = Ledger;

    fn handle(
        &self,
        ledger: &mut Ledger,
        message: &Message,
        outbox: &mut Outbox<'_>,
    ) -> Result<Label, HandlerError> {
        if message.fails_to_decode() {
            return Err(HandlerError::new("Data is not the JSON that Content-Type says it is"));
        }
        match (message.action(), self) {
            ("Transfer", _) => transfer(ledger, message, outbox),
            ("Mint", _) if message.from != USDA => Ok(refuse_mint(message, outbox)),
            ("Balance", _) => Ok(say_balance(ledger, message, outbox)),
            ("Burn", Self::Blueprint2024) => burn_2024(ledger, message, outbox),
            ("Burn", Self::Blueprint2025) => Ok(Label::new_static("not implemented")),
            _ => Ok(Label::new_static("inbox")),
        }
    }

    fn ignores(&self, message: &Message) -> bool {
        !HEARD.contains(&message.action()) && message.action() != "Burn"
    }
}

fn transfer(
    ledger: &mut Ledger,
    message: &Message,
    outbox: &mut Outbox<'_>,
) -> Result<Label, HandlerError> {
    let recipient = message.tags.last(tag::RECIPIENT);
    let recipient = recipient.ok_or_else(|| HandlerError::new("Recipient is required!"))?;
    let raw = message.tags.last(tag::QUANTITY);
    let raw = raw.ok_or_else(|| HandlerError::new("Quantity is required!"))?;
    let quantity = bint::transferable(raw)
        .ok_or_else(|| HandlerError::new("Quantity must be greater than 0"))?;
    ledger.touch(&message.from);
    ledger.touch(recipient);
    if !bint::less_or_equal(quantity, ledger.balance(&message.from)) {
        refuse_transfer(message, outbox);
        return Ok(Label::new_static("Transfer-Error"));
    }
    ledger.add(&message.from, |balance| balance.wrapping_sub(quantity));
    ledger.add(recipient, |balance| balance.wrapping_add(quantity));
    if !is_announced(message) {
        return Ok(Label::new_static("moved without notices"));
    }
    announce(message, (recipient, raw), outbox);
    Ok(Label::new_static("moved with notices"))
}

/// Debit-Notice as a reply, then Credit-Notice as a send: both carry the raw Quantity.
fn announce(message: &Message, (recipient, raw): (&str, &str), outbox: &mut Outbox<'_>) {
    let with_forwarded = |head: [(&'static str, &str); 3], tail: Option<(SmolStr, SmolStr)>| {
        let head = head.map(|(name, value)| (SmolStr::new_static(name), SmolStr::new(value)));
        let unreplied =
            forwarded(message, Tags::last).filter(|(n, _)| tail.is_none() || n != tag::X_REFERENCE);
        head.into_iter().chain(unreplied).chain(tail.clone()).collect::<Tags>()
    };
    let answers = request_reference(message).map(|r| (tag::X_REFERENCE.into(), r));
    let debit = [(tag::ACTION, "Debit-Notice"), (tag::RECIPIENT, recipient), (tag::QUANTITY, raw)];
    outbox.send_with_data(
        reply_address(message),
        with_forwarded(debit, answers),
        format_smolstr!("You transferred {raw} to {recipient}"),
    );
    let credit =
        [(tag::ACTION, "Credit-Notice"), (tag::SENDER, &*message.from), (tag::QUANTITY, raw)];
    outbox.send_with_data(
        recipient,
        with_forwarded(credit, None),
        format_smolstr!("You received {raw} from {}", message.from),
    );
}

fn refuse_transfer(message: &Message, outbox: &mut Outbox<'_>) {
    let tags = Tags::default()
        .with(tag::ACTION, "Transfer-Error")
        .with(tag::MESSAGE_ID, message.claimed_id())
        .with(tag::ERROR, "Insufficient Balance!");
    reply(message, tags, outbox);
}

/// Says what an account holds, or who asks if none is named. The answer has no Action.
fn say_balance(ledger: &Ledger, message: &Message, outbox: &mut Outbox<'_>) -> Label {
    let recipient = message.tags.first(tag::RECIPIENT);
    let target = message.tags.first("Target").filter(|name| ledger.balances.contains_key(*name));
    let balance = ledger.balance(recipient.or(target).unwrap_or(&message.from));
    let tags = Tags::default()
        .with("Balance", balance.to_string())
        .with("Ticker", "USDA")
        .with("Account", recipient.unwrap_or(&message.from));
    let (to, tags) = (reply_address(message), answering(message, tags));
    outbox.send_with_data(to, tags, format_smolstr!("{balance}"));
    Label::new_static("balance said")
}

fn refuse_mint(message: &Message, outbox: &mut Outbox<'_>) -> Label {
    let tags = Tags::default()
        .with(tag::ACTION, "Mint-Error")
        .with(tag::MESSAGE_ID, message.claimed_id())
        .with(tag::ERROR, "Only the Process Id can mint new USDA tokens!");
    reply(message, tags, outbox);
    Label::new_static("Mint-Error")
}

/// eea71b6 checks only that Quantity does not exceed the balance: a negative Burn mints.
fn burn_2024(
    ledger: &mut Ledger,
    message: &Message,
    outbox: &mut Outbox<'_>,
) -> Result<Label, HandlerError> {
    let raw = message.tags.last(tag::QUANTITY).unwrap_or_default();
    let quantity = bint::parse(raw).ok_or_else(|| HandlerError::new("Quantity is required!"))?;
    let balance = ledger.balances.get(&message.from).copied();
    let balance =
        balance.ok_or_else(|| HandlerError::new("value cannot be represented by a bint"))?;
    if !bint::less_or_equal(quantity, balance) {
        return Err(HandlerError::new(
            "Quantity must be less than or equal to the current balance!",
        ));
    }
    ledger.add(&message.from, |balance| balance.wrapping_sub(quantity));
    ledger.total_supply = ledger.total_supply.wrapping_sub(quantity);
    let data = format_smolstr!("Successfully burned {raw}");
    outbox.send_with_data(reply_address(message), answering(message, Tags::default()), data);
    Ok(Label::new_static("burned"))
}

fn reply(message: &Message, tags: Tags, outbox: &mut Outbox<'_>) {
    outbox.send(reply_address(message), answering(message, tags));
}

/// Reply-To moves replies: the requester decides who gets them (SEMANTICS A4, 09c).
fn reply_address(message: &Message) -> Address {
    message.tags.last(tag::REPLY_TO).unwrap_or(&message.from).into()
}

fn answering(message: &Message, tags: Tags) -> Tags {
    tags.with_some(tag::X_REFERENCE, request_reference(message))
        .with_some("X-Origin", message.tags.last("X-Origin"))
}

/// The request's own X-Reference, else its Reference: chosen by the requester.
fn request_reference(message: &Message) -> Option<SmolStr> {
    let chosen = message.tags.last(tag::X_REFERENCE);
    chosen.or_else(|| message.tags.last(tag::REFERENCE)).map(Into::into)
}

/// A Transfer of USDA as the ledger executed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Who paid.
    pub from: Address,
    /// Who was paid.
    pub to: Address,
    /// Base units.
    pub quantity: Quantity,
}

impl Movement {
    /// What `message` moved, given the outcome the ledger reported for it.
    pub fn of(message: &Message, outcome: &Result<Label, HandlerError>) -> Option<Self> {
        let moved = outcome.as_ref().is_ok_and(|label| label.starts_with("moved"));
        let quantity = bint::transferable(message.tags.last(tag::QUANTITY)?)?;
        let to = message.tags.last(tag::RECIPIENT)?.into();
        moved.then(|| Self { from: message.from.clone(), to, quantity })
    }

    /// Whether it pays out of TIM3's account.
    pub fn is_release(&self) -> bool {
        self.from == TIM3 && self.to != TIM3
    }

    /// Whether it pays into TIM3's account.
    pub fn is_deposit(&self) -> bool {
        self.to == TIM3 && self.from != TIM3
    }
}
