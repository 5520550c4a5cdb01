//! What a contract does to aos itself, in a search.

use crate::folder::{Folder, hardened, verdict};

/// The hardened contract with this before its first line, and the report of one search.
fn judged(front: &str, property: &str) -> String {
    let folder = Folder::with(&[("a.lua", &format!("{front}\n{}", hardened(&[])))]);
    let flags = ["--profile", "legacynet", "--property", property];
    verdict(&folder.report("a.lua", &flags), property).to_owned()
}

#[test]
fn whoever_lists_usda_as_an_authority_can_be_deceived() {
    let property = "no-mint-without-deposit";
    let fronts = [
        "table.insert(ao.authorities, '@USDA@')",
        "ao.authorities = {'MU', '@USDA@'}",
        "rawset(ao, 'auth' .. 'orities', {'@USDA@'})",
        "ao.authorities[#ao.authorities + 1] = '@USDA@'",
        "Handlers.add('trust', function() ao.authorities[2] = '@USDA@' return 'skip' end, print)",
    ];
    for front in fronts {
        assert_eq!(judged(front, property), "violated", "{front}");
    }
    for front in ["", "table.insert(ao.authorities, 'nobody')", "ao.authorities = {}"] {
        assert_eq!(judged(front, property), "holds", "{front}");
    }
}

#[test]
fn what_is_not_followed_is_refused_by_name_and_line() {
    let fronts = [
        ("function ao.isTrusted() return true end", "ao.isTrusted"),
        (
            "local e = Handlers.evaluate function Handlers.evaluate(...) return e(...) end",
            "Handlers.evaluate",
        ),
        ("ao['nor' .. 'malize'] = print", "ao.normalize"),
        ("local real = pcall function pcall(...) return real(...) end", "pcall"),
        ("Handlers.prepend('x', function(m) return m.Nonce and 'skip' end, print)", "msg.Nonce"),
        (
            "Handlers.prepend('x', function() return pcall(require, '.crypto.cipher') and 0 end, print)",
            ".crypto.cipher",
        ),
    ];
    for (front, name) in fronts {
        let folder = Folder::with(&[("a.lua", &format!("\n{front}\n{}", hardened(&[])))]);
        let said = folder.check("a.lua", &["--profile", "reliable"]);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.err.contains(name) && said.err.contains("a.lua:2: "), "{said:?}");
    }
}

/// A genuine notice carries the tag that says from whom it was pushed.
#[test]
fn a_contract_may_know_the_token_by_its_from_process_tag() {
    let from = "msg.From ~= USDA_PROCESS_ID";
    let tag = "msg.Tags['From-Process'] ~= USDA_PROCESS_ID";
    let folder = Folder::with(&[("a.lua", &hardened(&[(from, tag)]))]);
    let flags = ["--profile", "reliable", "--property", "mint-one-to-one"];
    assert_eq!(verdict(&folder.report("a.lua", &flags), "mint-one-to-one"), "holds");
}
