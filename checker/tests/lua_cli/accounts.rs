//! Contracts that treat accounts differently by their names: who is paid, and who pays.

use crate::folder::{
    CREDITED, FROM_USDA, Folder, ID, LEGACYNET, MOVED, NO_MINT, SELF_CHECK, hardened, report,
    verdict,
};

fn screen(source: &str) -> String {
    Folder::with(&[("a.lua", source)]).screen("a.lua", &LEGACYNET).out
}

/// The recommended contract, in which a transfer credits its sender with this, too.
fn with_tip(tip: &str) -> String {
    let tip = format!("{MOVED}    credit(msg.From, {tip}) TotalSupply = TotalSupply + {tip}\n");
    hardened(&[(MOVED, &tip)])
}

#[test]
fn tim3_and_usda_are_tried_as_recipients() {
    let of_itself = "if msg.From ~= USDA_PROCESS_ID and msg.From ~= ao.id then return end";
    let trusts_itself = hardened(&[(FROM_USDA, of_itself), (SELF_CHECK, "")]);
    assert_eq!(verdict(&report(&trusts_itself), NO_MINT), "violated");
    let drops_prefix = hardened(&[("tags[name] = value end", "tags[name:sub(3)] = value end")]);
    assert_eq!(verdict(&report(&drops_prefix), "fully-backed"), "violated");
}

#[test]
fn texts_of_a_file_and_matches_of_its_patterns_are_recipients() {
    for tip in [
        "(recipient == 'Pay$$$' and 1 or 0)",
        "select(2, recipient:gsub('%$', ''))",
        "select(2, recipient:gsub('z%d', ''))",
    ] {
        assert_eq!(verdict(&report(&with_tip(tip)), NO_MINT), "violated", "{tip}");
    }
    let own_metatable = hardened(&[]) + "\nsetmetatable(Balances, Balances)";
    assert_eq!(verdict(&report(&own_metatable), "deposits-creditable"), "violated");
}

#[test]
fn what_a_pattern_of_a_handler_lets_through_is_tried() {
    let also_mints = "Handlers.add('more', { Action = '^Gif[tT].%d$', From = '%w+' }, function(msg)
          Balances[msg.From] = 7
        end)";
    assert_eq!(verdict(&report(&(hardened(&[]) + also_mints)), NO_MINT), "violated");
}

#[test]
fn the_id_of_usda_is_the_real_one() {
    let tip = "select(2, USDA_PROCESS_ID:gsub('^FBt9A5GA_', ''))";
    assert_eq!(verdict(&report(&with_tip(tip)), NO_MINT), "violated");
    let real = "USDA_PROCESS_ID = \"FBt9A5GA_KXMMSxA2DJ0xZbAq8sLLU2ak-YJe9zDvg8\"";
    let named = report(&hardened(&[(ID, real)]));
    assert_eq!(verdict(&named, NO_MINT), "holds");
    assert_eq!(verdict(&named, "mint-one-to-one"), "holds");
}

#[test]
fn what_looks_into_an_account_is_named() {
    for (tip, said) in [
        ("msg.From:byte(3) // 122", "each value of From"),
        ("select(2, msg.Owner:gsub('^zz', ''))", "each value of From"),
        ("#recipient // 50", "each value of Recipient"),
        ("select(2, ao.id:gsub('^k7', ''))", "looks into its own id"),
        ("select(2, Owner:gsub('^zz', ''))", "looks into its own id, its owner's"),
    ] {
        assert!(screen(&with_tip(tip)).contains(said), "{tip}: {}", screen(&with_tip(tip)));
    }
    let more = CREDITED.replace("quantity)", "quantity + select(2, sender:gsub('^77', '')))");
    assert!(screen(&hardened(&[(CREDITED, &more)])).contains("each value of Sender"));
    let plain = screen(&hardened(&[]));
    assert!(!plain.contains("each value of") && !plain.contains("looks into"), "{plain}");
}

/// The recommended contract with one more handler.
fn with_handler(action: &str, body: &str) -> String {
    hardened(&[]) + &format!("Handlers.add('{action}', '{action}', function(msg)\n{body}\nend)\n")
}

#[test]
fn somebody_elses_account_is_named_in_every_tag() {
    for body in [
        "local own = Balances[msg.Tags.Account or '']
        if own then Balances[msg.Tags.Account] = nil credit(msg.From, own) end",
        "local from, to = msg.Tags['Old-Account'], msg.Tags['New-Account']
        if not from or not to or not Balances[from] then return end
        local own = Balances[from] Balances[from] = nil credit(to, own)",
    ] {
        let report = report(&with_handler("Move", body));
        assert_eq!(verdict(&report, "only-holder-lowers"), "violated", "{body}");
    }
    let freezes =
        with_handler("Freeze", "Frozen = Frozen or {} Frozen[msg.Tags.Account or ''] = 1");
    let burns = "    local quantity = amount(msg.Tags.Quantity)\n    if not quantity";
    let freezes = freezes.replacen(
        burns,
        &format!("    if (Frozen or {{}})[msg.From] then return end\n{burns}"),
        2,
    );
    assert_eq!(verdict(&report(&freezes), "holders-can-exit"), "violated");
    let debits =
        "local account = Balances[msg.Tags.Account or ''] and msg.Tags.Account or msg.From\n";
    let debits = hardened(&[(MOVED, &(debits.to_owned() + &MOVED.replace("msg.From", "account")))]);
    assert_eq!(verdict(&report(&debits), "only-holder-lowers"), "violated");
}

#[test]
fn what_a_contract_refuses_for_a_tag_of_its_own_is_no_fault() {
    for refuses in [
        "if msg.Tags['Max-Fee'] and not tonumber(msg.Tags['Max-Fee']) then",
        "if msg.Tags['X-Memo'] and #msg.Tags['X-Memo'] > 1 then",
    ] {
        let refuses = format!("{refuses} return refuse(msg, 'Transfer-Error', 'no') end\n{MOVED}");
        let report = report(&hardened(&[(MOVED, &refuses)]));
        assert_ne!(verdict(&report, "transfers-arrive"), "violated", "{refuses}");
    }
}

#[test]
fn time_that_stands_still_is_said_where_something_breaks() {
    let waits = "if msg.Timestamp - (Last or msg.Timestamp) < 60000 and Last then return end Last = msg.Timestamp\n";
    let said = screen(&hardened(&[(MOVED, &(waits.to_owned() + MOVED))]));
    assert!(said.contains("It reads the time. Time stands still here"), "{said}");
}

#[test]
fn recipients_that_a_contract_knows_are_tried() {
    let burns = format!("{MOVED}    if recipient == ao.id then Balances[ao.id] = nil end\n");
    assert_eq!(
        verdict(&report(&hardened(&[(MOVED, &burns), (SELF_CHECK, "")])), "transfers-arrive"),
        "violated"
    );
}

#[test]
fn a_notice_that_says_something_else_is_found() {
    let of_last = ("string.format(\"%d\", quantity) }\n      for", "msg.Quantity }\n      for");
    assert_eq!(verdict(&report(&hardened(&[of_last])), "notices-true"), "violated");
}
