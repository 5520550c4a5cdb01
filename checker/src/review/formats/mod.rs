//! What a review says, for a terminal, a pull request, a browser, and for other tools.
//!
//! The [`words`] are shared; each schedule is [`told`] once.

pub(super) mod annotations;
mod html;
pub(crate) mod junit;
mod markdown;
mod mutation;
mod sarif;
pub(crate) mod syntax;
mod terminal;
#[cfg(test)]
mod tests;
mod told;
mod words;

pub(super) use html::html;
pub(super) use junit::junit;
pub(super) use markdown::markdown;
pub(super) use sarif::sarif;
pub(super) use terminal::terminal;
