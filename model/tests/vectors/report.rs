//! What came of a file.

use crate::compare::Difference;
use std::collections::BTreeMap;
use std::fmt;

/// The steps of one file: how many were checked, how many not and why, and what was wrong.
#[derive(Debug, Default)]
pub struct Report {
    file: String,
    place: String,
    pub checked: usize,
    pub not_applicable: BTreeMap<String, usize>,
    pub mismatches: Vec<String>,
}

impl Report {
    pub fn of(file: &str) -> Self {
        Self { file: file.into(), ..Self::default() }
    }

    /// A file that could not be read at all.
    pub fn malformed(file: &str, error: &str) -> Self {
        let mismatches = vec![format!("{file}: malformed: {error}")];
        Self { mismatches, ..Self::of(file) }
    }

    /// Moves on to step `number`, counted from 1.
    pub fn at(&mut self, number: usize, note: &str) {
        self.place = format!("{}, step {number} ({note})", self.file);
    }

    /// The current step was checked, with this result.
    pub fn checked(&mut self, found: &[Difference]) {
        self.checked += 1;
        self.mismatches(found);
    }

    pub fn not_applicable(&mut self, reason: String) {
        *self.not_applicable.entry(reason).or_default() += 1;
    }

    pub fn mismatches(&mut self, found: &[Difference]) {
        self.mismatches.extend(found.iter().map(|d| format!("{}: {d}", self.place)));
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, expected, actual } = self;
        write!(f, "{field}\n    expected: {expected}\n    actual:   {actual}")
    }
}

/// The file's line in the table of coverage.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} checked", self.file, self.checked)?;
        for (reason, count) in &self.not_applicable {
            write!(f, "; {count} not applicable ({reason})")?;
        }
        Ok(())
    }
}

/// How many steps were checked and not, over all files, by reason.
pub fn summary(reports: &[Report]) -> String {
    let mut reasons = BTreeMap::<&str, usize>::new();
    for (reason, count) in reports.iter().flat_map(|report| &report.not_applicable) {
        *reasons.entry(reason).or_default() += count;
    }
    let checked: usize = reports.iter().map(|report| report.checked).sum();
    let skipped: usize = reasons.values().sum();
    let reasons = reasons.iter().map(|(reason, count)| format!("\n  {count:4} {reason}"));
    let reasons = reasons.collect::<Vec<_>>().concat();
    let files = reports.len();
    format!("{files} files: {checked} steps checked, {skipped} not applicable{reasons}")
}
