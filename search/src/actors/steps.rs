//! The successors of a global state: look-ups, a few words changed, nothing rehashed.

use std::sync::atomic::Ordering;

use stateright::actor::Actor;

use super::cache::Cache;
use super::network::{Delivery, Ignored};
use super::properties::Properties;
use super::state::Global;
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
    fn message_step(
        &self,
        cache: &mut Cache<P::Summary, P::Tag>,
        envelope: usize,
        local: u32,
    ) -> Step {
        match cache.envelopes[envelope].steps.get(local as usize) {
            Some(step) if step.sends != Sends::UNKNOWN => *step,
            _ => self.learn_message(cache, envelope, local),
        }
    }

    #[cold]
    fn learn_message(
        &self,
        cache: &mut Cache<P::Summary, P::Tag>,
        envelope: usize,
        local: u32,
    ) -> Step {
        let step = self.learn(cache, |store| {
            store.message_step(&self.actors, &self.properties, small(envelope), local)
        });
        cache.remember(envelope, local, step);
        step
    }

    #[cold]
    fn learn_own(&self, cache: &mut Cache<P::Summary, P::Tag>, event: u32) -> Step {
        let step = self.learn(cache, |store| store.own_step(&self.actors, &self.properties, event));
        cache.own_steps[event as usize] = step;
        step
    }

    /// Asks the store for a step; an error ends the search and stands for nothing done.
    fn learn(
        &self,
        cache: &mut Cache<P::Summary, P::Tag>,
        ask: impl FnOnce(&mut Store<A, P>) -> Result<Step, String>,
    ) -> Step {
        let mut shared = self.shared();
        let step = ask(&mut shared.store).unwrap_or_else(|failure| {
            shared.failure.get_or_insert(failure);
            Step { sends: Sends::IGNORED, ..Step::UNKNOWN }
        });
        self.version.fetch_add(1, Ordering::Release);
        self.sync(&shared, cache);
        step
    }

    /// Applies a step of `actor` to a state.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "a call would put the state into memory")]
    fn apply(
        &self,
        cache: &Cache<P::Summary, P::Tag>,
        next: &mut Global<N, W>,
        actor: usize,
        step: Step,
    ) {
        if step.sends == Sends::IGNORED {
            return;
        }
        next.set_local(actor, step.local, step.delta);
        if step.sends.0 < Sends::LISTS {
            self.send(cache, next, step.sends.0);
        } else if step.sends != Sends::NOTHING {
            for envelope in &cache.lists[(step.sends.0 - Sends::LISTS) as usize] {
                self.send(cache, next, *envelope);
            }
        }
    }

    #[inline]
    fn send(&self, cache: &Cache<P::Summary, P::Tag>, next: &mut Global<N, W>, envelope: u32) {
        let envelope = envelope as usize;
        let status = next.status(envelope);
        let to = match self.network.delivery {
            Delivery::Set => FRESH,
            Delivery::Multiset if status < 3 => status + 1,
            Delivery::Multiset => return self.too_many(),
        };
        next.set(envelope, status, to, &cache.envelopes[envelope].values);
    }

    #[cold]
    fn too_many(&self) {
        let text = "more than three copies of one envelope in flight, which two bits cannot count";
        self.shared().failure.get_or_insert(text.to_owned());
    }

    /// Everything that may happen to one envelope in flight.
    #[inline]
    pub(super) fn envelope_steps(
        &self,
        state: &Global<N, W>,
        cache: &mut Cache<P::Summary, P::Tag>,
        (envelope, status): (usize, u8),
        push: &mut impl FnMut(u32, Global<N, W>),
    ) {
        #[allow(clippy::cast_possible_truncation, reason = "ids are below 2^30")]
        let action = (envelope as u32) << 2;
        let receiver = cache.envelopes[envelope].receiver;
        let less = match self.network.delivery {
            Delivery::Set => ABSENT,
            Delivery::Multiset => status - 1,
        };
        if receiver < N {
            let step = self.message_step(cache, envelope, state.locals[receiver]);
            let ignored = step.sends == Sends::IGNORED;
            if !ignored || self.network.ignored == Ignored::Consumed {
                let values = &cache.envelopes[envelope].values;
                let mut next = *state;
                next.set(envelope, status, less, values);
                self.apply(cache, &mut next, receiver, step);
                push(action | DELIVER, next);
                if status == FRESH && self.network.duplicates.allows(state.faults[0]) {
                    let mut next = self.count(*state, 0);
                    next.set(envelope, status, KEPT, values);
                    self.apply(cache, &mut next, receiver, step);
                    push(action | KEEP, next);
                }
            }
        }
        if self.network.losses.allows(state.faults[1]) {
            let mut next = self.count(*state, 1);
            next.set(envelope, status, less, &cache.envelopes[envelope].values);
            push(action | DROP, next);
        }
    }

    /// Counts a duplicate (0) or loss (1) if such faults are counted.
    #[inline]
    fn count(&self, mut state: Global<N, W>, kind: usize) -> Global<N, W> {
        let faults = [self.network.duplicates, self.network.losses][kind];
        if faults.counted() {
            state.fingerprint ^= fault_value(kind, state.faults[kind]);
            state.faults[kind] += 1;
            state.fingerprint ^= fault_value(kind, state.faults[kind]);
        }
        state
    }

    /// Everything an actor may do on its own.
    #[inline]
    pub(super) fn own_steps(
        &self,
        state: &Global<N, W>,
        cache: &mut Cache<P::Summary, P::Tag>,
        actor: usize,
        push: &mut impl FnMut(u32, Global<N, W>),
    ) {
        let entry = cache.locals[actor][state.locals[actor] as usize];
        for event in entry.first_event..entry.first_event + entry.events {
            let mut step = cache.own_steps[event as usize];
            if step.sends == Sends::UNKNOWN {
                step = self.learn_own(cache, event);
            }
            if step.sends != Sends::IGNORED {
                let mut next = *state;
                self.apply(cache, &mut next, actor, step);
                push(event << 2 | OWN, next);
            }
        }
    }
}

/// The share of counted faults in the fingerprint.
#[inline]
pub(super) fn fault_value(kind: usize, count: u8) -> u64 {
    let seed = (kind as u64 + 1) << 8 | u64::from(count);
    let mixed = (seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 29).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 32
}
