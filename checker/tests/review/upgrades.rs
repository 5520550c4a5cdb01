//! What an upgrade breaks that neither version breaks by itself.

use crate::{edited, hardened, profiles, replaced, review_of, review_under, variant};
use checker::exit_code::Exit;
use checker::job::run;
use checker::review::summary::Summary;
use checker::search::Broken;
use checker::settings::Settings;
use explorer::counterexample::Counterexample;
use explorer::trace::Trace;
use explorer::world::World;
use model::{Fault, Profile};
use std::collections::BTreeMap;
use std::path::Path;

/// What the upgrade breaks, each with the profiles under which it takes no more than `faults`.
fn broken<'a>(summary: &'a Summary, faults: &str) -> Vec<(&'a str, Vec<&'static str>)> {
    let by = |broken: &checker::review::BrokenByUpgrade| {
        let sets = broken.faults.iter().filter(|by| by.sets.iter().any(|set| set == faults));
        sets.flat_map(|by| by.profiles.clone()).collect::<Vec<_>>()
    };
    let broken = summary.upgrade.broken.iter().map(|broken| (broken.property, by(broken)));
    broken.filter(|(_, profiles)| !profiles.is_empty()).collect()
}

fn breaks(summary: &Summary, property: &str) -> bool {
    broken(summary, NONE).iter().any(|(name, _)| *name == property)
}

const NONE: &str = "no fault at all";

#[test]
fn a_version_that_keeps_what_there_is_breaks_nothing() {
    let edits: [fn(String) -> String; 2] =
        [|source| source, |source| source.replace("addressed", "is_for_this_process")];
    for edit in edits {
        let summary = review_of(hardened(), edited(edit), "tiny");
        assert!(summary.upgrade.broken.is_empty(), "{:?}", summary.upgrade.broken);
        assert_eq!(summary.exit, Exit::Expected);
        assert!(summary.upgrade.handlers.iter().all(|handler| !handler.is_old));
    }
}

#[test]
fn a_wiped_table_of_balances_is_found() {
    let new = edited(replaced("Balances = Balances or {}", "Balances = {}"));
    let summary = review_under(&profiles(&["reliable"]), hardened(), new, "tiny");
    for property in ["supply-equals-balances", "only-holder-lowers", "holders-can-exit"] {
        assert!(breaks(&summary, property), "{property}: {:?}", summary.upgrade.broken);
    }
    assert_eq!(summary.counts.worse, 0, "alone, the new version keeps all promises");
    assert_eq!(summary.exit, Exit::Violation);
}

#[test]
fn a_renamed_handler_leaves_the_old_one_in_front() {
    let flaw = replaced("if msg.From ~= USDA_PROCESS_ID then return end", "");
    let renamed = replaced("\"TIM3.Credit-Notice\"", "\"TIM3.Mint\"");
    let under = profiles(&["legacynet"]);
    let summary = review_under(&under, edited(&flaw), edited(renamed), "small");
    let listed = |name: &str| {
        let place = summary.upgrade.handlers.iter().position(|handler| handler.name == name);
        place.map(|place| (place, summary.upgrade.handlers[place].is_old))
    };
    assert_eq!(listed("TIM3.Credit-Notice"), Some((0, true)));
    assert_eq!(listed("TIM3.Mint").map(|(_, is_old)| is_old), Some(false));
    let minted = broken(&summary, "1 trick");
    let minted = minted.iter().any(|(name, _)| *name == "no-mint-without-deposit");
    assert!(minted, "{:?}", summary.upgrade.broken);
    // Under its own name it takes the old one's place.
    let summary = review_under(&under, edited(flaw), hardened(), "small");
    assert!(summary.upgrade.broken.is_empty(), "{:?}", summary.upgrade.broken);
}

#[test]
fn a_lost_table_of_seen_messages_shows_only_under_re_pushes() {
    let local = replaced("Seen = Seen or {}", "local Seen = {}");
    for new in [edited(replaced("Seen = Seen or {}", "Seen = {}")), edited(local)] {
        let under = profiles(&["reliable", "legacynet", "legacynet-no-su-filter"]);
        let summary = review_under(&under, hardened(), new, "small");
        let can = under.iter().filter(|profile| profile.allows(Fault::RePush));
        let expected = ("no-double-mint", can.map(|profile| profile.name).collect());
        let found = broken(&summary, "1 re-push");
        assert!(found.contains(&expected), "{:?}", summary.upgrade.broken);
    }
}

#[test]
fn a_version_that_fails_on_what_it_finds_is_found() {
    let picky = |source: String| format!("assert(not Balances or not next(Balances))\n{source}");
    let summary = review_under(&profiles(&["reliable"]), hardened(), edited(picky), "tiny");
    assert!(breaks(&summary, "new-version-loads"), "{:?}", summary.upgrade.broken);
    let found = &summary.upgrade.broken[0];
    assert_eq!(found.schedule.actions.last().map(String::as_str), Some("upgrade"));
    assert!(found.breach.contains("hardened.lua:1:"), "{}", found.breach);
}

#[test]
fn what_the_old_version_breaks_is_not_blamed_on_the_upgrade() {
    let summary = review_under(
        &profiles(&["legacynet-no-su-filter"]),
        variant("dedupe-off"),
        variant("dedupe-off"),
        "small",
    );
    assert!(summary.upgrade.broken.is_empty(), "{:?}", summary.upgrade.broken);
}

#[test]
fn the_seed_stays_in_front_of_the_hardened_contract() {
    let under = profiles(&["reliable"]);
    let summary = review_under(&under, variant("seed-tags"), variant("hardened"), "tiny");
    let old: Vec<_> = summary.upgrade.handlers.iter().map(|handler| handler.is_old).collect();
    assert_eq!(old, [true, true, false, false, false]);
    assert!(breaks(&summary, "refusals-answered"), "{:?}", summary.upgrade.broken);
}

#[test]
fn books_that_move_are_read_where_each_version_has_them() {
    let moved = model::deployed::Observables {
        balances: "State.balances".into(),
        ..model::deployed::Observables::default()
    };
    let source = model::contract::HARDENED_LUA
        .replace("Balances = Balances or {}", "State = State or { balances = Balances or {} }")
        .replace("Balances[", "State.balances[");
    let manner = model::deployed::Manner { observables: moved, ..Default::default() };
    let lua = model::Deployed::new("moved.lua", &source, manner).expect("it loads");
    let new = model::Subject::Lua(lua, model::usda::Usda::default());
    let summary = review_under(&profiles(&["reordering"]), hardened(), new, "tiny");
    assert!(summary.upgrade.broken.is_empty(), "{:?}", summary.upgrade.broken);
}

#[test]
fn a_run_with_an_upgrade_can_be_saved_and_replayed() {
    let lua = |subject: model::Subject| subject.lua().expect("it is Lua").clone();
    let new = edited(replaced("Balances = Balances or {}", "Balances = {}"));
    let both = lua(hardened()).upgraded_to(&lua(new)).expect("both load");
    let world = World {
        subject: model::Subject::Lua(both, model::usda::Usda::default()),
        profile: profiles(&["reliable"])[0],
        bounds: "tiny".parse().expect("bounds"),
        reductions: model::Reductions::default(),
    };
    let names = ["alice: deposit", "deliver alice.deposit.1/1", "upgrade"];
    let trace = Trace::leniently(world.clone(), names);
    let actions: Vec<_> = (1..=3).filter_map(|step| trace.step(step).action.clone()).collect();
    let property = properties::named("only-holder-lowers").expect("a property");
    let text = Counterexample { world, property, actions }.to_text();
    let read = Counterexample::parse(&text, Path::new("a file")).expect("it is one");
    assert_eq!(read.to_text(), text);
    assert_eq!(read.world.subject.name(), "old hardened.lua upgraded to hardened.lua");
    let again = Trace::of(read.world, &read.actions).expect("its steps are possible");
    assert!(property.judge(&again.swap.situation(again.state(3))).is_err());
}

/// The minimal faults of all that a search of the upgrade finds, by property.
fn found_with(
    subject: &model::Subject,
    profile: Profile,
    reductions: model::Reductions,
) -> BTreeMap<&'static str, Vec<String>> {
    let bounds = "tiny".parse().expect("bounds");
    let world = World { subject: subject.clone(), profile, bounds, reductions };
    let promises = explorer::judgement::promises(subject);
    let run = run(&world, &promises, &Settings::default(), &|_| ());
    let broken = promises.iter().filter_map(|one| Some((one.name, run.violation(one)?)));
    let sets = |broken: &Broken| {
        let mut sets: Vec<_> = broken.fault_sets().iter().map(ToString::to_string).collect();
        sets.sort();
        sets
    };
    broken.map(|(name, broken)| (name, sets(broken))).collect()
}

#[test]
fn with_reductions_and_without_the_same_is_found() {
    let lua = |subject: model::Subject| subject.lua().expect("it is Lua").clone();
    let news = [
        hardened(),
        edited(replaced("Balances = Balances or {}", "Balances = {}")),
        edited(replaced("Seen = Seen or {}", "Seen = {}")),
    ];
    let mut found_any = 0;
    for new in news {
        let both = lua(hardened()).upgraded_to(&lua(new)).expect("both load");
        let both = model::Subject::Lua(both, model::usda::Usda::default());
        for profile in profiles(&["legacynet-no-su-filter", "operator"]) {
            let reduced = found_with(&both, profile, model::Reductions::default());
            let whole = found_with(&both, profile, model::Reductions::NONE);
            assert_eq!(reduced, whole, "{profile}");
            found_any += reduced.len();
        }
    }
    assert!(found_any > 5, "{found_any}");
}
