//! A step of a global state: a look-up, a few words changed, nothing rehashed.

use std::sync::atomic::Ordering;

use stateright::actor::Actor;

use super::cache::Cache;
use super::network::Delivery;
use super::properties::Properties;
use super::state::{Global, Last};
use super::store::{Sends, Step, Store, small};
use super::system::ActorSystem;

/// What `Action` numbers mean: an envelope or event, and one of these in the lowest bits.
pub(super) const DELIVER: u32 = 0;
pub(super) const KEEP: u32 = 1;
pub(super) const DROP: u32 = 2;
pub(super) const OWN: u32 = 3;

/// Statuses of an envelope in a set.
pub(super) const ABSENT: u8 = 0;
pub(super) const FRESH: u8 = 1;
pub(super) const KEPT: u8 = 2;

impl<A, P, const N: usize, const W: usize> ActorSystem<A, P, N, W>
where
    A: Actor<Timer: Ord>,
    P: Properties<A>,
{
    #[inline]
    pub(super) fn message_step(
        &self,
        cache: &mut Cache<P::Summary, P::Tag, W, P::Share>,
        envelope: usize,
        local: u32,
    ) -> Step<P::Share> {
        match cache.envelopes[envelope].steps.get(local as usize) {
            Some(step) if step.sends != Sends::UNKNOWN => *step,
            _ => self.learn_message(cache, envelope, local),
        }
    }

    #[cold]
    fn learn_message(
        &self,
        cache: &mut Cache<P::Summary, P::Tag, W, P::Share>,
        envelope: usize,
        local: u32,
    ) -> Step<P::Share> {
        let step = self.learn(cache, |store| {
            store.message_step(&self.actors, &self.properties, small(envelope), local)
        });
        cache.remember(envelope, local, step);
        step
    }

    #[cold]
    pub(super) fn learn_own(
        &self,
        cache: &mut Cache<P::Summary, P::Tag, W, P::Share>,
        event: u32,
    ) -> Step<P::Share> {
        let step = self.learn(cache, |store| store.own_step(&self.actors, &self.properties, event));
        cache.own_steps[event as usize] = step;
        step
    }

    /// Asks the store for a step; an error ends the search and stands for nothing done.
    fn learn(
        &self,
        cache: &mut Cache<P::Summary, P::Tag, W, P::Share>,
        ask: impl FnOnce(&mut Store<A, P>) -> Result<Step<P::Share>, String>,
    ) -> Step<P::Share> {
        let mut shared = self.shared();
        let step = ask(&mut shared.store).unwrap_or_else(|failure| {
            shared.failure.get_or_insert(failure);
            Step { sends: Sends::IGNORED, ..Step::unknown() }
        });
        self.version.fetch_add(1, Ordering::Release);
        self.sync(&shared, cache);
        step
    }

    /// The state after an action that is possible.
    #[inline]
    pub(super) fn take(
        &self,
        state: &Global<N, W, P::Share>,
        action: u32,
        cache: &Cache<P::Summary, P::Tag, W, P::Share>,
    ) -> Global<N, W, P::Share> {
        let (id, kind) = ((action >> 2) as usize, action & 3);
        if kind == OWN {
            let mut next = *state;
            next.last.action = action;
            self.apply(cache, &mut next, cache.owners[id] as usize, cache.own_steps[id]);
            return next;
        }
        let mut next = match kind {
            KEEP => self.count(*state, 0),
            DROP => self.count(*state, 1),
            _ => *state,
        };
        let (status, entry) = (state.status(id), &cache.envelopes[id]);
        let to = if kind == KEEP { KEPT } else { self.less(status) };
        next.set(id, status, to, &entry.shares);
        next.last = Last { action, sends: Sends::NOTHING };
        if kind != DROP {
            let step = entry.steps[state.locals[entry.receiver] as usize];
            self.apply(cache, &mut next, entry.receiver, step);
        }
        next
    }

    /// The status of an envelope once it is taken from the network.
    #[inline]
    pub(super) fn less(&self, status: u8) -> u8 {
        match self.network.delivery {
            Delivery::Set => ABSENT,
            Delivery::Multiset => status - 1,
        }
    }

    /// The status of an envelope once it is sent again.
    #[inline]
    pub(super) fn more(&self, status: u8) -> u8 {
        match self.network.delivery {
            Delivery::Set => FRESH,
            Delivery::Multiset if status < 3 => status + 1,
            Delivery::Multiset => self.too_many(),
        }
    }

    #[cold]
    fn too_many(&self) -> u8 {
        let text = "more than three copies of one envelope in flight, which two bits cannot count";
        self.shared().failure.get_or_insert(text.to_owned());
        3
    }

    /// Applies a step of `actor` to a state.
    #[inline]
    fn apply(
        &self,
        cache: &Cache<P::Summary, P::Tag, W, P::Share>,
        next: &mut Global<N, W, P::Share>,
        actor: usize,
        step: Step<P::Share>,
    ) {
        next.last.sends = step.sends;
        if step.sends == Sends::IGNORED {
            return;
        }
        next.set_local(actor, step.local, step.delta);
        for envelope in step.sends.envelopes(&cache.lists) {
            let status = next.status(envelope);
            next.set(envelope, status, self.more(status), &cache.envelopes[envelope].shares);
        }
    }

    /// Counts a duplicate (0) or loss (1) if such faults are counted.
    #[inline]
    fn count(&self, mut state: Global<N, W, P::Share>, kind: usize) -> Global<N, W, P::Share> {
        let counted = self.counted(&state, kind);
        state.fingerprint ^= counted;
        state.faults[kind] += u8::from(counted != P::Share::default());
        state
    }

    /// What counting a duplicate (0) or loss (1) does to the fingerprint; nothing if such
    /// faults are not counted.
    #[inline]
    pub(super) fn counted(&self, state: &Global<N, W, P::Share>, kind: usize) -> P::Share {
        let faults = [self.network.duplicates, self.network.losses][kind];
        let count = usize::from(state.faults[kind]);
        let of = |count: usize| self.faults[kind][count & 255];
        if faults.counted() { of(count) ^ of(count + 1) } else { P::Share::default() }
    }
}
