//! Handlers that wait for a later message (SEMANTICS A7).

mod common;

use aos::{Item, LoadError, Outcome, PairsOrder, References, State};
use common::{Host, action, eval, item, refusal};

/// What handlers noted, behind each other.
const LOG: &str = "Log = '' local function log(text) Log = Log .. text .. ';' end\n";

fn host(lua: &str) -> Host {
    Host::of(&format!("{LOG}{lua}"))
}

/// A message with an Id, so that it is known whose it is.
fn called(id: &str, action: &str) -> Item {
    Item { id: id.into(), ..common::action(action) }
}

fn answer(from: &str, reference: &str) -> Item {
    let mut item = item(from, &[("Action", "Answer"), ("X-Reference", reference)]);
    item.id = format!("from {from}").into();
    item
}

impl Host {
    fn run(&self, items: &[Item]) -> State {
        items.iter().fold(self.loaded.clone(), |state, item| self.after(&state, item))
    }

    fn log(&self, state: &State) -> String {
        self.text(state, "Log")
    }
}

#[test]
fn a_handler_waits_for_an_answer_and_goes_on_with_it() {
    let host = host(
        "Handlers.add('w', 'Go', function(m)
           log('a ' .. m.Id)
           local r = Send({ Target = 'T', Action = 'Ask' }).receive()
           log('b ' .. m.Id .. ' ' .. r.Id)
           local s = Receive({ Action = 'Two' })
           log('c ' .. s.Id)
           Send({ Target = 'T', Action = 'Done' })
         end)",
    );
    let asked = host.step(&host.loaded, &called("1", "Go"));
    assert_eq!((asked.sent.len(), asked.outcome), (1, Outcome::Done));
    let other = host.after(&asked.state, &answer("X", "1"));
    let other = host.after(&other, &answer("T", "2"));
    assert_eq!(other, asked.state, "answers to something else");
    let first = host.after(&other, &answer("T", "1"));
    assert_eq!(host.log(&first), "a 1;b 1 from T;");
    let second = host.step(&first, &called("2", "Two"));
    assert_eq!(host.log(&second.state), "a 1;b 1 from T;c 2;");
    assert_eq!(second.sent.len(), 1);
}

#[test]
fn waits_in_functions_and_loops_go_on_where_they_were() {
    let host = host(
        "local function helper(x) local a = x .. Receive({ Action = 'H' }).Id return a, 2 end
         local function twice(m) return (m .. Receive({ Action = 'H' }).Id):upper() end
         Handlers.add('loop', 'Loop', function(m)
           local sum = ''
           for i, who in ipairs({ 'A', 'B' }) do sum = sum .. i .. helper(who) .. m.Id end
           for i = 1, 2 do sum = sum .. Send({ Target = 'T' }).receive('bob').Id end
           while #sum < 40 do sum = sum .. select('#', helper('w')) .. twice(sum) end
           log(sum)
         end)",
    );
    let mut items = vec![called("i", "Loop"), called("x", "H"), called("y", "H")];
    items.extend([answer("bob", "1"), answer("T", "1"), answer("bob", "1"), called("z", "H")]);
    items.push(called("u", "H"));
    let state = host.run(&items);
    let sum = "1Axi2Byifrom bobfrom bob";
    assert_eq!(host.log(&state), format!("{sum}2{}U;", sum.to_uppercase()));
}

#[test]
fn all_that_a_call_returns_goes_on() {
    let host = host(
        "local function three() local r = Receive({ Action = 'H' }) return r.Id, 2, nil end
         local function count(...) return select('#', ...) end
         Handlers.add('tail', 'Tail', function(m) return three() end)
         Handlers.add('all', 'All', function(m)
           local t = { 'a', three() }
           log(t[1] .. t[2] .. t[3] .. count(t[2], three()))
           local a, b, c, d = three()
           log(a .. b .. tostring(c) .. tostring(d))
           return log('end'), three()
         end)",
    );
    let items = ["i", "x", "y", "z", "u"].map(|id| called(id, if id == "i" { "All" } else { "H" }));
    assert_eq!(host.log(&host.run(&items)), "ax24;z2nilnil;end;");
    let tail = host.run(&[called("i", "Tail"), called("x", "H")]);
    assert_eq!(tail, host.loaded, "nothing is left");
}

#[test]
fn what_called_a_function_that_waits_twice_still_follows() {
    let host = host(
        "local function inner(x) local a = Receive({ Action = 'H' }).Id return x .. a .. Receive({ Action = 'H' }).Id end
         local function middle(x) local b = inner(x .. 'm') return b .. Receive({ Action = 'H' }).Id end
         Handlers.add('w', 'Go', function(m) log(middle('o') .. m.Id) end)",
    );
    let items = ["i", "x", "y", "z"].map(|id| called(id, if id == "i" { "Go" } else { "H" }));
    assert_eq!(host.log(&host.run(&items)), "omxyzi;");
}

#[test]
fn the_last_that_waits_is_the_first_that_goes_on() {
    let host = host(
        "Handlers.add('two', 'Two', function(m) log(m.Id .. Receive({ Action = 'P' }).Id) end)
         Handlers.add('p', 'P', function(m) log('p' .. m.Id) end)",
    );
    let state = host.run(&[called("a", "Two"), called("b", "Two")]);
    assert_ne!(state, host.run(&[called("b", "Two"), called("a", "Two")]));
    let state =
        ["x", "y", "z"].iter().fold(state, |state, id| host.after(&state, &called(id, "P")));
    assert_eq!(host.log(&state), "bx;ay;pz;");
    let state = host.eval(&state, "Log = ''");
    assert_eq!(state, host.loaded, "nothing is left of it");
}

#[test]
fn a_pattern_that_lets_others_run_does_so_with_the_answer() {
    let host = host(
        "Handlers.add('two', 'Two', function(m)
           log(m.Id .. Receive(function(x) return x.Action == 'P' and 'continue' end).Id)
         end)
         Handlers.add('p', 'P', function(m) log('p' .. m.Id) end)",
    );
    let state = host.run(&[called("a", "Two"), called("b", "Two"), called("x", "P")]);
    assert_eq!(host.log(&state), "bx;px;", "that behind one that leaves is passed over");
    assert_eq!(host.log(&host.after(&state, &called("y", "P"))), "bx;px;ay;py;");
}

#[test]
fn later_handlers_run_after_the_wait_with_the_first_message() {
    let host = host(
        "Handlers.add('cont', function(m) return m.Action == 'Cont' and 'continue' or false end, function(m)
           log('k ' .. m.Id)
           if not Once then Once = true log('k2 ' .. m.Id .. Receive({ Action = 'Ans' }).Id) end
         end)
         Handlers.add('after', function(m) return (m.Action == 'Cont' or m.Action == 'Ans') and 1 or 0 end,
           function(m) log('after ' .. m.Id) end)",
    );
    let state = host.run(&[called("1", "Cont")]);
    assert_eq!(host.log(&state), "k 1;", "the evaluation as a whole waits");
    let ended = host.step(&state, &called("2", "Ans"));
    // The handler in front has moved it by one place, so that it is met again.
    assert_eq!(host.log(&ended.state), "k 1;k2 12;k 1;after 1;");
    assert!(ended.to_inbox, "the first message");
    assert_eq!(ended.ran, ["_once_1", "cont", "after", "_default"]);
}

#[test]
fn a_run_is_counted_when_it_ends() {
    let host = host(
        "Handlers.add('lim', 'Lim', function(m)
           log(m.Id) Receive({ Action = 'LA' }) log('2' .. m.Id)
         end, 1)",
    );
    let state = host.run(&[called("a", "Lim"), called("b", "Lim")]);
    assert_eq!(host.log(&state), "a;b;");
    let state = host.after(&state, &called("x", "LA"));
    assert_eq!(host.machine.handlers(&state).len(), 3, "'lim' is gone, one waits");
    let state = host.after(&state, &called("c", "Lim"));
    assert_eq!(host.log(&host.after(&state, &called("y", "LA"))), "a;b;2b;2a;");
}

#[test]
fn one_that_throws_behind_the_wait_leaves_it_waiting() {
    let host = host(
        "local function fail(m)
           Send({ Target = 'T' })
           local f = m.Id .. nil
         end
         Handlers.add('thr', 'Thr', function(m)
           A = 1
           local r = Receive({ Action = 'TA' })
           A = 2
           fail(r)
           return 1
         end)",
    );
    let waits = host.run(&[action("Thr")]);
    let thrown = host.step(&waits, &action("TA"));
    let Outcome::Threw(why) = &thrown.outcome else { panic!("{thrown:?}") };
    assert_eq!(why, "contract.lua:4: attempt to concatenate a nil value");
    assert_eq!(thrown.stack, [4, 10]);
    assert_eq!(host.step(&waits, &action("TA")), thrown, "so it does again");
}

#[test]
fn what_waits_sees_what_others_changed_meanwhile() {
    let host = host(
        "N = 1 local own = { n = 1 } local seen = 1
         Handlers.add('set', 'Set', function(m) N = N + 1 own.n = own.n + 1 seen = seen + 1 end)
         Handlers.add('w', 'Go', function(m)
           local before, mine = N, own
           Receive({ Action = 'R' })
           log(before .. N .. own.n .. mine.n .. seen)
           mine.n = 7
           seen = 9
         end)
         Handlers.add('say', 'Say', function() log(own.n .. seen) end)",
    );
    let state = host.run(&["Go", "Set", "R", "Say"].map(action));
    assert_eq!(host.log(&state), "12222;79;");
}

#[test]
fn a_variable_of_a_function_is_kept_where_nobody_assigns_to_it() {
    let host = host(
        "Handlers.add('w', 'Go', function(m)
           local who = 'x'
           who = m.Id
           local function say(text) log(text .. who .. m.Action) end
           say('a')
           local r = Receive({ Action = 'R' })
           say(r.Id)
           local n = 0
           local function more() n = n + 1 return n end
           more()
           log(more() .. n)
         end)",
    );
    let state = host.run(&[called("1", "Go"), called("2", "R")]);
    assert_eq!(host.log(&state), "a1Go;21Go;22;");
}

#[test]
fn another_machine_goes_on_from_the_same_state() {
    let host = host(
        "local function helper(x) return x .. Receive({ Action = 'H' }).Id end
         Handlers.add('w', 'Go', function(m) for i = 1, 2 do log(helper(m.Id .. i)) end end)",
    );
    let other = host.another();
    let mut state = host.loaded.clone();
    for (place, item) in [called("a", "Go"), called("x", "H"), called("y", "H")].iter().enumerate()
    {
        let again = host.after(&state, item);
        state = other.after(&state, item);
        assert_eq!(state, again, "message {place}");
        assert_eq!(State::clone(&state), again);
    }
    assert_eq!(other.log(&state), "a1x;a2y;");
}

#[test]
fn branches_behind_a_wait_are_seen() {
    let host = host(
        "Handlers.add('w', 'Go', function(m)
           local r = Receive({ Action = 'R' })
           if r.Id == 'no' then
             log('never')
           end
           if r.Id == 'yes' then
             log('yes')
           end
         end)",
    );
    let waits = host.run(&[action("Go")]);
    let is_open = |line| host.machine.unreached().contains(&line);
    assert!(is_open(4) && is_open(5) && is_open(7));
    host.after(&waits, &called("yes", "R"));
    assert!(is_open(5), "what did not run");
    assert!(!is_open(4) && !is_open(7) && !is_open(8), "{:?}", host.machine.unreached());
}

/// What is refused when a handler runs this.
fn refused(lua: &str) -> (String, Option<u32>) {
    let host = host(&format!(
        "local up = 0\nHandlers.add('w', 'Go', function(m, ...)\n{lua}\nend)\n\
         Handlers.add('r', 'R', function(m)\nend)"
    ));
    let why = host.try_step(&host.loaded, &action("Go")).expect_err(lua);
    assert_eq!(why.file, "contract.lua");
    (why.text, why.line)
}

#[test]
fn what_cannot_wait_is_refused_by_name_and_line() {
    let wait = "Receive({ Action = 'R' })";
    for (lua, name) in [
        (format!("pcall(function() {wait} end)"), "inside pcall"),
        ("pcall(Receive, 'R')".into(), "inside pcall"),
        (format!("xpcall(function() {wait} end, print)"), "inside xpcall"),
        (format!("table.sort({{ 1, 2 }}, function() {wait} end)"), "inside table.sort"),
        (
            format!("string.gsub('a', 'a', function() {wait} end)"),
            "inside a function of the library",
        ),
        (format!("coroutine.wrap(function() {wait} end)()"), "inside a coroutine"),
        (
            format!("return setmetatable({{}}, {{ __index = function() {wait} end }}).x"),
            "inside a metamethod",
        ),
        (
            format!("return setmetatable({{}}, {{ __add = function() return {wait} end }}) + 1"),
            "inside a metamethod",
        ),
        (format!("for x in function() return {wait} end do end"), "what a loop calls"),
        (format!("for x in pairs({{ 1, 2 }}) do {wait} end"), "inside a loop over pairs or gmatch"),
        (
            format!("for x in ('ab'):gmatch('.') do {wait} end"),
            "inside a loop over pairs or gmatch",
        ),
        (format!("local a = {wait} log(...)"), "uses `...` after it"),
        (format!("local x = 0 local f = function() return x end {wait} x = 1"), "the local 'x'"),
        (
            format!("local x = 0 local f = function() return function() x = 1 end end {wait}"),
            "the local 'x'",
        ),
        (
            format!(
                "local x = 0 for i = 1, 2 do {wait} x = x + i up = function() return x end end"
            ),
            "the local 'x'",
        ),
        (
            format!(
                "local x = 0 local f = function() return x end {wait} local g = function() x = 1 end"
            ),
            "the local 'x'",
        ),
        (
            format!(
                "local x, f = 0 if m then f = function() return x end end {wait} local g = function() return function() x = 1 end end"
            ),
            "the local 'x'",
        ),
        (format!("local c = coroutine.create(print) {wait}"), "holds a coroutine"),
        (format!("m.reply({{ Data = {wait}.Id }})"), "a function of aos itself, such as msg.reply"),
        (
            format!(
                "Handlers.prepend('e', 'E', function() {wait} end) Handlers.evaluate({{ Action = 'E', Tags = {{}} }}, {{}})"
            ),
            "inside Handlers.evaluate",
        ),
        (
            format!(
                "Handlers.prepend('e', function() {wait} end, print) Handlers.evaluate({{ Action = 'E', Tags = {{}} }}, {{}})"
            ),
            "inside Handlers.evaluate",
        ),
    ] {
        let (text, line) = refused(&lua);
        assert!(text.starts_with("receive") && text.contains(name), "{lua}: {text}");
        assert_eq!(line, Some(4), "{lua}");
    }
}

#[test]
fn outside_of_a_handler_nothing_waits() {
    let LoadError::Refused(why) = refusal("Receive({ Action = 'R' })") else { panic!("it loads") };
    assert!(why.text.contains("outside of a handler"), "{}", why.text);
    let host = host(
        "Handlers.add('p', function(m)\nif m.Action ~= 'Eval' then Receive('R') end\nreturn false end, print)",
    );
    let why = host.try_step(&host.loaded, &action("Go")).expect_err("a pattern");
    assert!(why.text.contains("outside of a handler"), "{}", why.text);
    assert_eq!(why.line, Some(3));
    let why = host.try_step(&host.loaded, &eval("Receive('R')")).expect_err("an Eval");
    assert!(why.text.contains("outside of a handler"), "{}", why.text);
}

/// Whatever a machine evaluated before, and in whichever order its tables are gone through.
#[test]
fn what_a_machine_evaluated_before_shows_in_no_state() {
    let host = Host::of(
        "T = { a = 1, b = 2 }
         Handlers.add('go', 'Go', function() for _ in pairs(T) do Log = 1 end Receive({ Action = 'Two' }) end)
         Handlers.add('zip', 'Zip', function() T.c = 4 end)",
    );
    let items =
        [("1", "Go"), ("2", "Go"), ("3", "Zip"), ("4", "Two")].map(|(id, name)| called(id, name));
    let mut known = vec![host.loaded.clone()];
    let mut place = 0;
    while place < known.len().min(130) {
        for item in &items {
            let run = |host: &Host, order| {
                let evaluation =
                    host.machine.evaluate(&known[place], item, References::After(0), order);
                evaluation.expect("nothing is refused").state
            };
            let state = run(&host, PairsOrder::Sorted);
            assert_eq!(run(&host, PairsOrder::Reversed), state);
            if place % 16 == 0 {
                assert_eq!(run(&host.another(), PairsOrder::Sorted), state);
            }
            if !known.contains(&state) {
                known.push(state);
            }
        }
        place += 1;
    }
}

#[test]
fn a_pattern_that_is_none_throws() {
    let host = host("Handlers.add('w', 'Go', function(m) Receive(nil) end)");
    let thrown = host.step(&host.loaded, &action("Go"));
    assert!(matches!(thrown.outcome, Outcome::Threw(_)), "{thrown:?}");
}
