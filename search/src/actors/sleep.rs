//! Which steps from a state need not be followed: those that commute with the step that led
//! there and have a lower priority, see [`System::follow`](crate::System::follow).
//!
//! Two steps commute if they are taken by different actors, or one of them by none, concern
//! different envelopes, and neither sends what the other takes out of flight or keeps there.
//! Then neither enables, disables or changes the other: a handler sees its own local state and
//! its message alone, an envelope is in flight before one step if it is there after it, and each
//! fault has room for both. Two steps may send the same: in a set it is as if sent once, and
//! copies add up.
//!
//! Whether delivering an envelope can send what the step before took is not asked of that very
//! step but of all that this envelope has ever caused. What is possible here and independent of
//! the step before was possible before that one, too, with its receiver in the same local state.
//! So, going back, it was followed from some earlier state, and what it sends is known.

use std::array::from_fn;

use stateright::actor::{Actor, Id};

use super::cache::{Cache, EnvelopeEntry};
use super::network::{Ignored, Network};
use super::properties::Properties;
use super::state::{Global, Lanes, Last, PER_WORD, in_word, lane};
use super::steps::{DROP, KEEP, OWN};
use super::store::{Cause, Sends, Store};
use super::system::ActorSystem;
use crate::system::Fingerprint;

/// No actor, no envelope.
const NONE: usize = usize::MAX;

/// Bits of a priority below the kind of the step.
const CONTENT_BITS: u32 = 6;

/// The priority of a step: first its kind, then who or what. Delivering an envelope and keeping
/// a copy of it are the same kind.
///
/// Any order of kinds would do, and this one was seen to leave out most; but
/// [`ActorSystem::asleep`] is written for it.
#[inline]
pub(super) fn priority(kind: u32, order: u8) -> u8 {
    let kind = match kind {
        OWN => 0,
        DROP => 2,
        _ => 1,
    };
    kind << CONTENT_BITS | order
}

/// The place of one of `N` actors among those that act on their own.
#[inline]
pub(super) fn own_order<const N: usize>(actor: usize) -> u8 {
    content(actor, 0, N)
}

/// The place of an envelope: first by its sender, then by its share where it is fresh.
pub(super) fn order(sender: Id, share: Fingerprint, actors: usize) -> u8 {
    content(usize::from(sender), share.order, actors)
}

/// In the order of actors, and of hashes where there is room.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "six bits")]
fn content(actor: usize, hash: u64, actors: usize) -> u8 {
    let hash = (hash >> (u64::BITS - CONTENT_BITS)) as usize;
    (((actor << CONTENT_BITS) + hash) / actors) as u8
}

/// Which envelopes can have to do with each other and with actors.
pub struct Ties<const W: usize> {
    /// Those that an actor of the system receives.
    received: Lanes<W>,
    /// The same by actor.
    received_by: Vec<Lanes<W>>,
    envelopes: Vec<Tie<W>>,
    /// How many of the memoised steps are taken into account.
    steps: usize,
}

#[derive(Clone, Copy)]
struct Tie<const W: usize> {
    /// Envelopes of lower priority.
    lower: Lanes<W>,
    /// Envelopes that made their receiver send this one.
    causes: Lanes<W>,
}

impl<const W: usize> Ties<W> {
    pub(super) fn new(actors: usize) -> Self {
        Self {
            received: [0; W],
            received_by: vec![[0; W]; actors],
            envelopes: Vec::new(),
            steps: 0,
        }
    }

    /// Takes in what is new in the store; of its envelopes these are the entries.
    pub(super) fn sync<A: Actor<Timer: Ord>, P: Properties<A>, T, F>(
        &mut self,
        store: &Store<A, P>,
        entries: &[EnvelopeEntry<T, F>],
    ) {
        for id in self.envelopes.len()..entries.len() {
            self.add(id, entries);
        }
        for cause in &store.causes[self.steps..] {
            let Cause::Message { envelope, local } = *cause else { continue };
            for sent in store.sent(envelope, local) {
                add(&mut self.envelopes[sent].causes, envelope as usize);
            }
        }
        self.steps = store.causes.len();
    }

    fn add<T, F>(&mut self, id: usize, entries: &[EnvelopeEntry<T, F>]) {
        let own = &entries[id];
        let mut tie = Tie { lower: [0; W], causes: [0; W] };
        for (other, (known, entry)) in self.envelopes.iter_mut().zip(entries).enumerate() {
            if entry.order < own.order {
                add(&mut tie.lower, other);
            } else if own.order < entry.order {
                add(&mut known.lower, id);
            }
        }
        self.envelopes.push(tie);
        if let Some(received) = self.received_by.get_mut(own.receiver) {
            add(received, id);
            add(&mut self.received, id);
        }
    }

    /// Envelopes that an actor of the system receives, of one word.
    #[inline]
    pub(super) fn received(&self, word: usize) -> u64 {
        self.received[word]
    }
}

fn add<const W: usize>(lanes: &mut Lanes<W>, envelope: usize) {
    lanes[envelope / PER_WORD] |= in_word(envelope);
}

#[inline]
fn both<const W: usize>(a: &Lanes<W>, b: &Lanes<W>, op: impl Fn(u64, u64) -> u64) -> Lanes<W> {
    from_fn(|word| op(a[word], b[word]))
}

#[inline]
fn less<const W: usize>(a: &Lanes<W>, b: &Lanes<W>) -> Lanes<W> {
    both(a, b, |a, b| a & !b)
}

/// What need not be followed from one state.
pub(super) struct Asleep<const W: usize> {
    /// Envelopes that need not be delivered and be gone.
    pub deliver: Lanes<W>,
    /// Envelopes that need not be delivered and kept.
    pub keep: Lanes<W>,
    /// Envelopes that need not be dropped.
    pub drop: Lanes<W>,
    /// Own steps of a priority below this need not be taken, ...
    own_below: u8,
    /// ... except for those of this actor, and those that send this envelope.
    actor: usize,
    envelope: usize,
}

impl<const W: usize> Asleep<W> {
    pub const NOTHING: Self = Self {
        deliver: [0; W],
        keep: [0; W],
        drop: [0; W],
        own_below: 0,
        actor: NONE,
        envelope: NONE,
    };

    /// Whether an own step of one of `N` actors need not be followed.
    #[inline]
    pub fn own<const N: usize>(&self, actor: usize, sends: Sends, lists: &[Box<[u32]>]) -> bool {
        own_order::<N>(actor) < self.own_below
            && actor != self.actor
            && sends.envelopes(lists).all(|envelope| envelope != self.envelope)
    }
}

impl<A, P, const N: usize, const W: usize> ActorSystem<A, P, N, W>
where
    A: Actor<Timer: Ord>,
    P: Properties<A>,
{
    /// What need not be followed from a state.
    ///
    /// Where ignored messages stay in flight everything is: how many steps are left out would
    /// not be known, as those that are ignored count for none.
    #[inline]
    pub(super) fn asleep(
        &self,
        state: &Global<N, W, P::Share>,
        cache: &Cache<P::Summary, P::Tag, W, P::Share>,
    ) -> Asleep<W> {
        let Last { action, sends } = state.last;
        let begins = action == Last::NOTHING.action;
        if begins || self.follows_all || self.network.ignored == Ignored::Left {
            return Asleep::NOTHING;
        }
        let (id, kind) = ((action >> 2) as usize, action & 3);
        if kind == OWN {
            let actor = cache.owners[id] as usize;
            return Asleep { own_below: own_order::<N>(actor), actor, ..Asleep::NOTHING };
        }
        let tie = &cache.ties.envelopes[id];
        let mut others = less(&less(&[!0; W], &lane(id)), &tie.causes);
        for envelope in sends.envelopes(&cache.lists) {
            others = less(&others, &lane(envelope));
        }
        let below = |lanes: &Lanes<W>| both(lanes, &tie.lower, |a, b| a & b);
        let all = Asleep { own_below: u8::MAX, envelope: id, ..Asleep::NOTHING };
        let Network { duplicates, losses, .. } = self.network;
        // What is left out may not cost more than the step before.
        let is_free = !duplicates.counted();
        if kind == DROP {
            let keep = if is_free || losses.counted() { others } else { [0; W] };
            return Asleep { deliver: others, keep, drop: below(&others), ..all };
        }
        let actor = cache.envelopes[id].receiver;
        let deliver = below(&less(&others, &cache.ties.received_by[actor]));
        let keep = if is_free || kind == KEEP { deliver } else { [0; W] };
        Asleep { deliver, keep, actor, ..all }
    }
}
