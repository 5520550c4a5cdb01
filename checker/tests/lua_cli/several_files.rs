//! Contracts of several files: modules are found beside the file, and named where they are at
//! fault.

use crate::command::{Said, tim3};
use crate::folder::{BOOKS, Folder, verdicts};
use std::fs;
use std::process::Command;

const RELIABLE: [&str; 2] = ["--profile", "reliable"];

/// A contract whose ledger mints in a module; what stands in its line 4 is given.
fn several(line: &str) -> [(String, String); 2] {
    let ledger = format!(
        "local ledger = {{}}\nfunction ledger.credit(who, n)\n  local own = Balances[who] or 0\n  {line}\n  \
         Balances[who] = own + n\n  TotalSupply = TotalSupply + n\n  UsdaCollateral = UsdaCollateral + n\nend\n\
         return ledger\n"
    );
    let main = format!(
        "{BOOKS}local ledger = require('lib.ledger')\n\
         Handlers.add('in', 'Credit-Notice', function(msg)\n  \
         if msg.From ~= '@USDA@' then return end\n  \
         ledger.credit(msg.Tags.Sender, math.tointeger(tonumber(msg.Tags.Quantity)))\nend)\n"
    );
    [("main.lua".to_owned(), main), ("lib/ledger.lua".to_owned(), ledger)]
}

fn folder(files: &[(String, String)]) -> Folder {
    let made = Folder::with(&[]);
    fs::create_dir(made.path("lib")).expect("a folder");
    for (name, text) in files {
        fs::write(made.path(name), text).expect("a file");
    }
    made
}

/// Nothing was checked, and the message says all of this.
fn assert_refused(said: &Said, words: &[&str]) {
    assert_eq!((said.code, &*said.out), (2, ""), "{said:?}");
    for word in words {
        assert!(said.err.contains(word), "no `{word}` in {}", said.err);
    }
}

fn refused(files: &[(&str, &str)], words: &[&str]) {
    assert_refused(&Folder::with(files).check("main.lua", &RELIABLE), words);
}

#[test]
fn a_contract_of_two_files_breaks_what_it_breaks_as_one() {
    let whole = include_str!("../../../model/lua/seed-tags.lua");
    let parted = format!("{whole}\nreturn true\n");
    let folder = Folder::with(&[
        ("whole.lua", whole),
        ("main.lua", "require 'core'\nrequire 'core'\n"),
        ("core.lua", &parted),
    ]);
    let flags = ["--profile", "legacynet"];
    let (one, two) = (folder.report("whole.lua", &flags), folder.report("main.lua", &flags));
    assert_eq!(verdicts(&one), verdicts(&two));
    assert!(verdicts(&one).iter().any(|(verdict, ..)| verdict.contains("violated")));
    // The same code ran of both, and each is called by its file.
    let handlers = |report: &serde_json::Value, file: Option<&str>| {
        let all = report["lua"][0]["handlers"].as_array().expect("handlers").clone();
        let own =
            all.into_iter().filter(|one| one.get("file").and_then(|file| file.as_str()) == file);
        let own = own.filter(|one| one["handler"] != "");
        own.map(|mut one| {
            one.as_object_mut().expect("an object").remove("file");
            one
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(handlers(&one, None), handlers(&two, Some("core.lua")));
    assert!(!handlers(&one, None).is_empty());
    assert!(handlers(&two, None).is_empty());
    // Nor is what the joining adds anybody's code.
    let main = two["lua"][0]["handlers"].as_array().expect("handlers").clone();
    let main = main.into_iter().find(|one| one.get("file").is_none()).expect("the main file");
    assert_eq!((&main["branches"], &main["lines_with_code"]), (&1.into(), &2.into()));
}

#[test]
fn what_never_ran_is_named_by_module_and_line() {
    let folder = folder(&several("if n > 1000000 then Large = true end"));
    let said = folder.check("main.lua", &RELIABLE);
    assert!(said.out.contains("  lib/ledger.lua: outside handlers: "), "{}", said.out);
    assert!(said.out.contains("never: line 4 (then)"), "{}", said.out);
    let report = folder.report("main.lua", &RELIABLE);
    let not_tried = report["lua"][0]["not_tried"].to_string();
    assert!(not_tried.contains("lib/ledger.lua: outside handlers: "), "{not_tried}");
    // What is noted of a line, too.
    let folder = self::folder(&several("Now = os.time()"));
    let said = folder.check("main.lua", &RELIABLE);
    assert!(said.out.contains("reads the clock at lib/ledger.lua:4: "), "{}", said.out);
}

#[test]
fn a_counterexample_has_all_files_and_says_which_one_threw() {
    let folder = folder(&several("if Minted then error('only once') end Minted = true"));
    let out = folder.path("out");
    let said = folder.check("main.lua", &[&RELIABLE[..], &[&format!("--write={out}")]].concat());
    assert_eq!(said.code, 1, "{said:?}");
    for gone in ["main.lua", "lib"] {
        let (from, to) = (folder.path(gone), folder.path(&format!("gone-{gone}")));
        fs::rename(from, to).expect("it was there");
    }
    let mut told = String::new();
    for file in fs::read_dir(folder.path("out/main.lua")).expect("a folder") {
        let path = file.expect("a file").path();
        let said = tim3(&["replay", path.to_str().expect("UTF-8")]);
        assert_eq!(said.code, 0, "{path:?}: {said:?}");
        told += &said.out;
    }
    assert!(told.contains("main.lua lines 4-6"), "{told}");
    assert!(told.contains("lib/ledger.lua lines 3-8"), "{told}");
    assert!(told.contains("throws: lib/ledger.lua:4: only once"), "{told}");
    assert!(told.contains("thrown in line lib/ledger.lua:4, called from line 5"), "{told}");
}

#[test]
fn a_module_that_cannot_be_loaded_is_named_with_file_and_line() {
    let main = |name: &str| format!("{BOOKS}local a = require('{name}')\n");
    let (a, b) = (main("a"), main("lib.b"));
    refused(&[("main.lua", &a)], &["main.lua:2: module 'a' not found", "no file beside"]);
    refused(&[("main.lua", &b)], &["main.lua:2: module 'lib.b' not found"]);
    let not_lua = [("main.lua", &*a), ("a.lua", "X = 1\nY = = 2")];
    refused(&not_lua, &["main.lua:2: require(\"a\"): not Lua 5.3: a.lua:2: "]);
    let throws = [("main.lua", &*a), ("a.lua", "local x = nil\nreturn x.y")];
    refused(&throws, &["loading it throws: a.lua:2: attempt to index a nil value"]);
    let asks = [("main.lua", &*a), ("a.lua", "\n\nreturn require('.crypto.cipher')")];
    refused(&asks, &["a.lua:3: require('.crypto.cipher')"]);
    let circle = [("main.lua", &*a), ("a.lua", "require('b')"), ("b.lua", "\nrequire('a')")];
    refused(
        &circle,
        &[
            "main.lua:2: ",
            "a.lua:1: ",
            "b.lua:2: require(\"a\"): ",
            "in a circle: a.lua, b.lua, a.lua;",
        ],
    );
    let takes = [("main.lua", &*main("json")), ("json.lua", "return {}\n")];
    refused(&takes, &["json.lua:1: package.loaded.json is changed: aos itself uses it"]);
}

/// Nothing is waited for, and nothing outside of the folder is read.
#[cfg(unix)]
#[test]
fn a_module_is_a_file_in_the_folder() {
    let main = format!("{BOOKS}local a = require('a')\n");
    let made = Folder::with(&[("main.lua", &main)]);
    assert!(Command::new("mkfifo").arg(made.path("a.lua")).status().expect("mkfifo").success());
    let said = made.check("main.lua", &RELIABLE);
    assert_refused(&said, &["main.lua:2: require(\"a\"): a.lua: cannot be read: it is a pipe"]);
    let (made, other) = (Folder::with(&[("main.lua", &main)]), Folder::with(&[("a.lua", "X = 1")]));
    std::os::unix::fs::symlink(other.path("a.lua"), made.path("a.lua")).expect("a link");
    assert_refused(&made.check("main.lua", &RELIABLE), &["a.lua: it is a link out of the folder"]);
    let made = Folder::with(&[("main.lua", &main)]);
    fs::create_dir(made.path("a.lua")).expect("a folder");
    assert_refused(&made.check("main.lua", &RELIABLE), &["a.lua: cannot be read: it is a folder"]);
}

#[test]
fn a_review_sees_what_changes_in_a_module() {
    let (old, new) = (folder(&several("")), folder(&several("n = n + 1")));
    let sarif = new.path("out.sarif");
    let (old_main, new_main) = (old.path("main.lua"), new.path("main.lua"));
    let cache = new.path("cache");
    let secret = new.path("secret");
    fs::write(&secret, "0123456789abcdef").expect("a file");
    let kept = ["--cache", &cache, "--cache-key-file", &secret];
    let flags = ["--bounds", "tiny", "--quiet", "--profile", "reliable"];
    let review = |old: &str, new: &str, more: &[&str]| {
        tim3(&[&["review", old, new][..], &flags, &kept, more].concat())
    };
    let same = review(&old_main, &old_main, &[]);
    assert_eq!(same.code, 0, "{same:?}");
    let said = review(&old_main, &new_main, &["--sarif", &sarif]);
    assert_eq!(said.code, 1, "{said:?}");
    let written = fs::read_to_string(&sarif).expect("a file");
    let module = new.path("lib/ledger.lua");
    assert!(written.contains(&format!("; ran lines 4-6, {module} lines 3-8")), "{written}");
    // Once more, with what was kept.
    assert_eq!(review(&old_main, &new_main, &[]).code, 1);
    fs::write(new.path("lib/ledger.lua"), &several("")[1].1).expect("a file");
    assert_eq!(review(&old_main, &new_main, &[]).code, 0);
}

#[test]
fn flags_name_modules_that_lie_elsewhere() {
    let [main, ledger] = several("");
    let (made, other) =
        (Folder::with(&[("main.lua", &main.1)]), Folder::with(&[("x.lua", &ledger.1)]));
    fs::create_dir(other.path("lib")).expect("a folder");
    fs::write(other.path("lib/ledger.lua"), &ledger.1).expect("a file");
    let root = other.path("");
    let named = format!("lib.ledger={}", other.path("x.lua"));
    for flags in [["--module", &named], ["--module-path", &root]] {
        let said = made.check("main.lua", &[&RELIABLE[..], &flags].concat());
        assert!(said.out.contains("  lib/ledger.lua: outside handlers: "), "{said:?}");
    }
    let refused = |module: &str, words: &str| {
        let said = made.check("main.lua", &[&RELIABLE[..], &["--module", module]].concat());
        assert_refused(&said, &[words]);
    };
    refused(
        "lib.ledger=/gone.lua",
        "main.lua:2: require(\"lib.ledger\"): /gone.lua: cannot be read",
    );
    refused("lib.ledger", "not of the form NAME=FILE");
    refused("../x=y", "not of the form NAME=FILE");
    let said = made.check(
        "main.lua",
        &[&RELIABLE[..], &["--module", &named, "--module", "ledger=x.lua"]].concat(),
    );
    assert_refused(
        &said,
        &["--module ledger=x.lua: nothing that is checked has require(\"ledger\")"],
    );
    let alone = tim3(&["check", "hardened", "--module", &named]);
    assert_refused(&alone, &["name one with --handlers"]);
    let (old, new) = (made.path("main.lua"), made.path("main.lua"));
    let said = tim3(
        &[
            &["review", &old, &new, "--bounds", "tiny", "--quiet", "--module", &named][..],
            &RELIABLE,
        ]
        .concat(),
    );
    assert_eq!(said.code, 0, "{said:?}");
}

const PAGE: &str = r#"
local usda = token "usda" { balances = { alice = 10 } }
local swap = process "swap" {
  file = "main.lua", ids = { ["@USDA@"] = usda }, observe = { supply = "TotalSupply" },
}
person "alice" { deposit = usda:transfer { to = swap, amount = { 7, 3 } } }
always "the supply is no more than 7" (function (s) return at_most(s.swap.supply, 7) end)
"#;

#[test]
fn the_page_of_a_system_names_modules_and_their_lines() {
    let made = folder(&several("if n > 1000000 then Large = true end"));
    fs::write(made.path("system.lua"), PAGE).expect("a file");
    let check = |made: &Folder| tim3(&["check", &made.path("system.lua"), "--quiet"]);
    let said = check(&made);
    assert!(said.out.contains("  lib/ledger.lua branches 4 (then)\n"), "{said:?}");
    assert!(said.out.contains("  main.lua branches 4 (then)\n"), "{said:?}");
    let made = folder(&several("if n == 3 then error('too little') end"));
    fs::write(made.path("system.lua"), PAGE).expect("a file");
    assert!(check(&made).out.contains("lib/ledger.lua:4: too little"), "{:?}", check(&made));
    fs::write(made.path("lib/ledger.lua"), "return = 1").expect("a file");
    let words =
        ["system.lua:3: main.lua:2: require(\"lib.ledger\"): not Lua 5.3: lib/ledger.lua:1: "];
    assert_refused(&check(&made), &words);
    fs::remove_file(made.path("lib/ledger.lua")).expect("it was there");
    assert_refused(&check(&made), &["main.lua:2: module 'lib.ledger' not found"]);
}
