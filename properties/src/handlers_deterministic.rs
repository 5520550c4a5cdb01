//! The result of a handler depends only on state and message.

use crate::{Breach, Judge, Property};
use model::{Situation, Wrong};

pub const PROPERTY: Property = Property {
    name: "handlers-deterministic",
    code: "det",
    sentence: "an evaluation repeated gives the same result, whatever the order of pairs",
    broken: "another order of pairs gives another result",
    why: "the order of pairs depends on how a table was filled: two nodes may disagree on who owns what",
    judge: Judge::Always(judge),
    needs: &[],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    Breach::if_objected(
        situation,
        &[Wrong::DependsOnOrder, Wrong::NotRepeatable],
        "every evaluation so far gave the same result again",
    )
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
        for wrong in [Wrong::DependsOnOrder, Wrong::NotRepeatable] {
            Sample::default().objected(wrong).breaks(&PROPERTY, "what");
        }
    }
}
