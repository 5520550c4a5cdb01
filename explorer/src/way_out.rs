//! Whether there is still a way out.
//!
//! From a state, faults and strangers cease, and holders may redeem all they hold: the
//! question is whether some order of what remains reaches the goal. Where the graph of what
//! remains was seen, the answer is exact; where it is too large, there is none. Answers are
//! remembered: every state on a way that was found has a way, and if nothing reachable satisfies
//! the goal, nothing reachable has one.

use aos::stop;
use model::{Action, Contract, Secret, State, Swap};
use properties::Property;
use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::vec::IntoIter;

/// States by a number of a secret.
type Numbers = HashSet<u64, foldhash::fast::RandomState>;

/// What is known of the ways out of one swap.
pub struct Rescuer {
    secret: Secret,
    known: BTreeMap<&'static str, Answers>,
}

impl Default for Rescuer {
    fn default() -> Self {
        Self { secret: Secret::random(), known: BTreeMap::new() }
    }
}

/// How many states may be looked at, for as long as somebody waits for the answer.
pub struct Patience {
    left: Cell<usize>,
    gone: Option<Arc<AtomicBool>>,
}

/// More than the largest search that was seen to lead anywhere, many times over.
const MOST: usize = 1_000_000;

impl Default for Patience {
    /// A million, and none any more once the work is to be [given up](stop).
    fn default() -> Self {
        Self::of(MOST)
    }
}

impl Patience {
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
        if is_gone || stop::is_due() { 0 } else { self.left.get() }
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
    Out,
    None,
    /// More states would have to be seen than may be.
    Unknown,
}

#[derive(Default)]
struct Answers {
    out: Numbers,
    trapped: Numbers,
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
        let seen = Numbers::default();
        let secret = &self.secret;
        let mut walk = Walk { swap, property, secret, answers, seen, patience };
        let way = walk.way_from(swap.rescue(state));
        if way == Way::None {
            let Walk { answers, seen, .. } = walk;
            answers.trapped.extend(seen);
        }
        way
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
    secret: &'a Secret,
    answers: &'a mut Answers,
    seen: Numbers,
    patience: &'a Patience,
}

/// A state that was reached, and what was not tried there yet.
struct Visit<S> {
    known: u64,
    state: State<S>,
    left: IntoIter<Action>,
}

/// What is known of a state as soon as it is reached.
enum Met<S> {
    Out,
    /// Nothing new leads on from here.
    End,
    /// It has to be looked at what leads on.
    Open(Visit<S>),
    /// Nobody waits any more.
    Cut,
}

impl<C: Contract> Walk<'_, C> {
    /// Depth first: deliveries come before exits, so a way is mostly found straight ahead. As a
    /// chain of messages can be long, the way to a state is kept here and not on the stack.
    fn way_from(&mut self, state: State<C::State>) -> Way {
        let mut way: Vec<Visit<C::State>> = Vec::new();
        let mut next = Some(state);
        loop {
            match next.take().map(|state| self.meet(state)) {
                Some(Met::Out) => {
                    self.answers.out.extend(way.into_iter().map(|visit| visit.known));
                    return Way::Out;
                }
                Some(Met::Cut) => return Way::Unknown,
                Some(Met::Open(visit)) => way.push(visit),
                Some(Met::End) | None => {}
            }
            let Some(visit) = way.last_mut() else { return Way::None };
            match visit.left.next() {
                Some(action) => {
                    next = self.swap.step(&visit.state, &action).map(|step| step.state);
                }
                None => _ = way.pop(),
            }
        }
    }

    fn meet(&mut self, state: State<C::State>) -> Met<C::State> {
        // To judge a state takes less time than to know it again.
        if self.is_out(&state) {
            return Met::Out;
        }
        let known = self.secret.number_of(&state, 0);
        if self.answers.out.contains(&known) {
            return Met::Out;
        }
        if self.answers.trapped.contains(&known) || !self.seen.insert(known) {
            return Met::End;
        }
        if !self.patience.allows_one() {
            return Met::Cut;
        }
        let left = self.swap.enabled(&state).into_iter();
        Met::Open(Visit { known, state, left })
    }

    /// A promise about every state, or about those at rest, must be true when all is at rest:
    /// what is on its way could make it false again.
    fn is_out(&self, state: &State<C::State>) -> bool {
        let situation = self.swap.situation(state);
        let counts = self.property.is_way_out() || situation.at_rest;
        counts && self.property.judge(&situation).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::books::Books;
    use model::message::{Tags, tag};
    use model::process::Outbox;
    use model::usda::Usda;
    use model::{Bounds, HandlerError, Handlers, Label, Message, Profile, TIM3};
    use std::borrow::Cow;

    /// Answers every message by one to itself, until so many followed one another.
    #[derive(Debug)]
    struct Chain(usize);

    impl Handlers for Chain {
        type State = bool;

        fn handle(
            &self,
            _: &mut bool,
            message: &Message,
            outbox: &mut Outbox<'_>,
        ) -> Result<Label, HandlerError> {
            if message.identity.causes() < self.0 {
                outbox.send(TIM3, Tags::default().with(tag::ACTION, "Ping"));
            }
            Ok(Label::new_static("ping"))
        }
    }

    impl Contract for Chain {
        fn initial(&self) -> bool {
            false
        }

        fn books<'a>(&self, _: &'a bool) -> Cow<'a, Books> {
            Cow::default()
        }

        fn reload(&self, _: &mut bool) {}
    }

    /// Whether all is at rest after a deposit.
    fn comes_to_rest(length: usize, patience: &Patience) -> Way {
        let profile = "reliable".parse::<Profile>().expect("a profile");
        let bounds = "tiny".parse::<Bounds>().expect("bounds");
        let swap = Swap::new(Chain(length), Usda::default(), profile, bounds);
        let mut state = swap.initial();
        let deposits = |action: &Action| action.to_string() == "alice: deposit";
        let deposit = swap.enabled(&state).into_iter().find(deposits).expect("it is possible");
        state = swap.step(&state, &deposit).expect("it is possible").state;
        let property = properties::named("handlers-finish").expect("a property");
        Rescuer::default().way_out_within(&swap, &property, &state, patience)
    }

    /// Each message on the way takes a step from the last: a call for each would overflow the
    /// stack.
    #[test]
    fn a_way_out_may_be_long() {
        assert_eq!(comes_to_rest(4000, &Patience::default()), Way::Out);
    }

    #[test]
    fn patience_ends_where_messages_do_not() {
        assert_eq!(comes_to_rest(usize::MAX, &Patience::of(1000)), Way::Unknown);
        let given_up = || comes_to_rest(usize::MAX, &Patience::default());
        assert_eq!(stop::when(|| true, given_up), Way::Unknown);
    }
}
