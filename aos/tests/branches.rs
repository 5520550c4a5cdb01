//! Which branches of a contract ran.

mod common;

use aos::{Outcome, Way};
use common::{Host, action, item};

/// The branches of a file that did not run: their lines and ways.
fn missed(host: &Host) -> Vec<(u32, Way)> {
    let ran = host.machine.ran();
    let all = host.machine.program().branches().iter().enumerate();
    all.filter(|(place, _)| !ran.contains(place)).map(|(_, one)| (one.line, one.way)).collect()
}

/// What a handler with this body on one line misses when these values of N have come.
fn of_body(body: &str, values: &[&str]) -> Vec<Way> {
    let host = Host::of(&format!(
        "Handlers.add('h', 'H', function(m) local n = tonumber(m.N)\n{body} end)"
    ));
    for value in values {
        let evaluation = host.step(&host.loaded, &item("alice", &[("Action", "H"), ("N", value)]));
        assert_eq!(evaluation.outcome, Outcome::Done);
    }
    missed(&host).into_iter().map(|(_, way)| way).collect()
}

#[test]
fn a_branch_on_the_line_of_its_condition_is_its_own() {
    let body = "if n == 1 then X = 1 return end";
    assert_eq!(of_body(body, &[]), [Way::Call, Way::Then, Way::Else]);
    assert_eq!(of_body(body, &["2"]), [Way::Then]);
    assert_eq!(of_body(body, &["1"]), [Way::Else]);
    assert_eq!(of_body(body, &["1", "2"]), []);
}

#[test]
fn each_part_of_a_chain_is_its_own() {
    let body = "if n == 1 then X = 1 elseif n == 2 then X = 2 else X = 3 end";
    assert_eq!(of_body(body, &["1"]), [Way::Else, Way::Then, Way::Else]);
    assert_eq!(of_body(body, &["3"]), [Way::Then, Way::Then]);
    assert_eq!(of_body(body, &["1", "2"]), [Way::Else]);
    assert_eq!(of_body(body, &["1", "2", "3"]), []);
}

#[test]
fn the_body_of_a_loop_is_its_own() {
    for body in [
        "while n > 0 do n = n - 1 end",
        "for i = 1, n do X = i end",
        "local t = {} if n > 0 then t.a = 1 end for k in pairs(t) do X = k end",
    ] {
        assert!(of_body(body, &["0"]).contains(&Way::Loop), "{body}");
        assert_eq!(of_body(body, &["0", "2"]), [], "{body}");
    }
    let body = "for i = 1, n do return end";
    assert_eq!(of_body(body, &["2"]), [Way::Behind]);
    let body = "repeat n = n - 1 until n <= 0";
    assert_eq!(of_body(body, &["0"]), [Way::Loop]);
    assert_eq!(of_body(body, &["2"]), []);
}

/// Each condition holds when N is 1 and not when it is 2.
#[test]
fn what_ran_is_then_where_the_condition_held() {
    for body in [
        "while true do if n == 1 then break end X = 1 break end",
        "while true do if not (n ~= 1) then break end X = 1 break end",
        "while n > 0 do if n == 1 then break end n = n - 2 end",
        "while true do\nif n == 1\nthen\nbreak end X = 1 break end",
        "while true do\nlocal c = n ~= 1\nif not c then break end X = 1 break end",
        "for i = 1, 2 do if n == 1 then break end X = i end",
        "for i in pairs({ 1, 2 }) do\nif n == 1 then break end X = i end",
        "repeat if n == 1 then break end X = 1 until n > 0",
        "if n == 1 then goto out end X = 1 ::out::",
        "local c = n == 1 if c then goto out end X = 1 ::out::",
        "local c = n ~= 1 if not c then goto out end X = 1 ::out::",
        "if n == 1 then return end X = 1",
        "if not (n ~= 1) then X = 1 end",
        "for i = 1, 2 do if n == 1 then X = 1 end end",
    ] {
        let missed = |values: &[&str]| {
            let all = of_body(body, values).into_iter();
            all.filter(|way| matches!(way, Way::Then | Way::Else)).collect::<Vec<_>>()
        };
        assert_eq!(missed(&["1"]), [Way::Else], "{body}");
        assert_eq!(missed(&["2"]), [Way::Then], "{body}");
        assert_eq!(missed(&["1", "2"]), [], "{body}");
    }
    let back = "::top:: if n == 1 then n = 2 goto top end";
    assert_eq!(of_body(back, &["2"]), [Way::Then]);
    assert_eq!(of_body(back, &["1"]), []);
}

#[test]
fn a_jump_behind_and_or_or_is_no_other_way_round() {
    let body = "while true do if n and n == 1 then break end X = 1 break end";
    assert_eq!(of_body(body, &["1"]), [Way::Else, Way::Else]);
    assert_eq!(of_body(body, &["2"]), [Way::Else, Way::Then]);
    let body = "if n == 1 or n == 3 then goto out end X = 1 ::out::";
    assert_eq!(of_body(body, &["1"]), [Way::Right, Way::Else, Way::Then]);
    assert_eq!(of_body(body, &["3"]), [Way::Left, Way::Else]);
    assert_eq!(of_body(body, &["2"]), [Way::Left, Way::Then]);
}

#[test]
fn either_side_of_and_and_or_is_its_own() {
    assert_eq!(
        of_body("if n == 1 or n == 2 then X = 1 end", &["1"]),
        [Way::Right, Way::Then, Way::Else]
    );
    assert_eq!(of_body("if n == 1 or n == 2 then X = 1 end", &["3"]), [Way::Left, Way::Then]);
    assert_eq!(of_body("X = m.None or n", &["1"]), [Way::Left]);
    assert_eq!(of_body("X = n and m.None", &["1"]), [Way::Left]);
}

/// The value may be a key of a table: that decides as a condition does.
#[test]
fn either_value_of_a_comparison_is_a_branch() {
    for body in [
        "X = n == 1",
        "X = not (n ~= 1)",
        "X = ({ [true] = 1, [false] = 1000 })[n < 2]",
        "X = f and f() or 2 > n",
        "local function is_one(n) return n <= 1 end X = is_one(n)",
    ] {
        let of = |values: &[&str]| {
            let all = of_body(body, values).into_iter();
            all.filter(|way| matches!(way, Way::True | Way::False)).collect::<Vec<_>>()
        };
        assert_eq!(of(&["1"]), [Way::False], "{body}");
        assert_eq!(of(&["2"]), [Way::True], "{body}");
        assert_eq!(of(&["1", "2"]), [], "{body}");
    }
    let body = "X = n == 1 and n > 0";
    assert_eq!(of_body(body, &["1"]), [Way::Left, Way::False]);
    assert_eq!(of_body(body, &["2"]), [Way::Right, Way::False, Way::True]);
    assert_eq!(of_body("X = n == 1 and m.Action", &["1"]), [Way::Left]);
    assert_eq!(of_body("X = n == 1 or m.Action", &["1"]), [Way::Right]);
    let jump = "while true do X = n == 1 if n == 1 then break end X = 1 break end";
    assert_eq!(of_body(jump, &["1"]), [Way::False, Way::Else]);
}

/// What is done with the value decides, and no condition says so.
#[test]
fn lookups_that_find_and_that_miss_are_two_branches() {
    for body in [
        "local t = { a = 1 } X = tostring(t[m.N])",
        "T = { a = 1 } local k = m.N:reverse() X = { T[k] }",
        "X = ({ ['nil'] = 1, number = 2 })[type(({ a = 1 })[m.N])] or 0",
        "X = setmetatable({ a = 2 }, { __index = function() return 1 end })[m.N] + 1",
        "X = not ({ a = 1 })[m.N]",
    ] {
        let missed = |values: &[&str]| {
            let mut missed = of_body(body, values);
            missed.retain(|way| matches!(way, Way::Found | Way::Missing));
            missed
        };
        assert_eq!(missed(&[]), [Way::Found, Way::Missing], "{body}");
        assert_eq!(missed(&["b"]), [Way::Found], "{body}");
        assert_eq!(missed(&["a"]), [Way::Missing], "{body}");
        assert_eq!(missed(&["b", "a"]), [], "{body}");
    }
    // In a variable of an outer function.
    let body = "local t = { a = 1 } local function f(k) return t[k] end X = f(m.N)";
    assert_eq!(of_body(body, &["b"]), [Way::Found]);
    assert_eq!(of_body(body, &["a"]), [Way::Missing]);
    // What is missing only causes an error, unless there is a metatable.
    let body = "local t = { a = 1 } X = t[m.N] + (n or 1)";
    assert_eq!(of_body(body, &["a"]), [Way::Left]);
    assert_eq!(of_body("local t = { a = {} } X = t[m.N].x", &["a"]), []);
    let body = "local t = setmetatable({ a = 1 }, { __index = string }) X = t[m.N] + (n or 1)";
    assert_eq!(of_body(body, &["a"]), [Way::Left, Way::Missing]);
    // A list has what it is gone through for, and an index that it lacks is none of it.
    let body = "local t = { 7 } X = tostring(t[n])";
    assert_eq!(of_body(body, &["1"]), []);
    assert_eq!(of_body(body, &["2"]), [Way::Found]);
}

#[test]
fn a_lookup_in_a_condition_or_by_a_constant_key_is_no_branch() {
    for (body, missed) in [
        ("local t = { a = 1 } X = t.a X = t['b'] Y = m.Tags.N", &[] as &[Way]),
        ("local t = { a = 1 } if t[m.N] then X = 1 end", &[Way::Then]),
        ("local t = { a = 1 } X = t[m.N] or 5", &[Way::Left]),
        ("local t = { a = 1 } X = t[m.N] == 1", &[Way::True]),
        ("local t = { a = 1 } t[m.N] = 5", &[]),
    ] {
        assert_eq!(of_body(body, &["b"]), missed, "{body}");
    }
}

/// What runs is the same whether somebody looks on.
#[test]
fn what_a_contract_looks_into_can_be_sought() {
    let value = "zzzz";
    for (body, is_looked_into) in [
        ("X = m.N:reverse()", true),
        ("X = m.N:byte()", true),
        ("X = m.N:find('a')", true),
        ("X = ('a'):find(m.N)", true),
        ("X = m.N:gsub('a', 'b')", true),
        ("X = (m.N .. '!'):upper()", true),
        ("X = #m.N // 37", true),
        ("local x = m.Tags.N or '' X = #x", true),
        ("X = m.N", false),
        ("X = m.N == 'a' and 1 or 2", false),
        ("X = m.N .. '!' Send({ Target = m.N, Note = m.N })", false),
        ("X = ('a'):reverse() Y = #'abc'", false),
        ("local t = {} t[m.N] = 1", false),
    ] {
        let host = Host::of(&format!("Handlers.add('h', 'H', function(m) {body} end)"));
        let message = item("alice", &[("Action", "H"), ("N", value)]);
        let plain = host.step(&host.loaded, &message);
        // What is not sought is not seen; what is, also where all has run before.
        let mut again = Vec::new();
        let mut step = || again.push(host.step(&host.loaded, &message));
        let sought = host.machine.seek(value.as_bytes(), &mut step);
        assert_eq!(sought.is_looked_into, is_looked_into, "{body}");
        assert!(!host.machine.seek(b"", step).is_looked_into, "{body}");
        for again in again {
            assert_eq!((&plain.outcome, &plain.state), (&again.outcome, &again.state), "{body}");
        }
    }
    // A pattern of Lua is no text that could be sent; any other is.
    for (pattern, is_looked_into) in [("a.*", true), ("a-b", false), ("_", false)] {
        let lua = format!("Handlers.add('h', {{ Action = 'H', N = '{pattern}' }}, function() end)");
        let host = Host::of(&lua);
        let message = item("alice", &[("Action", "H"), ("N", value)]);
        let step = || _ = host.step(&host.loaded, &message);
        let sought = host.machine.seek(value.as_bytes(), step);
        assert_eq!(sought.is_looked_into, is_looked_into, "{pattern}");
    }
}

#[test]
fn texts_that_are_made_are_seen() {
    let long = "x".repeat(60);
    for body in [
        "local t = {} t['se' .. 'c' .. #'ret'] = 1",
        "X = rawequal(m.N, table.concat({ 'sec', 3 }))",
        "X = string.char(115, 101, 99, 51) == m.N",
        "pcall(function() error(('%s%d'):format('sec', 3), 0) end)",
        "coroutine.wrap(function() X = ('SEC3'):lower() end)()",
    ] {
        let host = Host::of(&format!("Handlers.add('h', 'H', function(m) {body} end)"));
        let message = item("alice", &[("Action", "H"), ("N", "abc")]);
        // Also in each of several evaluations: garbage of the last is not found again.
        for _ in 0..3 {
            let step = || _ = host.step(&host.loaded, &message);
            let made = host.machine.seek(b"abc", step).made;
            assert!(made.contains(&b"sec3"[..]), "{body}: {made:?}");
        }
    }
    let host = Host::of(&format!("Handlers.add('h', 'H', function(m) X = m.N .. '{long}' end)"));
    let message = item("alice", &[("Action", "H"), ("N", "abc")]);
    let sought = host.machine.seek(b"abc", || _ = host.step(&host.loaded, &message));
    assert!(sought.made.contains(format!("abc{long}").as_bytes()), "long ones, too");
    let nothing = host.machine.seek(b"abc", || ());
    assert_eq!(nothing.made.len(), 0, "{nothing:?}");
}

#[test]
fn a_function_within_a_function_is_its_own() {
    let body =
        "local function f(a) if a then return 1 end return 2 end if n == 1 then X = f(n) end";
    assert_eq!(of_body(body, &["2"]), [Way::Then, Way::Call, Way::Then, Way::Else]);
    assert_eq!(of_body(body, &["1"]), [Way::Else, Way::Else]);
}

#[test]
fn to_add_a_handler_is_not_to_run_it() {
    let host =
        Host::of("Handlers.add('h', function(m) return m.Action == 'H' end, function() X = 1 end)");
    let handlers = host.machine.handlers(&host.loaded);
    let own = handlers.iter().find(|one| one.handler == "h").expect("it is there");
    let entry = own.entry.expect("it is a function of the file");
    assert!(!host.machine.ran().contains(&entry));
    host.step(&host.loaded, &action("Other"));
    assert!(!host.machine.ran().contains(&entry), "its pattern ran, which is on the same line");
    host.step(&host.loaded, &action("H"));
    assert!(host.machine.ran().contains(&entry));
}

#[test]
fn a_condition_that_throws_goes_neither_way() {
    let host = Host::of(
        "Handlers.add('h', 'H', function(m)
           local function f(a) if a < 1 then X = 1 end end
           pcall(f, 'text') pcall(f, setmetatable({}, { __lt = function() error('no') end }))
         end)",
    );
    host.step(&host.loaded, &action("H"));
    assert_eq!(missed(&host), [(2, Way::Then), (2, Way::Else)]);
    let source = "Handlers.add('h', 'H', function(m)
           local one = setmetatable({}, { __lt = function() for i = 1, 2 do X = i end return true end })
           if one < one then Y = 1 end
         end)";
    let host = Host::of(source);
    host.step(&host.loaded, &action("H"));
    assert_eq!(missed(&host), [(3, Way::Else)], "code that a condition calls does not hide it");
}

/// Lua keeps the next call where it kept the one that broke off.
#[test]
fn a_call_that_fails_in_a_condition_takes_no_branch_later() {
    let of = |breaks_off: &str| {
        let host = Host::of(&format!(
            "local function f(c) repeat X = 1 until c() end
             Handlers.add('h', 'H', function(m)
               {breaks_off} end)"
        ));
        for _ in 0..2 {
            host.step(&host.loaded, &action("H"));
        }
        missed(&host).into_iter().filter(|(line, _)| *line == 1).collect::<Vec<_>>()
    };
    let neither = [(1, Way::Behind), (1, Way::Loop)];
    for breaks_off in [
        "pcall(f, error) pcall(f, error)",
        "pcall(function() return f(error) end) pcall(f, error)",
        "for i = 1, 40 do coroutine.wrap(f)(coroutine.yield) end",
        "for i = 1, 40 do coroutine.wrap(f)(coroutine.yield) pcall(f, error) end",
        "pcall(coroutine.wrap(f), error) pcall(f, error)",
        "f(function() while true do end end)",
        "f(function() local t = {} while true do t[#t + 1] = ('x'):rep(9999) end end)",
        "f(error)",
    ] {
        assert_eq!(of(breaks_off), neither, "{breaks_off}");
    }
    assert_eq!(of("local n = 0 f(function() n = n + 1 return n > 2 end)"), []);
    assert_eq!(of("f(function() return true end)"), [(1, Way::Loop)]);
}

#[test]
fn what_runs_in_coroutines_and_patterns_is_seen() {
    let host = Host::of(
        "Handlers.add('h', function(m) if m.Action == 'H' then return true end return false end,
           function() coroutine.wrap(function() if X then Y = 1 else X = 1 end end)() end)",
    );
    host.step(&host.loaded, &action("H"));
    assert_eq!(missed(&host), [(1, Way::Else), (2, Way::Then)]);
}

/// In the code that runs, other numbers stand in the place of the lines. What a contract catches
/// names the file as on aos, where each is an Eval (SEMANTICS A7).
#[test]
fn errors_name_lines_however_they_are_seen() {
    let host = Host::of(
        "N = 0
         local function say(text) N = N + 1 _G['Text' .. N] = text return text end
         local function index() local x = nil; return x.y end
         local function deep() error('deep', 2) end
         Handlers.add('h', 'H', function()
           say(select(2, pcall(index)))
           xpcall(index, say)
           say(select(2, coroutine.resume(coroutine.create(index))))
           say(select(2, pcall(coroutine.wrap(index))))
           say(select(2, pcall(function() deep() end)))
           say(select(2, pcall(error, 'contract.lua:7: own', 0)))
           error('last')
         end)",
    );
    let evaluation = host.step(&host.loaded, &action("H"));
    assert_eq!(evaluation.outcome, Outcome::Threw("contract.lua:12: last".into()));
    assert_eq!(evaluation.stack, [12]);
    let nil = "[string \"aos\"]:3: attempt to index a nil value (local 'x')";
    let texts = (1..=6).map(|n| host.text(&evaluation.state, &format!("Text{n}")));
    let texts: Vec<_> = texts.collect();
    assert_eq!(texts[..4], [nil; 4]);
    assert_eq!(texts[4..], ["[string \"aos\"]:10: deep", "[string \"aos\"]:7: own"]);
}

#[test]
fn functions_of_equal_code_are_equal_in_states() {
    let host = Host::of(
        "A = function(m) if m then return 1 end end B = function(m) if m then return 1 end end
         Handlers.add('h', 'H', function() A, B = B, A end)",
    );
    assert_eq!(host.step(&host.loaded, &action("H")).state, host.loaded);
}
