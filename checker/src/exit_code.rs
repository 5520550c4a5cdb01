//! What each exit code means.

use serde::{Serialize, Serializer};
use std::process::{ExitCode, Termination};

/// The exit codes. They are part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    Expected = 0,
    /// A promise is broken that was not expected to be, or the other way round.
    Violation = 1,
    /// The command line, a file or a name is wrong. Nothing was checked.
    Usage = 2,
    /// A search was cut short, or too little was tried.
    Inconclusive = 3,
    /// The tool itself failed.
    Internal = 4,
}

impl Exit {
    /// Every code with its meaning, for help texts.
    pub const MEANINGS: [(Self, &'static str); 5] = [
        (Self::Expected, "all as expected"),
        (Self::Violation, "a verdict differs from what is recorded, or a promise is broken"),
        (Self::Usage, "the command line or a file is wrong; nothing was checked"),
        (
            Self::Inconclusive,
            "a search was cut short, or too little was tried, such as a handler that was never called",
        ),
        (Self::Internal, "the tool itself failed"),
    ];
}

impl Serialize for Exit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*self as u8)
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self as u8)
    }
}
