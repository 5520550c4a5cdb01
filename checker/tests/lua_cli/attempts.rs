//! What the stranger tries beside the usual: more than she has, missing tags, Actions that no
//! handler takes, an amount in one tag and somebody in another.

use crate::folder::{CREDITED, Folder, LEGACYNET, hardened};

/// How many promises this breaks by the contract: none, or some.
fn breaks(source: &str) -> bool {
    let folder = Folder::with(&[("a.lua", source)]);
    let said = folder.screen("a.lua", &[&LEGACYNET[..], &["--transfers", "1"]].concat());
    assert!([0, 1, 3].contains(&said.code), "{said:?}");
    said.code == 1
}

fn with(handler: &str) -> String {
    hardened(&[]) + "\n" + handler
}

const COVERED_BURN: &str = "if quantity > (Balances[msg.From] or 0) then return refuse(msg, \"Burn-Error\", \"Insufficient Balance!\") end";
const COVERED_TRANSFER: &str = "if quantity > (Balances[msg.From] or 0) then return refuse(msg, \"Transfer-Error\", \"Insufficient Balance!\") end";

#[test]
fn who_has_something_may_try_to_move_more() {
    let checks = [
        "if (Balances[msg.From] or 0) <= 0 then return end",
        "if quantity > 2 * (Balances[msg.From] or 0) then return end",
        "if quantity * 10 > 12 * (Balances[msg.From] or 0) then return end",
        "if quantity > 2000 * (Balances[msg.From] or 0) then return end",
        "if not Balances[msg.From] or quantity > TotalSupply then return end",
    ];
    for check in checks {
        assert!(breaks(&hardened(&[(COVERED_TRANSFER, check)])), "{check}");
        assert!(breaks(&hardened(&[(COVERED_BURN, check)])), "{check}");
    }
    let honest = "if (Balances[msg.From] or 0) < quantity then return refuse(msg, \"Transfer-Error\", \"no\") end";
    assert!(!breaks(&hardened(&[(COVERED_TRANSFER, honest)])));
}

/// A handler that mints for whoever sends what its pattern takes, unless this stops it.
fn minting(pattern: &str, unless: &str) -> String {
    with(&format!(
        "Handlers.add('grant', {pattern}, function(msg)\n  {unless}\n  Balances[msg.From] = (Balances[msg.From] or 0) + 1000\n  TotalSupply = TotalSupply + 1000\nend)\n"
    ))
}

#[test]
fn a_tag_may_have_to_be_missing() {
    for unless in [
        "if msg.Tags.Memo then return end",
        "if msg.Tags.Memo or msg.Tags.Note then return end",
        "if not msg.Tags.Key or msg.Tags.Memo then return end",
    ] {
        assert!(breaks(&minting("'Grant'", unless)), "{unless}");
    }
    assert!(!breaks(&minting("'Grant'", "if msg.From ~= Owner then return end")));
}

#[test]
fn what_no_handler_takes_may_move_money() {
    let rest = |unless: &str| minting("function() return true end", unless);
    assert!(breaks(&rest("if msg.From == USDA_PROCESS_ID then return end")));
    assert!(breaks(&rest("if msg.From == USDA_PROCESS_ID or msg.Tags.Action then return end")));
    assert!(!breaks(&rest("do return end")));
}

#[test]
fn an_amount_in_one_tag_and_somebody_in_another() {
    let gift = |or_part: &str, to: &str| {
        with(&format!(
            "Handlers.add('gift', 'Gift', function(msg)\n  local to, n = msg.Tags.For, tonumber(msg.Tags.Amount)\n  local own = Balances[msg.From] or 0\n  if not to or not n or n <= 0 or n > own {or_part} then return end\n  {to}\nend)\n"
        ))
    };
    let doubles =
        "local has = Balances[to] or 0\n  Balances[msg.From] = own - n\n  Balances[to] = has + n";
    let right = "Balances[msg.From] = own - n\n  Balances[to] = (Balances[to] or 0) + n";
    let whole = "or n % 1 ~= 0";
    assert!(breaks(&gift(whole, doubles)));
    assert!(breaks(&gift("", right)), "a part of a unit");
    assert!(breaks(&gift(whole, right).replace("n <= 0 or ", "")), "less than nothing");
    assert!(!breaks(&gift(whole, &format!("n = math.tointeger(n) {right}"))));
}

const MINTS: &str = "Balances[to] = (Balances[to] or 0) + n TotalSupply = TotalSupply + n";

#[test]
fn handlers_may_choose_by_more_than_the_action() {
    let args = "local to, n = msg.Tags.To, tonumber(msg.Tags.Amount)\n  if not to or not n then return end";
    for pattern in [
        "function(msg) return msg.Tags.Method == 'Grant' end",
        "function(msg) return msg.Data == 'grant' end",
        "function(msg) return not msg.Tags.Action and msg.Tags.Topic == 'grant' end",
        "{ Kind = 'Vault', Method = 'Grant' }",
    ] {
        let handler = |body: &str| {
            with(&format!("Handlers.add('grant', {pattern}, function(msg)\n  {body}\nend)\n"))
        };
        assert!(breaks(&handler(&format!("local to, n = msg.From, 50 {MINTS}"))), "{pattern}");
        assert!(breaks(&handler(&format!("{args} {MINTS}"))), "{pattern}");
        assert!(!breaks(&handler("Greeted = 'yes'")), "{pattern}");
    }
}

#[test]
fn a_deposit_may_have_an_intent_and_what_it_needs() {
    let intent = |body: &str| hardened(&[(CREDITED, &format!("{body}\n{CREDITED}"))]);
    for body in [
        "if msg.Tags['X-Intent'] == 'mint' and msg.Tags['X-Amount'] then quantity = tonumber(msg.Tags['X-Amount']) end",
        "if msg.Tags['X-Action'] == 'Mint' then quantity = tonumber(msg.Tags['X-Quantity'] or quantity) end",
    ] {
        assert!(breaks(&intent(body)), "{body}");
    }
    let noted = "if msg.Tags['X-Intent'] == 'mint' then Note = msg.Tags['X-Amount'] end";
    assert!(!breaks(&intent(noted)));
}

/// Some must first be appointed.
fn issuing(appoint: &str) -> String {
    with(&format!(
        "Minters = Minters or {{}}\nHandlers.add('appoint', 'Appoint', function(msg)\n  {appoint}\nend)\nHandlers.add('issue', 'Issue', function(msg)\n  if not Minters[msg.From] then return end\n  local to, n = msg.Tags.To, tonumber(msg.Tags.Amount)\n  if not to or not n then return end\n  {MINTS}\nend)\n"
    ))
}

/// The second message looks for its tags only behind the first.
#[test]
fn two_messages_may_be_needed() {
    let breaks = |appoint: &str| {
        let folder = Folder::with(&[("a.lua", &issuing(appoint))]);
        let two = ["--transfers", "1", "--faults", "2", "--each-fault", "2"];
        folder.screen("a.lua", &[&LEGACYNET[..], &two].concat()).code
    };
    assert_eq!(breaks("Minters[msg.Tags.Who or msg.From] = true"), 1);
    assert_eq!(breaks("if msg.Tags.Who then Minters[msg.Tags.Who] = true end"), 1);
    assert_eq!(breaks("if msg.From == Owner then Minters[msg.Tags.Who or msg.From] = true end"), 0);
}

#[test]
fn no_unit_of_a_large_deposit_is_lost() {
    let read = "  return tonumber(text)\nend";
    assert!(breaks(&hardened(&[(read, "  return math.floor(text / 1)\nend")])));
    assert!(!breaks(&hardened(&[(read, "  return math.tointeger(tonumber(text))\nend")])));
}
