//! The successors of a global state by their fingerprints alone: nothing is built.

use stateright::actor::Actor;

use super::cache::Cache;
use super::network::Ignored;
use super::properties::Properties;
use super::state::Global;
use super::steps::{DELIVER, DROP, FRESH, KEEP, KEPT, OWN};
use super::store::{Sends, Step};
use super::system::ActorSystem;

impl<A, P, const N: usize, const W: usize> ActorSystem<A, P, N, W>
where
    A: Actor<Timer: Ord>,
    P: Properties<A>,
{
    /// Everything that may happen to one envelope in flight.
    #[inline]
    pub(super) fn envelope_steps(
        &self,
        state: &Global<N, W>,
        cache: &mut Cache<P::Summary, P::Tag>,
        (envelope, status): (usize, u8),
        push: &mut impl FnMut(u32, u64),
    ) {
        #[allow(clippy::cast_possible_truncation, reason = "ids are below 2^30")]
        let action = (envelope as u32) << 2;
        let less = self.less(status);
        let receiver = cache.envelopes[envelope].receiver;
        let local = state.locals.get(receiver).copied();
        let step = local.map(|local| self.message_step(cache, envelope, local));
        let values = &cache.envelopes[envelope].values;
        let without = state.fingerprint ^ value(values, status);
        let gone = without ^ value(values, less);
        if let Some(step) = step
            && (step.sends != Sends::IGNORED || self.network.ignored == Ignored::Consumed)
        {
            let taken = |action| self.take(state, action, cache).fingerprint;
            let effect = self.effect(state, cache, step, (envelope, less));
            let deliver = action | DELIVER;
            push(deliver, effect.map_or_else(|| taken(deliver), |effect| gone ^ effect));
            if status == FRESH && self.network.duplicates.allows(state.faults[0]) {
                let effect = self.effect(state, cache, step, (envelope, KEPT));
                let kept = without ^ value(values, KEPT) ^ self.counted(state, 0);
                let keep = action | KEEP;
                push(keep, effect.map_or_else(|| taken(keep), |effect| kept ^ effect));
            }
        }
        if self.network.losses.allows(state.faults[1]) {
            push(action | DROP, gone ^ self.counted(state, 1));
        }
    }

    /// What a step does to the fingerprint after the status of one envelope has changed;
    /// nothing if it sends several, of which some may be the same.
    #[inline]
    fn effect(
        &self,
        state: &Global<N, W>,
        cache: &Cache<P::Summary, P::Tag>,
        step: Step,
        (envelope, status): (usize, u8),
    ) -> Option<u64> {
        match step.sends {
            Sends::NOTHING | Sends::IGNORED => Some(step.delta),
            Sends(list) if list >= Sends::LISTS => None,
            Sends(sent) => {
                let sent = sent as usize;
                let before = if sent == envelope { status } else { state.status(sent) };
                let values = &cache.envelopes[sent].values;
                Some(step.delta ^ value(values, before) ^ value(values, self.more(before)))
            }
        }
    }

    /// Everything an actor may do on its own.
    #[inline]
    pub(super) fn own_steps(
        &self,
        state: &Global<N, W>,
        cache: &mut Cache<P::Summary, P::Tag>,
        actor: usize,
        push: &mut impl FnMut(u32, u64),
    ) {
        let entry = cache.locals[actor][state.locals[actor] as usize];
        for event in entry.first_event..entry.first_event + entry.events {
            let mut step = cache.own_steps[event as usize];
            if step.sends == Sends::UNKNOWN {
                step = self.learn_own(cache, event);
            }
            if step.sends != Sends::IGNORED {
                let action = event << 2 | OWN;
                let effect = self.effect(state, cache, step, (usize::MAX, 0));
                let taken = || self.take(state, action, cache).fingerprint;
                push(action, effect.map_or_else(taken, |effect| state.fingerprint ^ effect));
            }
        }
    }
}

/// The share of an envelope in the fingerprint; a status takes two bits.
#[inline]
fn value(values: &[u64; 4], status: u8) -> u64 {
    values[usize::from(status & 3)]
}
