//! Where a thread puts successors: most are known, the others are built and queued.

use crate::frontier::{CHUNK, Chunk};
use crate::layer::nonzero;
use crate::recent::Recent;
use crate::system::{Fingerprint, System};
use crate::table::{Claim, Offer, Table};
use crate::visited::Room;

/// Successors collected before they are offered together, so that their misses overlap.
const BATCH: usize = 128;

/// Chunks of new states, by their cost above that of the layer they were found from.
pub type Outs<S> = Vec<Vec<Chunk<S>>>;

/// The successors of one thread.
pub struct Sink<S: System> {
    /// The states that are followed in this batch, with what their successors claim.
    parents: Vec<(Claim, S::State)>,
    /// The successors of the latest of them.
    drafts: Vec<(Fingerprint, S::Draft, u8)>,
    /// The entries to offer: the first `used` ones.
    batch: Vec<Pending<S::Draft>>,
    used: usize,
    /// Of a batch being offered those whose first line is full of others.
    late: Vec<Pending<S::Draft>>,
    recent: Recent,
    outs: Outs<S::State>,
    /// Emptied chunks, to be filled again.
    spare: Vec<Vec<S::State>>,
}

/// A successor that was not offered yet.
#[derive(Clone, Copy)]
struct Pending<D> {
    fingerprint: Fingerprint,
    draft: D,
    /// Its place among the parents.
    parent: u16,
    /// The priority of the step from there.
    priority: u8,
}

impl<S: System> Sink<S> {
    pub fn new() -> Self {
        Self {
            parents: Vec::new(),
            drafts: Vec::new(),
            batch: Vec::new(),
            used: 0,
            late: Vec::new(),
            recent: Recent::new(),
            outs: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Takes a state's successors, which each make a claim, and says how many there are,
    /// those included that need not be followed. These are taken as well if `all` are.
    ///
    /// The state is released once they are offered.
    #[inline]
    pub fn follow(
        &mut self,
        system: &S,
        (state, all): (S::State, bool),
        claim: Claim,
        scratch: &mut S::Scratch,
        table: &Table,
    ) -> usize {
        self.drafts.clear();
        let drafts = &mut self.drafts;
        let left_out = system.follow(&state, all, scratch, |priority, fingerprint, draft| {
            drafts.push((nonzero(fingerprint), draft, priority));
        });
        let parent = u16::try_from(self.parents.len()).expect("a batch ends with its chunk");
        self.parents.push((claim, state));
        self.sift(system, parent, claim, table);
        self.drafts.len() + left_out
    }

    /// Adds to the batch what was not offered lately.
    #[inline]
    fn sift(&mut self, system: &S, parent: u16, claim: Claim, table: &Table) {
        let Some(&(fingerprint, draft, priority)) = self.drafts.first() else { return };
        let most = self.used + self.drafts.len();
        if self.batch.len() < most {
            self.batch.resize(most, Pending { fingerprint, draft, parent, priority });
        }
        let (batch, mut used) = (&mut self.batch[..most], self.used);
        for &(fingerprint, draft, priority) in &self.drafts {
            table.prefetch(fingerprint);
            // Always written, without a branch: see `Recent::repeats`.
            batch[used] = Pending { fingerprint, draft, parent, priority };
            let repeats = self.recent.repeats(fingerprint.identity, claim.with_priority(priority));
            used += usize::from(!repeats);
            if repeats {
                system.discard(draft);
            }
        }
        self.used = used;
    }

    /// Whether so many were collected that they should be offered.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.used >= BATCH
    }

    /// Offers what was collected from a layer of the given cost.
    #[inline(never)]
    pub fn flush<const SHARED: bool>(
        &mut self,
        system: &S,
        cost: u32,
        room: &mut Room<'_>,
        scratch: &mut S::Scratch,
    ) {
        room.ensure(self.used);
        let (batch, mut late) = (std::mem::take(&mut self.batch), std::mem::take(&mut self.late));
        let mut parents = std::mem::take(&mut self.parents);
        let used = std::mem::take(&mut self.used);
        let mut new = 0;
        let mut keep = |offer, one: &Pending<S::Draft>, parent: &S::State| {
            new += usize::from(offer == Offer::New);
            let state = system.build(parent, one.draft, scratch);
            debug_assert_eq!(nonzero(system.fingerprint(&state)), one.fingerprint, "another state");
            self.keep(above(system.cost(&state), cost), state);
        };
        let table = room.table();
        for one in &batch[..used] {
            let (claim, parent) = &parents[one.parent as usize];
            match table.offer_home::<SHARED>(one.fingerprint, claim.with_priority(one.priority)) {
                Some(Offer::Known) => system.discard(one.draft),
                Some(offer) => keep(offer, one, parent),
                None => late.push(*one),
            }
        }
        for one in &late {
            let (claim, parent) = &parents[one.parent as usize];
            match table.offer_beyond::<SHARED>(one.fingerprint, claim.with_priority(one.priority)) {
                Offer::Known => system.discard(one.draft),
                offer => keep(offer, one, parent),
            }
        }
        room.spend(new);
        parents.drain(..).for_each(|(_, state)| system.release(state));
        late.clear();
        (self.batch, self.late, self.parents) = (batch, late, parents);
    }

    /// Hands over the new states.
    pub fn harvest(&mut self) -> Outs<S::State> {
        std::mem::take(&mut self.outs)
    }

    /// Takes an emptied chunk.
    pub fn recycle(&mut self, states: Vec<S::State>) {
        self.spare.push(states);
    }

    #[inline]
    fn keep(&mut self, above: u32, state: S::State) {
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
    fn open_chunk(&mut self, above: usize, state: S::State) {
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
