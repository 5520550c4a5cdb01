//! What a page cannot say is refused, with the line and the way out.

use page::{PageError, check};
use search::Limits;
use std::cell::RefCell;
use std::path::Path;

thread_local! {
    /// The text of the page that is read next.
    static PAGE: RefCell<String> = const { RefCell::new(String::new()) };
}

const CONTRACT: &str = r#"
Count = 0
local hidden = { depth = 1 }
Handlers.add("raise", { Action = "Raise" }, function(msg)
  Count = Count + hidden.depth
  msg.reply({ Action = "Raised" })
end)
Handlers.add("loop", { Action = "Loop" }, function() while true do end end)
Handlers.add("echo", { Action = "Echo" }, function(msg) ao.send({ Target = ao.id, Action = "Echo" }) end)
Handlers.add("order", { Action = "Order" }, function(msg)
  for name in pairs({ a = 1, b = 2 }) do Count = name break end
end)
"#;

fn read_file(path: &Path) -> Result<String, String> {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("system.lua") => Ok(PAGE.with_borrow(Clone::clone)),
        Some("counter.lua") => Ok(CONTRACT.to_owned()),
        Some("marked.lua") => Ok("Held = { ['@USDA@'] = 1 }".to_owned()),
        Some("broken.lua") => Ok("this is no Lua".to_owned()),
        _ => Err("cannot be read: there is no such file".to_owned()),
    }
}

/// The start of a page whose process is right.
const COUNTER: &str = "local counter = process \"counter\" { file = \"counter.lua\", observe = { count = \"Count\" } }\n";

fn checked(text: &str) -> Result<page::Checked, PageError> {
    PAGE.set(text.to_owned());
    check(Path::new("system.lua"), read_file, &Limits::default(), 1, &mut |_| ())
}

fn refusal(text: &str) -> String {
    match checked(text) {
        Ok(checked) => panic!("this was checked: {text}\n{checked:#?}"),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn refused(text: &str, why: &str) {
    let refusal = refusal(text);
    assert!(refusal.starts_with(why), "{text}\n{refusal}");
}

#[track_caller]
fn refused_beside_counter(text: &str, why: &str) {
    refused(&format!("{COUNTER}{text}"), why);
}

#[test]
fn a_page_is_lua_and_its_words() {
    refused("process (", "system.lua:1: unexpected symbol near <eof>");
    refused("frobnicate()", "system.lua:1: there is no 'frobnicate' here; a page has all, always");
    refused("Handlers.add()", "system.lua:1: there is no 'Handlers' here");
    refused("os.exit()", "system.lua:1: there is no 'os' here");
    refused("math.random()", "system.lua:1: math has no 'random'");
    refused("while true do end", "system.lua:1: this does not end");
    refused("local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end", "");
    refused("", "system.lua: it names no process; name one");
}

#[test]
fn a_process_says_what_it_is() {
    refused("process \"p\" \"counter.lua\"", "system.lua:1: process \"p\" is said in braces");
    refused(
        "process \"p\" {}",
        "system.lua:1: process \"p\" has no file; name one beside the page",
    );
    refused(
        "process \"p\" { file = \"gone.lua\" }",
        "system.lua:1: gone.lua: cannot be read: there is no such file; name a file beside the page",
    );
    refused(
        "\nprocess \"p\" { flie = \"x\" }",
        "system.lua:2: process \"p\" has no 'flie'; it has",
    );
    refused("process \"p\" { file = 7 }", "system.lua:1: 'file' of process \"p\" is a number here");
    refused("process \"a b\" {}", "system.lua:1: a process is named by letters, digits");
    refused("process \"p\" { file = \"broken.lua\" }", "not Lua 5.3: broken.lua:1: syntax error");
    refused(
        "process \"p\" { file = \"counter.lua\", observe = { gone = \"Gone\" } }",
        "system.lua:1: `Gone`, which p shows as 'gone', is nothing after counter.lua is loaded; \
         name one of its globals (Count)",
    );
    refused_beside_counter(
        "person \"counter\" {}",
        "system.lua:2: 'counter' is there already, from line 1",
    );
    let many: Vec<_> = (0..17).map(|n| format!("person \"p{n}\" {{}}")).collect();
    refused_beside_counter(
        &many.join("\n"),
        "system.lua: 18 processes and people are more than 16",
    );
}

#[test]
fn a_person_says_what_it_sends() {
    let person = |act: &str| format!("person \"alice\" {{ act = {act} }}");
    let refused = |act: &str, why: &str| refused_beside_counter(&person(act), why);
    refused("7", "system.lua:2: 'act' of person \"alice\" is nothing to do; write");
    refused("send(nil) {}", "system.lua:2: 'send' is told to whom");
    refused("send(\"nobody\") {}", "system.lua: alice sends to 'nobody', which is not there");
    refused("send(counter) { quantity = 1 }", "system.lua:2: 'quantity' is no tag");
    refused("send(counter) { Quantity = 1.5 }", "system.lua:2: 'Quantity' is a text, a whole");
    refused("send(counter) { Quantity = {} }", "system.lua:2: 'Quantity' is an empty list");
    refused("send(counter) { times = 9 }", "system.lua:2: 'times' is a whole number from 1 to 8");
    refused("send(counter) { \"Raise\" }", "system.lua:2: a message has tags by name");
}

#[test]
fn a_promise_can_only_read() {
    let refused = |body: &str, why: &str| {
        refused_beside_counter(&format!("always \"p\" (function (s) {body} end)"), why);
    };
    refused("return s.conter.count == 0", "system.lua:2: what is observed has no 'conter'");
    refused("return s.counter.cuont == 0", "system.lua:2: counter has no 'cuont'; observed: count");
    refused("s.counter.count = 1 return true", "system.lua:2: a promise writes to counter");
    refused("seen_before = true return true", "system.lua:2: a promise writes to 'seen_before'");
    refused("math.x = 1 return true", "system.lua:2: a promise writes to math");
    refused("error('no', 0)", "no");
    refused("return nil + 1", "system.lua:2: attempt to perform arithmetic on a nil value");
    refused("while true do end", "system.lua:2: this does not end");
    refused("return 1", "system.lua:2: the promise \"p\" answers with a number");
    refused("", "system.lua:2: the promise \"p\" answers with a nil");
    refused(
        "return equal({}, 1)",
        "system.lua:2: 'equal' compares texts and numbers, and is given",
    );
}

#[test]
fn names_of_promises_are_names_of_this_page() {
    let always = "always \"p\" (function () return true end)\n";
    refused_beside_counter(
        &format!("{always}{always}"),
        "system.lua:3: the promise \"p\" is there already, from line 2",
    );
    refused_beside_counter(
        "except \"q\" { faults = 1, because = \"so\" }",
        "system.lua:2: no promise is called \"q\"",
    );
    let variant = |edit: &str, breaks: &str| {
        format!(
            "{always}variant \"v\" {{ edit = {{ [counter] = {edit} }}, breaks = \"{breaks}\" }}"
        )
    };
    let first = "{ \"Count = 0\", \"Count = 1\" }";
    refused_beside_counter(&variant(first, "q"), "system.lua:3: no promise is called \"q\"");
    let absent = "{ \"absent\", \"there\" }";
    refused_beside_counter(
        &variant(absent, "p"),
        "system.lua:3: `absent` is 0 times in counter.lua; an edit names a text that is there once",
    );
}

#[test]
fn what_no_handler_may_do_breaks_every_system() {
    let broken = |action: &str| {
        let person =
            format!("person \"alice\" {{ act = send(counter) {{ Action = \"{action}\" }} }}");
        let checked = checked(&format!("{COUNTER}{person}")).expect("a page");
        let violated = checked.verdicts.into_iter();
        let violated = violated.filter(|one| one.kind == page::verdict::Kind::Violated);
        violated.map(|verdict| verdict.promise).collect::<Vec<_>>()
    };
    assert_eq!(broken("Raise"), [""; 0]);
    assert_eq!(broken("Loop"), ["handlers-finish"]);
    assert_eq!(broken("Echo"), ["comes-to-rest"]);
    assert_eq!(broken("Order"), ["handlers-deterministic"]);
}

#[test]
fn what_comes_to_nothing_is_said() {
    let page = "person \"alice\" {\n\
                  miss = send(counter) { Action = \"Rase\" },\n\
                  wait = send(counter) { Action = \"Raise\", after = \"Never\" },\n\
                }\n\
                always \"p\" (function (s) return at_most(s.counter.count, 1) end)\n\
                except \"p\" { faults = 1, because = \"so\" }";
    let checked = checked(&format!("{COUNTER}{page}")).expect("a page");
    assert_eq!(checked.notes, ["counter, Rase from alice: no handler claims it"]);
    assert_eq!(checked.never_done, ["alice never did 'wait': no 'Never' ever reached alice"]);
    assert!(checked.is_inconclusive());
    assert!(checked.is_violated(), "an exception that is not needed");
}

#[test]
fn marks_are_replaced_and_none_is_left_in() {
    let page = |ids: &str| {
        format!(
            "process \"p\" {{ file = \"marked.lua\", ids = {ids}, observe = {{ n = \"Held.@USDA@\" }} }}"
        )
    };
    assert_eq!(checked(&page("{ ['@USDA@'] = 'usda' }")).expect("a page").states, 1);
    refused(&page("{}"), "system.lua:1: '@USDA@' is left in marked.lua; say what it stands for");
    refused(
        &page("{ ['@USDA@'] = 'usda', ['@GOLD@'] = 'gold' }"),
        "system.lua:1: marked.lua has no '@GOLD@' in it",
    );
}

#[test]
fn a_mistake_that_breaks_nothing_is_a_violation() {
    let page = "always \"p\" (function () return true end)\n\
                variant \"v\" { edit = { [counter] = { \"Count = 0\", \"Count = 1\" } }, breaks = \"p\" }";
    assert!(checked(&format!("{COUNTER}{page}")).expect("a page").is_violated());
}

#[test]
fn a_system_without_people_is_one_state() {
    let checked = checked(COUNTER).expect("a page");
    assert_eq!((checked.states, checked.depth), (1, 0));
    assert_eq!(checked.not_tried.len(), 1, "no handler ran");
}
