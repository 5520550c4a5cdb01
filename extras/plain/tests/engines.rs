//! Both engines say the same: verdicts, minimal sets of faults, and the fewest steps for each.

#[path = "../compare/mod.rs"]
mod compare;
#[path = "../compare/random.rs"]
mod random;

use compare::{Answer, Question, summary};
use model::{Bounds, Profile, Variant};
use plain_checker::contract::Stop;
use plain_checker::lua::Lua;
use plain_checker::search::{Most, Verdict, search};
use plain_checker::world::Place;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

fn tiny() -> Bounds {
    "tiny".parse().expect("bounds")
}

fn variant(name: &str) -> Variant {
    name.parse().expect("a variant")
}

fn profile(name: &str) -> Profile {
    name.parse().expect("a profile")
}

/// Asks both, and gives how many verdicts were compared and how many of those are violations.
fn none_differ(questions: &[Question]) -> (usize, usize) {
    let answers: Vec<Answer> = questions.par_iter().with_max_len(1).map(Question::ask).collect();
    println!("{}", summary(&answers));
    let differences: Vec<_> = answers.iter().flat_map(|it| it.differences.clone()).collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    let sum = |of: fn(&Answer) -> usize| answers.iter().map(of).sum();
    (sum(|it| it.compared), sum(|it| it.violated))
}

/// Platforms that each have something that no other has. The rest is left to the example: their
/// faults are among those of `hostile`.
const CHOSEN: [&str; 5] = ["reliable", "reordering", "legacynet-no-su-filter", "lossy", "operator"];

#[test]
fn both_engines_agree_on_every_transcription() {
    let profiles = CHOSEN.map(profile);
    let under = |it| profiles.iter().map(move |on| Question::of(it, on, false, tiny()));
    let mut questions: Vec<_> = Variant::all().flat_map(under).collect();
    for name in ["hardened", "seed-tags", "effects-before-checks"] {
        let rest = ["legacynet", "hyperbeam", "hyper-aos", "hostile"].map(profile);
        questions.extend(rest.map(|on| Question::of(variant(name), &on, false, tiny())));
    }
    let searches = questions.len();
    let (compared, violated) = none_differ(&questions);
    assert_eq!(compared, searches * 20);
    assert!(violated > 300, "{violated}");
}

#[test]
fn both_engines_agree_on_lua() {
    let small = ["hardened", "seed", "seed-tags", "refund-by-on-reply", "dedupe-by-id"];
    let under = |name| {
        let profiles = ["reliable", "reordering", "lossy"].map(profile);
        profiles.map(|on| Question::of(variant(name), &on, true, tiny()))
    };
    let mut questions: Vec<_> = small.into_iter().flat_map(under).collect();
    for (name, on) in [("refund-by-on-reply", "hyperbeam"), ("hardened", "operator")] {
        questions.push(Question::of(variant(name), &profile(on), true, tiny()));
    }
    let searches = questions.len();
    let (compared, violated) = none_differ(&questions);
    assert_eq!(compared, searches * 22);
    assert!(violated > 10, "{violated}");
}

#[test]
fn both_engines_agree_on_random_contracts() {
    let questions: Vec<_> = (0..30).map(|n| random::question(1, n, tiny())).collect();
    let (compared, violated) = none_differ(&questions);
    assert!(compared > 500, "{compared}");
    assert!(violated > 50, "{violated}");
}

/// What the plain engine alone says of a Lua file.
fn of_lua(source: &str, on: &str) -> Result<BTreeMap<&'static str, Verdict>, Stop> {
    let lua = Lua::new("own.lua", source)?;
    let place = Place::new(&lua, Variant::Hardened.usda(), profile(on), tiny());
    Ok(search(place, Most::worlds(20_000))?.verdicts.into_iter().collect())
}

#[test]
fn the_plain_engine_sees_a_missing_guard_in_lua() {
    let hardened = variant("hardened").lua().expect("its Lua");
    let guard = "    if Seen[id] then return end\n    local quantity";
    assert_eq!(hardened.matches(guard).count(), 2, "in the notice and in the burn");
    let without = hardened.replacen(guard, "    local quantity", 1);
    let found = of_lua(&without, "legacynet-no-su-filter").expect("it runs");
    let Verdict::Violated(sets) = &found["no-double-mint"] else { panic!("{found:?}") };
    let sets: Vec<_> = sets.iter().map(|(set, steps)| (set.to_string(), *steps)).collect();
    assert_eq!(sets, [("1 assignment".into(), 3), ("1 re-push".into(), 3)]);
    assert_eq!(found["balances-whole"], Verdict::Holds);
}

/// A burn that pays a thief besides: the first by names in lower case, which aos rewrites, the
/// second by the last of two Actions; the third does not, as the last is another. Of the others,
/// those do not whose Data is not the JSON that the first Content-Type says it is.
const HIDDEN: [(&str, bool); 6] = [
    (
        r#"Send({ Target = USDA_PROCESS_ID, action = "Transfer", recipient = "thief", quantity = "10" })"#,
        true,
    ),
    (
        r#"Send({ Target = USDA_PROCESS_ID, Recipient = "thief", Quantity = "10", Tags = { { name = "Action", value = "Hello" }, { name = "action", value = "Transfer" } } })"#,
        true,
    ),
    (
        r#"Send({ Target = USDA_PROCESS_ID, Recipient = "thief", Quantity = "10", Tags = { { name = "Action", value = "Transfer" }, { name = "Action", value = "Hello" } } })"#,
        false,
    ),
    (
        r#"Send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = "thief", Quantity = "10", ["content-type"] = "application/json", Data = "paid" })"#,
        false,
    ),
    (
        r#"Send({ Target = USDA_PROCESS_ID, Action = "Transfer", Recipient = "thief", Quantity = "10", ["Content-Type"] = "application/json", Data = "{}" })"#,
        true,
    ),
    (
        r#"Send({ Target = USDA_PROCESS_ID, Data = "paid", Tags = { { name = "Content-Type", value = "application/json" }, { name = "Content-Type", value = "text/plain" }, { name = "Action", value = "Transfer" }, { name = "Recipient", value = "thief" }, { name = "Quantity", value = "10" } } })"#,
        false,
    ),
];

#[test]
fn both_engines_read_tags_as_usda_does() {
    let notice = r#"    Send({ Target = msg.From, Action = "Debit-Notice", Recipient = "burn","#;
    let hardened = variant("hardened").lua().expect("its Lua");
    assert_eq!(hardened.matches(notice).count(), 1);
    for (hidden, pays) in HIDDEN {
        let lua = hardened.replace(notice, &format!("    {hidden}\n{notice}"));
        let name = "no-release-without-burn";
        let found = of_lua(&lua, "reliable").expect("it runs");
        assert_eq!(matches!(found[name], Verdict::Violated(_)), pays, "{hidden}: {}", found[name]);
        let asked = Question::of(variant("hardened"), &profile("reliable"), true, tiny());
        none_differ(&[Question { lua: Some(lua), ..asked }]);
    }
}

/// What the hardened contract sends, what it sends instead, and whether that is true.
const TOLD: [(&str, &str, bool); 8] = [
    (r#""Credit-Notice", Sender = ao.id,"#, r#""Credit-Notice", Sender = sender,"#, true),
    (r#""Credit-Notice", Sender = ao.id,"#, r#""Credit-Notice", Sender = "thief","#, false),
    (r#""Credit-Notice", Sender = ao.id,"#, r#""Credit-Notice", ["X-Quantity"] = "1","#, true),
    (r#""Debit-Notice", Recipient = "burn","#, r#""Debit-Notice", Recipient = "thief","#, false),
    ("value = msg.From })", "value = recipient })", false),
    ("value = recipient })", r#"value = "burn" })"#, true),
    (r#"notice(msg.From, "Debit-Notice""#, r#"notice(msg.From, "Credit-Notice""#, false),
    (
        r#"[party.name] = party.value, Quantity = string.format("%d", quantity)"#,
        r#"[party.name] = party.value, Quantity = string.format("%d", quantity + 1)"#,
        false,
    ),
];

#[test]
fn both_engines_agree_on_what_notices_say() {
    let hardened = variant("hardened").lua().expect("its Lua");
    let bounds = Bounds { transfers: 1, ..tiny() };
    for (sent, instead, expected) in TOLD {
        assert_eq!(hardened.matches(sent).count(), 1, "{sent}");
        let lua = hardened.replace(sent, instead);
        let asked = Question::of(variant("hardened"), &profile("reliable"), true, bounds);
        let (_, violated) = none_differ(&[Question { lua: Some(lua), ..asked }]);
        assert_eq!(violated == 0, expected, "{instead}");
    }
}

/// It was written so that states collide in a fast hash with public seeds, and pays double.
#[test]
fn states_that_collide_in_a_hash_hide_nothing() {
    let found = of_lua(include_str!("files/collide.lua"), "reliable").expect("it runs");
    for (name, steps) in [("fully-backed", 4), ("no-release-without-burn", 4)] {
        let Verdict::Violated(sets) = &found[name] else { panic!("{name} is {}", found[name]) };
        let sets: Vec<_> = sets.iter().map(|(set, steps)| (set.to_string(), *steps)).collect();
        assert_eq!(sets, [("none".into(), steps)], "{name}");
    }
}

#[test]
fn a_search_whose_time_is_over_is_named_and_not_compared() {
    let question = Question::of(variant("hardened"), &profile("hostile"), false, tiny());
    let answer = Question { time: Some(Duration::from_millis(5)), ..question }.ask();
    assert_eq!(answer.undecided.as_deref(), Some("its time was over"), "{answer:?}");
    assert_eq!((answer.compared, answer.differences.len()), (0, 0), "{answer:?}");
    assert!(answer.took < Duration::from_secs(5), "{answer:?}");
    assert!(summary(&[answer]).contains(", 1 not decided; "));
}

#[test]
fn a_contract_without_end_or_without_books_is_no_verdict() {
    let books = "Balances = {} TotalSupply = 0 UsdaCollateral = 0\n";
    let endless = format!(
        "{books}Handlers.add('all', function() return true end, function(msg) Send({{ Target = ao.id, Action = 'Again' }}) end)"
    );
    let lua = Lua::new("endless.lua", &endless).expect("it loads");
    let place = Place::new(&lua, Variant::Hardened.usda(), profile("reliable"), tiny());
    assert!(matches!(search(place, Most::worlds(500)), Err(Stop::TooMany(_))));
    assert!(matches!(of_lua("Balances = {}", "reliable"), Err(Stop::Refused(_))));
    assert!(matches!(of_lua("no Lua", "reliable"), Err(Stop::Refused(_))));
}
