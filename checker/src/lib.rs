//! Checks the TIM3 swap.
pub mod limits;
pub mod search;
mod way_out;
