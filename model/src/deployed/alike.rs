//! Whether evaluations treat names alike: each is compared with itself under exchanges of them.

use super::LuaState;
use super::workshop::{Step, Workshop, key, known_or, lock};
use crate::message::{Message, Outgoing};
use crate::renaming::{Rename, Renaming};
use aos::Refused;
use std::sync::Arc;

/// An exchange of names that evaluations are compared under.
#[derive(Clone, Debug)]
pub(super) struct Exchange {
    /// The same for equal names in all searches.
    number: u32,
    pub(super) names: Renaming,
}

/// An evaluation that was run, and what it was compared under.
pub(super) struct Ran {
    pub(super) step: Arc<Step>,
    /// By number of the exchange: whether exchanging names before it and after it came to the
    /// same.
    alike: Vec<(u32, bool)>,
}

impl Ran {
    /// It was compared under nothing yet.
    pub(super) fn new(step: Step) -> Self {
        Self { step: Arc::new(step), alike: Vec::new() }
    }

    /// Whether it treats all of these alike; nothing if it was not compared under one of them.
    pub(super) fn is_alike(&self, exchanges: &[Exchange]) -> Option<bool> {
        let known = |exchange: &Exchange| {
            self.alike.iter().find(|(number, _)| *number == exchange.number).map(|known| known.1)
        };
        exchanges.iter().try_fold(true, |all, exchange| Some(all && known(exchange)?))
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
        asked @ (state, message, nth): (&LuaState, &Message, u8),
        exchanges: &[Exchange],
    ) -> Result<(Arc<Step>, bool), Refused> {
        let key = key(&(state.key(), message, nth));
        let (step, known) = self.ran(key, asked, exchanges)?;
        if let Some(is_alike) = known {
            return Ok((step, is_alike));
        }
        let alike =
            |exchange: &Exchange| (exchange.number, self.is_alike(asked, &step, &exchange.names));
        let alike: Vec<_> = exchanges.iter().map(alike).collect();
        let is_alike = alike.iter().all(|(_, is_alike)| *is_alike);
        if let Some(ran) = lock(self.shard(key)).get_mut(&key) {
            ran.alike.retain(|known| !alike.contains(known));
            ran.alike.extend(alike);
        }
        Ok((step, is_alike))
    }

    /// Exchanging names before an evaluation and after it must come to the same.
    ///
    /// What it is compared with is an evaluation as any other, which a search may ask for, too.
    fn is_alike(
        self: &Arc<Self>,
        (state, message, nth): (&LuaState, &Message, u8),
        step: &Step,
        names: &Renaming,
    ) -> bool {
        let (state, message) = (state.renamed(names), message.renamed(names));
        let image = key(&(state.key(), &message, nth));
        // A state that no run may come to is no reason to refuse the file.
        let Ok((image, _)) = self.ran(image, (&state, &message, nth), &[]) else { return false };
        let sent = step.sent.iter().map(|sent| Outgoing {
            target: sent.target.renamed(names),
            tags: sent.tags.renamed(names),
            data: sent.data.renamed(names),
        });
        image.after == step.after.renamed(names)
            && sent.eq(image.sent.iter().cloned())
            && image.outcome.is_ok() == step.outcome.is_ok()
    }

    /// A state with names exchanged, made where it is not known.
    pub(super) fn known_renamed(
        &self,
        asked: (&LuaState, &Renaming),
        make: impl FnOnce() -> LuaState,
    ) -> LuaState {
        known_or(&self.renamed, key(&asked), make)
    }

    pub(super) fn renamed(&self, image: &aos::State, names: &Renaming) -> aos::State {
        let words: Vec<_> = names.pairs().collect();
        self.with_machine(|machine| machine.renamed(image, &words))
    }
}
