//! The successors of a global state by their fingerprints alone: nothing is built.

use stateright::actor::Actor;

use super::cache::{Cache, EnvelopeEntry};
use super::network::Ignored;
use super::properties::Properties;
use super::sleep::{self, Asleep};
use super::state::{Global, in_word, members};
use super::steps::{DELIVER, DROP, KEEP, KEPT, OWN};
use super::store::{Sends, Step};
use super::system::ActorSystem;

impl<A, P, const N: usize, const W: usize> ActorSystem<A, P, N, W>
where
    A: Actor<Timer: Ord>,
    P: Properties<A>,
{
    /// Hands every step that is not asleep to `push`: its priority, its number, and the
    /// fingerprint of the state it leads to. Returns how many are asleep.
    #[inline]
    pub(super) fn each_step(
        &self,
        state: &Global<N, W, P::Share>,
        cache: &mut Cache<P::Summary, P::Tag, W, P::Share>,
        asleep: &Asleep<W>,
        mut push: impl FnMut(u8, u32, P::Share),
    ) -> usize {
        let mut left_out = 0;
        let keeps = self.network.duplicates.allows(state.faults[0]);
        let drops = self.network.losses.allows(state.faults[1]);
        for word in 0..W {
            let (present, single) = state.present(word);
            let received = present & cache.ties.received(word);
            let kept = if keeps { received & single & cache.repeatable[word] } else { 0 };
            let dropped = if drops { present } else { 0 };
            let delivered = received & !asleep.deliver[word];
            let awake = kept & !asleep.keep[word];
            for envelope in members(word, delivered | awake) {
                let bit = in_word(envelope);
                let kinds = (delivered & bit != 0, awake & bit != 0);
                self.deliver(state, cache, envelope, kinds, &mut push);
            }
            for envelope in members(word, dropped & !asleep.drop[word]) {
                self.drop(state, cache, envelope, &mut push);
            }
            // Only every other bit of these is used, so two of them are counted as one.
            let both = received & asleep.deliver[word] | (kept & asleep.keep[word]) << 1;
            left_out += both.count_ones() + (dropped & asleep.drop[word]).count_ones();
        }
        let mut left_out = left_out as usize;
        for actor in 0..N {
            // Most have nothing left to do: what they are is not even copied.
            if cache.locals[actor][state.locals[actor] as usize].events > 0 {
                left_out += self.own_steps(state, cache, actor, asleep, &mut push);
            }
        }
        left_out
    }

    /// An envelope is delivered and gone, or kept besides, or both in turn.
    #[inline]
    fn deliver(
        &self,
        state: &Global<N, W, P::Share>,
        cache: &mut Cache<P::Summary, P::Tag, W, P::Share>,
        envelope: usize,
        (delivers, keeps): (bool, bool),
        push: &mut impl FnMut(u8, u32, P::Share),
    ) {
        let local = state.locals[cache.envelopes[envelope].receiver];
        let step = self.message_step(cache, envelope, local);
        if step.sends == Sends::IGNORED && self.network.ignored == Ignored::Left {
            return;
        }
        let status = state.status(envelope);
        let less = self.less(status);
        let EnvelopeEntry { shares, order, .. } = &cache.envelopes[envelope];
        let priority = sleep::priority(DELIVER, *order);
        let without = state.fingerprint ^ share(shares, status);
        let taken = |action| self.take(state, action, cache).fingerprint;
        if delivers {
            let effect = self.effect(state, cache, step, (envelope, less));
            let gone = effect.map(|effect| without ^ share(shares, less) ^ effect);
            let action = number(envelope, DELIVER);
            push(priority, action, gone.unwrap_or_else(|| taken(action)));
        }
        if keeps {
            let effect = self.effect(state, cache, step, (envelope, KEPT));
            let counted = self.counted(state, 0);
            let kept = effect.map(|effect| without ^ share(shares, KEPT) ^ counted ^ effect);
            let action = number(envelope, KEEP);
            push(priority, action, kept.unwrap_or_else(|| taken(action)));
        }
    }

    #[inline]
    fn drop(
        &self,
        state: &Global<N, W, P::Share>,
        cache: &Cache<P::Summary, P::Tag, W, P::Share>,
        envelope: usize,
        push: &mut impl FnMut(u8, u32, P::Share),
    ) {
        let EnvelopeEntry { shares, order, .. } = &cache.envelopes[envelope];
        let status = state.status(envelope);
        let change = share(shares, status) ^ share(shares, self.less(status));
        let next = state.fingerprint ^ change ^ self.counted(state, 1);
        push(sleep::priority(DROP, *order), number(envelope, DROP), next);
    }

    /// What a step does to the fingerprint after the status of one envelope has changed;
    /// nothing if it sends several, and some may be the same.
    #[inline]
    fn effect(
        &self,
        state: &Global<N, W, P::Share>,
        cache: &Cache<P::Summary, P::Tag, W, P::Share>,
        step: Step<P::Share>,
        (envelope, status): (usize, u8),
    ) -> Option<P::Share> {
        match step.sends {
            Sends::NOTHING | Sends::IGNORED => Some(step.delta),
            Sends(list) if list >= Sends::LISTS => None,
            Sends(sent) => {
                let sent = sent as usize;
                let before = if sent == envelope { status } else { state.status(sent) };
                let shares = &cache.envelopes[sent].shares;
                Some(step.delta ^ share(shares, before) ^ share(shares, self.more(before)))
            }
        }
    }

    /// Everything an actor may do on its own and that is not asleep; returns how many steps are.
    #[inline]
    pub(super) fn own_steps(
        &self,
        state: &Global<N, W, P::Share>,
        cache: &mut Cache<P::Summary, P::Tag, W, P::Share>,
        actor: usize,
        asleep: &Asleep<W>,
        push: &mut impl FnMut(u8, u32, P::Share),
    ) -> usize {
        let entry = cache.locals[actor][state.locals[actor] as usize];
        let mut left_out = 0;
        for event in entry.first_event..entry.first_event + entry.events {
            let mut step = cache.own_steps[event as usize];
            if step.sends == Sends::UNKNOWN {
                step = self.learn_own(cache, event);
            }
            if step.sends == Sends::IGNORED {
                continue;
            }
            if asleep.own::<N>(actor, step.sends, &cache.lists) {
                left_out += 1;
                continue;
            }
            let action = event << 2 | OWN;
            let effect = self.effect(state, cache, step, (usize::MAX, 0));
            let taken = || self.take(state, action, cache).fingerprint;
            let next = effect.map_or_else(taken, |effect| state.fingerprint ^ effect);
            push(sleep::priority(OWN, sleep::own_order::<N>(actor)), action, next);
        }
        left_out
    }
}

/// The number of what happens to an envelope.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "ids are below 2^30")]
fn number(envelope: usize, kind: u32) -> u32 {
    (envelope as u32) << 2 | kind
}

/// The share of an envelope in the fingerprint; a status takes two bits.
#[inline]
fn share<F: Copy>(shares: &[F; 4], status: u8) -> F {
    shares[usize::from(status & 3)]
}
