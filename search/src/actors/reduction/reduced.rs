//! The reduced system, which is searched in place of the actors themselves.

use std::sync::atomic::Ordering;

use stateright::actor::Actor;

use super::Reductions;
use super::claims::Claims;
use super::facts::Facts;
use super::records::Records;
use super::run_up::RunUp;
use crate::actors::cache::Cache;
use crate::actors::properties::Properties;
use crate::actors::state::Global;
use crate::actors::steps::ABSENT;
use crate::actors::system::ActorSystem;
use crate::system::{Fingerprint, System, built};

const DEAD: &str = "dead envelopes are claimed to be invisible";
const NEUTRAL: &str = "what sources send is claimed to be neutral";
const SYMMETRIC: &str = "the system is claimed to be symmetric";

/// Actors, searched in fewer states with the same verdicts.
///
/// Made by [`ActorSystem::reduced`]; the [module](super) says what is left out and why.
pub struct ReducedActors<A: Actor, P: Properties<A, Share = u64>, C, const N: usize, const W: usize>
{
    pub(super) system: ActorSystem<A, P, N, W>,
    pub(super) claims: C,
    pub(super) reductions: Reductions,
    pub(super) run_up: RunUp<N, W>,
}

/// What one thread keeps.
pub struct Scratch<S, T, const N: usize, const W: usize> {
    pub(super) cache: Cache<S, T, W>,
    pub(super) facts: Facts<W>,
    /// Successors before they are reduced.
    pub(super) steps: Vec<(u32, Global<N, W>)>,
    /// Fingerprints of the images of one state.
    fingerprints: Vec<u64>,
}

type ScratchOf<A, P, const N: usize, const W: usize> =
    Scratch<<P as Properties<A>>::Summary, <P as Properties<A>>::Tag, N, W>;

impl<A, P, const N: usize, const W: usize> ActorSystem<A, P, N, W>
where
    A: Actor<Timer: Ord + Send + Sync, Msg: Send + Sync, State: Send + Sync, Random: Send + Sync>
        + Sync,
    P: Properties<A, Summary: PartialEq, Share = u64>,
{
    /// The same actors with fewer states to search, by what is claimed of them.
    ///
    /// # Errors
    /// If a reduction cannot apply: a group of permutations of other actors, sources that are
    /// not there, that the group mixes with others, that may run forever, that properties
    /// can see, or that send into a set what may still be there. What can only be seen later
    /// to be wrong ends the search with a failure.
    pub fn reduced<C: Claims<A>>(
        self,
        claims: C,
        reductions: Reductions,
    ) -> Result<ReducedActors<A, P, C, N, W>, String> {
        reductions.check(N)?;
        let run_up = RunUp::explore(&self, &claims, &reductions.sources)?;
        Ok(ReducedActors { system: self, claims, reductions, run_up })
    }
}

impl<A, P, C, const N: usize, const W: usize> ReducedActors<A, P, C, N, W>
where
    A: Actor<Timer: Ord + Send + Sync, Msg: Send + Sync, State: Send + Sync, Random: Send + Sync>
        + Sync,
    P: Properties<A, Share = u64>,
    C: Claims<A>,
{
    /// The system that is reduced.
    pub fn system(&self) -> &ActorSystem<A, P, N, W> {
        &self.system
    }

    /// Whether the depth of a finding is certified to be the least.
    ///
    /// With sources it is not: they run to their ends first, needed or not, and these steps
    /// are not counted. The cost is certified always.
    pub fn certifies_depth(&self) -> bool {
        self.reductions.sources.is_empty()
    }

    /// Brings what a thread knows up to date. One load when nothing is new.
    #[inline]
    fn refresh(&self, scratch: &mut ScratchOf<A, P, N, W>) {
        self.system.refresh(&mut scratch.cache);
        if scratch.facts.version != scratch.cache.version {
            self.catch_up(scratch);
        }
    }

    #[cold]
    fn catch_up(&self, scratch: &mut ScratchOf<A, P, N, W>) {
        let mut shared = self.system.shared();
        let before = shared.store.size();
        let mut records = Records::new(&self.system, &mut shared, &self.claims);
        scratch.facts.catch_up(&mut records);
        if shared.store.size() != before {
            self.system.version.fetch_add(1, Ordering::Release);
        }
        self.system.sync(&shared, &mut scratch.cache);
        scratch.facts.version = scratch.cache.version;
    }

    /// All states from which the search starts, in the order of [`RunUp::ends`], after the
    /// first state of the system.
    pub(super) fn starts(&self, scratch: &mut ScratchOf<A, P, N, W>) -> Vec<Global<N, W>> {
        let mut states = self.system.initial(&mut scratch.cache);
        states.extend(self.run_up.ends.iter().map(|end| end.state));
        self.refresh(scratch);
        states
    }

    /// The successors of a reduced state that are to be looked at, not reduced themselves.
    pub(super) fn expand(&self, state: &Global<N, W>, scratch: &mut ScratchOf<A, P, N, W>) {
        scratch.steps.clear();
        if self.run_up.awaits(state) {
            return;
        }
        let Scratch { cache, steps, .. } = scratch;
        steps.extend(built(&self.system, state, cache));
        self.refresh(scratch);
    }

    /// The state that stands for `state`, and the number of the permutation that leads from
    /// `state` without its dead envelopes to it; `None` after a failure.
    pub(super) fn reduce(
        &self,
        state: &Global<N, W>,
        scratch: &mut ScratchOf<A, P, N, W>,
    ) -> Option<(usize, Global<N, W>)> {
        let state = self.without_dead(state, scratch);
        let Some(images) = &scratch.facts.images else {
            return Some((0, state));
        };
        images.fingerprints(&state, &mut scratch.fingerprints)?;
        let all = (0..).zip(&scratch.fingerprints);
        let (number, least) = all.min_by_key(|(_, fingerprint)| scattered(**fingerprint))?;
        Some((number, images.state(number, &state, *least)?))
    }

    /// The state with all envelopes taken out that are dead.
    fn without_dead(
        &self,
        state: &Global<N, W>,
        scratch: &mut ScratchOf<A, P, N, W>,
    ) -> Global<N, W> {
        let mut less = *state;
        let Some(dead) = &scratch.facts.dead else {
            return less;
        };
        let doomed = dead.of(state);
        for (envelope, status) in doomed.in_flight() {
            less.set(envelope, status, ABSENT, &scratch.cache.envelopes[envelope].shares);
        }
        if doomed.flight != [0; W] {
            let fired = self.system.judge(&less, &mut scratch.cache);
            self.check_verdict(fired, state, &mut scratch.cache, DEAD);
        }
        less
    }

    /// Checks on a state what was claimed about properties.
    fn check_verdicts(
        &self,
        fired: u64,
        state: &Global<N, W>,
        scratch: &mut ScratchOf<A, P, N, W>,
    ) {
        let Scratch { cache, facts, fingerprints, .. } = scratch;
        if let Some(dead) = &facts.dead {
            self.check_verdict(fired, &dead.with_all(state), cache, DEAD);
        }
        if !self.reductions.sources.is_empty() {
            self.check_verdict(fired, &facts.without_neutral(state), cache, NEUTRAL);
        }
        let Some(images) = &facts.images else { return };
        if images.fingerprints(state, fingerprints).is_none() {
            return;
        }
        for (number, fingerprint) in fingerprints.iter().enumerate().skip(1) {
            if *fingerprint != state.fingerprint
                && let Some(image) = images.state(number, state, *fingerprint)
            {
                self.check_verdict(fired, &image, cache, SYMMETRIC);
            }
        }
    }

    /// Checks that properties judge a state as they do one that should look the same to them.
    fn check_verdict(
        &self,
        fired: u64,
        same: &Global<N, W>,
        cache: &mut Cache<P::Summary, P::Tag, W>,
        claim: &str,
    ) {
        let other = self.system.judge(same, cache);
        if other != fired {
            let property = (other ^ fired).trailing_zeros();
            self.system.shared().failure.get_or_insert_with(|| {
                format!("{claim}, but property {property} tells the two apart in some state")
            });
        }
    }

    /// Checks that the first state is its own image under every permutation. If it were not,
    /// states would be counted that cannot be reached.
    fn check_first(&self, first: &Global<N, W>, scratch: &mut ScratchOf<A, P, N, W>) {
        let Scratch { facts, fingerprints, .. } = scratch;
        let Some(images) = &facts.images else { return };
        if images.fingerprints(first, fingerprints).is_some()
            && let Some(number) = fingerprints.iter().position(|one| *one != first.fingerprint)
        {
            self.system.shared().failure.get_or_insert_with(|| {
                let permutation = &images.group().permutations()[number];
                format!("the first state is not symmetric: {permutation:?} changes it")
            });
        }
    }
}

/// An order of fingerprints. Were they in their own order, the least of many would be small
/// numbers, which crowd into one end of the table of visited states.
fn scattered(fingerprint: u64) -> u64 {
    fingerprint.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl<A, P, C, const N: usize, const W: usize> System for ReducedActors<A, P, C, N, W>
where
    A: Actor<Timer: Ord + Send + Sync, Msg: Send + Sync, State: Send + Sync, Random: Send + Sync>
        + Sync,
    P: Properties<A, Share = u64>,
    C: Claims<A>,
{
    type State = Global<N, W>;
    /// Which state stands for another is seen of states only.
    type Draft = Global<N, W>;
    type Scratch = ScratchOf<A, P, N, W>;

    fn scratch(&self) -> Self::Scratch {
        Scratch {
            cache: self.system.scratch(),
            facts: Facts::new(N, &self.reductions),
            steps: Vec::new(),
            fingerprints: Vec::new(),
        }
    }

    fn initial(&self, scratch: &mut Self::Scratch) -> Vec<Self::State> {
        let starts = self.starts(scratch);
        if let Some(first) = starts.first() {
            self.check_first(first, scratch);
        }
        let reduced = |state: &Self::State| self.reduce(state, scratch).map_or(*state, |one| one.1);
        starts.iter().map(reduced).collect()
    }

    #[inline]
    fn fingerprint(&self, state: &Self::State) -> Fingerprint {
        self.system.fingerprint(state)
    }

    #[inline]
    fn cost(&self, state: &Self::State) -> u32 {
        self.system.cost(state)
    }

    fn successors(
        &self,
        state: &Self::State,
        scratch: &mut Self::Scratch,
        mut push: impl FnMut(u32, Fingerprint, Self::State),
    ) {
        self.expand(state, scratch);
        let mut steps = std::mem::take(&mut scratch.steps);
        for (action, next) in steps.drain(..) {
            if let Some((_, next)) = self.reduce(&next, scratch) {
                push(action, next.fingerprint.into(), next);
            }
        }
        scratch.steps = steps;
    }

    fn build(&self, _: &Self::State, draft: Self::State, _: &mut Self::Scratch) -> Self::State {
        draft
    }

    fn judge(&self, state: &Self::State, scratch: &mut Self::Scratch) -> u64 {
        self.refresh(scratch);
        let fired = self.system.judge(state, &mut scratch.cache);
        self.check_verdicts(fired, state, scratch);
        fired
    }

    /// The number of distinct images of the state.
    fn weight(&self, state: &Self::State, scratch: &mut Self::Scratch) -> u64 {
        let Scratch { facts, fingerprints, .. } = scratch;
        let Some(images) = &facts.images else { return 1 };
        if images.fingerprints(state, fingerprints).is_none() {
            return 1;
        }
        // As many permutations lead to each image as leave the state as it is.
        let same = fingerprints.iter().filter(|one| **one == state.fingerprint).count();
        (fingerprints.len() / same) as u64
    }

    fn properties(&self) -> usize {
        self.system.properties()
    }

    fn rank(&self, action: u32) -> u64 {
        self.system.rank(action)
    }

    fn failure(&self) -> Option<String> {
        self.system.failure()
    }
}
