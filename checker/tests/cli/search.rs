//! The ways to search: each does what its help says.

use crate::command::tim3;
use crate::path::text;
use crate::{assert_follows_the_schema, files_under, report, validator};
use model::Reduction;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const BROKEN: [&str; 6] = ["check", "seed-tags", "--profile", "legacynet", "--bounds", "tiny"];
const SAFE: [&str; 6] = ["check", "hardened", "--profile", "lossy", "--bounds", "tiny"];
const MANY_FAULTS: [&str; 6] = ["check", "seed-tags", "--profile", "hostile", "--bounds", "tiny"];

/// Three users, of whom all are alike.
const ALIKE: [&str; 8] =
    ["check", "hardened", "--profile", "lossy", "--users", "3", "--transfers", "0"];

const ORACLES: [&str; 2] = ["stateright", "stateright-dfs"];

fn and<'a>(check: &[&'a str], flags: &[&'a str]) -> Vec<&'a str> {
    [check, flags].concat()
}

/// The text that a check says, with all else that it must be.
fn said(check: &[&str], flags: &[&str]) -> String {
    let said = tim3(&[check, flags, &["--all"]].concat());
    assert_eq!(said.err, "", "{said:?}");
    assert!([0, 1].contains(&said.code), "{said:?}");
    said.out
}

/// The JSON report of a check, which follows its schema.
fn told(check: &[&str], flags: &[&str]) -> Value {
    let report = report(&tim3(&[check, flags, &["--format", "json"]].concat()));
    assert_follows_the_schema(&report);
    report
}

fn verdicts(report: &Value) -> Vec<Value> {
    let runs = report["runs"].as_array().expect("runs").iter();
    runs.flat_map(|run| run["verdicts"].as_array().expect("verdicts").clone()).collect()
}

fn kinds(report: &Value) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().expect("a word").to_owned();
    verdicts(report).iter().map(|v| (word(&v["property"]), word(&v["verdict"]))).collect()
}

fn fault_sets(report: &Value) -> Vec<Value> {
    verdicts(report).iter().map(|v| v["fault_sets"].clone()).collect()
}

fn states(report: &Value) -> u64 {
    report["runs"][0]["states"].as_u64().expect("a number")
}

fn unreduced(report: &Value) -> u64 {
    report["runs"][0]["unreduced"].as_u64().expect("a number")
}

/// The report without what a clock says.
fn without_seconds(mut report: Value) -> Value {
    for run in report["runs"].as_array_mut().expect("runs") {
        run["seconds"] = 0.into();
    }
    report
}

fn write_to(folder: &Path) -> String {
    format!("--write={}", text(folder))
}

#[test]
fn stateright_gives_the_verdicts_of_our_search_in_either_order() {
    for check in [&BROKEN, &SAFE] {
        let ours = told(check, &[]);
        assert_eq!(ours["search"], "layered");
        for engine in ORACLES {
            let theirs = told(check, &["--search", engine]);
            assert_eq!(theirs["search"], engine);
            assert_eq!(kinds(&theirs), kinds(&ours), "{engine} {check:?}");
            assert_eq!(theirs["exit"], ours["exit"], "{engine} {check:?}");
            assert_eq!(states(&theirs), unreduced(&ours), "{engine} {check:?}");
        }
    }
}

#[test]
fn only_our_search_claims_the_fewest_faults() {
    let warning = "a counterexample may have more faults than needed";
    let claims = ["by the fewest faults", "the least over"];
    let ours = said(&BROKEN, &["--search", "layered"]);
    assert!(!ours.contains(warning), "{ours}");
    assert!(claims.iter().all(|claim| ours.contains(claim)), "{ours}");
    for engine in ORACLES {
        let theirs = said(&BROKEN, &["--search", engine]);
        assert!(theirs.contains(&format!("Searched by {engine}: {warning}")), "{theirs}");
        assert!(!claims.iter().any(|claim| theirs.contains(claim)), "{theirs}");
    }
}

#[test]
fn stateright_finds_a_way_as_short_as_ours_breadth_first() {
    let lengths = |report: &Value| -> Vec<_> {
        let steps = |v: &Value| v["counterexample"]["actions"].as_array().map(Vec::len);
        verdicts(report).iter().map(steps).collect()
    };
    let ours = lengths(&told(&BROKEN, &[]));
    let theirs = lengths(&told(&BROKEN, &["--search", "stateright", "--threads", "1"]));
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert!(theirs <= ours, "{theirs:?} of {ours:?}");
    }
}

#[test]
fn what_stateright_finds_is_written_and_replays() {
    for engine in ORACLES {
        let folder = tempfile::tempdir().expect("a folder");
        said(&BROKEN, &["--search", engine, &write_to(folder.path())]);
        assert_all_replay(&files_under(folder.path()));
    }
}

fn assert_all_replay(files: &[std::path::PathBuf]) {
    assert!(!files.is_empty());
    for file in files {
        let said = tim3(&["replay", text(file)]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", file.display());
    }
}

#[test]
fn the_reductions_in_force_are_named_in_the_text_and_in_json() {
    let all = Reduction::ALL.map(Reduction::name);
    let kept = |off: &str| all.into_iter().filter(|name| *name != off).collect::<Vec<_>>();
    let cases = all.map(|off| (vec!["--no-reduction", off], kept(off)));
    let others = [
        (vec![], all.to_vec()),
        (vec!["--no-reduction", "all"], vec![]),
        (
            vec!["--no-reduction", "symmetry", "--no-reduction", "compaction"],
            vec!["direct-wallets", "inert-messages", "idle-faults"],
        ),
        (vec!["--search", "stateright"], kept("symmetry")),
    ];
    for (flags, on) in cases.into_iter().chain(others) {
        assert_eq!(told(&SAFE, &flags)["reductions"], json!(on), "{flags:?}");
        let names = if on.is_empty() { "none".to_owned() } else { on.join(", ") };
        let text = said(&SAFE, &flags);
        assert!(text.contains(&format!("\nReductions: {names}.\n")), "{flags:?}: {text}");
    }
}

#[test]
fn without_reductions_verdicts_are_equal_and_states_are_more() {
    for check in [&BROKEN, &SAFE] {
        let with = told(check, &[]);
        let without = told(check, &["--no-reduction", "all"]);
        assert_eq!(kinds(&without), kinds(&with), "{check:?}");
        assert_eq!(fault_sets(&without), fault_sets(&with), "{check:?}");
        assert!(states(&without) > states(&with), "{check:?}");
    }
}

#[test]
fn a_state_stands_for_all_its_states_without_symmetry() {
    let reduced = told(&ALIKE, &[]);
    let whole = told(&ALIKE, &["--no-reduction", "symmetry"]);
    assert!(states(&reduced) < unreduced(&reduced));
    assert_eq!(states(&whole), unreduced(&reduced));
    assert_eq!(unreduced(&whole), states(&whole));
    assert_eq!(kinds(&whole), kinds(&reduced));
    let line = format!("{} states that stand for {}", states(&reduced), unreduced(&reduced));
    assert!(said(&ALIKE, &[]).contains(&line), "{line}");
    assert!(!said(&ALIKE, &["--no-reduction", "symmetry"]).contains("stand for"));
}

#[test]
fn distinct_counterexamples_differ_in_faults_or_in_the_breach() {
    let one = told(&MANY_FAULTS, &[]);
    let three = told(&MANY_FAULTS, &["--distinct", "3"]);
    assert_eq!(fault_sets(&one), fault_sets(&three));
    assert!(verdicts(&one).iter().all(|v| v["others"].is_null()));
    let mut most = 0;
    for verdict in verdicts(&three) {
        let others = verdict["others"].as_array().map_or(&[][..], Vec::as_slice);
        let all: Vec<_> = [&verdict["counterexample"]].into_iter().chain(others).collect();
        let kinds: BTreeSet<_> =
            all.iter().map(|one| (one["faults"].as_str(), one["conjunct"].as_str())).collect();
        assert_eq!(kinds.len(), all.len(), "{verdict}");
        most = most.max(all.len());
    }
    assert_eq!(most, 3);
}

#[test]
fn the_first_counterexample_has_the_fewest_faults_and_steps() {
    for verdict in verdicts(&told(&MANY_FAULTS, &["--distinct", "3"])) {
        let Some(others) = verdict["others"].as_array() else { continue };
        let before = |one: &Value| one["states_before"].as_u64().expect("a number");
        for other in others {
            assert!(before(&verdict["counterexample"]) <= before(other), "{verdict}");
        }
    }
}

#[test]
fn distinct_counterexamples_are_told_numbered_and_replayed() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = said(&MANY_FAULTS, &["--distinct", "3", &write_to(folder.path())]);
    let mut expected = BTreeSet::new();
    for verdict in verdicts(&told(&MANY_FAULTS, &["--distinct", "3"])) {
        let name = verdict["property"].as_str().expect("a name");
        let found = usize::from(!verdict["counterexample"].is_null())
            + verdict["others"].as_array().map_or(0, Vec::len);
        let file = |n| if n == 1 { format!("{name}.json") } else { format!("{name}.{n}.json") };
        expected.extend((1..=found).map(|n| folder.path().join("seed-tags").join(file(n))));
    }
    let files = files_under(folder.path());
    assert_eq!(files.iter().cloned().collect::<BTreeSet<_>>(), expected);
    let numbered = files.iter().filter(|path| {
        let stem = path.file_stem().expect("a name").to_string_lossy();
        stem.ends_with(".2") || stem.ends_with(".3")
    });
    assert_eq!(numbered.count(), text.lines().filter(|l| l.starts_with("    also ")).count());
    assert!(files.iter().any(|path| path.ends_with("no-double-mint.3.json")), "{files:?}");
    assert_all_replay(&files);
}

#[test]
fn a_counterexample_without_a_reduction_says_so_and_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    said(&BROKEN, &["--no-reduction", "direct-wallets", &write_to(folder.path())]);
    let files = files_under(folder.path());
    for file in &files {
        let case: Value =
            serde_json::from_str(&fs::read_to_string(file).expect("a file")).expect("JSON");
        assert_eq!(case["without"], json!(["direct-wallets"]), "{}", file.display());
    }
    assert_all_replay(&files);
    // Its steps are not those of a search that posts and evaluates at once.
    let file = folder.path().join("seed-tags").join("no-mint-without-deposit.json");
    let case = fs::read_to_string(&file).expect("a file");
    fs::write(&file, case.replace("  \"without\": [\"direct-wallets\"],\n", "")).expect("a file");
    assert_eq!(tim3(&["replay", text(&file)]).code, 2);
}

#[test]
fn a_counterexample_of_a_search_with_all_reductions_names_none() {
    let folder = tempfile::tempdir().expect("a folder");
    said(&BROKEN, &[&write_to(folder.path())]);
    for file in files_under(folder.path()) {
        let case = fs::read_to_string(&file).expect("a file");
        assert!(!case.contains("without\":"), "{case}");
    }
}

#[test]
fn the_number_of_threads_changes_nothing_that_is_printed() {
    let searches: [&[&str]; 3] =
        [&[], &["--distinct", "3"], &["--search", "stateright", "--property", "usda-conserved"]];
    for check in [&BROKEN[..], &SAFE, &ALIKE, &["check", "seed", "--bounds", "tiny"]] {
        for flags in searches {
            let flags = |threads| and(flags, &["--threads", threads]);
            let (one, two) = (flags("1"), flags("2"));
            assert_eq!(tim3(&and(check, &one)).out, tim3(&and(check, &two)).out, "{check:?}");
            let json = |flags: &[&str]| without_seconds(told(check, flags)).to_string();
            assert_eq!(json(&one), json(&two), "{check:?}");
        }
    }
}

/// The report with another value at a place.
fn with(report: &Value, place: &str, value: Value) -> Value {
    let mut report = report.clone();
    let (parent, field) = place.rsplit_once('/').expect("a place");
    report.pointer_mut(parent).expect(place)[field] = value;
    report
}

#[test]
fn the_schema_tells_reports_of_different_searches_apart() {
    let ours = told(&BROKEN, &["--distinct", "2"]);
    let theirs = told(&BROKEN, &["--search", "stateright"]);
    let (holds, broken) = ("/runs/0/verdicts/0", "/runs/0/verdicts/1");
    assert_eq!(ours.pointer(holds).expect(holds)["verdict"], "holds");
    assert_eq!(ours.pointer(broken).expect(broken)["verdict"], "violated");
    let found = &ours.pointer(broken).expect(broken)["counterexample"];
    let mut no_sets = ours.clone();
    let verdict = no_sets.pointer_mut(broken).expect(broken).as_object_mut().expect("an object");
    verdict.remove("fault_sets").expect("sets of faults");
    let wrong = [
        ("no sets of faults", no_sets),
        ("empty sets of faults", with(&ours, &format!("{broken}/fault_sets"), json!([]))),
        (
            "sets of faults where all holds",
            with(&ours, &format!("{holds}/fault_sets"), json!(["none"])),
        ),
        ("others where all holds", with(&ours, &format!("{holds}/others"), json!([found]))),
        ("an empty list of others", with(&ours, &format!("{broken}/others"), json!([]))),
        ("states before theirs", with(&ours, "/search", "stateright".into())),
        ("no states before ours", with(&theirs, "/search", "layered".into())),
        ("symmetry in theirs", with(&theirs, "/reductions", json!(["symmetry"]))),
        ("others in theirs", with(&theirs, &format!("{broken}/others"), json!([found]))),
        ("an unknown reduction", with(&ours, "/reductions", json!(["symetry"]))),
        ("an unknown search", with(&ours, "/search", "spin".into())),
    ];
    for (name, report) in wrong {
        assert!(!validator().is_valid(&report), "{name}");
    }
}

#[test]
fn another_search_is_not_recorded_over_the_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("roster.json");
    fs::write(&record, "mine").expect("a file");
    for flags in [["--distinct", "2"], ["--no-reduction", "all"], ["--search", "stateright"]] {
        let said = tim3(&[&["check", &write_to(folder.path())], &flags[..]].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{said:?}");
        assert!(said.err.contains("this check would overwrite it"), "{said:?}");
        assert!(said.err.contains("--write=FOLDER"), "{said:?}");
    }
    assert_eq!(files_under(folder.path()), [record.as_path()]);
    assert_eq!(fs::read_to_string(&record).expect("still there"), "mine");
}

#[test]
fn a_check_with_nothing_to_write_leaves_no_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("found");
    let said = tim3(
        &[&SAFE[..], &["--property=no-double-mint", &format!("--write={}", text(&place))]].concat(),
    );
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("nothing to write to"), "{}", said.out);
    assert!(!place.exists());
    fs::create_dir(&place).expect("a folder");
    tim3(
        &[&SAFE[..], &["--property=no-double-mint", &format!("--write={}", text(&place))]].concat(),
    );
    assert!(place.exists(), "a folder of somebody else's is left");
}
