//! Actors that follow random tables, and what is judged of them.

#![allow(dead_code, reason = "each test uses its part")]

use std::borrow::Cow;

use proptest::prelude::*;
use search::actors::{ActorSystem, Delivery, Faults, Ignored, Network, Properties};
use stateright::actor::{Actor, Envelope, Id, Out, model_timeout};

pub const ACTORS: usize = 3;
pub const STATES: u8 = 3;
pub const MESSAGES: u8 = 2;

/// What an actor does in a state on an event: the next state, and what is sent to whom.
pub type Row = (u8, Vec<(u8, u8)>);

/// An actor that follows a table: rows for messages, then for choices, by state.
#[derive(Clone, Debug)]
pub struct Random {
    pub on_message: Vec<Vec<Row>>,
    pub on_choice: Vec<Row>,
    pub starts: Vec<(u8, u8)>,
    pub chooses: bool,
    pub ticks: bool,
}

fn send_all(sent: &[(u8, u8)], out: &mut Out<Random>) {
    for (to, message) in sent {
        out.send(Id::from(usize::from(*to)), *message);
    }
}

impl Actor for Random {
    type Msg = u8;
    type Timer = u8;
    type State = u8;
    type Storage = ();
    type Random = u8;

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) -> u8 {
        send_all(&self.starts, out);
        if self.chooses {
            out.choose_random("go", vec![0, 1]);
        }
        if self.ticks {
            out.set_timer(0, model_timeout());
        }
        0
    }

    fn on_timeout(&self, _: Id, state: &mut Cow<u8>, timer: &u8, out: &mut Out<Self>) {
        let (next, sent) = &self.on_choice[usize::from(*timer)];
        if *timer == 0 {
            out.set_timer(1, model_timeout());
        }
        *state.to_mut() = *next;
        send_all(sent, out);
    }

    fn on_msg(&self, _: Id, state: &mut Cow<u8>, _: Id, message: u8, out: &mut Out<Self>) {
        let (next, sent) = &self.on_message[usize::from(**state)][usize::from(message)];
        if next != &**state {
            *state.to_mut() = *next;
        }
        send_all(sent, out);
    }

    fn on_random(&self, _: Id, state: &mut Cow<u8>, choice: &u8, out: &mut Out<Self>) {
        let (next, sent) = &self.on_choice[usize::from(*choice)];
        *state.to_mut() = *next;
        send_all(sent, out);
    }
}

/// Fires where three actors are in their last state, and where message 1 meets actor 0 in
/// state 1.
#[derive(Clone, Copy)]
pub struct Watch;

impl Properties<Random> for Watch {
    type Summary = u8;
    type Tag = bool;
    type Share = u64;

    fn count(&self) -> usize {
        2
    }

    fn summary(&self, _: usize, state: &u8) -> u8 {
        *state
    }

    fn tag(&self, envelope: &Envelope<u8>) -> bool {
        envelope.msg == 1 && envelope.dst == Id::from(0)
    }

    fn judge(
        &self,
        actors: impl Fn(usize) -> u8,
        mut in_flight: impl Iterator<Item = (bool, u8)>,
    ) -> u64 {
        let last = (0..ACTORS).all(|actor| actors(actor) == STATES - 1);
        let meets = actors(0) == 1 && in_flight.any(|(meets, _)| meets);
        u64::from(last) | u64::from(meets) << 1
    }
}

fn row(actors: u8, sends: usize) -> impl Strategy<Value = Row> {
    let sent = prop::collection::vec((0..=actors, 0..MESSAGES), 0..sends);
    (0..STATES, sent)
}

/// One of `actors` that sends fewer than `sends` messages at a time, some of them to nobody.
pub fn actor(actors: u8, sends: usize) -> impl Strategy<Value = Random> {
    let rows = prop::collection::vec(row(actors, sends), usize::from(MESSAGES));
    (
        prop::collection::vec(rows, usize::from(STATES)),
        prop::collection::vec(row(actors, sends), 2),
        prop::collection::vec((0..actors, 0..MESSAGES), 0..2),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(on_message, on_choice, starts, chooses, ticks)| Random {
            on_message,
            on_choice,
            starts,
            chooses,
            ticks,
        })
}

/// A set, with any faults.
pub fn network() -> impl Strategy<Value = Network> {
    let faults =
        prop_oneof![Just(Faults::Never), Just(Faults::Free), (0..3u8).prop_map(Faults::AtMost)];
    let ignored = prop_oneof![Just(Ignored::Consumed), Just(Ignored::Left)];
    (faults.clone(), faults, ignored).prop_map(|(duplicates, losses, ignored)| Network {
        delivery: Delivery::Set,
        duplicates,
        losses,
        ignored,
    })
}

pub type Interned = ActorSystem<Random, Watch, ACTORS, 1>;
