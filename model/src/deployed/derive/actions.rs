//! Messages with Actions that handlers wait for, and what they compare messages with.

use super::super::ids::PROCESS;
use super::attempt::Attempt;
use super::seen::Seen;
use super::trial::Effect;
use super::{Hunt, KNOWN_ACTIONS, MOST_CHANGES, NOBODYS, NOTICES, UNKNOWN, VICTIM};
use crate::derived::Way;
use crate::message::{BURN, tag};
use crate::wallet::STRANGER;
use aos::ITS_DATA;
use smol_str::SmolStr;

/// How often texts that handlers make lead to others, and in how many later states Actions are
/// tried.
const MOST_LEARNT: usize = 3;
const MOST_LATER: usize = 6;
/// An amount as USDA takes it and repeats it, and handlers may not (SEMANTICS A4).
const SPELT_OTHERWISE: &str = "+10";
/// Tags of an Action's own that are tried with two kinds of values at once.
const MOST_MIXED: usize = 4;
/// Other values of the tags that a message with an Action has, and none.
const OTHERWISE: [(&str, Option<&str>); 6] = [
    (tag::RECIPIENT, None),
    (tag::RECIPIENT, Some("alice")),
    (tag::RECIPIENT, Some(BURN)),
    (tag::QUANTITY, None),
    (tag::QUANTITY, Some("-10")),
    (tag::REFERENCE, None),
];

impl Hunt<'_> {
    /// Texts that handlers make while they handle a message, and compare with what is in it.
    pub(super) fn learn(&mut self) {
        let nobodys = SmolStr::new_static(NOBODYS);
        for _ in 0..MOST_LEARNT {
            let Some(unknown) = self.words.unknown(UNKNOWN) else { break };
            let [burn, pay, deposit] = Attempt::money();
            let asking = Attempt::asking(&nobodys);
            let mut is_new = false;
            for (attempt, text) in
                [(asking.clone(), &nobodys), (Attempt::burning(&nobodys), &nobodys)]
            {
                is_new |= self.words.learn(&self.trial.seek(&attempt, text), text);
            }
            let notice = |action| Attempt::notice_from(&unknown, &SmolStr::new_static(action));
            let [credit, debit, refusal] = NOTICES.map(notice);
            for attempt in [
                asking.once(tag::RECIPIENT, &unknown),
                asking.from(&unknown),
                burn.from(&unknown),
                pay.from(&unknown),
                pay.once(tag::RECIPIENT, &unknown),
                deposit.from(&unknown),
                credit,
                debit,
                refusal,
            ] {
                let sought = self.trial.seek(&attempt, &unknown);
                is_new |= self.words.learn_addresses(&sought, &unknown);
            }
            if !is_new {
                break;
            }
        }
        self.addresses = self.words.addresses();
    }

    /// Messages with Actions that some handler waits for.
    pub(super) fn actions(&mut self) {
        let nobodys = SmolStr::new_static(NOBODYS);
        if self.trial.seek(&Attempt::asking(&nobodys), &nobodys).is_looked_into {
            self.looked_into.insert(SmolStr::new_static(tag::ACTION));
        }
        self.untaken(&nobodys);
        self.actions_of(Attempt::asking);
        self.actions_of(Attempt::burning);
        self.actions_of_processes();
    }

    /// Messages that no handler waits for, where money moves anyway.
    fn untaken(&mut self, nobodys: &SmolStr) {
        let unknown = Attempt::asking(nobodys);
        for message in [unknown.changed(tag::ACTION, None), unknown] {
            let Some(seen) = self.trial.run(&message) else { continue };
            if self.trial.moves(None, &seen) {
                self.catch(message.clone(), None, &seen);
            }
            // Handlers may choose by another tag, or by Data.
            self.changes(&message, &seen, MOST_CHANGES);
        }
    }

    fn is_known_action(&self, action: &str) -> bool {
        self.knows_tricks && KNOWN_ACTIONS.contains(&action)
    }

    /// The words that are no Action that everybody sends, and none that was found.
    fn new_actions(&self) -> Vec<SmolStr> {
        let is_found = |action: &SmolStr| {
            let mut known = self.found.iter().map(|known| &known.attempt);
            known.any(|known| known.way == Way::Send && known.value(tag::ACTION) == *action)
        };
        let is_known = |action: &SmolStr| self.is_known_action(action);
        let actions = self.words.all.iter();
        actions.filter(|action| !is_known(action) && !is_found(action)).cloned().collect()
    }

    /// The Actions that the handlers treat unlike others in a message like this.
    fn actions_of(&mut self, like: fn(&SmolStr) -> Attempt) {
        let Some(unheard) = self.trial.run(&like(&SmolStr::new_static(NOBODYS))) else { return };
        let actions = self.new_actions();
        let special = self.special(&actions, like);
        for action in actions {
            let plain = like(&action);
            let Some(seen) = self.trial.run(&plain) else { continue };
            if seen.ran() != unheard.ran() || special.contains(&action) {
                let bare = seen.clone();
                let (full, seen) = self.with_parameters(plain.clone(), seen);
                self.catch(full.clone(), None, &seen);
                // A tag that it reads may stand in the way of what it does without.
                let does = bare.states() != self.trial.states && bare.states() != seen.states();
                if does || self.trial.moves(None, &bare) && !self.trial.moves(None, &seen) {
                    self.catch(plain, None, &bare);
                }
                self.changes(&full, &seen, MOST_CHANGES);
                self.own_tags(&full, &seen);
                self.own_values(&full, &seen);
                self.names(&full);
                let process = full.from(&SmolStr::new_static(PROCESS)).pushed();
                if let Some(seen) = self.trial.run(&process) {
                    self.own_tags(&process, &seen);
                }
            }
        }
    }

    /// The same message without one tag or two, or with other values of them, if other money then
    /// moves than without each of these changes.
    pub(super) fn own_tags(&mut self, full: &Attempt, seen: &Seen) {
        let usual = self.trial.effects(seen);
        let parameters = full.parameters();
        let is_victims = |name: &&SmolStr| full.value(name) == VICTIM;
        let own = parameters.iter().filter(is_victims);
        let own = own.fold(full.clone(), |own, name| own.once(name, STRANGER));
        let data = SmolStr::new_static(ITS_DATA);
        let data = Some(data).filter(|data| seen.missed.contains(ITS_DATA) && own.takes(data));
        for name in parameters.iter().chain(&data) {
            let changed = own.put_named(name, VICTIM);
            let Some(other) = self.trial.run(&changed) else { continue };
            if self.trial.harms(VICTIM, &other) {
                self.catch(changed, Some(seen), &other);
            }
        }
        // What it asks for may have to be missing.
        for name in &parameters {
            self.catch_moving(&full.changed(name, None), seen, &usual);
        }
        self.mixed(full, &parameters, seen, &usual);
        let mut single = Vec::new();
        for (name, value) in OTHERWISE {
            let changed = full.changed(name, value);
            let Some(effects) = self.catch_unlike(&changed, seen, &[&usual]) else { continue };
            single.push((name, changed, effects));
        }
        for (place, (name, changed, effects)) in single.iter().enumerate() {
            for ((second, value), (.., others)) in OTHERWISE.iter().zip(&single).skip(place + 1) {
                let both = changed.changed(second, *value);
                let known = [&usual, effects, others];
                if second != name {
                    self.catch_unlike(&both, seen, &known);
                }
            }
        }
    }

    /// The same message with an amount in one of its own tags, and somebody in another.
    fn mixed(&mut self, full: &Attempt, parameters: &[SmolStr], seen: &Seen, usual: &Vec<Effect>) {
        let parameters = &parameters[..parameters.len().min(MOST_MIXED)];
        for amount in parameters {
            for account in parameters.iter().filter(|name| *name != amount) {
                for who in [STRANGER, VICTIM].map(SmolStr::new_static) {
                    let mixed = full.put_named(amount, "10").put_named(account, &who);
                    self.catch_moving(&mixed, seen, usual);
                }
            }
        }
    }

    /// Catches a message that moves money, and other money than this.
    fn catch_moving(&mut self, changed: &Attempt, seen: &Seen, usual: &Vec<Effect>) {
        let other = self.trial.run(changed);
        if let Some(other) = other.filter(|other| self.trial.moves(None, other)) {
            self.catch_if_unlike(changed, seen, &other, &[usual]);
        }
    }

    /// Catches a message whose effects are none of these, nor, where a process sends it, those
    /// that it has as a wallet's. Gives its effects.
    pub(super) fn catch_unlike(
        &mut self,
        changed: &Attempt,
        seen: &Seen,
        known: &[&Vec<Effect>],
    ) -> Option<Vec<Effect>> {
        let other = self.trial.run(changed)?;
        self.catch_if_unlike(changed, seen, &other, known)
    }

    fn catch_if_unlike(
        &mut self,
        changed: &Attempt,
        seen: &Seen,
        other: &Seen,
        known: &[&Vec<Effect>],
    ) -> Option<Vec<Effect>> {
        let effects = self.trial.effects(other);
        if !known.contains(&&effects) {
            let is_a_wallets = changed.is_pushed() && {
                let of_wallet = self.trial.run(&changed.of_wallet())?;
                self.trial.effects(&of_wallet) == effects
            };
            if !is_a_wallets {
                self.catch(changed.clone(), Some(seen), other);
            }
        }
        Some(effects)
    }

    /// Messages of processes that move other money than those of wallets.
    fn actions_of_processes(&mut self) {
        for action in self.words.all.clone() {
            if self.is_known_action(&action) {
                continue;
            }
            let wallet = Attempt::asking(&action).from(&SmolStr::new_static(PROCESS));
            let process = wallet.pushed();
            let (Some(own), Some(other)) = (self.trial.run(&process), self.trial.run(&wallet))
            else {
                continue;
            };
            if self.trial.effects(&own) != self.trial.effects(&other) {
                self.catch(process, Some(&other), &own);
            }
        }
    }

    /// Actions that somebody waits for once another message was handled, and what those that are
    /// known do then.
    pub(super) fn later(&mut self) {
        let states = self.later_states();
        self.in_states(states, |hunt| {
            hunt.actions_of(Attempt::asking);
            hunt.actions_of_processes();
            for known in hunt.asked() {
                hunt.again(&known);
            }
        });
    }

    /// States behind the messages that were found, and behind a deposit with another spelling of
    /// its amount.
    fn later_states(&self) -> Vec<aos::State> {
        let [.., deposit] = Attempt::money();
        let unusual = deposit.once(tag::QUANTITY, SPELT_OTHERWISE);
        let mut states: Vec<aos::State> = Vec::new();
        for attempt in self.found.iter().map(|one| &one.attempt).chain([&unusual]) {
            let after = self.trial.run(attempt).map(|seen| seen.states()).unwrap_or_default();
            let is_new =
                |state: &aos::State| !self.trial.states.contains(state) && !states.contains(state);
            let new: Vec<_> = after.into_iter().rev().filter(is_new).take(1).collect();
            states.extend(new);
        }
        if states.len() > MOST_LATER {
            let last = states.pop();
            states.truncate(MOST_LATER - 1);
            states.extend(last);
        }
        states
    }

    /// This message with what the handlers look for only in the states of now.
    fn again(&mut self, known: &Attempt) {
        let Some(seen) = self.trial.run(known) else { return };
        if self.parameters(known, &seen).is_empty() {
            return;
        }
        let (full, filled) = self.with_parameters(known.clone(), seen.clone());
        if !full.is_same(known) {
            self.catch(full.clone(), Some(&seen), &filled);
            self.own_tags(&full, &filled);
        }
    }
}
