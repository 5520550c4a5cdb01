//! Contracts in other styles: a right one gets the verdicts of the hardened contract, one with
//! a mistake is found out as its row in `handlers/README.md` says.

use crate::searched::{Outline, bounds, none_wrong, outline, run};
use checker::verdict::Kind;
use model::deployed::{Manner, Observables};
use model::usda::Usda;
use model::{Bounds, Deployed, Profile, Reductions, Subject, Variant};
use properties::{ALL, OF_LUA};
use std::fs;
use std::path::Path;

const STYLES: [&str; 6] =
    ["pattern-tables", "bint-strings", "upvalues", "helpers", "statistics", "legacy-names"];

/// A mistake, and what notices it: under this profile first, with these faults and steps.
struct Mistake {
    file: &'static str,
    properties: &'static [&'static str],
    profile: &'static str,
    faults: &'static [&'static str],
    steps: usize,
}

const MISTAKES: [Mistake; 6] = [
    Mistake {
        file: "pattern-tables-broken",
        properties: &["no-mint-without-deposit"],
        profile: "legacynet",
        faults: &["1 trick"],
        steps: 1,
    },
    Mistake {
        file: "bint-strings-broken",
        properties: &["refusals-answered"],
        profile: "reliable",
        faults: &["none"],
        steps: 1,
    },
    Mistake {
        file: "upvalues-broken",
        properties: &["no-double-mint"],
        profile: "hostile",
        faults: &[
            "1 same-id, 1 owner",
            "1 re-sign, 1 owner",
            "1 re-push, 1 owner",
            "1 assignment, 1 owner",
        ],
        steps: 4,
    },
    Mistake {
        file: "helpers-broken",
        properties: &["balances-whole"],
        profile: "reliable",
        faults: &["none"],
        steps: 1,
    },
    Mistake {
        file: "statistics-broken",
        properties: &["mint-one-to-one"],
        profile: "reliable",
        faults: &["none"],
        steps: 4,
    },
    Mistake {
        file: "legacy-names-broken",
        properties: &["only-holder-lowers", "supply-equals-balances"],
        profile: "operator",
        faults: &["1 owner"],
        steps: 3,
    },
];

fn read(file: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/handlers");
    fs::read_to_string(folder.join(file)).ok()
}

fn loaded(name: &str) -> Subject {
    let source = read(&format!("{name}.lua")).expect("a file of this name");
    let beside = read(&format!("{name}.observe.json"));
    let observables = beside.map_or_else(Observables::default, |text| {
        serde_json::from_str(&text).expect("an observe file")
    });
    let manner = Manner { observables, ..Manner::default() };
    let lua = Deployed::new(&format!("{name}.lua"), &source, manner).expect("it loads");
    Subject::Lua(lua, Usda::Blueprint2025)
}

/// Everything that is asked of a Lua file.
fn judged(subject: &Subject, profile: Profile, bounds: Bounds) -> Outline {
    let asked = [&ALL[..], &OF_LUA].concat();
    outline(&run(subject, profile, (bounds, Reductions::default()), &asked), &asked)
}

fn like_hardened(subject: &Subject, profile: Profile) -> Option<String> {
    let lua = judged(subject, profile, bounds("tiny"));
    let mut hardened = judged(&Variant::Hardened.into(), profile, bounds("tiny"));
    // What is asked of Lua alone holds of what is no Lua.
    assert!(hardened[ALL.len()..].iter().all(|(_, kind, ..)| *kind == Kind::Holds));
    hardened.retain(|row| !lua.contains(row));
    let differs = hardened.first()?;
    let other = lua.iter().find(|row| row.0 == differs.0);
    Some(format!("{subject} under {profile}: hardened {differs:?}, the file {other:?}"))
}

/// Logs of what arrives differ by the order of arrival: with a stranger there are ten times as
/// many states, which is measured by hand, not here. All honest people are enough to tell that
/// what nothing reads changes no verdict.
fn is_quick(style: &str, profile: &Profile) -> bool {
    style != "statistics" || ["reliable", "reordering", "lossy"].contains(&profile.name)
}

#[test]
fn a_right_contract_gets_the_verdicts_of_hardened_in_any_style() {
    let all = STYLES.iter().flat_map(|style| {
        let subject = loaded(style);
        let profiles = Profile::ALL.iter().filter(|profile| is_quick(style, profile));
        profiles.map(|profile| (subject.clone(), *profile)).collect::<Vec<_>>()
    });
    none_wrong(all, |(subject, profile)| like_hardened(&subject, profile).into_iter().collect());
}

/// The platforms up to this one, weakest first.
fn up_to(name: &str) -> Vec<Profile> {
    let place = Profile::ALL.iter().position(|profile| profile.name == name);
    Profile::ALL[..=place.expect("a profile of this name")].to_vec()
}

fn found_out(mistake: &Mistake) -> Vec<String> {
    let subject = loaded(mistake.file);
    let kinds: usize = mistake.faults[0].split(", ").count();
    let within = Bounds { faults: kinds.try_into().expect("few"), ..bounds("tiny") };
    let mut wrong = Vec::new();
    for profile in up_to(mistake.profile) {
        let judged = judged(&subject, profile, within);
        let of = judged.into_iter().filter(|(name, ..)| mistake.properties.contains(name));
        wrong.extend(of.filter_map(|(name, kind, faults, steps)| {
            let is_right = if profile.name == mistake.profile {
                kind == Kind::Violated && faults == mistake.faults && steps == Some(mistake.steps)
            } else {
                kind == Kind::Holds
            };
            let what = || format!("{subject} {name} under {profile}: {kind} {faults:?} {steps:?}");
            (!is_right).then(what)
        }));
    }
    wrong
}

#[test]
fn a_mistake_is_found_out_first_where_it_should_be() {
    none_wrong(MISTAKES.iter(), found_out);
}

#[test]
fn the_readme_says_what_is_tested() {
    let readme = read("README.md").expect("a README");
    for Mistake { file, properties, profile, steps, .. } in &MISTAKES {
        let row = readme.lines().find(|line| line.starts_with(&format!("| `{file}.lua`")));
        let row = row.unwrap_or_else(|| panic!("{file} has no row"));
        let rest = format!("| {} | {profile} |", properties.join(", "));
        assert!(row.contains(&rest) && row.ends_with(&format!("| {steps} |")), "{row}");
    }
}
