//! Doors that open for a word that only the file knows: an address, a tag, a value.

use crate::folder::{CREDITED, FROM_USDA, Folder, MOVED, NO_MINT, hardened, report, verdict};
use serde_json::Value;

const ADDRESS: &str = "xU9zWgHcm4vbyHTaVsDtFSmVhcqxmMLpNfCgC0dLQpE";
const BURNED: &str = "    credit(msg.From, -quantity)\n    TotalSupply = TotalSupply - quantity\n";

fn derived(report: &Value) -> String {
    crate::folder::derived(report).join("\n")
}

/// That some promise is broken that the hardened contract keeps, by what was derived.
pub fn is_found(source: &str) {
    let report = report(source);
    let verdicts = report["runs"][0]["verdicts"].as_array().expect("verdicts");
    let broken = verdicts.iter().filter(|one| one["verdict"] == "violated");
    let by_it = broken.filter(|one| {
        let actions = one["counterexample"]["actions"].to_string();
        ["send-", "pay-with-", "burn-with-", "deposit-with-", "ask-"]
            .iter()
            .any(|way| actions.contains(way))
    });
    assert!(by_it.count() > 0, "{source}\n{}\n{verdicts:#?}", derived(&report));
}

/// That all promises hold, and nothing is derived.
fn is_clean(source: &str) {
    let report = report(source);
    let verdicts = report["runs"][0]["verdicts"].as_array().expect("verdicts");
    assert!(verdicts.iter().all(|one| one["verdict"] != "violated"), "{source}\n{verdicts:#?}");
    assert_eq!(derived(&report), "", "{source}");
}

#[test]
fn an_address_in_a_table_is_tried_as_sender_of_notices() {
    let trusting = |entry: &str| {
        let table = format!("Trusted = {{ [USDA_PROCESS_ID] = true{entry} }}\nlocal MAX_SUPPLY");
        hardened(&[
            ("local MAX_SUPPLY", &table),
            (FROM_USDA, "if not Trusted[msg.From] then return end"),
        ])
    };
    for address in [ADDRESS, "somebody", "x_-9"] {
        let source = trusting(&format!(", ['{address}'] = true"));
        is_found(&source);
        assert_eq!(verdict(&report(&source), NO_MINT), "violated");
    }
    is_clean(&trusting(""));
}

#[test]
fn an_address_is_tried_as_sender_of_all_that_wallets_send() {
    let door =
        |field: &str| format!("if msg.{field} == '{ADDRESS}' then Balances[msg.From] = 7 end");
    for field in ["From", "Owner"] {
        // As a Transfer, a burn and an Action of the file's own.
        let door = door(field);
        is_found(&hardened(&[(
            "    local recipient = msg.Tags.Recipient\n",
            &format!("{door}\n    local recipient = msg.Tags.Recipient\n"),
        )]));
        let source =
            hardened(&[]) + &format!("Handlers.add('m', 'Mint', function(msg) {door} end)");
        is_found(&source);
        let burn = hardened(&[(
            "quantity > (Balances[msg.From] or 0) then return refuse(msg, \"Burn",
            &format!(
                "msg.{field} ~= '{ADDRESS}' and quantity > (Balances[msg.From] or 0) then return refuse(msg, \"Burn"
            ),
        )]);
        is_found(&burn);
    }
}

#[test]
fn an_address_is_tried_as_depositor_and_as_recipient() {
    let deposit = format!(
        "{}if sender == '{ADDRESS}' then credit(sender, 1) end\n    TotalSupply",
        &CREDITED[..CREDITED.len() - 11]
    );
    is_found(&hardened(&[(CREDITED, &deposit)]));
    let table = format!("Bonus = {{ ['{ADDRESS}'] = 5 }}\nlocal MAX_SUPPLY");
    let paid = format!("{MOVED}    credit(recipient, Bonus[recipient] or 0)\n");
    is_found(&hardened(&[("local MAX_SUPPLY", &table), (MOVED, &paid)]));
    is_clean(&hardened(&[("local MAX_SUPPLY", "Bonus = {}\nlocal MAX_SUPPLY"), (MOVED, &paid)]));
}

#[test]
fn an_admin_who_can_only_pause_mints_nothing() {
    let pause = "Handlers.prepend('p', 'Pause', function(msg)
      if msg.From ~= Admin then return end
      Paused = true
    end)\n";
    let source = format!("Admin = 'xyz'\nNote = '{ADDRESS}'\n{}{pause}", hardened(&[]));
    let report = report(&source);
    assert!(derived(&report).contains("From=xyz"), "{}", derived(&report));
    let verdicts = report["runs"][0]["verdicts"].as_array().expect("verdicts");
    assert!(verdicts.iter().all(|one| one["verdict"] != "violated"), "{verdicts:#?}");
    // One who can mint is found.
    is_found(&source.replace("Paused = true", "Balances[msg.From] = 7"));
}

#[test]
fn transfers_and_burns_carry_the_tags_of_the_file() {
    for (tag, value) in [
        ("msg.Tags['X-Promo']", "'1'"),
        ("msg['X-Promo']", "'gold'"),
        ("tonumber(msg.Tags.Promo or 0)", "1"),
        ("rawget(msg.Tags, 'X-' .. 'Promo')", "'gold'"),
        ("select(2, pcall(function() return msg['X-' .. 'Promo'] end))", "'go' .. 'ld'"),
        (
            "(function() for k, v in pairs(msg.Tags) do if k == 'X-Promo' then return v end end end)()",
            "'gold'",
        ),
    ] {
        let gift = format!("    if {tag} == {value} then credit(msg.From, quantity) end\n");
        is_found(&hardened(&[(MOVED, &format!("{MOVED}{gift}"))]));
        is_found(&hardened(&[(BURNED, &format!("{BURNED}{gift}"))]));
    }
    // A tag that is passed on, or told to wallets, moves no other money.
    for memo in ["msg.Tags['X-Memo']", "msg.Tags.Memo"] {
        let notice = "[party.name] = party.value, Quantity";
        let told = format!("[party.name] = party.value, ['X-Memo'] = {memo}, Quantity");
        is_clean(&hardened(&[(notice, &told)]));
    }
}

#[test]
fn a_deposit_carries_a_value_that_only_the_file_knows() {
    // Whatever the memo is, it is kept: that must not hide what one of them does.
    let gift = format!(
        "    Memo = msg.Tags['X-Memo']\n    if Memo == 'gold' then credit(sender, 1) end\n{CREDITED}"
    );
    is_found(&hardened(&[(CREDITED, &gift)]));
}

#[test]
fn tags_of_which_one_is_looked_for_after_another_are_found() {
    let gift = "    if msg.Tags.Door == 'cellar' and msg.Tags.Key == 'rust' then credit(msg.From, 5) end\n";
    is_found(&hardened(&[(MOVED, &format!("{MOVED}{gift}"))]));
    let password = "Handlers.add('m', 'Mint', function(msg)
      if msg.Tags.Password ~= 'sesame' then return end
      Balances[msg.From] = 7
    end)";
    is_found(&(hardened(&[]) + password));
}

#[test]
fn code_that_is_loaded_from_a_text_hides_no_words() {
    let door = format!(
        "if msg.From == '{ADDRESS}' or msg.Tags.Door == 'cellar' then Balances[msg.From] = 7 end"
    );
    let quoted = format!("local msg = ... {}", door.replace('\'', "\\'"));
    let (left, right) = quoted.split_at(20);
    for load in [
        format!("load('{quoted}')(msg)"),
        format!("load('{left}' .. '{right}')(msg)"),
        "Loaded(msg)".to_owned(),
    ] {
        let head = format!("Loaded = load('{quoted}')\nlocal MAX_SUPPLY");
        let head = if load.starts_with("Loaded") { &*head } else { "local MAX_SUPPLY" };
        let moved = format!("{MOVED}    {load}\n");
        let source = hardened(&[("local MAX_SUPPLY", head), (MOVED, &moved)]);
        is_found(&source);
        let line = 1 + source.lines().position(|line| line.contains("load(")).expect("a line");
        let report = report(&source);
        let first = report["lua"][0]["not_tried"][0].to_string();
        let words = format!("makes code from a text with `load` at a.lua:{line}: ");
        assert!(first.contains(&words), "{first}");
    }
}

/// The two names by which the contract knows messages: of wallets', and of processes'.
const WALLETS_KEY: &str = "return msg.From .. \":id:\" .. tostring(msg.Id)";
const PUSHED_KEY: &str = "return msg.From .. \":ref:\" .. msg.Tags.Reference";

#[test]
fn a_name_that_a_notice_will_have_can_be_said_before() {
    let keyed =
        |wallets: &str, pushed: &str| hardened(&[(WALLETS_KEY, wallets), (PUSHED_KEY, pushed)]);
    for (wallets, pushed) in [
        ("return tostring(msg.Id)", "return msg.Tags.Reference"),
        ("return 'id/' .. tostring(msg.Id)", "return 'id/' .. msg.Tags.Reference"),
        ("return tostring(msg.Id)", "return msg.From .. '/' .. msg.Tags.Reference"),
    ] {
        let source = keyed(wallets, pushed);
        is_found(&source);
        assert_eq!(verdict(&report(&source), "deposits-creditable"), "violated", "{source}");
    }
    // Who sends it is part of the name; or the Id of a notice, which nobody knows before.
    is_clean(&keyed(
        "return msg.From .. '/' .. tostring(msg.Id)",
        "return msg.From .. '/' .. msg.Tags.Reference",
    ));
    is_clean(&keyed("return tostring(msg.Id)", "return tostring(msg.Id)"));
}

#[test]
fn who_gives_a_message_a_false_id_harms_nobody_else() {
    let source =
        hardened(&[(WALLETS_KEY, "return 'x' == msg.Id and 'x' or msg.From .. tostring(msg.Id)")]);
    let report = report(&source);
    for promise in ["transfers-arrive", "burns-burn", "refusals-answered"] {
        assert_ne!(verdict(&report, promise), "violated", "{promise}\n{}", derived(&report));
    }
}

#[test]
fn whatever_compares_a_value_it_is_tried() {
    for door in [
        // A table that is filled while the message is handled.
        "local t = {} t['se' .. 'same'] = true if t[msg.Tags.Key or ''] then GIFT end",
        "if rawequal(msg.Tags.Key, 'se' .. 'same') then GIFT end",
        "if pcall(next, { [table.concat({ 'se', 'same' })] = 1 }, msg.Tags.Key or 'x') then GIFT end",
        "local t, n = { ['se' .. 'same'] = 1 }, 0 t[msg.Tags.Key or 'x'] = 1 for _ in pairs(t) do n = n + 1 end if n == 1 then GIFT end",
        "local t = setmetatable({}, { __index = { [('emases'):reverse()] = 1 } }) if t[msg.Tags.Key or 'x'] then GIFT end",
        "if ('x' .. (msg.Tags.Key or '')) == ('%s%s'):format('xse', 'same') then GIFT end",
    ] {
        let gift = door.replace("GIFT", "credit(msg.From, quantity)");
        is_found(&hardened(&[(BURNED, &format!("{BURNED}    {gift}\n"))]));
    }
}

#[test]
fn several_changes_of_an_action_are_tried_together() {
    for door in [
        // Only as a process, without a tag and with less than nothing.
        "if msg.From ~= msg.Owner and not msg.Recipient and msg.Quantity == '-10' then GIFT end",
        "if msg.Recipient == 'burn' and not msg.Quantity then GIFT end",
    ] {
        let gift = door.replace("GIFT", "Balances[msg.From] = 7");
        let handler = format!("Handlers.add('m', 'Mend', function(msg) {gift} end)");
        is_found(&(hardened(&[]) + &handler));
    }
}

#[test]
fn untried_values_of_platform_tags_are_named_where_read() {
    let notes = |source: &str| {
        let folder = Folder::with(&[("a.lua", source)]);
        folder.screen("a.lua", &["--profile", "reliable"]).out
    };
    let read = hardened(&[(BURNED, &format!("{BURNED}    Last = #{{ msg.Tags.Variant }}\n"))]);
    assert!(notes(&read).contains("Variant"), "{}", notes(&read));
    assert!(!notes(&hardened(&[])).contains("Variant"), "aos alone looks for it");
}

#[test]
fn amounts_that_the_file_names_are_tried() {
    let recipient = "    local recipient = msg.Tags.Recipient\n";
    for door in [
        "if msg.Tags.Quantity == '31337' then Balances[msg.From] = 7 end",
        "if tonumber(msg.Tags.Quantity) == 31337 then Balances[msg.From] = 7 end",
        "if (tonumber(msg.Tags.Quantity) or 0) > 4e6 // 1 | 0 then Balances[msg.From] = 7 end",
    ] {
        let door = format!("{recipient}    {door}\n");
        is_found(&hardened(&[(recipient, &door)]));
    }
    let own = "Handlers.add('ask', 'Ask', function(msg)
  local n = tonumber(msg.Tags.Quantity) or 0
  if n >= 777 and n < 779 then Send({ Target = USDA_PROCESS_ID, Action = 'Transfer', Recipient = msg.From, Quantity = '5' }) end
end)\n";
    is_found(&(hardened(&[]) + own));
}

#[test]
fn deposits_of_other_amounts_are_tried() {
    for lost in ["quantity < 5", "quantity > 5000", "quantity % 2 == 1"] {
        let door = format!("    if {lost} then return end\n{CREDITED}");
        let said = report(&hardened(&[(CREDITED, &door)]));
        assert_eq!(verdict(&said, "deposits-minted-at-rest"), "violated", "{lost}");
    }
}
