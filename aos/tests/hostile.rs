//! Contracts that try to break the host: each attempt has a named outcome, and afterwards the
//! machine is as good as a new one.

mod common;

use aos::{Limit, Limits, Outcome, Refused};
use common::{Host, LOW, action, eval, item};

const STEP: &str =
    "N = (N or 0) + 1 Log = Log or {} Log[#Log + 1] = ('n'):rep(N) .. tostring(#Log)";

/// The result of Lua that the owner had evaluated, in short.
fn attempt(host: &Host, lua: &str) -> String {
    match host.try_step(&host.loaded, &eval(lua)) {
        Ok(evaluation) => match evaluation.outcome {
            Outcome::Done => "done".to_owned(),
            Outcome::Threw(text) => format!("threw {text}"),
            Outcome::Met(Limit::Instructions, text) => format!("instructions: {text}"),
            Outcome::Met(Limit::Memory, text) => format!("memory: {text}"),
            Outcome::Cut(text) => format!("cut: {text}"),
        },
        Err(Refused { text, .. }) => format!("refused {text}"),
    }
}

/// Each attempt must end as said, and leave nothing behind.
fn all(attempts: &[(&str, &str)]) {
    all_within(LOW, attempts);
}

fn all_within(limits: Limits, attempts: &[(&str, &str)]) {
    let host = Host::within(limits, "X = 1");
    let fresh = host.another();
    let expected = fresh.step(&fresh.loaded, &eval(STEP));
    for (lua, wanted) in attempts {
        let outcome = attempt(&host, lua);
        assert!(outcome.contains(wanted), "{lua}\n{outcome}\nwithout {wanted}");
        assert_eq!(host.step(&host.loaded, &eval(STEP)), expected, "after {lua}");
    }
}

#[test]
fn what_does_not_end_is_ended() {
    all(&[
        ("while true do end", "instructions: more than 200000"),
        ("local function f() return 1 + f() end f()", "memory: its calls lie too deep"),
        ("pcall(function() while true do end end)", "instructions"),
        ("while true do pcall(error) end", "instructions"),
        (
            "xpcall(function() while true do end end, function() while true do end end)",
            "instructions",
        ),
        ("xpcall(error, function() while true do end end)", "instructions"),
        ("xpcall(function() while true do end end, function(e) e.kind = 1 end)", "instructions"),
        ("coroutine.wrap(function() while true do end end)()", "instructions"),
        (
            "while true do coroutine.wrap(function() for i = 1, 900 do end end)() end",
            "instructions",
        ),
        ("error(setmetatable({}, {__tostring=function() while true do end end}))", "instructions"),
        ("for i = 1, 1e9 do Send({Target='x'}) end", "instructions"),
        ("table.move({1}, 1, 1 << 60, 2)", "instructions"),
        (
            "table.insert(setmetatable({}, {__len=function() return 1<<60 end}), 1, 1)",
            "instructions",
        ),
        ("table.remove(setmetatable({}, {__len=function() return 1<<60 end}), 1)", "instructions"),
        (
            "table.sort(setmetatable({}, {__len=function() return (1<<31)-2 end, __index=rawlen, __newindex=type}))",
            "instructions",
        ),
        ("table.concat(setmetatable({}, {__index=rawlen}), '', 1, 1<<62)", "instructions"),
        ("(('a'):rep(20000)):match('.-.-.-.-b')", "instructions: the pattern"),
        (
            "(('a'):rep(400000)):find(('a'):rep(200000) .. 'b', 1, true)",
            "instructions: the pattern",
        ),
        ("(('a'):rep(400000)):match(('a'):rep(200000) .. 'b')", "instructions"),
        ("while true do (('a'):rep(1000)):match('.-.-b') end", "instructions"),
        ("setmetatable(_G, {__index=function() while true do end end}) return foo", "instructions"),
        (
            "Handlers.list = setmetatable({}, {__index=function() while true do end end}) return Handlers.list[1]",
            "instructions",
        ),
    ]);
}

/// None of these takes many instructions. Where they end does not depend on how long they take.
#[test]
fn work_that_takes_no_instructions_is_charged() {
    all(&[
        ("local s = ('a'):rep(1000000) while true do local t = s .. 'b' end", "instructions: more"),
        ("while true do local t = ('a'):rep(1000000) end", "instructions: more"),
        ("while true do local t = ('a'):rep(1000, ('b'):rep(1000)) end", "instructions: more"),
        (
            "local s = ('\\0'):rep(500000) local a, b = s .. 'a', s .. 'b' while true do local t = a < b end",
            "instructions: more",
        ),
        (
            "local s = ('a'):rep(1000000) local a, b = s .. 'a', s .. 'b' while true do local t = a <= b end",
            "instructions: more",
        ),
        (
            "local s = ('\\0'):rep(300000) table.sort({s .. 1, s .. 2, s .. 3, s .. 4, s .. 5})",
            "instructions: more",
        ),
        (
            "local s = ('a'):rep(1000000) local a, b = s .. 'a', s .. 'a' while true do local t = a == b end",
            "instructions: more",
        ),
        ("local s = ('0'):rep(1000000) while true do local t = s + 1 end", "instructions: more"),
        ("local s = ('0'):rep(1000000) while true do tonumber(s) end", "instructions: more"),
        (
            "local function f(...) for i = 1, 5000 do local t = {...} end end f(table.unpack({}, 1, 4000))",
            "instructions: more",
        ),
        ("local s = ('a'):rep(1000000) while true do s:upper() end", "instructions: more"),
        ("local s = ('a'):rep(1000000) while true do s:reverse() end", "instructions: more"),
        ("local s = ('a'):rep(1000000) while true do utf8.len(s) end", "instructions: more"),
        (
            "local s = ('a'):rep(1000000) while true do utf8.offset(s, 999999) end",
            "instructions: more",
        ),
        ("local s = ('\\0'):rep(200000) while true do ('%q'):format(s) end", "instructions: more"),
        (
            "local s = ('%s'):rep(9) while true do s:format(s, s, s, s, s, s, s, s, s) end",
            "instructions",
        ),
        ("local s = ('x=1 '):rep(100000) while true do load(s) end", "instructions: more"),
        ("local s = ('a'):rep(1000000) while true do s:gsub('.', type) end", "instructions: more"),
        (
            "local s = ('a'):rep(1000000) while true do s:gsub('a', {a = 'b'}) end",
            "instructions: more",
        ),
        ("('a'):rep(30000):gsub('^(a-)(a-)b', '')", "instructions: the pattern"),
        (
            "local t = {} for i = 1, 9000 do t[i] = '' end while true do table.concat(t) end",
            "instructions: more",
        ),
        (
            "local t = {} for i = 1, 4000 do t[i] = i end while true do table.unpack(t) end",
            "instructions: more",
        ),
        ("local s = ('a'):rep(4000) while true do s:byte(1, -1) end", "instructions: more"),
        (
            "local t = {} for i = 1, 20000 do t[i] = 1 end while true do t.a, t.b, t.c = 1, 1, 1 t.a, t.b, t.c = nil end",
            "instructions: more",
        ),
    ]);
}

/// What is charged is added up, and only that.
#[test]
fn no_charge_fills_the_budget_up_again() {
    let endless = |charged: &str| format!("pcall({charged}) while true do end");
    for charged in [
        "table.concat, {}, '', math.mininteger, 0",
        "table.concat, {}, '', math.mininteger, math.maxinteger",
        "table.concat, {}, '', math.maxinteger, math.mininteger",
        "table.concat, {}, '', 1, math.mininteger",
        "table.unpack, {}, math.mininteger, 0",
        "table.unpack, {}, math.maxinteger, math.mininteger",
        "string.byte, 'x', math.mininteger, math.maxinteger",
        "string.byte, 'x', 0/0, -1/0",
        "utf8.codepoint, 'x', math.mininteger, math.maxinteger",
        "string.rep, '', -1 << 63, 'x'",
        "string.rep, 'x', 0/0",
        "string.rep, 'x', -1e300",
        "string.find, 'x', 'x', math.mininteger, true",
        "table.move, {}, math.mininteger, math.maxinteger, 1",
        "table.insert, {}, math.mininteger, 1",
        "table.remove, {}, math.mininteger",
        "load, function() return '' end",
    ] {
        all(&[(&endless(charged), "instructions: more than 200000")]);
    }
}

/// Each instruction that passes them on copies them.
#[test]
fn few_values_are_handed_over_at_once() {
    all(&[
        ("table.unpack({}, 1, 4096)", "done"),
        ("pcall(table.unpack, {}, 1, 4097)", "memory: more than 4096 values"),
        ("pcall(string.byte, ('x'):rep(5000), 1, -1)", "memory: more than 4096 values"),
        ("local _ = pcall(string.byte, ('x'):rep(5000), -4096, -1)", "done"),
        ("pcall(utf8.codepoint, ('x'):rep(5000), 1, -1)", "memory: more than 4096 values"),
    ]);
}

/// Somebody else has no more time, or memory: that says nothing of the contract.
#[test]
fn an_evaluation_that_is_given_up_has_no_outcome() {
    let host = Host::of("X = 1");
    let endless = eval("pcall(function() while true do X = X + 1 end end)");
    let step = || host.step(&host.loaded, &endless);
    let cut = aos::stop::when(|| true, step);
    assert!(matches!(cut.outcome, Outcome::Cut(_)), "{cut:?}");
    assert_eq!(cut.state, host.loaded);
    assert!(matches!(step().outcome, Outcome::Met(Limit::Instructions, _)));
}

/// In which order a table has its entries depends on addresses.
#[test]
fn what_amounts_say_of_themselves_is_limited_together() {
    let host = Host::of("X = 1");
    let amounts = |rounds| {
        let amount = format!("for j = 1, {rounds} do end return '0'");
        format!(
            "Balances = {{}} for i = 1, 20 do
               Balances['a' .. i] = setmetatable({{}}, {{__tostring = function() {amount} end}})
             end"
        )
    };
    let texts = |rounds| {
        let state = host.eval(&host.loaded, &amounts(rounds));
        let aos::Observed::Entries(entries) = host.observe(&state, "Balances") else { panic!() };
        let texts = entries.iter().filter(|(_, value)| matches!(value, aos::Value::Text(_)));
        (texts.count(), entries.len())
    };
    assert_eq!(texts(100), (20, 20));
    // The books of a state do not depend on when they are read.
    let state = host.eval(&host.loaded, &amounts(2000));
    let read = || host.observe(&state, "Balances");
    let given_up = aos::stop::when(|| true, read);
    assert_eq!(format!("{given_up:?}").matches("Text").count(), 40);
    assert_eq!(texts(100_000), (0, 20));
}

#[test]
fn what_is_too_much_for_the_memory_is_ended() {
    all(&[
        (
            "local t, s = {}, ('x'):rep(100000) for i = 1, 1000 do t[i] = s .. i end",
            "memory: more memory",
        ),
        ("pcall(string.rep, 'ab', 1 << 28)", "memory: more memory"),
        ("X = 'x' for i = 1, 40 do X = X .. X end", "memory: more memory"),
        ("X = ('x'):rep(1 << 29)", "memory: more memory"),
        ("table.concat({('x'):rep(9000000), ('y'):rep(9000000)})", "memory: more memory"),
        ("local _, why = load(('f() '):rep(1200000)) Why = why", "memory: more memory"),
    ]);
}

/// A text that lies in many places is in the memory of Lua once, and outside of it once for
/// each place.
#[test]
fn what_is_repeated_is_no_larger_outside_of_lua_than_its_memory() {
    let limits = Limits { instructions: 20_000_000, ..LOW };
    all_within(
        limits,
        &[
            (
                "local s = ('x'):rep(1000000) T = {} for i = 1, 100 do T[i] = s end",
                "memory: the state is more than the memory holds",
            ),
            (
                "local s = ('x'):rep(1000000) for i = 1, 50 do Send({Target = 'x', Data = s, Tag = s}) end",
                "memory: state, message and what was sent are more than the memory holds",
            ),
        ],
    );
}

#[test]
fn calls_that_lie_too_deep_in_each_other_are_ended() {
    all(&[
        ("local function f() return pcall(f) end f()", "memory: its calls lie too deep"),
        ("local function f() return xpcall(f, print) end f()", "memory: its calls lie too deep"),
        ("local function f() return ('a'):gsub('a', f) end pcall(f)", "memory: its calls lie"),
        ("local function f() return coroutine.wrap(f)() end f()", "memory"),
        ("error('stack overflow')", "threw [string \"aos\"]:1: stack overflow"),
        ("local _ = pcall(error, 'stack overflow')", "done"),
    ]);
}

/// While lines are watched, a little more of the stack is used: how deep calls came must not
/// be part of a state.
#[test]
fn what_is_copied_at_each_call_or_return_is_bounded() {
    let all_of_it = Limits::default();
    all_within(
        all_of_it,
        &[
            (
                "local function f(...) return f(1, ...) end f()",
                "memory: it hands too many values to one function",
            ),
            (
                "local function f(n) if n == 0 then return end return 1, f(n - 1) end f(190000)",
                "memory: its calls lie too deep in each other",
            ),
        ],
    );
}

#[test]
fn the_depth_of_calls_does_not_depend_on_watching_lines() {
    let calls = ["pcall(f)", "xpcall(f, print)", "coroutine.resume(coroutine.create(f))"];
    for call in calls {
        let source = format!(
            "Handlers.add('deep', 'Deep', function()
              local function f()
                N = (N or 0) + 1
                local a, b, c, d, e, f1, g, h, i, j
                return 1 + f()
              end
              {call}
            end)"
        );
        let limits = aos::Limits { memory: 64 << 20, ..aos::Limits::default() };
        let host = Host::within(limits, &source);
        let watched = host.step(&host.loaded, &action("Deep"));
        assert!(host.machine.unreached().is_empty(), "from here on, no line is watched");
        assert_eq!(host.step(&host.loaded, &action("Deep")), watched, "{call}");
        assert!(matches!(watched.outcome, Outcome::Met(Limit::Memory, _)), "{watched:?}");
    }
}

/// What the host remembers, and whether it has to read the state first, takes memory, too.
#[test]
fn free_memory_does_not_depend_on_earlier_evaluations() {
    let host = Host::of("X = 1");
    let other = host.another();
    let mut ends = [0; 2];
    for size in (1..28).map(|size| size * 300_000) {
        let many =
            format!("T = {{}} for i = 1, {size} // 50000 do T[i] = ('x'):rep(50000) .. i end");
        let here = host.step(&host.loaded, &eval(&many));
        let next = eval("U = {} for i, x in ipairs(T) do U[i] = x .. 'y' end V = #U");
        let warm = host.step(&here.state, &next);
        other.step(&host.loaded, &eval("X = 2"));
        assert_eq!(other.step(&here.state, &next), warm, "{size}");
        assert_eq!(other.machine.reload(&here.state), host.machine.reload(&here.state), "{size}");
        ends[usize::from(warm.outcome == Outcome::Done)] += 1;
    }
    assert!(ends.iter().all(|count| *count > 3), "both ends were met: {ends:?}");
}

/// A state can take nearly all the memory that handlers have: a question about it needs more.
#[test]
fn a_state_of_any_size_can_be_looked_at() {
    let host = Host::of("X = 1");
    let sizes = (1..).map(|size| size * 500_000);
    let text = |size| {
        eval(&format!(
            "T = {{}} for i = 1, {size} // 60000 do T[i] = ('alice '):rep(10000) .. i end"
        ))
    };
    let texts = sizes.map(text);
    let steps = texts.map(|item| host.step(&host.loaded, &item));
    let states = steps.take_while(|step| step.outcome == Outcome::Done).map(|step| step.state);
    let states: Vec<_> = states.collect();
    assert!(states.len() > 5, "some are large");
    let words = [("alice", "a-longer-name"), ("a-longer-name", "alice")];
    for state in &states {
        let renamed = host.machine.renamed(state, &words);
        assert_eq!(host.machine.renamed(&renamed, &words), *state);
        assert!(host.machine.globals(state).contains(&"T".to_owned()));
    }
}

#[test]
fn errors_have_a_text_whatever_is_thrown() {
    all(&[
        ("error({code=1})", "threw an error that is a table: table: (no address)"),
        ("error(nil)", "threw an error that is a nil: nil"),
        ("error(print)", "threw an error that is a function: function: (no address)"),
        (
            "error(setmetatable({}, {__tostring=function() return 'mine' end}))",
            "threw an error that is a table: mine",
        ),
        (
            "error(setmetatable({}, {__tostring=function() error('x') end}))",
            "threw an error that is a table whose __tostring fails",
        ),
        ("local _ = require('nothing')", "threw [string \"aos\"]:1: module 'nothing' not found"),
        ("string.rep('x', 1 << 62)", "resulting string too large"),
        ("table.unpack({}, 1, 1 << 40)", "too many results to unpack"),
        ("table.unpack({}, math.mininteger, math.maxinteger)", "too many results to unpack"),
        ("table.move({1}, 1, math.maxinteger, 2)", "destination wrap around"),
        ("table.move({}, math.mininteger, math.maxinteger, 1)", "too many elements to move"),
        ("table.sort(setmetatable({}, {__len=function() return 1<<40 end}))", "array too big"),
        ("ao.outbox.Error = 'reported'", "threw reported"),
        ("debug.getinfo(1)", "refused debug.getinfo is read"),
        ("io.open('x')", "refused io is read"),
        ("os.execute('x')", "refused os.execute is read"),
        ("string.dump(print)", "refused string.dump is read"),
        ("Handlers.add({Action='x'}, function() end)", "the name of a handler must be a string"),
    ]);
}

#[test]
fn what_cannot_be_part_of_a_state_is_refused() {
    all(&[
        ("C = coroutine.create(function() end)", "refused C holds a coroutine that has not ended"),
        (
            "C = coroutine.create(coroutine.yield) coroutine.resume(C)",
            "let it end, or keep what it needs in a table",
        ),
        ("F = {g = string.gmatch('a', 'a')}", "refused F.g holds a function that is not made of"),
        ("R = msg and 1 Receive({})", "refused receive"),
        ("setmetatable({}, {__gc=print})", "refused a metatable with __gc"),
        ("W = setmetatable({}, {__mode='k'})", "refused a metatable with __mode"),
        ("local m = {} W = setmetatable({}, m) m.__mode = 'k'", "has a metatable with __mode"),
        ("local m = {} setmetatable(_G, m) m.__mode = 'v'", "has a metatable with __mode"),
        ("K = {[{}] = 1, [{}] = 2}", "one of several keys that cannot be told apart"),
        ("T = {} T[T] = 1 T[{1}] = 1", "refused tables that are keys in each other"),
        ("D = {} for i = 1, 5000 do D = {D} end", "tables and functions deep"),
        ("D = {} for i = 1, 2100 do D = setmetatable({}, {D}) end", "tables and functions deep"),
        ("function S() _ENV = {} end", "refused S holds a function that assigns to _ENV"),
        ("_G['\\3'] = 1", "refused a global whose name begins with a control character"),
        ("_G[1] = 1", "refused a global whose name is no text"),
        ("pcall(ao.addAssignable)", "refused ao.addAssignable"),
        ("ao.outbox.Messages = nil", "refused ao.outbox.Messages is changed"),
        ("ao.outbox = 1", "refused ao.outbox is changed"),
        ("string.format = nil", "refused string.format is changed"),
        ("table.insert = 5", "refused table.insert is changed"),
        ("string = nil", "refused string is changed"),
        ("getmetatable('').__index = nil", "refused the __index of texts"),
        ("getmetatable('').__index = function(s) return #s end", "refused the __index of texts"),
        ("setmetatable(Colors, {__metatable = 1})", "refused a metatable for Colors"),
        ("setmetatable(string, {})", "refused a metatable for string"),
        ("setmetatable(_G, {__call = error})", "refused a metatable for _G with __call"),
        ("require('.bint')(32 * 1000)", "refused a bint of 32000 bits"),
        (
            "for k in pairs({[{}] = 1, [{}] = 2}) do end",
            "refused pairs on a table with keys that cannot",
        ),
    ]);
}

#[test]
fn changes_of_libraries_and_metatables_are_undone_afterwards() {
    all(&[
        ("X = string.rep('', 1 << 62)", "done"),
        ("string.mine = 5 table.mine = 5", "done"),
        ("getmetatable('').__call = error getmetatable('').__tostring = error", "done"),
        ("setmetatable(_G, nil)", "done"),
        ("setmetatable(_G, {__metatable = 1})", "done"),
        ("Handlers.list = {}", "done"),
        ("Handlers.list = 5", "done"),
        ("Handlers.mine = 1 Handlers.list = {}", "done"),
        ("Inbox[1] = 'x'", "refused Inbox is read"),
        ("Errors[1] = 'x'", "done"),
        ("require('.bint')(64).__add = nil", "done"),
        ("setmetatable(require('.bint')(64), nil)", "done"),
        ("X = load('\\27Lua')", "done"),
    ]);
}

#[test]
fn handlers_with_loops_in_metatables_can_be_looked_at() {
    let host = Host::of("X = 1");
    let loops = "local m = {__index=function() while true do end end, __tostring=function() while true do end end} \
        Handlers.list = setmetatable({5, setmetatable({}, m)}, m) T = setmetatable({}, m) setmetatable(_G, {__index=m.__index})";
    let state = host.eval(&host.loaded, loops);
    assert_eq!(host.machine.handlers(&state).len(), 1);
    assert_eq!(format!("{:?}", host.value(&state, "T")), "Other(\"table whose __tostring fails\")");
    assert_eq!(format!("{:?}", host.value(&state, "Nothing")), "Nil");
    assert!(host.machine.globals(&state).contains(&"T".to_owned()));
    assert_eq!(host.machine.renamed(&state, &[("a", "b")]), state);
}

#[test]
fn odd_messages_are_messages() {
    let host =
        Host::of("Handlers.add('all', function() return true end, function(m) T = m.Tags end)");
    let mut odd = item("", &[("", ""), ("__index", "x"), ("Tags", "x"), ("reply", "x")]);
    odd.tags.push((vec![0, 255, 200], vec![0, 255]));
    odd.tags.push((vec![b'a'; 300_000], vec![b'b'; 300_000]));
    odd.data = vec![255; 100_000];
    let after = host.after(&host.loaded, &odd);
    assert_eq!(host.after(&host.loaded, &odd), after);
    assert_ne!(host.after(&host.loaded, &action("x")), after);
}
