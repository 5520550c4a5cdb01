//! The modules of aos that contracts may `require`, beside a running aos: each snippet of
//! `recordings/*.json` gives here what it gave there (SEMANTICS A7).

mod common;

use aos::{Build, LoadError, Machine};
use common::Host;
use serde_json::Value;
use std::path::Path;

const PRELUDE: &str = include_str!("recordings/prelude.lua");

struct Recording {
    lua: String,
    output: String,
}

fn recordings(name: &str) -> Vec<Recording> {
    let path = Path::new("tests/recordings").join(format!("{name}.json"));
    let text = std::fs::read_to_string(path).expect("a file");
    let list: Vec<Value> = serde_json::from_str(&text).expect("a list");
    let field = |one: &Value, name: &str| one[name].as_str().expect("a text").to_owned();
    list.iter()
        .map(|one| Recording { lua: field(one, "lua"), output: field(one, "output") })
        .collect()
}

/// What this host makes of a snippet; why it is refused, if it is.
fn output(build: Build, lua: &str) -> Result<String, String> {
    let source = format!("{PRELUDE}\nX = outcome(pcall(function()\n{lua}\nend))");
    match Machine::new(&common::program(&source, build)) {
        Ok((machine, loaded)) => {
            let host = Host { machine, loaded };
            Ok(host.text(&host.loaded, "X"))
        }
        Err(LoadError::Refused(refused)) => Err(refused.text),
        Err(other) => panic!("{lua}: {other}"),
    }
}

/// What Lua itself says names variables of the code of aos, which are others here.
fn is_of_lua(output: &str) -> bool {
    output.starts_with("throws ")
        && [
            "attempt to",
            "bad argument",
            "malformed",
            "invalid format",
            "unfinished",
            "'for' limit",
            "no integer representation",
            "non-existent bits",
        ]
        .iter()
        .any(|said| output.contains(said))
}

/// Without the place in aos, which is that of one build.
fn without_place(output: &str) -> &str {
    let place = output.find(r"[string \x22.");
    let rest = place.and_then(|place| output[place..].split_once(": ").map(|(_, rest)| rest));
    rest.unwrap_or(output)
}

fn is_same(build: Build, here: &str, there: &str) -> bool {
    let is_other_place = build != Build::Late && without_place(here) == without_place(there);
    here == there || is_other_place || is_of_lua(here) && is_of_lua(there)
}

/// Compares all of a file; how many were refused here.
fn compare(name: &str, least: usize) -> usize {
    compare_on(Build::Late, name, least)
}

fn compare_on(build: Build, name: &str, least: usize) -> usize {
    let (mut refused, mut others) = (0, vec![]);
    let all = recordings(name);
    assert!(all.len() >= least, "{name}: {}", all.len());
    for Recording { lua, output: there } in all {
        match output(build, &lua) {
            Ok(here) if is_same(build, &here, &there) => {}
            Ok(here) => others.push(format!("{lua}\n  here  {here}\n  there {there}")),
            Err(why) => {
                println!("{lua}\n  refused: {why}");
                refused += 1;
            }
        }
    }
    assert!(others.is_empty(), "{name}:\n{}", others.join("\n"));
    refused
}

#[test]
fn functions_of_lists_do_what_they_do_on_aos() {
    assert_eq!(compare("utils", 150), 0);
    assert_eq!(compare("handlers-utils", 30), 0);
    assert_eq!(compare_on(Build::Early, "utils-2.0.3", 60), 0);
}

#[test]
fn base64_is_that_of_aos() {
    assert_eq!(compare("base64", 70), 0);
}

#[test]
fn digests_and_keys_are_those_of_aos() {
    assert_eq!(compare("crypto", 300), 0);
}

#[test]
fn tables_are_shown_as_on_aos() {
    assert_eq!(compare("printing", 110), 0);
}

#[test]
fn operations_on_bits_are_those_of_aos() {
    assert_eq!(compare("bit32", 200), 0);
}
