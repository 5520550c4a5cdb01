//! Memory is judged by what is alive, whatever garbage an interpreter still has.

mod common;

use aos::{Limit, Limits, Outcome};
use common::{Host, action, eval};

const TIGHT: Limits = Limits { instructions: 2_000_000, memory: 8 << 20 };

/// Contracts that keep so much, and then make garbage through the buffers of Lua's library, or
/// as objects.
fn keeping(kept: usize) -> [String; 5] {
    let texts = format!("K = {{}} for i = 1, {kept} do K[i] = ('a'):rep(9999) .. i end ");
    let keys = format!("K = {{}} for i = 1, {kept} // 2 do K[('a'):rep(9999) .. i] = i end ");
    let tables = format!("K = {{}} for i = 1, {kept} * 70 do K[i] = {{i}} end ");
    [
        keys + "for i = 1, 300 do local t = K[('a'):rep(9999) .. 'x'] end",
        texts.clone() + "for i = 1, 100 do local t = table.concat({K[1], K[1], i}) end",
        texts.clone() + "for i = 1, 40 do local t = K[1]:gsub('aaaaaaaa', 'bbbbbbbb') end",
        texts + "for i = 1, 50 do pcall(table.concat, {K[1], K[1], {}}) end",
        tables + "for i = 1, 2000 do local t = {i} end",
    ]
}

#[test]
fn garbage_does_not_decide_whether_memory_is_enough() {
    let garbage = eval(
        "for i = 1, 200 do local t = ('b'):rep(9000) .. i end for i = 1, 3000 do local t = {i} end",
    );
    let used = Host::within(TIGHT, "X = 1");
    let mut ends = [0; 2];
    for lua in [600, 950].into_iter().flat_map(keeping) {
        let fresh = used.another();
        let expected = fresh.step(&fresh.loaded, &eval(&lua));
        for rounds in [0, 2] {
            for _ in 0..rounds {
                used.step(&used.loaded, &garbage);
            }
            assert_eq!(used.step(&used.loaded, &eval(&lua)), expected, "{rounds}: {lua}");
        }
        match expected.outcome {
            Outcome::Done => ends[0] += 1,
            Outcome::Met(Limit::Memory, _) => ends[1] += 1,
            other => panic!("{lua}: {other:?}"),
        }
    }
    assert!(ends.iter().all(|count| *count > 2), "both ends were met: {ends:?}");
}

/// What an interpreter never forgets is not taken from what an evaluation may use.
#[test]
fn what_was_asked_for_before_does_not_decide_it_either() {
    let used = Host::within(TIGHT, "X = 1");
    used.step(&used.loaded, &eval("for i = 1, 100 do require('.bint')(32 * i) end"));
    let mut ends = [0; 2];
    for kept in (400..1000).step_by(50) {
        let lua = eval(&format!("K = {{}} for i = 1, {kept} do K[i] = ('a'):rep(9999) .. i end"));
        let fresh = used.another();
        let expected = fresh.step(&fresh.loaded, &lua);
        assert_eq!(used.step(&used.loaded, &lua), expected, "{kept}");
        ends[usize::from(expected.outcome == Outcome::Done)] += 1;
    }
    assert!(ends.iter().all(|count| *count > 2), "both ends were met: {ends:?}");
}

/// What is alive for a moment only, or grows within one operation, ends too.
#[test]
fn one_operation_takes_no_more_than_an_evaluation_may() {
    let host = Host::within(TIGHT, "X = 1");
    for lua in [
        "X = ('a'):rep(1000000):gsub('a', ('b'):rep(1000000))",
        "X = table.concat({('a'):rep(1000000), ('a'):rep(1000000), ('a'):rep(1000000)})",
        "X = ('%s%s%s'):format(('a'):rep(1000000), ('a'):rep(1000000), ('a'):rep(1000000))",
        "local t = {} for i = 1, 1e9 do t[i] = ('a'):rep(100000) .. i end",
        "local t = {} for i = 1, 1e9 do t[i] = true end",
    ] {
        let outcome = host.step(&host.loaded, &eval(lua)).outcome;
        assert!(matches!(outcome, Outcome::Met(Limit::Memory, _)), "{lua}: {outcome:?}");
    }
}

/// A pattern costs the same the first time that it is used.
#[test]
fn earlier_matches_do_not_decide_whether_steps_suffice() {
    let limits = Limits { instructions: 10_000, memory: 8 << 20 };
    let (used, pattern) = (Host::within(limits, "X = 1"), "[%a][%d]?[%a][%d]?[%a][%d]?[%a]");
    let mut ends = [0; 2];
    for count in (2300..4000).step_by(10) {
        let lua = format!("local s = 'b' for i = 1, {count} do s:len() end s:find('{pattern}')");
        let fresh = used.another();
        let expected = fresh.step(&fresh.loaded, &eval(&lua));
        assert_eq!(used.step(&used.loaded, &eval(&lua)), expected, "{count}");
        ends[usize::from(expected.outcome == Outcome::Done)] += 1;
    }
    assert!(ends.iter().all(|count| *count > 3), "both ends were met: {ends:?}");
}

/// Nor whether it was made before: beside a long text, each step costs many.
#[test]
fn what_the_host_makes_once_costs_the_same_each_time() {
    let limits = Limits { instructions: 200_000, memory: 8 << 20 };
    let host = Host::within(limits, "K = ('0'):rep(500000)");
    for lua in [
        "for i = 1, 1e9 do require('.bint')(32 * (i % 100 + 1)) end",
        "for i = 1, 120 do require('.bint')(32 * i) end",
        "for i = 1, 1e9 do require('.bint')(64) end",
        "for i = 1, 80 do require('.bint')(32 * i) end",
    ] {
        let first = host.step(&host.loaded, &eval(lua));
        assert_eq!(host.step(&host.loaded, &eval(lua)), first, "{lua}");
    }
}

/// Whatever fails at the interpreter's own limit, its allocator is mlua's again: with what stood
/// there while the evaluation ran, the next look at a state would end the whole command.
#[test]
fn an_interpreter_whose_memory_is_full_goes_on() {
    let lua = "D = {} for i = 1, 12 do D = {[D] = ('0'):rep(500000)} end";
    let (mut full, item) = (0, action("Info"));
    for memory in (7 << 20..9 << 20).step_by(256 << 10) {
        let host = Host::within(Limits { instructions: 200_000, memory }, lua);
        for _ in 0..3 {
            let outcome = host.step(&host.loaded, &item).outcome;
            full += usize::from(matches!(outcome, Outcome::Met(Limit::Memory, _)));
            assert!(host.machine.globals(&host.loaded).contains(&"D".into()), "{memory}");
        }
    }
    assert!(full > 3, "memory was full {full} times");
}
