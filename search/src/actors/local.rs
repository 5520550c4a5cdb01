//! What one actor keeps, and how its handlers run.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use stateright::actor::{Actor, Command, Envelope, Id, Out, is_no_op, is_no_op_with_timer};

/// The state of an actor with its pending choices and timers.
pub struct Local<A: Actor> {
    pub state: A::State,
    /// Pending choices by key.
    pub choices: BTreeMap<String, Vec<A::Random>>,
    /// Timers that are set.
    pub timers: BTreeSet<A::Timer>,
}

impl<A: Actor> Clone for Local<A> {
    fn clone(&self) -> Self {
        Self {
            state: self.state.clone(),
            choices: self.choices.clone(),
            timers: self.timers.clone(),
        }
    }
}

impl<A: Actor<Timer: Ord>> PartialEq for Local<A> {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state && self.choices == other.choices && self.timers == other.timers
    }
}

/// One step of an actor system.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action<M, T, R> {
    /// A message reaches its receiver and is gone.
    Deliver(Envelope<M>),
    /// A message reaches its receiver and a copy of it stays in flight.
    DeliverAndKeep(Envelope<M>),
    /// A message is lost.
    Drop(Envelope<M>),
    /// An actor acts on its own.
    Own(Id, Event<T, R>),
}

/// What an actor may do without a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Event<T, R> {
    Timeout(T),
    /// One of the choices under a key is taken.
    Choice(String, R),
}

/// What a handler did.
pub(crate) struct Outcome<A: Actor> {
    pub local: Local<A>,
    pub sent: Vec<Envelope<A::Msg>>,
    /// Nothing changed and nothing was sent.
    pub ignored: bool,
}

/// The actor's first local state and what it sends at once.
pub(crate) fn start<A: Actor<Timer: Ord>>(actor: &A, id: Id) -> Result<Outcome<A>, String> {
    let mut out = Out::new();
    let state = actor.on_start(id, &None, &mut out);
    let local = Local { state, choices: BTreeMap::new(), timers: BTreeSet::new() };
    finish(id, local, out, false)
}

/// Runs the handler for a message.
pub(crate) fn receive<A: Actor<Timer: Ord>>(
    actor: &A,
    local: &Local<A>,
    envelope: &Envelope<A::Msg>,
) -> Result<Outcome<A>, String> {
    let mut state = Cow::Borrowed(&local.state);
    let mut out = Out::new();
    let message = envelope.msg.clone();
    actor.on_msg(envelope.dst, &mut state, envelope.src, message, &mut out);
    let ignored = is_no_op(&state, &out);
    let next = Local { state: state.into_owned(), ..local.clone() };
    finish(envelope.dst, next, out, ignored)
}

/// Runs the handler for a timer or a choice.
pub(crate) fn act<A: Actor<Timer: Ord>>(
    actor: &A,
    id: Id,
    local: &Local<A>,
    event: &Event<A::Timer, A::Random>,
) -> Result<Outcome<A>, String> {
    let mut next = local.clone();
    let mut state = Cow::Borrowed(&local.state);
    let mut out = Out::new();
    let ignored = match event {
        Event::Timeout(timer) => {
            actor.on_timeout(id, &mut state, timer, &mut out);
            next.timers.remove(timer);
            is_no_op_with_timer(&state, &out, timer)
        }
        Event::Choice(key, choice) => {
            actor.on_random(id, &mut state, choice, &mut out);
            next.choices.remove(key);
            false
        }
    };
    next.state = state.into_owned();
    finish(id, next, out, ignored)
}

/// What an actor may do on its own, in a fixed order.
pub(crate) fn events<A: Actor>(local: &Local<A>) -> Vec<Event<A::Timer, A::Random>> {
    let timers = local.timers.iter().cloned().map(Event::Timeout);
    let choices = local.choices.iter().flat_map(|(key, choices)| {
        let choices = choices.iter().cloned();
        choices.map(|choice| Event::Choice(key.clone(), choice))
    });
    timers.chain(choices).collect()
}

/// Carries out a handler's commands.
fn finish<A: Actor<Timer: Ord>>(
    id: Id,
    mut local: Local<A>,
    out: Out<A>,
    ignored: bool,
) -> Result<Outcome<A>, String> {
    let mut sent = Vec::new();
    for command in out {
        match command {
            Command::Send(dst, msg) => sent.push(Envelope { src: id, dst, msg }),
            Command::SetTimer(timer, _) => {
                local.timers.insert(timer);
            }
            Command::CancelTimer(timer) => {
                local.timers.remove(&timer);
            }
            Command::ChooseRandom(key, choices) if choices.is_empty() => {
                local.choices.remove(&key);
            }
            Command::ChooseRandom(key, choices) => {
                local.choices.insert(key, choices);
            }
            Command::Save(_) => {
                return Err(format!(
                    "actor {id:?} saves to storage; crashes are not modelled here, so what it \
                     saves would be ignored"
                ));
            }
        }
    }
    Ok(Outcome { local, sent, ignored })
}
