//! Hints and powers: what handlers do that breaks no promise.

use crate::folder::{Folder, LEGACYNET, SELF_CHECK, hardened};
use serde_json::Value;

/// The screen and the data of a check.
fn told(source: &str) -> (String, Value) {
    let folder = Folder::with(&[("a.lua", source)]);
    let report = folder.report("a.lua", &LEGACYNET);
    (folder.screen("a.lua", &LEGACYNET).out, report["lua"][0].clone())
}

fn hints(lua: &Value) -> Vec<&str> {
    lua["hints"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn of_the_recommended_contract_there_is_nothing_to_tell() {
    let (screen, lua) = told(&hardened(&[]));
    assert!(hints(&lua).is_empty() && !screen.contains("hint"), "{screen}");
    assert!(screen.contains("Powers as usual"), "{screen}");
}

#[test]
fn tim3_that_goes_to_the_contract_itself_is_a_power() {
    let (screen, _) = told(&hardened(&[(SELF_CHECK, "")]));
    let line = "give TIM3 to the contract itself, where nobody can spend it: a holder (Transfer)";
    assert!(screen.contains(line), "{screen}");
}

#[test]
fn who_throws_at_the_notice_of_each_payment_is_told_where() {
    let throws = "\nHandlers.add('rest', function() return true end, function(msg)\n  error('no ' .. tostring(msg.Action))\nend)\n";
    let (screen, lua) = told(&(hardened(&[]) + throws));
    let hints = hints(&lua);
    assert_eq!(hints.len(), 1, "{hints:?}");
    assert!(hints[0].contains("at each Debit-Notice of USDA"), "{hints:?}");
    assert!(hints[0].contains("a.lua:") && hints[0].ends_with("no Debit-Notice"), "{hints:?}");
    assert!(screen.contains(hints[0]), "{screen}");
}

#[test]
fn two_that_answer_each_other_without_end_are_told_of() {
    let answering = |unless: &str| {
        let rest = format!(
            "\nHandlers.add('rest', function() return true end, function(msg)\n  local action = tostring(msg.Action)\n  {unless}\n  Send({{ Target = msg.From, Action = action .. '-Error' }})\nend)\n"
        );
        told(&(hardened(&[]) + &rest)).1
    };
    let endless = answering("");
    assert!(hints(&endless)[0].contains("without end"), "{endless}");
    for ends in ["if action:find('Error$') then return end", "if #action > 60 then return end"] {
        let lua = answering(ends);
        assert!(hints(&lua).is_empty(), "{ends}: {lua}");
    }
}
