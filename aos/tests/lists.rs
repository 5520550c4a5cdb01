//! Lists with holes: how long one is depends on how it was filled, which is not part of a state.

mod common;

use aos::{Evaluation, Refused, State, Value};
use common::{Host, action, eval};
use proptest::prelude::*;

/// A contract that asks for lengths, with such a handler.
fn handling(source: &str, code: &str) -> Host {
    Host::of(&format!("{source}\nCount = #'x'\nHandlers.add('a', 'A', function()\n{code}\nend)"))
}

fn refusal(host: &Host, state: &State) -> Refused {
    host.try_step(state, &action("A")).expect_err("it is refused")
}

const HOLES: [&str; 3] = ["T = {nil, 7}", "T = {1, 2, 3} T[2] = nil", "T = {} T[4] = 1 T[1] = 1"];
const ASKED: &str = "the length of a list with a hole depends on how";

#[test]
fn a_state_may_hold_a_list_with_a_hole_that_nobody_measures() {
    let uses = "N = (N or 0) + #Log Log[#Log + 1] = N
        for _, one in ipairs(T) do S = one end for place, one in pairs(T) do S = one end
        T.x = T[1] T[9] = (T[9] or 0) + 1 S = S + select('#', next(T))
        R = select(2, table.unpack(T, 8, 9)) .. table.concat(T, '', 9, 9)";
    for hole in HOLES {
        let host = handling(&format!("Log = {{}} {hole} U = T"), uses);
        let mut state = host.loaded.clone();
        for _ in 0..3 {
            let fresh = host.another().after(&state, &action("A"));
            assert_eq!(host.after(&state, &action("A")), fresh, "{hole}");
            state = fresh;
        }
        assert_eq!(host.value(&state, "T.9"), Value::Integer(3));
        assert_eq!(host.value(&host.eval(&state, "Same = T == U"), "Same"), Value::Boolean(true));
    }
}

#[test]
fn whoever_measures_it_later_is_refused_with_the_line() {
    let ways = [
        "R = #T",
        "R = rawlen(T)",
        "table.insert(T, 1)",
        "table.remove(T)",
        "R = table.unpack(T)",
        "R = table.concat(T)",
        "table.sort(T)",
        "pcall(table.insert, T, 1)",
        "coroutine.wrap(function() R = #T end)()",
        "R = setmetatable(T, nil) and #T",
        "local t = T t.x = 1 t[9] = 1 R = #t",
    ];
    for hole in HOLES {
        for way in ways {
            let host = handling(hole, way);
            for host in [&host, &host.another()] {
                let Refused { text, file, line } = refusal(host, &host.loaded);
                assert!(text.contains(ASKED), "{hole} {way}: {text}");
                assert_eq!((&*file, line), ("contract.lua", Some(4)), "{hole} {way}");
            }
        }
    }
}

#[test]
fn where_it_is_made_lua_says_how_long_it_is() {
    let host = handling("T = {}", "T = {nil, 7} N = #T U = {1, 2, 3} U[2] = nil M = rawlen(U)");
    let after = host.after(&host.loaded, &action("A"));
    assert_eq!(host.value(&after, "N"), Value::Integer(2));
    assert_eq!(host.value(&after, "M"), Value::Integer(3));
    assert_eq!(host.another().after(&after, &action("A")), after);
}

#[test]
fn how_a_list_was_filled_is_no_part_of_a_state() {
    let host = handling("function Get() return T end", "N = Get() and #'x'");
    let made = [
        "T = {nil, 7}",
        "T = {1, 2, 3} T[1], T[2], T[3] = nil, 7",
        "T = {} T[9] = 1 T[2] = 7 T[9] = nil",
    ];
    let states = made.map(|lua| host.eval(&host.loaded, lua));
    assert!(states.iter().all(|state| *state == states[0]));
    let held = handling("local t = {nil, 7} function Get() return t end", "N = #Get()");
    assert!(refusal(&held, &held.loaded).text.contains(ASKED));
}

/// On aos, a list of an earlier evaluation has the room in memory that it once needed.
#[test]
fn an_old_list_that_gets_a_hole_is_not_measured_behind_it() {
    let host = handling("T = {1, 2, 3}", "N = #T T[2] = nil");
    let after = host.after(&host.loaded, &action("A"));
    assert_eq!(host.value(&after, "N"), Value::Integer(3));
    for code in ["T[2] = nil N = #T", "T = {} U[3] = nil U[6] = 1 N = #U"] {
        let host = handling("T = {1, 2, 3} U = {1, 2, 3, 4}", code);
        assert!(refusal(&host, &host.loaded).text.contains(ASKED), "{code}");
    }
}

#[test]
fn a_list_that_is_filled_again_is_one_like_any_other() {
    for hole in HOLES {
        let host = handling(hole, "N = #T table.insert(T, 5) table.sort(T)");
        let filled = host.eval(&host.loaded, "T[1], T[2], T[3], T[4] = 4, 3, 2, 1");
        let plain = host.eval(&host.loaded, "T = {4, 3, 2, 1}");
        assert_eq!(filled, plain);
        let after = host.after(&filled, &action("A"));
        assert_eq!(host.another().after(&plain, &action("A")), after);
        assert_eq!(host.value(&after, "N"), Value::Integer(4));
        let emptied = host.eval(&host.loaded, "for place in pairs(T) do T[place] = nil end");
        assert_eq!(host.value(&host.eval(&emptied, "N = #T"), "N"), Value::Integer(0));
    }
}

#[test]
fn contracts_do_not_see_that_it_is_guarded() {
    let host = handling("T = {nil, 7} L = {1} Q = {}", "X = 1");
    for code in [
        "assert(getmetatable(T) == nil and getmetatable(L) == nil)",
        "assert(not pcall(function() return T + 1 end) and T ~= L and T.__len == nil)",
        "setmetatable(L, {__index = function(t, k) return k end}) assert(L.a == 'a' and #L == 1)",
        "setmetatable(setmetatable(L, {}), nil) assert(#L == 1)",
        "T[1] = 1 setmetatable(T, {__len = function() return 9 end}) assert(#T == 9)",
        "Q.list = {nil, 1} assert(next(Q) == 'list')",
    ] {
        host.eval(&host.loaded, code);
    }
    let why = host.try_step(&host.loaded, &eval("setmetatable(T, {})")).expect_err("refused");
    assert!(why.text.contains("a metatable for a list with a hole"), "{why}");
    assert_eq!(host.machine.renamed(&host.loaded, &[("z", "y")]), host.loaded);
    assert!(host.machine.texts(&host.loaded, 9, 9).iter().all(|text| text != b"__len"));
}

#[test]
fn what_cannot_be_guarded_is_refused_by_its_name() {
    let host = handling("ao.authorities[2] = 'x'", "X = 1");
    for (code, name) in [
        ("T = setmetatable({nil, 1}, {})", "T"),
        ("Errors[2] = 1", "Errors"),
        ("ao.authorities[1] = nil", "ao.authorities"),
    ] {
        let why = host.try_step(&host.loaded, &eval(code)).expect_err("it is refused").text;
        assert!(why.starts_with(&format!("{name} is a list with a hole, and has")), "{why}");
    }
    // Where nobody asks for lengths, all this is as it was.
    let host = Host::of("T = setmetatable({nil, 1}, {}) Errors[2] = 1");
    assert_eq!(host.eval(&host.loaded, "Errors[2] = 1"), host.loaded);
}

#[test]
fn authorities_may_be_a_list_of_the_contracts() {
    let host = handling("ao.authorities = {'x'}", "X = (X or 0) + 1");
    let after = host.after(&host.after(&host.loaded, &action("A")), &action("A"));
    let known = host.machine.authorities(&after).expect("a list");
    assert_eq!(known, Some(vec!["x".to_owned(), "MU".to_owned()]));
}

/// What is done with a list, and what is looked at of it.
fn change() -> impl Strategy<Value = String> {
    let list = prop_oneof![Just("A"), Just("B"), Just("C.c")];
    (list, 1..6_u8, 0..9_u8).prop_map(|(list, place, way)| match way {
        0..3 => format!("{list}[{place}] = {place}"),
        3..5 => format!("{list}[{place}] = nil"),
        5 => format!("A, B = {list}, {{{place}, nil, 3}}"),
        6 => format!("N = #{list}"),
        7 => format!("table.insert({list}, {place})"),
        _ => format!("C = {{c = {list}, [{{{place}}}] = 1}} for k in pairs(C) do N = k end"),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// An interpreter that filled the lists itself and one that reads them give the same results.
    #[test]
    fn what_is_remembered_makes_no_difference(changes in proptest::collection::vec(change(), 1..12)) {
        let host = handling("A = {1} B = {1, 2, 3} C = {c = {}}", "X = 1");
        let other = host.another();
        let used = |host: &Host, state: &State, lua: &str| {
            let done: Result<Evaluation, Refused> = host.try_step(state, &eval(lua));
            (done, host.machine.used())
        };
        let mut state = host.loaded.clone();
        for change in changes {
            other.step(&other.loaded, &eval("B = {} C = {}"));
            let here = used(&host, &state, &change);
            prop_assert_eq!(&here, &used(&other, &state, &change));
            if let (Ok(Evaluation { state: after, .. }), _) = here {
                state = after;
            }
        }
    }
}
