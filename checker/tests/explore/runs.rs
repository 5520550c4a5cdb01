//! Runs that the reader continues.

use super::server::{ROOT, SEED_TAGS, Server, and};
use serde_json::{Value, json};

fn names(list: &Value, field: &str) -> Vec<String> {
    let entries = list.as_array().expect("a list").iter();
    entries.map(|entry| entry[field].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn a_counterexample_is_shown_as_it_was_recorded() {
    let server = Server::of(&[SEED_TAGS]);
    let run = server.start();
    let document = server.ask("run", &json!({ "run": run }));
    assert_eq!(
        document["steps"][2]["breaks"],
        json!(["fully-backed", "no-double-mint", "holders-can-exit"])
    );
    assert_eq!(document["ending"]["conjunct"], "mints of a deposit <= 1");
    let detail = server.ask("step", &json!({ "run": run, "step": 3 }));
    assert_eq!(detail["sheet"]["equation"]["verdict"], "SHORT BY 10");
    assert_eq!(detail["lua"]["handlers"], json!(["Credit-Notice"]));
}

#[test]
fn another_branch_is_taken_and_judged() {
    let server = Server::of(&[SEED_TAGS]);
    let mut run = server.start();
    run["actions"].as_array_mut().expect("actions").truncate(2);
    let choices = server.ask("choices", &json!({ "run": run, "step": 2 }));
    let actions = names(&choices, "action");
    assert!(actions.contains(&"re-push alice.deposit.1/1".to_owned()), "{actions:?}");
    let burn = and(&run, "alice: burn");
    let document = server.ask("run", &json!({ "run": burn }));
    assert_eq!(document["ending"], Value::Null, "it is not the counterexample any more");
    let detail = server.ask("step", &json!({ "run": burn, "step": 3 }));
    assert_eq!(detail["judgements"].as_array().map(Vec::len), Some(20));
}

#[test]
fn the_outlook_tells_what_is_lost_from_what_is_not() {
    let server = Server::of(&["hardened", "--profile", "hostile"]);
    let deposit = and(&server.start(), "alice: deposit");
    let choices = server.ask("choices", &json!({ "run": deposit, "step": 1 }));
    let outlook = |action: &str| {
        let mut all = choices.as_array().expect("choices").iter();
        let choice = all.find(|choice| choice["action"] == action);
        choice.unwrap_or_else(|| panic!("no {action}"))["outlook"].clone()
    };
    assert_eq!(outlook("deliver alice.deposit.1/1"), "safe");
    assert_eq!(outlook("lose alice.deposit.1/1"), "doomed");
}

#[test]
fn one_schedule_on_two_contracts_parts_where_they_differ() {
    let server = Server::of(&[SEED_TAGS]);
    let run = server.start();
    let mut other = run.clone();
    other["subject"] = json!("hardened");
    other["lenient"] = json!(true);
    let parting = server.ask("parting", &json!({ "run": run, "other": other }));
    assert_eq!(parting["parted"], 2, "hardened answers the deposit with a notice: {parting}");
    let at_3 = parting["steps"][3].to_string();
    assert!(at_3.contains("seed-tags: mint; hardened: refused: duplicate"), "{at_3}");
    let same = server.ask("parting", &json!({ "run": run, "other": run }));
    assert_eq!(same["parted"], Value::Null);
}

#[test]
fn a_step_that_is_not_possible_is_refused_or_kept_as_missing() {
    let server = Server::of(&[SEED_TAGS]);
    let mut run = and(&server.start(), "deliver nothing.1");
    let refusal = server.refusal("run", &json!({ "run": run }));
    assert!(refusal.contains("step 4, `deliver nothing.1`, is not possible there; possible are: "));
    run["lenient"] = json!(true);
    let document = server.ask("run", &json!({ "run": run }));
    assert_eq!(document["steps"][3]["kind"], "missing");
}

#[test]
fn a_lua_file_is_explored_with_its_lines() {
    let file = format!("{ROOT}/model/lua/seed-tags.lua");
    let server = Server::of(&["--handlers", &file, "--profile", "legacynet", "--bounds", "tiny"]);
    let run = and(&and(&server.start(), "alice: deposit"), "deliver alice.deposit.1/1");
    let document = server.ask("run", &json!({ "run": run }));
    assert_eq!(document["source"]["file"], "seed-tags.lua");
    let detail = server.ask("step", &json!({ "run": run, "step": 2 }));
    assert!(detail["lua"]["lines"].as_array().is_some_and(|lines| !lines.is_empty()));
}

#[test]
fn the_page_never_loads_what_it_does_not_show() {
    let server = Server::of(&["seed-tags", "--bounds", "large", "--profile", "hostile"]);
    // As many steps as a long run has: most of them are not possible and change nothing.
    let mut run = server.start();
    run["lenient"] = json!(true);
    for n in 0..200 {
        run = and(&run, ["alice: deposit", "deliver alice.deposit.1/1"][n % 2]);
    }
    let document = server.ask("run", &json!({ "run": run }));
    assert_eq!(document["steps"].as_array().map(Vec::len), Some(200));
    assert_eq!(document.get("details"), None);
    let lanes = server.ask("lanes", &json!({ "run": run, "first": 90, "last": 109 }));
    assert_eq!(lanes["rows"].as_array().map(Vec::len), Some(20));
    let first = server.ask("lanes", &json!({ "run": run, "first": 1, "last": 2 }));
    assert!(!first["arrows"].as_array().expect("arrows").is_empty());
}

#[test]
fn stateright_s_own_explorer_shows_the_same_model() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    drop(taken);
    let server = Server::of(&["hardened", "--bounds", "tiny", "--stateright", "--port", &port]);
    // It says where it is before stateright listens.
    let wait = std::time::Duration::from_millis(50);
    let connects = || std::net::TcpStream::connect(server.host()).is_ok();
    assert!((0..100).any(|_| connects() || {
        std::thread::sleep(wait);
        false
    }));
    let (_, next) = server.get(".states/0");
    let next: Value = serde_json::from_str(&next).expect("JSON");
    assert!(next.to_string().contains("alice: deposit"), "{next}");
    assert!(next[0]["svg"].as_str().is_some_and(|svg| svg.starts_with("<svg")), "{next}");
}
