//! The record in `counterexamples/`: complete, and minimal as claimed.

use checker::roster::Roster;
use checker::settings::Settings;
use checker::table;
use checker::verdict::Kind;
use explorer::counterexample::Counterexample;
use explorer::replay::Replay;
use explorer::world::World;
use model::{Bounds, Mutant, Profile, Reductions, Variant};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../counterexamples")
}

fn roster() -> Roster {
    Roster::expected().expect("the record can be read")
}

fn files() -> BTreeSet<PathBuf> {
    let variants = fs::read_dir(folder()).expect("the folder").map(|e| e.expect("an entry").path());
    let in_variant =
        |path: PathBuf| fs::read_dir(path).expect("a folder").map(|e| e.expect("an entry").path());
    variants.filter(|path| path.is_dir()).flat_map(in_variant).collect()
}

#[test]
fn every_variant_is_recorded_under_every_platform() {
    let roster = roster();
    for variant in Variant::all() {
        for profile in Profile::ALL {
            let run = roster.run(variant.name(), profile.name);
            let run = run.unwrap_or_else(|| panic!("{variant} under {profile} is not recorded"));
            assert_eq!(run.verdicts.len(), properties::ALL.len());
        }
    }
    assert_eq!(roster.runs.len(), Variant::all().count() * Profile::ALL.len());
}

#[test]
fn there_is_a_file_for_every_broken_promise_and_no_other() {
    let roster = roster();
    let broken = Variant::all().flat_map(|variant| {
        let broken = properties::ALL
            .into_iter()
            .filter(|p| roster.weakest(variant.name(), p.name).is_some());
        broken
            .map(|p| folder().join(variant.name()).join(format!("{}.json", p.name)))
            .collect::<Vec<_>>()
    });
    assert_eq!(files(), broken.collect());
}

#[test]
fn every_file_replays_with_its_recorded_faults_and_steps() {
    let roster = roster();
    for path in files() {
        let case = Counterexample::read(&path).expect("a readable counterexample");
        let text = fs::read_to_string(&path).expect("a readable file");
        assert_eq!(case.to_text(), text, "{} is not as it would be written", path.display());
        let (profile, cell) =
            roster.weakest(case.world.subject.name(), case.property.name).expect("it is recorded");
        assert_eq!(case.world.profile, profile, "{}", path.display());
        let replay = Replay::of(case).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let faults = replay.trace.last().spent.faults.to_string();
        assert_eq!(Some(faults), cell.faults, "{}", path.display());
        assert_eq!(Some(replay.trace.len()), cell.steps, "{}", path.display());
    }
}

#[test]
fn every_property_is_violated_by_some_variant() {
    let roster = roster();
    for property in properties::ALL {
        let violated = Variant::all().any(|v| roster.weakest(v.name(), property.name).is_some());
        assert!(violated, "nothing breaks {}", property.name);
    }
}

#[test]
fn every_mutant_is_killed_by_the_property_that_should_notice_it() {
    let roster = roster();
    let survivors: Vec<_> =
        Mutant::all().filter(|m| table::kill(&roster, *m).is_none()).map(Mutant::name).collect();
    assert!(survivors.is_empty(), "these mutants survive: {survivors:?}");
}

#[test]
fn hardened_breaks_only_what_the_platform_makes_impossible() {
    let roster = roster();
    for property in properties::ALL {
        for profile in Profile::ALL {
            let cell =
                &roster.run("hardened", profile.name).expect("recorded").verdicts[property.name];
            let allowed = table::excuse(property.name).is_some() && !profile.faults.is_empty();
            match cell.verdict {
                Kind::Holds => {}
                Kind::Violated if allowed => {}
                other => panic!("{} under {profile} is {other}", property.name),
            }
        }
    }
}

#[test]
fn hardened_keeps_every_promise_against_tricks_and_mistakes() {
    use model::Fault;
    for name in ["operator", "hyper-aos", "hostile"] {
        let platform: Profile = name.parse().expect("a profile");
        // Without faults of the network nothing that the platform does can hide a theft.
        let profile = Profile { faults: &[Fault::Trick, Fault::Owner], ..platform };
        let job = World {
            subject: Variant::Hardened.into(),
            profile,
            bounds: Bounds::default(),
            reductions: Reductions::default(),
        };
        let run = checker::job::run(&job, &properties::ALL, &Settings::default(), &|_| ());
        for (property, verdict) in run.verdicts {
            assert_eq!(verdict.kind(), Kind::Holds, "{} under {name}", property.name);
        }
    }
}

#[test]
fn a_variant_that_never_mints_is_not_tried_rather_than_safe() {
    let roster = roster();
    for seed in ["seed", "seed-json"] {
        let run = roster.run(seed, "reliable").expect("recorded");
        assert_eq!(run.verdicts["no-double-mint"].verdict, Kind::NotTried);
        assert_eq!(run.verdicts["holders-can-exit"].verdict, Kind::NotTried);
        assert_eq!(run.verdicts["deposits-minted-at-rest"].verdict, Kind::Violated);
    }
}
