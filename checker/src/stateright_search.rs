//! The same search by stateright's own checkers.
//!
//! They are the oracle: slower, with nothing packed, and with another author. All properties
//! are judged in one run, which goes through all states; for each that is broken, a second
//! run looks for a counterexample. (A run of several properties returns other than shortest
//! ones, and stops when all are broken.)

use crate::limits::Cut;
use crate::search::{Broken, Exploration, Found, NEVER_RESTS, Progress};
use crate::settings::Engine;
use explorer::way_out::{Rescuer, Way};
use model::{Action, Contract, Digest, Secret, State, Swap};
use properties::{Property, Witness};
use stateright::{Checker, CheckerBuilder, Model, Path};
use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{thread, time::Duration};

type Witnesses = HashSet<Witness, foldhash::fast::RandomState>;

/// A state with a number that nobody can foresee. Stateright knows states by 64 bits of a hash
/// whose keys are public; this is all that it hashes.
#[derive(Clone, Debug, PartialEq)]
struct Known<S> {
    number: u64,
    state: State<S>,
}

impl<S> Hash for Known<S> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.number);
    }
}

/// A swap whose states are judged as stateright meets them.
struct Judged<C: Contract> {
    swap: Arc<Swap<C>>,
    secret: Secret,
    properties: Vec<Property>,
    /// Stop where this one is broken; otherwise note what is, and go on.
    target: Option<usize>,
    broken: AtomicU64,
    witnesses: Mutex<Witnesses>,
    rescuer: Mutex<Rescuer>,
    /// States for which it was not decided whether there is a way out.
    undecided: AtomicU64,
}

/// Explores everything that `swap` can do, and judges `properties` in every state.
///
/// [`model::Reduction::Symmetry`] has no effect here: stateright's breadth-first search would
/// ignore it.
///
/// Where the second run does not find what the first one found, which is a defect, the search is
/// [cut](Cut::Contradicted). What is found of handlers that were refused means nothing.
pub fn explore<C: Contract>(
    swap: &Arc<Swap<C>>,
    properties: &[Property],
    engine: Engine,
    threads: usize,
    progress: Progress<'_>,
) -> Exploration {
    let all = Judged::new(swap, properties, None);
    let checker = watch(engine, all.checker().threads(threads), progress);
    let judged = checker.model();
    let broken = judged.broken.load(Ordering::Relaxed);
    let names = properties.iter().enumerate().filter(|(place, _)| broken >> place & 1 == 1);
    let mut contradicted = None;
    let found = names.filter_map(|(place, property)| {
        let first = counterexample(swap, properties, place, engine);
        // Handlers that were refused since then do nothing any more, and nothing is said of them.
        if first.is_none() && !swap.tim3.handlers.is_refused() {
            contradicted.get_or_insert(Cut::Contradicted(property.name));
        }
        Some((property.name, Broken { first: first?, others: Vec::new() }))
    });
    let found = found.collect();
    let states = checker.unique_state_count() as u64;
    Exploration {
        states,
        unreduced: states,
        transitions: checker.state_count() as u64 - 1,
        // stateright counts states where we count steps.
        depth: u32::try_from(checker.max_depth().saturating_sub(1)).unwrap_or(u32::MAX),
        cut: contradicted.or_else(|| cut(judged, swap)),
        frontier: 0,
        found,
        // Both the number of a state and its hash may be that of another.
        keys: states,
        witnesses: judged.witnesses().clone(),
    }
}

/// Why its verdicts are none of the whole space, if they are not.
fn cut<C: Contract>(judged: &Judged<C>, swap: &Swap<C>) -> Option<Cut> {
    let undecided = judged.undecided.load(Ordering::Relaxed);
    let undecided = (undecided > 0).then_some(Cut::WaysOut(undecided));
    undecided.or(swap.tim3.handlers.never_rests().then_some(Cut::Other(NEVER_RESTS)))
}

/// Runs a checker to its end and tells how far it is.
fn watch<C: Contract>(
    engine: Engine,
    builder: CheckerBuilder<Judged<C>>,
    progress: Progress<'_>,
) -> Box<dyn Checker<Judged<C>>> {
    if engine == Engine::StaterightDfs {
        return Box::new(until_done(builder.spawn_dfs(), progress));
    }
    Box::new(until_done(builder.spawn_bfs(), progress))
}

fn until_done<C: Contract, K: Checker<Judged<C>>>(checker: K, progress: Progress<'_>) -> K {
    while !checker.is_done() {
        thread::sleep(Duration::from_millis(5));
        progress(&search::Progress {
            states: checker.unique_state_count() as u64,
            depth: u32::try_from(checker.max_depth()).unwrap_or(u32::MAX),
            cost: 0,
            frontier: 0,
            memory: 0,
        });
    }
    checker.join()
}

/// A run that breaks one property, from one thread; nothing where none does.
fn counterexample<C: Contract>(
    swap: &Arc<Swap<C>>,
    properties: &[Property],
    place: usize,
    engine: Engine,
) -> Option<Found> {
    let property = &properties[place];
    let model = Judged::new(swap, properties, Some(place));
    let checker = watch(engine, model.checker(), &|_| ());
    let path = way_to_breach(&*checker, swap)?;
    let state = path.last_state().state.clone();
    let breach = property.judge(&swap.situation(&state)).err()?;
    let faults = state.spent.faults;
    Some(Found { actions: path.into_actions(), faults, breach, before: None })
}

/// The way to the state that a run stopped at. Stateright goes it again, and panics where that
/// ends otherwise, as it does where handlers are refused meanwhile.
fn way_to_breach<C: Contract>(
    checker: &dyn Checker<Judged<C>>,
    swap: &Swap<C>,
) -> Option<Path<Known<C::State>, Action>> {
    if swap.tim3.handlers.is_refused() {
        return None;
    }
    panic::catch_unwind(AssertUnwindSafe(|| checker.discovery(PROMISES))).ok().flatten()
}

/// The name of the one property that stateright knows.
const PROMISES: &str = "every promise";

impl<C: Contract> Judged<C> {
    fn new(swap: &Arc<Swap<C>>, properties: &[Property], target: Option<usize>) -> Self {
        Self {
            swap: Arc::clone(swap),
            secret: Secret::random(),
            properties: properties.to_vec(),
            target,
            broken: AtomicU64::new(0),
            witnesses: Mutex::default(),
            rescuer: Mutex::default(),
            undecided: AtomicU64::new(0),
        }
    }

    fn known(&self, state: State<C::State>) -> Known<C::State> {
        Known { number: self.secret.number(&Digest::of_value(&state), 0), state }
    }

    fn witnesses(&self) -> MutexGuard<'_, Witnesses> {
        self.witnesses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_broken(&self, property: &Property, state: &State<C::State>) -> bool {
        let is_false = property.judge(&self.swap.situation(state)).is_err();
        let way_out = || {
            let mut rescuer = self.rescuer.lock().unwrap_or_else(PoisonError::into_inner);
            let way = rescuer.way_out(&self.swap, property, state);
            if way == Way::Unknown {
                self.undecided.fetch_add(1, Ordering::Relaxed);
            }
            way != Way::None
        };
        is_false && !(property.is_way_out() && way_out())
    }

    /// False only where the property that is looked for is broken.
    fn goes_on(&self, state: &State<C::State>) -> bool {
        if let Some(target) = self.target {
            return !self.is_broken(&self.properties[target], state);
        }
        self.witnesses().extend(Witness::of_history(&state.history));
        for (place, property) in self.properties.iter().enumerate() {
            let known = self.broken.load(Ordering::Relaxed) >> place & 1 == 1;
            if !known && self.is_broken(property, state) {
                self.broken.fetch_or(1 << place, Ordering::Relaxed);
            }
        }
        true
    }
}

impl<C: Contract> Model for Judged<C> {
    type State = Known<C::State>;
    type Action = Action;

    fn init_states(&self) -> Vec<Self::State> {
        self.swap.init_states().into_iter().map(|state| self.known(state)).collect()
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Action>) {
        self.swap.actions(&state.state, actions);
    }

    fn next_state(&self, state: &Self::State, action: Action) -> Option<Self::State> {
        let mut seen = self.witnesses();
        seen.extend(Witness::of_action(&action).into_iter().flatten());
        drop(seen);
        let step = self.swap.step(&state.state, &action)?;
        if let Some(evaluation) = &step.evaluation {
            self.witnesses().extend(Witness::of_evaluation(evaluation));
        }
        (!self.swap.leaves_out(&state.state, &step.state)).then(|| self.known(step.state))
    }

    fn properties(&self) -> Vec<stateright::Property<Self>> {
        let goes_on = |model: &Self, state: &Self::State| model.goes_on(&state.state);
        vec![stateright::Property::always(PROMISES, goes_on)]
    }
}
