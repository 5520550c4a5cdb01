//! The list of handlers and its rules (SEMANTICS A1).

mod common;

use aos::{Build, Outcome};
use common::{Host, action, item};

/// The names of the handlers that run.
fn ran(host: &Host, message: &aos::Item) -> Vec<String> {
    host.step(&host.loaded, message).ran
}

fn names(source: &str) -> Vec<String> {
    let host = Host::of(source);
    let handlers = host.machine.handlers(&host.loaded);
    handlers.into_iter().map(|handler| handler.handler).collect()
}

const ADD: &str = "local function f() end local function add(n) Handlers.add(n, 'x', f) end ";

#[test]
fn a_known_name_keeps_its_place() {
    let source = format!("{ADD} add('a') add('b') add('c') add('a') Handlers.prepend('b', 'x', f)");
    assert_eq!(names(&source), ["_eval", "_default", "a", "b", "c"]);
}

#[test]
fn handlers_are_put_where_they_are_said_to_go() {
    let source = format!(
        "{ADD} add('a') Handlers.append('z', 'x', f) Handlers.prepend('p', 'x', f)
        Handlers.before('a').add('b', 'x', f) Handlers.after('a').add('c', 'x', f)
        Handlers.once('x', f) add('gone') Handlers.remove('gone')"
    );
    assert_eq!(names(&source), ["_once_1", "p", "_eval", "_default", "b", "a", "c", "z"]);
}

#[test]
fn a_pattern_says_whether_to_run_and_whether_to_go_on() {
    let cases = [
        ("true", &["a"] as &[&str]),
        ("-1", &["a"]),
        ("'break'", &["a"]),
        ("1", &["a", "b"]),
        ("'continue'", &["a", "b"]),
        ("0", &["b"]),
        ("false", &["b"]),
        ("'skip'", &["b"]),
        ("'whatever'", &["b"]),
    ];
    for (result, expected) in cases {
        let source = format!(
            "Handlers.add('a', function() return {result} end, function() end)
            Handlers.add('b', function() return true end, function() end)"
        );
        assert_eq!(ran(&Host::of(&source), &action("x")), expected, "{result}");
    }
    for result in ["nil", "{}"] {
        let host = Host::of(&format!("Handlers.add('a', function() return {result} end, print)"));
        let outcome = host.step(&host.loaded, &action("x")).outcome;
        assert!(
            matches!(&outcome, Outcome::Threw(text) if text.contains("Pattern result")),
            "{outcome:?}"
        );
    }
}

#[test]
fn the_default_runs_unless_somebody_stopped() {
    let host = Host::of("Handlers.add('a', function() return 1 end, function() end) Inbox = Inbox");
    let evaluation = host.step(&host.loaded, &action("x"));
    assert_eq!(evaluation.ran, ["a", "_default"]);
    assert!(evaluation.to_inbox);
    let two = host.step(&evaluation.state, &action("y"));
    let count = host.eval(&two.state, "N = #Inbox .. Inbox[2].Action");
    assert_eq!(host.text(&count, "N"), "2y");
}

#[test]
fn the_two_of_aos_are_added_again_with_every_message() {
    let host = Host::of("Handlers.list = {} Handlers.add('a', 'A', function() end)");
    let evaluation = host.step(&host.loaded, &action("x"));
    assert_eq!(evaluation.ran, ["_default"]);
    let listed = host.machine.handlers(&evaluation.state);
    assert_eq!(
        listed.iter().map(|one| &*one.handler).collect::<Vec<_>>(),
        ["a", "_eval", "_default"]
    );
}

#[test]
fn only_the_owner_may_eval() {
    let host = Host::of("Owner = Owner");
    let theirs = aos::Item { data: b"X = 1".to_vec(), ..item("alice", &[("Action", "Eval")]) };
    assert_eq!(ran(&host, &theirs), ["_default"]);
    assert_eq!(ran(&host, &common::eval("X = 1")), ["_eval"]);
}

#[test]
fn runs_are_counted_and_the_next_handler_is_skipped_at_the_end() {
    let go = "function() return 1 end, function() end";
    let source = format!(
        "Handlers.add('two', {go}, 2) Handlers.add('next', {go}) Handlers.add('last', {go})"
    );
    let host = Host::of(&source);
    let once = host.step(&host.loaded, &action("x"));
    assert_eq!(once.ran, ["two", "next", "last", "_default"]);
    // So does a running aos: it takes entries out of the list that it goes through.
    let twice = host.step(&once.state, &action("x"));
    assert_eq!(twice.ran, ["two", "last", "_default"]);
    assert_eq!(host.step(&twice.state, &action("x")).ran, ["next", "last", "_default"]);
}

/// What is added gets the message alone, what is put into the list the environment besides.
#[test]
fn a_handler_gets_the_environment_only_if_it_is_in_the_list() {
    let source = "Handlers.add('a', 'A', function(msg, env) X = type(env) end)
        Handlers.add('b', 'B', function() end) Entry = Handlers.list[#Handlers.list]
        function Put() Entry.handle = function(msg, env) X = env.Process.Id end end";
    let host = Host::of(source);
    assert_eq!(host.text(&host.after(&host.loaded, &action("A")), "X"), "nil");
    let put = host.eval(&host.loaded, "Put()");
    assert_eq!(host.text(&host.another().after(&put, &action("B")), "X"), "TIM3");
    let lines = host.machine.handlers(&host.loaded);
    assert_eq!(
        lines.iter().find(|one| one.handler == "a").map(|one| one.lines),
        Some(Some((1, 1)))
    );
}

#[test]
fn a_handler_that_is_added_again_stays_the_same_entry() {
    let source = "local function f() end N = Handlers.add('a', 'A', f) Entry = Handlers.list[N]
        Handlers.add('a', 'B', f, 3) Handlers.before('none').add('b', 'B', f)
        Same = tostring(Handlers.list[N] == Entry) .. Entry.pattern .. Entry.maxRuns .. #Handlers.list .. N";
    let host = Host::of(source);
    assert_eq!(host.text(&host.loaded, "Same"), "trueB333");
}

#[test]
fn a_handler_may_remove_itself() {
    let source = "Handlers.add('self', 'x', function() Handlers.remove('self') end)";
    let host = Host::of(source);
    let once = host.step(&host.loaded, &action("x"));
    assert_eq!(once.ran, ["self"]);
    assert_eq!(host.step(&once.state, &action("x")).ran, ["_default"]);
}

#[test]
fn with_two_arguments_the_name_is_the_pattern() {
    assert_eq!(ran(&Host::of("Handlers.add('Hi', function() end)"), &action("Hi")), ["Hi"]);
    assert_eq!(ran(&Host::of("Handlers.add('Hi', function() end)"), &action("hi")), ["_default"]);
}

#[test]
fn patterns_that_are_tables_must_match_in_every_key() {
    let cases = [
        ("{Action = 'Hi', Quantity = '_'}", true, true),
        ("{Action = 'Hi', Missing = '_'}", false, false),
        ("{Action = 'hI'}", true, false),
        ("{Action = {'Ho', 'Hi'}}", true, true),
        ("{Quantity = function(q) return q == '12' end}", true, true),
        ("{Quantity = '%d+'}", true, true),
        ("{Quantity = '^%d$'}", false, false),
        ("{Quantity = '%D'}", true, false),
        ("{Action = 'H-i'}", false, false),
        ("{}", true, true),
    ];
    let message = item("alice", &[("Action", "Hi"), ("Quantity", "12")]);
    for (pattern, late, early) in cases {
        for (build, expected) in [(Build::Late, late), (Build::Early, early)] {
            let host = Host::on(build, &format!("Handlers.add('a', {pattern}, function() end)"));
            assert_eq!(ran(&host, &message) == ["a"], expected, "{pattern} {build:?}");
        }
    }
}

#[test]
fn ready_made_patterns_match_and_survive() {
    let source = "Handlers.add('a', Handlers.utils.hasMatchingTag('Action', 'Hi'), Handlers.utils.reply('hello'))
        Handlers.add('b', Handlers.utils.hasMatchingTagOf('Action', {'x', 'y'}), function() end)
        Handlers.add('c', Handlers.utils.hasMatchingData('d'), function() end)";
    let host = Host::of(source);
    let hi = host.another().step(&host.loaded, &action("Hi"));
    assert_eq!((hi.ran, &*hi.sent[0].data), (vec!["a".to_owned()], b"hello" as &[u8]));
    assert_eq!(ran(&host, &action("y")), ["b"]);
    assert_eq!(ran(&host, &aos::Item { data: b"d".to_vec(), ..action("z") }), ["c"]);
}
