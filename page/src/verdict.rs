//! The result of a check.

use crate::schedule::Schedule;
use aos::Note;
use search::report::Reason;
use serde::Serialize;

/// What the search of a page found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checked {
    pub page: String,
    /// Its processes, in the order of the page.
    pub processes: Vec<String>,
    /// Its people, in the order of the page.
    pub people: Vec<String>,
    /// Why the search ended early, if it did.
    #[serde(skip)]
    pub cut: Option<Reason>,
    /// What was not tried.
    pub not_tried: Vec<NotTried>,
    /// What files read that is one thing here and another on the platform.
    #[serde(skip)]
    pub dependences: Vec<Note>,
    /// What people never did, and why.
    pub never_done: Vec<String>,
    /// Messages that had no effect.
    pub notes: Vec<String>,
    pub verdicts: Vec<Verdict>,
    /// What the mistakes lead to that the page makes on purpose.
    pub variants: Vec<Noticed>,
    /// Distinct states.
    pub states: u64,
    /// The most steps to one of them.
    pub depth: u32,
    /// The most messages that a run loses.
    pub lost: u8,
    /// The most messages that arrive a second time in a run.
    pub repeated: u8,
    /// Whether each may arrive a second time, as a matter of course.
    pub is_always_repeated: bool,
}

/// Code of a process that never ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotTried {
    pub file: String,
    /// Why, as the page says.
    pub because: Option<String>,
    /// The lines with code, counted from 1, ascending.
    pub lines: Vec<u32>,
    /// The branches on other lines: the line, and which way from there, `5 (then)`.
    pub branches: Vec<String>,
}

/// What notices a mistake that the page makes on purpose.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Noticed {
    /// The name of the variant.
    pub variant: String,
    /// The promise that is to notice it, and how it stands.
    pub verdict: Verdict,
    /// Distinct states.
    pub states: u64,
}

/// What the search says of one promise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// Its name.
    pub promise: String,
    pub kind: Kind,
    /// Why the page says that it need not hold, where it does not.
    pub because: Option<String>,
    /// The shortest schedule with the fewest faults that breaks it, or that meets what is to be
    /// seen.
    pub schedule: Option<Schedule>,
}

impl Verdict {
    pub(crate) fn not_decided(promise: &str) -> Self {
        let promise = promise.to_owned();
        Self { promise, kind: Kind::NotDecided, because: None, schedule: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// It holds in every state.
    Holds,
    /// It is broken in one.
    Violated,
    /// It is broken, as the page says it is, with as many faults at least.
    Excepted,
    /// It holds, though the page says that it does not.
    HoldsAfterAll,
    /// What is to be seen was seen.
    Seen,
    /// What is to be seen is in no state.
    NotSeen,
    /// The search ended before.
    NotDecided,
}

impl Checked {
    /// An upper bound of the probability that two states of one search shared their identity, so
    /// that something was missed. A secret of the run keys the identities, so it holds for
    /// processes that somebody wrote in order to break it, too.
    pub fn collision_probability(&self) -> f64 {
        let of_variants = self.variants.iter().map(|noticed| noticed.states);
        let searches = of_variants.chain([self.states]);
        searches.map(search::collision_bound).sum::<f64>().min(1.0)
    }

    /// All verdicts: those of the page, and then of each mistake on purpose, with its name.
    pub fn all_verdicts(&self) -> impl Iterator<Item = (Option<&str>, &Verdict)> {
        let own = self.verdicts.iter().map(|verdict| (None, verdict));
        let variants = self.variants.iter();
        own.chain(variants.map(|noticed| (Some(&*noticed.variant), &noticed.verdict)))
    }

    /// Whether a promise is broken.
    pub fn is_violated(&self) -> bool {
        let is_other = |kind| matches!(kind, Kind::Violated | Kind::HoldsAfterAll);
        self.verdicts.iter().any(|verdict| is_other(verdict.kind)) || self.is_unnoticed()
    }

    /// Whether a mistake on purpose breaks nothing.
    fn is_unnoticed(&self) -> bool {
        let is_kept = |kind| matches!(kind, Kind::Holds | Kind::HoldsAfterAll | Kind::Excepted);
        self.variants.iter().any(|noticed| is_kept(noticed.verdict.kind))
    }

    /// The code that never ran, where the page does not say why.
    pub fn unexplained(&self) -> impl Iterator<Item = &NotTried> {
        self.not_tried.iter().filter(|missed| missed.because.is_none())
    }

    /// Whether lines, or functions on lines that ran, never ran, and the page does not say why.
    pub fn is_untried(&self) -> bool {
        let is_function = |branch: &String| branch.ends_with("(function)");
        let is_code =
            |one: &NotTried| !one.lines.is_empty() || one.branches.iter().any(is_function);
        self.unexplained().any(is_code)
    }

    /// Whether something is not decided, or was to be seen and was not.
    pub fn is_inconclusive(&self) -> bool {
        let is_open = |kind| matches!(kind, Kind::NotDecided | Kind::NotSeen);
        let is_unknown = |noticed: &Noticed| noticed.verdict.kind == Kind::NotDecided;
        self.cut.is_some()
            || self.variants.iter().any(is_unknown)
            || !self.never_done.is_empty()
            || self.verdicts.iter().any(|verdict| is_open(verdict.kind))
    }
}
