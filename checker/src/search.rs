//! The search of one swap: fewest faults first, then fewest steps.
//!
//! The engine is the `search` crate; [`packed`](crate::packed) tells it what a step is.
//! The number of faults is part of a state, so the first state that breaks a property is a
//! certified minimum: every state with fewer faults, or as many and fewer steps, has been
//! judged before it.

use crate::limits::{Cut, Limits};
use crate::packed::{Scratch, System};
use crate::remembered::Remembered;
use crate::watch::Watch;
use explorer::way_out::{Rescuer, Way};
use model::{Action, Contract, Faults, Reduction, Swap};
use properties::{Breach, Property, Witness};
use search::{Finding, System as _};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// What a search found.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// Distinct states judged.
    pub states: u64,
    /// The states that those stand for, where one was searched for several that differ only
    /// by an exchange of users.
    pub unreduced: u64,
    /// Steps taken between them.
    pub transitions: u64,
    /// The most steps from the initial state to any state, by a shortest way among those
    /// with fewest faults.
    pub depth: u32,
    /// Why the search stopped early, if it did.
    pub cut: Option<Cut>,
    /// States known and not judged when it was cut.
    pub frontier: u64,
    /// How each property was broken that was, by the property's name.
    pub found: BTreeMap<&'static str, Broken>,
    /// Answers that were remembered by 64-bit keys, at most, besides the states: one for each
    /// state that was judged, and one more for each property that asks for a way out; where
    /// searches share answers, those of the others too.
    pub keys: u64,
    /// What was seen.
    pub witnesses: HashSet<Witness, foldhash::fast::RandomState>,
}

/// How a property was broken.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The minimal run that breaks it.
    pub first: Found,
    /// The minimal runs of other kinds: with faults that include those of no run before, or,
    /// where they were told apart, with another conjunct false.
    pub others: Vec<Found>,
}

/// A run that breaks a property.
#[derive(Clone, Debug)]
pub struct Found {
    pub actions: Vec<Action>,
    /// The faults in them.
    pub faults: Faults,
    /// The conjunct that is false at the end, or, for a way-out property, that no
    /// continuation can make true.
    pub breach: Breach,
    /// How many states were judged before; none of them breaks the property in this way:
    /// they are all those with fewer faults, or as many faults and fewer steps. Nothing where
    /// the search goes in another order.
    pub before: Option<u64>,
}

impl Exploration {
    /// An upper bound of the probability that two states shared their identity, or two
    /// remembered answers a key, so that something was missed: n² / 2⁶⁵ for either, by the
    /// birthday bound. Both are keyed by a secret of the run, so the bound holds for files that
    /// somebody wrote in order to break it, too. The other keys of docs/KEYS.md are digests of
    /// 256 bits, which add nothing to it.
    pub fn collision_probability(&self) -> f64 {
        let states = search::collision_bound(self.states + self.frontier);
        (states + search::collision_bound(self.keys)).min(1.0)
    }
}

impl Broken {
    /// All runs, the minimal one first.
    pub fn all(&self) -> impl Iterator<Item = &Found> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// The minimal sets of faults: each suffices, and no part of it does.
    pub fn fault_sets(&self) -> Vec<Faults> {
        let mut sets: Vec<Faults> = Vec::new();
        for found in self.all() {
            if !sets.iter().any(|set| set.is_part_of(&found.faults)) {
                sets.push(found.faults);
            }
        }
        sets
    }
}

/// Why there is no more of a search.
pub(crate) const NEVER_RESTS: &str = "the handlers never stop, and nothing is judged after that";
const EVALUATION_GIVEN_UP: &str =
    "an evaluation neither ended nor reached a limit in 20 seconds, and nothing is known about it";

/// Told now and then how far a search is.
pub type Progress<'a> = &'a (dyn Fn(&search::Progress) + Sync);

/// Explores everything that `swap` can do, and judges `properties` in every state, on so many
/// threads. Other counterexamples are told apart by their conjuncts, too, if `by_conjunct`.
///
/// What the search finds is made again on whole states. If the result differs, which
/// is a defect of this crate, the search is [cut](Cut::Contradicted). What is found of handlers
/// that were refused means nothing.
pub fn explore<C: Contract>(
    swap: &Swap<C>,
    properties: &[Property],
    limits: Limits,
    (threads, by_conjunct): (usize, bool),
    progress: Progress<'_>,
) -> Exploration {
    explore_with(swap, properties, limits, (threads, by_conjunct), progress, &Arc::default())
}

/// The same, with what is remembered of other searches of this contract.
pub fn explore_with<C: Contract>(
    swap: &Swap<C>,
    properties: &[Property],
    limits: Limits,
    (threads, by_conjunct): (usize, bool),
    progress: Progress<'_>,
    remembered: &Arc<Remembered>,
) -> Exploration {
    let watch = Arc::new(Watch::new(limits));
    let system = System::new(swap, properties, by_conjunct, (remembered, &watch));
    // Behind handlers that never come to rest, what is still to be searched may not end.
    let endless = properties.iter().position(|property| property.name == "comes-to-rest");
    let until = match (limits.until, endless) {
        (search::Until::Exhausted, Some(place)) => search::Until::Fires(place),
        (until, _) => until,
    };
    let within = search::Limits { until, ..limits.into() };
    let report = search::Search::new(&system, threads).run(&within, &mut |p| progress(p));
    let mut scratch = system.scratch();
    let handlers = &swap.tim3.handlers;
    let mut is_given_up = handlers.is_cut();
    let mut contradicted = None;
    let mut found = |property: &Property, finding: &Finding| {
        handlers.forget_cut();
        let found = system.watched(|| found(&system, property, finding, &mut scratch));
        // What rests on an evaluation that was given up means nothing.
        let found = found.filter(|_| !handlers.is_cut());
        is_given_up |= handlers.is_cut();
        // To say nothing of it would be to say that the property holds; of handlers that were
        // refused nothing is said. Another search of them may be refused at any moment.
        let is_told = found.is_some() || handlers.is_refused() || handlers.is_cut();
        if !is_told {
            contradicted.get_or_insert(Cut::Contradicted(property.name));
        }
        found
    };
    // A search that took users for alike who are not found nothing: it is made again.
    let is_void = swap.reductions.has(Reduction::Symmetry) && handlers.tells_users_apart();
    let findings = properties.iter().zip(report.findings.iter().zip(&report.others));
    let findings = findings.filter(|_| !is_void);
    let broken = findings.filter_map(|(property, (first, others))| {
        let first = found(property, first.as_ref()?)?;
        let others = others.iter().filter_map(|finding| found(property, finding)).collect();
        Some((property.name, Broken { first, others }))
    });
    let broken = broken.collect();
    let undecided = system.undecided();
    let met = report.cut.as_ref().map(|cut| Cut::of(&cut.reason, &limits));
    let gave_up = is_given_up || undecided > 0 || matches!(met, Some(Cut::Other(_)));
    let cuts = [
        contradicted,
        watch.cut().filter(|_| gave_up),
        is_given_up.then_some(Cut::Other(EVALUATION_GIVEN_UP)),
        handlers.never_rests().then_some(Cut::Other(NEVER_RESTS)).filter(|_| until != limits.until),
        met,
        (undecided > 0).then_some(Cut::WaysOut(undecided)),
        handlers.never_rests().then_some(Cut::Other(NEVER_RESTS)),
    ];
    let ways = properties.iter().filter(|property| property.is_way_out()).count() as u64;
    Exploration {
        found: broken,
        states: report.judged,
        unreduced: report.unreduced,
        transitions: report.transitions,
        depth: report.depth,
        frontier: report.cut.as_ref().map_or(0, |cut| cut.frontier),
        cut: cuts.into_iter().flatten().next(),
        keys: report.judged * (1 + ways),
        witnesses: system.witnesses(),
    }
}

/// The run to a finding, and what is false at its end.
fn found<C: Contract>(
    system: &System<'_, C>,
    property: &Property,
    finding: &Finding,
    scratch: &mut Scratch,
) -> Option<Found> {
    let swap = system.swap();
    let actions = system.unfold(&finding.path, scratch)?;
    let mut state = swap.initial();
    for action in &actions {
        state = swap.step(&state, action)?.state;
    }
    let breach = property.judge(&swap.situation(&state)).err()?;
    if property.is_way_out() && Rescuer::default().way_out(swap, property, &state) == Way::Out {
        return None;
    }
    Some(Found { actions, faults: state.spent.faults, breach, before: Some(finding.judged_before) })
}
