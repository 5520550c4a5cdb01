//! Modules that a contract puts into `package.loaded` and `package.preload` (SEMANTICS A7).

mod common;

use aos::{Item, LoadError, Observed, Outcome, Refused, State, Value};
use common::{Host, action, eval, item, refusal};

/// Runs whatever Lua it is sent.
const RUNNER: &str =
    "Handlers.add('run', 'Run', function(msg) assert(load(msg.Data, 'sent'))() end)";

fn run(lua: &str) -> Item {
    Item { data: lua.into(), ..item("alice", &[("Action", "Run")]) }
}

fn refused(host: &Host, lua: &str) -> String {
    match host.try_step(&host.loaded, &run(lua)) {
        Err(Refused { text, .. }) => text,
        Ok(evaluation) => panic!("{lua} is not refused: {evaluation:?}"),
    }
}

fn after(host: &Host, lua: &str) -> State {
    host.after(&host.loaded, &run(lua))
}

#[test]
fn what_is_in_package_loaded_is_required_from_there() {
    let host = Host::of(
        "package.loaded['books.core'] = (function() local b = {} function b.one() return 1 end return b end)()
         local books = require('books.core')
         One, Same = books.one(), books == package.loaded['books.core']
         Libraries = require('json') == package.loaded.json and package.loaded.string == string
         Package = require('package') == package and package.loaded.package == package",
    );
    assert_eq!(host.value(&host.loaded, "One"), Value::Integer(1));
    for name in ["Same", "Libraries", "Package"] {
        assert_eq!(host.value(&host.loaded, name), Value::Boolean(true), "{name}");
    }
}

/// As Lua 5.3 says it of `require`.
#[test]
fn what_is_in_package_preload_is_made_once() {
    let host = Host::of(
        "Made, Given = 0, ''
         package.preload.books = function(name, more) Made = Made + 1 Given = name .. tostring(more) return {name} end
         package.preload.nothing = function() Made = Made + 1 end
         package.preload['12'] = function() return 'twelve' end
         Same = require('books') == require('books')
         Nothing = require('nothing') == true and require('nothing') == true
         Twelve = require(12)",
    );
    assert_eq!(host.value(&host.loaded, "Made"), Value::Integer(2));
    assert_eq!(host.text(&host.loaded, "Given"), "booksnil");
    assert_eq!(host.text(&host.loaded, "Twelve"), "twelve");
    for name in ["Same", "Nothing"] {
        assert_eq!(host.value(&host.loaded, name), Value::Boolean(true), "{name}");
    }
    let throws =
        refusal("package.preload.books = function() error('no books') end require('books')");
    assert!(
        matches!(&throws, LoadError::Threw(text) if text == "contract.lua:1: no books"),
        "{throws}"
    );
}

#[test]
fn nothing_is_hidden_there() {
    let host = Host::of(RUNNER);
    for put in [
        "package.loaded.mine = 1",
        "package.loaded.mine = {}",
        "package.loaded.mine = function() return 1 end",
        "package.loaded[1] = true",
        "package.preload.mine = print",
        "rawset(package.loaded, 'mine', {1})",
        "local p = package p.loaded.mine = 'text'",
        "package.mine = 5",
    ] {
        let put_there = after(&host, put);
        assert_ne!(put_there, host.loaded, "{put}");
        // And another machine finds it in the state.
        assert_eq!(host.another().after(&host.loaded, &run(put)), put_there, "{put}");
    }
    let counted = "package.loaded.n = (package.loaded.n or 0) + 1 N = package.loaded.n";
    let twice = host.another().after(&after(&host, counted), &run(counted));
    assert_eq!(host.value(&twice, "N"), Value::Integer(2));
    // What is taken out again leaves the state as it was, in whichever order it was put there.
    let out =
        "package.loaded.a = 1 package.loaded.b = 2 package.loaded.a = nil package.loaded.b = nil";
    assert_eq!(after(&host, out), host.loaded);
    let forth = after(&host, "package.loaded.a = {1} package.loaded.b = {2}");
    let back = after(&host, "package.loaded.b = {2} package.loaded.a = {1}");
    assert_eq!(forth, back);
}

#[test]
fn a_module_that_is_shared_stays_one() {
    let host = Host::of(&format!(
        "package.loaded.books = {{ total = 0 }} Books = require('books') {RUNNER}"
    ));
    let state = after(&host, "Books.total = 7");
    let state = host.another().after(&state, &run("Total = require('books').total"));
    assert_eq!(host.value(&state, "Total"), Value::Integer(7));
}

#[test]
fn what_aos_has_there_stays() {
    let host = Host::of(RUNNER);
    for (change, name) in [
        ("package.loaded.json = {}", "package.loaded.json"),
        ("package.loaded['.utils'] = {}", "package.loaded['.utils']"),
        ("package.loaded['.crypto.digest'] = {}", "package.loaded['.crypto.digest']"),
        ("rawset(package.loaded, 'string', nil)", "package.loaded.string"),
        ("package.loaded = {}", "package.loaded"),
        ("package.preload = {}", "package.preload"),
        ("package = {}", "package"),
    ] {
        let text = refused(&host, change);
        assert!(text.starts_with(&format!("{name} is changed: aos itself uses it")), "{text}");
    }
    for (read, name) in [
        ("X = package.loaded['.eval']", "package.loaded['.eval'] is read"),
        (
            "X = pcall(rawget, package.loaded, '.crypto.cipher')",
            "package.loaded['.crypto.cipher'] is read",
        ),
        ("X = package.path", "package.path is read"),
        ("for name in pairs(package.loaded) do X = name end", "all fields of package.loaded"),
        ("X = next(package.loaded)", "all fields of package.loaded"),
        ("X = require('json').encode(package.loaded)", "json.encode of what aos itself made"),
        ("setmetatable(package.loaded, {})", "a metatable for package.loaded"),
        ("X = tostring(package.loaded)", "its address differs"),
    ] {
        let text = refused(&host, read);
        assert!(text.contains(name), "{read}: {text}");
    }
    // Where the file does not show that it asks for lengths, it gets at nothing that does.
    let hidden = refusal("X = package.loaded[('TABLE'):lower()]");
    assert!(hidden.to_string().contains("by a name that is put together"), "{hidden}");
}

#[test]
fn names_in_modules_are_exchanged_with_all_others() {
    let host = Host::of("package.loaded.book = { alice = 1 } package.preload.alice = print");
    let words = [("alice", "bob"), ("bob", "alice")];
    let renamed = host.machine.renamed(&host.loaded, &words);
    assert_ne!(renamed, host.loaded);
    assert_eq!(host.machine.renamed(&renamed, &words), host.loaded);
    let same = Host::of("package.loaded.book = { bob = 1 } package.preload.bob = print").loaded;
    assert_eq!(renamed, same);
}

#[test]
fn a_local_variable_of_a_module_is_observed() {
    let host = Host::of(
        "package.loaded.books = (function()
           local Held = { alice = 3 }
           return { held = function() return Held end }
         end)()
         Handlers.add('x', 'X', function() X = require('books').held().alice end)",
    );
    let entries = vec![(Value::Text(b"alice".to_vec()), Value::Integer(3))];
    assert_eq!(host.observe(&host.loaded, "local Held"), Observed::Entries(entries));
    let stepped = host.step(&host.loaded, &action("X"));
    assert_eq!(stepped.outcome, Outcome::Done);
    assert_eq!(host.value(&stepped.state, "X"), Value::Integer(3));
}

#[test]
fn an_eval_may_replace_a_module() {
    let host = Host::of("package.loaded.books = { one = 1 }");
    let state = host.eval(&host.loaded, "package.loaded.books = { one = 2 }");
    let state = host.after(&state, &eval("One = require('books').one"));
    assert_eq!(host.value(&state, "One"), Value::Integer(2));
}

/// A pattern that can reach modules can read anything.
#[test]
fn patterns_that_reach_modules_are_not_guessed_at() {
    let host = Host::of(
        "package.loaded.open = true Handlers.add('x', function() return package.loaded.open end, print)",
    );
    assert_eq!(host.machine.read_by_patterns(&host.loaded), None);
}
