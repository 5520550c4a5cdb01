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
use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, Hash};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// States by two hashes, so that no two will ever share them.
type Fingerprints = HashSet<[u64; 2], foldhash::fast::FixedState>;

/// What is known of the ways out of one swap.
#[derive(Default)]
pub struct Rescuer {
    known: BTreeMap<&'static str, Answers>,
}

/// How many states may be looked at, for as long as somebody waits for the answer.
pub struct Patience {
    left: Cell<usize>,
    gone: Option<Arc<AtomicBool>>,
}

impl Default for Patience {
    /// As many as there are.
    fn default() -> Self {
        Self::of(usize::MAX)
    }
}

impl Patience {
    /// This many.
    pub fn of(states: usize) -> Self {
        Self { left: Cell::new(states), gone: None }
    }

    /// The same; none any more once `gone` is set.
    #[must_use]
    pub fn until(self, gone: Arc<AtomicBool>) -> Self {
        Self { gone: Some(gone), ..self }
    }

    /// How many may still be looked at.
    pub fn left(&self) -> usize {
        let is_gone = self.gone.as_ref().is_some_and(|gone| gone.load(Ordering::Relaxed));
        if is_gone { 0 } else { self.left.get() }
    }

    /// Whether one more may be looked at, which counts then.
    fn allows_one(&self) -> bool {
        let left = self.left();
        self.left.set(left.saturating_sub(1));
        left > 0
    }

    /// Does some of the work with an even share for each of the parts that are `to_do`: a hard
    /// one takes nothing from those behind it.
    pub fn share<T>(&self, to_do: usize, work: impl FnOnce(&Self) -> T) -> T {
        let part = Self { left: Cell::new(self.left() / to_do.max(1)), gone: self.gone.clone() };
        let before = part.left();
        let done = work(&part);
        self.left.set(self.left().saturating_sub(before - part.left.get().min(before)));
        done
    }
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

impl Rescuer {
    /// Whether some continuation of `state` satisfies `property`; one that does not ask for a
    /// way out has to be satisfied with nothing in flight. Always to be asked of the same swap.
    pub fn way_out<C: Contract>(
        &mut self,
        swap: &Swap<C>,
        property: &Property,
        state: &State<C::State>,
    ) -> Way {
        self.way_out_within(swap, property, state, &Patience::default())
    }

    /// The same, as far as patience goes.
    pub fn way_out_within<C: Contract>(
        &mut self,
        swap: &Swap<C>,
        property: &Property,
        state: &State<C::State>,
        patience: &Patience,
    ) -> Way {
        let answers = self.known.entry(property.name).or_default();
        let seen = Fingerprints::default();
        let mut walk = Walk { swap, property, answers, seen, patience, is_cut: false };
        if walk.finds_a_way(&swap.rescue(state)) {
            return Way::Out;
        }
        let Walk { answers, seen, is_cut, .. } = walk;
        if is_cut {
            return Way::Unknown;
        }
        answers.trapped.extend(seen);
        Way::None
    }

    /// Forgets everything once this many states are remembered: memory stays bounded.
    pub fn forget_beyond(&mut self, most: usize) {
        let known = self.known.values().map(|answers| answers.out.len() + answers.trapped.len());
        if known.sum::<usize>() > most {
            self.known.clear();
        }
    }
}

struct Walk<'a, C: Contract> {
    swap: &'a Swap<C>,
    property: &'a Property,
    answers: &'a mut Answers,
    seen: Fingerprints,
    patience: &'a Patience,
    is_cut: bool,
}

impl<C: Contract> Walk<'_, C> {
    /// Depth first: deliveries come before exits, so a way is mostly found straight ahead.
    fn finds_a_way(&mut self, state: &State<C::State>) -> bool {
        let known = fingerprint(state);
        if self.answers.out.contains(&known) {
            return true;
        }
        if self.answers.trapped.contains(&known) || self.is_cut || !self.seen.insert(known) {
            return false;
        }
        if !self.patience.allows_one() {
            self.is_cut = true;
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
