//! Pairs of messages by the stranger: the first prepares what the second does.

use super::super::ids::PROCESS;
use super::attempt::Attempt;
use super::holders::{ANYBODY, renamed};
use super::seen::Seen;
use super::trial::Moved;
use super::{BY_WORDS, Hunt, VICTIM};
use crate::message::tag;
use crate::wallet::STRANGER;
use smol_str::SmolStr;

impl Hunt<'_> {
    /// Pairs of Actions that harm somebody whose account both name, and Actions that have other
    /// effects for a second account of the stranger's.
    pub(super) fn chains(&mut self) {
        let asked = self.asked();
        let of_victim: Vec<_> = asked.iter().filter_map(|one| self.of_victim(one)).collect();
        let of_two: Vec<_> = of_victim.iter().filter(|one| self.harm(one).is_none()).collect();
        for first in &of_victim {
            let Some(seen) = self.trial.run(first) else { continue };
            for second in &of_two {
                if let Some(after) = self.in_states(seen.states(), |hunt| hunt.harm(second)) {
                    self.catch(first.clone(), None, &seen);
                    self.catch((*second).clone(), None, &after);
                }
            }
        }
        for one in &asked {
            self.of_a_second_account(one);
        }
    }

    /// What is seen of this message where it harms the victim.
    fn harm(&self, one: &Attempt) -> Option<Seen> {
        self.trial.run(one).filter(|seen| self.trial.harms(VICTIM, seen))
    }

    /// The message of the stranger's second account, if it has other effects behind that of the first.
    fn of_a_second_account(&mut self, one: &Attempt) {
        let Some(seen) = self.trial.run(one) else { return };
        let other = one.from(&SmolStr::new_static(PROCESS));
        let moved = |states: &[aos::State], attempt: &Attempt| {
            let moved = renamed(self.trial.moved(states, attempt)?, STRANGER, ANYBODY);
            Some(renamed(moved, PROCESS, ANYBODY))
        };
        let first = moved(&self.trial.states, one);
        let second = moved(&seen.states(), &other);
        let does = |moved: &Moved| !(moved.0.is_empty() && moved.1.is_empty());
        let is_another = first != second && second.iter().flatten().any(does);
        if let Some(after) = self.trial.run(&other).filter(|_| is_another) {
            self.catch(one.clone(), None, &seen);
            self.catch(other, None, &after);
        }
    }

    /// The message with the victim's account in each tag of the file's own.
    fn of_victim(&self, one: &Attempt) -> Option<Attempt> {
        let seen = self.trial.run(one)?;
        let usual = [tag::QUANTITY, tag::RECIPIENT, tag::REFERENCE];
        let mut names = self.names_chosen(one, &seen);
        names.retain(|name| ![&usual[..], &BY_WORDS].concat().contains(&name.as_str()));
        let of = |all: Attempt, name: &SmolStr| all.put_named(name, VICTIM);
        (!names.is_empty()).then(|| names.iter().fold(one.clone(), of))
    }

    /// What is found in these states instead of those that messages are tried in.
    pub(super) fn in_states<T>(
        &mut self,
        states: Vec<aos::State>,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let first = std::mem::replace(&mut self.trial.states, states);
        let done = work(self);
        self.trial.states = first;
        done
    }
}
