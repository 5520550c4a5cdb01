//! Which envelopes are dead in which local state, checked.

use std::array::from_fn;

use stateright::actor::Actor;

use super::claims::Claims;
use super::records::Records;
use crate::actors::properties::Properties;
use crate::actors::state::{Global, PER_WORD, in_word};
use crate::actors::store::{Sends, small};

/// The status "fresh" for each envelope of a word.
const FRESH_IN_ALL: u64 = 0x5555_5555_5555_5555;

/// The claims of deadness about all interned records.
///
/// Checked of each: the receiver ignores the envelope, and after every step memoised the
/// envelope is still dead. So it will be ignored in every state that the receiver can reach,
/// whoever makes it move.
pub struct Dead<const W: usize> {
    /// By actor and local id: both bits of every envelope that is dead there.
    masks: Vec<Vec<[u64; W]>>,
    /// Envelopes looked at.
    envelopes: usize,
    /// Those sent to each actor.
    inboxes: Vec<Vec<u32>>,
    /// By actor: local states before and after each step memoised.
    moves: Vec<Vec<(u32, u32)>>,
    /// Claims that nobody has checked for symmetry yet.
    pub fresh: Vec<(u32, u32)>,
}

impl<const W: usize> Dead<W> {
    pub fn new(actors: usize) -> Self {
        Self {
            masks: vec![Vec::new(); actors],
            envelopes: 0,
            inboxes: vec![Vec::new(); actors],
            moves: vec![Vec::new(); actors],
            fresh: Vec::new(),
        }
    }

    /// Whether an envelope is dead where its receiver is in a local state.
    pub fn holds(&self, receiver: usize, local: u32, envelope: u32) -> bool {
        let (word, bits) = place(envelope);
        self.masks[receiver][local as usize][word] & bits != 0
    }

    /// A state where only dead envelopes are left in flight.
    #[inline]
    pub fn of<const N: usize>(&self, state: &Global<N, W>) -> Global<N, W> {
        let mask = self.mask(state);
        Global { flight: from_fn(|word| state.flight[word] & mask[word]), ..*state }
    }

    /// A state without dead envelopes with all those in flight that would be dead in it. Only
    /// its flight is meant: the fingerprint is not that of this state.
    pub fn with_all<const N: usize>(&self, state: &Global<N, W>) -> Global<N, W> {
        let mask = self.mask(state);
        let fresh = |word: usize| state.flight[word] | mask[word] & FRESH_IN_ALL;
        Global { flight: from_fn(fresh), ..*state }
    }

    /// Both bits of each envelope that is dead in a state, in flight or not.
    #[inline]
    fn mask<const N: usize>(&self, state: &Global<N, W>) -> [u64; W] {
        let mut all = [0; W];
        for (masks, local) in self.masks.iter().zip(state.locals) {
            let mask = &masks[local as usize];
            all.iter_mut().zip(mask).for_each(|(all, word)| *all |= word);
        }
        all
    }

    /// Asks about the local states and envelopes that are new.
    pub fn grow<A, P, C>(&mut self, records: &mut Records<'_, A, P, C>)
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        let before: Vec<usize> = self.inboxes.iter().map(Vec::len).collect();
        for record in &records.store().envelopes[self.envelopes..] {
            if let Some(inbox) = self.inboxes.get_mut(usize::from(record.envelope.dst)) {
                inbox.push(small(self.envelopes));
            }
            self.envelopes += 1;
        }
        for (actor, before) in before.into_iter().enumerate() {
            let known = self.masks[actor].len();
            let all = records.store().locals[actor].len();
            self.masks[actor].resize(all, [0; W]);
            let more = self.inboxes[actor].len() > before;
            for local in if more { 0 } else { known }..all {
                let first = if local < known { before } else { 0 };
                for at in first..self.inboxes[actor].len() {
                    self.ask(records, actor, small(local), self.inboxes[actor][at]);
                }
            }
            if more {
                for at in 0..self.moves[actor].len() {
                    self.check_move(records, actor, self.moves[actor][at]);
                }
            }
        }
    }

    /// Takes note of a memoised step of an actor.
    pub fn moved<A, P, C>(
        &mut self,
        records: &mut Records<'_, A, P, C>,
        actor: usize,
        step: (u32, u32),
    ) where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        self.moves[actor].push(step);
        self.check_move(records, actor, step);
    }

    fn ask<A, P, C>(
        &mut self,
        records: &mut Records<'_, A, P, C>,
        actor: usize,
        local: u32,
        envelope: u32,
    ) where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        let sent = &records.store().envelopes[envelope as usize].envelope;
        let state = &records.store().locals[actor][local as usize].local.state;
        if !records.claims.is_dead(actor, state, sent) {
            return;
        }
        let (word, bits) = place(envelope);
        self.masks[actor][local as usize][word] |= bits;
        self.fresh.push((local, envelope));
        let checked = records.message_step(envelope, local).and_then(|step| {
            if step.sends == Sends::IGNORED {
                return Ok(());
            }
            let (envelope, local) =
                (records.show_envelope(envelope), records.show_local(actor, local));
            Err(format!("{envelope} is claimed to be dead, but {local} does not ignore it"))
        });
        records.note(checked);
    }

    /// Checks that what is dead before a step is dead after it.
    fn check_move<A, P, C>(
        &self,
        records: &mut Records<'_, A, P, C>,
        actor: usize,
        (from, to): (u32, u32),
    ) where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        let [before, after] = [from, to].map(|local| &self.masks[actor][local as usize]);
        let revived = before.iter().zip(after).position(|(before, after)| before & !after != 0);
        let Some(word) = revived else { return };
        let bit = (before[word] & !after[word]).trailing_zeros() as usize / 2;
        let envelope = records.show_envelope(small(word * PER_WORD + bit));
        let [from, to] = [from, to].map(|local| records.show_local(actor, local));
        records.note(Err(format!(
            "{envelope} is claimed to be dead for {from}, but not for {to}, which is one step on"
        )));
    }
}

/// The word an envelope is in, and its bits there.
pub fn place(envelope: u32) -> (usize, u64) {
    let envelope = envelope as usize;
    (envelope / PER_WORD, 3 * in_word(envelope))
}
