//! The Lua does what its transcription does.

use crate::{Breach, Judge, Property};
use model::{Situation, Wrong};

pub const PROPERTY: Property = Property {
    name: "conforms",
    code: "cnf",
    sentence: "the Lua and its transcription have the same books, messages and errors",
    broken: "the Lua and its transcription differ",
    why: "the built-in verdicts are about the transcriptions: they apply to the Lua only if both agree",
    judge: Judge::Always(judge),
    needs: &[],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    Breach::if_objected(situation, &[Wrong::Differs], "both agreed so far")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn handlers_to_which_nobody_objects_satisfy_it() {
        Sample::default().satisfies(&PROPERTY);
        Sample::default().objected(Wrong::DoesNotEnd).satisfies(&PROPERTY);
    }

    #[test]
    fn an_objection_of_its_kind_breaks_it() {
        Sample::default().objected(Wrong::Differs).breaks(&PROPERTY, "what");
    }
}
