//! Lua files, each with its right answer: attacks on the checker, and faults from the field.
//!
//! Each set has a folder: `rows.txt` names the files and the kind of answer that is right, and a
//! page in `docs/` has the answers in full. To bring the pages up to date after a change, and then
//! read what changed: `UPDATE_ANSWERS=1 cargo test -p checker --test answers`.

#[path = "../common/command.rs"]
mod command;

mod answer;
mod page;
mod row;

use answer::{Answer, Control};
use page::Page;
use rayon::prelude::*;
use row::Row;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Compares answers with what is right, and the page with what is written.
fn are_right(page: &Page, rows: &[Row], answers: &[Answer]) {
    let wrong: Vec<_> =
        rows.iter().zip(answers).filter_map(|(row, answer)| row.objection(answer)).collect();
    let place = root().join(page.file);
    let text = page.text(rows, answers);
    if std::env::var_os("UPDATE_ANSWERS").is_some() {
        fs::write(&place, &text).expect("the page can be written");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let written = fs::read_to_string(&place).expect("the page");
    let differs = text.lines().zip(written.lines()).find(|(now, then)| now != then);
    assert!(text == written, "{} is out of date (UPDATE_ANSWERS=1): {differs:#?}", page.file);
}

#[test]
fn every_attack_has_its_right_answer() {
    let rows = row::all("attack", include_str!("attack/rows.txt"));
    let controls = Mutex::new(BTreeMap::<Vec<String>, Control>::new());
    let of = |row: &Row| {
        let flags = row.flags_of_control();
        let known = controls.lock().expect("no panic").get(&flags).cloned();
        let control = known.unwrap_or_else(|| {
            Control::with(&row::files("attack").join("contracts/r00_base.lua"), &flags)
        });
        let answer = answer::beside(row, &control);
        controls.lock().expect("no panic").insert(flags, control);
        answer
    };
    are_right(&page::ATTACKS, &rows, &rows.par_iter().map(of).collect::<Vec<_>>());
}

#[test]
fn every_fault_from_the_field_has_its_right_answer() {
    let rows = row::all("field", include_str!("field/rows.txt"));
    are_right(&page::FIELD, &rows, &rows.par_iter().map(answer::alone).collect::<Vec<_>>());
}

/// The files in a folder, and in folders below it.
fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

#[test]
fn every_file_has_a_row() {
    for (set, rows) in
        [("attack", include_str!("attack/rows.txt")), ("field", include_str!("field/rows.txt"))]
    {
        let rows = row::all(set, rows);
        for file in below(&row::files(set)) {
            let file =
                file.strip_prefix(row::files(set)).expect("it is below").display().to_string();
            // Says where the books of the file beside it are.
            let is_beside = file.ends_with(".observe.json");
            let has_row = is_beside || rows.iter().any(|row| row.file == file);
            assert!(has_row, "{file} has no row in rows.txt");
        }
    }
}
