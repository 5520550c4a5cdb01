//! Whether evaluations treat names alike: each is compared with itself under exchanges of them.

use super::LuaState;
use super::workshop::{NoStep, Step, Workshop, lock};
use crate::message::Message;
use crate::renaming::{Rename, Renaming};
use aos::Digest;
use std::sync::{Arc, Mutex};

/// An exchange of names that evaluations are compared under.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// The same for equal names in all searches.
    number: u32,
    pub(super) names: Renaming,
}

/// An evaluation that was run, and what it was compared under.
pub(super) struct Ran {
    pub(super) step: Step,
    /// By number of the exchange: whether exchanging names before it or after it has the same
    /// result.
    alike: Mutex<Vec<(u32, bool)>>,
}

impl Ran {
    /// It was compared under nothing yet.
    pub(super) fn new(step: Step) -> Self {
        Self { step, alike: Mutex::default() }
    }

    /// Whether it treats names alike under an exchange; compared if that is not known.
    fn is_alike(
        &self,
        exchange: &Exchange,
        compare: impl FnOnce() -> Result<bool, NoStep>,
    ) -> Result<bool, NoStep> {
        let known = lock(&self.alike).iter().find(|known| known.0 == exchange.number).copied();
        if let Some((_, is_alike)) = known {
            return Ok(is_alike);
        }
        // Another thread may compare it, too, and finds the same.
        let is_alike = compare()?;
        let mut alike = lock(&self.alike);
        if alike.iter().all(|known| known.0 != exchange.number) {
            alike.push((exchange.number, is_alike));
        }
        Ok(is_alike)
    }
}

impl Workshop {
    pub(super) fn exchange(&self, names: &Renaming) -> Exchange {
        let mut known = lock(&self.exchanges);
        let place = known.iter().position(|known| known == names).unwrap_or_else(|| {
            known.push(names.clone());
            known.len() - 1
        });
        let number = u32::try_from(place).expect("exchanges of at most six users");
        Exchange { number, names: names.clone() }
    }

    /// A step, and whether it treats these exchanges of names alike.
    pub(super) fn compared(
        self: &Arc<Self>,
        asked: (&LuaState, &Message, u8),
        exchanges: &[Exchange],
    ) -> Result<(Arc<Ran>, bool), NoStep> {
        let ran = self.ran(asked)?;
        // Under all of them, so that what is run does not depend on the result.
        let mut is_alike = true;
        for exchange in exchanges {
            let compare = || self.is_alike(asked, &ran.step, &exchange.names);
            is_alike &= ran.is_alike(exchange, compare)?;
        }
        Ok((ran, is_alike))
    }

    /// Exchanging names before an evaluation or after it must have the same result.
    ///
    /// What it is compared with is an evaluation as any other, which a search may ask for, too.
    fn is_alike(
        self: &Arc<Self>,
        (state, message, nth): (&LuaState, &Message, u8),
        step: &Step,
        names: &Renaming,
    ) -> Result<bool, NoStep> {
        let (state, message) = (state.renamed(names), message.renamed(names));
        // A state that no run may reach is no reason to refuse the file.
        let image = match self.ran((&state, &message, nth)) {
            Err(NoStep::Refused(_)) => return Ok(false),
            image => image?,
        };
        let image = &image.step;
        let sent = step.sent.iter().map(|sent| sent.renamed(names));
        Ok(image.after == step.after.renamed(names)
            && sent.eq(image.sent.iter().cloned())
            && image.outcome.is_ok() == step.outcome.is_ok())
    }

    /// A state with names exchanged, made where it is not known.
    pub(super) fn known_renamed(
        &self,
        asked: (&LuaState, &Renaming),
        make: impl FnOnce() -> LuaState,
    ) -> LuaState {
        self.renamed.get_or(Digest::of_value(&asked), make)
    }

    pub(super) fn renamed(&self, image: &aos::State, names: &Renaming) -> aos::State {
        let words = self.ids.exchanged(names);
        self.with_machine(|machine| machine.renamed(image, &words))
    }
}
