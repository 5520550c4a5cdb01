//! What each operator makes of small texts.

use super::ALL;
use crate::review::mutation::source::Source;

/// The edits of every place, in order.
fn made(operator: &str, text: &str) -> Vec<String> {
    let source = Source::parse("file.lua", text).expect("it is Lua");
    let operator = ALL.iter().find(|one| one.name == operator).expect("there is one");
    let edits = (operator.edits)(&source);
    edits.iter().map(|edit| edit.applied(text)).collect()
}

/// A message handler around these statements.
fn handler(statements: &str) -> String {
    format!("Handlers.add(\"a\", true, function(msg) local x = msg.Tags.X {statements} end)")
}

fn made_of_handler(operator: &str, statements: &str) -> Vec<String> {
    let around = handler("|");
    let (head, tail) = around.split_once('|').expect("it is there");
    let bare = |text: String| {
        let text = text.strip_prefix(head).and_then(|rest| rest.strip_suffix(tail));
        text.expect("nothing else changes").trim().to_owned()
    };
    made(operator, &handler(statements)).into_iter().map(bare).collect()
}

#[test]
fn a_guard_is_taken_out_as_a_whole() {
    let text = "if Seen[x] then return end Seen[x] = 1 if x then y = 1 else return end assert(x)";
    assert_eq!(
        made_of_handler("guard-removed", text),
        [
            "Seen[x] = 1 if x then y = 1 else return end assert(x)",
            "if Seen[x] then return end Seen[x] = 1 if x then y = 1 else return end",
        ]
    );
    assert_eq!(
        made("guard-removed", "function f(x) if x then error('no') end end"),
        ["function f(x)  end"]
    );
}

#[test]
fn each_operand_is_dropped_once() {
    assert_eq!(
        made("operand-dropped", "z = a or b or c"),
        ["z = a or b", "z = b or c", "z = a or c"]
    );
    assert_eq!(made("operand-dropped", "z = (a and b)"), ["z = (b)", "z = (a)"]);
    assert_eq!(made("operand-dropped", "z = a[b] or 0"), ["z = 0", "z = a[b]"]);
}

#[test]
fn comparisons_are_turned_and_negations_dropped() {
    let turned = [("<", "<="), ("<=", "<"), (">", ">="), (">=", ">"), ("==", "~="), ("~=", "==")];
    for (from, to) in turned {
        assert_eq!(
            made("comparison-turned", &format!("z = a {from} b")),
            [format!("z = a {to} b")]
        );
    }
    assert_eq!(made("not-dropped", "z = not a"), ["z = a"]);
}

#[test]
fn changes_and_messages_are_left_out() {
    let text = "Sum = Sum + 1 local y = 2 y = 3 Send({}) msg.reply({}) ao.send({}).onReply(f)";
    assert_eq!(
        made_of_handler("change-removed", text),
        ["local y = 2 y = 3 Send({}) msg.reply({}) ao.send({}).onReply(f)"]
    );
    assert_eq!(
        made_of_handler("send-removed", text),
        [
            "Sum = Sum + 1 local y = 2 y = 3  msg.reply({}) ao.send({}).onReply(f)",
            "Sum = Sum + 1 local y = 2 y = 3 Send({})  ao.send({}).onReply(f)",
            "Sum = Sum + 1 local y = 2 y = 3 Send({}) msg.reply({})",
        ]
    );
}

#[test]
fn what_a_function_does_its_calls_do() {
    let text = "local function tell(m) Send(m) end\nlocal function add(n) Sum = Sum + n end\nlocal function both() tell(1) end\nadd(1) both() other()";
    let removed = |operator| {
        made(operator, text).into_iter().map(|text| text.lines().last().map(str::to_owned))
    };
    assert!(removed("change-removed").any(|line| line.as_deref() == Some(" both() other()")));
    assert!(removed("send-removed").any(|line| line.as_deref() == Some("add(1)  other()")));
}

#[test]
fn a_change_moves_across_the_next_and_the_last_message() {
    assert_eq!(
        made_of_handler("change-across-send", "A = 1 Send({1}) B = 2 Send({2})"),
        [
            "Send({1})\nA = 1 B = 2 Send({2})",
            "A = 1 Send({1}) Send({2})\nB = 2",
            "A = 1 B = 2\nSend({1}) Send({2})",
        ]
    );
    assert!(made_of_handler("change-across-send", "A = 1 local y = A Send({y})").is_empty());
}

#[test]
fn a_change_moves_before_the_last_check() {
    assert_eq!(
        made_of_handler("change-before-guard", "if x then return end A = 1 B = 2"),
        ["A = 1\nif x then return end B = 2", "A = 1 B = 2\nif x then return end"]
    );
}

const KEYED: &str = "local function key(msg) return msg.From .. ':' .. msg.Tags.Reference end\nfunction f(msg) local id = key(msg) Seen[id] = Balances[msg.From] end";

#[test]
fn a_key_is_made_of_another_field() {
    let first = |text: String| text.lines().next().map(str::to_owned);
    let made: Vec<_> = made("key-swapped", KEYED).into_iter().filter_map(first).collect();
    let key = |key: &str| format!("local function key(msg) return {key} end");
    assert_eq!(
        made,
        [
            key("msg.Id .. ':' .. msg.Tags.Reference"),
            key("tostring(msg.Tags.Reference) .. ':' .. msg.Tags.Reference"),
            key("tostring(msg.Tags[\"Pushed-For\"]) .. ':' .. msg.Tags.Reference"),
            key("msg.From .. ':' .. msg.From"),
            key("msg.From .. ':' .. msg.Id"),
            key("msg.From .. ':' .. tostring(msg.Tags[\"Pushed-For\"])"),
        ]
    );
}

#[test]
fn a_key_loses_a_part() {
    let first = |text: String| text.lines().next().map(str::to_owned);
    let made: Vec<_> = made("key-shortened", KEYED).into_iter().filter_map(first).collect();
    let key = |key: &str| format!("local function key(msg) return {key} end");
    assert_eq!(made, [key("':' .. msg.Tags.Reference"), key("msg.From .. ':'")]);
}

#[test]
fn a_tag_is_read_where_it_should_not_be() {
    assert_eq!(
        made("tag-read-elsewhere", "function f(msg) return msg.Tags.Quantity end"),
        [
            "function f(msg) return msg[\"Quantity\"] end",
            "function f(msg) return (msg.Tags[\"X-Quantity\"] or msg.Tags[\"Quantity\"]) end",
        ]
    );
    assert_eq!(
        made("tag-read-elsewhere", "function f(m) return m.From end"),
        ["function f(m) return m.Owner end", "function f(m) return m.Tags.Sender end"]
    );
}

#[test]
fn constants_become_others() {
    assert_eq!(made("constant-changed", "z = 0"), ["z = 1"]);
    assert_eq!(made("constant-changed", "z = 9000000000000000000"), ["z = 0"]);
    assert_eq!(made("constant-changed", "Seen[id] = true"), ["Seen[id] = false"]);
    assert_eq!(made("constant-changed", "z = a == 'burn'"), ["z = a == 'burn-Other'"]);
    assert_eq!(
        made("constant-changed", "Send({ Action = \"Transfer\", Error = \"why\" })"),
        ["Send({ Action = \"Transfer-Other\", Error = \"why\" })"]
    );
    assert_eq!(
        made("constant-changed", "f(Handlers.utils.hasMatchingTag('Action', 'Burn'))"),
        ["f(Handlers.utils.hasMatchingTag('Action', 'Burn-Other'))"]
    );
}

#[test]
fn signs_are_turned() {
    assert_eq!(made("sign-turned", "z = a + b"), ["z = a - b"]);
    assert_eq!(made("sign-turned", "z = a - b"), ["z = a + b"]);
    assert_eq!(made("sign-turned", "credit(a, -b)"), ["credit(a, b)"]);
}

#[test]
fn handlers_go_do_nothing_and_change_places() {
    let text = "Handlers.add('a', p, function(msg) A = 1 end)\nHandlers.add('b', p, function(msg) B = 1 end)";
    let [a, b] = [text.lines().next(), text.lines().last()].map(Option::unwrap_or_default);
    assert_eq!(made("handler-removed", text), [format!("\n{b}"), format!("{a}\n")]);
    assert_eq!(made("handlers-swapped", text), [format!("{b}\n{a}")]);
    assert_eq!(
        made("handler-emptied", text)[0].lines().next(),
        Some("Handlers.add('a', p, function(msg)  end)")
    );
}

#[test]
fn what_does_not_parse_is_told_with_its_line() {
    let Err(error) = Source::parse("swap.lua", "local a = 1\nlocal b = = 2\n") else {
        panic!("it is no Lua")
    };
    assert!(error.starts_with("swap.lua:2: "), "{error}");
    let Err(error) = Source::parse("swap.lua", "local a = `1`") else { panic!("it is no Lua") };
    assert!(error.starts_with("swap.lua; "), "{error}");
}

/// Comments in other alphabets are longer than they look.
#[test]
fn places_are_counted_in_bytes() {
    assert_eq!(made("constant-changed", "-- größer als 0\nz = 0"), ["-- größer als 0\nz = 1"]);
}
