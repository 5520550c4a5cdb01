//! Real Lua in the search: what it must agree with, and whether disagreement is noticed.

#[path = "lua/alike.rs"]
mod alike;
#[path = "lua/searched.rs"]
mod searched;
#[path = "lua/styles.rs"]
mod styles;
#[path = "lua/twins.rs"]
mod twins;
