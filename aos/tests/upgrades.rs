//! A contract that its owner replaces by another version while it runs (SEMANTICS A1, A2).

mod common;

use aos::{Build, LoadError, Machine, Outcome, Source, State, Value};
use common::{Host, action, program};
use std::sync::Arc;

/// A contract, loaded, that can be replaced by this one.
fn upgradable(old: &str, new: &str) -> Host {
    let old = Arc::try_unwrap(program(old, Build::Late)).expect("it is not shared");
    let source = Source { file: "new.lua".into(), text: new.into() };
    let (machine, loaded) = Machine::new(&Arc::new(old.succeeded_by(source))).expect("it loads");
    Host { machine, loaded }
}

fn upgraded(host: &Host, state: &State) -> State {
    host.machine.upgrade(state).expect("the new version loads")
}

const COUNT: &str = "N = N or 0; Handlers.add('count', 'Count', function() N = N + 1 end)";

#[test]
fn globals_that_the_new_version_does_not_assign_survive() {
    let host = upgradable(
        COUNT,
        "N = N or 0; Other = N; Handlers.add('count', 'Count', function() N = N + 10 end)",
    );
    let counted = host.after(&host.loaded, &action("Count"));
    let after = host.after(&upgraded(&host, &counted), &action("Count"));
    assert_eq!(host.value(&after, "N"), Value::Integer(11));
    assert_eq!(host.value(&after, "Other"), Value::Integer(1));
}

/// Only the new version asks for lengths.
#[test]
fn a_list_with_a_hole_is_not_measured_by_the_new_version() {
    let host = upgradable("T = {nil, 7}", "Handlers.add('m', 'M', function()\nN = #T\nend)");
    let state = upgraded(&host, &host.loaded);
    let why = host.try_step(&state, &action("M")).expect_err("it is refused");
    assert!(why.text.contains("the length of a list with a hole"), "{why}");
    assert_eq!(why.line, Some(2));
}

#[test]
fn what_the_new_version_assigns_is_gone() {
    let host = upgradable(COUNT, "N = 0");
    let counted = host.after(&host.loaded, &action("Count"));
    assert_eq!(host.value(&upgraded(&host, &counted), "N"), Value::Integer(0));
}

#[test]
fn a_handler_replaces_its_namesake_and_a_new_one_goes_last() {
    let host = upgradable(
        "Handlers.add('a', 'A', function() end) Handlers.add('b', 'B', function() end)",
        "Handlers.add('c', 'A', function() end) Handlers.add('a', 'A', function() end)",
    );
    let listed = host.machine.handlers(&upgraded(&host, &host.loaded));
    let own = listed.iter().filter(|handler| handler.lines.is_some());
    let own: Vec<_> = own.map(|handler| (handler.handler.as_str(), handler.is_watched)).collect();
    assert_eq!(own, [("a", true), ("b", false), ("c", true)]);
}

#[test]
fn functions_that_are_not_replaced_keep_their_local_variables() {
    let count = "local n = 0; Handlers.add('NAME', 'Count', function() n = n + 1; Last = n end)";
    let host = upgradable(&count.replace("NAME", "old"), &count.replace("NAME", "new"));
    let counted = host.after(&host.loaded, &action("Count"));
    let after = host.after(&upgraded(&host, &counted), &action("Count"));
    assert_eq!(host.value(&after, "Last"), Value::Integer(2), "the old one is in front");
    let host = upgradable(&count.replace("NAME", "same"), &count.replace("NAME", "same"));
    let counted = host.after(&host.loaded, &action("Count"));
    let after = host.after(&upgraded(&host, &counted), &action("Count"));
    assert_eq!(host.value(&after, "Last"), Value::Integer(1), "the new one begins anew");
}

#[test]
fn a_version_that_throws_or_is_no_lua_is_told_with_its_lines() {
    let host = upgradable(COUNT, "\nassert(N == 0, 'not empty')");
    assert!(host.machine.upgrade(&host.loaded).is_ok());
    let counted = host.after(&host.loaded, &action("Count"));
    let Err(LoadError::Threw(text)) = host.machine.upgrade(&counted) else { panic!("it throws") };
    assert!(text.contains("not empty"), "{text}");
    let broken = upgradable(COUNT, "\nend");
    let Err(LoadError::Syntax(text)) = broken.machine.upgrade(&broken.loaded) else {
        panic!("it is no Lua")
    };
    assert!(text.contains("new.lua:2:"), "{text}");
}

#[test]
fn a_state_is_the_same_in_another_machine_after_an_upgrade() {
    let host = upgradable(COUNT, &COUNT.replace("N + 1", "N + 2"));
    let after = upgraded(&host, &host.after(&host.loaded, &action("Count")));
    let other = host.another();
    let step = other.step(&after, &action("Count"));
    assert_eq!(step.outcome, Outcome::Done);
    assert_eq!(step.state, host.after(&after, &action("Count")));
    assert_eq!(other.value(&step.state, "N"), Value::Integer(3));
}

#[test]
fn the_lines_of_the_new_version_are_watched() {
    let host = upgradable(COUNT, "\n\nHandlers.add('count', 'Count',\nfunction() N = 0 end)");
    host.machine.forget();
    assert!(host.machine.unreached().contains(&4));
    host.after(&upgraded(&host, &host.loaded), &action("Count"));
    assert!(host.machine.unreached().is_empty(), "{:?}", host.machine.unreached());
}
