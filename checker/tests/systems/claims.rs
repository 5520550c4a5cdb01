//! What texts say of systems is what a check of each says.

use super::command::tim3;
use super::folder;
use std::collections::BTreeSet;
use std::fs;
use tempfile::TempDir;

/// What a page says, as recorded; nothing if there is no such page.
fn recorded(page: &str) -> Option<String> {
    fs::read_to_string(folder().join(page).join("checked.txt")).ok()
}

/// How a promise, or a mistake on purpose, stands by what is recorded.
fn stands(checked: &str, name: &str) -> Option<String> {
    let mut lines = checked.lines().filter_map(|line| line.strip_prefix("  "));
    let verdict = lines.find_map(|line| {
        let rest = line.strip_prefix(name)?;
        rest.strip_prefix("  ")
            .map(str::trim)
            .or_else(|| rest.strip_prefix(": \"")?.split("\" ").nth(1))
    })?;
    let verdict = verdict.replace(", which the page allows", "");
    let verdict = verdict.replace("VIOLATED in", "breaks in").replace("broken in", "breaks in");
    Some(verdict)
}

/// The line, the page, the name and the verdict of each piece of evidence in a text.
fn evidence(text: &str) -> Vec<(&str, &str, &str, &str)> {
    let mut all = Vec::new();
    for line in text.lines() {
        for part in line.split('|') {
            let mut page = None;
            for (place, piece) in part.split('`').enumerate() {
                if place % 2 == 1 {
                    page = recorded(piece).map(|_| piece).or(page);
                } else if let Some(page) = page {
                    let pieces: Vec<_> = piece.split('"').collect();
                    let named = pieces.windows(2).skip(1).step_by(2);
                    all.extend(named.filter_map(|pair| {
                        let said = pair[1].strip_prefix(" *")?.split('*').next()?;
                        Some((line, page, pair[0], said))
                    }));
                }
            }
        }
    }
    all
}

fn evidence_is_as_recorded(text: &str) -> Vec<(&str, &str, &str)> {
    let check = |(line, page, name, said)| {
        let checked = recorded(page).expect("a page");
        assert_eq!(stands(&checked, name).as_deref(), Some(said), "{page}: {name}");
        (line, page, name)
    };
    evidence(text).into_iter().map(check).collect()
}

/// The name of the file with the run of a promise or a mistake.
fn file_of(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    format!("{}.json", name.chars().take(80).collect::<String>())
}

#[test]
fn every_fault_of_v1_is_found_and_its_run_is_kept() {
    let table = fs::read_to_string(folder().join("tim3-v1/FAULTS.md")).expect("FAULTS.md");
    let rows = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| #"));
    let found = evidence_is_as_recorded(&table);
    let mut faults = BTreeSet::new();
    for row in rows {
        let number: u32 = row.split('|').nth(1).expect("a cell").trim().parse().expect("a number");
        let (_, page, name) =
            *found.iter().find(|(line, _, _)| *line == row).unwrap_or_else(|| panic!("{row}"));
        let run = folder().join(page).join("found").join(file_of(name));
        assert!(run.is_file(), "{}", run.display());
        faults.insert(number);
    }
    assert_eq!(faults, (1..=38).collect());
}

#[test]
fn v1_against_v2_is_what_was_found() {
    let text = fs::read_to_string(folder().join("../docs/V1-V2.md")).expect("docs/V1-V2.md");
    let found = evidence_is_as_recorded(&text);
    assert!(found.len() > 60, "{}", found.len());
    // Each claim has evidence of V1 and of V2.
    let rows = text.lines().filter(|line| line.starts_with("| \""));
    for row in rows {
        let cells: Vec<_> = row.split('|').collect();
        let told = |cell: &str| cell.contains('`') || cell.contains(" page");
        assert!(told(cells[2]) && told(cells[3]), "{row}");
    }
}

const TEXT: &str = "| claim | found |\n|---|---|\n\
    | the count is safe | `counter`: \"the count is never negative\" *VERDICT*, \"only the owner lowers the count\", with the edit \"anybody resets\" *breaks in 4 steps, no fault* |\n";

fn said(text: &str, args: &[&str]) -> (super::command::Said, String) {
    let place = TempDir::new().expect("a folder");
    let file = place.path().join("text.md");
    fs::write(&file, text).expect("it can be written");
    let name = file.display().to_string();
    let all = [&["claims", &name, "--systems", "../systems", "-q"], args].concat();
    let said = tim3(&all);
    (said, fs::read_to_string(&file).expect("a text"))
}

#[test]
fn a_text_is_compared_with_what_is_found() {
    let right = TEXT.replace("VERDICT", "holds");
    let (all, _) = said(&right, &[]);
    assert_eq!(all.code, 0, "{}{}", all.out, all.err);
    assert!(all.out.ends_with("\nall 2 verdicts are as it says\n"), "{}", all.out);
    let wrong = TEXT.replace("VERDICT", "breaks in 3 steps, no fault");
    let (other, kept) = said(&wrong, &[]);
    assert_eq!((other.code, kept == wrong), (1, true), "{}", other.out);
    assert!(
        other.out.contains("DIFFERENT: it says \"breaks in 3 steps, no fault\""),
        "{}",
        other.out
    );
    let (updated, written) = said(&wrong, &["--update"]);
    assert_eq!((updated.code, written == right), (0, true), "{written}");
    let (cut, _) = said(&right, &["--max-states", "50", "--format", "json"]);
    assert_eq!(cut.code, 1, "{}", cut.out);
    assert!(cut.out.contains("\"is\": \"not decided\""), "{}", cut.out);
}

#[test]
fn a_text_that_says_nothing_of_a_system_is_refused() {
    let refused = |text: &str, why: &str| {
        let (said, _) = said(text, &[]);
        assert_eq!((said.code, &*said.out), (2, ""), "{text}");
        assert!(said.err.contains(why), "{}", said.err);
    };
    refused("all is well", "text.md: it names no promise of a system in ../systems");
    refused("`counter`: \"x\" *holds*", "text.md:1: counter has no promise and no mistake \"x\"");
    let open = "\n`counter`: \"the count is never negative\"";
    refused(
        open,
        "text.md:2: it does not say how \"the count is never negative\" stands; write *holds*",
    );
}
