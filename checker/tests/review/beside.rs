//! What lies beside the handlers: a change does not judge itself.

use crate::outputs::{folder, git, in_every_format, review, reviewed};
use crate::schema::follows;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The kinds of difference between `old.lua` and `new.lua`.
fn kinds(here: &Path) -> Vec<String> {
    let (_, out, err) = review(here, &["old.lua", "new.lua", "--json", "-"]);
    let data: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{err}"));
    let all = data["behaviour"]["differences"].as_array().expect("kinds").iter();
    all.filter_map(|kind| kind["what"].as_str()).map(str::to_owned).collect()
}

fn write(here: &Path, name: &str, content: &Value) {
    fs::write(here.join(name), content.to_string()).expect("it is written");
}

/// A change of a text that somebody sees.
fn changed() -> TempDir {
    folder("Insufficient Balance!", "not enough")
}

const NOT_USED: &str = "new.accepted.json is part of the change: it was not used; pass --accepted";

#[test]
fn a_change_cannot_accept_its_own_differences() {
    let here = changed();
    let kinds = kinds(here.path());
    write(here.path(), "new.accepted.json", &json!(kinds));
    let (code, written) = in_every_format(here.path(), &["old.lua", "new.lua"]);
    for (flag, out) in written {
        let out = out.replace('\\', "");
        assert!(code == 0 && out.contains(NOT_USED), "{flag}: {out}");
        assert!(!out.contains("accepted in "), "{flag}: {out}");
    }
    let (_, told, _) = review(here.path(), &["old.lua", "new.lua"]);
    assert!(told.contains(NOT_USED) && told.contains("  1. "), "{told}");
}

#[test]
fn the_caller_can_name_what_is_accepted() {
    let here = changed();
    let kinds = kinds(here.path());
    write(here.path(), "new.accepted.json", &json!(kinds));
    let args = ["old.lua", "new.lua", "--accepted", "new.accepted.json"];
    let (_, told, _) = review(here.path(), &args);
    assert!(!told.contains("was not used") && !told.contains("  1. "), "{told}");
    for kind in &kinds {
        assert!(told.contains(&format!("accepted in new.accepted.json: {kind}")), "{told}");
    }
    let (code, _, err) = review(here.path(), &["old.lua", "new.lua", "--accepted", "nowhere"]);
    assert!(code == 2 && err.contains("nowhere: cannot be read"), "{err}");
}

#[test]
fn what_was_accepted_is_named_in_full_in_every_format() {
    let here = changed();
    let kinds = kinds(here.path());
    write(here.path(), "old.accepted.json", &json!(kinds));
    for (flag, out) in in_every_format(here.path(), &["old.lua", "new.lua"]).1 {
        // As XML, HTML, JSON and Markdown write it.
        let plain = out.replace("&quot;", "\"").replace("&#39;", "'").replace("&apos;", "'");
        let plain = plain.replace("&gt;", ">").replace("&lt;", "<").replace('\\', "");
        for kind in &kinds {
            let kind = if flag == "--json" { kind.clone() } else { format!("json: {kind}") };
            assert!(plain.contains(&kind.replace('\\', "")), "{flag}: {kind} is not in {out}");
        }
    }
    let runs = [("GITHUB_ACTIONS", "true")];
    let args = ["old.lua", "new.lua", "--bounds", "tiny", "-q", "--profile", "reliable"];
    let (_, _, err) = reviewed(here.path(), &runs, &args);
    assert!(err.contains("title=ACCEPTED::accepted in old.accepted.json"), "{err}");
}

#[test]
fn of_a_revision_what_lies_beside_it_there_is_used() {
    let here = changed();
    let kinds = kinds(here.path());
    let is = |name: &str| here.path().join(name);
    git(here.path(), &["init", "-q"]);
    fs::rename(is("old.lua"), is("swap.lua")).expect("it is renamed");
    write(here.path(), "swap.accepted.json", &json!([kinds[0]]));
    git(here.path(), &["add", "."]);
    git(here.path(), &["commit", "-qm", "the contract"]);
    fs::rename(is("new.lua"), is("swap.lua")).expect("it is renamed");
    write(here.path(), "swap.accepted.json", &json!(kinds));
    for new in ["swap.lua", "git:HEAD~0:swap.lua"] {
        let args = ["git:HEAD:swap.lua", new, "--json", "-"];
        let (_, out, _) = review(here.path(), &args);
        let data = follows(&out);
        if new == "swap.lua" {
            let all = data["behaviour"]["differences"].as_array().expect("kinds").iter();
            assert_eq!(all.filter(|kind| kind["accepted"] == true).count(), 1, "{data}");
            assert_eq!(data["behaviour"]["accepted_in"], "git:HEAD:swap.accepted.json");
            assert!(out.contains("swap.accepted.json is part of the change"), "{out}");
        } else {
            assert!(!out.contains("part of the change"), "{out}");
        }
    }
}

/// Files that git would take for a repository, and one that belongs to it.
#[test]
fn a_repository_among_the_files_is_not_asked() {
    let (here, own) = (changed(), TempDir::new().expect("a folder"));
    git(own.path(), &["init", "-q"]);
    let is = |name: &str| here.path().join(name);
    git(here.path(), &["init", "-q", "--bare", "within"]);
    let work = ["--git-dir=within", "--work-tree=."];
    git(here.path(), &[&work[..], &["add", "old.lua"]].concat());
    git(here.path(), &[&work[..], &["commit", "-qm", "a base of its own"]].concat());
    fs::write(is("within/swap.lua"), "").expect("it is written");
    let (code, _, err) = review(&is("within"), &["git:HEAD:old.lua", "hardened"]);
    assert!(code == 2 && err.contains("bare repository"), "{err}");
}

/// Books somewhere else, as the old handlers have them, and as a change would like them read.
#[test]
fn a_change_cannot_say_where_its_books_are() {
    let here = folder("Balances[", "Books[");
    let source = fs::read_to_string(here.path().join("old.lua")).expect("it is there");
    let renamed = source.replace("Balances", "Books");
    fs::write(here.path().join("old.lua"), &renamed).expect("it is written");
    let honest = renamed.replace("Insufficient Balance!", "not enough");
    fs::write(here.path().join("new.lua"), &honest).expect("it is written");
    write(here.path(), "old.observe.json", &json!({ "Balances": "Books" }));
    let args = ["old.lua", "new.lua"];
    let (code, told, err) = review(here.path(), &args);
    assert!(code == 0 && told.contains("as old.observe.json says"), "{told}{err}");

    // The new file would have a table read that nobody touches.
    fs::write(here.path().join("new.lua"), format!("Idle = {{}}\n{honest}")).expect("written");
    write(here.path(), "new.observe.json", &json!({ "Balances": "Idle" }));
    let (_, told, err) = review(here.path(), &args);
    let said = "new.observe.json is part of the change: it was not used; pass --new-observe";
    assert!(told.contains(said), "{told}{err}");
    let named = ["old.lua", "new.lua", "--new-observe", "new.observe.json"];
    let (_, told, _) = review(here.path(), &named);
    assert!(told.contains("as new.observe.json says") && !told.contains(said), "{told}");
}

#[test]
fn what_the_new_handlers_would_need_is_said_with_the_error() {
    let here = changed();
    let source = fs::read_to_string(here.path().join("new.lua")).expect("it is there");
    let renamed = source.replace("Balances", "Books");
    fs::write(here.path().join("new.lua"), renamed).expect("it is written");
    write(here.path(), "new.observe.json", &json!({ "Balances": "Books" }));
    let (code, _, err) = review(here.path(), &["old.lua", "new.lua"]);
    assert!(code == 2 && err.contains("pass --new-observe to use it"), "{err}");
    let args = ["old.lua", "new.lua", "--new-observe", "new.observe.json"];
    // The upgrade breaks promises: what the old ones left in Balances is not looked at.
    let (code, _, err) = review(here.path(), &args);
    assert!(code == 1 && err.is_empty(), "{err}");
}

#[test]
fn a_file_with_the_name_of_a_variant_is_not_taken_for_it() {
    let here = changed();
    fs::rename(here.path().join("new.lua"), here.path().join("hardened")).expect("renamed");
    let (code, told, _) = review(here.path(), &["hardened", "hardened"]);
    assert!(code == 0 && told.contains("NOTHING CHANGES"), "{told}");
    assert!(told.contains("hardened: the built-in variant, and not the file"), "{told}");
    let (_, told, _) = review(here.path(), &["hardened", "./hardened"]);
    assert!(told.contains("NOTHING WORSE"), "{told}");
}
