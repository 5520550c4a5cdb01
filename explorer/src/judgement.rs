//! Whether each promise holds in a state, and after each possible next step.

use crate::trace::Trace;
use crate::way_out::{Patience, Rescuer, Way};
use crate::words::{sentence, shorten};
use crate::world::World;
use model::{Action, State, Subject, SubjectState, Swap};
use properties::{Breach, Property};
use serde::Serialize;
use std::sync::{Arc, Mutex};

/// States that are looked at for one question, to say whether what is false can come true again.
pub const MOST: usize = 200_000;

/// How many states are remembered.
const REMEMBERED: usize = 4_000_000;

/// How a promise stands in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    Kept,
    /// It asks for a way out, and is not there yet; there is a way.
    OnTheWay,
    /// It asks for a way out, and is not there yet; whether there is a way takes too many states
    /// to say.
    Open,
    /// It is false, but can become true again without further faults.
    Recoverable,
    /// It is false; there are too many states to know whether it can become true again.
    Unknown,
    /// It is false, and cannot become true again.
    Doomed,
}

/// How one promise stands.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    pub property: &'static str,
    pub standing: Standing,
    /// What is false of it, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conjunct: Option<&'static str>,
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
    /// Some promise is false, and there are too many states to know more.
    Unknown,
    /// Some promise is false for good.
    Doomed,
}

/// Something that can happen next.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// The action, by name.
    pub action: String,
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

/// The promises that say something about a contract.
pub fn promises(subject: &Subject) -> Vec<Property> {
    let mut all = properties::ALL.to_vec();
    match subject {
        Subject::Variant(_) => {}
        Subject::Pair(_) => all = vec![properties::OF_TWINS],
        Subject::Lua(lua, _) => {
            all.extend(properties::OF_LUA);
            all.extend(lua.program().successor.is_some().then_some(properties::OF_UPGRADES));
        }
    }
    all
}

impl Judges {
    /// The judges of a world; `swap` is its model.
    pub fn of(world: &World, swap: &Arc<Swap<Subject>>) -> Self {
        let rescuer = Arc::new(Mutex::new(Rescuer::default()));
        Self { swap: Arc::clone(swap), properties: promises(&world.subject), rescuer }
    }

    /// The same judges, of one promise alone.
    #[must_use]
    pub fn only(self, property: Property) -> Self {
        Self { properties: vec![property], ..self }
    }

    /// How every promise stands in a state.
    pub fn judge(&self, state: &State<SubjectState>) -> Vec<Judgement> {
        self.judge_within(state, &Patience::of(MOST))
    }

    fn judge_within(&self, state: &State<SubjectState>, patience: &Patience) -> Vec<Judgement> {
        let situation = self.swap.situation(state);
        let breaches: Vec<_> = self.properties.iter().map(|p| p.judge(&situation).err()).collect();
        let mut to_do = breaches.iter().flatten().count();
        let judge = |(property, breach): (&Property, Option<Breach>)| {
            let standing = breach.as_ref().map_or(Standing::Kept, |_| {
                to_do -= 1;
                patience.share(to_do + 1, |part| self.broken_standing(property, state, part))
            });
            Judgement::of(property, standing, breach)
        };
        self.properties.iter().zip(breaches).map(judge).collect()
    }

    /// How a promise stands that is not true in a state.
    fn broken_standing(
        &self,
        property: &Property,
        state: &State<SubjectState>,
        patience: &Patience,
    ) -> Standing {
        match (self.way_out(property, state, patience), property.is_way_out()) {
            (Way::Out, true) => Standing::OnTheWay,
            (Way::Out, false) => Standing::Recoverable,
            (Way::Unknown, true) => Standing::Open,
            (Way::Unknown, false) => Standing::Unknown,
            (Way::None, _) => Standing::Doomed,
        }
    }

    /// If the cache is locked by another question, this one works without it, so that none waits.
    fn way_out(
        &self,
        property: &Property,
        state: &State<SubjectState>,
        patience: &Patience,
    ) -> Way {
        let Ok(mut rescuer) = self.rescuer.try_lock() else {
            return Rescuer::default().way_out_within(&self.swap, property, state, patience);
        };
        rescuer.forget_beyond(REMEMBERED);
        rescuer.way_out_within(&self.swap, property, state, patience)
    }

    /// The promises that are not kept in a state.
    pub fn broken(&self, state: &State<SubjectState>, patience: &Patience) -> Vec<&'static str> {
        let situation = self.swap.situation(state);
        let is_broken = |property: &&Property| {
            let is_false = property.judge(&situation).is_err();
            let is_lost = || self.way_out(property, state, patience) == Way::None;
            is_false && (!property.is_way_out() || is_lost())
        };
        self.properties.iter().filter(is_broken).map(|property| property.name).collect()
    }

    /// All that can happen after `step` steps of a run, and what is ahead then.
    pub fn choices(&self, trace: &Trace, step: usize) -> Vec<Choice> {
        self.choices_within(trace, step, &Patience::of(MOST))
    }

    /// The same, as far as patience goes: each choice has an even share of it.
    pub fn choices_within(&self, trace: &Trace, step: usize, patience: &Patience) -> Vec<Choice> {
        let before = trace.state(step);
        let actions = trace.enabled(step);
        let mut to_do = actions.len() + 1;
        let broken_before = patience.share(to_do, |part| self.broken(before, part));
        let choice = |action: Action| {
            to_do -= 1;
            let step = self.swap.step(before, &action)?;
            let judgements = patience.share(to_do, |part| self.judge_within(&step.state, part));
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
        actions.into_iter().filter_map(choice).collect()
    }
}

impl Judgement {
    fn of(property: &Property, standing: Standing, breach: Option<Breach>) -> Self {
        let (conjunct, values) = breach.map(|breach| (breach.conjunct, breach.values)).unzip();
        let values = values.unwrap_or_default().into_iter();
        let values = values.map(|(name, value)| (name, shorten(&value))).collect();
        Self { property: property.name, standing, conjunct, values }
    }
}

/// The promises that are not kept.
fn broken(judgements: &[Judgement]) -> Vec<&'static str> {
    let is_broken = |one: &&Judgement| one.standing > Standing::Open;
    judgements.iter().filter(is_broken).map(|one| one.property).collect()
}

/// What is ahead where promises stand like this.
pub fn outlook(judgements: &[Judgement]) -> Outlook {
    let ahead = |one: &Judgement| match one.standing {
        Standing::Kept | Standing::OnTheWay => Outlook::Safe,
        Standing::Recoverable => Outlook::Recoverable,
        Standing::Open | Standing::Unknown => Outlook::Unknown,
        Standing::Doomed => Outlook::Doomed,
    };
    judgements.iter().map(ahead).max().unwrap_or(Outlook::Safe)
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

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Bounds, Profile, Reductions, Variant};

    /// All may happen, to four users: the whole space has a hundred million states.
    fn large() -> Trace {
        let bounds = Bounds { users: 4, .."small".parse::<Bounds>().expect("bounds") };
        let profile = "hostile".parse::<Profile>().expect("a profile");
        let subject = Variant::Hardened.into();
        let mut trace =
            Trace::start(World { subject, profile, bounds, reductions: Reductions::default() });
        for name in ["alice", "bob", "carol", "mallory"] {
            trace.take_named(&format!("{name}: deposit")).expect("it is possible");
        }
        trace
    }

    fn outlook_of_a_loss(states: usize) -> (Outlook, usize) {
        let trace = large();
        let (judges, patience) = (Judges::of(&trace.world, &trace.swap), Patience::of(states));
        let choices = judges.choices_within(&trace, 4, &patience);
        let loss = choices.iter().find(|choice| choice.action == "lose alice.deposit.1/1");
        (loss.expect("it is possible").outlook, states - patience.left())
    }

    #[test]
    fn of_a_hundred_million_states_few_are_looked_at() {
        let (outlook, looked_at) = outlook_of_a_loss(MOST);
        assert_eq!(outlook, Outlook::Doomed);
        assert!((100..10_000).contains(&looked_at), "{looked_at}");
    }

    #[test]
    fn what_takes_more_states_than_may_be_looked_at_is_unknown() {
        for states in [0, 10, 100] {
            let (outlook, looked_at) = outlook_of_a_loss(states);
            assert_eq!(outlook, Outlook::Unknown, "{states}");
            assert!(looked_at <= states, "{looked_at} of {states}");
        }
    }

    #[test]
    fn nothing_is_looked_at_for_whom_is_gone() {
        let trace = large();
        let judges = Judges::of(&trace.world, &trace.swap);
        let gone = Arc::new(std::sync::atomic::AtomicBool::new(true));
        let choices = judges.choices_within(&trace, 4, &Patience::of(MOST).until(gone));
        assert!(choices.iter().all(|choice| choice.outlook == Outlook::Unknown));
    }

    #[test]
    fn a_promise_of_a_way_out_is_broken_only_once_that_is_known() {
        let trace = large();
        let judges = Judges::of(&trace.world, &trace.swap);
        let open = judges.judge_within(trace.last(), &Patience::of(0));
        assert!(open.iter().any(|one| one.standing == Standing::Open), "{open:?}");
        assert_eq!(judges.broken(trace.last(), &Patience::of(0)), [""; 0]);
    }
}
