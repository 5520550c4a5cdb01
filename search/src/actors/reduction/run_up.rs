//! Actors that only send run to their ends before anything else happens.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use stateright::actor::Actor;

use super::claims::Claims;
use super::records::Records;
use super::source::{MOST, Source};
use crate::actors::cache::Cache;
use crate::actors::network::Delivery;
use crate::actors::properties::Properties;
use crate::actors::sleep::Asleep;
use crate::actors::state::Global;
use crate::actors::store::small;
use crate::actors::system::ActorSystem;
use crate::system::System;

type Result<T> = std::result::Result<T, String>;

/// What all sources do before anything else.
pub struct RunUp<const N: usize, const W: usize> {
    /// The states in which no source has anything left to do; none if that is so from the
    /// beginning.
    pub ends: Vec<End<N, W>>,
    /// A source that has left this local state in all of the ends.
    waiting: Option<(usize, u32)>,
}

/// A state in which no source has anything left to do.
pub struct End<const N: usize, const W: usize> {
    /// The numbers of the actions that lead there.
    pub actions: Vec<u32>,
    pub state: Global<N, W>,
}

impl<const N: usize, const W: usize> RunUp<N, W> {
    /// Explores all runs of the sources, and checks what is claimed of them.
    ///
    /// # Errors
    /// If a source may run forever, if properties see any of it, or if it sends into a set
    /// what may still be there.
    pub fn explore<A, P, C>(
        system: &ActorSystem<A, P, N, W>,
        claims: &C,
        sources: &[usize],
    ) -> Result<Self>
    where
        A: Actor<Timer: Ord + Send + Sync, Msg: Send + Sync, State: Send + Sync> + Sync,
        A: Actor<Random: Send + Sync>,
        P: Properties<A, Summary: PartialEq, Share = u64>,
        C: Claims<A>,
    {
        let root = system.start(&mut system.shared().store)?;
        for source in sources {
            check_source(system, claims, &root, *source)?;
        }
        system.version.fetch_add(1, Ordering::Release);
        let ends = Runs { system, cache: system.scratch(), sources }.all(root)?;
        let moved = |end: &End<N, W>| {
            let sources = sources.iter().map(|source| (*source, root.locals[*source]));
            sources.into_iter().find(|(source, local)| end.state.locals[*source] != *local)
        };
        let waiting = ends.first().and_then(moved);
        Ok(Self { ends: if waiting.is_some() { ends } else { Vec::new() }, waiting })
    }

    /// Whether the sources have yet to run.
    #[inline]
    pub fn awaits(&self, state: &Global<N, W>) -> bool {
        self.waiting.is_some_and(|(source, local)| state.locals[source] == local)
    }
}

/// Checks what can be seen of one source alone.
fn check_source<A, P, C, const N: usize, const W: usize>(
    system: &ActorSystem<A, P, N, W>,
    claims: &C,
    root: &Global<N, W>,
    source: usize,
) -> Result<()>
where
    A: Actor<Timer: Ord>,
    P: Properties<A, Summary: PartialEq, Share = u64>,
    C: Claims<A>,
{
    let mut shared = system.shared();
    let mut records = Records::new(system, &mut shared, claims);
    let graph = Source::explore(&mut records, source, root.locals[source])?;
    let order = graph.backwards()?;
    if system.network.delivery == Delivery::Multiset {
        return Ok(()); // Copies are counted: sending commutes with taking out.
    }
    let own =
        |envelope: &usize| usize::from(records.store().envelopes[*envelope].envelope.src) == source;
    let started = root.in_flight().map(|(envelope, _)| envelope).filter(own);
    let started: Vec<u32> = started.map(small).collect();
    match graph.sent_twice(&order, &started) {
        None => Ok(()),
        Some(twice) => Err(format!(
            "source {source} may send {} twice; in a set it matters whether the first is still \
             in flight",
            records.show_envelope(twice)
        )),
    }
}

/// All runs of the sources, one source after the other.
struct Runs<'a, A: Actor, P: Properties<A, Share = u64>, const N: usize, const W: usize> {
    system: &'a ActorSystem<A, P, N, W>,
    cache: Cache<P::Summary, P::Tag, W>,
    sources: &'a [usize],
}

impl<A, P, const N: usize, const W: usize> Runs<'_, A, P, N, W>
where
    A: Actor<Timer: Ord + Send + Sync, Msg: Send + Sync, State: Send + Sync, Random: Send + Sync>
        + Sync,
    P: Properties<A, Share = u64>,
{
    /// The ends of all runs, in the order of their events.
    fn all(&mut self, root: Global<N, W>) -> Result<Vec<End<N, W>>> {
        let verdict = self.system.judge(&root, &mut self.cache);
        let mut met = BTreeSet::from([root.fingerprint]);
        let mut ends = Vec::new();
        let mut rest = vec![End { actions: Vec::new(), state: root }];
        while let Some(at) = rest.pop() {
            if self.system.judge(&at.state, &mut self.cache) != verdict {
                return Err("a source must be invisible, but properties see it run".to_owned());
            }
            let next = self.next(&at);
            if next.is_empty() {
                ends.push(at);
            }
            // The last one is popped first.
            let new = next.into_iter().rev().filter(|next| met.insert(next.state.fingerprint));
            rest.extend(new);
            if met.len() > MOST {
                return Err(format!("the sources pass through more than {MOST} states"));
            }
        }
        Ok(ends)
    }

    /// The steps of the first source that has any.
    fn next(&mut self, at: &End<N, W>) -> Vec<End<N, W>> {
        let mut next = Vec::new();
        for source in self.sources {
            let mut steps = Vec::new();
            self.system.own_steps(
                &at.state,
                &mut self.cache,
                *source,
                &Asleep::NOTHING,
                &mut |_, action, _| {
                    steps.push(action);
                },
            );
            next.extend(steps.into_iter().map(|action| End {
                actions: at.actions.iter().copied().chain([action]).collect(),
                state: self.system.take(&at.state, action, &self.cache),
            }));
            if !next.is_empty() {
                break;
            }
        }
        next
    }
}
