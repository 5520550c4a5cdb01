//! What reductions have to be told about the actors.

use stateright::actor::{Actor, Envelope};

use super::group::Permutation;
use crate::actors::local::Local;

/// Claims about actors that make reductions possible. Each one is needed for one of them.
///
/// None is assumed: what a claim says about steps is checked on every step that is
/// memoised, and what it says about properties at every state that is judged. Where one is
/// wrong the search ends with [`Reason::Failure`](crate::Reason::Failure).
pub trait Claims<A: Actor>: Sync {
    /// Whether an envelope in flight is dead: its receiver in this state will ignore it,
    /// whatever happens, and no property cares whether it is still in flight.
    ///
    /// "Ignore" is meant as by the handler: it neither asks for a mutable state nor sends.
    fn is_dead(&self, _actor: usize, _state: &A::State, _envelope: &Envelope<A::Msg>) -> bool {
        false
    }

    /// What an actor keeps, with everything in it that refers to actors permuted. The actor
    /// itself takes the place `permutation.of(actor)`.
    fn permuted(&self, _permutation: &Permutation, _actor: usize, local: &Local<A>) -> Local<A> {
        local.clone()
    }

    /// A message with everything in it that refers to actors permuted. Its sender and its
    /// receiver are permuted anyway.
    fn permuted_message(&self, _permutation: &Permutation, message: &A::Msg) -> A::Msg {
        message.clone()
    }

    /// Whether no property cares if this envelope is in flight. Asked of what sources send.
    fn is_neutral(&self, _envelope: &Envelope<A::Msg>) -> bool {
        false
    }
}
