//! A layered, exact and deterministic search of all states a system can reach.
//!
//! States are met in order of their cost (faults used), then of their depth (steps taken).
//! The first state at which a property fires is therefore a certified minimum: fewest
//! faults, then fewest steps, then what the system prefers, then smallest fingerprint. Counts, findings and paths are the
//! same with one thread or several.
//!
//! Two actors that count, on a network that may lose one message:
//!
//! ```
//! use std::borrow::Cow;
//!
//! use search::actors::{ActorSystem, Faults, Network, Properties};
//! use search::{Limits, Search};
//! use stateright::actor::{Actor, Envelope, Id, Out};
//!
//! #[derive(Clone)]
//! struct Player {
//!     serves: bool,
//! }
//!
//! impl Actor for Player {
//!     type Msg = u8;
//!     type State = u8;
//!     type Timer = ();
//!     type Random = ();
//!     type Storage = ();
//!
//!     fn on_start(&self, id: Id, _: &Option<()>, out: &mut Out<Self>) -> u8 {
//!         if self.serves {
//!             out.send(Id::from(1 - usize::from(id)), 1);
//!         }
//!         0
//!     }
//!
//!     fn on_msg(&self, _: Id, state: &mut Cow<u8>, from: Id, ball: u8, out: &mut Out<Self>) {
//!         *state.to_mut() = ball;
//!         if ball < 5 {
//!             out.send(from, ball + 1);
//!         }
//!     }
//! }
//!
//! /// Bit 0 is a witness, and fires where it is met; an invariant fires where it is violated.
//! struct Reached(u8);
//!
//! impl Properties<Player> for Reached {
//!     type Summary = u8;
//!     type Tag = ();
//!     type Share = u64;
//!
//!     fn count(&self) -> usize {
//!         1
//!     }
//!
//!     fn summary(&self, _actor: usize, state: &u8) -> u8 {
//!         *state
//!     }
//!
//!     fn tag(&self, _: &Envelope<u8>) {}
//!
//!     fn judge(&self, actors: impl Fn(usize) -> u8, _: impl Iterator<Item = ((), u8)>) -> u64 {
//!         u64::from((0..2).any(|actor| actors(actor) == self.0))
//!     }
//! }
//!
//! let players = vec![Player { serves: true }, Player { serves: false }];
//! let network = Network { losses: Faults::AtMost(1), ..Network::default() };
//! // Two actors, and one word: up to 32 distinct envelopes.
//! let system = ActorSystem::<_, _, 2, 1>::new(players, network, Reached(5))?;
//! let report = Search::new(&system, 1).run(&Limits::default(), &mut |_progress| ());
//! assert!(report.complete());
//! let finding = report.findings[0].as_ref().expect("five is reached");
//! assert_eq!((finding.cost, finding.depth), (0, 5));
//! assert_eq!(system.actions(&finding.path).len(), 5);
//! # Ok::<(), String>(())
//! ```
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

pub use limits::{Limits, Progress, Until, is_beyond, resident};
pub use model::ModelSystem;
pub use pages::prefetch;
pub use path::Path;
pub use report::{Cut, Finding, Layer, Reason, Report, collision_bound};
pub use search::Search;
pub use system::{Fingerprint, System, content_hash};
