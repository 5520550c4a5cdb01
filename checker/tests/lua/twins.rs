//! The Lua of every variant runs beside its transcription.

use crate::searched::{bounds, lua_of, none_wrong, run};
use checker::job::Run;
use checker::verdict::Kind;
use explorer::counterexample::Counterexample;
use explorer::replay::Replay;
use model::{Mutant, Profile, Reduction, Reductions, Subject, Variant};
use properties::OF_TWINS;

/// The transcription of one variant beside the Lua of another.
fn twin(variant: Variant, lua: Variant) -> Subject {
    explorer::handlers::beside(variant, lua_of(lua))
}

fn conforms(subject: &Subject, profile: Profile, reductions: Reductions) -> Run {
    run(subject, profile, (bounds("tiny"), reductions), &[OF_TWINS])
}

/// A search in which a mutant does something else than the hardened contract.
fn told_apart(variant: Variant, lua: Variant) -> Run {
    let mut within = bounds("tiny");
    let mut under = "hostile";
    // A message for somebody else gets in only if the owner lets it and a stranger assigns
    // it: with one fault, nothing tells the two apart.
    if [variant, lua].contains(&Variant::Mutant(Mutant::TargetCheckOff)) {
        (within.faults, under) = (2, "operator");
    }
    let within = (within, Reductions::default());
    run(&twin(variant, lua), profile(under), within, &[OF_TWINS])
}

fn profile(name: &str) -> Profile {
    name.parse().expect("a profile of this name")
}

fn wrong((variant, profile): (Variant, Profile)) -> Vec<String> {
    let all = Reductions::default();
    let reductions = [all, all.without(Reduction::InertMessages)];
    let judge = |reductions| {
        let run = conforms(&twin(variant, variant), profile, reductions);
        let kind = run.verdicts[0].1.kind();
        let broken = run.violation(&OF_TWINS);
        let why = broken.map(|broken| broken.first.breach.to_string());
        (kind != Kind::Holds).then(|| format!("{variant} under {profile}: {kind} {why:?}"))
    };
    reductions.into_iter().filter_map(judge).collect()
}

#[test]
fn every_variant_conforms_to_its_lua_in_every_evaluation() {
    let all = Variant::all().flat_map(|v| Profile::ALL.iter().map(move |p| (v, *p)));
    none_wrong(all, wrong);
}

#[test]
fn a_variant_beside_the_lua_of_another_does_not_conform() {
    let pairs = Mutant::all()
        .map(Variant::Mutant)
        .flat_map(|mutant| [(mutant, Variant::Hardened), (Variant::Hardened, mutant)]);
    none_wrong(pairs, |(variant, lua)| {
        let told = told_apart(variant, lua).violation(&OF_TWINS).is_some();
        (!told).then(|| format!("{variant} conforms to the Lua of {lua}")).into_iter().collect()
    });
}

#[test]
fn a_counterexample_replays_and_says_what_differs() {
    let subject = twin(Variant::Hardened, Variant::Mutant(Mutant::SenderCheckOff));
    let run = conforms(&subject, profile("legacynet"), Reductions::default());
    let found = &run.violation(&OF_TWINS).expect("they differ").first;
    let counterexample = Counterexample {
        world: run.world.clone(),
        property: OF_TWINS,
        actions: found.actions.clone(),
    };
    let replay = Replay::of(counterexample).expect("it replays");
    assert_eq!(replay.breach, found.breach);
    let [(_, what), (_, detail)] = &replay.breach.values[..] else { panic!("{}", replay.breach) };
    assert!(what.contains("the transcription does nothing; the Lua raises"), "{what}");
    assert!(detail.contains("the Lua: books Books"), "{detail}");
}
