//! Where a thread puts successors: most are known, the others are queued.

use crate::frontier::{CHUNK, Chunk};
use crate::layer::nonzero;
use crate::recent::Recent;
use crate::system::System;
use crate::table::{Claim, Offer};
use crate::visited::Room;

/// Successors collected before they are offered together, so that their misses overlap.
const BATCH: usize = 128;

/// Chunks of new states, by their cost above that of the layer they were found from.
pub type Outs<S> = Vec<Vec<Chunk<S>>>;

/// The successors of one thread.
pub struct Sink<S> {
    batch: Vec<(Claim, S)>,
    /// Of a batch being offered those whose first line is full of others.
    late: Vec<(Claim, S)>,
    recent: Recent,
    outs: Outs<S>,
    /// Emptied chunks, to be filled again.
    spare: Vec<Vec<S>>,
}

impl<S: Copy> Sink<S> {
    pub fn new() -> Self {
        Self {
            batch: Vec::with_capacity(BATCH),
            late: Vec::new(),
            recent: Recent::new(),
            outs: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Takes a successor of a layer of the given cost.
    #[inline]
    pub fn put<const SHARED: bool, T: System<State = S>>(
        &mut self,
        system: &T,
        cost: u32,
        room: &mut Room<'_>,
        claim: Claim,
        state: S,
    ) {
        let fingerprint = nonzero(system.fingerprint(&state));
        let repeats = self.recent.repeats(fingerprint, claim);
        // Pushed and taken back rather than branched upon, see `Recent::repeats`.
        self.batch.push((claim, state));
        self.batch.truncate(self.batch.len() - usize::from(repeats));
        if repeats {
            system.release(state);
        }
        room.table().prefetch(fingerprint);
        if self.batch.len() == BATCH {
            self.flush::<SHARED, T>(system, cost, room);
        }
    }

    /// Offers what was collected.
    #[inline(never)]
    pub fn flush<const SHARED: bool, T: System<State = S>>(
        &mut self,
        system: &T,
        cost: u32,
        room: &mut Room<'_>,
    ) {
        let mut batch = std::mem::take(&mut self.batch);
        room.ensure(batch.len());
        let mut late = std::mem::take(&mut self.late);
        let mut new = 0;
        for (claim, state) in batch.drain(..) {
            let fingerprint = nonzero(system.fingerprint(&state));
            match room.table().offer_home::<SHARED>(fingerprint, claim) {
                Some(offer) => new += self.take(system, cost, offer, state),
                None => late.push((claim, state)),
            }
        }
        for (claim, state) in late.drain(..) {
            let fingerprint = nonzero(system.fingerprint(&state));
            let offer = room.table().offer_beyond::<SHARED>(fingerprint, claim);
            new += self.take(system, cost, offer, state);
        }
        self.late = late;
        self.batch = batch;
        room.spend(new);
    }

    /// Queues a state if it is new or closer; says how many entries that made.
    #[inline]
    fn take<T: System<State = S>>(
        &mut self,
        system: &T,
        cost: u32,
        offer: Offer,
        state: S,
    ) -> usize {
        if offer == Offer::Known {
            system.release(state);
        } else {
            self.keep(above(system.cost(&state), cost), state);
        }
        usize::from(offer == Offer::New)
    }

    /// Hands over the new states.
    pub fn harvest(&mut self) -> Outs<S> {
        std::mem::take(&mut self.outs)
    }

    /// Takes an emptied chunk.
    pub fn recycle(&mut self, states: Vec<S>) {
        self.spare.push(states);
    }

    #[inline]
    fn keep(&mut self, above: u32, state: S) {
        let above = above as usize;
        if let Some(chunk) = self.outs.get_mut(above).and_then(|out| out.last_mut())
            && chunk.states.len() < CHUNK
        {
            chunk.states.push(state);
        } else {
            self.open_chunk(above, state);
        }
    }

    #[cold]
    fn open_chunk(&mut self, above: usize, state: S) {
        if self.outs.len() <= above {
            self.outs.resize_with(above + 1, Vec::new);
        }
        let mut states = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(CHUNK));
        states.push(state);
        let early = above > 0;
        self.outs[above].push(Chunk { states, early });
    }
}

/// How much a step raised the cost.
///
/// # Panics
/// If it lowered it: cheaper layers are done by then, so going on would be wrong.
#[inline]
fn above(cost: u32, layer: u32) -> u32 {
    cost.checked_sub(layer).unwrap_or_else(|| {
        panic!(
            "a step lowered the cost from {layer} to {cost}; the cost of a state must never fall"
        )
    })
}
