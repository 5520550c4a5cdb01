//! Runs of the real system, out of paths of the reduced one.

use stateright::actor::Actor;

use super::claims::Claims;
use super::images::Images;
use super::records::Records;
use super::reduced::ReducedActors;
use crate::actors::properties::Properties;
use crate::actors::steps::OWN;
use crate::actors::system::ActionOf;
use crate::path::Path;
use crate::system::System;

impl<A, P, C, const N: usize, const W: usize> ReducedActors<A, P, C, N, W>
where
    A: Actor<Timer: Ord + Send + Sync, Msg: Send + Sync, State: Send + Sync, Random: Send + Sync>
        + Sync,
    P: Properties<A, Share = u64>,
    C: Claims<A>,
{
    /// The actions of a run of the real system that ends where the path does, up to dead
    /// envelopes and a permutation of the actors. The steps of sources come first.
    ///
    /// The path goes from one representative to the next; `turn` is the permutation that
    /// leads from the representative to the state of the real run. Where a step leads to
    /// `next`, represented by its image under `taken`, the real run, which is `turn` ahead,
    /// leads to the image of `next` under `turn`: that of the representative under the
    /// inverse of `taken` and then `turn`.
    ///
    /// # Panics
    /// If the path is not of this system and this run.
    pub fn actions(&self, path: &Path) -> Vec<ActionOf<A>> {
        let numbers = self.real_numbers(path).expect("a path that this search has found");
        numbers.into_iter().map(|number| self.system.action(number)).collect()
    }

    fn real_numbers(&self, path: &Path) -> Option<Vec<u32>> {
        let mut scratch = self.scratch();
        let start = *self.starts(&mut scratch).get(path.initial)?;
        let run_up = path.initial.checked_sub(1).map(|end| &self.run_up.ends[end].actions);
        let mut numbers = run_up.cloned().unwrap_or_default();
        let (taken, mut state) = self.reduce(&start, &mut scratch)?;
        let group = self.reductions.symmetry.as_ref();
        let mut turn = group.map_or(0, |group| group.inverse(taken));
        for action in &path.actions {
            self.expand(&state, &mut scratch);
            let next = scratch.steps.iter().find(|(offered, _)| offered == action)?.1;
            let (taken, representative) = self.reduce(&next, &mut scratch)?;
            numbers.push(match &scratch.facts.images {
                Some(images) => self.turned(images, turn, *action)?,
                None => *action,
            });
            turn = group.map_or(0, |group| group.product(turn, group.inverse(taken)));
            state = representative;
        }
        Some(numbers)
    }

    /// The image of an action. That of an event is the one that has the image of its effect:
    /// nothing says which of several it is, but it makes no difference either.
    fn turned(&self, images: &Images, turn: usize, action: u32) -> Option<u32> {
        let (id, kind) = (action >> 2, action & 3);
        if kind != OWN {
            return Some(images.envelope(turn, id)? << 2 | kind);
        }
        let mut shared = self.system.shared();
        let mut records = Records::new(&self.system, &mut shared, &self.claims);
        let record = &records.store().events[id as usize];
        let (actor, local) = (record.actor, record.local);
        let place =
            (images.group().permutations()[turn].of(actor), images.local(turn, actor, local)?);
        let effects = records.own_effects(actor, local).ok()?;
        let (_, effect) = effects.iter().find(|(event, _)| *event == id)?;
        let effect = images.turn_effect(turn, actor, effect)?;
        let candidates = records.own_effects(place.0, place.1).ok()?;
        let (event, _) = candidates.iter().find(|(_, image)| *image == effect)?;
        Some(event << 2 | OWN)
    }
}
