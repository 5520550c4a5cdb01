//! The notices that TIM3 sends are true.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;

pub const PROPERTY: Property = Property {
    name: "notices-true",
    code: "ntc",
    sentence: "a Credit-Notice or Debit-Notice of TIM3 says how much that account got or gave, and from whom or to whom",
    broken: "a notice of TIM3 says what did not happen",
    why: "processes act on notices: one that reads 1,000,000 credits 1,000,000",
    judge: Judge::Always(judge),
    needs: &[Witness::Mint],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let Some(message) = situation.history.false_notices.first() else { return Ok(()) };
    Err(Breach::of("every notice says what happened").with("message", message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn no_false_notice_satisfies_it() {
        Sample::default().satisfies(&PROPERTY);
    }

    #[test]
    fn a_false_notice_breaks_it() {
        Sample::default().told_falsely("alice.transfer.1").breaks(&PROPERTY, "message");
    }
}
