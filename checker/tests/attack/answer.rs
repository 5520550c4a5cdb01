//! What `check` answers, in a line.

use crate::command::{Said, tim3};
use crate::row::{Row, files};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The verdicts of the control under the same flags, by profile and promise.
#[derive(Clone)]
pub struct Control {
    verdicts: BTreeMap<(String, String), String>,
    not_tried: BTreeSet<String>,
}

impl Control {
    /// Checks the control with these flags.
    pub fn with(flags: &[String]) -> Self {
        let said = check("contracts/r00_base.lua", flags);
        let report = report(&said);
        let not_tried = not_tried(&report).iter().map(|line| shape(line)).collect();
        Self { verdicts: verdicts(&report), not_tried }
    }
}

/// The answer to a row: its kind, and what it rests on.
pub fn of(row: &Row, control: &Control) -> String {
    let said = check(&row.file, &row.flags);
    match said.code {
        2 => format!("**refused**: {}", refusal(&said)),
        0 | 1 | 3 => judged(row, &report(&said), said.code, control),
        code => format!("exit code {code}: {}", said.err.lines().next().unwrap_or_default()),
    }
}

fn check(file: &str, flags: &[String]) -> Said {
    let path = files().join(file);
    let mut all = vec!["check", "--handlers", path.to_str().expect("UTF-8"), "-q"];
    all.extend(["--threads", "1", "--format", "json"]);
    if !flags.iter().any(|flag| flag == "--bounds") {
        all.extend(["--bounds", "tiny"]);
    }
    all.extend(flags.iter().map(String::as_str));
    tim3(&all)
}

fn report(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"))
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

fn judged(row: &Row, report: &Value, code: i32, control: &Control) -> String {
    let found = verdicts(report);
    if let Some(what) = limit(report) {
        return format!("**limit**: {what}");
    }
    let is_own = |one: &(&(String, String), &String)| {
        one.1.starts_with("violated") && control.verdicts.get(one.0) != Some(one.1)
    };
    let mut own: Vec<_> = found.iter().filter(is_own).map(|(place, _)| place.1.as_str()).collect();
    own.sort_unstable();
    own.dedup();
    // Such a file mints nothing and is asked only whether its evaluations end.
    if row.folder() == "hostile" && code != 3 {
        return format!("**ends**: {}", own.join(", "));
    }
    let mut not_tried = not_tried(report);
    not_tried.retain(|line| !control.not_tried.contains(&shape(line)));
    match (own.is_empty(), not_tried.is_empty()) {
        (false, _) => format!("**violated**: {}", own.join(", ")),
        (true, false) => format!("**not tried**: {}", not_tried.join("; ")),
        (true, true) if found == control.verdicts => "**clean**".to_owned(),
        _ => format!("exit code {code}: other verdicts than the control, and nothing is violated"),
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
    let lua = report["lua"].as_array().into_iter().flatten();
    let all = lua.filter_map(|one| one["not_tried"].as_array()).flatten();
    all.filter_map(|one| one.as_str().map(ToOwned::to_owned)).collect()
}
