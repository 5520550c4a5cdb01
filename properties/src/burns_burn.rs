//! A plain burn destroys what it says.

use crate::{Breach, Judge, Property, Witness};
use model::Situation;

pub const PROPERTY: Property = Property {
    name: "burns-burn",
    code: "brn",
    sentence: "a plain burn that its sender can afford destroys exactly that, and changes nothing else",
    broken: "a plain burn is refused, takes the wrong amount, or changes something else",
    why: "a burn that is refused, or moved to an account named burn, is money that the holder cannot get",
    judge: Judge::Always(judge),
    needs: &[Witness::Mint],
};

fn judge(situation: &Situation<'_>) -> Result<(), Breach> {
    let Some(burn) = situation.history.lost_burns.first() else { return Ok(()) };
    Err(Breach::of("every covered burn destroyed its quantity").with("burn", burn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn no_lost_burn_satisfies_it() {
        Sample::default().satisfies(&PROPERTY);
    }

    #[test]
    fn a_burn_that_moved_elsewhere_breaks_it() {
        Sample::default().lost_burn("alice.burn.1").breaks(&PROPERTY, "burn");
    }
}
