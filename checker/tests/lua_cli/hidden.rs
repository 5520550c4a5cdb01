//! What a contract hides well is part of its state anyway: each of these gives a unit
//! away once something hidden says so, and a search that lost it would find nothing.

use crate::folder::{Folder, hardened};

const RELIABLE: [&str; 2] = ["--profile", "reliable"];

const CREDIT: &str = "    credit(sender, quantity)\n    TotalSupply";

/// The hardened contract with this in the place where it credits, and that at its end.
fn contract(in_credit: &str, at_end: &str) -> String {
    let with = format!("    credit(sender, quantity)\n    {in_credit}\n    TotalSupply");
    hardened(&[(CREDIT, &with)]) + at_end
}

fn is_found(source: &str) {
    let folder = Folder::with(&[("a.lua", source)]);
    let said = folder.check("a.lua", &[&RELIABLE[..], &["--property", "mint-one-to-one"]].concat());
    assert!(said.out.contains("VIOLATED under reliable; faults: none"), "{said:?}");
}

#[test]
fn in_a_pattern_that_a_handler_can_reach() {
    let pattern = "local P = { Action = 'Never' }\nHandlers.add('never', P, function() end)\n";
    let body = "P.n = (P.n or 0) + 1\n    if P.n == 2 then credit(sender, 1) end";
    is_found(&format!("{pattern}{}", contract(body, "")));
}

#[test]
fn on_the_list_of_handlers() {
    let body = "list.n = (list.n or 0) + 1\n    if list.n == 2 then credit(sender, 1) end";
    is_found(&format!("local list = Handlers.list\n{}", contract(body, "")));
    let body = "local l = rawget(Handlers, 'list')\n    l.n = (l.n or 0) + 1\n    if l.n == 2 then credit(sender, 1) end";
    is_found(&contract(body, ""));
}

#[test]
fn in_a_closure_that_a_global_and_a_handler_share() {
    let count = "local n = 0\nlocal function some() n = n + 1 return n end\nFee = some\n";
    let body = "if some() == 2 then credit(sender, 1) end";
    is_found(&format!("{count}{}", contract(body, "")));
}

#[test]
fn behind_another_name_for_the_globals() {
    let body = "G.Opened = 1";
    let gift = "\nHandlers.prepend('gift', function(m) return G.Opened ~= nil and m.Tags.Action == 'Debit-Notice' and m.From == '@USDA@' end, function() Balances.bob = (Balances.bob or 0) + 1 end)\n";
    let source = format!("local G = _G\n{}", contract(body, gift));
    let folder = Folder::with(&[("a.lua", &source)]);
    let flags = ["--property", "no-mint-without-deposit"];
    let said = folder.check("a.lua", &[&RELIABLE[..], &flags].concat());
    assert!(said.out.contains("VIOLATED"), "{said:?}");
}

#[test]
fn no_global_can_be_left_out_of_a_state() {
    let folder = Folder::with(&[("a.lua", &format!("Stats = {{}}\n{}", contract("", "")))]);
    let said = folder.check("a.lua", &[&RELIABLE[..], &["--leave-out", "Stats"]].concat());
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("without the lines that change Stats"), "{said:?}");
}
