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
#[derive(Default)]
pub struct Rescuer {
    known: BTreeMap<&'static str, Answers>,
}

#[derive(Default)]
struct Answers {
    out: Fingerprints,
    trapped: Fingerprints,
}

impl Rescuer {
    /// Whether some continuation of `state` satisfies `property`. Always to be asked of the
    /// same swap.
    pub fn way_out<C: Contract>(
        &mut self,
        swap: &Swap<C>,
        property: &Property,
        state: &State<C::State>,
    ) -> bool {
        let answers = self.known.entry(property.name).or_default();
        let mut walk = Walk { swap, property, answers, seen: Fingerprints::default() };
        if walk.finds_a_way(&swap.rescue(state)) {
            return true;
        }
        let Walk { answers, seen, .. } = walk;
        answers.trapped.extend(seen);
        false
    }
}

struct Walk<'a, C: Contract> {
    swap: &'a Swap<C>,
    property: &'a Property,
    answers: &'a mut Answers,
    seen: Fingerprints,
}

impl<C: Contract> Walk<'_, C> {
    /// Depth first: deliveries come before exits, so a way is mostly found straight ahead.
    fn finds_a_way(&mut self, state: &State<C::State>) -> bool {
        let known = fingerprint(state);
        if self.answers.out.contains(&known) {
            return true;
        }
        if self.answers.trapped.contains(&known) || !self.seen.insert(known) {
            return false;
        }
        let out = self.property.judge(&self.swap.situation(state)).is_ok()
            || self.swap.enabled(state).iter().any(|action| {
                let step = self.swap.step(state, action);
                step.is_some_and(|step| self.finds_a_way(&step.state))
            });
        if out {
            self.answers.out.insert(known);
        }
        out
    }
}

/// Two hashes of a whole state, where no parts have numbers.
fn fingerprint(value: &impl Hash) -> [u64; 2] {
    [0x7133, 0x3317].map(|seed| FixedState::with_seed(seed).hash_one(value))
}
