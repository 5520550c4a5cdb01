//! Verdicts of properties about situations, kept from one search of a contract to the next.

use crate::answers::Answers;
use model::{Contract, Digest, Secret, Swap};
use properties::Property;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// By a key of 64 bits of what properties read: which of them are false, by bits.
pub(crate) type Verdicts = Answers;

/// Tables by what a situation does not say, and judgements depend on.
type Worlds = BTreeMap<Digest, Vec<Verdicts>>;

/// What properties said of situations of one contract. Profiles that differ in what may happen
/// bring about many of the same, and a situation says all that is judged.
///
/// A thread takes a table as long as it searches, and another thread another one: nobody waits.
///
/// The keys are numbers of one [`Secret`], which all these searches share: the contract, which
/// decides what the situations are, cannot make two that share a key.
pub struct Remembered {
    secret: Secret,
    worlds: Mutex<Worlds>,
}

impl Default for Remembered {
    fn default() -> Self {
        Self { secret: Secret::random(), worlds: Mutex::default() }
    }
}

impl Remembered {
    /// What keys the numbers of all searches of the contract.
    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }

    fn tables(&self) -> MutexGuard<'_, Worlds> {
        self.worlds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A table of what these properties said in this world, or an empty one.
    pub(crate) fn lend<C: Contract>(
        self: &Arc<Self>,
        swap: &Swap<C>,
        properties: &[Property],
    ) -> Lent {
        let names: Vec<_> = properties.iter().map(|property| property.name).collect();
        let issued = swap.situation(&swap.initial()).usda_issued;
        let world = Digest::of_value(&(&swap.wallets, issued, names));
        let verdicts = self.tables().get_mut(&world).and_then(Vec::pop).unwrap_or_default();
        Lent { verdicts, world, to: Arc::clone(self) }
    }
}

/// A table that goes back when it is dropped.
pub(crate) struct Lent {
    pub(crate) verdicts: Verdicts,
    world: Digest,
    to: Arc<Remembered>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        let verdicts = std::mem::take(&mut self.verdicts);
        self.to.tables().entry(self.world).or_default().push(verdicts);
    }
}
