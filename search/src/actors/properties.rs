//! What is judged of an actor system.

use stateright::actor::{Actor, Envelope};

use super::share::Share;

/// Properties, split into what is read once per local state or envelope and what is left to
/// do for each global state: a few integer operations.
pub trait Properties<A: Actor>: Sync {
    /// What the properties need to know of one actor.
    type Summary: Copy + Send + Sync;
    /// What they need to know of one message in flight.
    type Tag: Copy + Send + Sync;
    /// What states are known by: `u64`, or [`Fingerprint`](crate::Fingerprint) where somebody
    /// else decides what the states are.
    type Share: Share<Self>;

    /// How many there are, at most 64.
    fn count(&self) -> usize;

    /// Read once for every distinct local state of an actor.
    fn summary(&self, actor: usize, state: &A::State) -> Self::Summary;

    /// Read once for every distinct envelope.
    fn tag(&self, envelope: &Envelope<A::Msg>) -> Self::Tag;

    /// The properties that fire: bit `i` for property `i`. With each message in flight comes
    /// its status: 1 fresh or 2 kept in a set, the number of copies in a multiset.
    fn judge(
        &self,
        actors: impl Fn(usize) -> Self::Summary,
        in_flight: impl Iterator<Item = (Self::Tag, u8)>,
    ) -> u64;

    /// Whether a message can arrive a second time, where the network repeats messages. Read once
    /// for every distinct envelope.
    fn may_repeat(&self, _envelope: &Envelope<A::Msg>) -> bool {
        true
    }

    /// Why the properties or the handlers can no longer answer truthfully, if so; the search
    /// then stops.
    fn failure(&self) -> Option<String> {
        None
    }
}

/// Nothing is judged; states are only counted.
impl<A: Actor> Properties<A> for () {
    type Summary = ();
    type Tag = ();
    type Share = u64;

    fn count(&self) -> usize {
        0
    }

    fn summary(&self, _actor: usize, _state: &A::State) {}

    fn tag(&self, _envelope: &Envelope<A::Msg>) {}

    fn judge(&self, _: impl Fn(usize), _: impl Iterator<Item = ((), u8)>) -> u64 {
        0
    }
}
