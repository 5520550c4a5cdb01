//! Whether handlers come to rest: one that answers every message by another never does, though
//! nobody acts any more.

use super::{Deployed, LuaState};
use crate::contract::{Objection, Wrong};
use crate::message::{Message, Outgoing, TIM3, USDA};
use crate::process::Handlers;
use smol_str::format_smolstr;

/// The most evaluations, one after the other, that one message of a person, or of USDA, may
/// lead to. A deposit or a burn takes four.
const LONGEST_CHAIN: usize = 16;

impl Deployed {
    /// What is wrong with an evaluation that has sent this, if it goes on forever: it is the last
    /// of a chain that is too long, or the process goes on by itself, with one message to itself
    /// after the other.
    pub(super) fn unrest(
        &self,
        after: &LuaState,
        (message, nth): (&Message, u8),
        sent: &[Outgoing],
    ) -> Option<Objection> {
        let goes_on = sent.iter().any(|sent| [TIM3, USDA].contains(&sent.target.as_str()));
        let is_endless = goes_on && message.identity.causes() >= LONGEST_CHAIN
            || self.answers_itself(after, (message, nth), sent);
        is_endless.then(|| {
            let text = format_smolstr!(
                "{} leads to more than {LONGEST_CHAIN} evaluations, one after the other, with no end in sight",
                message.action()
            );
            Objection::new(Wrong::NeverRests, text)
        })
    }

    /// Whether the first message that the process sent itself leads to another, and so on, when
    /// each is delivered at once.
    fn answers_itself(
        &self,
        after: &LuaState,
        (message, nth): (&Message, u8),
        sent: &[Outgoing],
    ) -> bool {
        let next = |cause: &Message, nth: u8, sent: &[Outgoing]| {
            let pushed = |(entry, sent): (usize, &Outgoing)| {
                Message::pushed(TIM3, &cause.identity, (nth, entry), sent.clone())
            };
            let own = sent.iter().enumerate().filter(|(_, sent)| sent.target == TIM3);
            own.map(pushed).find(|message| !self.ignores(message))
        };
        let mut state = after.clone();
        let mut following = next(message, nth, sent);
        for _ in 0..LONGEST_CHAIN {
            let Some(message) = following else { return false };
            let Some(ran) = self.step(&state, &message, 0) else { return false };
            if ran.step.outcome.is_err() {
                return false;
            }
            state = ran.step.after.clone();
            following = next(&message, 0, &ran.step.sent);
        }
        following.is_some()
    }
}
