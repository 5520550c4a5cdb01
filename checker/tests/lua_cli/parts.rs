//! Amounts that only somebody has who paid them in, tags that name a part of the contract, and
//! References of processes.

use crate::backdoors::is_found;
use crate::folder::{Folder, LEGACYNET, MOVED, TWO, hardened, with_handlers};
use rayon::prelude::*;

/// The release of a burn.
const RELEASED: &str = "Recipient = msg.From,\n      Quantity = string.format(\"%d\", quantity) })";
const CAP: (&str, &str) = ("9000000000000000000", "math.maxinteger >> 1");
const OF_PROCESS: &str = "return msg.From .. \":ref:\" .. msg.Tags.Reference";

/// Whether two messages of the stranger's break a promise that the hardened contract keeps.
fn breaks(source: &str) -> bool {
    let folder = Folder::with(&[("a.lua", source)]);
    folder.screen("a.lua", &TWO).code == 1
}

fn releasing(quantity: &str) -> String {
    RELEASED.replace("\"%d\", quantity", quantity)
}

#[test]
fn a_release_of_a_larger_amount_is_tried() {
    [
        "\"%d\", quantity + quantity // 1000",
        "\"%d\", math.min(quantity, 50000000)",
        "\"%d\", math.min(quantity, 5 * 10 ^ 7 // 1 | 0)",
        "\"%d\", quantity - quantity * 30 // 10000",
        "\"%d\", quantity - (quantity >> 9)",
        "\"%d\", math.floor(quantity * 1.0)",
        "\"%.14g\", quantity",
    ]
    .par_iter()
    .for_each(|own| {
        assert!(breaks(&hardened(&[(RELEASED, &releasing(own)), CAP])), "{own}");
    });
    assert!(!breaks(&hardened(&[CAP])));
}

#[test]
fn a_transfer_of_a_larger_amount_is_tried() {
    let bonus = MOVED
        .replace("credit(recipient, quantity)", "credit(recipient, quantity + quantity // 1000)");
    assert!(breaks(&hardened(&[(MOVED, &bonus)])));
}

#[test]
fn a_product_of_large_amounts_is_tried() {
    let lowered = "    UsdaCollateral = UsdaCollateral - quantity\n";
    let share = "    UsdaCollateral = UsdaCollateral - quantity * UsdaCollateral // (TotalSupply + quantity)\n";
    assert!(breaks(&hardened(&[(lowered, share), CAP])));
}

#[test]
fn a_tag_may_name_a_part_of_the_contract() {
    [
        // A global.
        "_G[msg.Tags.Name] = msg.Tags.Value",
        "_G[msg.Tags.Name or 'none'] = 'on'",
        // A handler.
        "local topic = msg.Tags.Topic or 'none' Handlers.prepend(topic, function(m) return m.Tags.Topic == topic end, function() end)",
        "Handlers.add(msg.Tags.Topic or 'none', function() return false end, function() end)",
        "Handlers.remove(msg.Tags.Topic or 'none')",
        // A process, and what it sends next.
        "Seen[(msg.Tags.Process or msg.From) .. ':ref:' .. (msg.Tags.Message or '0')] = true",
    ]
    .par_iter()
    .for_each(|own| {
        is_found(&with_handlers(&[("Own-Action", own)]));
    });
}

#[test]
fn a_tag_that_must_be_there_may_have_any_text_of_the_file() {
    let mint = "Balances[msg.From] = 7";
    let last = "assert(msg.Tags.Kind) assert(msg.Tags.Mode) Last = msg.Tags.Kind .. msg.Tags.Mode";
    [
        format!("if msg.Tags.Kind:lower() == 'admin' then {mint} end"),
        format!("assert(msg.Tags.Kind) Last = msg.Tags.Kind if Last == 'admin' then {mint} end"),
        format!("local may = {{ admin = true }} assert(msg.Tags.Kind) if may[msg.Tags.Kind] then {mint} end"),
        format!("{last} if msg.Tags.Kind == 'admin' and msg.Tags.Mode == 'fast' then {mint} end"),
    ]
    .par_iter()
    .for_each(|own| {
        is_found(&with_handlers(&[("Own-Action", own)]));
    });
}

#[test]
fn what_a_tag_lets_the_contract_forget_is_tried() {
    let clear = "local from = msg.Tags.Process or msg.From
      for id in pairs(Seen) do if id:sub(1, #from) == from then Seen[id] = nil end end";
    let folder = Folder::with(&[("a.lua", &with_handlers(&[("Clear", clear)]))]);
    let bounds = ["--profile", "hyperbeam", "--faults", "2"];
    let said = folder.screen("a.lua", &bounds);
    assert!(said.code == 1 && said.out.contains("send-Clear-Process-"), "{said:?}");
}

#[test]
fn a_process_may_use_the_reference_of_another() {
    assert!(breaks(&hardened(&[(OF_PROCESS, "return msg.Tags.Reference")])));
    let own = "return msg.Tags.Action .. ':ref:' .. msg.Tags.Reference";
    let folder = Folder::with(&[("a.lua", &hardened(&[(OF_PROCESS, own)]))]);
    let said = folder.screen("a.lua", &["--profile", "processes", "--all"]);
    assert!(said.out.contains("under the same Reference as another process"), "{said:?}");
}

#[test]
fn a_handler_that_aos_takes_away_is_named() {
    let begin = "Handlers.add(\"TIM3.Transfer\",";
    let source = hardened(&[]);
    let (before, rest) = source.split_once(begin).expect("the handler");
    let rest = rest.trim_end().strip_suffix(')').expect("its end");
    let folder = Folder::with(&[("a.lua", &format!("{before}{begin}{rest}, 1000)\n"))]);
    let said = folder.screen("a.lua", &[&LEGACYNET[..], &["--all"]].concat());
    assert!(said.out.contains("how often TIM3.Transfer still runs"), "{said:?}");
}
