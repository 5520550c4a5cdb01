//! What truly happened, whatever the contract says.

use crate::contract::Address;
use crate::ledger::{self, Answer};
use crate::refunds::signer;
use model::books::Books;
use model::exact::Exact;
use model::identity::Identity;
use model::lua::Number;
use model::message::{BURN, Message, TIM3, USDA, tag};
use ruint::aliases::U256;
use std::collections::{BTreeMap, BTreeSet};

/// A payment into TIM3's account that USDA announced.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Deposit {
    /// Who paid.
    pub by: Address,
    /// How much USDA moved, base units.
    pub amount: U256,
    /// Whether the amount was plainly written.
    pub is_plain: bool,
    /// How often TIM3 was minted for it.
    pub mints: u8,
    /// How much TIM3, altogether.
    pub minted: Exact,
}

/// A payment that TIM3 asked USDA for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Release {
    pub to: Address,
    /// Whose burn it pays: theirs, or that of a holder who named them.
    pub of: Address,
    /// How much, as USDA reads it.
    pub amount: U256,
    /// How often USDA paid it.
    pub payments: u8,
}

/// The record of one run.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct History {
    /// By the name of the Credit-Notice.
    pub deposits: BTreeMap<Identity, Deposit>,
    /// By the name of the Transfer that asks for it.
    pub releases: BTreeMap<Identity, Release>,
    /// TIM3 that holders destroyed.
    pub burned: BTreeMap<Address, Exact>,
    /// USDA that TIM3 asked to be paid.
    pub ordered: BTreeMap<Address, Exact>,
    /// Whether TIM3 came into being with no deposit behind it.
    pub made_of_nothing: bool,
    /// Whose balances fell without their request.
    pub robbed: BTreeSet<Address>,
    /// Whether a transfer that was covered did not arrive.
    pub lost_transfer: bool,
    /// Whether a burn that was covered did not destroy just that.
    pub lost_burn: bool,
    /// Whether a request changed nothing and was not answered.
    pub left_unanswered: bool,
    /// Whether a notice said what did not happen.
    pub told_falsely: bool,
    /// The messages that have lowered a balance.
    pub obeyed: BTreeSet<Identity>,
}

/// Decimal digits without leading zero, at most 15 of them: what all read alike.
pub fn is_plain(quantity: &str) -> bool {
    let digits = quantity.as_bytes();
    (1..=15).contains(&digits.len()) && digits[0] != b'0' && digits.iter().all(u8::is_ascii_digit)
}

/// Whether this message asks USDA to pay somebody out of TIM3's account, and USDA can read it.
pub fn is_release(message: &Message) -> bool {
    message.from == TIM3
        && message.target == USDA
        && message.action() == "Transfer"
        && message.tags.last(tag::RECIPIENT) != Some(TIM3)
        && !message.fails_to_decode()
}

impl History {
    /// After USDA evaluated `message` and sent these.
    pub fn at_usda(&mut self, message: &Message, answer: &Answer, sent: &[Message]) {
        let Some(moved) = &answer.moved else { return };
        if ledger::is_payout(moved)
            && let Some(release) = self.releases.get_mut(&message.identity)
        {
            release.payments += 1;
        }
        let is_notice = |one: &&Message| one.target == TIM3 && one.action() == "Credit-Notice";
        if ledger::is_deposit(moved)
            && let Some(notice) = sent.iter().find(is_notice)
        {
            let written = message.tags.last(tag::QUANTITY).unwrap_or_default();
            let deposit = Deposit {
                by: moved.0.clone(),
                amount: moved.2,
                is_plain: is_plain(written),
                mints: 0,
                minted: Exact::ZERO,
            };
            self.deposits.insert(notice.identity.clone(), deposit);
        }
    }

    /// After TIM3 evaluated `message` for the `nth` time, from 0: its books before and after, and
    /// what it sent. Says whether it refused a plain burn, with an answer.
    pub fn at_tim3(
        &mut self,
        (message, nth): (&Message, u8),
        (before, after): (&Books, &Books),
        sent: &[Message],
    ) -> bool {
        let changes = changes(before, after);
        self.note_mint_and_burn(message, &changes);
        self.note_falls(message, nth, &changes);
        let has_burned = changes.get(&message.from).is_some_and(Exact::is_negative);
        for release in sent.iter().filter(|sent| is_release(sent)) {
            self.note_order(release, Some(message).filter(|_| has_burned));
        }
        self.told_falsely |= is_told_falsely(message, &changes, sent);
        if nth > 0 {
            return false;
        }
        // Who gives it another Id may be taken for somebody who asks again.
        let is_own = message.is_of_user() && !message.has_false_id();
        let is_request = message.action() == "Transfer" && is_own;
        // Who asks for the answer elsewhere is answered there.
        let elsewhere = message.tags.last(tag::REPLY_TO);
        let is_answered = sent.iter().any(|answer| {
            answer.target == message.from || elsewhere == Some(answer.target.as_str())
        });
        self.left_unanswered |= is_request && before == after && !is_answered;
        let asked = message.tags.first(tag::QUANTITY).unwrap_or_default();
        let recipient = message.tags.first(tag::RECIPIENT).unwrap_or_default();
        let amount = Number::parse(asked).filter(|_| is_plain(asked));
        let is_bare = is_request && message.target == TIM3 && !has_more_tags(message);
        let Some(amount) = amount.filter(|_| is_bare) else { return false };
        if recipient.is_empty() || !amount.less_or_equal(before.balance(&message.from)) {
            return false;
        }
        let amount = Exact::from(amount);
        let change = |of: &str| changes.get(of).cloned().unwrap_or(Exact::ZERO);
        let paid = change(&message.from) == -amount.clone();
        if recipient == BURN {
            let is_refused = changes.is_empty() && is_answered;
            self.lost_burn |= !is_refused && (!paid || changes.len() != 1);
            return is_refused;
        }
        // Nobody gets back what a process of the system holds.
        let may_refuse = [TIM3, USDA].contains(&recipient);
        let moved_nothing = [&*message.from, recipient].iter().all(|of| change(of) == Exact::ZERO);
        let arrived = paid && change(recipient) == amount || may_refuse && moved_nothing;
        self.lost_transfer |= recipient != message.from && !arrived;
        false
    }

    /// A deposit stands behind what its own depositor is credited, or whom the depositor named in
    /// a tag that USDA forwards, and behind nothing else: when
    /// its notice is evaluated, or what USDA answers to what was asked for that. What
    /// the sender loses and nobody gains is burned; what is gained and nobody loses was made of
    /// nothing.
    fn note_mint_and_burn(&mut self, message: &Message, changes: &BTreeMap<Address, Exact>) {
        let own = message.identity.as_str();
        let gone_back = self.gone_back_among_own(signer(own));
        let is_behind = |notice: &Identity| {
            let rest = own.strip_prefix(notice.as_str());
            let is_answer = message.from == USDA;
            rest.is_some_and(|rest| rest.is_empty() || is_answer && rest.starts_with(['/', '~']))
        };
        let behind = self.deposits.iter_mut().filter(|(notice, _)| is_behind(notice));
        let deposit = behind.max_by_key(|(notice, _)| notice.as_str().len());
        let deposit = deposit.filter(|(notice, _)| !gone_back.contains(*notice)).map(|(_, it)| it);
        let depositor = deposit.as_ref().map(|deposit| deposit.by.clone());
        // Only who deposits writes what USDA forwards.
        let forwarded = message.tags.iter().filter(|(name, _)| name.starts_with("X-"));
        let named: Vec<&str> = forwarded.map(|(_, value)| value).collect();
        let is_for = |account: &Address| {
            let is_named = message.from == USDA && named.contains(&account.as_str());
            depositor.as_ref().is_some_and(|by| by == account || is_named)
        };
        let (mut gained, mut lost, mut lost_by_sender) = (Exact::ZERO, Exact::ZERO, Exact::ZERO);
        let mut credited = Exact::ZERO;
        for (account, change) in changes {
            if change.is_negative() && *account == message.from {
                lost_by_sender = -change.clone();
            } else if change.is_negative() {
                lost = lost - change.clone();
            } else if is_for(account) {
                credited = credited + change.clone();
            } else {
                gained = gained + change.clone();
            }
        }
        if let Some(deposit) = deposit
            && credited != Exact::ZERO
        {
            deposit.mints += 1;
            deposit.minted = deposit.minted.clone() + credited;
        }
        let destroyed = lost_by_sender - gained.clone();
        if destroyed.is_positive() {
            let burned = self.burned.entry(message.from.clone()).or_default();
            *burned = burned.clone() + destroyed;
            self.ordered.entry(message.from.clone()).or_default();
        } else if destroyed != Exact::ZERO && !lost.equals(&-destroyed) {
            self.made_of_nothing = true;
        }
    }

    /// A message may lower the balance of its sender, once, by no more than it asks.
    fn note_falls(&mut self, message: &Message, nth: u8, changes: &BTreeMap<Address, Exact>) {
        let asked = message.tags.first(tag::QUANTITY).and_then(Number::parse);
        let asked = asked.map_or(Exact::ZERO, Exact::from);
        let was_obeyed = nth > 0 && self.obeyed.contains(&message.identity);
        for (account, change) in changes.iter().filter(|(_, change)| change.is_negative()) {
            let is_asked = *account == message.from && (-change.clone()).at_most(&asked);
            if !is_asked || was_obeyed {
                self.robbed.insert(account.clone());
            }
            self.obeyed.insert(message.identity.clone());
        }
    }

    /// A burn may name who is to be paid for it, by another tag than Recipient.
    fn note_order(&mut self, release: &Message, burn: Option<&Message>) {
        let to = Address::from(release.tags.last(tag::RECIPIENT).unwrap_or_default());
        let written = release.tags.last(tag::QUANTITY).unwrap_or_default();
        let amount = ledger::payable(written).unwrap_or_default();
        let is_name = |(name, value): (&str, &str)| name != tag::RECIPIENT && value == to.as_str();
        let names_them = |burn: &&Message| burn.tags.iter().any(is_name);
        let of = burn.filter(names_them).map_or_else(|| to.clone(), |burn| burn.from.clone());
        let ordered = self.ordered.entry(of.clone()).or_default();
        *ordered = ordered.clone() + amount.into();
        self.burned.entry(of.clone()).or_default();
        self.releases.insert(release.identity.clone(), Release { to, of, amount, payments: 0 });
    }

    /// What somebody burned, or gets back, and is not yet paid: what was not ordered, and what was
    /// not paid.
    pub fn owed_to(&self, holder: &str) -> Exact {
        let (burned, ordered) = self.burned_and_ordered(holder);
        let not_ordered = burned - ordered;
        let not_ordered = if not_ordered.is_positive() { not_ordered } else { Exact::ZERO };
        let unpaid = self.releases.values().filter(|it| it.of == holder && it.payments == 0);
        unpaid.fold(not_ordered, |sum, release| sum + release.amount.into())
    }
}

/// Whether a Transfer has tags that it does not need, or one of them twice.
fn has_more_tags(message: &Message) -> bool {
    let mut left = vec![tag::ACTION, tag::RECIPIENT, tag::QUANTITY, tag::REFERENCE];
    message.tags.iter().any(|(name, _)| match left.iter().position(|own| *own == name) {
        Some(place) => {
            left.remove(place);
            false
        }
        None => true,
    })
}

/// Whether a notice to somebody other than USDA states a wrong amount, or names somebody who took
/// no part.
fn is_told_falsely(
    message: &Message,
    changes: &BTreeMap<Address, Exact>,
    sent: &[Message],
) -> bool {
    // What accounts that are told anything got, less what they are told; and how often they are.
    let mut untold = BTreeMap::new();
    let is_to_himself = message.tags.first(tag::RECIPIENT) == Some(message.from.as_str());
    let asked = told_amount(message.tags.last(tag::QUANTITY).unwrap_or_default());
    for notice in sent.iter().filter(|sent| sent.target != USDA) {
        let last = |name| notice.tags.last(name);
        let written = last(tag::QUANTITY).unwrap_or_default();
        let amount = told_amount(written);
        let (amount, is_known) = match notice.action() {
            "Credit-Notice" => {
                (-amount, last(tag::SENDER).is_none_or(|it| gave(it, message, changes)))
            }
            "Debit-Notice" => {
                (amount, last(tag::RECIPIENT).is_none_or(|it| got(it, message, changes)))
            }
            _ => continue,
        };
        let names = [tag::QUANTITY, tag::SENDER, tag::RECIPIENT];
        let is_twofold = names.into_iter().any(|name| notice.tags.first(name) != last(name));
        let about = account_told_of(notice, message);
        let own = (is_to_himself && *about == message.from).then(|| asked.clone());
        let told = size(&amount);
        let is_too_much =
            told.is_positive() && !changes.values().chain(&own).any(|it| told.at_most(&size(it)));
        if !is_known || is_twofold || is_too_much || written.contains(|c: char| !c.is_ascii_digit())
        {
            return true;
        }
        let got = || (changes.get(about).cloned().unwrap_or(Exact::ZERO), 0);
        let (rest, times) = untold.entry(about).or_insert_with(got);
        (*rest, *times) = (rest.clone() + amount, *times + 1);
    }
    untold.iter().any(|(about, (rest, times))| {
        // He got as much as he gave, and may be told of one alone.
        let is_half = is_to_himself && **about == message.from && *times == 1;
        let is_all = is_half && changes.is_empty() && asked.at_most(&size(rest));
        !is_all && !rest.equals(&Exact::ZERO)
    })
}

fn size(amount: &Exact) -> Exact {
    if amount.is_negative() { -amount.clone() } else { amount.clone() }
}

/// The account that a notice is about: its target, or the sender of a message whose Reply-To is the
/// target.
fn account_told_of<'a>(notice: &'a Message, message: &'a Message) -> &'a Address {
    let elsewhere = message.tags.last(tag::REPLY_TO);
    let is_answer = notice.action() == "Debit-Notice" && elsewhere == Some(&notice.target);
    if is_answer { &message.from } else { &notice.target }
}

/// Whole numbers in decimal digits are what is written, others what Lua makes of them.
fn told_amount(written: &str) -> Exact {
    let is_whole = !written.starts_with('+');
    match written.parse::<i128>() {
        Ok(whole) if is_whole => Exact::Whole(whole),
        _ => Number::parse(written).map_or(Exact::ZERO, Exact::from),
    }
}

fn gave(name: &str, message: &Message, changes: &BTreeMap<Address, Exact>) -> bool {
    let announced = [message.tags.first(tag::SENDER), message.tags.last(tag::SENDER)];
    let is_announced = message.from == USDA && announced.contains(&Some(name));
    let has_less = changes.get(name).is_some_and(Exact::is_negative);
    is_announced || has_less || [TIM3, message.from.as_str()].contains(&name)
}

fn got(name: &str, message: &Message, changes: &BTreeMap<Address, Exact>) -> bool {
    let asked = [message.tags.first(tag::RECIPIENT), message.tags.last(tag::RECIPIENT)];
    let has_more = changes.get(name).is_some_and(Exact::is_positive);
    name == BURN || has_more || asked.contains(&Some(name))
}

/// By how much balances differ that do.
fn changes(before: &Books, after: &Books) -> BTreeMap<Address, Exact> {
    let accounts: BTreeSet<_> = before.balances.keys().chain(after.balances.keys()).collect();
    let differ = accounts.into_iter().filter(|it| before.balance(it) != after.balance(it));
    differ
        .map(|it| (it.clone(), Exact::from(after.balance(it)) - before.balance(it).into()))
        .collect()
}
