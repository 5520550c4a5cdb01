//! What `check` answers, in a line.

use crate::command::{Said, tim3};
use crate::row::Row;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const TRANSFERS: [&str; 2] = ["--transfers", "1"];
/// Together they have what all platforms have, and each by itself what the others hide: no
/// repeats, everything at once, and users that are processes.
const PROFILES: [&str; 3] = ["legacynet", "hostile", "processes"];

/// What `check` says of a file.
pub struct Answer {
    /// `violated`, `refused`, `clean` ...
    pub kind: String,
    /// What that rests on.
    pub details: String,
    /// The promises that it breaks and the recommended contract does not, least steps first.
    pub own: Vec<Found>,
}

/// How a promise breaks: the sets of faults that suffice each, and the least steps.
#[derive(Clone)]
pub struct Found {
    pub promise: String,
    pub faults: String,
    pub steps: usize,
}

impl Answer {
    fn new(kind: &str, details: String) -> Self {
        Self { kind: kind.to_owned(), details, own: Vec::new() }
    }

    /// How this promise breaks; without one, that which breaks in the fewest steps.
    pub fn notices(&self, promise: Option<&str>) -> Option<&Found> {
        match promise {
            Some(promise) => self.own.iter().find(|found| found.promise == promise),
            None => self.own.first(),
        }
    }
}

/// The verdicts of the control under the same flags, by profile and promise.
#[derive(Clone)]
pub struct Control {
    verdicts: BTreeMap<(String, String), String>,
    not_tried: BTreeSet<String>,
}

impl Control {
    /// Checks the control with these flags.
    pub fn with(file: &Path, flags: &[String]) -> Self {
        let said = check(file, flags);
        let report = report(&said);
        let not_tried = not_tried(&report).iter().map(|line| shape(line)).collect();
        Self { verdicts: verdicts(&report), not_tried }
    }
}

/// The answer to a row, beside that of a control.
pub fn beside(row: &Row, control: &Control) -> Answer {
    answered(row, &row.flags, |report, code| judged(row, report, code, control))
}

/// The answer to a row by itself, where somebody makes a transfer.
pub fn alone(row: &Row) -> Answer {
    let flags: Vec<_> = row.flags.iter().cloned().chain(TRANSFERS.map(String::from)).collect();
    answered(row, &flags, |report, _| {
        let own = own(report);
        let all: Vec<_> = own.iter().map(|found| found.promise.as_str()).collect();
        let (kind, details) = if all.is_empty() {
            ("clean", [not_tried(report), hints(report), powers(report)].concat().join("; "))
        } else {
            ("violated", all.join(", "))
        };
        Answer { own, ..Answer::new(kind, details) }
    })
}

fn answered(row: &Row, flags: &[String], judge: impl FnOnce(&Value, i32) -> Answer) -> Answer {
    let said = check(&row.path(), flags);
    match said.code {
        2 => Answer::new("refused", refusal(&said)),
        0 | 1 | 3 => judge(&report(&said), said.code),
        code => {
            let error = said.err.lines().next().unwrap_or_default().to_owned();
            Answer::new(&format!("exit code {code}"), error)
        }
    }
}

fn check(path: &Path, flags: &[String]) -> Said {
    let mut all = vec!["check", "--handlers", path.to_str().expect("UTF-8"), "-q"];
    all.extend(["--threads", "1", "--format", "json"]);
    if !flags.iter().any(|flag| flag == "--bounds") {
        all.extend(["--bounds", "tiny"]);
    }
    if !flags.iter().any(|flag| flag == "--platform") {
        all.extend(PROFILES.iter().flat_map(|profile| ["--platform", *profile]));
    }
    all.extend(flags.iter().map(String::as_str));
    tim3(&all)
}

fn report(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
}

/// What the file breaks and the recommended contract does not.
fn own(report: &Value) -> Vec<Found> {
    let runs = report["runs"].as_array().into_iter().flatten();
    let all = runs.flat_map(|run| run["verdicts"].as_array().into_iter().flatten());
    let is_own = |one: &&Value| one["verdict"] == "violated" && one["broken_in_hardened"] == false;
    let mut least = BTreeMap::<String, Found>::new();
    for one in all.filter(is_own) {
        let promise = one["property"].as_str().unwrap_or_default().to_owned();
        let found = Found::of(promise.clone(), one);
        let known = least.entry(promise).or_insert_with(|| found.clone());
        if (found.steps, &found.faults) < (known.steps, &known.faults) {
            *known = found;
        }
    }
    let mut own: Vec<_> = least.into_values().collect();
    own.sort_by_key(|found| found.steps);
    own
}

impl Found {
    fn of(promise: String, verdict: &Value) -> Self {
        let sets = verdict["fault_sets"].as_array().into_iter().flatten();
        let named = |set: &Value| match set.as_str() {
            None | Some("") => "none".to_owned(),
            Some(set) => set.to_owned(),
        };
        let faults = sets.map(named).collect::<Vec<_>>().join(" or ");
        let steps = verdict["counterexample"]["actions"].as_array().map_or(0, Vec::len);
        Self { promise, faults, steps }
    }
}

/// What was refused and where, without the folder.
fn refusal(said: &Said) -> String {
    let line = said.err.lines().next().unwrap_or_default();
    let text = line.strip_prefix("tim3: ").unwrap_or(line);
    text.rsplit_once("/files/")
        .map_or(text, |(_, rest)| rest.split_once('/').map_or(rest, |(_, rest)| rest))
        .to_owned()
}

fn verdicts(report: &Value) -> BTreeMap<(String, String), String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut found = BTreeMap::new();
    for run in report["runs"].as_array().into_iter().flatten() {
        for verdict in run["verdicts"].as_array().into_iter().flatten() {
            let faults = verdict["fault_sets"].to_string();
            let steps = verdict["counterexample"]["actions"].as_array().map_or(0, Vec::len);
            let said = format!("{} {faults} {steps}", text(&verdict["verdict"]));
            found.insert((text(&run["profile"]), text(&verdict["property"])), said);
        }
    }
    found
}

fn judged(row: &Row, report: &Value, code: i32, control: &Control) -> Answer {
    let found = verdicts(report);
    if let Some(what) = limit(report) {
        return Answer::new("limit", what);
    }
    let is_own = |one: &(&(String, String), &String)| {
        one.1.starts_with("violated") && control.verdicts.get(one.0) != Some(one.1)
    };
    let mut own: Vec<_> = found.iter().filter(is_own).map(|(place, _)| place.1.as_str()).collect();
    own.sort_unstable();
    own.dedup();
    // Such a file mints nothing and is asked only whether its evaluations end.
    if row.folder() == "hostile" && code != 3 {
        return Answer::new("ends", own.join(", "));
    }
    let mut not_tried = not_tried(report);
    not_tried.retain(|line| !control.not_tried.contains(&shape(line)));
    match (own.is_empty(), not_tried.is_empty()) {
        (false, _) => Answer::new("violated", own.join(", ")),
        (true, false) => Answer::new("not tried", not_tried.join("; ")),
        (true, true) if found == control.verdicts => Answer::new("clean", String::new()),
        _ => Answer::new(&format!("exit code {code}"), "other verdicts than the control".into()),
    }
}

/// The limit that an evaluation met, if one did.
fn limit(report: &Value) -> Option<String> {
    let runs = report["runs"].as_array()?;
    let verdicts = runs.iter().filter_map(|run| run["verdicts"].as_array()).flatten();
    let mut finish = verdicts.filter(|one| one["property"] == "handlers-finish");
    let broken = finish.find(|one| one["verdict"] == "violated")?;
    let values = &broken["counterexample"]["values"];
    Some(values["what"].as_str().unwrap_or_default().to_owned())
}

/// The line without the name of its file and without numbers, to compare files.
fn shape(line: &str) -> String {
    let line = line.split_once(".lua: ").map_or(line, |(_, line)| line);
    line.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// What the report says was not tried.
fn not_tried(report: &Value) -> Vec<String> {
    of_lua(report, "not_tried").filter_map(|one| one.as_str().map(ToOwned::to_owned)).collect()
}

/// What its author may have missed.
fn hints(report: &Value) -> Vec<String> {
    of_lua(report, "hints").filter_map(|one| one.as_str().map(ToOwned::to_owned)).collect()
}

/// Who was seen to do what: `power of holder: strand`.
fn powers(report: &Value) -> Vec<String> {
    let line = |one: &Value| {
        Some(format!("power of {}: {}", one["sender"].as_str()?, one["deed"].as_str()?))
    };
    of_lua(report, "powers").filter_map(line).collect()
}

fn of_lua<'a>(report: &'a Value, list: &'a str) -> impl Iterator<Item = &'a Value> {
    let lua = report["lua"].as_array().into_iter().flatten();
    lua.filter_map(move |one| one[list].as_array()).flatten()
}
