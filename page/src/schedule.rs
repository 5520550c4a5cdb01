//! A counterexample, step by step.

use crate::actor::{Choice, Local, Participant, Role};
use crate::message::Message;
use crate::process::Wrong;
use crate::promise::Judge;
use crate::view;
use search::actors::Action;
use search::actors::local::Event;
use serde::Serialize;
use std::sync::Arc;

/// How a state comes about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Schedule {
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What is so after the last step, in the words of the promise.
    pub clause: String,
    /// How many messages are lost.
    pub lost: usize,
    /// How many messages arrive a second time.
    pub repeated: usize,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What happens.
    pub what: String,
    /// What changes by it, and what is sent.
    pub effects: Vec<String>,
}

/// A step as the search has it.
pub(crate) type Happened = Action<Arc<Message>, (), Choice>;

/// Tells the way through these states, by these actions.
pub(crate) fn tell(
    participants: &[Participant],
    judge: &Judge,
    place: usize,
    states: &[Vec<Local>],
    actions: &[Happened],
) -> Schedule {
    let steps = actions.iter().zip(states.windows(2));
    let steps = steps.map(|(action, pair)| step(participants, action, &pair[0], &pair[1]));
    let steps: Vec<_> = steps.collect();
    let last = states.last().map(Vec::as_slice).unwrap_or_default();
    let clause = match place.checked_sub(Wrong::ALL.len()) {
        Some(place) if judge.is_of_steps(place) => {
            let before = states.len().checked_sub(2).map(|place| &*states[place]);
            let broken = actions.last().zip(before);
            broken.map_or_else(String::new, |(action, before)| {
                judge.clause_of_step(place, action, before)
            })
        }
        Some(place) => judge.clause(place, last),
        None => String::new(),
    };
    let count = |is: fn(&Happened) -> bool| actions.iter().filter(|action| is(action)).count();
    Schedule {
        steps,
        clause,
        lost: count(|action| matches!(action, Action::Drop(_))),
        repeated: count(|action| matches!(action, Action::DeliverAndKeep(_))),
    }
}

fn step(
    participants: &[Participant],
    action: &Happened,
    before: &[Local],
    after: &[Local],
) -> Step {
    match action {
        Action::Deliver(envelope) => {
            let place = usize::from(envelope.dst);
            delivered(&participants[place], &envelope.msg, &before[place], &after[place], "")
        }
        Action::DeliverAndKeep(envelope) => {
            let place = usize::from(envelope.dst);
            let again = "; the message will come again";
            delivered(&participants[place], &envelope.msg, &before[place], &after[place], again)
        }
        Action::Drop(envelope) => {
            let Message { from, target, .. } = &*envelope.msg;
            let what = format!("lost: {} from {from} to {target}", envelope.msg);
            Step { what, effects: Vec::new() }
        }
        Action::Own(actor, Event::Choice(_, choice)) => {
            let place = usize::from(*actor);
            acted(&participants[place], *choice, &before[place])
        }
        Action::Own(_, Event::Timeout(())) => unreachable!("no participant sets a timer"),
    }
}

fn acted(participant: &Participant, choice: Choice, before: &Local) -> Step {
    let (Role::Person(person), Local::Person { done, .. }) = (&participant.role, before) else {
        unreachable!("only people act on their own");
    };
    let message = person.message(choice, done[choice.act]);
    let what = format!("{} sends {message} to {}", person.name, message.target);
    Step { what, effects: Vec::new() }
}

fn delivered(
    participant: &Participant,
    message: &Message,
    before: &Local,
    after: &Local,
    behind: &str,
) -> Step {
    let Message { from, target, .. } = message;
    let what = format!("{target} receives {message} from {from}{behind}");
    let effects = match (&participant.role, before, after) {
        (
            Role::Process(process),
            Local::Process { state, evaluated, wrong: None, .. },
            Local::Process { state: next, .. },
        ) => match process.evaluate(state, message, evaluated.contains(&message.id)) {
            Ok(Some(step)) => {
                let names = &process.told.observed;
                let (before, after) = (process.observe(state), process.observe(next));
                let sent = step.sent.iter();
                let sent = sent.map(|sent| format!("sends {sent} to {}", sent.target));
                let changes = view::changes(names, &before, &after);
                [step.told].into_iter().chain(changes).chain(sent).chain(step.skipped).collect()
            }
            Ok(None) => vec!["it does not trust who signed it".to_owned()],
            Err(why) => vec![why],
        },
        _ => Vec::new(),
    };
    Step { what, effects }
}
