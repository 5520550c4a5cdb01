//! What may go wrong, and how often.

use model::bounds::Bounds;
use model::fault::{Fault, Faults};
use model::message::{Copy, Message};
use model::profile::{Dedupe, Profile};
use smol_str::format_smolstr;

/// How many faults of each kind may happen.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    profile: Profile,
    bounds: Bounds,
}

impl Budget {
    /// Of a platform, within bounds.
    pub fn new(profile: Profile, bounds: Bounds) -> Self {
        Self { profile, bounds }
    }

    /// Whether faults of this kind may happen at all: some, and none that is always filtered out.
    pub fn ever(&self, kind: Fault) -> bool {
        let copy = Copy::ALL.into_iter().find(|copy| Fault::from(*copy) == kind);
        let is_filtered = copy.is_some_and(|copy| match self.profile.dedupe {
            Dedupe::None => false,
            Dedupe::Cu => copy == Copy::ReSign,
            Dedupe::Su => true,
        });
        let is_any = self.bounds.each_fault > 0 && self.bounds.faults > 0;
        is_any && self.profile.faults.contains(&kind) && !is_filtered
    }

    /// Whether one more of this kind may happen after these.
    pub fn allows(&self, used: &Faults, kind: Fault) -> bool {
        self.ever(kind)
            && used.of(kind) < self.bounds.each_fault
            && used.total() < self.bounds.faults
    }

    /// Whether there is a stranger: wherever tricks are possible on the platform.
    pub fn has_stranger(&self) -> bool {
        self.profile.faults.contains(&Fault::Trick)
    }

    /// Whether the network evaluates a copy of this message again (SEMANTICS A5, the table of
    /// repeats): only what a process sent can be signed or pushed again; the CU filters what
    /// was signed again, repeats of what a process sent, and second assignments.
    pub fn repeats(&self, message: &Message, copy: Copy, was_assigned: bool) -> bool {
        let is_sent_by_process = !message.pushed_for.is_empty();
        let is_possible = is_sent_by_process || matches!(copy, Copy::SameId | Copy::Assignment);
        let is_let_through = match (self.profile.dedupe, copy) {
            (Dedupe::None, _) | (Dedupe::Cu, Copy::RePush) => true,
            (Dedupe::Cu, Copy::SameId) => !is_sent_by_process,
            (Dedupe::Cu, Copy::Assignment) => is_sent_by_process && !was_assigned,
            (Dedupe::Cu, Copy::ReSign) | (Dedupe::Su, _) => false,
        };
        is_possible && is_let_through
    }
}

/// The copy that is evaluated after `n` evaluations: what is signed again has another Id, what is
/// pushed from another start has another Pushed-For, too.
pub fn copied(message: &Message, copy: Copy, n: u8) -> Message {
    let mut copied = message.clone();
    if copy == Copy::ReSign || copy == Copy::RePush {
        copied.id = format_smolstr!("{}#{n}", message.id);
    }
    if copy == Copy::RePush {
        copied.pushed_for = format_smolstr!("{}#{n}", message.pushed_for);
    }
    copied
}
