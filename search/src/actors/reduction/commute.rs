//! Checks that permutations commute with what the actors do.

use stateright::actor::Actor;

use super::claims::Claims;
use super::dead::Dead;
use super::images::{Images, Place};
use super::records::{Effect, Records};
use crate::actors::properties::Properties;
use crate::actors::store::Cause;

type Result<T> = std::result::Result<T, String>;

impl Images {
    /// Checks that the permutations commute with a step that was memoised: what the image of
    /// its cause does is the image of what it does. For all its images this follows then.
    pub fn check_step<A, P, C>(
        &mut self,
        records: &mut Records<'_, A, P, C>,
        cause: Cause,
        (actor, local): Place,
    ) -> Result<()>
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        let envelope = match cause {
            Cause::Message { envelope, .. } => Some(envelope),
            Cause::Own { event } => {
                // All events of a local state are looked at together, at the first of them.
                if event != records.store().locals[actor][local as usize].first_event {
                    return Ok(());
                }
                None
            }
        };
        if self.implied.remove(&(envelope, (actor, local))) {
            return Ok(());
        }
        let effects = effects(records, envelope, (actor, local))?;
        // Another thread may be between two events, so that these effects are new.
        self.grow(records);
        for number in 1..self.group().order() {
            let turned = self.turn_question(number, envelope, (actor, local));
            let expected = effects.iter().map(|one| self.turn_effect(number, actor, one));
            let expected = expected.collect::<Option<Vec<Effect>>>();
            let (Some((envelope, place)), Some(mut expected)) = (turned, expected) else {
                continue; // A refuted image, noted already.
            };
            expected.sort_unstable();
            if self::effects(records, envelope, place)? != expected {
                let cause = envelope.map_or_else(
                    || "what it does on its own".to_owned(),
                    |envelope| format!("what {} does there", records.show_envelope(envelope)),
                );
                return Err(format!(
                    "the system is claimed to be symmetric under {:?}, but of {} and its image, \
                     {}, {cause} differs",
                    self.group().permutations()[number],
                    records.show_local(actor, local),
                    records.show_local(place.0, place.1),
                ));
            }
            self.implied.insert((envelope, place));
        }
        Ok(())
    }

    /// Checks that a claim of deadness is made of all images alike.
    pub fn check_dead<A, P, C, const W: usize>(
        &self,
        records: &Records<'_, A, P, C>,
        dead: &Dead<W>,
        (local, envelope): (u32, u32),
    ) -> Result<()>
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Share = u64>,
        C: Claims<A>,
    {
        let receiver = usize::from(records.store().envelopes[envelope as usize].envelope.dst);
        for number in 1..self.group().order() {
            let turned = self.turn_question(number, Some(envelope), (receiver, local));
            let Some((Some(image), (actor, local))) = turned else { continue };
            if !dead.holds(actor, local, image) {
                return Err(format!(
                    "{} is claimed to be dead, but not its image, {}, for {}",
                    records.show_envelope(envelope),
                    records.show_envelope(image),
                    records.show_local(actor, local)
                ));
            }
        }
        Ok(())
    }

    /// The images of a local state and of an envelope that meets it, if one does.
    fn turn_question(
        &self,
        number: usize,
        envelope: Option<u32>,
        (actor, local): Place,
    ) -> Option<(Option<u32>, Place)> {
        let place =
            (self.group().permutations()[number].of(actor), self.local(number, actor, local)?);
        match envelope {
            Some(envelope) => Some((Some(self.envelope(number, envelope)?), place)),
            None => Some((None, place)),
        }
    }

    /// The image of what a step of an actor does.
    pub fn turn_effect(&self, number: usize, actor: usize, effect: &Effect) -> Option<Effect> {
        let sent = effect.sent.iter().map(|envelope| self.envelope(number, *envelope));
        let mut sent = sent.collect::<Option<Vec<u32>>>()?;
        sent.sort_unstable();
        Some(Effect { local: self.local(number, actor, effect.local)?, sent })
    }
}

/// All that may become of a local state, in order: by an envelope, or by itself.
fn effects<A, P, C>(
    records: &mut Records<'_, A, P, C>,
    envelope: Option<u32>,
    (actor, local): Place,
) -> Result<Vec<Effect>>
where
    A: Actor<Timer: Ord>,
    P: Properties<A, Share = u64>,
    C: Claims<A>,
{
    let mut effects: Vec<Effect> = match envelope {
        Some(envelope) => records.message_effect(envelope, local)?.into_iter().collect(),
        None => records.own_effects(actor, local)?.into_iter().map(|(_, effect)| effect).collect(),
    };
    effects.sort_unstable();
    Ok(effects)
}
