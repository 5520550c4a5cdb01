//! The command line as a user meets it: what is printed where, and the exit codes.

#[path = "common/command.rs"]
mod command;
#[path = "cli/manual.rs"]
mod manual;
#[path = "common/path.rs"]
mod path;
#[path = "cli/replay.rs"]
mod replay;
#[path = "cli/search.rs"]
mod search;

use command::{Said, tim3};
use model::{Bounds, Fault, Profile, Reduction, Trick, Variant};
use path::text;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SCHEMA: &str = include_str!("../schema/check-2.schema.json");

/// The first word of each line: where lists put names.
fn first_words(text: &str) -> BTreeSet<&str> {
    let words = text.lines().filter_map(|line| line.split_whitespace().next());
    words.map(|word| word.trim_end_matches(':')).collect()
}

fn kinds() -> [(&'static str, Vec<&'static str>); 7] {
    [
        ("variants", Variant::all().map(Variant::name).collect()),
        ("profiles", Profile::ALL.iter().map(|p| p.name).collect()),
        ("properties", properties::ALL.iter().map(|p| p.name).collect()),
        ("bounds", Bounds::NAMED.iter().map(|(name, _)| *name).collect()),
        ("faults", Fault::ALL.iter().map(|f| f.name()).collect()),
        ("tricks", Trick::ALL.iter().map(|t| t.name()).collect()),
        ("reductions", Reduction::ALL.map(Reduction::name).to_vec()),
    ]
}

#[test]
fn list_of_each_kind_prints_every_name_of_that_kind() {
    for (kind, names) in kinds() {
        let said = tim3(&["list", kind]);
        assert_eq!(said.code, 0, "{said:?}");
        let listed = first_words(&said.out);
        let missing: Vec<_> = names.iter().filter(|name| !listed.contains(*name)).collect();
        assert!(missing.is_empty(), "list {kind} lacks {missing:?}");
    }
}

#[test]
fn list_of_one_kind_is_the_part_of_the_whole_list_about_it() {
    let whole = tim3(&["list"]).out;
    for (kind, _) in kinds() {
        let part = tim3(&["list", kind]).out;
        assert!(whole.contains(&part), "list {kind}");
        assert!(part.len() < whole.len(), "list {kind}");
    }
}

#[test]
fn flags_and_lists_take_the_words_of_the_reports_too() {
    for [usual, other] in [["profiles", "platforms"], ["properties", "promises"]] {
        assert_eq!(tim3(&["list", usual]).out, tim3(&["list", other]).out);
    }
    let check = |words: [&str; 2]| {
        let flags = [words[0], "reliable", words[1], "no-double-mint"];
        tim3(&[&["check", "seed-tags", "--bounds", "tiny", "--quiet"], &flags[..]].concat()).out
    };
    assert_eq!(check(["--profile", "--property"]), check(["--platform", "--promise"]));
}

/// The flags of each command. They are part of the interface: a new one belongs here.
const FLAGS: [(&str, &[&str]); 9] = [
    (
        "check",
        &[
            "--all",
            "--platform",
            "--promise",
            "--bounds",
            "--users",
            "--deposits",
            "--burns",
            "--transfers",
            "--quantity",
            "--each-fault",
            "--faults",
            "--max-depth",
            "--max-states",
            "--max-time",
            "--max-memory",
            "--search",
            "--threads",
            "--distinct",
            "--no-reduction",
            "--format",
            "--html",
            "--on-aos",
            "--write",
            "--mutate",
            "--quiet",
            "--handlers",
            "--observe",
            "--module",
            "--module-path",
            "--paranoid",
            "--instructions",
            "--larger",
            "--only-derived",
            "--untried",
            "--tag",
            "--usda-id",
            "--usda",
            "--conformance",
            "--help",
        ],
    ),
    ("audit", &["--log", "--name", "--version", "--anonymous", "--follow", "--format", "--help"]),
    (
        "claims",
        &[
            "--systems",
            "--update",
            "--format",
            "--quiet",
            "--max-depth",
            "--max-states",
            "--max-time",
            "--max-memory",
            "--threads",
            "--help",
        ],
    ),
    (
        "replay",
        &[
            "--steps",
            "--html",
            "--svg",
            "--mermaid",
            "--itf",
            "--json",
            "--test",
            "--write",
            "--help",
        ],
    ),
    ("export", &["--promela", "--tla", "--max-states", "--help"]),
    ("list", &["--help"]),
    ("lua", &["--help"]),
    ("completions", &["--help"]),
    ("man", &["--help"]),
];

/// The flags that a help text explains: each starts a line.
fn explained(help: &str) -> BTreeSet<&str> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    lines
        .filter_map(|line| line.split([' ', ',', '[']).find(|word| word.starts_with("--")))
        .collect()
}

#[test]
fn the_help_of_each_command_explains_its_flags_and_no_others() {
    for (command, flags) in FLAGS {
        let said = tim3(&[command, "--help"]);
        assert_eq!(said.code, 0, "{said:?}");
        assert_eq!(explained(&said.out), flags.iter().copied().collect(), "{command} --help");
    }
}

#[test]
fn the_top_help_names_every_command_and_every_exit_code() {
    let help = tim3(&["--help"]).out;
    for (command, _) in FLAGS {
        assert!(first_words(&help).contains(command), "{command} is missing:\n{help}");
    }
    for (code, meaning) in checker::exit_code::Exit::MEANINGS {
        let line = format!("  {}  {meaning}", code as u8);
        assert!(help.lines().any(|l| l == line), "`{line}` is missing:\n{help}");
    }
}

#[test]
fn the_heading_of_the_limits_is_above_limits_only() {
    let help = tim3(&["check", "--help"]).out;
    let (_, below) = help.split_once("Limits (").expect("the heading");
    let below = below.split_once("\n\n\n").map_or(below, |(section, _)| section);
    for flag in ["--format", "--write", "--quiet"] {
        assert!(!explained(below).contains(flag), "{flag} is no limit:\n{help}");
    }
}

#[test]
fn hardened_keeps_every_promise_on_a_reliable_network() {
    let said = tim3(&["check", "hardened", "--profile", "reliable"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.starts_with("hardened: all 20 promises hold.\n"), "{}", said.out);
    assert!(said.out.ends_with("every promise holds\n"), "{}", said.out);
}

#[test]
fn a_broken_promise_is_told_with_faults_steps_and_exit_code_1() {
    let check =
        ["check", "seed-tags", "--profile", "legacynet", "--property", "no-mint-without-deposit"];
    let tiny = ["--bounds", "tiny"];
    let said = tim3(&[&check[..], &tiny[..]].concat());
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.starts_with("seed-tags: 1 of 1 promises break.\n"), "{}", said.out);
    let lines: Vec<_> = said.out.lines().map(str::trim).collect();
    let place = lines.iter().position(|line| line.starts_with("no-mint-without-deposit: "));
    let place = place.unwrap_or_else(|| panic!("{}", said.out));
    let (head, rest) = (lines[place], lines[place + 1]);
    assert_eq!(head, "no-mint-without-deposit: TIM3 is minted that nobody paid for");
    assert!(rest.starts_with("1 trick, 3 steps, under legacynet: "), "{rest}");
    assert!(rest.contains("; mallory: burn-"), "{rest}");
    assert!(said.out.ends_with("promises are broken\n"), "{}", said.out);
    assert_eq!(tim3(&check).code, 1, "at default bounds");
}

#[test]
fn the_seed_breaks_promises_on_a_reliable_network_already() {
    let said = tim3(&["check", "seed", "--profile", "reliable"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains("no fault, "), "{}", said.out);
    assert!(said.out.ends_with("promises are broken\n"), "{}", said.out);
}

#[test]
fn bounds_go_by_name_and_flags_override_parts_of_them() {
    let check = ["check", "hardened", "--profile", "reliable", "--property", "no-double-mint"];
    let tiny = tim3(&[&check[..], &["--bounds", "tiny"]].concat());
    assert!(tiny.out.contains("Bounds tiny: 2 users"), "{}", tiny.out);
    let wider = tim3(&[&check[..], &["--bounds", "tiny", "--users", "3"]].concat());
    assert!(wider.out.contains("Bounds custom: 3 users"), "{}", wider.out);
    assert!(wider.out.contains("1 burn and 0 transfers"), "{}", wider.out);
}

#[test]
fn the_source_of_each_variant_is_printed_as_it_is() {
    for variant in Variant::all() {
        let said = tim3(&["lua", variant.name()]);
        assert_eq!((said.code, Ok(said.out)), (0, variant.lua()), "{variant}");
    }
}

fn report(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("no JSON: {e}: {said:?}"))
}

fn validator() -> jsonschema::Validator {
    let schema = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

fn assert_follows_the_schema(report: &Value) {
    let wrong: Vec<_> =
        validator().iter_errors(report).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_json_report_of_a_promise_that_holds_has_the_fields() {
    let check = ["check", "hardened", "--profile", "reliable", "--property", "no-double-mint"];
    let said = tim3(&[&check[..], &["--format", "json"]].concat());
    assert_eq!(said.code, 0, "{said:?}");
    let report = report(&said);
    assert_follows_the_schema(&report);
    assert_eq!(report["schema"], "tim3-check/2");
    assert_eq!(report["exit"], 0);
    assert_eq!(report["runs"][0]["verdicts"][0]["verdict"], "holds");
}

/// Checks that each end in another way.
const ENDINGS: [&[&str]; 5] = [
    &["hardened", "--profile", "reliable"],
    &["seed-tags", "--profile", "legacynet", "--bounds", "tiny"],
    &["seed", "--profile", "reliable"],
    &["hardened", "--profile", "legacynet", "--bounds", "tiny", "--max-states", "50"],
    &["seed-tags", "--profile", "hostile", "--bounds", "tiny", "--max-depth", "4"],
];

#[test]
fn the_json_report_follows_its_schema_however_a_check_ends() {
    for args in ENDINGS {
        let said = tim3(&[&["check", "--format", "json"], args].concat());
        let report = report(&said);
        assert_follows_the_schema(&report);
        assert_eq!(report["exit"], said.code, "{args:?}");
    }
}

#[test]
fn the_json_report_compares_all_variants_with_the_record() {
    let check = ["check", "--profile", "reliable", "--property", "no-double-mint"];
    let said = tim3(&[&check[..], &["--format", "json"]].concat());
    let report = report(&said);
    assert_follows_the_schema(&report);
    assert!(report["differences"].is_array(), "{}", report["differences"]);
}

#[test]
fn the_schema_refuses_reports_with_gaps_or_contradictions() {
    let args =
        ["check", "seed-tags", "--profile", "legacynet", "--bounds", "tiny", "--format", "json"];
    let good = report(&tim3(&args));
    let validator = validator();
    for field in good.as_object().expect("an object").keys() {
        let mut report = good.clone();
        report.as_object_mut().expect("an object").remove(field);
        assert!(!validator.is_valid(&report), "without {field}");
    }
    let contradictions = [
        ("/exit", Value::from(2)),
        ("/runs/0/cut", "cut at 1 states".into()),
        ("/runs/0/complete", false.into()),
        ("/runs/0/verdicts/0/verdict", "fine".into()),
        ("/runs/0/verdicts/0/verdict", "not-tried".into()),
    ];
    for (place, value) in contradictions {
        let mut report = good.clone();
        *report.pointer_mut(place).expect(place) = value;
        assert!(!validator.is_valid(&report), "{place}");
    }
}

fn files_under(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files_under(&path) } else { vec![path] }).collect()
}

/// Has the counterexamples of the seed with tags written, and the report of the same check.
fn written(folder: &Path) -> Value {
    let check = ["check", "seed-tags", "--profile", "legacynet", "--bounds", "tiny"];
    let said = tim3(&[&check[..], &[&format!("--write={}", text(folder))[..]]].concat());
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.out.contains(&format!("written to {}", folder.display())), "{}", said.out);
    report(&tim3(&[&check[..], &["--format", "json"]].concat()))
}

#[test]
fn exactly_the_counterexamples_of_the_report_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("deep").join("er");
    let report = written(&folder);
    let verdicts = report["runs"][0]["verdicts"].as_array().expect("verdicts");
    let broken = verdicts.iter().filter(|v| v["verdict"] == "violated");
    let name = |v: &Value| v["property"].as_str().expect("a name").to_owned();
    let expected: BTreeSet<_> =
        broken.map(|v| folder.join("seed-tags").join(format!("{}.json", name(v)))).collect();
    assert!(!expected.is_empty());
    assert_eq!(files_under(&folder).into_iter().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn written_counterexamples_replay() {
    let folder = tempfile::tempdir().expect("a folder");
    written(folder.path());
    for file in files_under(folder.path()) {
        let said = tim3(&["replay", text(&file)]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", file.display());
        assert!(said.out.contains("BROKEN after step"), "{}", said.out);
        assert!(
            said.out
                .contains(&format!("reproduce: cargo run --release -- replay {}", file.display())),
            "{}",
            said.out
        );
    }
}

#[test]
fn a_check_that_writes_still_concludes_that_promises_are_broken() {
    let folder = tempfile::tempdir().expect("a folder");
    let check = ["check", "seed-tags", "--profile", "legacynet", "--bounds", "tiny"];
    let said = tim3(&[&check[..], &[&format!("--write={}", text(folder.path()))[..]]].concat());
    assert!(said.out.contains("promises are broken"), "{}", said.out);
}

/// The files under a folder whose name has a number.
fn numbered(folder: &Path) -> BTreeSet<PathBuf> {
    let has_number =
        |path: &PathBuf| text(path).trim_end_matches(".json").ends_with(char::is_numeric);
    files_under(folder).into_iter().filter(has_number).collect()
}

#[test]
fn writing_again_removes_counterexamples_of_an_earlier_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let check = ["check", "seed-tags", "--profile", "hyperbeam", "--bounds", "tiny"];
    let to = format!("--write={}", text(folder));
    let write = |flags: &[&str]| {
        let said = tim3(&[&check[..], flags, &[&to]].concat());
        assert_eq!(said.code, 1, "{said:?}");
    };
    write(&["--distinct", "3"]);
    let ours = numbered(folder);
    let of_exit = |path: &&PathBuf| text(path).contains("holders-can-exit");
    let (exit, rest): (BTreeSet<_>, BTreeSet<_>) = ours.into_iter().partition(|p| of_exit(&p));
    assert_eq!((exit.len(), rest.is_empty()), (2, false), "{exit:?} {rest:?}");

    write(&["--property", "holders-can-exit", "--distinct", "2"]);
    let second = folder.join("seed-tags").join("holders-can-exit.2.json");
    let kept: BTreeSet<_> = rest.into_iter().chain([second]).collect();
    assert_eq!(numbered(folder), kept);

    fs::create_dir(folder.join("hardened")).expect("a folder");
    let foreign = ["hardened/holders-can-exit.2", "seed-tags/holders-can-exit.02"]
        .into_iter()
        .chain(["seed-tags/holders-can-exit.1", "seed-tags/mine.2"])
        .map(|name| folder.join(format!("{name}.json")));
    let foreign: BTreeSet<_> = foreign.collect();
    for file in &foreign {
        fs::write(file, "").expect("a file");
    }
    write(&[]);
    assert_eq!(numbered(folder), foreign);
    assert!(folder.join("seed-tags").join("holders-can-exit.json").exists());
}

/// The command with its streams as they are given.
fn with_streams(args: &[&str], out: impl Into<Stdio>, err: impl Into<Stdio>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tim3"));
    let child = command.args(args).stdin(Stdio::null()).stdout(out).stderr(err).spawn();
    child.and_then(std::process::Child::wait_with_output).expect("tim3 runs")
}

#[test]
fn a_reader_that_has_gone_is_no_error() {
    for (args, code) in [(&["list"][..], 0), (&["check", "seed", "--profile", "reliable"][..], 1)] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = with_streams(args, writer, Stdio::piped());
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
}

/// A device to which nothing can be written, as to a full disk.
#[cfg(target_os = "linux")]
fn full() -> fs::File {
    fs::File::options().write(true).open("/dev/full").expect("a device")
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_an_error_of_its_own() {
    let output = with_streams(&["list"], full(), Stdio::piped());
    assert_eq!(output.status.code(), Some(4));
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(err.starts_with("tim3: standard output: "), "{err}");
}

#[test]
#[cfg(target_os = "linux")]
fn an_error_that_cannot_be_written_keeps_its_exit_code() {
    let output = with_streams(&["replay", "no such file"], Stdio::piped(), full());
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn nothing_is_on_standard_error_where_nobody_watches() {
    for quiet in [&[][..], &["--quiet"][..]] {
        for args in ENDINGS {
            let said = tim3(&[&["check"], args, quiet].concat());
            assert_eq!(said.err, "", "{args:?}");
        }
    }
    assert_eq!(tim3(&["list"]).err, "");
}

#[test]
fn the_same_check_prints_the_same_text() {
    for args in ENDINGS {
        let args = [&["check"], args].concat();
        assert_eq!(tim3(&args).out, tim3(&args).out, "{args:?}");
    }
}

#[test]
fn a_variant_after_write_is_a_variant() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("tim3");
    let args = ["check", "--profile", "reliable", "--bounds", "tiny", "--write", "hardened"];
    command.current_dir(folder.path()).args(args).output().expect("tim3 starts");
    assert!(!folder.path().join("hardened").exists(), "a folder called after a variant");
}
