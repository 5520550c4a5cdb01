//! States written by hand, for the tests of the properties.

use crate::Property;
use model::exact::Exact;
use model::history::{Deposit, Redemption, Release};
use model::lua::Number;
use model::usda::Ledger;
use model::{
    Books, Bounds, History, Identity, Objection, Profile, Situation, Swap, TIM3, Variant, Wrong,
};
use ruint::aliases::U256;
use std::borrow::Cow;

/// A state with only those parts that a property reads.
pub(crate) struct Sample {
    ledger: Ledger,
    books: Books,
    history: History,
    at_rest: bool,
    issued: U256,
    objection: Option<Objection>,
}

impl Default for Sample {
    fn default() -> Self {
        Self {
            ledger: Ledger::new([]),
            books: Books::default(),
            history: History::default(),
            at_rest: true,
            issued: U256::ZERO,
            objection: None,
        }
    }
}

impl Sample {
    pub(crate) fn held(mut self, usda: u64) -> Self {
        self.ledger = Ledger::new([(TIM3.into(), U256::from(usda))]);
        self
    }

    pub(crate) fn issued(mut self, usda: u64) -> Self {
        self.issued = U256::from(usda);
        self
    }

    pub(crate) fn books(mut self, balances: &[(&str, i64)], supply: i64, collateral: i64) -> Self {
        let number = |(account, n): &(&str, i64)| ((*account).into(), Number::from(*n));
        self.books = Books {
            balances: balances.iter().map(number).collect(),
            total_supply: supply.into(),
            usda_collateral: collateral.into(),
        };
        self
    }

    pub(crate) fn balance(mut self, account: &str, number: Number) -> Self {
        self.books.balances.insert(account.into(), number);
        self
    }

    pub(crate) fn deposited(mut self, by: &str, amount: u64, (mints, minted): (u8, i128)) -> Self {
        let amount = U256::from(amount);
        let minted = Exact::Whole(minted);
        let deposit = Deposit { by: by.into(), amount, plain: true, mints, minted };
        self.history.deposits.insert(Identity::named("alice.deposit.1/1"), deposit);
        self
    }

    pub(crate) fn redeemed(
        mut self,
        holder: &str,
        (burned, ordered, paid): (i128, i128, i128),
    ) -> Self {
        let redemption =
            Redemption { burned: Exact::Whole(burned), ordered: Exact::Whole(ordered) };
        self.history.redemptions.insert(holder.into(), redemption);
        if ordered > 0 {
            let amount = U256::from(u64::try_from(ordered).expect("a small amount"));
            let payments = u8::from(paid >= ordered);
            let release = release_to(holder, amount, payments);
            self.history.releases.insert(Identity::named("a.burn.1/0"), release);
        }
        self
    }

    pub(crate) fn paid(mut self, release: &'static str, times: u8) -> Self {
        let paid = release_to("alice", U256::from(10), times);
        self.history.releases.insert(Identity::named(release), paid);
        self
    }

    /// An order of this for alice, on account of her deposit.
    pub(crate) fn refunded(mut self, order: &'static str, amount: u64) -> Self {
        let amount = U256::from(amount);
        let redemption = self.history.redemptions.entry("alice".into()).or_default();
        redemption.ordered = redemption.ordered.clone() + amount.into();
        let order_of = release_to("alice", amount, 0);
        self.history.releases.insert(Identity::named(order), order_of);
        self
    }

    pub(crate) fn unfounded(mut self, message: &'static str, minted: i128) -> Self {
        self.history.unfounded.insert(Identity::named(message), Exact::Whole(minted));
        self
    }

    pub(crate) fn taken(mut self, account: &str, amount: i128) -> Self {
        let by = Identity::named("mallory.transfer.1");
        self.history.takings.insert((by, account.into()), Exact::Whole(amount));
        self
    }

    pub(crate) fn given(mut self, amount: i128) -> Self {
        self.history.given = Exact::Whole(amount);
        self
    }

    pub(crate) fn owned(mut self, account: &str, usda: u64) -> Self {
        self.ledger.balances.insert(account.into(), U256::from(usda));
        self
    }

    pub(crate) fn lost_transfer(mut self, transfer: &'static str) -> Self {
        self.history.lost_transfers.insert(Identity::named(transfer));
        self
    }

    pub(crate) fn lost_burn(mut self, burn: &'static str) -> Self {
        self.history.lost_burns.insert(Identity::named(burn));
        self
    }

    pub(crate) fn unanswered(mut self, request: &'static str) -> Self {
        self.history.unanswered.insert(Identity::named(request));
        self
    }

    pub(crate) fn told_falsely(mut self, message: &'static str) -> Self {
        self.history.false_notices.insert(Identity::named(message));
        self
    }

    pub(crate) fn objected(mut self, kind: Wrong) -> Self {
        self.objection = Some(Objection::new(kind, "as it happened"));
        self
    }

    pub(crate) fn in_flight(mut self) -> Self {
        self.at_rest = false;
        self
    }

    /// Fails unless the property holds here.
    pub(crate) fn satisfies(&self, property: &Property) {
        assert_eq!(self.judge(property), Ok(()));
    }

    /// Fails unless the property is broken here, and says so with a value of that name.
    pub(crate) fn breaks(&self, property: &Property, value: &str) {
        let breach = self.judge(property).expect_err("the property holds in this state");
        let named = breach.values.iter().any(|(name, _)| name.contains(value));
        assert!(named, "`{breach}` does not name `{value}`");
    }

    fn judge(&self, property: &Property) -> Result<(), crate::Breach> {
        let swap = Swap::new(
            Variant::Hardened,
            Variant::Hardened.usda(),
            Profile::ALL[0],
            Bounds::default(),
        );
        property.judge(&Situation {
            ledger: &self.ledger,
            books: Cow::Borrowed(&self.books),
            history: &self.history,
            at_rest: self.at_rest,
            network_fault: false,
            usda_issued: self.issued,
            wallets: &swap.wallets,
            objection: self.objection.as_ref(),
        })
    }
}

fn release_to(holder: &str, amount: U256, payments: u8) -> Release {
    Release { to: holder.into(), of: holder.into(), amount, payments }
}
