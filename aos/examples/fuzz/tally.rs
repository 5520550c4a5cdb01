//! What happened how often.

use std::collections::BTreeMap;
use std::fmt;

#[derive(Default)]
pub struct Tally {
    pub findings: u64,
    executions: u64,
    outcomes: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// One file was loaded, or one message evaluated.
    pub fn execution(&mut self, outcome: &'static str) {
        self.executions += 1;
        self.count(outcome);
    }

    pub fn count(&mut self, what: &'static str) {
        *self.outcomes.entry(what).or_default() += 1;
    }

    pub fn finding(&mut self, what: &str) {
        self.findings += 1;
        println!("FOUND {what}");
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} executions, {} findings", self.executions, self.findings)?;
        for (what, count) in &self.outcomes {
            write!(f, ", {what} {count}")?;
        }
        Ok(())
    }
}
