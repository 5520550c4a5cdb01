//! Files of the right form whose run is not what they say.

use crate::path::text;
use crate::{BadFile, GOOD, assert_all_refused, with};
use std::fs;

/// Files of the right form whose run is not what they say.
fn wrong_runs() -> Vec<BadFile> {
    let last = r#",
    {"do":"act","by":"mallory","intent":"burn-negative"}"#;
    let more = r#""burn-negative"}, {"do":"act","by":"alice","intent":"deposit"}"#;
    let exit = r#""burn-negative"}, {"do":"exit","by":"alice","share":"whole","late":false}"#;
    vec![
        (
            "no-such-message",
            with("mallory.deposit.1/1", "mallory.deposit.2/1"),
            &[
                "step 2",
                "`deliver mallory.deposit.2/1`",
                "possible are: deliver mallory.deposit.1/1, alice: deposit",
            ],
        ),
        (
            "nobody",
            with(
                "\"by\":\"mallory\",\"intent\":\"deposit\"",
                "\"by\":\"zed\",\"intent\":\"deposit\"",
            ),
            &["step 1", "`zed: deposit`", "possible are: alice: deposit", "more"],
        ),
        (
            "honest-trick",
            with(
                "\"by\":\"mallory\",\"intent\":\"burn-negative\"",
                "\"by\":\"alice\",\"intent\":\"burn-negative\"",
            ),
            &["step 3", "`alice: burn-negative`"],
        ),
        (
            "exit-is-no-step",
            with("\"burn-negative\"}", exit),
            &["step 4", "`alice: exit`", "possible are: "],
        ),
        (
            "fault-over-budget",
            with("\"each_fault\":1", "\"each_fault\":0"),
            &["step 3", "`mallory: burn-negative`"],
        ),
        ("not-broken", with(last, ""), &["after its 2 steps no-mint-without-deposit holds"]),
        (
            "no-steps",
            with(&GOOD[GOOD.find("\"actions\"").expect("actions")..], "\"actions\": []}"),
            &["after its 0 steps", "holds"],
        ),
        (
            "other-property",
            with("no-mint-without-deposit", "usda-conserved"),
            &["after its 3 steps usda-conserved holds"],
        ),
        (
            "broken-earlier",
            with("\"burn-negative\"}", more),
            &["no-mint-without-deposit is broken after step 3 already", "the 1 after it"],
        ),
    ]
}

#[test]
fn a_run_that_contradicts_its_file_is_refused_with_the_step() {
    assert_all_refused(wrong_runs());
}

#[test]
fn a_run_too_large_to_judge_is_refused_in_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("large.json");
    let deposit = |by: &str| format!("{{\"do\":\"act\",\"by\":\"{by}\",\"intent\":\"deposit\"}}");
    let users = ["alice", "bob", "carol", "dave", "erin", "frank"];
    let mut actions: Vec<_> = users.iter().flat_map(|by| vec![deposit(by); 9]).collect();
    actions.push("{\"do\":\"lose\",\"message\":\"alice.deposit.1/1\"}".to_owned());
    let bounds = "{\"users\":6,\"deposits\":9,\"burns\":1,\"transfers\":0,\"quantity\":10,\"each_fault\":1,\"faults\":1}";
    let head =
        "{\"format\":\"tim3-counterexample/1\",\"variant\":\"hardened\",\"profile\":\"lossy\"";
    let tail =
        format!("\"property\":\"deposits-creditable\",\"actions\":[{}]}}", actions.join(","));
    fs::write(&path, format!("{head},\"bounds\":{bounds},{tail}")).expect("a file");
    let mut command = assert_cmd::cargo::cargo_bin_cmd!("tim3");
    let patience = std::time::Duration::from_secs(10);
    let output =
        command.args(["replay", text(&path)]).timeout(patience).output().expect("tim3 starts");
    assert!(output.status.code().is_some(), "it was still running");
}
