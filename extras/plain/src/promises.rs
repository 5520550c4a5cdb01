//! What the swap promises.

use crate::contract::{Address, Flaws};
use crate::history::History;
use crate::ledger::{self, Ledger};
use crate::sights::Sight;
use model::books::Books;
use model::exact::Exact;
use model::lua::Number;
use model::message::TIM3;
use ruint::aliases::U256;

/// All that a promise may look at.
pub struct View<'a> {
    /// USDA's balances.
    pub ledger: &'a Ledger,
    /// USDA that existed at first.
    pub issued: U256,
    /// What the contract says.
    pub books: &'a Books,
    /// What is wrong with the state.
    pub flaws: Flaws,
    /// What truly happened.
    pub history: &'a History,
    /// Who is honest.
    pub honest: &'a [Address],
}

/// Where a promise must be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// In every world.
    Always,
    /// Where nothing is on its way, and the network did nothing wrong.
    AtRest,
    /// From every world some way leads to one where it is, with no further fault.
    SomeDay,
}

pub struct Promise {
    /// Its name, as the main engine calls it.
    pub name: &'static str,
    /// Where it must be kept.
    pub when: When,
    pub is_kept: fn(&View<'_>) -> bool,
    /// What must be seen for "holds" to mean anything.
    pub needs: &'static [Sight],
}

macro_rules! promises {
    ($($when:ident $name:literal $is_kept:expr, [$($need:ident),*];)+) => {
        &[$(Promise {
            name: $name,
            when: When::$when,
            is_kept: $is_kept,
            needs: &[$(Sight::$need),*],
        }),+]
    };
}

/// What is asked of every contract.
pub const ALL: &[Promise] = promises![
    Always "supply-equals-collateral" |it| equal(it.books.total_supply, &Exact::from(it.books.usda_collateral)), [Mint, Burn];
    Always "supply-equals-balances" |it| equal(it.books.total_supply, &sum(balances(it))), [Mint, Burn];
    Always "fully-backed" is_backed, [Mint, Payout];
    Always "no-double-mint" |it| it.history.deposits.values().all(|deposit| deposit.mints <= 1), [Mint];
    Always "no-mint-without-deposit" |it| !it.history.made_of_nothing, [Mint];
    Always "no-release-without-burn" |it| orders(it).all(|(ordered, burned)| ordered.at_most(&burned)), [Burn];
    Always "no-double-release" |it| it.history.releases.values().all(|release| release.payments <= 1), [Payout];
    Always "mint-one-to-one" is_minted_one_to_one, [Mint];
    AtRest "redeem-one-to-one" |it| orders(it).all(|(ordered, burned)| ordered.equals(&burned)), [Burn, RoundTrip];
    Always "usda-conserved" |it| sum(it.ledger.values().map(|own| Exact::from(*own))).equals(&it.issued.into()), [Deposit];
    Always "only-holder-lowers" |it| it.history.robbed.is_empty(), [Burn];
    Always "balances-whole" is_whole, [Mint, Burn];
    Always "burns-burn" |it| !it.history.lost_burn, [Mint];
    Always "transfers-arrive" |it| !it.history.lost_transfer, [Mint, Transfer];
    Always "refusals-answered" |it| !it.history.left_unanswered, [RefusedBurn];
    Always "notices-true" |it| !it.history.told_falsely, [Mint];
    SomeDay "deposits-creditable" are_deposits_settled, [Deposit];
    SomeDay "holders-can-exit" are_all_out, [Mint];
    AtRest "deposits-minted-at-rest" are_deposits_settled, [Deposit];
    AtRest "burns-paid-at-rest" |it| it.honest.iter().all(|name| is_paid(it, name)), [Payout];
];

/// What is asked of Lua files besides.
pub const OF_LUA: &[Promise] = promises![
    Always "handlers-finish" |it| !it.flaws.unfinished, [];
    Always "books-readable" |it| !it.flaws.unreadable, [];
];

fn sum(amounts: impl Iterator<Item = Exact>) -> Exact {
    amounts.fold(Exact::ZERO, |sum, amount| sum + amount)
}

fn equal(number: Number, amount: &Exact) -> bool {
    Exact::from(number).equals(amount)
}

fn balances(it: &View<'_>) -> impl Iterator<Item = Exact> {
    it.books.balances.values().map(|balance| Exact::from(*balance))
}

/// What USDA holds for TIM3 covers all that holders have, and all that was burned, or goes back, and
/// is not paid. An account below zero backs nobody.
fn is_backed(it: &View<'_>) -> bool {
    let balances = sum(balances(it).filter(|balance| !balance.is_negative()));
    let owed = sum(it.history.burned.keys().map(|holder| it.history.owed_to(holder)));
    (balances + owed).at_most(&ledger::balance(it.ledger, TIM3).into())
}

fn is_minted_one_to_one(it: &View<'_>) -> bool {
    it.history.deposits.values().all(|deposit| {
        let due = sum((0..deposit.mints).map(|_| Exact::from(deposit.amount)));
        deposit.minted.equals(&due)
    })
}

/// What was ordered for each holder, except for refunds, and what that holder burned.
fn orders(it: &View<'_>) -> impl Iterator<Item = (Exact, Exact)> {
    let History { burned, .. } = it.history;
    burned.keys().map(|holder| {
        let (burned, ordered) = it.history.burned_and_ordered(holder);
        (ordered, burned)
    })
}

fn is_whole(it: &View<'_>) -> bool {
    let totals = [it.books.total_supply, it.books.usda_collateral];
    let mut all = it.books.balances.values().chain(&totals);
    all.all(|number| number.is_integer() && !number.is_negative())
}

/// Every plain deposit is minted for, or one of as many as were sent back.
fn are_deposits_settled(it: &View<'_>) -> bool {
    let waiting = || it.history.deposits.values().filter(|it| it.is_plain && it.mints == 0);
    waiting().all(|one| {
        let alike = waiting().filter(|it| it.by == one.by && it.amount == one.amount);
        alike.count() <= it.history.refunds_of(&one.by, one.amount)
    })
}

fn is_paid(it: &View<'_>, holder: &str) -> bool {
    it.history.owed_to(holder).at_most(&Exact::ZERO)
}

/// Honest users hold nothing, are owed nothing, and nothing was taken from them.
fn are_all_out(it: &View<'_>) -> bool {
    it.honest.iter().all(|name| {
        let has_nothing = Exact::from(it.books.balance(name)).at_most(&Exact::ZERO);
        has_nothing && is_paid(it, name) && !it.history.robbed.contains(name)
    })
}
