//! Handlers that do what they are told: send, remember, believe.

use crate::backdoors::is_found;
use crate::folder::{FROM_USDA, Folder, MOVED, TWO, hardened, with_handlers};

const BURNED: &str = "    credit(msg.From, -quantity)\n    TotalSupply = TotalSupply - quantity\n";
/// That two messages of the stranger's break a promise that the hardened contract keeps.
fn two_break(source: &str) {
    let folder = Folder::with(&[("a.lua", source)]);
    let said = folder.screen("a.lua", &TWO);
    assert!(said.code == 1 && said.out.contains(" send-"), "{source}\n{said:?}");
}

#[test]
fn handlers_that_send_what_they_are_told_are_told_to_pay() {
    for order in [
        "Send({ Target = msg.Tags.Recipient, Action = msg.Tags['X-Act'], Recipient = msg.From, Quantity = '10' })",
        "Send({ Target = USDA_PROCESS_ID, Action = msg.Tags.Do, Recipient = msg.Tags.To, Quantity = '10' })",
        "Send(require('json').decode(msg.Data))",
        "local run = load(msg.Data) if run then run() end",
        // Who asks says who gets the answer.
        "msg.reply({ Action = 'Transfer', Recipient = msg.From, Quantity = '10' })",
        // A prefix hides what is sent on without it.
        "local t = {} for k, v in pairs(msg.Tags) do if k:sub(1, 4) == 'Fwd-' then t[k:sub(5)] = v end end Send({ Target = msg.Tags['Fwd-Target'] or msg.From, Tags = t })",
        // Somebody else believes what TIM3 says.
        "if msg.Tags.To ~= USDA_PROCESS_ID then Send({ Target = msg.Tags.To, Action = msg.Tags.Do, Sender = msg.From, Quantity = msg.Tags.Much }) end",
    ] {
        is_found(&with_handlers(&[("Relay", order)]));
    }
    // TIM3 obeys only itself, and can be told what to tell itself.
    let relay = "Send({ Target = msg.Tags.To, Action = msg.Tags.Do, Quantity = '10' })";
    is_found(&with_handlers(&[
        ("Relay", relay),
        ("Drain", "if msg.From == ao.id then Balances.mallory = 7 end"),
    ]));
}

#[test]
fn burns_transfers_and_deposits_are_told_what_to_send_too() {
    let send = "Send({ Target = msg.Tags['X-To'] or msg.From, Action = msg.Tags['X-Do'], Recipient = msg.From, Quantity = '10' })";
    for place in [BURNED, MOVED] {
        is_found(&hardened(&[(place, &format!("{place}    {send}\n"))]));
    }
    let send = send.replace("msg.From", "msg.Tags.Sender");
    is_found(&hardened(&[(FROM_USDA, &format!("{FROM_USDA}\n    {send}\n"))]));
}

#[test]
fn a_transfer_to_usda_may_make_its_notice_an_order() {
    let prefix = "if name:sub(1, 2) == \"X-\" then";
    let own = "if name == 'Action' or name == 'Recipient' then";
    is_found(&hardened(&[(prefix, own)]));
}

#[test]
fn a_notice_may_name_whom_a_tag_names() {
    let sender = "notice(recipient, \"Credit-Notice\", { name = \"Sender\", value = msg.From })";
    let told =
        "notice(recipient, \"Credit-Notice\", { name = \"Sender\", value = msg.Tags.Sender })";
    let folder = Folder::with(&[("a.lua", &hardened(&[(sender, told)]))]);
    let said = folder.screen("a.lua", &["--profile", "legacynet"]);
    assert!(said.code == 1 && said.out.contains("notices-true"), "{said:?}");
}

#[test]
fn what_is_stored_by_one_message_and_done_by_another_is_tried() {
    two_break(&with_handlers(&[
        (
            "Store",
            "Last = { Target = msg.Tags.To, Action = msg.Tags.Do, Recipient = msg.Tags.For, Quantity = msg.Tags.Much }",
        ),
        ("Flush", "if Last then Send(Last) end"),
    ]));
    two_break(&with_handlers(&[
        ("Name", "Heirs = Heirs or {} if msg.Tags.Of then Heirs[msg.Tags.Of] = msg.From end"),
        (
            "Take",
            "local of = msg.Tags.Of if of and Heirs and Heirs[of] == msg.From then credit(msg.From, Balances[of] or 0) Balances[of] = 0 end",
        ),
    ]));
}

#[test]
fn a_second_account_of_the_strangers_is_tried() {
    for pay in [
        "credit(msg.From, 10 * N)",
        "Send({ Target = USDA_PROCESS_ID, Action = 'Transfer', Recipient = msg.From, Quantity = ('%d'):format(10 * N) })",
    ] {
        let body = format!(
            "Joined, N = Joined or {{}}, N or 0 if not Joined[msg.From] then Joined[msg.From] = true {pay} N = N + 1 end"
        );
        two_break(&with_handlers(&[("Join", &body)]));
    }
}

#[test]
fn what_usda_answers_because_the_stranger_asks_is_tried() {
    let believes = hardened(&[
        (
            r#"Handlers.utils.hasMatchingTag("Action", "Credit-Notice")"#,
            "function(msg) return msg.From == USDA_PROCESS_ID end",
        ),
        ("sender = msg.Tags.Sender", "sender = msg.Tags.Sender or msg.Tags.Account"),
        (
            "amount(msg.Tags.Quantity)\n    Seen[id] = true\n    if not sender",
            "amount(msg.Tags.Quantity or msg.Tags.Balance)\n    Seen[id] = true\n    if not sender",
        ),
    ]);
    is_found(&believes);
}

#[test]
fn to_refuse_a_transfer_that_nobody_gets_back_is_honest() {
    let refuses = "if recipient == ao.id or recipient == USDA_PROCESS_ID then return refuse(msg, 'Transfer-Error', 'No.') end\n";
    let source = hardened(&[(MOVED, &format!("    {refuses}{MOVED}"))]);
    let said = Folder::with(&[("a.lua", &source)])
        .check("a.lua", &["--profile", "legacynet", "--transfers", "1"]);
    assert!(said.code == 0, "{said:?}");
}

#[test]
fn who_takes_no_burn_of_that_much_is_told_to_try_less() {
    let source = hardened(&[(
        BURNED,
        &format!(
            "    if quantity > 5 then return refuse(msg, 'Burn-Error', 'Less!') end\n{BURNED}"
        ),
    )]);
    let folder = Folder::with(&[("a.lua", &source)]);
    let said = folder.screen("a.lua", &["--profile", "reliable"]);
    assert!(said.out.contains("add --quantity 1"), "{said:?}");
    let said =
        folder.screen("a.lua", &["--profile", "reliable", "--transfers", "1", "--quantity", "1"]);
    assert!(said.code == 0 && !said.out.contains("hint"), "{said:?}");
}
