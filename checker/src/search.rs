//! The search: fewest faults first, then fewest steps.
//!
//! States are visited in layers: all states with no fault by number of steps, then all
//! with one, and so on. The number of faults is part of a state, so the first state that
//! breaks a property is a certified minimum: every state with fewer faults, or as many and
//! fewer steps, has been judged before it. Only fingerprints and parents are kept; the
//! path to a state is rebuilt by replay.

use crate::limits::{Cut, Limits, Watch};
use crate::way_out::Rescuer;
use foldhash::quality::FixedState;
use model::{Action, Contract, Evaluation, Faults, State, Swap};
use properties::{Breach, Property, Witness};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
use std::sync::Arc;

/// A 64-bit fingerprint of a state.
pub(crate) type Fingerprint = u64;

/// The same for equal values in every run of one build; never stored or exchanged.
pub(crate) fn fingerprint(value: &impl Hash) -> Fingerprint {
    FixedState::with_seed(0x71_33).hash_one(value)
}

/// A hasher for what is a fingerprint already.
#[derive(Default)]
pub(crate) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, fingerprint: u64) {
        self.0 = fingerprint;
    }
}

pub(crate) type ByFingerprint = BuildHasherDefault<Identity>;
pub(crate) type FingerprintSet = HashSet<Fingerprint, ByFingerprint>;

/// How a state was first reached: from which, by which of its enabled actions.
#[derive(Clone, Copy)]
struct Parent {
    state: Fingerprint,
    action: u32,
}

/// What a search found.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// Distinct states judged.
    pub states: u64,
    /// Steps taken between them.
    pub transitions: u64,
    /// The most steps from the initial state to any state, by a shortest way among those
    /// with fewest faults.
    pub depth: u32,
    /// Why the search stopped early, if it did.
    pub cut: Option<Cut>,
    /// States known and not expanded when it was cut.
    pub frontier: u64,
    /// The first breach of each property that was broken, by the property's name.
    pub found: BTreeMap<&'static str, Found>,
    /// What was seen.
    pub witnesses: HashSet<Witness, FixedState>,
}

/// The minimal run that breaks a property.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its steps.
    pub actions: Vec<Action>,
    /// The faults in them.
    pub faults: Faults,
    /// The conjunct that is false at the end, or, for a way-out property, that no
    /// continuation can make true.
    pub breach: Breach,
    /// How many states were judged before: none of them breaks the property, and among
    /// them are all with fewer faults, or as many faults and fewer steps.
    pub before: u64,
}

/// Told now and then how far a search is: states so far, depth, faults.
pub type Progress<'a> = &'a (dyn Fn(u64, u32, u8) + Sync);

/// Explores everything that `swap` can do, and judges `properties` in every state.
pub fn explore<C: Contract>(
    swap: &Swap<C>,
    properties: &[Property],
    limits: Limits,
    progress: Progress<'_>,
) -> Exploration {
    Search::new(swap, properties, limits).run(progress)
}

type Layer<S> = Vec<(State<S>, Parent)>;

struct Search<'a, C: Contract> {
    swap: &'a Swap<C>,
    properties: &'a [Property],
    limits: Limits,
    watch: Watch,
    rescuer: Rescuer<'a, C>,
    parents: HashMap<Fingerprint, Parent, ByFingerprint>,
    /// States that await expansion, by faults, then by steps.
    waiting: BTreeMap<(u8, u32), Layer<C::State>>,
    /// The first layer in which each state that was not visited yet waits.
    announced: HashMap<Fingerprint, (u8, u32), ByFingerprint>,
    /// The evaluations whose witnesses were taken, by address.
    evaluations: FingerprintSet,
    result: Exploration,
}

impl<'a, C: Contract> Search<'a, C> {
    fn new(swap: &'a Swap<C>, properties: &'a [Property], limits: Limits) -> Self {
        let initial = swap.initial();
        let origin = Parent { state: fingerprint(&initial), action: 0 };
        Self {
            swap,
            properties,
            limits,
            watch: Watch::start(limits),
            rescuer: Rescuer::new(swap),
            parents: HashMap::default(),
            waiting: BTreeMap::from([((0, 0), vec![(initial, origin)])]),
            announced: HashMap::default(),
            evaluations: FingerprintSet::default(),
            result: Exploration {
                states: 0,
                transitions: 0,
                depth: 0,
                cut: None,
                frontier: 0,
                found: BTreeMap::new(),
                witnesses: HashSet::default(),
            },
        }
    }

    fn run(mut self, progress: Progress<'_>) -> Exploration {
        while let Some(((faults, depth), layer)) = self.waiting.pop_first() {
            progress(self.result.states, depth, faults);
            let mut layer = layer.into_iter();
            for (state, parent) in layer.by_ref() {
                if self.visit(state, parent, depth).is_err() {
                    break;
                }
            }
            if self.result.cut.is_some() {
                let waiting: usize = self.waiting.values().map(Vec::len).sum();
                self.result.frontier += (waiting + layer.len()) as u64;
                break;
            }
        }
        self.result
    }

    /// Judges a state that is new, and queues what can follow. Fails when the search is cut.
    fn visit(
        &mut self,
        state: State<C::State>,
        parent: Parent,
        depth: u32,
    ) -> Result<(), ()> {
        let known = fingerprint(&state);
        if self.parents.contains_key(&known) {
            return Ok(());
        }
        if let Some(cut) = self.watch.cut(self.result.states) {
            self.result.cut = Some(cut);
            self.result.frontier += 1;
            return Err(());
        }
        self.parents.insert(known, parent);
        self.announced.remove(&known);
        self.judge(&state, known);
        self.result.states += 1;
        self.result.depth = self.result.depth.max(depth);
        let actions = self.swap.enabled(&state);
        if self.limits.depth.is_some_and(|most| depth >= most) {
            if !actions.is_empty() {
                self.result.frontier += 1;
                self.result.cut = self.limits.depth.map(Cut::Depth);
            }
            return Ok(());
        }
        for (place, action) in actions.iter().enumerate() {
            let parent = Parent { state: known, action: place as u32 };
            self.take(&state, action, parent, depth);
        }
        Ok(())
    }

    fn take(
        &mut self,
        state: &State<C::State>,
        action: &Action,
        parent: Parent,
        depth: u32,
    ) {
        let Some(step) = self.swap.step(state, action) else { return };
        self.result.transitions += 1;
        self.observe(action, step.evaluation.as_ref());
        let next = fingerprint(&step.state);
        if self.parents.contains_key(&next) {
            return;
        }
        let layer = (step.state.faults.total(), depth + 1);
        let announced = self.announced.entry(next).or_insert((u8::MAX, u32::MAX));
        if layer < *announced {
            *announced = layer;
            self.waiting.entry(layer).or_default().push((step.state, parent));
        }
    }

    fn observe(&mut self, action: &Action, evaluation: Option<&Arc<Evaluation>>) {
        for witness in Witness::of_action(action).into_iter().flatten() {
            self.result.witnesses.insert(witness);
        }
        // The model makes each distinct evaluation once: most were looked at before.
        if let Some(evaluation) = evaluation
            && self.evaluations.insert(Arc::as_ptr(evaluation) as u64)
        {
            self.result.witnesses.extend(Witness::of_evaluation(evaluation));
        }
    }

    fn judge(&mut self, state: &State<C::State>, known: Fingerprint) {
        let situation = self.swap.situation(state);
        self.result.witnesses.extend(Witness::shown_in(&situation));
        for property in self.properties {
            if self.result.found.contains_key(property.name) {
                continue;
            }
            let verdict = property.judge(&situation);
            let verdict = match verdict {
                Err(breach) if property.is_way_out() => {
                    self.rescuer.way_out(property, state).map_err(|()| breach)
                }
                verdict => verdict,
            };
            if let Err(breach) = verdict {
                let found = Found {
                    actions: self.path(known),
                    faults: state.faults,
                    breach,
                    before: self.result.states,
                };
                self.result.found.insert(property.name, found);
            }
        }
    }

    /// The actions that lead to a known state, by replay from the initial one.
    fn path(&self, known: Fingerprint) -> Vec<Action> {
        let mut places = Vec::new();
        let mut at = known;
        while let Some(parent) = self.parents.get(&at).filter(|parent| parent.state != at) {
            places.push(parent.action);
            at = parent.state;
        }
        let mut state = self.swap.initial();
        let mut actions = Vec::with_capacity(places.len());
        for place in places.into_iter().rev() {
            let action = self.swap.enabled(&state).swap_remove(place as usize);
            if let Some(step) = self.swap.step(&state, &action) {
                state = step.state;
            }
            actions.push(action);
        }
        actions
    }
}
