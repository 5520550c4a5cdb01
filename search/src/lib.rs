//! A layered, exact and deterministic search of all states a system can reach.
//!
//! States are met in order of their cost (faults used), then of their depth (steps taken).
//! The first state at which a property fires is therefore a certified minimum: fewest
//! faults, then fewest steps, then smallest fingerprint. Counts, findings and paths are the
//! same with one thread or several.
//!
//! Modules, in reading order: what is searched ([`system`]), how long ([`limits`]), what
//! comes out ([`report`]), where visited states are kept (`pages`, [`table`], `visited`), what
//! waits (`frontier`), which findings are kept (`found`), how one layer is worked off (`layer`)
//! and where its successors go (`recent`, `sink`), the loop itself ([`search`]), how a path is
//! found again ([`path`]), and two adaptors: any [`stateright::Model`] ([`model`]) and interned
//! actors ([`actors`]).

pub mod actors;
mod found;
mod frontier;
mod layer;
pub mod limits;
pub mod model;
mod pages;
pub mod path;
mod recent;
pub mod report;
pub mod search;
mod sink;
mod sync;
pub mod system;
pub mod table;
mod visited;

pub use limits::{Limits, Progress, Until};
pub use model::ModelSystem;
pub use path::Path;
pub use report::{Cut, Finding, Layer, Reason, Report, collision_bound};
pub use search::Search;
pub use system::{System, content_hash};
