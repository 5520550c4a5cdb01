//! Whether there is still a way out.
//!
//! From a state, faults and strangers cease, and holders may redeem all they hold: the
//! question is whether some order of what remains reaches the goal. The graph of what
//! remains is finite, so the answer is exact. Answers are remembered: every state on a way
//! that was found has a way, and if nothing reachable satisfies the goal, nothing reachable
//! has one.

use foldhash::quality::FixedState;
use model::{Contract, State, Swap};
use properties::Property;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, Hash};

/// States by two hashes, so that no two will ever share them.
type Fingerprints = HashSet<[u64; 2], foldhash::fast::FixedState>;

/// What is known of the ways out of one swap.
pub struct Rescuer {
    known: BTreeMap<&'static str, Answers>,
    most: usize,
}

/// Whether there is a way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// There is one.
    Out,
    /// There is none.
    None,
    /// More states would have to be seen than may be.
    Unknown,
}

#[derive(Default)]
struct Answers {
    out: Fingerprints,
    trapped: Fingerprints,
}

impl Default for Rescuer {
    fn default() -> Self {
        Self::within(usize::MAX)
    }
}

impl Rescuer {
    /// One that gives up when a question takes more than this many states.
    pub fn within(most: usize) -> Self {
        Self { known: BTreeMap::new(), most }
    }

    /// Whether some continuation of `state` satisfies `property`; one that does not ask for a
    /// way out has to be satisfied with nothing in flight. Always to be asked of the same swap.
    pub fn way_out<C: Contract>(
        &mut self,
        swap: &Swap<C>,
        property: &Property,
        state: &State<C::State>,
    ) -> Way {
        let answers = self.known.entry(property.name).or_default();
        let seen = Fingerprints::default();
        let mut walk = Walk { swap, property, answers, seen, most: self.most };
        if walk.finds_a_way(&swap.rescue(state)) {
            return Way::Out;
        }
        let Walk { answers, seen, most, .. } = walk;
        if seen.len() > most {
            return Way::Unknown;
        }
        answers.trapped.extend(seen);
        Way::None
    }
}

struct Walk<'a, C: Contract> {
    swap: &'a Swap<C>,
    property: &'a Property,
    answers: &'a mut Answers,
    seen: Fingerprints,
    most: usize,
}

impl<C: Contract> Walk<'_, C> {
    /// Depth first: deliveries come before exits, so a way is mostly found straight ahead.
    fn finds_a_way(&mut self, state: &State<C::State>) -> bool {
        let known = fingerprint(state);
        if self.answers.out.contains(&known) {
            return true;
        }
        let is_known = self.answers.trapped.contains(&known) || self.seen.len() > self.most;
        if is_known || !self.seen.insert(known) {
            return false;
        }
        let out = self.is_out(state)
            || self.swap.enabled(state).iter().any(|action| {
                let step = self.swap.step(state, action);
                step.is_some_and(|step| self.finds_a_way(&step.state))
            });
        if out {
            self.answers.out.insert(known);
        }
        out
    }

    /// A promise about every state, or about those at rest, must be true when all is at rest:
    /// what is on its way could make it false again.
    fn is_out(&self, state: &State<C::State>) -> bool {
        let situation = self.swap.situation(state);
        let counts = self.property.is_way_out() || situation.at_rest;
        counts && self.property.judge(&situation).is_ok()
    }
}

/// Two hashes of a whole state, where no parts have numbers.
fn fingerprint(value: &impl Hash) -> [u64; 2] {
    [0x7133, 0x3317].map(|seed| FixedState::with_seed(seed).hash_one(value))
}
