//! A run as messages between parties: lanes side by side, time downward.

use crate::trace::{Step, Trace};
use crate::words::describe;
use model::message::OWNER;
use model::{Action, Copy, Evaluation, Fault, Identity, Message, TIM3, USDA};
use serde::Serialize;
use std::collections::HashMap;

/// The parties, and the messages between them.
#[derive(Clone, Debug)]
pub struct Lanes {
    /// The parties, from left to right.
    pub parties: Vec<Party>,
    /// The messages, in the order in which they arrive; what is still in flight comes last.
    pub arrows: Vec<Arrow>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Party {
    /// Its address.
    pub name: String,
    pub role: Role,
}

/// What a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// An honest user.
    User,
    Stranger,
    Owner,
    /// USDA or TIM3.
    Process,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// It is sent and arrives.
    Plain,
    /// It is sent by the stranger, and no honest user would.
    Trick,
    /// It tells a wallet or a process something that has no effect.
    Notice,
    /// It is evaluated once more.
    Again(Copy),
    /// It is addressed to another, and assigned to TIM3.
    Assigned,
    Lost,
    /// It has not arrived yet.
    Flying,
    /// The owner does something to the process.
    Owner,
}

/// A message from where it was sent to where it arrives.
#[derive(Clone, Debug)]
pub struct Arrow {
    /// Its causal name; empty for what the owner does.
    pub identity: String,
    pub label: String,
    /// The lane it comes from.
    pub from: usize,
    /// The lane it goes to.
    pub to: usize,
    /// The step in which it was sent.
    pub sent: usize,
    /// The step in which it arrives or is lost; behind the last where it is still in flight.
    pub arrives: usize,
    pub shape: Shape,
}

impl Role {
    /// What is said of a party beside its name.
    pub fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Stranger => "stranger",
            Self::Owner => "owner of TIM3",
            Self::Process => "process",
        }
    }
}

impl Shape {
    /// What stands in front of what the message says, a space included; nothing where it
    /// goes as usual.
    pub fn word(self) -> &'static str {
        match self {
            Self::Trick => "TRICK ",
            Self::Again(_) => "AGAIN ",
            Self::Assigned => "ASSIGNED ",
            Self::Lost => "LOST ",
            Self::Flying => "IN FLIGHT ",
            Self::Owner => "OWNER ",
            Self::Plain | Self::Notice => "",
        }
    }
}

impl Lanes {
    /// The lanes of a run.
    pub fn of(trace: &Trace) -> Self {
        let mut drawer = Drawer::new(trace);
        for (place, step) in trace.steps().iter().enumerate() {
            drawer.step(place + 1, step);
        }
        drawer.still_flying();
        Self { parties: drawer.parties, arrows: drawer.arrows }
    }
}

/// The parties of a world: wallets, the owner where it can do anything, the processes.
pub fn parties(trace: &Trace) -> Vec<Party> {
    let wallet = |wallet: &model::Wallet| Party {
        name: wallet.address.to_string(),
        role: if wallet.is_stranger() { Role::Stranger } else { Role::User },
    };
    let mut parties: Vec<_> = trace.swap.wallets.iter().map(wallet).collect();
    let mut add = |name: &str, role| parties.push(Party { name: name.to_owned(), role });
    if trace.swap.has_owner() {
        add(OWNER, Role::Owner);
    }
    add(USDA, Role::Process);
    add(TIM3, Role::Process);
    parties
}

struct Drawer<'a> {
    trace: &'a Trace,
    parties: Vec<Party>,
    arrows: Vec<Arrow>,
    /// In which step a message was sent, and from which lane.
    sent: HashMap<Identity, (usize, usize)>,
}

impl<'a> Drawer<'a> {
    fn new(trace: &'a Trace) -> Self {
        Self { trace, parties: parties(trace), arrows: Vec::new(), sent: HashMap::new() }
    }

    fn lane(&self, name: &str) -> Option<usize> {
        self.parties.iter().position(|party| party.name == name)
    }

    /// The lane of the sender of a message: a process of the stranger is in the lane of the stranger.
    fn sender(&self, message: &Message) -> usize {
        let own = self.lane(&message.from);
        let stranger = || self.parties.iter().position(|party| party.role == Role::Stranger);
        own.or_else(stranger).unwrap_or_default()
    }

    fn step(&mut self, number: usize, step: &Step) {
        let Some(action) = &step.action else { return };
        match (action, step.evaluation.as_deref()) {
            (Action::Act { by, .. }, Some(evaluation)) => {
                let is_trick = action.fault() == Some(Fault::Trick);
                let shape = if is_trick { Shape::Trick } else { Shape::Plain };
                self.acted(number, by, evaluation, shape);
            }
            (Action::Deliver { .. }, Some(evaluation)) => {
                let between = evaluation.message.is_between_processes();
                let shape = if between { Shape::Plain } else { Shape::Assigned };
                self.arrived(number, evaluation, shape);
            }
            (Action::Again { copy, .. }, Some(evaluation)) => {
                self.arrived(number, evaluation, Shape::Again(*copy));
            }
            (Action::Lose { message }, _) => self.lost(number, message),
            (Action::Owner { mistake }, _) => self.owned(number, mistake.name()),
            (Action::Upgrade, _) => self.owned(number, "upgrade"),
            _ => {}
        }
        self.put_in_flight(number);
        if let Some(evaluation) = &step.evaluation {
            self.noticed(number, evaluation);
        }
    }

    fn acted(&mut self, number: usize, by: &str, evaluation: &Evaluation, shape: Shape) {
        let from = self.lane(by).unwrap_or_default();
        self.sent.insert(evaluation.message.identity.clone(), (number, from));
        self.arrived(number, evaluation, shape);
    }

    fn arrived(&mut self, number: usize, evaluation: &Evaluation, shape: Shape) {
        let message = &evaluation.message;
        let to = self.lane(evaluation.at).unwrap_or_default();
        self.arrow(message, to, number, shape);
    }

    fn lost(&mut self, number: usize, identity: &Identity) {
        let mut flying = self.trace.state(number - 1).network.in_flight();
        let Some(message) = flying.find(|message| message.identity == *identity) else { return };
        let to = self.lane(&message.target).unwrap_or_default();
        self.arrow(message, to, number, Shape::Lost);
    }

    fn owned(&mut self, number: usize, what: &str) {
        let lanes = (self.lane(OWNER), self.lane(TIM3));
        let (Some(from), Some(to)) = lanes else { return };
        self.arrows.push(Arrow {
            identity: String::new(),
            label: what.to_owned(),
            from,
            to,
            sent: number,
            arrives: number,
            shape: Shape::Owner,
        });
    }

    /// Notes who sent what a step put in flight.
    fn put_in_flight(&mut self, number: usize) {
        let before = &self.trace.state(number - 1).network;
        let now = self.trace.state(number).network.in_flight();
        let new = now.filter(|message| before.in_flight().all(|m| m.identity != message.identity));
        for message in new {
            self.sent.insert(message.identity.clone(), (number, self.sender(message)));
        }
    }

    /// What was sent and is not in flight: it has no effect.
    fn noticed(&mut self, number: usize, evaluation: &Evaluation) {
        let network = &self.trace.state(number).network;
        for message in &evaluation.sent {
            let flies = network.in_flight().any(|m| m.identity == message.identity);
            if let (Some(to), false) = (self.lane(&message.target), flies) {
                self.sent.insert(message.identity.clone(), (number, self.sender(message)));
                self.arrow(message, to, number, Shape::Notice);
            }
        }
    }

    fn still_flying(&mut self) {
        let end = self.trace.len() + 1;
        for message in self.trace.last().network.in_flight() {
            if let Some(to) = self.lane(&message.target) {
                self.arrow(message, to, end, Shape::Flying);
            }
        }
    }

    fn arrow(&mut self, message: &Message, to: usize, arrives: usize, shape: Shape) {
        let known = self.sent.get(&message.identity).copied();
        let (sent, from) = known.unwrap_or_else(|| (arrives, self.sender(message)));
        let (identity, label) = (message.identity.to_string(), describe(message));
        self.arrows.push(Arrow { identity, label, from, to, sent, arrives, shape });
    }
}
