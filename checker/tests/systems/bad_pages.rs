//! Pages that cannot be checked, and unusual ones that can: what is said, and the exit code.

use super::command::{Said, tim3};
use std::fs;
use tempfile::TempDir;

const CONTRACT: &str = r#"
Count = 0
Handlers.add("raise", { Action = "Raise" }, function(msg)
  Count = Count + 1
end)
"#;

/// Forgets what it counted, and sends what it gets to somebody else.
const ODD: &str = r#"
Count = 0
Handlers.add("gone", { Action = "Gone" }, function(msg) Count = nil end)
Handlers.add("meet", { Action = "Meet" }, function(msg) Other = msg.Tags.Other end)
Handlers.add("ping", { Action = "Ping" }, function(msg) ao.send({ Target = Other, Action = "Ping" }) end)
"#;

fn checked(page: &str) -> Said {
    let place = TempDir::new().expect("a folder");
    let write = |name, text| fs::write(place.path().join(name), text).expect("it can be written");
    write("system.lua", page);
    write("counter.lua", CONTRACT);
    write("odd.lua", ODD);
    let said = tim3(&["check", &place.path().display().to_string(), "-q", "--threads", "1"]);
    for (name, text) in [("system.lua", page), ("counter.lua", CONTRACT), ("odd.lua", ODD)] {
        let kept = fs::read_to_string(place.path().join(name)).expect("it is there");
        assert_eq!(kept, text, "{name} is as it was");
    }
    said
}

fn counter(name: &str) -> String {
    format!(
        "local {name} = process \"{name}\" {{ file = \"counter.lua\", observe = {{ count = \"Count\" }} }}\n"
    )
}

#[track_caller]
fn refused(page: &str, why: &str) {
    let said = checked(page);
    assert_eq!((said.code, &*said.out), (2, ""), "{page}\n{}", said.err);
    assert!(said.err.contains(&format!("system.lua:{why}")), "{page}\n{}", said.err);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
}

#[test]
fn a_page_without_people_shows_that_nothing_ran() {
    let always = "always \"p\" (function (s) return equal(s.c.count, 0) end)";
    let said = checked(&format!("{}{always}", counter("c")));
    assert_eq!(said.code, 3, "{}", said.out);
    assert!(said.out.contains("NOT TRIED: no message made this code run\n  counter.lua line 4"));
    assert!(said.out.contains("  p                       holds\n"), "{}", said.out);
    // A function on one line is code, too.
    let odd = "local c = process \"c\" { file = \"odd.lua\", observe = { count = \"Count\" } }\n";
    let said = checked(&format!("{odd}{always}"));
    assert_eq!(said.code, 3, "{}", said.out);
}

#[test]
fn eight_processes_and_their_people_are_a_system() {
    let processes: String = (1..=8).map(|place| counter(&format!("p{place}"))).collect();
    let acts = (1..=8).map(|place| format!("a{place} = send(p{place}) {{ Action = \"Raise\" }}"));
    let acts = acts.collect::<Vec<_>>().join(", ");
    let sum = "s.p1.count + s.p8.count";
    let page = format!(
        "{processes}person \"alice\" {{ {acts} }}\nnetwork {{ lost = 0, repeated = 0 }}\n\
         seen \"both\" (function (s) return equal({sum}, 2) end)\n\
         always \"few\" (function (s) return at_most({sum}, 1) end)"
    );
    let said = checked(&page);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("  few                     VIOLATED in 4 steps, no fault\n"));
    assert!(said.out.contains("  both                    seen after 4 steps, no fault\n"));
    // Each of eight acts is open, on its way or done.
    assert!(said.out.contains("\n6561 states, "), "{}", said.out);
}

#[test]
fn a_page_that_cannot_be_checked_names_its_line() {
    let alice = "person \"alice\" { raise = send(c) { Action = \"Raise\" } }\n";
    let with = |promise: &str| {
        format!("{}{alice}always \"p\" (function (s)\n{promise} end)", counter("c"))
    };
    refused(
        &with("if s.c.count == 1 then error('oh') end return true"),
        "4: oh (in the promise \"p\")",
    );
    refused(&with("while s.c.count == 1 do end return true"), "4: this does not end");
    refused(&with("s.c.count = 7 return true"), "4: a promise writes to c; it can only read");
    refused(&with("return s.d.count == 0"), "4: what is observed has no 'd'");
    let nobody = "person \"alice\" { raise = send \"nobody\" { Action = \"Raise\" } }";
    refused(&format!("{}{nobody}", counter("c")), "2: alice sends to 'nobody', which is not there");
    refused(&format!("{}persn \"alice\" {{}}", counter("c")), "2: there is no 'persn' here");
}

#[test]
fn what_is_observed_and_goes_away_is_no_zero() {
    let page = |path: &str| {
        format!(
            "local c = process \"c\" {{ file = \"odd.lua\", observe = {{ count = \"{path}\" }} }}\n\
             person \"alice\" {{ gone = send(c) {{ Action = \"Gone\" }} }}\n\
             always \"p\" (function (s) return at_most(s.c.count, 0) end)"
        )
    };
    refused(
        &page("Count"),
        "1: `Count`, which c shows as 'count', is there once its file is loaded, and gone later; write \"Count?\"",
    );
    let said = checked(&page("Count?"));
    assert_eq!(said.code, 3, "odd.lua has code for others: {}", said.out);
    assert!(said.out.contains("  p                       holds\n"), "{}", said.out);
}

#[test]
fn messages_at_the_start_that_go_round_are_refused() {
    let odd = |name: &str, other: &str, more: &str| {
        format!(
            "process \"{name}\" {{ file = \"odd.lua\", observe = {{}}, start = {{ from \"olga\" {{ Action = \"Meet\", Other = \"{other}\" }}{more} }} }}\n"
        )
    };
    let ping = ", from \"olga\" { Action = \"Ping\" }";
    let page = odd("a", "b", "") + &odd("b", "a", ping);
    refused(&page, "2: b, at its start, Ping from olga: ");
    let said = checked(&page);
    assert!(
        said.err.contains("each message leads to another, and that has no end"),
        "{}",
        said.err
    );
}
