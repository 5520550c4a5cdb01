//! What a report says was not tried, before it says what holds.

use crate::folder::{Folder, LEGACYNET, handler, hardened};
use serde_json::{Value, json};

const RELIABLE: [&str; 2] = ["--profile", "reliable"];

/// What stands under "Not tried", if that stands there, and what comes after it.
fn section(out: &str) -> Option<(String, String)> {
    let (_, behind) = out.split_once("Not tried:\n")?;
    let (lines, rest) = behind.split_once("\n\n")?;
    Some((lines.to_owned(), rest.to_owned()))
}

/// What is not tried of a file where `Transfer` is handled with this on the third line.
fn not_tried(body: &str) -> String {
    let said = Folder::with(&[("a.lua", &handler(body))]).check("a.lua", &RELIABLE);
    section(&said.out).unwrap_or_else(|| panic!("{body}: {said:?}")).0
}

#[test]
fn what_a_file_reads_and_is_tried_in_one_way_is_said() {
    for (body, words) in [
        ("if os.time() > 17 then X = 1 end", "reads the clock at a.lua:3: time stands still"),
        ("X = msg['Time' .. 'stamp']", "reads the clock at a.lua:3: "),
        ("for k, v in pairs(msg) do X = k end", "reads the height of the block at a.lua:3: "),
        ("if math.random(6) == 6 then X = 1 end", "draws chance at a.lua:3: only one draw"),
        (
            "X = tonumber(msg.Reference)",
            "treats a Reference as a number, or looks into it, at a.lua:3: ",
        ),
        (
            "for k in pairs({ a = 1, b = 2 }) do Y = 1 end",
            "goes through a table by pairs or json.encode at a.lua:3: ",
        ),
        (
            "X = require('json').encode({ a = 1, b = 2 })",
            "goes through a table by pairs or json.encode at a.lua:3: ",
        ),
        (
            "if msg.Id:find('^[%w_-]+$') then X = 1 end",
            "or the id of a message, or uses its length or order, at a.lua:3: these differ",
        ),
        ("X = #msg.Id // 43", "or uses its length or order, at a.lua:3: these differ"),
        ("X = ({ [true] = 1, [false] = 1000 })[Name == 'aos']", "line 3 (comparison, false)"),
        ("X = #msg.Reference", "treats a Reference as a number, or looks into it, at a.lua:3: "),
    ] {
        // So that a wallet's message has one.
        let body = format!("msg.Reference = msg.Reference or ao.reference {body}");
        assert!(not_tried(&body).contains(words), "{body}: {}", not_tried(&body));
    }
}

/// Addresses have the form of real ones.
#[test]
fn what_the_form_of_an_address_decides_is_tried() {
    for body in [
        "if msg.From:find('^[%w_-]+$') and #msg.From == 43 then X = 1 end",
        "X = #TOKEN // 43",
        "X = #ao.id // 43 < #Owner",
        "X = msg.Recipient and msg.Recipient:match('^%a') or msg.From < ao.id",
    ] {
        let source = handler(body) + "TOKEN = '@USDA@'";
        let said = Folder::with(&[("a.lua", &source)]).check("a.lua", &RELIABLE);
        assert!(!said.out.contains("uses its length or order"), "{body}: {said:?}");
    }
}

#[test]
fn branches_that_never_ran_are_told_before_the_verdicts() {
    let source = handler("Balances.alice = 1 if msg.Action == 'B' then X = 1 end")
        + "Handlers.add('never', 'Never', function(msg) Balances.bob = 1 end)\n";
    let said = Folder::with(&[("a.lua", &source)]).check("a.lua", &RELIABLE);
    let (lines, rest) = section(&said.out).unwrap_or_else(|| panic!("{said:?}"));
    let wanted =
        "  a.lua: never: never called\n  a.lua: pay: 2 of 3 branches ran; never: line 3 (then)";
    assert_eq!(lines, wanted);
    assert!(rest.contains("handlers-finish"), "the verdicts follow: {rest}");
    assert!(rest.contains("\n  pay: 2 of 3 branches ran\n  never: never called\n"), "{rest}");
}

/// The hardened contract, which pays `quantity * f` for a burn with a Note that it keeps.
fn paying(gate: &str) -> String {
    let release = "Recipient = msg.From,\n      Quantity = string.format(\"%d\", quantity) })";
    let send = "    Send({ Target = USDA_PROCESS_ID, Action = \"Transfer\", ";
    let lua = hardened(&[(release, &release.replace("quantity)", "quantity * f)"))]);
    assert_eq!(lua.matches(send).count(), 1);
    let note = format!("    local x, f = msg.Tags[\"X-Note\"] or \"\", 1 Note = x\n    {gate}\n");
    lua.replace(send, &format!("{note}{send}"))
}

/// What must be sent is then not what is compared: nobody tries it, which is said.
#[test]
fn a_value_that_is_made_of_an_input_is_not_taken_for_tried() {
    const LINE: usize = 88;
    for (gate, way) in [
        ("if x:reverse() == \"drow-live\" then f = 2 end", Some("then")),
        ("if (RATES)[x:reverse()] then f = 2 end", Some("then")),
        ("f = (RATES)[x:reverse()] or 1", Some("left of and/or alone")),
        ("local h = (RATES)[x:reverse()] local g = 5 if h then f = 2 end", Some("look-up, found")),
        ("f = ({ [\"nil\"] = 1, number = 2 })[type((RATES)[x:reverse()])]", Some("look-up, found")),
        (
            "f = setmetatable(RATES, { __index = function() return 1 end })[x:reverse()]",
            Some("look-up, found"),
        ),
        ("if #x == 37 then f = 2 end", Some("then")),
        ("if x:find(\"evil-word\") then f = 2 end", Some("then")),
        ("if (x:byte() or 0) >= 125 then f = 2 end", Some("then")),
        // Nothing but the value decides.
        ("f = 1 + #x // 37", None),
        ("f = 1 + (x:byte() or 0) // 125", None),
        ("f = 1 + select(2, x:gsub(\"evil!\", \"\"))", None),
        ("f = 1 + #{ x:find(\"evil-word\") } // 2", None),
        ("f = 1 + #{ rawget(RATES, x:reverse()) }", None),
        ("f = ({ 1, 2 })[1 + #(x .. \"a\") // 37]", None),
    ] {
        let gate = gate.replace("RATES", "{ [\"drow-live\"] = 2 }");
        let source = paying(&gate);
        assert!(source.lines().nth(LINE - 1).is_some_and(|line| line.trim() == gate), "{gate}");
        let flags = ["--profile", "legacynet"];
        let said = Folder::with(&[("a.lua", &source)]).check("a.lua", &flags);
        let (lines, _) = section(&said.out).unwrap_or_else(|| panic!("{gate}: {said:?}"));
        let looks = "a.lua: what its handlers do with each value of X-Note: they look into it";
        assert!(lines.contains(looks), "{gate}: {lines}");
        if let Some(way) = way {
            let branch = format!("line {LINE} ({way})");
            assert!(lines.contains(&branch), "{gate}: {lines}");
        }
    }
    // Nothing is said of what is compared, or passed on, as it is.
    for gate in ["if x == \"drow-live\" then f = f end", "Kept = x .. \"!\""] {
        let said = Folder::with(&[("a.lua", &paying(gate))]).check("a.lua", &RELIABLE);
        assert!(!said.out.contains("they look into it"), "{gate}: {said:?}");
    }
}

#[test]
fn a_key_that_is_joined_to_a_text_is_tried() {
    let gate = "f = #tostring(({ [\"drow-live\"] = 2 })[x .. \"e\"]) // 3 * -1 + 2";
    let said =
        Folder::with(&[("a.lua", &paying(gate))]).check("a.lua", &["--profile", "legacynet"]);
    assert!(said.out.contains("no-release-without-burn  VIOLATED"), "{said:?}");
    assert!(said.out.contains("X-Note=drow-liv"), "{said:?}");
}

/// The hardened contract with this after a deposit was credited.
fn with(edit: &str) -> String {
    let credited = "    UsdaCollateral = UsdaCollateral + quantity\n";
    let lua = hardened(&[]);
    assert!(lua.contains(credited), "{lua}");
    lua.replacen(credited, &format!("{credited}{edit}\n"), 1)
}

#[test]
fn no_file_of_which_something_was_not_tried_ends_with_all_holds() {
    let source = with("    if os.time() > 1700000000000 then Balances[msg.From] = 7 end");
    let folder = Folder::with(&[("a.lua", &source)]);
    let flags = ["--profile", "reliable", "--transfers", "1"];
    let said = folder.check("a.lua", &flags);
    assert_eq!(said.code, 0, "{said:?}");
    let last = said.out.lines().last().unwrap_or_default();
    assert!(last.contains("holds in what was tried") && last.contains("Not tried"), "{last}");
    let report = folder.report("a.lua", &flags);
    let lua = &report["lua"][0];
    let line = 1 + source.lines().position(|line| line.contains("os.time")).expect("it is there");
    let clock = json!({ "kind": "clock", "file": "a.lua", "line": line });
    assert!(lua["notes"].as_array().is_some_and(|notes| notes.contains(&clock)), "{lua}");
    let lines = lua["not_tried"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut lines = lines.filter(|line| line.starts_with("reads the clock at a.lua:"));
    assert!(lines.next().is_some(), "{lua}");
    let never = json!([{ "line": line, "way": "then" }]);
    let handlers = lua["handlers"].as_array().expect("handlers");
    let has = |one: &Value| {
        one["branches_never_run"].as_array().is_some_and(|all| all.contains(&never[0]))
    };
    assert!(handlers.iter().any(has), "{lua}");
}

/// A message that the ledger of this check ignores may cost all collateral on the real one.
#[test]
fn a_message_that_nobody_here_does_anything_with_is_told() {
    let elsewhere = "anotherProcessOfSomebodyThatIsNotHere_12345";
    for (to, code, words) in [
        (
            "USDA_PROCESS_ID",
            3,
            "sends USDA an Action that is neither a notice nor Transfer, Mint or Balance at new.lua:",
        ),
        (
            &format!("'{elsewhere}'"),
            0,
            "sends a message to an id in its code that nobody has in this check at new.lua:",
        ),
    ] {
        let send = format!("Send({{ Target = {to}, Action = 'Approve', Quantity = '10' }})");
        let (old, new) = (hardened(&[]), with(&format!("    {send}")));
        let folder = Folder::with(&[("old.lua", &old), ("new.lua", &new)]);
        let flags = ["--profile", "reliable", "--transfers", "1"];
        let said = folder.check("new.lua", &flags);
        assert!(said.code == code && said.out.contains(words), "{said:?}");
        let (old, new) = (folder.path("old.lua"), folder.path("new.lua"));
        let review = ["review", &old, &new, "--bounds", "tiny", "-q"];
        let said = crate::command::tim3(&[&review[..], &flags].concat());
        assert!(said.code == code && said.out.contains(words), "{said:?}");
    }
}

#[test]
fn numbers_that_every_message_changes_are_told() {
    let told = |gate: &str| {
        let source = "Count = Count or 0\n".to_owned() + &with(&format!("    {gate}"));
        let folder = Folder::with(&[("a.lua", &source)]);
        folder.check("a.lua", &RELIABLE).out.contains("once more messages have changed Count:")
    };
    assert!(told("Count = Count + 1"));
    assert!(!told("Count = 1") && !told("Count = 1 - Count"));
}

#[test]
fn the_same_is_said_whatever_the_number_of_threads() {
    let source = with("    for k in pairs(msg) do X = k end if Y then X = 2 end");
    let folder = Folder::with(&[("a.lua", &source)]);
    let of = |threads: &str| {
        let flags = ["--profile", "reliable", "--profile", "legacynet", "--threads", threads];
        folder.report("a.lua", &flags)["lua"].clone()
    };
    assert_eq!(of("1"), of("3"));
}

#[test]
fn a_review_says_what_the_new_handlers_read() {
    let old = hardened(&[]);
    let new = with("    X = math.random(2)");
    let folder = Folder::with(&[("old.lua", &old), ("new.lua", &new)]);
    let (old, new) = (folder.path("old.lua"), folder.path("new.lua"));
    let flags = ["--bounds", "tiny", "--profile", "reliable", "-q"];
    let review = |more: &[&str]| {
        crate::command::tim3(&[&["review", &old, &new], &flags[..], more].concat()).out
    };
    for more in [&[][..], &["--markdown", "-"], &["--html", "-"], &["--json", "-"]] {
        let out = review(more);
        assert!(out.contains("draws chance at new.lua:"), "{more:?}: {out}");
    }
}

/// A branch may be for what hardly happens; a handler is for something.
#[test]
fn a_handler_that_was_never_called_decides_over_the_exit_code() {
    let never =
        "\nHandlers.add('odd', function(msg) return Nowhere == 7 end, function(msg) X = 1 end)\n";
    let folder = Folder::with(&[("a.lua", &(hardened(&[]) + never)), ("b.lua", &hardened(&[]))]);
    let check = |file: &str, flags: &[&str]| {
        folder.screen(file, &[&LEGACYNET[..], &["--transfers", "1"], flags].concat())
    };
    let said = check("a.lua", &[]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.out.contains("a.lua: odd: never called"), "{said:?}");
    assert_eq!(check("a.lua", &["--untried", "odd"]).code, 0);
    let said = check("a.lua", &["--untried", "even"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("--untried even: no file that is checked has a handler"), "{said:?}");
    assert!(said.err.contains("TIM3.Burn, TIM3.Credit-Notice, TIM3.Transfer, odd"), "{said:?}");
    assert_eq!(check("b.lua", &[]).code, 0);
    // Who looks for what a stranger can send calls what answers all that nobody else takes.
    let rest = "\nHandlers.add('rest', function() return true end, function(msg)\n  if msg.From ~= USDA_PROCESS_ID then Send({ Target = msg.From, Error = 'what?' }) end\nend)\n";
    let folder = Folder::with(&[("c.lua", &(hardened(&[]) + rest))]);
    let said = folder.screen("c.lua", &[&LEGACYNET[..], &["--transfers", "1"]].concat());
    assert_eq!(said.code, 0, "{said:?}");
}
