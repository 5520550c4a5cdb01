//! Our transcriptions, and the Lua itself on our host, against what real AO processes
//! answered, message by message.
//!
//! `AO_VECTORS=folder` checks another folder of recordings; `UPDATE_GOLDENS=1` rewrites the
//! table of what is checked. The recordings are described in `fixtures/vectors/README.md`.

#[path = "vectors/compare.rs"]
mod compare;
#[path = "vectors/contracts.rs"]
mod contracts;
#[path = "vectors/folder.rs"]
mod folder;
#[path = "vectors/host.rs"]
mod host;
#[path = "vectors/host_alone.rs"]
mod host_alone;
#[path = "vectors/host_fields.rs"]
mod host_fields;
#[path = "vectors/host_sensitivity.rs"]
mod host_sensitivity;
#[path = "vectors/hosted.rs"]
mod hosted;
#[path = "vectors/integrity.rs"]
mod integrity;
#[path = "vectors/item.rs"]
mod item;
#[path = "vectors/ledger.rs"]
mod ledger;
#[path = "vectors/preset.rs"]
mod preset;
#[path = "vectors/repeats.rs"]
mod repeats;
#[path = "vectors/report.rs"]
mod report;
#[path = "vectors/schema.rs"]
mod schema;
#[path = "vectors/sensitivity.rs"]
mod sensitivity;
#[path = "vectors/setup.rs"]
mod setup;
#[path = "vectors/walk.rs"]
mod walk;
#[path = "vectors/words.rs"]
mod words;

use folder::Named;
use report::{Report, summary};
use schema::Recording;
use std::{fs, path::Path};

const COVERAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/vectors-coverage.txt");

fn reports(folder: &Path) -> Vec<Report> {
    folder::read(folder).iter().map(report).collect()
}

fn report((name, recording): &Named) -> Report {
    match recording {
        Ok(Recording::Messages(messages)) => walk::walk(name, messages),
        Ok(Recording::Repeats(repeats)) => repeats::walk(name, repeats),
        Ok(Recording::HyperAos(facts)) => {
            let mut report = Report::of(name);
            for _ in &facts.steps {
                let reason = "hyper-aos: the messages were not recorded";
                report.not_applicable(reason.into());
                report.not_on_host(reason.into());
            }
            report
        }
        Err(error) => Report::malformed(name, error),
    }
}

#[test]
fn our_processes_answer_every_recorded_message_as_ao_did() {
    let folder = folder::elsewhere().unwrap_or_else(folder::fixtures);
    let reports = reports(&folder);
    println!("{}: {}", folder.display(), summary(&reports));
    let mismatches: Vec<_> = reports.iter().flat_map(|r| r.mismatches.clone()).collect();
    let count = mismatches.len();
    assert!(mismatches.is_empty(), "{count} mismatches:\n{}", mismatches.join("\n"));
    let checked: usize = reports.iter().map(Report::all_checked).sum();
    assert!(checked > 0, "nothing in {} could be checked", folder.display());
}

#[test]
fn no_recorded_step_is_left_out_without_a_reason() {
    let lines = reports(&folder::fixtures()).into_iter().map(|report| format!("{report}\n"));
    let table: String = lines.collect();
    if std::env::var_os("UPDATE_GOLDENS").is_some() {
        fs::write(COVERAGE, &table).expect("vectors-coverage.txt can be written");
    }
    let golden = fs::read_to_string(COVERAGE).expect("vectors-coverage.txt can be read");
    let differing = golden.lines().zip(table.lines()).find(|(golden, now)| golden != now);
    assert!(golden == table, "UPDATE_GOLDENS=1 rewrites {COVERAGE}; first change: {differing:#?}");
}

#[test]
fn a_malformed_recording_is_a_failure_that_names_the_file() {
    let texts = ["", "{}", r#"{"schema": "ao-vector/2"}"#, r#"{"schema": "ao-vector/1"}"#];
    for text in texts {
        let report = report(&("99_broken.json".into(), Recording::parse(text)));
        assert!(report.mismatches.iter().any(|m| m.contains("99_broken.json")), "{text}");
    }
}
