//! All worlds, by fewest faults and then fewest steps, and which promises hold in them.

use crate::contract::{Address, Contract, Stop};
use crate::promises::{self, Promise, View, When};
use crate::sights::{Sights, expected};
use crate::world::{Place, World};
use model::fault::Faults;
use ruint::aliases::U256;
use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::rc::Rc;
use std::time::Instant;

/// What is said of a promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is kept in all worlds.
    Holds,
    /// It is kept, and something was not seen that must be for this to mean anything.
    NotTried,
    /// It is broken: by the minimal sets of faults, each with the fewest steps.
    Violated(BTreeMap<Faults, usize>),
}

impl fmt::Display for Verdict {
    /// `violated (1 loss: 3 steps; 1 trick: 4 steps)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Violated(sets) = self else {
            return f.write_str(if *self == Self::Holds { "holds" } else { "not tried" });
        };
        let sets = sets.iter().map(|(set, steps)| format!("{set}: {steps} steps"));
        write!(f, "violated ({})", sets.collect::<Vec<_>>().join("; "))
    }
}

/// What a search found.
#[derive(Clone, Debug)]
pub struct Findings {
    /// What is said of each promise.
    pub verdicts: Vec<(&'static str, Verdict)>,
    /// How many worlds there are.
    pub worlds: usize,
}

/// How far a search may go. One that reaches either limit gives no verdict at all.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    pub worlds: usize,
    /// Up to this moment.
    pub until: Option<Instant>,
}

impl Most {
    /// So many worlds, in any time.
    pub const fn worlds(worlds: usize) -> Self {
        Self { worlds, until: None }
    }

    /// Stops a search that has seen so many worlds and may not go on.
    fn check(&self, worlds: usize) -> Result<(), Stop> {
        if worlds > self.worlds {
            return Err(Stop::TooMany(self.worlds));
        }
        match self.until {
            Some(until) if Instant::now() >= until => Err(Stop::TimeIsOver),
            _ => Ok(()),
        }
    }
}

/// A world in a table that grows: its hash is worked out once. Two are equal if all that is in
/// them is, whatever their hashes.
struct Known<S> {
    hash: u64,
    world: Rc<World<S>>,
}

impl<S: Hash> Known<S> {
    fn of(world: Rc<World<S>>, by: &impl BuildHasher) -> Self {
        Self { hash: by.hash_one(&world), world }
    }
}

impl<S> Hash for Known<S> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.hash);
    }
}

impl<S: Eq> PartialEq for Known<S> {
    fn eq(&self, other: &Self) -> bool {
        self.world == other.world
    }
}

impl<S: Eq> Eq for Known<S> {}

/// Goes through all worlds.
///
/// # Errors
/// If a limit is reached, or the contract asks for what cannot be done.
pub fn search<C: Contract>(mut place: Place<'_, C>, most: Most) -> Result<Findings, Stop> {
    loop {
        if let Some(findings) = Search::new(&place, most).run()? {
            return Ok(findings);
        }
        // Which messages have handlers changes: this time all count.
        place.claims_change = true;
    }
}

/// More worlds than a rescue ever has, unless messages are sent without end.
const MOST_IN_RESCUE: usize = 2_000;

/// Worlds to look at, by how many faults and steps led there.
type Waiting<S> = BTreeMap<(u8, usize), Vec<Rc<World<S>>>>;

struct Search<'a, C: Contract> {
    place: &'a Place<'a, C>,
    most: Most,
    promises: Vec<&'static Promise>,
    honest: Vec<Address>,
    issued: U256,
    /// Of each promise the sets of faults that break it, none with another in it.
    broken: Vec<BTreeMap<Faults, usize>>,
    sights: Sights,
}

impl<'a, C: Contract> Search<'a, C> {
    fn new(place: &'a Place<'a, C>, most: Most) -> Self {
        let of_lua = if place.contract.is_lua() { promises::OF_LUA } else { &[] };
        let promises: Vec<&Promise> = promises::ALL.iter().chain(of_lua).collect();
        let honest = place.people.iter().filter(|person| !person.is_stranger());
        Self {
            place,
            most,
            broken: vec![BTreeMap::new(); promises.len()],
            promises,
            honest: honest.map(|person| person.name.clone()).collect(),
            issued: place.issued(),
            sights: Sights::default(),
        }
    }

    /// Nothing where some step changes which messages have handlers.
    fn run(mut self) -> Result<Option<Findings>, Stop> {
        let first = Rc::new(self.place.first());
        let by = RandomState::new();
        let mut seen = HashSet::from([Known::of(Rc::clone(&first), &by)]);
        let mut waiting: Waiting<C::State> = BTreeMap::from([((0, 0), vec![first])]);
        while let Some(((_, steps), worlds)) = waiting.pop_first() {
            for world in worlds {
                if !self.place.claims_change && self.place.contract.claims_otherwise(&world.tim3) {
                    return Ok(None);
                }
                self.judge(&world, steps)?;
                for next in self.place.next(&world, &mut self.sights)? {
                    let next = Rc::new(next);
                    if seen.insert(Known::of(Rc::clone(&next), &by)) {
                        waiting.entry((next.faults.total(), steps + 1)).or_default().push(next);
                    }
                }
                self.most.check(seen.len())?;
            }
        }
        Ok(Some(self.findings(seen.len())))
    }

    fn judge(&mut self, world: &World<C::State>, steps: usize) -> Result<(), Stop> {
        self.sights.in_history(&world.history);
        let is_new = |number: &usize| {
            let mut sets = self.broken[*number].keys();
            !sets.any(|set| set.is_part_of(&world.faults))
        };
        let new: Vec<usize> = (0..self.promises.len()).filter(is_new).collect();
        let kept = self.view(world, |view| {
            new.iter().map(|number| (self.promises[*number].is_kept)(view)).collect::<Vec<_>>()
        });
        for (number, is_kept) in new.into_iter().zip(kept) {
            if !is_kept && self.is_broken(world, self.promises[number])? {
                self.broken[number].insert(world.faults, steps);
            }
        }
        Ok(())
    }

    /// Whether a promise that is not kept in this world has to be.
    fn is_broken(&self, world: &World<C::State>, promise: &Promise) -> Result<bool, Stop> {
        match promise.when {
            When::Always => Ok(true),
            When::AtRest => Ok(world.faults.of_the_network() == 0 && self.place.is_at_rest(world)?),
            When::SomeDay => Ok(!self.has_way_out(world, promise)?),
        }
    }

    fn view<T>(&self, world: &World<C::State>, look: impl FnOnce(&View<'_>) -> T) -> T {
        let (books, flaws) = self.place.contract.books(&world.tim3);
        look(&View {
            ledger: &world.ledger,
            issued: self.issued,
            books: &books,
            flaws,
            history: &world.history,
            honest: &self.honest,
        })
    }

    /// Looks at everything that can follow without faults, until something keeps the promise.
    fn has_way_out(&self, world: &World<C::State>, promise: &Promise) -> Result<bool, Stop> {
        let start = (self.place.rescued(world), vec![0; self.place.people.len()]);
        let mut seen = HashSet::from([start.clone()]);
        let mut waiting = vec![start];
        while let Some(rescue) = waiting.pop() {
            if self.view(&rescue.0, promise.is_kept) {
                return Ok(true);
            }
            // What arrives is followed first: it mostly leads straight to the goal.
            for next in self.place.next_in_rescue(&rescue)?.into_iter().rev() {
                if seen.insert(next.clone()) {
                    waiting.push(next);
                }
            }
            Most { worlds: MOST_IN_RESCUE, ..self.most }.check(seen.len())?;
        }
        Ok(false)
    }

    fn findings(self, worlds: usize) -> Findings {
        let guards = self.place.contract.has_all_guards();
        let expected = expected(&self.place.budget, &self.place.bounds, guards);
        let has_seen =
            |promise: &Promise| self.sights.have(&expected) && self.sights.have(promise.needs);
        let verdict = |(promise, sets): (&&Promise, BTreeMap<Faults, usize>)| {
            let verdict = match (sets.is_empty(), has_seen(promise)) {
                (false, _) => Verdict::Violated(sets),
                (true, true) => Verdict::Holds,
                (true, false) => Verdict::NotTried,
            };
            (promise.name, verdict)
        };
        let verdicts = self.promises.iter().zip(self.broken.clone()).map(verdict).collect();
        Findings { verdicts, worlds }
    }
}
