//! A check that reaches a limit in the middle of its work names the limit, and decides nothing.
//!
//! One test alone, as the limit of memory is of the whole process.

use page::verdict::{Checked, Kind};
use page::{Place, check};
use search::report::Reason;
use search::{Limits, resident};
use std::fs;
use std::path::Path;
use std::time::Duration;

const COUNTS: &str = r#"
N = 0
Handlers.add("count", { Action = "Count" }, function(msg)
  N = N + 1
  local sum = 0
  for i = 1, 400000 do sum = sum + i end
end)
"#;

const KEEPS: &str = r#"
N = 0
Log = {}
Handlers.add("keep", { Action = "Keep" }, function(msg)
  N = N + 1
  Log[N] = tostring(msg.Id):rep(100000)
end)
"#;

const COUNTING: &str = r#"
local c = process "c" { file = "counts.lua", owner = "olga", observe = { n = "N" } }
person "alice" { count = send(c) { Action = "Count", times = 8 } }
person "bob" { count = send(c) { Action = "Count", times = 8, X = { "1", "2", "3" } } }
always "it counts" (function(s) return at_least(s.c.n, 0) end)
"#;

const KEEPING: &str = r#"
local c = process "c" { file = "keeps.lua", owner = "olga", observe = { n = "N" } }
person "alice" { keep = send(c) { Action = "Keep", times = 8 } }
person "bob" { keep = send(c) { Action = "Keep", times = 8, X = { "1", "2", "3" } } }
always "it counts" (function(s) return at_least(s.c.n, 0) end)
"#;

/// Judged once, in 100 MB that are all alive.
const JUDGING: &str = r#"
local c = process "c" { file = "keeps.lua", owner = "olga", observe = { n = "N" } }
always "it is judged" (function(s)
  local kept = {}
  for i = 1, 100000 do kept[i] = ("z"):rep(1000) .. i end
  return equal(#kept, 100000)
end)
seen "what never is" (function(s) return equal(s.c.n, 1) end)
"#;

const MIB: u64 = 1 << 20;

fn read_file(path: &Path) -> Result<String, String> {
    let text = match path.to_str() {
        Some("counting.lua") => COUNTING,
        Some("keeping.lua") => KEEPING,
        Some("judging.lua") => JUDGING,
        Some("counts.lua") => COUNTS,
        Some("keeps.lua") => KEEPS,
        _ => return Err("there is no such file".to_owned()),
    };
    Ok(text.to_owned())
}

fn checked(page: &str, limits: &Limits) -> Checked {
    let checked = check(Place::of(Path::new(page)), read_file, limits, 2, &mut |_| ());
    checked.expect("the page says nothing wrong")
}

fn kind(checked: &Checked, promise: &str) -> Kind {
    let mut verdicts = checked.verdicts.iter();
    verdicts.find(|verdict| verdict.promise == promise).expect("it is promised").kind
}

/// The most bytes that this process ever held, where the system tells.
fn most_held() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

#[test]
fn a_limit_that_is_met_in_an_evaluation_is_named() {
    let limits = Limits { time: Some(Duration::from_millis(500)), ..Limits::default() };
    let late = checked("counting.lua", &limits);
    assert_eq!(late.cut, Some(Reason::Time));
    assert_eq!(kind(&late, "it counts"), Kind::NotDecided);

    let most = resident() + 40 * MIB;
    let limits = Limits { memory: Some(most), ..Limits::default() };
    let full = checked("judging.lua", &limits);
    assert_eq!(full.cut, Some(Reason::Memory));
    assert_eq!(kind(&full, "it is judged"), Kind::NotDecided);
    assert_eq!(kind(&full, "what never is"), Kind::NotDecided);
    assert!(most_held().is_none_or(|held| held < most / 10 * 11), "{:?} of {most}", most_held());

    let most = 300 * MIB;
    let limits = Limits { memory: Some(most), ..Limits::default() };
    let full = checked("keeping.lua", &limits);
    assert_eq!(full.cut, Some(Reason::Memory));
    assert_eq!(kind(&full, "it counts"), Kind::NotDecided);
    assert!(most_held().is_none_or(|held| held < most / 10 * 11), "{:?} of {most}", most_held());

    let limits = Limits { memory: Some(1), ..Limits::default() };
    let nothing = checked("judging.lua", &limits);
    assert_eq!(nothing.cut, Some(Reason::Memory), "of the first state");
    assert_eq!(kind(&nothing, "it is judged"), Kind::NotDecided);
}
