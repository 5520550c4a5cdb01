//! The result of a search.

use crate::path::Path;

/// The outcome of a search so far.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Distinct states found.
    pub states: u64,
    /// How many of them were judged: all, unless the search was cut.
    pub judged: u64,
    /// States that the judged ones stand for: more only where a system makes one state stand
    /// for several that look alike, see [`System::weight`](crate::System::weight).
    pub unreduced: u64,
    /// Steps from the judged states, whether to new states or known ones, and those included
    /// that commute with the step before ([`System::follow`](crate::System::follow)).
    pub transitions: u64,
    /// The most steps of a judged state.
    pub depth: u32,
    /// Judged states by cost, then depth.
    pub layers: Vec<Layer>,
    /// For each property the certified first state at which it fired.
    pub findings: Vec<Option<Finding>>,
    /// For each property the first findings of other kinds ([`System::kind`]) that no
    /// earlier one covers, in the same order: least cost, then fewest steps.
    ///
    /// [`System::kind`]: crate::System::kind
    pub others: Vec<Vec<Finding>>,
    /// Why states were left unjudged, if any were.
    pub cut: Option<Cut>,
}

impl Report {
    /// Whether every reachable state was judged: only then does silence mean "holds".
    pub fn complete(&self) -> bool {
        self.cut.is_none()
    }

    /// An upper bound of the probability that two of the states shared their identity and a
    /// part of the state space was therefore missed: n² / 2⁶⁵. If somebody chose the states with
    /// a purpose, it holds only where a secret keys the
    /// [identities](crate::Fingerprint::identity).
    pub fn collision_bound(&self) -> f64 {
        collision_bound(self.states)
    }
}

/// An upper bound of the probability that two of `n` values of 64 bits are the same by
/// chance: n² / 2⁶⁵, the birthday bound.
#[allow(clippy::cast_precision_loss, reason = "a bound of a few digits")]
pub fn collision_bound(n: u64) -> f64 {
    let n = n as f64;
    (n * n / 2f64.powi(65)).min(1.0)
}

/// The states of one cost and depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Faults used.
    pub cost: u32,
    /// Steps taken.
    pub depth: u32,
    /// States judged in it.
    pub states: u64,
}

/// The first state at which a property fired.
///
/// Among the states judged none has a lower cost, nor the same cost and fewer steps; among
/// equals it has the least [preference](crate::System::preference), then the smallest
/// fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Faults used.
    pub cost: u32,
    /// Steps taken.
    pub depth: u32,
    /// The order of the state.
    pub order: u64,
    /// What the system calls its kind.
    pub kind: u64,
    /// States judged in earlier layers; the property fired at none of them.
    pub judged_before: u64,
    pub path: Path,
}

/// A search that ended with states left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Why it ended.
    pub reason: Reason,
    /// States found and never judged.
    pub frontier: u64,
}

/// Why a search ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// [`Limits::states`](crate::Limits::states) was reached.
    States,
    /// Only states beyond [`Limits::depth`](crate::Limits::depth), or
    /// [`Limits::DEEPEST`](crate::Limits::DEEPEST), are left.
    Depth,
    /// Only states beyond [`Limits::cost`](crate::Limits::cost) are left.
    Cost,
    /// [`Limits::time`](crate::Limits::time) has passed.
    Time,
    /// [`Limits::memory`](crate::Limits::memory) would be exceeded.
    Memory,
    /// The properties named by [`Limits::until`](crate::Limits::until) have fired.
    Found,
    /// The system could not answer; the text says why. Nothing was shown to hold; what was found
    /// stands, as every path that is reported was taken again.
    Failure(String),
}
