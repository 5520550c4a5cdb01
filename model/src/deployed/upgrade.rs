//! One version of a contract that the owner replaces by another while it runs.
//!
//! The owner sends an `Eval` with the whole new file: it runs in the environment that is there.
//! Globals that it does not assign keep their values; `Handlers.add` puts a handler of a known
//! name in its old place and any other behind the rest; functions of the old file that nothing
//! replaces go on with their own local variables (SEMANTICS A1, A2).

use super::derive::Found;
use super::{DeployError, Deployed, Ids, Manner, program};
use crate::derived::Derived;
use aos::{Limits, Source};
use std::sync::Arc;

impl Deployed {
    /// This contract, which may be replaced by `later` while it runs.
    ///
    /// # Errors
    /// Why it cannot be run.
    pub fn upgraded_to(&self, later: &Self) -> Result<Self, DeployError> {
        let (own, next) = (self.program(), later.program());
        let manner = Manner {
            later: Some(later.manner().observables.clone()),
            ..common(self.manner(), later.manner())
        };
        // Lines of two files of one name could not be told apart.
        let is_same = own.file == next.file;
        let file = if is_same { format!("old {}", own.file) } else { own.file.clone() };
        let ids = Ids::with_tags(&[&own.source, &next.source], &manner.tags);
        let is_numbered = [self, later].iter().any(|one| one.ids().are_numbered());
        let ids = if is_numbered { ids.numbered() } else { ids };
        let source = Source { file: next.file.clone(), text: ids.settle(&next.source) };
        let program = program(&file, &own.source, &manner, &ids).succeeded_by(source);
        // Each of its handlers is in one of the files, and each file has what its handlers hear.
        let derived = Derived::union(&self.derived, &later.derived).into();
        let left_out = later.left_out.clone();
        let powers = Arc::clone(&later.tried_powers);
        let remarks = Arc::clone(&later.remarks);
        let ran = Arc::clone(&later.tried);
        let found = Found { derived, left_out, powers, remarks, ran, ..Found::default() };
        Self::of_program(&Arc::new(program), (manner, ids), &|_, _| found.clone())
    }

    /// The handlers of the contract's own after an upgrade of the fresh process, in their order,
    /// each with whether it is still that of the old version. Nothing where the new version does
    /// not load over it.
    pub fn handlers_after_upgrade(&self) -> Vec<(String, bool)> {
        let Some(upgraded) = self.bases.get(1) else { return Vec::new() };
        let listed = self.workshop.with_machine(|machine| machine.handlers(upgraded.image()));
        let own = listed.into_iter().filter(|handler| handler.lines.is_some());
        own.map(|handler| (handler.handler, !handler.is_watched)).collect()
    }
}

/// How both are run: as the more careful of them.
fn common(one: &Manner, other: &Manner) -> Manner {
    let most = |of: fn(&Limits) -> u64| of(&one.limits).max(of(&other.limits));
    Manner {
        is_paranoid: one.is_paranoid || other.is_paranoid,
        only_derived: one.only_derived && other.only_derived,
        limits: Limits {
            instructions: most(|limits| limits.instructions),
            memory: one.limits.memory.max(other.limits.memory),
        },
        ..one.clone()
    }
}
