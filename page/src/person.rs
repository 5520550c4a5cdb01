//! What a person does.

use crate::actor::{Own, Participant};
use crate::local::OfPerson;
use crate::message::Message;
use crate::page::{Act, Answer, Person};
use crate::view::Field;
use smol_str::SmolStr;
use stateright::actor::Out;
use std::collections::BTreeSet;

/// Which message, and in which act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Choice {
    /// The act's place.
    pub act: usize,
    /// The message's place in the act.
    pub message: usize,
}

impl Person {
    /// What it sends when it takes this choice.
    pub fn message(&self, choice: Choice, local: &OfPerson) -> Message {
        let Act { name, messages, answers, at, .. } = &self.acts[choice.act];
        let id = format!("{}.{name}.{}", self.name, local.done[choice.act] + 1).into();
        let at = local.at.max(*at);
        let mut message = Message { id, at, ..messages[choice.message].clone() };
        for Answer { name, action, tag } in answers {
            let value = local.received.get(action).and_then(|tags| tags.get(tag));
            let value = value.cloned().unwrap_or_default();
            if name == "Data" {
                message.data = value;
            } else {
                message.tags.push((name.clone(), value));
            }
        }
        message
    }

    /// What promises see of it: how often it did each act, and the Actions that it received of
    /// those that it waits for.
    pub(crate) fn seen(&self, local: &OfPerson) -> Vec<(String, Field)> {
        let done = self.acts.iter().zip(&local.done);
        let done: Vec<_> =
            done.map(|(act, times)| format!("[{:?}]={times}", act.name.as_str())).collect();
        let awaited: BTreeSet<_> = self.acts.iter().flat_map(Act::awaited).collect();
        let received = awaited.into_iter().map(|action| {
            format!("[{:?}]={}", action.as_str(), local.received.contains_key(action))
        });
        let received: Vec<_> = received.collect();
        let table =
            |entries: Vec<String>| Field::Literal(format!("{{{}}}", entries.join(",")).into());
        vec![("done".to_owned(), table(done)), ("received".to_owned(), table(received))]
    }

    /// Offers what it may do now.
    pub(crate) fn offer(&self, local: &OfPerson, out: &mut Out<Participant>) {
        let done: u32 = local.done.iter().copied().map(u32::from).sum();
        let may_act = self.most.is_none_or(|most| done < most.into());
        for (place, act) in self.acts.iter().enumerate() {
            let is_left = may_act && local.done[place] < act.times;
            let choices = (0..act.messages.len()).filter(|_| act.is_due(local) && is_left);
            let choices = choices.map(|message| Own::Act(Choice { act: place, message })).collect();
            out.choose_random(act.name.as_str(), choices);
        }
    }
}

impl Act {
    /// The Actions that a person waits for before.
    pub fn awaited(&self) -> impl Iterator<Item = &SmolStr> {
        self.after.iter().chain(self.answers.iter().map(|answer| &answer.action))
    }

    fn is_due(&self, local: &OfPerson) -> bool {
        self.awaited().all(|action| local.received.contains_key(action))
    }
}
