//! A space that nobody could load: each answer stays small.

use super::server::{Server, and};
use serde_json::{Value, json};

/// Four users, a hostile platform: 107,216,864 states (docs/SEARCH.md).
const LARGE: [&str; 7] = ["hardened", "--profile", "hostile", "--bounds", "small", "--users", "4"];

/// Bytes of an answer about a run of twenty steps.
const SMALL: usize = 64 * 1024;

fn size(answer: &Value) -> usize {
    answer.to_string().len()
}

/// A run that takes what comes first: a deposit or a fault for as long as there is one.
#[test]
fn in_a_hundred_million_states_each_answer_is_about_one() {
    let server = Server::of(&LARGE);
    let mut run = server.start();
    for step in 0..20 {
        let choices = server.ask("choices", &json!({ "run": run, "step": step }));
        let list = choices.as_array().expect("choices");
        assert!(!list.is_empty() && list.len() < 200, "{} choices", list.len());
        assert!(size(&choices) < SMALL, "{} bytes of choices", size(&choices));
        let is = |choice: &&Value, kinds: &[&str]| kinds.iter().any(|kind| choice["kind"] == *kind);
        let fault = list.iter().find(|choice| is(choice, &["again", "lose"]));
        let deposit = list.iter().find(|choice| {
            choice["action"].as_str().is_some_and(|name| name.ends_with(": deposit"))
        });
        let next = deposit.or(fault).unwrap_or(&list[0]);
        run = and(&run, next["action"].as_str().expect("a name"));
    }
    for (path, question) in [
        ("run", json!({ "run": run })),
        ("step", json!({ "run": run, "step": 20 })),
        ("lanes", json!({ "run": run, "first": 1, "last": 20 })),
    ] {
        let answer = server.ask(path, &question);
        assert!(size(&answer) < SMALL, "{} bytes of {path}", size(&answer));
    }
}
