//! Searches of small worlds, and what of them is compared.

use checker::job::Run;
use checker::search::Broken;
use checker::settings::Settings;
use checker::verdict::{Kind, Verdict};
use explorer::world::World;
use model::deployed::Deployed;
use model::{Bounds, Profile, Reductions, Subject, Variant};
use properties::Property;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Of each property: the kind of its verdict, the sets of faults and the fewest steps that
/// break it.
pub type Outline = Vec<(&'static str, Kind, Vec<String>, Option<usize>)>;

/// Bounds by name.
pub fn bounds(name: &str) -> Bounds {
    name.parse().expect("there are bounds of this name")
}

/// One search on one thread.
pub fn run(
    subject: &Subject,
    profile: Profile,
    (bounds, reductions): (Bounds, Reductions),
    properties: &[Property],
) -> Run {
    let job = World { subject: subject.clone(), profile, bounds, reductions };
    let settings = Settings { threads: 1, ..Settings::default() };
    let run = checker::job::run(&job, properties, &settings, &|_| {});
    assert_eq!(run.world.subject.lua().and_then(Deployed::refusal), None, "{subject} {profile}");
    run
}

/// What is compared of a search; of these properties only.
pub fn outline(run: &Run, properties: &[Property]) -> Outline {
    let is_asked = |property: &Property| properties.iter().any(|one| one.name == property.name);
    let outlined = run.verdicts.iter().filter(|(property, _)| is_asked(property));
    let of = |(property, verdict): &(Property, Verdict)| {
        let broken = run.violation(property);
        let faults = broken.map(Broken::fault_sets).unwrap_or_default();
        let faults = faults.iter().map(ToString::to_string).collect();
        let steps = broken.map(|broken| broken.first.actions.len());
        (property.name, verdict.kind(), faults, steps)
    };
    outlined.map(of).collect()
}

/// An outline without the number of steps.
pub fn without_steps(outline: &Outline) -> Outline {
    let without =
        |(name, kind, faults, _): &(_, _, Vec<String>, _)| (*name, *kind, faults.clone(), None);
    outline.iter().map(without).collect()
}

/// The Lua of a variant; each is loaded once, and every evaluation of it run once.
pub fn lua_of(variant: Variant) -> Deployed {
    static KNOWN: OnceLock<BTreeMap<&str, Deployed>> = OnceLock::new();
    let known = KNOWN.get_or_init(|| {
        // A transcription gets no messages that are derived from its text.
        let lua = |v: Variant| explorer::handlers::built_in(v).expect("it loads").sent(&[]);
        let load = |v: Variant| (v.name(), lua(v));
        Variant::all().map(load).collect()
    });
    known[variant.name()].clone()
}

/// What is wrong with any of these; all of it is told.
pub fn none_wrong<T: Send>(all: impl Iterator<Item = T>, wrong: impl Fn(T) -> Vec<String> + Sync) {
    let all: Vec<T> = all.collect();
    let wrong: Vec<String> = all.into_par_iter().flat_map_iter(&wrong).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
