//! A second engine for the TIM3 swap.

pub mod contract;
pub mod faults;
pub mod history;
pub mod ledger;
pub mod lua;
pub mod people;
pub mod promises;
pub mod search;
pub mod sights;
pub mod world;
