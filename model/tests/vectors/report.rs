//! The result of a file.

use crate::compare::Difference;
use std::collections::BTreeMap;
use std::fmt;

/// The steps of one file: how many were checked, how many not and why, and what was wrong.
#[derive(Debug, Default)]
pub struct Report {
    file: String,
    place: String,
    /// What our transcriptions and our ledger answered.
    ours: Tally,
    /// What the Lua itself answered on the host.
    host: Tally,
    pub mismatches: Vec<String>,
}

/// How many steps one side checked, and how many not, by reason.
#[derive(Debug, Default)]
struct Tally {
    checked: usize,
    /// How many of these with Lua that we wrote after the recording.
    reconstructed: usize,
    not_applicable: BTreeMap<String, usize>,
}

impl Tally {
    fn skip(&mut self, reason: String) {
        *self.not_applicable.entry(reason).or_default() += 1;
    }

    fn add(&mut self, other: &Self) {
        self.checked += other.checked;
        self.reconstructed += other.reconstructed;
        for (reason, count) in &other.not_applicable {
            *self.not_applicable.entry(reason.clone()).or_default() += count;
        }
    }
}

impl Tally {
    fn remark(&self) -> String {
        match self.reconstructed {
            0 => String::new(),
            count => format!(" ({count} with reconstructed handlers)"),
        }
    }
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
        self.ours.checked += 1;
        self.mismatches(found);
    }

    pub fn not_applicable(&mut self, reason: String) {
        self.ours.skip(reason);
    }

    /// The current step was checked on the host, with this result.
    pub fn checked_on_host(&mut self, found: &[Difference], is_reconstructed: bool) {
        self.host.checked += 1;
        self.host.reconstructed += usize::from(is_reconstructed);
        self.mismatches(found);
    }

    pub fn not_on_host(&mut self, reason: String) {
        self.host.skip(reason);
    }

    /// How many checks there were, of either kind.
    pub fn all_checked(&self) -> usize {
        self.ours.checked + self.host.checked
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

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} checked{}", self.checked, self.remark())?;
        for (reason, count) in &self.not_applicable {
            write!(f, "; {count} not applicable ({reason})")?;
        }
        Ok(())
    }
}

/// The file's line in the table of coverage.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} | host: {}", self.file, self.ours, self.host)
    }
}

/// How many steps were checked and not, over all files, by reason.
pub fn summary(reports: &[Report]) -> String {
    let ours = totals(reports.iter().map(|report| &report.ours));
    let host = totals(reports.iter().map(|report| &report.host));
    format!("{} files: {ours}\non the host: {host}", reports.len())
}

fn totals<'a>(tallies: impl Iterator<Item = &'a Tally>) -> String {
    let mut sum = Tally::default();
    tallies.for_each(|tally| sum.add(tally));
    let skipped: usize = sum.not_applicable.values().sum();
    let reasons = sum.not_applicable.iter();
    let reasons: Vec<_> =
        reasons.map(|(reason, count)| format!("\n  {count:4} {reason}")).collect();
    let remark = sum.remark();
    format!("{} steps checked{remark}, {skipped} not applicable{}", sum.checked, reasons.concat())
}
