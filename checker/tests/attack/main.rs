//! Files that try to deceive, hang or crash the checker: each has its right answer.
//!
//! `rows.txt` names the files and the kind of answer that is right; `docs/ATTACKS.md` has the
//! answers in full. To bring it up to date after a change, and then read what changed:
//! `UPDATE_ATTACKS=1 cargo test -p checker --test attack`.

#[path = "../common/command.rs"]
mod command;

mod answer;
mod row;

use answer::Control;
use row::Row;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

const HEAD: &str = "# What attacks come to nothing

Each file tries to deceive, hang or crash the checker, or is honest and tries whether the checker
takes it for broken. They are in `checker/tests/attack/files/`; a test runs all of them and writes
this page.

- **violated**: a promise breaks that the recommended contract keeps under the same profile.
- **limit**: an evaluation does more work than it may; the check goes on and says so.
- **refused**: the host does not do what the file asks for, and names the line.
- **not tried**: every promise holds in what was tried, and the report names what was not.
- **clean**: as the recommended contract, promise by promise.
- **ends**: every evaluation ends, within its limits; the file mints nothing, so that promises
  about deposits are broken.
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The answer to each row, found by as many threads as there are cores.
fn answers(rows: &[Row]) -> Vec<String> {
    let (next, controls) =
        (AtomicUsize::new(0), Mutex::new(BTreeMap::<Vec<String>, Control>::new()));
    let found = Mutex::new(vec![String::new(); rows.len()]);
    let cores = thread::available_parallelism().map_or(1, Into::into);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(row) = rows.get(place) else { break };
                    let flags = row.flags_of_control();
                    let known = controls.lock().expect("no panic").get(&flags).cloned();
                    let control = known.unwrap_or_else(|| Control::with(&flags));
                    let answer = answer::of(row, &control);
                    controls.lock().expect("no panic").insert(flags, control);
                    found.lock().expect("no panic")[place] = answer;
                }
            });
        }
    });
    found.into_inner().expect("no panic")
}

fn page(rows: &[Row], answers: &[String]) -> String {
    let mut text = HEAD.to_owned();
    let mut folder = "";
    for (row, answer) in rows.iter().zip(answers) {
        if row.folder() != folder {
            folder = row.folder();
            let head = "| file | what it tries | flags | answer |\n|---|---|---|---|\n";
            text.extend(["\n## ", folder, "\n\n", head]);
        }
        let flags = row.flags.join(" ");
        let flags = if flags.is_empty() { flags } else { format!("`{flags}`") };
        let cell = |text: &str| {
            text.replace('|', "\\|").replace('<', "&lt;").replace('\n', "\\n").replace('*', "\\*")
        };
        let kind = format!("**{}**", row.kind);
        let rest = answer.strip_prefix(&kind).unwrap_or(answer);
        let (name, tries) = (row.name(), cell(&row.tries));
        let answer = format!("{kind}{}", cell(rest));
        text.extend(["| `", name, "` | ", &tries, " | ", &flags, " | ", &answer, " |\n"]);
    }
    text
}

#[test]
fn every_attack_has_its_right_answer() {
    let rows = row::all();
    let answers = answers(&rows);
    let of_another_kind = |(row, answer): (&Row, &String)| {
        let is_right = answer.starts_with(&format!("**{}**", row.kind));
        (!is_right).then(|| format!("{}: should be {}, is {answer}", row.file, row.kind))
    };
    let wrong: Vec<_> = rows.iter().zip(&answers).filter_map(of_another_kind).collect();
    let place = root().join("docs/ATTACKS.md");
    let page = page(&rows, &answers);
    if std::env::var_os("UPDATE_ATTACKS").is_some() {
        fs::write(&place, &page).expect("docs/ATTACKS.md can be written");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let written = fs::read_to_string(&place).expect("docs/ATTACKS.md");
    let differs = page.lines().zip(written.lines()).find(|(now, then)| now != then);
    assert!(page == written, "docs/ATTACKS.md is out of date (UPDATE_ATTACKS=1): {differs:#?}");
}

#[test]
fn every_file_has_a_row() {
    let rows = row::all();
    for folder in ["contracts", "hostile", "injection"] {
        for entry in fs::read_dir(row::files().join(folder)).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            let file = format!("{folder}/{}", name.to_string_lossy());
            assert!(rows.iter().any(|row| row.file == file), "{file} has no row in rows.txt");
        }
    }
}
