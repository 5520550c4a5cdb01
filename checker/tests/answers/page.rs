//! The pages that list the answers.

use crate::answer::Answer;
use crate::row::Row;

/// A page: its place below the root, its head, and the columns of its tables.
pub struct Page {
    pub file: &'static str,
    head: &'static str,
    columns: &'static [&'static str],
    cells: fn(&Row, &Answer) -> Vec<String>,
    /// Whether each folder has a table of its own.
    is_by_folder: bool,
}

pub const ATTACKS: Page = Page {
    file: "docs/ATTACKS.md",
    head: include_str!("attack/head.md"),
    columns: &["file", "what it tries", "flags", "answer"],
    cells: of_attack,
    is_by_folder: true,
};

pub const FIELD: Page = Page {
    file: "docs/FIELD.md",
    head: include_str!("field/head.md"),
    columns: &["case", "the fault", "answer", "noticed by", "faults", "steps"],
    cells: of_case,
    is_by_folder: false,
};

impl Page {
    /// The page of these answers.
    pub fn text(&self, rows: &[Row], answers: &[Answer]) -> String {
        let (mut text, mut folder) = (self.head.to_owned(), None);
        let columns = self.columns.join(" | ");
        let rule = "---|".repeat(self.columns.len());
        for (row, answer) in rows.iter().zip(answers) {
            if folder.is_none() || self.is_by_folder && folder != Some(row.folder()) {
                if self.is_by_folder {
                    text.extend(["\n## ", row.folder(), "\n"]);
                }
                text.extend(["\n| ", &columns, " |\n|", &rule, "\n"]);
                folder = Some(row.folder());
            }
            text.extend(["| ", &(self.cells)(row, answer).join(" | "), " |\n"]);
        }
        text
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('\n', "\\n").replace('*', "\\*")
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{text}`") }
}

fn of_attack(row: &Row, answer: &Answer) -> Vec<String> {
    let details = cell(&answer.details);
    let details = if details.is_empty() { details } else { format!(": {details}") };
    let answer = format!("**{}**{details}", answer.kind);
    vec![code(row.name()), cell(&row.tries), code(&row.flags.join(" ")), answer]
}

fn of_case(row: &Row, answer: &Answer) -> Vec<String> {
    let found = answer.notices(row.promise.as_deref());
    let (by, faults, steps) = if let Some(found) = found {
        (found.promise.clone(), found.faults.clone(), found.steps.to_string())
    } else {
        let refusal = Some(&answer.details).filter(|_| answer.kind == "refused");
        let why = row.why.as_ref().or(refusal).cloned().unwrap_or_default();
        (why, String::new(), String::new())
    };
    let flags = if row.flags.is_empty() {
        String::new()
    } else {
        format!(" {}", code(&row.flags.join(" ")))
    };
    let case = format!("{}{flags}", code(&row.file));
    vec![case, cell(&row.tries), format!("**{}**", row.kind), cell(&by), cell(&faults), steps]
}
