//! The new version of a contract loads over whatever the old one has left.

use crate::{Breach, Judge, Property};
use model::{Situation, Wrong};

pub const PROPERTY: Property = Property {
    name: "new-version-loads",
    code: "nvl",
    sentence: "the new version of the contract loads over every state that the old one leaves",
    broken: "the new version does not load over a state of the old one",
    why: "an Eval that fails changes nothing: the old version stays, with the fault that the new one should fix",
    judge: Judge::Always(judge),
    needs: &[],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    Breach::if_objected(situation, &[Wrong::DoesNotReplace], "the new version has loaded")
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
        Sample::default().objected(Wrong::DoesNotReplace).breaks(&PROPERTY, "what");
    }
}
