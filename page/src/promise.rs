//! How promises are judged: each once for all that it can see.

use crate::actor::{Local, Participant, Role, World};
use crate::court::{Event, View};
use crate::message::Message;
use crate::page::{Promise, When};
use crate::process::Wrong;
use crate::schedule::Happened;
use aos::stop;
use search::actors::{Action, Properties};
use stateright::actor::Envelope;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Judges the promises of a page in every state of a search.
pub struct Judge {
    participants: Vec<Participant>,
    world: Arc<World>,
    known: RwLock<HashMap<Box<[View]>, u64, foldhash::fast::RandomState>>,
}

/// What promises see of one participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What is observed; [`Summary::UNSEEN`] of a person.
    view: View,
    wrong: Option<Wrong>,
    /// The promises of steps that its last evaluation broke or met, by their places.
    marked: u64,
}

impl Summary {
    const UNSEEN: View = View::MAX;
}

impl Judge {
    /// Judges what is promised of these participants.
    pub fn new(participants: Vec<Participant>, world: Arc<World>) -> Self {
        Self { participants, world, known: RwLock::default() }
    }

    /// The promises, those first that hold for every system.
    pub fn names(&self) -> impl Iterator<Item = (&str, When)> {
        let of_all = Wrong::ALL.iter().map(|(_, name)| (*name, When::Always));
        of_all.chain(self.promises().iter().map(|promise| (&*promise.name, promise.when)))
    }

    /// The clause that decides a promise of the page, with its numbers.
    pub(crate) fn clause(&self, place: usize, locals: &[Local]) -> String {
        let summaries = locals.iter().enumerate();
        let views = summaries.map(|(actor, local)| self.summary(actor, local).view);
        let views: Vec<_> = views.filter(|view| *view != Summary::UNSEEN).collect();
        let is_at_rest = self.promises()[place].when == When::AtRest;
        let judged = self.world.court().judge(place, views, is_at_rest);
        judged.map_or_else(|why| why, |(_, clause)| clause)
    }

    /// Whether a promise of the page is one of steps.
    pub(crate) fn is_of_steps(&self, place: usize) -> bool {
        self.promises()[place].when == When::EachStep
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
        let (Role::Process(process), Local::Process { state, evaluated, .. }) =
            (&self.participants[actor].role, &before[actor])
        else {
            return String::new();
        };
        let (message, is_again) = (&*envelope.msg, evaluated.contains(&envelope.msg.id));
        let step = process.evaluate(state, message, is_again);
        let Ok(Some(step)) = step else { return String::new() };
        let event = Event { actor, process, before: state, message, step: &step };
        let judged = self.world.court().judge_step(place, event);
        judged.map_or_else(|why| why, |(_, clause)| clause)
    }

    fn promises(&self) -> &[Promise] {
        &self.world.promises
    }

    /// The promises of states that fire: bit `i` for the one at place `i`.
    fn fired(&self, views: &[View], is_at_rest: bool) -> u64 {
        let court = self.world.court();
        let is_asked = |when| match when {
            When::Always | When::Seen => true,
            When::AtRest => is_at_rest,
            When::EachStep => false,
        };
        let asked =
            self.promises().iter().enumerate().filter(|(_, promise)| is_asked(promise.when));
        let fires = asked.filter(|(place, promise)| {
            let seen = views.iter().copied().filter(|view| *view != Summary::UNSEEN);
            match court.judge(*place, seen, is_at_rest) {
                Ok((holds, _)) => holds == (promise.when == When::Seen),
                Err(why) => {
                    self.world.fail(why);
                    false
                }
            }
        });
        fires.fold(0, |all, (place, _)| all | 1 << place)
    }
}

impl Properties<Participant> for Judge {
    type Summary = Summary;
    type Tag = ();

    fn count(&self) -> usize {
        Wrong::ALL.len() + self.promises().len()
    }

    fn summary(&self, actor: usize, local: &Local) -> Summary {
        match (&self.participants[actor].role, local) {
            (Role::Process(process), Local::Process { state, wrong, marked, .. }) => {
                let view = self.world.court().view(actor, process, state);
                let view = view.unwrap_or_else(|why| {
                    self.world.fail(why);
                    Summary::UNSEEN
                });
                Summary { view, wrong: *wrong, marked: *marked }
            }
            _ => Summary { view: Summary::UNSEEN, wrong: None, marked: 0 },
        }
    }

    fn tag(&self, _: &Envelope<Arc<Message>>) {}

    /// A scheduler takes an item that a person signed once, by its id; what a process sent can
    /// be pushed again under another (SEMANTICS A5).
    fn may_repeat(&self, envelope: &Envelope<Arc<Message>>) -> bool {
        envelope.msg.is_pushed()
    }

    fn judge(
        &self,
        actors: impl Fn(usize) -> Summary,
        in_flight: impl Iterator<Item = ((), u8)>,
    ) -> u64 {
        let is_at_rest = in_flight.count() == 0;
        let summaries: Vec<_> = (0..self.participants.len()).map(actors).collect();
        let shows = |kind| summaries.iter().any(|summary| summary.wrong == Some(kind));
        let of_all = (0..).zip(Wrong::ALL).filter(|(_, (kind, _))| shows(*kind));
        let of_all = of_all.fold(0, |all, (place, _)| all | 1 << place);
        let of_steps = summaries.iter().fold(0, |all, summary| all | summary.marked);
        let mut seen: Vec<View> = summaries.iter().map(|summary| summary.view).collect();
        seen.push(is_at_rest.into());
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).get(&*seen).copied();
        let of_states = known.unwrap_or_else(|| {
            let fired = self.fired(&seen[..summaries.len()], is_at_rest);
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(seen.into(), fired);
            fired
        });
        of_all | (of_states | of_steps) << Wrong::ALL.len()
    }

    fn failure(&self) -> Option<String> {
        let failure = self.world.failure.lock().unwrap_or_else(PoisonError::into_inner).clone();
        failure.or_else(|| stop::is_over().then(|| "it was stopped".to_owned()))
    }
}
