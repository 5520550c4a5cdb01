//! A run of a system by the names of its steps, as a file keeps it, and how it is taken again.

use crate::actor::{Own, Participant, Role};
use crate::check::names_of;
use crate::local::Local;
use crate::message::Message;
use crate::page::{PageError, When};
use crate::promise::Judge;
use crate::read::{Place, ReadFile};
use crate::schedule::{self, Happened, Schedule, Way};
use crate::system::System;
use search::actors::local::Event;
use search::actors::{Action, PlainActors, Properties};
use serde::{Deserialize, Serialize};
use stateright::Model;
use std::sync::Arc;

/// What a file with a run says that it is.
pub const FORMAT: &str = "tim3-run/1";

/// A run, as a file keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a run of a system, an object")]
pub struct Recorded {
    pub format: String,
    /// Where the page is, from the folder of the file.
    pub page: String,
    /// The mistake on purpose that is in the system, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The promise that it is about.
    pub promise: String,
    /// What happens, by name.
    pub steps: Vec<String>,
}

/// A run that was taken again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Again {
    pub page: String,
    pub variant: Option<String>,
    pub promise: String,
    /// The processes, in the order of the page.
    pub processes: Vec<String>,
    /// The people, in the order of the page.
    pub people: Vec<String>,
    pub schedule: Schedule,
    /// How the promise stands after the last step.
    pub stands: Stands,
    /// The promises that are broken after the last step.
    pub broken: Vec<String>,
    /// What can happen next.
    pub next: Vec<String>,
}

/// How a promise stands in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stands {
    Broken,
    Kept,
    /// What is to be seen is seen.
    Seen,
    NotSeen,
    /// A way out: whether one leads on is not tried again.
    NotTried,
}

type Plain = PlainActors<Participant, Judge>;
type State = <Plain as Model>::State;

/// Takes the first steps of a run again, so many at most.
///
/// # Errors
/// What is wrong with the page, or the step that cannot be taken.
pub fn again(
    place: Place<'_>,
    read_file: ReadFile,
    recorded: &Recorded,
    most: usize,
) -> Result<Again, PageError> {
    let system = System::of_variant(place, read_file, recorded.variant.as_deref())?;
    let judge = system.judge();
    let known = judge.names().position(|(name, _)| name == recorded.promise);
    let known = known.ok_or_else(|| {
        let (file, name) = (&system.page.file, &recorded.promise);
        PageError(format!("{file}: no promise is called \"{name}\"; name one of this page"))
    })?;
    let (participants, network) = (system.participants.clone(), system.network());
    let plain = PlainActors::new(participants, network, system.judge()).map_err(PageError)?;
    let walk = Walk { plain: &plain, participants: &system.participants };
    let (states, actions) = walk.along(recorded.steps.iter().take(most))?;
    let begun = || PageError(format!("{}: it has no first state", system.page.file));
    let last = states.last().ok_or_else(begun)?;
    let in_flight: Vec<_> = last.flight.keys().map(|envelope| envelope.msg.clone()).collect();
    let locals: Vec<Vec<Local>> = states.iter().map(locals).collect();
    let way = Way { states: &locals, actions: &actions, in_flight: &in_flight };
    let schedule = schedule::tell(&system.participants, &judge, known, &way);
    let bits = plain.judge(last);
    if let Some(why) = judge.failure() {
        return Err(PageError(why));
    }
    let is_broken = |place: usize, when: &When| {
        let is_asked = !matches!(when, When::Seen | When::WayOut(_) | When::WayIn);
        is_asked && bits >> place & 1 == 1
    };
    let all = || judge.names().enumerate();
    let broken = all().filter(|(place, (_, when))| is_broken(*place, when));
    let fires = bits >> known & 1 == 1;
    let stands = match judge.names().nth(known).map(|(_, when)| when) {
        Some(When::Seen) if fires => Stands::Seen,
        Some(When::Seen) => Stands::NotSeen,
        Some(When::WayOut(_) | When::WayIn) => Stands::NotTried,
        _ if fires => Stands::Broken,
        _ => Stands::Kept,
    };
    Ok(Again {
        page: system.page.file.clone(),
        variant: recorded.variant.clone(),
        promise: recorded.promise.clone(),
        processes: names_of(system.page.processes.iter().map(|one| &one.name)),
        people: names_of(system.page.people.iter().map(|one| &one.name)),
        schedule,
        stands,
        broken: broken.map(|(_, (name, _))| name.to_owned()).collect(),
        next: walk.offered(last).map(|(name, _, _)| name).collect(),
    })
}

struct Walk<'a> {
    plain: &'a Plain,
    participants: &'a [Participant],
}

impl Walk<'_> {
    /// The states that these steps lead through, the first one first, and the steps.
    fn along<'s>(
        &self,
        names: impl Iterator<Item = &'s String>,
    ) -> Result<(Vec<State>, Vec<Happened>), PageError> {
        let mut states = self.plain.init_states();
        let mut actions = Vec::new();
        for (number, asked) in (1..).zip(names) {
            let state = states.last().expect("the first state");
            let found = self.offered(state).find(|(name, _, _)| name == asked);
            let Some((_, action, next)) = found else {
                let offered: Vec<_> = self.offered(state).map(|(name, _, _)| name).collect();
                return Err(PageError(format!(
                    "step {number}, `{asked}`: that cannot happen there; these can: {}",
                    offered.join("; ")
                )));
            };
            states.push(next);
            actions.push(action);
        }
        Ok((states, actions))
    }

    /// What can happen in a state: its name, and where it leads.
    fn offered(&self, state: &State) -> impl Iterator<Item = (String, Happened, State)> {
        let mut actions = Vec::new();
        self.plain.actions(state, &mut actions);
        actions.into_iter().filter_map(|action| {
            let next = self.plain.next_state(state, action.clone())?;
            Some((name(self.participants, &action), action, next))
        })
    }
}

fn locals(state: &State) -> Vec<Local> {
    state.locals.iter().map(|local| local.state.clone()).collect()
}

/// What a file calls a step.
pub(crate) fn name(participants: &[Participant], action: &Happened) -> String {
    let id = |message: &Arc<Message>| message.id.clone();
    match action {
        Action::Deliver(envelope) => format!("deliver {}", id(&envelope.msg)),
        Action::DeliverAndKeep(envelope) => format!("deliver {} and keep it", id(&envelope.msg)),
        Action::Drop(envelope) => format!("lose {}", id(&envelope.msg)),
        Action::Own(actor, Event::Choice(_, own)) => {
            let participant = &participants[usize::from(*actor)];
            match (&participant.role, own) {
                (Role::Person(person), Own::Act(choice)) => {
                    let act = &person.acts[choice.act];
                    let which =
                        (act.messages.len() > 1).then(|| format!(" {}", choice.message + 1));
                    format!("{}: {}{}", person.name, act.name, which.unwrap_or_default())
                }
                (Role::Process(process), Own::Tick(at)) => {
                    let instant = participant.instant(*at).unwrap_or_default();
                    format!("{}: it is {instant}", process.told.name)
                }
                _ => unreachable!("people act, and processes have clocks"),
            }
        }
        Action::Own(_, Event::Timeout(())) => unreachable!("no participant sets a timer"),
    }
}
