//! Every message leads to an end.

use crate::{Breach, Judge, Property};
use model::{Situation, Wrong};

pub const PROPERTY: Property = Property {
    name: "comes-to-rest",
    code: "rst",
    sentence: "every message leads to an end, not to an endless chain of messages",
    broken: "one message causes the next forever",
    why: "a process that keeps sending to itself never ends: it costs whoever runs it, and later messages wait",
    judge: Judge::Always(judge),
    needs: &[],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    Breach::if_objected(situation, &[Wrong::NeverRests], "every message so far led to an end")
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
        Sample::default().objected(Wrong::NeverRests).breaks(&PROPERTY, "what");
    }
}
