//! What breaks no promise, and whoever wrote the handlers may not have meant.

use super::super::ids::PROCESS;
use super::attempt::Attempt;
use super::{Hunt, NOBODYS};
use aos::Outcome;
use smol_str::SmolStr;
use std::fmt;

/// Something that handlers do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remark {
    /// They throw this at the notice with which USDA tells that it paid a release (SEMANTICS A4).
    ThrowsAtDebitNotice(String),
    /// A process that runs the same handlers answers their answer, and so on.
    AnswersWithoutEnd,
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ThrowsAtDebitNotice(text) => {
                write!(f, "it throws at each Debit-Notice of USDA, which follows a release: {text}")
            }
            Self::AnswersWithoutEnd => f.write_str(
                "it answers errors with errors: it and a process that does the same send each other messages without end",
            ),
        }
    }
}

/// Answers to answers; with so many, more will follow.
const ANSWERS: usize = 8;

impl Hunt<'_> {
    pub(super) fn remarks(&self) -> Vec<Remark> {
        let throws = self.thrown_at_debit_notice().map(Remark::ThrowsAtDebitNotice);
        throws.into_iter().chain(self.answers_without_end()).collect()
    }

    fn thrown_at_debit_notice(&self) -> Option<String> {
        let [paid, _] = Attempt::outcomes();
        self.trial.run(&paid)?.evaluations.into_iter().find_map(|one| match one.outcome {
            Outcome::Threw(text) => Some(self.trial.named_text(&text)),
            _ => None,
        })
    }

    /// It begins with an Action that no handler takes.
    fn answers_without_end(&self) -> Option<Remark> {
        let process = SmolStr::new_static(PROCESS);
        let mut message = Attempt::notice_from(&process, &SmolStr::new_static(NOBODYS));
        for _ in 0..ANSWERS {
            let seen = self.trial.run(&message)?;
            let mut sent = seen.named.first()?.iter();
            let answer = sent.rfind(|one| one.target.as_deref() == Some(PROCESS.as_bytes()))?;
            message = Attempt::relayed(&process, answer);
        }
        Some(Remark::AnswersWithoutEnd)
    }
}
