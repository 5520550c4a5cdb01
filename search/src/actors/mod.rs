//! Adaptor: systems of [`stateright::actor::Actor`]s, interned.
//!
//! Almost every step of an actor system repeats a step of some other global state. So every
//! distinct local state and every distinct envelope is stored once and has a small id, a
//! step is a look-up (actor's local id, envelope id) → (new local id, envelopes sent), and
//! the real handler runs once for each of these. A global state is a few ids and bits; its
//! fingerprint is a XOR of content-derived shares; a step changes a few of them.
//!
//! Of stateright's actors all is covered that a handler can do but `Out::save`: crashes are not
//! modelled, and saving ends the search with a failure. Of its `ActorModel` the network is
//! replaced by [`Network`], which has no order, and where [`Ignored::Left`] asks for what
//! stateright does with messages that are ignored. There is no history and no boundary; what is
//! judged are [`Properties`] of actors and messages in flight. A multiset holds up to three
//! copies of a message, and a system of `W` words up to `32 * W` distinct envelopes in its whole
//! search; more of either is a failure that says so, never a wrong count.
//!
//! Modules, in reading order: what may happen to messages ([`network`]), what one actor
//! keeps and how its handlers run ([`local`]), what is judged ([`properties`]), what the parts
//! of a state add to its fingerprint ([`share`]), the global state ([`state`]), the shared
//! records (`store`), each thread's copy of them (`cache`), the system that is searched
//! ([`system`]), its `steps`, its `successors` and which of them need not be followed (`sleep`),
//! the same system with fewer states to search ([`reduction`]), and without any of this, as a
//! plain [`stateright::Model`] to compare with ([`plain`]), and as numbers for other tools
//! ([`tables`]).

mod cache;
pub mod local;
pub mod network;
pub mod plain;
pub mod properties;
pub mod reduction;
pub mod share;
mod sleep;
pub mod state;
mod steps;
mod store;
mod successors;
pub mod system;
pub mod tables;

pub use local::{Action, Local};
pub use network::{Delivery, Faults, Ignored, Network};
pub use plain::PlainActors;
pub use properties::Properties;
pub use reduction::{Claims, Group, Permutation, ReducedActors, Reductions};
pub use share::{Identify, Share};
pub use state::Global;
pub use system::ActorSystem;
pub use tables::Tables;
