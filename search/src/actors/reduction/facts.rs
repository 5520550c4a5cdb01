//! What one thread knows of the claims, kept up with the interned records.

use std::array::from_fn;

use stateright::actor::Actor;

use super::Reductions;
use super::claims::Claims;
use super::dead::{Dead, place};
use super::images::Images;
use super::records::Records;
use crate::actors::properties::Properties;
use crate::actors::state::Global;
use crate::actors::store::{Cause, small};

/// The claims as far as they have been asked for, each of them checked.
///
/// Every thread has its own, like its cache of the store. The handlers still run once:
/// the answers are in the store.
pub struct Facts<const W: usize> {
    /// The version of the store these are about.
    pub version: u64,
    pub dead: Option<Dead<W>>,
    pub images: Option<Images>,
    sources: Vec<usize>,
    /// Memoised steps that have been checked.
    steps: usize,
    /// Envelopes taken in, where there are sources.
    envelopes: usize,
    /// Both bits of each neutral envelope.
    neutral: [u64; W],
}

impl<const W: usize> Facts<W> {
    pub fn new(actors: usize, reductions: &Reductions) -> Self {
        Self {
            version: 0,
            dead: reductions.dead.then(|| Dead::new(actors)),
            images: reductions.symmetry.clone().map(Images::new),
            sources: reductions.sources.clone(),
            steps: 0,
            envelopes: 0,
            neutral: [0; W],
        }
    }

    /// Takes in and checks everything that is new, which may in turn make more of it.
    pub fn catch_up<A, P, C>(&mut self, records: &mut Records<'_, A, P, C>)
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        loop {
            if !self.sources.is_empty() {
                self.take_in_envelopes(records);
            }
            if let Some(images) = &mut self.images {
                images.grow(records);
            }
            if let Some(dead) = &mut self.dead {
                dead.grow(records);
            }
            let Some(cause) = records.store().causes.get(self.steps).copied() else {
                break;
            };
            self.steps += 1;
            let checked = self.check_step(records, cause);
            records.note(checked);
        }
        self.check_symmetry_of_claims(records);
    }

    /// A state without the envelopes that no property should care about. Only its flight is
    /// meant: the fingerprint is not that of this state.
    pub fn without_neutral<const N: usize>(&self, state: &Global<N, W>) -> Global<N, W> {
        Global { flight: from_fn(|word| state.flight[word] & !self.neutral[word]), ..*state }
    }

    /// Asks which envelopes are neutral, and checks that none is sent to a source.
    fn take_in_envelopes<A, P, C>(&mut self, records: &mut Records<'_, A, P, C>)
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        while let Some(record) = records.store().envelopes.get(self.envelopes) {
            let id = small(self.envelopes);
            self.envelopes += 1;
            if records.claims.is_neutral(&record.envelope) {
                let (word, bits) = place(id);
                self.neutral[word] |= bits;
            }
            let receiver = usize::from(record.envelope.dst);
            if self.sources.contains(&receiver) {
                let envelope = records.show_envelope(id);
                let text =
                    format!("actor {receiver} is claimed to be a source: it is sent {envelope}");
                records.note(Err(text));
            }
        }
    }

    fn check_step<A, P, C>(
        &mut self,
        records: &mut Records<'_, A, P, C>,
        cause: Cause,
    ) -> Result<(), String>
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        let (actor, local, step) = records.memoised(cause)?;
        if let Some(dead) = &mut self.dead
            && step.local != local
        {
            dead.moved(records, actor, (local, step.local));
        }
        match &mut self.images {
            Some(images) => images.check_step(records, cause, (actor, local)),
            None => Ok(()),
        }
    }

    /// Checks that claims of deadness are made of all images alike.
    fn check_symmetry_of_claims<A, P, C>(&mut self, records: &mut Records<'_, A, P, C>)
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        let Some(dead) = &mut self.dead else { return };
        let fresh = std::mem::take(&mut dead.fresh);
        let Some(images) = &self.images else { return };
        for claim in fresh {
            let checked = images.check_dead(records, dead, claim);
            records.note(checked);
        }
    }
}
