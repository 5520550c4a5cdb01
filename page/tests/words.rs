//! What a page cannot say is refused, with the line and the way out.

use page::verdict::Kind;
use page::{PageError, Place, check};
use search::Limits;
use std::cell::RefCell;
use std::path::Path;

thread_local! {
    /// The text of the page that is read next.
    static PAGE: RefCell<String> = const { RefCell::new(String::new()) };
    /// The text of `given.lua`.
    static SOURCE: RefCell<String> = const { RefCell::new(String::new()) };
}

const CONTRACT: &str = r#"
Count = 0
local hidden = { depth = 1 }
Handlers.add("raise", { Action = "Raise" }, function(msg)
  Count = Count + hidden.depth
  msg.reply({ Action = "Raised" })
end)
Handlers.add("late", { Action = "Late" }, function(msg)
  if tonumber(msg.Timestamp) >= 1000 then Count = Count + 100 end
end)
Handlers.add("quote", { Action = "Quote" }, function(msg)
  msg.reply({ Action = "Quoted", Price = tostring(Count) })
end)
Handlers.add("half", { Action = "Half" }, function() Count = Count + 1 error("half") end)
Handlers.add("set", { Action = "Set" }, function(msg) Count = tonumber(msg.Tags.Price) end)
Handlers.add("loop", { Action = "Loop" }, function() while true do end end)
Handlers.add("echo", { Action = "Echo" }, function(msg) ao.send({ Target = ao.id, Action = "Echo" }) end)
Handlers.add("order", { Action = "Order" }, function(msg)
  for name in pairs({ a = 1, b = 2 }) do Count = name break end
end)
"#;

/// Keeps tables in a table.
const NESTED: &str = r#"
Held = {}
Handlers.add("add", { Action = "Add" }, function()
  Held[#Held + 1] = { 1, 7, amount = 7 }
  Later = { 7 }
end)
"#;

/// Sends itself two messages.
const TWICE: &str = r#"
Got = ""
Handlers.add("go", { Action = "Go" }, function()
  ao.send({ Target = ao.id, Action = "Note", Text = "1" })
  ao.send({ Target = ao.id, Action = "Note", Text = "2" })
end)
Handlers.add("note", { Action = "Note" }, function(msg) Got = Got .. msg.Tags.Text end)
"#;

fn read_file(path: &Path) -> Result<String, String> {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("system.lua") => Ok(PAGE.with_borrow(Clone::clone)),
        Some("counter.lua") => Ok(CONTRACT.to_owned()),
        Some("marked.lua") => Ok("Held = { ['@USDA@'] = 1 }".to_owned()),
        Some("given.lua") => Ok(SOURCE.with_borrow(Clone::clone)),
        Some("nested.lua") => Ok(NESTED.to_owned()),
        Some("twice.lua") => Ok(TWICE.to_owned()),
        Some("broken.lua") => Ok("this is no Lua".to_owned()),
        _ => Err("cannot be read: there is no such file".to_owned()),
    }
}

/// The start of a page whose process is right.
const COUNTER: &str = "local counter = process \"counter\" { file = \"counter.lua\", observe = { count = \"Count\" } }\n";

fn checked(text: &str) -> Result<page::Checked, PageError> {
    PAGE.set(text.to_owned());
    check(Place::of(Path::new("system.lua")), read_file, &Limits::default(), 1, &mut |_| ())
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
    refused("persn \"alice\" {}", "system.lua:1: there is no 'persn' here; did you mean 'person'?");
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
    refused("process \"p\" \"counter.lua\"", "system.lua:1: process \"p\" is written in braces");
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
    refused("send(nil) {}", "system.lua:2: 'send' needs a receiver");
    refused("send(\"nobody\") {}", "system.lua:2: alice sends to 'nobody', which is not there");
    refused("send(counter) { quantity = 1 }", "system.lua:2: 'quantity' is not a tag");
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
    refused("return s.counter.cuont == 0", "system.lua:2: counter has no 'cuont'; it has count");
    refused("s.counter.count = 1 return true", "system.lua:2: a promise writes to counter");
    refused("seen_before = true return true", "system.lua:2: a promise writes to 'seen_before'");
    refused("math.x = 1 return true", "system.lua:2: a promise writes to math");
    refused("error('no', 0)", "no (in the promise \"p\")");
    refused(
        "return 1 // s.counter.count",
        "system.lua:2: attempt to divide by zero (in the promise \"p\")",
    );
    refused("return nil + 1", "system.lua:2: attempt to perform arithmetic on a nil value");
    refused("while true do end", "system.lua:2: this does not end");
    refused("return 1", "system.lua:2: the promise \"p\" answers with a number");
    refused("", "system.lua:2: the promise \"p\" answers with a nil");
    refused("return equal({}, 1)", "system.lua:2: 'equal' compares texts and numbers, not tables");
}

/// What is asked first must not decide what is answered next.
#[test]
fn a_promise_remembers_nothing() {
    for (outside, body) in [
        ("local n = 0", "n = n + 1 return n > 3 or at_most(s.counter.count, 1)"),
        ("local t = {}", "t[1] = s.counter.count return true"),
        ("local t = { u = {} }", "table.insert(t.u, 1) return true"),
        ("T = {}", "T.x = true return true"),
        ("local n = 0 local function up() n = n + 1 end", "up() return true"),
        ("local a, b = {}, {} local t = { a }", "t[1] = t[1] == a and b or a return true"),
        ("local f = 0", "f = function() return s end return true"),
        ("local n = 1 << 60", "n = n + 1 return true"),
    ] {
        let page = format!("{outside} always \"p\" (function (s) {body} end)");
        refused_beside_counter(&page, "system.lua:2: the promise \"p\" remembers something");
    }
    for made in ["(\"abc\"):gmatch(\".\")", "pairs({ 1, 2 })"] {
        let page = format!("local it = {made} always \"p\" (function (s) return it() ~= 7 end)");
        refused_beside_counter(&page, "system.lua:2: the promise \"p\" uses an iterator");
    }
    let record = "local n = 0 record \"r\" { of = counter, start = 0, on = function(r) n = n + 1 return n end }";
    let why = "system.lua:3: the record \"r\" remembers something";
    refused_beside_counter(&format!("{ALICE}{record}"), why);
    let honest = "local steps = { one = 1 } local function most(n) local m = steps.one for _ = 1, n do m = m + 1 end return m end \
                  always \"p\" (function (s) return at_most(s.counter.count, most(2)) end)";
    kept(&format!("{ALICE}{honest}"), "p");
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
        let violated = violated.filter(|one| one.kind == Kind::Violated);
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

/// The verdict of a promise of a page with a counter.
#[track_caller]
fn verdict(text: &str, promise: &str) -> page::verdict::Verdict {
    let checked = checked(&format!("{COUNTER}{text}")).unwrap_or_else(|error| panic!("{error}"));
    let mut verdicts = checked.verdicts.into_iter();
    verdicts.find(|verdict| verdict.promise == promise).expect("the promise")
}

/// The clause that breaks a promise, and the number of steps to it.
#[track_caller]
fn broken(text: &str, promise: &str) -> (String, usize) {
    let verdict = verdict(text, promise);
    assert_eq!(verdict.kind, Kind::Violated, "{text}\n{verdict:#?}");
    let schedule = verdict.schedule.expect("a schedule");
    (schedule.clause, schedule.steps.len())
}

#[track_caller]
fn kept(text: &str, promise: &str) {
    let verdict = verdict(text, promise);
    assert_eq!(verdict.kind, Kind::Holds, "{text}\n{verdict:#?}");
}

const ALICE: &str =
    "person \"alice\" { raise = send(counter) { Action = \"Raise\", times = 2 } }\n";

#[test]
fn a_record_remembers_what_a_process_did() {
    let record = "record \"raised\" { of = counter, start = { by = {} }, on = function(r, e)\n\
                    r.by[e.from] = (r.by[e.from] or 0) + e.after.count - e.before.count return r end }\n";
    let most = |most: u32| {
        format!(
            "{ALICE}{record}always \"p\" (function (s) \
             return at_most(s.counter.raised.by.alice, {most}) end)"
        )
    };
    kept(&most(2), "p");
    assert_eq!(broken(&most(1), "p"), ("2 is not at most 1".to_owned(), 4));
    let refused = |record: &str, why: &str| refused_beside_counter(record, why);
    refused(
        "record \"r\" { of = counter }",
        "system.lua:2: a record says which process it is 'of'",
    );
    refused(
        "record \"count\" { of = counter, start = 0, on = print_it }",
        "system.lua:2: there is no 'print_it' here",
    );
    let on = |body: &str| {
        format!("{ALICE}record \"r\" {{ of = counter, start = 0, on = function(r, e) {body} end }}")
    };
    refused(&on(""), "system.lua:3: a record is made of texts, whole numbers");
    refused(&on("return { at = error }"), "system.lua:3: a record is made of texts");
    refused(&on("local t = {} t.t = t return t"), "system.lua:3: a record is nested too deep");
    refused(&on("return (\"x\"):rep(20000)"), "system.lua:3: a record grows beyond");
    refused(&on("e.from = 1 return 0"), "system.lua:3: a promise writes to a step");
    refused(&on("while true do end"), "system.lua:3: this does not end");
}

#[test]
fn promises_see_what_is_on_its_way_and_what_people_did() {
    let flight = "always \"p\" (function (s) return at_most(#s.in_flight, 1) end)";
    assert_eq!(broken(&format!("{ALICE}{flight}"), "p"), ("2 is not at most 1".to_owned(), 2));
    let done = "always \"p\" (function (s) \
                return at_least(s.counter.count + #s.in_flight, s.alice.done.raise) end)\n\
                network { lost = 0 }";
    kept(&format!("{ALICE}{done}"), "p");
    let lossy = "always \"p\" (function (s) \
                 return at_least(s.counter.count + #s.in_flight, s.alice.done.raise) end)";
    assert_eq!(broken(&format!("{ALICE}{lossy}"), "p"), ("0 is not at least 1".to_owned(), 2));
}

#[test]
fn a_way_out_is_a_state_that_can_still_be_reached() {
    let page = |by: &str, lost: u8| {
        format!(
            "local alice = person \"alice\" {{ raise = send(counter) {{ Action = \"Raise\" }} }}\n\
             local bob = person \"bob\" {{ raise = send(counter) {{ Action = \"Raise\" }} }}\n\
             network {{ lost = {lost}, repeated = 0 }}\n\
             way_out \"p\" {{ {by} to = function (s) return equal(s.counter.count, 2) end }}"
        )
    };
    kept(&page("", 0), "p");
    // Without bob, nobody gets beyond 1 before he acts.
    assert_eq!(broken(&page("by = { alice },", 0), "p"), ("0 is not 2".to_owned(), 0));
    kept(&page("from = function (s) return s.bob.done.raise == 1 end, by = { alice },", 0), "p");
    assert_eq!(broken(&page("", 1), "p"), ("0 is not 2".to_owned(), 2));
    refused_beside_counter(
        &page("by = { counter },", 0),
        "system.lua:5: 'by' names people, and counter",
    );
    refused_beside_counter("way_out \"p\" {}", "system.lua:2: a way out leads somewhere");
}

#[test]
fn a_process_gets_its_first_messages_before_anything_happens() {
    let start = |action: &str| {
        format!(
            "process \"p\" {{ file = \"counter.lua\", observe = {{ count = \"Count\" }},\n\
             start = {{ from \"olga\" {{ Action = \"{action}\" }} }} }}\n\
             always \"one\" (function (s) return equal(s.p.count, 1) end)"
        )
    };
    let checked = checked(&start("Raise")).expect("a page");
    assert_eq!(checked.verdicts.last().expect("one").kind, Kind::Holds);
    refused(
        &start("Rase"),
        "system.lua:2: p, at its start, Rase from olga: p: no handler claims it",
    );
    refused(
        &start("Half"),
        "system.lua:2: p, at its start, Half from olga: p: handler 'half': throws",
    );
    refused(
        &start("Loop"),
        "system.lua:2: p, at its start, Loop from olga: p: handler 'loop': the handler",
    );
    refused(&start("Echo"), "system.lua:2: p, at its start, Echo from olga: ");
}

#[test]
fn time_passes_at_each_process_and_never_goes_backwards() {
    let clock = "clock { opening = 0, deadline = 1000 }\n";
    let late = |at: &str| {
        format!(
            "person \"alice\" {{ late = send(counter) {{ Action = \"Late\"{at} }} }}\n{clock}\
             always \"p\" (function (s) return at_most(s.counter.count, 0) end)\n\
             always \"q\" (function (s) return any {{ s.alice.done.late == 0, s.counter.count == 100, \
                #s.in_flight == 1 }} end)\nnetwork {{ lost = 0 }}"
        )
    };
    assert_eq!(broken(&late(""), "p").1, 3);
    assert_eq!(broken(&late(""), "q").1, 2);
    kept(&late(", at = \"deadline\""), "q");
    let at = "always \"at\" (function (s) return s.counter.at == \"opening\" end)";
    assert_eq!(broken(&format!("{ALICE}{clock}{at}"), "at").1, 1);
    refused_beside_counter(
        "person \"alice\" { raise = send(counter) { Action = \"Raise\", at = \"noon\" } }",
        "system.lua:2: no instant is called 'noon'; there is no clock",
    );
    refused_beside_counter("clock { a = 1 }", "system.lua:2: a clock has 2 to 8 instants");
    refused_beside_counter("clock { a = 1, b = 1 }", "system.lua:2: two instants are at 1");
}

#[test]
fn a_person_repeats_what_an_answer_said() {
    let page = "person \"alice\" { raise = send(counter) { Action = \"Raise\" },\n\
                ask = send(counter) { Action = \"Quote\" },\n\
                set = send(counter) { Action = \"Set\", Price = answer(\"Quoted\", \"Price\") } }\n\
                network { lost = 0, repeated = 0 }\n";
    // The quote is old when it arrives.
    let kept_up = "always \"p\" (function (s) return any { s.alice.done.raise == 0, \
                   equal(s.counter.count, 1), #s.in_flight > 0 } end)";
    assert_eq!(
        broken(&format!("{page}{kept_up}"), "p"),
        ("false, and 0 is not 1, and false".to_owned(), 7)
    );
    refused_beside_counter("answer(1)", "system.lua:2: 'answer' names the Action of a message");
}

#[test]
fn messages_arrive_in_order_where_the_page_says_so() {
    let page = |order: &str| {
        format!(
            "local first = person \"alice\" {{ raise = send(counter) {{ Action = \"Raise\" }},\n\
             set = send(counter) {{ Action = \"Quote\", after = \"Raised\" }} }}\n\
             process \"twice\" {{ file = \"twice.lua\", observe = {{ got = \"Got\" }} }}\n\
             person \"bob\" {{ go = send \"twice\" {{ Action = \"Go\" }} }}\n\
             network {{ lost = 0{order} }}\n\
             always \"p\" (function (s) return any {{ s.twice.got == \"\", s.twice.got == \"1\", \
               s.twice.got == \"12\" }} end)"
        )
    };
    assert_eq!(broken(&page(""), "p").1, 3);
    kept(&page(", repeated = 0, order = \"sent\""), "p");
    refused_beside_counter(
        "network { order = \"sent\" }",
        "system.lua:2: messages that arrive in order",
    );
    refused_beside_counter("network { order = \"fifo\" }", "system.lua:2: 'order' is \"any\"");
}

#[test]
fn what_an_error_leaves_is_the_page_s_to_say() {
    let page = |errors: &str| {
        format!(
            "local p = process \"p\" {{ file = \"counter.lua\", observe = {{ count = \"Count\" }}{errors} }}\n\
             person \"alice\" {{ half = send(p) {{ Action = \"Half\" }} }}\n\
             always \"q\" (function (s) return equal(s.p.count, 0) end)"
        )
    };
    kept(&page(""), "q");
    assert_eq!(broken(&page(", errors = \"keep\""), "q"), ("1 is not 0".to_owned(), 2));
    let stops = page(", errors = \"stop\"");
    kept(&stops, "q");
    assert_eq!(broken(&format!("{stops}{IS_STOPPED}"), "stands still").1, 2);
    refused_beside_counter(&page(", errors = \"maybe\""), "system.lua:2: 'errors' of process");
}

const IS_STOPPED: &str =
    "\nalways \"stands still\" (function (s) return equal(s.p.is_stopped, false) end)";

#[test]
fn a_process_that_is_stopped_does_nothing_any_more() {
    let page = format!(
        "local p = process \"p\" {{ file = \"counter.lua\", observe = {{ count = \"Count\" }} }}\n\
         person \"alice\" {{ raise = send(p) {{ Action = \"Raise\" }} }}\n\
         person \"mallory\" {{ halt = stop(p) }}\n\
         way_out \"out\" {{ by = {{ \"alice\" }}, to = function (s) return equal(s.p.count, 1) end }}\n\
         each_step \"still\" (function (e) return any {{ equal(e.before.is_stopped, false), \
           equal(e.after.count, e.before.count) }} end){IS_STOPPED}"
    );
    assert_eq!(broken(&page, "out").1, 2);
    assert_eq!(broken(&page, "stands still").1, 2);
    kept(&page, "still");
    refused_beside_counter("person \"eve\" { halt = stop(\"x\") }", "system.lua:2: 'stop' is told");
}

#[test]
fn the_promises_of_a_token_are_one_line() {
    let page = |quantity: &str, more: &str| {
        format!(
            "local t = token \"t\" {{ balances = {{ alice = 20, p = 5 }} }}\n\
             local p = process \"p\" {{ file = \"counter.lua\", \
               observe = {{ balances = \"Held\", supply = \"Count\" }} }}\n\
             person \"alice\" {{ take = send(p) {{ Action = \"Take\", Quantity = {quantity} }} }}\n{more}"
        )
    };
    let bank = "Held = { bob = 5 } Count = 5\n\
        Handlers.add('take', { Action = 'Take' }, function(msg)\n\
          Held.bob = Held.bob - tonumber(msg.Tags.Quantity) Count = Held.bob end)\n";
    SOURCE.with_borrow_mut(|source| bank.clone_into(source));
    let page =
        |quantity: &str, more: &str| page(quantity, more).replace("counter.lua", "given.lua");
    let whole = "p: each balance is whole, and none is negative";
    let holder = "p: only its holder lowers a balance";
    let supply = "p: the supply is all balances";
    let one_line = |quantity: &str| page(quantity, "is_token(p) is_backed(p, t)");
    assert_eq!(
        broken(&one_line("\"1\""), holder),
        ("5: 4 is not at least 5, and alice is not bob".to_owned(), 2)
    );
    kept(&one_line("\"1\""), whole);
    kept(&one_line("\"1\""), supply);
    assert_eq!(broken(&one_line("\"0.5\""), whole).1, 2);
    assert_eq!(broken(&one_line("\"7\""), whole).1, 2);
    let backed = "p: t holds for it what it owes";
    kept(&one_line("\"1\""), backed);
    assert_eq!(broken(&one_line("\"-1\""), backed).1, 2);
    refused(&page("\"1\"", "is_token(\"p\")"), "system.lua:4: 'is_token' names a process");
}

#[test]
fn a_token_of_mainnet_tells_a_number_from_its_text() {
    let page = |kind: &str, amount: &str| {
        format!(
            "local t = token \"t\" {{ kind = \"{kind}\", balances = {{ alice = 20 }} }}\n\
             person \"alice\" {{ pay = t:transfer {{ to = \"Bob\", amount = {amount} }} }}\n\
             always \"lower\" (function (s) return equal(s.t.balances.bob, 0) end)\n\
             always \"exact\" (function (s) return equal(s.t.balances.Bob, 0) end)"
        )
    };
    assert_eq!(broken(&page("blueprint", "10"), "exact").0, "10 is not 0");
    assert_eq!(broken(&page("token@1.0", "10"), "lower").0, "10 is not 0");
    kept(&page("token@1.0", "10"), "exact");
    kept(&page("token@1.0", "\"10\""), "lower");
    assert_eq!(broken(&page("token@1.0 with texts", "\"10\""), "lower").0, "10 is not 0");
    assert_eq!(broken(&page("hyper-token", "\"10\""), "exact").0, "10 is not 0");
    let mixed = page("token@1.0", "{ 10, \"10\" }");
    refused_beside_counter(&mixed, "system.lua:3: this token tells a number from its text");
    refused_beside_counter("token \"u\" { kind = \"coin\" }", "system.lua:2: 'kind' of token");
}

#[test]
fn an_exception_is_of_some_faults() {
    let page = |except: &str| {
        format!(
            "{ALICE}at_rest \"p\" (function (s) return equal(s.counter.count, s.alice.done.raise) end)\n\
             except \"p\" {{ {except}, because = \"so\" }}"
        )
    };
    assert_eq!(verdict(&page("lost = 1"), "p").kind, Kind::Excepted);
    assert_eq!(verdict(&page("faults = 1"), "p").kind, Kind::Excepted);
    assert_eq!(verdict(&page("repeated = 1"), "p").kind, Kind::Violated);
    assert_eq!(verdict(&page("lost = 2"), "p").kind, Kind::Violated);
    refused_beside_counter(
        "except \"p\" { because = \"so\" }",
        "system.lua:2: an exception says with how many",
    );
}

#[test]
fn most_is_how_many_acts_a_person_does_in_all() {
    let page = |most: &str| {
        format!(
            "person \"alice\" {{ {most} one = send(counter) {{ Action = \"Raise\" }}, \
             two = send(counter) {{ Action = \"Raise\" }} }}\n\
             always \"p\" (function (s) return at_most(s.counter.count, 1) end)"
        )
    };
    assert_eq!(broken(&page(""), "p").1, 4);
    kept(&page("most = 1,"), "p");
    refused_beside_counter(&page("most = 0,"), "system.lua:2: 'most' of person");
}

#[test]
fn a_promise_of_steps_can_be_of_one_process() {
    let page = "local other = process \"other\" { file = \"counter.lua\", observe = { n = \"Count\" } }\n\
                each_step \"p\" { of = other, holds = function (e) return equal(e.after.n, 1) end }\n";
    let raise = |whom: &str| {
        format!("{page}person \"alice\" {{ act = send(\"{whom}\") {{ Action = \"Quote\" }} }}")
    };
    kept(&raise("counter"), "p");
    assert_eq!(broken(&raise("other"), "p"), ("0 is not 1".to_owned(), 2));
    refused_beside_counter("each_step \"p\" { of = {} }", "system.lua:2: 'of' names a process");
}

#[test]
fn a_promise_that_looks_at_nothing_is_named() {
    let of = |body: &str| {
        let page = format!("{COUNTER}{ALICE}always \"p\" (function (s) {body} end)");
        checked(&page).expect("a page").never_done
    };
    let blind =
        "the promise \"p\" looks at nothing that is observed, so it says nothing about the system";
    assert_eq!(of("return true"), [blind]);
    assert_eq!(of("return all {}"), [blind]);
    assert_eq!(of("return at_least(s.counter.count, 0)"), [""; 0]);
    assert_eq!(of("return at_most(#s.in_flight, 9)"), [""; 0]);
}

#[test]
fn what_is_observed_and_never_there_is_said() {
    let page = |path: &str| {
        format!(
            "local p = process \"p\" {{ file = \"nested.lua\", observe = {{ x = \"{path}\" }} }}\n\
             person \"alice\" {{ add = send(p) {{ Action = \"Add\" }} }}\n\
             always \"q\" (function (s) return all(s.p.x or {{}}, function (v) return equal(v, 7) end) end)"
        )
    };
    let of = |path: &str| checked(&page(path)).expect("a page");
    let never = |path: &str| format!("`{path}`, which p shows as 'x', is nothing in every state");
    assert_eq!(of("Held[*].amount").never_done, [""; 0]);
    assert_eq!(of("Held[*].2").never_done, [""; 0]);
    assert!(of("Held[*].2").verdicts.iter().all(|one| one.kind == Kind::Holds));
    assert_eq!(of("Held[*].amuont").never_done, [never("Held[*].amuont")]);
    assert_eq!(of("Later?").never_done, [""; 0]);
    assert_eq!(of("Latre?").never_done, [never("Latre")]);
    refused(&page("Later"), "system.lua:1: `Later`, which p shows as 'x', is nothing after");
}

#[test]
fn of_a_person_all_is_known_by_name() {
    let promise =
        |what: &str| format!("{ALICE}always \"p\" (function (s) return s.alice.{what} == 9 end)");
    let refused = |what: &str, why: &str| refused_beside_counter(&promise(what), why);
    refused("done.rise", "system.lua:3: alice.done has no 'rise'; it has raise");
    refused("received.Raised", "system.lua:3: alice.received has no 'Raised'");
}

#[test]
fn a_mistake_that_breaks_only_what_is_excepted_is_not_noticed() {
    let page = "at_rest \"p\" (function (s) return equal(s.counter.count, s.alice.done.raise) end)\n\
                except \"p\" { lost = 1, because = \"so\" }\n\
                variant \"v\" { edit = { [counter] = { \"Count = 0\", \"Count = 0 -- \" } }, breaks = \"p\" }";
    assert!(checked(&format!("{COUNTER}{ALICE}{page}")).expect("a page").is_violated());
}

#[test]
fn numbers_compare_as_numbers_and_texts_as_written() {
    let promise = |answer: &str| format!("always \"p\" (function (s) return {answer} end)");
    for same in ["equal('10', 10)", "equal(nil, '0')", "equal('4.1', '4.1')", "equal('010', 10)"] {
        kept(&promise(same), "p");
    }
    assert_eq!(broken(&promise("equal('4.1', '4.10')"), "p").0, "4.1 is not 4.10");
    assert_eq!(broken(&promise("equal('0x10', 16)"), "p").0, "0x10 is not 16");
    let flight = format!(
        "{ALICE}always \"p\" (function (s) \
                          return all(s.in_flight, function (m) return equal(m.from, 'bob') end) end)"
    );
    assert_eq!(broken(&flight, "p").0, "Raise to counter: alice is not bob");
}

#[test]
fn what_a_file_puts_into_its_state_deceives_no_promise() {
    let page = |source: &str, promise: &str| {
        SOURCE.set(source.to_owned());
        checked(&format!(
            "local p = process \"p\" {{ file = \"given.lua\", observe = {{ x = \"X\" }} }}\n\
             person \"alice\" {{ go = send(p) {{ Action = \"Go\" }} }}\n\
             always \"q\" (function (s) {promise} end)"
        ))
    };
    let go = |what: &str| {
        format!("X = {{ a = 1 }} Handlers.add('go', {{ Action = 'Go' }}, function() {what} end)")
    };
    let refused = |what: &str, promise: &str, why: &str| {
        let error = page(&go(what), promise).expect_err("a refusal").to_string();
        assert!(error.contains(why), "{error}");
    };
    let sum = "return at_most(sum(s.p.x), 10)";
    refused("X.b = math.maxinteger", sum, "system.lua:3: a sum is beyond 2^63");
    refused("X[{}] = 1000", sum, "an observed table has a table as a key");
    refused("X[print] = 1000", sum, "an observed table has a function as a key");
    let blank = "return equal((s.p.x.a .. 'x'):match('^(.-)%s*$'), s.p.x.a .. 'x')";
    refused(
        "X.a = (' '):rep(300000)",
        blank,
        "system.lua:3: the pattern '^(.-)%s*$' may take too long",
    );
    assert!(page(&go("X.a = (' '):rep(20)"), blank).is_ok());
}

#[test]
fn untaken_branches_and_what_a_file_reads_are_told() {
    SOURCE.set(
        "X = 1 Handlers.add('go', { Action = 'Go' }, function(msg)\n\
         if msg.Tags.Key == 'open' then X = 2 end\n\
         if (msg.Timestamp or 0) > 7 then X = 2 end\n\
         if math.random(9) == 77 then X = 2 end end)"
            .to_owned(),
    );
    let checked = checked(
        "local p = process \"p\" { file = \"given.lua\", observe = { x = \"X\" } }\n\
         person \"alice\" { go = send(p) { Action = \"Go\" } }",
    );
    let checked = checked.expect("a page");
    let branches = ["2 (then)", "3 (then)", "4 (then)"];
    assert_eq!(checked.not_tried[0].branches, branches);
    let read: Vec<_> = checked.dependences.iter().map(|note| note.what.name()).collect();
    assert_eq!(read, ["clock", "chance"]);
}

/// The token reads tags as the blueprint does: of two of one name the last.
#[test]
fn the_built_in_token_takes_the_last_of_two_tags_of_one_name() {
    SOURCE.set(
        "X = 1 Handlers.add('go', { Action = 'Go' }, function(msg)\n\
         ao.send({ Target = 'gold', Action = 'Transfer', Recipient = msg.From, quantity = '1', Quantity = '9' }) end)"
            .to_owned(),
    );
    let page = "local p = process \"p\" { file = \"given.lua\", observe = { x = \"X\" } }\n\
                local gold = token \"gold\" { balances = { p = 10 } }\n\
                person \"alice\" { go = send(p) { Action = \"Go\" } }\n\
                network { lost = 0, repeated = 0 }\n\
                seen \"nine\" (function (s) return equal(s.gold.balances.alice, 9) end)\n\
                seen \"one\" (function (s) return equal(s.gold.balances.alice, 1) end)";
    let checked = checked(page).expect("a page");
    let kinds: Vec<_> = checked.verdicts.iter().rev().take(2).map(|one| one.kind).collect();
    assert!(kinds.contains(&Kind::Seen) && kinds.contains(&Kind::NotSeen), "{kinds:?}");
}
