//! A counterexample, step by step.

use crate::actor::{Delivery, Own, Participant, Role};
use crate::local::{Local, OfProcess};
use crate::message::Message;
use crate::process::{Process, Wrong};
use crate::promise::Judge;
use crate::recorded;
use crate::view;
use aos::Item;
use search::actors::Action;
use search::actors::local::Event;
use serde::Serialize;
use smol_str::SmolStr;
use std::sync::Arc;

/// How a state comes about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Schedule {
    pub steps: Vec<Step>,
    /// What is so after the last step, in the words of the promise.
    pub clause: String,
    /// How many messages are lost.
    pub lost: usize,
    /// How many messages arrive a second time.
    pub repeated: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What a file calls it.
    pub name: String,
    pub what: String,
    /// What changes by it, and what is sent.
    pub effects: Vec<String>,
    /// The message that arrives or is lost, if one does.
    pub taken: Option<Taken>,
    /// The messages that are sent.
    pub sent: Vec<Letter>,
    /// What a process gets, if one does.
    #[serde(skip)]
    pub got: Option<Got>,
    /// The place of the process whose message is lost, if one's is.
    #[serde(skip)]
    pub missed: Option<usize>,
}

/// What a process gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Got {
    /// The place of the process on the page.
    pub process: usize,
    pub item: Item,
    /// Whether it believes who it is from.
    pub is_trusted: bool,
    /// How many messages it sends that somebody may get.
    pub sent: usize,
}

/// A message in a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// Its id, which names its cause.
    pub id: SmolStr,
    pub from: SmolStr,
    pub to: SmolStr,
    /// Its Action and tags.
    pub says: String,
    /// Whether somebody reads it.
    pub is_read: bool,
}

/// A message that is taken from the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    pub id: SmolStr,
    pub is_lost: bool,
    pub comes_again: bool,
}

/// A step as the search has it.
pub(crate) type Happened = Action<Arc<Message>, (), Own>;

/// The way to a state.
pub(crate) struct Way<'a> {
    /// What all participants keep, in each state.
    pub states: &'a [Vec<Local>],
    /// What happens between them.
    pub actions: &'a [Happened],
    /// What is on its way in the last state.
    pub in_flight: &'a [Arc<Message>],
}

/// Tells the way to a state that breaks the promise at a place.
pub(crate) fn tell(
    participants: &[Participant],
    judge: &Judge,
    place: usize,
    way: &Way<'_>,
) -> Schedule {
    let Way { states, actions, in_flight } = way;
    let steps = actions.iter().zip(states.windows(2));
    let steps = steps.map(|(action, pair)| {
        let name = recorded::name(participants, action);
        Step { name, ..step(participants, action, &pair[0], &pair[1]) }
    });
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
        Some(place) => judge.clause(place, last, in_flight),
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
            delivered(&participants[place], &envelope.msg, &before[place], &after[place], false)
        }
        Action::DeliverAndKeep(envelope) => {
            let place = usize::from(envelope.dst);
            delivered(&participants[place], &envelope.msg, &before[place], &after[place], true)
        }
        Action::Drop(envelope) => {
            let Message { id, from, target, .. } = &*envelope.msg;
            let what = format!("lost: {} from {from} to {target}", envelope.msg);
            let taken = Taken { id: id.clone(), is_lost: true, comes_again: false };
            let place = usize::from(envelope.dst);
            let is_process = matches!(participants[place].role, Role::Process(_));
            let missed = is_process.then_some(place);
            Step { what, taken: Some(taken), missed, ..Step::default() }
        }
        Action::Own(actor, Event::Choice(_, own)) => {
            let place = usize::from(*actor);
            acted(&participants[place], *own, &before[place])
        }
        Action::Own(_, Event::Timeout(())) => unreachable!("no participant sets a timer"),
    }
}

fn acted(participant: &Participant, own: Own, before: &Local) -> Step {
    match (&participant.role, before, own) {
        (Role::Person(person), Local::Person(local), Own::Act(choice)) => {
            let message = person.message(choice, local);
            let at = participant.instant(message.at);
            let at = at.filter(|_| message.at > 0).map(|name| format!(" at '{name}'"));
            let at = at.unwrap_or_default();
            let what = format!("{} sends {message} to {}{at}", person.name, message.target);
            let sent = vec![Letter::of(&message, participant)];
            Step { what, sent, ..Step::default() }
        }
        (Role::Process(process), _, Own::Tick(at)) => {
            let instant = participant.instant(at).unwrap_or_default();
            let what = format!("time passes: it is '{instant}' at {}", process.told.name);
            Step { what, ..Step::default() }
        }
        _ => unreachable!("people act, and processes have clocks"),
    }
}

impl Letter {
    fn of(message: &Message, sender: &Participant) -> Self {
        Self {
            id: message.id.clone(),
            from: message.from.clone(),
            to: message.target.clone(),
            says: message.to_string(),
            is_read: sender.world.reader(message).is_some(),
        }
    }
}

fn delivered(
    participant: &Participant,
    message: &Message,
    before: &Local,
    after: &Local,
    comes_again: bool,
) -> Step {
    let Message { id, from, target, .. } = message;
    let behind = if comes_again { "; the message will come again" } else { "" };
    let what = format!("{target} receives {message} from {from}{behind}");
    let taken = Some(Taken { id: id.clone(), is_lost: false, comes_again });
    let (effects, sent) = match (&participant.role, before, after) {
        (Role::Process(process), Local::Process(before), Local::Process(after)) => {
            effects(participant, process, message, before, after)
        }
        _ => (Vec::new(), Vec::new()),
    };
    let got = match (&participant.role, before) {
        (Role::Process(process), Local::Process(local)) => {
            got(participant, process, message, local, sent.len())
        }
        _ => None,
    };
    Step { what, effects, taken, sent, got, ..Step::default() }
}

/// What a process that has not stopped gets of a message.
fn got(
    participant: &Participant,
    process: &Process,
    message: &Message,
    before: &OfProcess,
    sent: usize,
) -> Option<Got> {
    let trusted = process.does_trust(&before.state, &message.owner, &message.from);
    let is_trusted = trusted.ok().filter(|_| !before.is_stopped && !message.stops)?;
    let given = participant.given(before, message);
    let item = message.item(given.is_again, given.timestamp);
    Some(Got { process: participant.place, item, is_trusted, sent })
}

fn effects(
    participant: &Participant,
    process: &Process,
    message: &Message,
    before: &OfProcess,
    after: &OfProcess,
) -> (Vec<String>, Vec<Letter>) {
    if before.is_stopped {
        return (vec!["it has stopped, and does nothing any more".to_owned()], Vec::new());
    }
    match participant.delivery(process, before, message) {
        Ok(Some(Delivery { step, .. })) => {
            let seen = |local: &OfProcess| participant.seen(&Local::Process(local.clone()));
            let letters = step.sent.iter().map(|sent| Letter::of(sent, participant)).collect();
            let sent = step.sent.iter();
            let sent = sent.map(|sent| format!("sends {sent} to {}", sent.target));
            let changes = view::changes(&seen(before), &seen(after));
            let all = [step.told].into_iter().chain(changes).chain(sent).chain(step.skipped);
            (all.collect(), letters)
        }
        Ok(None) => (vec!["it does not trust who signed it".to_owned()], Vec::new()),
        Err(why) => (vec![why], Vec::new()),
    }
}
