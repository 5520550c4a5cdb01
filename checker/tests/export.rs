//! What `export` writes is the system that was searched: Spin, and a checker of TLA+, count the
//! same states and judge the same promises, without a line of this engine.

#[path = "common/command.rs"]
mod command;

use command::tim3;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// What a checker says of a system.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    states: u64,
    broken: BTreeSet<String>,
    seen: BTreeSet<String>,
}

/// What `check` says. Of single states no other promise is judged than those it exports.
fn ours(system: &str, left_out: &BTreeSet<String>) -> Answer {
    let said = tim3(&["check", system, "--format", "json", "-q", "--threads", "1"]);
    let report: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let system = &report["systems"][0];
    let verdicts = system["verdicts"].as_array().expect("verdicts").iter();
    let of = |kinds: &[&str]| {
        let is = |verdict: &&serde_json::Value| kinds.iter().any(|kind| verdict["kind"] == *kind);
        let names = verdicts.clone().filter(is).map(|one| one["promise"].as_str().expect("a name"));
        names.filter(|name| !left_out.contains(*name)).map(ToOwned::to_owned).collect()
    };
    Answer {
        states: system["states"].as_u64().expect("a number"),
        broken: of(&["violated", "excepted"]),
        seen: of(&["seen"]),
    }
}

fn run(program: &str, args: &[&str], folder: &Path) -> String {
    let said = Command::new(program).args(args).current_dir(folder).output();
    let said = said.unwrap_or_else(|why| panic!("{program}: {why}; ./test.sh installs it"));
    let [out, err] = [said.stdout, said.stderr].map(|text| String::from_utf8_lossy(&text).into());
    let (out, err): (String, String) = (out, err);
    assert!(said.status.success(), "{program} {args:?}: {out}{err}");
    out
}

fn after<'a>(text: &'a str, begin: &'a str) -> impl Iterator<Item = String> + 'a {
    text.lines().filter_map(move |line| line.strip_prefix(begin)).map(ToOwned::to_owned)
}

/// Makes the program `pan` that searches a model.
fn compile(model: &str, folder: &Path) {
    fs::write(folder.join("model.pml"), model).expect("it can be written");
    run("spin", &["-a", "model.pml"], folder);
    run("cc", &["-O1", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c"], folder);
}

fn spin(model: &str, folder: &Path) -> Answer {
    compile(model, folder);
    let said = run("./pan", &["-m1000000", "-n"], folder);
    assert!(said.contains("errors: 0") && !said.contains("max search depth"), "{said}");
    let states = said.lines().find_map(|line| line.split_once(" states, stored"));
    let states = states.expect("a count").0.trim().parse().expect("a number");
    let (broken, seen) = (after(&said, "broken: "), after(&said, "seen: "));
    Answer { states, broken: broken.collect(), seen: seen.collect() }
}

fn left_out(model: &str) -> BTreeSet<String> {
    let names = model.lines().filter_map(|line| line.split_once("Left out: '"));
    names.filter_map(|(_, rest)| rest.split_once('\'')).map(|(name, _)| name.to_owned()).collect()
}

/// The systems of so many states at most, as they are recorded.
fn systems(most: u64) -> Vec<String> {
    let entries = fs::read_dir("../systems").expect("systems/");
    let folders = entries.map(|entry| entry.expect("an entry").path());
    let small = folders.filter(|folder| {
        let report = fs::read_to_string(folder.join("checked.txt")).expect("a report");
        let states = report.lines().find_map(|line| line.split_once(" states, "));
        states.expect("a count").0.parse::<u64>().expect("a number") <= most
    });
    let mut small: Vec<_> = small.map(|folder| folder.display().to_string()).collect();
    small.sort();
    small
}

#[test]
fn spin_counts_and_judges_the_same() {
    let systems = systems(20_000);
    assert!(systems.len() >= 5, "{systems:?}");
    let answers = systems.par_iter().map(|system| {
        let said = tim3(&["export", system, "--promela", "-"]);
        assert_eq!(said.code, 0, "{system}: {}", said.err);
        let folder = TempDir::new().expect("a folder");
        let theirs = spin(&said.out, folder.path());
        assert_eq!(theirs, ours(system, &left_out(&said.out)), "{system}");
        theirs
    });
    let answers: Vec<_> = answers.collect();
    let all = |of: fn(&Answer) -> &BTreeSet<String>| {
        answers.iter().map(|one| of(one).len()).sum::<usize>()
    };
    // Agreement on nothing would show nothing.
    assert!(all(|one| &one.broken) >= 3 && all(|one| &one.seen) >= 5, "{answers:?}");
}

#[test]
fn a_wrong_table_is_noticed() {
    let said = tim3(&["export", "../systems/counter", "--promela", "-"]);
    let (before, rest) = said.out.split_once("int DELIVERY_OF_0_0[] = {").expect("a table");
    let (table, after) = rest.split_once('}').expect("its end");
    let numbers: Vec<i64> = table.split(',').map(|one| one.parse().expect("a number")).collect();
    let step = numbers.iter().position(|number| *number > 0).expect("a step");
    let mut changed = numbers.clone();
    changed[step] -= 1;
    let list = changed.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let folder = TempDir::new().expect("a folder");
    let model = format!("{before}int DELIVERY_OF_0_0[] = {{{list}}}{after}");
    compile(&model, folder.path());
    let said = Command::new("./pan").arg("-m1000000").current_dir(folder.path()).output();
    let said = String::from_utf8_lossy(&said.expect("it runs").stdout).into_owned();
    assert!(!said.contains(" 791 states, stored"), "{said}");
}

#[test]
fn what_cannot_be_exported_is_refused() {
    for (args, why) in [
        (
            &["../systems/counter", "--promela", "-", "--max-states", "790"][..],
            "more than 790 states",
        ),
        (&["../systems/counter"], "--promela"),
        (&["../systems/nowhere", "--promela", "-"], "there is no system.lua in it"),
        (&["../systems/counter", "--tla", "my-counter.tla"], "a module is called as its file is"),
        (&["../systems/counter", "--tla", "-", "--promela", "-"], "both write to -"),
    ] {
        let said = tim3(&[&["export"], args].concat());
        assert!(said.code == 2 && said.err.contains(why), "{args:?}: {said:?}");
        assert_eq!(said.out, "", "{args:?}");
    }
}

#[test]
#[ignore = "needs a checker of TLA+: cargo install tla-checker --locked"]
fn a_checker_of_tla_counts_and_judges_the_same() {
    for system in ["../systems/counter", "../systems/tim3-v2"] {
        let folder = TempDir::new().expect("a folder");
        let file = folder.path().join("System.tla");
        let said = tim3(&["export", system, "--tla", &file.display().to_string()]);
        assert_eq!(said.code, 0, "{system}: {}", said.err);
        let module = fs::read_to_string(&file).expect("a module");
        let fires = |said: &str| -> BTreeMap<String, String> {
            let named = after(&module, "\\* Where ").filter_map(|line| {
                let (fires, rest) = line.split_once(" is true, '")?;
                let name = rest.strip_suffix(&format!("' is {said}."))?;
                Some((fires.to_owned(), name.to_owned()))
            });
            named.collect()
        };
        let (broken, seen) = (fires("broken"), fires("seen"));
        let mut args = vec!["System.tla", "--allow-deadlock", "--continue", "--json"];
        let counted = broken.keys().chain(seen.keys());
        args.extend(counted.flat_map(|fires| ["--count-satisfying", fires]));
        let said = Command::new("tla").args(args).current_dir(folder.path()).output();
        let said = said.expect("cargo install tla-checker --locked").stdout;
        let said = String::from_utf8(said).expect("UTF-8");
        let report = said.lines().find(|line| line.starts_with('{')).expect("a report");
        let report: serde_json::Value = serde_json::from_str(report).expect("JSON");
        let counts = report["properties"].as_array().expect("counts").iter();
        let met = counts.filter(|one| one["satisfied"] != 0);
        let met: BTreeSet<_> = met.filter_map(|one| one["name"].as_str()).collect();
        let of = |names: &BTreeMap<String, String>| {
            let names = names.iter().filter(|(fires, _)| met.contains(fires.as_str()));
            names.map(|(_, name)| name.clone()).collect()
        };
        let states = report["stats"]["states_explored"].as_u64().expect("a number");
        let theirs = Answer { states, broken: of(&broken), seen: of(&seen) };
        assert_eq!(theirs, ours(system, &left_out(&module)), "{system}");
    }
}
