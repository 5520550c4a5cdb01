//! One actor that only sends: everything it may do, explored and checked up front.

use std::collections::{BTreeMap, BTreeSet};

use stateright::actor::Actor;

use super::claims::Claims;
use super::records::{Effect, Records};
use crate::actors::properties::Properties;

/// Local states of one source, and states on the way of all of them, beyond which sources
/// are refused.
pub const MOST: usize = 1 << 16;

type Result<T> = std::result::Result<T, String>;

/// What an actor does on its own, by local state.
pub struct Source {
    actor: usize,
    steps: BTreeMap<u32, Vec<Effect>>,
}

impl Source {
    /// Explores what an actor does on its own from a local state on.
    ///
    /// # Errors
    /// If that is too much to explore, or if properties see any of it.
    pub fn explore<A, P, C>(
        records: &mut Records<'_, A, P, C>,
        actor: usize,
        first: u32,
    ) -> Result<Self>
    where
        A: Actor<Timer: Ord>,
        P: Properties<A, Summary: PartialEq, Share = u64>,
        C: Claims<A>,
    {
        let mut steps = BTreeMap::new();
        let mut rest = vec![first];
        while let Some(local) = rest.pop() {
            if steps.contains_key(&local) {
                continue;
            }
            if steps.len() == MOST {
                return Err(format!("source {actor} has more than {MOST} local states"));
            }
            let effects = records.own_effects(actor, local)?.into_iter();
            let effects: Vec<Effect> = effects.map(|(_, effect)| effect).collect();
            for effect in &effects {
                check_invisible(records, actor, local, effect)?;
            }
            rest.extend(effects.iter().map(|effect| effect.local));
            steps.insert(local, effects);
        }
        Ok(Self { actor, steps })
    }

    /// The local states, each after all those it leads to.
    ///
    /// # Errors
    /// If there is a cycle.
    pub fn backwards(&self) -> Result<Vec<u32>> {
        let mut before: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut left: BTreeMap<u32, usize> = BTreeMap::new();
        for (from, effects) in &self.steps {
            left.insert(*from, effects.len());
            for effect in effects {
                before.entry(effect.local).or_default().push(*from);
            }
        }
        let ends = left.iter().filter(|(_, steps)| **steps == 0);
        let mut order: Vec<u32> = ends.map(|(local, _)| *local).collect();
        let mut done = 0;
        while let Some(local) = order.get(done) {
            done += 1;
            for from in before.get(local).into_iter().flatten() {
                let left = left.get_mut(from).expect("every local state has its count");
                *left -= 1;
                if *left == 0 {
                    order.push(*from);
                }
            }
        }
        if order.len() == self.steps.len() {
            Ok(order)
        } else {
            Err(format!("source {} may run forever: its states form a cycle", self.actor))
        }
    }

    /// An envelope that may be sent twice in one run, `started` having been sent before all.
    ///
    /// `order` is as [`Self::backwards`] says.
    pub fn sent_twice(&self, order: &[u32], started: &[u32]) -> Option<u32> {
        // By local state: what may be sent from there on.
        let mut later: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for local in order {
            let mut all = BTreeSet::new();
            for effect in &self.steps[local] {
                let rest = &later[&effect.local];
                if let Some(twice) = repeated(&effect.sent, rest) {
                    return Some(twice);
                }
                all.extend(effect.sent.iter().chain(rest));
            }
            later.insert(*local, all);
        }
        repeated(started, &later[order.last()?])
    }
}

/// One of `sent`, which is in order, that is there twice or also in `rest`.
fn repeated(sent: &[u32], rest: &BTreeSet<u32>) -> Option<u32> {
    let pair = sent.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
    pair.or_else(|| sent.iter().copied().find(|one| rest.contains(one)))
}

/// Checks that no property sees a step of a source.
fn check_invisible<A, P, C>(
    records: &Records<'_, A, P, C>,
    actor: usize,
    local: u32,
    effect: &Effect,
) -> Result<()>
where
    A: Actor<Timer: Ord>,
    P: Properties<A, Summary: PartialEq, Share = u64>,
    C: Claims<A>,
{
    let summary = |local: u32| &records.store().locals[actor][local as usize].summary;
    if summary(local) != summary(effect.local) {
        return Err(format!(
            "a source must be invisible, but properties see a step of {}",
            records.show_local(actor, local)
        ));
    }
    let neutral =
        |id: &&u32| records.claims.is_neutral(&records.store().envelopes[**id as usize].envelope);
    match effect.sent.iter().find(|sent| !neutral(sent)) {
        None => Ok(()),
        Some(sent) => Err(format!(
            "a source must be invisible, but {} is not claimed to be neutral",
            records.show_envelope(*sent)
        )),
    }
}
