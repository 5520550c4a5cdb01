//! Random systems of interchangeable clients and one server, all of them driven by tables.

use std::borrow::Cow;
use std::collections::BTreeSet;

use proptest::prelude::*;
use search::actors::{Claims, Delivery, Faults, Ignored, Local, Network, Permutation, Properties};
use stateright::actor::{Actor, Envelope, Id, Out, model_timeout};

const STATES: u8 = 4;
const KINDS: u8 = 3;

/// To whom a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Server,
    /// The client that it is about.
    Client,
    Everyone,
}

/// The next state, and what is sent.
type Row = (u8, Vec<(Target, u8)>);

/// What a client or the server does.
#[derive(Clone, Debug)]
pub struct Table {
    /// By state, then by kind of message.
    on_message: Vec<Vec<Row>>,
    /// By choice, then by timer.
    on_own: Vec<Row>,
    starts: Vec<(Target, u8)>,
    chooses: bool,
    ticks: bool,
}

/// One actor of a system with this many clients. The server comes after them.
#[derive(Clone, Debug)]
pub struct Part {
    pub table: Table,
    pub clients: usize,
    pub server: bool,
}

/// A client has a state; so has the server, with a mark for each client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Memory {
    own: u8,
    marks: Vec<u8>,
}

/// Every message is about a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Message {
    kind: u8,
    about: usize,
}

impl Memory {
    /// The state that tables know, as to one client.
    fn state(&self, about: usize) -> u8 {
        self.marks.get(about).map_or(self.own, |mark| self.own * 2 + mark)
    }

    fn with(&self, about: usize, state: u8) -> Self {
        let mut next = self.clone();
        match next.marks.get_mut(about) {
            Some(mark) => (next.own, *mark) = (state / 2, state % 2),
            None => next.own = state,
        }
        next
    }
}

impl Part {
    fn send(&self, about: usize, sent: &[(Target, u8)], out: &mut Out<Self>) {
        for (target, kind) in sent {
            let message = Message { kind: *kind, about };
            match target {
                Target::Server => out.send(Id::from(self.clients), message),
                Target::Client => out.send(Id::from(about), message),
                Target::Everyone => {
                    (0..self.clients).for_each(|client| out.send(Id::from(client), message));
                }
            }
        }
    }

    fn act(&self, id: Id, row: usize, memory: &mut Cow<Memory>, out: &mut Out<Self>) {
        let (next, sent) = &self.table.on_own[row];
        memory.to_mut().own = *next;
        self.send(usize::from(id), sent, out);
    }

    /// Everything that may follow a state, whatever happens.
    fn followers(&self, memory: &Memory) -> Vec<Memory> {
        let messages = (0..self.clients).flat_map(|about| {
            let rows = &self.table.on_message[usize::from(memory.state(about))];
            rows.iter().map(move |row| memory.with(about, row.0))
        });
        let own = self.table.on_own.iter().filter(|_| !self.server);
        messages.chain(own.map(|row| memory.with(0, row.0))).collect()
    }

    /// Whether a message is ignored in a state and in all that may follow.
    fn ignores(&self, memory: &Memory, message: Message) -> bool {
        let mut met = BTreeSet::new();
        let mut rest = vec![memory.clone()];
        while let Some(memory) = rest.pop() {
            let state = memory.state(message.about);
            let row = &self.table.on_message[usize::from(state)][usize::from(message.kind)];
            if row.0 != state || !row.1.is_empty() {
                return false;
            }
            let followers = self.followers(&memory);
            if met.insert(memory) {
                rest.extend(followers);
            }
        }
        true
    }
}

impl Actor for Part {
    type Msg = Message;
    type Timer = u8;
    type State = Memory;
    type Storage = ();
    type Random = u8;

    fn on_start(&self, id: Id, _: &Option<()>, out: &mut Out<Self>) -> Memory {
        if self.server {
            return Memory { own: 0, marks: vec![0; self.clients] };
        }
        self.send(usize::from(id), &self.table.starts, out);
        if self.table.chooses {
            out.choose_random("go", vec![0, 1]);
        }
        if self.table.ticks {
            out.set_timer(0, model_timeout());
        }
        Memory { own: 0, marks: Vec::new() }
    }

    fn on_timeout(&self, id: Id, memory: &mut Cow<Memory>, timer: &u8, out: &mut Out<Self>) {
        if *timer == 0 {
            out.set_timer(1, model_timeout());
        }
        self.act(id, 2 + usize::from(*timer), memory, out);
    }

    fn on_random(&self, id: Id, memory: &mut Cow<Memory>, choice: &u8, out: &mut Out<Self>) {
        self.act(id, usize::from(*choice), memory, out);
    }

    fn on_msg(&self, _: Id, memory: &mut Cow<Memory>, _: Id, msg: Message, out: &mut Out<Self>) {
        let state = memory.state(msg.about);
        let (next, sent) = &self.table.on_message[usize::from(state)][usize::from(msg.kind)];
        if *next != state {
            *memory.to_mut() = memory.with(msg.about, *next);
        }
        self.send(msg.about, sent, out);
    }
}

/// True of the parts as they are.
#[derive(Clone, Debug)]
pub struct Known(pub Vec<Part>);

impl Claims<Part> for Known {
    fn is_dead(&self, actor: usize, memory: &Memory, envelope: &Envelope<Message>) -> bool {
        // Properties read these messages in flight.
        !self.watched(envelope) && self.0[actor].ignores(memory, envelope.msg)
    }

    fn permuted(&self, permutation: &Permutation, _: usize, local: &Local<Part>) -> Local<Part> {
        let mut local = local.clone();
        local.state.marks = permutation.places(&local.state.marks);
        local
    }

    fn permuted_message(&self, permutation: &Permutation, message: &Message) -> Message {
        Message { about: permutation.of(message.about), ..*message }
    }

    fn is_neutral(&self, envelope: &Envelope<Message>) -> bool {
        !self.watched(envelope)
    }
}

impl Known {
    fn watched(&self, envelope: &Envelope<Message>) -> bool {
        envelope.msg.kind == 1 && usize::from(envelope.src) == self.0.len() - 1
    }
}

/// Fires where all clients are in their last state, where the server has marked two clients,
/// where it has marked one while a message of kind 1 from it is in flight, where such a
/// message has been repeated, and where both have marks and none of these is there any more.
#[derive(Clone, Debug)]
pub struct Watch {
    pub known: Known,
    /// Whether clients are looked at.
    pub clients: bool,
}

impl Properties<Part> for Watch {
    /// A client's state, or the number of marks.
    type Summary = u8;
    type Tag = bool;
    type Share = u64;

    fn count(&self) -> usize {
        5
    }

    fn summary(&self, actor: usize, memory: &Memory) -> u8 {
        match self.known.0[actor].server {
            true => memory.marks.iter().sum(),
            false if self.clients => memory.own,
            false => 0,
        }
    }

    fn tag(&self, envelope: &Envelope<Message>) -> bool {
        self.known.watched(envelope)
    }

    fn judge(
        &self,
        actors: impl Fn(usize) -> u8,
        in_flight: impl Iterator<Item = (bool, u8)>,
    ) -> u64 {
        let server = self.known.0.len() - 1;
        let last = (0..server).all(|client| actors(client) == STATES - 1);
        let marks = actors(server);
        let watched: Vec<u8> =
            in_flight.filter(|(watched, _)| *watched).map(|(_, status)| status).collect();
        let fired = [
            last,
            marks == 2,
            marks == 1 && !watched.is_empty(),
            watched.contains(&2),
            marks == 2 && watched.is_empty(),
        ];
        let bits = fired.into_iter().enumerate();
        bits.fold(0, |mask, (bit, one)| mask | u64::from(one) << bit)
    }
}

fn target(quiet: bool) -> impl Strategy<Value = Target> {
    let all = [Target::Server, Target::Client, Target::Everyone];
    prop::sample::select(if quiet { all[..1].to_vec() } else { all.to_vec() })
}

fn sent(quiet: bool, most: usize) -> impl Strategy<Value = Vec<(Target, u8)>> {
    prop::collection::vec((target(quiet), 0..KINDS), 0..=most)
}

fn table(quiet: bool) -> impl Strategy<Value = Table> {
    let row = move || (0..STATES, sent(quiet, 1));
    let rows = prop::collection::vec(row(), usize::from(KINDS));
    let ignored = vec![true, false, false];
    (
        prop::collection::vec(rows, usize::from(STATES)),
        prop::collection::vec(row(), 4),
        sent(quiet, 2),
        prop::bool::weighted(0.7),
        any::<bool>(),
        // Which kinds are ignored once, and so forever, in which states.
        prop::collection::vec(prop::sample::select(ignored), usize::from(STATES * KINDS)),
    )
        .prop_map(|(mut on_message, on_own, starts, chooses, ticks, ignored)| {
            let cells = (0..STATES).flat_map(|state| (0..KINDS).map(move |kind| (state, kind)));
            for ((state, kind), ignored) in cells.zip(ignored) {
                let row = &mut on_message[usize::from(state)][usize::from(kind)];
                if ignored {
                    *row = (state, Vec::new());
                }
                // States only rise, so that systems are small and some messages die.
                row.0 = row.0.max(state);
            }
            Table { on_message, on_own, starts, chooses, ticks }
        })
}

/// Two or three clients and a server. Nobody sends to clients if they are `quiet`.
pub fn parts(quiet: bool) -> impl Strategy<Value = Vec<Part>> {
    (table(quiet), table(quiet), 2..=3usize).prop_map(|(client, server, clients)| {
        let part = |table: &Table, server| Part { table: table.clone(), clients, server };
        let all = (0..clients).map(|_| part(&client, false));
        all.chain([part(&server, true)]).collect()
    })
}

pub fn network() -> impl Strategy<Value = Network> {
    let faults =
        prop_oneof![Just(Faults::Never), Just(Faults::Free), (0..3u8).prop_map(Faults::AtMost)];
    let ignored = prop_oneof![Just(Ignored::Consumed), Just(Ignored::Left)];
    let delivery = prop_oneof![3 => Just(Delivery::Set), 1 => Just(Delivery::Multiset)];
    (faults.clone(), faults, ignored, delivery).prop_map(
        |(duplicates, losses, ignored, delivery)| {
            let duplicates = if delivery == Delivery::Set { duplicates } else { Faults::Never };
            Network { delivery, duplicates, losses, ignored }
        },
    )
}
