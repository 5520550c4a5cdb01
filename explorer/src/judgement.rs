//! What the promises are worth in a state, and after each thing that can happen next.

use crate::trace::Trace;
use crate::way_out::{Rescuer, Way};
use crate::words::{sentence, shorten};
use crate::world::World;
use model::{Action, State, Subject, SubjectState, Swap};
use properties::Property;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};

/// States that are looked at for one way out.
const MOST: usize = 100_000;

/// How a promise stands in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is kept.
    Kept,
    /// It asks for a way out, and is not there yet; there is a way.
    OnTheWay,
    /// It is false, and may come true again without further faults.
    Recoverable,
    /// It is false, and whether it can come true again takes too many states to say.
    Unknown,
    /// It is false, and no way leads back.
    Doomed,
}

/// How one promise stands.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// The promise.
    pub property: &'static str,
    /// How it stands.
    pub standing: Standing,
    /// What is false of it, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conjunct: Option<&'static str>,
    /// With which values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(&'static str, String)>,
}

/// What is ahead after a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outlook {
    /// Every promise is kept, and what asks for a way out has one.
    Safe,
    /// Some promise is false, and all of those can come true again.
    Recoverable,
    /// Of some promise that is false it takes too many states to say.
    Unknown,
    /// Some promise is false for good.
    Doomed,
}

/// Something that can happen next.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// The action, by name.
    pub action: String,
    /// What it does.
    pub sentence: String,
    /// What kind of action it is.
    pub kind: &'static str,
    /// The message that it is about, by its causal name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What is ahead after it.
    pub outlook: Outlook,
    /// The promises that it makes false.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<&'static str>,
}

/// Judges the states of one world.
#[derive(Clone)]
pub struct Judges {
    swap: Arc<Swap<Subject>>,
    /// What is judged.
    pub properties: Vec<Property>,
    rescuer: Arc<Mutex<Rescuer>>,
}

/// The promises of which there is something to say of a contract.
pub fn promises(subject: &Subject) -> Vec<Property> {
    let mut all = properties::ALL.to_vec();
    match subject {
        Subject::Variant(_) => {}
        Subject::Pair(_) => all = vec![properties::OF_TWINS],
        Subject::Lua(lua, _) => {
            all.extend(properties::OF_LUA);
            all.extend(lua.manner().is_paranoid.then_some(properties::OF_PARANOIA));
            all.extend(lua.program().successor.is_some().then_some(properties::OF_UPGRADES));
        }
    }
    all
}

impl Judges {
    /// The judges of a world; `swap` is its model.
    pub fn of(world: &World, swap: &Arc<Swap<Subject>>) -> Self {
        let rescuer = Arc::new(Mutex::new(Rescuer::within(MOST)));
        Self { swap: Arc::clone(swap), properties: promises(&world.subject), rescuer }
    }

    /// How every promise stands in a state.
    pub fn judge(&self, state: &State<SubjectState>) -> Vec<Judgement> {
        let situation = self.swap.situation(state);
        let judge = |property: &Property| {
            let breach = property.judge(&situation).err();
            let standing = breach.as_ref().map_or(Standing::Kept, |_| self.broken(property, state));
            let (conjunct, values) = breach.map(|breach| (breach.conjunct, breach.values)).unzip();
            let values = values.unwrap_or_default().into_iter();
            let values = values.map(|(name, value)| (name, shorten(&value))).collect();
            Judgement { property: property.name, standing, conjunct, values }
        };
        self.properties.iter().map(judge).collect()
    }

    /// How a promise stands that is not true in a state.
    fn broken(&self, property: &Property, state: &State<SubjectState>) -> Standing {
        let mut rescuer = self.rescuer.lock().unwrap_or_else(PoisonError::into_inner);
        match rescuer.way_out(&self.swap, property, state) {
            Way::Out if property.is_way_out() => Standing::OnTheWay,
            Way::Out => Standing::Recoverable,
            Way::None => Standing::Doomed,
            Way::Unknown => Standing::Unknown,
        }
    }

    /// All that can happen after `step` steps of a run, and what is ahead then.
    pub fn choices(&self, trace: &Trace, step: usize) -> Vec<Choice> {
        let before = trace.state(step);
        let broken_before = broken(&self.judge(before));
        let choice = |action: Action| {
            let step = self.swap.step(before, &action)?;
            let judgements = self.judge(&step.state);
            let mut breaks = broken(&judgements);
            breaks.retain(|name| !broken_before.contains(name));
            Some(Choice {
                action: action.to_string(),
                sentence: sentence(before, &action, step.evaluation.as_deref()),
                kind: kind(&action),
                message: message(&action),
                outlook: outlook(&judgements),
                breaks,
            })
        };
        trace.enabled(step).into_iter().filter_map(choice).collect()
    }
}

/// The promises that are not kept.
pub fn broken(judgements: &[Judgement]) -> Vec<&'static str> {
    let is_broken = |one: &&Judgement| one.standing > Standing::OnTheWay;
    judgements.iter().filter(is_broken).map(|one| one.property).collect()
}

/// What is ahead where promises stand like this.
pub fn outlook(judgements: &[Judgement]) -> Outlook {
    match judgements.iter().map(|one| one.standing).max() {
        None | Some(Standing::Kept | Standing::OnTheWay) => Outlook::Safe,
        Some(Standing::Recoverable) => Outlook::Recoverable,
        Some(Standing::Unknown) => Outlook::Unknown,
        Some(Standing::Doomed) => Outlook::Doomed,
    }
}

/// What kind of action it is: `act`, `trick`, `deliver`, `lose`, `again`, `owner` or `exit`.
pub fn kind(action: &Action) -> &'static str {
    match action {
        Action::Act { intent: model::Intent::Trick(_), .. } => "trick",
        Action::Act { .. } => "act",
        Action::Deliver { .. } => "deliver",
        Action::Lose { .. } => "lose",
        Action::Again { .. } => "again",
        Action::Owner { .. } | Action::Upgrade => "owner",
        Action::Exit { .. } => "exit",
    }
}

fn message(action: &Action) -> Option<String> {
    match action {
        Action::Deliver { message } | Action::Lose { message } | Action::Again { message, .. } => {
            Some(message.to_string())
        }
        Action::Act { .. } | Action::Owner { .. } | Action::Upgrade | Action::Exit { .. } => None,
    }
}
