//! `Utils`, `require(".utils")` and handlers that are tables of resolvers (SEMANTICS A1, A7).

mod common;

use common::{Host, action, item};

/// What this expression is, in a process of its own.
fn shown(expression: &str) -> String {
    let shown = "function shown(v)
      if type(v) ~= 'table' then return tostring(v) end
      local parts = {}
      for i = 1, #v do parts[i] = shown(v[i]) end
      return '{' .. table.concat(parts, ' ') .. '}'
    end\n";
    let host = Host::of(&format!("{shown}local u = require('.utils') X = shown({expression})"));
    host.text(&host.loaded, "X")
}

#[test]
fn functions_of_lists_are_those_of_aos() {
    for (expression, wanted) in [
        ("u == Utils", "true"),
        ("u.map(function(v, k) return v * 10 + k end, {1, 2})", "{11 22}"),
        ("u.map(function(v) return v .. '!' end)({'a'})", "{a!}"),
        ("u.filter(function(v) return v % 2 == 1 end, {1, 2, 3})", "{1 3}"),
        ("u.reduce(function(sum, v) return sum + v end, 0, {1, 2, 3})", "6"),
        ("u.reduce(function(sum, v, k) return sum + k end, nil, {5, 6})", "7"),
        ("u.find(function(v) return v > 1 end, {1, 2, 3})", "2"),
        ("u.find(function() return false end, {1})", "nil"),
        ("u.includes('b', {'a', 'b'})", "true"),
        ("u.includes('c', {'a', 'b'})", "false"),
        ("u.includes('a')({'a'})", "true"),
        ("u.concat({1, 2}, {3})", "{1 2 3}"),
        ("pcall(u.concat, {x = 1}, {3})", "false"),
        ("u.reverse({1, 2, 3})", "{3 2 1}"),
        ("u.prop('a', {a = 5})", "5"),
        ("u.propEq('a', 'x', {a = 'x'})", "true"),
        ("pcall(u.propEq, 'a', 5, {a = 5})", "false"),
        ("pcall(u.map, tostring, {x = 1})", "false"),
        ("u.compose(function(v) return v + 1 end, function(v) return v * 2 end)(5)", "11"),
        ("#u.keys({a = 1, b = 2})", "2"),
        ("u.keys({7, 8})", "{1 2}"),
        ("u.values({7, 8})", "{7 8}"),
        ("pcall(u.map, 5, {})", "false"),
        ("pcall(u.map, tostring, 5)", "false"),
        ("u.matchesPattern('^a%d', 'A1')", "true"),
        ("u.matchesSpec({Action = 'Go', Tags = {}}, 'Go')", "true"),
        ("u.matchesSpec({Tags = {To = 'x'}}, {To = '_'})", "true"),
        ("u.matchesSpec({Tags = {}}, {To = '_'})", "false"),
    ] {
        assert_eq!(shown(expression), wanted, "{expression}");
    }
}

/// A function that is made of another is part of a state, and the same in each.
#[test]
fn what_they_make_may_be_kept() {
    let host = Host::of(
        "local u = require('.utils')
        Is = u.includes('b')
        Twice = u.compose(function(v) return v + Step end, function(v) return v * 2 end)
        Step, N = 1, 0
        Sum = u.reduce(function(sum, v) return sum + v end)(Step)
        Joined = u.curry(function(a, b, c) return a .. b .. c end)('x')('y')
        Goes = Handlers.utils.continue({ Word = 'b' })
        Handlers.add('go', 'Go', function(msg)
          Step = Step + 1
          N = tostring(Twice(Step))
          Found = tostring(Is({msg.Word}))
          All = table.concat({ Sum({1, 2}), Joined('z'), tostring(Goes(msg)) }, ' ')
        end)",
    );
    let go = |word| item("alice", &[("Action", "Go"), ("Word", word)]);
    let one = host.after(&host.loaded, &go("b"));
    assert_eq!((host.text(&one, "N"), host.text(&one, "Found")), ("6".into(), "true".into()));
    assert_eq!(host.text(&one, "All"), "4 xyz 1");
    let two = host.another().after(&one, &go("c"));
    assert_eq!((host.text(&two, "N"), host.text(&two, "Found")), ("9".into(), "false".into()));
    assert_eq!(host.text(&two, "All"), "4 xyz false");
}

#[test]
fn what_is_not_known_of_aos_is_refused() {
    for (call, why) in [
        ("map(tostring, {1, nil, 3})", "a list that has a hole"),
        ("compose(tostring, nil, tostring)", "nil in the place of a function"),
        ("curry(Utils.map)", "how many arguments it takes"),
    ] {
        let source = format!("pcall(function() X = Utils.{call} end)");
        let text = common::refusal(&source).to_string();
        assert!(text.contains(why), "{call}: {text}");
    }
    for change in ["Utils = {}", "Utils.map = print"] {
        assert!(common::refusal(change).to_string().contains("is changed"), "{change}");
    }
    assert!(common::refusal("X = Utils._version").to_string().contains("Utils._version is read"));
}

#[test]
fn the_first_resolver_whose_pattern_matches_takes_the_message() {
    let host = Host::of(
        "Handlers.add('ask', { Action = 'Ask' }, {
          [{ About = 'supply' }] = function() Said = 'supply' end,
          [function(msg) return msg.About == 'owner' end] = function() Said = 'owner' end,
          Ask = function() Said = 'any' end,
        })",
    );
    let ask = |about| item("alice", &[("Action", "Ask"), ("About", about)]);
    let nothing = Host::of("Handlers.add('ask', 'Ask', { Other = function() X = 1 end })");
    assert_eq!(
        nothing.step(&nothing.loaded, &action("Ask")).ran,
        ["ask"],
        "it runs, and does nothing"
    );
    let said = |about| host.text(&host.after(&host.loaded, &ask(about)), "Said");
    assert_eq!(said("nobody knows"), "any");
    // Two match: which is first, nobody says.
    let evaluation = host.step(&host.loaded, &ask("owner"));
    assert!(evaluation.is_ordered, "the order is noted");
}
