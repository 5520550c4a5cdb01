//! Every evaluation ends.

use crate::{Breach, Judge, Property};
use model::{Situation, Wrong};

pub const PROPERTY: Property = Property {
    name: "handlers-finish",
    code: "fin",
    sentence: "every evaluation ends, within the instructions and the memory it may use",
    broken: "a handler does not end, or fills the memory",
    why: "a message that makes a handler loop or fill the memory stops the process for everybody",
    judge: Judge::Always(judge),
    needs: &[],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    Breach::if_objected(
        situation,
        &[Wrong::DoesNotEnd, Wrong::OutOfMemory],
        "every evaluation so far ended",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn handlers_to_which_nobody_objects_satisfy_it() {
        Sample::default().satisfies(&PROPERTY);
        Sample::default().objected(Wrong::Differs).satisfies(&PROPERTY);
    }

    #[test]
    fn an_objection_of_its_kind_breaks_it() {
        for wrong in [Wrong::DoesNotEnd, Wrong::OutOfMemory] {
            Sample::default().objected(wrong).breaks(&PROPERTY, "what");
        }
    }
}
