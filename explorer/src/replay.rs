//! Running a counterexample again, on whole states, without the tables of the search.
//!
//! A replay takes each action by name where the model says it is enabled, and judges the
//! property in the last state. Whether a trap is one is asked of stateright's own
//! breadth-first search.

use crate::counterexample::Counterexample;
use crate::trace::{NotEnabled, Trace};
use model::{Action, State, Subject, SubjectState, Swap};
use properties::{Breach, Judge};
use stateright::{Checker, HasDiscoveries, Model, Path, Property};
use std::{fmt, sync::Arc};

/// A counterexample as it went.
pub struct Replay {
    pub trace: Trace,
    /// What it breaks.
    pub property: properties::Property,
    /// What is false at the end.
    pub breach: Breach,
    /// For a way-out property: how the last step closed the last way.
    pub trap: Option<Trap>,
}

/// A trap: a state from which no continuation leads out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// How many states can still be reached from it; none is out.
    pub states: u64,
    /// A way out that there still was before the last step: nothing to do, where that state
    /// itself was out.
    pub way_before: Vec<Action>,
}

/// Why a counterexample does not replay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// A step is not possible where it is taken.
    NotEnabled(NotEnabled),
    /// The run is possible, and the property holds at its end.
    NotBroken { property: &'static str, steps: usize },
    /// Whether there is a way out takes too many states to say.
    TooLarge {
        /// The step after which it was asked.
        step: usize,
    },
    /// The property is broken before the end.
    BrokenEarlier {
        property: &'static str,
        /// The first step after which it is.
        step: usize,
        steps: usize,
    },
}

/// States within reach of one state that are searched for a way out.
const MOST_RESCUED: usize = 100_000;

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotEnabled(error) => error.fmt(f),
            Self::NotBroken { property, steps } => {
                write!(f, "the run is possible, but after its {steps} steps {property} holds")
            }
            Self::TooLarge { step } => write!(
                f,
                "more than {MOST_RESCUED} states can still be reached after step {step}: too many to know whether one of them is a way out; use smaller bounds"
            ),
            Self::BrokenEarlier { property, step, steps } => write!(
                f,
                "{property} is broken after step {step} already; the {} after it do not belong to the counterexample",
                steps - step
            ),
        }
    }
}

impl std::error::Error for ReplayError {}

impl Replay {
    /// Runs a counterexample again.
    ///
    /// # Errors
    /// The step that is not possible, or that the property is not broken by exactly these
    /// steps.
    pub fn of(counterexample: Counterexample) -> Result<Self, ReplayError> {
        let Counterexample { world, property, actions } = counterexample;
        let trace = Trace::of(world, &actions).map_err(ReplayError::NotEnabled)?;
        let (breach, trap) = judge(&trace, &property)?;
        Ok(Self { trace, property, breach, trap })
    }
}

fn judge(
    trace: &Trace,
    property: &properties::Property,
) -> Result<(Breach, Option<Trap>), ReplayError> {
    let (swap, steps) = (&trace.swap, trace.len());
    let mut way_before = Vec::new();
    for (step, state) in trace.states().iter().enumerate() {
        let Err(breach) = property.judge(&swap.situation(state)) else {
            way_before.clear();
            continue;
        };
        let trap = match property.judge {
            // Less may have been lost before.
            Judge::Amount(_) if step < steps => continue,
            Judge::Always(_) | Judge::Amount(_) => None,
            Judge::WayOut(_) => match rescue(swap, *property, state) {
                Help::Out(way) => {
                    way_before = way;
                    continue;
                }
                Help::InVain(states) => Some(Trap { states, way_before }),
                Help::Unknown => return Err(ReplayError::TooLarge { step }),
            },
        };
        if step < steps {
            return Err(ReplayError::BrokenEarlier { property: property.name, step, steps });
        }
        return Ok((breach, trap));
    }
    Err(ReplayError::NotBroken { property: property.name, steps })
}

/// What stateright's search says of a state from which all help.
enum Help {
    /// There is a way out, for example this.
    Out(Vec<Action>),
    /// There is none in this many states, which are all.
    InVain(u64),
    /// There are more states than are searched.
    Unknown,
}

fn rescue(
    swap: &Arc<Swap<Subject>>,
    goal: properties::Property,
    state: &State<SubjectState>,
) -> Help {
    let rescue = Rescue { swap: Arc::clone(swap), from: swap.rescue(state), goal };
    let checker = rescue
        .checker()
        .finish_when(HasDiscoveries::AnyOf(["out"].into()))
        .target_state_count(MOST_RESCUED)
        .spawn_bfs()
        .join();
    // stateright may go on past the first state that is out.
    let is_in = |state: &State<SubjectState>| goal.judge(&swap.situation(state)).is_err();
    let up_to_out = |way: Path<State<SubjectState>, Action>| {
        let steps = way.into_vec().into_iter();
        steps.take_while(|(state, _)| is_in(state)).filter_map(|(_, action)| action).collect()
    };
    // stateright says that a search is done when it met its target: only the count tells.
    match (checker.discovery("out"), checker.state_count() < MOST_RESCUED) {
        (Some(way), _) => Help::Out(up_to_out(way)),
        (None, true) => Help::InVain(checker.unique_state_count() as u64),
        (None, false) => Help::Unknown,
    }
}

/// What can happen after a state when everybody helps, as a model of its own.
struct Rescue {
    swap: Arc<Swap<Subject>>,
    from: State<SubjectState>,
    goal: properties::Property,
}

impl Model for Rescue {
    type State = State<SubjectState>;
    type Action = Action;

    fn init_states(&self) -> Vec<Self::State> {
        vec![self.from.clone()]
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Action>) {
        actions.extend(self.swap.enabled(state));
    }

    fn next_state(&self, state: &Self::State, action: Action) -> Option<Self::State> {
        self.swap.step(state, &action).map(|step| step.state)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        // A property that always holds keeps stateright from stopping before it is done.
        vec![
            Property::sometimes("out", |model: &Self, state| {
                model.goal.judge(&model.swap.situation(state)).is_ok()
            }),
            Property::always("goes on", |_, _| true),
        ]
    }
}
