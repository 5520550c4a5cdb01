//! What can be searched.

use std::hash::{BuildHasher, Hash};

/// What a state is known by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint {
    /// Decides where a choice among equals shows: which finding, which way to it, which states
    /// of a layer that is cut. States may share it.
    pub order: u64,
    /// States with the same one count as one. Zero is read as one.
    ///
    /// Where somebody else decides what the states are, it must be keyed by a secret that they
    /// cannot know. Nothing that shows depends on it, so the secret may be another one in each
    /// run.
    pub identity: u64,
}

impl From<u64> for Fingerprint {
    /// Of a state by one hash, for systems whose states nobody chooses with a purpose.
    fn from(hash: u64) -> Self {
        Self { order: hash, identity: hash }
    }
}

/// A finite or infinite transition system over small states.
///
/// All methods take `&self` and run on several threads at once. What they answer may depend
/// on nothing but their arguments: an answer that changes with time breaks every promise. Only
/// once [`Self::failure`] says why may it change.
pub trait System: Sync {
    /// One state, as small as possible: it is copied several times on its way.
    type State: Copy + Send + Sync;
    /// What a successor is built from, together with the state it follows.
    ///
    /// Nine of ten successors turn out to be known, by their fingerprints alone, and are never
    /// built. Where a fingerprint costs as much as its state, this is the state.
    type Draft: Copy + Send;
    /// What one thread keeps between calls: caches and buffers.
    type Scratch: Send;

    /// Makes the scratch of one thread.
    fn scratch(&self) -> Self::Scratch;

    /// All initial states, in a fixed order.
    fn initial(&self, scratch: &mut Self::Scratch) -> Vec<Self::State>;

    /// Two values derived from the content of the state, well mixed in all their bits.
    ///
    /// Asked several times per state: a state should carry what takes long to compute.
    fn fingerprint(&self, state: &Self::State) -> Fingerprint;

    /// The number of faults used to get here; no step may lower it.
    fn cost(&self, _state: &Self::State) -> u32 {
        0
    }

    /// Which of several states is to be shown where the same property first fires, of those
    /// with equal cost and depth: the one with the least preference, then the smallest
    /// [order](Fingerprint::order). By default the order alone decides.
    fn preference(&self, _state: &Self::State) -> u64 {
        0
    }

    /// Hands every successor to `push`: the action that leads there, its fingerprint, and
    /// what it is built from.
    fn successors(
        &self,
        state: &Self::State,
        scratch: &mut Self::Scratch,
        push: impl FnMut(u32, Fingerprint, Self::Draft),
    );

    /// The successors that a search must follow, each with the priority of its step, its
    /// fingerprint and what it is built from. Returns how many others there are: none if `all`
    /// are asked for. By default there are none, and all steps have priority 0.
    ///
    /// A step a may be left out if, of the step b that led to `state` when it was built,
    ///
    /// - a was possible before b, and b after a leads to where a leads after b;
    /// - neither costs more or less for being taken second;
    /// - b has the higher priority and costs at least as much as a.
    ///
    /// Priorities are derived from the content of a step: they are the same wherever it is
    /// taken.
    ///
    /// These are the sleep sets of Godefroid ("Partial-order methods for the verification of
    /// concurrent systems", 1996), one step long. No state is missed, and none is met later:
    ///
    /// - Let it be so for all states of at most d steps, and let s₃ be d + 1 steps away, by a
    ///   from s₂ of d steps. If a is left out there, s₂ was built by b from some s₀ of d - 1
    ///   steps, and a leads from s₀ to an s₁ of at most d steps, from which b leads to s₃. If b
    ///   is left out in s₁, the same holds again; but the priority of the step has risen, and
    ///   cannot rise forever.
    /// - s₁ costs no more than s₂, so it has its turn no later: with whatever *whole* layer a
    ///   search ends, it has found the same. In a layer that time, memory or a failure cuts
    ///   short, what was found and still waits may differ, as it does between two such cuts
    ///   anyway.
    /// - It follows that of all last steps on shortest ways those of the highest priority are
    ///   never left out. The table of visited states prefers them, so the states of a path do
    ///   not depend on what was left out, which depends on who found a state first.
    ///   ([`Self::rank`] then chooses among several actions between the same two states.)
    fn follow(
        &self,
        state: &Self::State,
        all: bool,
        scratch: &mut Self::Scratch,
        mut push: impl FnMut(u8, Fingerprint, Self::Draft),
    ) -> usize {
        let _ = all;
        self.successors(state, scratch, |_, fingerprint, draft| push(0, fingerprint, draft));
        0
    }

    /// The successor of `state` that `draft` stands for, which has the fingerprint it was
    /// handed out with.
    fn build(
        &self,
        state: &Self::State,
        draft: Self::Draft,
        scratch: &mut Self::Scratch,
    ) -> Self::State;

    /// Says that a state is about to be judged and followed. Memory that this will read may be
    /// asked for, without waiting for it.
    fn expect(&self, _state: &Self::State, _scratch: &mut Self::Scratch) {}

    /// The properties that fire at this state: bit `i` for property `i`.
    ///
    /// An invariant fires where it is violated, a witness where it is met. Called once for
    /// every state, before its successors are asked for.
    fn judge(&self, state: &Self::State, scratch: &mut Self::Scratch) -> u64;

    /// What kind of finding this state is for a property that fires at it: one finding of
    /// each kind is kept. By default there is one kind.
    ///
    /// Derived from the content of the state, like a fingerprint.
    fn kind(&self, _state: &Self::State, _property: usize, _scratch: &mut Self::Scratch) -> u64 {
        0
    }

    /// Whether a finding of the kind `earlier` makes one of the kind `later`, at a later
    /// layer, superfluous. A kind always covers itself.
    fn covers(&self, earlier: u64, later: u64) -> bool {
        earlier == later
    }

    /// How many states this one stands for where others were left out because they look alike.
    ///
    /// Called once for every state that is judged.
    fn weight(&self, _state: &Self::State, _scratch: &mut Self::Scratch) -> u64 {
        1
    }

    /// The number of properties, at most 64; bits beyond them are never set.
    fn properties(&self) -> usize;

    /// Orders the actions of one state by content, for choosing among equal ways.
    ///
    /// Needed only where action numbers depend on the timing of threads.
    fn rank(&self, action: u32) -> u64 {
        u64::from(action)
    }

    /// Says that a draft will not be built: its state is known.
    fn discard(&self, _draft: Self::Draft) {}

    /// Says that the search is done with a state that it was given or had built.
    fn release(&self, _state: Self::State) {}

    /// Why the system can no longer answer truthfully, if so; the search then stops.
    fn failure(&self) -> Option<String> {
        None
    }
}

pub(crate) fn built<S: System>(
    system: &S,
    state: &S::State,
    scratch: &mut S::Scratch,
) -> Vec<(u32, S::State)> {
    let mut drafts = Vec::new();
    system.successors(state, scratch, |action, _, draft| drafts.push((action, draft)));
    let build = |(action, draft)| (action, system.build(state, draft, scratch));
    drafts.into_iter().map(build).collect()
}

/// A 64-bit hash of the content of a value, the same in every run of one build.
///
/// Whoever chooses the content can make two values share it: see [`Fingerprint::identity`].
pub fn content_hash(value: &(impl Hash + ?Sized)) -> u64 {
    foldhash::quality::FixedState::with_seed(0x5eed_0f57_a7e5).hash_one(value)
}
