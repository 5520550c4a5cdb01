//! What the swap promises: one file per property.
//!
//! A property is a sentence, a reason, and a pure function of one state that says which
//! conjunct is false with which values. It judges the true ledgers, through the history
//! that the model keeps, and the contract's word against them.
//!
//! To add one: a file beside the others, with a state that satisfies it and one that
//! breaks it, and its name in [`ALL`]. A test demands a variant that violates it.

mod property;
#[cfg(test)]
mod sample;
mod witness;

mod balances_whole;
mod books_readable;
mod burns_burn;
mod burns_paid_at_rest;
mod comes_to_rest;
mod conforms;
mod deposits_creditable;
mod deposits_minted_at_rest;
mod fully_backed;
mod handlers_deterministic;
mod handlers_finish;
mod holders_can_exit;
mod measures;
mod mint_one_to_one;
mod mutants;
mod new_version_loads;
mod no_double_mint;
mod no_double_release;
mod no_mint_without_deposit;
mod no_release_without_burn;
mod notices_true;
mod only_holder_lowers;
mod redeem_one_to_one;
mod refusals_answered;
mod supply_equals_balances;
mod supply_equals_collateral;
mod transfers_arrive;
mod usda_conserved;

pub use mutants::should_notice;
pub use property::{Breach, Judge, Measure, Predicate, Property};
pub use witness::Witness;

/// Every property, in the order of the report.
pub const ALL: [Property; 20] = [
    supply_equals_collateral::PROPERTY,
    supply_equals_balances::PROPERTY,
    fully_backed::PROPERTY,
    no_double_mint::PROPERTY,
    no_mint_without_deposit::PROPERTY,
    no_release_without_burn::PROPERTY,
    no_double_release::PROPERTY,
    mint_one_to_one::PROPERTY,
    redeem_one_to_one::PROPERTY,
    usda_conserved::PROPERTY,
    only_holder_lowers::PROPERTY,
    balances_whole::PROPERTY,
    burns_burn::PROPERTY,
    transfers_arrive::PROPERTY,
    refusals_answered::PROPERTY,
    notices_true::PROPERTY,
    deposits_creditable::PROPERTY,
    holders_can_exit::PROPERTY,
    deposits_minted_at_rest::PROPERTY,
    burns_paid_at_rest::PROPERTY,
];

/// What is asked of every Lua file besides.
pub const OF_LUA: [Property; 4] = [
    handlers_finish::PROPERTY,
    comes_to_rest::PROPERTY,
    books_readable::PROPERTY,
    handlers_deterministic::PROPERTY,
];

/// What is asked of a Lua file that is run beside its transcription.
pub const OF_TWINS: Property = conforms::PROPERTY;

/// What is asked of a contract that its owner may replace by a new version.
pub const OF_UPGRADES: Property = new_version_loads::PROPERTY;

/// What can be lost, as numbers: the largest within the bounds is the worst case.
pub const MEASURES: [Property; 3] = [measures::UNBACKED, measures::STUCK, measures::TAKEN];

/// The properties that apply only to Lua.
pub fn of_lua() -> impl Iterator<Item = Property> {
    OF_LUA.into_iter().chain([OF_TWINS, OF_UPGRADES])
}

/// The property or measure of this name or code.
pub fn named(name: &str) -> Option<Property> {
    let mut all = ALL.into_iter().chain(of_lua()).chain(MEASURES);
    all.find(|property| property.name == name || property.code == name)
}
