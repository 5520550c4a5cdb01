//! Small mistakes in the Lua of a system: which a promise notices, and which survive.

use super::command::tim3;
use serde_json::Value;

#[test]
fn small_mistakes_are_noticed_or_survive() {
    let said = tim3(&["check", "../systems/counter", "--mutate", "--format", "json", "-q"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let report: Value = serde_json::from_str(&said.out).expect("JSON");
    let mutation = &report["systems"][0]["mutation"];
    let mistakes = mutation["mistakes"].as_array().expect("mistakes");
    let of = |line: u64, after: &str| {
        let is = |one: &&Value| {
            one["line"] == line && one["after"].as_str().expect("code").contains(after)
        };
        mistakes.iter().find(is).unwrap_or_else(|| panic!("{line} {after}: {mutation:#}"))
    };
    let noticed = of(10, "if msg.From == ao.env.Process.Owner");
    assert_eq!(noticed["outcome"], "noticed");
    assert_eq!(noticed["promise"], "only the owner lowers the count");
    // No promise of the page says that a reset leaves zero.
    let survived = of(14, "Count = 1");
    assert_eq!(survived["outcome"], "survived");
    assert_eq!(survived["what"], "counter receives Reset from olga: count is now 1");
    let count = |outcome: &str| mistakes.iter().filter(|one| one["outcome"] == outcome).count();
    assert_eq!(mutation["survived"], count("survived"));
    assert_eq!(mutation["same"], count("same"));
    assert_eq!(mutation["noticed"], count("noticed") + count("refused"));
    assert_eq!(mutation["not_tried"], 0);
    let said = tim3(&["review", "../systems/counter", "../systems/counter", "--mutate", "-q"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let line = format!("{} SURVIVE\n", count("survived"));
    assert!(said.out.contains(&line), "{}", said.out);
    assert!(said.out.contains("  counter.lua:14 (counter): "), "{}", said.out);
}

#[test]
fn mistakes_that_were_not_tried_are_counted() {
    let cut = ["check", "../systems/counter", "--mutate", "--max-states", "50", "-q"];
    let said = tim3(&cut);
    assert_eq!(said.code, 3, "{}", said.out);
    assert!(said.out.contains("  NOT DECIDED: 0, and not tried: "), "{}", said.out);
}
