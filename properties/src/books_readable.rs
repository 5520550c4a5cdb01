//! Amounts are numbers.

use crate::{Breach, Judge, Property};
use model::{Situation, Wrong};

pub const PROPERTY: Property = Property {
    name: "books-readable",
    code: "rdb",
    sentence: "every balance and total is a number, or a decimal text",
    broken: "a balance or a total is not a number",
    why: "nobody can claim an amount that nobody can read",
    judge: Judge::Always(judge),
    needs: &[],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    Breach::if_objected(situation, &[Wrong::Unreadable], "the books can be read")
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
        Sample::default().objected(Wrong::Unreadable).breaks(&PROPERTY, "what");
    }
}
