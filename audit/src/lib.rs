//! Judges what really happened: logs of AO processes, replayed through the page of a system.
//!
//! Modules, in reading order: what every form of log comes down to ([`entry`]), the forms (`su`,
//! `node`, [`results`]) and how JSON is read ([`json`]), the log of one process ([`schedule`]) and
//! its hash chain (`chain`), all [`files`] together; which process of the page each log belongs to
//! ([`names`]) and what a token held before ([`opening`]); what happened to each entry of an outbox
//! ([`join`]), one order of everything (`order`), the replay (`run`), whether its result is what was
//! recorded ([`compare`]), how each promise stands (`judge`), what faults cost ([`money`]), and
//! the report of all that ([`report`]).
//!
//! It opens no file and no connection: it gets what is in the files.

mod chain;
mod changed;
pub mod compare;
pub mod entry;
pub mod files;
pub mod join;
pub mod json;
mod judge;
pub mod money;
pub mod names;
mod node;
pub mod opening;
mod order;
pub mod report;
pub mod results;
mod run;
pub mod schedule;
mod su;
mod versions;
mod whole;

pub use files::{File, Log};
pub use json::LogError;
pub use names::Asked;
pub use report::Audit;
pub use whole::audit;
