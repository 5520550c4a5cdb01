//! USDA: the standard token blueprint (SEMANTICS A4).

use crate::contract::{Address, sending};
use model::message::{Message, Outgoing, TIM3, USDA, tag};
use model::usda::Usda;
use ruint::aliases::U256;
use std::collections::BTreeMap;

/// `Balances` of the USDA process, base units. An account that was ever touched keeps its entry.
pub type Ledger = BTreeMap<Address, U256>;

/// What USDA does with one message.
pub struct Answer {
    /// The balances after it.
    pub ledger: Ledger,
    /// What it sends.
    pub sent: Vec<Outgoing>,
    /// Who paid whom how much, if a Transfer was carried out.
    pub moved: Option<(Address, Address, U256)>,
}

/// `Balances[account] or 0`.
pub fn balance(ledger: &Ledger, account: &str) -> U256 {
    ledger.get(account).copied().unwrap_or_default()
}

/// Whether USDA has a handler for this message.
pub fn claims(message: &Message) -> bool {
    ["Transfer", "Mint", "Burn", "Balance"].contains(&message.action())
}

/// Evaluates a message. Where a handler throws, or aos before it, which decodes Data that is said
/// to be JSON, nothing happens: aos 2 keeps the old memory.
pub fn evaluate(before: &Ledger, blueprint: Usda, message: &Message) -> Answer {
    let nothing = Answer { ledger: before.clone(), sent: Vec::new(), moved: None };
    if message.fails_to_decode() {
        return nothing;
    }
    let answer = match (message.action(), blueprint) {
        ("Transfer", _) => transfer(before, message),
        ("Mint", _) if message.from != USDA => {
            let why = "Only the Process Id can mint new USDA tokens!";
            let sent = vec![refusal(message, "Mint-Error", why)];
            Some(Answer { sent, ledger: before.clone(), moved: None })
        }
        ("Balance", _) => {
            let sent = vec![said_balance(before, message)];
            Some(Answer { sent, ledger: before.clone(), moved: None })
        }
        ("Burn", Usda::Blueprint2024) => burn_2024(before, message),
        _ => None,
    };
    answer.unwrap_or(nothing)
}

fn transfer(before: &Ledger, message: &Message) -> Option<Answer> {
    let recipient = message.tags.last(tag::RECIPIENT)?;
    let written = message.tags.last(tag::QUANTITY)?;
    let quantity = payable(written)?;
    let mut ledger = before.clone();
    ledger.entry(message.from.clone()).or_default();
    ledger.entry(recipient.into()).or_default();
    let own = balance(&ledger, &message.from);
    if !at_most(quantity, own) {
        let sent = vec![refusal(message, "Transfer-Error", "Insufficient Balance!")];
        return Some(Answer { ledger, sent, moved: None });
    }
    ledger.insert(message.from.clone(), own.wrapping_sub(quantity));
    let theirs = balance(&ledger, recipient);
    ledger.insert(recipient.into(), theirs.wrapping_add(quantity));
    let asks_for_silence = message.tags.last(tag::CAST).is_some();
    let sent = if asks_for_silence { vec![] } else { notices(message, recipient, written) };
    let moved = Some((message.from.clone(), recipient.into(), quantity));
    Some(Answer { ledger, sent, moved })
}

/// Debit-Notice as a reply, Credit-Notice as a send. Both repeat the Quantity as it was written
/// and pass on the tags that begin with `X-`.
fn notices(message: &Message, recipient: &str, written: &str) -> Vec<Outgoing> {
    let mut passed: BTreeMap<Address, Address> = BTreeMap::new();
    for (name, value) in message.tags.iter().filter(|(name, _)| name.starts_with("X-")) {
        passed.insert(name.into(), value.into());
    }
    let mut debit = vec![
        (tag::ACTION.into(), "Debit-Notice".into()),
        (tag::RECIPIENT.into(), recipient.into()),
        (tag::QUANTITY.into(), written.into()),
    ];
    let answers = answered_reference(message);
    let is_own = |name: &Address| name == tag::X_REFERENCE && answers.is_some();
    debit.extend(passed.clone().into_iter().filter(|(name, _)| !is_own(name)));
    debit.extend(answers.clone().map(|reference| (tag::X_REFERENCE.into(), reference)));
    let mut credit = vec![
        (tag::ACTION.into(), "Credit-Notice".into()),
        (tag::SENDER.into(), message.from.clone()),
        (tag::QUANTITY.into(), written.into()),
    ];
    credit.extend(passed);
    let told = format!("You transferred {written} to {recipient}");
    let tells = format!("You received {written} from {}", message.from);
    vec![sending(&answer_to(message), debit, &told), sending(recipient, credit, &tells)]
}

fn refusal(message: &Message, action: &str, why: &str) -> Outgoing {
    let tags = vec![
        (tag::ACTION.into(), action.into()),
        (tag::MESSAGE_ID.into(), message.claimed_id().into()),
        (tag::ERROR.into(), why.into()),
    ];
    reply(message, tags, "")
}

/// Who asks names an account, by Recipient or, if it has a balance, by Target; or means its own.
fn said_balance(ledger: &Ledger, message: &Message) -> Outgoing {
    let named = message.tags.first(tag::RECIPIENT);
    let known = || message.tags.first("Target").filter(|name| ledger.contains_key(*name));
    let held = balance(ledger, named.or_else(known).unwrap_or(&message.from)).to_string();
    let tags = vec![
        ("Balance".into(), held.as_str().into()),
        ("Ticker".into(), "USDA".into()),
        ("Account".into(), named.unwrap_or(&message.from).into()),
    ];
    reply(message, tags, &held)
}

fn reply(message: &Message, mut tags: Vec<(Address, Address)>, data: &str) -> Outgoing {
    tags.extend(answered_reference(message).map(|it| (tag::X_REFERENCE.into(), it)));
    tags.extend(message.tags.last("X-Origin").map(|it| ("X-Origin".into(), it.into())));
    sending(&answer_to(message), tags, data)
}

/// Who asks decides who is told (vector 09c).
fn answer_to(message: &Message) -> Address {
    message.tags.last(tag::REPLY_TO).unwrap_or(&message.from).into()
}

fn answered_reference(message: &Message) -> Option<Address> {
    let own = || message.tags.last(tag::REFERENCE);
    message.tags.last(tag::X_REFERENCE).or_else(own).map(Into::into)
}

/// The blueprint of 2024 checks only that Quantity does not exceed the balance.
fn burn_2024(before: &Ledger, message: &Message) -> Option<Answer> {
    let written = message.tags.last(tag::QUANTITY).unwrap_or_default();
    let quantity = read(written)?;
    let own = before.get(&message.from).copied()?;
    if !at_most(quantity, own) {
        return None;
    }
    let mut ledger = before.clone();
    ledger.insert(message.from.clone(), own.wrapping_sub(quantity));
    let sent = vec![reply(message, vec![], &format!("Successfully burned {written}"))];
    Some(Answer { ledger, sent, moved: None })
}

/// A text as `bint(256)` reads it: a sign, then `0x`, `0b` or decimal digits, modulo 2^256.
pub fn read(text: &str) -> Option<U256> {
    let (is_negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (base, digits) = match digits.get(..2) {
        Some("0x" | "0X") => (16, &digits[2..]),
        Some("0b" | "0B") => (2, &digits[2..]),
        _ => (10, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let mut sum = U256::ZERO;
    for digit in digits.chars() {
        let digit = U256::from(digit.to_digit(base)?);
        sum = sum.wrapping_mul(U256::from(base)).wrapping_add(digit);
    }
    Some(if is_negative { sum.wrapping_neg() } else { sum })
}

/// What a Transfer of this Quantity moves: USDA throws unless it is above zero.
pub fn payable(text: &str) -> Option<U256> {
    read(text).filter(|quantity| !is_below_zero(*quantity) && !quantity.is_zero())
}

/// Of 256 bits, the first is the sign.
fn is_below_zero(value: U256) -> bool {
    value.bit(255)
}

fn at_most(one: U256, other: U256) -> bool {
    match (is_below_zero(one), is_below_zero(other)) {
        (true, false) => true,
        (false, true) => false,
        _ => one <= other,
    }
}

/// A payment into TIM3's account.
pub fn is_deposit((from, to, _): &(Address, Address, U256)) -> bool {
    to == TIM3 && from != TIM3
}

/// A payment out of TIM3's account.
pub fn is_payout((from, to, _): &(Address, Address, U256)) -> bool {
    from == TIM3 && to != TIM3
}
