//! States: equal ones are equal bytes, different ones are not, and what was restored is what
//! was taken.

mod common;

use aos::Value;
use common::{Host, action, eval};
use proptest::prelude::*;

/// A table in Lua whose keys are inserted in this order, after others that are gone again.
fn filled(keys: &[(String, String)], others: &[u8]) -> String {
    let gone = |text: fn(&u8) -> String| others.iter().map(text).collect::<String>();
    let made = gone(|other| format!("t[{other} + 0.25] = 1 t['gone{other}'] = {{}} "));
    let removed = gone(|other| format!("t[{other} + 0.25] = nil t['gone{other}'] = nil "));
    let fill = |(key, value): &(String, String)| {
        format!("t[{key}] = 1 t[{key}] = nil t[{key}] = {value} ")
    };
    let kept: String = keys.iter().map(fill).collect();
    format!("local t = {{}} {made}{kept}{removed}T = t")
}

fn entries() -> impl Strategy<Value = Vec<(String, String)>> {
    let key = prop_oneof![
        (-3..9_i32).prop_map(|key| key.to_string()),
        "[a-c]{1,2}".prop_map(|key| format!("'{key}'")),
        Just("true".to_owned()),
        Just("2.5".to_owned()),
        Just("math.maxinteger".to_owned()),
    ];
    let value = prop_oneof![
        any::<i64>().prop_map(|value| value.to_string()),
        Just("0/0".to_owned()),
        Just("{x = {1, 2}, y = 'z'}".to_owned()),
        Just("-0.0".to_owned()),
    ];
    proptest::collection::btree_map(key, value, 0..9).prop_map(|map| map.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_filling_makes_no_difference(
        (entries, shuffled) in entries().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        others in proptest::collection::vec(any::<u8>(), 0..9),
    ) {
        let host = Host::of("X = 1");
        let one = host.eval(&host.loaded, &filled(&entries, &[]));
        let other = host.another();
        let two = other.eval(&host.loaded, &filled(&shuffled, &others));
        prop_assert_eq!(&one, &two);
        prop_assert_eq!(&other.eval(&one, "Y = 1"), &host.eval(&two, "Y = 1"));
    }
}

#[test]
fn different_values_are_different_states() {
    let host = Host::of("X = 1");
    let values = [
        "1",
        "1.0",
        "'1'",
        "true",
        "nil",
        "0.0",
        "-0.0",
        "0/0",
        "-(0/0)",
        "{}",
        "{1}",
        "{{}}",
        "{[1.5] = 1}",
        "{x = 1}",
        "{[2] = 1}",
        "1 << 53",
        "(1 << 53) + 1",
        "2.0 ^ 53",
        "'\\255'",
        "'\\254'",
        "''",
        "'\\0'",
        "print",
        "string",
        "_G",
        "setmetatable({}, {})",
        "setmetatable({}, {x = 1})",
        "function() end",
        "select(2, pcall(coroutine.wrap(function() V = coroutine.running() end))) or V",
        "function(...) return 1 end",
        "(function() local t = {} t.t = t return t end)()",
        "{{}, {}}",
        "(function() local t = {} return {t, t} end)()",
        "require('.bint')(64)(1)",
        "require('.bint')(128)(1)",
    ];
    let states: Vec<_> =
        values.iter().map(|value| host.eval(&host.loaded, &format!("V = {value}"))).collect();
    for (place, state) in states.iter().enumerate() {
        for before in 0..place {
            assert_ne!(state, &states[before], "{} and {}", values[place], values[before]);
        }
    }
}

/// Each program makes a state; what it does later must be the same wherever it is restored.
#[test]
fn what_was_restored_goes_on_like_what_was_taken() {
    let programs = [
        (
            "for k in pairs(table) do table[k .. '2'] = 5 end ao.authorities = {} Name = nil",
            "R = table.sort2 .. ao.authorities[1] .. tostring(Name)",
        ),
        (
            "local n = 0 function Up() n = n + 1 return n end function Down() n = n - 1 return n end",
            "R = Up() + Up() * 10 + Down() * 100",
        ),
        ("local t = {} G = t function Get() return t end", "G.x = 1 R = Get() == G and Get().x"),
        (
            "T = {} T.me = T T[T] = T setmetatable(T, T)",
            "R = T[T] == T and getmetatable(T).me == T",
        ),
        ("A = {} B = {A, A}", "A.x = 1 R = B[1].x + B[2].x"),
        (
            "F = {} for i = 1, 3 do F[i] = function() i = i + 1 return i end end",
            "R = F[1]() .. F[2]() .. F[1]()",
        ),
        ("F = {} for i = 1, 3 do F[i] = function() return 1 end end", "R = F[1] == F[2]"),
        (
            "local function mk(e) return function(x) if x then e = x end return e end end A, B, C = mk(_G), mk({}), mk(nil)",
            "A(1) C(2) R = tostring(A()) .. tostring(C()) X = 5",
        ),
        ("M = setmetatable({}, {__index = function(t, k) return k .. '!' end})", "R = M.a"),
        ("N = 0/0 Z = -0.0 P = -(0/0)", "R = tostring(N) .. tostring(Z) .. tostring(P)"),
        (
            "string.mine = 1 json = require('json')",
            "R = #string.rep('x', 3) .. string.mine .. ('x'):upper()",
        ),
        (
            "Handlers.extra = 7",
            "Handlers.list[3] = nil R = Handlers.extra + #Handlers.list Handlers.add('n', 'n', print)",
        ),
        (
            "require('.bint')(64).mine = 1 require('.bint')(512).mine = 2",
            "R = require('.bint')(64).mine + require('.bint')(512).mine",
        ),
        (
            "setmetatable(require('.bint')(64), nil)",
            "R = tostring(getmetatable(require('.bint')(64)))",
        ),
        ("getmetatable('').__call = function(s, k) return k end", "R = ('x')('foo')"),
        ("setmetatable(_G, {__index = function(t, k) return k end})", "R = Undefined"),
        (
            "_ENV = setmetatable({}, {__index = _ENV}) function Up() Q = (Q or 0) + 1 return Q end _G.Up = Up",
            "R = Up() + Up()",
        ),
        (
            "C = coroutine.create(error) D = C E = coroutine.create(print) for _, c in pairs({C, E}) do coroutine.resume(c) end",
            "R = coroutine.status(C) .. tostring(C == D) .. tostring(C == E) .. select(2, coroutine.resume(E))",
        ),
        ("I = Inbox I[1] = 'x'", "R = #Inbox .. tostring(I == Inbox)"),
        (
            "B = '\\255\\0' I = 9007199254740993 K = {[1] = 1, [1.5] = 2}",
            "R = #B .. I .. K[1] .. K[1.5]",
        ),
    ];
    for (source, lua) in programs {
        let host = Host::of(source);
        let state = host.eval(&host.loaded, "Step = 1");
        let expected = host.another().eval(&state, lua);
        assert_eq!(host.eval(&state, lua), expected, "{source}");
        let elsewhere = host.eval(&host.loaded, "Step = 2");
        assert_ne!(elsewhere, state);
        assert_eq!(host.eval(&state, lua), expected, "{source}, restored");
        assert_eq!(host.eval(&state, "Step = 1"), state, "{source}, taken again");
        assert!(
            !matches!(host.observe(&expected, "R"), aos::Observed::Value(Value::Nil)),
            "{source}"
        );
    }
}

#[test]
fn a_refused_evaluation_leaves_nothing() {
    let host = Host::of("T = {1} N = 0");
    let refused = "N = 9 T[1] = 2 M = 1 string.x = 1 C = coroutine.create(function() end)";
    assert!(host.try_step(&host.loaded, &eval(refused)).is_err());
    assert_eq!(host.eval(&host.loaded, "N = 0"), host.loaded);
}

#[test]
fn what_handlers_hand_out_is_shared_wherever_it_is_evaluated() {
    for place in ["G", "getmetatable('').__add", "string.mine", "Inbox.mine", "ao.mine"] {
        let source = format!(
            "local function g() return 1 end
            Handlers.add('leak', 'Leak', function()
              {place} = g
              G2 = function() return g end
            end)"
        );
        let host = Host::of(&source);
        let here = host.after(&host.loaded, &action("Leak"));
        let other = host.another();
        other.after(&host.loaded, &eval("X = 1"));
        assert_eq!(other.after(&host.loaded, &action("Leak")), here, "{place}");
        let same = host.eval(&here, &format!("R = {place} == G2()"));
        assert_eq!(host.value(&same, "R"), Value::Boolean(true), "{place}");
    }
}

/// Handlers need not be written again where nothing but `Handlers` can change them; that
/// something else has a function of theirs is noticed nevertheless.
#[test]
fn parts_shared_with_a_host_table_are_noticed_without_rewriting() {
    for place in
        ["getmetatable('').__add", "string.mine", "Inbox.mine", "require('.bint')(64).mine"]
    {
        let source = format!(
            "local function g() return 1 end
            Handlers.add('leak', 'Leak', function() {place} = g end)"
        );
        let host = Host::of(&source);
        let here = host.after(&host.loaded, &action("Leak"));
        let leaked = host.after(&host.eval(&host.loaded, "Step = 1"), &action("Leak"));
        assert_eq!(host.eval(&leaked, "Step = nil"), here, "{place}");
        let same = host.eval(&here, &format!("G = {place}"));
        assert_eq!(host.another().eval(&here, &format!("G = {place}")), same, "{place}");
        assert_eq!(host.machine.renamed(&here, &[("a", "b")]), here, "{place}");
    }
}

#[test]
fn handlers_that_wait_are_part_of_a_state() {
    let source = "Handlers.add('ask', 'Ask', function(m)
        Send({Target = 'bob', Action = 'Question'}).onReply(function(r) Answer = m.From .. r.Data end) end)";
    let host = Host::of(source);
    let asked = host.after(&host.loaded, &action("Ask"));
    let mut reply = common::item("bob", &[("X-Reference", "1")]);
    reply.data = b"!".to_vec();
    let answered = host.another().after(&asked, &reply);
    assert_eq!(host.text(&answered, "Answer"), "alice!");
    assert_eq!(host.machine.handlers(&asked).len(), host.machine.handlers(&answered).len() + 1);
}

#[test]
fn a_reload_of_kept_state_changes_nothing() {
    let host =
        Host::of("X = X or {1} local n = 2 Handlers.add('a', 'A', function() X[1] = X[1] + n end)");
    let after = host.after(&host.loaded, &action("A"));
    let again = host.machine.reload(&after).expect("it loads");
    assert_eq!(again, after);
    assert_eq!(host.machine.reload(&again).expect("it loads"), again);
    assert_ne!(after, host.loaded);
}

#[test]
fn names_are_exchanged_in_all_texts_and_back() {
    let host = Host::of(
        "B = {alice = 1, x = {'alice', 'bob-1'}} local who = 'alice' function F() return who end",
    );
    let words = [("alice", "bob"), ("bob", "alice")];
    let renamed = host.machine.renamed(&host.loaded, &words);
    assert_eq!(host.value(&renamed, "B.bob"), Value::Integer(1));
    assert_eq!(host.text(&host.eval(&renamed, "R = F() .. B.x[2]"), "R"), "bobbob-1");
    assert_eq!(host.machine.renamed(&renamed, &words), host.loaded);
}

/// A table of the host's is the same one in every state: that it was complete in one says
/// nothing of another.
#[test]
fn a_list_that_is_a_host_table_is_complete_in_every_state() {
    for table in ["getmetatable('')", "string", "Handlers.utils", "ao"] {
        let host = Host::of(&format!("Handlers.list = {table}"));
        let fresh = host.another().step(&host.loaded, &action("Ask"));
        assert_eq!(host.step(&host.loaded, &action("Ask")), fresh, "{table}");
        // In the state after that the list is complete, and is left as it is.
        host.step(&fresh.state, &action("Ask"));
        assert_eq!(host.step(&host.loaded, &action("Ask")), fresh, "{table}");
    }
}

/// Each evaluation has an outbox of its own: one that was kept is a table like any other.
#[test]
fn an_outbox_that_was_kept_is_not_that_of_the_next_evaluation() {
    let host = Host::of("");
    let kept = host.eval(&host.loaded, "Saved = ao.outbox");
    let note = eval("ao.outbox.Note = 'new'");
    let fresh = host.another().step(&kept, &note);
    assert_eq!(host.step(&kept, &note), fresh);
    assert_eq!(host.value(&fresh.state, "Saved.Note"), Value::Nil);
}

/// The host tells tables apart by what they are: a contract has no word in that.
#[test]
fn no_eq_of_a_contract_is_ever_asked() {
    let host = Host::of(
        "Asked = 0
         local meta = {__eq = function() Asked = Asked + 1 return true end}
         T = setmetatable({}, meta)
         require('json').format = T
         string.x = {1}
         Handlers.prepend('all', function() return 'continue' end, function(msg)
           Kept = setmetatable({}, meta)
           rawset(T, 'n', (rawget(T, 'n') or 0) + 1)
           rawset(_G, 'U', setmetatable({T}, meta))
           next(T) for _ in pairs(U) do end
           Last = msg
         end)",
    );
    let mut state = host.loaded.clone();
    for _ in 0..3 {
        state = host.step(&state, &action("Any")).state;
        let words = [("alice", "bob"), ("bob", "alice")];
        let there = host.machine.renamed(&state, &words);
        assert_eq!(host.machine.renamed(&there, &words), state);
    }
    let asked = host.value(&state, "Asked");
    assert_eq!(asked, Value::Integer(0));
}

/// Ids have underscores, and are joined to other texts by them: no word ends there.
#[test]
fn ids_are_exchanged_wherever_they_are_and_once() {
    let ids = ["a".repeat(43), "B".repeat(43), format!("c_-{}", "d".repeat(40))];
    let host = Host::of(&format!(
        "X = {{ '{0}', '{1}_x', 'x-{2}', ['{0}:{2}'] = 1 }}",
        ids[0], ids[1], ids[2]
    ));
    let turned = [(0, 1), (1, 2), (2, 0)].map(|(from, to)| (&*ids[from], &*ids[to]));
    let renamed = host.machine.renamed(&host.loaded, &turned);
    let same =
        format!("X = {{ '{0}', '{1}_x', 'x-{2}', ['{0}:{2}'] = 1 }}", ids[1], ids[2], ids[0]);
    assert_eq!(renamed, Host::of(&same).loaded);
    let back = turned.map(|(from, to)| (to, from));
    assert_eq!(host.machine.renamed(&renamed, &back), host.loaded);
}
