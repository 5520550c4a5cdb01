//! The promises that are one line of a page: a right contract keeps each, and a mistake breaks it.

use page::verdict::Kind;
use page::{Place, check};
use search::Limits;
use std::cell::RefCell;
use std::path::Path;

thread_local! {
    static CONTRACT: RefCell<String> = const { RefCell::new(String::new()) };
    static PAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Takes deposits of 10, gives them back when it is asked, and answers.
const BANK: &str = r#"
Held, Seen = {}, {}
local function pay(to, amount)
  ao.send({ Target = "usda", Action = "Transfer", Recipient = to, Quantity = amount })
end
Handlers.add("deposit", { Action = "Credit-Notice" }, function(msg)
  if msg.From ~= "usda" or Seen[msg.Tags.Reference] then return end
  Seen[msg.Tags.Reference] = true
  if msg.Tags.Quantity == "10" then Held[msg.Tags.Sender] = 10
  else pay(msg.Tags.Sender, msg.Tags.Quantity) end
end)
Handlers.add("leave", { Action = "Leave" }, function(msg)
  if Held[msg.From] then Held[msg.From] = nil pay(msg.From, "10") end
  msg.reply({ Action = "Left" })
end)
"#;

const SYSTEM: &str = r#"
local usda = token "usda" { balances = { alice = 13, mallory = 1 } }
local bank = process "bank" { file = "bank.lua", observe = { held = "Held" } }
person "alice" { stake = usda:transfer { to = bank, amount = { 10, 3 } }, leave = send(bank) { Action = "Leave" } }
local mallory = person "mallory" {
  leave = send(bank) { Action = "Leave" },
  forge = send(bank) { Action = "Credit-Notice", Sender = "mallory", Quantity = 10, Reference = 1 },
}
"#;

fn read_file(path: &Path) -> Result<String, String> {
    match path.to_str() {
        Some("bank.lua") => Ok(CONTRACT.with_borrow(Clone::clone)),
        Some("system.lua") => Ok(PAGE.with_borrow(Clone::clone)),
        _ => Err("there is no such file".to_owned()),
    }
}

fn kind(promise: &str, line: &str, (from, to): (&str, &str)) -> Kind {
    assert!(BANK.contains(from), "{from}");
    CONTRACT.set(BANK.replace(from, to));
    PAGE.set(format!("{SYSTEM}{line}"));
    let place = Place::of(Path::new("system.lua"));
    let checked = check(place, read_file, &Limits::default(), 1, &mut |_| ());
    let checked = checked.unwrap_or_else(|error| panic!("{error}"));
    let mut verdicts = checked.verdicts.iter();
    verdicts.find(|one| one.promise == promise).unwrap_or_else(|| panic!("{promise}")).kind
}

#[track_caller]
fn breaks(line: &str, promise: &str, mistake: (&str, &str)) {
    assert_eq!(kind(promise, line, ("", "")), Kind::Holds, "{promise}");
    assert_eq!(kind(promise, line, mistake), Kind::Violated, "{promise}: {mistake:?}");
}

#[test]
fn a_message_is_paid_once() {
    let twice = (" or Seen[msg.Tags.Reference]", "");
    breaks("pays_once(bank, usda)", "bank: one message has usda pay once", twice);
}

#[test]
fn what_is_not_taken_is_sent_back() {
    let promise = "bank: what is not taken of usda is sent back";
    let line = "refunds(bank, usda)";
    breaks(line, promise, ("else pay(msg.Tags.Sender, msg.Tags.Quantity) end", "end"));
    breaks(line, promise, ("pay(msg.Tags.Sender, msg", "pay('mallory', msg"));
    breaks(line, promise, ("msg.Tags.Quantity) end", "'1') end"));
}

#[test]
fn who_asks_is_answered() {
    let promise = "bank: who sends Leave gets an answer";
    breaks("answers(bank, \"Leave\")", promise, ("msg.reply({ Action = \"Left\" })", ""));
}

#[test]
fn a_stranger_has_no_power() {
    let promise = "bank: mallory has no power";
    for stranger in ["\"mallory\"", "mallory"] {
        let line = format!("gives_no_power(bank, {stranger})");
        breaks(&line, promise, ("msg.From ~= \"usda\" or ", ""));
        breaks(&line, promise, ("msg.reply({", "ao.send({ Target = \"alice\","));
    }
}

#[test]
fn a_ready_promise_names_what_it_is_about() {
    let refused = |line: &str, why: &str| {
        CONTRACT.set(BANK.to_owned());
        PAGE.set(format!("{SYSTEM}{line}"));
        let place = Place::of(Path::new("system.lua"));
        let checked = check(place, read_file, &Limits::default(), 1, &mut |_| ());
        let error = checked.expect_err("a refusal").to_string();
        assert!(error.starts_with(why), "{error}");
    };
    refused("is_token(bank)", "system.lua:9: 'is_token' is about balances, which bank does not");
    refused("refunds(bank, mallory)", "system.lua:9: 'refunds' names a process of this page");
    refused("answers(bank)", "system.lua:9: 'answers' names the Action that is answered");
    refused("gives_no_power(bank)", "system.lua:9: 'gives_no_power' names a process and a person");
}
