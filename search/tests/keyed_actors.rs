//! Actors whose states somebody else decides are known by identities under a secret: content
//! that was made to share its public hash is told apart, and nothing that shows depends on the
//! secret.

#[path = "random_actors/actors.rs"]
mod actors;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hash, RandomState};

use actors::{ACTORS, Random, Watch, actor, network};
use proptest::prelude::*;
use search::actors::{Action, ActorSystem, Faults, Identify, Network, Properties, Share};
use search::{Fingerprint, Limits, Reason, Report, Search, System, content_hash};
use stateright::actor::{Actor, Envelope, Id, Out};

/// What the public hash multiplies the upper half of a number with, after XOR: a number with
/// this upper half makes it zero, whatever its lower half and all that was hashed before.
const ZEROES: u128 = 0xc0ac_29b7_c97c_50dd;

/// Numbers that share their public hash.
fn forged(number: u8) -> u128 {
    ZEROES << 64 | u128::from(number)
}

const CHOICES: u8 = 16;

/// The first one chooses a message, which the second one keeps, if it does.
#[derive(Clone, Copy)]
struct Forger {
    keeps: bool,
}

impl Actor for Forger {
    type Msg = u128;
    type Timer = ();
    type State = u128;
    type Storage = ();
    type Random = u8;

    fn on_start(&self, id: Id, _: &Option<()>, out: &mut Out<Self>) -> u128 {
        if id == Id::from(0) {
            out.choose_random("message", (0..CHOICES).collect());
        }
        0
    }

    fn on_random(&self, _: Id, _: &mut Cow<u128>, choice: &u8, out: &mut Out<Self>) {
        out.send(Id::from(1), forged(*choice));
    }

    fn on_msg(&self, _: Id, state: &mut Cow<u128>, _: Id, message: u128, _: &mut Out<Self>) {
        if self.keeps {
            *state.to_mut() = message;
        }
    }
}

/// Nothing is judged; states are known by public hashes, or under a secret.
#[derive(Default)]
struct Public;
#[derive(Default)]
struct Keyed(RandomState);

impl Identify for Keyed {
    fn identity(&self, part: &impl Hash) -> u64 {
        self.0.hash_one(part)
    }
}

macro_rules! judges_nothing {
    ($name:ty, $share:ty) => {
        impl Properties<Forger> for $name {
            type Summary = ();
            type Tag = ();
            type Share = $share;

            fn count(&self) -> usize {
                0
            }

            fn summary(&self, _: usize, _: &u128) {}

            fn tag(&self, _: &Envelope<u128>) {}

            fn judge(&self, _: impl Fn(usize), _: impl Iterator<Item = ((), u8)>) -> u64 {
                0
            }
        }
    };
}

judges_nothing!(Public, u64);
judges_nothing!(Keyed, Fingerprint);

fn forgers<P: Properties<Forger> + Default>(keeps: bool) -> ActorSystem<Forger, P, 2, 1> {
    let actors = vec![Forger { keeps }; 2];
    ActorSystem::new(actors, Network::default(), P::default()).expect("two actors")
}

fn report(system: &impl System, threads: usize) -> Report {
    Search::new(system, threads).run(&Limits::default(), &mut |_| ())
}

/// The fingerprints of what follows the first state.
fn fingerprints<P>(system: &ActorSystem<Forger, P, 2, 1>) -> Vec<Fingerprint>
where
    P: Properties<Forger>,
{
    let mut scratch = system.scratch();
    let first = system.initial(&mut scratch).remove(0);
    let mut all = Vec::new();
    system.successors(&first, &mut scratch, |_, fingerprint, _| all.push(fingerprint));
    all
}

#[test]
fn messages_that_share_their_public_hash_are_told_apart() {
    assert_eq!(content_hash(&forged(0)), content_hash(&forged(1)));
    let choices = usize::from(CHOICES);
    let distinct = |all: &[Fingerprint], of: fn(&Fingerprint) -> u64| {
        all.iter().map(of).collect::<BTreeSet<_>>().len()
    };
    let keyed = fingerprints(&forgers::<Keyed>(false));
    assert_eq!(distinct(&keyed, |one| one.order), 1, "they are forged");
    assert_eq!(distinct(&keyed, |one| one.identity), choices);
    let public = fingerprints(&forgers::<Public>(false));
    assert_eq!((public.len(), distinct(&public, |one| one.identity)), (choices, 1));
    // The first state, one for each message, and one after it.
    assert_eq!(report(&forgers::<Keyed>(false), 1).states, u64::from(CHOICES) + 2);
    assert_eq!(report(&forgers::<Public>(false), 1).states, 3, "the public hash is fooled");
}

#[test]
fn local_states_that_share_their_public_hash_are_told_apart() {
    for threads in [1, 3] {
        let report = report(&forgers::<Keyed>(true), threads);
        assert_eq!((report.states, report.cut), (2 * u64::from(CHOICES) + 1, None));
    }
}

/// Without a secret, two local states with one hash end a search.
#[test]
fn a_public_hash_that_two_local_states_share_is_a_failure() {
    let system = forgers::<Public>(true);
    let mut scratch = system.scratch();
    let first = system.initial(&mut scratch).remove(0);
    let mut sent = Vec::new();
    system.successors(&first, &mut scratch, |_, _, draft| sent.push(draft));
    for draft in sent {
        let state = system.build(&first, draft, &mut scratch);
        system.successors(&state, &mut scratch, |_, _, _| ());
    }
    let failure = system.failure().expect("it is seen");
    assert!(failure.contains("two different local states of actor 1"), "{failure}");
}

/// The same properties, with states that are known under a secret.
#[derive(Default)]
struct Under(RandomState);

impl Identify for Under {
    fn identity(&self, part: &impl Hash) -> u64 {
        self.0.hash_one(part)
    }
}

impl Properties<Random> for Under {
    type Summary = u8;
    type Tag = bool;
    type Share = Fingerprint;

    fn count(&self) -> usize {
        <Watch as Properties<Random>>::count(&Watch)
    }

    fn summary(&self, actor: usize, state: &u8) -> u8 {
        Watch.summary(actor, state)
    }

    fn tag(&self, envelope: &Envelope<u8>) -> bool {
        Watch.tag(envelope)
    }

    fn judge(
        &self,
        actors: impl Fn(usize) -> u8,
        in_flight: impl Iterator<Item = (bool, u8)>,
    ) -> u64 {
        Watch.judge(actors, in_flight)
    }
}

/// The actions of each finding.
type Ways = Vec<Vec<Action<u8, u8, u8>>>;

/// What a search finds, with the actions of its findings instead of their numbers.
fn found<P: Properties<Random>>(
    actors: &[Random],
    network: Network,
    properties: P,
    threads: usize,
) -> (Report, Ways) {
    let system = ActorSystem::<_, _, ACTORS, 1>::new(actors.to_vec(), network, properties);
    let system = system.expect("a set");
    let limits = Limits { states: Some(5_000), ..Limits::default() };
    let mut report = Search::new(&system, threads).run(&limits, &mut |_| ());
    let others = report.others.iter_mut().flatten();
    let findings = report.findings.iter_mut().flatten().chain(others);
    let paths = findings.map(|finding| std::mem::take(&mut finding.path));
    let actions = paths.map(|path| system.actions(&path)).collect();
    (report, actions)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn nothing_that_shows_depends_on_the_secret(
        actors in prop::collection::vec(actor(3, 2), ACTORS),
        network in network(),
    ) {
        let public = found(&actors, network, Watch, 1);
        let failed = public.0.cut.as_ref().is_some_and(|cut| matches!(cut.reason, Reason::Failure(_)));
        prop_assume!(!failed);
        for threads in [1, 2] {
            prop_assert_eq!(&found(&actors, network, Under::default(), threads), &public);
        }
    }
}

/// So many faults count as a part of a state, each with an identity of its own.
#[test]
fn faults_are_told_apart() {
    let actors = vec![Forger { keeps: true }; 2];
    let faults = Faults::AtMost(2);
    let network = Network { duplicates: faults, losses: faults, ..Network::default() };
    let system = ActorSystem::<_, _, 2, 1>::new(actors, network, Keyed::default());
    // The first state, and a message that is lost. For each message: on its way, arrived, arrived
    // and kept, lost after it arrived, arrived again.
    assert_eq!(report(&system.expect("a set"), 1).states, 2 + 5 * u64::from(CHOICES));
}

/// The public share is the order of the other.
#[test]
fn a_share_without_a_secret_is_an_order() {
    let order = content_hash("part");
    let public = <u64 as Share<Public>>::of(&Public, order, &"part");
    let keyed = <Fingerprint as Share<Keyed>>::of(&Keyed::default(), order, &"part");
    assert_eq!(Fingerprint::from(public), Fingerprint { order, identity: order });
    assert_eq!(keyed.order, order);
    assert_ne!(keyed.identity, order);
}
