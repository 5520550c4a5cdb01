//! Wrong claims about actors: each must end the search or be refused, never a
//! verdict.

mod graphs;

use std::borrow::Cow;

use graphs::explore;
use search::Reason;
use search::actors::{
    ActorSystem, Claims, Group, Local, Network, Permutation, Properties, ReducedActors, Reductions,
};
use stateright::actor::{Actor, Envelope, Id, Out, model_timeout};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Message {
    Knock,
    Flip,
}

use Message::{Flip, Knock};

/// Two visitors, 0 and 1, come to a door, 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// Knocks and flips the door, each once, and counts what it has done.
    Visitor,
    /// Does nothing.
    Shadow,
    /// Is woken again and again.
    Sleepless,
    /// Knocks and knocks.
    Urgent,
    /// Flips between closed (0) and open (1), ignores knocks while closed, and lets somebody
    /// in (2) who knocks while open. From then on it ignores everything.
    Door,
    /// Lets visitor 1 in by another door (3).
    Partial,
    /// Answers a knock.
    Polite,
}

use Role::{Door, Partial, Polite, Shadow, Sleepless, Urgent, Visitor};

impl Actor for Role {
    type Msg = Message;
    type Timer = ();
    type State = u8;
    type Storage = ();
    type Random = Message;

    fn on_start(&self, _: Id, _: &Option<()>, out: &mut Out<Self>) -> u8 {
        match self {
            Visitor => {
                out.choose_random("knock", vec![Knock]);
                out.choose_random("flip", vec![Flip]);
            }
            Urgent => {
                out.choose_random("first", vec![Knock]);
                out.choose_random("second", vec![Knock]);
            }
            Sleepless => out.set_timer((), model_timeout()),
            Shadow | Door | Partial | Polite => {}
        }
        0
    }

    fn on_timeout(&self, _: Id, state: &mut Cow<u8>, (): &(), out: &mut Out<Self>) {
        *state.to_mut() ^= 1;
        out.set_timer((), model_timeout());
    }

    fn on_random(&self, _: Id, state: &mut Cow<u8>, choice: &Message, out: &mut Out<Self>) {
        *state.to_mut() += 1;
        out.send(Id::from(2), *choice);
    }

    fn on_msg(&self, _: Id, state: &mut Cow<u8>, src: Id, msg: Message, out: &mut Out<Self>) {
        match (**state, msg) {
            (0 | 1, Flip) => *state.to_mut() ^= 1,
            (1, Knock) if *self == Partial => {
                *state.to_mut() = 2 + u8::try_from(usize::from(src)).unwrap();
            }
            (1, Knock) => *state.to_mut() = 2,
            _ => {}
        }
        if *self == Polite && msg == Knock {
            out.send(src, Flip);
        }
    }
}

/// What is claimed of them.
#[derive(Clone, Copy)]
struct Says {
    dead: fn(u8, &Envelope<Message>) -> bool,
    /// What swapping the visitors does to a message, and to a local state.
    swapped: fn(Message) -> Message,
    local: fn(&mut Local<Role>),
    /// What leaving them in their places does to a local state.
    left: fn(&mut Local<Role>),
    neutral: bool,
}

/// True of visitors and a door.
const TRUTH: Says = Says {
    dead: |state, _| state == 2,
    swapped: |message| message,
    local: |_| (),
    left: |_| (),
    neutral: true,
};

impl Claims<Role> for Says {
    fn is_dead(&self, _: usize, state: &u8, envelope: &Envelope<Message>) -> bool {
        usize::from(envelope.dst) == 2 && (self.dead)(*state, envelope)
    }

    fn permuted(&self, permutation: &Permutation, _: usize, local: &Local<Role>) -> Local<Role> {
        let mut local = local.clone();
        let change = if permutation.of(0) == 1 { self.local } else { self.left };
        change(&mut local);
        local
    }

    fn permuted_message(&self, permutation: &Permutation, message: &Message) -> Message {
        if permutation.of(0) == 1 { (self.swapped)(*message) } else { *message }
    }

    fn is_neutral(&self, _: &Envelope<Message>) -> bool {
        self.neutral
    }
}

/// A property of the states of all, and of how many knocks and flips are in flight.
#[derive(Clone, Copy)]
struct Sees {
    /// Whether it reads the states of visitors, which are zero to it otherwise.
    visitors: bool,
    fires: fn([u8; 3], [usize; 2]) -> bool,
}

const SOMEBODY_IN: Sees = Sees { visitors: false, fires: |states, _| states[2] == 2 };

impl Properties<Role> for Sees {
    type Summary = u8;
    type Tag = Message;
    type Share = u64;

    fn count(&self) -> usize {
        1
    }

    fn summary(&self, actor: usize, state: &u8) -> u8 {
        if self.visitors || actor == 2 { *state } else { 0 }
    }

    fn tag(&self, envelope: &Envelope<Message>) -> Message {
        envelope.msg
    }

    fn judge(
        &self,
        actors: impl Fn(usize) -> u8,
        in_flight: impl Iterator<Item = (Message, u8)>,
    ) -> u64 {
        let mut messages = [0, 0];
        in_flight.for_each(|(message, _)| messages[message as usize] += 1);
        u64::from((self.fires)([0, 1, 2].map(actors), messages))
    }
}

type Reduced = ReducedActors<Role, Sees, Says, 3, 1>;

fn reduced(
    roles: [Role; 3],
    sees: Sees,
    says: Says,
    reductions: Reductions,
) -> Result<Reduced, String> {
    let system = ActorSystem::new(roles.to_vec(), Network::default(), sees).unwrap();
    system.reduced(says, reductions)
}

fn dead() -> Reductions {
    Reductions { dead: true, ..Reductions::default() }
}

fn symmetric() -> Reductions {
    let group = Group::interchangeable(3, &[&[0, 1]]).unwrap();
    Reductions { symmetry: Some(group), ..Reductions::default() }
}

fn eager() -> Reductions {
    Reductions { sources: vec![0, 1], ..Reductions::default() }
}

/// Expects the search to fail, with one thread and with two, saying this.
fn fails(roles: [Role; 3], sees: Sees, says: Says, reductions: &Reductions, why: &str) {
    for threads in [1, 2] {
        let system = reduced(roles, sees, says, reductions.clone()).unwrap();
        let report = explore(&system, threads);
        let Some(Reason::Failure(text)) = report.cut.map(|cut| cut.reason) else {
            panic!("it did not fail: {why}");
        };
        assert!(text.contains(why), "{text}");
    }
}

/// Expects the reductions to be refused, saying this.
fn refused(roles: [Role; 3], sees: Sees, says: Says, reductions: Reductions, why: &str) {
    let Err(text) = reduced(roles, sees, says, reductions) else {
        panic!("it was not refused: {why}");
    };
    assert!(text.contains(why), "{text}");
}

const ROLES: [Role; 3] = [Visitor, Visitor, Door];

#[test]
fn true_claims_are_not_refuted() {
    let all = Reductions { dead: true, sources: vec![0, 1], ..symmetric() };
    for reductions in [dead(), symmetric(), eager(), all] {
        let report = explore(&reduced(ROLES, SOMEBODY_IN, TRUTH, reductions).unwrap(), 1);
        assert!(report.complete());
        assert!(report.findings[0].is_some());
    }
}

#[test]
fn an_envelope_that_is_not_ignored_is_not_dead() {
    let says = Says { dead: |_, envelope| envelope.msg == Knock, ..TRUTH };
    fails(ROLES, SOMEBODY_IN, says, &dead(), "actor 2 in state 1 does not ignore it");
}

#[test]
fn an_envelope_that_is_ignored_only_for_now_is_not_dead() {
    let says = Says { dead: |state, envelope| state == 0 && envelope.msg == Knock, ..TRUTH };
    fails(ROLES, SOMEBODY_IN, says, &dead(), "not for actor 2 in state 1, which is one step on");
}

#[test]
fn an_envelope_that_a_property_reads_is_not_dead() {
    for fires in [
        |states: [u8; 3], messages: [usize; 2]| states[2] == 2 && messages[1] > 0,
        |states: [u8; 3], messages: [usize; 2]| states[2] == 2 && messages[1] < 2,
        // Not swayed by all that would be dead, only by what was there.
        |states: [u8; 3], messages: [usize; 2]| states[2] == 2 && messages[1] == 1,
    ] {
        let sees = Sees { visitors: false, fires };
        fails(ROLES, sees, TRUTH, &dead(), "dead envelopes are claimed to be invisible");
    }
}

#[test]
fn deadness_claimed_of_one_image_only_is_not_symmetric() {
    let says = Says { dead: |state, envelope| state == 2 && envelope.src == Id::from(0), ..TRUTH };
    let both = Reductions { dead: true, ..symmetric() };
    fails(ROLES, SOMEBODY_IN, says, &both, "is claimed to be dead, but not its image");
}

#[test]
fn a_door_that_tells_visitors_apart_is_not_symmetric() {
    let roles = [Visitor, Visitor, Partial];
    fails(roles, SOMEBODY_IN, TRUTH, &symmetric(), "what Knock from actor");
}

#[test]
fn visitors_who_choose_differently_are_not_symmetric() {
    let roles = [Visitor, Urgent, Door];
    // As if a visitor kept its choices under other names in the other place.
    let local = |local: &mut Local<Role>| {
        for (one, other) in [("knock", "first"), ("flip", "second")] {
            let [kept, moved] = [one, other].map(|key| local.choices.remove(key));
            local.choices.extend(kept.map(|_| (other.to_owned(), vec![Knock])));
            let choice = if one == "flip" { Flip } else { Knock };
            local.choices.extend(moved.map(|_| (one.to_owned(), vec![choice])));
        }
    };
    let says = Says { local, ..TRUTH };
    fails(roles, SOMEBODY_IN, says, &symmetric(), "what it does on its own differs");
}

#[test]
fn an_image_without_its_choices_is_not_symmetric() {
    // Swapping takes the choices away from those that have them, and gives them back.
    let local = |local: &mut Local<Role>| {
        if local.choices.is_empty() && local.state == 0 {
            local.choices.insert("knock".to_owned(), vec![Knock]);
            local.choices.insert("flip".to_owned(), vec![Flip]);
        } else if local.choices.len() == 2 {
            local.choices.clear();
        }
    };
    let roles = [Visitor, Shadow, Shadow];
    let says = Says { local, ..TRUTH };
    fails(roles, SOMEBODY_IN, says, &symmetric(), "another number of timers and choices");
}

#[test]
fn what_is_no_action_of_the_group_is_no_symmetry() {
    let says = Says { swapped: |_| Flip, ..TRUTH };
    fails(ROLES, SOMEBODY_IN, says, &symmetric(), "not what a group of permutations does");
    let says = Says { local: |local| local.state += 1, ..TRUTH };
    fails(ROLES, SOMEBODY_IN, says, &symmetric(), "not what a group of permutations does");
    // Both do the same, once and for all: only the identity is seen not to be one.
    let settle = |local: &mut Local<Role>| local.state = 7;
    let says = Says { local: settle, left: settle, ..TRUTH };
    fails(ROLES, SOMEBODY_IN, says, &symmetric(), "not what a group of permutations does");
}

#[test]
fn a_first_state_with_one_visitor_is_not_symmetric() {
    let roles = [Visitor, Shadow, Door];
    fails(roles, SOMEBODY_IN, TRUTH, &symmetric(), "the first state is not symmetric");
}

#[test]
fn a_property_of_one_visitor_is_not_symmetric() {
    let sees = Sees { visitors: true, fires: |states, _| states[0] == 2 && states[1] == 0 };
    fails(ROLES, sees, TRUTH, &symmetric(), "property 0 tells the two apart");
}

#[test]
fn an_actor_that_is_sent_something_is_not_a_source() {
    let roles = [Visitor, Visitor, Polite];
    fails(roles, SOMEBODY_IN, TRUTH, &eager(), "claimed to be a source: it is sent Flip");
}

#[test]
fn a_source_whose_messages_are_read_is_visible() {
    let sees =
        Sees { visitors: false, fires: |states, messages| states[2] == 2 && messages[1] > 0 };
    fails(ROLES, sees, TRUTH, &eager(), "what sources send is claimed to be neutral");
    let sees = Sees { fires: |_, messages| messages[0] > 1, ..sees };
    refused(ROLES, sees, TRUTH, eager(), "properties see it run");
    let says = Says { neutral: false, ..TRUTH };
    refused(ROLES, SOMEBODY_IN, says, eager(), "from actor 0 to actor 2 is not claimed");
}

#[test]
fn a_source_whose_state_is_read_is_visible() {
    let sees = Sees { visitors: true, ..SOMEBODY_IN };
    refused(ROLES, sees, TRUTH, eager(), "properties see a step of actor 0 in state 0");
}

#[test]
fn a_source_without_an_end_is_refused() {
    refused([Visitor, Sleepless, Door], SOMEBODY_IN, TRUTH, eager(), "may run forever");
}

#[test]
fn a_source_that_sends_the_same_twice_is_refused() {
    refused([Visitor, Urgent, Door], SOMEBODY_IN, TRUTH, eager(), "may send Knock from actor 1");
}

#[test]
fn reductions_that_cannot_apply_are_refused() {
    let sources = |sources: &[usize]| Reductions { sources: sources.to_vec(), ..symmetric() };
    let group = Group::interchangeable(4, &[&[0, 1]]).unwrap();
    let larger = Reductions { symmetry: Some(group), ..Reductions::default() };
    for (reductions, why) in [
        (sources(&[0, 3]), "source 3 in a system of 3"),
        (sources(&[0, 1, 0]), "named twice"),
        (sources(&[1]), "source 1 may be swapped with actor 0"),
        (larger, "permutations of 4 actors for a system of 3"),
    ] {
        refused(ROLES, SOMEBODY_IN, TRUTH, reductions, why);
    }
}
