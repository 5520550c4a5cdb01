//! What would have prevented it: the contract with every guard, the guard that it is, another
//! platform. Found by running the same steps there; it says nothing about other runs.

use crate::judgement::MOST;
use crate::parting;
use crate::replay::Replay;
use crate::trace::Trace;
use crate::way_out::{Patience, Rescuer, Way};
use crate::world::World;
use model::contract::HARDENED_LUA;
use model::{Action, Copy, Fault, Mutant, Profile, Reduction, Subject, Variant};
use properties::Property;
use serde::Serialize;

/// What keeps the promise where the counterexample breaks it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remedy {
    /// The contract with every guard, if that keeps it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<Better>,
    /// Which of its guards do: without any one of them it breaks like this.
    pub guards: Vec<Guard>,
    /// The platforms on which the same contract keeps it, by what differs there.
    pub platforms: Vec<Platforms>,
}

/// A contract that keeps the promise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Better {
    pub name: String,
    /// What else is other there, to be read behind the name; mostly nothing.
    pub with: &'static str,
    /// The step in which the books differ: the wrong one, if that is not the last.
    pub step: usize,
    /// What that step does there, and not here.
    pub says: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Guard {
    /// The contract that lacks it.
    pub mutant: &'static str,
    /// What it guards.
    pub sentence: &'static str,
    /// Its line in the Lua of the contract that has it, from 1.
    pub line: usize,
}

/// Platforms with one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Platforms {
    /// Their names, weakest first.
    pub names: Vec<&'static str>,
    /// The step that goes otherwise there.
    pub step: usize,
    /// What it does there.
    pub says: String,
    /// The setting of an operator that is what differs, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setting: Option<&'static str>,
}

/// Filters every repeat of a message in front of a process; off by default (SEMANTICS A5).
const FILTER: &str = "ENABLE_DEEP_HASH_CHECKS";

impl Remedy {
    pub fn of(replay: &Replay) -> Self {
        let schedule = Schedule(replay);
        let contract = schedule.better();
        let guards = if contract.is_some() { schedule.guards() } else { Vec::new() };
        Self { contract, guards, platforms: schedule.platforms() }
    }

    /// The same in sentences.
    pub fn told(&self) -> Vec<String> {
        let contract = self.contract.iter().flat_map(|better| better.told(&self.guards));
        let platforms = self.platforms.iter().map(|Platforms { names, step, says, setting }| {
            let set = setting.map_or(String::new(), |setting| format!(" ({setting} on)"));
            format!("the platform ({}): step {step} {says}{set}", names.join(", "))
        });
        let told: Vec<_> = contract.chain(platforms).collect();
        if told.is_empty() { vec![NOTHING.to_owned()] } else { told }
    }
}

impl Better {
    fn told(&self, guards: &[Guard]) -> Vec<String> {
        let Self { name, with, step, says } = self;
        let contract = format!("the contract {name}{with}: step {step} {says}");
        if guards.is_empty() && with.is_empty() {
            return vec![contract, SEVERAL.to_owned()];
        }
        let guard = |Guard { mutant, sentence, .. }: &Guard| {
            format!("its guard: {sentence}; {mutant} lacks it, and breaks this too")
        };
        std::iter::once(contract).chain(guards.iter().map(guard)).collect()
    }
}

/// What is said where no guard alone does it.
const SEVERAL: &str = "its guards: several of them stop this; no single one is essential";

/// What is said where nothing helps.
const NOTHING: &str = "no fix is known here: neither hardened nor another platform avoids it";

struct Schedule<'a>(&'a Replay);

impl Schedule<'_> {
    fn world(&self) -> &World {
        &self.0.trace.world
    }

    /// The schedule in another world.
    fn in_world(&self, world: World) -> Trace {
        Trace::leniently(world, self.0.trace.steps().iter().map(|step| step.name.as_str()))
    }

    /// The same, if the promise is kept there all along.
    fn kept_in(&self, world: World) -> Option<Trace> {
        let trace = self.in_world(world);
        (self.is_kept(&trace) == Some(true)).then_some(trace)
    }

    /// Whether a run keeps the promise; nothing where that takes too many states to say.
    fn is_kept(&self, trace: &Trace) -> Option<bool> {
        if trace.world.subject.luas().iter().any(|lua| lua.is_refused()) {
            return None;
        }
        // Each try has an even share: the contract, its guards, the platforms.
        let tries = 1 + Mutant::all().count() + Profile::ALL.len();
        keeps(trace, &self.0.property, &Patience::of(MOST / tries))
    }

    fn with(&self, variant: Variant) -> World {
        World { subject: variant.into(), ..self.world().clone() }
    }

    fn better(&self) -> Option<Better> {
        let (own, best) = (&self.world().subject, Variant::Hardened);
        let has_better = own.variant() != Some(best) && !matches!(own, Subject::Pair(_));
        self.kept_in(self.with(best)).filter(|_| has_better)?;
        // A message that the contract ignores is sent anyway: this shows that it ignores it.
        let reductions = self.world().reductions.without(Reduction::InertMessages);
        let trace = self.in_world(World { reductions, ..self.with(best) });
        let (step, says) = parting::otherwise(&self.0.trace, &trace)?;
        let with = if own.usda() == best.usda() { "" } else { ", beside the USDA of today" };
        Some(Better { name: best.name().to_owned(), with, step, says })
    }

    fn guards(&self) -> Vec<Guard> {
        let is_needed = |mutant: &Mutant| {
            self.is_kept(&self.in_world(self.with(Variant::Mutant(*mutant)))) == Some(false)
        };
        let guard = |mutant: Mutant| Guard {
            mutant: mutant.name(),
            sentence: mutant.guard(),
            line: line(mutant),
        };
        Mutant::all().filter(is_needed).map(guard).collect()
    }

    fn platforms(&self) -> Vec<Platforms> {
        let mut found: Vec<Platforms> = Vec::new();
        let own = self.world().profile;
        // Where users are something else, their messages have other names: that prevents nothing.
        let is_other = |one: &&Profile| **one != own && one.users == own.users;
        for profile in Profile::ALL.iter().filter(is_other) {
            let world = World { profile: *profile, ..self.world().clone() };
            let Some(trace) = self.kept_in(world) else { continue };
            let Some((step, says)) = self.prevented(&trace) else { continue };
            let setting = self.setting(step, profile);
            match found.iter_mut().find(|one| one.step == step && one.says == says) {
                Some(known) => {
                    known.names.push(profile.name);
                    known.setting = known.setting.or(setting);
                }
                None => found.push(Platforms { names: vec![profile.name], step, says, setting }),
            }
        }
        found
    }

    /// The setting that keeps this step from happening on another platform: where repeats are
    /// tried, but filtered.
    fn setting(&self, step: usize, there: &Profile) -> Option<&'static str> {
        let is_repeat = matches!(self.0.trace.step(step).action, Some(Action::Again { .. }));
        let is_filtered =
            !there.dedupe.lets_through(Copy::RePush) && there.faults.contains(&Fault::RePush);
        (is_repeat && is_filtered).then_some(FILTER)
    }

    /// What prevents it on another platform: a fault that cannot be there, or what else goes
    /// otherwise. Where others take part, that they are not there to act prevents nothing.
    fn prevented(&self, there: &Trace) -> Option<(usize, String)> {
        let own = &self.0.trace;
        let missing = |step: &usize| there.step(*step).action.is_none();
        let is_fault = |step: &usize| own.step(*step).action.as_ref()?.fault();
        let mut steps = 1..=own.len();
        if let Some(step) = steps.clone().find(|step| missing(step) && is_fault(step).is_some()) {
            return Some((step, "is not possible there".to_owned()));
        }
        let is_alike = own.swap.wallets == there.swap.wallets || !steps.any(|step| missing(&step));
        is_alike.then(|| parting::otherwise(own, there)).flatten()
    }
}

/// The first line of the contract with every guard that one without this guard has not.
fn line(mutant: Mutant) -> usize {
    let without = Variant::Mutant(mutant).lua().unwrap_or_default();
    let same = HARDENED_LUA.lines().zip(without.lines()).take_while(|(with, it)| with == it);
    same.count() + 1
}

/// Whether a promise is kept in every state of a run, or there is a way out of the last one.
fn keeps(trace: &Trace, property: &Property, patience: &Patience) -> Option<bool> {
    let is_true = |state| property.judge(&trace.swap.situation(state)).is_ok();
    if !property.is_way_out() {
        return Some(trace.states().iter().all(is_true));
    }
    let way = || Rescuer::default().way_out_within(&trace.swap, property, trace.last(), patience);
    let way = if is_true(trace.last()) { Way::Out } else { way() };
    (way != Way::Unknown).then_some(way == Way::Out)
}
