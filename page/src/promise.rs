//! How promises are judged: each once for all states in which it sees the same.

use crate::actor::{Participant, Role};
use crate::court::{Judgement, View, refuse_gone, refuse_masks};
use crate::end::STOPPED;
use crate::local::Local;
use crate::locked::lock;
use crate::message::Message;
use crate::page::{Promise, When};
use crate::process::Wrong;
use crate::schedule::Happened;
use crate::system::System;
use crate::world::World;
use aos::Secret;
use search::Fingerprint;
use search::actors::{Action, Identify, Properties};
use stateright::actor::Envelope;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Judges the promises of a page in every state of a search.
pub struct Judge {
    participants: Vec<Participant>,
    world: Arc<World>,
    /// Keys what states are known by: the files of the page decide what they are.
    secret: Secret,
    /// What is known of all promises of states: the bits of those that fire.
    known: Known<u64>,
    /// What is known of each: whether it holds.
    each: Vec<Known<bool>>,
}

/// Answers, by all that the questions have looked at so far.
///
/// What a promise looks at depends on nothing but what it saw before. So an answer that was kept
/// under what it had looked at by then stays right when more is looked at later.
struct Known<T> {
    /// Bit `i` for the participant at place `i`, [`IN_FLIGHT`] for what is on its way.
    looked_at: AtomicU32,
    answers: RwLock<HashMap<Box<[u32]>, T, foldhash::fast::RandomState>>,
}

const IN_FLIGHT: u32 = 1 << 31;

thread_local! {
    /// Room for what is on its way and for a key: every state needs both.
    static ROOM: RefCell<(Vec<u32>, Vec<u32>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// What is there to look at: what is seen of each participant, and what is on its way.
struct Scene<'a> {
    views: &'a [View],
    in_flight: &'a [u32],
}

/// What promises see of one participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What is seen of it; [`Summary::UNSEEN`] of nobody.
    view: View,
    wrong: Option<Wrong>,
    /// The promises of steps that its last evaluation broke, by their places.
    marked: u64,
}

impl Summary {
    const UNSEEN: View = View::MAX;
}

impl<T: Copy> Known<T> {
    fn new() -> Self {
        Self { looked_at: AtomicU32::new(0), answers: RwLock::default() }
    }

    fn key(&self, scene: &Scene<'_>, key: &mut Vec<u32>) {
        let looked_at = self.looked_at.load(Ordering::Acquire);
        key.clear();
        key.extend([looked_at, u32::from(scene.in_flight.is_empty())]);
        let views = scene.views.iter().enumerate();
        let views = views.filter(|(place, _)| looked_at & 1 << place != 0).map(|(_, view)| *view);
        key.extend(views);
        if looked_at & IN_FLIGHT != 0 {
            key.extend_from_slice(scene.in_flight);
        }
    }

    /// Whether there are answers, and nothing was looked at for them.
    fn is_blind(&self) -> bool {
        let answers = self.answers.read().unwrap_or_else(PoisonError::into_inner);
        !answers.is_empty() && self.looked_at.load(Ordering::Acquire) == 0
    }

    /// An answer that is known. The key is made in room that is there.
    fn get(&self, scene: &Scene<'_>, key: &mut Vec<u32>) -> Option<T> {
        self.key(scene, key);
        self.answers.read().unwrap_or_else(PoisonError::into_inner).get(&**key).copied()
    }

    /// Keeps an answer, for which this was looked at.
    fn keep(&self, scene: &Scene<'_>, looked_at: u32, answer: T) {
        self.looked_at.fetch_or(looked_at, Ordering::AcqRel);
        let mut key = Vec::new();
        self.key(scene, &mut key);
        self.answers.write().unwrap_or_else(PoisonError::into_inner).insert(key.into(), answer);
    }
}

impl Judge {
    /// Judges what is promised of these participants.
    pub fn new(participants: Vec<Participant>, world: Arc<World>) -> Self {
        let each = world.promises.iter().map(|_| Known::new()).collect();
        Self { participants, world, secret: Secret::random(), known: Known::new(), each }
    }

    /// The promises, those first that hold for every system.
    pub fn names(&self) -> impl Iterator<Item = (&str, &When)> {
        let of_all = Wrong::ALL.iter().map(|(_, name)| (*name, &When::Always));
        of_all.chain(self.promises().iter().map(|promise| (&*promise.name, &promise.when)))
    }

    /// The clause that decides a promise of the page, with its numbers, in a state.
    pub(crate) fn clause(
        &self,
        place: usize,
        locals: &[Local],
        in_flight: &[Arc<Message>],
    ) -> String {
        let views = locals.iter().enumerate();
        let views: Vec<_> = views.map(|(actor, local)| self.view(actor, local)).collect();
        let in_flight: Vec<_> = in_flight.iter().map(|message| self.number(message)).collect();
        let judged = self.asked(place, &Scene { views: &views, in_flight: &in_flight });
        judged.map_or_else(|why| why, |judgement| judgement.clause)
    }

    /// The promises that were asked and looked at nothing.
    pub(crate) fn blind(&self) -> impl Iterator<Item = &str> {
        let promises = self.promises().iter().zip(&self.each);
        promises.filter(|(_, known)| known.is_blind()).map(|(promise, _)| &*promise.name)
    }

    /// Whether a promise of the page is one of steps.
    pub(crate) fn is_of_steps(&self, place: usize) -> bool {
        matches!(self.promises()[place].when, When::EachStep(_))
    }

    /// The clause that decides a promise of steps in this one.
    pub(crate) fn clause_of_step(
        &self,
        place: usize,
        action: &Happened,
        before: &[Local],
    ) -> String {
        let (Action::Deliver(envelope) | Action::DeliverAndKeep(envelope)) = action else {
            return String::new();
        };
        let actor = usize::from(envelope.dst);
        let participant = &self.participants[actor];
        let (Role::Process(process), Local::Process(local)) = (&participant.role, &before[actor])
        else {
            return String::new();
        };
        let delivery = participant.delivery(process, local, &envelope.msg);
        let Ok(Some(delivery)) = delivery else { return String::new() };
        let (step, after) = (&delivery.step, &delivery.after);
        let event = participant.event(process, local, &envelope.msg, step, after);
        let mut court = self.world.court();
        let judged = court.event(&event).and_then(|event| court.judge_step(place, &event));
        judged.map_or_else(|why| why, |judgement| judgement.clause)
    }

    fn promises(&self) -> &[Promise] {
        &self.world.promises
    }

    fn view(&self, actor: usize, local: &Local) -> View {
        let participant = &self.participants[actor];
        let (name, is_person) = match &participant.role {
            Role::Process(process) => (&process.told.name, false),
            Role::Person(person) => (&person.name, true),
            Role::Nobody => return Summary::UNSEEN,
        };
        let seen = participant.seen(local);
        if let Role::Process(process) = &participant.role
            && let Err(why) = refuse_masks(process, &seen)
                .and_then(|()| refuse_gone(&self.world.file, process, &seen))
        {
            self.world.fail(why);
            return Summary::UNSEEN;
        }
        let view = self.world.answered(|court| court.view(actor, (name, is_person), &seen));
        view.unwrap_or(Summary::UNSEEN)
    }

    fn number(&self, message: &Arc<Message>) -> u32 {
        self.world.answered(|court| court.number(message)).unwrap_or_default()
    }

    fn asked(&self, place: usize, scene: &Scene<'_>) -> Result<Judgement, String> {
        let views = scene.views.iter().copied().filter(|view| *view != Summary::UNSEEN);
        self.world.ask(|court| court.judge(place, views, scene.in_flight))
    }

    /// What was looked at, as bits.
    fn looked_at(&self, read: &[String]) -> u32 {
        let bit = |name: &String| match &**name {
            "in_flight" => IN_FLIGHT,
            name => {
                let place = self.world.addresses.get(name);
                place.map_or(0, |place| 1 << usize::from(*place))
            }
        };
        read.iter().fold(0, |all, name| all | bit(name))
    }

    /// Whether a promise of states holds, if that can be known.
    fn holds(&self, place: usize, scene: &Scene<'_>) -> Option<bool> {
        let known = &self.each[place];
        known.get(scene, &mut Vec::new()).or_else(|| match self.asked(place, scene) {
            Ok(Judgement { holds, read, .. }) => {
                known.keep(scene, self.looked_at(&read), holds);
                Some(holds)
            }
            Err(why) => {
                self.world.fail(why);
                None
            }
        })
    }

    /// The promises of states that fire: bit `i` for the one at place `i`. What cannot be known
    /// does not.
    fn fired(&self, scene: &Scene<'_>) -> u64 {
        let mut is_known = true;
        let mut holds = |place| {
            let holds = self.holds(place, scene);
            is_known &= holds.is_some();
            holds
        };
        let fires = |(place, promise): &(usize, &Promise)| match promise.when {
            When::Always => holds(*place) == Some(false),
            When::Seen | When::WayOut(_) | When::WayIn => holds(*place) == Some(true),
            When::AtRest => scene.in_flight.is_empty() && holds(*place) == Some(false),
            When::EachStep(_) => false,
        };
        let bits = self.promises().iter().enumerate().filter(fires);
        let bits = bits.fold(0, |all, (place, _)| all | 1 << place);
        if !is_known {
            return bits;
        }
        let looked_at =
            self.each.iter().fold(0, |all, known| all | known.looked_at.load(Ordering::Acquire));
        self.known.keep(scene, looked_at, bits);
        bits
    }
}

impl Identify for Judge {
    fn identity(&self, part: &impl Hash) -> u64 {
        self.secret.number_of(part, 0)
    }
}

impl Properties<Participant> for Judge {
    type Summary = Summary;
    type Tag = u32;
    type Share = Fingerprint;

    fn count(&self) -> usize {
        Wrong::ALL.len() + self.promises().len()
    }

    fn summary(&self, actor: usize, local: &Local) -> Summary {
        let view = self.view(actor, local);
        let (wrong, marked) = match local {
            Local::Process(local) => (local.wrong, local.marked),
            _ => (None, 0),
        };
        Summary { view, wrong, marked }
    }

    fn tag(&self, envelope: &Envelope<Arc<Message>>) -> u32 {
        self.number(&envelope.msg)
    }

    /// What a process sent can be pushed again under another id (SEMANTICS A5). What a person
    /// signed keeps its id, which schedulers or devices filter, or do not (MAINNET, 6).
    fn may_repeat(&self, envelope: &Envelope<Arc<Message>>) -> bool {
        let message = &envelope.msg;
        let is_unfiltered = self.world.unfiltered.contains(&message.target) && !message.stops;
        message.is_pushed() || is_unfiltered
    }

    fn judge(
        &self,
        actors: impl Fn(usize) -> Summary,
        in_flight: impl Iterator<Item = (u32, u8)>,
    ) -> u64 {
        let (mut of_all, mut of_steps) = (0, 0);
        let mut views = [Summary::UNSEEN; System::MOST];
        let views = &mut views[..self.participants.len()];
        for (place, view) in views.iter_mut().enumerate() {
            let summary = actors(place);
            *view = summary.view;
            of_steps |= summary.marked;
            let wrong = (0..).zip(Wrong::ALL).filter(|(_, (kind, _))| summary.wrong == Some(*kind));
            of_all = wrong.fold(of_all, |all, (place, _)| all | 1 << place);
        }
        let of_states = ROOM.with_borrow_mut(|(flying, key)| {
            flying.clear();
            flying.extend(in_flight.map(|(number, _)| number));
            let scene = Scene { views, in_flight: flying };
            self.known.get(&scene, key).unwrap_or_else(|| self.fired(&scene))
        });
        of_all | (of_states | of_steps) << Wrong::ALL.len()
    }

    fn failure(&self) -> Option<String> {
        let failure = lock(&self.world.failure).clone();
        failure.or_else(|| self.world.end.is_over().then(|| STOPPED.to_owned()))
    }
}
