//! Small mistakes in handlers, and what notices them.

use crate::command::tim3;
use crate::{edited, hardened, replaced, variant};
use checker::limits::{Deadline, Limits};
use checker::progress::Watcher;
use checker::review::mutation::{Mutation, Outcome, Trial, mutation, under, within};
use checker::review::{Kept, Searches, Side};
use checker::settings::Settings;
use explorer::handlers::built_in;
use model::{Bounds, Profile, Subject, Variant};
use std::fs;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

fn bounds(name: &str) -> Bounds {
    name.parse().expect("bounds")
}

/// The outcomes of these, each in the place of the hardened contract.
fn judged(
    within: Bounds,
    profiles: &[Profile],
    all: Vec<(String, Subject)>,
) -> Vec<(String, Outcome)> {
    let (watcher, kept) = (Watcher::new(1, true), Kept::nothing());
    let searches = Searches { settings: Settings::default(), watcher: &watcher, kept: &kept };
    let trial = Trial::of(hardened(), (within, under(profiles)), searches);
    let trial = trial.unwrap_or_else(|failure| panic!("{}", failure.message));
    all.into_iter().map(|(name, one)| (name, trial.judge(&one))).collect()
}

/// The bounds and platforms are chosen so that they suffice for this.
#[test]
fn every_built_in_mutant_is_noticed() {
    let mutants = Variant::all().filter(|variant| matches!(variant, Variant::Mutant(_)));
    let subject = |variant: Variant| {
        let lua = built_in(variant).expect("its Lua loads");
        (variant.name().to_owned(), Subject::Lua(lua, variant.usda()))
    };
    let outcomes = judged(within(Bounds::default()), Profile::ALL, mutants.map(subject).collect());
    assert_eq!(outcomes.len(), 24);
    for (name, outcome) in outcomes {
        assert!(matches!(outcome, Outcome::Noticed { .. }), "{name}: {outcome:?}");
    }
}

#[test]
fn what_nobody_can_see_is_the_same() {
    let all = vec![
        ("a comment".to_owned(), edited(|source| format!("-- reviewed\n{source}"))),
        ("another name".to_owned(), edited(replaced("addressed", "is_for_this_process"))),
    ];
    for (name, outcome) in judged(bounds("tiny"), Profile::ALL, all) {
        assert_eq!(outcome, Outcome::Same, "{name}");
    }
}

#[test]
fn what_can_be_seen_and_breaks_no_promise_survives_and_is_shown() {
    let text = edited(replaced("Insufficient Balance!", "not enough"));
    let mut outcomes =
        judged(bounds("tiny"), Profile::ALL, vec![("another text".to_owned(), text)]);
    let (_, outcome) = outcomes.remove(0);
    let Outcome::Survived(shown) = outcome else { panic!("{outcome:?}") };
    assert!(shown.what.contains("with other contents"), "{shown:?}");
    assert!(!shown.actions.is_empty() && shown.faults == "no fault at all", "{shown:?}");
}

/// A lost notice is lost anyway. Here a repeated one, which loses nothing, loses the next too.
#[test]
fn a_broken_promise_that_now_needs_something_else_is_noticed() {
    let stuck = edited(replaced(
        "if Seen[id] then return end\n    local quantity = amount(msg.Tags.Quantity)\n    Seen[id]",
        "if Seen[id] then Stuck = true return end\n    if Stuck then return end\n    local quantity = amount(msg.Tags.Quantity)\n    Seen[id]",
    ));
    let hostile = ["hostile".parse().expect("a profile")];
    let outcome = judged(bounds("tiny"), &hostile, vec![("stuck".to_owned(), stuck)]).remove(0).1;
    let Outcome::Noticed { properties, by } = outcome else { panic!("{outcome:?}") };
    assert!(properties.contains(&"deposits-creditable"), "{properties:?} {by:?}");
}

fn tried(subject: Subject, kept: &Kept) -> Mutation {
    let watcher = Watcher::new(1, true);
    let searches = Searches { settings: Settings::default(), watcher: &watcher, kept };
    let side = Side { given: "a side".to_owned(), subject };
    let under: Vec<_> = ["legacynet-no-su-filter".parse().expect("a profile")].into();
    let mutation = mutation(&side, (bounds("tiny"), &under), &searches, true);
    mutation.unwrap_or_else(|failure| panic!("{}", failure.message))
}

/// A transcription is tried by its Lua, and searches that were kept say the same.
#[test]
fn all_mistakes_are_counted_and_survivors_come_first() {
    let folder = TempDir::new().expect("a folder");
    let kept = || {
        Kept::within(folder.path(), crate::cache::key("of nobody in particular")).expect("a folder")
    };
    let (first, again) = (kept(), kept());
    let mutation = tried(variant("hardened"), &first);
    let json = |mutation: &Mutation| serde_json::to_string(mutation).expect("data");
    assert_eq!(
        json(&tried(hardened(), &again)).replace("hardened.lua", ""),
        json(&mutation).replace("hardened.lua", "")
    );
    assert!(again.said().is_some_and(|said| !said.starts_with("0 of ")), "{:?}", again.said());
    let Mutation { noticed, same, survived, undecided, ref mutants, .. } = mutation;
    assert_eq!(noticed + same + survived + undecided, mutants.len());
    assert!(noticed > 80 && survived > 0 && undecided == 0, "{}", mutation.headline());
    let survive = |one: &Outcome| matches!(one, Outcome::Survived(_));
    assert!(mutants[..survived].iter().all(|one| survive(&one.outcome)));
    let of = |operator: &str, line: &str| {
        let one = mutants.iter().find(|one| one.operator == operator && one.before.contains(line));
        one.map(|one| one.outcome.clone()).expect("it is tried")
    };
    let Outcome::Noticed { properties, by } = of("guard-removed", "msg.From ~= USDA_PROCESS_ID")
    else {
        panic!("anybody mints")
    };
    assert!(properties.contains(&"no-mint-without-deposit"), "{properties:?}");
    assert_eq!((&*by.faults, by.actions.len()), ("1 trick", 1), "{by:?}");
    assert!(matches!(
        of("change-removed", "TotalSupply = TotalSupply or 0"),
        Outcome::Refused { .. }
    ));
    assert!(survive(&of("send-removed", "Action = \"Debit-Notice\"")));
}

fn review(old: &str, new: &Path, more: &[&str]) -> crate::command::Said {
    let new = new.to_str().expect("UTF-8");
    let args = ["review", old, new, "--bounds", "tiny", "--profile", "legacynet", "-q", "--mutate"];
    tim3(&[&args, more].concat())
}

/// A file with nothing much in it, so that there is not much to try.
const SMALL: &str = "Balances = {}\nTotalSupply = 0\nUsdaCollateral = 0\nHandlers.add(\"hello\", Handlers.utils.hasMatchingTag(\"Action\", \"Transfer\"), function(msg)\n  Send({ Target = msg.From, Action = \"Hello\" })\nend)\n";

#[test]
fn a_review_says_it_in_every_format_and_keeps_its_exit_code() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("small.lua");
    fs::write(&file, SMALL).expect("it is written");
    let old = file.to_str().expect("UTF-8").to_owned();
    let said = review(&old, &file, &[]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("small mistakes: ") && said.out.contains("SURVIVED"), "{}", said.out);
    assert!(said.out.contains("line 5, constant-changed"), "{}", said.out);
    for format in ["--markdown", "--html", "--json"] {
        let said = review(&old, &file, &[format, "-"]);
        assert!(said.code == 0 && said.out.contains("constant-changed"), "{format}: {said:?}");
        if format == "--json" {
            crate::schema::follows(&said.out);
        }
    }
}

#[test]
fn a_file_that_cannot_be_taken_apart_is_told_with_its_line() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("bits.lua");
    // Lua runs an empty statement, and what takes a file apart knows none.
    fs::write(&file, SMALL.replace("TotalSupply = 0", "TotalSupply = 0;;")).expect("it is written");
    let said = review("hardened", &file, &[]);
    assert!(said.code == 2 && said.err.contains("bits.lua:2"), "{said:?}");
}

/// A file that people can use, and a sum of so many ones behind it.
fn with_sum(folder: &TempDir, ones: usize) -> std::path::PathBuf {
    let file = folder.path().join("sum.lua");
    let sum = format!("{SMALL}local function sum() return 1{} end\n", "+1".repeat(ones));
    fs::write(&file, sum).expect("it is written");
    file
}

/// The time is over before the first of them is found.
#[test]
fn a_limit_reaches_into_the_search_for_mistakes() {
    let folder = TempDir::new().expect("a folder");
    let file = with_sum(&folder, 100);
    let side = Side {
        given: "a side".to_owned(),
        subject: edited(|_| fs::read_to_string(&file).expect("it is there")),
    };
    let (watcher, kept) = (Watcher::new(1, true), Kept::nothing());
    let limits = Limits { time: Some(Deadline::after(Duration::ZERO)), ..Limits::default() };
    let settings = Settings { limits, ..Settings::default() };
    let searches = Searches { settings, watcher: &watcher, kept: &kept };
    let reliable = ["reliable".parse().expect("a profile")];
    let mutation = mutation(&side, (bounds("tiny"), &reliable), &searches, true);
    let mutation = mutation.unwrap_or_else(|failure| panic!("{}", failure.message));
    let not_tried = mutation.not_tried.as_ref().expect("nothing was tried");
    assert!(mutation.mutants.is_empty() && not_tried.why.contains("cut after 0 s"), "{not_tried}");
    assert!(mutation.headline().starts_with("0 small mistakes NOT TRIED ("), "{not_tried}");
}

/// Thousands of places at which the same text can be made are not all looked at.
#[test]
fn what_was_not_tried_is_said_first_and_by_the_exit_code() {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("long.lua");
    let long = format!("{SMALL}local function any(a) return a{} end\n", " or a".repeat(5_000));
    fs::write(&file, long).expect("it is written");
    let old = file.to_str().expect("UTF-8").to_owned();
    let said = review(&old, &file, &[]);
    assert_eq!(said.code, 3, "{said:?}");
    let head = said.out.lines().find(|line| line.starts_with("INCONCLUSIVE: "));
    let head = head.unwrap_or_else(|| panic!("{}", said.out));
    assert!(head.ends_with(" small mistakes NOT TRIED (the limit is 1000)"), "{head}");
    let said = review(&old, &file, &["--json", "-"]);
    assert!(said.code == 3 && said.out.contains("\"not_tried\": {"), "{}", said.out);
    crate::schema::follows(&said.out);
}
