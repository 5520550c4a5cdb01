//! What properties said of situations, kept from one search of a contract to the next.

use foldhash::fast::FixedState;
use model::{Contract, Swap};
use properties::Property;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// By a key of 64 bits of what properties read: which of them are false, by bits.
pub(crate) type Verdicts = HashMap<u64, u64, FixedState>;

/// What properties said of situations of one contract. Profiles that differ in what may happen
/// bring about many of the same, and a situation says all that is judged.
///
/// A thread takes a table as long as it searches, and another thread another one: nobody waits.
#[derive(Default)]
pub struct Remembered(Mutex<BTreeMap<u64, Vec<Verdicts>>>);

impl Remembered {
    fn tables(&self) -> MutexGuard<'_, BTreeMap<u64, Vec<Verdicts>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A table of what these properties said in this world, or an empty one.
    pub(crate) fn lend<C: Contract>(
        self: &Arc<Self>,
        swap: &Swap<C>,
        properties: &[Property],
    ) -> Lent {
        let names: Vec<_> = properties.iter().map(|property| property.name).collect();
        let issued = swap.situation(&swap.initial()).usda_issued;
        let world = search::content_hash(&(&swap.wallets, issued, names));
        let verdicts = self.tables().get_mut(&world).and_then(Vec::pop).unwrap_or_default();
        Lent { verdicts, world, to: Arc::clone(self) }
    }
}

/// A table that goes back when it is dropped.
pub(crate) struct Lent {
    pub(crate) verdicts: Verdicts,
    /// What a situation does not say, and judgements depend on.
    world: u64,
    to: Arc<Remembered>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        let verdicts = std::mem::take(&mut self.verdicts);
        self.to.tables().entry(self.world).or_default().push(verdicts);
    }
}
